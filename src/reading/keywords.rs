//! Whole messages that need no model: STOP, START, HELP, the numbered menu, and the barest answers.

use super::error::ReadingError;
use super::language;
use super::message::{Kind, Lexer, Message, Runs};
use crate::domain::{Intent, Keyword};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What each number of the menu asks for.
const MENU: [Intent; 4] = [Intent::PaymentHelp, Intent::PlanRequest, Intent::Dispute, Intent::HumanRequest];

/// `keywords.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
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

/// The whole messages of one language.
#[derive(Debug)]
pub(super) struct Keywords {
    /// As they are typed: a short spelling is not written out, a guess is not made.
    keywords: FxHashMap<String, Keyword>,
    menu: FxHashMap<String, Intent>,
    menu_wrappers: FxHashSet<String>,
    /// In the words they stand for.
    answers: FxHashMap<String, Intent>,
    plain: FxHashMap<String, Intent>,
    around: FxHashSet<String>,
}

impl Keywords {
    /// Reads `keywords.toml`.
    pub(super) fn parse(file: &str, source: &str, lexer: &Lexer) -> Result<Self, ReadingError> {
        let File { stop, start, help, yes, no, courtesy, around, plain, menu_numbers, menu_wrappers } =
            language::read(file, source)?;
        let typed = |written: &String| Runs::new(written).typed();
        let meant = |written: &String| {
            written.split_whitespace().flat_map(|word| lexer.apart(word)).collect::<Vec<_>>().join(" ")
        };
        let keywords = [(stop, Keyword::Stop), (start, Keyword::Start), (help, Keyword::Help)];
        let answers = [(yes, Intent::Affirmation), (no, Intent::Negation), (courtesy, Intent::Courtesy)];
        let each = |lists: Vec<(Vec<String>, Intent)>, key: &dyn Fn(&String) -> String| {
            lists
                .iter()
                .flat_map(|(list, intent)| list.iter().map(|written| (key(written), *intent)))
                .collect::<FxHashMap<_, _>>()
        };
        Ok(Self {
            keywords: keywords
                .iter()
                .flat_map(|(list, keyword)| list.iter().map(|written| (typed(written), *keyword)))
                .collect(),
            menu: each(menu_numbers.into_iter().zip(MENU).collect(), &typed),
            menu_wrappers: menu_wrappers.iter().map(typed).collect(),
            answers: each(answers.into(), &meant),
            plain: each(plain.into_iter().map(|(intent, list)| (list, intent)).collect(), &meant),
            around: around
                .iter()
                .map(meant)
                .flat_map(|w| w.split(' ').map(str::to_owned).collect::<Vec<_>>())
                .collect(),
        })
    }

    /// The keyword that the whole message is.
    pub(super) fn keyword(&self, typed: &str) -> Option<Keyword> {
        self.keywords.get(typed).copied()
    }

    /// What an answer to the menu chooses: one number, with nothing around it but "option", "le", "please".
    pub(super) fn menu(&self, typed: &str) -> Option<Intent> {
        let mut left = typed.split(' ').filter(|word| !self.menu_wrappers.contains(*word) && !word.is_empty());
        let (number, None) = (left.next()?, left.next()) else { return None };
        self.menu.get(number).copied()
    }

    /// The intent of a bare yes, a bare no, or a bare greeting.
    pub(super) fn answer(&self, message: &Message<'_>) -> Option<Intent> {
        let words: Vec<&str> = spoken(message).take(LONGEST + 1).collect();
        if words.len() > LONGEST { None } else { self.answers.get(&words.join(" ")).copied() }
    }

    /// The intent of a message that says one thing in so many words, a greeting or a thank-you apart.
    pub(super) fn plain(&self, message: &Message<'_>) -> Option<Intent> {
        let words: Vec<&str> = spoken(message).take(LONGEST + 1).collect();
        if words.len() > LONGEST {
            return None;
        }
        let is_around = |word: &&str| self.around.contains(*word);
        let first = words.iter().position(|word| !is_around(word))?;
        let last = words.iter().rposition(|word| !is_around(word))?;
        let says = |words: &[&str]| self.plain.get(&words.join(" ")).copied();
        says(&words[first..]).or_else(|| says(&words[first..=last]))
    }
}

/// A longer message is no bare answer.
const LONGEST: usize = 16;

fn spoken<'m>(message: &'m Message<'_>) -> impl Iterator<Item = &'m str> {
    message.tokens().iter().filter(|t| t.kind != Kind::Sign).map(|t| message.text(t))
}

/// True when the first word is STOP: what follows does not matter (the rules of contact, opt-out keywords).
pub(super) fn begins_with_stop(typed: &str) -> bool {
    typed.split(' ').next() == Some("stop")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;
    use crate::reading::language::{Pack, Packs};

    fn french(test: impl Fn(&Pack)) {
        let packs = Packs::embedded().expect("the data of the languages");
        test(packs.of(&Runs::new("bonjour"), Some(Language::FR)));
    }

    #[test]
    fn only_the_whole_message_is_a_keyword() {
        french(|pack| {
            for (text, keyword) in [
                ("stop", Some(Keyword::Stop)),
                (" Stop. ", Some(Keyword::Stop)),
                ("stop sms", Some(Keyword::Stop)),
                ("ARRÊT", Some(Keyword::Stop)),
                ("arret maladie", None),
                ("fin du mois", None),
                ("aide", Some(Keyword::Help)),
                ("start", Some(Keyword::Start)),
                ("", None),
            ] {
                assert_eq!(pack.keywords.keyword(&Runs::new(text).typed()), keyword, "{text}");
            }
        });
    }

    #[test]
    fn a_plain_statement_counts_only_when_nothing_else_is_said() {
        french(|pack| {
            for (text, intent) in [
                ("je conteste", Some(Intent::Dispute)),
                ("Bonjour, je conteste. Merci", Some(Intent::Dispute)),
                ("j'ai déjà payé !", Some(Intent::AlreadyPaid)),
                ("jai deja payer", None),
                ("conseiller", Some(Intent::HumanRequest)),
                ("mauvais numéro", Some(Intent::WrongNumber)),
                ("je ne conteste pas", None),
                ("je conteste et je paie vendredi", None),
                ("bonjour", None),
                ("", None),
            ] {
                assert_eq!(pack.keywords.plain(&pack.message(&Runs::new(text))), intent, "{text}");
            }
        });
    }

    #[test]
    fn the_menu_takes_a_number_in_any_dress_and_nothing_more() {
        french(|pack| {
            for (text, intent) in [
                ("1", Some(Intent::PaymentHelp)),
                ("2.", Some(Intent::PlanRequest)),
                ("le 2", Some(Intent::PlanRequest)),
                ("option 3", Some(Intent::Dispute)),
                ("un", Some(Intent::PaymentHelp)),
                ("le 4 s'il vous plaît", Some(Intent::HumanRequest)),
                ("5", None),
                ("1 ou 2", None),
                ("je paie le 2 mars", None),
            ] {
                assert_eq!(pack.keywords.menu(&Runs::new(text).typed()), intent, "{text}");
            }
        });
    }
}
