//! What a country allows: hours, holidays, frequency. The figures are data, in `jurisdictions/*.toml`.

use super::calendar::easter_sunday;
use super::{Jurisdiction, Window};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer};
use std::sync::{Arc, LazyLock};

/// The rules of contact of one country.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Law {
    /// When a message that answers nothing may leave.
    pub demands: DemandHours,
    /// When an answer may leave.
    pub answers: Window,
    /// How often, per person, whatever they owe.
    pub caps: Caps,
    /// After so many years a debt is time-barred.
    pub limitation_years: LimitationYears,
    /// Public holidays, of the country and of its parts.
    pub holidays: Vec<Holidays>,
}

/// When a message that answers nothing may leave, in the debtor's local time. Never on a Sunday or a holiday.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DemandHours {
    /// Monday to Friday.
    pub weekdays: Window,
    /// Saturday, where it counts.
    pub saturday: Window,
    /// Whether Saturday counts for a creditor who says nothing of it.
    pub saturday_by_default: bool,
    /// What no creditor may go beyond.
    pub ceiling: Window,
    /// Zones that the debtor may be in besides their own: an hour must be open in all of them.
    #[serde(default)]
    pub also_zones: Vec<Tz>,
}

/// How many messages that answer nothing one person may get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caps {
    /// In one local day.
    pub per_day: usize,
    /// In seven days.
    pub per_7_days: usize,
    /// In thirty days.
    pub per_30_days: usize,
    /// Days from one to the next.
    pub days_between: u32,
    /// In a row without a word from them: then a person decides.
    pub unanswered: usize,
}

/// How long a debt can be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LimitationYears {
    /// From a consumer.
    pub consumer: i32,
    /// From a business.
    pub business: i32,
}

/// Holidays of a country, or of the postcodes that begin so.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Holidays {
    /// What the part is called; the whole country when empty.
    pub place: String,
    /// Where they hold: everywhere when empty.
    pub postcodes: Vec<String>,
    /// Where they do not.
    pub not_postcodes: Vec<String>,
    /// The same day each year.
    #[serde(deserialize_with = "month_days")]
    pub fixed: Vec<(u32, u32)>,
    /// So many days after Easter Sunday; before it when negative.
    pub easter: Vec<i64>,
    /// A weekday of a month.
    pub weekly: Vec<NthWeekday>,
    /// Days written one by one.
    pub dated: Vec<NaiveDate>,
    /// The last year that `dated` covers.
    pub known_until: Option<i32>,
}

/// The `nth` weekday of a month; the last one when `nth` is -1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NthWeekday {
    month: u32,
    weekday: Weekday,
    nth: i8,
}

/// The figures that the program carries.
static CARRIED: LazyLock<[Arc<Law>; 3]> = LazyLock::new(|| {
    [
        include_str!("../../jurisdictions/fr.toml"),
        include_str!("../../jurisdictions/uk.toml"),
        include_str!("../../jurisdictions/us.toml"),
    ]
    .map(|text| Arc::new(Law::parse(text).expect("a test reads the files of this folder")))
});

