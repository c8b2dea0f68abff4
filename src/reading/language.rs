//! The languages that the reader knows: one folder of data each.

use super::amounts::{Amount, Amounts};
use super::cues::Cues;
use super::error::ReadingError;
use super::keywords::Keywords;
use super::moments::{Finder, Moment};
use super::pattern::overlap;
use super::plan::Plans;
use super::signals::SignalWords;
use super::text::{self, Text, TokenKind};
use crate::domain::Language;
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};

/// How many more of its frequent words another language needs to be preferred to the one of the thread.
const HEAD_START: usize = 2;

/// The files of one language.
struct Files {
    language: Language,
    words: &'static str,
    keywords: &'static str,
    dates: &'static str,
    money: &'static str,
    signals: &'static str,
    cues: &'static str,
}

macro_rules! files {
    ($language:expr, $folder:literal) => {
        Files {
            language: $language,
            words: include_str!(concat!("../../intents/", $folder, "/words.toml")),
            keywords: include_str!(concat!("../../intents/", $folder, "/keywords.toml")),
            dates: include_str!(concat!("../../intents/", $folder, "/dates.toml")),
            money: include_str!(concat!("../../intents/", $folder, "/money.toml")),
            signals: include_str!(concat!("../../intents/", $folder, "/signals.toml")),
            cues: include_str!(concat!("../../intents/", $folder, "/cues.toml")),
        }
    };
}

/// The first is the one assumed when nothing tells.
const LANGUAGES: [Files; 2] = [files!(Language::FR, "fr"), files!(Language::EN, "en")];

/// Everything the reader knows about one language.
pub(super) struct Pack {
    pub(super) language: Language,
    pub(super) spellings: HashMap<String, String>,
    pub(super) negations: HashSet<String>,
    /// The class of a word: "cheque" is a means of payment.
    pub(super) classes: HashMap<String, String>,
    common: HashSet<String>,
    pub(super) keywords: Keywords,
    pub(super) moments: Finder,
    pub(super) amounts: Amounts,
    pub(super) plans: Plans,
    pub(super) signals: SignalWords,
    pub(super) cues: Cues,
}

/// The packs of every language.
pub(super) struct Packs(Vec<Pack>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    negations: HashSet<String>,
    common: HashSet<String>,
    classes: BTreeMap<String, Vec<String>>,
    spellings: HashMap<String, String>,
}

impl Packs {
    /// The languages built in the program.
    pub(super) fn embedded() -> Result<Self, ReadingError> {
        // Building the patterns takes most of the time a reader needs to be ready: one thread per language.
        std::thread::scope(|scope| {
            let packs: Vec<_> = LANGUAGES.iter().map(|files| scope.spawn(|| Pack::parse(files))).collect();
            packs.into_iter().map(|pack| pack.join().unwrap_or(Err(ReadingError::Model))).collect::<Result<_, _>>()
        })
        .map(Self)
    }

    /// The language a message is written in, `hint` being that of the person when it is known.
    pub(super) fn of(&self, message: &str, hint: Option<Language>) -> &Pack {
        let folded = message.to_lowercase().replace('’', "'");
        let words: Vec<&str> = text::tokens(&folded)
            .into_iter()
            .filter(|t| t.kind == TokenKind::Word)
            .filter_map(|t| folded.get(t.span))
            .collect();
        let weight = |pack: &&Pack| {
            let known = words.iter().filter(|word| pack.common.contains(**word)).count();
            known + if hint == Some(pack.language) { HEAD_START } else { 0 }
        };
        // `max_by_key` keeps the last of equals, and the first language is the one to keep.
        self.0.iter().rev().max_by_key(weight).unwrap_or(&self.0[0])
    }

    /// Every language.
    pub(super) fn all(&self) -> &[Pack] {
        &self.0
    }
}

impl Pack {
    fn parse(files: &Files) -> Result<Self, ReadingError> {
        let name = |file: &str| format!("intents/{}/{file}", files.language);
        let words: Words = read(&name("words.toml"), files.words)?;
        let class = |(class, words): (&String, &Vec<String>)| {
            words.iter().map(|word| (word.clone(), class.clone())).collect::<Vec<_>>()
        };
        Ok(Self {
            language: files.language,
            spellings: words.spellings,
            negations: words.negations,
            classes: words.classes.iter().flat_map(class).collect(),
            common: words.common,
            keywords: Keywords::parse(&name("keywords.toml"), files.keywords)?,
            moments: Finder::parse(&name("dates.toml"), files.dates)?,
            amounts: Amounts::parse(&name("money.toml"), files.money)?,
            plans: Plans::parse(&name("money.toml"), files.money)?,
            signals: SignalWords::parse(&name("signals.toml"), files.signals)?,
            cues: Cues::parse(&name("cues.toml"), files.cues)?,
        })
    }
}

impl Pack {
    /// The moments and the amounts of a text, none of them the same number twice.
    pub(super) fn places(&self, text: &Text<'_>, origin: NaiveDate, us_dates: bool) -> (Vec<Moment>, Vec<Amount>) {
        let moments = self.moments.find(text, origin, us_dates);
        // "pour 20 euros" is an amount before it is a day.
        let sure: Vec<Amount> = self.amounts.find(text, &moments).into_iter().filter(|a| a.sure).collect();
        let free = |m: &Moment| !sure.iter().any(|a| overlap(&a.span, &m.span));
        let moments: Vec<Moment> = moments.into_iter().filter(free).collect();
        let counts = self.plans.counts(text);
        let mut amounts = self.amounts.find(text, &moments);
        amounts.retain(|a| a.sure || !counts.iter().any(|c| overlap(c, &a.span)));
        (moments, amounts)
    }
}

/// Reads a TOML file of a language.
pub(super) fn read<T: serde::de::DeserializeOwned>(file: &str, source: &str) -> Result<T, ReadingError> {
    toml::from_str(source).map_err(|problem| ReadingError::Data { file: file.to_owned(), problem: problem.to_string() })
}
