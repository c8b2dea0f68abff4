//! The outbox from the hand-over on: what became of each message.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::*;
use relance::store::{Envelope, NewOutbound, OutboundState};

const FIRST: u32 = 1;

fn first() -> OutboundId {
    OutboundId(uuid(FIRST))
}

/// One message of one thread, claimed in minute 1 until minute 3.
async fn one_in_hand(db: &Database) {
    let (thread, _) = known(&db.store, 1).await;
    queued(&db.store, &[outbound(FIRST, &thread)]).await;
    assert_eq!(claimed(&db.store, 1, 9).await.len(), 1);
}

pub async fn a_held_message_was_not_tried(db: Database) {
    one_in_hand(&db).await;
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.hold(first(), at(60), "closed_now").await.unwrap());
    assert!(!tx.hold(first(), at(90), "closed_now").await.unwrap(), "it is not claimed any more");
    tx.commit().await.unwrap();
    let held = look(&db.store, FIRST).await;
    assert_eq!((held.state, held.attempts, held.first_attempt_at), (OutboundState::Ready, 0, None));
    assert_eq!((held.rule.as_deref(), held.new.due_at), (Some("closed_now"), at(60)));
    assert!(claimed(&db.store, 59, 9).await.is_empty());
    let again = claimed(&db.store, 60, 9).await;
    assert_eq!((again[0].attempts, again[0].first_attempt_at), (1, Some(at(60))));
}

pub async fn a_refused_message_never_leaves(db: Database) {
    one_in_hand(&db).await;
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.refuse(first(), "suppressed").await.unwrap());
    assert!(!tx.refuse(first(), "again").await.unwrap());
    assert!(!tx.retry(first(), at(5)).await.unwrap());
    assert!(!tx.hold(first(), at(5), "closed_now").await.unwrap());
    tx.commit().await.unwrap();
    let refused = look(&db.store, FIRST).await;
    assert_eq!((refused.state, refused.rule.as_deref()), (OutboundState::Refused, Some("suppressed")));
    assert!(claimed(&db.store, 99, 9).await.is_empty());
}

pub async fn a_sent_message_is_found_by_the_carriers_id(db: Database) {
    one_in_hand(&db).await;
    let mut tx = db.store.begin().await.unwrap();
    tx.settle_sent(first(), "twilio", "SM1", 3, at(2)).await.unwrap();
    assert!(!tx.refuse(first(), "too_late").await.unwrap());
    tx.commit().await.unwrap();
    let mut tx = db.store.snapshot().await.unwrap();
    let sent = tx.outbound_by_gateway_id("twilio", "SM1").await.unwrap().unwrap();
    assert_eq!((sent.id, sent.state, sent.new.segments), (first(), OutboundState::Sent, 3));
    assert_eq!((sent.sent_at, sent.lease_until), (Some(at(2)), None));
    assert!(tx.outbound_by_gateway_id("ovh", "SM1").await.unwrap().is_none());
    assert!(tx.outbound_by_gateway_id("twilio", "SM2").await.unwrap().is_none());
}

pub async fn a_lease_that_ends_makes_the_message_unknown_and_only_a_retry_queues_it(db: Database) {
    one_in_hand(&db).await;
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.expire_leases(at(3)).await.unwrap().is_empty(), "the lease still runs");
    assert_eq!(tx.expire_leases(at(4)).await.unwrap(), [first()]);
    assert!(tx.expire_leases(at(9)).await.unwrap().is_empty(), "once");
    assert!(!tx.hold(first(), at(9), "closed_now").await.unwrap(), "its worker comes back too late");
    assert!(!tx.refuse(first(), "suppressed").await.unwrap());
    tx.commit().await.unwrap();
    assert!(claimed(&db.store, 99, 9).await.is_empty(), "never sent again blindly");
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.unknown_outbound(9, at(4)).await.unwrap().is_empty());
    let lost = tx.unknown_outbound(9, at(5)).await.unwrap();
    assert_eq!((lost[0].id, lost[0].rule.as_deref()), (first(), Some("lease_expired")));
    assert!(tx.unknown_outbound(0, at(5)).await.unwrap().is_empty());
    assert_eq!(tx.counts().await.unwrap().unknown_outbound, 1);
    assert!(tx.retry(first(), at(10)).await.unwrap());
    assert!(!tx.retry(first(), at(11)).await.unwrap(), "it is queued already");
    tx.commit().await.unwrap();
    let again = claimed(&db.store, 10, 9).await;
    assert_eq!((again[0].attempts, again[0].first_attempt_at), (2, Some(at(1))));
}

