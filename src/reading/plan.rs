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
        let periods = words.period.iter().map(|r| {
            // A rhythm is often glued to the amount: "25/semaine", "50€/mois".
            let find = format!("(?:{})", r.find);
            Ok((
                Regex::new(&format!(r"(?-u)(?:{})\b", find.replace(' ', r"\s+")))
                    .map_err(|problem| ReadingError::Data { file: file.to_owned(), problem: problem.to_string() })?,
                r.means,
            ))
        });
        Ok(Self {
            terms: terms.collect::<Result<_, ReadingError>>()?,
            periods: periods.collect::<Result<_, ReadingError>>()?,
            numbers: words.numbers,
        })
    }

    /// The terms said in a text, given its amounts and moments.
    pub(super) fn find(&self, text: &Text<'_>, amounts: &[Amount], moments: &[Moment]) -> Said {
        let mut said = Said::default();
        self.period(text, &mut said);
        self.count(text, amounts, &mut said);
        let days = moments.iter().filter(|m| m.day.is_some()).count();
        let equal = amounts.windows(2).all(|pair| pair[0].minor == pair[1].minor);
        if said.terms.instalments.is_none() && amounts.len() >= 2 && said.terms.period.is_none() && (days >= 2 || equal)
        {
            said.terms.instalments = u32::try_from(amounts.len()).ok();
            said.count_span = amounts.first().zip(amounts.last()).map(|(a, b)| a.span.start..b.span.end);
        }
        let each = said.terms.period.is_some()
            || (amounts.len() > 1 && equal)
            || said.terms.instalments.is_some_and(|n| n > 2);
        if let Some(first) = amounts.first().filter(|_| each) {
            said.terms.instalment_minor = Some(first.minor);
        }
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
            let number = group(&found, "n").and_then(|n| n.parse().ok().or_else(|| self.numbers.get(n).copied()));
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
