//! How domain values are written in columns and read back: labels, JSON, numbers. What cannot be read names its row.

use super::StoreError;
use crate::domain::{Currency, Money, PhoneNumber};
use serde::de::value::{Error, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt::Display;

/// JSON as a column gives it: well formed, and not yet known to mean anything.
pub(super) type Json = sqlx::types::Json<Value>;

/// A value as the JSON of a column.
pub(super) fn json<T>(value: &T) -> sqlx::types::Json<&T> {
    sqlx::types::Json(value)
}

/// The label of a value that serialises as one word: a unit variant, a language, a zone.
pub(super) fn label<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(label)) => label,
        _ => unreachable!("only values that serialise as one word are stored by their label"),
    }
}

/// Where a value was read, for the error that says it cannot be.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    table: &'static str,
    id: &'a (dyn Display + Sync),
}

impl<'a> Place<'a> {
    pub(super) fn of(table: &'static str, id: &'a (dyn Display + Sync)) -> Self {
        Self { table, id }
    }

    pub(super) fn corrupt(self, column: &'static str) -> StoreError {
        StoreError::Corrupt { table: self.table, column, id: self.id.to_string() }
    }

    /// A value written by `label`.
    pub(super) fn label<T: for<'de> Deserialize<'de>>(self, column: &'static str, text: &str) -> Result<T, StoreError> {
        let word: StrDeserializer<'_, Error> = text.into_deserializer();
        T::deserialize(word).map_err(|_| self.corrupt(column))
    }

    /// A value written by `json`.
    pub(super) fn json<T: DeserializeOwned>(self, column: &'static str, json: Json) -> Result<T, StoreError> {
        serde_json::from_value(json.0).map_err(|_| self.corrupt(column))
    }

    /// A value written by `json`, where there is one.
    pub(super) fn json_if<T: DeserializeOwned>(
        self,
        column: &'static str,
        json: Option<Json>,
    ) -> Result<Option<T>, StoreError> {
        json.map(|json| self.json(column, json)).transpose()
    }

    pub(super) fn phone(self, column: &'static str, text: String) -> Result<PhoneNumber, StoreError> {
        PhoneNumber::from_store(text).ok_or_else(|| self.corrupt(column))
    }

    pub(super) fn money(self, minor: i64, currency: &str) -> Result<Money, StoreError> {
        Ok(Money::new(minor, self.label::<Currency>("currency", currency)?))
    }
}

/// Gives rows a `Debug` that shows their id alone: the rest is numbers, names and texts.
macro_rules! debug_by_id {
    ($($name:ident),* $(,)?) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_struct(stringify!($name)).field("id", &self.id).finish_non_exhaustive()
            }
        }
    )*};
}
pub(super) use debug_by_id;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{IdentityLevel, Jurisdiction, Language, PhoneOrigin, SuppressionReason, TaskKind, TimerKind};

    fn survives<T: Serialize + DeserializeOwned + PartialEq>(value: T, expected: &str) {
        let row = 7;
        let text = label(&value);
        assert_eq!(text, expected);
        assert!(Place::of("cases", &row).label::<T>("state", &text).unwrap() == value, "{expected}");
    }

    #[test]
    fn a_label_read_back_is_the_value_that_was_written() {
        survives(IdentityLevel::L2, "L2");
        survives(Jurisdiction::Fr, "fr");
        survives(Language::EN, "en");
        survives(PhoneOrigin::Contract, "contract");
        survives(SuppressionReason::OptOut, "opt_out");
        survives(Currency::Eur, "EUR");
        survives(chrono_tz::Europe::Paris, "Europe/Paris");
        TaskKind::ALL.into_iter().for_each(|kind| survives(kind, kind.label()));
        TimerKind::ALL.into_iter().for_each(|kind| survives(kind, kind.label()));
    }

    #[test]
    fn what_cannot_be_read_names_its_table_its_column_and_its_row() {
        let row = 7;
        let place = Place::of("cases", &row);
        let errors = [
            place.label::<Jurisdiction>("jurisdiction", "narnia").unwrap_err(),
            place.json::<Language>("language", sqlx::types::Json(Value::from(3))).unwrap_err(),
            place.phone("number", "0612345678".into()).unwrap_err(),
            place.money(100, "XXX").unwrap_err(),
        ];
        let said: Vec<_> = errors.iter().map(ToString::to_string).collect();
        for (said, column) in said.iter().zip(["jurisdiction", "language", "number", "currency"]) {
            assert_eq!(*said, format!("cases.{column} of 7 holds what this version cannot read"));
        }
    }
}
