//! Which of the moments named is the day of the payment offered.

use super::moments::{Kind, Moment};
use super::text::Text;
use super::words;
use chrono::NaiveDate;
use serde::Deserialize;
use std::ops::Range;

/// How far a correction may stand from what it corrects, in bytes.
const CORRECTION_REACH: usize = 40;

/// The words that settle which moment counts; `[choice]` in `dates.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Choice {
    either: Vec<String>,
    corrects: Vec<String>,
    denies: Vec<String>,
    denied_by: Vec<String>,
    pays: Vec<String>,
    other: Vec<String>,
}

impl Choice {
    /// The day of the first payment offered, and where it is said; in a plan, the first day is the first payment's.
    pub(super) fn payment_day(
        &self,
        text: &Text<'_>,
        moments: &[Moment],
        plan: bool,
    ) -> Option<(NaiveDate, Range<usize>)> {
        let folded = text.folded();
        let mut chosen: Option<(NaiveDate, &Range<usize>, i32)> = None;
        for moment in moments.iter().filter(|m| m.kind != Kind::Nothing) {
            let Some(day) = moment.day.filter(|_| !self.denied(folded, &moment.span)) else { continue };
            let weight = self.weight(folded, &moment.span);
            let takes_over = chosen.as_ref().is_none_or(|(_, span, before)| {
                let between = folded.get(span.end..moment.span.start).unwrap_or("");
                self.replaces(between, plan) || weight > *before
            });
            if takes_over {
                chosen = Some((day, &moment.span, weight));
            }
        }
        chosen.map(|(day, span, _)| (day, span.clone()))
    }

    /// True when what stands between two moments makes the second one count; in a plan, "and" adds a payment.
    fn replaces(&self, between: &str, plan: bool) -> bool {
        let said = between.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '-' | '/'));
        (!plan && self.either.iter().any(|e| e == said))
            || (between.len() < CORRECTION_REACH && self.corrects.iter().any(|c| words::says(said, c)))
    }

    fn denied(&self, folded: &str, span: &Range<usize>) -> bool {
        words::ends_with(folded, span.start, &self.denies) || words::begins_with(folded, span.end, &self.denied_by)
    }

    /// How much the clause around a moment speaks of paying rather than of something else.
    fn weight(&self, folded: &str, span: &Range<usize>) -> i32 {
        let said = |list: &[String]| i32::from(words::clause_says(folded, span, list));
        said(&self.pays) - 2 * said(&self.other)
    }
}

#[cfg(test)]
mod tests {
    use crate::reading::language::Packs;
    use crate::reading::text::Text;
    use chrono::NaiveDate;

    fn day(packs: &Packs, language: &str, origin: &str, said: &str, us_dates: bool) -> Option<String> {
        let pack = packs.all().iter().find(|p| p.language.code() == language).expect("a known language");
        let text = Text::new(said, &pack.spellings);
        let origin: NaiveDate = origin.parse().expect("a day");
        let moments = pack.moments.find(&text, origin, us_dates);
        pack.moments.choice().payment_day(&text, &moments, false).map(|(day, _)| day.to_string())
    }

    #[test]
    fn the_date_table_of_the_guide_holds_in_french() {
        let packs = Packs::embedded().expect("the data of the languages");
        // A Thursday.
        for (said, wanted) in [
            ("le 5", "2026-04-05"),
            ("le 12", "2026-03-12"),
            ("je paie vendredi", "2026-03-13"),
            ("jeudi", "2026-03-19"),
            ("lundi en 8", "2026-03-23"),
            ("lundi en quinze", "2026-03-30"),
            ("fin du mois", "2026-03-31"),
            ("fin mars", "2026-03-31"),
            ("le mois prochain", "2026-04-30"),
            ("en avril", "2026-04-30"),
            ("début avril", "2026-04-05"),
            ("mi-avril", "2026-04-15"),
            ("cette semaine", "2026-03-13"),
            ("la semaine prochaine", "2026-03-20"),
            ("semaine 24", "2026-06-12"),
            ("ce week-end", "2026-03-14"),
            ("dans 3 jours", "2026-03-15"),
            ("sous 48h", "2026-03-14"),
            ("sous huitaine", "2026-03-20"),
            ("sous quinzaine", "2026-03-27"),
            ("dans 15 jours", "2026-03-27"),
            ("dans un mois", "2026-04-12"),
            ("avant le 15", "2026-03-15"),
            ("pas avant le 15", "2026-03-15"),
            ("à partir du 15", "2026-03-15"),
            ("le 5 ou le 6", "2026-04-06"),
            ("entre lundi et mercredi", "2026-03-18"),
            ("5/4", "2026-04-05"),
            ("2026-04-05", "2026-04-05"),
            ("avant Noël", "2026-12-25"),
            ("à la Toussaint", "2026-11-01"),
            ("à Pâques", "2026-04-05"),
            ("demain", "2026-03-13"),
            ("ce soir", "2026-03-12"),
            ("tout de suite", "2026-03-12"),
            ("vendredi, non, lundi", "2026-03-16"),
            ("ma paye le 28", "2026-03-28"),
            ("le 12 mars 2026", "2026-03-12"),
            ("1er avril", "2026-04-01"),
        ] {
            assert_eq!(day(&packs, "fr", "2026-03-12", said, false).as_deref(), Some(wanted), "{said}");
        }
        for said in [
            "dès que possible",
            "bientôt",
            "quand je suis payé",
            "le 31 février",
            "la facture du 5 mars",
            "rappelez-moi lundi",
            "le mois dernier",
            "hier",
        ] {
            assert_eq!(day(&packs, "fr", "2026-03-12", said, false), None, "{said}");
        }
    }

    #[test]
    fn the_date_table_of_the_guide_holds_in_english() {
        let packs = Packs::embedded().expect("the data of the languages");
        for (said, us, wanted) in [
            ("the 5th", false, "2026-04-05"),
            ("friday", false, "2026-03-13"),
            ("Monday week", false, "2026-03-23"),
            ("a week on Monday", false, "2026-03-23"),
            ("EOM", false, "2026-03-31"),
            ("next month", false, "2026-04-30"),
            ("early May", false, "2026-05-05"),
            ("mid April", false, "2026-04-15"),
            ("this week", false, "2026-03-13"),
            ("next week", false, "2026-03-20"),
            ("in a fortnight", false, "2026-03-26"),
            ("in 3 days", false, "2026-03-15"),
            ("3 to 5 days", false, "2026-03-17"),
            ("before Easter", false, "2026-04-05"),
            ("5/4", false, "2026-04-05"),
            ("5/4", true, "2026-05-04"),
            ("tonight", false, "2026-03-12"),
            ("in 2 hours", false, "2026-03-12"),
            ("tmrw", false, "2026-03-13"),
            ("not friday, monday", false, "2026-03-16"),
            ("end of April", false, "2026-04-30"),
            ("Thanksgiving", true, "2026-11-26"),
        ] {
            assert_eq!(day(&packs, "en", "2026-03-12", said, us).as_deref(), Some(wanted), "{said}");
        }
        for said in ["soon", "asap", "call me monday", "last friday", "3 weeks ago"] {
            assert_eq!(day(&packs, "en", "2026-03-12", said, false), None, "{said}");
        }
    }
}
