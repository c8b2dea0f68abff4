//! Opening, committing, looking, and what errors say.

use super::values::*;
use crate::support::databases::{Database, on_sqlite};
use relance::store::{Store, StoreError};

pub async fn a_store_opened_again_holds_what_was_committed(db: Database) {
    let (_, case) = known(&db.store, 1).await;
    db.store.close().await;
    let again = Store::open(&db.url).await.unwrap();
    again.ping().await.unwrap();
    assert_eq!(again.snapshot().await.unwrap().case(case.id).await.unwrap(), Some(case));
    again.close().await;
    assert!(matches!(again.begin().await, Err(StoreError::Unreachable(_))));
    assert!(again.ping().await.is_err());
}

pub async fn what_is_not_committed_leaves_no_trace(db: Database) {
    let mut dropped = db.store.begin().await.unwrap();
    dropped.open_thread(&thread(1), at(0)).await.unwrap();
    drop(dropped);
    let mut undone = db.store.begin().await.unwrap();
    assert_eq!(undone.lock_thread(&creditor(), &number(1)).await.unwrap(), None);
    undone.open_thread(&thread(1), at(0)).await.unwrap();
    undone.rollback().await.unwrap();
    let mut tx = db.store.begin().await.unwrap();
    assert_eq!(tx.lock_thread(&creditor(), &number(1)).await.unwrap(), None);
}

pub async fn a_snapshot_cannot_write_and_sees_one_instant(db: Database) {
    let mut snapshot = db.store.snapshot().await.unwrap();
    assert!(snapshot.threads_of_number(&number(1)).await.unwrap().is_empty());
    known(&db.store, 1).await;
    assert!(snapshot.threads_of_number(&number(1)).await.unwrap().is_empty());
    let refused = snapshot.open_thread(&thread(2), at(0)).await;
    assert!(matches!(refused, Err(StoreError::Query { operation: "open thread", .. })), "{refused:?}");
    let mut later = db.store.snapshot().await.unwrap();
    assert_eq!(later.threads_of_number(&number(1)).await.unwrap().len(), 1);
}

pub async fn an_error_shows_no_value_of_the_row(db: Database) {
    let (_, case) = known(&db.store, 1).await;
    let mut tx = db.store.begin().await.unwrap();
    tx.add_link("s3cr3t", case.id, at(0), at(9)).await.unwrap();
    let error = tx.add_link("s3cr3t", case.id, at(0), at(9)).await.unwrap_err();
    assert!(error.is_unique_violation(), "{error:?}");
    assert_eq!(error.to_string(), "add link: the database refused");
    assert!(!format!("{error:?}").contains("s3cr3t"), "{error:?}");
}

pub async fn the_embedded_migrations_are_those_of_the_folder(db: Database) {
    let folder = if db.is_sqlite() { "sqlite" } else { "postgres" };
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(folder);
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut files: Vec<_> = files.collect();
    files.sort();
    assert_eq!(db.migrations().await, files);
}

#[tokio::test]
async fn a_table_that_is_made_anew_keeps_its_rows_and_what_refers_to_them() {
    on_sqlite(|db| async move {
        let (thread, case) = known(&db.store, 1).await;
        let mut tx = db.store.begin().await.unwrap();
        let mut focused = tx.lock_thread_by_id(thread.id).await.unwrap().unwrap();
        focused.focus = Some(case.id);
        tx.save_thread(&focused).await.unwrap();
        tx.commit().await.unwrap();
        db.tamper(concat!("begin;", include_str!("../../../migrations/sqlite/0011_numbers.sql"), "commit")).await;
        let mut snapshot = db.store.snapshot().await.unwrap();
        assert_eq!(snapshot.threads_of_number(&number(1)).await.unwrap(), [focused]);
        assert_eq!(snapshot.case(case.id).await.unwrap().unwrap().id, case.id);
    })
    .await;
}

#[tokio::test]
async fn a_url_that_names_no_database_is_refused_without_being_quoted() {
    for url in ["", "relance.db", "mysql://a:hunter2@h/d", "postgres://a:hunter2@h:port/d"] {
        let Err(error) = Store::open(url).await else { panic!("{url} was opened") };
        assert!(matches!(error, StoreError::BadUrl), "{url}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
    }
    for url in ["sqlite::memory:", "sqlite://file:x?mode=memory"] {
        assert!(matches!(Store::open(url).await, Err(StoreError::InMemory)), "{url}");
    }
    let nowhere = Store::open("sqlite:///nowhere/at/all/relance.db").await;
    assert!(matches!(nowhere, Err(StoreError::Unreachable(_))));
}
