//! What each reply does, told as short talks.

mod agent;
mod always;
mod care;
mod dunning;
mod money;

use super::*;
use crate::domain::samples::{case, paid};
use crate::domain::*;
use chrono::NaiveDate;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Saturday 21 November 2026, 11:00 in Paris.
fn now() -> DateTime<Utc> {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::Eur)
}

/// A talk in the making: the case, told one reply after the other.
struct Talk(Case);

impl Talk {
    fn new() -> Self {
        Self(case())
    }

    fn hears(&mut self, reading: Reading) -> Decision {
        self.told(Stimulus::Inbound { reading, text: "les mots".into() })
    }

    fn told(&mut self, stimulus: Stimulus) -> Decision {
        let decision = decide(&self.0, &samples::policy(), &stimulus, now());
        self.0 = self.0.clone().after(&decision, now()).expect("what is decided can be applied");
        decision
    }
}

fn with(intent: Intent, change: impl FnOnce(&mut Reading)) -> Reading {
    let mut reading = Reading::bare(intent);
    change(&mut reading);
    reading
}

fn promise_on(date: &str) -> Reading {
    with(Intent::Promise, |r| {
        r.date = Some(day(date));
        r.acknowledges = Acknowledges::Implied;
    })
}

fn tasks(decision: &Decision) -> Vec<TaskKind> {
    decision.tasks.iter().map(|task| task.kind).collect()
}

#[test]
fn a_date_is_confirmed_with_the_amount_then_promised_by_a_yes() {
    let mut talk = Talk::new();
    let decision = talk.hears(promise_on("2026-11-27"));
    assert_eq!(decision.messages, [Message::ConfirmDate { amount: euros(12_000), on: day("2026-11-27") }]);
    assert_eq!(talk.0.state.name(), "promise_proposed");
    assert_eq!(decision.recall, Recall::Demands);
    let decision = talk.hears(Reading::bare(Intent::Affirmation));
    assert_eq!(decision.messages, [Message::PromiseConfirmed { amount: euros(12_000), on: day("2026-11-27") }]);
    assert_eq!(talk.0.state.name(), "promised");
    let rings: Vec<_> = decision.timers.iter().filter(|t| matches!(t, TimerChange::Set { .. })).collect();
    let expected: DateTime<Utc> = "2026-12-02T09:00:00Z".parse().unwrap();
    assert_eq!(rings, [&TimerChange::Set { kind: TimerKind::PromiseDue, at: expected }], "three working days later");
}

#[test]
fn a_no_to_the_date_asks_for_another_one() {
    let mut talk = Talk::new();
    talk.hears(promise_on("2026-11-27"));
    let decision = talk.hears(Reading::bare(Intent::Negation));
    assert_eq!(decision.messages, [Message::AskPaymentDate { latest: day("2026-12-22") }]);
    assert_eq!(talk.0.state, CaseState::Open);
}

#[test]
fn paying_today_needs_no_confirmation() {
    let mut talk = Talk::new();
    let decision = talk.hears(promise_on("2026-11-21"));
    assert_eq!(decision.messages, [Message::PromiseConfirmed { amount: euros(12_000), on: day("2026-11-21") }]);
}

#[test]
fn a_date_too_far_names_the_latest_then_goes_to_a_human() {
    let mut talk = Talk::new();
    assert_eq!(talk.hears(promise_on("2027-06-01")).messages, [Message::DateTooFar { latest: day("2026-12-22") }]);
    let decision = talk.hears(promise_on("2027-05-01"));
    assert_eq!(tasks(&decision), [TaskKind::DateBeyondPolicy]);
    assert_eq!(talk.0.conversation.holder, Holder::Human);
}

#[test]
fn a_part_payment_is_a_promise_of_that_amount_and_never_more_than_is_due() {
    let mut talk = Talk::new();
    let reading = with(Intent::Promise, |r| {
        r.date = Some(day("2026-11-27"));
        r.amount_minor = Some(5_000);
    });
    assert_eq!(talk.hears(reading).messages, [Message::ConfirmDate { amount: euros(5_000), on: day("2026-11-27") }]);
    let reading = with(Intent::Promise, |r| {
        r.date = Some(day("2026-11-28"));
        r.amount_minor = Some(99_000);
    });
    assert_eq!(talk.hears(reading).messages, [Message::ConfirmDate { amount: euros(12_000), on: day("2026-11-28") }]);
}

