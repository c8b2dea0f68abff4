//! What may stand after the first token of a phrase: most phrases are given up there, before they are followed.

use crate::reading::message::{Kind, Token, Word};

/// Words fall in so many lots; a lot is admitted when one of its words is.
const LOTS: usize = 512;

/// The tokens that may come second, more or less: none that may is left out.
#[derive(Debug, Default)]
pub(super) struct Second {
    lots: [u64; LOTS / 64],
    numbers: bool,
    unknown: bool,
    all: bool,
}

impl Second {
    pub(super) fn admit(&mut self, word: Word) {
        let lot = word.number() % LOTS;
        self.lots[lot / 64] |= 1 << (lot % 64);
    }

    pub(super) fn admit_numbers(&mut self) {
        self.numbers = true;
    }

    pub(super) fn admit_unknown(&mut self) {
        self.unknown = true;
    }

    /// Anything may follow, and nothing.
    pub(super) fn admit_all(&mut self) {
        self.all = true;
    }

    pub(super) fn admits(&self, token: Option<&Token>) -> bool {
        self.all
            || token.is_some_and(|token| match token.word {
                Word::UNKNOWN if token.kind == Kind::Number => self.numbers,
                Word::UNKNOWN => self.unknown,
                word => {
                    let lot = word.number() % LOTS;
                    self.lots[lot / 64] & (1 << (lot % 64)) != 0 || (self.numbers && token.kind == Kind::Number)
                }
            })
    }
}
