//! Readings that agents correct: the form of a message, and the labelled replies to download.

use super::acts::{Problem, refuse, settle, shown};
use super::outcomes::{Unclear, choice, day};
use super::session::{self, Agent};
use crate::domain::{CaseId, InboundId, Intent, Language};
use crate::service::{Meant, amount_in_cents};
use crate::web::door::Door;
use crate::web::errors::Fault;
use crate::web::language::Preferred;
use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION};
use actix_web::web::{Data, Form, Path};
use serde::Deserialize;
use uuid::Uuid;

/// What a reply meant. What is left empty was not said.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Correcting {
    csrf: String,
    seen: Option<String>,
    intent: String,
    on: String,
    amount: String,
    instalments: String,
    circumstance: String,
    aloud: Option<String>,
}

pub(super) async fn correct(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
    path: Path<(Uuid, Uuid)>,
    Form(correcting): Form<Correcting>,
) -> Result<HttpResponse, Fault> {
    let (case, reply) = path.into_inner();
    let back = format!("/console/cases/{case}");
    if !session::is_ours(&session, &correcting.csrf) {
        return refuse(&door, preferred, &back, Problem::new(StatusCode::FORBIDDEN, "stale"));
    }
    let meant = match correcting.meant() {
        Ok(meant) => meant,
        Err(key) => return refuse(&door, preferred, &back, Problem::new(StatusCode::UNPROCESSABLE_ENTITY, key)),
    };
    let (case, reply, seen) = (CaseId(case), InboundId(reply), shown(correcting.seen.as_deref()));
    let done = door.web.service.correct_reading(case, reply, seen, &agent.name, &meant).await;
    settle(&door, preferred, &back, done).await
}

/// The corrected replies of a language, as `[reading] folder` takes them.
pub(super) async fn labelled(door: Data<Door>, _: Agent, language: Path<String>) -> Result<HttpResponse, Fault> {
    let language = Language::parse(&language).ok_or(Fault::Unknown)?;
    let lines = door.web.service.labelled_replies(language).await?;
    let name = format!("attachment; filename=\"corrected-{}.jsonl\"", language.code());
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-store")).insert_header((CONTENT_DISPOSITION, name));
    Ok(response.content_type("application/x-ndjson; charset=utf-8").body(lines))
}

impl Correcting {
    fn meant(&self) -> Result<Meant, Unclear> {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let amount = |text: String| amount_in_cents(&text).filter(|minor| *minor > 0).ok_or("amount");
        Ok(Meant {
            intent: Intent::from_label(&self.intent).ok_or("choose")?,
            date: day(&self.on)?,
            amount_minor: said(&self.amount).map(amount).transpose()?,
            instalments: said(&self.instalments).map(|n| n.parse().map_err(|_| "instalments")).transpose()?,
            circumstance: said(&self.circumstance).map(|label| choice(&label)).transpose()?,
            aloud: self.aloud.is_some(),
        })
    }
}
