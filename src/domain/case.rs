//! A case: one debt of one debtor, all that `decide` may look at, and what each event does to it.

use super::dunning::Progress;
use super::{
    CaseId, CaseState, Conversation, CreditorKey, Decision, Event, Holder, IdentityLevel, InvalidTransition,
    Jurisdiction, Language, Message, Money, Phone, Stage, Suppression, SuppressionReason,
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// A consumer or a business: more may be said and asked of a business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Segment {
    /// A person.
    Consumer,
    /// A person whom the creditor wants to keep as a client: spoken to more warmly.
    Loyal,
    /// A firm, or someone as a firm.
    Business,
}

impl Segment {
    /// Whether the law protects them as a consumer.
    #[must_use]
    pub const fn is_consumer(self) -> bool {
        !matches!(self, Self::Business)
    }
}

/// Who owes.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debtor {
    /// As the creditor's file has it.
    pub name: String,
    /// The language to write in.
    pub language: Language,
    /// Their time zone.
    pub zone: Tz,
    /// A consumer or a business.
    pub segment: Segment,
    /// For what cannot be said in a text message.
    pub email: Option<String>,
    /// Kept for identity checks and local holidays.
    pub postcode: Option<String>,
}

/// A name is never printed by accident.
impl std::fmt::Debug for Debtor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Debtor")
            .field("language", &self.language)
            .field("segment", &self.segment)
            .finish_non_exhaustive()
    }
}

/// What is owed, and what came in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Debt {
    /// The invoice.
    pub invoice: Option<String>,
    /// What was owed at first.
    pub amount: Money,
    /// What has come in since.
    pub paid: Money,
    /// When the invoice was made out.
    pub issued_on: Option<NaiveDate>,
    /// Since when it is due.
    pub due_on: NaiveDate,
}

impl Debt {
    /// What is left to pay.
    #[must_use]
    pub fn balance(&self) -> Money {
        self.amount.minus(self.paid)
    }

    /// What was paid beyond what was owed, and is to be given back.
    #[must_use]
    pub fn overpaid(&self) -> Option<Money> {
        Some(self.paid.minus(self.amount)).filter(|over| !over.is_zero())
    }
}

/// The letter that an agency has to send first, and to recall in every message (R124-4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Its reference.
    pub reference: String,
    /// The day it was sent.
    pub sent_on: NaiveDate,
}

/// A case with the thread it is spoken of on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The creditor's own reference, which debtors know.
    pub reference: String,
    /// Whose claim it is.
    pub creditor: CreditorKey,
    /// The law that applies.
    pub jurisdiction: Jurisdiction,
    /// Who owes.
    pub debtor: Debtor,
    /// What.
    pub debt: Debt,
    /// The letter sent first, where one is needed.
    pub letter: Option<Letter>,
    /// Where it stands.
    pub state: CaseState,
    /// How far its reminders are.
    pub dunning: Progress,
    /// The number, shared by all cases of the thread.
    pub phone: Phone,
    /// The talk, shared by all cases of the thread.
    pub conversation: Conversation,
}

impl Case {
    /// Whether no demand may be made now: by its state, or in the rest that a hardship calls for.
    #[must_use]
    pub fn rests(&self, now: DateTime<Utc>) -> bool {
        let today = super::local_day(now, self.debtor.zone);
        !self.state.can_be_asked_to_pay() || self.conversation.no_demand_before.is_some_and(|day| today < day)
    }

    /// Whether this message may not be said now because the case rests from it: a plan that runs asks for its own payments,
    /// never for the whole.
    #[must_use]
    pub fn rests_from(&self, message: &Message, now: DateTime<Utc>) -> bool {
        let of_the_whole = matches!(message, Message::Reminder { .. } | Message::EmailReminder { .. });
        self.rests(now) || (of_the_whole && matches!(self.state, CaseState::PlanRunning { .. }))
    }

    /// The reminder that it gets on `today` outside any plan; whoever is not known is first asked who they are.
    #[must_use]
    pub fn reminder(&self, today: NaiveDate) -> Message {
        if self.phone.identity < IdentityLevel::L1 {
            return Message::AskIdentity;
        }
        let due_on = self.debt.due_on;
        Message::Reminder { stage: Stage::of_day(due_on, today), amount: self.debt.balance(), due_on, by: None }
    }

    /// The case after what was decided: its events, then its words.
    ///
    /// # Errors
    /// When an event cannot happen in the state the case is in.
    pub fn after(mut self, decision: &Decision, now: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        for event in &decision.events {
            self = self.apply(event, now)?;
        }
        let today = super::local_day(now, self.debtor.zone);
        for message in &decision.messages {
            self.conversation.said(message, today, now);
        }
        Ok(self)
    }