#[test]
fn stop_calls_everything_back_and_is_confirmed_exactly_once() {
    let mut talk = Talk::new();
    let decision = talk.hears(with(Intent::OptOut, |r| r.keyword = Some(Keyword::Stop)));
    assert_eq!(decision.messages, [Message::OptOutConfirmed]);
    assert_eq!(decision.recall, Recall::Everything);
    for reading in [Reading::bare(Intent::OptOut), promise_on("2026-11-27"), Reading::bare(Intent::InfoRequest)] {
        assert_eq!(talk.hears(reading).messages, []);
    }
    let decision = talk.hears(with(Intent::Unclear, |r| r.keyword = Some(Keyword::Start)));
    assert_eq!(decision.messages, [Message::Resumed]);
    assert_eq!(talk.0.phone.suppressed, None);
}

#[test]
fn a_stop_weighs_more_than_what_silenced_the_number_before() {
    let why = |talk: &Talk| talk.0.phone.suppressed.map(|known| known.reason);
    let stop = || with(Intent::OptOut, |r| r.keyword = Some(Keyword::Stop));
    let openings = [
        (Stimulus::Receipt(SendReport::NumberInvalid), stop(), 1),
        (Stimulus::Receipt(SendReport::NumberInvalid), Reading::bare(Intent::OptOut), 1),
        (Stimulus::Inbound { reading: Reading::bare(Intent::WrongNumber), text: String::new() }, stop(), 1),
        (
            Stimulus::Inbound { reading: Reading::bare(Intent::WrongNumber), text: String::new() },
            Reading::bare(Intent::OptOut),
            0,
        ),
    ];
    for (opening, stops, confirmed) in openings {
        let mut talk = Talk::new();
        talk.told(opening.clone());
        let silenced = why(&talk);
        let decision = talk.hears(stops);
        assert_eq!(decision.messages, vec![Message::OptOutConfirmed; confirmed], "{opening:?}");
        assert_eq!((decision.recall, why(&talk)), (Recall::Everything, Some(SuppressionReason::OptOut)));
        assert_eq!(talk.hears(stop()).messages, [], "confirmed once");
        talk.hears(with(Intent::Unclear, |r| r.keyword = Some(Keyword::Start)));
        assert_eq!(why(&talk), silenced, "START lifts the stop alone");
        talk.told(Stimulus::Receipt(SendReport::OptedOut));
        assert_eq!(why(&talk), Some(SuppressionReason::OptOut), "and so does an opt-out that the carrier holds");
    }
}

#[test]
fn a_doubtful_opt_out_is_taken() {
    let mut talk = Talk::new();
    assert_eq!(talk.hears(with(Intent::OptOut, |r| r.confidence = 0.2)).messages, [Message::OptOutConfirmed]);
}

#[test]
fn stop_and_already_paid_stops_and_looks_for_the_payment() {
    let mut talk = Talk::new();
    let decision = talk.hears(with(Intent::OptOut, |r| r.also = vec![Intent::AlreadyPaid]));
    assert_eq!(decision.messages, [Message::OptOutConfirmed]);
    assert_eq!(tasks(&decision), [TaskKind::Reconcile]);
    assert_eq!(talk.0.state.name(), "payment_claimed");
}

#[test]
fn stop_is_taken_while_a_human_holds_the_thread() {
    let mut talk = Talk::new();
    talk.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::TakeOver });
    assert_eq!(talk.hears(Reading::bare(Intent::InfoRequest)).messages, []);
    assert_eq!(talk.hears(Reading::bare(Intent::OptOut)).messages, [Message::OptOutConfirmed]);
}

