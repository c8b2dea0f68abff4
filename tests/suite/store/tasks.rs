//! Tasks: one of a kind at a time.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::*;
use relance::store::{NewInbound, NewTaskRow, Resolution};

fn task(n: u32, kind: TaskKind) -> NewTaskRow {
    let task = NewTask::of(kind);
    NewTaskRow { id: TaskId(uuid(n)), case: None, thread: None, inbound: None, task, opened_at: at(n.into()) }
}

pub async fn one_task_of_a_kind_is_open_at_a_time(db: Database) {
    let (thread, case) = known(&db.store, 1).await;
    let (_, other) = known(&db.store, 2).await;
    let stranger = NewInbound { from: Address::E164("+33699999999".into()), ..inbound(3, "?") };
    let mut tx = db.store.begin().await.unwrap();
    for message in [inbound(1, "?"), inbound(2, "?!"), stranger] {
        tx.insert_inbound(&message).await.unwrap();
    }
    let of_case = |n, kind, case: &Case| NewTaskRow { case: Some(case.id), thread: Some(thread.id), ..task(n, kind) };
    let of_inbound =
        |n, message| NewTaskRow { inbound: Some(InboundId(uuid(message))), ..task(n, TaskKind::UnknownSender) };
    let of_thread = |n| NewTaskRow { thread: Some(thread.id), ..task(n, TaskKind::AmbiguousSend) };
    for (new, opened, why) in [
        (of_case(1, TaskKind::Dispute, &case), true, "the first of its kind"),
        (of_case(2, TaskKind::Dispute, &case), false, "one is open"),
        (of_case(3, TaskKind::Refusal, &case), true, "another kind"),
        (of_case(4, TaskKind::Dispute, &other), true, "another case"),
        (of_inbound(5, 1), true, "a sender without a case"),
        (of_inbound(6, 2), false, "the same sender"),
        (of_inbound(7, 3), true, "another sender"),
        (of_thread(8), true, "a thread without a case"),
        (of_thread(9), false, "the same thread"),
        (task(10, TaskKind::CarrierAlert), true, "nobody in particular"),
        (task(11, TaskKind::CarrierAlert), false, "nobody in particular, again"),
    ] {
        assert_eq!(tx.open_task(&new).await.unwrap(), opened, "{why}");
    }
    let again = NewTaskRow { inbound: Some(InboundId(uuid(1))), ..of_case(13, TaskKind::Dispute, &case) };
    assert!(!tx.open_task(&again).await.unwrap(), "one is open");
    let unseen = tx.resolve_task(TaskId(uuid(1)), "alice", None, None, at(20)).await.unwrap();
    assert!(!unseen, "a message came that alice has not seen");
    assert!(tx.resolve_task(TaskId(uuid(1)), "alice", None, again.inbound, at(20)).await.unwrap());
    assert!(tx.open_task(&of_case(12, TaskKind::Dispute, &case)).await.unwrap(), "the first was resolved");
    assert_eq!(tx.counts().await.unwrap().open_tasks, 7);
    tx.end_task(case.id, TaskKind::Dispute, "alice", at(21)).await.unwrap();
    tx.end_task(case.id, TaskKind::Dispute, "bob", at(22)).await.unwrap();
    let ended = tx.task(TaskId(uuid(12))).await.unwrap().unwrap().resolved;
    assert!(
        ended == Some(Resolution { by: "alice".into(), note: None, at: at(21) }),
        "ended once, whatever asked for it"
    );
    assert_eq!(tx.counts().await.unwrap().open_tasks, 6, "other kinds and other cases stay");
}

pub async fn tasks_come_urgent_first_then_oldest_until_resolved(db: Database) {
    let (thread, case) = known(&db.store, 1).await;
    let mut tx = db.store.begin().await.unwrap();
    let about = |new: NewTaskRow| NewTaskRow { case: Some(case.id), thread: Some(thread.id), ..new };
    let mut call = about(task(2, TaskKind::CallBack));
    call.task.due_on = Some(day("2026-03-03"));
    call.task.call_back = Some(CallBack { on: None, at: chrono::NaiveTime::from_hms_opt(18, 30, 0) });
    for new in [about(task(3, TaskKind::Hostile)), call.clone(), about(task(9, TaskKind::SelfHarm))] {
        assert!(tx.open_task(&new).await.unwrap());
    }
    let ids = |tasks: Vec<relance::store::TaskRow>| tasks.iter().map(|t| t.id.0.as_u128()).collect::<Vec<_>>();
    assert_eq!(ids(tx.open_tasks(9, 0).await.unwrap()), [9, 2, 3]);
    assert_eq!(ids(tx.open_tasks(1, 0).await.unwrap()), [9]);
    let stored = tx.task(call.id).await.unwrap().unwrap();
    assert!(stored.new == call && stored.resolved.is_none() && !stored.urgent);
    assert!(tx.task(TaskId(uuid(9))).await.unwrap().unwrap().urgent);
    assert!(tx.resolve_task(call.id, "alice", Some("rappelée"), None, at(30)).await.unwrap());
    assert!(!tx.resolve_task(call.id, "bob", None, None, at(31)).await.unwrap(), "resolved once");
    let resolution = Resolution { by: "alice".into(), note: Some("rappelée".into()), at: at(30) };
    assert!(tx.task(call.id).await.unwrap().unwrap().resolved == Some(resolution));
    assert_eq!(ids(tx.open_tasks(9, 0).await.unwrap()), [9, 3]);
    assert_eq!(ids(tx.tasks_of_case(case.id).await.unwrap()), [2, 3, 9]);
    assert!(tx.task(TaskId(uuid(99))).await.unwrap().is_none());
}

pub async fn a_task_says_its_step_and_a_later_step_takes_its_place(db: Database) {
    let (thread, case) = known(&db.store, 1).await;
    let blank = |n| task(n, TaskKind::SendLetter);
    let of_step = |n, number, stage| {
        let step = Some(StepToDo { number, stage, by: Some(day("2026-12-24")) });
        let task = NewTask { step, ..NewTask::of(TaskKind::SendLetter) };
        NewTaskRow { case: Some(case.id), thread: Some(thread.id), task, ..blank(n) }
    };
    let (first, second) = (of_step(1, 3, Stage::Second), of_step(2, 5, Stage::Final));
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.open_task(&first).await.unwrap());
    assert_eq!(tx.task(first.id).await.unwrap().unwrap().new, first);
    assert!(!tx.open_task(&second).await.unwrap());
    assert_eq!(tx.task(first.id).await.unwrap().unwrap().new.task.step, second.task.step);
}
