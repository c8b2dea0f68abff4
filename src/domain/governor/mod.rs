//! May this leave now? Every send is judged here, at the moment of hand-over, and the verdict names its rule.
//!
//! What never may is refused (`blocks`); what may later is held, by a stop that someone pressed, by how often the person
//! was written to (`caps`), by the hours and days of their place (`hours`). `rules` lists every rule of contact, where it
//! is enforced and which test holds it.

mod blocks;
mod caps;
mod hours;
pub mod rules;
#[cfg(test)]
mod tests;

use super::{Case, Creditor, Message, Purpose};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// A stop that someone pressed is looked at again after so long; whoever lifts it wakes what it held.
const HALT: TimeDelta = TimeDelta::minutes(10);
/// Whoever wrote within this time is in a talk with us.
const TALK: TimeDelta = TimeDelta::days(1);
/// A reply that nobody has read yet: a person will, within the hour or the next.
const UNREAD: TimeDelta = TimeDelta::hours(1);

/// What may be done with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "snake_case")]
pub enum Verdict {
    /// It may leave.
    Send,
    /// Not before.
    Hold {
        /// When to judge it again.
        until: DateTime<Utc>,
        /// The rule that holds it.
        rule: &'static str,
    },
    /// Never.
    Refuse {
        /// The rule that refuses it.
        rule: &'static str,
    },
}

/// A message about to be handed over, and all that bears on it.
#[derive(Debug, Clone, Copy)]
pub struct Departure<'d> {
    /// The case it is about, as it stands now.
    pub case: &'d Case,
    /// In whose name.
    pub creditor: &'d Creditor,
    /// What it says.
    pub message: &'d Message,
    /// What passed between us and the person so far.
    pub contacts: &'d Contacts,
}

impl Departure<'_> {
    /// Whether they have not written lately: nothing of theirs calls for it.
    fn is_unasked(&self, now: DateTime<Utc>) -> bool {
        self.contacts.wrote_at.is_none_or(|at| now > at + TALK)
    }

    /// Whether it is held to what a demand is held to: so is a question, or what is due, that nothing called for.
    fn is_like_a_demand(&self, now: DateTime<Utc>) -> bool {
        let says_what_is_due = matches!(self.message, Message::AskIdentity | Message::CaseInfo { .. });
        self.message.purpose() == Purpose::Demand || (says_what_is_due && self.is_unasked(now))
    }
}

/// What passed between us and one person, on whatever case and for whatever creditor: they have one telephone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Contacts {
    /// When our demands of the last thirty days left, the oldest first.
    pub demands: Vec<DateTime<Utc>>,
    /// How many demands left since the person last wrote.
    pub unanswered: usize,
    /// When they last wrote.
    pub wrote_at: Option<DateTime<Utc>>,
    /// A reply of theirs waits for a person to read it.
    pub unread_reply: bool,
    /// Another case of theirs rests until a person clears it: a death, an insolvency, a guardian, a danger.
    pub another_case_rests: bool,
    /// The same words left for them within a day.
    pub same_words: bool,
    /// The day after which the debt is time-barred, where the creditor knows it.
    pub limitation_on: Option<NaiveDate>,
    /// The approval of the text that it was written by was withdrawn since.
    pub text_withdrawn: bool,
    /// Someone pressed the stop button: of the creditor, or of the campaign.
    pub halted: bool,
    /// The campaign that it was written for was stopped for good.
    pub campaign_stopped: bool,
    /// The sender has had as many demands in this minute as it may: the next one from then on.
    pub sender_free_at: Option<DateTime<Utc>>,
}

/// Judges a message at `now`.
#[must_use]
pub fn judge(departure: &Departure<'_>, now: DateTime<Utc>) -> Verdict {
    if let Some(rule) = blocks::refusal(departure, now) {
        return Verdict::Refuse { rule };
    }
    let Departure { case, creditor, message, contacts } = *departure;
    let purpose = message.purpose();
    if matches!(purpose, Purpose::OptOut | Purpose::Safety) {
        return Verdict::Send;
    }
    if contacts.halted {
        return Verdict::Hold { until: now + HALT, rule: "halted" };
    }
    let (demand, unasked) = (departure.is_like_a_demand(now), departure.is_unasked(now));
    let today = super::local_day(now, case.debtor.zone);
    let late_thanks = matches!(message, Message::PaymentReceived { on: Some(on), .. } if *on < today);
    let (not_before, rule) = match demand {
        true if contacts.unread_reply => (now + UNREAD, "reply_unread"),
        true => caps::not_before(case, &creditor.policy.caps, contacts, now)
            .or_else(|| Some((contacts.sender_free_at.filter(|free_at| *free_at > now)?, "sender_busy")))
            .unwrap_or((now, "closed_now")),
        false => (now, "closed_now"),
    };
    // Late thanks keep the hours of demands.
    match hours::opening(case, &creditor.policy, demand || (unasked && late_thanks), not_before) {
        None => Verdict::Refuse { rule: "no_common_hour" },
        Some(until) if until > now => Verdict::Hold { until, rule },
        Some(_) => Verdict::Send,
    }
}