#[test]
fn a_dispute_stops_every_demand_and_clock_and_asks_why_once() {
    let mut talk = Talk::new();
    talk.hears(promise_on("2026-11-27"));
    let decision = talk.told(Stimulus::Inbound { reading: Reading::bare(Intent::Dispute), text: "je conteste".into() });
    let answer_by = day("2026-11-27");
    assert_eq!(decision.messages, [Message::DisputeReceived { answer_by, ask_reason: true }]);
    assert!(decision.timers.contains(&TimerChange::Stop { kind: TimerKind::PromiseDue }));
    assert_eq!(
        decision.tasks[0],
        NewTask { kind: TaskKind::Dispute, due_on: Some(answer_by), call_back: None, step: None }
    );
    assert_eq!(talk.0.conversation.holder, Holder::Bot, "the reason can still be asked");
    let decision = talk.hears(Reading::bare(Intent::Unclear));
    assert_eq!(decision.messages, [Message::DisputeReasonNoted { answer_by }]);
    assert_eq!(talk.0.conversation.holder, Holder::Human);
    let CaseState::Disputed { dispute, .. } = &talk.0.state else { panic!("still disputed") };
    assert_eq!(dispute.reason.as_deref(), Some("les mots"));
}

#[test]
fn a_dispute_with_its_reason_goes_straight_to_a_human() {
    let mut talk = Talk::new();
    let text = "la prestation n'a jamais été faite".to_owned();
    let decision = talk.told(Stimulus::Inbound { reading: Reading::bare(Intent::Dispute), text });
    assert!(matches!(decision.messages[..], [Message::DisputeReceived { ask_reason: false, .. }]));
    assert_eq!(talk.0.conversation.holder, Holder::Human);
}

#[test]
fn a_plan_within_bounds_runs_on_one_yes() {
    let mut talk = Talk::new();
    let decision = talk.hears(with(Intent::PlanRequest, |r| r.plan.instalments = Some(3)));
    let [Message::PlanOffered { plan }] = &decision.messages[..] else { panic!("{:?}", decision.messages) };
    assert_eq!(plan.instalments.len(), 3);
    let plan = plan.clone();
    let decision = talk.hears(Reading::bare(Intent::Affirmation));
    assert_eq!(decision.messages, [Message::PlanAgreed { plan }]);
    assert_eq!(talk.0.state.name(), "plan_running");
}

#[test]
fn a_plan_is_asked_for_its_terms_countered_once_then_given_to_a_human() {
    let mut talk = Talk::new();
    let decision = talk.hears(Reading::bare(Intent::PlanRequest));
    assert_eq!(decision.messages, [Message::AskPlanTerms { max_instalments: 6 }]);
    let decision = talk.hears(with(Intent::PlanRequest, |r| r.plan.instalments = Some(12)));
    assert!(matches!(&decision.messages[..], [Message::PlanCounterOffer { plan }] if plan.instalments.len() == 6));
    let decision = talk.hears(Reading::bare(Intent::Negation));
    assert_eq!(decision.messages, [Message::PlanToHuman]);
    assert_eq!(tasks(&decision), [TaskKind::PlanBeyondPolicy]);
}

#[test]
fn a_running_plan_takes_payments_in_time_and_only_a_human_changes_it() {
    let mut talk = Talk::new();
    talk.hears(with(Intent::PlanRequest, |r| r.plan.instalments = Some(3)));
    talk.hears(Reading::bare(Intent::Affirmation));
    assert_eq!(talk.hears(promise_on("2026-11-25")).messages, [Message::PaymentLink { amount: euros(4_000) }]);
    let decision = talk.hears(promise_on("2026-12-25"));
    assert_eq!(decision.messages, [Message::PlanToHuman]);
    assert_eq!(talk.0.state.name(), "plan_running");
}

