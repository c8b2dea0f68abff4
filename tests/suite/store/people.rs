//! People with all that stands about them.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::*;
use relance::store::{NewTaskRow, People};

pub async fn people_come_with_all_that_stands_about_them_by_ranges_of_numbers(db: Database) {
    let (thread, mine) = known(&db.store, 1).await;
    known(&db.store, 2).await;
    let mut tx = db.store.begin().await.unwrap();
    let second = case(3, &thread);
    assert!(tx.insert_case(&second, thread.id, at(1)).await.unwrap());
    tx.set_timer(mine.id, TimerKind::NextStep, at(90)).await.unwrap();
    tx.commit().await.unwrap();
    queued(&db.store, &[outbound(1, &thread), outbound(2, &thread), answer(3, &thread)]).await;
    claimed(&db.store, 1, 1).await;
    let mut tx = db.store.begin().await.unwrap();
    tx.settle_sent(OutboundId(uuid(1)), "twilio", "SM1", 1, at(1)).await.unwrap();
    let task = NewTask { kind: TaskKind::NewReply, due_on: None, call_back: None, step: None };
    let (id, case) = (TaskId(uuid(9)), Some(mine.id));
    tx.open_task(&NewTaskRow { id, case, thread: None, inbound: None, task, opened_at: at(1) }).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = db.store.snapshot().await.unwrap();
    let mut by_one = People::by_pages_of(1, at(10));
    for n in [1, 2] {
        let [person] = by_one.next(&mut tx).await.unwrap().unwrap().try_into().expect("one on a page");
        assert_eq!(person.cases[0].case.phone.number, number(n));
    }
    assert!(by_one.next(&mut tx).await.unwrap().is_none());
    let [one, two] =
        People::by_pages_of(9, at(10)).next(&mut tx).await.unwrap().unwrap().try_into().expect("two people");
    assert_eq!(one.cases.iter().map(|one| one.case.id).collect::<Vec<_>>(), [mine.id, second.id]);
    assert_eq!(one.cases[0].timers, [(TimerKind::NextStep, at(90))]);
    assert!(one.cases[1].timers.is_empty() && one.cases[0].thread == thread.id);
    assert_eq!(ids(&one.queued), [2, 3]);
    assert_eq!((one.demands.as_slice(), one.unanswered, one.unread_reply), (&[at(1)][..], 1, true));
    assert!(two.cases.len() == 1 && two.queued.is_empty() && two.demands.is_empty() && !two.unread_reply);
    // What one person looks like to the governor is the same by either way.
    let known = tx.contacts(&number(1), &creditor(), Some(mine.id), None, at(10)).await.unwrap();
    assert_eq!((known.demands, known.unanswered, known.unread_reply), (one.demands, one.unanswered, one.unread_reply));
    let later = People::by_pages_of(1, at(31 * 24 * 60)).next(&mut tx).await.unwrap().unwrap();
    assert!(later.len() == 1 && later[0].demands.is_empty() && later[0].unanswered == 1);
}
