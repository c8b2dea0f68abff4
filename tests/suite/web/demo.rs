//! The demonstration over HTTP: what is said is read, decided, answered and told; its clock moves on.

use super::{HEADING, JEANNE, monday, office};
use crate::support::door::{DemoDoor, OpenDoor, Visitor};
use relance::domain::CaseId;
use serde_json::{Value, json};

const JSON: &str = "application/json";

async fn demo() -> (DemoDoor, CaseId) {
    let demo = DemoDoor::open(monday(), &format!("{HEADING}\n{JEANNE}\n")).await;
    let case = demo.service.cases().await.unwrap()[0].id;
    (demo, case)
}

async fn story(visitor: &Visitor, case: CaseId) -> Value {
    serde_json::from_str(&visitor.get(&format!("/demo/cases/{case}.json")).await.text).unwrap()
}

#[tokio::test]
async fn a_reply_is_read_and_answered_and_the_whole_is_explained() {
    let (demo, case) = demo().await;
    let visitor = Visitor::at(&demo.door);
    let at = format!("/demo/cases/{case}");
    assert_eq!(visitor.post_as(&format!("{at}/remind"), JSON, "{}").await.status, 204);
    let said = json!({ "text": "Je paie 120 € vendredi" }).to_string();
    assert_eq!(visitor.post_as(&format!("{at}/say"), JSON, said).await.status, 204);
    let story = story(&visitor, case).await;
    let turns = story["turns"].as_array().unwrap();
    let sides: Vec<_> = turns.iter().map(|turn| turn["side"].as_str().unwrap()).collect();
    assert_eq!(sides, ["note", "out", "in", "out"], "in the order of things");
    let reply = &turns[2];
    assert_eq!(reply["reading"]["intent"]["name"], "promise");
    let pieces = reply["pieces"].as_array().unwrap();
    let whole: String = pieces.iter().map(|piece| piece["text"].as_str().unwrap()).collect();
    assert_eq!(whole, "Je paie 120 € vendredi");
    assert!(pieces.iter().any(|piece| !piece["why"].as_array().unwrap().is_empty()), "some words decided");
    assert_eq!(reply["effect"]["before"]["name"], "open");
    assert_eq!(reply["effect"]["after"]["name"], "promise_proposed");
    assert!(!reply["effect"]["rules"].as_array().unwrap().is_empty());
    let answer = turns.last().unwrap();
    assert_eq!((answer["side"].as_str(), answer["sending"]["state"]["name"].as_str()), (Some("out"), Some("sent")));
    assert!(answer["sending"]["segments"].as_u64().unwrap() >= 1);
}

#[tokio::test]
async fn the_clock_moves_on_to_what_happens_next() {
    let (demo, case) = demo().await;
    let visitor = Visitor::at(&demo.door);
    let at = format!("/demo/cases/{case}");
    visitor.post_as(&format!("{at}/remind"), JSON, "{}").await;
    for text in ["Je paie vendredi", "oui"] {
        visitor.post_as(&format!("{at}/say"), JSON, json!({ "text": text }).to_string()).await;
    }
    let before = story(&visitor, case).await;
    assert_eq!(before["state"]["name"], "promised");
    assert_eq!(before["waits"], true);
    let advanced = visitor.post_as("/demo/advance", JSON, json!({ "case": case }).to_string()).await;
    assert_eq!(advanced.status, 204);
    let after = story(&visitor, case).await;
    assert_eq!(after["state"]["name"], "open", "the promise was missed");
    assert_ne!(before["now"], after["now"]);
}

#[tokio::test]
async fn a_form_of_another_site_cannot_speak_for_the_debtor() {
    let (demo, case) = demo().await;
    let visitor = Visitor::at(&demo.door);
    let say = format!("/demo/cases/{case}/say");
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        assert_eq!(visitor.post_as(&say, kind, r#"{"text":"STOP"}"#).await.status, 400, "{kind}");
    }
    assert_eq!(visitor.post_as(&say, JSON, "{").await.status, 400);
    assert_eq!(visitor.post_as(&say, JSON, json!({ "text": "a".repeat(2_000) }).to_string()).await.status, 413);
    assert!(story(&visitor, case).await["turns"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn without_a_demonstration_there_is_nothing_to_see() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    for path in ["/demo".to_owned(), "/demo/events".to_owned(), format!("/demo/cases/{case}.json")] {
        assert_eq!(visitor.get(&path).await.status, 404, "{path}");
    }
    let (demo, _) = demo().await;
    let visitor = Visitor::at(&demo.door);
    assert_eq!(visitor.post("/webhooks/console", &[]).await.status, 404, "nor a carrier to speak for");
}