#[test]
fn a_missed_payment_of_a_plan_may_follow_within_a_week_and_the_plan_stands() {
    for (names, answer) in [("2026-12-10", "payment_link"), ("2026-12-17", "plan_to_human")] {
        let mut talk = Talk::new();
        talk.hears(with(Intent::PlanRequest, |r| r.plan.instalments = Some(3)));
        talk.hears(Reading::bare(Intent::Affirmation));
        let late: DateTime<Utc> = "2026-12-05T10:00:00Z".parse().unwrap();
        let missed = Stimulus::TimerFired(TimerKind::InstalmentDue);
        let decision = decide(&talk.0, &samples::policy(), &missed, late);
        let case = talk.0.after(&decision, late).unwrap();
        let reply = Stimulus::Inbound { reading: promise_on(names), text: "les mots".into() };
        let decision = decide(&case, &samples::policy(), &reply, late);
        let said = match &decision.messages[..] {
            [Message::PaymentLink { .. }] => "payment_link",
            [Message::PlanToHuman] => "plan_to_human",
            other => panic!("{other:?}"),
        };
        assert_eq!(said, answer, "{names}");
        let waits = |t: &TimerChange| matches!(t, TimerChange::Set { kind: TimerKind::InstalmentDue, .. });
        assert_eq!(decision.timers.iter().any(waits), answer == "payment_link", "{names}");
        let state = case.after(&decision, late).unwrap().state;
        assert!(matches!(state, CaseState::PlanRunning { .. }));
    }
}

#[test]
fn a_wrong_number_gets_one_apology_and_then_silence() {
    let mut talk = Talk::new();
    let decision = talk.hears(Reading::bare(Intent::WrongNumber));
    assert_eq!(decision.messages, [Message::WrongNumberApology]);
    assert_eq!(tasks(&decision), [TaskKind::DataRepair]);
    assert_eq!(talk.hears(Reading::bare(Intent::WrongNumber)).messages, []);
}

#[test]
fn a_payment_claim_pauses_asks_for_details_and_thanks_for_them() {
    let mut talk = Talk::new();
    let decision = talk.hears(Reading::bare(Intent::AlreadyPaid));
    assert_eq!(decision.messages, [Message::AskPaymentDetails]);
    assert_eq!(tasks(&decision), [TaskKind::Reconcile]);
    assert_eq!(talk.hears(Reading::bare(Intent::AlreadyPaid)).messages, [Message::PaymentDetailsNoted]);
}

#[test]
fn a_day_told_after_when_did_you_pay_is_no_promise() {
    let mut talk = Talk::new();
    talk.hears(Reading::bare(Intent::AlreadyPaid));
    let decision = talk.hears(promise_on("2026-12-17"));
    assert_eq!(decision.messages, [Message::PaymentDetailsNoted]);
    assert!(decision.events.iter().all(|e| !matches!(e, Event::Acknowledged { .. })));
    assert_eq!(talk.0.state.name(), "payment_claimed");
}

#[test]
fn hardship_rests_a_month_and_grave_circumstances_until_a_human_clears_them() {
    let mut talk = Talk::new();
    let decision = talk.hears(with(Intent::Hardship, |r| r.signals.vulnerable = vec![Vulnerability::Unemployment]));
    assert_eq!(decision.messages, [Message::HardshipHeard { until: day("2026-12-21") }]);
    for (circumstance, task, message) in [
        (Vulnerability::SelfHarm, TaskKind::SelfHarm, Message::SelfHarmHelp),
        (Vulnerability::Bereavement, TaskKind::Bereavement, Message::BereavementHeard),
        (Vulnerability::Insolvency, TaskKind::Insolvency, Message::InsolvencyHeard),
        (Vulnerability::Guardianship, TaskKind::Representative, Message::RepresentativeHeard),
    ] {
        let mut talk = Talk::new();
        let decision = talk.hears(with(Intent::PlanRequest, |r| r.signals.vulnerable = vec![circumstance]));
        assert_eq!(decision.messages, [message]);
        assert!(tasks(&decision).contains(&task));
        let CaseState::Frozen { freeze, .. } = &talk.0.state else { panic!("{circumstance:?} rests the case") };
        assert_eq!(freeze.until, None);
        assert_eq!(talk.told(Stimulus::TimerFired(TimerKind::FreezeEnds)).events, []);
    }
}

