//! One case: its talk, explained, and the forms of what an agent can do.

use super::outcomes::MEANS;
use super::session::{self, Agent};
use crate::domain::{CaseId, Intent, Verdict, local_day};
use crate::service::{CaseView, may_be_taken_back};
use crate::web::door::Door;
use crate::web::errors::Fault;
use crate::web::language::Preferred;
use crate::web::pages::Tongue;
use crate::web::story::Story;
use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use chrono::Days;
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
    let with = context! { csrf, agent => agent.name, phone, story, refused, later, ..outcomes(&view, &tongue) };
    let payments = door.web.service.due(view.case.id).await?.payments;
    let noted = payments.iter().filter(|payment| may_be_taken_back(payment)).map(|payment| {
        let (amount, on) = (tongue.amount(payment.amount), tongue.day(payment.received_on));
        context! { number => payment.number, amount, on, means => tongue.say("means", &payment.means) }
    });
    let with = context! { noted => noted.collect::<Vec<Value>>(), ..with };
    let with = context! { key => door.web.service.clock.new_token(), ..with };
    door.desk(StatusCode::OK, &tongue, "case.html", with)
}

/// What the forms of `outcomes.html` propose, and the limits that they tell.
fn outcomes(view: &CaseView, tongue: &Tongue) -> Value {
    let (case, policy) = (&view.case, &view.creditor.policy);
    let owed = case.debt.amount;
    let latest = local_day(view.now, case.debtor.zone) + Days::new(policy.promise_within_days);
    let bounds = &policy.plan;
    let limits = tongue
        .say_with("outcome", "plan_limits", &tongue.amount(owed.with_minor(bounds.min_instalment_minor)))
        .replace("{count}", &bounds.max_instalments.to_string())
        .replace("{months}", &bounds.max_months.to_string());
    let minor = case.debt.balance().minor;
    let balance = format!("{}{}{:02}", minor / 100, tongue.say("outcome", "decimal_mark"), minor % 100);
    let intents: Vec<&str> = Intent::ALL.iter().map(|intent| intent.label()).collect();
    context! { intents, latest => tongue.day(latest), limits, balance, means => MEANS }
}
