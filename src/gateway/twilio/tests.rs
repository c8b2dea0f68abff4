//! Twilio against the contract of every gateway, and its own quirks.

use super::{Twilio, TwilioSettings, signature};
use crate::domain::{Address, Keyword, OutboundId, PhoneNumber};
use crate::gateway::contract::{Post, Received, Route, Sent, Subject, gateway_contract};
use crate::gateway::form::Form;
use crate::gateway::{
    Answer, DeliveryStatus, FailureVerdict, Gateway, Inbound, Outgoing, Receipt, Refusal, SendOutcome, WebhookEvent,
};
use std::time::Duration;

const TOKEN: &str = "twilio_test_token_0001";
const PUBLIC: &str = "https://sms.example.fr";
const OUR_ID: &str = "0195a1b2-0000-7000-8000-000000000001";
const DEBTOR: &str = "+33612345678";

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/gateways/twilio/", $name))
    };
}

fn settings() -> TwilioSettings {
    TwilioSettings {
        account_sid: "AC00000000000000000000000000000001".into(),
        auth_tokens: vec![TOKEN.into(), "the_former_token".into()],
        api_base: "https://api.twilio.com".parse().unwrap(),
        public_url: PUBLIC.parse().unwrap(),
        repeat_window: Duration::from_secs(5),
    }
}

fn our_id() -> OutboundId {
    OutboundId(OUR_ID.parse().unwrap())
}

fn outgoing() -> Outgoing {
    Outgoing {
        id: our_id(),
        to: PhoneNumber::parse(DEBTOR, "FR").unwrap(),
        from: Address::E164("+33937000001".into()),
        text: "Bonjour, votre facture attend.".into(),
        validity: Some(Duration::from_secs(100_000)),
    }
}

fn signed(path: &str, body: impl Into<Vec<u8>>) -> Post {
    let body = body.into();
    let signature = signature::sign(TOKEN, &format!("{PUBLIC}{path}"), Form::parse(&body).fields());
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let headers = vec![
        header("content-type", "application/x-www-form-urlencoded; charset=UTF-8"),
        header("x-twilio-signature", &signature),
    ];
    Post { method: "POST", path_and_query: path.into(), headers, body }
}

fn inbound(body: &str) -> Post {
    signed("/webhooks/twilio", body)
}

fn status(body: &str) -> Post {
    signed(&format!("/webhooks/twilio/status?m={OUR_ID}"), body)
}

fn said(text: &str) -> Post {
    let fields = [("MessageSid", "SM1"), ("From", DEBTOR), ("To", "+33937000001"), ("Body", text)];
    inbound(&form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish())
}

fn text_of(sid: &str, to: &str, text: &str, raw: &str) -> Inbound {
    Inbound {
        gateway_id: sid.into(),
        from: Address::E164(DEBTOR.into()),
        to: Address::parse(to),
        text: text.into(),
        raw: raw.into(),
        received_at: None,
        opt_out_hint: None,
        media: 0,
    }
}

fn receipt(sid: &str, status: DeliveryStatus, failure: Option<(&str, FailureVerdict)>) -> WebhookEvent {
    WebhookEvent::Receipt(Receipt {
        gateway_id: sid.into(),
        our_id: Some(our_id()),
        status,
        code: failure.map(|(code, _)| code.to_owned()),
        verdict: failure.map(|(_, verdict)| verdict),
    })
}

