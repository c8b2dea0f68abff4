//! Which of the moments named is the day of the payment offered.

use super::moments::{Kind, Moment};
use super::text::Text;
use chrono::NaiveDate;
use std::ops::Range;

/// Words between two moments that make them one choice: the last day named counts.
const CHOICE: [&str; 12] = ["ou", "or", "et", "and", "to", "a", "-", "ou le", "or the", "et le", "ou bien", "au"];
/// Words between two moments that take the first one back.
const CORRECTION: [&str; 16] = [
    "non",
    "no",
    "pardon",
    "sorry",
    "plutot",
    "finalement",
    "actually",
    "wait",
    "enfin",
    "oups",
    "oops",
    "rather",
    "scratch",
    "make it",
    "make that",
    "not",
];

/// The day of the first payment offered, and where it is said.
pub(super) fn payment_day(text: &Text<'_>, moments: &[Moment]) -> Option<(NaiveDate, Range<usize>)> {
    let mut chosen: Option<(NaiveDate, Range<usize>)> = None;
    for moment in moments.iter().filter(|m| m.kind != Kind::Nothing) {
        let Some(day) = moment.day else { continue };
        let takes_over = match &chosen {
            None => true,
            Some((_, span)) => {
                let between = text.folded().get(span.end..moment.span.start).unwrap_or("");
                let between = between.trim_matches(|c: char| !c.is_alphanumeric() && c != '-');
                let corrected = CORRECTION.iter().any(|word| {
                    between.split(|c: char| !c.is_alphanumeric()).any(|w| w == *word) || between.contains(" make it ")
                });
                CHOICE.contains(&between) || (corrected && between.len() < 40)
            }
        };
        if takes_over {
            chosen = Some((day, moment.span.clone()));
        }
    }
    chosen
}
