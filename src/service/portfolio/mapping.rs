//! Which column of a tool holds which field, what stands where a line says nothing, and which of its words mean ours.

use super::field::{Field, Places};
use std::collections::BTreeMap;

/// How one tool tells the fields of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping<F> {
    /// The tool's columns for each field, the first that holds something wins; empty: the fields' own names.
    pub(super) columns: BTreeMap<F, Vec<String>>,
    pub(super) defaults: BTreeMap<F, String>,
    /// The tool's words for ours, in lower case.
    pub(super) values: BTreeMap<F, BTreeMap<String, String>>,
}

impl<F> Default for Mapping<F> {
    fn default() -> Self {
        Self { columns: BTreeMap::new(), defaults: BTreeMap::new(), values: BTreeMap::new() }
    }
}

impl<F: Field> Mapping<F> {
    /// Whether lines can say it at all; a mapping without columns reads them under their own names.
    pub(super) fn gives(&self, field: F) -> bool {
        self.columns.is_empty() || self.columns.contains_key(&field) || self.defaults.contains_key(&field)
    }

    /// What a field's columns are called, in lower case.
    pub(super) fn columns_of(&self, field: F) -> Vec<String> {
        if self.columns.is_empty() {
            return vec![field.label().to_owned()];
        }
        self.columns.get(&field).cloned().unwrap_or_default()
    }

    /// What an error calls the first of these fields that the tool tells: by the tool's name of it.
    pub(super) fn name_of(&self, fields: &[F]) -> String {
        let known = fields.iter().find_map(|field| self.columns_of(*field).first().cloned());
        known.or_else(|| fields.first().map(|field| field.label().to_owned())).unwrap_or_default()
    }

    /// Where each field is under this heading.
    pub(super) fn places(&self, heading: &[String]) -> Places {
        let lower: Vec<String> = heading.iter().map(|name| name.to_lowercase()).collect();
        let at = |column: &String| lower.iter().position(|name| name == column);
        F::ALL.iter().map(|field| self.columns_of(*field).iter().filter_map(at).collect()).collect()
    }
}
