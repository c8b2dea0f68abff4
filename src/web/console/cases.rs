//! One case: its talk, explained, and the forms of what an agent can do.

use super::session::{self, Agent};
use crate::domain::{CaseId, Verdict};
use crate::web::door::Door;
use crate::web::errors::Fault;
use crate::web::language::Preferred;
use crate::web::story::Story;
use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use minijinja::context;
use minijinja::value::{Serde, Value};
use uuid::Uuid;

pub(super) async fn page(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    case: Path<Uuid>,
    preferred: Preferred,
) -> Result<HttpResponse, Fault> {
    let view = door.web.service.case_view(CaseId(*case)).await?.ok_or(Fault::Unknown)?;
    let tongue = door.tongue(preferred);
    let story = Value::from(Serde(Story::of(&view, &tongue)));
    let csrf = session::token(&session, &door)?;
    let phone = view.case.phone.number.as_str();
    let reminder = match &view.reminder {
        Verdict::Send => None,
        Verdict::Hold { rule: rule @ "halted", .. } => Some((true, tongue.say("rules", rule))),
        Verdict::Hold { until, rule } => {
            let when = tongue.moment(*until, view.case.debtor.zone);
            Some((false, format!("{when} ({})", tongue.say("rules", rule))))
        }
        Verdict::Refuse { rule } => Some((true, tongue.say("rules", rule))),
    };
    let (refused, later) = match &reminder {
        Some((true, why)) => (Some(tongue.say_with("console", "no_reminder", why)), None),
        Some((false, when)) => (None, Some(tongue.say_with("console", "later_reminder", when))),
        None => (None, None),
    };
    let with = context! { csrf, agent => agent.name, phone, story, refused, later };
    door.desk(StatusCode::OK, &tongue, "case.html", with)
}