pub async fn a_failure_is_final_and_an_unknown_one_can_still_be_settled(db: Database) {
    one_in_hand(&db).await;
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.mark_unknown(first(), "timed_out", at(2)).await.unwrap());
    assert!(tx.mark_unknown(first(), "looked_up", at(3)).await.unwrap(), "asked again, it waits again");
    assert!(tx.settle_failed(first(), Some("21610"), "carrier_refused", at(3)).await.unwrap());
    assert!(!tx.settle_failed(first(), None, "again", at(4)).await.unwrap());
    assert!(!tx.retry(first(), at(5)).await.unwrap());
    tx.commit().await.unwrap();
    let failed = look(&db.store, FIRST).await;
    assert_eq!((failed.state, failed.code.as_deref()), (OutboundState::Failed, Some("21610")));
    assert_eq!((failed.rule.as_deref(), failed.status_at), (Some("carrier_refused"), Some(at(3))));
}

pub async fn receipts_say_something_new_once_and_never_go_back(db: Database) {
    one_in_hand(&db).await;
    let mut tx = db.store.begin().await.unwrap();
    let delivered = Some(OutboundState::Delivered);
    for (minute, status, code, end, news) in [
        (2, "queued", None, None, true),
        (3, "queued", None, None, false),
        (4, "delivered", None, delivered, true),
        (5, "delivered", None, delivered, false),
        (6, "sent", None, None, false),
    ] {
        let heard = tx.note_receipt(first(), status, code, end, at(minute)).await.unwrap();
        assert_eq!(heard, news, "minute {minute}");
    }
    // the carrier's answer arrives after its receipt
    tx.settle_sent(first(), "twilio", "SM1", 1, at(7)).await.unwrap();
    assert!(!tx.settle_failed(first(), None, "late", at(7)).await.unwrap());
    tx.commit().await.unwrap();
    let message = look(&db.store, FIRST).await;
    assert_eq!((message.state, message.status.as_deref()), (OutboundState::Delivered, Some("delivered")));
    assert_eq!((message.status_at, message.lease_until, message.sent_at), (Some(at(4)), None, Some(at(7))));
    let mut tx = db.store.begin().await.unwrap();
    let nobody = tx.note_receipt(OutboundId(uuid(9)), "delivered", None, delivered, at(8)).await.unwrap();
    assert!(!nobody);
    let failed = Some(OutboundState::Failed);
    assert!(tx.note_receipt(first(), "failed", Some("30003"), failed, at(8)).await.unwrap());
}

pub async fn an_email_keeps_its_address_and_is_never_looked_up(db: Database) {
    let (thread, _) = known(&db.store, 1).await;
    let envelope = Envelope {
        address: "jeanne@example.fr".into(),
        subject: "Votre facture F-1".into(),
        attachment: Some("F-1.pdf".into()),
    };
    let (amount, due_on) = (euros(45_000), day("2026-01-15"));
    let message = Message::EmailReminder { stage: Stage::First, amount, due_on, by: None };
    let email = NewOutbound { email: Some(envelope), message, segments: 0, ..outbound(FIRST, &thread) };
    let text = NewOutbound { due_at: at(0), created_at: at(0), ..outbound(2, &thread) };
    queued(&db.store, &[email.clone(), text]).await;
    let first_of_all = claimed(&db.store, 1, 9).await;
    assert_eq!(first_of_all.len(), 1, "one at a time, whatever the channel");
    let mut tx = db.store.begin().await.unwrap();
    tx.settle_sent(first_of_all[0].id, "twilio", "SM2", 1, at(1)).await.unwrap();
    tx.commit().await.unwrap();
    let taken = claimed(&db.store, 1, 9).await;
    assert_eq!(taken[0].new, email);
    let mut tx = db.store.begin().await.unwrap();
    assert_eq!(tx.expire_leases(at(9)).await.unwrap(), [first()]);
    assert!(tx.unknown_outbound(9, at(99)).await.unwrap().is_empty(), "nobody can be asked about it");
    let told = tx.history(thread.id, 9).await.unwrap();
    assert_eq!(told.iter().filter_map(|entry| entry.subject.as_deref()).collect::<Vec<_>>(), ["Votre facture F-1"]);
}
