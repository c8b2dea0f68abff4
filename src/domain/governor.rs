//! May this leave now? Every send is judged here, at the moment of hand-over, and the verdict names its rule.

use super::{Case, Creditor, Holder, IdentityLevel, Message, Purpose, SuppressionReason, Window, instant, local_day};
use chrono::{DateTime, Days, Utc};
use serde::{Deserialize, Serialize};

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

/// Judges `message` for `case` as it stands at `now`.
#[must_use]
pub fn judge(case: &Case, creditor: &Creditor, message: &Message, now: DateTime<Utc>) -> Verdict {
    let purpose = message.purpose();
    if let Some(rule) = refusal(case, creditor, message, purpose, now) {
        return Verdict::Refuse { rule };
    }
    match purpose {
        Purpose::OptOut | Purpose::Safety => Verdict::Send,
        Purpose::Demand => within(case, creditor.policy.demand_window, true, now),
        Purpose::Answer | Purpose::Neutral | Purpose::Agent => within(case, creditor.policy.answer_window, false, now),
    }
}

fn refusal(
    case: &Case,
    creditor: &Creditor,
    message: &Message,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Option<&'static str> {
    if let Some(suppression) = case.phone.suppressed {
        let last_word = match suppression.reason {
            SuppressionReason::OptOut => matches!(purpose, Purpose::OptOut | Purpose::Safety),
            SuppressionReason::WrongNumber => *message == Message::WrongNumberApology || purpose == Purpose::Safety,
            SuppressionReason::Invalid => false,
        };
        return (!last_word).then_some("suppressed");
    }
    if message.speaks_of_the_debt() && case.phone.identity < IdentityLevel::L1 {
        return Some("identity_unknown");
    }
    let needs_letter = creditor.role.needs_letter(creditor.jurisdiction) && case.letter.is_none();
    if needs_letter && !matches!(purpose, Purpose::OptOut | Purpose::Safety) && *message != Message::WrongNumberApology
    {
        return Some("letter_missing");
    }
    if purpose == Purpose::Demand {
        if case.conversation.holder == Holder::Human {
            return Some("human_holds");
        }
        if case.rests(now) {
            return Some("case_at_rest");
        }
    }
    None
}

/// Now, when the window is open on a day that counts; else at its next opening, in the debtor's zone.
fn within(case: &Case, window: Window, working_days_only: bool, now: DateTime<Utc>) -> Verdict {
    let zone = case.debtor.zone;
    let counts = |day| !working_days_only || case.jurisdiction.is_working_day(day);
    let today = local_day(now, zone);
    let time = now.with_timezone(&zone).time();
    if counts(today) && time >= window.opens && time < window.closes {
        return Verdict::Send;
    }
    let mut day = if time < window.opens { today } else { today + Days::new(1) };
    while !counts(day) {
        day = day + Days::new(1);
    }
    Verdict::Hold { until: instant(day, window.opens, zone), rule: "closed_now" }
}
