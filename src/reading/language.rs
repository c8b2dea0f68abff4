//! The languages that the reader knows: one folder of data each.

use super::cues::Cues;
use super::error::ReadingError;
use super::features;
use super::keywords::Keywords;
use super::message::{Classes, Lexer, Message, Runs, Speller, Vocabulary, Word};
use super::model::{Model, Spelling};
use super::moments::Moments;
use super::money::{Amounts, Plans};
use super::signals::SignalWords;
use crate::domain::Language;
use rustc_hash::FxHashSet;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How many more of its frequent words another language needs to be preferred to the one of the thread.
const HEAD_START: usize = 2;
/// The classes of words that deny what stands beside them.
const DENYING: [&str; 2] = ["not", "none"];

/// The files of one language.
struct Files {
    language: Language,
    words: &'static str,
    lexicon: &'static str,
    known: &'static str,
    keywords: &'static str,
    moments: &'static str,
    amounts: &'static str,
    plans: &'static str,
    signals: &'static str,
    cues: &'static str,
}

macro_rules! files {
    ($language:expr, $folder:literal) => {
        Files {
            language: $language,
            words: include_str!(concat!("../../intents/", $folder, "/words.toml")),
            lexicon: include_str!(concat!("../../intents/", $folder, "/lexicon.toml")),
            known: include_str!(concat!("../../intents/", $folder, "/known.txt")),
            keywords: include_str!(concat!("../../intents/", $folder, "/keywords.toml")),
            moments: include_str!(concat!("../../intents/", $folder, "/moments.toml")),
            amounts: include_str!(concat!("../../intents/", $folder, "/amounts.toml")),
            plans: include_str!(concat!("../../intents/", $folder, "/plans.toml")),
            signals: include_str!(concat!("../../intents/", $folder, "/signals.toml")),
            cues: include_str!(concat!("../../intents/", $folder, "/cues.toml")),
        }
    };
}

/// Everything that the files of the languages say, for the fingerprint of a model.
pub(super) fn sources() -> impl Iterator<Item = &'static str> {
    LANGUAGES
        .iter()
        .flat_map(|f| [f.words, f.lexicon, f.known, f.keywords, f.moments, f.amounts, f.plans, f.signals, f.cues])
}

/// The first is the one assumed when nothing tells.
const LANGUAGES: [Files; 2] = [files!(Language::FR, "fr"), files!(Language::EN, "en")];

/// Everything the reader knows about one language.
pub(super) struct Pack {
    pub(super) language: Language,
    /// Its place among the packs.
    pub(super) place: usize,
    vocabulary: Vocabulary,
    lexer: Lexer,
    /// The name of each class of words, hashed, by its number.
    pub(super) class_names: Vec<u32>,
    /// The classes of words that deny what stands beside them.
    pub(super) denying: Classes,
    /// Frequent words, which tell this language from another.
    common: FxHashSet<String>,
    pub(super) keywords: Keywords,
    pub(super) moments: Moments,
    pub(super) amounts: Amounts,
    pub(super) plans: Plans,
    pub(super) signals: SignalWords,
    pub(super) cues: Cues,
}

/// The packs of every language.
pub(super) struct Packs(Vec<Pack>);

/// `words.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    common: FxHashSet<String>,
    spellings: BTreeMap<Box<str>, Box<str>>,
    elisions: BTreeMap<Box<str>, Box<str>>,
    endings: BTreeMap<Box<str>, Box<str>>,
    sound: Sound,
}

/// How words are misheard and misspelt.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sound {
    heard: BTreeMap<Box<str>, Box<str>>,
    silent: Vec<Box<str>>,
    small: Vec<Box<str>>,
}

impl Packs {
    /// The languages built in the program.
    pub(super) fn embedded() -> Result<Self, ReadingError> {
        // Building the phrases takes most of the time a reader needs to be ready: one thread per language.
        std::thread::scope(|scope| {
            let packs: Vec<_> =
                LANGUAGES.iter().enumerate().map(|(at, files)| scope.spawn(move || Pack::parse(at, files))).collect();
            packs.into_iter().map(|pack| pack.join().unwrap_or(Err(ReadingError::Model))).collect::<Result<_, _>>()
        })
        .map(Self)
    }

