//! Reminders that leave by themselves: a portfolio comes in, days pass, and the plan of its creditor does its steps.

use crate::support::office::{self, Office};
use chrono::{DateTime, Duration, Utc};
use relance::clock::Clock as _;
use relance::domain::{AgentAct, CaseId, Currency, Money, Stage, TaskKind, TimerKind, dunning::Channel};
use relance::domain::{Event, Message};
use relance::service::{Line, TimerWorker, read_portfolio};
use relance::store::Direction;

const HEADING: &str = "case_ref,creditor,debtor_name,phone,amount,due_on,origin";
const LINE: &str = "D-1,atelier-lumen,Jeanne Martin,06 12 34 56 78,120.00,2026-11-02,contract";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

struct Desk {
    office: Office,
    case: CaseId,
}

impl Desk {
    async fn open(start: &str, plan: &str) -> Self {
        let office = Office::open_with_plan(at(start), plan).await;
        let case = office.import(HEADING, LINE).await;
        Self { office, case }
    }

    /// Lets days pass, with the workers at work every six hours.
    async fn pass(&self, days: i64) {
        for _ in 0..days * 4 {
            self.office.clock.advance(Duration::hours(6));
            self.office.work().await;
        }
    }

    /// What was said, and on which day it was decided.
    async fn said(&self) -> Vec<(String, Message)> {
        let mut tx = self.office.service.store.snapshot().await.unwrap();
        let thread = tx.thread_of_case(self.case).await.unwrap().unwrap();
        let mut said = Vec::new();
        for entry in tx.history(thread, 100).await.unwrap() {
            if let Direction::Sent(id) = entry.id {
                let new = tx.outbound(id).await.unwrap().unwrap().new;
                said.push((new.created_at.date_naive().to_string(), new.message));
            }
        }
        said
    }

    /// The stages of the reminders, by day.
    async fn reminders(&self) -> Vec<(String, Stage)> {
        let reminder = |(on, message)| match message {
            Message::Reminder { stage, .. } => Some((on, stage)),
            _ => None,
        };
        self.said().await.into_iter().filter_map(reminder).collect()
    }

    async fn tasks(&self) -> Vec<TaskKind> {
        let tasks = self.office.service.store.snapshot().await.unwrap().tasks_of_case(self.case).await.unwrap();
        tasks.iter().map(|task| task.new.task.kind).collect()
    }

    async fn next(&self) -> Option<DateTime<Utc>> {
        let timers = self.office.service.store.snapshot().await.unwrap().timers_of_case(self.case).await.unwrap();
        timers.into_iter().find(|(kind, _)| *kind == TimerKind::NextStep).map(|(_, at)| at)
    }
}

fn days(reminders: &[(&str, Stage)]) -> Vec<(String, Stage)> {
    reminders.iter().map(|(on, stage)| ((*on).to_owned(), *stage)).collect()
}

#[tokio::test]
async fn a_portfolio_that_comes_in_is_reminded_by_its_plan_until_the_end() {
    let desk = Desk::open("2026-10-20T10:00:00Z", "fr-consumer").await;
    assert_eq!(
        desk.next().await,
        Some(at("2026-10-28T08:00:00Z")),
        "nine in the morning, five days before the due date"
    );
    desk.pass(60).await;
    let expected = [
        ("2026-10-28", Stage::BeforeDue),
        ("2026-11-02", Stage::DueDay),
        ("2026-11-10", Stage::First),
        ("2026-11-20", Stage::Second),
        ("2026-12-02", Stage::Final),
        ("2026-12-14", Stage::AmicableNotice),
    ];
    assert_eq!(desk.reminders().await, days(&expected));
    assert_eq!(desk.tasks().await, [TaskKind::MakeCall, TaskKind::SendLetter]);
    assert_eq!(desk.next().await, None);
    assert_eq!(desk.office.case(desk.case).await.dunning.next, 8);
}

#[tokio::test]
async fn a_service_that_was_down_for_weeks_sends_one_reminder_when_it_is_back() {
    let desk = Desk::open("2026-10-20T10:00:00Z", "fr-consumer").await;
    desk.office.clock.advance(Duration::days(42));
    desk.office.work().await;
    desk.office.work().await;
    assert_eq!(desk.reminders().await, days(&[("2026-12-01", Stage::First)]));
    desk.pass(8).await;
    assert_eq!(desk.reminders().await.len(), 1);
    desk.pass(5).await;
    assert_eq!(desk.reminders().await.len(), 2, "ten days later, the second one");
}

#[tokio::test]
async fn what_they_answer_holds_the_plan_back_and_a_payment_ends_it() {
    let desk = Desk::open("2026-11-09T10:00:00Z", "fr-consumer").await;
    desk.pass(2).await;
    assert_eq!(desk.reminders().await, days(&[("2026-11-10", Stage::First)]));
    desk.office.hears(desk.case, "Je conteste cette facture, la commande n'est jamais arrivée").await;
    assert_eq!(desk.next().await, None, "disputed");
    desk.pass(30).await;
    assert_eq!(desk.reminders().await.len(), 1);
    desk.office.acts(desk.case, AgentAct::Clear).await;
    desk.office.acts(desk.case, AgentAct::GiveBack).await;
    desk.pass(5).await;
    assert_eq!(desk.reminders().await.len(), 2);
    desk.office.acts(desk.case, AgentAct::PauseReminders).await;
    desk.pass(30).await;
    assert_eq!(desk.reminders().await.len(), 2);
    desk.office.acts(desk.case, AgentAct::ResumeReminders).await;
    assert!(desk.next().await.is_some());
    desk.office.is_paid(desk.case, Money::new(12_000, Currency::Eur)).await;
    assert_eq!(desk.next().await, None, "settled");
}

