//! Alarms of a case: what time alone brings about.

use serde::{Deserialize, Serialize};

/// What a timer is for. A case has one of each kind at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimerKind {
    /// The promised day and its grace are over.
    PromiseDue,
    /// A payment of the plan and its grace are over.
    InstalmentDue,
    /// The offered plan no longer stands.
    OfferLapses,
    /// The pause after "I have paid" is over.
    ClaimLapses,
    /// The rest after a hardship is over.
    FreezeEnds,
    /// The next step of the dunning plan may be due.
    NextStep,
}

impl TimerKind {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::PromiseDue, Self::InstalmentDue, Self::OfferLapses, Self::ClaimLapses, Self::FreezeEnds, Self::NextStep];

    /// The label under which it is stored.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::PromiseDue => "promise_due",
            Self::InstalmentDue => "instalment_due",
            Self::OfferLapses => "offer_lapses",
            Self::ClaimLapses => "claim_lapses",
            Self::FreezeEnds => "freeze_ends",
            Self::NextStep => "next_step",
        }
    }

    /// Reads a label.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.label() == label)
    }
}
