//! Everything we can say, as values; the `wording` room turns them into text.

use super::dunning::Channel;
use super::{Asked, Instalment, Money, Plan, Stage};
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// One thing to say, with what it must carry. Names, references and links are added by whoever renders it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "say", rename_all = "snake_case")]
pub enum Message {
    /// The reminder: creditor, invoice, amount, due date, link, how to answer, opt-out.
    Reminder {
        /// What it is for.
        stage: Stage,
        /// What is due.
        amount: Money,
        /// Since when.
        due_on: NaiveDate,
        /// In a last notice, the day by which to settle.
        by: Option<NaiveDate>,
    },
    /// The reminder by e-mail: there is room to say more, and nobody answers it to the bot.
    EmailReminder {
        /// What it is for.
        stage: Stage,
        /// What is due.
        amount: Money,
        /// Since when.
        due_on: NaiveDate,
        /// In a last notice, the day by which to settle.
        by: Option<NaiveDate>,
    },
    /// "Are you …?", with nothing about a debt.
    AskIdentity,
    /// The one confirmation of an opt-out.
    OptOutConfirmed,
    /// The messages have been asked for again.
    Resumed,
    /// One apology, nothing about the debt.
    WrongNumberApology,
    /// The dispute is received and the reminders are suspended; asks the reason if none was read.
    DisputeReceived {
        /// A person answers by this day.
        answer_by: NaiveDate,
        /// Whether to ask what is contested.
        ask_reason: bool,
    },
    /// The reason of the dispute has been passed on.
    DisputeReasonNoted {
        /// A person answers by this day.
        answer_by: NaiveDate,
    },
    /// They say it was paid: thanks, and when and by what means?
    AskPaymentDetails,
    /// The date and means of the payment are passed on.
    PaymentDetailsNoted,
    /// In how many payments, and from when?
    AskPlanTerms {
        /// The most payments that the bot can agree to.
        max_instalments: u32,
    },
    /// The plan they asked for, with each date and amount; OUI makes it run.
    PlanOffered {
        /// What is offered.
        plan: Plan,
    },
    /// The nearest plan that can be agreed to; OUI makes it run.
    PlanCounterOffer {
        /// What is offered.
        plan: Plan,
    },
    /// The plan runs: each date and amount again.
    PlanAgreed {
        /// What was agreed.
        plan: Plan,
    },
    /// Their terms are for a person to decide.
    PlanToHuman,
    /// On what day? Names the latest that can be accepted.
    AskPaymentDate {
        /// The latest acceptable day.
        latest: NaiveDate,
    },
    /// That day is too far; the latest that can be accepted.
    DateTooFar {
        /// The latest acceptable day.
        latest: NaiveDate,
    },
    /// This amount on this day, is it right?
    ConfirmDate {
        /// The amount offered.
        amount: Money,
        /// The day.
        on: NaiveDate,
    },
    /// The promise is noted; link.
    PromiseConfirmed {
        /// The amount promised.
        amount: Money,
        /// The day.
        on: NaiveDate,
    },
    /// More time is possible: until when? Names the latest acceptable day.
    AskDateForTime {
        /// The latest acceptable day.
        latest: NaiveDate,
    },
    /// Illness, job loss, separation: reminders are suspended and a person will write.
    HardshipHeard {
        /// Suspended until then.
        until: NaiveDate,
    },
    /// Over-indebtedness, proceedings: everything is suspended; where to send the proof.
    InsolvencyHeard,
    /// Condolences, no amount.
    BereavementHeard,
    /// A help line, at once.
    SelfHarmHelp,
    /// Someone acts for them: who, so that we write to that person only.
    RepresentativeHeard,
    /// One calm answer to a refusal, an insult or a threat, then silence.
    CalmAnswer,
    /// The payment link, and the other ways to pay.
    PaymentLink {
        /// What is due.
        amount: Money,
    },
    /// Who, which invoice, how much, since when.
    CaseInfo {
        /// What is due.
        amount: Money,
        /// The day of issue, where known.
        issued_on: Option<NaiveDate>,
        /// Since when it is due.
        due_on: NaiveDate,
    },
    /// Who writes and how to reach them, with nothing about a debt.
    WhoWeAre,
    /// A person will call or write.
    HumanWillAnswer {
        /// The day asked for.
        on: Option<NaiveDate>,
        /// The hour asked for.
        at: Option<NaiveTime>,
    },
    /// Thanks for the acknowledgment; link, and when?
    AcknowledgmentThanks {
        /// What is due.
        amount: Money,
    },
    /// 1 pay, 2 in parts, 3 I disagree, 4 someone.
    Menu,
    /// No number of a card or an account by SMS: what was sent is kept nowhere.
    KeepNumbersPrivate,
    /// We did not understand: a person takes over.
    HandedOver,
    /// The payment came in; what is left, if anything.
    PaymentReceived {
        /// What came in.
        amount: Money,
        /// What is left.
        balance: Money,
        /// The day on which it was received.
        #[serde(default)]
        on: Option<NaiveDate>,
        /// The number of its receipt, which the link shows, where the creditor gives one.
        #[serde(default)]
        receipt: Option<String>,
    },
    /// The promised day has passed without the payment: a new day?
    PromiseMissed {
        /// What was promised.
        amount: Money,
        /// For when.
        on: NaiveDate,
    },
    /// A payment of the plan has not come in.
    InstalmentMissed {
        /// Which.
        instalment: Instalment,
    },
    /// What a person wrote in the console.
    FromAgent {
        /// Word for word.
        text: String,
    },
}

