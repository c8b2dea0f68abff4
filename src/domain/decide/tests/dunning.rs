//! What the step of a plan makes happen, and what holds the plan back.

use super::*;
use crate::domain::dunning::{Channel, Plans, tests::plan};

fn policy() -> Policy {
    Policy { dunning: Plans { consumer: Some(plan("fr-consumer")), loyal: None, business: None }, ..samples::policy() }
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// Before the step of that number, on a day on which it may be done.
fn before(step: usize) -> Case {
    let mut case = case();
    case.dunning.next = step - 1;
    case
}

const TUESDAY: &str = "2026-12-15T16:00:00Z";

fn rings(case: &Case, now: &str) -> Decision {
    decide(case, &policy(), &Stimulus::TimerFired(TimerKind::NextStep), at(now))
}

fn next(decision: &Decision) -> Option<TimerChange> {
    decision.timers.iter().copied().rfind(|change| {
        matches!(change, TimerChange::Set { kind, .. } | TimerChange::Stop { kind } if *kind == TimerKind::NextStep)
    })
}

const STOPPED: Option<TimerChange> = Some(TimerChange::Stop { kind: TimerKind::NextStep });

#[test]
fn a_text_step_asks_for_the_balance_and_waits_for_the_next_step() {
    let mut case = before(4);
    case.debt.paid = euros(2_000);
    let decision = rings(&case, TUESDAY);
    let due_on = case.debt.due_on;
    let said = Message::Reminder { stage: Stage::Second, amount: euros(10_000), due_on, by: None };
    assert_eq!(decision.messages, [said]);
    let step = Event::StepDone { plan: "fr-consumer".into(), step: 4, stage: Stage::Second, channel: Channel::Sms };
    assert_eq!(decision.events, [step]);
    let after = case.after(&decision, at(TUESDAY)).unwrap();
    assert_eq!((after.dunning.next, after.dunning.done_on), (4, Some(day("2026-12-15"))));
    let monday = TimerChange::Set { kind: TimerKind::NextStep, at: at("2026-12-21T09:00:00Z") };
    assert_eq!(next(&decision), Some(monday), "six days later, at the hour of calls");
}

#[test]
fn a_last_notice_names_the_day_by_which_to_settle() {
    let decision = rings(&before(8), TUESDAY);
    let by = Some(day("2026-12-22"));
    assert!(
        matches!(decision.messages[..], [Message::Reminder { stage: Stage::AmicableNotice, by: b, .. }] if b == by)
    );
    assert_eq!(next(&decision), STOPPED, "it was the last step");
}

#[test]
fn a_step_that_a_person_does_is_a_task_with_a_day() {
    let in_ten_days = Some(day("2026-12-25"));
    for (step, kind, stage, by) in
        [(5, TaskKind::MakeCall, Stage::Second, None), (7, TaskKind::SendLetter, Stage::AmicableNotice, in_ten_days)]
    {
        let decision = rings(&before(step), TUESDAY);
        assert_eq!(decision.messages, []);
        let of_the_plan = Some(StepToDo { number: step, stage, by });
        assert_eq!(
            decision.tasks,
            [NewTask { kind, due_on: Some(day("2026-12-17")), call_back: None, step: of_the_plan }]
        );
    }
}

#[test]
fn a_number_whose_owner_is_not_known_is_asked_once_then_shown_to_a_person() {
    let mut case = before(3);
    case.phone.identity = IdentityLevel::L0;
    let decision = rings(&case, TUESDAY);
    assert_eq!(decision.messages, [Message::AskIdentity]);
    let mut case = case.after(&decision, at(TUESDAY)).unwrap();
    case.dunning.next = 5;
    let decision = rings(&case, "2027-01-12T16:00:00Z");
    assert_eq!((decision.messages.len(), tasks(&decision)), (0, vec![TaskKind::IdentityUnsure]));
}

#[test]
fn what_interrupts_a_case_stops_its_plan_and_what_ends_that_lets_it_go_on() {
    let told = |case: &Case, stimulus: Stimulus| {
        let decision = decide(case, &policy(), &stimulus, now());
        (case.clone().after(&decision, now()).unwrap(), next(&decision))
    };
    let act = |act| Stimulus::AgentAct { by: "lea".into(), act };
    let reply = |intent| Stimulus::Inbound { reading: Reading::bare(intent), text: "les mots".into() };
    for (interruption, end) in [
        (reply(Intent::Dispute), act(AgentAct::Clear)),
        (reply(Intent::AlreadyPaid), Stimulus::TimerFired(TimerKind::ClaimLapses)),
        (act(AgentAct::PauseReminders), act(AgentAct::ResumeReminders)),
    ] {
        let (case, timer) = told(&before(4), interruption.clone());
        assert_eq!(timer, STOPPED, "{interruption:?}");
        assert_eq!(rings(&case, TUESDAY).rules, ["dunning.paused"], "{interruption:?}");
        // Whoever answers a dispute has taken the thread, and gives it back.
        let (case, _) = told(&case, act(AgentAct::GiveBack));
        let (_, timer) = told(&case, end.clone());
        assert!(matches!(timer, Some(TimerChange::Set { .. })), "{end:?}");
    }
}

#[test]
fn a_plan_looks_now_and_then_whether_a_person_still_holds_the_thread() {
    // Given back for another case of the thread, this one would not be told.
    let mut case = before(4);
    case.conversation.holder = Holder::Human;
    let decision = rings(&case, TUESDAY);
    assert_eq!((decision.messages.len(), decision.rules.as_slice()), (0, ["dunning.paused"].as_slice()));
    let in_a_week = TimerChange::Set { kind: TimerKind::NextStep, at: at("2026-12-22T16:00:00Z") };
    assert_eq!(next(&decision), Some(in_a_week));
}

#[test]
fn a_broken_promise_moves_to_the_step_that_the_plan_names() {
    let mut case = before(1);
    case.state = CaseState::Promised { promise: Promise { amount: euros(12_000), on: day("2026-11-18") } };
    let decision = decide(&case, &policy(), &Stimulus::TimerFired(TimerKind::PromiseDue), now());
    assert!(decision.events.contains(&Event::MovedToStep { step: 4 }));
    let in_three_days = TimerChange::Set { kind: TimerKind::NextStep, at: at("2026-11-24T15:00:00Z") };
    assert_eq!(next(&decision), Some(in_three_days), "the missed promise has just been spoken of");
}

#[test]
fn without_a_plan_nothing_is_timed() {
    let decision = decide(&case(), &samples::policy(), &Stimulus::TimerFired(TimerKind::NextStep), now());
    assert_eq!((decision.messages.len(), decision.timers.len(), decision.rules), (0, 0, vec!["timer.overtaken"]));
}

#[test]
fn a_reminder_that_an_agent_or_a_campaign_sends_is_the_step_that_would_say_the_same() {
    let mut case = before(3);
    case.debt.due_on = day("2026-12-07");
    for stimulus in [Stimulus::Campaign, Stimulus::AgentAct { by: "lea".into(), act: AgentAct::Remind }] {
        let decision = decide(&case, &policy(), &stimulus, at(TUESDAY));
        let step = Event::StepDone { plan: "fr-consumer".into(), step: 3, stage: Stage::First, channel: Channel::Sms };
        assert_eq!(decision.events, [step]);
        let after = case.clone().after(&decision, at(TUESDAY)).unwrap();
        assert_eq!(after.dunning.next, 3, "the first reminder is not said twice");
    }
    let said = case.clone().after(&rings(&case, TUESDAY), at(TUESDAY)).unwrap();
    for (now, reminded) in [("2026-12-18T16:00:00Z", 0), ("2026-12-22T16:00:00Z", 1)] {
        let campaign = decide(&said, &policy(), &Stimulus::Campaign, at(now));
        assert_eq!(campaign.messages.len(), reminded, "{now}: what the plan has just said is not said again");
    }
    let elsewhere = decide(&before(5), &policy(), &Stimulus::Campaign, at(TUESDAY));
    assert!(elsewhere.events.is_empty(), "another step waits: it stays where it is");
}
