//! A model of Twilio: it keeps what it is sent, refuses what Twilio refuses, and calls back with signed webhooks.
//!
//! It is not a list of canned answers: what it says follows from what it was told. Its clock is set by the test.

use super::http::{Call, Reply, Server};
use super::twilio_signature::sign;
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, NaiveDate, Utc};
use relance::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};

/// The account that the model knows.
pub const ACCOUNT: &str = "AC00000000000000000000000000000001";
/// Its token: it opens the API and signs the webhooks.
pub const TOKEN: &str = "carrier_model_token_0001";
/// The number that people answer to.
pub const SENDER: &str = "+33937000001";

/// What goes wrong with a request; the first two are said, the others are seen.
#[derive(Debug, Clone, Copy)]
pub enum Failure {
    /// An HTTP status and no body.
    Status(u16),
    /// One of Twilio's error codes.
    Code(u32),
    /// The connection drops before anything was done.
    DropBefore,
    /// The message is taken, then the connection drops.
    DropAfterAccept,
    /// Nothing is done and no answer ever comes.
    Hang,
    /// The message is taken and no answer ever comes.
    HangAfterAccept,
}

/// A message that the model took.
#[derive(Debug, Clone)]
pub struct SentMessage {
    pub sid: String,
    pub to: String,
    pub from: String,
    pub body: String,
    pub status_callback: Option<String>,
    status: String,
    direction: &'static str,
    pub created: DateTime<Utc>,
}

/// How a webhook was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub sid: String,
    pub status: u16,
    pub body: String,
}

struct Book {
    now: DateTime<Utc>,
    real_time: bool,
    messages: Vec<SentMessage>,
    stopped: HashSet<String>,
    failures: VecDeque<Failure>,
    lookup_failures: VecDeque<Failure>,
    attempts: usize,
    routes: Vec<(String, String)>,
}

/// The model, on a port of its own.
pub struct Carrier {
    server: Server,
    book: Arc<Mutex<Book>>,
    client: reqwest::Client,
}

impl Carrier {
    /// Starts on a free port, on the morning of 2 March 2026.
    pub fn start() -> Self {
        let book = Arc::new(Mutex::new(Book {
            now: "2026-03-02T10:15:00Z".parse().unwrap(),
            real_time: false,
            messages: Vec::new(),
            stopped: HashSet::new(),
            failures: VecDeque::new(),
            lookup_failures: VecDeque::new(),
            attempts: 0,
            routes: Vec::new(),
        }));
        let shared = Arc::clone(&book);
        let server = Server::start(move |call| shared.lock().unwrap().answer(&call));
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        Self { server, book, client }
    }

    /// What to give the product as the base of the API.
    pub fn api_base(&self) -> String {
        self.server.url()
    }

    /// Sets the model's clock.
    pub fn set_time(&self, now: DateTime<Utc>) {
        self.book().now = now;
    }

    /// The next sends fail so, in order.
    pub fn fail_next(&self, failure: Failure) {
        self.book().failures.push_back(failure);
    }

    /// The next lookups fail so, in order.
    pub fn fail_next_lookup(&self, failure: Failure) {
        self.book().lookup_failures.push_back(failure);
    }

    /// The person told Twilio to stop: every send to them is refused.
    pub fn stop(&self, number: &str) {
        self.book().stopped.insert(number.to_owned());
    }

    /// The person told Twilio to start again.
    pub fn restart(&self, number: &str) {
        self.book().stopped.remove(number);
    }

    /// The model's clock follows the machine's: for a product that runs as a process of its own.
    pub fn follow_real_time(&self) {
        self.book().real_time = true;
    }

    /// What was taken to be sent, oldest first.
    pub fn sent(&self) -> Vec<SentMessage> {
        self.book().messages.iter().filter(|message| message.direction != "inbound").cloned().collect()
    }

    /// How many times a send was asked, taken or not.
    pub fn attempts(&self) -> usize {
        self.book().attempts
    }

    /// Webhooks for `public_url` are signed for it and posted to `reachable_at`: there is a proxy in between.
    pub fn route(&self, public_url: &str, reachable_at: &str) {
        self.book().routes.push((public_url.to_owned(), reachable_at.to_owned()));
    }

    /// A person writes to our number; the webhook is posted to `{base_url}/webhooks/twilio`.
    pub async fn post_inbound(&self, base_url: &str, from: &str, body: &str) -> Delivery {
        let sid = self.write(from, body);
        self.deliver(base_url, &sid).await
    }

    /// A person writes to our number; nothing is posted yet.
    pub fn write(&self, from: &str, body: &str) -> String {
        self.book().take(from, SENDER, body, None, "inbound")
    }

