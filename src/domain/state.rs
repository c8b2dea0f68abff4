//! The state of a case. Each state carries exactly its own data, and a transition consumes it.

use super::{Money, Plan, PlanTerms, Vulnerability};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// An amount offered for a day, in one payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// How much.
    pub amount: Money,
    /// By which day.
    pub on: NaiveDate,
}

/// What the debtor contests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispute {
    /// Their reason, in their words, once we have it.
    pub reason: Option<String>,
    /// The amount they hold right.
    pub held_right: Option<Money>,
    /// The day they contested it.
    pub opened_on: NaiveDate,
    /// The day by which a person answers.
    pub answer_by: NaiveDate,
}

/// A payment that they say was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentClaim {
    /// What they said, word for word, oldest first.
    pub words: Vec<String>,
    /// No reminder until that day.
    pub paused_until: NaiveDate,
}

/// A rest that a hardship calls for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freeze {
    /// What happened.
    pub because: Vec<Vulnerability>,
    /// The day it ends by itself; without one, only a person can end it.
    pub until: Option<NaiveDate>,
}

/// Why a case was closed without being paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosingReason {
    /// The dispute was right.
    DisputeUpheld,
    /// The creditor gives it up.
    Abandoned,
    /// It goes another way than by message.
    HandledElsewhere,
}

/// Where a case stands. The states that interrupt another one keep it, so that a person can resume it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum CaseState {
    /// Due, and nothing agreed.
    Open,
    /// A date was offered and awaits their "oui"; reminders already rest.
    PromiseProposed {
        /// What was offered.
        promise: Promise,
    },
    /// They confirmed the date.
    Promised {
        /// What was promised.
        promise: Promise,
    },
    /// They want to pay in parts and the terms are being told.
    PlanNegotiated {
        /// The terms so far.
        terms: PlanTerms,
    },
    /// A plan awaits their "oui".
    PlanOffered {
        /// The plan.
        plan: Plan,
        /// The day after which the offer no longer stands.
        stands_until: NaiveDate,
    },
    /// The plan runs.
    PlanRunning {
        /// The plan.
        plan: Plan,
        /// What had been paid on the case before it began, in minor units.
        paid_before: i64,
    },
    /// They say that it was paid.
    PaymentClaimed {
        /// The claim.
        claim: PaymentClaim,
        /// What it interrupts.
        before: Box<CaseState>,
    },
    /// Contested: every demand and clock rests.
    Disputed {
        /// The dispute.
        dispute: Dispute,
        /// What it interrupts.
        before: Box<CaseState>,
    },
    /// At rest after a hardship.
    Frozen {
        /// Why and until when.
        freeze: Freeze,
        /// What it interrupts.
        before: Box<CaseState>,
    },
    /// They will not pay: a person decides what comes next.
    Refused {
        /// What it interrupts.
        before: Box<CaseState>,
    },
    /// Nothing is due any more.
    Settled {
        /// Since when.
        at: DateTime<Utc>,
    },
    /// Closed without being paid.
    Closed {
        /// Why.
        reason: ClosingReason,
        /// Since when.
        at: DateTime<Utc>,
    },
}

/// An event that cannot happen in a state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a case that is {from} cannot become {to}")]
pub struct InvalidTransition {
    /// The state it is in.
    pub from: &'static str,
    /// The state it was asked to take.
    pub to: &'static str,
}

type Transition = Result<CaseState, InvalidTransition>;

