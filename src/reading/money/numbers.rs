//! Numbers as people write them, in digits or in words.

use crate::reading::message::{Kind, Lexer, Message, Vocabulary, Word};
use crate::reading::phrase::Slot;
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;
use std::ops::Range;

/// Longer runs of digits are no sum of money.
const LONGEST: usize = 7;
/// So many digits in a row, whatever parts them, are a telephone.
const TELEPHONE: usize = 9;

/// A number before it is known to be money.
#[derive(Debug, Clone)]
pub(super) struct Number {
    pub(super) span: Range<usize>,
    /// In hundredths.
    pub(super) minor: u64,
    pub(super) in_words: bool,
    /// It is written with a thousand or with hundredths, as few things but money are.
    pub(super) telling: bool,
}

/// The number words of a language.
#[derive(Debug)]
pub(super) struct Numbers {
    words: Slot,
    thousands: FxHashSet<Word>,
    currencies: FxHashSet<Word>,
    /// They join a last one to tens: "vingt et un".
    joins_one: FxHashSet<Word>,
    /// They join what follows a hundred: "a hundred and fifty".
    joins_hundred: FxHashSet<Word>,
    /// "three fifty" is 350.
    short_hundreds: bool,
    /// "mille deux" is 1 200.
    short_thousands: bool,
}

/// How a language writes numbers; `[numbers]` of `amounts.toml`.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    words: BTreeMap<String, u32>,
    thousands: Vec<String>,
    joins_one: Vec<String>,
    joins_hundred: Vec<String>,
    short_hundreds: bool,
    short_thousands: bool,
    /// Words that are none, though written like one.
    neighbours: Vec<String>,
}

impl Numbers {
    pub(super) fn new(file: &File, currencies: FxHashSet<Word>, lexer: &Lexer, vocabulary: &mut Vocabulary) -> Self {
        let mut words = Slot::new("number", None);
        file.words.iter().for_each(|(word, value)| words.add(word, *value, lexer, vocabulary));
        for word in &file.neighbours {
            vocabulary.learn(word);
        }
        let mut list = |words: &[String]| words.iter().map(|word| vocabulary.learn(word)).collect();
        Self {
            words,
            thousands: list(&file.thousands),
            currencies,
            joins_one: list(&file.joins_one),
            joins_hundred: list(&file.joins_hundred),
            short_hundreds: file.short_hundreds,
            short_thousands: file.short_thousands,
        }
    }

    /// The number that begins at a place; tokens that are not `free` are no part of it.
    pub(super) fn at(&self, message: &Message<'_>, at: usize, free: &dyn Fn(usize) -> bool) -> Option<Number> {
        match message.tokens().get(at)?.kind {
            Kind::Number => self.digits(message, at, free),
            Kind::Word => self.in_words(message, at),
            _ => None,
        }
    }

    fn digits(&self, message: &Message<'_>, at: usize, free: &dyn Fn(usize) -> bool) -> Option<Number> {
        let tokens = message.tokens();
        let is_number = |at: usize, glued: bool| {
            tokens.get(at).is_some_and(|t| t.kind == Kind::Number && t.glued == glued) && (glued || free(at))
        };
        let sign =
            |at: usize, signs: &[&str]| tokens.get(at).is_some_and(|t| t.glued) && signs.contains(&message.text_at(at));
        let mut whole = message.text_at(at).to_owned();
        let first = whole.len();
        let mut next = at + 1;
        let mut telling = false;
        while first <= 3 && !whole.starts_with('0') {
            let (far, blank) = if sign(next, &[".", ",", "'"]) { (next + 1, false) } else { (next, true) };
            let fits =
                is_number(far, !blank) && message.text_at(far).len() == 3 && (!blank || (first <= 2 && free(at)));
            if !fits {
                break;
            }
            whole.push_str(message.text_at(far));
            telling |= !blank;
            next = far + 1;
        }
        if whole.len() > LONGEST {
            return None;
        }
        let mut minor = whole.parse::<u64>().ok()? * 100;
        let short = |at: usize, least: usize| is_number(at, true) && (least..=2).contains(&message.text_at(at).len());
        let unit = |at: usize| {
            tokens.get(at).is_some_and(|t| t.glued && t.word != Word::UNKNOWN && self.currencies.contains(&t.word))
        };
        let goes_on = |at: usize| sign(at, &[".", "/", "-", ":"]) && is_number(at + 1, true);
        if (sign(next, &[".", ","]) && short(next + 1, 1) && !goes_on(next + 2)) || (unit(next) && short(next + 1, 2)) {
            let cents = message.text_at(next + 1);
            minor += cents.parse::<u64>().ok()? * if cents.len() == 1 { 10 } else { 1 };
            telling |= cents.len() == 2;
            next += 2;
        }
        if self.is(&self.thousands, message, next) {
            minor = minor.checked_mul(1_000)?;
            telling = true;
            next += 1;
            // "2k5" is 2 500.
            if is_number(next, true) && message.text_at(next).len() == 1 {
                minor += message.text_at(next).parse::<u64>().ok()? * 10_000;
                next += 1;
            }
        }
        Some(Number { span: at..next, minor, in_words: false, telling })
    }

