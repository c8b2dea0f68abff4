//! The details of an offer, a dispute or a request, once it is known to be one: days, amounts, terms, references, calls.

use super::conclude::{Findings, label, reason};
use super::moments;
use super::money::Purpose;
use crate::domain::{Intent, Reading};
use std::ops::Range;

/// Adds them to `reading`, each with the words that say it.
pub(super) fn add(found: &Findings<'_>, reading: &mut Reading) {
    let (plan, promise) = (reading.says(Intent::PlanRequest), reading.says(Intent::Promise));
    if plan || promise {
        day(found, reading, plan);
    }
    let purpose = match reading.intent {
        Intent::Dispute if plan || promise => Some(Purpose::DisputeAndOffer),
        Intent::Dispute => Some(Purpose::Dispute),
        _ if plan => Some(Purpose::Plan),
        _ if promise => Some(Purpose::Offer),
        _ => None,
    };
    let words = |span: &Range<usize>| found.seen.message.words(span);
    let amount = purpose.and_then(|purpose| found.seen.sums.choose(purpose));
    if let Some(amount) = amount {
        reading.amount_minor = Some(amount.minor);
        let concluded = format!("amount_minor={}", amount.minor);
        reading.why.push(reason(concluded, words(&amount.span), "an amount of money"));
    }
    if plan {
        terms(found, reading);
    }
    if let Some(reference) = found.seen.sums.reference() {
        reading.reference = Some(reference.to_owned());
        reading.why.push(reason(format!("reference={reference}"), reference, "written like a reference"));
    }
    if reading.says(Intent::HumanRequest)
        && let Some((call_back, span)) = moments::call_back(&found.seen.moments, &found.seen.beside)
    {
        reading.call_back = Some(call_back);
        reading.why.push(reason("call_back".to_owned(), words(&span), "a day or an hour beside a request for a call"));
    }
}

fn day(found: &Findings<'_>, reading: &mut Reading, plan: bool) {
    let seen = found.seen;
    if let Some((day, span)) = moments::payment_day(&seen.message, &seen.moments, &seen.beside, found.asked, plan) {
        reading.date = Some(day);
        let words = seen.message.words(&span);
        reading.why.push(reason(format!("date={day}"), words, "the day of the first payment"));
    }
}

fn terms(found: &Findings<'_>, reading: &mut Reading) {
    let said = &found.seen.plan;
    reading.plan = said.terms;
    let words = |span: &Option<Range<usize>>| match span {
        Some(span) => found.seen.message.words(span),
        None => found.seen.message.original().trim(),
    };
    if let Some(n) = reading.plan.instalments {
        reading.why.push(reason(format!("instalments={n}"), words(&said.count_span), "how many payments"));
    }
    if let Some(minor) = reading.plan.instalment_minor {
        let concluded = format!("instalment_minor={minor}");
        reading.why.push(reason(concluded, words(&said.each_span), "the amount of each payment"));
        if reading.amount_minor.is_none() {
            reading.amount_minor = Some(minor);
            reading.why.push(reason(format!("amount_minor={minor}"), words(&said.each_span), "the first payment"));
        }
    }
    if let Some(period) = reading.plan.period {
        reading.why.push(reason(format!("period={}", label(&period)), words(&said.period_span), "how often"));
    }
}
