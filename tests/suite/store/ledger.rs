//! The ledger: why, and what happened.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::*;
use relance::store::DecisionRow;

pub async fn decisions_come_back_in_order_with_their_events(db: Database) {
    let (_, case) = known(&db.store, 1).await;
    let (_, other) = known(&db.store, 2).await;
    let promise = Promise { amount: euros(45_000), on: day("2026-04-05") };
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_inbound(&inbound(1, "ok le 5")).await.unwrap();
    let first = DecisionRow {
        id: DecisionId(uuid(1)),
        case: case.id,
        inbound: Some(InboundId(uuid(1))),
        stimulus: "inbound".into(),
        rules: vec!["promise.read".into(), "promise.confirm".into()],
        state_before: CaseState::Open,
        state_after: CaseState::Promised { promise },
    };
    let first_events = [
        Event::ReplyRead { intent: Intent::Promise, also: vec![], confidence: 0.9, acted: true },
        Event::PromiseConfirmed { promise },
        Event::Understood,
    ];
    let second = DecisionRow { id: DecisionId(uuid(2)), inbound: None, rules: vec![], ..first.clone() };
    let elsewhere = DecisionRow { id: DecisionId(uuid(3)), case: other.id, ..second.clone() };
    tx.append_decision(&first, &first_events, at(1)).await.unwrap();
    tx.append_decision(&elsewhere, &[Event::Delivered], at(1)).await.unwrap();
    tx.append_decision(&second, &[Event::PromiseKept { promise }], at(2)).await.unwrap();
    let unexplained = DecisionRow { id: DecisionId(uuid(4)), case: CaseId(uuid(9)), ..second.clone() };
    let facts: Vec<_> = tx.events_of_case(case.id).await.unwrap();
    assert!(facts.windows(2).all(|pair| pair[0].id < pair[1].id));
    let told: Vec<_> = facts.into_iter().map(|fact| (fact.decision, fact.event, fact.at)).collect();
    let mut expected: Vec<_> = first_events.iter().map(|event| (first.id, event.clone(), at(1))).collect();
    expected.push((second.id, Event::PromiseKept { promise }, at(2)));
    assert_eq!(told, expected);
    let decided = tx.decisions_of_case(case.id).await.unwrap();
    assert!(decided[0].decision == first && decided[0].events == first_events && decided[0].at == at(1));
    assert!(decided[1].decision == second && decided[1].events.len() == 1 && decided[1].at == at(2));
    assert_eq!(decided.len(), 2);
    assert_eq!(tx.last_decision(case.id).await.unwrap(), Some(second.id));
    let receipt = DecisionRow { id: DecisionId(uuid(5)), stimulus: "receipt".into(), ..second.clone() };
    tx.append_decision(&receipt, &[], at(4)).await.unwrap();
    assert_eq!(tx.last_decision(case.id).await.unwrap(), Some(second.id), "a receipt is no news");
    assert_eq!(tx.last_decision(CaseId(uuid(9))).await.unwrap(), None);
    tx.commit().await.unwrap();
    db.tamper("update decisions set stimulus = 'x' where id not in (select decision_id from events where name <> 'delivered')")
        .await;
    let mut tx = db.store.begin().await.unwrap();
    assert_eq!(tx.decisions_of_case(other.id).await.unwrap()[0].decision.stimulus, "x", "events are named");
    assert!(tx.append_decision(&unexplained, &[], at(3)).await.is_err(), "no decision without its case");
}
