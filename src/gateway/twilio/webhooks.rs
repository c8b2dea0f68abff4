//! Twilio's webhooks, once verified: a text, a receipt, or something that is nothing to us.

use super::verdict;
use crate::domain::{Address, Keyword, OutboundId};
use crate::gateway::form::{Form, unwrap_base64};
use crate::gateway::{DeliveryStatus, FailureVerdict, Inbound, Receipt, Refusal, Webhook, WebhookEvent};

/// The bytes that carry the fields.
pub(super) fn payload<'a>(webhook: &Webhook<'a>) -> &'a [u8] {
    if webhook.method.eq_ignore_ascii_case("GET") { webhook.query().as_bytes() } else { webhook.body }
}

/// Reads what came on the inbound route.
pub(super) fn message(webhook: &Webhook, form: &Form) -> Result<WebhookEvent, Refusal> {
    // A status URL pointed at the wrong route: taken as a text, it would be one from ourselves.
    if form.word("MessageStatus").is_some_and(|status| !is_inbound(&status)) {
        return receipt(webhook, form);
    }
    if is_json(webhook) {
        return Ok(WebhookEvent::Ignored { kind: "json".into() });
    }
    let address = |name| Address::parse(&form.text(name).unwrap_or_default());
    Ok(WebhookEvent::Inbound(Inbound {
        gateway_id: message_sid(form)?,
        from: address("From"),
        to: address("To"),
        text: unwrap_base64(form.text("Body").unwrap_or_default()),
        raw: payload(webhook).to_vec(),
        received_at: None,
        opt_out_hint: form.word("OptOutType").and_then(|kind| keyword(&kind)),
        media: form.word("NumMedia").and_then(|count| count.parse().ok()).unwrap_or(0),
    }))
}

/// Reads what came on the status route.
pub(super) fn receipt(webhook: &Webhook, form: &Form) -> Result<WebhookEvent, Refusal> {
    if is_json(webhook) {
        return Ok(WebhookEvent::Ignored { kind: "json".into() });
    }
    let gateway_id = message_sid(form)?;
    let Some(word) = form.word("MessageStatus").or_else(|| form.word("SmsStatus")) else {
        return Err(Refusal::Malformed { what: "no MessageStatus".into() });
    };
    let Some(status) = status(&word) else {
        return Ok(WebhookEvent::Ignored { kind: format!("status {}", printable(&word)) });
    };
    let code = form.word("ErrorCode").filter(|code| code != "0");
    let went_wrong = matches!(status, DeliveryStatus::Failed | DeliveryStatus::Undelivered);
    let verdict = code.as_deref().map(verdict).or(went_wrong.then_some(FailureVerdict::GiveUp));
    Ok(WebhookEvent::Receipt(Receipt { gateway_id, our_id: our_id(webhook), status, code, verdict }))
}

/// Twilio's word for where a message is; `None` for those that tell us nothing.
pub(super) fn status(word: &str) -> Option<DeliveryStatus> {
    Some(match word.to_ascii_lowercase().as_str() {
        "accepted" => DeliveryStatus::Accepted,
        "scheduled" => DeliveryStatus::Scheduled,
        "queued" => DeliveryStatus::Queued,
        "sending" => DeliveryStatus::Sending,
        "sent" => DeliveryStatus::Sent,
        "delivered" | "read" => DeliveryStatus::Delivered,
        "undelivered" => DeliveryStatus::Undelivered,
        "failed" => DeliveryStatus::Failed,
        "canceled" => DeliveryStatus::Canceled,
        _ => return None,
    })
}

fn is_inbound(status: &str) -> bool {
    matches!(status, "received" | "receiving")
}

fn is_json(webhook: &Webhook) -> bool {
    webhook.header("content-type").is_some_and(|kind| kind.starts_with("application/json"))
}

fn message_sid(form: &Form) -> Result<String, Refusal> {
    ["MessageSid", "SmsMessageSid", "SmsSid"]
        .into_iter()
        .find_map(|name| form.word(name))
        .ok_or_else(|| Refusal::Malformed { what: "no MessageSid".into() })
}

fn our_id(webhook: &Webhook) -> Option<OutboundId> {
    form_urlencoded::parse(webhook.query().as_bytes())
        .find(|(name, _)| name == "m")
        .and_then(|(_, id)| id.parse().ok())
        .map(OutboundId)
}

fn keyword(kind: &str) -> Option<Keyword> {
    match kind.to_ascii_uppercase().as_str() {
        "STOP" => Some(Keyword::Stop),
        "START" => Some(Keyword::Start),
        "HELP" => Some(Keyword::Help),
        _ => None,
    }
}

/// An unknown word goes to the log: no longer and no stranger than a word of a protocol.
fn printable(word: &str) -> String {
    word.chars().filter(|c| c.is_ascii_alphabetic() || *c == '_').take(24).collect()
}
