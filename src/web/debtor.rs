//! The debtor's page: what is due, what was agreed, how to pay, how to disagree, and the receipts. Whoever has the link sees it, so that it names nobody
//! but on a receipt, which proves nothing without a name; and looking has no effect.

use super::door::Door;
use super::errors::Fault;
use super::language::Preferred;
use super::pages::Tongue;
use crate::domain::{CaseState, IdentityLevel, PaymentKind, local_day};
use crate::service::{DuePage, LinkState, receipt_number};
use crate::store::Payment;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{self, Data, Path, ServiceConfig};
use minijinja::context;
use minijinja::value::{Serde, Value};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .route("/p/{token}", web::get().to(page))
        .route("/p/{token}/pay", web::post().to(pay))
        .route("/p/{token}/receipts/{number}", web::get().to(receipt));
}

async fn page(door: Data<Door>, token: Path<String>, preferred: Preferred) -> Result<HttpResponse, Fault> {
    let service = &door.web.service;
    let tongue = door.tongue(preferred);
    match service.follow_link(&token).await? {
        LinkState::Open(case) => show(&door, &tongue, &token, &service.due(case).await?),
        LinkState::Expired => nothing(&door, &tongue, StatusCode::GONE, "gone"),
        LinkState::Unknown => nothing(&door, &tongue, StatusCode::NOT_FOUND, "unknown"),
    }
}

fn show(door: &Door, tongue: &Tongue, token: &str, due: &DuePage) -> Result<HttpResponse, Fault> {
    let DuePage { case, creditor, .. } = due;
    let past = case.debt.due_on < local_day(tongue.now, case.debtor.zone);
    let since = if past { "since" } else { "until" };
    let privacy = creditor.privacy_url.as_deref().filter(|url| url.starts_with("https://"));
    let with = context! {
        standing => standing(due),
        promise => promise(tongue, due),
        plan => plan(tongue, due),
        plan_offered => matches!(case.state, CaseState::PlanOffered { .. }),
        payments => payments(tongue, due),
        at => format!("/p/{token}"),
        creditor => &creditor.name,
        collector => &creditor.collector_name,
        reference => &case.reference,
        invoice => &case.debt.invoice,
        amount => tongue.amount(case.debt.amount),
        paid => (!case.debt.paid.is_zero()).then(|| tongue.amount(case.debt.paid)),
        balance => tongue.amount(case.debt.balance()),
        since => tongue.say_with("debtor", since, &tongue.day(case.debt.due_on)),
        overpaid => due.overpaid().map(|over| tongue.amount(over)),
        transfer => Serde(&creditor.means.transfer),
        cheque_to => &creditor.means.cheque_to,
        send_to => creditor.payee_address().join(", "),
        // A number that a line cuts is dialled wrong.
        phone => creditor.callback_phone.as_ref().map(|phone| phone.replace(' ', "\u{a0}")),
        documents_to => &creditor.documents_to,
        privacy,
        pay_at => door.web.demo.is_some().then(|| format!("/p/{token}/pay")),
    };
    door.pages.page(StatusCode::OK, tongue, "debtor.html", with)
}

/// What the page may say: a case at rest asks for nothing, here either.
fn standing(due: &DuePage) -> &'static str {
    match due.case.state {
        CaseState::Settled { .. } => "settled",
        CaseState::Closed { .. } => "closed",
        _ if due.case.debt.balance().is_zero() => "settled",
        CaseState::Disputed { .. } | CaseState::Frozen { .. } => "resting",
        _ => "due",
    }
}

/// The day and the amount that they agreed to.
fn promise(tongue: &Tongue, due: &DuePage) -> Option<Value> {
    let CaseState::Promised { promise } = &due.case.state else { return None };
    Some(context! { amount => tongue.amount(promise.amount), on => tongue.day(promise.on) })
}

