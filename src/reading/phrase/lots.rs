//! Words in lots: what a phrase needs is compared with what a message has before the phrase is followed.

use crate::reading::message::{Kind, Message, Token, Word};

/// How many lots there are.
pub(super) const LOTS: usize = 128;
/// The lot of numbers in digits, of words that no list holds, of the end of the message.
const NUMBER: u32 = 127;
const UNKNOWN: u32 = 126;
const END: u32 = 125;
/// Known words share the lots before these.
const WORDS: usize = 125;

/// A set of lots.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Lots(u128);

impl Lots {
    /// Every lot: anything will do.
    pub(super) const ALL: Self = Self(u128::MAX);
    /// Numbers in digits.
    pub(super) const NUMBERS: Self = Self(1 << NUMBER);
    /// Words that no list holds.
    pub(super) const UNKNOWNS: Self = Self(1 << UNKNOWN);

    /// The lot of a known word.
    pub(super) fn word(word: Word) -> Self {
        Self(1 << (word.number() % WORDS))
    }

    /// The lots of a token; of the end when there is none.
    pub(super) fn of(token: Option<&Token>) -> Self {
        let Some(token) = token else { return Self(1 << END) };
        let word = if token.word == Word::UNKNOWN { Self::UNKNOWNS } else { Self::word(token.word) };
        if token.kind == Kind::Number { word.and(Self::NUMBERS) } else { word }
    }

    /// The lots of every token of a message, and of its end.
    pub(super) fn all_of(message: &Message<'_>) -> Self {
        message.tokens().iter().map(Some).chain([None]).fold(Self::default(), |all, token| all.and(Self::of(token)))
    }

    /// The lots of either.
    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// True when the two share a lot.
    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The number of each lot.
    pub(super) fn numbers(self) -> impl Iterator<Item = usize> {
        (0..LOTS).filter(move |lot| self.0 & (1 << lot) != 0)
    }
}
