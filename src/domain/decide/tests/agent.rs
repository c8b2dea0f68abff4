//! What an agent writes down moves the case as if the person had written it.

use super::*;

pub(super) fn by_lea(act: AgentAct) -> Stimulus {
    Stimulus::AgentAct { by: "lea".into(), act }
}

fn told(told: Told) -> AgentAct {
    AgentAct::WriteDown { way: Way::Call, told, beyond: None, aloud: true }
}

fn promise(minor: i64, on: &str) -> Told {
    Told::Promise(Promise { amount: euros(minor), on: day(on) })
}

fn plan(instalments: u32) -> Told {
    let terms = PlanTerms { instalments: Some(instalments), ..PlanTerms::default() };
    Told::Plan { terms, first: Some(day("2026-12-05")) }
}

fn contested() -> Told {
    Told::Dispute { reason: "rien reçu".into(), held_right: Some(euros(4_000)) }
}

/// One of each of what an agent may write down.
pub(super) fn every_outcome() -> Vec<AgentAct> {
    let mut acts: Vec<AgentAct> =
        [promise(12_000, "2026-11-30"), plan(3), plan(40), contested()].into_iter().map(told).collect();
    for aloud in [true, false] {
        acts.push(AgentAct::ConfirmIdentity { proof: Proof::Postcode, aloud });
        acts.push(AgentAct::RefuteIdentity { aloud });
    }
    let (origin, checked) = (PhoneOrigin::Unknown, None);
    acts.push(AgentAct::ReplaceNumber { origin, checked, old_is_anothers: true });
    acts.push(AgentAct::Close(ClosingReason::Abandoned));
    acts.extend(Intent::ALL.map(|intent| corrected(Intent::Dispute, CaseState::Open, Reading::bare(intent))));
    acts
}

/// A reply was read as `was`, which left an open case in the state `after`.
fn corrected(was: Intent, after: CaseState, reading: Reading) -> AgentAct {
    AgentAct::CorrectReading(Box::new(correction(was, after, reading)))
}

fn correction(was: Intent, after: CaseState, reading: Reading) -> Correction {
    Correction {
        text: "les mots".to_owned(),
        was,
        before: CaseState::Open,
        after,
        money_moved: false,
        unlinked: true,
        tasks: vec![TaskKind::Dispute],
        no_demand_before: None,
        asked: Some(Asked::PayOrExplain),
        overtaken: false,
        reading,
        aloud: true,
    }
}

#[test]
fn nothing_of_the_debt_is_said_to_those_whom_we_promised_to_leave_alone() {
    let resting = || {
        let mut talk = Talk::new();
        talk.hears(with(Intent::Hardship, |r| r.signals.vulnerable = vec![Vulnerability::Bereavement]));
        talk
    };
    let mut handed_in = paid(6_000);
    if let Stimulus::Payment(incoming) = &mut handed_in {
        incoming.by = Some("lea".into());
    }
    assert_eq!(resting().told(handed_in).messages, [], "the notary paid a part");
    assert_eq!(resting().told(by_lea(told(contested()))).messages, []);
    let act = AgentAct::ConfirmIdentity { proof: Proof::Postcode, aloud: true };
    assert_eq!(resting().told(by_lea(act)).messages, []);
    let mut talk = resting();
    talk.told(by_lea(AgentAct::GiveBack));
    assert_eq!(talk.told(paid(6_000)).messages, [], "nor when it comes in by itself");
}

#[test]
fn a_part_that_is_promised_does_not_end_a_plan_that_runs() {
    let mut talk = Talk::new();
    talk.told(by_lea(told(plan(3))));
    let decision = decide(&talk.0, &samples::policy(), &by_lea(told(promise(4_000, "2026-11-30"))), now());
    assert_eq!(decision.refused, Some("agent.plan_runs"));
    talk.told(by_lea(told(promise(12_000, "2026-11-30"))));
    assert_eq!(talk.0.state.name(), "promised", "all of it at once takes its place");
}

