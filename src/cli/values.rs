//! Values of the command line that several verbs read.

use chrono::NaiveDate;

/// Reads a day: 2026-10-31 or 31/10/2026.
pub(super) fn day(text: &str) -> Result<NaiveDate, String> {
    let how = "write it as 2026-10-31 or 31/10/2026";
    let parts: Vec<&str> = text.trim().split(['-', '/']).collect();
    let numbers: Option<Vec<u32>> = parts.iter().map(|part| part.parse().ok()).collect();
    let (year, month, day) = match (parts.as_slice(), numbers.as_deref()) {
        ([first, _, _], Some(&[year, month, day])) if first.len() == 4 && text.contains('-') => (year, month, day),
        ([_, _, last], Some(&[day, month, year])) if last.len() == 4 && text.contains('/') => (year, month, day),
        _ => return Err(format!("it is no day: {how}")),
    };
    let year = i32::try_from(year).unwrap_or(i32::MAX);
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| "the calendar has no such day".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_as_people_write_it_and_another_text_is_told_how() {
        let read = |text| day(text).map(|day| day.to_string());
        for (text, expected) in [
            ("2026-10-31", Ok("2026-10-31")),
            (" 31/10/2026 ", Ok("2026-10-31")),
            ("2026-02-31", Err("the calendar has no such day")),
            ("31/02/2026", Err("the calendar has no such day")),
            ("hier", Err("it is no day: write it as 2026-10-31 or 31/10/2026")),
            ("31/10", Err("it is no day: write it as 2026-10-31 or 31/10/2026")),
            ("31-10-2026", Err("it is no day: write it as 2026-10-31 or 31/10/2026")),
            ("", Err("it is no day: write it as 2026-10-31 or 31/10/2026")),
        ] {
            assert_eq!(read(text), expected.map(str::to_owned).map_err(str::to_owned), "{text}");
        }
    }
}