    fn in_words(&self, message: &Message<'_>, at: usize) -> Option<Number> {
        let (mut total, mut part, mut last) = (0_u64, 0_u64, 0_u64);
        let mut next = at;
        let mut end = at;
        while let Some((value, length)) = self.words.at(message, next) {
            let value = u64::from(value);
            let fits = match value {
                1_000 => total == 0 && (part > 0 || end == at),
                100 => part < 20 && last != 100 && (part > 0 || end == at || last == 1_000),
                value => match last {
                    0 | 1_000 => true,
                    100 => value < 100,
                    20..=90 => value < 20 && (value < 10 || last % 20 == 0) && last % 10 == 0,
                    1..=9 if self.short_hundreds && part < 10 => (10..100).contains(&value),
                    _ => false,
                },
            };
            if !fits {
                break;
            }
            match value {
                1_000 => (total, part) = (part.max(1) * 1_000, 0),
                100 => part = part.max(1) * 100,
                value if (1..=9).contains(&last) && part < 10 => part = part * 100 + value,
                value => part += value,
            }
            (last, next) = (value, next + length);
            end = next;
            let follower = self.words.at(message, next + 1).map(|(value, _)| value);
            let joined = (self.is(&self.joins_one, message, next) && matches!(follower, Some(1 | 11)) && last < 100)
                || (self.is(&self.joins_hundred, message, next) && last >= 100 && follower.is_some_and(|v| v < 100));
            next += usize::from(joined);
        }
        if end == at {
            return None;
        }
        if self.short_thousands && last < 10 && total > 0 && part == last {
            part *= 100;
        }
        let mut minor = (total + part) * 100;
        if total == 0 && self.is(&self.thousands, message, end) {
            (minor, end) = (minor * 1_000, end + 1);
        }
        Some(Number { span: at..end, minor, in_words: true, telling: false })
    }

    fn is(&self, list: &FxHashSet<Word>, message: &Message<'_>, at: usize) -> bool {
        message.tokens().get(at).is_some_and(|t| t.word != Word::UNKNOWN && list.contains(&t.word))
    }
}

/// Where the telephone that begins at a place ends.
pub(super) fn telephone(message: &Message<'_>, at: usize) -> Option<usize> {
    let tokens = message.tokens();
    tokens.get(at).filter(|token| token.kind == Kind::Number)?;
    let (mut digits, mut next) = (0, at);
    loop {
        let token = tokens.get(next).filter(|t| t.kind == Kind::Number);
        let Some(token) = token else { break };
        digits += message.text(token).len();
        next += 1;
        let parted = tokens.get(next).is_some_and(|t| t.glued) && matches!(message.text_at(next), "." | "-");
        next += usize::from(parted && tokens.get(next + 1).is_some_and(|t| t.kind == Kind::Number));
    }
    let begins = message.text_at(at).starts_with('0')
        || tokens.get(at.wrapping_sub(1)).is_some_and(|_| message.text_at(at - 1) == "+");
    (digits >= TELEPHONE && (begins || next == at + 1)).then_some(next)
}
