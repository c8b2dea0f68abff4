//! Amounts of money, told from the other numbers of a message.

use super::choice::{Cue, Cues};
use super::marked::Marks;
use super::numbers::{self, Number, Numbers};
use super::references::References;
use crate::reading::error::ReadingError;
use crate::reading::language;
use crate::reading::message::{Kind, Lexer, Message, Token, Vocabulary, Word};
use crate::reading::phrase::Slot;
use rustc_hash::FxHashSet;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// Nobody owes more than this by SMS, in whole units.
const HIGHEST: u64 = 5_000_000;
/// "Not a penny" is no amount.
const LOWEST: u64 = 10;
/// A bare number within these is money unless the words around say otherwise.
const LIKELY: std::ops::RangeInclusive<u64> = 10..=20_000;
/// These are years when nothing says that they are money.
const YEARS: std::ops::RangeInclusive<u64> = 1_985..=2_040;
/// "500/500" are payments, "12/05" is a day.
const LAST_DAY: u64 = 31;
/// From here a number glued to an `e` is money and no rank.
const LAST_RANK: u64 = 500;

/// An amount said in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::reading) struct Amount {
    /// Where it stands, in tokens.
    pub(in crate::reading) span: Range<usize>,
    /// Minor units.
    pub(in crate::reading) minor: i64,
    /// A currency stands with it.
    pub(in crate::reading) sure: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    units: Vec<String>,
    cents: Vec<String>,
    prefixes: Vec<String>,
    ranks: Vec<String>,
    counted_after: Vec<String>,
    counted_before: Vec<String>,
    dated: Vec<String>,
    tails: Vec<String>,
    coins: BTreeMap<String, u32>,
    references: References,
    numbers: numbers::File,
    choice: BTreeMap<Cue, Vec<String>>,
}

/// Finds amounts in the messages of one language.
#[derive(Debug)]
pub(in crate::reading) struct Amounts {
    numbers: Numbers,
    coins: Slot,
    units: FxHashSet<Word>,
    cents: FxHashSet<Word>,
    prefixes: FxHashSet<Word>,
    ranks: FxHashSet<Word>,
    counted_after: FxHashSet<Word>,
    counted_before: FxHashSet<Word>,
    dated: FxHashSet<Word>,
    tails: FxHashSet<Word>,
    pub(super) marks: Marks,
    pub(super) cues: Cues,
    references: References,
}

impl Amounts {
    /// Reads `amounts.toml`.
    pub(in crate::reading) fn parse(
        file: &str,
        source: &str,
        lexer: &Lexer,
        vocabulary: &mut Vocabulary,
    ) -> Result<Self, ReadingError> {
        let words: File = language::read(file, source)?;
        let mut coins = Slot::new("coin", None);
        words.coins.iter().for_each(|(coin, minor)| coins.add(coin, *minor, lexer, vocabulary));
        let mut list =
            |words: &[String]| -> FxHashSet<Word> { words.iter().map(|word| vocabulary.learn(word)).collect() };
        let (units, cents, prefixes) = (list(&words.units), list(&words.cents), list(&words.prefixes));
        let (ranks, dated, tails) = (list(&words.ranks), list(&words.dated), list(&words.tails));
        let (counted_after, counted_before) = (list(&words.counted_after), list(&words.counted_before));
        let numbers = Numbers::new(&words.numbers, units.clone(), lexer, vocabulary);
        let (marks, slots) = Marks::learn(lexer, vocabulary);
        let cues = Cues::new(&words.choice, slots, lexer, vocabulary)
            .map_err(|problem| ReadingError::Data { file: file.to_owned(), problem })?;
        Ok(Self {
            numbers,
            coins,
            units,
            cents,
            prefixes,
            ranks,
            counted_after,
            counted_before,
            dated,
            tails,
            marks,
            cues,
            references: words.references,
        })
    }

    /// To be called once the vocabulary is whole.
    pub(in crate::reading) fn settle(&mut self, vocabulary: &Vocabulary) {
        self.cues.settle(vocabulary);
    }

    /// The amounts of a message, in order; a bare number that is `taken` or that the words around it explain is none.
    pub(in crate::reading) fn find(&self, message: &Message<'_>, taken: &[Range<usize>]) -> Vec<Amount> {
        let mut amounts: Vec<Amount> = Vec::new();
        let mut is_taken = vec![false; message.tokens().len()];
        for span in taken {
            is_taken[span.clone()].fill(true);
        }
        let free = |at: usize| !is_taken.get(at).is_some_and(|taken| *taken);
        let mut at = 0;
        while at < message.tokens().len() {
            if let Some((minor, length)) = self.coins.at(message, at) {
                amounts.push(Amount { span: at..at + length, minor: minor.into(), sure: true });
                at += length;
            } else if let Some(end) = numbers::telephone(message, at) {
                at = end;
            } else if let Some(number) = self.numbers.at(message, at, &free) {
                let amount = self.money(message, &number, &free);
                at = amount.as_ref().map_or(number.span.end, |a| a.span.end).max(number.span.end);
                amounts.extend(amount);
            } else {
                at += 1;
            }
        }
        amounts
    }

