//! From a phrase that names a moment to the day it falls on, by the table of the annotation guide.

use super::calendar;
use super::finder::Origin;
use super::lists::Unit;
use crate::reading::phrase::Found;
use chrono::{Datelike, NaiveDate, NaiveTime, Weekday};
use serde::Deserialize;

/// How a moment is said; the words after `means` in `moments.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Means {
    /// No moment, though it looks like one.
    Not,
    /// A time that nobody pays on: a past day, a length of time.
    Never,
    /// An hour of the day, `plus` hours after noon; of two numbers the first.
    Hour,
    /// An hour before noon.
    Morning,
    /// An hour after noon.
    Afternoon,
    /// An hour said alone: nobody expects to be called before eight.
    About,
    /// Today plus `plus` days.
    Today,
    /// The day of the moment named before it, plus `plus` days.
    Then,
    /// The weekday after the moment named before it; without one, after the next such weekday.
    ThenWeekday,
    /// The same as `then`; today when none is named before it.
    ThenOrToday,
    /// A count of hours, days, weeks or months.
    Span,
    /// A day of the week, plus `plus` days.
    Weekday,
    /// That day of the week `plus` weeks ahead.
    WeekdayOfWeek,
    /// The first such weekday of a month, or the one of the place that `plus` says.
    NthWeekday,
    /// The last such weekday of a month.
    LastWeekday,
    /// A day of a month, the month being named or `plus` ahead.
    Date,
    /// A month and a day in figures, in the order of the place.
    Slash,
    /// Year, month, day.
    Iso,
    /// The last day of a month, named or `plus` ahead.
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

/// What a phrase means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meaning {
    pub(super) means: Means,
    pub(super) plus: i32,
    pub(super) takes: Option<usize>,
}

/// The hour of the day that is said.
pub(super) fn hour(found: &Found<'_, Meaning>) -> Option<NaiveTime> {
    let hour = found.value("hour").unwrap_or(12);
    let minute = found.value("minute").unwrap_or(0);
    let hour = match found.meaning.means {
        Means::Hour => hour,
        Means::Morning => hour % 12,
        Means::Afternoon => hour % 12 + 12,
        Means::About => hour + if hour < 8 { 12 } else { 0 },
        _ => return None,
    };
    NaiveTime::from_hms_opt(hour, minute, 0)
}

/// The day that is said, when it is not past.
pub(super) fn day(found: &Found<'_, Meaning>, feasts: &[String], origin: &Origin) -> Option<NaiveDate> {
    let Meaning { means, plus, .. } = *found.meaning;
    let plus = plus.unsigned_abs();
    let today = origin.day;
    let month = found.values("month").chain(found.values("clear_month")).next();
    let ahead = month.map_or(plus, |month| calendar::months_until(today, month));
    let of_year = |month: u32, day: u32| match found.value("year") {
        Some(year) => NaiveDate::from_ymd_opt(full_year(year)?, month, day),
        None => calendar::next_date(today, day, month),
    };
    let day = match means {
        Means::Not | Means::Never | Means::Then => None,
        Means::Hour | Means::Morning | Means::Afternoon | Means::About => Some(today),
        Means::ThenOrToday => Some(today),
        Means::Today => calendar::after(today, plus.into()),
        Means::Span => span(found.values("n").last().unwrap_or(1), Unit::from_value(found.value("unit")?)?, today),
        Means::Weekday => calendar::after(calendar::next_weekday(today, weekday(found)?)?, plus.into()),
        Means::ThenWeekday => calendar::after(calendar::next_weekday(today, weekday(found)?)?, 7),
        Means::WeekdayOfWeek => calendar::weekday_of_week(today, plus.into(), weekday(found)?),
        Means::NthWeekday => {
            calendar::nth_weekday(today, month.map(|_| ahead), u8::try_from(plus).ok()?, weekday(found)?)
        }
        Means::LastWeekday => calendar::last_weekday(today, month.map(|_| ahead), weekday(found)?),
        Means::Date => {
            // "le 5 ou le 6 mars": the last one.
            let day = found.values("day").chain(found.values("clear_day")).last()?;
            match month {
                Some(month) => of_year(month, day),
                None if plus > 0 => calendar::day_of_month(today, plus, day),
                None => calendar::next_day(today, day),
            }
        }
        Means::Slash => {
            let mut numbers = found.values("day");
            let (a, b) = (numbers.next()?, numbers.next()?);
            let (day, month) = if (origin.us_dates && a <= 12) || b > 12 { (b, a) } else { (a, b) };
            of_year(month, day)
        }
        Means::Iso => {
            let mut numbers = found.values("day");
            NaiveDate::from_ymd_opt(full_year(found.value("year")?)?, numbers.next()?, numbers.next()?)
        }
        Means::MonthEnd => calendar::month_end(today, ahead),
        Means::MonthStart => rolling(today, ahead, 5),
        Means::MonthMid => rolling(today, ahead, 15),
        Means::Friday => calendar::friday(today, plus.into()),
        Means::Week => calendar::week_number(today, found.value("week")?),
        Means::Weekend => calendar::after(calendar::weekend(today)?, 7 * u64::from(plus)),
        Means::Feast => {
            let feast = feasts.get(usize::try_from(found.value("feast")?).ok()?)?;
            calendar::after(calendar::feast(today, feast)?, plus.into())
        }
    };
    day.filter(|day| *day >= today)
}

fn weekday(found: &Found<'_, Meaning>) -> Option<Weekday> {
    let weekday = found.value("weekday").or_else(|| found.value("clear_weekday"))?;
    Weekday::try_from(u8::try_from(weekday).ok()?).ok()
}

fn span(count: u32, unit: Unit, today: NaiveDate) -> Option<NaiveDate> {
    match unit {
        Unit::Hour => calendar::after(today, u64::from(count / 24)),
        Unit::Day => calendar::after(today, count.into()),
        Unit::Week => calendar::after(today, u64::from(count) * 7),
        Unit::Fortnight => calendar::after(today, u64::from(count) * 14),
        Unit::Month => calendar::months_after(today, count),
        Unit::Year => calendar::months_after(today, count.checked_mul(12)?),
    }
}

/// A part of a month; the next month's when this month's is past.
fn rolling(today: NaiveDate, ahead: u32, day: u32) -> Option<NaiveDate> {
    let found = calendar::day_of_month(today, ahead, day)?;
    if found >= today || today.month() != found.month() {
        Some(found)
    } else {
        calendar::day_of_month(today, ahead + 1, day)
    }
}

fn full_year(written: u32) -> Option<i32> {
    i32::try_from(if written < 100 { 2_000 + written } else { written }).ok()
}
