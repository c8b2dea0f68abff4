//! What leaves: the stop button of each creditor, and the campaigns.

use super::acts::{Problem, refuse};
use super::session::{self, Agent, see};
use crate::config::Right;
use crate::domain::{CampaignState, CreditorKey};
use crate::service::{CampaignError, CampaignView};
use crate::web::door::Door;
use crate::web::errors::Fault;
use crate::web::language::Preferred;
use crate::web::pages::Tongue;
use crate::web::story::age;
use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Path};
use minijinja::context;
use minijinja::value::{Serde, Value};
use serde::{Deserialize, Serialize};

/// Where the forms of this page lead back to.
const HERE: &str = "/console/sending";

#[derive(Deserialize)]
pub(super) struct Signed {
    csrf: String,
}

#[derive(Serialize)]
struct CreditorRow {
    key: String,
    name: String,
    /// Who stopped it and when, as it is told; empty: it sends.
    halted: String,
}

#[derive(Serialize)]
struct CampaignRow {
    name: String,
    key: String,
    creditor: String,
    state: &'static str,
    changed: String,
    pace: String,
    counts: Vec<String>,
    acts: &'static [&'static str],
}

pub(super) async fn page(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
) -> Result<HttpResponse, Fault> {
    let service = &door.web.service;
    let tongue = door.tongue(preferred);
    let halts = service.halts().await?;
    let creditors: Vec<CreditorRow> = service
        .creditors()
        .iter()
        .map(|creditor| {
            let halt = halts.iter().find(|halt| halt.creditor == creditor.key);
            let halted = halt.map(|halt| format!("{}, {}", halt.by, age(halt.since, &tongue))).unwrap_or_default();
            CreditorRow { key: creditor.key.0.clone(), name: creditor.name.clone(), halted }
        })
        .collect();
    let campaigns = service.campaign_views().await?;
    let campaigns: Vec<CampaignRow> = campaigns.iter().map(|view| row(view, &tongue)).collect();
    let csrf = session::token(&session, &door)?;
    let (creditors, campaigns) = (Value::from(Serde(creditors)), Value::from(Serde(campaigns)));
    let (starts, stops) = (agent.may(Right::StartCampaigns), agent.may(Right::Stop));
    let with = context! { csrf, starts, stops, agent => agent.name, creditors, campaigns };
    door.desk(StatusCode::OK, &tongue, "sending.html", with)
}

fn row(view: &CampaignView, tongue: &Tongue) -> CampaignRow {
    let campaign = &view.campaign;
    let count = |(state, members): &(String, i64)| format!("{members} {}", tongue.say("campaign_members", state));
    CampaignRow {
        name: campaign.name.clone(),
        key: campaign.creditor.0.clone(),
        creditor: view.creditor.clone(),
        state: campaign.state.label(),
        changed: format!("{}, {}", campaign.changed_by, age(campaign.changed_at, tongue)),
        pace: tongue.say_with("sends", "pace", &campaign.plan.per_minute.to_string()),
        counts: view.counts.iter().map(count).collect(),
        acts: match campaign.state {
            CampaignState::Planned => &["start", "stop"],
            CampaignState::Running => &["pause", "stop"],
            CampaignState::Paused => &["resume", "stop"],
            CampaignState::Planning | CampaignState::Stopped | CampaignState::Finished => &[],
        },
    }
}

pub(super) async fn creditor(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
    path: Path<(String, String)>,
    Form(signed): Form<Signed>,
) -> Result<HttpResponse, Fault> {
    if !session::is_ours(&session, &signed.csrf) {
        return refuse(&door, preferred, HERE, Problem::new(StatusCode::FORBIDDEN, "stale"));
    }
    if !agent.may(Right::Stop) {
        return refuse(&door, preferred, HERE, Problem::new(StatusCode::FORBIDDEN, "no_right"));
    }
    let (key, act) = path.into_inner();
    let service = &door.web.service;
    let key = CreditorKey(key);
    service.creditor(&key).map_err(|_| Fault::Unknown)?;
    match act.as_str() {
        "halt" => service.halt(&key, &agent.name).await?,
        "resume" => service.lift_halt(&key).await?,
        _ => return Err(Fault::Unknown),
    };
    door.committed().await;
    Ok(see(HERE))
}

pub(super) async fn campaign(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
    path: Path<(String, String, String)>,
    Form(signed): Form<Signed>,
) -> Result<HttpResponse, Fault> {
    if !session::is_ours(&session, &signed.csrf) {
        return refuse(&door, preferred, HERE, Problem::new(StatusCode::FORBIDDEN, "stale"));
    }
    let (key, name, act) = path.into_inner();
    let next = match act.as_str() {
        "start" | "resume" => CampaignState::Running,
        "pause" => CampaignState::Paused,
        "stop" => CampaignState::Stopped,
        _ => return Err(Fault::Unknown),
    };
    let right = if next == CampaignState::Running { Right::StartCampaigns } else { Right::Stop };
    if !agent.may(right) {
        return refuse(&door, preferred, HERE, Problem::new(StatusCode::FORBIDDEN, "no_right"));
    }
    match door.web.service.move_campaign(&CreditorKey(key), &name, next, &agent.name).await {
        Ok(()) => {
            door.committed().await;
            Ok(see(HERE))
        }
        Err(CampaignError::Standing { .. }) => {
            refuse(&door, preferred, HERE, Problem::new(StatusCode::CONFLICT, "campaign_moved"))
        }
        Err(error) => Err(fault(error)),
    }
}

fn fault(error: CampaignError) -> Fault {
    match error {
        CampaignError::Service(error) => error.into(),
        _ => Fault::Unknown,
    }
}
