//! A database of its own for each test: a temporary file for SQLite, a new database on a loopback server for PostgreSQL.

use relance::store::Store;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, SqliteConnection};
use std::future::Future;
use std::sync::atomic::{AtomicU32, Ordering};

/// Names the server on which PostgreSQL tests create their databases, as its superuser.
const SERVER: &str = "RELANCE_TEST_POSTGRES";

/// A database that is dropped after its test, even one that fails.
#[derive(Clone)]
pub struct Database {
    pub store: Store,
    pub url: String,
}

/// Runs a case on a new SQLite file.
pub async fn on_sqlite<F>(case: impl FnOnce(Database) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite://{}", folder.path().join("relance.db").display());
    let (store, outcome) = run(&url, case).await;
    store.close().await;
    outcome.expect("the case holds");
}

/// Runs a case on a new PostgreSQL database.
pub async fn on_postgres<F>(case: impl FnOnce(Database) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let server = server();
    let name = format!("relance_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let mut admin = PgConnection::connect(&server).await.expect("the server that RELANCE_TEST_POSTGRES names answers");
    admin.execute(AssertSqlSafe(format!("create database {name}"))).await.expect("a superuser's URL");
    let (before, _) = server.rsplit_once('/').expect("a URL that ends with a database");
    let (store, outcome) = run(&format!("{before}/{name}"), case).await;
    store.close().await;
    admin.execute(AssertSqlSafe(format!("drop database {name} with (force)"))).await.expect("a database to drop");
    outcome.expect("the case holds");
}

async fn run<F>(url: &str, case: impl FnOnce(Database) -> F) -> (Store, Result<(), tokio::task::JoinError>)
where
    F: Future<Output = ()> + Send + 'static,
{
    let store = Store::open(url).await.expect("the database opens");
    let outcome = tokio::spawn(case(Database { store: store.clone(), url: url.to_owned() })).await;
    (store, outcome)
}

fn server() -> String {
    std::env::var(SERVER).unwrap_or_else(|_| {
        panic!("{SERVER} names no server: run scripts/test, which starts one, or set it to the URL that scripts/postgres prints")
    })
}

impl Database {
    pub fn is_sqlite(&self) -> bool {
        self.url.starts_with("sqlite:")
    }

    /// Runs a statement behind the store's back, as a careless hand would.
    pub async fn tamper(&self, sql: &'static str) {
        if self.is_sqlite() {
            let mut connection = SqliteConnection::connect(&self.url).await.expect("a second connection");
            connection.execute(sql).await.expect("a statement that runs");
            connection.close().await.expect("a connection that closes");
        } else {
            let mut connection = PgConnection::connect(&self.url).await.expect("a second connection");
            connection.execute(sql).await.expect("a statement that runs");
            connection.close().await.expect("a connection that closes");
        }
    }

    /// Whether a transaction waits for what another one holds; PostgreSQL only.
    pub async fn somebody_waits(&self) -> bool {
        let mut connection = PgConnection::connect(&self.url).await.expect("a second connection");
        let sql = "select exists (select 1 from pg_stat_activity
                                  where datname = current_database() and wait_event_type = 'Lock')";
        let (waits,): (bool,) = sqlx::query_as(sql).fetch_one(&mut connection).await.expect("what is going on");
        waits
    }

    /// Every column, as `table.column` and whether it may be null.
    pub async fn columns(&self) -> Vec<(String, bool)> {
        if self.is_sqlite() {
            let mut connection = SqliteConnection::connect(&self.url).await.expect("a second connection");
            let sql = r#"select t.name || '.' || c.name, c."notnull" = 0
                         from sqlite_schema t, pragma_table_info(t.name) c
                         where t.type = 'table' and t.name not like 'sqlite_%' and t.name not like '_sqlx_%'
                         order by 1"#;
            sqlx::query_as(sql).fetch_all(&mut connection).await.expect("the columns")
        } else {
            let mut connection = PgConnection::connect(&self.url).await.expect("a second connection");
            let sql = r#"select table_name || '.' || column_name, is_nullable = 'YES'
                         from information_schema.columns
                         where table_schema = 'public' and table_name not like '\_sqlx\_%'
                         order by (table_name || '.' || column_name) collate "C""#;
            sqlx::query_as(sql).fetch_all(&mut connection).await.expect("the columns")
        }
    }

    /// Every index that has a name of our own giving.
    pub async fn indexes(&self) -> Vec<String> {
        let rows: Vec<(String,)> = if self.is_sqlite() {
            let mut connection = SqliteConnection::connect(&self.url).await.expect("a second connection");
            let sql = "select name from sqlite_schema where type = 'index' and sql is not null order by 1";
            sqlx::query_as(sql).fetch_all(&mut connection).await.expect("the indexes")
        } else {
            let mut connection = PgConnection::connect(&self.url).await.expect("a second connection");
            let sql = r#"select cast(indexname as text) from pg_indexes
                         where schemaname = 'public' and indexname not like '%\_key' and indexname not like '%\_pkey'
                         order by cast(indexname as text) collate "C""#;
            sqlx::query_as(sql).fetch_all(&mut connection).await.expect("the indexes")
        };
        rows.into_iter().map(|(name,)| name).collect()
    }

    /// The migrations that were applied: their number and description, as their file is named.
    pub async fn migrations(&self) -> Vec<String> {
        let sql = "select version, description from _sqlx_migrations order by version";
        let rows: Vec<(i64, String)> = if self.is_sqlite() {
            let mut connection = SqliteConnection::connect(&self.url).await.expect("a second connection");
            sqlx::query_as(sql).fetch_all(&mut connection).await.expect("the migrations")
        } else {
            let mut connection = PgConnection::connect(&self.url).await.expect("a second connection");
            sqlx::query_as(sql).fetch_all(&mut connection).await.expect("the migrations")
        };
        rows.into_iter().map(|(version, name)| format!("{version:04}_{}.sql", name.replace(' ', "_"))).collect()
    }
}
