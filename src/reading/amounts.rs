//! Amounts of money, in digits or in words, told from the other numbers of a message.

use super::error::ReadingError;
use super::language;
use super::moments::Moment;
use super::pattern::overlap;
use super::text::{Text, Token, TokenKind};
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// Nobody owes more than this by SMS; longer numbers are references and telephones.
const HIGHEST: u64 = 1_000_000;

/// An amount said in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    /// Where it stands in the folded text.
    pub(super) span: Range<usize>,
    /// Minor units.
    pub(super) minor: i64,
    /// A currency stands with it.
    pub(super) sure: bool,
}

#[derive(Deserialize)]
struct File {
    units: Vec<String>,
    prefixes: Vec<String>,
    thousand: Vec<String>,
    numbers: BTreeMap<String, u64>,
    together: BTreeMap<String, u64>,
    joins: Vec<String>,
    not_money_after: Vec<String>,
    not_money_before: Vec<String>,
}

/// Finds amounts in the texts of one language.
pub(super) struct Amounts {
    words: File,
    digits: Regex,
}

/// A number before it is known to be money.
struct Number {
    first: usize,
    last: usize,
    minor: u64,
    in_words: bool,
}

impl Amounts {
    /// Reads `money.toml`.
    pub(super) fn parse(file: &str, source: &str) -> Result<Self, ReadingError> {
        let digits = Regex::new(
            r"^(?P<whole>[0-9]{1,3}(?:[ .,'][0-9]{3})+|[0-9]+)(?:(?:[.,]|\s?(?:€|e|eur|euros?)\s?)(?P<cents>[0-9]{1,2}))?(?:$|[^0-9])",
        )
        .map_err(|problem| ReadingError::Data { file: file.to_owned(), problem: problem.to_string() })?;
        Ok(Self { words: language::read(file, source)?, digits })
    }

    /// The amounts of a text, in order; a bare number that `moments` or the words around it explain is left out.
    pub(super) fn find(&self, text: &Text<'_>, moments: &[Moment]) -> Vec<Amount> {
        let folded = text.folded();
        let tokens = text.tokens();
        let mut amounts = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let Some(number) = self.digits(folded, &tokens, at).or_else(|| self.words(folded, &tokens, at)) else {
                at += 1;
                continue;
            };
            at = number.last + 1;
            amounts.extend(self.money(folded, &tokens, &number, moments));
        }
        amounts
    }

    fn money(&self, folded: &str, tokens: &[Token], number: &Number, moments: &[Moment]) -> Option<Amount> {
        let word = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |t| &folded[t.span.clone()]);
        let is = |list: &[String], word: &str| list.iter().any(|w| w == word);
        let (mut last, mut minor) = (number.last, number.minor);
        if is(&self.words.thousand, word(Some(last + 1))) && !number.in_words {
            (last, minor) = (last + 1, minor * 1_000);
        }
        let before = word(number.first.checked_sub(1));
        let mut span = tokens[number.first].span.start..tokens[last].span.end;
        let after = word(Some(last + 1));
        let unit = is(&self.words.units, after) && !(after == "e" && glued_ordinal(folded, &tokens[last], minor));
        let prefix = is(&self.words.prefixes, before);
        if unit {
            span.end = tokens[last + 1].span.end;
        }
        if prefix {
            span.start = tokens[number.first - 1].span.start;
        }
        let sure = unit || prefix;
        let whole = minor / 100;
        let bare_ok = || {
            let glued =
                |c: Option<char>| c.is_some_and(|c| matches!(c, '-' | '/' | '°' | '%' | ':') || c.is_alphanumeric());
            let dated = moments.iter().any(|m| overlap(&m.span, &span));
            let explained = is(&self.words.not_money_after, after) || is(&self.words.not_money_before, before);
            let looks = !folded[tokens[number.first].span.clone()].starts_with('0') && (2..=20_000).contains(&whole);
            let small_word = number.in_words && whole < 5;
            looks
                && !dated
                && !explained
                && !small_word
                && !glued(folded[..span.start].chars().next_back())
                && !glued(folded[span.end..].chars().next())
        };
        let good = whole <= HIGHEST && minor > 0 && (sure || bare_ok());
        good.then(|| Amount { span, minor: i64::try_from(minor).unwrap_or(0), sure })
    }

    fn digits(&self, folded: &str, tokens: &[Token], at: usize) -> Option<Number> {
        let token = tokens.get(at).filter(|t| t.kind == TokenKind::Number)?;
        let found = self.digits.captures(&folded[token.span.start..])?;
        let whole: String = found["whole"].chars().filter(char::is_ascii_digit).collect();
        let cents = found.name("cents");
        let end = token.span.start + cents.map_or(found["whole"].len(), |c| c.end());
        let cents = cents.map_or(0, |c| c.as_str().parse::<u64>().unwrap_or(0) * if c.len() == 1 { 10 } else { 1 });
        let last = tokens.iter().rposition(|t| t.span.end <= end).unwrap_or(at).max(at);
        let minor = whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(cents)?;
        Some(Number { first: at, last, minor, in_words: false })
    }

    fn words(&self, folded: &str, tokens: &[Token], at: usize) -> Option<Number> {
        let (mut total, mut part) = (0_u64, 0_u64);
        let (mut next, mut last) = (at, None);
        while let Some(token) = tokens.get(next) {
            let word = &folded[token.span.clone()];
            let joined = last.is_some() && (word == "-" || self.words.joins.iter().any(|j| j == word));
            if let Some((value, length)) = self.together(folded, tokens, next) {
                part += value;
                (last, next) = (Some(next + length - 1), next + length);
            } else if let Some(value) = self.words.numbers.get(word) {
                match *value {
                    100 => part = part.max(1) * 100,
                    1_000 => (total, part) = (total + part.max(1) * 1_000, 0),
                    value => part += value,
                }
                (last, next) = (Some(next), next + 1);
            } else if joined {
                next += 1;
            } else {
                break;
            }
        }
        let minor = total.checked_add(part)?.checked_mul(100)?;
        Some(Number { first: at, last: last?, minor, in_words: true })
    }

    /// Number words that only mean something together: "quatre-vingt".
    fn together(&self, folded: &str, tokens: &[Token], at: usize) -> Option<(u64, usize)> {
        [3, 2].into_iter().find_map(|length| {
            let piece = tokens.get(at..at + length)?;
            let words = folded.get(piece[0].span.start..piece[length - 1].span.end)?;
            self.words.together.get(words).map(|value| (*value, length))
        })
    }
}

/// "2e" and "3e" are ranks, "10e" is money.
fn glued_ordinal(folded: &str, number: &Token, minor: u64) -> bool {
    minor < 500 && folded[number.span.end..].starts_with('e')
}