#[test]
fn the_unclear_gets_a_menu_then_a_human() {
    let mut talk = Talk::new();
    assert_eq!(talk.hears(Reading::bare(Intent::Unclear)).messages, [Message::Menu]);
    let decision = talk.hears(with(Intent::Promise, |r| r.confidence = 0.3));
    assert_eq!(decision.messages, [Message::HandedOver]);
    assert_eq!(tasks(&decision), [TaskKind::NotUnderstood]);
    assert_eq!(talk.hears(promise_on("2026-11-27")).messages, [], "silent until the thread is given back");
    talk.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::GiveBack });
    assert_eq!(talk.hears(promise_on("2026-11-27")).messages.len(), 1);
}

#[test]
fn a_yes_that_answers_no_open_question_is_never_met_with_silence() {
    let lapsed = Stimulus::TimerFired(TimerKind::OfferLapses);
    let mut talk = Talk::new();
    talk.hears(with(Intent::PlanRequest, |r| r.plan.instalments = Some(3)));
    talk.told(lapsed);
    let decision = talk.hears(Reading::bare(Intent::Affirmation));
    assert_eq!(decision.messages, [Message::AskPlanTerms { max_instalments: 6 }], "the offer lapsed");

    let mut talk = Talk::new();
    talk.hears(Reading::bare(Intent::Promise));
    let decision = talk.hears(Reading::bare(Intent::Affirmation));
    assert_eq!(decision.messages, [Message::HandedOver], "yes is no day");
    assert_eq!(tasks(&decision), [TaskKind::GoingInCircles]);

    let mut talk = Talk::new();
    talk.hears(Reading::bare(Intent::Unclear));
    let decision = talk.hears(Reading::bare(Intent::Affirmation));
    assert_eq!(decision.messages, [Message::HandedOver], "yes is no choice");
    assert_eq!(tasks(&decision), [TaskKind::NotUnderstood]);
}

#[test]
fn being_understood_in_between_forgets_the_first_strike() {
    let mut talk = Talk::new();
    talk.hears(Reading::bare(Intent::Unclear));
    talk.hears(Reading::bare(Intent::InfoRequest));
    assert_eq!(talk.hears(Reading::bare(Intent::Unclear)).messages, [Message::Menu]);
}

#[test]
fn refusals_and_insults_get_one_calm_answer_then_silence() {
    for (intent, task) in [(Intent::Refusal, TaskKind::Refusal), (Intent::Hostile, TaskKind::Hostile)] {
        let mut talk = Talk::new();
        let decision = talk.hears(Reading::bare(intent));
        assert_eq!(decision.messages, [Message::CalmAnswer]);
        assert!(tasks(&decision).contains(&task));
        assert_eq!(talk.hears(Reading::bare(intent)).messages, []);
    }
}

#[test]
fn a_threat_beside_a_promise_opens_a_task_and_leaves_the_yes_its_meaning() {
    let threat = |mut reading: Reading| {
        reading.signals.legal_threat = true;
        reading
    };
    let mut talk = Talk::new();
    assert_eq!(tasks(&talk.hears(threat(promise_on("2026-11-27")))), [TaskKind::LegalThreat]);
    talk.hears(Reading::bare(Intent::Affirmation));
    assert_eq!(talk.0.state.name(), "promised");

    let mut talk = Talk::new();
    talk.hears(threat(Reading::bare(Intent::InfoRequest)));
    assert_eq!(talk.0.conversation.holder, Holder::Human, "nothing is asked: a person goes on");
}

#[test]
fn a_reminder_withheld_from_a_case_at_rest_is_no_question_asked() {
    let mut talk = Talk::new();
    talk.hears(with(Intent::Hardship, |r| r.signals.vulnerable = vec![Vulnerability::Illness]));
    let decision = talk.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::Remind });
    assert_eq!(decision.messages, []);
    assert!(decision.events.contains(&Event::Withheld { rule: "silence.case_at_rest".into() }));
    assert_eq!(talk.0.conversation.asked, None);
}

#[test]
fn time_without_a_date_is_asked_for_one_then_goes_to_a_human() {
    let mut talk = Talk::new();
    let latest = day("2026-12-22");
    assert_eq!(talk.hears(Reading::bare(Intent::ExtensionRequest)).messages, [Message::AskDateForTime { latest }]);
    assert_eq!(tasks(&talk.hears(Reading::bare(Intent::ExtensionRequest))), [TaskKind::MoreTime]);
}