fn received() -> Vec<Received> {
    let message = |label, body: &'static str, expect: Inbound| Received {
        label,
        route: Route::Inbound,
        post: inbound(body),
        expect: Ok(vec![WebhookEvent::Inbound(expect)]),
    };
    let moved = |label, post, expect| Received { label, route: Route::Status, post, expect };
    let plain = fixture!("inbound.form");
    let stop = fixture!("inbound_stop.form");
    let picture = fixture!("inbound_picture.form");
    let promise = "Je paierai 50 € vendredi, ça va ? 👍";
    let later = FailureVerdict::RetryOnce { after_seconds: 14_400 };
    let missing = |what: &str| Err(Refusal::Malformed { what: what.into() });
    vec![
        message("a text", plain, text_of("SM0123456789abcdef0123456789abcdef", "+33937000001", promise, plain)),
        message(
            "a STOP that Twilio answered, to a short code",
            stop,
            Inbound {
                opt_out_hint: Some(Keyword::Stop),
                ..text_of("SM0123456789abcdef0123456789abcde0", "36111", "STOP", stop)
            },
        ),
        message(
            "a picture without a word",
            picture,
            Inbound { media: 1, ..text_of("MM0123456789abcdef0123456789abcde1", "+33937000001", "", picture) },
        ),
        message(
            "a sender with a name, no body, no receiver",
            "MessageSid=SM2&From=Free+Mobile",
            Inbound {
                from: Address::Alphanumeric("Free Mobile".into()),
                ..text_of("SM2", "", "", "MessageSid=SM2&From=Free+Mobile")
            },
        ),
        message(
            "a repeated field and an unescaped +",
            "MessageSid=SM3&From=+33612345678&Body=un&Body=deux",
            text_of("SM3", "", "un", "MessageSid=SM3&From=+33612345678&Body=un&Body=deux"),
        ),
        Received {
            label: "no id",
            route: Route::Inbound,
            post: inbound("From=%2B33612345678&Body=Oui"),
            expect: missing("no MessageSid"),
        },
        Received {
            label: "a receipt on the wrong route",
            route: Route::Inbound,
            post: inbound("MessageSid=SM4&MessageStatus=sent"),
            expect: Ok(vec![WebhookEvent::Receipt(Receipt {
                gateway_id: "SM4".into(),
                our_id: None,
                status: DeliveryStatus::Sent,
                code: None,
                verdict: None,
            })]),
        },
        moved(
            "delivered",
            status(fixture!("status_delivered.form")),
            Ok(vec![receipt("SM0123456789abcdef0123456789abcde2", DeliveryStatus::Delivered, None)]),
        ),
        moved(
            "undelivered",
            status(fixture!("status_undelivered.form")),
            Ok(vec![receipt(
                "SM0123456789abcdef0123456789abcde3",
                DeliveryStatus::Undelivered,
                Some(("30003", later)),
            )]),
        ),
        moved(
            "a status of tomorrow",
            status("MessageSid=SM5&MessageStatus=partially_delivered"),
            Ok(vec![WebhookEvent::Ignored { kind: "status partially_delivered".into() }]),
        ),
        moved("no status", status("MessageSid=SM5"), missing("no MessageStatus")),
        moved("no id", status("MessageStatus=sent"), missing("no MessageSid")),
    ]
}

fn answer(status: u16, body: &str) -> Answer {
    Answer { status, headers: Vec::new(), body: body.into() }
}