    /// Posts the webhook of that message; `None` when nobody answers.
    pub async fn try_deliver(&self, base_url: &str, sid: &str) -> Option<Delivery> {
        let message = self.message(sid);
        self.try_post(sid, &format!("{base_url}/webhooks/twilio"), inbound_fields(&message).into_iter()).await
    }

    /// The webhook of that message again, byte for byte: Twilio had no answer.
    pub async fn repeat_inbound(&self, base_url: &str, sid: &str) -> Delivery {
        self.deliver(base_url, sid).await
    }

    async fn deliver(&self, base_url: &str, sid: &str) -> Delivery {
        self.try_deliver(base_url, sid).await.unwrap()
    }

    /// The message moved: its status callback is called.
    pub async fn status_callback(&self, sid: &str, status: &str) -> Delivery {
        self.callback(sid, status, None).await
    }

    /// The message failed with that code: its status callback is called.
    pub async fn failure_callback(&self, sid: &str, status: &str, code: u32) -> Delivery {
        self.callback(sid, status, Some(code.to_string())).await
    }

    async fn callback(&self, sid: &str, status: &str, code: Option<String>) -> Delivery {
        let message = self.message(sid);
        let url = message.status_callback.expect("a message sent without a StatusCallback has no receipts");
        status.clone_into(&mut self.book().find(sid).status);
        let fields = [("SmsSid", sid), ("SmsStatus", status), ("MessageStatus", status), ("To", &message.to)]
            .into_iter()
            .chain([("MessageSid", sid), ("AccountSid", ACCOUNT), ("From", &message.from)])
            .chain(code.as_deref().map(|code| ("ErrorCode", code)));
        self.post(sid, &url, fields).await
    }

    async fn post(&self, sid: &str, url: &str, fields: impl Iterator<Item = (&str, &str)>) -> Delivery {
        self.try_post(sid, url, fields).await.unwrap()
    }

    async fn try_post(&self, sid: &str, url: &str, fields: impl Iterator<Item = (&str, &str)>) -> Option<Delivery> {
        let fields: Vec<_> = fields.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let routes = self.book().routes.clone();
        let swap = |url: &str, from: &str, to: &str| url.strip_prefix(from).map(|rest| format!("{to}{rest}"));
        let public = routes.iter().find_map(|(public, reachable)| swap(url, reachable, public));
        let reachable = routes.iter().find_map(|(public, reachable)| swap(url, public, reachable));
        let request = self
            .client
            .post(reachable.as_deref().unwrap_or(url))
            .header("x-twilio-signature", self.sign(public.as_deref().unwrap_or(url), &fields))
            .header("i-twilio-idempotency-token", sid)
            .header("content-type", "application/x-www-form-urlencoded; charset=UTF-8")
            .body(form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish());
        let answer = request.send().await.ok()?;
        Some(Delivery { sid: sid.to_owned(), status: answer.status().as_u16(), body: answer.text().await.ok()? })
    }

    /// What the model writes in `X-Twilio-Signature`, for a webhook that a test makes by hand.
    pub fn sign(&self, url: &str, params: &[(String, String)]) -> String {
        sign(TOKEN, url, params)
    }

    fn message(&self, sid: &str) -> SentMessage {
        self.book().find(sid).clone()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }
}

fn inbound_fields(message: &SentMessage) -> Vec<(&str, &str)> {
    let sid = message.sid.as_str();
    vec![
        ("SmsMessageSid", sid),
        ("NumMedia", "0"),
        ("SmsSid", sid),
        ("SmsStatus", "received"),
        ("Body", &message.body),
        ("To", &message.to),
        ("NumSegments", "1"),
        ("MessageSid", sid),
        ("AccountSid", ACCOUNT),
        ("From", &message.from),
        ("ApiVersion", "2010-04-01"),
    ]
}

