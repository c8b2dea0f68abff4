//! What only a person can do.

use super::{CallBack, Stage};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// Why a person is needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// They say they may harm themselves.
    SelfHarm,
    /// Answer a dispute.
    Dispute,
    /// Someone has died.
    Bereavement,
    /// Over-indebtedness or collective proceedings: see the proof.
    Insolvency,
    /// A lawyer, guardian or adviser acts for them.
    Representative,
    /// They announce a complaint, a court, a regulator, the press.
    LegalThreat,
    /// They cannot pay because of what happened to them.
    Hardship,
    /// A circumstance that calls for care, beside another answer.
    Care,
    /// They refuse to pay.
    Refusal,
    /// They insult or threaten.
    Hostile,
    /// They ask for a person or a call.
    CallBack,
    /// Their plan is beyond what the bot may agree to.
    PlanBeyondPolicy,
    /// Their date is beyond what the bot may agree to.
    DateBeyondPolicy,
    /// They ask for time a second time.
    MoreTime,
    /// They cannot make the payment work.
    PaymentTrouble,
    /// They say it was paid: look for the payment.
    Reconcile,
    /// More came in than was due: give the rest back.
    Overpaid,
    /// A payment went back: tell them, and find out why.
    PaymentReversed,
    /// The number is not theirs, or cannot receive: correct the file.
    DataRepair,
    /// We cannot tell who answers.
    IdentityUnsure,
    /// We could not understand them twice running.
    NotUnderstood,
    /// They write in a language that we do not read.
    OtherLanguage,
    /// The bot would repeat itself, or has answered too often today.
    GoingInCircles,
    /// A reply came on a thread that a person holds, or on a case at rest.
    NewReply,
    /// The dunning plan has an e-mail to send.
    SendEmail,
    /// The dunning plan has a call to make.
    MakeCall,
    /// The dunning plan has a letter to send.
    SendLetter,
    /// The dunning plan has a registered letter to send.
    SendRegisteredLetter,
    /// A number that no case knows has written.
    UnknownSender,
    /// We cannot tell whether a message left.
    AmbiguousSend,
    /// The carrier refuses for a reason that only settings can mend.
    CarrierAlert,
}

impl TaskKind {
    /// All of them, the gravest first.
    pub const ALL: [Self; 31] = [
        Self::SelfHarm,
        Self::Dispute,
        Self::Bereavement,
        Self::Insolvency,
        Self::Representative,
        Self::LegalThreat,
        Self::Hardship,
        Self::Care,
        Self::Refusal,
        Self::Hostile,
        Self::CallBack,
        Self::PlanBeyondPolicy,
        Self::DateBeyondPolicy,
        Self::MoreTime,
        Self::PaymentTrouble,
        Self::Reconcile,
        Self::Overpaid,
        Self::PaymentReversed,
        Self::DataRepair,
        Self::IdentityUnsure,
        Self::NotUnderstood,
        Self::OtherLanguage,
        Self::GoingInCircles,
        Self::NewReply,
        Self::SendEmail,
        Self::MakeCall,
        Self::SendLetter,
        Self::SendRegisteredLetter,
        Self::UnknownSender,
        Self::AmbiguousSend,
        Self::CarrierAlert,
    ];

    /// The label under which it is stored.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::SelfHarm => "self_harm",
            Self::Dispute => "dispute",
            Self::Bereavement => "bereavement",
            Self::Insolvency => "insolvency",
            Self::Representative => "representative",
            Self::LegalThreat => "legal_threat",
            Self::Hardship => "hardship",
            Self::Care => "care",
            Self::Refusal => "refusal",
            Self::Hostile => "hostile",
            Self::CallBack => "call_back",
            Self::PlanBeyondPolicy => "plan_beyond_policy",
            Self::DateBeyondPolicy => "date_beyond_policy",
            Self::MoreTime => "more_time",
            Self::PaymentTrouble => "payment_trouble",
            Self::Reconcile => "reconcile",
            Self::Overpaid => "overpaid",
            Self::PaymentReversed => "payment_reversed",
            Self::DataRepair => "data_repair",
            Self::IdentityUnsure => "identity_unsure",
            Self::NotUnderstood => "not_understood",
            Self::OtherLanguage => "other_language",
            Self::GoingInCircles => "going_in_circles",
            Self::NewReply => "new_reply",
            Self::SendEmail => "send_email",
            Self::MakeCall => "make_call",
            Self::SendLetter => "send_letter",
            Self::SendRegisteredLetter => "send_registered_letter",
            Self::UnknownSender => "unknown_sender",
            Self::AmbiguousSend => "ambiguous_send",
            Self::CarrierAlert => "carrier_alert",
        }
    }

    /// Reads a label.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.label() == label)
    }

    /// A letter to print and to send.
    #[must_use]
    pub const fn is_letter(self) -> bool {
        matches!(self, Self::SendLetter | Self::SendRegisteredLetter)
    }

    /// Someone must look at once, at any hour.
    #[must_use]
    pub const fn is_urgent(self) -> bool {
        matches!(self, Self::SelfHarm)
    }
}

/// The step of a dunning plan that a task carries out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepToDo {
    /// Its number in the plan, from 1.
    pub number: usize,
    /// What it is for.
    pub stage: Stage,
    /// In a last notice, the day by which to settle.
    pub by: Option<NaiveDate>,
}

/// A task to open. One of a kind is open at a time for a case: a second call adds nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTask {
    /// Why.
    pub kind: TaskKind,
    /// The day by which it should be done.
    pub due_on: Option<NaiveDate>,
    /// When they asked to be called.
    pub call_back: Option<CallBack>,
    /// The step that it carries out, when a dunning plan asks for it.
    pub step: Option<StepToDo>,
}

impl NewTask {
    /// A task that says no more than why.
    #[must_use]
    pub const fn of(kind: TaskKind) -> Self {
        Self { kind, due_on: None, call_back: None, step: None }
    }
}
