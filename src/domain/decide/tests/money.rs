//! Money that comes in, goes back, or was written down by mistake.

use super::*;

fn payment(minor: i64, change: impl FnOnce(&mut IncomingPayment)) -> Stimulus {
    let Stimulus::Payment(mut incoming) = paid(minor) else { panic!("a payment") };
    change(&mut incoming);
    Stimulus::Payment(incoming)
}

fn reversal(minor: i64) -> Stimulus {
    Stimulus::Reversal { amount: euros(minor), means: "direct debit".into() }
}

#[test]
fn a_payment_settles_thanks_and_stops_the_clocks() {
    let mut talk = Talk::new();
    talk.hears(promise_on("2026-11-27"));
    let decision = talk.told(paid(12_000));
    let on = Some(day("2026-11-21"));
    assert_eq!(
        decision.messages,
        [Message::PaymentReceived { amount: euros(12_000), balance: euros(0), on, receipt: None }]
    );
    assert!(decision.events.iter().any(|e| matches!(e, Event::PromiseKept { .. })));
    assert_eq!(talk.0.state.name(), "settled");
    assert_eq!(talk.told(Stimulus::TimerFired(TimerKind::PromiseDue)).messages, []);
}

#[test]
fn thanks_are_for_the_payments_of_a_week_and_never_when_all_is_taken_in_quietly() {
    for (received_on, quiet, thanked) in
        [("2026-11-14", false, true), ("2026-11-13", false, false), ("2026-11-21", true, false)]
    {
        let mut talk = Talk::new();
        let decision = talk.told(payment(4_000, |incoming| {
            (incoming.received_on, incoming.quiet) = (day(received_on), quiet);
        }));
        assert_eq!(decision.messages.len(), usize::from(thanked), "{received_on} {quiet}");
        assert_eq!((talk.0.debt.paid, decision.recall), (euros(4_000), Recall::Debt));
    }
}

#[test]
fn the_number_of_the_receipt_and_its_link_are_in_the_thanks() {
    let decision = Talk::new().told(payment(4_000, |incoming| incoming.receipt = Some("D-1-1".into())));
    let (on, receipt) = (Some(day("2026-11-21")), Some("D-1-1".to_owned()));
    let thanks = Message::PaymentReceived { amount: euros(4_000), balance: euros(8_000), on, receipt };
    assert!(thanks.carries_link());
    assert_eq!(decision.messages, [thanks]);
}

#[test]
fn what_is_paid_beyond_the_debt_or_on_a_closed_case_is_for_a_person_to_give_back() {
    assert_eq!(tasks(&Talk::new().told(paid(12_000))), []);
    let mut talk = Talk::new();
    assert_eq!(tasks(&talk.told(paid(12_001))), [TaskKind::Overpaid]);
    assert_eq!((talk.0.state.name(), talk.0.debt.balance()), ("settled", euros(0)));
    assert_eq!(tasks(&talk.told(paid(1))), [TaskKind::Overpaid]);
    let mut closed = Talk::new();
    closed.told(Stimulus::AgentAct { by: "lea".into(), act: AgentAct::Close(ClosingReason::Abandoned) });
    assert_eq!(tasks(&closed.told(paid(1))), [TaskKind::Overpaid]);
    assert_eq!(closed.0.state.name(), "closed");
}

#[test]
fn a_payment_that_went_back_is_due_again_and_a_person_looks_at_it() {
    let mut talk = Talk::new();
    talk.told(paid(12_000));
    let decision = talk.told(reversal(12_000));
    assert_eq!((talk.0.state.name(), talk.0.debt.balance()), ("open", euros(12_000)));
    assert_eq!((decision.messages, decision.recall), (vec![], Recall::Debt));
    assert_eq!(decision.tasks[0].kind, TaskKind::PaymentReversed);
    // What is given back of an overpayment leaves nothing due.
    talk.told(paid(15_000));
    talk.told(reversal(3_000));
    assert_eq!((talk.0.state.name(), talk.0.debt.balance()), ("settled", euros(0)));
}

#[test]
fn an_instalment_that_went_back_is_waited_for_again() {
    let mut talk = Talk::new();
    talk.hears(with(Intent::PlanRequest, |r| r.plan.instalments = Some(2)));
    talk.hears(Reading::bare(Intent::Affirmation));
    assert_eq!(talk.0.state.name(), "plan_running");
    let due = |decision: &Decision| {
        decision.timers.iter().rev().find_map(|timer| match timer {
            TimerChange::Set { kind: TimerKind::InstalmentDue, at } => Some(*at),
            _ => None,
        })
    };
    let after_the_first = due(&talk.told(paid(6_000)));
    assert!(due(&talk.told(reversal(6_000))) < after_the_first);
}

#[test]
fn a_payment_written_down_by_mistake_leaves_the_case_as_it_was_and_waiting_for_the_same() {
    let mut talk = Talk::new();
    talk.hears(promise_on("2026-11-27"));
    talk.hears(Reading::bare(Intent::Affirmation));
    let before = talk.0.clone();
    talk.told(paid(12_000));
    assert_eq!(talk.0.state.name(), "settled");
    let decision = talk.told(Stimulus::PaymentUndone { paid: before.debt.paid, state: before.state.clone(), by: None });
    assert_eq!((&talk.0.state, &talk.0.debt), (&before.state, &before.debt));
    assert_eq!((decision.messages, decision.recall), (vec![], Recall::Debt));
    assert!(matches!(decision.timers.last(), Some(TimerChange::Set { kind: TimerKind::PromiseDue, .. })));
}