#[tokio::test]
async fn each_step_is_an_event_of_the_case_and_is_told_by_its_view() {
    let desk = Desk::open("2026-11-09T10:00:00Z", "fr-consumer").await;
    desk.pass(2).await;
    let view = desk.office.service.case_view(desk.case).await.unwrap().unwrap();
    let told = view.lines.iter().any(|line| match line {
        Line::Happened { decision, .. } => decision.events.contains(&Event::StepDone {
            plan: "fr-consumer".into(),
            step: 3,
            stage: Stage::First,
            channel: Channel::Sms,
        }),
        _ => false,
    });
    assert!(told && desk.office.clock.now() > at("2026-11-11T00:00:00Z"));
}

#[tokio::test]
async fn a_case_that_came_in_before_there_was_a_plan_begins_it_when_the_portfolio_comes_in_again() {
    let desk = Desk::open("2026-11-20T10:00:00Z", "no plan").await;
    assert_eq!(desk.next().await, None);
    let creditors = office::creditors_with_plan("fr-consumer");
    let planned = office::service(desk.office.service.store.clone(), desk.office.clock.clone(), creditors);
    let portfolio = read_portfolio(format!("{HEADING}\n{LINE}").as_bytes(), &planned.creditors()).unwrap();
    for _ in 0..2 {
        assert_eq!(planned.import(&portfolio.rows).await.unwrap().counts.unchanged, 1);
        assert_eq!(desk.next().await, Some(at("2026-11-20T10:00:00Z")), "at the first reminder, which is late");
        assert_eq!(desk.office.case(desk.case).await.dunning.next, 2);
        desk.office.clock.advance(Duration::hours(1));
    }
}

/// The timer of the next step of a case.
async fn rings(office: &Office, case: CaseId) -> Option<DateTime<Utc>> {
    let timers = office.service.store.snapshot().await.unwrap().timers_of_case(case).await.unwrap();
    timers.into_iter().find(|(kind, _)| *kind == TimerKind::NextStep).map(|(_, at)| at)
}

async fn has_a_task(office: &Office, case: CaseId) -> bool {
    !office.service.store.snapshot().await.unwrap().tasks_of_case(case).await.unwrap().is_empty()
}

#[tokio::test]
async fn a_case_whose_step_cannot_be_done_holds_up_no_other_and_does_it_once_that_is_mended() {
    let mut creditors = office::creditors_with_plan("example");
    creditors[0].policy.writes_email = true;
    let office = Office::open_for_creditors(at("2026-11-02T10:00:00Z"), creditors.clone()).await;
    let heading = "case_ref,creditor,debtor_name,phone,amount,due_on,origin,email";
    let line = |n: u32, email: &str| {
        format!("D-{n},atelier-lumen,Jeanne Martin,06 12 34 56 7{n},120.00,2026-11-02,contract,{email}")
    };
    // On either side of the one that fails, whichever comes first.
    let before = office.import(heading, &line(1, "")).await;
    let failing = office.import(heading, &line(2, "jeanne@example.fr")).await;
    let after = office.import(heading, &line(3, "")).await;
    office.clock.advance(Duration::hours(23));
    assert_eq!(office.timers.tick().await.unwrap().worked, 3);
    assert!(has_a_task(&office, before).await && has_a_task(&office, after).await);
    assert_eq!(rings(&office, failing).await, Some(office.clock.now() + Duration::hours(1)));
    assert_eq!(office.timers.tick().await.unwrap().worked, 0, "it is not tried at every turn");

    creditors[0].email_from = Some("factures@atelier-lumen.example".into());
    let mended = office::service(office.service.store.clone(), office.clock.clone(), creditors);
    office.clock.advance(Duration::hours(1));
    assert_eq!(TimerWorker::new(mended).tick().await.unwrap().worked, 1);
    assert_eq!(office.case(failing).await.dunning.next, 1);
}

#[tokio::test]
async fn a_creditor_that_is_gone_for_a_while_loses_no_step() {
    let desk = Desk::open("2026-10-20T10:00:00Z", "fr-consumer").await;
    let mut others = office::creditors_with_plan("fr-consumer");
    others[0].key.0 = "another".into();
    let without = office::service(desk.office.service.store.clone(), desk.office.clock.clone(), others);
    desk.office.clock.advance(Duration::days(8));
    assert_eq!(TimerWorker::new(without).tick().await.unwrap().worked, 1);
    assert_eq!(desk.next().await, Some(desk.office.clock.now() + Duration::hours(1)));
    desk.office.clock.advance(Duration::hours(1));
    desk.office.work().await;
    assert_eq!(desk.reminders().await, days(&[("2026-10-28", Stage::BeforeDue)]));
}
