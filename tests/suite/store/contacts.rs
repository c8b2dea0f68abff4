//! What passed between us and one person, the verdicts, and the stop buttons.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::*;
use relance::store::NewTaskRow;

/// What the governor would know of person 1 in minute `now`, with no message about to leave.
async fn contacts(db: &Database, now: i64) -> Contacts {
    let mut tx = db.store.snapshot().await.unwrap();
    tx.contacts(&number(1), &creditor(), Some(CaseId(uuid(1))), None, at(now)).await.unwrap()
}

pub async fn demands_are_counted_per_person_since_they_last_wrote(db: Database) {
    let (thread, _) = known(&db.store, 1).await;
    let (other, _) = known(&db.store, 2).await;
    queued(&db.store, &[outbound(1, &thread), answer(2, &thread), outbound(3, &other)]).await;
    for (minute, message) in [(1, 1), (2, 2), (3, 3)] {
        claimed(&db.store, minute, 9).await;
        let mut tx = db.store.begin().await.unwrap();
        tx.settle_sent(OutboundId(uuid(message)), "twilio", &format!("SM{message}"), 1, at(minute)).await.unwrap();
        tx.commit().await.unwrap();
    }
    let known = contacts(&db, 10).await;
    assert_eq!((known.demands, known.unanswered), (vec![at(1)], 1), "an answer is no demand, nor is another person's");
    let mut tx = db.store.begin().await.unwrap();
    let mut reply = inbound(5, "oui");
    reply.from = Address::E164(number(1).as_str().to_owned());
    tx.insert_inbound(&reply).await.unwrap();
    let reading = Reading::bare(Intent::Affirmation);
    tx.note_reading(reply.id, thread.id, CaseId(uuid(1)), &reading).await.unwrap();
    tx.commit().await.unwrap();
    let known = contacts(&db, 10).await;
    assert_eq!((known.demands.len(), known.unanswered), (1, 0), "they wrote since");
    assert!(contacts(&db, 31 * 24 * 60).await.demands.is_empty(), "a month later it no longer counts");
}

pub async fn a_message_about_to_leave_is_not_counted_and_its_words_are_compared(db: Database) {
    let (thread, case) = known(&db.store, 1).await;
    let again = relance::store::NewOutbound { body: "texte 1".into(), ..outbound(2, &thread) };
    queued(&db.store, &[outbound(1, &thread), again]).await;
    claimed(&db.store, 1, 1).await;
    let mut tx = db.store.begin().await.unwrap();
    tx.settle_sent(OutboundId(uuid(1)), "twilio", "SM1", 1, at(1)).await.unwrap();
    tx.commit().await.unwrap();
    let [leaving] = claimed(&db.store, 2, 9).await.try_into().expect("the second one");
    let mut tx = db.store.snapshot().await.unwrap();
    let known = tx.contacts(&number(1), &creditor(), Some(case.id), Some(&leaving), at(2)).await.unwrap();
    assert_eq!((known.demands, known.same_words), (vec![at(1)], true));
    let later = tx.contacts(&number(1), &creditor(), Some(case.id), Some(&leaving), at(1_442)).await.unwrap();
    assert!(!later.same_words, "a day later they may be said again");
}

pub async fn an_unread_reply_and_another_case_at_rest_are_seen(db: Database) {
    let (thread, mine) = known(&db.store, 1).await;
    assert_eq!(contacts(&db, 1).await, Contacts::default());
    let mut tx = db.store.begin().await.unwrap();
    let task = NewTask::of(TaskKind::NewReply);
    let row =
        NewTaskRow { id: TaskId(uuid(9)), case: Some(mine.id), thread: None, inbound: None, task, opened_at: at(1) };
    tx.open_task(&row).await.unwrap();
    let mut other = case(2, &thread);
    let freeze = Freeze { because: vec![Vulnerability::Bereavement], until: None };
    other.state = CaseState::Frozen { freeze, before: Box::new(CaseState::Open) };
    tx.insert_case(&other, thread.id, at(1)).await.unwrap();
    tx.commit().await.unwrap();
    let known = contacts(&db, 2).await;
    assert!(known.unread_reply && known.another_case_rests, "{known:?}");
    let mut tx = db.store.snapshot().await.unwrap();
    let of_other = tx.contacts(&number(1), &creditor(), Some(other.id), None, at(2)).await.unwrap();
    assert!(!of_other.another_case_rests, "a case is not another one");
    drop(tx);
    let claim = PaymentClaim { words: vec!["payé".into()], paused_until: at(0).date_naive() };
    other.state = CaseState::PaymentClaimed { claim, before: Box::new(other.state) };
    let mut tx = db.store.begin().await.unwrap();
    tx.save_case(&other, at(2)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(contacts(&db, 2).await.another_case_rests, "below a claim it rests still");
}

pub async fn a_verdict_is_written_once_until_it_changes(db: Database) {
    let (thread, mine) = known(&db.store, 1).await;
    let message = relance::store::NewOutbound { case: Some(mine.id), ..outbound(1, &thread) };
    queued(&db.store, &[message]).await;
    let held = Verdict::Hold { until: at(60), rule: "closed_now" };
    let mut tx = db.store.begin().await.unwrap();
    for (verdict, minute) in
        [(&held, 1), (&held, 2), (&Verdict::Send, 60), (&held, 61), (&Verdict::Refuse { rule: "suppressed" }, 62)]
    {
        tx.note_verdict(OutboundId(uuid(1)), verdict, at(minute)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = db.store.snapshot().await.unwrap();
    let told: Vec<_> = tx.verdicts_of_case(mine.id).await.unwrap();
    let told: Vec<_> = told.iter().map(|row| (row.verdict.as_str(), row.rule.as_deref(), row.until, row.at)).collect();
    assert_eq!(
        told,
        [
            ("hold", Some("closed_now"), Some(at(60)), at(1)),
            ("send", None, None, at(60)),
            ("hold", Some("closed_now"), Some(at(60)), at(61)),
            ("refuse", Some("suppressed"), None, at(62)),
        ]
    );
    assert_eq!(tx.cases_of_reference("F-1").await.unwrap(), [mine.id]);
    assert!(tx.cases_of_reference("F-2").await.unwrap().is_empty());
}

pub async fn a_stop_button_is_pressed_and_lifted_once(db: Database) {
    known(&db.store, 1).await;
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.halt(&creditor(), "lea", at(1)).await.unwrap());
    assert!(!tx.halt(&creditor(), "paul", at(2)).await.unwrap());
    tx.commit().await.unwrap();
    assert!(contacts(&db, 3).await.halted);
    let mut tx = db.store.begin().await.unwrap();
    let [pressed] = tx.halts().await.unwrap().try_into().expect("one");
    assert_eq!((pressed.creditor, pressed.by.as_str(), pressed.since), (creditor(), "lea", at(1)));
    assert!(tx.lift_halt(&creditor()).await.unwrap() && !tx.lift_halt(&creditor()).await.unwrap());
    tx.commit().await.unwrap();
    assert!(!contacts(&db, 4).await.halted);
}