impl CaseState {
    /// The name under which it is stored and shown.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::PromiseProposed { .. } => "promise_proposed",
            Self::Promised { .. } => "promised",
            Self::PlanNegotiated { .. } => "plan_negotiated",
            Self::PlanOffered { .. } => "plan_offered",
            Self::PlanRunning { .. } => "plan_running",
            Self::PaymentClaimed { .. } => "payment_claimed",
            Self::Disputed { .. } => "disputed",
            Self::Frozen { .. } => "frozen",
            Self::Refused { .. } => "refused",
            Self::Settled { .. } => "settled",
            Self::Closed { .. } => "closed",
        }
    }

    /// Nothing more is expected.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        matches!(self, Self::Settled { .. } | Self::Closed { .. })
    }

    /// States in which the debtor may still agree with the bot on a date or a plan: a running plan stands, also below what
    /// interrupts it. A freeze that ends by itself does not keep them from offering something; one that a person must lift does.
    #[must_use]
    pub fn can_agree(&self) -> bool {
        match self {
            Self::PlanRunning { .. } | Self::Disputed { .. } | Self::Settled { .. } | Self::Closed { .. } => false,
            Self::Frozen { freeze, before } => freeze.until.is_some() && before.can_agree(),
            Self::PaymentClaimed { before, .. } | Self::Refused { before } => before.can_agree(),
            _ => true,
        }
    }

    /// States in which we may ask for money without having been written to.
    #[must_use]
    pub const fn can_be_asked_to_pay(&self) -> bool {
        matches!(self, Self::Open | Self::PlanNegotiated { .. } | Self::PlanRunning { .. })
    }

    /// A rest that only a person can end: a death, an insolvency, a guardian, a danger; also below what interrupts it.
    #[must_use]
    pub fn rests_until_cleared(&self) -> bool {
        match self {
            Self::Frozen { freeze, .. } => freeze.until.is_none(),
            Self::PaymentClaimed { before, .. } | Self::Disputed { before, .. } | Self::Refused { before } => {
                before.rests_until_cleared()
            }
            _ => false,
        }
    }

    fn refuse(&self, to: &'static str) -> InvalidTransition {
        InvalidTransition { from: self.name(), to }
    }

    /// What a state that interrupts this one keeps of it. Interruptions do not pile up, but a rest is kept: only its own end
    /// or a person lifts it.
    fn into_resumable(self) -> Box<Self> {
        match self {
            Self::PaymentClaimed { before, .. } | Self::Disputed { before, .. } | Self::Refused { before } => before,
            // What only awaited a "oui" does not survive an interruption.
            Self::PromiseProposed { .. } | Self::PlanNegotiated { .. } | Self::PlanOffered { .. } => {
                Box::new(Self::Open)
            }
            other => Box::new(other),
        }
    }

    /// The same once money has moved: a sum that was proposed, offered or promised is no longer what is due, while a plan that
    /// runs counts what comes in by itself. What interrupts the case still does.
    #[must_use]
    pub fn without_proposals(self) -> Self {
        let below = |before: Box<Self>| Box::new(before.without_proposals());
        match self {
            Self::PromiseProposed { .. } | Self::Promised { .. } | Self::PlanOffered { .. } => Self::Open,
            Self::PaymentClaimed { claim, before } => Self::PaymentClaimed { claim, before: below(before) },
            Self::Disputed { dispute, before } => Self::Disputed { dispute, before: below(before) },
            Self::Frozen { freeze, before } => Self::Frozen { freeze, before: below(before) },
            Self::Refused { before } => Self::Refused { before: below(before) },
            other => other,
        }
    }

    /// A date was offered.
    ///
    /// # Errors
    /// When the case is over, disputed, or frozen until a person lifts it.
    pub fn propose(self, promise: Promise) -> Transition {
        if self.can_agree() { Ok(Self::PromiseProposed { promise }) } else { Err(self.refuse("promise_proposed")) }
    }

    /// The date was confirmed, or needs no confirmation.
    ///
    /// # Errors
    /// As for [`Self::propose`].
    pub fn promise(self, promise: Promise) -> Transition {
        if self.can_agree() { Ok(Self::Promised { promise }) } else { Err(self.refuse("promised")) }
    }

    /// They want to pay in parts.
    ///
    /// # Errors
    /// As for [`Self::propose`].
    pub fn negotiate(self, terms: PlanTerms) -> Transition {
        if self.can_agree() { Ok(Self::PlanNegotiated { terms }) } else { Err(self.refuse("plan_negotiated")) }
    }

    /// A plan was offered.
    ///
    /// # Errors
    /// As for [`Self::propose`].
    pub fn offer(self, plan: Plan, stands_until: NaiveDate) -> Transition {
        if self.can_agree() { Ok(Self::PlanOffered { plan, stands_until }) } else { Err(self.refuse("plan_offered")) }
    }

    /// Their "oui" makes the offered plan run.
    ///
    /// # Errors
    /// When no plan is offered.
    pub fn agree(self, paid_before: i64) -> Transition {
        match self {
            Self::PlanOffered { plan, .. } => Ok(Self::PlanRunning { plan, paid_before }),
            other => Err(other.refuse("plan_running")),
        }
    }

    /// The plan that runs makes way for another agreement.
    ///
    /// # Errors
    /// When none runs.
    pub fn end_plan(self) -> Transition {
        match self {
            Self::PlanRunning { .. } => Ok(Self::Open),
            other => Err(other.refuse("open")),
        }
    }

    /// What was proposed, promised or offered falls away.
    ///
    /// # Errors
    /// When nothing was.
    pub fn withdraw(self) -> Transition {
        match self {
            Self::PromiseProposed { .. }
            | Self::Promised { .. }
            | Self::PlanNegotiated { .. }
            | Self::PlanOffered { .. } => Ok(Self::Open),
            other => Err(other.refuse("open")),
        }
    }

    /// They say that it was paid. Said again, the words are added to the claim.
    ///
    /// # Errors
    /// When the case is over or disputed.
    pub fn claim(self, words: String, paused_until: NaiveDate) -> Transition {
        match self {
            Self::PaymentClaimed { mut claim, before } => {
                claim.words.push(words);
                Ok(Self::PaymentClaimed { claim, before })
            }
            Self::Disputed { .. } | Self::Settled { .. } | Self::Closed { .. } => Err(self.refuse("payment_claimed")),
            other => {
                let claim = PaymentClaim { words: vec![words], paused_until };
                Ok(Self::PaymentClaimed { claim, before: other.into_resumable() })
            }
        }
    }

    /// They contest it.
    ///
    /// # Errors
    /// When it is disputed already, or closed.
    pub fn dispute(self, dispute: Dispute) -> Transition {
        match self {
            Self::Disputed { .. } | Self::Closed { .. } => Err(self.refuse("disputed")),
            other => Ok(Self::Disputed { dispute, before: other.into_resumable() }),
        }
    }

    /// They say why they contest it.
    ///
    /// # Errors
    /// When it is not disputed.
    pub fn give_reason(self, reason: String, held_right: Option<Money>) -> Transition {
        match self {
            Self::Disputed { mut dispute, before } => {
                dispute.reason = Some(dispute.reason.map_or(reason.clone(), |first| format!("{first}\n{reason}")));
                dispute.held_right = held_right.or(dispute.held_right);
                Ok(Self::Disputed { dispute, before })
            }
            other => Err(other.refuse("disputed")),
        }
    }

    /// Something happened to them. A freeze that only a person can lift is never shortened, and outlasts a dispute.
    ///
    /// # Errors
    /// When the case is over.
    pub fn freeze(self, freeze: Freeze) -> Transition {
        match self {
            Self::Settled { .. } | Self::Closed { .. } => Err(self.refuse("frozen")),
            Self::Disputed { dispute, before } => {
                let before = Box::new(before.freeze(freeze)?);
                Ok(Self::Disputed { dispute, before })
            }
            Self::Frozen { freeze: mut first, before } => {
                for circumstance in freeze.because {
                    if !first.because.contains(&circumstance) {
                        first.because.push(circumstance);
                    }
                }
                first.until = first.until.zip(freeze.until).map(|(a, b)| a.max(b));
                Ok(Self::Frozen { freeze: first, before })
            }
            Self::PaymentClaimed { claim, before } if matches!(*before, Self::Frozen { .. }) => {
                let before = Box::new(before.freeze(freeze)?);
                Ok(Self::PaymentClaimed { claim, before })
            }
            other => Ok(Self::Frozen { freeze, before: other.into_resumable() }),
        }
    }

    /// They will not pay.
    ///
    /// # Errors
    /// When the case is over, or rests for a graver reason.
    pub fn refuse_to_pay(self) -> Transition {
        match self {
            Self::Disputed { .. } | Self::Frozen { .. } | Self::Settled { .. } | Self::Closed { .. } => {
                Err(self.refuse("refused"))
            }
            other => Ok(Self::Refused { before: other.into_resumable() }),
        }
    }

    /// What interrupted the case is sorted out: it goes on where it was.
    ///
    /// # Errors
    /// When nothing interrupts it.
    pub fn resume(self) -> Transition {
        match self {
            Self::PaymentClaimed { before, .. }
            | Self::Disputed { before, .. }
            | Self::Frozen { before, .. }
            | Self::Refused { before } => Ok(*before),
            other => Err(other.refuse("open")),
        }
    }

    /// Money came in: of a promise, what remains is waited for.
    #[must_use]
    pub fn pay(self, amount: Money) -> Self {
        let left = |promise: Promise| Promise { amount: promise.amount.minus(amount), ..promise };
        match self {
            Self::Promised { promise } => Self::Promised { promise: left(promise) },
            Self::PromiseProposed { promise } => Self::PromiseProposed { promise: left(promise) },
            other => other,
        }
    }

    /// Something is due again: what was settled is open.
    #[must_use]
    pub fn reopen(self) -> Self {
        if matches!(self, Self::Settled { .. }) { Self::Open } else { self }
    }

    /// All of it came in.
    ///
    /// # Errors
    /// When the case was closed.
    pub fn settle(self, at: DateTime<Utc>) -> Transition {
        match self {
            Self::Closed { .. } => Err(self.refuse("settled")),
            _ => Ok(Self::Settled { at }),
        }
    }

    /// A person closes it.
    ///
    /// # Errors
    /// When it is over already.
    pub fn close(self, reason: ClosingReason, at: DateTime<Utc>) -> Transition {
        if self.is_over() { Err(self.refuse("closed")) } else { Ok(Self::Closed { reason, at }) }
    }
}
