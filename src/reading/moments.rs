//! Every moment a message names, with the day it falls on; which one is the payment's is another file's question.

use super::dates::Choice;
use super::days;
use super::error::ReadingError;
use super::pattern::{self, Lists, group};
use super::text::Text;
use chrono::{Datelike, NaiveDate, Weekday};
use regex::{Captures, Regex};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// A moment named in a message.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Moment {
    /// Where it stands in the folded text.
    pub(super) span: Range<usize>,
    /// The day it falls on; none when it is past, impossible, or nothing to pay on.
    pub(super) day: Option<NaiveDate>,
    /// How it was said.
    pub(super) kind: Kind,
}

/// How a moment is said; the words after `means` in `dates.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// A time that nobody pays on: an hour, a past day, the date of an invoice.
    Nothing,
    /// Today plus `plus` days.
    Today,
    /// A count of days, weeks, months or hours.
    Span,
    /// A day of the week, plus `plus` days.
    Weekday,
    /// A day of a month, the month being named or not.
    Date,
    /// Two numbers.
    Slash,
    /// Year, month, day.
    Iso,
    /// The last day of a month, named or `plus` months ahead.
    MonthEnd,
    /// Its 5th.
    MonthStart,
    /// Its 15th.
    MonthMid,
    /// The Friday of the week `plus` weeks ahead.
    Friday,
    /// The Friday of a numbered week.
    Week,
    /// The Saturday of this week, plus `plus` weeks.
    Weekend,
    /// A feast.
    Feast,
}

/// The patterns of one language, as `dates.toml` writes them.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    weekdays: [Vec<String>; 7],
    months: [Vec<String>; 12],
    units: Units,
    numbers: BTreeMap<String, u32>,
    ordinals: BTreeMap<String, u32>,
    feasts: BTreeMap<String, String>,
    choice: Choice,
    pattern: Vec<Rule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Units {
    hour: Vec<String>,
    day: Vec<String>,
    week: Vec<String>,
    fortnight: Vec<String>,
    month: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    find: String,
    means: Kind,
    #[serde(default)]
    plus: u32,
}

/// Finds moments in the texts of one language.
pub(super) struct Finder {
    words: File,
    rules: Vec<(Regex, Kind, u32)>,
}

impl Finder {
    /// Builds the finder from the text of `dates.toml`.
    pub(super) fn parse(file: &str, source: &str) -> Result<Self, ReadingError> {
        let mut words: File = toml::from_str(source)
            .map_err(|problem| ReadingError::Data { file: file.to_owned(), problem: problem.to_string() })?;
        let flat = |lists: &[Vec<String>]| pattern::either(lists.iter().flatten().map(String::as_str));
        let numbers = pattern::either(words.numbers.keys().map(String::as_str));
        let ordinals = pattern::either(words.ordinals.keys().map(String::as_str));
        let units =
            [&words.units.hour, &words.units.day, &words.units.week, &words.units.fortnight, &words.units.month];
        let lists: Lists = [
            ("weekday", flat(&words.weekdays)),
            ("month", flat(&words.months)),
            ("unit", pattern::either(units.into_iter().flatten().map(String::as_str))),
            ("n", format!(r"[0-9]{{1,3}}|{numbers}")),
            ("day", format!(r"3[01]|[12][0-9]|0?[1-9]|{ordinals}")),
            ("year", "20[2-4][0-9]|[2-4][0-9]".to_owned()),
            ("feast", pattern::either(words.feasts.keys().map(String::as_str))),
        ]
        .map(|(name, list)| (name.to_owned(), list))
        .into();
        let rules = std::mem::take(&mut words.pattern)
            .into_iter()
            .map(|rule| Ok((pattern::compile(file, &rule.find, &lists)?, rule.means, rule.plus)))
            .collect::<Result<_, ReadingError>>()?;
        Ok(Self { words, rules })
    }

    /// The moments of a text in the order they are said, none overlapping: the longest wins, then the first written.
    pub(super) fn find(&self, text: &Text<'_>, origin: NaiveDate, us_dates: bool) -> Vec<Moment> {
        self.find_with(text, origin, us_dates, |_| true)
    }

    /// The same, with the moments that are for something other than paying: a call, a visit.
    pub(super) fn find_for_anything(&self, text: &Text<'_>, origin: NaiveDate, us_dates: bool) -> Vec<Moment> {
        self.find_with(text, origin, us_dates, |kind| kind != Kind::Nothing)
    }

