//! What a plan has for a case now.
//!
//! Steps come in order, one at a time. When days were missed, the earliest step that was not done is done, and the one
//! after it no sooner than its own distance from the one before: nobody gets two at once, and none is dropped for being late.
//! A step is passed over only when what it says is no longer true ("due today", the day after).

use super::{Channel, DunningPlan, Step};
use crate::domain::{Case, CaseState, Holder, Law, Policy, SuppressionReason, instant, local_day};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What may have ended without this case being told, a letter not on file or a person who holds the thread, is looked at again
/// after so long.
const LOOK_AGAIN: Days = Days::new(7);
/// How far ahead a day on which a step may be done is looked for.
const HORIZON: usize = 60;

/// How far a case is on its plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Progress {
    /// The first step that is still to be done: those before it were done or passed over.
    pub next: usize,
    /// The day of the last step that was done.
    pub done_on: Option<NaiveDate>,
    /// An agent keeps the reminders back.
    pub paused: bool,
}

/// What holds the reminders of a case back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    /// An agent paused them.
    ByAgent,
    /// A promise, a plan, a claim, a dispute, a rest or a refusal.
    State,
    /// Nothing may leave for this number.
    Suppressed,
    /// A person holds the thread, for this case or for another one.
    HumanHolds,
    /// The letter that comes first is not on file (R124-4).
    LetterMissing,
}

/// What a plan has for a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next<'a> {
    /// This step, now.
    Do {
        /// Its place in the plan, from 0.
        index: usize,
        /// What to do.
        step: &'a Step,
    },
    /// Nothing before then.
    Wait {
        /// When to ask again.
        until: DateTime<Utc>,
    },
    /// Nothing as long as that lasts.
    Paused(Pause),
    /// Nothing more.
    Nothing,
}

impl Next<'_> {
    /// When to ask again, of what was asked at `now`; `None` where only another event of the case can change the answer.
    #[must_use]
    pub fn ask_again(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Do { .. } => Some(now),
            Self::Wait { until } => Some(until),
            Self::Paused(Pause::LetterMissing | Pause::HumanHolds) => Some(now + LOOK_AGAIN),
            Self::Paused(_) | Self::Nothing => None,
        }
    }
}

/// What `plan` has for `case` at `now`, under its creditor's policy.
#[must_use]
pub fn next_step<'a>(plan: &'a DunningPlan, policy: &Policy, case: &Case, now: DateTime<Utc>) -> Next<'a> {
    if case.state.is_over() || case.debt.balance().minor <= 0 {
        return Next::Nothing;
    }
    if let Some(pause) = pause(case) {
        return Next::Paused(pause);
    }
    let Some(Coming { index, step, at }) = coming(plan, policy, case, now) else { return Next::Nothing };
    // R124-4: the letter is recalled in every message.
    if matches!(step.channel, Channel::Sms | Channel::Email) && letter_missing(plan, case) {
        return Next::Paused(Pause::LetterMissing);
    }
    if at <= now { Next::Do { index, step } } else { Next::Wait { until: at } }
}

fn pause(case: &Case) -> Option<Pause> {
    if case.dunning.paused {
        Some(Pause::ByAgent)
    } else if !matches!(case.state, CaseState::Open | CaseState::PlanNegotiated { .. }) {
        Some(Pause::State)
    } else if case.phone.suppressed.is_some_and(|suppressed| suppressed.reason != SuppressionReason::Invalid) {
        Some(Pause::Suppressed)
    } else if case.conversation.holder == Holder::Human {
        Some(Pause::HumanHolds)
    } else {
        None
    }
}

fn letter_missing(plan: &DunningPlan, case: &Case) -> bool {
    plan.role.needs_letter(plan.jurisdiction) && case.letter.is_none()
}

/// The step that comes next, whatever holds it back meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coming<'a> {
    /// Its place in the plan, from 0.
    pub index: usize,
    /// What to do.
    pub step: &'a Step,
    /// When, at the earliest.
    pub at: DateTime<Utc>,
}

/// The first step of `plan` that is still to be done for `case` and will be true when its moment comes, as if nothing held it
/// back.
#[must_use]
pub fn coming<'a>(plan: &'a DunningPlan, policy: &Policy, case: &Case, now: DateTime<Utc>) -> Option<Coming<'a>> {
    let due_on = case.debt.due_on;
    let offsets: Vec<i64> = plan.offsets().collect();
    for (index, step) in plan.steps.iter().enumerate().skip(case.dunning.next) {
        if step.required && plan.role.needs_letter(plan.jurisdiction) && case.letter.is_some() {
            // The letter that it is to send was sent.
            continue;
        }
        if step.channel == Channel::Sms && case.phone.suppressed.is_some() {
            // The number cannot receive: the other ways remain.
            continue;
        }
        let own_distance = index.checked_sub(1).map_or(0, |before| offsets[index] - offsets[before]);
        let earliest = [
            Some(due_on + chrono::Duration::days(offsets[index])),
            case.dunning.done_on.map(|done| done + chrono::Duration::days(own_distance)),
            case.conversation.no_demand_before,
            rested(case, step, policy.caps.days_between),
        ];
        let at = opening(step, &policy.law, case, earliest.into_iter().flatten().max()?, now)?;
        if step.holds_on(local_day(at, case.debtor.zone), due_on) {
            return Some(Coming { index, step, at });
        }
    }
    None
}

/// The first day on which they have had enough rest from our last words.
fn rested(case: &Case, step: &Step, days_between_texts: u32) -> Option<NaiveDate> {
    let spoke_on = local_day(case.conversation.spoke_at?, case.debtor.zone);
    Some(spoke_on + Days::new(if step.channel == Channel::Sms { days_between_texts.into() } else { 1 }))
}

/// The first moment, from `earliest` and from now on, that is in the hours of the step, on one of its weekdays, and on no
/// holiday.
fn opening(step: &Step, law: &Law, case: &Case, earliest: NaiveDate, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let zone = case.debtor.zone;
    let today = local_day(now, zone);
    let holiday = |day: &NaiveDate| law.is_holiday(*day, case.debtor.postcode.as_deref());
    let allowed = |day: &NaiveDate| step.weekdays.contains(&day.weekday()) && !holiday(day);
    let mut days = earliest.max(today).iter_days().take(HORIZON).filter(allowed);
    days.find_map(|day| {
        let (opens, closes) = (instant(day, step.hours.opens, zone), instant(day, step.hours.closes, zone));
        (now < closes).then(|| opens.max(now))
    })
}
