//! What is to be done, who wrote from nowhere, and every case.

use super::session::{self, Agent};
use crate::domain::Case;
use crate::web::door::Door;
use crate::web::errors::Fault;
use crate::web::language::Preferred;
use crate::web::pages::Tongue;
use crate::web::story::{Said, Todo, age};
use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::Serialize;

#[derive(Serialize)]
struct Row {
    id: String,
    reference: String,
    debtor: String,
    state: Said,
    balance: String,
    due_on: String,
}

pub(super) async fn page(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
) -> Result<HttpResponse, Fault> {
    let service = &door.web.service;
    let tongue = door.tongue(preferred);
    let tasks: Vec<Todo> = service.open_tasks().await?.iter().map(|task| Todo::of(task, &tongue)).collect();
    let unknown = service.unknown_senders().await?.into_iter().map(|message| {
        context! { from => message.from, text => message.text, age => age(message.at, &tongue) }
    });
    let unknown: Vec<Value> = unknown.collect();
    let cases: Vec<Row> = service.cases().await?.iter().map(|case| row(case, &tongue)).collect();
    let csrf = session::token(&session, &door)?;
    let (tasks, cases) = (Value::from(Serde(tasks)), Value::from(Serde(cases)));
    let with = context! { csrf, agent => agent.name, tasks, unknown, cases };
    door.desk(StatusCode::OK, &tongue, "tasks.html", with)
}

fn row(case: &Case, tongue: &Tongue) -> Row {
    Row {
        id: case.id.to_string(),
        reference: case.reference.clone(),
        debtor: case.debtor.name.clone(),
        state: Said::of("states", case.state.name(), tongue),
        balance: tongue.amount(case.debt.balance()),
        due_on: tongue.day(case.debt.due_on),
    }
}
