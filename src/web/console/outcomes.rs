//! What came of a talk elsewhere, on the telephone or by letter: the forms by which an agent writes it down.

use super::acts::{Problem, plain, refuse, settle, shown};
use super::session::{self, Agent};
use crate::domain::{AgentAct, CaseId, Money, Period, PhoneNumber, PlanTerms, Promise, Proof, Told, Way};
use crate::service::{HandedIn, NewNumber, amount_in_cents};
use crate::web::door::Door;
use crate::web::errors::Fault;
use crate::web::language::Preferred;
use actix_session::Session;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Form, Path};
use chrono::NaiveDate;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde::de::value::{Error as LabelError, StrDeserializer};
use uuid::Uuid;

/// By what means money comes in elsewhere than through a link.
pub(super) const MEANS: [&str; 5] = ["transfer", "card", "cheque", "cash", "direct_debit"];
/// Longest words of an agent about what they were told.
const LONGEST_WORDS: usize = 600;
/// Longest key of a form.
const LONGEST_KEY: usize = 40;

/// All that these forms ask. What is left empty was not said.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Outcome {
    csrf: String,
    seen: Option<String>,
    key: String,
    way: String,
    aloud: Option<String>,
    beyond: String,
    amount: String,
    on: String,
    instalments: String,
    each: String,
    period: String,
    means: String,
    reason: String,
    proof: String,
    phone: String,
    checked: String,
    old_is_anothers: Option<String>,
    another: Option<String>,
    more: Option<String>,
}

/// What keeps a form from being understood: the words that say so.
pub(super) type Unclear = &'static str;

pub(super) async fn write_down(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
    path: Path<(Uuid, String)>,
    Form(outcome): Form<Outcome>,
) -> Result<HttpResponse, Fault> {
    let (id, kind) = path.into_inner();
    let (back, case) = (format!("/console/cases/{id}"), CaseId(id));
    if !session::is_ours(&session, &outcome.csrf) {
        return refuse(&door, preferred, &back, Problem::new(StatusCode::FORBIDDEN, "stale"));
    }
    let (service, by) = (&door.web.service, agent.name.as_str());
    let due = service.due(case).await?;
    let (owed, seen) = (due.case.debt.amount, shown(outcome.seen.as_deref()));
    let unclear = |key: Unclear| refuse(&door, preferred, &back, Problem::new(StatusCode::UNPROCESSABLE_ENTITY, key));
    match kind.as_str() {
        "payment" => match outcome.payment(owed) {
            Ok(payment) => settle(&door, preferred, &back, service.hand_in(case, seen, by, &payment).await).await,
            Err(key) => unclear(key),
        },
        "number" => match outcome.number(due.creditor.jurisdiction.phone_region()) {
            Ok(number) => settle(&door, preferred, &back, service.replace_number(case, seen, by, &number).await).await,
            Err(key) => unclear(key),
        },
        _ => match outcome.act(&kind, owed) {
            Some(Ok(act)) => settle(&door, preferred, &back, service.act_on(case, seen, by, act).await).await,
            Some(Err(key)) => unclear(key),
            None => Err(Fault::Unknown),
        },
    }
}

/// A payment that was written down by mistake.
pub(super) async fn take_back(
    door: Data<Door>,
    session: Session,
    agent: Agent,
    preferred: Preferred,
    path: Path<(Uuid, u32)>,
    Form(outcome): Form<Outcome>,
) -> Result<HttpResponse, Fault> {
    let (id, number) = path.into_inner();
    let back = format!("/console/cases/{id}");
    if !session::is_ours(&session, &outcome.csrf) {
        return refuse(&door, preferred, &back, Problem::new(StatusCode::FORBIDDEN, "stale"));
    }
    let seen = shown(outcome.seen.as_deref());
    let done = door.web.service.take_payment_back(CaseId(id), seen, &agent.name, number).await;
    settle(&door, preferred, &back, done).await
}