fn sent() -> Vec<Sent> {
    let case = |label, answer, expect| Sent { label, answer, expect };
    let ambiguous = |what: &str| SendOutcome::Ambiguous { what: what.into() };
    let refused = |code: &str| SendOutcome::Refused { code: code.into(), verdict: super::verdict(code) };
    let accepted =
        |segments| SendOutcome::Accepted { gateway_id: "SM0123456789abcdef0123456789abcde4".into(), segments };
    let throttled = |seconds| SendOutcome::Throttled { after: Duration::from_secs(seconds) };
    let patient =
        Answer { headers: vec![("retry-after".into(), "7".into())], ..answer(429, fixture!("throttled.json")) };
    let unsized_yet = fixture!("created.json").replace(r#""num_segments": "1""#, r#""num_segments": "0""#);
    vec![
        case("created", answer(201, fixture!("created.json")), accepted(Some(1))),
        case("created, size to come", answer(201, &unsized_yet), accepted(None)),
        case("created and failed at once", answer(201, fixture!("created_failed.json")), refused("30006")),
        case("created, unreadable", answer(201, "<html>"), ambiguous("HTTP 201 without a sid")),
        case("stopped", answer(400, fixture!("refused_stopped.json")), refused("21610")),
        case("bad credentials", answer(401, fixture!("refused_credentials.json")), refused("20003")),
        case("forbidden", answer(403, r#"{"code": 20003, "status": 403}"#), refused("20003")),
        case("bad credentials, said without a body", answer(401, ""), refused("20003")),
        case("throttled", answer(429, fixture!("throttled.json")), throttled(1)),
        case("throttled, and told how long", patient, throttled(7)),
        case("throttled by something before Twilio", answer(429, "slow down"), throttled(1)),
        case("broken", answer(500, "{}"), ambiguous("HTTP 500")),
        case("unavailable", answer(503, r#"{"code": 20503, "status": 503}"#), ambiguous("HTTP 503")),
        case("a stranger's answer", answer(404, "<html>"), ambiguous("HTTP 404")),
        case("a redirection", answer(302, ""), ambiguous("HTTP 302")),
        case("nothing at all", answer(400, ""), ambiguous("HTTP 400")),
    ]
}

#[test]
fn twilio_holds_the_contract_of_every_gateway() {
    let twilio = Twilio::new(settings());
    let subject = Subject {
        gateway: &twilio,
        shown: format!("{twilio:?} {:?}", settings()),
        outgoing: outgoing(),
        secrets: &[TOKEN, "the_former_token", "Basic ", "Je paierai"],
        signs: true,
        says: &said,
        reports: &|word| status(&format!("MessageSid=SM1&MessageStatus={word}")),
        statuses: &[
            ("accepted", DeliveryStatus::Accepted),
            ("scheduled", DeliveryStatus::Scheduled),
            ("queued", DeliveryStatus::Queued),
            ("sending", DeliveryStatus::Sending),
            ("sent", DeliveryStatus::Sent),
            ("delivered", DeliveryStatus::Delivered),
            ("read", DeliveryStatus::Delivered),
            ("undelivered", DeliveryStatus::Undelivered),
            ("failed", DeliveryStatus::Failed),
            ("canceled", DeliveryStatus::Canceled),
        ],
    };
    gateway_contract(&subject, &received(), &sent());
}

#[test]
fn a_get_webhook_is_read_from_its_query() {
    let path = "/webhooks/twilio?MessageSid=SM6&From=%2B33612345678&Body=Oui";
    let signature = signature::sign(TOKEN, &format!("{PUBLIC}{path}"), &[]);
    let post = Post {
        method: "GET",
        path_and_query: path.into(),
        headers: vec![("x-twilio-signature".into(), signature)],
        body: Vec::new(),
    };
    let raw = "MessageSid=SM6&From=%2B33612345678&Body=Oui";
    let expected = WebhookEvent::Inbound(text_of("SM6", "", "Oui", raw));
    assert_eq!(Twilio::new(settings()).receive(&post.webhook()), Ok(vec![expected]));
}

#[test]
fn bytes_that_are_not_unicode_are_kept_beside_their_replacement() {
    let post = signed("/webhooks/twilio", b"MessageSid=SM7&Body=tr%E8s+\xe9".to_vec());
    let events = Twilio::new(settings()).receive(&post.webhook()).unwrap();
    let [WebhookEvent::Inbound(inbound)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(inbound.text, "tr\u{fffd}s \u{fffd}");
    assert_eq!(inbound.raw, post.body);
}

#[test]
fn a_failure_without_a_code_is_given_up() {
    let events = Twilio::new(settings()).receive_status(&status("MessageSid=SM8&SmsStatus=failed").webhook()).unwrap();
    let [WebhookEvent::Receipt(receipt)] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((receipt.code.as_deref(), receipt.verdict), (None, Some(FailureVerdict::GiveUp)));
}