    fn find_with(
        &self,
        text: &Text<'_>,
        origin: NaiveDate,
        us_dates: bool,
        counts: impl Fn(Kind) -> bool,
    ) -> Vec<Moment> {
        let mut all: Vec<Moment> = Vec::new();
        for (regex, kind, plus) in self.rules.iter().filter(|(_, kind, _)| counts(*kind)) {
            for found in regex.captures_iter(text.folded()) {
                let day = self.resolve(&found, *kind, *plus, origin, us_dates).filter(|day| *day >= origin);
                all.push(Moment { span: pattern::span(&found), day, kind: *kind });
            }
        }
        all.sort_by_key(|m| std::cmp::Reverse(m.span.len()));
        let mut kept: Vec<Moment> = Vec::new();
        for moment in all {
            if kept.iter().all(|k| !pattern::overlap(&k.span, &moment.span)) {
                kept.push(moment);
            }
        }
        kept.sort_by_key(|m| m.span.start);
        kept
    }

    /// The words that settle which moment is the payment's.
    pub(super) fn choice(&self) -> &Choice {
        &self.words.choice
    }

    fn resolve(&self, found: &Captures<'_>, kind: Kind, plus: u32, origin: NaiveDate, us: bool) -> Option<NaiveDate> {
        let month = group(found, "month").and_then(|word| self.month(word));
        let ahead = month.map_or(plus, |m| days::months_until(origin, m));
        match kind {
            Kind::Nothing => None,
            Kind::Today => days::after(origin, plus.into()),
            Kind::Span => self.span(self.number(group(found, "n"))?, group(found, "unit")?, origin),
            Kind::Weekday => {
                days::after(days::next_weekday(origin, self.weekday(group(found, "weekday")?)?)?, plus.into())
            }
            Kind::Date => {
                let day = self.day(group(found, "day")?)?;
                match (month, group(found, "year")) {
                    (Some(month), Some(year)) => NaiveDate::from_ymd_opt(full_year(year)?, month, day),
                    (Some(month), None) => days::next_date(origin, day, month),
                    (None, _) if plus > 0 => days::day_of_month(origin, plus, day),
                    (None, _) => days::next_day(origin, day),
                }
            }
            Kind::Slash => {
                let (a, b) = (group(found, "a")?.parse().ok()?, group(found, "b")?.parse().ok()?);
                let (day, month): (u32, u32) = if (us && a <= 12) || b > 12 { (b, a) } else { (a, b) };
                match group(found, "year") {
                    Some(year) => NaiveDate::from_ymd_opt(full_year(year)?, month, day),
                    None => days::next_date(origin, day, month),
                }
            }
            Kind::Iso => found.get(0)?.as_str().parse().ok(),
            Kind::MonthEnd => days::month_end(origin, ahead),
            Kind::MonthStart => rolling(origin, ahead, 5),
            Kind::MonthMid => rolling(origin, ahead, 15),
            Kind::Friday => days::friday(origin, plus.into()),
            Kind::Week => days::week_number(origin, self.number(group(found, "n"))?),
            Kind::Weekend => days::after(days::weekend(origin)?, 7 * u64::from(plus)),
            Kind::Feast => days::feast(
                origin,
                self.words.feasts.get(&group(found, "feast")?.split_whitespace().collect::<Vec<_>>().join(" "))?,
            ),
        }
    }

    fn span(&self, n: u32, unit: &str, origin: NaiveDate) -> Option<NaiveDate> {
        let is = |list: &[String]| list.iter().any(|word| word == unit);
        match () {
            () if is(&self.words.units.hour) => days::after(origin, u64::from(n / 24)),
            () if is(&self.words.units.day) => days::after(origin, n.into()),
            () if is(&self.words.units.week) => days::after(origin, u64::from(n) * 7),
            () if is(&self.words.units.fortnight) => days::after(origin, u64::from(n) * 14),
            () if is(&self.words.units.month) => days::months_after(origin, n),
            () => None,
        }
    }

    fn number(&self, word: Option<&str>) -> Option<u32> {
        let word = word?;
        word.parse().ok().or_else(|| self.words.numbers.get(word).copied())
    }

    fn day(&self, word: &str) -> Option<u32> {
        word.parse().ok().or_else(|| self.words.ordinals.get(word).copied())
    }

    fn weekday(&self, word: &str) -> Option<Weekday> {
        let at = self.words.weekdays.iter().position(|list| list.iter().any(|w| w == word))?;
        Weekday::try_from(u8::try_from(at).ok()?).ok()
    }

    fn month(&self, word: &str) -> Option<u32> {
        let at = self.words.months.iter().position(|list| list.iter().any(|w| w == word))?;
        u32::try_from(at + 1).ok()
    }
}

/// A part of a month; the next month's when this month's is past.
fn rolling(origin: NaiveDate, ahead: u32, day: u32) -> Option<NaiveDate> {
    let found = days::day_of_month(origin, ahead, day)?;
    if found >= origin || origin.month() != found.month() {
        Some(found)
    } else {
        days::day_of_month(origin, ahead + 1, day)
    }
}

fn full_year(written: &str) -> Option<i32> {
    let year: i32 = written.parse().ok()?;
    Some(if year < 100 { 2000 + year } else { year })
}
