//! What a country allows: hours, holidays, frequency. The figures are data: `config` reads them from `jurisdictions/*.toml`.

use super::Window;
use super::calendar::easter_sunday;
use chrono::{Datelike, Days, NaiveDate, Weekday};
use chrono_tz::Tz;

/// The rules of contact of one country.
#[derive(Debug, Clone, PartialEq)]
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
#[derive(Debug, Clone, PartialEq)]
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
    pub also_zones: Vec<Tz>,
}

/// How many messages that answer nothing one person may get.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitationYears {
    /// From a consumer.
    pub consumer: i32,
    /// From a business.
    pub business: i32,
}

/// Holidays of a country, or of the postcodes that begin so.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holidays {
    /// What the part is called; the whole country when empty.
    pub place: String,
    /// Where they hold: everywhere when empty.
    pub postcodes: Vec<String>,
    /// Where they do not.
    pub not_postcodes: Vec<String>,
    /// The same day each year.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NthWeekday {
    /// From 1 to 12.
    pub month: u32,
    /// Which day of the week.
    pub weekday: Weekday,
    /// From 1 to 5, or -1.
    pub nth: i8,
}

impl Law {
    /// What cannot be meant, if something cannot.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
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

    /// `day`; the next working day, when it is a Sunday or a holiday, on which no bank moves money.
    #[must_use]
    pub fn payment_day(&self, day: NaiveDate) -> NaiveDate {
        let is_off = day.weekday() == Weekday::Sun || self.is_holiday(day, None);
        if is_off { self.working_days_after(day, 1) } else { day }
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
