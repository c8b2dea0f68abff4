//! What is on file: what the state of a case carries, its plan, and what the creditor told of the person and of the number.

use super::turns::{Fact, label};
use crate::domain::{Case, CaseState, local_day};
use crate::service::CaseView;
use crate::web::pages::Tongue;
use serde::Serialize;

/// One payment of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Part {
    pub on: String,
    pub amount: String,
    /// Whether it came in, and what is left of it.
    pub state: String,
    pub paid: bool,
    pub late: bool,
}

/// The payments of the plan that is offered or runs, and which of them came in.
pub fn plan(case: &Case, tongue: &Tongue) -> Vec<Part> {
    let (plan, paid) = match &case.state {
        CaseState::PlanOffered { plan, .. } => (plan, 0),
        CaseState::PlanRunning { plan, paid_before } => (plan, case.debt.paid.minor - paid_before),
        _ => return Vec::new(),
    };
    let today = local_day(tongue.now, case.debtor.zone);
    let part = |(instalment, covered): (crate::domain::Instalment, crate::domain::Money)| {
        let left = instalment.amount.minus(covered);
        let (paid, late) = (left.is_zero(), !left.is_zero() && instalment.on < today);
        let state = match (paid, covered.is_zero()) {
            (true, _) => tongue.say("debtor", "instalment_paid"),
            (false, false) => tongue.say_with("debtor", "instalment_left", &tongue.amount(left)),
            (false, true) if late => tongue.say("console", "instalment_late"),
            (false, true) => tongue.say("debtor", "instalment_due"),
        };
        Part { on: tongue.day(instalment.on), amount: tongue.amount(instalment.amount), state, paid, late }
    };
    plan.covered(paid).map(part).collect()
}

/// What the creditor told of the person and of the number.
pub fn facts(view: &CaseView, tongue: &Tongue) -> Vec<Fact> {
    let (debtor, particulars) = (&view.case.debtor, &view.particulars);
    let origin = label(&view.case.phone.origin).unwrap_or_default();
    let segment = label(&debtor.segment).unwrap_or_default();
    [
        ("segment", Some(tongue.say("segments", &segment))),
        ("email", debtor.email.clone()),
        ("origin", Some(tongue.say("origins", &origin))),
        ("number_source", particulars.number_source.clone()),
        ("number_obtained_on", particulars.number_obtained_on.map(|on| tongue.date(on))),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some(Fact { label: tongue.say("details", key), value: value? }))
    .collect()
}

/// What the state carries, in words.
pub fn details(case: &Case, tongue: &Tongue) -> Vec<Fact> {
    let fact = |key: &str, value: String| Fact { label: tongue.say("details", key), value };
    match &case.state {
        CaseState::PromiseProposed { promise } | CaseState::Promised { promise } => {
            vec![fact("promise", format!("{}, {}", tongue.amount(promise.amount), tongue.day(promise.on)))]
        }
        CaseState::PlanOffered { stands_until, .. } => vec![fact("stands_until", tongue.day(*stands_until))],
        CaseState::PaymentClaimed { claim, .. } => vec![fact("paused_until", tongue.day(claim.paused_until))],
        CaseState::Disputed { dispute, .. } => {
            let reason = dispute.reason.clone().map(|reason| fact("reason", reason));
            let right = dispute.held_right.map(|amount| fact("held_right", tongue.amount(amount)));
            let by = fact("answer_by", tongue.day(dispute.answer_by));
            reason.into_iter().chain(right).chain([by]).collect()
        }
        CaseState::Frozen { freeze, .. } => {
            let because = freeze.because.iter().filter_map(label).map(|name| tongue.say("signals", &name));
            let because = fact("because", because.collect::<Vec<_>>().join(", "));
            let until = freeze.until.map_or_else(|| tongue.say("details", "a_person_lifts"), |until| tongue.day(until));
            vec![because, fact("frozen_until", until)]
        }
        CaseState::Closed { reason, .. } => {
            let reason = label(reason).unwrap_or_default();
            vec![fact("closed", tongue.say("closings", &reason))]
        }
        CaseState::Open
        | CaseState::PlanNegotiated { .. }
        | CaseState::PlanRunning { .. }
        | CaseState::Refused { .. }
        | CaseState::Settled { .. } => Vec::new(),
    }
}
