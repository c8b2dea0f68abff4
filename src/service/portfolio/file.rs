//! The file: its heading, its separator, its lines.

use super::line::{Line, PortfolioRow};
use crate::domain::{Creditor, CreditorKey};
use std::collections::HashMap;

/// Columns without which there is no case.
const REQUIRED: [&str; 6] = ["case_ref", "creditor", "debtor_name", "phone", "amount", "due_on"];

/// A line that was refused, and why.
#[derive(Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Its line in the file.
    pub line: u64,
    /// The column at fault; empty when it is the whole line.
    pub column: String,
    /// What is wrong, and what to write instead.
    pub reason: String,
    /// The line as it came.
    pub raw: Vec<String>,
}

/// A file that was read: its heading, its good lines and its bad ones.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Portfolio {
    /// The names of its columns, as they came.
    pub heading: Vec<String>,
    /// Lines that can become cases.
    pub rows: Vec<PortfolioRow>,
    /// Lines that cannot.
    pub rejections: Vec<Rejection>,
}

/// Why a whole file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PortfolioError {
    /// Nothing in it.
    #[error("the file is empty: its first line names the columns")]
    Empty,
    /// A column that every case needs is not there.
    #[error("the column `{0}` is missing: the first line names the columns, separated by commas or semicolons")]
    MissingColumn(&'static str),
}

/// Reads a portfolio: UTF-8 with or without its mark, commas or semicolons, French or ISO dates and decimals.
///
/// # Errors
/// When the heading is missing or lacks a column that every case needs. A bad line is no error: it is refused alone.
pub fn read_portfolio(bytes: &[u8], creditors: &[Creditor]) -> Result<Portfolio, PortfolioError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let first_line = bytes.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |separator| first_line.iter().filter(|b| **b == separator).count();
    let delimiter = if count(b';') > count(b',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .trim(csv::Trim::All)
        .from_reader(bytes);
    let mut records = reader.byte_records();
    let heading = match records.next() {
        Some(Ok(record)) => texts(&record),
        _ => return Err(PortfolioError::Empty),
    };
    if heading.iter().all(String::is_empty) {
        return Err(PortfolioError::Empty);
    }
    let columns: HashMap<String, usize> =
        heading.iter().enumerate().map(|(i, name)| (name.to_lowercase(), i)).collect();
    if let Some(missing) = REQUIRED.into_iter().find(|name| !columns.contains_key(*name)) {
        return Err(PortfolioError::MissingColumn(missing));
    }
    let mut portfolio = Portfolio { heading, ..Portfolio::default() };
    let mut seen: HashMap<(CreditorKey, String), u64> = HashMap::new();
    for record in records {
        let Ok(record) = record else { continue };
        let line = record.position().map_or(0, csv::Position::line);
        let raw = texts(&record);
        if raw.iter().all(String::is_empty) {
            continue;
        }
        let read = if std::str::from_utf8(record.as_slice()).is_err() {
            Err((String::new(), "the line is not UTF-8: save the file as UTF-8".to_owned()))
        } else {
            Line { raw: &raw, columns: &columns, creditors, number: line }.read()
        };
        let read = read.and_then(|row| match seen.insert((row.creditor.clone(), row.case_ref.clone()), line) {
            Some(first) => {
                Err(("case_ref".to_owned(), format!("line {first} has the same reference: keep one of them")))
            }
            None => Ok(row),
        });
        match read {
            Ok(row) => portfolio.rows.push(row),
            Err((column, reason)) => portfolio.rejections.push(Rejection { line, column, reason, raw }),
        }
    }
    Ok(portfolio)
}

fn texts(record: &csv::ByteRecord) -> Vec<String> {
    record.iter().map(|field| String::from_utf8_lossy(field).replace('\0', "").trim().to_owned()).collect()
}
