//! What must hold when it is serious: rests, disputes, danger, and promises judged fairly.

use super::*;

#[test]
fn a_rest_is_lifted_by_its_end_or_by_a_person_and_by_nothing_else() {
    let mut talk = Talk::new();
    talk.hears(with(Intent::Hardship, |r| r.signals.vulnerable = vec![Vulnerability::Bereavement]));
    talk.hears(Reading::bare(Intent::AlreadyPaid));
    talk.told(Stimulus::TimerFired(TimerKind::ClaimLapses));
    assert_eq!(talk.0.state.name(), "frozen", "a claim that lapses gives the rest back");
    talk.hears(Reading::bare(Intent::Dispute));
    talk.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::Clear });
    assert_eq!(talk.0.state.name(), "frozen", "a dispute that is answered too");

    let mut talk = Talk::new();
    talk.hears(with(Intent::Hardship, |r| r.signals.vulnerable = vec![Vulnerability::Unemployment]));
    talk.hears(promise_on("2026-11-27"));
    talk.hears(Reading::bare(Intent::Affirmation));
    let decision = talk.told(Stimulus::TimerFired(TimerKind::PromiseDue));
    assert_eq!(decision.messages, [], "no demand within the rest, whatever they offered since");
}

#[test]
fn nothing_is_agreed_below_a_claim_that_only_a_person_may_agree() {
    let mut talk = Talk::new();
    talk.hears(with(Intent::Hardship, |r| r.signals.vulnerable = vec![Vulnerability::Insolvency]));
    talk.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::GiveBack });
    talk.hears(Reading::bare(Intent::AlreadyPaid));
    talk.hears(Reading::bare(Intent::InfoRequest));
    for offer in [promise_on("2026-11-27"), with(Intent::PlanRequest, |r| r.plan.instalments = Some(3))] {
        let decision = Talk(talk.0.clone()).hears(offer);
        assert_eq!(decision.messages, [Message::HandedOver]);
    }
    talk.told(Stimulus::TimerFired(TimerKind::ClaimLapses));
    assert!(talk.0.state.rests_until_cleared(), "insolvent still");

    let mut talk = Talk::new();
    talk.hears(Reading::bare(Intent::Dispute));
    talk.hears(with(Intent::Hardship, |r| r.signals.vulnerable = vec![Vulnerability::Bereavement]));
    assert_eq!(talk.0.state.name(), "disputed");
    talk.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::Clear });
    assert!(talk.0.state.rests_until_cleared(), "a death is not forgotten when the dispute is answered");
}

#[test]
fn what_was_written_before_a_dispute_is_called_back() {
    let mut talk = Talk::new();
    assert_eq!(talk.hears(Reading::bare(Intent::Dispute)).recall, Recall::Debt);
    let mut talk = Talk::new();
    assert_eq!(talk.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::TakeOver }).recall, Recall::Debt);
}

#[test]
fn a_promise_is_kept_by_payments_that_add_up_and_one_not_confirmed_lapses_in_silence() {
    let mut talk = Talk::new();
    talk.hears(promise_on("2026-11-27"));
    talk.hears(Reading::bare(Intent::Affirmation));
    talk.told(paid(6_000));
    let decision = talk.told(paid(6_000));
    assert!(decision.events.iter().any(|event| matches!(event, Event::PromiseKept { .. })));

    let mut talk = Talk::new();
    talk.hears(promise_on("2026-11-27"));
    let decision = talk.told(Stimulus::TimerFired(TimerKind::PromiseDue));
    assert_eq!((decision.messages, talk.0.state), (vec![], CaseState::Open));
}

#[test]
fn someone_in_danger_is_answered_on_a_paid_case_too() {
    let mut talk = Talk::new();
    talk.told(paid(12_000));
    let decision = talk.hears(with(Intent::Hardship, |r| r.signals.vulnerable = vec![Vulnerability::SelfHarm]));
    assert_eq!(decision.messages, [Message::SelfHarmHelp]);
    assert_eq!(tasks(&decision), [TaskKind::SelfHarm]);
}

#[test]
fn self_harm_is_answered_even_when_a_human_holds_the_thread() {
    let mut talk = Talk::new();
    talk.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::TakeOver });
    let decision = talk.hears(with(Intent::Unclear, |r| r.signals.vulnerable = vec![Vulnerability::SelfHarm]));
    assert_eq!(decision.messages, [Message::SelfHarmHelp]);
}

#[test]
fn a_form_posted_twice_says_it_once() {
    let mut talk = Talk::new();
    let answer = || Stimulus::AgentAct { by: "lea".into(), act: AgentAct::Answer("Bonjour".into()) };
    assert_eq!(talk.told(answer()).messages.len(), 1);
    assert_eq!(talk.told(answer()).messages, []);
}

