//! The terms of a plan: how many payments, of how much each, how often.

use super::amounts::Amount;
use super::error::ReadingError;
use super::language;
use super::moments::Moment;
use super::pattern::{self, group};
use super::text::Text;
use crate::domain::{Period, PlanTerms};
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// A plan has between two payments and this many.
const MOST: u32 = 120;

#[derive(Deserialize)]
struct File {
    numbers: BTreeMap<String, u32>,
    terms: Vec<Rule>,
    period: Vec<Rhythm>,
}

#[derive(Deserialize)]
struct Rule {
    find: String,
    count: Option<u32>,
    period: Option<Period>,
    #[serde(default)]
    with_amount: bool,
}

#[derive(Deserialize)]
struct Rhythm {
    means: Period,
    find: String,
}

/// Finds the terms of a plan in the texts of one language.
pub(super) struct Plans {
    numbers: BTreeMap<String, u32>,
    terms: Vec<(Regex, Rule)>,
    periods: Vec<(Regex, Period)>,
}

/// Terms, and where each was said.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) terms: PlanTerms,
    /// The amount said is that of each payment.
    pub(super) each: bool,
    pub(super) count_span: Option<Range<usize>>,
    pub(super) period_span: Option<Range<usize>>,
}

impl Plans {
    /// Reads `money.toml`.
    pub(super) fn parse(file: &str, source: &str) -> Result<Self, ReadingError> {
        let words: File = language::read(file, source)?;
        let small = words.numbers.iter().filter(|(_, n)| (2..=60).contains(*n)).map(|(w, _)| w.as_str());
        let lists = [("n".to_owned(), format!("[0-9]{{1,3}}|{}", pattern::either(small)))].into();
        let terms = words.terms.into_iter().map(|rule| Ok((pattern::compile(file, &rule.find, &lists)?, rule)));
        let periods = words.period.iter().map(|r| Ok((pattern::compile_glued(file, &r.find)?, r.means)));
        Ok(Self {
            terms: terms.collect::<Result<_, ReadingError>>()?,
            periods: periods.collect::<Result<_, ReadingError>>()?,
            numbers: words.numbers,
        })
    }

    /// A number in digits or in one word.
    pub(super) fn number(&self, word: &str) -> Option<u32> {
        word.parse().ok().or_else(|| self.numbers.get(word).copied())
    }

    /// Where a text says how many payments: the number there is no amount.
    pub(super) fn counts(&self, text: &Text<'_>) -> Vec<Range<usize>> {
        let numbers = |(regex, _): &(Regex, Rule)| {
            regex.captures_iter(text.folded()).filter_map(|f| f.name("n").map(|n| n.range())).collect::<Vec<_>>()
        };
        self.terms.iter().flat_map(numbers).collect()
    }

    /// The terms said in a text, given its amounts and moments.
    pub(super) fn find(&self, text: &Text<'_>, amounts: &[Amount], moments: &[Moment]) -> Said {
        let mut said = Said::default();
        self.period(text, &mut said);
        self.count(text, amounts, &mut said);
        let days = moments.iter().filter(|m| m.day.is_some()).count();
        let equal = amounts.windows(2).all(|pair| pair[0].minor == pair[1].minor);
        let listed = amounts.len() >= 2 && (days >= 2 || equal);
        if said.terms.instalments.is_none() && listed && said.terms.period.is_none() {
            said.terms.instalments = u32::try_from(amounts.len()).ok();
            said.count_span = amounts.first().zip(amounts.last()).map(|(a, b)| a.span.start..b.span.end);
        }
        let many = said.terms.instalments.is_some_and(|n| n > 2);
        said.each = said.terms.period.is_some() || (amounts.len() > 1 && equal) || many;
        said
    }

    fn period(&self, text: &Text<'_>, said: &mut Said) {
        let found = self.periods.iter().filter_map(|(regex, period)| regex.find(text.folded()).map(|m| (*period, m)));
        if let Some((period, found)) = found.max_by_key(|(_, m)| m.len()) {
            said.terms.period = Some(period);
            said.period_span = Some(found.range());
        }
    }

    fn count(&self, text: &Text<'_>, amounts: &[Amount], said: &mut Said) {
        for (regex, rule) in &self.terms {
            let Some(found) = regex.captures(text.folded()) else { continue };
            let number = group(&found, "n").and_then(|n| self.number(n));
            let Some(count) = rule.count.or(number).filter(|n| (2..=MOST).contains(n)) else { continue };
            if rule.with_amount && amounts.is_empty() {
                continue;
            }
            said.terms.instalments = Some(count);
            said.count_span = Some(pattern::span(&found));
            said.terms.period = said.terms.period.or(rule.period);
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::Period;
    use crate::reading::language::Packs;
    use crate::reading::text::Text;

    #[test]
    fn the_terms_of_a_plan_are_read_in_any_order() {
        let packs = Packs::embedded().expect("the data of the languages");
        for (language, said, count, period, each) in [
            ("fr", "en 3 fois", Some(3), None, true),
            ("fr", "un 3x c'est possible ?", Some(3), None, true),
            ("fr", "50 par mois", None, Some(Period::Monthly), true),
            ("fr", "25/semaine ?", None, Some(Period::Weekly), true),
            ("fr", "la moitié demain, le reste en mars", Some(2), None, false),
            ("fr", "100 demain et le reste en mars", Some(2), None, false),
            ("fr", "sur 12 mois", Some(12), Some(Period::Monthly), true),
            ("fr", "par tiers", Some(3), None, true),
            ("fr", "tous les quinze jours", None, Some(Period::Fortnightly), true),
            ("fr", "je paie vendredi", None, None, false),
            ("en", "half now half later", Some(2), None, false),
            ("en", "2 x 60", Some(2), None, false),
            ("en", "75 a fortnight", None, Some(Period::Fortnightly), true),
            ("en", "20 then 20 then 20", Some(3), None, true),
            ("en", "over 6 months", Some(6), Some(Period::Monthly), true),
        ] {
            let pack = packs.all().iter().find(|p| p.language.code() == language).expect("a known language");
            let text = Text::new(said, &pack.spellings);
            let (moments, amounts) = pack.places(&text, "2026-03-12".parse().expect("a day"), false);
            let found = pack.plans.find(&text, &amounts, &moments);
            assert_eq!((found.terms.instalments, found.terms.period, found.each), (count, period, each), "{said}");
        }
    }
}
