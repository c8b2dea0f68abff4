//! Forms as carriers post them: names may repeat, bytes may not be UTF-8, and every field counts for the signature.

use base64::{Engine, engine::general_purpose::STANDARD};
use unicode_normalization::UnicodeNormalization;

/// Shorter than this, a word of the language could pass for base64.
const SHORTEST_BASE64: usize = 24;

/// The decoded fields, in the order they came.
pub(super) struct Form(Vec<(String, String)>);

impl Form {
    /// Decodes `+` and `%XX`; what is not UTF-8 becomes U+FFFD.
    pub(super) fn parse(raw: &[u8]) -> Self {
        Self(form_urlencoded::parse(raw).into_owned().collect())
    }

    /// Every field, as it was signed.
    pub(super) fn fields(&self) -> &[(String, String)] {
        &self.0
    }

    /// The first field of that name, tidied; `None` when it is absent.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| tidy(value))
    }

    /// The first field of that name, without the spaces around it; `None` when nothing is left.
    pub(super) fn word(&self, name: &str) -> Option<String> {
        self.text(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }
}

/// Accents composed, so that one letter has one spelling; no NUL, which PostgreSQL refuses.
pub(super) fn tidy(text: &str) -> String {
    text.nfc().filter(|c| *c != '\0').collect()
}

/// Undoes the base64 that some carriers wrap long texts in; any other text is left alone.
pub(super) fn unwrap_base64(text: String) -> String {
    if text.len() < SHORTEST_BASE64 || !text.len().is_multiple_of(4) {
        return text;
    }
    let printable = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    let words = STANDARD.decode(&text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match words {
        Some(words) if words.contains(' ') && words.chars().all(printable) => tidy(&words),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_and_none_is_dropped() {
        let form = Form::parse(b"Body=a%26b%3Dc%2Bd%0D%0Afin+&Tag=b&Tag=a&Empty=&Bare&caf%C3%A9=1");
        let fields: Vec<_> = form.fields().iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let expected =
            [("Body", "a&b=c+d\r\nfin "), ("Tag", "b"), ("Tag", "a"), ("Empty", ""), ("Bare", ""), ("café", "1")];
        assert_eq!(fields, expected);
        assert_eq!(form.text("Tag").as_deref(), Some("b"), "the first one is read");
        assert_eq!(form.word("Empty"), None);
        assert_eq!(form.text("Missing"), None);
    }

    #[test]
    fn texts_are_composed_without_nul_and_always_unicode() {
        for (raw, text) in [
            ("re%CC%81gle%CC%81", "réglé"),
            ("a%00b", "ab"),
            ("tr%E8s", "tr\u{fffd}s"),
            ("%F0%9F%91%8D", "👍"),
            ("100%", "100%"),
            ("%zz", "%zz"),
        ] {
            assert_eq!(Form::parse(format!("Body={raw}").as_bytes()).text("Body").as_deref(), Some(text), "{raw}");
        }
    }

    #[test]
    fn only_a_whole_base64_text_of_several_words_is_unwrapped() {
        let wrapped = STANDARD.encode("Je paierai vendredi, promis, ça va ?");
        assert_eq!(unwrap_base64(wrapped.clone()), "Je paierai vendredi, promis, ça va ?");
        for plain in [
            STANDARD.encode("Oui oui"),
            STANDARD.encode("unseulmotsansaucunespace"),
            STANDARD.encode("des mots et un \u{1} de trop dedans"),
            format!("{wrapped} "),
            "anticonstitutionnellement".into(),
            "jevaispayerlundiouimardi".into(),
            "AAAAAAAAAAAAAAAAAAAAAAAA".into(),
        ] {
            assert_eq!(unwrap_base64(plain.clone()), plain);
        }
    }
}
