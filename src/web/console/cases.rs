//! One case: its talk, explained, and the forms of what an agent can do.

use super::session::{self, Agent};
use crate::domain::CaseId;
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
    door.desk(StatusCode::OK, &tongue, "case.html", context! { csrf, agent => agent.name, phone, story })
}
