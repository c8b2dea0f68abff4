//! What is read across tables, links and payments.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::*;
use relance::store::{Direction, Link, Payment};

pub async fn a_talk_is_told_both_ways_in_the_order_of_time(db: Database) {
    let (thread, case) = known(&db.store, 1).await;
    let (elsewhere, _) = known(&db.store, 2).await;
    queued(&db.store, &[outbound(1, &thread), outbound(2, &elsewhere)]).await;
    let mut tx = db.store.begin().await.unwrap();
    tx.claim_outbound(at(1), at(3), 1, None).await.unwrap();
    tx.settle_sent(OutboundId(uuid(1)), "twilio", "SM-out", 1, at(4)).await.unwrap();
    tx.note_receipt(OutboundId(uuid(1)), "delivered", None, None, at(5)).await.unwrap();
    tx.insert_inbound(&inbound(6, "oui")).await.unwrap();
    let reading = Reading::bare(Intent::Affirmation);
    tx.note_reading(InboundId(uuid(6)), thread.id, case.id, &reading).await.unwrap();
    let reply = relance::store::NewOutbound { case: Some(case.id), ..answer(6, &thread) };
    tx.enqueue(&reply).await.unwrap();
    let told = tx.history(thread.id, 9).await.unwrap();
    let way: Vec<_> = told.iter().map(|entry| (entry.id, entry.at, entry.state.as_deref(), entry.case)).collect();
    assert_eq!(
        way,
        [
            (Direction::Sent(OutboundId(uuid(1))), at(4), Some("sent"), None),
            (Direction::Received(InboundId(uuid(6))), at(6), Some("applied"), Some(case.id)),
            (Direction::Sent(OutboundId(uuid(6))), at(6), Some("ready"), Some(case.id)),
        ]
    );
    let bodies: Vec<_> = told.iter().map(|entry| entry.body.as_str()).collect();
    assert_eq!(bodies, ["texte 1", "oui", "texte 6"]);
    assert_eq!(told[0].status.as_deref(), Some("delivered"));
    assert_eq!(told[1].reading.as_ref(), Some(&reading));
    let last: Vec<_> = tx.history(thread.id, 2).await.unwrap().into_iter().map(|entry| entry.body).collect();
    assert_eq!(last, ["oui", "texte 6"], "the last ones are kept");
}

pub async fn what_waits_is_counted(db: Database) {
    let nothing = db.store.snapshot().await.unwrap().counts().await.unwrap();
    assert_eq!((nothing.pending_outbound, nothing.oldest_ready, nothing.open_tasks), (0, None, 0));
    let (thread, _) = known(&db.store, 1).await;
    let (other, _) = known(&db.store, 2).await;
    queued(&db.store, &[outbound(3, &thread), outbound(2, &thread), outbound(1, &other), outbound(4, &thread)]).await;
    claimed(&db.store, 1, 1).await;
    let waiting = db.store.snapshot().await.unwrap().counts().await.unwrap();
    assert_eq!((waiting.pending_outbound, waiting.oldest_ready, waiting.unknown_outbound), (4, Some(at(2)), 0));
}

pub async fn a_link_opens_its_case_until_it_expires(db: Database) {
    let (_, case) = known(&db.store, 1).await;
    let (_, other) = known(&db.store, 2).await;
    let mut tx = db.store.begin().await.unwrap();
    assert_eq!(tx.link_for(case.id, at(0)).await.unwrap(), None);
    for (token, case, expires) in [("short", case.id, 10), ("long", case.id, 20), ("other", other.id, 90)] {
        tx.add_link(token, case, at(0), at(expires)).await.unwrap();
    }
    assert_eq!(tx.link_for(case.id, at(5)).await.unwrap(), Some(("long".into(), at(20))));
    assert_eq!(tx.link_for(case.id, at(20)).await.unwrap(), None, "expired when it says so");
    assert_eq!(tx.link("short", at(9)).await.unwrap(), Some(Link::Open(case.id)));
    assert_eq!(tx.link("short", at(10)).await.unwrap(), Some(Link::Expired(case.id)));
    assert_eq!(tx.link("long", at(10)).await.unwrap(), Some(Link::Open(case.id)));
    assert_eq!(tx.link("never", at(0)).await.unwrap(), None);
}

pub async fn a_payment_counts_once(db: Database) {
    let (_, case) = known(&db.store, 1).await;
    let amount = Money::new(9_000_000_000, Currency::Chf);
    let payment = |provider: &str, n: u32| Payment {
        provider: provider.into(),
        reference: "pi_1".into(),
        case: case.id,
        kind: PaymentKind::Payment,
        amount,
        means: "card".into(),
        received_on: day("2026-01-31"),
        number: n,
        imputed: Some(Items { principal: 8_000_000_000, interest: 1_000_000_000, fees: 0 }),
        balance: amount.with_minor(1),
        recorded_at: at(n.into()),
        line_key: None,
    };
    let back = Payment { kind: PaymentKind::Reversal, imputed: None, ..payment("transfer", 1) };
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.insert_payment(&payment("stripe", 2)).await.unwrap());
    assert!(!tx.insert_payment(&payment("stripe", 3)).await.unwrap());
    assert!(tx.insert_payment(&back).await.unwrap());
    assert!(tx.payment("stripe", "pi_1").await.unwrap() == Some(payment("stripe", 2)));
    assert!(tx.payment("stripe", "pi_2").await.unwrap().is_none());
    assert!(tx.payments_of_case(case.id).await.unwrap() == [back, payment("stripe", 2)]);
    assert!(tx.payments_of_case(CaseId(uuid(9))).await.unwrap().is_empty());
    tx.tell_again(&payment("stripe", 2), "line 7").await.unwrap();
    let told = tx.payment("stripe", "pi_1").await.unwrap().unwrap();
    assert_eq!(told.line_key.as_deref(), Some("line 7"));
}
