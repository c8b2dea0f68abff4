//! How a date or a plan is agreed: proposed, within bounds or countered, confirmed by one "oui".

use super::Draft;
use super::answers::{case_info, misunderstood, wrong_number};
use crate::domain::{
    Asked, CaseState, Event, Instalment, Intent, Message, Money, Offer, Plan, PlanTerms, Promise, Reading, TaskKind,
    TimerKind, offer,
};
use chrono::{Days, NaiveDate};

/// A missed payment of a plan is looked for again after so long.
pub(super) const LOOK_AGAIN: Days = Days::new(7);

/// A single payment is offered: confirm its date, ask for one, or name the latest acceptable.
pub(super) fn promise(d: &mut Draft, reading: &Reading) {
    if let CaseState::PlanRunning { plan, paid_before } = &d.case.state {
        let next = plan.next_unpaid(d.case.debt.paid.minor - paid_before);
        return within_the_plan(d, next, reading.date);
    }
    if !d.case.state.can_agree() {
        return not_for_the_bot(d, TaskKind::DateBeyondPolicy);
    }
    let Some(on) = reading.date.filter(|day| *day >= d.today) else {
        d.rule("promise.ask_date");
        return d.say(Message::AskPaymentDate { latest: d.latest_promise() });
    };
    if on > d.latest_promise() {
        return date_too_far(d, on);
    }
    let promise = Promise { amount: amount_offered(d, reading), on };
    if d.case.state == (CaseState::Promised { promise }) {
        d.rule("promise.stands");
        return d.say(Message::PromiseConfirmed { amount: promise.amount, on });
    }
    if on == d.today {
        d.rule("promise.today");
        return confirm(d, promise);
    }
    d.rule("promise.confirm_date");
    d.record(Event::PromiseProposed { promise });
    wait_for(d, promise.on);
    d.say(Message::ConfirmDate { amount: promise.amount, on });
}

/// A running plan stands: a payment in time is welcome, a missed one may follow soon, and only a person changes the plan.
fn within_the_plan(d: &mut Draft, next: Option<Instalment>, on: Option<NaiveDate>) {
    let on = on.unwrap_or(d.today);
    match next {
        Some(next) if on <= next.on.max(d.today) => {
            d.rule("plan.payment_in_time");
            d.say(Message::PaymentLink { amount: next.amount });
        }
        Some(next) if next.on < d.today && on <= d.today + LOOK_AGAIN => {
            d.rule("plan.missed_payment_follows");
            // Not asked for again before the day they name.
            let rings = d.policy.law.working_days_after(on, d.policy.promise_grace_working_days);
            d.set_timer(TimerKind::InstalmentDue, rings);
            d.say(Message::PaymentLink { amount: next.amount });
        }
        _ => plan_beyond_policy(d),
    }
}

/// What they offer, never more than what is due.
fn amount_offered(d: &Draft, reading: &Reading) -> Money {
    let balance = d.balance();
    reading
        .amount_minor
        .filter(|minor| (1..balance.minor).contains(minor))
        .map_or(balance, |minor| balance.with_minor(minor))
}

/// The promise stands.
pub(super) fn confirm(d: &mut Draft, promise: Promise) {
    d.record(Event::PromiseConfirmed { promise });
    wait_for(d, promise.on);
    d.say(Message::PromiseConfirmed { amount: promise.amount, on: promise.on });
}

/// No reminder before the promised day and the days that a transfer takes.
fn wait_for(d: &mut Draft, on: NaiveDate) {
    d.recall(super::Recall::Demands);
    d.stop_timers(&[TimerKind::OfferLapses, TimerKind::InstalmentDue, TimerKind::FreezeEnds]);
    let rings = d.policy.law.working_days_after(on, d.policy.promise_grace_working_days);
    d.set_timer(TimerKind::PromiseDue, rings);
}

fn date_too_far(d: &mut Draft, on: NaiveDate) {
    d.record(Event::DateTooFar { on });
    if d.case.conversation.too_far >= 2 {
        d.rule("promise.beyond_policy");
        d.say(Message::HandedOver);
        d.hand_over(TaskKind::DateBeyondPolicy);
    } else {
        d.rule("promise.too_far");
        d.say(Message::DateTooFar { latest: d.latest_promise() });
    }
}

/// Time is asked for, without a day: ask for one; the second time, a human.
pub(super) fn extension_request(d: &mut Draft) {
    d.record(Event::TimeAsked);
    if d.case.conversation.asked_for_time >= 2 {
        d.rule("extension.second_time");
        d.say(Message::HandedOver);
        d.hand_over(TaskKind::MoreTime);
    } else {
        d.rule("extension.ask_date");
        d.say(Message::AskDateForTime { latest: d.latest_promise() });
    }
}

/// Payment in parts: take the terms told so far, and offer the plan nearest to them within the creditor's bounds.
pub(super) fn plan_request(d: &mut Draft, reading: &Reading) {
    if matches!(d.case.state, CaseState::PlanRunning { .. }) {
        return plan_beyond_policy(d);
    }
    if !d.case.state.can_agree() {
        return not_for_the_bot(d, TaskKind::PlanBeyondPolicy);
    }
    let terms = told_so_far(&d.case.state, reading);
    d.record(Event::PlanAsked { terms });
    match offer(d.balance(), terms, reading.date, &d.policy.plan, &d.policy.law, d.today) {
        Offer::NeedsTerms => {
            d.rule("plan.ask_terms");
            d.say(Message::AskPlanTerms { max_instalments: d.policy.plan.max_instalments });
        }
        Offer::AsAsked(plan) => {
            d.rule("plan.within_bounds");
            let stands_until = d.today + Days::new(d.policy.offer_days);
            d.record(Event::PlanOffered { plan: plan.clone(), stands_until, counter: false });
            offer_stands(d, stands_until);
            d.say(Message::PlanOffered { plan });
        }
        Offer::Counter(_) if d.case.conversation.counter_offers >= 1 => plan_beyond_policy(d),
        Offer::Counter(plan) => {
            d.rule("plan.counter_offer");
            let stands_until = d.today + Days::new(d.policy.offer_days);
            d.record(Event::PlanOffered { plan: plan.clone(), stands_until, counter: true });
            offer_stands(d, stands_until);
            d.say(Message::PlanCounterOffer { plan });
        }
        Offer::BeyondPolicy => plan_beyond_policy(d),
    }
}