#[test]
fn a_wrong_reading_is_taken_back_only_where_nothing_was_built_on_it() {
    let mut talk = Talk::new();
    talk.hears(Reading::bare(Intent::Dispute));
    let mistaken = talk.0.state.clone();
    let decision = talk.told(by_lea(corrected(Intent::Dispute, mistaken.clone(), promise_on("2026-11-27"))));
    assert_eq!(talk.0.state.name(), "promise_proposed");
    assert!(decision.rules.contains(&"agent.takes_effect_back") && decision.ends.contains(&TaskKind::Dispute));
    assert_eq!(decision.messages, [Message::ConfirmDate { amount: euros(12_000), on: day("2026-11-27") }]);
    let standing = talk.0.state.clone();
    let decision = talk.told(by_lea(corrected(Intent::Dispute, mistaken, Reading::bare(Intent::InfoRequest))));
    assert!(decision.rules.contains(&"agent.effect_stands"));
    assert_eq!(talk.0.state, standing);
}

#[test]
fn a_correction_links_a_number_again_but_lifts_no_stop() {
    for (intent, suppressed) in [(Intent::WrongNumber, false), (Intent::OptOut, true)] {
        let mut talk = Talk::new();
        talk.hears(Reading::bare(intent));
        talk.told(by_lea(corrected(intent, CaseState::Open, Reading::bare(Intent::InfoRequest))));
        assert_eq!(talk.0.phone.suppressed.is_some(), suppressed, "{intent:?}");
    }
}

#[test]
fn a_corrected_yes_answers_the_question_that_was_asked_and_none_once_the_talk_has_gone_on() {
    let mut proposed = Talk::new();
    proposed.hears(promise_on("2026-11-27"));
    proposed.hears(Reading::bare(Intent::Unclear));
    assert_eq!(proposed.0.conversation.asked, Some(Asked::Menu), "today's question");
    let (state, yes) = (proposed.0.state.clone(), Reading::bare(Intent::Affirmation));
    let noted = Correction { asked: Some(Asked::ConfirmDate), ..correction(Intent::Unclear, state.clone(), yes) };
    let noted = Correction { before: state.clone(), ..noted };
    let correct = |noted: Correction| by_lea(AgentAct::CorrectReading(Box::new(noted)));
    let mut later = Talk(proposed.0.clone());
    proposed.told(correct(noted.clone()));
    assert_eq!(proposed.0.state.name(), "promised");
    let decision = later.told(correct(Correction { overtaken: true, ..noted }));
    assert_eq!((later.0.state, decision.messages.len()), (state, 0));
    assert_eq!(tasks(&decision), [TaskKind::NewReply]);
}

#[test]
fn a_case_goes_back_to_what_still_fits_what_is_due() {
    let correct = |before: &CaseState, talk: &mut Talk| {
        let after = talk.0.state.clone();
        let courtesy = Reading::bare(Intent::Courtesy);
        let corrected =
            Correction { before: before.clone(), money_moved: true, ..correction(Intent::Dispute, after, courtesy) };
        talk.told(by_lea(AgentAct::CorrectReading(Box::new(corrected))));
        talk.0.state.clone()
    };
    let mut promised = Talk::new();
    promised.told(by_lea(told(promise(12_000, "2026-11-27"))));
    let before = promised.0.state.clone();
    promised.hears(Reading::bare(Intent::Dispute));
    promised.told(paid(5_000));
    assert_eq!(correct(&before, &mut promised), CaseState::Open);
    let mut running = Talk::new();
    running.told(by_lea(told(plan(3))));
    let before = running.0.state.clone();
    running.hears(Reading::bare(Intent::Dispute));
    running.told(paid(4_000));
    assert_eq!(correct(&before, &mut running), before, "a plan counts what comes in by itself");
}

