//! A model of an endpoint that speaks as OpenAI's does: it refuses what such an endpoint refuses, answers by the words of the
//! reply, keeps what it was asked, and misbehaves when it is told to.

use super::http::{Call, Reply, Server};
use relance::opinion::{Adviser, Endpoint, EndpointSettings};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

/// Its only model, and what opens it.
pub const MODEL: &str = "petit-modele";
pub const KEY: &str = "other_reader_key_0001";

/// What the next answer is instead of an opinion.
pub enum Way {
    /// None ever comes.
    Silence,
    /// The connection drops.
    HangUp,
    /// An HTTP status and no body.
    Status(u16),
    /// A page of something else.
    Garbage,
    /// What the model says stops in the middle.
    Truncated,
    /// A label that it was not given.
    OtherLabel,
    /// A megabyte.
    Huge,
    /// The right answer, once told.
    WhenTold(Receiver<()>),
}

#[derive(Default)]
struct Book {
    ways: VecDeque<Way>,
    asked: Vec<String>,
    refused: Vec<&'static str>,
}

/// The model of the endpoint, on a port of its own.
pub struct OtherReader {
    server: Server,
    book: Arc<Mutex<Book>>,
    /// Told at each question.
    pub heard: Arc<Notify>,
}

impl OtherReader {
    pub fn start() -> Self {
        let (book, heard) = (Arc::new(Mutex::new(Book::default())), Arc::new(Notify::new()));
        let (kept, told) = (Arc::clone(&book), Arc::clone(&heard));
        let server = Server::start(move |call| answer(&kept, &told, &call));
        Self { server, book, heard }
    }

    /// What to write into the settings.
    pub fn url(&self) -> String {
        format!("{}/v1", self.server.url())
    }

    /// The product's own way of asking it.
    pub fn adviser(&self, limit: Duration) -> Adviser {
        let url = self.url().parse().unwrap();
        let settings = EndpointSettings { url, model: MODEL.into(), api_key: Some(KEY.into()) };
        Adviser::new(Arc::new(Endpoint::new(settings, limit).unwrap()), limit)
    }

    /// The next answer is so.
    pub fn next(&self, way: Way) {
        self.book.lock().unwrap().ways.push_back(way);
    }

    /// Everything that it was sent, whole, oldest first.
    pub fn asked(&self) -> Vec<String> {
        self.book.lock().unwrap().asked.clone()
    }

    /// What it refused, which a well-made request is not.
    pub fn refused(&self) -> Vec<&'static str> {
        self.book.lock().unwrap().refused.clone()
    }
}

fn answer(book: &Mutex<Book>, heard: &Notify, call: &Call) -> Reply {
    let way = {
        let mut book = book.lock().unwrap();
        book.asked.push(format!("{} {:?} {}", call.target, call.headers, String::from_utf8_lossy(&call.body)));
        if let Err((status, what)) = check(call) {
            book.refused.push(what);
            return Reply::json(status, &json!({"error": {"message": what, "type": "invalid_request_error"}}));
        }
        book.ways.pop_front()
    };
    heard.notify_one();
    let right = opinion(call).to_string();
    match way {
        None => says(&right, "stop"),
        Some(Way::WhenTold(told)) => {
            told.recv().unwrap();
            says(&right, "stop")
        }
        Some(Way::Silence) => Reply::SayNothing,
        Some(Way::HangUp) => Reply::HangUp,
        Some(Way::Status(status)) => Reply::empty(status),
        Some(Way::Garbage) => Reply::Answer { status: 200, headers: Vec::new(), body: "<html>Welcome</html>".into() },
        Some(Way::Truncated) => says(&right[..right.len() / 2], "length"),
        Some(Way::OtherLabel) => says(r#"{"intent":"pay_at_once","confidence":0.99}"#, "stop"),
        Some(Way::Huge) => says(&format!("{right}{}", " ".repeat(1_000_000)), "stop"),
    }
}

/// What such an endpoint demands of a request, with the status of its refusal.
fn check(call: &Call) -> Result<(), (u16, &'static str)> {
    let demand = |held: bool, status: u16, what: &'static str| if held { Ok(()) } else { Err((status, what)) };
    demand(call.path() == "/v1/chat/completions", 404, "no such path")?;
    demand(call.method == "POST", 405, "method")?;
    demand(call.header("authorization") == Some(&format!("Bearer {KEY}")), 401, "key")?;
    demand(call.header("content-type") == Some("application/json"), 415, "content type")?;
    let body: Value = serde_json::from_slice(&call.body).map_err(|_| (400, "not JSON"))?;
    demand(body["model"] == MODEL, 404, "model")?;
    demand(body["temperature"] == 0, 400, "an opinion is asked for without chance")?;
    let roles: Vec<_> = body["messages"].as_array().into_iter().flatten().map(|m| m["role"].clone()).collect();
    demand(roles == ["system", "user"], 400, "messages")?;
    let format = &body["response_format"];
    demand(format["type"] == "json_schema" && format["json_schema"]["strict"] == true, 400, "format")?;
    let schema = &format["json_schema"]["schema"];
    // Strict schemas name every property as required, and allow no other.
    let named: Vec<_> = schema["properties"].as_object().into_iter().flat_map(|p| p.keys().cloned()).collect();
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let strict = required.len() == named.len() && named.iter().all(|name| required.contains(&name.as_str()));
    demand(strict && schema["additionalProperties"] == false, 400, "schema")
}

/// It takes a weekday for a promise, and anything else for nothing.
fn opinion(call: &Call) -> Value {
    let body: Value = serde_json::from_slice(&call.body).unwrap();
    let data: Value = serde_json::from_str(body["messages"][1]["content"].as_str().unwrap()).unwrap();
    if data["reply"].as_str().unwrap().contains("vendredi") {
        json!({"intent": "promise", "confidence": 0.9})
    } else {
        json!({"intent": "unclear", "confidence": 0.6})
    }
}

fn says(content: &str, finish: &str) -> Reply {
    let message = json!({"role": "assistant", "content": content});
    let choice = json!({"index": 0, "message": message, "finish_reason": finish});
    Reply::json(200, &json!({"id": "chatcmpl-1", "object": "chat.completion", "model": MODEL, "choices": [choice]}))
}
