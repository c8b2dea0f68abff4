//! What the carrier bills for a segment, so that what is planned can be told with its cost.

use super::ConfigError;
use crate::domain::{Currency, Money};
use serde::{Deserialize, Deserializer, de};

/// The price of one segment, in millionths: carriers bill fractions of a cent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SegmentPrice {
    millionths: i64,
    currency: Currency,
}

impl SegmentPrice {
    /// Reads `0.065 EUR`.
    ///
    /// # Errors
    /// When it is written otherwise.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let read = || {
            let (number, currency) = text.trim().split_once(' ')?;
            let (whole, part) = number.split_once('.').unwrap_or((number, ""));
            let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
            if whole.is_empty() || part.len() > 6 || whole.len() > 6 || !digits(whole) || !digits(part) {
                return None;
            }
            let millionths = format!("{whole}{part:0<6}").parse().ok()?;
            Some(Self { millionths, currency: Currency::parse(currency)? })
        };
        read().ok_or_else(|| ConfigError::Invalid {
            key: "gateway.segment_price".to_owned(),
            problem: format!("`{text}` is no price: write it as `0.065 EUR`"),
        })
    }

    /// What `segments` cost, to the cent above.
    #[must_use]
    pub fn of(self, segments: usize) -> Money {
        let millionths = i64::try_from(segments).unwrap_or(i64::MAX).saturating_mul(self.millionths);
        Money::new(millionths / 10_000 + i64::from(millionths % 10_000 != 0), self.currency)
    }
}

impl<'de> Deserialize<'de> for SegmentPrice {
    fn deserialize<D: Deserializer<'de>>(text: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(text)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_of_a_cent_add_up_and_are_told_to_the_cent_above() {
        let price = SegmentPrice::parse("0.0725 EUR").unwrap();
        assert_eq!(price.of(1), Money::new(8, Currency::Eur));
        assert_eq!(price.of(400), Money::new(2_900, Currency::Eur));
        assert_eq!(SegmentPrice::parse("1 usd").unwrap().of(3), Money::new(300, Currency::Usd));
    }

    #[test]
    fn what_is_no_price_is_refused_with_what_to_write() {
        for text in ["", "0.065", "EUR 0.065", "0,065 EUR", "-1 EUR", "0.0000001 EUR", "1 YEN", ". EUR"] {
            let said = SegmentPrice::parse(text).unwrap_err().to_string();
            assert!(said.contains("gateway.segment_price") && said.contains("`0.065 EUR`"), "{said}");
        }
    }
}