#[test]
fn a_correction_keeps_the_task_of_the_state_that_stands_and_takes_the_rest_back_with_the_mistake() {
    let mut talk = Talk::new();
    talk.hears(Reading::bare(Intent::Dispute));
    let mistaken = talk.0.state.clone();
    talk.told(by_lea(told(contested())));
    let decision = talk.told(by_lea(corrected(Intent::Dispute, mistaken, Reading::bare(Intent::Courtesy))));
    assert_eq!((talk.0.state.name(), decision.ends), ("disputed", vec![]));
    let mut talk = Talk::new();
    talk.hears(Reading::bare(Intent::Hardship));
    assert!(talk.0.conversation.no_demand_before.is_some());
    let mistaken = talk.0.state.clone();
    talk.told(by_lea(corrected(Intent::Hardship, mistaken, Reading::bare(Intent::Courtesy))));
    assert!(!talk.0.rests(now()), "{:?}", talk.0.conversation);
}

#[test]
fn a_stop_after_a_wrong_number_outlasts_the_correction_that_links_the_number_again() {
    let mut talk = Talk::new();
    talk.hears(Reading::bare(Intent::WrongNumber));
    talk.hears(with(Intent::OptOut, |r| r.keyword = Some(Keyword::Stop)));
    talk.told(by_lea(corrected(Intent::WrongNumber, CaseState::Open, Reading::bare(Intent::InfoRequest))));
    assert!(talk.0.phone.suppressed.is_some_and(|known| known.reason == SuppressionReason::OptOut));
    let started = talk.hears(with(Intent::Unclear, |r| r.keyword = Some(Keyword::Start)));
    assert_eq!((started.messages, talk.0.phone.suppressed), (vec![Message::Resumed], None), "the number is theirs");
}

#[test]
fn an_act_done_quietly_says_nothing_and_leaves_no_trace_of_what_it_would_have_said() {
    let mut talk = Talk::new();
    talk.told(by_lea(told(promise(12_000, "2026-11-27"))));
    let act = AgentAct::WriteDown { way: Way::Call, told: promise(12_000, "2026-11-27"), beyond: None, aloud: false };
    let again = talk.told(by_lea(act));
    assert!(again.rules.contains(&"agent.says_nothing"), "{:?}", again.rules);
    let mut unknown = case();
    unknown.phone.identity = IdentityLevel::L0;
    let act = AgentAct::WriteDown { way: Way::Call, told: contested(), beyond: None, aloud: false };
    let quiet = Talk(unknown).told(by_lea(act));
    assert_eq!((quiet.messages.len(), tasks(&quiet)), (0, vec![TaskKind::Dispute]), "no task for what nobody says");
    for decision in [again, quiet] {
        assert!(!decision.events.iter().any(|event| matches!(event, Event::Withheld { .. })), "{:?}", decision.events);
    }
}

#[test]
fn a_promise_told_to_an_agent_stands_at_once_and_is_confirmed_even_while_a_person_holds_the_thread() {
    let mut talk = Talk::new();
    talk.told(by_lea(AgentAct::TakeOver));
    let decision = talk.told(by_lea(told(promise(5_000, "2026-11-27"))));
    assert_eq!(decision.events[0], Event::ToldToAgent { by: "lea".into(), way: Way::Call });
    assert_eq!(decision.messages, [Message::PromiseConfirmed { amount: euros(5_000), on: day("2026-11-27") }]);
    assert_eq!((talk.0.state.name(), decision.recall), ("promised", Recall::Debt));
    assert!(decision.ends.contains(&TaskKind::DateBeyondPolicy) && decision.ends.contains(&TaskKind::MakeCall));
    let rings: DateTime<Utc> = "2026-12-02T09:00:00Z".parse().unwrap();
    assert!(decision.timers.contains(&TimerChange::Set { kind: TimerKind::PromiseDue, at: rings }));
    assert_eq!(talk.0.conversation.holder, Holder::Human, "the agent keeps the thread");
    let again = talk.told(by_lea(told(promise(5_000, "2026-11-27"))));
    assert_eq!(again.messages, [], "the same is not said twice");
}

