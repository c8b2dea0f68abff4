//! A list that phrases name: words or groups of words, each with a value.

use crate::reading::message::{Kind, Lexer, Message, Token, Vocabulary, Word};
use rustc_hash::FxHashMap;
use std::ops::RangeInclusive;

/// The words that follow the first of an entry, and its value.
type Entry = (Box<[Word]>, u32);
/// A list that phrases may name: words or groups of words, each with a value.
#[derive(Debug, Default)]
pub(in crate::reading) struct Slot {
    pub(super) name: String,
    digits: Vec<RangeInclusive<u32>>,
    /// By their first word: the words that follow it, and the value.
    entries: FxHashMap<Word, Vec<Entry>>,
}

impl Slot {
    /// A list of that name; numbers in digits within one of `digits` are part of it.
    pub(in crate::reading) fn new(name: &str, digits: impl IntoIterator<Item = RangeInclusive<u32>>) -> Self {
        Self { name: name.to_owned(), digits: digits.into_iter().collect(), entries: FxHashMap::default() }
    }

    /// Adds a word or a group of words.
    pub(in crate::reading) fn add(&mut self, written: &str, value: u32, lexer: &Lexer, vocabulary: &mut Vocabulary) {
        let mut words = lexer.apart(written).into_iter().map(|word| vocabulary.learn(&word));
        let Some(first) = words.next() else { return };
        let entries = self.entries.entry(first).or_default();
        entries.push((words.collect(), value));
        entries.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
    }

    /// The value of what stands at a place, and how many tokens it takes: the longest entry wins.
    pub(in crate::reading) fn at(&self, message: &Message<'_>, at: usize) -> Option<(u32, usize)> {
        let tokens = message.tokens();
        let token = tokens.get(at)?;
        if token.kind == Kind::Number {
            let number = message.text(token).parse().ok();
            let own = number.filter(|n| self.digits.iter().any(|d| d.contains(n))).map(|n| (n, 1));
            return own.or_else(|| self.listed(tokens, at));
        }
        self.listed(tokens, at)
    }

    fn listed(&self, tokens: &[Token], at: usize) -> Option<(u32, usize)> {
        let follows = |rest: &[Word]| {
            rest.iter().enumerate().all(|(far, word)| tokens.get(at + 1 + far).is_some_and(|t| t.word == *word))
        };
        let word = tokens.get(at)?.word;
        let entries = self.entries.get(&word).filter(|_| word != Word::UNKNOWN)?;
        entries.iter().find(|(rest, _)| follows(rest)).map(|(rest, value)| (*value, rest.len() + 1))
    }

    /// Whether numbers in digits are part of it.
    pub(super) fn takes_digits(&self) -> bool {
        !self.digits.is_empty()
    }

    /// The words that its entries begin with.
    pub(super) fn first_words(&self) -> impl Iterator<Item = Word> {
        self.entries.keys().copied()
    }

    /// The second words of its groups.
    pub(super) fn second_words(&self) -> impl Iterator<Item = Word> {
        self.entries.values().flatten().filter_map(|(rest, _)| rest.first().copied())
    }

    /// True when every entry takes several words.
    pub(super) fn is_all_groups(&self) -> bool {
        !self.takes_digits() && self.entries.values().flatten().all(|(rest, _)| !rest.is_empty())
    }
}
