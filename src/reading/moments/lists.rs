//! The lists and phrases of `moments.toml`.

use super::cues::Place;
use super::resolve::Means;
use crate::reading::message::{Lexer, Vocabulary};
use crate::reading::phrase::Slot;
use serde::Deserialize;
use std::collections::BTreeMap;

/// `moments.toml` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    weekdays: [Vec<String>; 7],
    months: [Vec<String>; 12],
    unclear: Vec<String>,
    units: Units,
    numbers: BTreeMap<String, u32>,
    days: BTreeMap<String, u32>,
    pub(super) feasts: BTreeMap<String, String>,
    pub(super) moment: Vec<Phrases>,
    pub(super) cue: Vec<Cues>,
}

/// Phrases that name a moment in the same way.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Phrases {
    pub(super) means: Means,
    #[serde(default)]
    pub(super) plus: i32,
    /// How many of its first tokens make the moment; all of them when nothing is written.
    pub(super) takes: Option<usize>,
    pub(super) phrases: Vec<String>,
}

/// Phrases that say as much of the moments beside them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cues {
    pub(super) place: Place,
    #[serde(default)]
    pub(super) weight: i32,
    pub(super) phrases: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Units {
    hour: Vec<String>,
    day: Vec<String>,
    week: Vec<String>,
    fortnight: Vec<String>,
    month: Vec<String>,
    year: Vec<String>,
}

/// What a count of time counts; the values of the list `unit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Hour,
    Day,
    Week,
    Fortnight,
    Month,
    Year,
}

impl Unit {
    const ALL: [Self; 6] = [Self::Hour, Self::Day, Self::Week, Self::Fortnight, Self::Month, Self::Year];

    pub(super) fn from_value(value: u32) -> Option<Self> {
        Self::ALL.get(usize::try_from(value).ok()?).copied()
    }
}

impl File {
    /// The lists that phrases may name.
    pub(super) fn slots<'l>(&'l self, lexer: &Lexer, vocabulary: &mut Vocabulary) -> Vec<Slot> {
        let (weekdays, months) = (numbered(&self.weekdays, 0), numbered(&self.months, 1));
        let clear = |list: &[(&'l str, u32)]| -> Words<'l> {
            list.iter().filter(|(word, _)| !self.unclear.iter().any(|unclear| unclear == word)).copied().collect()
        };
        let Units { hour, day, week, fortnight, month, year } = &self.units;
        let units = [hour, day, week, fortnight, month, year];
        let lists: [(Slot, Words<'l>); 13] = [
            (Slot::new("clear_weekday", None), clear(&weekdays)),
            (Slot::new("weekday", None), weekdays),
            (Slot::new("clear_month", None), clear(&months)),
            (Slot::new("month", None), months),
            (Slot::new("clear_day", [1..=31]), clear(&pairs(&self.days))),
            (Slot::new("day", [1..=31]), pairs(&self.days)),
            (Slot::new("n", [1..=400]), pairs(&self.numbers)),
            (Slot::new("unit", None), numbered(units, 0)),
            (Slot::new("year", [24..=49, 2024..=2049]), Vec::new()),
            (Slot::new("hour", [0..=23]), Vec::new()),
            (Slot::new("minute", [0..=59]), Vec::new()),
            (Slot::new("week", [1..=53]), Vec::new()),
            (Slot::new("feast", None), self.feasts.keys().map(String::as_str).zip(0..).collect()),
        ];
        let fill = |(mut slot, words): (Slot, Words<'l>)| {
            words.into_iter().for_each(|(word, value)| slot.add(word, value, lexer, vocabulary));
            slot
        };
        lists.into_iter().map(fill).collect()
    }
}

/// Words, each with its value.
type Words<'l> = Vec<(&'l str, u32)>;

/// The words of each list with the number of the list.
fn numbered<'l>(lists: impl IntoIterator<Item = &'l Vec<String>>, first: u32) -> Words<'l> {
    let words = |(list, number): (&'l Vec<String>, u32)| list.iter().map(move |word| (&**word, number));
    lists.into_iter().zip(first..).flat_map(words).collect()
}

fn pairs(map: &BTreeMap<String, u32>) -> Words<'_> {
    map.iter().map(|(word, value)| (&**word, *value)).collect()
}
