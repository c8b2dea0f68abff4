//! What people answer in a rehearsal, from a file that anyone can write.

use crate::domain::CreditorKey;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::Deserialize;
use std::collections::HashMap;

/// The hour of a reply that names a day alone.
const MID_MORNING: NaiveTime = NaiveTime::from_hms_opt(10, 0, 0).expect("ten in the morning exists");

/// What every reply says.
const NEEDED: [&str; 3] = ["case_ref", "when", "text"];

/// When a reply comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    /// At that moment of the debtor's place.
    At(NaiveDateTime),
    /// So long after the first text of the rehearsal left for the case.
    After(TimeDelta),
}

/// One reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub case: String,
    pub creditor: Option<CreditorKey>,
    pub when: When,
    pub text: String,
}

/// Scripted replies, by case.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replies(HashMap<String, Vec<Reply>>);

/// Why a file of replies cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RepliesError {
    /// A line that cannot be used.
    #[error("line {line}: {problem}")]
    Line {
        /// Which, from 1.
        line: u64,
        /// What is wrong, and what to write.
        problem: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    case_ref: String,
    #[serde(default)]
    creditor: String,
    when: String,
    text: String,
}

impl Replies {
    /// Reads `case_ref,when,text`, with `creditor` where several have a case of that reference. `when` is a day and an hour
    /// of the debtor's place (`2026-12-03 10:15`), a day alone, or a time since the first text of the case (`+2d`, `+3h`,
    /// `+45m`).
    ///
    /// # Errors
    /// With the line, what is wrong and what to write.
    pub fn parse(file: &str) -> Result<Self, RepliesError> {
        let mut replies: HashMap<String, Vec<Reply>> = HashMap::new();
        let file = file.trim_start_matches('\u{feff}');
        let first_line = file.lines().next().unwrap_or_default();
        let delimiter = if first_line.contains(';') { b';' } else { b',' };
        let mut reader = csv::ReaderBuilder::new();
        let mut reader = reader.trim(csv::Trim::All).flexible(true).delimiter(delimiter).from_reader(file.as_bytes());
        let headers = reader.headers().cloned().unwrap_or_default();
        check(&headers)?;
        for record in reader.records() {
            let at = |record: &csv::StringRecord| record.position().map_or(1, csv::Position::line);
            let row = record.and_then(|record| Ok((at(&record), record.deserialize::<Row>(Some(&headers))?)));
            let (line, row) = row.map_err(|error| {
                let line = error.position().map_or(1, csv::Position::line);
                let problem = "it has not as many fields as the first line: put a text with commas between quotes";
                RepliesError::Line { line, problem: problem.to_owned() }
            })?;
            let when = when(&row.when).ok_or_else(|| RepliesError::Line {
                line,
                problem: format!("`{}` is no time: write 2026-12-03 10:15, 2026-12-03, +2d, +3h or +45m", row.when),
            })?;
            let creditor = Some(row.creditor).filter(|key| !key.is_empty()).map(CreditorKey);
            let reply = Reply { case: row.case_ref.clone(), creditor, when, text: row.text };
            replies.entry(row.case_ref).or_default().push(reply);
        }
        Ok(Self(replies))
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.0.values().map(Vec::len).sum()
    }

    /// Those on the case of that reference and creditor.
    pub(super) fn of<'a>(&'a self, creditor: &'a CreditorKey, case: &str) -> impl Iterator<Item = &'a Reply> {
        let all = self.0.get(case).map(Vec::as_slice).unwrap_or_default();
        all.iter().filter(move |reply| reply.creditor.as_ref().is_none_or(|key| key == creditor))
    }

    /// The references that none of `known` is.
    #[must_use]
    pub fn unknown<'a>(&'a self, known: &std::collections::HashSet<String>) -> Vec<&'a str> {
        let mut unknown: Vec<_> = self.0.keys().filter(|case| !known.contains(*case)).map(String::as_str).collect();
        unknown.sort_unstable();
        unknown
    }
}

/// Holds the first line to the columns that there are.
fn check(headers: &csv::StringRecord) -> Result<(), RepliesError> {
    let missing: Vec<_> = NEEDED.into_iter().filter(|name| !headers.iter().any(|header| header == *name)).collect();
    let known = |header: &str| NEEDED.contains(&header) || header == "creditor";
    let unknown: Vec<_> = headers.iter().filter(|header| !known(header)).collect();
    let told = match (missing.as_slice(), unknown.as_slice()) {
        ([], []) => return Ok(()),
        ([], unknown) => format!("`{}` is no column of replies", unknown.join("`, `")),
        (missing, _) => format!("the column `{}` is missing", missing.join("`, `")),
    };
    let problem = format!("{told}: write the columns case_ref, when and text, and creditor if need be");
    Err(RepliesError::Line { line: 1, problem })
}

fn when(text: &str) -> Option<When> {
    if let Some(delay) = text.strip_prefix('+') {
        let (number, unit) = delay.split_at_checked(delay.len().checked_sub(1)?)?;
        let number: u32 = number.parse().ok()?;
        let delay = match unit {
            "d" | "j" => TimeDelta::days(number.into()),
            "h" => TimeDelta::hours(number.into()),
            "m" => TimeDelta::minutes(number.into()),
            _ => return None,
        };
        return Some(When::After(delay));
    }
    let moment = ["%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"]
        .into_iter()
        .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    moment.or_else(|| Some(text.parse::<NaiveDate>().ok()?.and_time(MID_MORNING))).map(When::At)
}
