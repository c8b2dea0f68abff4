//! What comes in beside replies, money and people's acts: carriers' receipts, timers, the turn that a campaign gives.

use super::agreement::{LOOK_AGAIN, wait_for_instalment};
use super::payment::wait_again;
use super::{Draft, Recall, SendReport, dunning};
use crate::domain::{CaseState, Event, Message, SuppressionReason, TaskKind, TimerKind};

pub(super) fn receipt(d: &mut Draft, report: SendReport) {
    match report {
        SendReport::Delivered => {
            d.rule("receipt.delivered");
            d.record(Event::Delivered);
        }
        SendReport::Undelivered => {
            d.rule("receipt.undelivered");
            d.record(Event::DeliveryFailed { code: None });
        }
        SendReport::NumberInvalid => {
            d.rule("receipt.number_invalid");
            d.record(Event::DeliveryFailed { code: None });
            suppress(d, SuppressionReason::Invalid);
            d.task(TaskKind::DataRepair);
        }
        SendReport::OptedOut => {
            d.rule("receipt.opted_out_at_the_carrier");
            d.record(Event::DeliveryFailed { code: None });
            suppress(d, SuppressionReason::OptOut);
        }
        SendReport::Blocked => {
            d.rule("receipt.blocked");
            d.record(Event::DeliveryFailed { code: None });
            d.task(TaskKind::CarrierAlert);
        }
    }
}

/// The first reason stands, but for an opt-out, which no repair of the number lifts.
fn suppress(d: &mut Draft, reason: SuppressionReason) {
    let known = d.case.phone.suppressed.map(|suppression| suppression.reason);
    if known.is_none() || (reason == SuppressionReason::OptOut && known != Some(reason)) {
        d.recall(Recall::Everything);
        d.record(Event::Suppressed { reason });
    }
}

pub(super) fn timer(d: &mut Draft, kind: TimerKind) {
    match (kind, d.case.state.clone()) {
        (TimerKind::PromiseDue, CaseState::PromiseProposed { .. }) => {
            d.rule("timer.proposal_lapses");
            d.record(Event::PromiseWithdrawn);
        }
        (TimerKind::PromiseDue, CaseState::Promised { promise }) => {
            d.rule("timer.promise_missed");
            d.record(Event::PromiseMissed { promise });
            dunning::move_on(d);
            d.say(Message::PromiseMissed {
                amount: promise.amount.with_minor(promise.amount.minor.min(d.balance().minor)),
                on: promise.on,
            });
        }
        (TimerKind::InstalmentDue, CaseState::PlanRunning { plan, paid_before }) => {
            let missed = plan.next_unpaid(d.case.debt.paid.minor - paid_before).filter(|next| next.on < d.today);
            if let Some(instalment) = missed
                && d.case.conversation.last_said == Some(Message::InstalmentMissed { instalment })
            {
                d.rule("timer.instalment_missed_again");
                d.task(TaskKind::Reconcile);
            } else if let Some(instalment) = missed {
                d.rule("timer.instalment_missed");
                d.record(Event::InstalmentMissed { instalment });
                d.say(Message::InstalmentMissed { instalment });
                d.set_timer(TimerKind::InstalmentDue, d.today + LOOK_AGAIN);
            } else {
                d.rule("timer.instalment_in");
                wait_for_instalment(d);
            }
        }
        (TimerKind::OfferLapses, CaseState::PlanOffered { .. }) => {
            d.rule("timer.offer_lapses");
            d.record(Event::PlanOfferLapsed);
        }
        (TimerKind::ClaimLapses, CaseState::PaymentClaimed { .. }) => {
            d.rule("timer.claim_lapses");
            d.record(Event::ClaimLapsed);
            d.task(TaskKind::Reconcile);
            wait_again(d);
        }
        (TimerKind::FreezeEnds, CaseState::Frozen { freeze, .. }) if freeze.until.is_some() => {
            d.rule("timer.freeze_ends");
            d.record(Event::FreezeEnded);
            wait_again(d);
        }
        (TimerKind::NextStep, _) => dunning::take_step(d),
        _ => d.rule("timer.overtaken"),
    }
}

/// The reminder of this day; whoever was asked who they are, and has not said, is not asked again.
pub(super) fn campaign(d: &mut Draft) {
    let message = d.case.reminder(d.today);
    if message == Message::AskIdentity && d.case.conversation.last_said == Some(Message::AskIdentity) {
        return d.rule("campaign.nobody_known");
    }
    if let Message::Reminder { stage, .. } = message
        && dunning::said_lately(d, stage)
    {
        return d.rule("campaign.said_by_plan");
    }
    d.rule("campaign.reminds");
    remind(d, message);
}

/// Says a reminder; the step of the plan that would say the same is then done.
pub(super) fn remind(d: &mut Draft, message: Message) {
    d.say(message.clone());
    if let Message::Reminder { stage, .. } = message
        && d.has_said(&message)
    {
        dunning::said_outside(d, stage);
    }
}
