//! Corrections: what replies meant which were read as something else.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::*;
use relance::store::{CorrectedReply, DecisionRow};

pub async fn the_last_correction_of_a_reply_stands(db: Database) {
    let (_, case) = known(&db.store, 1).await;
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_inbound(&inbound(1, "ok le 5")).await.unwrap();
    let decision = DecisionRow {
        id: DecisionId(uuid(1)),
        case: case.id,
        inbound: None,
        stimulus: "agent".into(),
        rules: vec![],
        state_before: CaseState::Open,
        state_after: CaseState::Open,
    };
    let again = DecisionRow { id: DecisionId(uuid(2)), ..decision.clone() };
    for row in [&decision, &again] {
        tx.append_decision(row, &[], at(1)).await.unwrap();
    }
    assert!(tx.correction(InboundId(uuid(1))).await.unwrap().is_none());
    let first = CorrectedReply {
        id: InboundId(uuid(1)),
        decision: decision.id,
        reading: Reading { date: Some(day("2026-04-05")), ..Reading::bare(Intent::Promise) },
        asked: Some(Asked::PaymentDate),
        by: "alice".into(),
        at: at(2),
    };
    tx.save_correction(&first).await.unwrap();
    assert!(tx.correction(first.id).await.unwrap().as_ref() == Some(&first));
    let second = CorrectedReply {
        decision: again.id,
        reading: Reading::bare(Intent::Courtesy),
        by: "bob".into(),
        at: at(3),
        ..first.clone()
    };
    tx.save_correction(&second).await.unwrap();
    assert!(tx.corrections().await.unwrap() == [second]);
    let unknown = CorrectedReply { id: InboundId(uuid(9)), ..first };
    assert!(tx.save_correction(&unknown).await.is_err(), "no correction without its reply");
}

pub async fn what_else_was_said_on_a_thread_is_told_apart_from_one_reply(db: Database) {
    let (thread, case) = known(&db.store, 1).await;
    let mut tx = db.store.begin().await.unwrap();
    let freeze = |until: &str| Event::Frozen { freeze: Freeze { because: vec![], until: Some(day(until)) } };
    for (n, rest) in [(1, "2026-04-05"), (2, "2026-05-05")] {
        let message = inbound(n, &format!("réponse {n}"));
        tx.insert_inbound(&message).await.unwrap();
        tx.note_reading(message.id, thread.id, case.id, &Reading::bare(Intent::WrongNumber)).await.unwrap();
        let decision = DecisionRow {
            id: DecisionId(uuid(n)),
            case: case.id,
            inbound: Some(message.id),
            stimulus: "reply".into(),
            rules: vec!["wrong_number.unlinked".into()],
            state_before: CaseState::Open,
            state_after: CaseState::Open,
        };
        tx.append_decision(&decision, &[freeze(rest)], at(1)).await.unwrap();
    }
    let [first, second] = [1, 2].map(|n| InboundId(uuid(n)));
    assert_eq!(tx.rest_beside(thread.id, second).await.unwrap(), Some(day("2026-04-05")));
    assert_eq!(tx.rest_beside(thread.id, first).await.unwrap(), Some(day("2026-05-05")));
    assert!(tx.is_anothers_beside(thread.id, first).await.unwrap());
    assert!(tx.talk_went_on(thread.id, first).await.unwrap());
    assert!(!tx.talk_went_on(thread.id, second).await.unwrap());
    assert!(!tx.amount_changed_since(case.id, at(0)).await.unwrap());
    let again = DecisionRow {
        id: DecisionId(uuid(3)),
        case: case.id,
        inbound: Some(second),
        stimulus: "agent".into(),
        rules: vec![],
        state_before: CaseState::Open,
        state_after: CaseState::Open,
    };
    tx.append_decision(&again, &[], at(2)).await.unwrap();
    let reading = Reading::bare(Intent::Courtesy);
    let (asked, by, decision) = (None, "lea".to_owned(), again.id);
    tx.save_correction(&CorrectedReply { id: second, decision, reading, asked, by, at: at(2) }).await.unwrap();
    assert!(!tx.is_anothers_beside(thread.id, first).await.unwrap(), "the other one was corrected");
    assert_eq!(tx.rest_beside(thread.id, first).await.unwrap(), None);
}
