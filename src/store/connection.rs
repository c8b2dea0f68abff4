//! Opening a database by its URL, and the two ways in: `begin` to write, `snapshot` to read.

use super::StoreError;
use super::sql::{Driver, Tx};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous};
use std::time::Duration;

static SQLITE: Migrator = sqlx::migrate!("migrations/sqlite");
static POSTGRES: Migrator = sqlx::migrate!("migrations/postgres");

/// How long a caller waits for a connection, or for another writer of the same file.
const PATIENCE: Duration = Duration::from_secs(10);
/// Connections that read a SQLite file beside its one writer.
const READERS: u32 = 4;
/// Connections to a PostgreSQL server.
const CONNECTIONS: u32 = 10;

/// The database. Cheap to clone: clones share its connections.
#[derive(Clone)]
pub struct Store(Pools);

#[derive(Clone)]
enum Pools {
    /// Writers that queue for one connection wait milliseconds; writers that meet in the file fail, or wait much longer.
    Sqlite {
        writer: SqlitePool,
        readers: SqlitePool,
    },
    Postgres(PgPool),
}

impl Store {
    /// Opens the database that `url` names, and brings its tables to this version.
    ///
    /// # Errors
    /// When the URL is not understood, the database cannot be reached, or a migration fails.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        match url.split_once(':').map(|(scheme, _)| scheme) {
            Some("sqlite") => Self::open_sqlite(url.parse().map_err(|_| StoreError::BadUrl)?, url).await,
            Some("postgres" | "postgresql") => Self::open_postgres(url.parse().map_err(|_| StoreError::BadUrl)?).await,
            _ => Err(StoreError::BadUrl),
        }
    }

    async fn open_sqlite(file: SqliteConnectOptions, url: &str) -> Result<Self, StoreError> {
        if url.contains(":memory:") || url.contains("mode=memory") {
            return Err(StoreError::InMemory);
        }
        let pool = || SqlitePoolOptions::new().acquire_timeout(PATIENCE).idle_timeout(None).max_lifetime(None);
        let file = file.foreign_keys(true).busy_timeout(PATIENCE);
        // full, not normal: a webhook is acknowledged after its commit, which must survive a power cut
        let written = file.clone().create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
        let writer = pool().max_connections(1).connect_with(written.synchronous(SqliteSynchronous::Full)).await;
        let writer = writer.map_err(StoreError::Unreachable)?;
        SQLITE.run(&writer).await.map_err(StoreError::Migrate)?;
        let readers = pool().max_connections(READERS).connect_with(file.read_only(true)).await;
        Ok(Self(Pools::Sqlite { writer, readers: readers.map_err(StoreError::Unreachable)? }))
    }

    async fn open_postgres(server: PgConnectOptions) -> Result<Self, StoreError> {
        let pool = PgPoolOptions::new().acquire_timeout(PATIENCE).max_connections(CONNECTIONS);
        let server = server.application_name("relance");
        let pool = pool.connect_with(server).await.map_err(StoreError::Unreachable)?;
        POSTGRES.run(&pool).await.map_err(StoreError::Migrate)?;
        Ok(Self(Pools::Postgres(pool)))
    }

    /// A transaction that may write. On SQLite there is one at a time: hold it briefly, and never across the network.
    ///
    /// # Errors
    /// When no connection can be had in time.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        let driver = match &self.0 {
            // immediate: a transaction that reads first and writes next must not find that another one wrote in between
            Pools::Sqlite { writer, .. } => writer.begin_with("begin immediate").await.map(Driver::Sqlite),
            Pools::Postgres(pool) => pool.begin().await.map(Driver::Postgres),
        };
        driver.map(Tx).map_err(StoreError::Unreachable)
    }

    /// A transaction that only reads, sees one instant, and waits for nobody. Writing through it is an error.
    ///
    /// # Errors
    /// When no connection can be had in time.
    pub async fn snapshot(&self) -> Result<Tx, StoreError> {
        let driver = match &self.0 {
            Pools::Sqlite { readers, .. } => readers.begin().await.map(Driver::Sqlite),
            Pools::Postgres(pool) => {
                pool.begin_with("begin isolation level repeatable read read only").await.map(Driver::Postgres)
            }
        };
        driver.map(Tx).map_err(StoreError::Unreachable)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// When it does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let mut tx = self.snapshot().await?;
        tx.query("ping", "select cast(1 as bigint)").one::<(i64,)>().await.map(|_| ())
    }

    /// Closes every connection, once those in use are given back.
    pub async fn close(&self) {
        match &self.0 {
            Pools::Sqlite { writer, readers } => {
                // the last to leave tidies the journal away, which a reader may not
                readers.close().await;
                writer.close().await;
            }
            Pools::Postgres(pool) => pool.close().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn pragma(tx: &mut Tx, sql: &'static str) -> i64 {
        tx.query("pragma", sql).one::<(i64,)>().await.unwrap().0
    }

    #[tokio::test]
    async fn a_sqlite_file_is_flushed_at_each_commit_and_its_references_hold() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite://{}/relance.db", folder.path().display())).await.unwrap();
        let mut writer = store.begin().await.unwrap();
        assert_eq!(pragma(&mut writer, "pragma synchronous").await, 2, "full");
        assert_eq!(pragma(&mut writer, "pragma foreign_keys").await, 1);
        assert_eq!(pragma(&mut writer, "pragma busy_timeout").await, 10_000);
        let (journal,) = writer.query("pragma", "pragma journal_mode").one::<(String,)>().await.unwrap();
        assert_eq!(journal, "wal");
        let mut reader = store.snapshot().await.unwrap();
        let written = reader.query("write", "create table t (n integer)").run().await;
        assert!(matches!(written, Err(StoreError::Query { operation: "write", .. })), "{written:?}");
    }
}
