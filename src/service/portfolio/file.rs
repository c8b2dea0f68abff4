//! The file: its heading, its separator, its lines, a batch at a time.

use super::field::{Field, Places};
use super::line::{AMOUNT_FIELDS, Fault, Line, PortfolioRow, Rejection};
use super::profile::{Encoding, Profile};
use crate::domain::Creditor;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::io::{BufRead, BufReader, Cursor, Read};

/// Read from the file at once.
const BUFFER: usize = 256 * 1024;
/// The mark that some tools write before UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// Fields without which there is no case, and which no other can stand for.
const REQUIRED: [Field; 5] = [Field::CaseRef, Field::Creditor, Field::DebtorName, Field::Phone, Field::DueOn];

/// Lines that were read.
#[derive(Clone, Default)]
pub struct Batch {
    /// How many.
    pub lines: u64,
    /// Those that can become cases.
    pub rows: Vec<PortfolioRow>,
    /// Those that cannot.
    pub rejections: Vec<Rejection>,
}

/// A whole file that was read: its heading, its good lines and its bad ones.
#[derive(Clone, Default)]
pub struct Portfolio {
    /// The names of its columns, as they came.
    pub heading: Vec<String>,
    /// Lines that can become cases.
    pub rows: Vec<PortfolioRow>,
    /// Lines that cannot.
    pub rejections: Vec<Rejection>,
}

/// Why a whole file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PortfolioError {
    /// Nothing in it.
    #[error("the file is empty: its first line names the columns")]
    Empty,
    /// A column that every case needs is not there.
    #[error("the column `{0}` is missing: the first line names the columns, separated by commas or semicolons")]
    MissingColumn(String),
    /// The disk or the network failed.
    #[error("the file cannot be read to its end")]
    Unreadable(#[source] std::io::Error),
}

/// A file that is being read.
pub struct PortfolioFile<R> {
    heading: Vec<String>,
    records: csv::Reader<BufReader<R>>,
    record: csv::ByteRecord,
    places: Places,
    profile: Profile,
    creditors: Vec<Creditor>,
    separator: u8,
    /// Whether UTF-8 has to be marked to be told from the encoding of the profile.
    needs_mark: bool,
    doubles: Doubles,
}

impl<R: Read> PortfolioFile<R> {
    /// Reads the heading.
    ///
    /// # Errors
    /// When it is missing, or lacks a column that every case needs.
    pub fn open(source: R, mut profile: Profile, creditors: Vec<Creditor>) -> Result<Self, PortfolioError> {
        let needs_mark = profile.encoding != Encoding::Utf8;
        let mut source = BufReader::with_capacity(BUFFER, source);
        if source.fill_buf().map_err(PortfolioError::Unreadable)?.starts_with(MARK) {
            source.consume(MARK.len());
            profile.encoding = Encoding::Utf8;
        }
        for _ in 0..profile.skip {
            source.skip_until(b'\n').map_err(PortfolioError::Unreadable)?;
        }
        let start = source.fill_buf().map_err(PortfolioError::Unreadable)?;
        let separator = profile.separator.unwrap_or_else(|| separator(start));
        let mut records = csv::ReaderBuilder::new()
            .delimiter(separator)
            .has_headers(false)
            .flexible(true)
            .trim(csv::Trim::All)
            .from_reader(source);
        let mut record = csv::ByteRecord::new();
        if !matches!(records.read_byte_record(&mut record), Ok(true)) {
            return Err(PortfolioError::Empty);
        }
        let heading: Vec<String> = record.iter().map(|field| text(field, profile.encoding)).collect();
        if heading.iter().all(String::is_empty) {
            return Err(PortfolioError::Empty);
        }
        let places = places(&heading, &profile)?;
        Ok(Self {
            heading,
            records,
            record,
            places,
            profile,
            creditors,
            separator,
            needs_mark,
            doubles: Doubles::default(),
        })
    }

    /// The names of the columns, as they came.
    #[must_use]
    pub fn heading(&self) -> &[String] {
        &self.heading
    }

    /// What stands before the heading in a file that is read alike and written in UTF-8.
    #[must_use]
    pub fn before_heading(&self) -> Vec<u8> {
        let mark = if self.needs_mark { MARK } else { &[] };
        [mark, &b"\n".repeat(self.profile.skip)].concat()
    }

    /// What stands between two columns.
    #[must_use]
    pub const fn separator(&self) -> u8 {
        self.separator
    }

