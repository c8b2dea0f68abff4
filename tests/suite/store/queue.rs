//! The outbox up to the hand-over: queueing, claiming, calling back.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::*;
use relance::store::{DecisionRow, NewOutbound, OutboundState, RecallScope};

pub async fn a_message_comes_back_as_it_was_queued(db: Database) {
    let (thread, case) = known(&db.store, 1).await;
    let decision = DecisionRow {
        id: DecisionId(uuid(1)),
        case: case.id,
        inbound: None,
        stimulus: "timer".into(),
        rules: vec![],
        state_before: CaseState::Open,
        state_after: CaseState::Open,
    };
    let mut tx = db.store.begin().await.unwrap();
    tx.append_decision(&decision, &[], at(0)).await.unwrap();
    let new = NewOutbound { case: Some(case.id), decision: Some(decision.id), ..outbound(1, &thread) };
    tx.enqueue(&new).await.unwrap();
    let stored = tx.outbound(new.id).await.unwrap().unwrap();
    assert!(stored.new == new);
    assert_eq!((stored.state, stored.purpose, stored.attempts), (OutboundState::Ready, Purpose::Demand, 0));
    assert_eq!((stored.rule, stored.lease_until, stored.first_attempt_at, stored.sent_at), (None, None, None, None));
    assert!(tx.outbound(OutboundId(uuid(9))).await.unwrap().is_none());
    assert!(tx.enqueue(&new).await.unwrap_err().is_unique_violation());
}

