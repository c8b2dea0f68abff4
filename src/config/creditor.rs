//! A creditor as the settings write it, and the bounds that no creditor may loosen.

use super::{ConfigError, Library, PaymentSettings, PlanNames};
use crate::domain::{
    Address, Caps, Creditor, CreditorKey, Jurisdiction, Language, Law, PlanBounds, Policy, Role, Window,
};
use chrono::NaiveTime;
use chrono_tz::Tz;
use serde::Deserialize;
use std::sync::Arc;

/// One `[[creditors]]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CreditorSettings {
    /// Short and stable.
    pub key: String,
    /// The name that debtors know.
    pub name: String,
    /// Who collects.
    pub role: Role,
    /// The law that applies.
    pub jurisdiction: Jurisdiction,
    /// The zone of debtors whose own is not known.
    pub zone: Tz,
    /// The languages it writes in, the default first.
    pub languages: Vec<Language>,
    /// Its own sender; empty for the gateway's.
    #[serde(default)]
    pub sender: String,
    /// Demands that its sender hands over in a minute, at most.
    #[serde(default = "one_a_second")]
    pub demands_per_minute: u32,
    /// The address that it writes e-mails from; without one, a person writes them.
    #[serde(default)]
    pub email_from: Option<String>,
    /// Where answers to its e-mails go.
    #[serde(default)]
    pub email_reply_to: Option<String>,
    /// Its postal address, for letters.
    #[serde(default)]
    pub postal_address: Option<String>,
    /// That of the collector.
    #[serde(default)]
    pub collector_address: Option<String>,
    /// The collector's own name, when it collects for this creditor.
    #[serde(default)]
    pub collector_name: Option<String>,
    /// The number at which a person answers.
    #[serde(default)]
    pub callback_phone: Option<String>,
    /// Where papers are sent.
    #[serde(default)]
    pub documents_to: Option<String>,
    /// The page about personal data.
    #[serde(default)]
    pub privacy_url: Option<String>,
    /// The carrier's leave to collect for others in the United States.
    #[serde(default)]
    pub carrier_approval: Option<String>,
    /// How its debts are paid beside the page of the link.
    #[serde(default)]
    pub payment: PaymentSettings,
    /// What the bot may do alone.
    #[serde(default)]
    pub policy: PolicySettings,
    /// Which reminders leave by themselves.
    #[serde(default)]
    pub dunning: PlanNames,
}

/// `[creditors.policy]`: what is left out takes the default.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "each key is explained in the example settings, under the same name")]
pub struct PolicySettings {
    pub plan_max_instalments: Option<u32>,
    pub plan_min_instalment_minor: Option<i64>,
    pub plan_max_months: Option<u32>,
    pub plan_first_within_days: Option<u64>,
    pub promise_within_days: Option<u64>,
    pub promise_grace_working_days: Option<u32>,
    pub claim_pause_working_days: Option<u32>,
    pub freeze_days: Option<u64>,
    pub dispute_working_days: Option<u32>,
    pub offer_days: Option<u64>,
    pub act_above: Option<f32>,
    /// Readings more likely than this to wrong the person are asked about, not acted on.
    pub risk_below: Option<f32>,
    pub answers_per_day: Option<u32>,
    pub answers_open: Option<String>,
    pub answers_close: Option<String>,
    pub reminders_open: Option<String>,
    pub reminders_close: Option<String>,
    pub reminders_on_saturday: Option<bool>,
    pub reminders_per_day: Option<usize>,
    pub reminders_per_7_days: Option<usize>,
    pub reminders_per_30_days: Option<usize>,
    pub reminders_days_between: Option<u32>,
    pub reminders_unanswered: Option<usize>,
    pub receipts: Option<bool>,
}

