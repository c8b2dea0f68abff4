//! What a reply was understood to mean: the labels of the annotation guide, as values.

use super::Language;
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

/// What a person means. Declared in the order that decides which one is primary: the first present wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// Wants no more messages.
    OptOut,
    /// Is not the person addressed.
    WrongNumber,
    /// Contests the debt.
    Dispute,
    /// Says that it was paid.
    AlreadyPaid,
    /// Asks or offers to pay in two payments or more.
    PlanRequest,
    /// Commits or offers to pay, in one payment.
    Promise,
    /// Cannot pay because of what happened to them.
    Hardship,
    /// Asks for time and gives no date.
    ExtensionRequest,
    /// Will not pay, and gives no ground.
    Refusal,
    /// Wants to pay now and asks how, or cannot make the means work.
    PaymentHelp,
    /// Asks about the debt or the sender without doubting it.
    InfoRequest,
    /// Asks for a person or a call.
    HumanRequest,
    /// Admits that they owe it, and offers nothing yet.
    Acknowledgment,
    /// Insults or threatens, and says nothing else.
    Hostile,
    /// A bare no.
    Negation,
    /// A bare yes.
    Affirmation,
    /// Greets, thanks, signs off.
    Courtesy,
    /// None of these can be told.
    Unclear,
}

impl Intent {
    /// All of them, first the one that wins.
    pub const ALL: [Self; 18] = [
        Self::OptOut,
        Self::WrongNumber,
        Self::Dispute,
        Self::AlreadyPaid,
        Self::PlanRequest,
        Self::Promise,
        Self::Hardship,
        Self::ExtensionRequest,
        Self::Refusal,
        Self::PaymentHelp,
        Self::InfoRequest,
        Self::HumanRequest,
        Self::Acknowledgment,
        Self::Hostile,
        Self::Negation,
        Self::Affirmation,
        Self::Courtesy,
        Self::Unclear,
    ];

    /// The label, as the guide and the corpus write it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::OptOut => "opt_out",
            Self::WrongNumber => "wrong_number",
            Self::Dispute => "dispute",
            Self::AlreadyPaid => "already_paid",
            Self::PlanRequest => "plan_request",
            Self::Promise => "promise",
            Self::Hardship => "hardship",
            Self::ExtensionRequest => "extension_request",
            Self::Refusal => "refusal",
            Self::PaymentHelp => "payment_help",
            Self::InfoRequest => "info_request",
            Self::HumanRequest => "human_request",
            Self::Acknowledgment => "acknowledgment",
            Self::Hostile => "hostile",
            Self::Negation => "negation",
            Self::Affirmation => "affirmation",
            Self::Courtesy => "courtesy",
            Self::Unclear => "unclear",
        }
    }

    /// Reads a label.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|intent| intent.label() == label)
    }

    /// The admission that follows from it by itself: whoever offers to pay acts as if the debt were theirs.
    #[must_use]
    pub const fn implied(self) -> Acknowledges {
        match self {
            Self::Promise | Self::PlanRequest | Self::ExtensionRequest | Self::Hardship | Self::PaymentHelp => {
                Acknowledges::Implied
            }
            _ => Acknowledges::None,
        }
    }

    /// Wrappers (a greeting, a bare yes) are never listed beside another intent.
    #[must_use]
    pub const fn can_be_secondary(self) -> bool {
        !matches!(self, Self::Courtesy | Self::Affirmation | Self::Negation | Self::Unclear)
    }
}

/// What we asked just before; a bare answer takes its meaning from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    /// The reminder itself.
    PayOrExplain,
    /// When will you pay?
    PaymentDate,
    /// Is this date right?
    ConfirmDate,
    /// In how many payments, from when?
    PlanTerms,
    /// Is this plan right?
    ConfirmPlan,
    /// Why do you contest it?
    DisputeReason,
    /// Are you this person?
    ConfirmIdentity,
    /// The numbered menu: 1 pay, 2 in parts, 3 I disagree, 4 someone.
    Menu,
}

impl Asked {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::PayOrExplain,
        Self::PaymentDate,
        Self::ConfirmDate,
        Self::PlanTerms,
        Self::ConfirmPlan,
        Self::DisputeReason,
        Self::ConfirmIdentity,
        Self::Menu,
    ];

    /// The label, as the corpus writes it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::PayOrExplain => "pay_or_explain",
            Self::PaymentDate => "payment_date",
            Self::ConfirmDate => "confirm_date",
            Self::PlanTerms => "plan_terms",
            Self::ConfirmPlan => "confirm_plan",
            Self::DisputeReason => "dispute_reason",
            Self::ConfirmIdentity => "confirm_identity",
            Self::Menu => "menu",
        }
    }

    /// Reads a label.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|asked| asked.label() == label)
    }
}

/// Whether the person admits the debt.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acknowledges {
    /// All else.
    #[default]
    None,
    /// They act as if it were theirs, without contesting.
    Implied,
    /// They state that it is theirs or is due.
    Explicit,
}

