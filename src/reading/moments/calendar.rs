//! Calendar arithmetic of the date table: every day is counted from the day of the message.

use chrono::{Datelike, Days, Months, NaiveDate, TimeDelta, Weekday};

/// `count` days later.
pub(super) fn after(origin: NaiveDate, count: u64) -> Option<NaiveDate> {
    origin.checked_add_days(Days::new(count))
}

/// The same day `count` months later, or the last of that month.
pub(super) fn months_after(origin: NaiveDate, count: u32) -> Option<NaiveDate> {
    origin.checked_add_months(Months::new(count))
}

/// The next `weekday`; a week later when it is said on that day.
pub(super) fn next_weekday(origin: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let ahead = (7 + weekday.num_days_from_monday() - origin.weekday().num_days_from_monday()) % 7;
    after(origin, u64::from(if ahead == 0 { 7 } else { ahead }))
}

/// The next `day` of a month, today included; the last of the month when it is shorter.
pub(super) fn next_day(origin: NaiveDate, day: u32) -> Option<NaiveDate> {
    if !(1..=31).contains(&day) {
        return None;
    }
    let this = in_month(origin.year(), origin.month(), day)?;
    if this >= origin {
        Some(this)
    } else {
        months_after(first_of(origin), 1).and_then(|m| in_month(m.year(), m.month(), day))
    }
}

/// The next `day` of `month`, today included; none when that month has no such day.
pub(super) fn next_date(origin: NaiveDate, day: u32, month: u32) -> Option<NaiveDate> {
    let past = (month, day) < (origin.month(), origin.day());
    NaiveDate::from_ymd_opt(origin.year() + i32::from(past), month, day)
}

/// The last day of the month that comes `ahead` months after this one.
pub(super) fn month_end(origin: NaiveDate, ahead: u32) -> Option<NaiveDate> {
    months_after(first_of(origin), ahead + 1)?.pred_opt()
}

/// How many months until the next `month`; 0 when it is this one.
pub(super) fn months_until(origin: NaiveDate, month: u32) -> u32 {
    (12 + month - origin.month()) % 12
}

/// The `day` of the month that comes `ahead` months after this one, when it is not past.
pub(super) fn day_of_month(origin: NaiveDate, ahead: u32, day: u32) -> Option<NaiveDate> {
    let month = months_after(first_of(origin), ahead)?;
    in_month(month.year(), month.month(), day)
}

/// The Friday of the week that comes `ahead` weeks after this one; on a week-end, "this week" is the one that begins.
pub(super) fn friday(origin: NaiveDate, ahead: u64) -> Option<NaiveDate> {
    let monday = origin.week(Weekday::Mon).checked_first_day()?;
    let friday = after(monday, 4 + 7 * ahead)?;
    if friday >= origin { Some(friday) } else { after(friday, 7) }
}

/// The Saturday of this week, today included; on a Sunday, that of the week that begins.
pub(super) fn weekend(origin: NaiveDate) -> Option<NaiveDate> {
    match origin.weekday() {
        Weekday::Sat => Some(origin),
        _ => next_weekday(origin, Weekday::Sat),
    }
}

/// The Friday of the next week that bears this number.
pub(super) fn week_number(origin: NaiveDate, week: u32) -> Option<NaiveDate> {
    let year = origin.iso_week().year();
    (0..=1).filter_map(|ahead| NaiveDate::from_isoywd_opt(year + ahead, week, Weekday::Fri)).find(|day| *day >= origin)
}

/// The `weekday` of the week that comes `ahead` weeks after this one.
pub(super) fn weekday_of_week(origin: NaiveDate, ahead: u64, weekday: Weekday) -> Option<NaiveDate> {
    let monday = origin.week(Weekday::Mon).checked_first_day()?;
    after(monday, 7 * ahead + u64::from(weekday.num_days_from_monday()))
}

/// The `nth` such `weekday` of the month `ahead` of this one; without a month, the next one that has this place.
pub(super) fn nth_weekday(origin: NaiveDate, ahead: Option<u32>, nth: u8, weekday: Weekday) -> Option<NaiveDate> {
    of_months(origin, ahead, |month| NaiveDate::from_weekday_of_month_opt(month.year(), month.month(), weekday, nth))
}

