//! Another number of a person: what was said, asked and counted goes along, and a file does not bring the old one back.

use crate::support::databases::on_postgres;
use crate::support::office::{Office, creditors, service};
use chrono::{DateTime, Duration, Utc};
use relance::clock::{Clock, TestClock};
use relance::domain::{
    AgentAct, Case, CaseId, CaseState, Contacts, Conversation, IdentityLevel, Phone, PhoneNumber, ThreadId, TimerKind,
};
use relance::service::{ImportReport, Line, NewNumber, ServiceError, Shown, read_portfolio};
use relance::store::{People, Thread};
use std::sync::Arc;

const HEADING: &str = "case_ref,creditor,debtor_name,phone,amount,due_on,origin";
const LINE: &str = "D-1,atelier-lumen,Jeanne Martin,06 12 34 56 01,120.00,2026-10-28,contract";

fn monday() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

fn number(last: &str) -> PhoneNumber {
    PhoneNumber::from_store(format!("+336123456{last}")).unwrap()
}

async fn reminded() -> (Office, CaseId) {
    let office = Office::open(monday()).await;
    let case = office.import(HEADING, LINE).await;
    office.acts(case, AgentAct::Remind).await;
    office.work().await;
    office.clock.advance(Duration::minutes(1));
    (office, case)
}

async fn replace(office: &Office, case: CaseId, last: &str, checked: bool) {
    let checked = checked.then(|| "rappelée sur ce numéro".to_owned());
    let new = NewNumber { number: number(last), checked, old_is_anothers: false };
    office.service.replace_number(case, Shown::Untold, "lea", &new).await.unwrap();
    office.clock.advance(Duration::minutes(1));
}

async fn file(office: &Office, line: &str) -> ImportReport {
    office.clock.advance(Duration::minutes(1));
    let portfolio = read_portfolio(format!("{HEADING}\n{line}").as_bytes(), &office.service.creditors()).unwrap();
    office.service.import_all("night.csv", &portfolio.rows, portfolio.rejections).await.unwrap()
}

/// What the governor knows of the person of a case.
async fn contacts(office: &Office, case: CaseId) -> Contacts {
    let of = office.case(case).await;
    let mut tx = office.service.store.snapshot().await.unwrap();
    tx.contacts(&of.phone.number, &of.creditor, Some(case), None, office.clock.now()).await.unwrap()
}

#[tokio::test]
async fn a_file_that_still_gives_a_replaced_number_does_not_bring_it_back() {
    let (office, case) = reminded().await;
    replace(&office, case, "09", true).await;
    replace(&office, case, "08", true).await;
    for old in [LINE.to_owned(), LINE.replace("56 01", "56 09")] {
        assert_eq!(file(&office, &old).await.counts.unchanged, 1);
    }
    office.hears(case, "Je paie vendredi").await;
    office.clock.advance(Duration::minutes(1));
    let dated = file(&office, &LINE.replace("10-28", "10-29")).await;
    assert_eq!((dated.counts.changed, dated.rejections.len()), (1, 0), "the rest of the line holds");
    let kept = office.case(case).await;
    assert_eq!((&kept.phone.number, kept.debt.due_on.to_string().as_str()), (&number("08"), "2026-10-29"));
    assert_eq!(file(&office, &LINE.replace("56 01", "56 07")).await.counts.refused, 1, "another one is a question");
    let (office, case) = reminded().await;
    replace(&office, case, "09", true).await;
    assert_eq!(file(&office, &LINE.replace("56 01", "56 07")).await.counts.changed, 1, "the file knows better");
    assert_eq!(office.case(case).await.phone.number, number("07"));
}

#[tokio::test]
async fn what_was_sent_and_what_nobody_read_yet_still_counts_on_the_new_number() {
    let (office, case) = reminded().await;
    let before = contacts(&office, case).await;
    assert_eq!((before.demands.len(), before.unanswered, before.unread_reply), (1, 1, false));
    replace(&office, case, "09", true).await;
    let moved = contacts(&office, case).await;
    assert_eq!((moved.demands, moved.unanswered), (before.demands, 1));
    office.acts(case, AgentAct::TakeOver).await;
    office.hears(case, "Je vous rappelle").await;
    replace(&office, case, "08", true).await;
    let moved = contacts(&office, case).await;
    assert!(moved.unread_reply, "it waits for a person all the same");
    assert_eq!((moved.demands.len(), moved.unanswered), (1, 0), "they wrote since");
    let mut tx = office.service.store.snapshot().await.unwrap();
    let people = People::by_pages_of(9, office.clock.now()).next(&mut tx).await.unwrap().unwrap();
    let [person] = people.try_into().expect("one person");
    assert_eq!((person.demands, person.unanswered, person.unread_reply), (moved.demands, 0, true));
}

