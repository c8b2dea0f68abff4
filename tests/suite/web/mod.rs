//! The door over HTTP: webhooks, the console, the debtor's page, the demonstration; and its pages in a real browser.

mod api;
mod browser;
mod console;
mod corrections;
mod debtor;
mod demo;
mod outcomes;
mod receipts;
mod sending;
mod texts;
mod webhooks;

use crate::support::office::Office;
use chrono::{DateTime, Utc};
use relance::domain::CaseId;

const HEADING: &str = "case_ref,creditor,debtor_name,phone,language,invoice,amount,currency,due_on,origin";
const JEANNE: &str =
    "LUM-1001,atelier-lumen,Jeanne Martin,06 12 34 56 01,fr,F-2026-0412,120.00,EUR,2026-10-28,contract";
const NUMBER: &str = "+33612345601";

/// A Monday morning in Paris, when messages may leave.
fn monday() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

/// An office with one case, reminded.
async fn office() -> (Office, CaseId) {
    let office = Office::open(monday()).await;
    let case = office.import(HEADING, JEANNE).await;
    office.acts(case, relance::domain::AgentAct::Remind).await;
    office.work().await;
    (office, case)
}

/// The debtor of `case` disagrees, by the menu: no model has to understand it.
async fn disagrees(office: &Office, case: CaseId) {
    office.hears(case, "???").await;
    office.hears(case, "3").await;
}
