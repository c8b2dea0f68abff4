//! The two schemas are one: same tables, columns, nullability and indexes.

use crate::support::databases::{on_postgres, on_sqlite};
use std::sync::{Arc, Mutex};

type Schema = (Vec<(String, bool)>, Vec<String>, Vec<String>);

#[tokio::test]
async fn both_databases_hold_the_same_tables() {
    let seen: Arc<Mutex<Vec<Schema>>> = Arc::default();
    let (first, second) = (seen.clone(), seen.clone());
    on_sqlite(|db| async move {
        let schema = (db.columns().await, db.indexes().await, db.migrations().await);
        first.lock().unwrap().push(schema);
    })
    .await;
    on_postgres(|db| async move {
        let schema = (db.columns().await, db.indexes().await, db.migrations().await);
        second.lock().unwrap().push(schema);
    })
    .await;
    let seen = seen.lock().unwrap();
    let [sqlite, postgres] = seen.as_slice() else { panic!("two schemas") };
    assert!(sqlite.0.len() > 80, "{} columns", sqlite.0.len());
    assert_eq!(sqlite.0, postgres.0, "columns and whether they may be null");
    assert_eq!(sqlite.1, postgres.1, "indexes");
    assert_eq!(sqlite.2, postgres.2, "migrations");
}
