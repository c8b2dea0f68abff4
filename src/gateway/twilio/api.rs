//! Twilio's REST API: the requests we make of it and what its answers say.

use super::{TwilioSettings, verdict, webhooks};
use crate::domain::Address;
use crate::gateway::form::tidy;
use crate::gateway::{Answer, DeliveryStatus, LookupOutcome, Outgoing, Request, SendOutcome, Sought};
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

pub(super) fn compose_check(settings: &TwilioSettings) -> Request {
    let messages = messages_url(settings);
    Request {
        method: "GET",
        url: messages.replace("/Messages.json", ".json"),
        headers: vec![("authorization", authorization(settings))],
        body: Vec::new(),
    }
}

/// Everything between us and this person: a filter on the day of sending would leave out what is still queued there, and
/// what is left out would be sent a second time.
pub(super) fn compose_lookup(settings: &TwilioSettings, outgoing: &Outgoing) -> Request {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("To", outgoing.to.as_str())
        .append_pair("From", outgoing.from.as_str())
        .append_pair("PageSize", "1000")
        .finish();
    Request {
        method: "GET",
        url: format!("{}?{query}", messages_url(settings)),
        headers: vec![("authorization", authorization(settings))],
        body: Vec::new(),
    }
}

pub(super) fn conclude_lookup(outgoing: &Outgoing, sought: &Sought<'_>, answer: &Answer) -> LookupOutcome {
    let page = if answer.status == 200 { serde_json::from_slice::<Page>(&answer.body).ok() } else { None };
    let Some(page) = page else { return LookupOutcome::Unknown };
    let mut first: Option<(DateTime<Utc>, &Listed)> = None;
    let mut doubt = page.next_page_uri.is_some();
    let own = |listed: &&Listed| listed.is_between_them(outgoing) && !sought.others.contains(&listed.sid);
    for listed in page.messages.iter().filter(own) {
        match (listed.created(), listed.body.as_deref()) {
            (Some(at), _) if at < sought.since - CLOCK_GRAIN => {}
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{OutboundId, PhoneNumber};

    const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/gateways/twilio/list.json"));

    fn settings(public_url: &str) -> TwilioSettings {
        TwilioSettings {
            account_sid: "AC1".into(),
            auth_tokens: vec!["first".into(), "second".into()],
            api_base: "http://127.0.0.1:8025/".parse().unwrap(),
            public_url: public_url.parse().unwrap(),
            repeat_window: Duration::from_secs(5),
        }
    }

    fn outgoing(validity: Option<Duration>) -> Outgoing {
        Outgoing {
            id: OutboundId("0195a1b2-0000-7000-8000-000000000001".parse().unwrap()),
            to: PhoneNumber::parse("0612345678", "FR").unwrap(),
            from: Address::E164("+33937000001".into()),
            text: "Bonjour, votre facture attend.".into(),
            validity,
        }
    }

    fn at(time: &str) -> DateTime<Utc> {
        format!("2026-03-02T{time}Z").parse().unwrap()
    }

    fn look(since: &str, status: u16, page: &str) -> LookupOutcome {
        look_beside(&[], since, status, page)
    }

    fn look_beside(others: &[&str], since: &str, status: u16, page: &str) -> LookupOutcome {
        let others = others.iter().map(|sid| (*sid).to_owned()).collect();
        let sought = Sought { since: at(since), others: &others };
        conclude_lookup(&outgoing(None), &sought, &Answer { status, headers: Vec::new(), body: page.into() })
    }

    fn found(sid: &str, status: DeliveryStatus) -> LookupOutcome {
        LookupOutcome::Found { gateway_id: sid.into(), status }
    }

    #[test]
    fn a_message_is_posted_as_a_form_with_the_first_token() {
        let request =
            compose(&settings("https://sms.example.fr/relance/"), &outgoing(Some(Duration::from_secs(90_000))));
        assert_eq!(request.url, "http://127.0.0.1:8025/2010-04-01/Accounts/AC1/Messages.json");
        assert_eq!(request.headers[0].1, format!("Basic {}", STANDARD.encode("AC1:first")));
        let fields: Vec<_> = form_urlencoded::parse(&request.body).into_owned().collect();
        let expected = [
            ("To", "+33612345678"),
            ("From", "+33937000001"),
            ("Body", "Bonjour, votre facture attend."),
            (
                "StatusCallback",
                "https://sms.example.fr/relance/webhooks/twilio/status?m=0195a1b2-0000-7000-8000-000000000001",
            ),
            ("ValidityPeriod", "36000"),
        ];
        assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let unhurried = compose(&settings("https://sms.example.fr"), &outgoing(None));
        assert!(!String::from_utf8(unhurried.body).unwrap().contains("ValidityPeriod"));
    }

    #[test]
    fn a_lookup_asks_for_everything_between_us_and_the_person() {
        let request = compose_lookup(&settings("https://h"), &outgoing(None));
        assert!(request.url.ends_with("Messages.json?To=%2B33612345678&From=%2B33937000001&PageSize=1000"));
    }

    #[test]
    fn the_earliest_message_of_the_same_words_since_then_is_ours() {
        let (thirteen, fourteen) = ("SM00000000000000000000000000000013", "SM00000000000000000000000000000014");
        assert_eq!(look("10:14:59", 200, PAGE), found(thirteen, DeliveryStatus::Sent));
        assert_eq!(look("10:15:01", 200, PAGE), found(thirteen, DeliveryStatus::Sent), "dates are whole seconds");
        assert_eq!(look("10:15:02", 200, PAGE), found(fourteen, DeliveryStatus::Delivered));
        assert_eq!(look("10:30:00", 200, PAGE), LookupOutcome::NotThere);
        let beside = |others: &[&str]| look_beside(others, "10:14:59", 200, PAGE);
        assert_eq!(beside(&[thirteen]), found(fourteen, DeliveryStatus::Delivered), "that one is another of ours");
        assert_eq!(beside(&[thirteen, fourteen]), LookupOutcome::NotThere);
        let strange = PAGE.replace(r#""sent""#, r#""teleported""#);
        assert_eq!(look("10:15:00", 200, &strange), found(thirteen, DeliveryStatus::Accepted));
    }

    #[test]
    fn absence_is_concluded_only_from_a_whole_and_readable_list() {
        let empty = r#"{"messages":[],"next_page_uri":null}"#;
        assert_eq!(look("10:15:00", 200, empty), LookupOutcome::NotThere);
        assert_eq!(look("10:15:00", 200, &empty.replace("null", r#""/more""#)), LookupOutcome::Unknown);
        assert_eq!(look("10:15:00", 503, empty), LookupOutcome::Unknown);
        assert_eq!(look("10:15:00", 200, "<html>"), LookupOutcome::Unknown);
        assert_eq!(look("10:30:00", 200, &PAGE.replace("10:20:00", "?")), LookupOutcome::Unknown, "no date");
        let erased = PAGE.replace("Bonjour, votre facture attend.", "");
        assert_eq!(look("10:15:00", 200, &erased), LookupOutcome::Unknown, "erased words");
        assert_eq!(look("10:30:00", 200, &erased), LookupOutcome::NotThere, "erased, but long before");
        for (told, other) in [("+33612345678", "+33612345679"), ("+33937000001", "36111"), ("outbound-api", "inbound")]
        {
            assert_eq!(look("10:15:00", 200, &PAGE.replace(told, other)), LookupOutcome::NotThere, "{other}");
        }
    }
}
