//! Who is owed, in what role, and the bounds that they set to what the bot may do alone.

use super::dunning::Plans;
use super::{Caps, CreditorKey, Jurisdiction, Language, Law, PaymentMeans, PlanBounds};
use chrono::NaiveTime;
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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

    /// The same owes a receipt for every payment (R124-6).
    #[must_use]
    pub const fn owes_receipts(self, jurisdiction: Jurisdiction) -> bool {
        self.needs_letter(jurisdiction)
    }
}

/// Opening hours of one kind of message, in the debtor's local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Window {
    /// First minute.
    pub opens: NaiveTime,
    /// First minute after.
    pub closes: NaiveTime,
}

impl Window {
    /// Whether it opens no earlier than `wider` and closes no later.
    #[must_use]
    pub fn is_within(self, wider: Self) -> bool {
        wider.opens <= self.opens && self.closes <= wider.closes
    }
}

/// What the bot may do alone, and how long things last.
#[derive(Debug, Clone, PartialEq)]
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
    /// When a message of ours that answers nothing may leave, Monday to Friday.
    pub demand_window: Window,
    /// On a Saturday; never, without one.
    pub saturday_window: Option<Window>,
    /// How many such messages one person may get.
    pub caps: Caps,
    /// Whether each payment has a receipt, where the law does not ask for one anyway.
    pub receipts: bool,
    /// The law that all of this keeps within.
    pub law: Arc<Law>,
    /// Which reminders leave by themselves.
    pub dunning: Plans,
    /// Whether e-mails leave by themselves: there is a server, and an address to write from.
    pub writes_email: bool,
}

impl Policy {
    /// What a creditor may do who writes nothing of it.
    #[must_use]
    pub fn under(law: Arc<Law>) -> Self {
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
            answer_window: law.answers,
            demand_window: law.demands.weekdays,
            saturday_window: law.demands.saturday_by_default.then_some(law.demands.saturday),
            caps: law.caps,
            receipts: false,
            dunning: Plans::default(),
            writes_email: false,
            law,
        }
    }
}

/// A business that is owed, or an agency that collects for it.
#[derive(Debug, Clone, PartialEq)]
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
    /// Demands that it hands over in a minute, at most; answers never wait for them.
    pub demands_per_minute: u32,
    /// The address that it writes e-mails from.
    pub email_from: Option<String>,
    /// Where answers to its e-mails go; to `email_from` without one.
    pub email_reply_to: Option<String>,
    /// Its postal address, for letters.
    pub postal_address: Option<String>,
    /// That of the collector, when it collects for this creditor.
    pub collector_address: Option<String>,
    /// The collector's own name, when it collects for this creditor.
    pub collector_name: Option<String>,
    /// The number at which a person answers.
    pub callback_phone: Option<String>,
    /// Where papers are sent: an e-mail or a page.
    pub documents_to: Option<String>,
    /// The page about personal data.
    pub privacy_url: Option<String>,
    /// The carrier's leave to collect for others in the United States, where it forbids that without.
    pub carrier_approval: Option<String>,
    /// How its debts may be paid beside the page of the link.
    pub means: PaymentMeans,
    /// What the bot may do alone.
    pub policy: Policy,
}

impl Creditor {
    /// Whether each payment has a receipt that the debtor can print; an agency in France owes one (CPCE R124-6).
    #[must_use]
    pub fn gives_receipts(&self) -> bool {
        self.policy.receipts || self.role.owes_receipts(self.jurisdiction)
    }

    /// Who signs letters and is paid: the collector, where there is one.
    #[must_use]
    pub fn payee(&self) -> &str {
        self.collector_name.as_ref().unwrap_or(&self.name)
    }

    /// Where they are, as an envelope shows it.
    #[must_use]
    pub fn payee_address(&self) -> Vec<String> {
        let address = if self.collector_name.is_some() { &self.collector_address } else { &self.postal_address };
        let lines = address.as_deref().unwrap_or_default().split(['\n', ',']);
        lines.map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

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
