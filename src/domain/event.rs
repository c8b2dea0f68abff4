//! Everything that can have happened to a case. Events are kept for ever: reports, evidence and undoing read them.

use super::dunning::Channel;
use super::{
    Acknowledges, CaseState, ClosingReason, Dispute, Freeze, IdentityLevel, Instalment, Intent, Letter, Money,
    PhoneOrigin, Plan, PlanTerms, Promise, Proof, Stage, SuppressionReason, Way,
};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Who holds the thread from now on, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TakenBy {
    /// The bot yielded it, for a task.
    Yielded(super::TaskKind),
    /// An agent took it.
    Agent(String),
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A reply was read; the full reading is kept with the message.
    ReplyRead {
        /// Its primary intent.
        intent: Intent,
        /// The others.
        also: Vec<Intent>,
        /// How sure we were.
        confidence: f32,
        /// Whether we were sure enough to act.
        acted: bool,
    },
    /// An agent answers for words that the checker found in what they wrote.
    Vouched {
        /// Who.
        by: String,
        /// The words.
        words: String,
        /// Why they wrote them.
        reason: String,
    },
    /// The debt was admitted: an entry in the acknowledgment ledger.
    Acknowledged {
        /// Said, or shown by what they offer.
        how: Acknowledges,
        /// Word for word.
        words: String,
    },
    /// A date was offered and awaits their "oui".
    PromiseProposed {
        /// What was offered.
        promise: Promise,
    },
    /// The promise stands.
    PromiseConfirmed {
        /// What was promised.
        promise: Promise,
    },
    /// They took the offer of a date back.
    PromiseWithdrawn,
    /// The promised amount came in time.
    PromiseKept {
        /// What was promised.
        promise: Promise,
    },
    /// The promised day passed without it.
    PromiseMissed {
        /// What was promised.
        promise: Promise,
    },
    /// A date beyond what the creditor accepts.
    DateTooFar {
        /// The day they named.
        on: NaiveDate,
    },
    /// They want to pay in parts.
    PlanAsked {
        /// The terms so far.
        terms: PlanTerms,
    },
    /// A plan was offered.
    PlanOffered {
        /// The plan.
        plan: Plan,
        /// The last day it stands.
        stands_until: NaiveDate,
        /// Whether it differs from what they asked.
        counter: bool,
    },
    /// Their "oui" made it run.
    PlanAgreed {
        /// The plan.
        plan: Plan,
    },
    /// They turned it down.
    PlanDeclined,
    /// Nobody answered the offer in time.
    PlanOfferLapsed,
    /// A payment of the plan did not come.
    InstalmentMissed {
        /// Which.
        instalment: Instalment,
    },
    /// They contest the debt.
    DisputeOpened {
        /// The dispute.
        dispute: Dispute,
    },
    /// They say why.
    DisputeReasonGiven {
        /// Word for word.
        reason: String,
        /// The amount they hold right.
        held_right: Option<Money>,
    },
    /// They say it was paid.
    PaymentClaimed {
        /// Word for word.
        words: String,
        /// No reminder until then.
        paused_until: NaiveDate,
    },
    /// The pause ended and no payment was found.
    ClaimLapsed,
    /// Reminders rest after a hardship.
    Frozen {
        /// Why and until when.
        freeze: Freeze,
    },
    /// The rest is over.
    FreezeEnded,
    /// They will not pay.
    RefusalNoted {
        /// Word for word.
        words: String,
    },
    /// They ask for time, without a day.
    TimeAsked,
    /// They ask how to pay, or cannot make it work.
    HelpAsked,
    /// We could not use their reply.
    Misunderstood,
    /// We understood them again.
    Understood,
    /// Money came in.
    PaymentReceived {
        /// How much.
        amount: Money,
        /// By what means.
        means: String,
        /// The agent who wrote it down, when one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Money that had come in went back.
    PaymentReversed {
        /// How much.
        amount: Money,
        /// By what means it had come.
        means: String,
    },
    /// A payment or a reversal was written down by mistake: the case is as it was before.
    PaymentUndone {
        /// What had been paid.
        paid: Money,
        /// Where it stood.
        state: CaseState,
        /// The agent who took it back, when one did.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<String>,
    },
    /// Nothing is due any more.
    Settled,
    /// A person closed the case.
    Closed {
        /// Why.
        reason: ClosingReason,
    },
    /// A person sorted out what interrupted the case.
    Cleared {
        /// Who.
        by: String,
    },
    /// Nothing more may leave for this number and creditor.
    Suppressed {
        /// Why.
        reason: SuppressionReason,
    },
    /// The person asked for the messages again.
    Unsuppressed,
    /// We are surer of who answers.
    IdentityRaised {
        /// The level reached.
        level: IdentityLevel,
    },
    /// A person holds the thread: the bot is silent.
    ThreadTaken {
        /// Who or why.
        by: TakenBy,
    },
    /// The thread was given back to the bot.
    ThreadReturned,
    /// A message was not said, and why.
    Withheld {
        /// The rule.
        rule: String,
    },
    /// A step of the dunning plan was done, or given to a person to do.
    StepDone {
        /// The name of the plan.
        plan: String,
        /// Its number in the plan, from 1.
        step: usize,
        /// What it was for.
        stage: Stage,
        /// By what way.
        channel: Channel,
    },
    /// A broken promise moved the case on to a later step.
    MovedToStep {
        /// The number of the step that is next, from 1.
        step: usize,
    },
    /// A letter has left by post.
    LetterSent {
        /// What it is known by.
        letter: Letter,
        /// Who sent it.
        by: String,
    },
    /// What follows in this decision was told to an agent, not written to us.
    ToldToAgent {
        /// To whom.
        by: String,
        /// By what way.
        way: Way,
    },
    /// A reply meant something else than was read: an agent says what.
    ReadingCorrected {
        /// Who.
        by: String,
        /// What was read.
        was: Intent,
        /// What it meant.
        now: Intent,
        /// Where the case stood before the mistake, when it goes back there.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        state: Option<CaseState>,
        /// Whether the number is the person's after all.
        #[serde(default)]
        relinked: bool,
        /// Until when no demand is made.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        no_demand_before: Option<NaiveDate>,
    },
    /// An agent agrees to what the creditor does not let the bot agree to.
    BeyondPolicy {
        /// Who.
        by: String,
        /// Why.
        reason: String,
    },
    /// An agent ends the plan that runs, for another agreement.
    PlanEnded,
    /// An agent made sure who answers at this number.
    IdentityChecked {
        /// Who.
        by: String,
        /// How.
        proof: Proof,
    },
    /// An agent learnt that somebody else answers at this number.
    IdentityRefuted {
        /// Who.
        by: String,
    },
    /// The case goes on at another number.
    NumberReplaced {
        /// Who wrote it down.
        by: String,
        /// Where the new number comes from.
        origin: PhoneOrigin,
        /// How it was checked.
        checked: Option<String>,
    },
    /// A person keeps the reminders back.
    RemindersPaused {
        /// Who.
        by: String,
    },
    /// A person lets the reminders go on.
    RemindersResumed {
        /// Who.
        by: String,
    },
    /// The carrier reports a message on the handset.
    Delivered,
    /// The carrier reports that a message did not arrive.
    DeliveryFailed {
        /// The carrier's code.
        code: Option<String>,
    },
}
