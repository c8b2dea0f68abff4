//! What a person told an agent elsewhere than by message: on the telephone, in a letter, in an e-mail.

use super::{IdentityLevel, Money, PhoneOrigin, PlanTerms, Promise};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// By what way they told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// On the telephone.
    Call,
    /// In a letter.
    Letter,
    /// In an e-mail.
    Email,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// They pay so much on that day.
    Promise(Promise),
    /// They pay in parts.
    Plan {
        /// How many payments, or how much each, and how often.
        terms: PlanTerms,
        /// The day of the first payment; in a week when none was said.
        first: Option<NaiveDate>,
    },
    /// They contest the debt, or say why they do.
    Dispute {
        /// Why, as the agent understood it.
        reason: String,
        /// The amount they hold right.
        held_right: Option<Money>,
    },
}

/// How an agent made sure who they speak with. What the person answered is written down nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// They said so.
    Word,
    /// They gave their postcode.
    Postcode,
    /// They gave the number of the invoice, the contract or the client.
    Reference,
    /// They gave the amount.
    Amount,
}

impl Proof {
    /// The level that it proves, for a number of that origin; `None` where it is not enough.
    #[must_use]
    pub const fn proves(self, origin: PhoneOrigin) -> Option<IdentityLevel> {
        match self {
            Self::Word if origin.trusts_a_yes() => Some(IdentityLevel::L1),
            Self::Word => None,
            Self::Postcode | Self::Reference | Self::Amount => Some(IdentityLevel::L2),
        }
    }
}
