//! Money: what came in, what the bank took back, and what was written down by mistake.

use super::agreement::wait_for_instalment;
use super::reply::ALL_CLOCKS;
use super::{Draft, Recall};
use crate::domain::{CaseState, Event, IncomingPayment, Message, Money, TaskKind, TimerKind};
use chrono::Days;

/// A promise is kept when at least this share of it came in (compliance: kept-promise rate).
const KEPT_PERCENT: i64 = 95;
/// Thanks that come later than this after the payment only puzzle.
const THANKED_WITHIN: Days = Days::new(7);

pub(super) fn payment(d: &mut Draft, payment: &IncomingPayment) {
    let IncomingPayment { amount, means, received_on, receipt, quiet, by } = payment;
    d.rule("payment.received");
    if by.is_some() {
        // Whoever holds the thread, the agent's word is the creditor's.
        d.speaks_for_an_agent(true);
        d.ends(&[TaskKind::Reconcile]);
    }
    if amount.minor > d.balance().minor || matches!(d.case.state, CaseState::Closed { .. }) {
        d.rule("payment.overpaid");
        d.task(TaskKind::Overpaid);
    }
    let promise = match &d.case.state {
        CaseState::Promised { promise } | CaseState::PromiseProposed { promise } => Some(*promise),
        _ => None,
    };
    d.record(Event::PaymentReceived { amount: *amount, means: means.clone(), by: by.clone() });
    if let Some(promise) = promise
        && amount.minor * 100 >= promise.amount.minor * KEPT_PERCENT
    {
        d.record(Event::PromiseKept { promise });
        d.stop_timers(&[TimerKind::PromiseDue]);
    }
    if matches!(d.case.state, CaseState::PlanOffered { .. }) {
        // What was offered no longer sums to what is due.
        d.record(Event::PlanOfferLapsed);
        d.stop_timers(&[TimerKind::OfferLapses]);
    }
    let balance = d.balance();
    d.recall(Recall::Debt);
    if balance.is_zero() {
        d.rule("payment.settles");
        d.record(Event::Settled);
        d.stop_timers(&ALL_CLOCKS);
    } else {
        wait_for_instalment(d);
    }
    if *quiet {
        return d.rule("payment.taken_in_quietly");
    }
    if *received_on + THANKED_WITHIN < d.today {
        return d.rule("payment.too_old_for_thanks");
    }
    let (amount, on, receipt) = (*amount, Some(*received_on), receipt.clone());
    d.say(Message::PaymentReceived { amount, balance, on, receipt });
}

/// A payment that the bank took back: it is due again, and a person says so to the debtor.
pub(super) fn reversal(d: &mut Draft, amount: Money, means: &str) {
    d.rule("payment.reversed");
    d.record(Event::PaymentReversed { amount, means: means.to_owned() });
    d.recall(Recall::Debt);
    d.task(TaskKind::PaymentReversed);
    wait_for_instalment(d);
}

/// A payment, or a reversal, that never was: the case goes on as it was before.
pub(super) fn undone(d: &mut Draft, paid: Money, state: &CaseState, by: Option<&str>) {
    d.rule("payment.undone");
    d.record(Event::PaymentUndone { paid, state: state.clone(), by: by.map(str::to_owned) });
    if by.is_some() && d.case.debt.overpaid().is_none() {
        d.ends(&[TaskKind::Overpaid]);
    }
    d.recall(Recall::Debt);
    d.stop_timers(&ALL_CLOCKS);
    wait_again(d);
}

/// What the case waits for is waited for again.
pub(super) fn wait_again(d: &mut Draft) {
    match d.case.state.clone() {
        CaseState::Promised { promise } | CaseState::PromiseProposed { promise } => {
            let rings = d.policy.law.working_days_after(promise.on.max(d.today), d.policy.promise_grace_working_days);
            d.set_timer(TimerKind::PromiseDue, rings);
        }
        CaseState::PlanOffered { stands_until, .. } => {
            d.set_timer(TimerKind::OfferLapses, stands_until.max(d.today) + Days::new(1));
        }
        CaseState::PlanRunning { .. } => wait_for_instalment(d),
        CaseState::PaymentClaimed { claim, .. } => {
            d.set_timer(TimerKind::ClaimLapses, claim.paused_until.max(d.today + Days::new(1)));
        }
        CaseState::Frozen { freeze, .. } => {
            if let Some(until) = freeze.until {
                d.set_timer(TimerKind::FreezeEnds, until.max(d.today + Days::new(1)));
            }
        }
        _ => {}
    }
}
