//! Who is owed, in what role, and the bounds that they set to what the bot may do alone.

use super::dunning::Plans;
use super::{CreditorKey, Jurisdiction, Language, PlanBounds};
use chrono::NaiveTime;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Who collects: it decides which rules apply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Its own invoices.
    Creditor,
    /// On behalf of others.
    Agency,
    /// Bought the debts.
    DebtBuyer,
    /// Services credit that a bank has sold.
    CreditServicer,
}

impl Role {
    /// In France, whoever collects for others, or debts of others, writes by letter first and recalls that letter in
    /// every message (code des procédures civiles d'exécution, R124-4).
    #[must_use]
    pub const fn needs_letter(self, jurisdiction: Jurisdiction) -> bool {
        matches!(jurisdiction, Jurisdiction::Fr) && !matches!(self, Self::Creditor)
    }
}

/// Opening hours of one kind of message, in the debtor's local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First minute.
    pub opens: NaiveTime,
    /// First minute after.
    pub closes: NaiveTime,
}

/// What the bot may do alone, and how long things last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    /// The plans that the bot may agree to.
    pub plan: PlanBounds,
    /// A promise falls within so many days.
    pub promise_within_days: u64,
    /// Working days after the promised day before the promise counts as missed: a transfer takes time.
    pub promise_grace_working_days: u32,
    /// Working days without reminders after "I have paid".
    pub claim_pause_working_days: u32,
    /// Days without reminders after a hardship.
    pub freeze_days: u64,
    /// Working days within which a person answers a dispute.
    pub dispute_working_days: u32,
    /// Days for which an offered plan stands.
    pub offer_days: u64,
    /// Readings less sure than this are asked about, not acted on.
    pub act_above: f32,
    /// Readings more likely than this to wrong the person, were they acted on, are asked about too.
    pub risk_below: f32,
    /// Most automatic answers to one person in one day: past that, two robots are talking.
    pub answers_per_day: u32,
    /// When an answer may leave.
    pub answer_window: Window,
    /// When a message of ours that answers nothing may leave.
    pub demand_window: Window,
    /// Which reminders leave by themselves.
    pub dunning: Plans,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            plan: PlanBounds { max_instalments: 6, min_instalment_minor: 2_000, max_months: 6, first_within_days: 31 },
            promise_within_days: 31,
            promise_grace_working_days: 3,
            claim_pause_working_days: 5,
            freeze_days: 30,
            dispute_working_days: 5,
            offer_days: 7,
            act_above: 0.4,
            risk_below: 0.06,
            answers_per_day: 10,
            answer_window: Window { opens: hour(7), closes: hour(22) },
            demand_window: Window { opens: hour(9), closes: hour(19) },
            dunning: Plans::default(),
        }
    }
}

/// A full hour.
pub(crate) fn hour(hour: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN)
}

/// A business that is owed, or an agency that collects for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Creditor {
    /// Its key in the settings.
    pub key: CreditorKey,
    /// The name that debtors know.
    pub name: String,
    /// Who collects.
    pub role: Role,
    /// The law that applies.
    pub jurisdiction: Jurisdiction,
    /// The zone of a debtor whose own is not known.
    pub zone: Tz,
    /// The languages it writes in; the first is used when the debtor's is not among them.
    pub languages: Vec<Language>,
    /// The number or short code that it writes from, as the carrier knows it.
    pub sender: String,
    /// The collector's own name, when it collects for this creditor.
    pub collector_name: Option<String>,
    /// The number at which a person answers.
    pub callback_phone: Option<String>,
    /// Where papers are sent: an e-mail or a page.
    pub documents_to: Option<String>,
    /// The page about personal data.
    pub privacy_url: Option<String>,
    /// What the bot may do alone.
    pub policy: Policy,
}

impl Creditor {
    /// The language to write to someone who prefers `preferred`.
    #[must_use]
    pub fn language_for(&self, preferred: Language) -> Language {
        if self.languages.contains(&preferred) {
            preferred
        } else {
            self.languages.first().copied().unwrap_or(Language::FR)
        }
    }
}
