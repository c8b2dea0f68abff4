//! Threads: one per number and creditor, and taken in turns.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::*;
use relance::store::{Store, Thread};

pub async fn a_number_has_one_thread_per_creditor(db: Database) {
    let mut tx = db.store.begin().await.unwrap();
    let first = thread(1);
    let other = Thread { id: ThreadId(uuid(2)), creditor: CreditorKey("zenith".into()), ..first.clone() };
    let again = Thread { id: ThreadId(uuid(3)), ..first.clone() };
    assert_eq!(tx.open_thread(&first, at(0)).await.unwrap(), first.id);
    assert_eq!(tx.open_thread(&other, at(1)).await.unwrap(), other.id);
    assert_eq!(tx.open_thread(&again, at(2)).await.unwrap(), first.id, "the id that stands");
    tx.commit().await.unwrap();
    let mut tx = db.store.snapshot().await.unwrap();
    let found: Vec<_> = tx.threads_of_number(&number(1)).await.unwrap().into_iter().map(|t| t.id).collect();
    assert_eq!(found, [first.id, other.id]);
    assert!(tx.threads_of_number(&number(9)).await.unwrap().is_empty());
}

pub async fn a_thread_comes_back_as_it_was_saved(db: Database) {
    let (mut thread, case) = known(&db.store, 1).await;
    thread.focus = Some(case.id);
    thread.phone.identity = IdentityLevel::L2;
    thread.phone.suppressed = Some(Suppression { reason: SuppressionReason::OptOut, since: at(3) });
    thread.conversation.asked = Some(Asked::ConfirmPlan);
    thread.conversation.holder = Holder::Human;
    thread.conversation.said(&Message::Menu, day("2026-03-02"), at(1));
    let mut tx = db.store.begin().await.unwrap();
    tx.save_thread(&thread).await.unwrap();
    assert_eq!(tx.lock_thread(&thread.creditor, &thread.phone.number).await.unwrap().as_ref(), Some(&thread));
    assert_eq!(tx.lock_thread_by_id(thread.id).await.unwrap(), Some(thread));
    assert_eq!(tx.lock_thread_by_id(ThreadId(uuid(9))).await.unwrap(), None);
    assert_eq!(tx.lock_thread(&CreditorKey("zenith".into()), &number(1)).await.unwrap(), None);
    tx.commit().await.unwrap();
}

pub async fn eight_workers_that_read_then_write_lose_nothing(db: Database) {
    const EACH: u32 = 25;
    let (thread, _) = known(&db.store, 1).await;
    // half of them as from another process, which shares no connection with this one
    let elsewhere = Store::open(&db.url).await.unwrap();
    let workers = (0..8).map(|n| {
        let store = if n % 2 == 0 { db.store.clone() } else { elsewhere.clone() };
        let id = thread.id;
        tokio::spawn(async move {
            for _ in 0..EACH {
                let mut tx = store.begin().await.unwrap();
                assert_eq!(tx.threads_of_number(&number(1)).await.unwrap().len(), 1);
                let mut thread = tx.lock_thread_by_id(id).await.unwrap().unwrap();
                tokio::task::yield_now().await;
                thread.conversation.answers += 1;
                tx.save_thread(&thread).await.unwrap();
                tx.commit().await.unwrap();
            }
        })
    });
    for worker in workers.collect::<Vec<_>>() {
        worker.await.unwrap();
    }
    elsewhere.close().await;
    let thread = db.store.snapshot().await.unwrap().threads_of_number(&number(1)).await.unwrap().remove(0);
    assert_eq!(thread.conversation.answers, 8 * EACH);
}