/// What a message does to the person who reads it: the governor decides by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// We write first, about a debt.
    Demand,
    /// An answer to what they wrote.
    Answer,
    /// An answer that shows or asks nothing of a debt.
    Neutral,
    /// The confirmation that an opt-out was taken.
    OptOut,
    /// Help that cannot wait for opening hours.
    Safety,
    /// A person's own words.
    Agent,
}

impl Purpose {
    /// The label under which it is stored.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Demand => "demand",
            Self::Answer => "answer",
            Self::Neutral => "neutral",
            Self::OptOut => "opt_out",
            Self::Safety => "safety",
            Self::Agent => "agent",
        }
    }

    /// Reads a label.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        [Self::Demand, Self::Answer, Self::Neutral, Self::OptOut, Self::Safety, Self::Agent]
            .into_iter()
            .find(|purpose| purpose.label() == label)
    }
}

impl Message {
    /// By what way it reaches them.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        match self {
            Self::EmailReminder { .. } => Channel::Email,
            _ => Channel::Sms,
        }
    }

    /// What the message does to the person who reads it.
    #[must_use]
    pub const fn purpose(&self) -> Purpose {
        match self {
            Self::Reminder { .. }
            | Self::EmailReminder { .. }
            | Self::PromiseMissed { .. }
            | Self::InstalmentMissed { .. } => Purpose::Demand,
            Self::OptOutConfirmed => Purpose::OptOut,
            Self::SelfHarmHelp => Purpose::Safety,
            Self::FromAgent { .. } => Purpose::Agent,
            Self::AskIdentity
            | Self::Resumed
            | Self::WrongNumberApology
            | Self::WhoWeAre
            | Self::BereavementHeard
            | Self::RepresentativeHeard
            | Self::CalmAnswer
            | Self::HumanWillAnswer { .. }
            | Self::KeepNumbersPrivate
            | Self::HandedOver => Purpose::Neutral,
            _ => Purpose::Answer,
        }
    }

    /// The question that the message leaves open, if it asks one.
    #[must_use]
    pub const fn asks(&self) -> Option<Asked> {
        match self {
            Self::Reminder { .. } => Some(Asked::PayOrExplain),
            Self::AskIdentity => Some(Asked::ConfirmIdentity),
            Self::DisputeReceived { ask_reason: true, .. } => Some(Asked::DisputeReason),
            Self::AskPlanTerms { .. } => Some(Asked::PlanTerms),
            Self::PlanOffered { .. } | Self::PlanCounterOffer { .. } => Some(Asked::ConfirmPlan),
            Self::AskPaymentDate { .. }
            | Self::DateTooFar { .. }
            | Self::AskDateForTime { .. }
            | Self::AcknowledgmentThanks { .. }
            | Self::PromiseMissed { .. }
            | Self::InstalmentMissed { .. } => Some(Asked::PaymentDate),
            Self::ConfirmDate { .. } => Some(Asked::ConfirmDate),
            Self::Menu => Some(Asked::Menu),
            _ => None,
        }
    }

    /// Whether the text carries the payment link, whose page also lists what is too long for a text.
    #[must_use]
    pub const fn carries_link(&self) -> bool {
        match self {
            Self::PlanOffered { plan } | Self::PlanCounterOffer { plan } => plan.is_long(),
            _ => self.asks_for_a_payment(),
        }
    }

    const fn asks_for_a_payment(&self) -> bool {
        matches!(
            self,
            Self::Reminder { .. }
                | Self::EmailReminder { .. }
                | Self::PaymentLink { .. }
                | Self::PromiseConfirmed { .. }
                | Self::AcknowledgmentThanks { .. }
                | Self::PlanAgreed { .. }
                | Self::PromiseMissed { .. }
                | Self::InstalmentMissed { .. }
                | Self::PaymentReceived { receipt: Some(_), .. }
        )
    }

    /// Whether the text speaks of the debt, so that only the debtor may read it.
    #[must_use]
    pub const fn speaks_of_the_debt(&self) -> bool {
        !matches!(self.purpose(), Purpose::Neutral | Purpose::OptOut | Purpose::Safety | Purpose::Agent)
    }
}
