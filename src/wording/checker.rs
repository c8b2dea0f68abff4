//! The template checker: words that a message may never say, or only with a named person's reason.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The text cannot be approved.
    Block,
    /// A named person must give a reason.
    Review,
}

/// Words found in a text that should not be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Why the words are watched for: `costs`, `enforcement`…
    pub group: String,
    /// How serious it is.
    pub level: Level,
    /// The watched words, as the list writes them.
    pub words: String,
}

/// One language's `forbidden.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checker {
    group: Vec<Group>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    name: String,
    level: Level,
    words: Vec<String>,
}

impl Checker {
    /// All that `text` says and should not.
    pub(super) fn check(&self, text: &str) -> Vec<Finding> {
        let folded = fold(text);
        let mut findings = Vec::new();
        for group in &self.group {
            for words in group.words.iter().filter(|words| says(&folded, words)) {
                findings.push(Finding { group: group.name.clone(), level: group.level, words: words.clone() });
            }
        }
        findings
    }
}

/// Whether folded text says `words`, alone or in the plural; a final `*` takes any ending.
fn says(folded: &str, words: &str) -> bool {
    let wanted = fold(words);
    match words.ends_with('*') {
        true => folded.contains(wanted.trim_end()),
        false => folded.contains(&wanted) || folded.contains(&format!("{}s ", wanted.trim_end())),
    }
}

/// Words without case, accents or punctuation, each between single spaces.
fn fold(text: &str) -> String {
    let letters: String =
        text.to_lowercase().nfkd().filter(|c| !unicode_normalization::char::is_combining_mark(*c)).collect();
    let words = letters.split(|c: char| !c.is_alphanumeric() && c != '€').filter(|word| !word.is_empty());
    words.fold(String::from(" "), |line, word| line + word + " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(String, Level)> {
        let checker: Checker = toml::from_str(include_str!("templates/fr/forbidden.toml")).unwrap();
        checker.check(text).into_iter().map(|finding| (finding.group, finding.level)).collect()
    }

    #[test]
    fn threats_are_found_whatever_their_case_accents_or_number() {
        for (text, group, level) in [
            ("Un HUISSIER passera", "officers and courts", Level::Block),
            ("nos huissiers", "officers and courts", Level::Block),
            ("un titre executoire", "officers and courts", Level::Block),
            ("des poursuites pénales", "crime", Level::Block),
            ("nous informerons votre employeur", "exposure", Level::Block),
            ("frais d’impayé : 12 €", "costs", Level::Block),
            ("une indemnité de 40 €", "costs", Level::Block),
            ("appelez le 0899 70 00 00", "contact", Level::Block),
            ("payez sur https://bit.ly/abc", "contact", Level::Block),
            ("réponse sous 48 h", "false urgency", Level::Review),
            ("afin d'éviter toute procédure", "vague threat", Level::Review),
        ] {
            assert!(found(text).contains(&(group.to_owned(), level)), "{text}");
        }
    }

    #[test]
    fn honest_words_that_only_look_alike_pass() {
        for text in
            ["le préjugé", "une assurance complainte", "140 €", "l'honteuse", "le 01 80 89 12 34", "emprisonner"]
        {
            assert_eq!(found(text), [], "{text}");
        }
    }
}