/// The last `weekday` of the month `ahead` of this one; without a month, the next last one.
pub(super) fn last_weekday(origin: NaiveDate, ahead: Option<u32>, weekday: Weekday) -> Option<NaiveDate> {
    of_months(origin, ahead, |month| {
        (4..=5).rev().find_map(|nth| NaiveDate::from_weekday_of_month_opt(month.year(), month.month(), weekday, nth))
    })
}

fn of_months(origin: NaiveDate, ahead: Option<u32>, day: impl Fn(NaiveDate) -> Option<NaiveDate>) -> Option<NaiveDate> {
    let mut months = ahead.map_or(0..=1, |ahead| ahead..=ahead);
    months.find_map(|ahead| day(months_after(first_of(origin), ahead)?).filter(|day| *day >= origin))
}

/// Easter Sunday (Meeus).
pub(super) fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(n / 31).ok()?, u32::try_from(n % 31 + 1).ok()?)
}

/// A feast as the data writes it, the next time it falls: `12-25`, `easter`, `easter+39`, `easter-2`, or the days it falls on.
pub(super) fn feast(origin: NaiveDate, written: &str) -> Option<NaiveDate> {
    let year = |ahead: i32| -> Option<NaiveDate> {
        let year = origin.year() + ahead;
        match written.strip_prefix("easter") {
            Some("") => easter(year),
            Some(later) => easter(year)?.checked_add_signed(TimeDelta::days(later.parse().ok()?)),
            None => {
                let (month, day) = written.split_once('-')?;
                NaiveDate::from_ymd_opt(year, month.parse().ok()?, day.parse().ok()?)
            }
        }
    };
    if written.contains(' ') || written.len() == 10 {
        return written.split(' ').filter_map(|day| day.parse().ok()).find(|day| *day >= origin);
    }
    (0..=1).filter_map(year).find(|day| *day >= origin)
}

fn first_of(origin: NaiveDate) -> NaiveDate {
    origin.with_day(1).unwrap_or(origin)
}

fn in_month(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    (28..=day.max(28)).rev().map(|d| d.min(day)).find_map(|d| NaiveDate::from_ymd_opt(year, month, d))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn days_lean_to_the_future_and_short_months_end_early() {
        let origin = day("2026-02-05");
        for (found, wanted) in [
            (next_day(origin, 5), Some("2026-02-05")),
            (next_day(origin, 4), Some("2026-03-04")),
            (next_day(origin, 31), Some("2026-02-28")),
            (next_day(origin, 32), None),
            (next_date(origin, 31, 2), None),
            (next_date(origin, 4, 2), Some("2027-02-04")),
            (next_date(day("2026-03-01"), 29, 2), None),
            (next_date(day("2027-03-01"), 29, 2), Some("2028-02-29")),
            (weekday_of_week(origin, 1, Weekday::Mon), Some("2026-02-09")),
            (nth_weekday(origin, None, 1, Weekday::Tue), Some("2026-03-03")),
            (nth_weekday(origin, Some(0), 2, Weekday::Wed), Some("2026-02-11")),
            (last_weekday(origin, None, Weekday::Fri), Some("2026-02-27")),
            (next_weekday(day("2026-02-06"), Weekday::Fri), Some("2026-02-13")),
            (month_end(origin, 0), Some("2026-02-28")),
            (month_end(origin, months_until(origin, 1)), Some("2027-01-31")),
            (months_after(day("2026-01-31"), 1), Some("2026-02-28")),
            (friday(origin, 0), Some("2026-02-06")),
            (friday(origin, 1), Some("2026-02-13")),
            (weekend(origin), Some("2026-02-07")),
            (week_number(origin, 24), Some("2026-06-12")),
            (feast(origin, "12-25"), Some("2026-12-25")),
            (feast(origin, "easter"), Some("2026-04-05")),
            (feast(origin, "easter+39"), Some("2026-05-14")),
            (feast(origin, "2025-10-20 2026-11-08"), Some("2026-11-08")),
        ] {
            assert_eq!(found, wanted.map(day));
        }
    }
}
