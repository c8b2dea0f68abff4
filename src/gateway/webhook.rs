//! What a carrier posts to us, before and after it was read.

use super::{DeliveryStatus, FailureVerdict};
use crate::domain::{Address, Keyword, OutboundId};
use chrono::{DateTime, Utc};
use std::fmt;

/// Longest body we read: 1,600 characters, percent-encoded, take a third of it.
const LONGEST_BODY: usize = 64 * 1024;

/// A webhook as it came: signatures are made over raw bytes.
#[derive(Clone, Copy)]
pub struct Webhook<'a> {
    /// `POST` or `GET`.
    pub method: &'a str,
    /// As on the request line, never decoded nor re-encoded.
    pub path_and_query: &'a str,
    /// Names in lower case.
    pub headers: &'a [(String, String)],
    /// Untouched.
    pub body: &'a [u8],
}

impl<'a> Webhook<'a> {
    /// The first header of that lower-case name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The raw query, empty when there is none.
    #[must_use]
    pub fn query(&self) -> &'a str {
        self.path_and_query.split_once('?').map_or("", |(_, query)| query)
    }

    pub(super) fn check_size(&self) -> Result<(), Refusal> {
        if self.body.len() + self.path_and_query.len() > LONGEST_BODY { Err(Refusal::TooLarge) } else { Ok(()) }
    }
}

impl fmt::Debug for Webhook<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path_and_query.split('?').next().unwrap_or_default();
        write!(f, "Webhook({} {path}, {} bytes)", self.method, self.body.len())
    }
}

/// A text that a person sent us.
#[derive(Clone, PartialEq, Eq)]
pub struct Inbound {
    /// The carrier's id of the message: the same at every repetition.
    pub gateway_id: String,
    /// Who sent it.
    pub from: Address,
    /// Which of our senders it was sent to.
    pub to: Address,
    /// NFC, without NUL; may be empty.
    pub text: String,
    /// The bytes that the text was read from, for evidence.
    pub raw: Vec<u8>,
    /// When the carrier had it, if it says so.
    pub received_at: Option<DateTime<Utc>>,
    /// The keyword that the carrier has already answered: nothing more may be said to it.
    pub opt_out_hint: Option<Keyword>,
    /// How many pictures or files came with it.
    pub media: u32,
}

impl fmt::Debug for Inbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inbound")
            .field("gateway_id", &self.gateway_id)
            .field("from", &self.from)
            .field("to", &self.to)
            .field("characters", &self.text.chars().count())
            .field("opt_out_hint", &self.opt_out_hint)
            .field("media", &self.media)
            .finish_non_exhaustive()
    }
}

/// What became of a message that we sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The carrier's id of the message.
    pub gateway_id: String,
    /// Our own id, when the callback carries it.
    pub our_id: Option<OutboundId>,
    /// Where the message is.
    pub status: DeliveryStatus,
    /// The carrier's code of what went wrong.
    pub code: Option<String>,
    /// What to do about it, when it went wrong.
    pub verdict: Option<FailureVerdict>,
}

/// One thing that a webhook says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WebhookEvent {
    /// A person wrote.
    Inbound(Inbound),
    /// A message of ours moved.
    Receipt(Receipt),
    /// Genuine, and nothing to us: acknowledged, so that the carrier does not insist.
    Ignored {
        /// What it was.
        kind: String,
    },
}

/// Why a webhook is turned away.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not signed by the carrier.
    #[error("the signature is missing or wrong")]
    BadSignature,
    /// Genuine, but without what makes it a message or a receipt.
    #[error("the webhook cannot be read: {what}")]
    Malformed {
        /// What is missing or wrong, never its value.
        what: String,
    },
    /// No message is that long.
    #[error("the webhook is too large")]
    TooLarge,
}

/// The answer that a carrier expects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acknowledgement {
    /// HTTP status.
    pub status: u16,
    /// Media type of the body.
    pub content_type: &'static str,
    /// The body.
    pub body: &'static str,
}
