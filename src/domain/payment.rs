//! Money that came in, or that the bank took back, and what it is imputed to.

use super::{Items, Money};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Which way the money went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentKind {
    /// It came in.
    #[default]
    Payment,
    /// It came in and went back: a direct debit or a cheque that was not honoured.
    Reversal,
}

/// How a debt may be paid beside the page of its link.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PaymentMeans {
    /// Where transfers go.
    pub transfer: Option<BankAccount>,
    /// To whose order cheques are made out.
    pub cheque_to: Option<String>,
}

/// An account that transfers go to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BankAccount {
    /// Its number, in groups of four.
    pub iban: String,
    /// Its bank.
    pub bic: Option<String>,
    /// Whose it is.
    pub holder: String,
}

/// Money that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingPayment {
    /// How much.
    pub amount: Money,
    /// By what means: `card`, `transfer`, `demo`.
    pub means: String,
    /// The day on which it was received, which may be long before it was told to us.
    pub received_on: NaiveDate,
    /// The number of its receipt, where the creditor gives one.
    pub receipt: Option<String>,
    /// Whether the person is to hear nothing of it, as of old payments that are brought in.
    pub quiet: bool,
    /// The agent who wrote it down, when one did.
    pub by: Option<String>,
}

impl Items {
    /// What `amount` pays of each item once `before` was paid: the interest first (code civil, article 1343-1), then the
    /// principal, and costs last. What is paid beyond the debt is imputed to nothing.
    #[must_use]
    pub fn imputed(self, before: i64, amount: i64) -> Self {
        let mut from = 0;
        let mut share = |item: i64| {
            let (start, end) = (from, from + item);
            from = end;
            ((before + amount).clamp(start, end) - before.clamp(start, end)).max(0)
        };
        let interest = share(self.interest);
        let principal = share(self.principal);
        let fees = share(self.fees);
        Self { principal, interest, fees }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payment_goes_to_the_interest_first_then_to_the_principal_and_costs_come_last() {
        let items = Items { principal: 10_000, interest: 500, fees: 4_000 };
        let share = |before, amount| {
            let Items { principal, interest, fees } = items.imputed(before, amount);
            (interest, principal, fees)
        };
        assert_eq!(share(0, 300), (300, 0, 0));
        assert_eq!(share(300, 1_000), (200, 800, 0));
        assert_eq!(share(1_300, 9_300), (0, 9_200, 100));
        assert_eq!(share(10_600, 10_000), (0, 0, 3_900), "what is paid beyond the debt is imputed to nothing");
        assert_eq!(share(20_000, 100), (0, 0, 0));
    }
}
