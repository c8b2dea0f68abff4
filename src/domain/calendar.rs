//! Days on which people work and the debtor's local time.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeZone, Utc, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// The law that a creditor collects under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Jurisdiction {
    /// France.
    Fr,
    /// United Kingdom.
    Uk,
    /// United States.
    Us,
}

impl Jurisdiction {
    /// The region in which a number written without its country code is read.
    #[must_use]
    pub const fn phone_region(self) -> &'static str {
        match self {
            Self::Fr => "FR",
            Self::Uk => "GB",
            Self::Us => "US",
        }
    }

    /// True on the public holidays that are the same over the whole country. British and American ones move by
    /// proclamation or by state, and are not computed.
    #[must_use]
    pub fn is_holiday(self, day: NaiveDate) -> bool {
        self == Self::Fr && is_french_holiday(day)
    }

    /// Monday to Friday, holidays excepted.
    #[must_use]
    pub fn is_working_day(self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.is_holiday(day)
    }

    /// The `count`-th working day after `day`.
    #[must_use]
    pub fn working_days_after(self, day: NaiveDate, count: u32) -> NaiveDate {
        let mut left = count;
        let mut at = day;
        while left > 0 {
            at = at + Days::new(1);
            left -= u32::from(self.is_working_day(at));
        }
        at
    }
}

/// The eleven days of the code du travail, L3133-1.
fn is_french_holiday(day: NaiveDate) -> bool {
    let fixed = matches!((day.month(), day.day()), (1 | 5 | 11, 1) | (5, 8) | (7, 14) | (8, 15) | (11, 11) | (12, 25));
    let after_easter = easter_sunday(day.year()).map(|easter| (day - easter).num_days());
    fixed || matches!(after_easter, Some(1 | 39 | 50))
}

/// Easter Sunday in the Gregorian calendar, by the anonymous computus.
fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
    let f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(f / 31).ok()?, u32::try_from(f % 31 + 1).ok()?)
}

/// The day in `zone` at the instant `now`.
#[must_use]
pub fn local_day(now: DateTime<Utc>, zone: Tz) -> NaiveDate {
    now.with_timezone(&zone).date_naive()
}

/// The instant of a local time. A time that a clock change skips is taken an hour later, one that it repeats the first time.
#[must_use]
pub fn instant(day: NaiveDate, time: NaiveTime, zone: Tz) -> DateTime<Utc> {
    let local = day.and_time(time);
    let found = zone.from_local_datetime(&local).earliest();
    let later = || zone.from_local_datetime(&(local + chrono::Duration::hours(1))).earliest();
    found.or_else(later).map_or_else(|| local.and_utc(), |at| at.with_timezone(&Utc))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_movable_feasts_of_four_years_are_holidays_in_france() {
        for feast in [
            "2026-04-06",
            "2026-05-14",
            "2026-05-25",
            "2027-03-29",
            "2027-05-06",
            "2027-05-17",
            "2028-04-17",
            "2028-05-25",
            "2028-06-05",
            "2029-04-02",
            "2029-05-10",
            "2029-05-21",
        ] {
            assert!(Jurisdiction::Fr.is_holiday(day(feast)), "{feast}");
            assert!(!Jurisdiction::Uk.is_holiday(day(feast)), "{feast}");
        }
        assert!(!Jurisdiction::Fr.is_holiday(day("2026-04-05")), "Easter Sunday is no public holiday");
    }

    #[test]
    fn five_working_days_skip_week_ends_and_holidays() {
        assert_eq!(Jurisdiction::Fr.working_days_after(day("2026-11-20"), 5), day("2026-11-27"));
        assert_eq!(Jurisdiction::Fr.working_days_after(day("2026-12-23"), 5), day("2026-12-31"));
        assert_eq!(Jurisdiction::Uk.working_days_after(day("2026-11-21"), 1), day("2026-11-23"));
    }

    #[test]
    fn local_times_follow_the_zone_and_its_clock_changes() {
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        let at = |d: &str, zone| instant(day(d), nine, zone).to_rfc3339();
        assert_eq!(at("2026-01-15", chrono_tz::Europe::Paris), "2026-01-15T08:00:00+00:00");
        assert_eq!(at("2026-07-15", chrono_tz::Europe::Paris), "2026-07-15T07:00:00+00:00");
        let skipped = instant(day("2026-03-29"), NaiveTime::from_hms_opt(2, 30, 0).unwrap(), chrono_tz::Europe::Paris);
        assert_eq!(skipped.to_rfc3339(), "2026-03-29T01:30:00+00:00");
    }
}