impl Law {
    /// Reads one file.
    ///
    /// # Errors
    /// What is wrong with it, and on which line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let law: Self = toml::from_str(text).map_err(|e| e.to_string().trim().to_owned())?;
        law.check().map_or(Ok(law), Err)
    }

    /// The rules that the program carries for a jurisdiction.
    #[must_use]
    pub fn of(jurisdiction: Jurisdiction) -> Arc<Self> {
        let [fr, uk, us] = &*CARRIED;
        Arc::clone(match jurisdiction {
            Jurisdiction::Fr => fr,
            Jurisdiction::Uk => uk,
            Jurisdiction::Us => us,
        })
    }

    /// What cannot be meant.
    fn check(&self) -> Option<String> {
        let DemandHours { weekdays, saturday, ceiling, .. } = &self.demands;
        let windows =
            [("weekdays", weekdays), ("saturday", saturday), ("ceiling", ceiling), ("answers", &self.answers)];
        let closed = windows.iter().find(|(_, window)| window.opens >= window.closes);
        if let Some((name, _)) = closed {
            return Some(format!("{name} opens after it closes"));
        }
        if !weekdays.is_within(*ceiling) || !saturday.is_within(*ceiling) {
            return Some("weekdays and saturday lie within the ceiling".to_owned());
        }
        let Caps { per_day, per_7_days, per_30_days, unanswered, .. } = self.caps;
        if [per_day, per_7_days, per_30_days, unanswered].contains(&0) {
            return Some("a cap of 0 lets nothing leave: write 1 or more".to_owned());
        }
        let LimitationYears { consumer, business } = self.limitation_years;
        (consumer < 1 || business < 1).then(|| "limitation_years are 1 or more".to_owned())
    }

    /// Whether `day` is a holiday for someone at that postcode; without one, the holidays of the whole country count.
    #[must_use]
    pub fn is_holiday(&self, day: NaiveDate, postcode: Option<&str>) -> bool {
        self.holidays.iter().any(|holidays| holidays.hold_at(postcode) && holidays.include(day))
    }

    /// Monday to Friday, the holidays of the whole country excepted.
    #[must_use]
    pub fn is_working_day(&self, day: NaiveDate) -> bool {
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.is_holiday(day, None)
    }

    /// The `count`-th working day after `day`.
    #[must_use]
    pub fn working_days_after(&self, day: NaiveDate, count: u32) -> NaiveDate {
        let mut left = count;
        let mut at = day;
        while left > 0 {
            at = at + Days::new(1);
            left -= u32::from(self.is_working_day(at));
        }
        at
    }

    /// The last year of which all holidays are known, where some are written year by year.
    #[must_use]
    pub fn known_until(&self) -> Option<i32> {
        self.holidays.iter().filter_map(|holidays| holidays.known_until).min()
    }
}

impl Holidays {
    fn hold_at(&self, postcode: Option<&str>) -> bool {
        let begins = |list: &[String]| {
            postcode.is_some_and(|postcode| {
                let postcode = postcode.trim().to_ascii_uppercase();
                list.iter().any(|beginning| postcode.starts_with(beginning))
            })
        };
        (self.postcodes.is_empty() || begins(&self.postcodes)) && !begins(&self.not_postcodes)
    }

    fn include(&self, day: NaiveDate) -> bool {
        self.fixed.contains(&(day.month(), day.day()))
            || self.dated.contains(&day)
            || self.weekly.iter().any(|weekly| weekly.is(day))
            || (!self.easter.is_empty()
                && easter_sunday(day.year()).is_some_and(|easter| self.easter.contains(&(day - easter).num_days())))
    }
}

impl NthWeekday {
    fn is(self, day: NaiveDate) -> bool {
        let nth = i8::try_from(day.day0() / 7 + 1).unwrap_or(i8::MAX);
        let last = (day + Days::new(7)).month() != day.month();
        day.month() == self.month && day.weekday() == self.weekday && (self.nth == nth || (self.nth == -1 && last))
    }
}

