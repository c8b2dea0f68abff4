//! The promises that hold in every state, whatever comes in.

use super::*;
use chrono::Duration;

/// States of every kind, reached by talking.
fn every_state() -> Vec<Case> {
    let openings: [&[Reading]; 9] = [
        &[],
        &[promise_on("2026-11-27")],
        &[promise_on("2026-11-21")],
        &[Reading::bare(Intent::PlanRequest)],
        &[with(Intent::PlanRequest, |r| r.plan.instalments = Some(2))],
        &[with(Intent::PlanRequest, |r| r.plan.instalments = Some(2)), Reading::bare(Intent::Affirmation)],
        &[Reading::bare(Intent::AlreadyPaid)],
        &[Reading::bare(Intent::Dispute)],
        &[Reading::bare(Intent::Refusal)],
    ];
    let mut cases: Vec<Case> = openings
        .iter()
        .map(|opening| {
            let mut talk = Talk::new();
            for reading in *opening {
                talk.hears(reading.clone());
            }
            talk.0
        })
        .collect();
    for circumstance in [Vulnerability::Illness, Vulnerability::Insolvency] {
        let mut talk = Talk::new();
        talk.hears(with(Intent::Hardship, |r| r.signals.vulnerable = vec![circumstance]));
        cases.push(talk.0);
    }
    let mut talk = Talk::new();
    talk.told(paid(12_000));
    cases.push(talk.0);
    let mut talk = Talk::new();
    talk.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::Close(ClosingReason::Abandoned) });
    cases.push(talk.0);
    cases
}

fn every_stimulus() -> Vec<Stimulus> {
    let mut stimuli = Vec::new();
    for intent in Intent::ALL {
        for also in [vec![], vec![Intent::AlreadyPaid], vec![Intent::Dispute, Intent::Refusal, Intent::HumanRequest]] {
            for vulnerable in [vec![], vec![Vulnerability::Illness], vec![Vulnerability::Bereavement]] {
                for (confidence, date) in [(1.0, None), (0.2, None), (0.9, Some(day("2026-11-30")))] {
                    let reading = with(intent, |r| {
                        r.also = also.clone();
                        r.signals = Signals { vulnerable: vulnerable.clone(), represented: false, legal_threat: true };
                        r.confidence = confidence;
                        r.date = date;
                        r.amount_minor = date.map(|_| 1);
                        r.plan.instalments = date.map(|_| 400);
                    });
                    stimuli.push(Stimulus::Inbound { reading, text: "les mots".into() });
                }
            }
        }
    }
    stimuli.extend(TimerKind::ALL.map(Stimulus::TimerFired));
    stimuli.extend([1, 12_000, 99_999].map(paid));
    let acts = [
        AgentAct::TakeOver,
        AgentAct::GiveBack,
        AgentAct::Remind,
        AgentAct::Clear,
        AgentAct::PauseReminders,
        AgentAct::ResumeReminders,
        AgentAct::Answer("a".into()),
    ];
    stimuli.extend(acts.into_iter().chain(super::agent::every_outcome()).map(super::agent::by_lea));
    let reports = [SendReport::Delivered, SendReport::NumberInvalid, SendReport::OptedOut, SendReport::Blocked];
    stimuli.extend(reports.map(Stimulus::Receipt));
    stimuli
}

#[test]
fn whatever_comes_in_the_decision_can_be_applied_and_keeps_its_promises() {
    let later = now() + Duration::days(2);
    for case in every_state() {
        for asked in Asked::ALL.map(Some).into_iter().chain([None]) {
            let mut case = case.clone();
            case.conversation.asked = asked;
            for stimulus in every_stimulus() {
                let decision = decide(&case, &samples::policy(), &stimulus, later);
                let context = format!("{} {asked:?} {stimulus:?} {decision:?}", case.state.name());
                let after = case.clone().after(&decision, later).unwrap_or_else(|e| panic!("{e}: {context}"));
                assert!(decision.messages.len() <= 2, "{context}");
                assert!(!decision.rules.is_empty(), "every decision is explained: {context}");
                let Stimulus::Inbound { reading, .. } = &stimulus else { continue };
                if reading.says(Intent::Dispute) && acts_on(reading, &samples::policy()) && !case.state.is_over() {
                    let human = matches!(after.state, CaseState::Disputed { .. } | CaseState::Closed { .. });
                    assert!(human || reading.intent == Intent::WrongNumber, "a dispute is never ignored: {context}");
                }
                if reading.says(Intent::OptOut) {
                    assert!(after.phone.suppressed.is_some(), "{context}");
                }
                if case.conversation.holder == Holder::Human {
                    let allowed = |m: &Message| {
                        matches!(m.purpose(), Purpose::OptOut | Purpose::Safety) || *m == Message::WrongNumberApology
                    };
                    assert!(decision.messages.iter().all(allowed), "silent while a human holds: {context}");
                }
            }
        }
    }
}
