//! Turns of phrase that mostly say one thing, as `cues.toml` lists them: what each is worth, the model learns.

use super::error::ReadingError;
use super::language;
use super::message::{Lexer, Message, Vocabulary};
use super::phrase::Grammar;
use std::collections::BTreeMap;
use std::ops::Range;

/// The phrases of one language, each with the name of what it says.
pub(super) struct Cues(Grammar<String>);

impl Cues {
    /// Reads `cues.toml`.
    pub(super) fn parse(
        file: &str,
        source: &str,
        lexer: &Lexer,
        vocabulary: &mut Vocabulary,
    ) -> Result<Self, ReadingError> {
        let lists: BTreeMap<String, Vec<String>> = language::read(file, source)?;
        let phrases = lists.iter().flat_map(|(name, list)| list.iter().map(|phrase| (phrase.as_str(), name.clone())));
        Grammar::new(phrases, Vec::new(), lexer, vocabulary)
            .map(Self)
            .map_err(|problem| ReadingError::Data { file: file.to_owned(), problem })
    }

    /// To be called once the vocabulary is whole.
    pub(super) fn settle(&mut self, vocabulary: &Vocabulary) {
        self.0.settle(vocabulary);
    }

    /// The turns of phrase in a message, each by its name and the tokens it takes; of one name, each place once.
    pub(super) fn find(&self, message: &Message<'_>) -> Vec<(&str, Range<usize>)> {
        let mut cues: Vec<(&str, Range<usize>)> = Vec::new();
        self.0.find(message, |found| {
            let known = cues.iter().any(|(name, span)| name == found.meaning && span.start == found.span.start);
            if !known {
                cues.push((found.meaning, found.span));
            }
        });
        cues
    }
}