#[test]
fn a_yes_to_a_person_who_gave_the_thread_back_is_shown_to_a_person() {
    let mut talk = Talk::new();
    talk.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::Answer("Mardi vous va ?".into()) });
    talk.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::GiveBack });
    assert_eq!(tasks(&talk.hears(Reading::bare(Intent::Affirmation))), [TaskKind::NewReply]);
}

#[test]
fn a_hint_of_another_person_keeps_the_debt_unsaid() {
    let mut talk = Talk::new();
    let decision = talk.hears(with(Intent::InfoRequest, |r| r.also = vec![Intent::WrongNumber]));
    assert_eq!(decision.messages, [Message::HandedOver]);
    assert_eq!(tasks(&decision), [TaskKind::DataRepair]);
}

fn in_spanish(intent: Intent) -> Reading {
    with(intent, |reading| reading.language = Language::parse("es"))
}

#[test]
fn another_language_goes_to_a_person_at_once_and_nobody_is_asked_anything_in_ours() {
    for origin in [PhoneOrigin::Contract, PhoneOrigin::Older] {
        let mut talk = Talk::new();
        talk.0.phone.origin = origin;
        talk.0.phone.identity = if origin.trusts_a_yes() { IdentityLevel::L0 } else { IdentityLevel::L1 };
        let decision = talk.hears(in_spanish(Intent::Unclear));
        assert_eq!(decision.messages, [Message::HandedOver], "{origin:?}");
        assert_eq!(tasks(&decision), [TaskKind::OtherLanguage]);
        assert_eq!(talk.0.conversation.holder, Holder::Human);
        assert_eq!(talk.0.state, CaseState::Open);
        assert!(decision.events.iter().all(|event| !matches!(event, Event::Acknowledged { .. })));
    }
}

#[test]
fn another_language_after_why_is_kept_as_the_reason_and_given_to_someone_who_speaks_it() {
    let mut talk = Talk::new();
    talk.hears(Reading::bare(Intent::Dispute));
    let decision = talk.hears(in_spanish(Intent::Unclear));
    assert!(matches!(decision.messages[..], [Message::DisputeReasonNoted { .. }]));
    assert_eq!(tasks(&decision), [TaskKind::OtherLanguage, TaskKind::Dispute]);
}

#[test]
fn what_is_heard_in_another_language_acts_and_a_long_opt_out_is_read_to_its_end() {
    let mut talk = Talk::new();
    let decision = talk.hears(in_spanish(Intent::WrongNumber));
    assert_eq!(decision.messages, [Message::WrongNumberApology]);
    let mut talk = Talk::new();
    assert_eq!(tasks(&talk.hears(in_spanish(Intent::HumanRequest))), [TaskKind::CallBack]);
    for (text, expected) in [
        ("no me escriban mas", &[][..]),
        ("no les debo nada, ya lo pagué en marzo, no me escriban mas", &[TaskKind::OtherLanguage]),
    ] {
        let mut talk = Talk::new();
        let reply = Stimulus::Inbound { reading: in_spanish(Intent::OptOut), text: text.into() };
        let decision = talk.told(reply);
        assert_eq!(
            (decision.messages.as_slice(), tasks(&decision)),
            (&[Message::OptOutConfirmed][..], expected.to_vec())
        );
    }
}

#[test]
fn an_admission_that_is_not_sure_is_recorded_as_implied_and_the_promise_beside_it_stands() {
    for (admission_risk, how) in [(0.0, Acknowledges::Explicit), (0.3, Acknowledges::Implied)] {
        let mut talk = Talk::new();
        let decision = talk.hears(with(Intent::Promise, |r| {
            r.also = vec![Intent::Acknowledgment];
            r.acknowledges = Acknowledges::Explicit;
            r.admission_risk = admission_risk;
            r.date = Some(day("2026-11-27"));
        }));
        assert!(decision.events.contains(&Event::Acknowledged { how, words: "les mots".into() }), "{admission_risk}");
        assert!(matches!(talk.0.state, CaseState::PromiseProposed { .. }), "{:?}", talk.0.state);
    }
}

#[test]
fn what_may_be_a_dispute_is_asked_about_and_seen_by_a_person() {
    let mut talk = Talk::new();
    let decision = talk.hears(with(Intent::Dispute, |r| r.risk = 0.5));
    assert_eq!(decision.messages, [Message::Menu]);
    assert_eq!(tasks(&decision), [TaskKind::NewReply]);
}