/// A circumstance that calls for care, said of the debtor or the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vulnerability {
    /// Over-indebtedness file, collective proceedings, breathing space, bankruptcy.
    Insolvency,
    /// A death.
    Bereavement,
    /// Illness, accident, disability, hospital.
    Illness,
    /// Says they may harm themselves.
    SelfHarm,
    /// Under guardianship.
    Guardianship,
    /// Lost their job.
    Unemployment,
    /// Separation, violence at home.
    Domestic,
}

impl Vulnerability {
    /// Circumstances under which no demand at all may be made until a person clears the case.
    #[must_use]
    pub const fn forbids_demands(self) -> bool {
        matches!(self, Self::Insolvency | Self::Bereavement | Self::SelfHarm | Self::Guardianship)
    }
}

/// How often the payments of a plan fall.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// Every seven days.
    Weekly,
    /// Every fourteen days.
    Fortnightly,
    /// On the same day of each month, or its last.
    Monthly,
}

/// The terms of a plan, as far as they were said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PlanTerms {
    /// How many payments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instalments: Option<u32>,
    /// The amount of each, in minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instalment_minor: Option<i64>,
    /// How often they fall.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
}

/// What must reach a human whatever else the message says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signals {
    /// Circumstances that call for care; sorted, without repeats.
    #[serde(default)]
    pub vulnerable: Vec<Vulnerability>,
    /// A lawyer, a guardian, an adviser or a debt-relief body acts for them.
    #[serde(default)]
    pub represented: bool,
    /// Announces a complaint, a court, a regulator, the press.
    #[serde(default)]
    pub legal_threat: bool,
}

/// The keywords that need no model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keyword {
    /// STOP and its synonyms.
    Stop,
    /// START: the only way back after a STOP.
    Start,
    /// AIDE, HELP, INFO, CONTACT.
    Help,
}

/// One reason for one part of a reading: the words of the message, and the rule that made something of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// What was concluded: `intent=promise`, `date=2026-04-05`, `vulnerable=illness`.
    pub concluded: String,
    /// The words that decided it, exactly as the person wrote them; empty when it is what was missing that decided.
    pub words: String,
    /// The rule or the model that concluded, in a few words.
    pub rule: String,
}

/// When a person asks to be called back, as far as they said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CallBack {
    /// The day, when one was said.
    pub on: Option<NaiveDate>,
    /// The hour, when one was said.
    pub at: Option<NaiveTime>,
}

/// What one message means, how sure we are, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The primary intent: it drives what happens first.
    pub intent: Intent,
    /// Secondary intents, in order of priority.
    pub also: Vec<Intent>,
    /// How sure we are of the primary intent: a calibrated probability in 0..=1.
    pub confidence: f32,
    /// How likely it is that acting on this reading wrongs the person, in 0..=1: a demand where none may be made, a
    /// commitment or an admission they did not make, an opt-out not heard.
    #[serde(default)]
    pub risk: f32,
    /// Whether the debt is admitted.
    pub acknowledges: Acknowledges,
    /// How likely it is that an admission read as explicit is none, in 0..=1, where something else is acted on: it is then
    /// recorded only when it is sure by itself.
    #[serde(default)]
    pub admission_risk: f32,
    /// What must reach a human.
    #[serde(flatten)]
    pub signals: Signals,
    /// The day by which the first payment is offered, in the debtor's zone.
    pub date: Option<NaiveDate>,
    /// The single or first amount offered, or the amount held right in a dispute; minor units.
    pub amount_minor: Option<i64>,
    /// The terms of a plan.
    #[serde(flatten)]
    pub plan: PlanTerms,
    /// An invoice or case number quoted.
    pub reference: Option<String>,
    /// When to call back, in a request for a call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call_back: Option<CallBack>,
    /// The keyword that the whole message is, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub keyword: Option<Keyword>,
    /// The language of the message, when it is not one that we read: only an opt-out, a wrong number and a request for a
    /// person are understood in it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// It gave away the number of a card or an account, which is masked and kept nowhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secrets: bool,
    /// The words that decided each part.
    pub why: Vec<Reason>,
}

impl Reading {
    /// A reading that says nothing but `intent`, with full certainty: for tests and for menus.
    #[must_use]
    pub fn bare(intent: Intent) -> Self {
        Self {
            intent,
            also: Vec::new(),
            confidence: 1.0,
            risk: 0.0,
            acknowledges: Acknowledges::None,
            admission_risk: 0.0,
            signals: Signals::default(),
            date: None,
            amount_minor: None,
            plan: PlanTerms::default(),
            reference: None,
            call_back: None,
            keyword: None,
            language: None,
            secrets: false,
            why: Vec::new(),
        }
    }

    /// True when `intent` is the primary one or one of the others.
    #[must_use]
    pub fn says(&self, intent: Intent) -> bool {
        self.intent == intent || self.also.contains(&intent)
    }
}
