//! One SQL text, two databases. A statement is a `&'static str` with `$n` placeholders, which both drivers number alike;
//! the text differs (`Sql`) only where the databases do. Nothing outside this file and `connection` names a driver.

use super::StoreError;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, Encode, FromRow, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction, Type};

/// What can be bound on both databases.
pub(super) trait Value<'q>:
    Type<Sqlite> + Encode<'q, Sqlite> + Type<Postgres> + Encode<'q, Postgres> + Send
{
}

impl<'q, T> Value<'q> for T where T: Type<Sqlite> + Encode<'q, Sqlite> + Type<Postgres> + Encode<'q, Postgres> + Send {}

/// What can be read from a row of both databases.
pub(super) trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}

/// A statement whose text must differ.
#[derive(Clone, Copy)]
pub(super) struct Sql {
    pub(super) sqlite: &'static str,
    pub(super) postgres: &'static str,
}

impl From<&'static str> for Sql {
    fn from(text: &'static str) -> Self {
        Self { sqlite: text, postgres: text }
    }
}

/// A transaction: what the rest of the house reads and writes through. Dropped without `commit`, it leaves no trace.
pub struct Tx(pub(super) Driver);

pub(super) enum Driver {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    /// Makes everything done since `begin` durable.
    ///
    /// # Errors
    /// When the database cannot; nothing was done then.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.0 {
            Driver::Sqlite(tx) => tx.commit().await,
            Driver::Postgres(tx) => tx.commit().await,
        }
        .map_err(|source| StoreError::Query { operation: "commit", source })
    }

    /// Undoes everything done since `begin`, now rather than when the connection is next used.
    ///
    /// # Errors
    /// When the database cannot be told; it undoes it all the same.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.0 {
            Driver::Sqlite(tx) => tx.rollback().await,
            Driver::Postgres(tx) => tx.rollback().await,
        }
        .map_err(|source| StoreError::Query { operation: "rollback", source })
    }

    /// A statement to run; `operation` is what an error calls it.
    pub(super) fn query(&mut self, operation: &'static str, sql: impl Into<Sql>) -> Query<'_> {
        let sql = sql.into();
        match &mut self.0 {
            Driver::Sqlite(tx) => {
                let on = On::Sqlite(&mut *tx, SqliteArguments::default());
                Query { operation, sql: sql.sqlite, on, unbound: None }
            }
            Driver::Postgres(tx) => {
                let on = On::Postgres(&mut *tx, PgArguments::default());
                Query { operation, sql: sql.postgres, on, unbound: None }
            }
        }
    }
}

/// A statement with the values bound so far.
#[must_use = "a statement does nothing until it is run"]
pub(super) struct Query<'t> {
    operation: &'static str,
    sql: &'static str,
    on: On<'t>,
    unbound: Option<sqlx::Error>,
}

enum On<'t> {
    Sqlite(&'t mut SqliteConnection, SqliteArguments),
    Postgres(&'t mut PgConnection, PgArguments),
}

impl Query<'_> {
    /// Binds the next `$n`.
    pub(super) fn bind<'q>(mut self, value: impl Value<'q>) -> Self {
        let bound = match &mut self.on {
            On::Sqlite(_, arguments) => Arguments::add(arguments, value),
            On::Postgres(_, arguments) => Arguments::add(arguments, value),
        };
        if let Err(error) = bound {
            self.unbound.get_or_insert(sqlx::Error::Encode(error));
        }
        self
    }

    /// Every row.
    pub(super) async fn all<R: Record>(self) -> Result<Vec<R>, StoreError> {
        let (operation, sql, on) = self.ready()?;
        match on {
            On::Sqlite(connection, values) => sqlx::query_as_with(sql, values).fetch_all(connection).await,
            On::Postgres(connection, values) => sqlx::query_as_with(sql, values).fetch_all(connection).await,
        }
        .map_err(|source| StoreError::Query { operation, source })
    }

    /// The first row, if there is one.
    pub(super) async fn first<R: Record>(self) -> Result<Option<R>, StoreError> {
        let (operation, sql, on) = self.ready()?;
        match on {
            On::Sqlite(connection, values) => sqlx::query_as_with(sql, values).fetch_optional(connection).await,
            On::Postgres(connection, values) => sqlx::query_as_with(sql, values).fetch_optional(connection).await,
        }
        .map_err(|source| StoreError::Query { operation, source })
    }

    /// The one row that there always is.
    pub(super) async fn one<R: Record>(self) -> Result<R, StoreError> {
        let operation = self.operation;
        self.first().await?.ok_or(StoreError::Query { operation, source: sqlx::Error::RowNotFound })
    }

    /// Runs it and counts the rows it changed.
    pub(super) async fn run(self) -> Result<u64, StoreError> {
        let (operation, sql, on) = self.ready()?;
        match on {
            On::Sqlite(connection, values) => {
                sqlx::query_with(sql, values).execute(connection).await.map(|done| done.rows_affected())
            }
            On::Postgres(connection, values) => {
                sqlx::query_with(sql, values).execute(connection).await.map(|done| done.rows_affected())
            }
        }
        .map_err(|source| StoreError::Query { operation, source })
    }

    /// Runs it and says whether it changed anything.
    pub(super) async fn changed(self) -> Result<bool, StoreError> {
        Ok(self.run().await? > 0)
    }
}

impl<'t> Query<'t> {
    fn ready(self) -> Result<(&'static str, &'static str, On<'t>), StoreError> {
        let Self { operation, sql, on, unbound } = self;
        // SQLite reads a value that was not bound as null, in silence.
        debug_assert_eq!(on.bound(), placeholders(sql), "{operation}: values bound, and placeholders");
        match unbound {
            Some(source) => Err(StoreError::Query { operation, source }),
            None => Ok((operation, sql, on)),
        }
    }
}

impl On<'_> {
    fn bound(&self) -> usize {
        match self {
            Self::Sqlite(_, values) => values.len(),
            Self::Postgres(_, values) => values.len(),
        }
    }
}

/// The highest `$n` of a statement.
fn placeholders(sql: &str) -> usize {
    let digits = |rest: &str| rest.bytes().take_while(u8::is_ascii_digit).count();
    sql.split('$').skip(1).filter_map(|rest| rest[..digits(rest)].parse().ok()).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::placeholders;

    #[test]
    fn placeholders_are_counted_by_their_highest_number() {
        for (sql, highest) in [
            ("select 1", 0),
            ("select $1", 1),
            ("select $2, $1, $2", 2),
            ("values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)", 10),
            ("select data ->> '$' from t where id = $1", 1),
        ] {
            assert_eq!(placeholders(sql), highest, "{sql}");
        }
    }
}
