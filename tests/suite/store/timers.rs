//! Timers: each rings once.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::*;

pub async fn a_case_has_one_timer_of_each_kind(db: Database) {
    let (_, case) = known(&db.store, 1).await;
    let mut tx = db.store.begin().await.unwrap();
    tx.set_timer(case.id, TimerKind::PromiseDue, at(10)).await.unwrap();
    tx.set_timer(case.id, TimerKind::OfferLapses, at(20)).await.unwrap();
    tx.set_timer(case.id, TimerKind::PromiseDue, at(30)).await.unwrap();
    let both = [(TimerKind::OfferLapses, at(20)), (TimerKind::PromiseDue, at(30))];
    assert_eq!(tx.timers_of_case(case.id).await.unwrap(), both);
    assert_eq!(tx.due_timer(at(19)).await.unwrap(), None);
    assert_eq!(tx.due_timer(at(20)).await.unwrap(), Some((case.id, TimerKind::OfferLapses)));
    assert!(!tx.take_timer(case.id, TimerKind::OfferLapses, at(19)).await.unwrap(), "it was moved meanwhile");
    assert!(tx.take_timer(case.id, TimerKind::OfferLapses, at(20)).await.unwrap());
    assert!(!tx.take_timer(case.id, TimerKind::OfferLapses, at(20)).await.unwrap(), "it rings once");
    tx.stop_timer(case.id, TimerKind::PromiseDue).await.unwrap();
    tx.stop_timer(case.id, TimerKind::FreezeEnds).await.unwrap();
    assert_eq!(tx.due_timer(at(99)).await.unwrap(), None);
    assert!(tx.timers_of_case(case.id).await.unwrap().is_empty());
}

pub async fn a_timer_is_put_off_unless_it_was_moved(db: Database) {
    let (_, case) = known(&db.store, 1).await;
    let mut tx = db.store.begin().await.unwrap();
    tx.set_timer(case.id, TimerKind::PromiseDue, at(10)).await.unwrap();
    tx.set_timer(case.id, TimerKind::OfferLapses, at(10)).await.unwrap();
    tx.put_off_timer(case.id, TimerKind::PromiseDue, at(9), at(70)).await.unwrap();
    tx.put_off_timer(case.id, TimerKind::FreezeEnds, at(10), at(70)).await.unwrap();
    tx.put_off_timer(case.id, TimerKind::OfferLapses, at(10), at(70)).await.unwrap();
    let timers = [(TimerKind::PromiseDue, at(10)), (TimerKind::OfferLapses, at(70))];
    assert_eq!(tx.timers_of_case(case.id).await.unwrap(), timers);
}

pub async fn four_workers_take_each_timer_once(db: Database) {
    let mut set = Vec::new();
    for n in 1..=8 {
        let (_, case) = known(&db.store, n).await;
        let mut tx = db.store.begin().await.unwrap();
        for kind in TimerKind::ALL {
            tx.set_timer(case.id, kind, at(n.into())).await.unwrap();
            set.push((case.id, kind));
        }
        tx.commit().await.unwrap();
    }
    let workers = (0..4).map(|_| {
        let store = db.store.clone();
        tokio::spawn(async move {
            let mut taken = Vec::new();
            loop {
                let mut tx = store.begin().await.unwrap();
                let Some((case, kind)) = tx.due_timer(at(60)).await.unwrap() else { break taken };
                let ours = tx.take_timer(case, kind, at(60)).await.unwrap();
                tokio::task::yield_now().await;
                tx.commit().await.unwrap();
                if ours {
                    taken.push((case, kind));
                }
            }
        })
    });
    let mut taken = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        taken.extend(worker.await.unwrap());
    }
    set.sort();
    taken.sort();
    assert_eq!(taken, set);
}
