//! Phone numbers: a debtor's is E.164 and parsed once; a sender on a webhook may be anything.
//!
//! `Debug` shows the country code and the last two digits only, so that no log can carry a number.

use chrono::{DateTime, Utc};
use phonenumber::{Mode, Type, country};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest raw input we look at: parsing runs on text from outside.
const LONGEST_INPUT: usize = 40;
/// Longest national writing of a number, punctuation included.
const LONGEST_WRITING: usize = 20;

/// Overseas France has country codes of its own, though people write its numbers as French ones.
const FRENCH_REGIONS: [country::Id; 6] = [country::FR, country::RE, country::GP, country::YT, country::GF, country::MQ];

/// Why a text is not a mobile number that we may write to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PhoneError {
    /// Nothing there.
    #[error("the number is empty")]
    Empty,
    /// Letters, an extension, or far too long.
    #[error("this is not written as a phone number: digits, spaces, dots and one leading + only")]
    Unreadable,
    /// Digits, but no number of that country.
    #[error("no such number exists in that country: write all its digits, and + with the country code for another one")]
    Invalid,
    /// A landline, a service number, a machine.
    #[error("this is not a mobile number, so it cannot receive an SMS")]
    NotMobile,
}

/// A mobile number in E.164, valid when it was parsed.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number as people write it in `region` (ISO 3166 code such as `FR`).
    ///
    /// # Errors
    /// When the text is not a number, the number does not exist, or it is not a mobile.
    pub fn parse(raw: &str, region: &str) -> Result<Self, PhoneError> {
        let tidy = tidy(raw)?;
        let home = region.parse::<country::Id>().unwrap_or(country::FR);
        let regions: &[country::Id] = if home == country::FR { &FRENCH_REGIONS } else { &[home] };
        let mut problem = PhoneError::Invalid;
        for region in regions {
            let Ok(number) = phonenumber::parse(Some(*region), &tidy) else { continue };
            if !number.is_valid() {
                continue;
            }
            match number.number_type(&phonenumber::metadata::DATABASE) {
                Type::Mobile | Type::FixedLineOrMobile => {
                    return Ok(Self(number.format().mode(Mode::E164).to_string()));
                }
                _ => problem = PhoneError::NotMobile,
            }
        }
        Err(problem)
    }

    /// Takes a number back from our own store, where only parsed ones are written.
    #[must_use]
    pub fn from_store(e164: String) -> Option<Self> {
        is_e164(&e164).then_some(Self(e164))
    }

    /// The number in E.164: `+33612345678`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PhoneNumber {
    /// As people write it at home; with its country code for whoever calls from another one than `region`.
    #[must_use]
    pub fn written(&self, region: &str) -> String {
        let Ok(number) = phonenumber::parse(None, &self.0) else { return self.0.clone() };
        let at_home = region.parse::<country::Id>().ok().is_some_and(|home| number.country().id() == Some(home));
        let mode = if at_home { Mode::National } else { Mode::International };
        number.format().mode(mode).to_string()
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&mask(&self.0))
    }
}

/// Who a webhook says a message is from or to: never assumed to be a number.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Address {
    /// A number with its country code.
    E164(String),
    /// Three to six digits.
    ShortCode(String),
    /// A name of eleven characters at most, with a letter.
    Alphanumeric(String),
    /// Anything else, kept as it came.
    Unknown(String),
}

impl Address {
    /// Sorts what a gateway wrote: `33…`, `+33…`, `0033…` and a leading space (a `+` that was not escaped) are all E.164.
    #[must_use]
    pub fn parse(raw: &str) -> Self {
        let text: String = raw.trim().chars().filter(|c| !c.is_control()).collect();
        let digits = text.strip_prefix('+').or_else(|| text.strip_prefix("00")).unwrap_or(&text);
        let all_digits = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        match (all_digits, digits.len()) {
            (true, 3..=6) if digits.len() == text.len() => Self::ShortCode(text),
            (true, 8..=15) if !digits.starts_with('0') => Self::E164(format!("+{digits}")),
            (false, _) if is_sender_name(&text) => Self::Alphanumeric(text),
            _ => Self::Unknown(text),
        }
    }

    /// The text that the carrier knows it by.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::E164(s) | Self::ShortCode(s) | Self::Alphanumeric(s) | Self::Unknown(s) => s,
        }
    }

    /// A person can answer a number or a short code, not a name.
    #[must_use]
    pub const fn can_be_answered(&self) -> bool {
        matches!(self, Self::E164(_) | Self::ShortCode(_))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::E164(s) => f.write_str(&mask(s)),
            Self::ShortCode(s) => write!(f, "short code {s}"),
            Self::Alphanumeric(_) => f.write_str("sender name"),
            Self::Unknown(_) => f.write_str("unknown address"),
        }
    }
}

/// Where the number came from: it decides what may be said before the person is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PhoneOrigin {
    /// Given by the customer for this contract, less than twelve months ago.
    Contract,
    /// Given by the customer, longer ago or for another contract.
    Older,
    /// Found by a search.
    Traced,
    /// Shared by several people.
    Shared,
    /// A workplace.
    Workplace,
    /// Nobody knows.
    Unknown,
}

impl PhoneOrigin {
    /// The identity level a number of this origin starts at.
    #[must_use]
    pub const fn starting_level(self) -> IdentityLevel {
        match self {
            Self::Contract => IdentityLevel::L1,
            _ => IdentityLevel::L0,
        }
    }

    /// Whether a bare "oui" to "are you …?" is enough for L1: only for a number of known origin.
    #[must_use]
    pub const fn trusts_a_yes(self) -> bool {
        matches!(self, Self::Contract | Self::Older)
    }
}

