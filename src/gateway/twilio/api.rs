//! Twilio's REST API: the requests we make of it and what its answers say.

use super::{TwilioSettings, verdict, webhooks};
use crate::domain::Address;
use crate::gateway::form::tidy;
use crate::gateway::{Answer, DeliveryStatus, LookupOutcome, Outgoing, Request, SendOutcome};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::ExposeSecret;
use serde::Deserialize;
use std::time::Duration;

/// How long Twilio may keep a message, in seconds.
const VALIDITY: std::ops::RangeInclusive<u64> = 1..=36_000;
/// How long to wait when Twilio does not say, and the most we believe of what it says.
const BACK_OFF: Duration = Duration::from_secs(1);
const LONGEST_BACK_OFF: Duration = Duration::from_secs(300);
/// Twilio's dates are whole seconds.
const CLOCK_GRAIN: TimeDelta = TimeDelta::seconds(1);

#[derive(Deserialize)]
struct Created {
    sid: String,
    status: Option<String>,
    num_segments: Option<String>,
    error_code: Option<u32>,
}

#[derive(Deserialize)]
struct Problem {
    code: u32,
}

#[derive(Deserialize)]
struct Page {
    messages: Vec<Listed>,
    next_page_uri: Option<String>,
}

#[derive(Deserialize)]
struct Listed {
    sid: String,
    status: Option<String>,
    to: Option<String>,
    from: Option<String>,
    body: Option<String>,
    direction: Option<String>,
    date_created: Option<String>,
}

pub(super) fn compose(settings: &TwilioSettings, outgoing: &Outgoing) -> Request {
    let callback = format!("{}/webhooks/twilio/status?m={}", settings.public_url(), outgoing.id);
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("To", outgoing.to.as_str())
        .append_pair("From", outgoing.from.as_str())
        .append_pair("Body", &outgoing.text)
        .append_pair("StatusCallback", &callback);
    if let Some(validity) = outgoing.validity {
        let seconds = validity.as_secs().clamp(*VALIDITY.start(), *VALIDITY.end());
        form.append_pair("ValidityPeriod", &seconds.to_string());
    }
    Request {
        method: "POST",
        url: messages_url(settings),
        headers: vec![
            ("authorization", authorization(settings)),
            ("content-type", "application/x-www-form-urlencoded".into()),
        ],
        body: form.finish().into_bytes(),
    }
}

pub(super) fn conclude(answer: &Answer) -> SendOutcome {
    let code = serde_json::from_slice::<Problem>(&answer.body).ok().map(|problem| problem.code);
    match (answer.status, code) {
        (200..=299, _) => accepted(answer),
        // Refused at the door, before anything was done.
        (429, _) | (_, Some(20429)) => SendOutcome::Throttled { after: back_off(answer) },
        (400..=499, Some(code)) => refused(code),
        (401, None) => refused(20003),
        (status, _) => SendOutcome::Ambiguous { what: format!("HTTP {status}") },
    }
}

fn accepted(answer: &Answer) -> SendOutcome {
    let Ok(created) = serde_json::from_slice::<Created>(&answer.body) else {
        return SendOutcome::Ambiguous { what: format!("HTTP {} without a sid", answer.status) };
    };
    // No callback ever follows for a status that was there from the start.
    match (created.status.as_deref(), created.error_code) {
        (Some("failed" | "undelivered"), Some(code)) => refused(code),
        _ => {
            let segments = created.num_segments.and_then(|count| count.parse().ok()).filter(|count| *count > 0);
            SendOutcome::Accepted { gateway_id: created.sid, segments }
        }
    }
}

fn refused(code: u32) -> SendOutcome {
    let code = code.to_string();
    SendOutcome::Refused { verdict: verdict(&code), code }
}

fn back_off(answer: &Answer) -> Duration {
    let asked = answer.header("retry-after").and_then(|seconds| seconds.trim().parse().ok()).map(Duration::from_secs);
    asked.unwrap_or(BACK_OFF).clamp(BACK_OFF, LONGEST_BACK_OFF)
}

pub(super) fn compose_lookup(settings: &TwilioSettings, outgoing: &Outgoing, since: DateTime<Utc>) -> Request {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("To", outgoing.to.as_str())
        .append_pair("From", outgoing.from.as_str())
        .append_pair("DateSent>", &(since - CLOCK_GRAIN).format("%Y-%m-%d").to_string())
        .append_pair("PageSize", "1000")
        .finish();
    Request {
        method: "GET",
        url: format!("{}?{query}", messages_url(settings)),
        headers: vec![("authorization", authorization(settings))],
        body: Vec::new(),
    }
}

pub(super) fn conclude_lookup(outgoing: &Outgoing, since: DateTime<Utc>, answer: &Answer) -> LookupOutcome {
    let page = if answer.status == 200 { serde_json::from_slice::<Page>(&answer.body).ok() } else { None };
    let Some(page) = page else { return LookupOutcome::Unknown };
    let mut first: Option<(DateTime<Utc>, &Listed)> = None;
    let mut doubt = page.next_page_uri.is_some();
    for listed in page.messages.iter().filter(|listed| listed.is_between_them(outgoing)) {
        match (listed.created(), listed.body.as_deref()) {
            (Some(at), _) if at < since - CLOCK_GRAIN => {}
            (Some(at), Some(body)) if tidy(body) == tidy(&outgoing.text) => {
                if first.is_none_or(|(earliest, _)| at < earliest) {
                    first = Some((at, listed));
                }
            }
            // Another text, unless its date cannot be read or its body was erased.
            (Some(_), Some(body)) if !body.is_empty() => {}
            _ => doubt = true,
        }
    }
    match first {
        Some((_, listed)) => LookupOutcome::Found { gateway_id: listed.sid.clone(), status: listed.status() },
        None if doubt => LookupOutcome::Unknown,
        None => LookupOutcome::NotThere,
    }
}

impl Listed {
    fn is_between_them(&self, outgoing: &Outgoing) -> bool {
        self.direction.as_deref().is_none_or(|direction| direction.starts_with("outbound"))
            && self.to.as_deref() == Some(outgoing.to.as_str())
            && self.from.as_deref().map(Address::parse).as_ref() == Some(&outgoing.from)
    }

    fn created(&self) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc2822(self.date_created.as_deref()?).ok().map(|at| at.to_utc())
    }

    /// A word we do not know ranks lowest: any receipt will correct it.
    fn status(&self) -> DeliveryStatus {
        self.status.as_deref().and_then(webhooks::status).unwrap_or(DeliveryStatus::Accepted)
    }
}

fn messages_url(settings: &TwilioSettings) -> String {
    let base = settings.api_base.as_str().trim_end_matches('/');
    format!("{base}/2010-04-01/Accounts/{}/Messages.json", settings.account_sid)
}

fn authorization(settings: &TwilioSettings) -> String {
    let token = settings.auth_tokens.first().map_or("", |token| token.expose_secret());
    format!("Basic {}", STANDARD.encode(format!("{}:{token}", settings.account_sid)))
}
