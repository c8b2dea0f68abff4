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
use actix_web::web::{Data, Query};
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Row {
    id: String,
    reference: String,
    debtor: String,
    state: Said,
    balance: String,
    due_on: String,
}

/// Which page of each list is asked for, from 1, and which cases are looked for.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct Pages {
    tasks: u32,
    unknown: u32,
    cases: u32,
    seek: String,
}

impl Default for Pages {
    fn default() -> Self {
        Self { tasks: 1, unknown: 1, cases: 1, seek: String::new() }
    }
}

pub(super) async fn page(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
    Query(pages): Query<Pages>,
) -> Result<HttpResponse, Fault> {
    let service = &door.web.service;
    let tongue = door.tongue(preferred);
    let found = service.open_tasks_on(pages.tasks.saturating_sub(1)).await?;
    let more_tasks = found.more;
    let tasks: Vec<Todo> = found.rows.iter().map(|task| Todo::of(task, &tongue)).collect();
    let found = service.unknown_senders_on(pages.unknown.saturating_sub(1)).await?;
    let more_unknown = found.more;
    let unknown = found.rows.into_iter().map(|message| {
        context! { from => message.from, text => message.text, age => age(message.at, &tongue) }
    });
    let unknown: Vec<Value> = unknown.collect();
    let found = service.cases_on(pages.cases.saturating_sub(1), &pages.seek).await?;
    let more_cases = found.more;
    let cases: Vec<Row> = found.rows.iter().map(|case| row(case, &tongue)).collect();
    let csrf = session::token(&session, &door)?;
    let (tasks, cases) = (Value::from(Serde(tasks)), Value::from(Serde(cases)));
    let with = context! { csrf, agent => agent.name, tasks, unknown, cases, more_tasks, more_unknown, more_cases };
    let on = context! { tasks_page => pages.tasks, unknown_page => pages.unknown, cases_page => pages.cases, seek => pages.seek };
    let with = context! { ..with, ..on };
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