impl CreditorSettings {
    pub(super) fn to_creditor(
        &self,
        index: usize,
        default_sender: &str,
        library: &Library,
        sends_email: bool,
        law: &Arc<Law>,
    ) -> Result<Creditor, ConfigError> {
        let key = |name: &str| format!("creditors[{index}].{name}");
        let invalid = |name: &str, problem: &str| ConfigError::Invalid { key: key(name), problem: problem.to_owned() };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        if self.key.is_empty() || !self.key.chars().all(plain) {
            return Err(invalid("key", "use lower-case letters, digits and hyphens, such as `atelier-lumen`"));
        }
        if self.name.trim().is_empty() {
            return Err(invalid("name", "it is empty: write the name that debtors know"));
        }
        if self.languages.is_empty() {
            return Err(invalid("languages", "it is empty: write [\"fr\"] or [\"fr\", \"en\"]"));
        }
        let sender = if self.sender.trim().is_empty() { default_sender } else { &self.sender };
        let address = Address::parse(sender);
        if !sender.is_empty() && !address.can_be_answered() {
            return Err(invalid("sender", "people cannot answer a name: write a number or a short code"));
        }
        if self.demands_per_minute == 0 {
            return Err(invalid("demands_per_minute", "nothing would leave: write 1 or more, or press `relance halt`"));
        }
        for (name, address) in [("email_from", &self.email_from), ("email_reply_to", &self.email_reply_to)] {
            if said(address).is_some_and(|address| !is_address(&address)) {
                return Err(invalid(name, "it is no address: write it as factures@example.fr, without a name"));
            }
        }
        let dunning = self.dunning.choose(library, self.role, self.jurisdiction);
        let dunning = dunning.map_err(|(segment, problem)| invalid(&format!("dunning.{segment}"), &problem))?;
        let payee = said(&self.collector_name).unwrap_or_else(|| self.name.trim().to_owned());
        let means = self.payment.means(&payee);
        let means = means.map_err(|(name, problem)| invalid(&format!("payment.{name}"), &problem))?;
        Ok(Creditor {
            key: CreditorKey(self.key.clone()),
            name: self.name.trim().to_owned(),
            role: self.role,
            jurisdiction: self.jurisdiction,
            zone: self.zone,
            languages: self.languages.clone(),
            sender: address.as_str().to_owned(),
            demands_per_minute: self.demands_per_minute,
            email_from: said(&self.email_from),
            email_reply_to: said(&self.email_reply_to),
            postal_address: said(&self.postal_address),
            collector_address: said(&self.collector_address),
            collector_name: said(&self.collector_name),
            callback_phone: said(&self.callback_phone),
            documents_to: said(&self.documents_to),
            privacy_url: said(&self.privacy_url),
            carrier_approval: said(&self.carrier_approval),
            means,
            policy: Policy {
                dunning,
                writes_email: sends_email && said(&self.email_from).is_some(),
                ..self.policy.to_policy(law, &|name| key(&format!("policy.{name}")))?
            },
        })
    }
}

/// What a long number takes.
const fn one_a_second() -> u32 {
    60
}

