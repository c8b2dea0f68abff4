//! What the report counts.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::*;
use relance::store::{CorrectedReply, DecisionRow, Entry, OutboundState, Store};

/// A reminder reaches person `n` at minute `n`.
async fn reached(store: &Store, n: u32, state: OutboundState) -> (relance::store::Thread, Case) {
    let (thread, case) = known(store, n).await;
    let minute = i64::from(n);
    queued(store, &[outbound(n, &thread)]).await;
    let mut tx = store.begin().await.unwrap();
    tx.claim_outbound(at(60), at(90), 9, None).await.unwrap();
    let message = OutboundId(uuid(n));
    tx.settle_sent(message, "twilio", &format!("SM{n}"), 1, at(minute)).await.unwrap();
    tx.note_receipt(message, state.label(), None, Some(state), at(minute)).await.unwrap();
    tx.commit().await.unwrap();
    (thread, case)
}

async fn replies(store: &Store, n: u32, case: &Case, intent: Intent, events: &[Event]) {
    let mut tx = store.begin().await.unwrap();
    let thread = tx.thread_of_case(case.id).await.unwrap().unwrap();
    let message = inbound(n, "les mots");
    tx.insert_inbound(&message).await.unwrap();
    tx.note_reading(message.id, thread, case.id, &Reading::bare(intent)).await.unwrap();
    let decision = DecisionRow {
        id: DecisionId(uuid(n)),
        case: case.id,
        inbound: Some(message.id),
        stimulus: "reply".into(),
        rules: vec![],
        state_before: CaseState::Open,
        state_after: CaseState::Open,
    };
    tx.append_decision(&decision, events, message.received_at).await.unwrap();
    tx.commit().await.unwrap();
}

/// An agent says that reply `n` meant something else.
async fn corrected(store: &Store, n: u32, case: &Case, meant: Intent) {
    let (id, decision) = (InboundId(uuid(n)), DecisionId(uuid(n + 100)));
    let row = DecisionRow {
        id: decision,
        case: case.id,
        inbound: Some(id),
        stimulus: "agent".into(),
        rules: vec![],
        state_before: CaseState::Open,
        state_after: CaseState::Open,
    };
    let mut tx = store.begin().await.unwrap();
    tx.append_decision(&row, &[], at(50)).await.unwrap();
    let (reading, asked, by) = (Reading::bare(meant), None, "lea".to_owned());
    tx.save_correction(&CorrectedReply { id, decision, reading, asked, by, at: at(50) }).await.unwrap();
    tx.commit().await.unwrap();
}

fn acknowledged(how: Acknowledges) -> Event {
    Event::Acknowledged { how, words: "je sais".into() }
}

fn disputed() -> Event {
    let dispute =
        Dispute { reason: None, held_right: None, opened_on: day("2026-03-02"), answer_by: day("2026-03-09") };
    Event::DisputeOpened { dispute }
}

pub async fn each_person_reached_is_a_row_with_what_they_did_since(db: Database) {
    let store = &db.store;
    let (_, first) = reached(store, 1, OutboundState::Delivered).await;
    let (_, second) = reached(store, 2, OutboundState::Delivered).await;
    let (_, third) = reached(store, 3, OutboundState::Delivered).await;
    reached(store, 4, OutboundState::Failed).await;
    let promise = Promise { amount: euros(1_000), on: day("2026-03-05") };
    let offers = [acknowledged(Acknowledges::Explicit), Event::PromiseProposed { promise }];
    replies(store, 11, &first, Intent::Promise, &offers).await;
    replies(store, 12, &second, Intent::Acknowledgment, &[acknowledged(Acknowledges::Explicit)]).await;
    replies(store, 22, &second, Intent::Dispute, &[disputed()]).await;
    let stop = Event::Suppressed { reason: SuppressionReason::OptOut };
    replies(store, 13, &third, Intent::OptOut, &[stop]).await;
    let (_, mistaken) = reached(store, 5, OutboundState::Delivered).await;
    replies(store, 15, &mistaken, Intent::Dispute, &[acknowledged(Acknowledges::Explicit), disputed()]).await;
    corrected(store, 15, &mistaken, Intent::WrongNumber).await;
    // The first one has another number since: what they said on the old one was said there.
    let elsewhere = thread(9);
    let mut tx = store.begin().await.unwrap();
    tx.open_thread(&elsewhere, at(51)).await.unwrap();
    let entry = Entry::of(&first, elsewhere.id, &Particulars::default());
    tx.correct_case(first.id, &entry, at(51)).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = store.snapshot().await.unwrap();
    let rows = tx.reached(at(0), at(100)).await.unwrap();
    let told: Vec<_> = rows
        .iter()
        .map(|r| {
            (r.reached_at, r.replied_at.is_some(), r.right_party, r.acknowledged, r.promised, r.disputed, r.opted_out)
        })
        .collect();
    let expected = [
        (at(1), true, true, true, true, false, false),
        (at(2), true, true, false, false, true, false),
        (at(3), true, false, false, false, false, true),
        (at(5), true, false, false, false, false, false),
    ];
    assert_eq!(
        told, expected,
        "what is contested since is admitted no more; a failed message reaches nobody; what was misread was not said"
    );
    assert_eq!(tx.reached(at(2), at(3)).await.unwrap().len(), 1, "the end is not in it");
    let sent = tx.sent_messages(at(0), at(100)).await.unwrap();
    assert_eq!((sent.len(), sent.iter().filter(|row| row.failed).count()), (5, 1));
}
