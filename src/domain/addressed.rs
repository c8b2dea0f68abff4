//! Of the cases that we speak of with one number, the one that a reply is about.

use super::{Case, CaseId};

/// The case last spoken of; else the oldest that is not over; else the oldest.
#[must_use]
pub fn last_spoken_of(focus: Option<CaseId>, cases: &[Case]) -> Option<&Case> {
    let last = cases.iter().find(|case| Some(case.id) == focus);
    last.or_else(|| cases.iter().find(|case| !case.state.is_over())).or_else(|| cases.first())
}

/// The case whose reference or invoice a reply quotes.
#[must_use]
pub fn named<'a>(quoted: Option<&str>, cases: &'a [Case]) -> Option<&'a Case> {
    let quoted = fold(quoted?);
    cases.iter().find(|case| {
        fold(&case.reference) == quoted || case.debt.invoice.as_deref().is_some_and(|invoice| fold(invoice) == quoted)
    })
}

fn fold(reference: &str) -> String {
    reference.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
