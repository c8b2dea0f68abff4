//! A case as people look at it.

use super::file::{Part, details, facts, plan};
use super::turns::{Fact, Said, Turn, label};
use crate::domain::{CaseState, Holder, SuppressionReason, TaskKind, local_day};
use crate::service::{CaseView, TaskView};
use crate::web::pages::Tongue;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// A case, told.
#[derive(Debug, Clone, Serialize)]
pub struct Story {
    pub id: String,
    pub reference: String,
    pub creditor: String,
    pub debtor: String,
    pub invoice: Option<String>,
    pub amount: String,
    pub paid: Option<String>,
    pub balance: String,
    pub due_on: String,
    pub state: Said,
    pub details: Vec<Fact>,
    /// What came in beyond what was owed, until a person says that it was given back.
    pub overpaid: Option<String>,
    /// The payments of the plan that is offered or runs.
    pub plan: Vec<Part>,
    /// What the creditor's file says of the person and of the number.
    pub facts: Vec<Fact>,
    /// A state that a person can end: a dispute, a rest, a claim, a refusal.
    pub interrupted: bool,
    pub over: bool,
    /// A person holds the thread.
    pub human: bool,
    /// A dunning plan sends its reminders.
    pub planned: bool,
    /// An agent keeps those reminders back.
    pub paused: bool,
    pub suppressed: Option<Said>,
    /// The person asked for no more messages.
    pub stopped: bool,
    pub identity: Said,
    /// Where letters go, line by line.
    pub address: Vec<String>,
    pub address_is_full: bool,
    pub turns: Vec<Turn>,
    /// Time will bring something about: a timer, or a message that is held.
    pub waits: bool,
    pub timers: Vec<Fact>,
    /// The last decision that is told; forms say it, so that an act on an old page is known for one.
    pub seen: String,
    /// The day, where the debtor is.
    pub today: String,
    pub tasks: Vec<Todo>,
    pub now: String,
}

impl Story {
    /// Tells what the service saw.
    pub fn of(view: &CaseView, tongue: &Tongue) -> Self {
        let case = &view.case;
        let zone = case.debtor.zone;
        let suppressed = case.phone.suppressed.and_then(|suppression| label(&suppression.reason));
        let level = label(&case.phone.identity).unwrap_or_default();
        Self {
            id: case.id.to_string(),
            reference: case.reference.clone(),
            creditor: view.creditor.name.clone(),
            debtor: case.debtor.name.clone(),
            invoice: case.debt.invoice.clone(),
            amount: tongue.amount(case.debt.amount),
            paid: (!case.debt.paid.is_zero()).then(|| tongue.amount(case.debt.paid)),
            balance: tongue.amount(case.debt.balance()),
            due_on: tongue.day(case.debt.due_on),
            state: Said::of("states", case.state.name(), tongue),
            details: details(case, tongue),
            overpaid: case.debt.overpaid().filter(|_| owes_back(view)).map(|over| tongue.amount(over)),
            plan: plan(case, tongue),
            facts: facts(view, tongue),
            interrupted: is_interrupted(&case.state),
            over: case.state.is_over(),
            human: case.conversation.holder == Holder::Human,
            planned: view.creditor.policy.dunning.of(case.debtor.segment).is_some(),
            paused: case.dunning.paused,
            suppressed: suppressed.map(|reason| Said::of("suppressions", &reason, tongue)),
            stopped: case.phone.suppressed.is_some_and(|known| known.reason == SuppressionReason::OptOut),
            identity: Said::of("identities", &level, tongue),
            address: view.destination.lines.clone(),
            address_is_full: view.destination.is_full,
            turns: view.lines.iter().map(|line| Turn::of(line, view, tongue)).collect(),
            waits: view.next_due().is_some(),
            timers: view
                .timers
                .iter()
                .map(|(kind, at)| Fact { label: tongue.say("timers", kind.label()), value: tongue.moment(*at, zone) })
                .collect(),
            seen: view.mark.clone(),
            today: local_day(view.now, zone).to_string(),
            tasks: view.tasks.iter().map(|task| Todo::of(task, tongue)).collect(),
            now: tongue.moment(view.now, zone),
        }
    }
}

/// Something a person has to do.
#[derive(Debug, Clone, Serialize)]
pub struct Todo {
    pub id: String,
    pub kind: Said,
    /// The page of what to print or to say.
    pub sheet: bool,
    /// It is sent by post.
    pub posted: bool,
    pub urgent: bool,
    pub late: bool,
    /// The last message that asked for it.
    pub seen: String,
    pub age: String,
    pub due_on: Option<String>,
    pub call_back: Option<String>,
    /// The language to speak, when it is not one that we read.
    pub language: Option<String>,
    pub case: Option<String>,
    pub reference: Option<String>,
    pub debtor: Option<String>,
    pub creditor: Option<String>,
}

impl Todo {
    /// Tells a task.
    pub fn of(task: &TaskView, tongue: &Tongue) -> Self {
        let (case, creditor) = task.case.as_ref().map(|(case, creditor)| (case, creditor)).unzip();
        let call_back = task.call_back.map(|when| {
            let on = when.on.map(|on| tongue.day(on));
            let at = when.at.map(|at| at.format("%H:%M").to_string());
            [on, at].into_iter().flatten().collect::<Vec<_>>().join(", ")
        });
        Self {
            id: task.id.to_string(),
            kind: kind(task, tongue),
            posted: task.kind.is_letter(),
            sheet: task.kind.is_letter() || task.kind == TaskKind::MakeCall,
            urgent: task.kind.is_urgent(),
            late: task.due_on.is_some_and(|due| due < tongue.now.date_naive()),
            age: age(task.opened_at, tongue),
            seen: task.inbound.map(|inbound| inbound.to_string()).unwrap_or_default(),
            due_on: task.due_on.map(|due| tongue.day(due)),
            call_back: call_back.filter(|when| !when.is_empty()),
            language: task.language.map(|language| tongue.say("languages", language.code())),
            case: case.map(|case| case.id.to_string()),
            reference: case.map(|case| case.reference.clone()),
            debtor: case.map(|case| case.debtor.name.clone()),
            creditor: creditor.map(|creditor| creditor.name.clone()),
        }
    }
}

/// What is to be done, and for which step of the plan.
fn kind(task: &TaskView, tongue: &Tongue) -> Said {
    let kind = Said::of("tasks", task.kind.label(), tongue);
    let Some(step) = task.step else { return kind };
    let stage = tongue.say("stages", step.stage.label());
    let step = tongue.say_with("dunning", "step", &step.number.to_string());
    Said { words: format!("{} : {stage} ({step})", kind.words), ..kind }
}

/// How long ago.
pub fn age(since: DateTime<Utc>, tongue: &Tongue) -> String {
    let (unit, count) = match (tongue.now - since).num_minutes().max(0) {
        0 => ("now", 0),
        minutes @ 1..60 => ("minutes", minutes),
        minutes @ 60..1440 => ("hours", minutes / 60),
        minutes => ("days", minutes / 1440),
    };
    tongue.say_with("ages", unit, &count.to_string())
}

fn owes_back(view: &CaseView) -> bool {
    view.tasks.iter().any(|task| task.kind == TaskKind::Overpaid)
}

const fn is_interrupted(state: &CaseState) -> bool {
    matches!(
        state,
        CaseState::PaymentClaimed { .. }
            | CaseState::Disputed { .. }
            | CaseState::Frozen { .. }
            | CaseState::Refused { .. }
    )
}
