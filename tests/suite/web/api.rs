//! Cases that a program of the creditor sends as JSON.

use super::monday;
use crate::support::door::{API_KEY, OpenDoor, Visitor};
use crate::support::office::Office;
use serde_json::{Value, json};

const CASES: &str = "/api/v1/cases";

fn case(reference: &str, phone: &str) -> Value {
    json!({
        "case_ref": reference, "creditor": "atelier-lumen", "debtor_name": "Jeanne Martin", "phone": phone,
        "amount": 120.5, "due_on": "2026-10-28", "origin": "contract",
    })
}

#[tokio::test]
async fn cases_come_in_once_and_each_fault_is_told_with_its_line() {
    let office = Office::open(monday()).await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    let body = json!([case("A-1", "06 12 34 56 01"), case("A-2", "12"), case("A-3", "06 12 34 56 01")]).to_string();
    for (added, unchanged) in [(2, 0), (0, 2)] {
        let page = visitor.post_with_key(CASES, API_KEY, body.clone()).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let answer: Value = serde_json::from_str(&page.text).unwrap();
        assert_eq!((&answer["added"], &answer["unchanged"]), (&json!(added), &json!(unchanged)));
        assert_eq!(answer["refused"][0]["line"], 2);
        assert_eq!(answer["refused"][0]["faults"][0]["field"], "phone");
        assert_eq!(answer["refused"].as_array().unwrap().len(), 1);
    }
    let lines = format!("{}\n{}\n", case("A-4", "06 12 34 56 04"), case("A-4", "06 12 34 56 04"));
    let answer: Value = serde_json::from_str(&visitor.post_with_key(CASES, API_KEY, lines).await.text).unwrap();
    assert_eq!((&answer["added"], &answer["refused"][0]["faults"][0]["field"]), (&json!(1), &json!("case_ref")));
    assert_eq!(office.service.imports().await.unwrap().len(), 3);
    assert_eq!(visitor.post_with_key(CASES, API_KEY, "[{").await.status, 400);
}

#[tokio::test]
async fn nobody_comes_in_without_the_key() {
    let office = Office::open(monday()).await;
    let body = json!([case("A-1", "06 12 34 56 01")]).to_string();
    let closed = OpenDoor::without_console(&office);
    let visitor = Visitor::at(&closed);
    assert_eq!(visitor.post_with_key(CASES, "", body.clone()).await.status, 404, "closed where there is no key");
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    for key in ["", "a-key", &API_KEY[1..]] {
        let refused = visitor.post_with_key(CASES, key, body.clone()).await;
        assert!(refused.status == 403 && refused.text.contains("Authorization: Bearer KEY"), "{key}");
    }
    assert_eq!(visitor.post_as(CASES, "application/json", body).await.status, 403);
    assert!(office.service.cases().await.unwrap().is_empty());
}

#[tokio::test]
async fn payments_come_in_once_with_the_same_key() {
    let office = Office::open(monday()).await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    visitor.post_with_key(CASES, API_KEY, json!([case("A-1", "06 12 34 56 01")]).to_string()).await;
    let paid = json!([
        { "case_ref": "A-1", "creditor": "atelier-lumen", "amount": 20.5, "received_on": "2026-11-20", "reference": "P-1" },
        { "case_ref": "A-2", "creditor": "atelier-lumen", "amount": 20.5, "received_on": "2026-11-20" },
    ]);
    for (added, unchanged) in [(1, 0), (0, 1)] {
        let page = visitor.post_with_key("/api/v1/payments?quiet=true", API_KEY, paid.to_string()).await;
        assert_eq!(page.status, 200, "{}", page.text);
        let answer: Value = serde_json::from_str(&page.text).unwrap();
        assert_eq!((&answer["added"], &answer["unchanged"]), (&json!(added), &json!(unchanged)));
        assert_eq!(
            (&answer["refused"][0]["line"], &answer["refused"][0]["faults"][0]["field"]),
            (&json!(2), &json!("case_ref"))
        );
    }
    let seen = office.service.cases().await.unwrap();
    assert_eq!(seen[0].debt.paid.minor, 2_050);
    assert_eq!(visitor.post_with_key("/api/v1/payments", "", paid.to_string()).await.status, 403);
}
