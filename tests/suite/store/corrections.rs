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
