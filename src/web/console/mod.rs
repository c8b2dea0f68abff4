//! The agents' console: who is signed in, what is to be done, a case and what an agent does to it, what they were told or
//! what was read wrongly, what leaves and its stop buttons, and the texts that wait for a second person.
//!
//! Every page wants a session, and every form the token that its session was given.

mod acts;
mod by_hand;
mod cases;
mod corrections;
mod faults;
mod login;
mod outcomes;
mod sending;
mod session;
mod tasks;
mod texts;

use super::door::Web;
use actix_session::SessionMiddleware;
use actix_session::storage::CookieSessionStore;
use actix_web::cookie::{Key, SameSite};
use actix_web::middleware::from_fn;
use actix_web::web::{self, FormConfig, ServiceConfig};

/// Longest form: a note or an answer, percent-encoded.
const LONGEST_FORM: usize = 16 * 1024;

/// The routes, behind the session.
pub(super) fn routes(config: &mut ServiceConfig, door: &Web) {
    let session = SessionMiddleware::builder(CookieSessionStore::default(), Key::from(&door.session_key))
        .cookie_name("relance".to_owned())
        .cookie_path("/console".to_owned())
        .cookie_secure(door.secure_cookies)
        .cookie_http_only(true)
        .cookie_same_site(SameSite::Strict)
        .build();
    let console = web::scope("/console")
        .app_data(FormConfig::default().limit(LONGEST_FORM))
        .route("", web::get().to(tasks::page))
        .route("/login", web::get().to(login::page))
        .route("/login", web::post().to(login::enter))
        .route("/logout", web::post().to(login::leave))
        .route("/cases/{case}", web::get().to(cases::page))
        .route("/cases/{case}/{act}", web::post().to(acts::act))
        .route("/cases/{case}/outcomes/{kind}", web::post().to(outcomes::write_down))
        .route("/cases/{case}/payments/{number}/take-back", web::post().to(outcomes::take_back))
        .route("/cases/{case}/messages/{message}/correct", web::post().to(corrections::correct))
        .route("/corrections/{language}.jsonl", web::get().to(corrections::labelled))
        .route("/sending", web::get().to(sending::page))
        .route("/creditors/{creditor}/{act}", web::post().to(sending::creditor))
        .route("/campaigns/{creditor}/{name}/{act}", web::post().to(sending::campaign))
        .route("/tasks/{task}/sheet", web::get().to(by_hand::page))
        .route("/tasks/{task}/letter-sent", web::post().to(by_hand::sent))
        .route("/texts", web::get().to(texts::page))
        .route("/texts/{act}", web::post().to(texts::act))
        .route("/tasks/{task}/resolve", web::post().to(acts::resolve))
        .wrap(from_fn(faults::in_words))
        .wrap(session);
    config.service(console);
}
