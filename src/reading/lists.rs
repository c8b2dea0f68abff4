//! Lists of phrases that say something, unless another phrase of the message denies it.

use super::error::ReadingError;
use super::message::{Lexer, Message, Vocabulary};
use super::phrase::Grammar;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// The phrases of one meaning.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phrases {
    pub(super) find: Vec<String>,
    #[serde(default)]
    pub(super) unless: Vec<String>,
}

/// What a phrase does to its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Does {
    Say,
    Deny,
}

/// The phrases of one file.
pub(super) struct Lists<T>(Grammar<(T, Does)>);

impl<T: Copy + Ord> Lists<T> {
    /// Compiles the phrases; a badly written one is an error of `file`.
    pub(super) fn new(
        file: &str,
        lists: &BTreeMap<T, Phrases>,
        lexer: &Lexer,
        vocabulary: &mut Vocabulary,
    ) -> Result<Self, ReadingError> {
        let mut phrases = Vec::new();
        for (meaning, list) in lists {
            phrases.extend(list.find.iter().map(|phrase| (phrase.as_str(), (*meaning, Does::Say))));
            phrases.extend(list.unless.iter().map(|phrase| (phrase.as_str(), (*meaning, Does::Deny))));
        }
        Grammar::new(phrases.into_iter(), Vec::new(), lexer, vocabulary)
            .map(Self)
            .map_err(|problem| ReadingError::Data { file: file.to_owned(), problem })
    }

    /// To be called once the vocabulary is whole.
    pub(super) fn settle(&mut self, vocabulary: &Vocabulary) {
        self.0.settle(vocabulary);
    }

    /// What a message says, each with the tokens that say it first.
    pub(super) fn find(&self, message: &Message<'_>) -> BTreeMap<T, Range<usize>> {
        let (mut said, mut denied) = (BTreeMap::new(), Vec::new());
        self.0.find(message, |found| match found.meaning {
            (meaning, Does::Say) => drop(said.entry(*meaning).or_insert(found.span)),
            (meaning, Does::Deny) => denied.push(*meaning),
        });
        said.retain(|meaning, _| !denied.contains(meaning));
        said
    }
}