#[test]
fn an_acknowledgment_is_kept_word_for_word_and_thanked() {
    let mut talk = Talk::new();
    let decision = talk.hears(with(Intent::Acknowledgment, |r| r.acknowledges = Acknowledges::Explicit));
    assert_eq!(decision.messages, [Message::AcknowledgmentThanks { amount: euros(12_000) }]);
    let entry = Event::Acknowledged { how: Acknowledges::Explicit, words: "les mots".into() };
    assert!(decision.events.contains(&entry));
}

#[test]
fn nothing_of_the_debt_is_said_before_the_person_is_known() {
    for intent in Intent::ALL {
        let mut talk = Talk::new();
        talk.0.phone.identity = IdentityLevel::L0;
        talk.0.phone.origin = PhoneOrigin::Older;
        for _ in 0..2 {
            let decision = talk.hears(with(intent, |r| r.date = Some(day("2026-11-27"))));
            let knows = talk.0.phone.identity >= IdentityLevel::L1;
            assert!(knows || decision.messages.iter().all(|m| !m.speaks_of_the_debt()), "{intent:?}");
        }
    }
}

#[test]
fn a_yes_identifies_a_number_of_known_origin_and_no_other() {
    for (origin, known) in [(PhoneOrigin::Older, true), (PhoneOrigin::Traced, false), (PhoneOrigin::Workplace, false)] {
        let mut talk = Talk::new();
        talk.0.phone.identity = IdentityLevel::L0;
        talk.0.phone.origin = origin;
        talk.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::Remind });
        assert_eq!(talk.0.conversation.asked, Some(Asked::ConfirmIdentity));
        let decision = talk.hears(Reading::bare(Intent::Affirmation));
        assert_eq!(matches!(decision.messages[..], [Message::CaseInfo { .. }]), known, "{origin:?}");
    }
}

#[test]
fn ten_answers_a_day_then_a_human() {
    let mut talk = Talk::new();
    talk.0.conversation.day = Some(day("2026-11-21"));
    talk.0.conversation.answers = 10;
    let decision = talk.hears(Reading::bare(Intent::InfoRequest));
    assert_eq!(decision.messages, []);
    assert_eq!(tasks(&decision), [TaskKind::GoingInCircles]);
    assert_eq!(talk.hears(Reading::bare(Intent::OptOut)).messages, [Message::OptOutConfirmed]);
}

#[test]
fn the_same_text_never_leaves_twice_running() {
    let mut talk = Talk::new();
    assert_eq!(talk.hears(Reading::bare(Intent::InfoRequest)).messages.len(), 1);
    let decision = talk.hears(Reading::bare(Intent::InfoRequest));
    assert_eq!(decision.messages, [Message::HandedOver], "a person takes over, and says so");
    assert_eq!(tasks(&decision), [TaskKind::GoingInCircles]);
    assert_eq!(talk.hears(Reading::bare(Intent::InfoRequest)).messages, []);
}

#[test]
fn a_missed_promise_asks_for_a_new_day() {
    let mut talk = Talk::new();
    talk.hears(promise_on("2026-11-27"));
    talk.hears(Reading::bare(Intent::Affirmation));
    let decision = talk.told(Stimulus::TimerFired(TimerKind::PromiseDue));
    assert_eq!(decision.messages, [Message::PromiseMissed { amount: euros(12_000), on: day("2026-11-27") }]);
    assert_eq!(talk.0.conversation.asked, Some(Asked::PaymentDate));
}

#[test]
fn a_cleared_dispute_goes_on_where_it_was() {
    let mut talk = Talk::new();
    talk.hears(promise_on("2026-11-27"));
    talk.hears(Reading::bare(Intent::Affirmation));
    talk.hears(Reading::bare(Intent::Dispute));
    assert_eq!(talk.0.state.name(), "disputed");
    let decision = talk.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::Clear });
    assert_eq!(talk.0.state.name(), "promised");
    assert!(decision.timers.iter().any(|t| matches!(t, TimerChange::Set { kind: TimerKind::PromiseDue, .. })));
}