/// Days of every year, written as `12-25`.
fn month_days<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(u32, u32)>, D::Error> {
    let parse = |text: &String| {
        // A leap year knows every day.
        NaiveDate::parse_from_str(&format!("2028-{text}"), "%Y-%m-%d")
            .map(|day| (day.month(), day.day()))
            .map_err(|_| serde::de::Error::custom(format!("« {text} » is no day: write it as 12-25")))
    };
    Vec::<String>::deserialize(from)?.iter().map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_holiday_holds_where_it_is_one() {
        for (jurisdiction, date, postcode, holiday) in [
            (Jurisdiction::Fr, "2026-04-06", None, true),
            (Jurisdiction::Fr, "2026-05-14", None, true),
            (Jurisdiction::Fr, "2026-05-25", None, true),
            (Jurisdiction::Fr, "2027-03-29", None, true),
            (Jurisdiction::Fr, "2027-05-06", None, true),
            (Jurisdiction::Fr, "2027-05-17", None, true),
            (Jurisdiction::Fr, "2028-04-17", None, true),
            (Jurisdiction::Fr, "2028-05-25", None, true),
            (Jurisdiction::Fr, "2028-06-05", None, true),
            (Jurisdiction::Fr, "2029-04-02", None, true),
            (Jurisdiction::Fr, "2029-05-10", None, true),
            (Jurisdiction::Fr, "2029-05-21", None, true),
            (Jurisdiction::Fr, "2026-07-14", Some("69003"), true),
            (Jurisdiction::Fr, "2026-04-05", None, false),
            (Jurisdiction::Fr, "2026-12-26", Some("67000"), true),
            (Jurisdiction::Fr, "2026-04-03", Some("57000"), true),
            (Jurisdiction::Fr, "2026-12-26", Some("75011"), false),
            (Jurisdiction::Fr, "2026-12-20", Some("97410"), true),
            (Jurisdiction::Fr, "2026-05-28", Some("97150"), true),
            (Jurisdiction::Fr, "2026-10-09", Some("97133"), true),
            (Jurisdiction::Fr, "2026-10-09", Some("97110"), false),
            (Jurisdiction::Uk, "2026-04-03", None, true),
            (Jurisdiction::Uk, "2026-04-06", Some("SW1A 1AA"), true),
            (Jurisdiction::Uk, "2026-04-06", Some("EH1 1YZ"), false),
            (Jurisdiction::Uk, "2027-11-30", Some("g12 8qq"), true),
            (Jurisdiction::Uk, "2027-11-30", Some("GL1 1AA"), false),
            (Jurisdiction::Uk, "2026-03-17", Some("BT1 5GS"), true),
            (Jurisdiction::Uk, "2026-12-28", None, true),
            (Jurisdiction::Us, "2026-01-19", None, true),
            (Jurisdiction::Us, "2026-05-25", None, true),
            (Jurisdiction::Us, "2026-05-18", None, false),
            (Jurisdiction::Us, "2026-11-26", None, true),
        ] {
            let law = Law::of(jurisdiction);
            assert_eq!(law.is_holiday(day(date), postcode), holiday, "{jurisdiction:?} {date} {postcode:?}");
        }
    }

    #[test]
    fn five_working_days_skip_week_ends_and_holidays() {
        let after = |jurisdiction, from, count| Law::of(jurisdiction).working_days_after(day(from), count);
        assert_eq!(after(Jurisdiction::Fr, "2026-11-20", 5), day("2026-11-27"));
        assert_eq!(after(Jurisdiction::Fr, "2026-12-23", 5), day("2026-12-31"));
        assert_eq!(after(Jurisdiction::Uk, "2026-11-21", 1), day("2026-11-23"));
        assert_eq!(after(Jurisdiction::Uk, "2026-12-24", 1), day("2026-12-29"));
    }

    #[test]
    fn a_file_that_cannot_be_meant_is_refused_with_its_line_or_its_reason() {
        let french = include_str!("../../jurisdictions/fr.toml");
        for (from, to, why) in [
            ("opens = \"09:00\", closes = \"19:00\"", "opens = \"19:00\", closes = \"09:00\"", "weekdays opens after"),
            ("opens = \"08:00\"", "opens = \"10:00\"", "within the ceiling"),
            ("per_day = 1", "per_day = 0", "1 or more"),
            ("per_day = 1", "per_dya = 1", "line 18"),
            ("\"12-26\"", "\"26-12\"", "write it as 12-25"),
            ("consumer = 2", "consumer = 0", "limitation_years"),
        ] {
            assert!(french.contains(from), "{from}");
            let problem = Law::parse(&french.replace(from, to)).expect_err(to);
            assert!(problem.contains(why), "{to}: {problem}");
        }
    }
}
