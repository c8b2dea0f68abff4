//! What never leaves, whatever the hour.

use super::Departure;
use crate::domain::dunning::Channel;
use crate::domain::{
    Case, CaseState, Creditor, Holder, IdentityLevel, Jurisdiction, Message, Purpose, Role, SuppressionReason,
    Vulnerability, local_day,
};
use chrono::{DateTime, Datelike, NaiveDate, Utc};

/// The rule that refuses a message, if one does.
pub(super) fn refusal(departure: &Departure<'_>, now: DateTime<Utc>) -> Option<&'static str> {
    let Departure { case, creditor, message, contacts } = *departure;
    let purpose = message.purpose();
    // The last words to someone who wants no more, and help in danger, leave in whatever words there are.
    if contacts.text_withdrawn && !matches!(purpose, Purpose::OptOut | Purpose::Safety) {
        return Some("text_not_approved");
    }
    // A number that cannot receive, or that may be another's, says nothing of the address in the contract.
    let by_email = message.channel() == Channel::Email;
    if let Some(suppression) = case.phone.suppressed
        && !(by_email && suppression.reason == SuppressionReason::Invalid)
    {
        let last_word = match suppression.reason {
            SuppressionReason::OptOut => matches!(purpose, Purpose::OptOut | Purpose::Safety),
            SuppressionReason::WrongNumber => *message == Message::WrongNumberApology || purpose == Purpose::Safety,
            SuppressionReason::Invalid => false,
        };
        return (!last_word).then_some("suppressed");
    }
    if matches!(purpose, Purpose::OptOut | Purpose::Safety) || *message == Message::WrongNumberApology {
        return None;
    }
    if !by_email && message.speaks_of_the_debt() && case.phone.identity < IdentityLevel::L1 {
        return Some("identity_unknown");
    }
    if let Some(rule) = of_role(case, creditor) {
        return Some(rule);
    }
    if *message == Message::AskIdentity && case.conversation.holder == Holder::Human {
        return Some("human_holds");
    }
    if contacts.campaign_stopped {
        return Some("campaign_stopped");
    }
    if purpose == Purpose::Demand && case.conversation.holder == Holder::Human {
        return Some("human_holds");
    }
    if !departure.is_like_a_demand(now) {
        return None;
    }
    if contacts.another_case_rests {
        return Some("another_case_rests");
    }
    if let Some(rule) = at_rest(case, message, now) {
        return Some(rule);
    }
    if is_time_barred(case, creditor, contacts.limitation_on, now) {
        return Some("time_barred");
    }
    if contacts.same_words {
        return Some("said_already");
    }
    (contacts.unanswered >= creditor.policy.caps.unanswered).then_some("unanswered")
}

/// What the law asks of whoever collects for others.
fn of_role(case: &Case, creditor: &Creditor) -> Option<&'static str> {
    let for_others = creditor.role != Role::Creditor;
    match creditor.jurisdiction {
        // R124-4: a letter first, and recalled in every message.
        Jurisdiction::Fr if for_others && case.letter.is_none() => Some("letter_missing"),
        // Third-party collection is a category that American carriers forbid.
        Jurisdiction::Us if for_others && creditor.carrier_approval.is_none() => Some("carrier_forbids"),
        // 12 CFR 1006.34: the validation notice first.
        Jurisdiction::Us if for_others && case.letter.is_none() => Some("validation_missing"),
        // 12 CFR 1006.6(c): who refuses to pay is not written to again.
        Jurisdiction::Us if for_others && matches!(case.state, CaseState::Refused { .. }) => Some("ceased"),
        _ => None,
    }
}

/// Why nothing is asked for on a case now.
fn at_rest(case: &Case, message: &Message, now: DateTime<Utc>) -> Option<&'static str> {
    if !case.rests_from(message, now) {
        return None;
    }
    Some(match &case.state {
        CaseState::Disputed { .. } => "disputed",
        CaseState::PaymentClaimed { .. } => "payment_claimed",
        CaseState::PromiseProposed { .. } | CaseState::Promised { .. } => "promised",
        CaseState::PlanOffered { .. } => "plan_offered",
        CaseState::PlanRunning { .. } if !case.rests(now) => "plan_running",
        CaseState::Refused { .. } => "refused",
        CaseState::Settled { .. } | CaseState::Closed { .. } => "case_over",
        CaseState::Frozen { freeze, .. } => match freeze.because.first() {
            Some(Vulnerability::Bereavement) => "bereavement",
            Some(Vulnerability::Insolvency) => "insolvency",
            Some(Vulnerability::Guardianship) => "represented",
            Some(Vulnerability::SelfHarm) => "in_danger",
            // Without a circumstance, someone acts for them.
            None if freeze.until.is_none() => "represented",
            _ => "hardship",
        },
        CaseState::Open | CaseState::PlanNegotiated { .. } | CaseState::PlanRunning { .. } => "hardship",
    })
}

/// Whether the debt can no longer be claimed: asking for it is then misleading.
fn is_time_barred(case: &Case, creditor: &Creditor, known: Option<NaiveDate>, now: DateTime<Utc>) -> bool {
    let years = creditor.policy.law.limitation_years;
    let years = if case.debtor.segment.is_consumer() { years.consumer } else { years.business };
    local_day(now, case.debtor.zone) > known.unwrap_or_else(|| years_after(case.debt.due_on, years))
}

/// The same day `years` later; the 28th for a 29 February.
fn years_after(day: NaiveDate, years: i32) -> NaiveDate {
    let year = day.year() + years;
    day.with_year(year).or_else(|| NaiveDate::from_ymd_opt(year, 2, 28)).unwrap_or(NaiveDate::MAX)
}
