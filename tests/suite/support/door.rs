//! The door open on a loopback port, and a visitor who keeps cookies and reads forms.

use super::office::{Office, creditors};
use actix_web::dev::ServerHandle;
use actix_web::middleware::Compress;
use actix_web::{App, HttpServer};
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use chrono::{DateTime, Utc};
use relance::clock::ShiftedClock;
use relance::config::{ApiSettings, ConsoleSettings, ConsoleUser, OutboxSettings, Right};
use relance::gateway::{Console, Gateway, Transport, Twilio, TwilioSettings};
use relance::service::{OutboxWorker, Service, TimerWorker, read_portfolio};
use relance::store::Store;
use relance::web::{Demo, Web, configure};
use reqwest::redirect::Policy;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{Notify, watch};

/// Where carriers believe the door to be.
pub const PUBLIC: &str = "https://sms.example.fr";
pub const PASSWORD: &str = "un mot de passe assez long";
/// What opens the API.
pub const API_KEY: &str = "a-key-of-thirty-two-characters-00";

/// A door on a port of its own; closed when it is dropped.
pub struct OpenDoor {
    pub base: String,
    handle: ServerHandle,
}

impl OpenDoor {
    fn open(web: Web) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let configure = configure(web);
        // Compressed, as the product serves it: events must come through all the same.
        let server = HttpServer::new(move || App::new().wrap(Compress::default()).configure(configure.clone()));
        let server = server.workers(1).disable_signals().listen(listener).unwrap().run();
        let handle = server.handle();
        tokio::spawn(server);
        Self { base, handle }
    }

    /// The door of an office, with Twilio at it.
    pub fn of(office: &Office) -> Self {
        Self::open(web(office.service.clone(), vec![Arc::new(twilio())]))
    }

    /// The door of a service that watches what its operator edits.
    pub fn of_service(service: Service) -> Self {
        Self::open(web(service, Vec::new()))
    }

    /// The same, with the console and the API closed.
    pub fn without_console(office: &Office) -> Self {
        let (console, api) = (ConsoleSettings::default(), ApiSettings::default());
        Self::open(Web { console, api, ..web(office.service.clone(), Vec::new()) })
    }
}

