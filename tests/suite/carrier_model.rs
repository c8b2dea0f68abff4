//! Twilio's gateway and the transport against the model of the carrier: what is sent, refused, lost and found again.

use crate::support::carrier::{ACCOUNT, Carrier, Failure, SENDER, TOKEN};
use crate::support::http::{Call, Reply, Server};
use chrono::{DateTime, TimeDelta, Utc};
use relance::domain::{Address, OutboundId, PhoneNumber};
use relance::gateway::{
    Console, DeliveryStatus, FailureVerdict, Gateway, LookupOutcome, Outgoing, Refusal, Request, SendOutcome, Sought,
    Transport, TransportError, Twilio, TwilioSettings, Webhook, WebhookEvent,
};
use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const PUBLIC: &str = "https://sms.example.fr/relance";
const DEBTOR: &str = "+33612345678";
const OUR_ID: &str = "0195a1b2-0000-7000-8000-000000000001";

fn twilio(api_base: &str, token: &str) -> Twilio {
    Twilio::new(TwilioSettings {
        account_sid: ACCOUNT.into(),
        auth_tokens: vec![token.into()],
        api_base: api_base.parse().unwrap(),
        public_url: PUBLIC.parse().unwrap(),
        repeat_window: Duration::from_secs(5),
    })
}

fn outgoing(text: &str) -> Outgoing {
    Outgoing {
        id: OutboundId(OUR_ID.parse().unwrap()),
        to: PhoneNumber::parse(DEBTOR, "FR").unwrap(),
        from: Address::parse(SENDER),
        text: text.into(),
        validity: None,
    }
}

fn impatient() -> Transport {
    Transport::with_timeouts(Duration::from_secs(5), Duration::from_millis(500)).unwrap()
}

fn morning() -> DateTime<Utc> {
    "2026-03-02T10:15:00Z".parse().unwrap()
}

async fn send(carrier: &Carrier, text: &str) -> Result<SendOutcome, TransportError> {
    let gateway = twilio(&carrier.api_base(), TOKEN);
    let answer = Transport::new().unwrap().send(gateway.compose(&outgoing(text))).await;
    answer.map(|answer| gateway.conclude(&answer))
}

async fn look_up(carrier: &Carrier, text: &str, since: DateTime<Utc>) -> LookupOutcome {
    let gateway = twilio(&carrier.api_base(), TOKEN);
    let request = gateway.compose_lookup(&outgoing(text)).unwrap();
    let answer = Transport::new().unwrap().send(request).await.unwrap();
    let sought = Sought { since, others: &HashSet::new() };
    gateway.conclude_lookup(&outgoing(text), &sought, &answer)
}

#[tokio::test]
async fn a_message_is_taken_with_its_words_and_where_to_report() {
    let carrier = Carrier::start();
    let outcome = send(&carrier, "Où êtes-vous ? 50 € & plus, 100 % sûr").await.unwrap();
    let [sent] = carrier.sent().try_into().unwrap();
    assert_eq!(outcome, SendOutcome::Accepted { gateway_id: sent.sid, segments: Some(1) });
    assert_eq!((sent.to.as_str(), sent.from.as_str()), (DEBTOR, SENDER));
    assert_eq!(sent.body, "Où êtes-vous ? 50 € & plus, 100 % sûr");
    assert_eq!(sent.status_callback, Some(format!("{PUBLIC}/webhooks/twilio/status?m={OUR_ID}")));
}

#[tokio::test]
async fn what_twilio_refuses_is_refused_with_what_to_do() {
    let carrier = Carrier::start();
    let refused = |code: &str, verdict| SendOutcome::Refused { code: code.into(), verdict };
    assert_eq!(send(&carrier, "").await.unwrap(), refused("21602", FailureVerdict::OurBug));
    assert_eq!(send(&carrier, &"é".repeat(1_601)).await.unwrap(), refused("21617", FailureVerdict::OurBug));
    carrier.stop(DEBTOR);
    assert_eq!(send(&carrier, "Bonjour").await.unwrap(), refused("21610", FailureVerdict::OptedOut));
    carrier.restart(DEBTOR);
    carrier.fail_next(Failure::Code(21211));
    assert_eq!(send(&carrier, "Bonjour").await.unwrap(), refused("21211", FailureVerdict::NumberInvalid));
    assert!(carrier.sent().is_empty());
    assert_eq!(carrier.attempts(), 4);

    let stranger = twilio(&carrier.api_base(), "another_token");
    let answer = Transport::new().unwrap().send(stranger.compose(&outgoing("Bonjour"))).await.unwrap();
    let SendOutcome::Refused { code, verdict } = stranger.conclude(&answer) else { panic!("{answer:?}") };
    assert!(code == "20003" && matches!(verdict, FailureVerdict::StopSending { .. }));
}

