//! One language that we do not read: its words, and its phrases for the three things heard in it.

use crate::domain::{Intent, Language};
use crate::reading::error::ReadingError;
use crate::reading::language;
use crate::reading::lists::{Lists, Phrases};
use crate::reading::message::{Lexer, Runs, Speller, Vocabulary};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What may be heard in a language that we do not read.
const HEARD: [Intent; 3] = [Intent::OptOut, Intent::WrongNumber, Intent::HumanRequest];

/// A file of `intents/other`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Frequent words, between blanks.
    common: String,
    /// Whole messages that are an opt-out and nothing else.
    stop: Vec<String>,
    /// Other whole messages that need no other evidence.
    #[serde(default)]
    whole: BTreeMap<Intent, Vec<String>>,
    phrases: BTreeMap<Intent, Phrases>,
    /// Digits that people write for letters.
    #[serde(default)]
    digits: BTreeMap<String, char>,
    /// The first and the last letter of its own alphabet.
    #[serde(default)]
    alphabet: Option<(char, char)>,
    /// What is written one way and heard another, where everyone spells in their own way.
    #[serde(default)]
    heard: BTreeMap<Box<str>, Box<str>>,
}

/// One language that we do not read.
pub(super) struct Tongue {
    pub(super) language: Language,
    /// Whole messages as they are typed; the opt-outs of the first list are keywords.
    pub(super) stop: Vec<String>,
    pub(super) whole: Vec<(String, Intent)>,
    alphabet: Option<(char, char)>,
    digits: BTreeMap<char, char>,
    lexer: Lexer,
    vocabulary: Vocabulary,
    phrases: Lists<Intent>,
}

impl Tongue {
    /// Reads the file of a language.
    pub(super) fn parse(language: Language, source: &str) -> Result<Self, ReadingError> {
        let name = format!("intents/other/{language}.toml");
        let wrong = |problem: String| ReadingError::Data { file: name.clone(), problem };
        let file: File = language::read(&name, source)?;
        for intent in file.whole.keys().chain(file.phrases.keys()) {
            if !HEARD.contains(intent) {
                return Err(wrong(format!("« {} » is never heard in another language", intent.label())));
            }
        }
        if let Some(intent) = HEARD.iter().find(|intent| !file.phrases.contains_key(intent)) {
            return Err(wrong(format!("no phrase says « {} »", intent.label())));
        }
        let mut digits = BTreeMap::new();
        for (digit, letter) in &file.digits {
            let one = digit.parse::<char>().ok().filter(char::is_ascii_digit).filter(|_| letter.is_ascii_lowercase());
            digits.insert(one.ok_or_else(|| wrong(format!("« {digit} » is not a digit for a letter")))?, *letter);
        }
        let (mut lexer, mut vocabulary) = (Lexer::default(), Vocabulary::default());
        for word in file.common.split_whitespace() {
            if Runs::new(word).typed() != word {
                return Err(wrong(format!("« {word} » is not one word in small letters without accents")));
            }
            vocabulary.learn(&in_letters(&digits, word));
        }
        let all_in_letters = |list: Vec<String>| list.iter().map(|phrase| in_letters(&digits, phrase)).collect();
        let lists = file.phrases.into_iter().map(|(intent, Phrases { find, unless })| {
            (intent, Phrases { find: all_in_letters(find), unless: all_in_letters(unless) })
        });
        let mut phrases = Lists::new(&name, &lists.collect(), &lexer, &mut vocabulary)?;
        vocabulary.settle();
        phrases.settle(&vocabulary);
        if !file.heard.is_empty() {
            lexer.spell_with(Speller::new(&vocabulary, file.heard.into_iter(), [].into_iter(), [].into_iter()));
        }
        let typed = |written: &String| Runs::new(written).typed();
        let whole = file.whole.iter().flat_map(|(intent, list)| list.iter().map(|w| (typed(w), *intent))).collect();
        let stop = file.stop.iter().map(typed).collect();
        Ok(Self { language, stop, whole, alphabet: file.alphabet, digits, lexer, vocabulary, phrases })
    }

    /// Every word of its lists.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.vocabulary.all().into_iter().map(|(word, _)| word).filter(|word| word.contains(char::is_alphabetic))
    }

    /// A text with letters where people write digits for them, byte for byte; nothing when there is none.
    pub(super) fn in_letters(&self, text: &str) -> Option<String> {
        let digit = |byte: u8| self.digits.contains_key(&char::from(byte));
        text.bytes().any(digit).then(|| in_letters(&self.digits, text))
    }

    /// True for a word in its own alphabet.
    pub(super) fn is_written_so(&self, word: &str) -> bool {
        self.alphabet.is_some_and(|(first, last)| word.starts_with(|c| (first..=last).contains(&c)))
    }

    /// What a message says, each with the person's own words for it.
    pub(super) fn find<'m>(&self, text: &'m str) -> BTreeMap<Intent, &'m str> {
        let letters = self.in_letters(text);
        let runs = Runs::new(letters.as_deref().unwrap_or(text));
        let message = self.lexer.message(&self.vocabulary, &runs);
        let found = self.phrases.find(&message).into_iter();
        found
            .map(|(intent, span)| (intent, message.bytes(&span).and_then(|at| text.get(at)).unwrap_or("").trim()))
            .collect()
    }
}

/// Digits that touch a letter, or another such digit, as the letters they stand for.
fn in_letters(digits: &BTreeMap<char, char>, text: &str) -> String {
    let mut rewritten = String::with_capacity(text.len());
    for word in text.split_inclusive(|c: char| !c.is_alphanumeric()) {
        let mixed = word.contains(char::is_alphabetic);
        rewritten.extend(word.chars().map(|c| digits.get(&c).copied().filter(|_| mixed).unwrap_or(c)));
    }
    rewritten
}
