//! The only file that talks over the network: to a carrier, or to whoever is asked for a second opinion. It never logs: a
//! request holds a number and a text.

use super::console::SCHEME;
use super::{Answer, Request};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, Response, retry};
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(5);
const TOTAL: Duration = Duration::from_secs(15);
/// A page of a thousand messages is well below.
const LONGEST_ANSWER: usize = 8 * 1024 * 1024;

/// Why there is no answer: what matters is whether the message may have left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// Nothing was written to the other side: safe to send again.
    #[error("the request was not sent: {why}")]
    NotSent {
        /// What prevented it.
        why: &'static str,
    },
    /// The request may have been read: look it up before anything else.
    #[error("the request was sent and the answer is unknown: {what}")]
    Ambiguous {
        /// What was seen.
        what: &'static str,
    },
}

/// An HTTP client that asks once: no redirection, no second try of its own.
#[derive(Debug, Clone)]
pub struct Transport {
    client: Client,
    longest_answer: usize,
}

impl Transport {
    /// A client that gives up after five seconds without a connection, fifteen without an answer.
    ///
    /// # Errors
    /// When the machine offers no TLS roots to trust.
    pub fn new() -> Result<Self, TransportError> {
        Self::with_timeouts(CONNECT, TOTAL)
    }

    /// The same with other patience.
    ///
    /// # Errors
    /// When the machine offers no TLS roots to trust.
    pub fn with_timeouts(connect: Duration, total: Duration) -> Result<Self, TransportError> {
        Client::builder()
            .redirect(Policy::none())
            .retry(retry::never())
            .referer(false)
            .connect_timeout(connect)
            .timeout(total)
            .user_agent(concat!("relance/", env!("CARGO_PKG_VERSION")))
            .build()
            .map(|client| Self { client, longest_answer: LONGEST_ANSWER })
            .map_err(|_| TransportError::NotSent { why: "the HTTP client could not be set up" })
    }

    /// The same, that gives up an answer longer than so many bytes.
    #[must_use]
    pub fn reading_at_most(self, longest_answer: usize) -> Self {
        Self { longest_answer, ..self }
    }

    /// Makes the request once.
    ///
    /// # Errors
    /// When there is no whole answer; the error says whether the request may have left.
    pub async fn send(&self, request: Request) -> Result<Answer, TransportError> {
        if request.url.starts_with(SCHEME) {
            return Ok(Answer { status: 200, headers: Vec::new(), body: request.body });
        }
        let method = if request.method == "GET" { Method::GET } else { Method::POST };
        let built = request
            .headers
            .into_iter()
            .fold(self.client.request(method, request.url).body(request.body), |built, (name, value)| {
                built.header(name, value)
            });
        let response = built.send().await.map_err(|error| classify(&error))?;
        read(response, self.longest_answer).await
    }
}

fn classify(error: &reqwest::Error) -> TransportError {
    if error.is_builder() {
        TransportError::NotSent { why: "the request is not valid" }
    } else if error.is_connect() {
        TransportError::NotSent { why: "no connection" }
    } else if error.is_timeout() {
        TransportError::Ambiguous { what: "no answer in time" }
    } else {
        TransportError::Ambiguous { what: "the connection was lost" }
    }
}

async fn read(mut response: Response, longest: usize) -> Result<Answer, TransportError> {
    let status = response.status().as_u16();
    let text = |value: &reqwest::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| classify(&error))? {
        if body.len() + chunk.len() > longest {
            return Err(TransportError::Ambiguous { what: "the answer is too large" });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body })
}