impl PolicySettings {
    fn to_policy(&self, law: &Arc<Law>, key: &dyn Fn(&str) -> String) -> Result<Policy, ConfigError> {
        let standard = Policy::under(Arc::clone(law));
        let invalid =
            |name: &str, problem: &str| Err(ConfigError::Invalid { key: key(name), problem: problem.to_owned() });
        let window = |opens: (&str, &Option<String>), closes: (&str, &Option<String>), default: Window| {
            let opens = time(key, opens.0, opens.1.as_deref(), default.opens)?;
            let closes = time(key, closes.0, closes.1.as_deref(), default.closes)?;
            Ok::<_, ConfigError>(Window { opens, closes })
        };
        let policy = Policy {
            plan: PlanBounds {
                max_instalments: self.plan_max_instalments.unwrap_or(standard.plan.max_instalments),
                min_instalment_minor: self.plan_min_instalment_minor.unwrap_or(standard.plan.min_instalment_minor),
                max_months: self.plan_max_months.unwrap_or(standard.plan.max_months),
                first_within_days: self.plan_first_within_days.unwrap_or(standard.plan.first_within_days),
            },
            promise_within_days: self.promise_within_days.unwrap_or(standard.promise_within_days),
            promise_grace_working_days: self.promise_grace_working_days.unwrap_or(standard.promise_grace_working_days),
            claim_pause_working_days: self.claim_pause_working_days.unwrap_or(standard.claim_pause_working_days),
            freeze_days: self.freeze_days.unwrap_or(standard.freeze_days),
            dispute_working_days: self.dispute_working_days.unwrap_or(standard.dispute_working_days),
            offer_days: self.offer_days.unwrap_or(standard.offer_days),
            act_above: self.act_above.unwrap_or(standard.act_above),
            risk_below: self.risk_below.unwrap_or(standard.risk_below),
            answers_per_day: self.answers_per_day.unwrap_or(standard.answers_per_day),
            answer_window: window(
                ("answers_open", &self.answers_open),
                ("answers_close", &self.answers_close),
                standard.answer_window,
            )?,
            demand_window: window(
                ("reminders_open", &self.reminders_open),
                ("reminders_close", &self.reminders_close),
                standard.demand_window,
            )?,
            saturday_window: match self.reminders_on_saturday {
                Some(false) => None,
                Some(true) => Some(law.demands.saturday),
                None => standard.saturday_window,
            },
            caps: Caps {
                per_day: self.reminders_per_day.unwrap_or(law.caps.per_day),
                per_7_days: self.reminders_per_7_days.unwrap_or(law.caps.per_7_days),
                per_30_days: self.reminders_per_30_days.unwrap_or(law.caps.per_30_days),
                days_between: self.reminders_days_between.unwrap_or(law.caps.days_between),
                unanswered: self.reminders_unanswered.unwrap_or(law.caps.unanswered),
            },
            receipts: self.receipts.unwrap_or(standard.receipts),
            law: Arc::clone(law),
            dunning: standard.dunning,
            writes_email: standard.writes_email,
        };
        if policy.promise_grace_working_days == 0 || policy.claim_pause_working_days == 0 {
            return invalid("promise_grace_working_days", "a transfer takes a working day at least: write 1 or more");
        }
        let days = [policy.offer_days, policy.freeze_days, policy.promise_within_days];
        let working = [policy.promise_grace_working_days, policy.claim_pause_working_days, policy.dispute_working_days];
        if days.iter().any(|days| *days > 366) || working.iter().any(|days| *days > 250) {
            return invalid("offer_days", "a year at most for every number of days");
        }
        // The bounds of compliance: a creditor may tighten them, never loosen them.
        if policy.freeze_days < standard.freeze_days {
            return invalid("freeze_days", "after a hardship the reminders rest 30 days at least");
        }
        if policy.answers_per_day > standard.answers_per_day {
            return invalid("answers_per_day", "10 at most: past that, two robots are talking");
        }
        if !(0.3..=1.0).contains(&policy.act_above) {
            return invalid("act_above", "write a number between 0.3 and 1");
        }
        if !(0.0..=standard.risk_below).contains(&policy.risk_below) {
            return invalid(
                "risk_below",
                "a creditor may act less, never more: write a number between 0 and the standard's",
            );
        }
        let ceiling = law.demands.ceiling;
        if !policy.demand_window.is_within(ceiling) {
            let hours = |at: NaiveTime| at.format("%H:%M").to_string();
            let (opens, closes) = (hours(ceiling.opens), hours(ceiling.closes));
            let problem = format!("reminders leave between {opens} and {closes}, or within narrower hours");
            return invalid("reminders_open", &problem);
        }
        for (name, wanted, most) in [
            ("reminders_per_day", policy.caps.per_day, law.caps.per_day),
            ("reminders_per_7_days", policy.caps.per_7_days, law.caps.per_7_days),
            ("reminders_per_30_days", policy.caps.per_30_days, law.caps.per_30_days),
            ("reminders_unanswered", policy.caps.unanswered, law.caps.unanswered),
        ] {
            if !(1..=most).contains(&wanted) {
                return invalid(name, &from_1_to(most));
            }
        }
        if policy.caps.days_between < law.caps.days_between || policy.caps.days_between > 366 {
            let problem = format!("from one reminder to the next there are {} days at least", law.caps.days_between);
            return invalid("reminders_days_between", &problem);
        }
        for (name, window) in [("answers_open", policy.answer_window), ("reminders_open", policy.demand_window)] {
            if window.opens >= window.closes {
                return invalid(name, "it opens after it closes");
            }
        }
        if policy.promise_within_days > 366 || policy.plan.max_months > 60 || policy.plan.first_within_days > 366 {
            return invalid("promise_within_days", "a year at most for a date, five for a plan");
        }
        Ok(policy)
    }
}

/// What may be written where the law sets the most.
fn from_1_to(most: usize) -> String {
    if most == 1 { "write 1: the law of the place allows no more".to_owned() } else { format!("write 1 to {most}") }
}

/// An optional text; an empty one is none.
fn said(text: &Option<String>) -> Option<String> {
    text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Whether it looks like an address alone; whether it exists, only a message to it tells.
fn is_address(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_graphic() && !"<>,;\"()".contains(c);
    text.chars().all(plain)
        && text.split_once('@').is_some_and(|(name, domain)| {
            !name.is_empty() && domain.contains('.') && !domain.contains('@') && !domain.ends_with('.')
        })
}

fn time(
    key: &dyn Fn(&str) -> String,
    name: &str,
    text: Option<&str>,
    default: NaiveTime,
) -> Result<NaiveTime, ConfigError> {
    let Some(text) = text else { return Ok(default) };
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| ConfigError::Invalid {
        key: key(name),
        problem: format!("« {text} » is not an hour: write it as 09:00"),
    })
}