    /// The case after one event.
    ///
    /// # Errors
    /// When it cannot happen in the state the case is in.
    pub fn apply(mut self, event: &Event, now: DateTime<Utc>) -> Result<Self, InvalidTransition> {
        let talk = &mut self.conversation;
        match event {
            Event::PromiseProposed { promise } => self.state = self.state.propose(*promise)?,
            Event::PromiseConfirmed { promise } => self.state = self.state.promise(*promise)?,
            Event::PromiseWithdrawn
            | Event::PromiseKept { .. }
            | Event::PromiseMissed { .. }
            | Event::PlanDeclined
            | Event::PlanOfferLapsed => {
                self.state = self.state.withdraw()?;
            }
            Event::PlanAsked { terms } => self.state = self.state.negotiate(*terms)?,
            Event::PlanOffered { plan, stands_until, counter } => {
                talk.counter_offers += u8::from(*counter);
                self.state = self.state.offer(plan.clone(), *stands_until)?;
            }
            Event::PlanAgreed { .. } => self.state = self.state.agree(self.debt.paid.minor)?,
            Event::PlanEnded => self.state = self.state.end_plan()?,
            Event::DisputeOpened { dispute } => self.state = self.state.dispute(dispute.clone())?,
            Event::DisputeReasonGiven { reason, held_right } => {
                self.state = self.state.give_reason(reason.clone(), *held_right)?;
            }
            Event::PaymentClaimed { words, paused_until } => {
                self.state = self.state.claim(words.clone(), *paused_until)?;
            }
            Event::Frozen { freeze } => {
                talk.no_demand_before = talk.no_demand_before.max(freeze.until);
                self.state = self.state.freeze(freeze.clone())?;
            }
            Event::RefusalNoted { .. } => self.state = self.state.refuse_to_pay()?,
            Event::ClaimLapsed | Event::FreezeEnded => self.state = self.state.resume()?,
            Event::Cleared { .. } => {
                talk.start_afresh();
                talk.no_demand_before = None;
                self.state = self.state.resume()?;
            }
            Event::PaymentReceived { amount, .. } => {
                self.state = self.state.pay(*amount);
                self.debt.paid = self.debt.paid.with_minor(self.debt.paid.minor + amount.minor);
            }
            Event::PaymentReversed { amount, .. } => {
                self.debt.paid = self.debt.paid.minus(*amount);
                if !self.debt.balance().is_zero() {
                    self.state = self.state.reopen();
                }
            }
            Event::PaymentUndone { paid, state, .. } => {
                self.debt.paid = *paid;
                self.state = state.clone();
            }
            Event::ReadingCorrected { state, relinked, no_demand_before, .. } => {
                talk.no_demand_before = *no_demand_before;
                if let Some(state) = state {
                    self.state = state.clone();
                }
                if *relinked {
                    talk.silent_before_stop = None;
                    self.phone.suppressed = self.phone.suppressed.filter(|s| s.reason == SuppressionReason::OptOut);
                }
            }
            Event::Settled => self.state = self.state.settle(now)?,
            Event::Closed { reason } => self.state = self.state.close(*reason, now)?,
            Event::Suppressed { reason } => {
                if *reason == SuppressionReason::OptOut {
                    talk.silent_before_stop = self.phone.suppressed.filter(|s| s.reason != SuppressionReason::OptOut);
                }
                self.phone.suppressed = Some(Suppression { reason: *reason, since: now });
            }
            Event::Unsuppressed => self.phone.suppressed = talk.silent_before_stop.take(),
            Event::IdentityRaised { level } => self.phone.identity = *level,
            Event::Misunderstood => talk.misunderstood = talk.misunderstood.saturating_add(1),
            Event::Understood => talk.misunderstood = 0,
            Event::TimeAsked => talk.asked_for_time = talk.asked_for_time.saturating_add(1),
            Event::HelpAsked => talk.asked_for_help = talk.asked_for_help.saturating_add(1),
            Event::DateTooFar { .. } => talk.too_far = talk.too_far.saturating_add(1),
            Event::ThreadTaken { .. } => talk.holder = Holder::Human,
            Event::ThreadReturned => {
                talk.holder = Holder::Bot;
                talk.start_afresh();
            }
            Event::StepDone { step, .. } => {
                self.dunning.next = *step;
                self.dunning.done_on = Some(super::local_day(now, self.debtor.zone));
            }
            Event::MovedToStep { step } => self.dunning.next = step.saturating_sub(1),
            // The first one is the one that later messages recall (R124-4).
            Event::LetterSent { letter, .. } => {
                self.letter.get_or_insert_with(|| letter.clone());
            }
            Event::RemindersPaused { .. } => self.dunning.paused = true,
            Event::RemindersResumed { .. } => self.dunning.paused = false,
            Event::ReplyRead { .. }
            | Event::Vouched { .. }
            | Event::ToldToAgent { .. }
            | Event::BeyondPolicy { .. }
            | Event::IdentityChecked { .. }
            | Event::IdentityRefuted { .. }
            | Event::NumberReplaced { .. }
            | Event::Acknowledged { .. }
            | Event::InstalmentMissed { .. }
            | Event::Withheld { .. }
            | Event::Delivered
            | Event::DeliveryFailed { .. } => {}
        }
        Ok(self)
    }
}
