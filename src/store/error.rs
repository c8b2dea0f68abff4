//! What can go wrong with the database. Neither `Display` nor `Debug` shows a value that was bound or read: rows hold
//! numbers, names and texts.

use std::fmt;

/// Why the store could not do what it was asked.
#[derive(thiserror::Error)]
pub enum StoreError {
    /// The URL names no database that we know.
    #[error("the database URL is not understood: write sqlite://path/to/file or postgres://user@host/name")]
    BadUrl,
    /// SQLite in memory: its readers would each see a database of their own.
    #[error("a database in memory cannot be shared by its readers and its writer: give it a file")]
    InMemory,
    /// No connection could be had.
    #[error("the database cannot be reached")]
    Unreachable(#[source] sqlx::Error),
    /// The tables cannot be brought to this version.
    #[error("the migrations cannot be applied")]
    Migrate(#[source] sqlx::migrate::MigrateError),
    /// The database refused a statement.
    #[error("{operation}: the database refused")]
    Query {
        /// What was being done.
        operation: &'static str,
        /// Why it was refused.
        #[source]
        source: sqlx::Error,
    },
    /// A row holds what this program cannot have written.
    #[error("{table}.{column} of {id} holds what this version cannot read")]
    Corrupt {
        /// Its table.
        table: &'static str,
        /// Its column.
        column: &'static str,
        /// Its key.
        id: String,
    },
}

impl StoreError {
    /// A row with that key exists already.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        match self {
            Self::Query { source, .. } => source.as_database_error().is_some_and(|e| e.is_unique_violation()),
            _ => false,
        }
    }
}

/// The messages of the chain only: the drivers' own `Debug` quotes the row that was refused.
impl fmt::Debug for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        match self {
            Self::Unreachable(source) | Self::Query { source, .. } => write!(f, ": {source}"),
            Self::Migrate(source) => write!(f, ": {source}"),
            Self::BadUrl | Self::InMemory | Self::Corrupt { .. } => Ok(()),
        }
    }
}
