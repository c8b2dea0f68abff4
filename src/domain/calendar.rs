//! The debtor's local time, and Easter.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
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
}

/// Easter Sunday in the Gregorian calendar, by the anonymous computus.
pub(super) fn easter_sunday(year: i32) -> Option<NaiveDate> {
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

    #[test]
    fn local_times_follow_the_zone_and_its_clock_changes() {
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
        let at = |d: &str, zone| instant(d.parse().unwrap(), nine, zone).to_rfc3339();
        assert_eq!(at("2026-01-15", chrono_tz::Europe::Paris), "2026-01-15T08:00:00+00:00");
        assert_eq!(at("2026-07-15", chrono_tz::Europe::Paris), "2026-07-15T07:00:00+00:00");
        let skipped = instant(
            "2026-03-29".parse().unwrap(),
            NaiveTime::from_hms_opt(2, 30, 0).unwrap(),
            chrono_tz::Europe::Paris,
        );
        assert_eq!(skipped.to_rfc3339(), "2026-03-29T01:30:00+00:00");
    }
}
