//! A message made easy to match, with the way back to the person's exact words.

use std::collections::HashMap;
use std::ops::Range;
use unicode_normalization::UnicodeNormalization;

/// Longest message looked at, in characters: ten concatenated segments; what follows is not read.
const LONGEST: usize = 1_600;

/// A message in lower case without accents, its habitual short spellings written out.
#[derive(Debug, Clone)]
pub(super) struct Text<'a> {
    original: &'a str,
    folded: String,
    /// For each byte of `folded`, the bytes of `original` it comes from.
    origin: Vec<(u32, u32)>,
}

/// A piece of the folded text: letters, digits, or one sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    /// Where it stands in the folded text.
    pub(super) span: Range<usize>,
    /// What it is made of.
    pub(super) kind: TokenKind,
}

/// What a token is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// Letters, with the apostrophes inside.
    Word,
    /// Digits.
    Number,
    /// A sign or an emoji.
    Sign,
}

impl<'a> Text<'a> {
    /// Folds `original`; `spellings` gives the written-out form of a short one.
    pub(super) fn new(original: &'a str, spellings: &HashMap<String, String>) -> Self {
        let plain = Self::fold(original);
        if spellings.is_empty() { plain } else { plain.spelled_out(spellings) }
    }

    /// The folded text.
    pub(super) fn folded(&self) -> &str {
        &self.folded
    }

    /// The person's own words for a span of the folded text.
    pub(super) fn words(&self, span: &Range<usize>) -> String {
        let piece = self.origin.get(span.start..span.end.min(self.origin.len())).unwrap_or(&[]);
        let bounds = piece.first().zip(piece.last());
        bounds.and_then(|(a, b)| self.original.get(a.0 as usize..b.1 as usize)).unwrap_or("").trim().to_owned()
    }

    /// The pieces of the folded text, in order.
    pub(super) fn tokens(&self) -> Vec<Token> {
        tokens(&self.folded)
    }

    fn fold(original: &'a str) -> Self {
        let mut text = Self { original, folded: String::new(), origin: Vec::new() };
        let mut run = ('\0', 0);
        for (at, c) in original.char_indices().take(LONGEST) {
            for folded in std::iter::once(c).nfkd().flat_map(char::to_lowercase).flat_map(fold_char).flatten() {
                run = if folded == run.0 { (folded, run.1 + 1) } else { (folded, 1) };
                // "ouiiii" is "oui"; digits and dots repeat for a reason.
                if run.1 > 2 && folded.is_alphabetic() {
                    if run.1 == 3 {
                        text.pop();
                    }
                    text.extend_last(at + c.len_utf8());
                } else {
                    text.push(folded, (at, at + c.len_utf8()));
                }
            }
        }
        text
    }

    fn spelled_out(&self, spellings: &HashMap<String, String>) -> Self {
        let mut text = Self { original: self.original, folded: String::new(), origin: Vec::new() };
        let mut done = 0;
        for token in self.tokens() {
            let Some(long) = self.folded.get(token.span.clone()).and_then(|word| spellings.get(word)) else { continue };
            text.copy(self, done..token.span.start);
            let from = self.origin[token.span.start].0 as usize;
            let to = self.origin[token.span.end - 1].1 as usize;
            long.chars().for_each(|c| text.push(c, (from, to)));
            done = token.span.end;
        }
        text.copy(self, done..self.folded.len());
        text
    }

    fn copy(&mut self, from: &Self, span: Range<usize>) {
        self.folded.push_str(from.folded.get(span.clone()).unwrap_or(""));
        self.origin.extend_from_slice(from.origin.get(span).unwrap_or(&[]));
    }

    fn push(&mut self, c: char, (from, to): (usize, usize)) {
        self.folded.push(c);
        let bounds = (u32::try_from(from).unwrap_or(u32::MAX), u32::try_from(to).unwrap_or(u32::MAX));
        self.origin.resize(self.folded.len(), bounds);
    }

    fn pop(&mut self) {
        self.folded.pop();
        self.origin.truncate(self.folded.len());
    }

    fn extend_last(&mut self, to: usize) {
        if let Some(last) = self.origin.last_mut() {
            last.1 = u32::try_from(to).unwrap_or(u32::MAX);
        }
    }
}

/// The pieces of a folded text, in order.
pub(super) fn tokens(folded: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut chars = folded.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let kind = match c {
            _ if c.is_ascii_digit() => TokenKind::Number,
            _ if c.is_alphabetic() => TokenKind::Word,
            _ if c.is_whitespace() => continue,
            _ => TokenKind::Sign,
        };
        let mut end = at + c.len_utf8();
        let belongs = |c: char| match kind {
            TokenKind::Word => c.is_alphabetic() || c == '\'',
            TokenKind::Number => c.is_ascii_digit(),
            TokenKind::Sign => false,
        };
        while let Some((_, c)) = chars.next_if(|(_, c)| belongs(*c)) {
            end += c.len_utf8();
        }
        tokens.push(Token { span: at..end, kind });
    }
    tokens
}

/// One folded character: no accents, one apostrophe, one dash, one space; nothing for what cannot be seen.
fn fold_char(c: char) -> [Option<char>; 2] {
    match c {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => {
            [None; 2]
        }
        '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => [None; 2],
        '’' | '‘' | 'ʼ' | '`' | '´' => [Some('\''), None],
        '‐'..='―' | '−' => [Some('-'), None],
        '«' | '»' | '“' | '”' => [Some('"'), None],
        'œ' => [Some('o'), Some('e')],
        'æ' => [Some('a'), Some('e')],
        'ß' => [Some('s'), Some('s')],
        'ø' => [Some('o'), None],
        '⁄' => [Some('/'), None],
        '\n' => [Some('\n'), None],
        c if c.is_whitespace() || c.is_control() => [Some(' '), None],
        c => [Some(c), None],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spellings() -> HashMap<String, String> {
        [("jte", "je te"), ("2m1", "demain")].map(|(a, b)| (a.to_owned(), b.to_owned())).into()
    }

    #[test]
    fn accents_case_quotes_and_stretched_letters_do_not_matter() {
        for (raw, folded) in [
            ("Déjà PAYÉ l’été", "deja paye l'ete"),
            ("ouiiiii", "oui"),
            ("noooo way", "no way"),
            ("1000 ... ok", "1000 ... ok"),
            ("cœur\u{200f}", "coeur"),
            ("👍🏽", "👍"),
            ("５０ €", "50 €"),
        ] {
            assert_eq!(Text::new(raw, &HashMap::new()).folded(), folded, "{raw}");
        }
    }

    #[test]
    fn a_span_gives_back_the_words_as_they_were_written() {
        let text = Text::new("Jte  PAYE  l’été", &spellings());
        assert_eq!(text.folded(), "je te  paye  l'ete");
        assert_eq!(text.words(&(0..5)), "Jte");
        assert_eq!(text.words(&(7..11)), "PAYE");
        assert_eq!(text.words(&(13..18)), "l’été");
        assert_eq!(text.words(&(50..90)), "");
    }

    #[test]
    fn letters_digits_and_signs_are_pieces_of_their_own() {
        let text = Text::new("j'ai 50e!", &HashMap::new());
        let pieces: Vec<_> = text.tokens().into_iter().map(|t| text.folded()[t.span].to_owned()).collect();
        assert_eq!(pieces, ["j'ai", "50", "e", "!"]);
    }
}
