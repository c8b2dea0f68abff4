//! Words compared without case, accents, punctuation or what no telephone shows.

use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Words in small plain letters, each between single spaces.
pub(super) fn fold(text: &str) -> String {
    let letters: String = text.to_lowercase().nfkd().filter(|c| !is_combining_mark(*c) && !is_invisible(*c)).collect();
    let words = letters.split(|c: char| !c.is_alphanumeric() && c != '€').filter(|word| !word.is_empty());
    words.fold(String::from(" "), |line, word| line + word + " ")
}

/// A soft hyphen or a joiner inside a word would hide it.
const fn is_invisible(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
}

/// Words to look for, folded once: alone or in the plural; a final `*` takes any ending.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(super) struct Phrase {
    /// As the list writes it.
    pub(super) written: String,
    forms: Vec<String>,
}

impl From<String> for Phrase {
    fn from(written: String) -> Self {
        let folded = fold(&written);
        let stem = folded.trim_end().to_owned();
        let forms = if written.ends_with('*') { vec![stem] } else { vec![folded, stem + "s "] };
        Self { written, forms }
    }
}

impl Phrase {
    /// Whether folded text says it.
    pub(super) fn is_in(&self, folded: &str) -> bool {
        self.forms.iter().any(|form| folded.contains(form))
    }
}