#[test]
fn nothing_is_said_where_the_agent_wants_it_so_and_the_case_moves_all_the_same() {
    let mut talk = Talk::new();
    let act = AgentAct::WriteDown { way: Way::Letter, told: plan(3), beyond: None, aloud: false };
    let decision = talk.told(by_lea(act));
    assert_eq!((decision.messages, talk.0.state.name()), (vec![], "plan_running"));
    assert!(!decision.ends.contains(&TaskKind::MakeCall), "nobody called");
}

#[test]
fn a_plan_is_the_builders_own_and_takes_the_place_of_the_one_that_runs() {
    let mut talk = Talk::new();
    let decision = talk.told(by_lea(told(plan(3))));
    let CaseState::PlanRunning { plan: running, .. } = &talk.0.state else { panic!("{:?}", talk.0.state) };
    let policy = samples::policy();
    let terms = PlanTerms { instalments: Some(3), ..PlanTerms::default() };
    let built = offer(euros(12_000), terms, Some(day("2026-12-05")), &policy.plan, &policy.law, day("2026-11-21"));
    assert_eq!(Offer::AsAsked(running.clone()), built);
    assert_eq!(decision.messages, [Message::PlanAgreed { plan: running.clone() }]);
    let decision = talk.told(by_lea(told(plan(2))));
    assert!(decision.events.contains(&Event::PlanEnded));
    let CaseState::PlanRunning { plan: running, .. } = &talk.0.state else { panic!("{:?}", talk.0.state) };
    assert_eq!(running.instalments.len(), 2);
}

#[test]
fn what_the_creditor_does_not_let_the_bot_agree_to_wants_a_reason_from_the_agent() {
    for (outcome, state) in [(promise(12_000, "2027-03-01"), "promised"), (plan(40), "plan_running")] {
        let mut talk = Talk::new();
        let refused = talk.told(by_lea(told(outcome.clone())));
        assert_eq!(refused.refused, Some("agent.beyond_policy"));
        assert_eq!((refused.events, talk.0.state.name()), (vec![], "open"));
        let reason = "accord de la direction".to_owned();
        let beyond = Some(reason.clone());
        let act = AgentAct::WriteDown { way: Way::Call, told: outcome, beyond, aloud: true };
        let decision = talk.told(by_lea(act));
        assert!(decision.events.contains(&Event::BeyondPolicy { by: "lea".into(), reason }));
        assert_eq!(talk.0.state.name(), state);
    }
}

#[test]
fn what_cannot_be_agreed_to_is_refused_by_its_rule_and_leaves_no_trace() {
    let refused = |case: Case, act: AgentAct| {
        let decision = decide(&case, &samples::policy(), &by_lea(act), now());
        let Decision { refused, rules, .. } = decision.clone();
        assert_eq!(decision, Decision { refused, rules, ..Decision::default() });
        refused
    };
    assert_eq!(refused(case(), told(promise(12_000, "2026-11-20"))), Some("agent.day_is_past"));
    assert_eq!(refused(case(), told(promise(12_001, "2026-11-27"))), Some("agent.more_than_is_due"));
    assert_eq!(refused(case(), told(promise(0, "2026-11-27"))), Some("agent.more_than_is_due"));
    assert_eq!(refused(case(), told(plan(1))), Some("agent.no_such_plan"));
    assert_eq!(refused(case(), AgentAct::Clear), Some("state.does_not_allow"));
    let mut disputed = Talk::new();
    disputed.hears(Reading::bare(Intent::Dispute));
    assert_eq!(refused(disputed.0.clone(), told(promise(12_000, "2026-11-27"))), Some("state.does_not_allow"));
    let mut over = Talk::new();
    over.told(paid(12_000));
    assert_eq!(refused(over.0.clone(), told(contested())), Some("state.does_not_allow"));
    assert_eq!(refused(over.0, told(plan(3))), Some("state.does_not_allow"));
}