pub async fn four_workers_claim_two_hundred_messages_and_none_twice(db: Database) {
    const MESSAGES: u32 = 200;
    let mut tx = db.store.begin().await.unwrap();
    for n in 1..=MESSAGES {
        let thread = thread(n);
        tx.open_thread(&thread, at(0)).await.unwrap();
        tx.enqueue(&outbound(n, &thread)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let workers = (0..4).map(|_| {
        let store = db.store.clone();
        tokio::spawn(async move {
            let mut mine = Vec::new();
            loop {
                let mut tx = store.begin().await.unwrap();
                let batch = tx.claim_outbound(at(500), at(502), 7, None).await.unwrap();
                tokio::task::yield_now().await;
                tx.commit().await.unwrap();
                assert!(batch.len() <= 7, "{} claimed", batch.len());
                if batch.is_empty() {
                    break mine;
                }
                mine.extend(ids(&batch));
            }
        })
    });
    let mut all = Vec::new();
    for worker in workers.collect::<Vec<_>>() {
        all.extend(worker.await.unwrap());
    }
    all.sort_unstable();
    assert_eq!(all, (1..=u128::from(MESSAGES)).collect::<Vec<_>>());
}

pub async fn a_claim_does_not_wait_for_another_one(db: Database) {
    if db.is_sqlite() {
        return; // there, writers take turns by design
    }
    for n in 1..=2 {
        let (thread, case) = known(&db.store, n).await;
        queued(&db.store, &[outbound(n, &thread)]).await;
        let mut tx = db.store.begin().await.unwrap();
        tx.set_timer(case.id, TimerKind::PromiseDue, at(n.into())).await.unwrap();
        tx.commit().await.unwrap();
    }
    let mut first = db.store.begin().await.unwrap();
    assert_eq!(ids(&first.claim_outbound(at(9), at(11), 1, None).await.unwrap()), [1]);
    assert_eq!(first.due_timer(at(9)).await.unwrap(), Some((CaseId(uuid(1)), TimerKind::PromiseDue)));
    let second = async {
        let mut second = db.store.begin().await.unwrap();
        ids(&second.claim_outbound(at(9), at(11), 9, None).await.unwrap())
    };
    let claimed = tokio::time::timeout(std::time::Duration::from_secs(10), second).await.expect("no waiting");
    assert_eq!(claimed, [2]);
}

pub async fn messages_to_one_person_leave_one_at_a_time_in_the_order_of_writing(db: Database) {
    let (one, _) = known(&db.store, 1).await;
    let (two, _) = known(&db.store, 2).await;
    queued(&db.store, &[outbound(10, &one), outbound(11, &one), outbound(12, &one), outbound(20, &two)]).await;
    assert_eq!(ids(&claimed(&db.store, 30, 9).await), [10, 20]);
    assert!(claimed(&db.store, 30, 9).await.is_empty(), "the first is being sent");
    let mut tx = db.store.begin().await.unwrap();
    tx.settle_sent(OutboundId(uuid(10)), "twilio", "SM10", 1, at(31)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(ids(&claimed(&db.store, 30, 9).await), [11]);
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.hold(OutboundId(uuid(11)), at(100), "closed_now").await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(ids(&claimed(&db.store, 50, 9).await), [12], "what waits for its hour lets the next pass");
    assert!(claimed(&db.store, 100, 9).await.is_empty(), "one at a time, in whatever order");
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.mark_unknown(OutboundId(uuid(12)), "timed_out", at(101)).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(ids(&claimed(&db.store, 101, 9).await), [11], "one that is unknown holds nobody up");
}

pub async fn a_claim_takes_what_is_due_oldest_first_up_to_its_limit(db: Database) {
    let mut messages = Vec::new();
    for (n, due) in [(1, 30), (2, 10), (3, 20), (4, 10), (5, 41)] {
        let (thread, _) = known(&db.store, n).await;
        messages.push(NewOutbound { due_at: at(due), created_at: at(0), ..outbound(n, &thread) });
    }
    // a fraction of a second is still before the second after it
    messages[1].due_at += chrono::Duration::microseconds(1);
    queued(&db.store, &messages).await;
    let first = claimed(&db.store, 40, 3).await;
    assert_eq!(ids(&first), [4, 2, 3]);
    assert_eq!(first[1].new.due_at, messages[1].due_at, "to the microsecond");
    for message in &first {
        assert_eq!((message.state, message.attempts), (OutboundState::Sending, 1));
        assert_eq!((message.lease_until, message.first_attempt_at), (Some(at(42)), Some(at(40))));
    }
    assert_eq!(ids(&claimed(&db.store, 40, 3).await), [1]);
}

pub async fn a_recall_takes_what_has_not_left_and_nothing_else(db: Database) {
    let (thread, case) = known(&db.store, 1).await;
    let (other, _) = known(&db.store, 2).await;
    let about = |message: NewOutbound| NewOutbound { case: Some(case.id), ..message };
    let messages = [outbound(1, &thread), about(outbound(2, &thread)), about(answer(3, &thread)), outbound(4, &thread)];
    queued(&db.store, &messages).await;
    queued(&db.store, &[outbound(5, &other)]).await;
    assert_eq!(ids(&claimed(&db.store, 1, 9).await), [1]);
    let mut tx = db.store.begin().await.unwrap();
    assert_eq!(tx.recall(RecallScope::Case(case.id), Recall::Demands, "dispute", at(9)).await.unwrap(), 1);
    assert_eq!(tx.recall(RecallScope::Thread(thread.id), Recall::Demands, "dispute", at(9)).await.unwrap(), 1);
    assert_eq!(tx.recall(RecallScope::Thread(thread.id), Recall::Everything, "opt_out", at(9)).await.unwrap(), 1);
    assert_eq!(tx.recall(RecallScope::Thread(thread.id), Recall::Everything, "opt_out", at(9)).await.unwrap(), 0);
    tx.commit().await.unwrap();
    for (n, state, rule) in [
        (1, OutboundState::Sending, None),
        (2, OutboundState::Recalled, Some("dispute")),
        (3, OutboundState::Recalled, Some("opt_out")),
        (4, OutboundState::Recalled, Some("dispute")),
        (5, OutboundState::Ready, None),
    ] {
        let message = look(&db.store, n).await;
        assert_eq!((message.state, message.rule.as_deref()), (state, rule), "{n}");
    }
}