#[tokio::test]
async fn a_throttled_message_was_never_taken() {
    let carrier = Carrier::start();
    for failure in [Failure::Code(20429), Failure::Status(429)] {
        carrier.fail_next(failure);
        let after = Duration::from_secs(1);
        assert_eq!(send(&carrier, "Bonjour").await.unwrap(), SendOutcome::Throttled { after }, "{failure:?}");
    }
    assert!(carrier.sent().is_empty());
    assert!(matches!(send(&carrier, "Bonjour").await.unwrap(), SendOutcome::Accepted { .. }));
}

#[tokio::test]
async fn a_message_whose_answer_was_lost_is_found_again() {
    let carrier = Carrier::start();
    carrier.fail_next(Failure::DropAfterAccept);
    assert!(matches!(send(&carrier, "Bonjour").await, Err(TransportError::Ambiguous { .. })));
    let [sent] = carrier.sent().try_into().unwrap();
    let found = LookupOutcome::Found { gateway_id: sent.sid, status: DeliveryStatus::Queued };
    assert_eq!(look_up(&carrier, "Bonjour", morning()).await, found);
    assert_eq!(look_up(&carrier, "Bonsoir", morning()).await, LookupOutcome::NotThere);
    assert_eq!(look_up(&carrier, "Bonjour", morning() + TimeDelta::minutes(1)).await, LookupOutcome::NotThere);
}

#[tokio::test]
async fn a_message_that_was_dropped_is_not_there() {
    let carrier = Carrier::start();
    carrier.fail_next(Failure::DropBefore);
    assert!(matches!(send(&carrier, "Bonjour").await, Err(TransportError::Ambiguous { .. })));
    assert_eq!(look_up(&carrier, "Bonjour", morning()).await, LookupOutcome::NotThere);
    carrier.fail_next(Failure::Status(503));
    assert_eq!(send(&carrier, "Bonjour").await.unwrap(), SendOutcome::Ambiguous { what: "HTTP 503".into() });
    assert_eq!(carrier.attempts(), 2, "the transport asks once");
}

#[tokio::test]
async fn a_lookup_that_fails_says_nothing() {
    let carrier = Carrier::start();
    carrier.fail_next_lookup(Failure::Status(503));
    assert_eq!(look_up(&carrier, "Bonjour", morning()).await, LookupOutcome::Unknown);
    carrier.fail_next_lookup(Failure::Code(20429));
    assert_eq!(look_up(&carrier, "Bonjour", morning()).await, LookupOutcome::Unknown);
    assert_eq!(look_up(&carrier, "Bonjour", morning()).await, LookupOutcome::NotThere);
}

#[tokio::test]
async fn the_same_words_of_yesterday_are_another_message() {
    let carrier = Carrier::start();
    send(&carrier, "Bonjour").await.unwrap();
    let tomorrow = morning() + TimeDelta::days(1);
    carrier.set_time(tomorrow);
    assert_eq!(look_up(&carrier, "Bonjour", tomorrow).await, LookupOutcome::NotThere);
    send(&carrier, "Bonjour").await.unwrap();
    let LookupOutcome::Found { gateway_id, .. } = look_up(&carrier, "Bonjour", tomorrow).await else { panic!() };
    assert_eq!(gateway_id, carrier.sent()[1].sid);
}

#[tokio::test]
async fn silence_is_ambiguous_and_no_connection_is_not() {
    let carrier = Carrier::start();
    let gateway = twilio(&carrier.api_base(), TOKEN);
    carrier.fail_next(Failure::Hang);
    carrier.fail_next(Failure::HangAfterAccept);
    let transport = impatient();
    let ask = || transport.send(gateway.compose(&outgoing("Bonjour")));
    let silence = Err(TransportError::Ambiguous { what: "no answer in time" });
    assert_eq!(tokio::join!(ask(), ask()), (silence.clone(), silence));
    assert_eq!(carrier.sent().len(), 1, "only one of them was taken");

    // Nothing listens on the first port.
    let answer =
        Transport::new().unwrap().send(twilio("http://127.0.0.1:1", TOKEN).compose(&outgoing("Bonjour"))).await;
    assert_eq!(answer, Err(TransportError::NotSent { why: "no connection" }));
}

#[tokio::test]
async fn the_transport_follows_no_redirection() {
    let calls = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&calls);
    let server = Server::start(move |_| {
        *counted.lock().unwrap() += 1;
        Reply::Answer { status: 307, headers: vec![("location", "/elsewhere".into())], body: String::new() }
    });
    let request = Request { method: "POST", url: server.url(), headers: vec![], body: b"To=x".to_vec() };
    assert_eq!(Transport::new().unwrap().send(request).await.unwrap().status, 307);
    assert_eq!(*calls.lock().unwrap(), 1);
}

#[tokio::test]
async fn the_console_sends_without_a_network() {
    let answer = Transport::new().unwrap().send(Console.compose(&outgoing("Bonjour"))).await.unwrap();
    let gateway_id = format!("console-{OUR_ID}");
    assert_eq!(Console.conclude(&answer), SendOutcome::Accepted { gateway_id, segments: None });
}

