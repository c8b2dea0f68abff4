//! Bare answers, whose meaning is in the question.

use super::days;
use super::keywords;
use super::plan::Plans;
use super::text::Text;
use crate::domain::{Asked, Intent};
use chrono::NaiveDate;

/// Counts of payments that people answer with a bare number; other numbers are amounts.
const COUNTS: [u32; 16] = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 18, 24, 36, 48, 60];

/// What a bare number means after a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bare {
    pub(super) intent: Intent,
    pub(super) day: Option<NaiveDate>,
    pub(super) instalments: Option<u32>,
    pub(super) instalment_minor: Option<i64>,
}

/// Reads a message that is one number and nothing else.
pub(super) fn read(text: &Text<'_>, asked: Option<Asked>, origin: NaiveDate, plans: &Plans) -> Option<Bare> {
    let number = plans.number(&keywords::bare(text.folded()))?;
    let nothing = Bare { intent: Intent::Promise, day: None, instalments: None, instalment_minor: None };
    match asked? {
        Asked::PaymentDate | Asked::ConfirmDate => match number {
            1..=31 => Some(Bare { day: days::next_day(origin, number), ..nothing }),
            32..=20_000 => Some(nothing),
            _ => None,
        },
        Asked::PlanTerms if COUNTS.contains(&number) => {
            Some(Bare { intent: Intent::PlanRequest, instalments: Some(number), ..nothing })
        }
        Asked::PlanTerms if (13..=20_000).contains(&number) => {
            let each = Some(i64::from(number) * 100);
            Some(Bare { intent: Intent::PlanRequest, instalment_minor: each, ..nothing })
        }
        _ => None,
    }
}