impl Outcome {
    /// The act that a form asks for; `None` where no form is called so.
    fn act(&self, kind: &str, owed: Money) -> Option<Result<AgentAct, Unclear>> {
        let aloud = self.aloud.is_some();
        let told = match kind {
            "promise" => self.promise(owed),
            "plan" => self.plan(),
            "dispute" => self.dispute(owed),
            "identity" => {
                return Some(choice(&self.proof).map(|proof: Proof| AgentAct::ConfirmIdentity { proof, aloud }));
            }
            "stranger" => return Some(Ok(AgentAct::RefuteIdentity { aloud })),
            _ => return None,
        };
        let beyond = words(&self.beyond);
        let write_down = |told: Told| {
            let way: Way = choice(&self.way)?;
            Ok(AgentAct::WriteDown { way, told, beyond, aloud })
        };
        Some(told.and_then(write_down))
    }

    fn promise(&self, owed: Money) -> Result<Told, Unclear> {
        let amount = amount(&self.amount, owed)?.ok_or("amount")?;
        Ok(Told::Promise(Promise { amount, on: day(&self.on)?.ok_or("day")? }))
    }

    fn plan(&self) -> Result<Told, Unclear> {
        let instalments = match self.instalments.trim() {
            "" => None,
            count => Some(count.parse::<u32>().map_err(|_| "instalments")?),
        };
        let each = match self.each.trim() {
            "" => None,
            each => Some(amount_in_cents(each).ok_or("amount")?),
        };
        if instalments.is_none() && each.is_none() {
            return Err("instalments");
        }
        let period: Period = choice(&self.period)?;
        let terms = PlanTerms { instalments, instalment_minor: each, period: Some(period) };
        Ok(Told::Plan { terms, first: day(&self.on)? })
    }

    fn dispute(&self, owed: Money) -> Result<Told, Unclear> {
        let reason = words(&self.reason).ok_or("words")?;
        Ok(Told::Dispute { reason, held_right: amount(&self.amount, owed)? })
    }

    fn payment(&self, owed: Money) -> Result<HandedIn, Unclear> {
        let amount = amount(&self.amount, owed)?.ok_or("amount")?;
        let received_on = day(&self.on)?.ok_or("day")?;
        let means = MEANS.into_iter().find(|means| *means == self.means).ok_or("choose")?.to_owned();
        let key = plain(&self.key);
        if key.is_empty() || key.len() > LONGEST_KEY {
            return Err("stale");
        }
        let (aloud, another, more) = (self.aloud.is_some(), self.another.is_some(), self.more.is_some());
        Ok(HandedIn { key, amount, means, received_on, aloud, more, another })
    }

    fn number(&self, region: &str) -> Result<NewNumber, Unclear> {
        let number = PhoneNumber::parse(&self.phone, region).map_err(|_| "phone")?;
        Ok(NewNumber { number, checked: words(&self.checked), old_is_anothers: self.old_is_anothers.is_some() })
    }
}

/// An amount above zero, in the currency of the case.
fn amount(text: &str, owed: Money) -> Result<Option<Money>, Unclear> {
    match text.trim() {
        "" => Ok(None),
        text => {
            amount_in_cents(text).filter(|minor| *minor > 0).map(|minor| Some(owed.with_minor(minor))).ok_or("amount")
        }
    }
}

/// A day as browsers write it.
pub(super) fn day(text: &str) -> Result<Option<NaiveDate>, Unclear> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| "day"),
    }
}

/// What was chosen of a list.
pub(super) fn choice<T: DeserializeOwned>(label: &str) -> Result<T, Unclear> {
    T::deserialize(StrDeserializer::<LabelError>::new(label)).map_err(|_| "choose")
}

fn words(text: &str) -> Option<String> {
    Some(plain(text).chars().take(LONGEST_WORDS).collect()).filter(|text: &String| !text.is_empty())
}
