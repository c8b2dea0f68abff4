//! How one language writes days, hours and amounts; the words come from its folder.

use super::catalogue::FOLDERS;
use super::transliterate::verbatim;
use crate::domain::{Language, Money};
use chrono::{Datelike, NaiveDate, NaiveTime, Timelike};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Up to ten months away, a day and a month can only be understood one way.
const NEAR_DAYS: u64 = 300;

/// At which no line ends.
const NO_BREAK: char = '\u{a0}';

/// Those that the binary carries.
static LOCALES: LazyLock<HashMap<Language, Locale>> = LazyLock::new(|| {
    let read = |text| toml::from_str(text).expect("a test reads the locales");
    FOLDERS.iter().filter_map(|folder| Some((Language::parse(folder.code)?, read(folder.locale)))).collect()
});

/// The same text with the no-break spaces that `language` wants where there is room for them: on paper and on screens.
#[must_use]
pub fn keep_together(text: &str, language: Language) -> String {
    LOCALES.get(&language).map_or_else(|| text.to_owned(), |locale| locale.keep_together(text))
}

/// One language's `locale.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Locale {
    weekdays: [String; 7],
    months: [String; 12],
    first_of_month: String,
    day: String,
    day_with_year: String,
    date: String,
    short_day: String,
    short_day_with_year: String,
    hour: String,
    sharp_hour: String,
    decimal: String,
    thousands: String,
    amount: String,
    invoice: String,
    case: String,
    no_break_before: String,
    no_break_after: String,
    signs: HashMap<String, String>,
}

impl Locale {
    /// A day with its weekday; the year only when it is far from `today`.
    pub(super) fn day(&self, day: NaiveDate, today: NaiveDate) -> String {
        let pattern = if is_near(day, today) { &self.day } else { &self.day_with_year };
        self.write_day(pattern, day)
    }

    /// A day as the head of a letter has it: with its year, without its weekday.
    pub(super) fn date(&self, day: NaiveDate) -> String {
        self.write_day(&self.date, day)
    }

    /// A day in a few characters, for the lines of a plan.
    pub(super) fn short_day(&self, day: NaiveDate, today: NaiveDate) -> String {
        let pattern = if is_near(day, today) { &self.short_day } else { &self.short_day_with_year };
        self.write_day(pattern, day)
    }

    fn write_day(&self, pattern: &str, day: NaiveDate) -> String {
        let weekday = &self.weekdays[day.weekday().num_days_from_monday() as usize];
        let month = &self.months[day.month0() as usize];
        let number = if day.day() == 1 { self.first_of_month.clone() } else { day.day().to_string() };
        let abbreviation: String = month.chars().take(3).collect();
        pattern
            .replace("{weekday}", weekday)
            .replace("{month}", month)
            .replace("{mmm}", &abbreviation)
            .replace("{day}", &number)
            .replace("{dd}", &format!("{:02}", day.day()))
            .replace("{mm}", &format!("{:02}", day.month()))
            .replace("{year}", &day.year().to_string())
    }

    /// An hour of the day.
    pub(super) fn hour(&self, at: NaiveTime) -> String {
        let pattern = if at.minute() == 0 { &self.sharp_hour } else { &self.hour };
        pattern.replace("{h}", &at.hour().to_string()).replace("{mm}", &format!("{:02}", at.minute()))
    }

    /// What a message is about, to be said with a possessive: the invoice, else the case.
    pub(super) fn matter(&self, invoice: Option<&str>, reference: &str) -> String {
        match invoice {
            Some(invoice) => self.invoice.replace("{invoice}", &verbatim(invoice)),
            None => self.case.replace("{reference}", &verbatim(reference)),
        }
    }

    /// The signs of currencies, as this language writes them.
    pub(super) fn signs(&self) -> impl Iterator<Item = &str> {
        self.signs.values().map(|sign| sign.trim())
    }

    /// The same text, in which no line ends before a mark that belongs to the word before it, nor within an amount: for what
    /// is read on paper or on a screen. A text message has plain spaces, because a no-break one would make it twice as dear.
    pub(super) fn keep_together(&self, text: &str) -> String {
        let letters: Vec<char> = text.chars().collect();
        let keeps = |at: usize| {
            let (before, after) = (at.checked_sub(1).and_then(|at| letters.get(at)), letters.get(at + 1));
            before.is_some_and(|before| self.no_break_after.contains(*before))
                || after.is_some_and(|after| self.no_break_before.contains(*after))
                || before.is_some_and(char::is_ascii_digit) && self.goes_on(&letters[at + 1..])
        };
        let kept =
            letters.iter().enumerate().map(|(at, letter)| if *letter == ' ' && keeps(at) { NO_BREAK } else { *letter });
        kept.collect()
    }