/// A door that keeps what knocks.
fn door() -> (Server, Arc<Mutex<Vec<Call>>>) {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&calls);
    let server = Server::start(move |call| {
        kept.lock().unwrap().push(call);
        let headers = vec![("content-type", "text/xml".to_owned())];
        Reply::Answer { status: 200, headers, body: "<Response/>".into() }
    });
    (server, calls)
}

fn webhook(call: &Call) -> Webhook<'_> {
    Webhook { method: &call.method, path_and_query: &call.target, headers: &call.headers, body: &call.body }
}

#[tokio::test]
async fn the_webhooks_of_the_model_are_genuine_for_the_public_url() {
    let (carrier, (server, calls)) = (Carrier::start(), door());
    let gateway = twilio(&carrier.api_base(), TOKEN);
    carrier.route(PUBLIC, &server.url());
    let text = "Ça va, 50 € vendredi 👍 & basta + tout";
    let delivery = carrier.post_inbound(&server.url(), DEBTOR, text).await;
    assert_eq!((delivery.status, delivery.body.as_str()), (200, "<Response/>"));
    assert_eq!(carrier.repeat_inbound(&server.url(), &delivery.sid).await, delivery);

    let calls = calls.lock().unwrap();
    let events = gateway.receive(&webhook(&calls[0]));
    let Ok([WebhookEvent::Inbound(inbound)]) = events.as_deref() else { panic!("{events:?}") };
    assert_eq!((&inbound.gateway_id, inbound.text.as_str()), (&delivery.sid, text));
    assert_eq!((inbound.from.as_str(), inbound.to.as_str()), (DEBTOR, SENDER));
    assert_eq!(gateway.receive(&webhook(&calls[1])), events, "the same message again");
    let stranger = twilio(&carrier.api_base(), "another_token");
    assert_eq!(stranger.receive(&webhook(&calls[0])), Err(Refusal::BadSignature));
}

#[tokio::test]
async fn receipts_come_back_with_our_own_id() {
    let (carrier, (server, calls)) = (Carrier::start(), door());
    let gateway = twilio(&carrier.api_base(), TOKEN);
    carrier.route(PUBLIC, &server.url());
    send(&carrier, "Bonjour").await.unwrap();
    let [sent] = carrier.sent().try_into().unwrap();
    carrier.status_callback(&sent.sid, "delivered").await;
    carrier.failure_callback(&sent.sid, "undelivered", 30005).await;

    let calls = calls.lock().unwrap();
    let read = |call: &Call| match gateway.receive_status(&webhook(call)).as_deref() {
        Ok([WebhookEvent::Receipt(receipt)]) => receipt.clone(),
        other => panic!("{other:?}"),
    };
    let (delivered, failed) = (read(&calls[0]), read(&calls[1]));
    assert_eq!((&delivered.gateway_id, delivered.status), (&sent.sid, DeliveryStatus::Delivered));
    assert_eq!(delivered.our_id, Some(outgoing("").id));
    assert_eq!((failed.code.as_deref(), failed.verdict), (Some("30005"), Some(FailureVerdict::NumberInvalid)));
}

#[tokio::test]
async fn the_model_pages_its_lists_and_refuses_bad_numbers() {
    let carrier = Carrier::start();
    for text in ["un", "deux", "trois"] {
        send(&carrier, text).await.unwrap();
    }
    let transport = Transport::new().unwrap();
    let get = async |url: String| {
        let request = twilio(&carrier.api_base(), TOKEN).compose_lookup(&outgoing("")).unwrap();
        let answer = transport.send(Request { url, ..request }).await.unwrap();
        serde_json::from_slice::<serde_json::Value>(&answer.body).unwrap()
    };
    let path = format!("{}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", carrier.api_base());
    let first = get(format!("{path}?PageSize=2")).await;
    assert_eq!(first["messages"].as_array().map(Vec::len), Some(2));
    assert_eq!(first["messages"][0]["body"], "trois", "newest first");
    let next = first["next_page_uri"].as_str().unwrap();
    let second = get(format!("{}{next}", carrier.api_base())).await;
    assert_eq!((&second["messages"][0]["body"], &second["next_page_uri"]), (&"un".into(), &serde_json::Value::Null));

    let gateway = twilio(&carrier.api_base(), TOKEN);
    for (form, code) in [("From=%2B33937000001&Body=a", "21604"), ("To=0612&From=%2B33937000001&Body=a", "21211")] {
        let request = Request { body: form.into(), ..gateway.compose(&outgoing("")) };
        let outcome = gateway.conclude(&transport.send(request).await.unwrap());
        assert!(matches!(&outcome, SendOutcome::Refused { code: told, .. } if told == code), "{outcome:?}");
    }
}
