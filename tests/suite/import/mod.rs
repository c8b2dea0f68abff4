//! Portfolios and payments: what a later file corrects, what an undo takes back, and an import that is killed.

mod corrections;
mod killed;
mod payments;
mod undo;

use crate::support::office::Office;
use chrono::{DateTime, Utc};
use relance::domain::CaseId;
use relance::service::{ImportReport, read_portfolio};

const HEADING: &str = "case_ref,creditor,debtor_name,phone,amount,due_on,origin,email,segment,balance,fees,principal,letter_reference,letter_sent_on";
const JEANNE: &str = "D-1,atelier-lumen,Jeanne Martin,06 12 34 56 01,120.00,2026-10-28,contract,,,,,,,";

fn monday() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

/// Brings lines in, a minute later; faults come back as `line column`.
async fn import(office: &Office, lines: &[&str]) -> (ImportReport, Vec<String>) {
    office.clock.advance(chrono::Duration::minutes(1));
    let text = format!("{HEADING}\n{}", lines.join("\n"));
    let portfolio = read_portfolio(text.as_bytes(), &office.service.creditors()).unwrap();
    let report = office.service.import_all("test.csv", &portfolio.rows, portfolio.rejections).await.unwrap();
    let faults = report.rejections.iter();
    let faults = faults.flat_map(|r| r.faults.iter().map(move |fault| format!("{} {}", r.line, fault.column)));
    let faults = faults.collect();
    (report, faults)
}

async fn find(office: &Office, reference: &str) -> Option<CaseId> {
    let creditor = &office.service.creditors()[0].key;
    let mut tx = office.service.store.snapshot().await.unwrap();
    tx.case_by_reference(creditor, reference).await.unwrap().map(|case| case.id)
}
