//! The file: its heading, its separator, its lines, a batch at a time.

use super::cells::{Cells, Fault, Rejection};
use super::entry::{Doubles, Entry};
use super::field::{Field, Places};
use super::line::PortfolioRow;
use super::mapping::Mapping;
use super::profile::{Encoding, Profile};
use crate::domain::Creditor;
use std::io::{BufRead, BufReader, Cursor, Read};

/// Read from the file at once.
const BUFFER: usize = 256 * 1024;
/// The mark that some tools write before UTF-8.
const MARK: &[u8] = b"\xef\xbb\xbf";
/// Lines that were read.
#[derive(Clone)]
pub struct Batch<T> {
    /// How many.
    pub lines: u64,
    /// Those that can become cases, or payments.
    pub rows: Vec<T>,
    /// Those that cannot.
    pub rejections: Vec<Rejection>,
}

impl<T> Default for Batch<T> {
    fn default() -> Self {
        Self { lines: 0, rows: Vec::new(), rejections: Vec::new() }
    }
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
    /// The profile does not know such files.
    #[error("{0}")]
    NotTold(&'static str),
    /// Columns that every line needs are not there.
    #[error(
        "{}; the first line names the columns, separated by commas, semicolons or tabs: {}",
        not_there(missing),
        there(heading)
    )]
    MissingColumns {
        /// Which, as the file would call them.
        missing: Vec<String>,
        /// Those that it has.
        heading: Vec<String>,
    },
    /// The disk or the network failed.
    #[error("the file cannot be read to its end")]
    Unreadable(#[source] std::io::Error),
}

/// So many columns of a file are quoted: a file without a heading may have any number.
const QUOTED: usize = 30;
/// So many letters of each.
const LONGEST: usize = 40;

fn not_there(missing: &[String]) -> String {
    let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
    match names.as_slice() {
        [one] => format!("the column {one} is missing"),
        many => format!("the columns {} are missing", many.join(", ")),
    }
}

fn there(heading: &[String]) -> String {
    let names: Vec<String> = heading.iter().take(QUOTED).map(|name| name.chars().take(LONGEST).collect()).collect();
    format!("it has {}", names.join(", "))
}

/// A file that is being read, of cases or of payments.
pub struct ImportFile<R, T: Entry> {
    heading: Vec<String>,
    records: csv::Reader<BufReader<R>>,
    record: csv::ByteRecord,
    places: Places,
    profile: Profile,
    mapping: Mapping<T::Field>,
    skip: usize,
    creditors: Vec<Creditor>,
    separator: u8,
    /// Whether UTF-8 has to be marked to be told from the encoding of the profile.
    needs_mark: bool,
    doubles: Doubles,
}

impl<R: Read, T: Entry> ImportFile<R, T> {
    /// Reads the heading.
    ///
    /// # Errors
    /// When it is missing, or lacks a column that every line needs.
    pub fn open(source: R, mut profile: Profile, creditors: Vec<Creditor>) -> Result<Self, PortfolioError> {
        let mapping = T::mapping(&profile).map_err(PortfolioError::NotTold)?.clone();
        let skip = T::skip(&profile);
        let needs_mark = profile.encoding != Encoding::Utf8;
        let mut source = BufReader::with_capacity(BUFFER, source);
        if source.fill_buf().map_err(PortfolioError::Unreadable)?.starts_with(MARK) {
            source.consume(MARK.len());
            profile.encoding = Encoding::Utf8;
        }
        for _ in 0..skip {
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
        let places = mapping.places(&heading);
        let given = |field: T::Field| !places[field.place()].is_empty() || mapping.defaults.contains_key(&field);
        let missing = T::NEEDS.iter().filter(|group| !group.iter().any(|field| given(*field)));
        let missing: Vec<String> = missing.map(|group| mapping.name_of(group)).collect();
        if !missing.is_empty() {
            return Err(PortfolioError::MissingColumns { missing, heading });
        }
        Ok(Self {
            heading,
            records,
            record,
            places,
            profile,
            mapping,
            skip,
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
        [mark, &b"\n".repeat(self.skip)].concat()
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
    pub fn next_batch(&mut self, most: usize) -> Result<Option<Batch<T>>, PortfolioError> {
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

    fn read_line(&mut self, batch: &mut Batch<T>) {
        let encoding = self.profile.encoding;
        let line = self.record.position().map_or(0, csv::Position::line) + self.skip as u64;
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
            let Self { places, mapping, profile, creditors, .. } = self;
            T::read(&Cells { raw: &raw, places, mapping, profile, creditors, line })
        };
        match read.and_then(|row| self.doubles.refuse(row)) {
            Ok(row) => batch.rows.push(row),
            Err(faults) => batch.rejections.push(Rejection { line, faults, raw }),
        }
    }
}

/// Reads a whole portfolio, whose columns have our own names: UTF-8 with or without its mark, commas or semicolons, French
/// or ISO dates and decimals.
///
/// # Errors
/// When the heading is missing or lacks a column that every case needs. A bad line is no error: it is refused alone.
pub fn read_portfolio(bytes: &[u8], creditors: &[Creditor]) -> Result<Portfolio, PortfolioError> {
    let mut file = ImportFile::<_, PortfolioRow>::open(Cursor::new(bytes), Profile::default(), creditors.to_vec())?;
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

fn text(field: &[u8], encoding: Encoding) -> String {
    let text = match encoding {
        Encoding::Utf8 => String::from_utf8_lossy(field),
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.decode_without_bom_handling(field).0,
    };
    // a no-break space around a value is not trimmed by the reader of the file
    text.replace('\0', "").trim().to_owned()
}