/// What this reply says, completed by what was said before.
fn told_so_far(state: &CaseState, reading: &Reading) -> PlanTerms {
    let said = reading.plan;
    let CaseState::PlanNegotiated { terms } = state else { return said };
    let says_how_much = said.instalments.is_some() || said.instalment_minor.is_some();
    PlanTerms {
        instalments: if says_how_much { said.instalments } else { terms.instalments },
        instalment_minor: if says_how_much { said.instalment_minor } else { terms.instalment_minor },
        period: said.period.or(terms.period),
    }
}

fn offer_stands(d: &mut Draft, until: NaiveDate) {
    d.recall(super::Recall::Demands);
    d.stop_timers(&[TimerKind::PromiseDue, TimerKind::InstalmentDue]);
    d.set_timer(TimerKind::OfferLapses, until + Days::new(1));
}

fn plan_beyond_policy(d: &mut Draft) {
    d.rule("plan.beyond_policy");
    d.say(Message::PlanToHuman);
    d.hand_over(TaskKind::PlanBeyondPolicy);
}

/// A date or a plan is offered where only a person may agree.
fn not_for_the_bot(d: &mut Draft, task: TaskKind) {
    d.rule("agreement.human_only");
    d.say(Message::HandedOver);
    d.hand_over(task);
}

/// A bare yes means what was asked.
pub(super) fn affirmation(d: &mut Draft) {
    match (d.case.conversation.asked, d.case.state.clone()) {
        (Some(Asked::ConfirmDate), CaseState::PromiseProposed { promise }) => {
            d.rule("yes.date_confirmed");
            confirm(d, promise);
        }
        (Some(Asked::ConfirmPlan), CaseState::PlanOffered { plan, .. }) => {
            d.rule("yes.plan_runs");
            plan_runs(d, plan);
        }
        (Some(Asked::PayOrExplain), _) => {
            d.rule("yes.pays");
            d.say(Message::PaymentLink { amount: d.balance() });
        }
        // What was to be confirmed may have lapsed since: their yes is then a wish to agree, and the terms are asked again.
        (Some(Asked::ConfirmPlan), _) => {
            d.rule("yes.offer_lapsed");
            plan_request(d, &Reading::bare(Intent::PlanRequest));
        }
        (Some(Asked::PaymentDate | Asked::ConfirmDate), _) => {
            d.rule("yes.but_when");
            d.say(Message::AskPaymentDate { latest: d.latest_promise() });
        }
        (Some(Asked::PlanTerms), _) => {
            d.rule("yes.but_which_terms");
            misunderstood(d);
        }
        (Some(Asked::Menu), _) => misunderstood(d),
        (Some(Asked::ConfirmIdentity), _) => {
            d.rule("yes.identity_known");
            case_info(d);
        }
        // A person asked, and has given the thread back since.
        _ if matches!(d.case.conversation.last_said, Some(Message::FromAgent { .. })) => {
            d.rule("yes.to_a_person");
            d.task(TaskKind::NewReply);
        }
        _ => d.rule("yes.to_no_question"),
    }
}

/// The plan that was offered runs.
pub(super) fn plan_runs(d: &mut Draft, plan: Plan) {
    d.record(Event::PlanAgreed { plan: plan.clone() });
    d.stop_timers(&[TimerKind::OfferLapses, TimerKind::PromiseDue]);
    wait_for_instalment(d);
    d.say(Message::PlanAgreed { plan });
}

/// A bare no means what was asked.
pub(super) fn negation(d: &mut Draft) {
    match (d.case.conversation.asked, &d.case.state) {
        (Some(Asked::ConfirmDate), CaseState::PromiseProposed { .. }) => {
            d.rule("no.other_date");
            d.record(Event::PromiseWithdrawn);
            d.stop_timers(&[TimerKind::PromiseDue]);
            d.say(Message::AskPaymentDate { latest: d.latest_promise() });
        }
        (Some(Asked::ConfirmPlan), CaseState::PlanOffered { .. }) => {
            d.record(Event::PlanDeclined);
            d.stop_timers(&[TimerKind::OfferLapses]);
            if d.case.conversation.counter_offers >= 1 {
                plan_beyond_policy(d);
            } else {
                d.rule("no.other_terms");
                d.say(Message::AskPlanTerms { max_instalments: d.policy.plan.max_instalments });
            }
        }
        (Some(Asked::ConfirmIdentity), _) => wrong_number(d),
        _ => {
            d.rule("no.menu");
            misunderstood(d);
        }
    }
}

/// Wakes when the next payment of the running plan should have come in.
pub(super) fn wait_for_instalment(d: &mut Draft) {
    let CaseState::PlanRunning { plan, paid_before } = &d.case.state else { return };
    let Some(next) = plan.next_unpaid(d.case.debt.paid.minor - paid_before) else { return };
    let rings = d.policy.law.working_days_after(next.on, d.policy.promise_grace_working_days);
    d.set_timer(TimerKind::InstalmentDue, rings.max(d.today + Days::new(1)));
}
