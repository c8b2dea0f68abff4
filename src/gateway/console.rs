//! The console: a carrier without a network, for the demonstration and for talking to the bot in a terminal.
//!
//! It believes whoever speaks to it, so it belongs behind no public route.

use super::form::tidy;
use super::{
    Acknowledgement, Answer, DeliveryStatus, Gateway, Inbound, LookupOutcome, Outgoing, Receipt, Refusal, Request,
    SendOutcome, Sought, Webhook, WebhookEvent,
};
use crate::domain::{Address, OutboundId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The scheme of a request that the transport answers by itself, with the request's own body.
pub(super) const SCHEME: &str = "console:";

/// A carrier that takes everything at once and verifies nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Console;

#[derive(Deserialize)]
struct Said {
    id: String,
    from: String,
    to: String,
    #[serde(default)]
    text: String,
}

#[derive(Deserialize)]
struct Moved {
    id: String,
    status: DeliveryStatus,
    our_id: Option<OutboundId>,
}

#[derive(Serialize, Deserialize)]
struct Sent {
    id: OutboundId,
}

impl Gateway for Console {
    fn name(&self) -> &'static str {
        "console"
    }

    /// Reads `{"id", "from", "to", "text"}`.
    fn receive(&self, webhook: &Webhook) -> Result<Vec<WebhookEvent>, Refusal> {
        let said: Said = read(webhook)?;
        Ok(vec![WebhookEvent::Inbound(Inbound {
            gateway_id: said.id,
            from: Address::parse(&said.from),
            to: Address::parse(&said.to),
            text: tidy(&said.text),
            raw: webhook.body.to_vec(),
            received_at: None,
            opt_out_hint: None,
            media: 0,
        })])
    }

    /// Reads `{"id", "status", "our_id"}`.
    fn receive_status(&self, webhook: &Webhook) -> Result<Vec<WebhookEvent>, Refusal> {
        let Moved { id, status, our_id } = read(webhook)?;
        Ok(vec![WebhookEvent::Receipt(Receipt { gateway_id: id, our_id, status, code: None, verdict: None })])
    }

    fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement { status: 200, content_type: "application/json", body: "{}" }
    }

    fn compose(&self, outgoing: &Outgoing) -> Request {
        let body = format!(r#"{{"id":"{}"}}"#, outgoing.id).into_bytes();
        Request { method: "POST", url: format!("{SCHEME}messages"), headers: Vec::new(), body }
    }

    fn conclude(&self, answer: &Answer) -> SendOutcome {
        match serde_json::from_slice::<Sent>(&answer.body) {
            Ok(Sent { id }) => SendOutcome::Accepted { gateway_id: gateway_id(id), segments: None },
            Err(_) => SendOutcome::Ambiguous { what: "no id in the console's answer".into() },
        }
    }

    fn compose_check(&self) -> Option<Request> {
        None
    }

    fn compose_lookup(&self, _outgoing: &Outgoing) -> Option<Request> {
        None
    }

    /// Whatever was sent was taken.
    fn conclude_lookup(&self, outgoing: &Outgoing, _sought: &Sought<'_>, _answer: &Answer) -> LookupOutcome {
        LookupOutcome::Found { gateway_id: gateway_id(outgoing.id), status: DeliveryStatus::Sent }
    }

    fn repeat_window(&self) -> Duration {
        Duration::ZERO
    }
}

fn gateway_id(id: OutboundId) -> String {
    format!("console-{id}")
}

fn read<T: DeserializeOwned>(webhook: &Webhook) -> Result<T, Refusal> {
    webhook.check_size()?;
    // The parser's own words would quote the text.
    serde_json::from_slice(webhook.body).map_err(|_| Refusal::Malformed { what: "not the expected JSON".into() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PhoneNumber;
    use crate::gateway::contract::{Post, Received, Route, Sent, Subject, gateway_contract};
    use serde_json::json;

    const OUR_ID: &str = "0195a1b2-0000-7000-8000-000000000001";

    fn post(body: &serde_json::Value) -> Post {
        Post {
            method: "POST",
            path_and_query: "/webhooks/console".into(),
            headers: vec![],
            body: body.to_string().into(),
        }
    }

    fn said(text: &str) -> Post {
        post(&json!({"id": "1", "from": "+33612345678", "to": "36111", "text": text}))
    }

    #[test]
    fn the_console_holds_the_contract_of_every_gateway() {
        let malformed = Refusal::Malformed { what: "not the expected JSON".into() };
        let inbound = WebhookEvent::Inbound(Inbound {
            gateway_id: "1".into(),
            from: Address::E164("+33612345678".into()),
            to: Address::ShortCode("36111".into()),
            text: "réglé".into(),
            raw: said("re\u{301}gle\u{301}").body,
            received_at: None,
            opt_out_hint: None,
            media: 0,
        });
        let case = |label, post, expect| Received { label, route: Route::Inbound, post, expect };
        let received = [
            case("a text", said("re\u{301}gle\u{301}"), Ok(vec![inbound])),
            case("no id", post(&json!({"from": "1", "to": "2"})), Err(malformed.clone())),
            case("no JSON", Post { body: b"Oui".to_vec(), ..said("") }, Err(malformed)),
        ];
        let answer = |body: String| Answer { status: 200, headers: vec![], body: body.into() };
        let sent = [
            Sent {
                label: "taken",
                answer: answer(json!({"id": OUR_ID}).to_string()),
                expect: SendOutcome::Accepted { gateway_id: format!("console-{OUR_ID}"), segments: None },
            },
            Sent {
                label: "no id",
                answer: answer("{}".into()),
                expect: SendOutcome::Ambiguous { what: "no id in the console's answer".into() },
            },
        ];
        let subject = Subject {
            gateway: &Console,
            shown: format!("{Console:?}"),
            outgoing: Outgoing {
                id: OutboundId(OUR_ID.parse().unwrap()),
                to: PhoneNumber::parse("0612345678", "FR").unwrap(),
                from: Address::ShortCode("36111".into()),
                text: "Bonjour, votre facture attend.".into(),
                validity: None,
            },
            secrets: &["réglé"],
            signs: false,
            says: &said,
            reports: &|word| post(&json!({"id": "1", "status": word, "our_id": OUR_ID})),
            statuses: &[("delivered", DeliveryStatus::Delivered), ("failed", DeliveryStatus::Failed)],
        };
        gateway_contract(&subject, &received, &sent);
    }
}