    /// The language a message is written in, `hint` being that of the person when it is known.
    pub(super) fn of(&self, runs: &Runs<'_>, hint: Option<Language>) -> &Pack {
        let weight = |pack: &&Pack| {
            let known = runs.words().filter(|word| pack.common.contains(*word)).count();
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
    fn parse(place: usize, files: &Files) -> Result<Self, ReadingError> {
        let name = |file: &str| format!("intents/{}/{file}", files.language);
        let words: Words = read(&name("words.toml"), files.words)?;
        let vocabulary = &mut Vocabulary::default();
        let (spellings, elisions, endings) = (pairs(&words.spellings), pairs(&words.elisions), pairs(&words.endings));
        let mut lexer = Lexer::new(vocabulary, spellings, elisions, endings);
        classify(&name("lexicon.toml"), files.lexicon, vocabulary)?;
        let known = files.known.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
        for word in known.chain(words.common.iter().map(String::as_str)) {
            vocabulary.learn(word);
        }
        let keywords = Keywords::parse(&name("keywords.toml"), files.keywords, &lexer)?;
        let mut moments = Moments::parse(&name("moments.toml"), files.moments, &lexer, vocabulary)?;
        let mut amounts = Amounts::parse(&name("amounts.toml"), files.amounts, &lexer, vocabulary)?;
        let mut plans = Plans::parse(&name("plans.toml"), files.plans, &lexer, vocabulary)?;
        let mut signals = SignalWords::parse(&name("signals.toml"), files.signals, &lexer, vocabulary)?;
        let mut cues = Cues::parse(&name("cues.toml"), files.cues, &lexer, vocabulary)?;
        vocabulary.settle();
        moments.settle(vocabulary);
        amounts.settle(vocabulary);
        plans.settle(vocabulary);
        signals.settle(vocabulary);
        cues.settle(vocabulary);
        let Sound { heard, silent, small } = words.sound;
        lexer.spell_with(Speller::new(vocabulary, heard.into_iter(), silent.into_iter(), small.into_iter()));
        let denying = DENYING.iter().filter_map(|class| vocabulary.class_named(class));
        Ok(Self {
            language: files.language,
            place,
            denying: denying.fold(Classes::default(), |all, number| all.and(Classes::one(number))),
            class_names: vocabulary.class_names().iter().map(|class| features::hash(class)).collect(),
            vocabulary: std::mem::take(vocabulary),
            lexer,
            common: words.common,
            keywords,
            moments,
            amounts,
            plans,
            signals,
            cues,
        })
    }

    /// What a model says of the letters of its words.
    pub(super) fn spelling(&self, model: &Model) -> Spelling {
        model.spelling(&self.vocabulary)
    }

    /// True for a word that a list of this language holds, or a short spelling of one; what stands before an apostrophe
    /// apart.
    pub(super) fn knows(&self, run: &str) -> bool {
        let word = |word: &str| self.lexer.spells(word) || self.vocabulary.word(word) != Word::UNKNOWN;
        word(run) || run.rsplit_once('\'').is_some_and(|(_, rest)| word(rest))
    }

    /// A message in the words of this language.
    pub(super) fn message<'m>(&self, runs: &Runs<'m>) -> Message<'m> {
        self.lexer.message(&self.vocabulary, runs)
    }
}

/// Gives the words of `lexicon.toml` their classes.
fn classify(file: &str, source: &str, vocabulary: &mut Vocabulary) -> Result<(), ReadingError> {
    let lexicon: BTreeMap<String, Vec<String>> = read(file, source)?;
    if lexicon.len() > Classes::MOST {
        let problem = format!("{} classes of words: at most {} can be told apart", lexicon.len(), Classes::MOST);
        return Err(ReadingError::Data { file: file.to_owned(), problem });
    }
    for (number, list) in lexicon.values().enumerate() {
        list.iter().for_each(|word| vocabulary.classify(word, Classes::one(number)));
    }
    vocabulary.name_classes(lexicon.into_keys().collect());
    Ok(())
}

fn pairs(map: &BTreeMap<Box<str>, Box<str>>) -> impl Iterator<Item = (&str, &str)> {
    map.iter().map(|(short, long)| (&**short, &**long))
}

/// Reads a TOML file of a language.
pub(super) fn read<T: serde::de::DeserializeOwned>(file: &str, source: &str) -> Result<T, ReadingError> {
    toml::from_str(source).map_err(|problem| ReadingError::Data { file: file.to_owned(), problem: problem.to_string() })
}
