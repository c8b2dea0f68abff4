//! A message as the words it is made of, each with the way back to the person's own characters.

mod fold;
mod lex;
mod speller;
mod vocabulary;

pub(super) use lex::{Lexer, Runs};
pub(super) use speller::Speller;
pub(super) use vocabulary::{Classes, Vocabulary, Word};

use std::ops::Range;

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters.
    Word,
    /// Digits.
    Number,
    /// A mark of punctuation or a currency.
    Sign,
    /// A span that stands as one token: no gap of a phrase goes over it.
    Mark,
    /// An emoji, or letters of a script we do not read.
    Other,
}

/// A word, a number or a sign of a message.
#[derive(Debug, Clone)]
pub(super) struct Token {
    /// What it is made of.
    pub(super) kind: Kind,
    /// The word it is, as the vocabulary knows it.
    pub(super) word: Word,
    /// What is known of the word.
    pub(super) classes: Classes,
    /// Nothing stands between it and the token before.
    pub(super) glued: bool,
    text: (u32, u32),
    origin: (u32, u32),
}

/// A message cut into tokens.
#[derive(Debug)]
pub(super) struct Message<'m> {
    original: &'m str,
    /// The folded message, then the written-out forms of its short spellings.
    letters: String,
    tokens: Vec<Token>,
}

/// True when two spans share a token.
pub(super) fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}

impl<'m> Message<'m> {
    /// The message as it came.
    pub(super) fn original(&self) -> &'m str {
        self.original
    }

    /// Its tokens, in order.
    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The folded letters of a token, its short spelling written out.
    pub(super) fn text(&self, token: &Token) -> &str {
        self.letters.get(token.text.0 as usize..token.text.1 as usize).unwrap_or("")
    }

    /// The folded letters of the token at a place; nothing beyond the end.
    pub(super) fn text_at(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |token| self.text(token))
    }

    /// The person's own words for a span of tokens.
    pub(super) fn words(&self, span: &Range<usize>) -> &'m str {
        self.bytes(span).and_then(|bytes| self.original.get(bytes)).unwrap_or("").trim()
    }

    /// True when a token is the first of its line.
    pub(super) fn line_begins(&self, at: usize) -> bool {
        let Some([before, token]) = at.checked_sub(1).and_then(|first| self.tokens.get(first..=at)) else {
            return true;
        };
        let between = self.original.as_bytes().get(before.origin.1 as usize..token.origin.0 as usize);
        between.is_some_and(|between| between.contains(&b'\n'))
    }

    /// Where a span of tokens stands in the original.
    pub(super) fn bytes(&self, span: &Range<usize>) -> Option<Range<usize>> {
        let inside = self.tokens.get(span.clone())?;
        Some(inside.first()?.origin.0 as usize..inside.last()?.origin.1 as usize)
    }

    /// The tokens that stand in a span of the original.
    pub(super) fn tokens_of(&self, bytes: &Range<usize>) -> Range<usize> {
        let start = self.tokens.partition_point(|token| token.origin.1 as usize <= bytes.start);
        start..self.tokens.partition_point(|token| (token.origin.0 as usize) < bytes.end).max(start)
    }

    /// The message with each of these spans made one token, a mark; the spans are in order and apart.
    pub(super) fn marked(&self, marks: &[(Range<usize>, Word, Kind)]) -> Self {
        let mut tokens = Vec::with_capacity(self.tokens.len());
        let mut next = 0;
        for (span, word, kind) in marks {
            let Some(inside) = self.tokens.get(span.clone()) else { continue };
            let Some((first, last)) = inside.first().zip(inside.last()) else { continue };
            tokens.extend_from_slice(self.tokens.get(next..span.start).unwrap_or(&[]));
            let mark = Token { kind: *kind, word: *word, classes: Classes::default(), ..first.clone() };
            tokens.push(Token { text: (first.text.0, last.text.1), origin: (first.origin.0, last.origin.1), ..mark });
            next = span.end;
        }
        tokens.extend_from_slice(self.tokens.get(next..).unwrap_or(&[]));
        Self { original: self.original, letters: self.letters.clone(), tokens }
    }
}
