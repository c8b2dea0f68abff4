//! What we ask of a carrier, and what comes of it.

use super::{DeliveryStatus, FailureVerdict};
use crate::domain::{Address, OutboundId, PhoneNumber};
use chrono::{DateTime, Utc};
use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

/// A message that may leave.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// Our id: it comes back in the receipts.
    pub id: OutboundId,
    /// The person.
    pub to: PhoneNumber,
    /// Our sender.
    pub from: Address,
    /// The words.
    pub text: String,
    /// How long the carrier may keep it before it is too late to deliver it.
    pub validity: Option<Duration>,
}

impl fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Outgoing({}, {} characters)", self.id, self.text.chars().count())
    }
}

/// An HTTP request to be made by the transport.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// `GET` or `POST`.
    pub method: &'static str,
    /// Absolute.
    pub url: String,
    /// May hold credentials.
    pub headers: Vec<(&'static str, String)>,
    /// May hold a number and a text.
    pub body: Vec<u8>,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({}, {} bytes)", self.method, self.body.len())
    }
}

/// What came back.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// May hold a number and a text.
    pub body: Vec<u8>,
}

impl Answer {
    /// The first header of that lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

/// What became of a send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SendOutcome {
    /// The carrier has it.
    Accepted {
        /// The carrier's id.
        gateway_id: String,
        /// In how many parts it goes, if the carrier knows yet.
        segments: Option<u32>,
    },
    /// The carrier will not take it.
    Refused {
        /// The carrier's code.
        code: String,
        /// What to do about it.
        verdict: FailureVerdict,
    },
    /// Never processed: always safe to send again.
    Throttled {
        /// Not before this long.
        after: Duration,
    },
    /// It may have left: look it up before anything else.
    Ambiguous {
        /// What was seen.
        what: String,
    },
}

/// What is known of a message that is looked for at the carrier.
#[derive(Debug, Clone, Copy)]
pub struct Sought<'s> {
    /// It was created then or later.
    pub since: DateTime<Utc>,
    /// The carrier's ids of our other messages to the person: of the same words, those are not this one.
    pub others: &'s HashSet<String>,
}

/// What a lookup says of a message whose fate was unknown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookupOutcome {
    /// The carrier has it.
    Found {
        /// The carrier's id.
        gateway_id: String,
        /// Where it is.
        status: DeliveryStatus,
    },
    /// The carrier never had it.
    NotThere,
    /// The answer does not tell.
    Unknown,
}
