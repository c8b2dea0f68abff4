//! What agents do, by forms: each one carries the session's token, and sends the browser back to where it was.

use super::session::{self, Agent, see};
use crate::domain::{AgentAct, CaseId, ClosingReason, InboundId, TaskId};
use crate::service::{ServiceError, Shown};
use crate::web::door::Door;
use crate::web::errors::Fault;
use crate::web::language::Preferred;
use crate::wording::{Finding, Level};
use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Path};
use minijinja::context;
use minijinja::value::Value;
use serde::Deserialize;
use uuid::Uuid;

/// Longest answer, in characters: four text messages.
const LONGEST_ANSWER: usize = 600;

#[derive(Deserialize)]
pub(super) struct Acting {
    csrf: String,
    text: Option<String>,
    reason: Option<ClosingReason>,
    /// Why an agent keeps words that the checker found.
    why: Option<String>,
    /// The last decision that the page told.
    seen: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Resolving {
    csrf: String,
    note: Option<String>,
    case: Option<Uuid>,
    /// The last message that the agent had before their eyes.
    seen: Option<String>,
}

/// Why an act is not done, as the agent reads it.
pub(super) struct Problem {
    pub status: StatusCode,
    pub key: &'static str,
    pub value: String,
}

impl Problem {
    pub const fn new(status: StatusCode, key: &'static str) -> Self {
        Self { status, key, value: String::new() }
    }
}

pub(super) async fn act(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
    path: Path<(Uuid, String)>,
    Form(acting): Form<Acting>,
) -> Result<HttpResponse, Fault> {
    let (case, name) = path.into_inner();
    let back = format!("/console/cases/{case}");
    let case = CaseId(case);
    if !session::is_ours(&session, &acting.csrf) {
        return refuse(&door, preferred, &back, Problem::new(StatusCode::FORBIDDEN, "stale"));
    }
    let mut kept = String::new();
    let act = match name.as_str() {
        "answer" => {
            let text = plain(acting.text.as_deref().unwrap_or_default());
            kept.clone_from(&text);
            let reason = acting.why.as_deref().map(plain).filter(|why| !why.is_empty());
            match (checked(&door, case, &text).await?, reason) {
                (Checked::Refused(problem), _) => return refuse_words(&door, preferred, &back, problem, &kept),
                (Checked::Doubtful(words), None) => {
                    let seen = acting.seen.unwrap_or_default();
                    return ask_why(&door, &session, preferred, &back, context! { text, seen }, &words);
                }
                (Checked::Doubtful(words), Some(reason)) => AgentAct::Vouch { text, words, reason },
                (Checked::Fine, _) => AgentAct::Answer(text),
            }
        }
        "take-over" => AgentAct::TakeOver,
        "give-back" => AgentAct::GiveBack,
        "remind" => AgentAct::Remind,
        "pause-reminders" => AgentAct::PauseReminders,
        "resume-reminders" => AgentAct::ResumeReminders,
        "clear" => AgentAct::Clear,
        "close" => AgentAct::Close(acting.reason.ok_or_else(|| Fault::Unreadable("no reason".to_owned()))?),
        _ => return Err(Fault::Unknown),
    };
    let acted = door.web.service.act_on(case, shown(acting.seen.as_deref()), &agent.name, act).await;
    settle_words(&door, preferred, &back, acted, &kept).await
}

/// What a page told, as its form says.
pub(super) fn shown(seen: Option<&str>) -> Shown {
    seen.map_or(Shown::Untold, |seen| Shown::UpTo(seen.to_owned()))
}

/// Back to the page, or why the act is not done.
pub(super) async fn settle<T>(
    door: &Door,
    preferred: Preferred,
    back: &str,
    acted: Result<T, ServiceError>,
) -> Result<HttpResponse, Fault> {
    settle_words(door, preferred, back, acted, "").await
}

/// The same; words that do not leave are not lost.
async fn settle_words<T>(
    door: &Door,
    preferred: Preferred,
    back: &str,
    acted: Result<T, ServiceError>,
    kept: &str,
) -> Result<HttpResponse, Fault> {
    match acted {
        Ok(_) => {
            door.committed().await;
            Ok(see(back))
        }
        Err(ServiceError::Overtaken | ServiceError::Transition(_)) => {
            refuse_words(door, preferred, back, Problem::new(StatusCode::CONFLICT, "overtaken"), kept)
        }
        Err(ServiceError::Refused(rule)) => {
            let value = door.tongue(preferred).say("rules", rule);
            let problem = Problem { value, ..Problem::new(StatusCode::CONFLICT, "not_allowed") };
            refuse_words(door, preferred, back, problem, kept)
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn resolve(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
    task: Path<Uuid>,
    Form(resolving): Form<Resolving>,
) -> Result<HttpResponse, Fault> {
    let back = resolving.case.map_or_else(|| "/console".to_owned(), |case| format!("/console/cases/{case}"));
    if !session::is_ours(&session, &resolving.csrf) {
        return refuse(&door, preferred, &back, Problem::new(StatusCode::FORBIDDEN, "stale"));
    }
    let note = resolving.note.as_deref().map(plain).filter(|note| !note.is_empty());
    let seen = resolving.seen.as_deref().and_then(|id| Uuid::parse_str(id).ok()).map(InboundId);
    let done = door.web.service.resolve_task(TaskId(*task), &agent.name, note.as_deref(), seen).await?;
    door.committed().await;
    if !done {
        return refuse(&door, preferred, &back, Problem::new(StatusCode::CONFLICT, "overtaken"));
    }
    Ok(see(&back))
}

/// What becomes of a text that an agent is about to send.
enum Checked {
    /// It leaves.
    Fine,
    /// It leaves once they say why.
    Doubtful(String),
    /// It does not.
    Refused(Problem),
}

/// What an agent is about to say: short enough for a message, and without the words that no message may carry.
async fn checked(door: &Door, case: CaseId, text: &str) -> Result<Checked, Fault> {
    let unprocessable = |key| Problem::new(StatusCode::UNPROCESSABLE_ENTITY, key);
    if text.is_empty() || text.chars().count() > LONGEST_ANSWER {
        return Ok(Checked::Refused(unprocessable("empty")));
    }
    let service = &door.web.service;
    let due = service.due(case).await?;
    let language = due.creditor.language_for(due.case.debtor.language);
    let findings = service.rules().words.check(text, language).map_err(ServiceError::Wording)?;
    let blocked: Vec<String> = findings
        .iter()
        .filter(|finding| finding.level == Level::Block)
        .map(|Finding { words, group, advice, .. }| format!("« {words} » ({group}: {advice})"))
        .collect();
    if !blocked.is_empty() {
        return Ok(Checked::Refused(Problem { value: blocked.join(", "), ..unprocessable("forbidden") }));
    }
    let doubtful: Vec<&str> = findings.iter().map(|finding| finding.words.as_str()).collect();
    Ok(if doubtful.is_empty() { Checked::Fine } else { Checked::Doubtful(doubtful.join(", ")) })
}

/// The form on which an agent says why they keep their words.
fn ask_why(
    door: &Door,
    session: &Session,
    preferred: Preferred,
    back: &str,
    kept: Value,
    words: &str,
) -> Result<HttpResponse, Fault> {
    let tongue = door.tongue(preferred);
    let (doubt, csrf) = (tongue.say_with("refused", "reason_wanted", words), session::token(session, door)?);
    let with = context! { doubt, csrf, back, at => format!("{back}/answer"), ..kept };
    door.desk(StatusCode::UNPROCESSABLE_ENTITY, &tongue, "reason.html", with)
}

/// Without what no telephone shows and no database keeps.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| *c == '\n' || !c.is_control()).collect::<String>().trim().to_owned()
}

pub(super) fn refuse(door: &Door, preferred: Preferred, back: &str, problem: Problem) -> Result<HttpResponse, Fault> {
    refuse_words(door, preferred, back, problem, "")
}

/// The same, with the words that an agent would have to write again.
fn refuse_words(
    door: &Door,
    preferred: Preferred,
    back: &str,
    problem: Problem,
    kept: &str,
) -> Result<HttpResponse, Fault> {
    let tongue = door.tongue(preferred);
    let text = tongue.say_with("refused", problem.key, &problem.value);
    let heading = if problem.status == StatusCode::NOT_FOUND { "nothing_title" } else { "title" };
    let heading = tongue.say("refused", heading);
    door.pages.page(problem.status, &tongue, "refused.html", context! { heading, text, back, kept })
}
