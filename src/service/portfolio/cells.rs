//! The cells of one line: each read as a text, a day or a sum, or what is wrong with it.

use super::field::{Field, Places};
use super::mapping::Mapping;
use super::profile::Profile;
use super::values::{date, is_shaped_like_a_date, minor_units};
use crate::domain::{Creditor, Currency};
use crate::parse_error::suggestion;
use chrono::NaiveDate;

/// So many creditors are named to whoever wrote another key.
const QUOTED: usize = 20;

/// A line that was refused, and why.
#[derive(Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Its line in the file.
    pub line: u64,
    /// All that is wrong.
    pub faults: Vec<Fault>,
    /// The line as it came.
    pub raw: Vec<String>,
}

/// One thing that is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The column at fault, under our own name; empty when it is the whole line.
    pub column: String,
    /// What is wrong, and what to write instead.
    pub reason: String,
}

impl Fault {
    pub(crate) fn new(column: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { column: column.into(), reason: reason.into() }
    }

    pub(super) fn of<F: Field>(field: F, reason: impl Into<String>) -> Self {
        Self::new(field.label(), reason)
    }
}

/// Keeps what was read, and notes what could not be.
pub(super) fn keep<T>(faults: &mut Vec<Fault>, read: Result<T, Fault>) -> Option<T> {
    read.map_err(|fault| faults.push(fault)).ok()
}

/// A line, and how its tool writes.
pub struct Cells<'a, F> {
    pub(super) raw: &'a [String],
    pub(super) places: &'a Places,
    pub(super) mapping: &'a Mapping<F>,
    pub(super) profile: &'a Profile,
    pub(super) creditors: &'a [Creditor],
    pub(super) line: u64,
}

impl<F: Field> Cells<'_, F> {
    /// What the line says; in its own words, unless the profile has ours for them.
    pub fn optional(&self, field: F) -> Option<&str> {
        let places = &self.places[field.place()];
        let said = places.iter().filter_map(|at| self.raw.get(*at)).map(String::as_str).find(|text| !text.is_empty());
        let said =
            said.or_else(|| self.mapping.defaults.get(&field).map(String::as_str).filter(|text| !text.is_empty()))?;
        let ours = self.mapping.values.get(&field).and_then(|words| words.get(&said.to_lowercase()));
        Some(ours.map_or(said, String::as_str)).filter(|text| !text.is_empty())
    }

    pub fn owned(&self, field: F) -> Option<String> {
        self.optional(field).map(str::to_owned)
    }

    pub fn required(&self, field: F) -> Result<&str, Fault> {
        self.optional(field).ok_or_else(|| Fault::of(field, "it is empty"))
    }

    /// A text of `most` characters at most.
    pub fn short(&self, field: F, most: usize) -> Result<&str, Fault> {
        let text = self.required(field)?;
        if text.chars().count() > most {
            return Err(Fault::of(field, format!("it is longer than {most} characters")));
        }
        Ok(text)
    }

    /// Whether the file has a column for it.
    pub fn has_column(&self, field: F) -> bool {
        !self.places[field.place()].is_empty()
    }

    pub fn creditor(&self, field: F) -> Result<&Creditor, Fault> {
        let key = self.required(field)?;
        let creditor = self.creditors.iter().find(|creditor| creditor.key.0 == key);
        creditor.ok_or_else(|| {
            let keys: Vec<&str> = self.creditors.iter().map(|creditor| creditor.key.0.as_str()).collect();
            let likely = suggestion(key, keys.iter().copied());
            let known = keys.iter().take(QUOTED).copied().collect::<Vec<_>>().join(", ");
            Fault::of(field, format!("the settings have no creditor `{key}` (there are: {known}){likely}"))
        })
    }

    pub fn date(&self, field: F) -> Result<Option<NaiveDate>, Fault> {
        let Some(text) = self.optional(field) else { return Ok(None) };
        let day = date(text, &self.profile.dates);
        day.map(Some).ok_or_else(|| {
            if self.profile.dates.is_empty() && is_shaped_like_a_date(text) {
                return Fault::of(field, format!("« {text} » is no day of the calendar from 1990 to 2099"));
            }
            let how = if self.profile.dates.is_empty() { "as 2026-10-31 or 31/10/2026" } else { "as the profile says" };
            Fault::of(field, format!("« {text} » is no date: write it {how}"))
        })
    }

    /// A sum, which may be nothing; `negative` says why it may not be below.
    pub fn sum(&self, field: F, negative: &str) -> Result<Option<i64>, Fault> {
        match self.optional(field).map(below_zero) {
            Some((true, _)) => Err(Fault::of(field, negative)),
            Some((false, text)) => self.written_sum(field, text).map(Some),
            None => Ok(None),
        }
    }

    /// A sum on either side of zero: whether it is below, and how much.
    pub fn signed_sum(&self, field: F) -> Result<(bool, i64), Fault> {
        let (negative, text) = below_zero(self.required(field)?);
        Ok((negative, self.written_sum(field, text)?))
    }

    fn written_sum(&self, field: F, text: &str) -> Result<i64, Fault> {
        let sum = minor_units(text, self.profile.decimal);
        sum.ok_or_else(|| {
            Fault::of(
                field,
                format!("« {text} » is no amount: write it as 1234.56 or 1 234,56, with two decimals or none"),
            )
        })
    }

    pub fn currency(&self, field: F) -> Result<Option<Currency>, Fault> {
        let Some(code) = self.optional(field) else { return Ok(None) };
        let unknown = || Fault::of(field, format!("« {code} » is no currency of ours: write EUR, GBP, USD or CHF"));
        Currency::parse(code).map(Some).ok_or_else(unknown)
    }
}

/// `-5`, `5-` and `(5)` are below zero: whether this is, and the sum without its mark.
fn below_zero(text: &str) -> (bool, &str) {
    let bare = text.trim_start_matches(['-', '−', '(']).trim_end_matches(['-', ')']);
    (bare.len() < text.len(), bare)
}