    /// The first invoice or case number that a message quotes, as it is written, and where, in bytes.
    pub(super) fn reference<'m>(&self, original: &'m str) -> Option<(&'m str, Range<usize>)> {
        self.references.find(original)
    }

    fn money(&self, message: &Message<'_>, number: &Number, free: &dyn Fn(usize) -> bool) -> Option<Amount> {
        let is = |list: &FxHashSet<Word>, at: usize| {
            message.tokens().get(at).is_some_and(|t| t.word != Word::UNKNOWN && list.contains(&t.word))
        };
        let Range { mut start, mut end } = number.span;
        let glued = |at: usize| message.tokens().get(at).is_some_and(|t| t.glued);
        let whole = number.minor / 100;
        let rank = !number.in_words
            && glued(end)
            && is(&self.ranks, end)
            && (whole < LAST_RANK / 100 || !is(&self.units, end) || !free(start));
        let unit = is(&self.units, end) && !rank;
        let cents = is(&self.cents, end) && !unit && whole < 100;
        let prefix = start > 0 && is(&self.prefixes, start - 1);
        let sure = unit || prefix || cents;
        if !sure && !self.likely(message, number, rank, free) {
            return None;
        }
        end += usize::from(unit || cents);
        start -= usize::from(prefix);
        let minor = if cents { whole } else { number.minor };
        let good = whole <= HIGHEST && minor >= LOWEST;
        good.then(|| Amount { span: start..end, minor: i64::try_from(minor).unwrap_or(0), sure })
    }

    /// True when a number without a currency is money all the same.
    fn likely(&self, message: &Message<'_>, number: &Number, rank: bool, free: &dyn Fn(usize) -> bool) -> bool {
        let Range { start, end } = number.span;
        let is = |list: &FxHashSet<Word>, at: Option<usize>| {
            let token = at.and_then(|at| message.tokens().get(at));
            token.is_some_and(|t| t.word != Word::UNKNOWN && list.contains(&t.word))
        };
        let (before, after) = (start.checked_sub(1), Some(end));
        let whole = number.minor / 100;
        let year = YEARS.contains(&whole) && !whole.is_multiple_of(1_000) && number.span.len() == 1 && !number.in_words;
        let day = whole <= LAST_DAY && (is(&self.dated, before) || is(&self.dated, after));
        let explained = is(&self.counted_after, after) || is(&self.counted_before, before);
        let least = if number.telling { 1 } else { *LIKELY.start() };
        let mut span = number.span.clone();
        // "1.200" is no day, whatever its first number may be taken for.
        let untaken = if number.telling { span.any(free) } else { span.all(free) };
        let likely = (least..=*LIKELY.end()).contains(&whole) && !message.text_at(start).starts_with('0');
        likely && untaken && !rank && !year && !day && !explained && !self.stuck(message, number)
    }

    /// True when what is glued to a number makes it something else than money.
    fn stuck(&self, message: &Message<'_>, number: &Number) -> bool {
        let tokens = message.tokens();
        let Range { start, end } = number.span;
        let whole = number.minor / 100;
        let glued = |at: usize| tokens.get(at).is_some_and(|t| t.glued);
        // "12/05" and "14:30" are no money, "25/semaine" and "500/500" are.
        let parted = |sign: usize, other: usize| {
            let value = message.text_at(other).parse::<u64>();
            matches!(message.text_at(sign), "-" | "/" | ":") && value.is_ok_and(|n| n.min(whole) <= LAST_DAY)
        };
        let marks = |at: usize| matches!(message.text_at(at), "°" | "%" | "#");
        let letters = |at: usize| {
            let letters = |t: &Token| matches!(t.kind, Kind::Word | Kind::Number) && !self.tails.contains(&t.word);
            tokens.get(at).is_some_and(letters)
        };
        let before = |at: usize| marks(at) || letters(at) || (at > 0 && glued(at) && parted(at, at - 1));
        let after = || marks(end) || (letters(end) && !number.in_words) || (glued(end + 1) && parted(end, end + 1));
        (glued(start) && start > 0 && before(start - 1)) || (glued(end) && after()) || message.text_at(end) == "%"
    }
}
