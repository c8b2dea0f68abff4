//! What a carrier posts is acknowledged once it is durable, and otherwise never.

use super::{NUMBER, office};
use crate::support::carrier::Carrier;
use crate::support::door::{OpenDoor, PUBLIC, Visitor};

const INBOUND: &str = "/webhooks/twilio";
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn a_signed_reply_moves_the_case_and_is_acknowledged_as_the_carrier_expects() {
    let (office, case) = office().await;
    let (door, carrier) = (OpenDoor::of(&office), Carrier::start());
    carrier.route(PUBLIC, &door.base);
    office.hears(case, "???").await;
    // The menu was sent; its third line disagrees.
    let delivery = carrier.post_inbound(&door.base, NUMBER, "3").await;
    assert_eq!((delivery.status, delivery.body.as_str()), (200, "<Response/>"));
    assert_eq!(office.case(case).await.state.name(), "disputed");
    let again = carrier.repeat_inbound(&door.base, &delivery.sid).await;
    assert_eq!(again.status, 200);
    let view = office.service.case_view(case).await.unwrap().unwrap();
    assert_eq!(view.tasks.len(), 1, "a repeated webhook does nothing twice");
}

#[tokio::test]
async fn a_webhook_that_is_not_signed_is_turned_away_with_an_empty_answer() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    let page = visitor.post(INBOUND, &[("From", NUMBER), ("Body", "STOP"), ("MessageSid", "SM1")]).await;
    assert_eq!((page.status, page.text.as_str()), (403, ""));
    assert!(office.case(case).await.phone.suppressed.is_none());
    assert_eq!(visitor.get(&format!("{INBOUND}?From=x")).await.status, 403);
}

#[tokio::test]
async fn hostile_webhooks_are_refused_by_their_kind_and_never_break_the_door() {
    let (office, _) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    for (path, body, status) in [
        (INBOUND, vec![b'a'; 64 * 1024 + 1], 413),
        (INBOUND, vec![b'a'; 63 * 1024], 403),
        (INBOUND, vec![0xff, 0xfe, 0, b'%', b'z'], 403),
        (INBOUND, b"%%%=%&=&&&==".to_vec(), 403),
        (INBOUND, Vec::new(), 403),
        ("/webhooks/twilio/status", b"MessageStatus=delivered".to_vec(), 403),
        ("/webhooks/nobody", Vec::new(), 404),
        ("/webhooks/..%2f..%2fetc", Vec::new(), 404),
    ] {
        assert_eq!(visitor.post_as(path, FORM, body).await.status, status, "{path}");
    }
    assert_eq!(visitor.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn when_the_store_fails_the_carrier_is_asked_to_try_again() {
    let (office, _) = office().await;
    let (door, carrier) = (OpenDoor::of(&office), Carrier::start());
    carrier.route(PUBLIC, &door.base);
    let visitor = Visitor::at(&door);
    assert_eq!(visitor.get("/readyz").await.status, 200);
    office.service.store.close().await;
    let delivery = carrier.post_inbound(&door.base, NUMBER, "oui").await;
    assert_eq!((delivery.status, delivery.body.as_str()), (503, ""));
    assert_eq!(visitor.get("/readyz").await.status, 503);
    assert_eq!(visitor.get("/healthz").await.status, 200);
}
