//! Money as whole minor units: sums of debts must come out to the cent.

use serde::{Deserialize, Serialize};
use std::fmt;

/// A currency we can collect in; all of them have two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Currency {
    /// Euro.
    Eur,
    /// Pound sterling.
    Gbp,
    /// United States dollar.
    Usd,
    /// Swiss franc.
    Chf,
}

impl Currency {
    /// The ISO 4217 code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Usd => "USD",
            Self::Chf => "CHF",
        }
    }

    /// Reads an ISO 4217 code in any case.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        match code.trim().to_ascii_uppercase().as_str() {
            "EUR" | "€" => Some(Self::Eur),
            "GBP" | "£" => Some(Self::Gbp),
            "USD" | "$" => Some(Self::Usd),
            "CHF" => Some(Self::Chf),
            _ => None,
        }
    }
}

/// An amount in minor units (cents) of one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Cents, pence, centimes.
    pub minor: i64,
    /// The currency of `minor`.
    pub currency: Currency,
}

impl Money {
    /// `minor` cents of `currency`.
    #[must_use]
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Another amount in the same currency.
    #[must_use]
    pub const fn with_minor(self, minor: i64) -> Self {
        Self { minor, currency: self.currency }
    }

    /// True when nothing is left.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// Takes `paid` off; never below zero, because an overpayment is no debt of the debtor.
    #[must_use]
    pub fn minus(self, paid: Self) -> Self {
        debug_assert_eq!(self.currency, paid.currency);
        self.with_minor((self.minor - paid.minor).max(0))
    }

    /// Cuts the amount in `parts`, each as equal as cents allow; the first ones carry the odd cents,
    /// and the parts always sum to the whole. No part when `parts` is 0.
    #[must_use]
    pub fn split(self, parts: u32) -> Vec<Self> {
        let n = i64::from(parts);
        (0..n).map(|i| self.with_minor(self.minor / n + i64::from(i < self.minor % n))).collect()
    }

    /// Cuts the amount in payments of `each`, the last one carrying what remains. Empty when `each` is not positive.
    #[must_use]
    pub fn split_by(self, each: i64) -> Vec<Self> {
        if each <= 0 {
            return Vec::new();
        }
        let mut left = self.minor;
        let mut parts = Vec::new();
        while left > 0 {
            parts.push(self.with_minor(left.min(each)));
            left -= each;
        }
        parts
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02} {}", self.minor / 100, self.minor.abs() % 100, self.currency.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_always_sum_to_the_whole_and_differ_by_a_cent_at_most() {
        for minor in [1, 2, 99, 100, 10_001, 45_000, 999_999_999] {
            for n in 1..=13 {
                let parts = Money::new(minor, Currency::Eur).split(n);
                assert_eq!(parts.len(), n as usize);
                assert_eq!(parts.iter().map(|p| p.minor).sum::<i64>(), minor);
                let (low, high) = (parts.iter().map(|p| p.minor).min(), parts.iter().map(|p| p.minor).max());
                assert!(high.zip(low).is_some_and(|(h, l)| h - l <= 1), "{minor} in {n}");
            }
        }
    }

    #[test]
    fn payments_of_a_given_size_end_with_the_remainder() {
        let parts = Money::new(12_050, Currency::Eur).split_by(5_000);
        assert_eq!(parts.iter().map(|p| p.minor).collect::<Vec<_>>(), [5_000, 5_000, 2_050]);
        assert!(Money::new(100, Currency::Eur).split_by(0).is_empty());
    }

    #[test]
    fn an_overpayment_leaves_nothing_due() {
        assert!(Money::new(500, Currency::Eur).minus(Money::new(700, Currency::Eur)).is_zero());
    }
}
