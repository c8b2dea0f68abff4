//! Who is signed in, and the token that proves a form is ours.

use crate::config::Right;
use crate::web::door::Door;
use crate::web::errors::Fault;
use actix_session::{Session, SessionExt};
use actix_web::dev::Payload;
use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use std::future::{Ready, ready};
use subtle::ConstantTimeEq;

/// A working day.
const LASTS: Duration = Duration::hours(10);
const AGENT: &str = "agent";
const TOKEN: &str = "csrf";

#[derive(Serialize, Deserialize)]
struct Entry {
    name: String,
    since: DateTime<Utc>,
}

/// An agent who is signed in.
pub(super) struct Agent {
    pub name: String,
    may: Vec<Right>,
}

impl Agent {
    /// Whether the account is let do that.
    pub fn may(&self, right: Right) -> bool {
        self.may.contains(&right)
    }
}

impl FromRequest for Agent {
    type Error = SignIn;
    type Future = Ready<Result<Self, SignIn>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let entry: Option<Entry> = request.get_session().get(AGENT).ok().flatten();
        let door = request.app_data::<Data<Door>>();
        // The accounts of the settings may have changed since.
        let agent = entry.zip(door).and_then(|(entry, door)| {
            let account = door.web.console.accounts().into_iter().find(|account| account.name == entry.name)?;
            let lasts = door.web.service.clock.now() - entry.since < LASTS;
            lasts.then_some(Self { name: entry.name, may: account.may })
        });
        ready(agent.ok_or(SignIn))
    }
}

/// Nobody is signed in: the way to the form.
#[derive(Debug, thiserror::Error)]
#[error("sign in first")]
pub(super) struct SignIn;

impl actix_web::ResponseError for SignIn {
    fn status_code(&self) -> actix_web::http::StatusCode {
        actix_web::http::StatusCode::SEE_OTHER
    }

    fn error_response(&self) -> HttpResponse {
        see("/console/login")
    }
}

/// Signs someone in, in a session of its own: one fixed beforehand by another is worth nothing.
pub(super) fn begin(session: &Session, door: &Door, name: String) -> Result<(), Fault> {
    session.renew();
    session.remove(TOKEN);
    let entry = Entry { name, since: door.web.service.clock.now() };
    session.insert(AGENT, entry).map_err(|_| Fault::NotGenuine)
}

/// The token for the forms of this session.
pub(super) fn token(session: &Session, door: &Door) -> Result<String, Fault> {
    if let Ok(Some(token)) = session.get::<String>(TOKEN) {
        return Ok(token);
    }
    let token = door.web.service.clock.new_token();
    session.insert(TOKEN, &token).map_err(|_| Fault::NotGenuine)?;
    Ok(token)
}

/// Whether a form carries the token of its session.
pub(super) fn is_ours(session: &Session, given: &str) -> bool {
    let ours = session.get::<String>(TOKEN).ok().flatten();
    ours.is_some_and(|ours| bool::from(ours.as_bytes().ct_eq(given.as_bytes())))
}

/// Sends the browser on, after a form.
pub(super) fn see(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, address)).finish()
}
