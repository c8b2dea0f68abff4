//! What the debtor and the clock do in the demonstration.

use crate::domain::{Address, AgentAct, CaseId};
use crate::gateway::Inbound;
use crate::web::door::Door;
use crate::web::errors::Fault;
use actix_web::HttpResponse;
use actix_web::web::{Data, Json, Path};
use serde::Deserialize;
use std::time::Duration;
use unicode_normalization::UnicodeNormalization as _;
use uuid::Uuid;

/// Longest text, as a telephone would let it be written.
const LONGEST_TEXT: usize = 1_600;

#[derive(Deserialize)]
pub(super) struct Said {
    text: String,
}

#[derive(Deserialize)]
pub(super) struct Advance {
    case: Uuid,
}

/// The debtor writes: what a carrier would have posted, without a carrier.
pub(super) async fn say(door: Data<Door>, case: Path<Uuid>, Json(said): Json<Said>) -> Result<HttpResponse, Fault> {
    if said.text.chars().count() > LONGEST_TEXT {
        return Err(Fault::TooLarge);
    }
    let service = &door.web.service;
    let due = service.due(CaseId(*case)).await?;
    let inbound = Inbound {
        gateway_id: service.clock.new_id().to_string(),
        from: Address::parse(due.case.phone.number.as_str()),
        to: Address::parse(&due.creditor.sender),
        text: said.text.nfc().filter(|letter| *letter != '\0').collect(),
        raw: said.text.clone().into_bytes(),
        received_at: None,
        opt_out_hint: None,
        media: 0,
    };
    service.receive("console", Duration::ZERO, &inbound).await?;
    door.committed().await;
    Ok(HttpResponse::NoContent().finish())
}

/// An agent has the reminder sent.
pub(super) async fn remind(
    door: Data<Door>,
    case: Path<Uuid>,
    _: Json<serde_json::Value>,
) -> Result<HttpResponse, Fault> {
    door.web.service.act(CaseId(*case), "demo", AgentAct::Remind).await?;
    door.committed().await;
    Ok(HttpResponse::NoContent().finish())
}

/// The clock moves on to when something next happens to this case.
pub(super) async fn advance(door: Data<Door>, Json(advance): Json<Advance>) -> Result<HttpResponse, Fault> {
    let demo = door.web.demo.as_ref().ok_or(Fault::Unknown)?;
    let view = door.web.service.case_view(CaseId(advance.case)).await?.ok_or(Fault::Unknown)?;
    if let Some(at) = view.next_due() {
        // A millisecond late rather than early: the clock is moved by whole ones.
        demo.clock.advance_to(at + chrono::Duration::milliseconds(1));
        door.committed().await;
    }
    Ok(HttpResponse::NoContent().finish())
}
