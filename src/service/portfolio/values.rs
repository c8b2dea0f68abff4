//! Dates and amounts as tools and people write them.

use chrono::{Datelike as _, NaiveDate};

/// How dates are written where nobody says so.
pub(super) const USUAL_DATES: [&str; 4] = ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"];

/// A day that can be that of a debt, written in one of `formats`.
pub(super) fn date(text: &str, formats: &[String]) -> Option<NaiveDate> {
    let read = |format: &str| NaiveDate::parse_from_str(text, format).ok();
    let day = if formats.is_empty() {
        USUAL_DATES.into_iter().find_map(read)
    } else {
        formats.iter().map(String::as_str).find_map(read)
    };
    day.filter(|day| (1990..2100).contains(&day.year()))
}

/// Whether a text is written as a date is, though the calendar may not have it.
pub(super) fn is_shaped_like_a_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split(['-', '/', '.']).collect();
    let digits = parts.iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    let year = |part: Option<&&str>| part.is_some_and(|part| part.len() == 4);
    parts.len() == 3 && digits && (year(parts.first()) || year(parts.last()))
}

/// `1234`, `1234.5`, `1 234,56`, `1.234,56 €`, `1,234.56`, in cents. Where `decimal` is not told, the last of `,` and `.`
/// is the decimal mark; three digits after the only one could be either, and are refused.
pub(super) fn minor_units(text: &str, decimal: Option<char>) -> Option<i64> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '€' | '£' | '$' | '\'')).collect();
    if bare.is_empty() || !bare.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.')) {
        return None;
    }
    let at = decimal.map_or_else(|| bare.rfind([',', '.']), |mark| bare.rfind(mark));
    let (whole, cents) = at.map_or((bare.as_str(), None), |at| (&bare[..at], Some(&bare[at + 1..])));
    let cents = match cents {
        None => 0,
        Some(cents) => hundredths(cents, decimal.is_some())?,
    };
    let groups: Vec<&str> = whole.split([',', '.']).collect();
    let mark = at.and_then(|at| bare[at..].chars().next());
    let grouped =
        groups.len() == 1 || (groups[1..].iter().all(|g| g.len() == 3) && mark.is_none_or(|m| !whole.contains(m)));
    if !grouped {
        return None;
    }
    groups.concat().parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)
}

/// An amount as a person writes it on a command line, in cents.
#[must_use]
pub fn amount_in_cents(text: &str) -> Option<i64> {
    minor_units(text, None)
}

/// Some tools write four decimals; the last ones must then be zeros, and the mark must be known.
fn hundredths(digits: &str, mark_is_known: bool) -> Option<i64> {
    let cents = if mark_is_known && digits.len() > 2 {
        digits[..2].to_owned() + digits[2..].trim_end_matches('0')
    } else {
        digits.to_owned()
    };
    match cents.len() {
        1 => Some(cents.parse::<i64>().ok()? * 10),
        2 => cents.parse().ok(),
        _ => None,
    }
}

/// The amount as people write it, for a message.
pub(super) fn written(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

pub(super) fn looks_like_an_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !text.contains(' '))
}
