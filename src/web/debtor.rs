//! The debtor's page: what is due, how to pay, how to disagree. Whoever has the link sees it, so it names nobody, and
//! looking has no effect.

use super::door::Door;
use super::errors::Fault;
use super::language::Preferred;
use super::pages::Tongue;
use crate::domain::{CaseState, local_day};
use crate::service::{DuePage, LinkState};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::{self, Data, Path, ServiceConfig};
use minijinja::context;

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/p/{token}", web::get().to(page)).route("/p/{token}/pay", web::post().to(pay));
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
    let DuePage { case, creditor } = due;
    let past = case.debt.due_on < local_day(tongue.now, case.debtor.zone);
    let since = if past { "since" } else { "until" };
    let privacy = creditor.privacy_url.as_deref().filter(|url| url.starts_with("https://"));
    let with = context! {
        standing => standing(due),
        creditor => &creditor.name,
        collector => &creditor.collector_name,
        reference => &case.reference,
        invoice => &case.debt.invoice,
        amount => tongue.amount(case.debt.amount),
        paid => (!case.debt.paid.is_zero()).then(|| tongue.amount(case.debt.paid)),
        balance => tongue.amount(case.debt.balance()),
        since => tongue.say_with("debtor", since, &tongue.day(case.debt.due_on)),
        phone => &creditor.callback_phone,
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
