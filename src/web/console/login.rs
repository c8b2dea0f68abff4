//! In and out of the console. A wrong name and a wrong password are the same answer, after the same work.

use super::session::{self, see};
use crate::config::{ConsoleSettings, ConsoleUser};
use crate::web::door::Door;
use crate::web::errors::Fault;
use crate::web::language::Preferred;
use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::{self, Data, Form};
use actix_web::{HttpRequest, HttpResponse};
use argon2::{Argon2, PasswordHash, PasswordVerifier as _};
use minijinja::context;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

#[derive(Deserialize)]
pub(super) struct Credentials {
    csrf: String,
    user: String,
    password: SecretString,
}

#[derive(Deserialize)]
pub(super) struct Leaving {
    csrf: String,
}

pub(super) async fn page(door: Data<Door>, session: Session, preferred: Preferred) -> Result<HttpResponse, Fault> {
    form(&door, &session, preferred, StatusCode::OK, None)
}

pub(super) async fn enter(
    door: Data<Door>,
    session: Session,
    preferred: Preferred,
    request: HttpRequest,
    Form(given): Form<Credentials>,
) -> Result<HttpResponse, Fault> {
    if is_closed(&door.web.console) {
        return form(&door, &session, preferred, StatusCode::FORBIDDEN, None);
    }
    if !session::is_ours(&session, &given.csrf) {
        return form(&door, &session, preferred, StatusCode::FORBIDDEN, Some(("refused", "stale")));
    }
    let (name, from) = (given.user.clone(), request.peer_addr().map(|address| address.ip()));
    if !door.lockout.admits(&name, from, door.web.service.clock.now()) {
        tracing::warn!("an account of the console rests after too many failures");
        return form(&door, &session, preferred, StatusCode::TOO_MANY_REQUESTS, Some(("login", "locked")));
    }
    let known = door.web.console.accounts();
    // Argon2 takes its time on purpose: elsewhere than where requests are served.
    let right = web::block(move || is_right(&known, &given)).await.unwrap_or(false);
    if !right {
        tracing::warn!("a sign-in to the console failed");
        return form(&door, &session, preferred, StatusCode::UNAUTHORIZED, Some(("login", "wrong")));
    }
    door.lockout.forget(&name, from);
    session::begin(&session, &door, name)?;
    Ok(see("/console"))
}

pub(super) async fn leave(session: Session, Form(leaving): Form<Leaving>) -> Result<HttpResponse, Fault> {
    if !session::is_ours(&session, &leaving.csrf) {
        return Err(Fault::NotGenuine);
    }
    session.purge();
    Ok(see("/console/login"))
}

fn form(
    door: &Door,
    session: &Session,
    preferred: Preferred,
    status: StatusCode,
    problem: Option<(&str, &str)>,
) -> Result<HttpResponse, Fault> {
    let tongue = door.tongue(preferred);
    let problem = problem.map(|(group, key)| tongue.say(group, key));
    let csrf = session::token(session, door)?;
    let closed = is_closed(&door.web.console);
    door.pages.page(status, &tongue, "login.html", context! { problem, csrf, closed })
}

fn is_closed(console: &ConsoleSettings) -> bool {
    console.accounts().is_empty()
}

/// A password is looked at whatever the name is, so that the time taken does not tell which one was wrong.
fn is_right(known: &[ConsoleUser], given: &Credentials) -> bool {
    let named = |account: &&ConsoleUser| bool::from(account.name.as_bytes().ct_eq(given.user.as_bytes()));
    let account = known.iter().find(named);
    let Some(looked_at) = account.or(known.first()) else { return false };
    let password = given.password.expose_secret().as_bytes();
    let hash = PasswordHash::new(looked_at.password_hash.expose_secret());
    let password = hash.is_ok_and(|hash| Argon2::default().verify_password(password, &hash).is_ok());
    password & account.is_some()
}
