//! Every moment that a message names.

use super::calendar;
use super::cues::{Beside, Cue};
use super::lists::File;
use super::resolve::{self, Meaning, Means};
use crate::domain::Asked;
use crate::reading::error::ReadingError;
use crate::reading::message::{Kind as Token, Lexer, Message, Vocabulary};
use crate::reading::phrase::Grammar;
use chrono::{Datelike, NaiveDate, NaiveTime, TimeDelta};
use std::ops::Range;

/// Ten years: who writes a day farther ahead offers no payment.
const FARTHEST: i64 = 3_653;
/// A message of more tokens is not a bare answer.
const BARE: usize = 5;

/// From where the days of a message are counted.
#[derive(Debug, Clone, Copy)]
pub(in crate::reading) struct Origin {
    /// The day of the message, in the debtor's zone.
    pub(in crate::reading) day: NaiveDate,
    /// Whether 5/4 is the 4th of May.
    pub(in crate::reading) us_dates: bool,
    /// What was asked just before.
    pub(in crate::reading) asked: Option<Asked>,
}

/// A moment named in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::reading) struct Moment {
    /// Its tokens.
    pub(in crate::reading) span: Range<usize>,
    /// The day it falls on; none when it is past, impossible, or no day.
    pub(in crate::reading) day: Option<NaiveDate>,
    /// What it can be used for.
    pub(in crate::reading) kind: Kind,
    /// How many days ahead of the message the day is.
    pub(super) ahead: u32,
}

/// What a moment can be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reading) enum Kind {
    /// A day, or a time of several days of which one stands for all.
    Day,
    /// An hour of some day.
    Hour(NaiveTime),
    /// A time that nobody pays on: a past day, a length of time.
    Never,
}

/// Finds moments in the messages of one language.
#[derive(Debug)]
pub(in crate::reading) struct Moments {
    names: Grammar<Meaning>,
    feasts: Vec<String>,
    cues: Grammar<Cue>,
}

impl Moments {
    /// Reads `moments.toml`.
    ///
    /// # Errors
    /// When the file is badly written.
    pub(in crate::reading) fn parse(
        file: &str,
        source: &str,
        lexer: &Lexer,
        vocabulary: &mut Vocabulary,
    ) -> Result<Self, ReadingError> {
        let wrong = |problem: String| ReadingError::Data { file: file.to_owned(), problem };
        let written: File = toml::from_str(source).map_err(|problem| wrong(problem.to_string()))?;
        let slots = written.slots(lexer, vocabulary);
        let phrases = written.moment.iter().flat_map(|list| {
            let meaning = Meaning { means: list.means, plus: list.plus, takes: list.takes };
            list.phrases.iter().map(move |phrase| (&**phrase, meaning))
        });
        let names = Grammar::new(phrases, slots, lexer, vocabulary).map_err(wrong)?;
        let slots = written.slots(lexer, vocabulary);
        let cues = written.cue.iter().flat_map(|list| {
            let cue = Cue { place: list.place, weight: list.weight };
            list.phrases.iter().map(move |phrase| (&**phrase, cue))
        });
        let cues = Grammar::new(cues, slots, lexer, vocabulary).map_err(wrong)?;
        Ok(Self { names, feasts: written.feasts.into_values().collect(), cues })
    }

    /// Learns with which words each phrase may begin; to be called once the vocabulary is whole.
    pub(in crate::reading) fn settle(&mut self, vocabulary: &Vocabulary) {
        self.names.settle(vocabulary);
        self.cues.settle(vocabulary);
    }

    /// The moments of a message in the order they are said, none overlapping: the longest wins, then the first written.
    pub(in crate::reading) fn find(&self, message: &Message<'_>, origin: &Origin) -> Vec<Moment> {
        let mut all: Vec<(usize, Moment, Meaning)> = Vec::new();
        self.names.find(message, |found| {
            let kind = match resolve::hour(&found) {
                Some(hour) => Kind::Hour(hour),
                None if matches!(found.meaning.means, Means::Not | Means::Never) => Kind::Never,
                None => Kind::Day,
            };
            let day =
                resolve::day(&found, &self.feasts, origin).filter(|day| (*day - origin.day).num_days() <= FARTHEST);
            let whole = found.span.len();
            let length = found.meaning.takes.unwrap_or(whole);
            let span = found.span.start..found.span.end.min(found.span.start + length);
            all.push((whole, Moment { span, day, kind, ahead: ahead(day, origin) }, *found.meaning));
        });
        all.sort_by_key(|(whole, ..)| std::cmp::Reverse(*whole));
        let mut taken = vec![false; message.tokens().len()];
        let mut kept: Vec<(Moment, Meaning)> = Vec::with_capacity(all.len());
        for (_, moment, meaning) in all {
            let tokens = &mut taken[moment.span.clone()];
            if !tokens.contains(&true) {
                tokens.fill(true);
                kept.push((moment, meaning));
            }
        }
        kept.sort_unstable_by_key(|(moment, _)| moment.span.start);
        follow(&mut kept);
        if kept.is_empty() {
            return self.bare(message, origin).into_iter().collect();
        }
        kept.into_iter().filter(|(_, meaning)| meaning.means != Means::Not).map(|(moment, _)| moment).collect()
    }

    /// What stands beside the moments of a message; nothing when it has none.
    pub(in crate::reading) fn beside(&self, message: &Message<'_>, moments: &[Moment]) -> Beside {
        if moments.is_empty() { Beside::default() } else { Beside::new(&self.cues, message, moments) }
    }

    /// After the question "when?", a number alone is a day.
    fn bare(&self, message: &Message<'_>, origin: &Origin) -> Option<Moment> {
        let asked = matches!(origin.asked, Some(Asked::PaymentDate | Asked::ConfirmDate));
        if !asked || message.tokens().len() > BARE {
            return None;
        }
        let number = |at: &usize| message.tokens()[*at].kind == Token::Number;
        let mut numbers = (0..message.tokens().len()).filter(number);
        let (at, None) = (numbers.next()?, numbers.next()) else { return None };
        let (day, length) = self.names.slot("day")?.at(message, at)?;
        let day = calendar::next_day(origin.day, day);
        Some(Moment { span: at..at + length, day, kind: Kind::Day, ahead: ahead(day, origin) })
    }
}

fn ahead(day: Option<NaiveDate>, origin: &Origin) -> u32 {
    day.and_then(|day| u32::try_from((day - origin.day).num_days()).ok()).unwrap_or(0)
}

/// Gives their day to the moments that are counted from the one before: "le lendemain".
fn follow(moments: &mut [(Moment, Meaning)]) {
    let mut before = None;
    for (moment, meaning) in moments {
        let later = |day: NaiveDate| day.checked_add_signed(TimeDelta::days(meaning.plus.into()));
        moment.day = match meaning.means {
            Means::Then | Means::ThenOrToday => before.and_then(later).or(moment.day),
            Means::ThenWeekday => {
                let weekday = moment.day.map(|day| day.weekday());
                before.zip(weekday).and_then(|(day, weekday)| calendar::next_weekday(day, weekday))
            }
            _ => moment.day,
        };
        before = moment.day.filter(|_| moment.kind == Kind::Day).or(before);
    }
}