/// The payments of the plan that they agreed to, and which of them came in; those of one that awaits their answer.
fn plan(tongue: &Tongue, due: &DuePage) -> Option<Vec<Value>> {
    let (plan, paid_before) = match &due.case.state {
        CaseState::PlanRunning { plan, paid_before } => (plan, *paid_before),
        CaseState::PlanOffered { plan, .. } => (plan, due.case.debt.paid.minor),
        _ => return None,
    };
    let today = local_day(tongue.now, due.case.debtor.zone);
    let rows = plan.covered(due.case.debt.paid.minor - paid_before).map(|(instalment, covered)| {
        let left = instalment.amount.minus(covered);
        let state = match (left.is_zero(), covered.is_zero()) {
            (true, _) => tongue.say("debtor", "instalment_paid"),
            (false, false) => tongue.say_with("debtor", "instalment_left", &tongue.amount(left)),
            (false, true) if instalment.on < today => tongue.say("debtor", "instalment_late"),
            (false, true) => tongue.say("debtor", "instalment_due"),
        };
        context! { on => tongue.day(instalment.on), amount => tongue.amount(instalment.amount), state }
    });
    Some(rows.collect())
}

/// What came in, each with its receipt, and what went back; where the creditor gives receipts.
fn payments(tongue: &Tongue, due: &DuePage) -> Vec<Value> {
    if !due.creditor.gives_receipts() {
        return Vec::new();
    }
    let row = |payment: &Payment| {
        context! {
            on => tongue.day(payment.received_on),
            amount => tongue.amount(payment.amount),
            reversed => payment.kind == PaymentKind::Reversal,
            number => payment.number,
            receipt => receipt_number(&due.case, payment.number),
        }
    };
    due.payments.iter().map(row).collect()
}

/// The receipt of one payment, ready to print: who received it and for whom, how much, when and how, what it was imputed to
/// and what was left.
async fn receipt(door: Data<Door>, path: Path<(String, u32)>, preferred: Preferred) -> Result<HttpResponse, Fault> {
    let (token, number) = path.into_inner();
    let service = &door.web.service;
    let tongue = door.tongue(preferred);
    let case = match service.follow_link(&token).await? {
        LinkState::Open(case) => case,
        LinkState::Expired => return nothing(&door, &tongue, StatusCode::GONE, "gone"),
        LinkState::Unknown => return nothing(&door, &tongue, StatusCode::NOT_FOUND, "unknown"),
    };
    let due = service.due(case).await?;
    let Some(payment) = due.receipts().find(|payment| payment.number == number) else {
        return nothing(&door, &tongue, StatusCode::NOT_FOUND, "unknown");
    };
    let DuePage { case, creditor, .. } = &due;
    let item = |minor: i64| (minor > 0).then(|| tongue.amount(payment.amount.with_minor(minor)));
    let with = context! {
        number => receipt_number(case, number),
        // Whoever may not have their name in a text has it on no page.
        payer => (case.phone.identity >= IdentityLevel::L1).then_some(&case.debtor.name),
        payee => creditor.payee(),
        address => creditor.payee_address(),
        creditor => &creditor.name,
        collector => &creditor.collector_name,
        reference => &case.reference,
        invoice => &case.debt.invoice,
        amount => tongue.amount(payment.amount),
        on => tongue.date(payment.received_on),
        means => tongue.say("means", &payment.means),
        principal => payment.imputed.and_then(|items| item(items.principal)),
        interest => payment.imputed.and_then(|items| item(items.interest)),
        fees => payment.imputed.and_then(|items| item(items.fees)),
        balance => tongue.amount(payment.balance),
        back => format!("/p/{token}"),
    };
    door.pages.page(StatusCode::OK, &tongue, "receipt.html", with)
}

fn nothing(door: &Door, tongue: &Tongue, status: StatusCode, why: &str) -> Result<HttpResponse, Fault> {
    let heading = tongue.say("debtor", &format!("{why}_title"));
    let text = tongue.say("debtor", &format!("{why}_text"));
    door.pages.page(status, tongue, "gone.html", context! { heading, text })
}

/// In the demonstration, a button pays. Its token is the proof that the form is ours: nobody can guess it.
async fn pay(door: Data<Door>, token: Path<String>) -> Result<HttpResponse, Fault> {
    if door.web.demo.is_none() {
        return Err(Fault::Unknown);
    }
    let service = &door.web.service;
    let LinkState::Open(case) = service.follow_link(&token).await? else { return Err(Fault::Unknown) };
    let due = service.due(case).await?;
    if standing(&due) == "due" {
        // Two clicks on one page make one reference, and a reference counts once.
        let reference = format!("{token}-{}", due.case.debt.paid.minor);
        service.receive_payment(case, "demo", &reference, due.case.debt.balance()).await?;
        door.committed().await;
    }
    Ok(HttpResponse::SeeOther().insert_header((LOCATION, format!("/p/{token}"))).finish())
}