/// How sure we are that the person at this number is the debtor; it bounds what may be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum IdentityLevel {
    /// Unknown: the creditor's name, an opaque reference, "are you …?".
    L0,
    /// Invoice, amount, due date, payment link.
    L1,
    /// One datum of the file matched: history, plans with evidential weight.
    L2,
    /// One-time code or signature.
    L3,
}

/// Why nothing may leave for a number on behalf of one creditor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionReason {
    /// The person asked us to stop.
    OptOut,
    /// It is somebody else's number.
    WrongNumber,
    /// The carrier says that it cannot receive.
    Invalid,
}

/// A number that we no longer write to, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// Why.
    pub reason: SuppressionReason,
    /// Since when.
    pub since: DateTime<Utc>,
}

/// The number at the other end of a thread.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Phone {
    /// The number.
    pub number: PhoneNumber,
    /// Where it came from.
    pub origin: PhoneOrigin,
    /// How sure we are of who holds it.
    pub identity: IdentityLevel,
    /// Set when nothing may leave.
    pub suppressed: Option<Suppression>,
}

fn tidy(raw: &str) -> Result<String, PhoneError> {
    use unicode_normalization::UnicodeNormalization;
    if raw.len() > LONGEST_INPUT * 4 {
        return Err(PhoneError::Unreadable);
    }
    let visible = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let text: String = raw.nfkc().filter(visible).collect::<String>().trim().to_owned();
    if text.is_empty() {
        return Err(PhoneError::Empty);
    }
    let allowed = |c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '+' | '.' | '-' | '(' | ')' | '/');
    if text.chars().count() > LONGEST_WRITING || !text.chars().all(allowed) || text.rfind('+').is_some_and(|at| at > 0)
    {
        return Err(PhoneError::Unreadable);
    }
    Ok(text)
}

fn is_e164(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|d| (7..=15).contains(&d.len()) && d.bytes().all(|b| b.is_ascii_digit()))
}

fn is_sender_name(text: &str) -> bool {
    (1..=11).contains(&text.chars().count())
        && text.chars().any(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '&'))
}

fn mask(number: &str) -> String {
    match (number.get(..3), number.get(number.len().saturating_sub(2)..)) {
        (Some(head), Some(tail)) => format!("{head}…{tail}"),
        _ => "…".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fr(raw: &str) -> Result<String, PhoneError> {
        PhoneNumber::parse(raw, "FR").map(|n| n.as_str().to_owned())
    }

    #[test]
    fn french_mobiles_are_read_however_people_write_them() {
        for raw in [
            "06 12 34 56 78",
            "06.12.34.56.78",
            "+33 (0)6 12 34 56 78",
            "0033 6 12 34 56 78",
            "+33 06 12 34 56 78",
            "33612345678",
            "612345678",
            "06\u{a0}12\u{a0}34\u{a0}56\u{a0}78",
            "\u{200e}0612345678",
            "０６１２３４５６７８",
        ] {
            assert_eq!(fr(raw).as_deref(), Ok("+33612345678"), "{raw}");
        }
    }

    #[test]
    fn overseas_numbers_written_as_french_ones_find_their_territory() {
        assert_eq!(fr("0692 12 34 56").as_deref(), Ok("+262692123456"));
        assert_eq!(fr("0690123456").as_deref(), Ok("+590690123456"));
        assert_eq!(fr("0639 01 23 45").as_deref(), Ok("+262639012345"));
        assert_eq!(fr("+596696123456").as_deref(), Ok("+596696123456"));
    }

    #[test]
    fn a_number_is_written_as_at_home_and_with_its_country_code_elsewhere() {
        let number = PhoneNumber::parse("0612345678", "FR").unwrap();
        assert_eq!(
            (number.written("FR").as_str(), number.written("GB").as_str()),
            ("06 12 34 56 78", "+33 6 12 34 56 78")
        );
    }

    #[test]
    fn what_cannot_receive_a_message_is_refused() {
        assert_eq!(fr("0145678901"), Err(PhoneError::NotMobile));
        assert_eq!(fr("0937000001"), Err(PhoneError::NotMobile));
        assert_eq!(fr("36111"), Err(PhoneError::Invalid));
        assert_eq!(fr("+33700000000000"), Err(PhoneError::Invalid));
        assert_eq!(fr("0612345678 Paul"), Err(PhoneError::Unreadable));
        assert_eq!(fr("O6 12 34 56 78"), Err(PhoneError::Unreadable));
        assert_eq!(fr("003-836-4618x3001"), Err(PhoneError::Unreadable));
        assert_eq!(fr(" "), Err(PhoneError::Empty));
        assert_eq!(fr(&"0".repeat(5_000)), Err(PhoneError::Unreadable));
    }

    #[test]
    fn senders_are_sorted_without_forcing_them_to_be_numbers() {
        let e164 = Address::E164("+33612345678".into());
        for raw in ["+33612345678", "33612345678", "0033612345678", " 33612345678"] {
            assert_eq!(Address::parse(raw), e164, "{raw}");
        }
        assert_eq!(Address::parse("36111"), Address::ShortCode("36111".into()));
        assert_eq!(Address::parse("Free Mobile"), Address::Alphanumeric("Free Mobile".into()));
        assert_eq!(Address::parse(""), Address::Unknown(String::new()));
        assert!(matches!(Address::parse("whatsapp:+33612345678"), Address::Unknown(_)));
    }

    #[test]
    fn a_number_is_masked_in_every_debug() {
        let number = PhoneNumber::parse("0612345678", "FR").map(|n| format!("{n:?} {:?}", Address::parse(n.as_str())));
        assert_eq!(number.as_deref(), Ok("+33…78 +33…78"));
    }
}