    /// The next lines, `most` at most; none at the end.
    ///
    /// # Errors
    /// When the file cannot be read to its end. A bad line is no error: it is refused alone.
    pub fn next_batch(&mut self, most: usize) -> Result<Option<Batch>, PortfolioError> {
        let mut batch = Batch::default();
        while (batch.lines as usize) < most {
            match self.records.read_byte_record(&mut self.record) {
                Ok(true) => self.read_line(&mut batch),
                Ok(false) => break,
                Err(error) => match error.into_kind() {
                    csv::ErrorKind::Io(error) => return Err(PortfolioError::Unreadable(error)),
                    _ => continue,
                },
            }
        }
        Ok((batch.lines > 0).then_some(batch))
    }

    fn read_line(&mut self, batch: &mut Batch) {
        let encoding = self.profile.encoding;
        let line = self.record.position().map_or(0, csv::Position::line) + self.profile.skip as u64;
        let raw: Vec<String> = self.record.iter().map(|field| text(field, encoding)).collect();
        if raw.iter().all(String::is_empty) {
            return;
        }
        batch.lines += 1;
        let read = if encoding == Encoding::Utf8 && std::str::from_utf8(self.record.as_slice()).is_err() {
            Err(vec![Fault::new(
                "",
                "the line is not UTF-8: save the file as UTF-8, or name its encoding in a profile",
            )])
        } else {
            let Self { places, profile, creditors, .. } = self;
            Line { raw: &raw, places, profile, creditors, number: line }.read()
        };
        match read.and_then(|row| self.doubles.refuse(row)) {
            Ok(row) => batch.rows.push(row),
            Err(faults) => batch.rejections.push(Rejection { line, faults, raw }),
        }
    }
}

/// The references seen, by their hash: a million of them fit where their texts would not.
#[derive(Default)]
pub(super) struct Doubles {
    hasher: RandomState,
    seen: HashMap<u64, u32>,
}

impl Doubles {
    pub fn refuse(&mut self, row: PortfolioRow) -> Result<PortfolioRow, Vec<Fault>> {
        let key = self.hasher.hash_one((&row.creditor, &row.case_ref));
        match self.seen.insert(key, u32::try_from(row.line).unwrap_or(u32::MAX)) {
            Some(first) => Err(vec![Fault::new(
                Field::CaseRef.label(),
                format!("line {first} has the same reference: keep one of them"),
            )]),
            None => Ok(row),
        }
    }
}

/// Reads a whole portfolio, whose columns have our own names: UTF-8 with or without its mark, commas or semicolons, French
/// or ISO dates and decimals.
///
/// # Errors
/// When the heading is missing or lacks a column that every case needs. A bad line is no error: it is refused alone.
pub fn read_portfolio(bytes: &[u8], creditors: &[Creditor]) -> Result<Portfolio, PortfolioError> {
    let mut file = PortfolioFile::open(Cursor::new(bytes), Profile::default(), creditors.to_vec())?;
    let batch = file.next_batch(usize::MAX)?.unwrap_or_default();
    Ok(Portfolio { heading: file.heading, rows: batch.rows, rejections: batch.rejections })
}

/// The one that occurs most in the first line.
fn separator(start: &[u8]) -> u8 {
    let first_line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let count = |separator| first_line.iter().filter(|b| **b == separator).count();
    // where none occurs, the last of them: a comma
    [b'\t', b';', b','].into_iter().max_by_key(|separator| count(*separator)).unwrap_or(b',')
}

fn places(heading: &[String], profile: &Profile) -> Result<Places, PortfolioError> {
    let lower: Vec<String> = heading.iter().map(|name| name.to_lowercase()).collect();
    let mut places = Places::default();
    for field in Field::ALL {
        let columns = profile.columns_of(field);
        places[field as usize] =
            columns.iter().filter_map(|column| lower.iter().position(|name| name == column)).collect();
    }
    let given = |field: &Field| !places[*field as usize].is_empty() || profile.defaults.contains_key(field);
    let name = |field: Field| profile.columns_of(field).first().cloned().unwrap_or_else(|| field.label().to_owned());
    if let Some(missing) = REQUIRED.into_iter().find(|field| !given(field)) {
        return Err(PortfolioError::MissingColumn(name(missing)));
    }
    if !AMOUNT_FIELDS.iter().any(given) {
        let wanted = AMOUNT_FIELDS.into_iter().find(|field| profile.gives(*field)).unwrap_or(Field::Amount);
        return Err(PortfolioError::MissingColumn(name(wanted)));
    }
    Ok(places)
}

fn text(field: &[u8], encoding: Encoding) -> String {
    let text = match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(field),
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.decode_without_bom_handling(field).0,
    };
    // a no-break space around a value is not trimmed by the reader of the file
    text.replace('\0', "").trim().to_owned()
}