impl Book {
    fn answer(&mut self, call: &Call) -> Reply {
        let allowed = format!("Basic {}", STANDARD.encode(format!("{ACCOUNT}:{TOKEN}")));
        if call.header("authorization") != Some(&allowed) {
            return problem(20003);
        }
        if call.path() != format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json") {
            return problem(20404);
        }
        let send = call.method == "POST";
        self.attempts += usize::from(send);
        let failure = if send { self.failures.pop_front() } else { self.lookup_failures.pop_front() };
        match failure {
            Some(Failure::Status(status)) => return Reply::empty(status),
            Some(Failure::Code(code)) => return problem(code),
            Some(Failure::DropBefore) => return Reply::HangUp,
            Some(Failure::Hang) => return Reply::SayNothing,
            Some(Failure::DropAfterAccept | Failure::HangAfterAccept) | None => {}
        }
        let reply = if send { self.create(&parse(&call.body)) } else { self.list(&parse(call.query().as_bytes())) };
        match failure {
            Some(Failure::DropAfterAccept) => Reply::HangUp,
            Some(Failure::HangAfterAccept) => Reply::SayNothing,
            _ => reply,
        }
    }

    fn create(&mut self, form: &[(String, String)]) -> Reply {
        let field = |name| field(form, name).unwrap_or_default();
        let (to, from, body) = (field("To"), field("From"), field("Body"));
        let code = match to.strip_prefix('+') {
            _ if to.is_empty() => Some(21604),
            Some(digits) if (8..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) => None,
            _ => Some(21211),
        };
        let code = code
            .or(from.is_empty().then_some(21603))
            .or(body.is_empty().then_some(21602))
            .or((body.chars().count() > 1_600).then_some(21617))
            .or(self.stopped.contains(to).then_some(21610));
        if let Some(code) = code {
            return problem(code);
        }
        let callback = Some(field("StatusCallback")).filter(|url| !url.is_empty()).map(str::to_owned);
        let sid = self.take(from, to, body, callback, "outbound-api");
        Reply::json(201, &self.find(&sid).shown())
    }

    fn list(&self, query: &[(String, String)]) -> Reply {
        let number = |name, default| field(query, name).and_then(|text| text.parse().ok()).unwrap_or(default);
        let (size, page) = (number("PageSize", 50).clamp(1, 1_000), number("Page", 0));
        let is = |name, value: &str| field(query, name).is_none_or(|wanted| wanted == value);
        let since = field(query, "DateSent>").map(instant);
        let found: Vec<_> = self
            .messages
            .iter()
            .rev()
            .filter(|message| is("To", &message.to) && is("From", &message.from))
            .filter(|message| since.is_none_or(|since| message.created >= since))
            .map(SentMessage::shown)
            .collect();
        let next = (found.len() > (page + 1) * size).then(|| {
            let kept = query.iter().filter(|(name, _)| name != "Page");
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(kept).finish();
            format!("/2010-04-01/Accounts/{ACCOUNT}/Messages.json?{query}&Page={}", page + 1)
        });
        let messages: Vec<_> = found.into_iter().skip(page * size).take(size).collect();
        Reply::json(200, &json!({"messages": messages, "page": page, "page_size": size, "next_page_uri": next}))
    }

    fn take(&mut self, from: &str, to: &str, body: &str, callback: Option<String>, direction: &'static str) -> String {
        let sid = format!("SM{:032x}", self.messages.len() + 1);
        self.messages.push(SentMessage {
            sid: sid.clone(),
            to: to.to_owned(),
            from: from.to_owned(),
            body: body.to_owned(),
            status_callback: callback,
            status: if direction == "inbound" { "received" } else { "queued" }.to_owned(),
            direction,
            created: if self.real_time { SystemClock.now() } else { self.now },
        });
        sid
    }

    fn find(&mut self, sid: &str) -> &mut SentMessage {
        self.messages.iter_mut().find(|message| message.sid == sid).expect("the model never had this message")
    }
}

impl SentMessage {
    fn shown(&self) -> Value {
        let date = self.created.format("%a, %d %b %Y %H:%M:%S +0000").to_string();
        let (single, part) = if self.body.is_ascii() { (160, 153) } else { (70, 67) };
        let length = self.body.encode_utf16().count();
        let segments = if length <= single { 1 } else { length.div_ceil(part) };
        json!({
            "sid": self.sid, "account_sid": ACCOUNT, "api_version": "2010-04-01", "status": self.status,
            "to": self.to, "from": self.from, "body": self.body, "direction": self.direction,
            "num_segments": segments.to_string(), "num_media": "0", "error_code": null, "error_message": null,
            "messaging_service_sid": null, "price": null, "price_unit": "EUR",
            "date_created": date, "date_updated": date, "date_sent": date,
        })
    }
}

fn problem(code: u32) -> Reply {
    let status = match code {
        20003 => 401,
        20404 => 404,
        20429 => 429,
        20500 => 500,
        20503 => 503,
        _ => 400,
    };
    let more = format!("https://www.twilio.com/docs/errors/{code}");
    Reply::json(status, &json!({"code": code, "message": "refused", "more_info": more, "status": status}))
}

fn parse(raw: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(raw).into_owned().collect()
}

fn field<'a>(form: &'a [(String, String)], name: &str) -> Option<&'a str> {
    form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// A day, from its first second, or an instant.
fn instant(text: &str) -> DateTime<Utc> {
    let day =
        text.parse::<NaiveDate>().ok().and_then(|day| day.and_hms_opt(0, 0, 0)).map(|midnight| midnight.and_utc());
    day.or_else(|| text.parse().ok()).expect("Twilio refuses a date that is neither a day nor an instant")
}