    /// Whether an amount goes on in groups of three digits until its decimals.
    fn goes_on(&self, mut letters: &[char]) -> bool {
        while letters.len() > 3 && letters[..3].iter().all(char::is_ascii_digit) {
            if self.decimal.starts_with(letters[3]) {
                return letters.get(4).is_some_and(char::is_ascii_digit);
            }
            if letters[3] != ' ' {
                return false;
            }
            letters = &letters[4..];
        }
        false
    }

    /// An amount to the cent, with plain spaces.
    pub(super) fn amount(&self, money: Money) -> String {
        let cents = money.minor.unsigned_abs();
        let number = format!(
            "{}{}{}{:02}",
            if money.minor < 0 { "-" } else { "" },
            self.group(cents / 100),
            self.decimal,
            cents % 100
        );
        let code = money.currency.code();
        let sign = self.signs.get(code).map_or(code, String::as_str);
        self.amount.replace("{number}", &number).replace("{sign}", sign)
    }

    fn group(&self, whole: u64) -> String {
        let digits = whole.to_string();
        let mut out = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push_str(&self.thousands);
            }
            out.push(digit);
        }
        out
    }
}

fn is_near(day: NaiveDate, today: NaiveDate) -> bool {
    (day - today).num_days().unsigned_abs() <= NEAR_DAYS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Currency;

    fn locales() -> [Locale; 2] {
        [include_str!("templates/fr/locale.toml"), include_str!("templates/en/locale.toml")]
            .map(|text| toml::from_str(text).unwrap())
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn days_carry_their_weekday_and_their_year_when_it_is_far() {
        let today = day("2026-11-21");
        for (on, long, short) in [
            ("2026-11-27", ["vendredi 27 novembre", "Friday 27 November"], ["27/11", "27 Nov"]),
            ("2026-12-01", ["mardi 1er décembre", "Tuesday 1 December"], ["01/12", "1 Dec"]),
            ("2027-02-05", ["vendredi 5 février", "Friday 5 February"], ["05/02", "5 Feb"]),
            ("2027-09-17", ["vendredi 17 septembre", "Friday 17 September"], ["17/09", "17 Sep"]),
            ("2027-09-18", ["samedi 18 septembre 2027", "Saturday 18 September 2027"], ["18/09/2027", "18 Sep 2027"]),
            ("2025-12-01", ["lundi 1er décembre 2025", "Monday 1 December 2025"], ["01/12/2025", "1 Dec 2025"]),
        ] {
            assert_eq!(locales().map(|l| l.day(day(on), today)), long);
            assert_eq!(locales().map(|l| l.short_day(day(on), today)), short);
        }
    }

    #[test]
    fn amounts_are_written_to_the_cent_as_each_language_does() {
        for (minor, currency, written) in [
            (4_500, Currency::Eur, ["45,00 €", "€45.00"]),
            (5, Currency::Gbp, ["0,05 £", "£0.05"]),
            (123_456_789, Currency::Eur, ["1 234 567,89 €", "€1,234,567.89"]),
            (100_000, Currency::Chf, ["1 000,00 CHF", "CHF 1,000.00"]),
            (-50, Currency::Usd, ["-0,50 $", "$-0.50"]),
        ] {
            assert_eq!(locales().map(|l| l.amount(Money::new(minor, currency))), written);
        }
    }

    #[test]
    fn what_belongs_together_stays_on_one_line() {
        let [french, english] = locales();
        for (text, kept) in [
            ("Il reste 1 234 567,89 € : payez !", "Il reste 1~234~567,89~€~: payez~!"),
            ("Répondez « oui » ?", "Répondez «~oui~»~?"),
            ("IBAN FR76 3000 6000 0112 3456 7890 189, BIC", "IBAN FR76 3000 6000 0112 3456 7890 189, BIC"),
            ("https://r.example/p : 01 23 45 67 89", "https://r.example/p~: 01 23 45 67 89"),
            (" : ", "~: "),
            ("12 345", "12 345"),
        ] {
            assert_eq!(french.keep_together(text).replace('\u{a0}', "~"), kept);
            assert_eq!(english.keep_together(text), text);
        }
        assert_eq!(locales().map(|l| l.date(day("2026-12-01"))), ["1er décembre 2026", "1 December 2026"]);
    }

    #[test]
    fn hours_lose_their_zero_minutes_where_people_do_not_say_them() {
        let hours = |text: &str| locales().map(|l| l.hour(text.parse().unwrap()));
        assert_eq!(hours("14:00:00"), ["14h", "14:00"]);
        assert_eq!(hours("09:05:00"), ["9h05", "9:05"]);
    }
}
