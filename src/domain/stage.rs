//! Where a reminder stands on the way from a courteous word before the due day to the last amicable notice.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// What a reminder of ours is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// It will soon be due.
    BeforeDue,
    /// It is due today.
    DueDay,
    /// It was due some days ago.
    First,
    /// One reminder had no answer.
    Second,
    /// Several had none.
    Final,
    /// The last amicable notice: a day by which to settle, and what then truly follows.
    AmicableNotice,
    /// An advance or a loan between two who know each other.
    Loan,
    /// Whether they agree that they owe it.
    AskAcknowledgment,
}

impl Stage {
    /// All of them, in the order in which they come.
    pub const ALL: [Self; 8] = [
        Self::BeforeDue,
        Self::DueDay,
        Self::First,
        Self::Second,
        Self::Final,
        Self::AmicableNotice,
        Self::Loan,
        Self::AskAcknowledgment,
    ];

    /// The stage of a reminder sent on `today` outside any plan.
    #[must_use]
    pub fn of_day(due_on: NaiveDate, today: NaiveDate) -> Self {
        match due_on.cmp(&today) {
            Ordering::Greater => Self::BeforeDue,
            Ordering::Equal => Self::DueDay,
            Ordering::Less => Self::First,
        }
    }

    /// The label under which it is stored and written in files.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::BeforeDue => "before_due",
            Self::DueDay => "due_day",
            Self::First => "first",
            Self::Second => "second",
            Self::Final => "final",
            Self::AmicableNotice => "amicable_notice",
            Self::Loan => "loan",
            Self::AskAcknowledgment => "ask_acknowledgment",
        }
    }

    /// Reads a label.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.label() == label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_known_by_its_label_and_a_day_tells_the_first_of_them() {
        assert!(Stage::ALL.into_iter().all(|stage| Stage::from_label(stage.label()) == Some(stage)));
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        for (today, stage) in
            [("2026-11-20", Stage::BeforeDue), ("2026-11-21", Stage::DueDay), ("2026-11-22", Stage::First)]
        {
            assert_eq!(Stage::of_day(day("2026-11-21"), day(today)), stage);
        }
    }
}
