//! A text of the operator's own is said once somebody else than its author has approved it, version by version.

use super::Language;
use chrono::{DateTime, Utc};
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The word of a second person on one version of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Approval {
    /// The name of the text: `menu`, `reminder/first`.
    pub name: String,
    /// Its language.
    pub language: Language,
    /// The hash of this version.
    pub hash: String,
    /// Its whole source.
    pub source: String,
    /// Who wrote it.
    pub author: String,
    /// Who gave their word.
    pub approved_by: String,
    /// Why, where the checker wanted a reason.
    pub reason: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

/// Whether two names are one person's: blanks around them, capitals and accents tell nobody apart.
#[must_use]
pub fn is_same_person(one: &str, other: &str) -> bool {
    let bare = |word: &str| word.nfd().filter(|c| !is_combining_mark(*c)).collect::<String>().to_lowercase();
    let folded = |name: &str| name.split_whitespace().map(bare).collect::<Vec<_>>();
    folded(one) == folded(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_capitals_and_accents_make_no_second_person() {
        for (one, other, same) in [
            ("Anne", " anne ", true),
            ("ANNE  MARIE", "Anne Marie", true),
            ("Élise", "élise", true),
            ("Léa", "lea", true),
            ("François Noël", "francois noel", true),
            ("Anne", "Anna", false),
        ] {
            assert_eq!(is_same_person(one, other), same, "{one} {other}");
        }
    }
}
