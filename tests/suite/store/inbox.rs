//! The inbox: nothing accepted is lost, nothing is taken twice.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::*;
use relance::store::{InboundOutcome, NewInbound, StoreError};

pub async fn a_message_delivered_twice_is_one_row(db: Database) {
    let first = inbound(1, "OUI 👍");
    let replay = NewInbound { id: InboundId(uuid(2)), ..first.clone() };
    let elsewhere = NewInbound { id: InboundId(uuid(3)), gateway: "ovh".into(), ..first.clone() };
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.insert_inbound(&first).await.unwrap());
    assert!(!tx.insert_inbound(&replay).await.unwrap());
    assert!(tx.insert_inbound(&elsewhere).await.unwrap(), "another gateway's ids are its own");
    assert!(tx.inbound(replay.id).await.unwrap().is_none());
    let stored = tx.inbound(first.id).await.unwrap().unwrap();
    assert!(stored.message == first, "as it came, byte for byte");
    assert_eq!((stored.thread, stored.case, stored.outcome, stored.repeats), (None, None, None, None));
}

pub async fn the_same_words_again_are_found_within_the_window_only(db: Database) {
    let mut tx = db.store.begin().await.unwrap();
    let [first, second, third] = [inbound(1, "STOP"), inbound(2, "STOP"), inbound(3, "STOP")];
    for message in [&first, &second, &third] {
        tx.insert_inbound(message).await.unwrap();
    }
    assert_eq!(tx.earlier_same_text(&second, at(0)).await.unwrap(), Some(first.id));
    assert_eq!(tx.earlier_same_text(&second, at(1)).await.unwrap(), Some(first.id), "the window includes its edge");
    tx.mark_repeat(second.id, first.id).await.unwrap();
    assert_eq!(tx.earlier_same_text(&third, at(2)).await.unwrap(), None, "a repeat is not repeated");
    for (n, other) in [
        (4, NewInbound { body: "stop".into(), ..inbound(4, "") }),
        (5, NewInbound { from: Address::E164("+33699999999".into()), ..inbound(5, "STOP") }),
        (6, NewInbound { to: Address::ShortCode("36112".into()), ..inbound(6, "STOP") }),
    ] {
        assert_eq!(tx.earlier_same_text(&other, at(0)).await.unwrap(), None, "{n}");
    }
}

pub async fn every_message_ends_with_an_outcome(db: Database) {
    let (thread, case) = known(&db.store, 1).await;
    let mut tx = db.store.begin().await.unwrap();
    for n in 1..=5 {
        tx.insert_inbound(&inbound(n, "je paie le 5")).await.unwrap();
    }
    let message = |n| InboundId(uuid(n));
    let mut reading = Reading::bare(Intent::Promise);
    reading.date = Some(day("2026-04-05"));
    reading.confidence = 0.87;
    reading.why.push(Reason { concluded: "intent=promise".into(), words: "je paie".into(), rule: "verb".into() });
    tx.note_reading(message(1), thread.id, case.id, &reading).await.unwrap();
    tx.mark_repeat(message(2), message(1)).await.unwrap();
    tx.mark_unknown_sender(message(3)).await.unwrap();
    tx.mark_unknown_sender(message(4)).await.unwrap();
    tx.mark_carrier_answered(message(5)).await.unwrap();
    let place = (Some(thread.id), Some(case.id));
    for (n, outcome, place, repeats) in [
        (1, InboundOutcome::Applied, place, None),
        (2, InboundOutcome::Duplicate, place, Some(message(1))),
        (3, InboundOutcome::UnknownSender, (None, None), None),
        (5, InboundOutcome::CarrierAnswered, (None, None), None),
    ] {
        let stored = tx.inbound(message(n)).await.unwrap().unwrap();
        assert_eq!((stored.outcome, (stored.thread, stored.case), stored.repeats), (Some(outcome), place, repeats));
        assert_eq!(stored.reading, (n == 1).then(|| reading.clone()));
    }
    let unknown: Vec<_> = tx.unknown_senders(9, 0).await.unwrap().into_iter().map(|m| m.id).collect();
    assert_eq!(unknown, [message(4), message(3)]);
    assert_eq!(tx.unknown_senders(1, 0).await.unwrap().len(), 1);
}

pub async fn a_nul_gives_an_error_at_worst(db: Database) {
    let mut tx = db.store.begin().await.unwrap();
    match tx.insert_inbound(&inbound(1, "a\0b")).await {
        Ok(new) => assert!(new && db.is_sqlite()),
        Err(error) => {
            assert!(matches!(error, StoreError::Query { operation: "insert inbound", .. }), "{error:?}");
            assert!(!db.is_sqlite());
        }
    }
    tx.rollback().await.unwrap();
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.insert_inbound(&inbound(1, "ab")).await.unwrap(), "the store goes on");
}
