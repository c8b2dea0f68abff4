//! What a person does in our place: the letter of a task, ready to print, the words of a call, and the form that says that the
//! letter has left.

use super::acts::{Problem, plain, refuse};
use super::session::{self, Agent, see};
use crate::domain::{CaseId, Letter, TaskId, local_day};
use crate::service::ByHand;
use crate::web::door::Door;
use crate::web::errors::Fault;
use crate::web::language::Preferred;
use crate::web::pages::Tongue;
use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Path};
use chrono::NaiveDate;
use minijinja::context;
use serde::Deserialize;
use uuid::Uuid;

/// Longest reference of a letter: every later message recalls it.
const LONGEST_REFERENCE: usize = 20;

#[derive(Deserialize)]
pub(super) struct Sent {
    csrf: String,
    reference: String,
    sent_on: NaiveDate,
}

pub(super) async fn page(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
    task: Path<Uuid>,
) -> Result<HttpResponse, Fault> {
    let sheet = door.web.service.by_hand(TaskId(*task)).await?.ok_or(Fault::Unknown)?;
    let tongue = door.tongue(preferred);
    let csrf = session::token(&session, &door)?;
    let ByHand { case, creditor, today, words, law, destination } = sheet;
    let back = format!("/console/cases/{}", case.id);
    let paragraphs: Vec<String> = words.text.split("\n\n").map(str::to_owned).collect();
    let Some(object) = words.subject else {
        let phone = case.phone.number.written(creditor.jurisdiction.phone_region());
        let with = context! { back, phone, paragraphs, agent => agent.name, reference => case.reference };
        return door.pages.page(StatusCode::OK, &tongue, "call.html", with);
    };
    // The sheet speaks to the debtor, in their language; what is around it, to the agent.
    let theirs = door.tongue(Preferred(creditor.language_for(case.debtor.language)));
    let address = creditor.payee_address();
    let with = context! {
        back, csrf, object, paragraphs, law, agent => agent.name, name => creditor.payee(), task => task.to_string(),
        first => case.letter.as_ref().map(|letter| format!("{}, {}", letter.reference, theirs.date(letter.sent_on))),
        dateline => dateline(&address, today, &theirs),
        address,
        object_label => theirs.say("letter", "object"),
        reference_label => theirs.say("letter", "reference"),
        debtor => case.debtor.name,
        destination => destination.lines,
        is_full => destination.is_full,
        reference => case.reference,
        today => today.to_string(),
    };
    door.pages.page(StatusCode::OK, &tongue, "letter.html", with)
}

pub(super) async fn sent(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
    task: Path<Uuid>,
    Form(form): Form<Sent>,
) -> Result<HttpResponse, Fault> {
    let back = format!("/console/tasks/{task}/sheet");
    if !session::is_ours(&session, &form.csrf) {
        return refuse(&door, preferred, &back, Problem::new(StatusCode::FORBIDDEN, "stale"));
    }
    let service = &door.web.service;
    let sheet = service.by_hand(TaskId(*task)).await?.ok_or(Fault::Unknown)?;
    let CaseId(case) = sheet.case.id;
    let reference = plain(&form.reference);
    let today = local_day(service.clock.now(), sheet.case.debtor.zone);
    let sound = !reference.is_empty() && reference.chars().count() <= LONGEST_REFERENCE && form.sent_on <= today;
    if !sound {
        return refuse(&door, preferred, &back, Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "letter"));
    }
    let letter = Letter { reference, sent_on: form.sent_on };
    if !service.letter_sent(TaskId(*task), &agent.name, letter).await? {
        return refuse(&door, preferred, &back, Problem::new(StatusCode::CONFLICT, "task_done"));
    }
    door.committed().await;
    Ok(see(&format!("/console/cases/{case}")))
}

/// "Paris, le 23 novembre 2026": the town as the address has it, after its postcode.
fn dateline(address: &[String], today: NaiveDate, tongue: &Tongue) -> String {
    let last = address.last().map(String::as_str).unwrap_or_default();
    let town = last.trim_start_matches(|c: char| c.is_ascii_digit() || c == ' ');
    let day = tongue.say_with("letter", "on", &tongue.date(today));
    if last.starts_with(|c: char| c.is_ascii_digit()) && !town.is_empty() { format!("{town}, {day}") } else { day }
}
