//! The operator's own texts: what waits for a second person, as people would read it, and what changed in it.

use super::acts::{Problem, refuse};
use super::session::{self, Agent, see};
use crate::config::Right;
use crate::service::{ApprovalError, TextName, TextView};
use crate::web::door::Door;
use crate::web::errors::Fault;
use crate::web::language::Preferred;
use crate::web::pages::Tongue;
use crate::wording::{Level, Waiting, measure};
use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Path};
use minijinja::context;
use minijinja::value::Value;
use serde::Deserialize;
use similar::{ChangeTag, TextDiff};

const PAGE: &str = "/console/texts";

#[derive(Deserialize)]
pub(super) struct Deciding {
    csrf: String,
    text: String,
    /// The version that was shown.
    hash: String,
    reason: Option<String>,
}

pub(super) async fn page(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
) -> Result<HttpResponse, Fault> {
    let tongue = door.tongue(preferred);
    let words = door.web.service.rules().words.clone();
    let waits: Vec<Value> = words.waiting().iter().map(|waiting| shown(waiting, &agent)).collect();
    let views = door.web.service.texts().await?;
    let approved: Vec<Value> = views.iter().filter_map(|view| approved(view, &tongue)).collect();
    let csrf = session::token(&session, &door)?;
    door.desk(
        StatusCode::OK,
        &tongue,
        "texts.html",
        context! { csrf, may => agent.may(Right::Approve), agent => agent.name, waits, approved },
    )
}

pub(super) async fn act(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
    act: Path<String>,
    Form(deciding): Form<Deciding>,
) -> Result<HttpResponse, Fault> {
    if !session::is_ours(&session, &deciding.csrf) {
        return refuse(&door, preferred, PAGE, Problem::new(StatusCode::FORBIDDEN, "stale"));
    }
    if !agent.may(Right::Approve) {
        return refuse(&door, preferred, PAGE, Problem::new(StatusCode::FORBIDDEN, "no_right"));
    }
    let name = TextName::parse(&deciding.text).ok_or(Fault::Unknown)?;
    let (service, shown, reason) = (&door.web.service, Some(deciding.hash.as_str()), deciding.reason.as_deref());
    let done = match act.as_str() {
        "approve" => service.approve_text(&name, shown, &agent.name, reason).await,
        "withdraw" => service.withdraw_text(&name, shown, &agent.name, reason).await,
        _ => return Err(Fault::Unknown),
    };
    let problem = match done {
        Ok(_) => return Ok(see(PAGE)),
        Err(ApprovalError::Service(error)) => return Err(error.into()),
        Err(ApprovalError::Author { .. }) => Problem::new(StatusCode::FORBIDDEN, "own_text"),
        Err(ApprovalError::ReasonWanted { words, .. }) => {
            Problem { value: words, ..Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "reason_wanted") }
        }
        Err(ApprovalError::Nobody) => Problem::new(StatusCode::FORBIDDEN, "stale"),
        Err(ApprovalError::NotWaiting(_) | ApprovalError::Changed(_) | ApprovalError::NotApproved(_)) => {
            Problem::new(StatusCode::CONFLICT, "text_changed")
        }
    };
    refuse(&door, preferred, PAGE, problem)
}

fn shown(waiting: &Waiting, agent: &Agent) -> Value {
    let text = &waiting.text;
    let findings = waiting.findings.iter().map(|finding| {
        let level = if finding.level == Level::Block { "BLOCK" } else { "REVIEW" };
        context! { level, group => finding.group.as_str(), words => finding.words.as_str(), advice => finding.advice.as_str() }
    });
    let examples = waiting.examples.iter().map(|text| {
        let segments = measure(text);
        context! { text, segments => segments.count(), units => segments.units }
    });
    let author = text.author.as_deref().unwrap_or_default();
    context! {
        name => format!("{}/{}", text.language, text.name), hash => text.hash.as_str(), version => text.version, author,
        own => crate::domain::is_same_person(author, &agent.name),
        reason => waiting.wants_a_reason(),
        findings => findings.collect::<Vec<_>>(),
        examples => examples.collect::<Vec<_>>(),
        changes => changes(&waiting.in_use.words, &text.words),
    }
}

/// What is in use against what waits, word by word; neighbours that share their fate are told together.
fn changes(in_use: &str, waiting: &str) -> Vec<Value> {
    let mut parts: Vec<(ChangeTag, String)> = Vec::new();
    for change in TextDiff::from_words(in_use, waiting).iter_all_changes() {
        match parts.last_mut().filter(|(tag, _)| *tag == change.tag()) {
            Some((_, text)) => text.push_str(change.value()),
            None => parts.push((change.tag(), change.value().to_owned())),
        }
    }
    let part = |(tag, text)| {
        let tag = match tag {
            ChangeTag::Delete => "del",
            ChangeTag::Insert => "ins",
            ChangeTag::Equal => "span",
        };
        context! { tag, text }
    };
    parts.into_iter().map(part).collect()
}

/// A text of the operator's own that is in use.
fn approved(view: &TextView, tongue: &Tongue) -> Option<Value> {
    let approval = view.approval.as_ref()?;
    Some(context! {
        name => format!("{}/{}", view.text.language, view.text.name),
        hash => view.text.hash.as_str(),
        version => view.text.version,
        author => approval.author.as_str(),
        by => approval.approved_by.as_str(),
        reason => approval.reason.as_deref(),
        on => tongue.day(approval.at.date_naive()),
    })
}