#[tokio::test]
async fn the_talk_on_the_old_number_is_still_shown_and_explained() {
    let (office, case) = reminded().await;
    office.hears(case, "Qui êtes-vous ?").await;
    office.work().await;
    let before = office.service.why("D-1").await.unwrap().remove(0);
    replace(&office, case, "09", true).await;
    let after = office.service.why("D-1").await.unwrap().remove(0);
    let said = |lines: &[Line]| {
        let words = lines.iter().filter(|line| !matches!(line, Line::Happened { .. })).map(|line| match line {
            Line::Received { text, .. } | Line::Sent { text, .. } => text.clone(),
            Line::Happened { .. } => String::new(),
        });
        words.collect::<Vec<_>>()
    };
    assert_eq!(said(&before.view.lines).len(), 3);
    assert_eq!(said(&after.view.lines), said(&before.view.lines));
    assert_eq!(after.messages.len(), before.messages.len());
}

#[tokio::test]
async fn a_question_that_they_read_is_answered_from_a_checked_number_and_withdrawn_without_a_check() {
    let (office, case) = reminded().await;
    office.hears(case, "Je paie vendredi").await;
    office.work().await;
    replace(&office, case, "09", true).await;
    office.hears(case, "OUI").await;
    assert_eq!(office.case(case).await.state.name(), "promised");
    for (answered, checked) in [(true, false), (false, true)] {
        let (office, case) = reminded().await;
        office.hears(case, "Je paie vendredi").await;
        if answered {
            office.work().await;
        }
        assert_eq!(office.case(case).await.state.name(), "promise_proposed");
        replace(&office, case, "09", checked).await;
        assert_eq!(office.case(case).await.state, CaseState::Open, "nobody can say yes to it any more");
        let timers = office.service.case_view(case).await.unwrap().unwrap().timers;
        assert!(timers.iter().all(|(kind, _)| *kind != TimerKind::PromiseDue), "{timers:?}");
        let known = if checked { IdentityLevel::L1 } else { IdentityLevel::L0 };
        assert_eq!(office.case(case).await.phone.identity, known);
    }
}

#[tokio::test]
async fn the_plan_goes_on_at_the_new_number_when_somebody_else_has_the_old_one() {
    let office = Office::open_with_plan(monday(), "fr-consumer").await;
    let case = office.import(HEADING, LINE).await;
    let new = NewNumber { number: number("09"), checked: Some("rappelée".into()), old_is_anothers: true };
    office.service.replace_number(case, Shown::Untold, "lea", &new).await.unwrap();
    let timers = office.service.case_view(case).await.unwrap().unwrap().timers;
    assert!(timers.iter().any(|(kind, _)| *kind == TimerKind::NextStep), "{timers:?}");
}

#[tokio::test]
async fn an_act_on_what_a_file_corrected_since_is_not_done() {
    let (office, case) = reminded().await;
    let shown = async || Shown::UpTo(office.service.case_view(case).await.unwrap().unwrap().mark);
    let act = async |shown: Shown| office.service.act_on(case, shown, "lea", AgentAct::TakeOver).await;
    let before = shown().await;
    let report = file(&office, &LINE.replace("120.00", "95.50")).await;
    assert!(matches!(act(before.clone()).await, Err(ServiceError::Overtaken)));
    let corrected = shown().await;
    office.clock.advance(Duration::minutes(1));
    office.service.undo_import(report.id).await.unwrap().unwrap();
    for old in [before, corrected] {
        assert!(matches!(act(old).await, Err(ServiceError::Overtaken)), "nor on what was taken back since");
    }
    assert!(act(shown().await).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_number_that_an_import_gives_to_another_person_meanwhile_is_theirs() {
    on_postgres(|db| async move {
        let clock = Arc::new(TestClock::at(monday()));
        let service = service(db.store.clone(), Arc::clone(&clock), creditors());
        let portfolio = read_portfolio(format!("{HEADING}\n{LINE}").as_bytes(), &service.creditors()).unwrap();
        service.import(&portfolio.rows).await.unwrap();
        let mut tx = db.store.begin().await.unwrap();
        tx.take_turns_importing().await.unwrap();
        let jeanne = tx.case_by_reference(&service.creditors()[0].key, "D-1").await.unwrap().unwrap();
        let (id, phone) = (ThreadId(clock.new_id()), Phone { number: number("09"), ..jeanne.phone.clone() });
        let (creditor, conversation) = (jeanne.creditor.clone(), Conversation::default());
        let thread = Thread { id, creditor, phone, conversation, focus: None };
        tx.open_thread(&thread, clock.now()).await.unwrap();
        let mut paul = Case { id: CaseId(clock.new_id()), reference: "D-2".into(), ..jeanne.clone() };
        paul.debtor.name = "Paul Durand".into();
        assert!(tx.insert_case(&paul, id, clock.now()).await.unwrap());
        let new = NewNumber { number: number("09"), checked: None, old_is_anothers: false };
        let told = async move { service.replace_number(jeanne.id, Shown::Untold, "lea", &new).await };
        let told = tokio::spawn(told);
        while !db.somebody_waits().await {
            tokio::task::yield_now().await;
        }
        tx.commit().await.unwrap();
        let refused = told.await.unwrap();
        assert!(matches!(refused, Err(ServiceError::Refused("agent.number_is_anothers"))), "{refused:?}");
    })
    .await;
}
