//! REMEMBERING: threads, cases, what came in, what was decided, what goes out. The only room that knows the database.
//!
//! One SQL text serves SQLite and PostgreSQL (`sql`); each family of tables has a file of `Tx` methods. The store mints no
//! id and asks no clock: both are passed in. It decides nothing either: it keeps what `domain` decided, whole, and hands
//! it back as `domain` values, or says which row it cannot read. Not found is `Ok(None)`.

mod connection;
mod error;
mod sql;

pub use connection::Store;
pub use error::StoreError;
pub use sql::Tx;