#[test]
fn a_dispute_told_to_an_agent_rests_everything_and_more_reasons_add_to_it() {
    let mut talk = Talk::new();
    let decision = talk.told(by_lea(told(contested())));
    let answer_by = day("2026-11-27");
    assert_eq!(decision.messages, [Message::DisputeReceived { answer_by, ask_reason: false }]);
    assert_eq!(tasks(&decision), [TaskKind::Dispute]);
    let CaseState::Disputed { dispute, .. } = &talk.0.state else { panic!("{:?}", talk.0.state) };
    assert_eq!((dispute.reason.as_deref(), dispute.held_right), (Some("rien reçu"), Some(euros(4_000))));
    let decision = talk.told(by_lea(told(Told::Dispute { reason: "ni facture".into(), held_right: None })));
    assert_eq!(decision.messages, [Message::DisputeReasonNoted { answer_by }]);
    let CaseState::Disputed { dispute, .. } = &talk.0.state else { panic!("{:?}", talk.0.state) };
    assert_eq!(dispute.reason.as_deref(), Some("rien reçu\nni facture"));
    assert_eq!(dispute.held_right, Some(euros(4_000)));
    let cleared = talk.told(by_lea(AgentAct::Clear));
    assert_eq!((cleared.ends, talk.0.state.name()), (vec![TaskKind::Dispute], "open"));
}

#[test]
fn an_agent_who_checked_who_answers_raises_the_identity_and_a_word_alone_is_not_enough_for_a_traced_number() {
    let mut traced = case();
    (traced.phone.origin, traced.phone.identity) = (PhoneOrigin::Traced, IdentityLevel::L0);
    let mut talk = Talk(traced.clone());
    let word = talk.told(by_lea(AgentAct::ConfirmIdentity { proof: Proof::Word, aloud: true }));
    assert_eq!((word.refused, talk.0.phone.identity), (Some("identity.needs_more_than_a_yes"), IdentityLevel::L0));
    let decision = talk.told(by_lea(AgentAct::ConfirmIdentity { proof: Proof::Postcode, aloud: true }));
    assert_eq!(talk.0.phone.identity, IdentityLevel::L2);
    assert_eq!(decision.events[0], Event::IdentityChecked { by: "lea".into(), proof: Proof::Postcode });
    assert!(matches!(decision.messages[..], [Message::CaseInfo { .. }]) && decision.ends == [TaskKind::IdentityUnsure]);
    talk.told(by_lea(AgentAct::ConfirmIdentity { proof: Proof::Reference, aloud: true }));
    traced.phone.origin = PhoneOrigin::Older;
    let mut talk = Talk(traced);
    talk.told(by_lea(AgentAct::ConfirmIdentity { proof: Proof::Word, aloud: false }));
    assert_eq!(talk.0.phone.identity, IdentityLevel::L1);
}

#[test]
fn somebody_else_at_the_number_gets_one_apology_and_then_nothing() {
    let mut talk = Talk::new();
    let decision = talk.told(by_lea(AgentAct::RefuteIdentity { aloud: true }));
    assert_eq!(decision.messages, [Message::WrongNumberApology]);
    assert_eq!((decision.recall, tasks(&decision)), (Recall::Everything, vec![TaskKind::DataRepair]));
    assert!(talk.0.phone.suppressed.is_some_and(|known| known.reason == SuppressionReason::WrongNumber));
}

#[test]
fn another_number_does_not_undo_a_stop() {
    let mut talk = Talk::new();
    talk.hears(with(Intent::OptOut, |r| r.keyword = Some(Keyword::Stop)));
    let (origin, checked) = (PhoneOrigin::Contract, Some("rappelé".to_owned()));
    let decision = talk.told(by_lea(AgentAct::ReplaceNumber { origin, checked, old_is_anothers: false }));
    assert_eq!(decision.refused, Some("agent.number_after_stop"));
}
