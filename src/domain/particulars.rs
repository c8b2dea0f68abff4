//! What a creditor's file says of a debt beside its amount: the items, by what right we write, whence the number, where letters go.

use super::PostalAddress;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The lawful basis on which the person's data are used (GDPR, article 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// 6.1.b: the contract that the debt is owed under.
    Contract,
    /// 6.1.f: the legitimate interest of whoever is owed.
    LegitimateInterest,
    /// 6.1.a: the person agreed.
    Consent,
}

/// The amount, item by item, in minor units of its currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Items {
    /// What was bought, lent or let.
    pub principal: i64,
    /// Interest for lateness.
    pub interest: i64,
    /// Penalties and costs that the law lets a business be asked for; always 0 for a consumer.
    pub fees: i64,
}

impl Items {
    /// The whole; `None` when it is more than can be counted.
    #[must_use]
    pub fn sum(self) -> Option<i64> {
        self.principal.checked_add(self.interest)?.checked_add(self.fees)
    }
}

/// What is kept with a case for the rules of sending and for evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Particulars {
    /// The amount item by item, where the file says so.
    pub items: Option<Items>,
    /// The day on which the amount was taken from a balance, which may hold what was received until then; none where it is
    /// what was owed at first.
    pub balance_on: Option<NaiveDate>,
    /// By what right the person's data are used.
    pub basis: Option<Basis>,
    /// Where the number was had from, in the creditor's words.
    pub number_source: Option<String>,
    /// The day on which it was had.
    pub number_obtained_on: Option<NaiveDate>,
    /// The SHA-256 of the letter that was sent first, in hexadecimal.
    pub letter_hash: Option<String>,
    /// The day after which the debt can no longer be asked for, where it is known.
    pub limitation_on: Option<NaiveDate>,
    /// Where letters go.
    pub address: Option<PostalAddress>,
}
