//! Whole messages that need no model: STOP, START, HELP, the numbered menu, and the barest answers.

use super::error::ReadingError;
use super::language;
use crate::domain::{Intent, Keyword};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What each number of the menu asks for.
const MENU: [Intent; 4] = [Intent::PaymentHelp, Intent::PlanRequest, Intent::Dispute, Intent::HumanRequest];

/// The whole messages of one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Keywords {
    stop: Vec<String>,
    start: Vec<String>,
    help: Vec<String>,
    yes: Vec<String>,
    no: Vec<String>,
    courtesy: Vec<String>,
    around: Vec<String>,
    plain: BTreeMap<Intent, Vec<String>>,
    menu_numbers: [Vec<String>; 4],
    menu_wrappers: Vec<String>,
}

impl Keywords {
    /// Reads `keywords.toml`.
    pub(super) fn parse(file: &str, source: &str) -> Result<Self, ReadingError> {
        language::read(file, source)
    }

    /// The keyword that the whole message is.
    pub(super) fn keyword(&self, folded: &str) -> Option<Keyword> {
        let bare = bare(folded);
        let is = |list: &[String]| list.contains(&bare);
        match () {
            () if is(&self.start) => Some(Keyword::Start),
            () if is(&self.help) => Some(Keyword::Help),
            () if is(&self.stop) => Some(Keyword::Stop),
            () => None,
        }
    }

    /// The intent of a bare yes, a bare no, or a bare greeting.
    pub(super) fn short_answer(&self, folded: &str) -> Option<Intent> {
        let bare = bare(folded);
        let is = |list: &[String]| list.contains(&bare);
        match () {
            () if is(&self.yes) => Some(Intent::Affirmation),
            () if is(&self.no) => Some(Intent::Negation),
            () if is(&self.courtesy) => Some(Intent::Courtesy),
            () => None,
        }
    }

    /// The intent of a message that says one thing in so many words, a greeting or a thank-you apart.
    pub(super) fn plain(&self, folded: &str) -> Option<Intent> {
        let bare = bare(folded);
        let words: Vec<&str> = bare.split(' ').collect();
        let around = |word: &&str| self.around.iter().any(|w| w == word);
        let first = words.iter().position(|word| !around(word))?;
        let last = words.iter().rposition(|word| !around(word))?;
        let statements = [words[first..].join(" "), words[first..=last].join(" ")];
        let says = |list: &[String]| list.iter().any(|plain| statements.contains(plain));
        self.plain.iter().find(|(_, list)| says(list)).map(|(intent, _)| *intent)
    }

    /// What an answer to the menu chooses: one number, with nothing around it but "option", "le", "please".
    pub(super) fn menu(&self, folded: &str) -> Option<Intent> {
        let bare = bare(folded);
        let is_wrapper = |word: &&str| self.menu_wrappers.iter().any(|w| w == word);
        let mut left = bare.split(' ').filter(|word| !is_wrapper(word) && !word.is_empty());
        let (number, None) = (left.next()?, left.next()) else { return None };
        self.menu_numbers.iter().position(|list| list.iter().any(|w| w == number)).map(|at| MENU[at])
    }
}

/// The message without punctuation, its blanks made single; an emoji stays.
pub(super) fn bare(folded: &str) -> String {
    let keep = |c: char| {
        if c.is_alphanumeric() || c == '\'' || (!c.is_ascii() && !c.is_whitespace() && c != '…' && c != '\u{fffd}') {
            c
        } else {
            ' '
        }
    };
    folded.chars().map(keep).collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// True when the first word is STOP: what follows does not matter (the rules of contact, opt-out keywords).
pub(super) fn begins_with_stop(folded: &str) -> bool {
    bare(folded).split(' ').next() == Some("stop")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn french() -> Keywords {
        Keywords::parse("fr", include_str!("../../intents/fr/keywords.toml")).expect("the file of the language")
    }

    #[test]
    fn only_the_whole_message_is_a_keyword() {
        for (text, keyword) in [
            ("stop", Some(Keyword::Stop)),
            (" stop. ", Some(Keyword::Stop)),
            ("stop sms", Some(Keyword::Stop)),
            ("arret", Some(Keyword::Stop)),
            ("arret maladie", None),
            ("fin du mois", None),
            ("aide", Some(Keyword::Help)),
            ("start", Some(Keyword::Start)),
            ("", None),
        ] {
            assert_eq!(french().keyword(text), keyword, "{text}");
        }
    }

    #[test]
    fn a_plain_statement_counts_only_when_nothing_else_is_said() {
        for (text, intent) in [
            ("je conteste", Some(Intent::Dispute)),
            ("bonjour, je conteste. merci", Some(Intent::Dispute)),
            ("j'ai deja paye !", Some(Intent::AlreadyPaid)),
            ("conseiller", Some(Intent::HumanRequest)),
            ("mauvais numero", Some(Intent::WrongNumber)),
            ("je ne conteste pas", None),
            ("je conteste et je paie vendredi", None),
            ("bonjour", None),
            ("", None),
        ] {
            assert_eq!(french().plain(text), intent, "{text}");
        }
    }

    #[test]
    fn the_menu_takes_a_number_in_any_dress_and_nothing_more() {
        for (text, intent) in [
            ("1", Some(Intent::PaymentHelp)),
            ("2.", Some(Intent::PlanRequest)),
            ("le 2", Some(Intent::PlanRequest)),
            ("option 3", Some(Intent::Dispute)),
            ("un", Some(Intent::PaymentHelp)),
            ("le 4 s'il vous plait", Some(Intent::HumanRequest)),
            ("5", None),
            ("1 ou 2", None),
            ("je paie le 2 mars", None),
        ] {
            assert_eq!(french().menu(text), intent, "{text}");
        }
    }
}