impl Drop for OpenDoor {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

/// The door of a demonstration, with one case in it.
pub struct DemoDoor {
    pub door: OpenDoor,
    pub service: Service,
    _folder: tempfile::TempDir,
}

impl DemoDoor {
    /// Opens at `start` by the demonstration's own clock.
    pub async fn open(start: DateTime<Utc>, portfolio: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite://{}", folder.path().join("demo.db").display())).await.unwrap();
        let clock = Arc::new(ShiftedClock::default());
        clock.advance_to(start);
        let words = super::office::words();
        let public = PUBLIC.parse().unwrap();
        let service = Service::new(store, super::office::reader(), words, clock.clone(), creditors(), public);
        let portfolio = read_portfolio(portfolio.as_bytes(), &service.creditors()).unwrap();
        service.import(&portfolio.rows).await.unwrap();
        let transport = Arc::new(Transport::new().unwrap());
        let outbox = OutboxWorker::new(service.clone(), Arc::new(Console), transport, OutboxSettings::default());
        let timers = TimerWorker::new(service.clone());
        let demo = Some(Demo { clock, outbox, timers, changed: watch::Sender::new(0) });
        let door = OpenDoor::open(Web { demo, ..web(service.clone(), Vec::new()) });
        Self { door, service, _folder: folder }
    }
}

const EVERY_RIGHT: [Right; 3] = [Right::Approve, Right::StartCampaigns, Right::Stop];

fn web(service: Service, gateways: Vec<Arc<dyn Gateway>>) -> Web {
    Web {
        service,
        gateways,
        console: ConsoleSettings {
            // Nora may press the stop buttons alone.
            users: [("lea", &EVERY_RIGHT[..]), ("paul", &EVERY_RIGHT), ("nora", &[Right::Stop])]
                .map(|(name, may)| ConsoleUser {
                    name: name.into(),
                    password_hash: hash(PASSWORD).into(),
                    may: may.to_vec(),
                })
                .into(),
            ..ConsoleSettings::default()
        },
        api: ApiSettings { key: API_KEY.into() },
        session_key: [7; 64],
        secure_cookies: false,
        outbox: Arc::new(Notify::new()),
        demo: None,
    }
}

fn twilio() -> Twilio {
    Twilio::new(TwilioSettings {
        account_sid: super::carrier::ACCOUNT.into(),
        auth_tokens: vec![super::carrier::TOKEN.into()],
        api_base: "http://127.0.0.1:9".parse().unwrap(),
        public_url: PUBLIC.parse().unwrap(),
        repeat_window: Duration::from_secs(5),
    })
}

/// A hash that is quick to check: tests sign in often.
fn hash(password: &str) -> String {
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
    argon.hash_password_with_salt(password.as_bytes(), b"salt of sixteen.").unwrap().to_string()
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub text: String,
}

impl Page {
    /// The value of the hidden field `csrf`.
    pub fn csrf(&self) -> String {
        let (_, rest) = self.text.split_once(r#"name="csrf" value=""#).expect("a form with a token");
        rest.split('"').next().unwrap().to_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

/// Someone who visits: keeps the session's cookie, follows nothing by themself.
pub struct Visitor {
    base: String,
    client: reqwest::Client,
    cookie: Mutex<Option<String>>,
}

impl Visitor {
    pub fn at(door: &OpenDoor) -> Self {
        let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        Self { base: door.base.clone(), client, cookie: Mutex::new(None) }
    }

    /// One who has signed in.
    pub async fn signed_in(door: &OpenDoor) -> Self {
        Self::signed_in_as(door, "lea").await
    }

    /// The person of that account.
    pub async fn signed_in_as(door: &OpenDoor, user: &str) -> Self {
        let visitor = Self::at(door);
        assert_eq!(visitor.sign_in(user, PASSWORD).await.status, 303);
        visitor
    }

    pub async fn sign_in(&self, user: &str, password: &str) -> Page {
        let csrf = self.get("/console/login").await.csrf();
        self.post("/console/login", &[("csrf", &csrf), ("user", user), ("password", password)]).await
    }

    pub async fn get(&self, path: &str) -> Page {
        self.ask(self.client.get(format!("{}{path}", self.base))).await
    }

    pub async fn get_in(&self, path: &str, language: &str) -> Page {
        self.ask(self.client.get(format!("{}{path}", self.base)).header("accept-language", language)).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.post_as(path, "application/x-www-form-urlencoded", body).await
    }

    pub async fn post_as(&self, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> Page {
        self.ask(self.client.post(format!("{}{path}", self.base)).header("content-type", kind).body(body)).await
    }

    /// Posts to the API as a program that shows `key`.
    pub async fn post_with_key(&self, path: &str, key: &str, body: impl Into<reqwest::Body>) -> Page {
        self.ask(self.client.post(format!("{}{path}", self.base)).bearer_auth(key).body(body)).await
    }

    /// Fills the first form of `page` and posts it to `path`.
    pub async fn fill(&self, page: &str, path: &str, fields: &[(&str, &str)]) -> Page {
        let csrf = self.get(page).await.csrf();
        let fields: Vec<_> = [("csrf", csrf.as_str())].into_iter().chain(fields.iter().copied()).collect();
        self.post(path, &fields).await
    }

    async fn ask(&self, mut request: reqwest::RequestBuilder) -> Page {
        if let Some(cookie) = self.cookie.lock().unwrap().clone() {
            request = request.header("cookie", cookie);
        }
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if let Some(given) = headers.get("set-cookie") {
            let pair = given.to_str().unwrap().split(';').next().unwrap().to_owned();
            *self.cookie.lock().unwrap() = Some(pair);
        }
        // French has no-break spaces, which no test writes.
        let text = response.text().await.unwrap().replace('\u{a0}', " ");
        Page { status, headers, text }
    }
}
