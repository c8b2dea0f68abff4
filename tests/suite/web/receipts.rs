//! A receipt for every payment: in the thanks, on the debtor's page, and ready to print.

use super::debtor::link;
use super::{JEANNE, monday};
use crate::support::door::{OpenDoor, Visitor};
use crate::support::office::Office;
use relance::domain::{AgentAct, CaseId, Currency, Money, PaymentKind};
use relance::service::PaymentLine;

const HEADING: &str = "case_ref,creditor,debtor_name,phone,language,invoice,amount,currency,due_on,origin,principal,interest,letter_reference,letter_sent_on";

/// A case of an agency in France, whose debt is told item by item.
async fn agency() -> (Office, CaseId) {
    let office = Office::open_as_agency(monday()).await;
    let case = office.import(HEADING, &format!("{JEANNE},110,10,L-1,2026-11-02")).await;
    office.acts(case, AgentAct::Remind).await;
    office.work().await;
    (office, case)
}

fn line(kind: PaymentKind, minor: i64, reference: &str) -> PaymentLine {
    PaymentLine {
        line: 2,
        creditor: relance::domain::CreditorKey("atelier-lumen".to_owned()),
        case_ref: Some("LUM-1001".to_owned()),
        invoice: None,
        kind,
        minor,
        currency: None,
        received_on: "2026-11-10".parse().unwrap(),
        means: "cheque".to_owned(),
        reference: Some(reference.to_owned()),
        raw: Vec::new(),
    }
}

#[tokio::test]
async fn every_payment_to_an_agency_in_france_has_a_receipt_that_can_be_printed() {
    let (office, case) = agency().await;
    let path = link(&office.service, case).await;
    office.is_paid(case, Money::new(3_000, Currency::Eur)).await;
    let told = office.service.case_view(case).await.unwrap().unwrap().lines;
    let thanks = told.iter().find_map(|line| match line {
        relance::service::Line::Sent { text, .. } if text.contains("Quittance LUM-1001-1 : https://") => Some(text),
        _ => None,
    });
    assert!(thanks.is_some_and(|text| text.contains(&path)));
    for (kind, reference) in [(PaymentKind::Payment, "CH-7"), (PaymentKind::Reversal, "CH-7")] {
        let report = office.service.import_all_payments("p.csv", &[line(kind, 2_000, reference)], vec![], true).await;
        assert_eq!(report.unwrap().counts.added, 1);
    }
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    let page = visitor.get(&path).await.text;
    for said in ["/receipts/1\"", "/receipts/2\"", "Quittance LUM-1001-2", "revenu impayé"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let receipt = visitor.get(&format!("{path}/receipts/1")).await;
    assert_eq!((receipt.status, receipt.header("cache-control")), (200, "no-store"));
    for said in [
        "Quittance n° LUM-1001-1",
        "Cabinet Vernier",
        "Atelier Lumen",
        "30,00 €",
        "23 novembre 2026",
        "carte",
        "10,00 €",
        "20,00 €",
        "90,00 €",
        "F-2026-0412",
        "Payé pour le compte de</dt><dd>Jeanne Martin",
    ] {
        assert!(receipt.text.contains(said), "{said}: {}", receipt.text);
    }
    assert!(!page.contains("Martin"), "a receipt alone names them, as the texts to this number do");
    let second = visitor.get(&format!("{path}/receipts/2")).await.text;
    assert!(second.contains("10 novembre 2026") && second.contains("chèque") && second.contains("70,00 €"), "{second}");
    for none in ["3", "9", "x"] {
        assert_eq!(visitor.get(&format!("{path}/receipts/{none}")).await.status, 404, "{none}");
    }
}

#[tokio::test]
async fn another_creditor_gives_receipts_where_its_settings_say_so() {
    let office = Office::open(monday()).await;
    let case = office.import(super::HEADING, JEANNE).await;
    office.acts(case, AgentAct::Remind).await;
    let path = link(&office.service, case).await;
    office.is_paid(case, Money::new(3_000, Currency::Eur)).await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    assert!(!visitor.get(&path).await.text.contains("Quittance"));
    assert_eq!(visitor.get(&format!("{path}/receipts/1")).await.status, 404);
    let mut creditor = office.service.creditors()[0].clone();
    assert!(!creditor.gives_receipts());
    creditor.policy.receipts = true;
    assert!(creditor.gives_receipts());
}
