//! The heart: what happens, given a case, the creditor's policy, something that came in, and the time.
//!
//! `decide` returns facts (events), words (messages), alarms (timers) and work for people (tasks); it changes nothing.
//! What came in is a reply (`reply`), money (`payment`), a person's act (`agent`), a carrier's receipt or a timer (`other`).
//! All of them write to a `Draft`, which holds the rules that no answer may break.

mod agent;
mod agreement;
mod answers;
mod correction;
mod draft;
mod dunning;
mod other;
mod payment;
mod reply;
#[cfg(test)]
mod tests;

use super::{
    Acknowledges, Case, CaseState, Event, IncomingPayment, Message, Money, NewTask, Policy, Purpose, Reading, TaskKind,
    TimerKind,
};
pub use agent::AgentAct;
use chrono::{DateTime, Utc};
pub use correction::Correction;
use draft::Draft;
use serde::{Deserialize, Serialize};

/// What can come in.
#[derive(Debug, Clone, PartialEq)]
pub enum Stimulus {
    /// A reply, read.
    Inbound {
        /// What it means.
        reading: Reading,
        /// Word for word.
        text: String,
    },
    /// The carrier says what became of a message.
    Receipt(SendReport),
    /// Money came in.
    Payment(IncomingPayment),
    /// Money that had come in went back: a direct debit that was not honoured.
    Reversal {
        /// How much.
        amount: Money,
        /// By what means it had come.
        means: String,
    },
    /// A payment or a reversal was written down by mistake.
    PaymentUndone {
        /// What was paid without it.
        paid: Money,
        /// Where the case stands without it.
        state: CaseState,
        /// The agent who takes it back, when one does.
        by: Option<String>,
    },
    /// A timer rang.
    TimerFired(TimerKind),
    /// A campaign gives the case its turn.
    Campaign,
    /// A person acts in the console.
    AgentAct {
        /// Who.
        by: String,
        /// What they do.
        act: AgentAct,
    },
}

/// What became of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendReport {
    /// On the handset.
    Delivered,
    /// It did not arrive, and may another time.
    Undelivered,
    /// The number cannot receive.
    NumberInvalid,
    /// The carrier holds an opt-out for this number.
    OptedOut,
    /// The carrier refuses for a reason that only settings or wording can mend.
    Blocked,
}

/// Which messages, queued and not yet gone, are called back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recall {
    /// None.
    #[default]
    Nothing,
    /// Those that ask for money.
    Demands,
    /// Those that speak of the debt: they were written before what is now known.
    Debt,
    /// All of them.
    Everything,
}

impl Recall {
    /// The label by which the store knows it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Demands => "demands",
            Self::Debt => "debt",
            Self::Everything => "everything",
        }
    }

    /// Whether it calls back a message of that purpose.
    #[must_use]
    pub const fn takes(self, purpose: Purpose) -> bool {
        match self {
            Self::Nothing => false,
            Self::Demands => matches!(purpose, Purpose::Demand),
            Self::Debt => matches!(purpose, Purpose::Demand | Purpose::Answer),
            Self::Everything => true,
        }
    }
}

/// A timer to set or to stop; a case has one of each kind at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerChange {
    /// Rings at `at`; replaces the one of its kind.
    Set {
        /// Which.
        kind: TimerKind,
        /// When.
        at: DateTime<Utc>,
    },
    /// No longer rings.
    Stop {
        /// Which.
        kind: TimerKind,
    },
}

/// What is to be done.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Decision {
    /// What has now happened, in order.
    pub events: Vec<Event>,
    /// What to say, in order.
    pub messages: Vec<Message>,
    /// Queued messages to call back before these are queued.
    pub recall: Recall,
    /// Alarms to set and to stop.
    pub timers: Vec<TimerChange>,
    /// Work for people.
    pub tasks: Vec<NewTask>,
    /// The tasks that this does, by their kinds.
    pub ends: Vec<TaskKind>,
    /// The rules that decided, in order, by name: they explain the decision.
    pub rules: Vec<&'static str>,
    /// The rule by which an agent's act is not done; nothing else is then decided.
    pub refused: Option<&'static str>,
}

/// Decides what happens to `case` when `stimulus` comes in at `now`.
#[must_use]
pub fn decide(case: &Case, policy: &Policy, stimulus: &Stimulus, now: DateTime<Utc>) -> Decision {
    let mut draft = Draft::new(case, policy, now);
    match stimulus {
        Stimulus::Inbound { reading, text } => reply::reply(&mut draft, reading, text),
        Stimulus::Receipt(report) => other::receipt(&mut draft, *report),
        Stimulus::Payment(incoming) => payment::payment(&mut draft, incoming),
        Stimulus::Reversal { amount, means } => payment::reversal(&mut draft, *amount, means),
        Stimulus::PaymentUndone { paid, state, by } => payment::undone(&mut draft, *paid, state, by.as_deref()),
        Stimulus::TimerFired(kind) => other::timer(&mut draft, *kind),
        Stimulus::Campaign => other::campaign(&mut draft),
        Stimulus::AgentAct { by, act } => agent::agent(&mut draft, by, act),
    }
    dunning::schedule(&mut draft);
    draft.finish()
}

/// The admission that may be recorded of a reading that is acted on: one in words only when it is sure that it was made.
#[must_use]
pub fn admission(reading: &Reading, policy: &Policy) -> Acknowledges {
    let sure = reading.admission_risk <= policy.risk_below;
    if sure { reading.acknowledges } else { reading.acknowledges.min(Acknowledges::Implied) }
}

/// Whether the bot acts on this reading, rather than ask or hand over. STOP is the exception: in doubt, it is taken.
#[must_use]
pub fn acts_on(reading: &Reading, policy: &Policy) -> bool {
    use super::Intent;
    match reading.intent {
        Intent::Unclear => reading.keyword.is_some(),
        Intent::OptOut => true,
        _ => reading.confidence >= policy.act_above && reading.risk <= policy.risk_below,
    }
}
