//! A message that we send, as the outbox keeps it.

use super::StoreError;
use super::column::{Json, Place, debug_by_id};
use crate::domain::dunning::Channel;
use crate::domain::{CaseId, DecisionId, Language, Message, OutboundId, PhoneNumber, Purpose, ThreadId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

/// Where a message that we send has got to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboundState {
    /// Queued.
    Ready,
    /// A worker has it.
    Sending,
    /// The carrier took it.
    Sent,
    /// It is on the handset.
    Delivered,
    /// It did not arrive.
    Failed,
    /// The governor refused it.
    Refused,
    /// Called back before it left.
    Recalled,
    /// Nobody can tell whether it left.
    Unknown,
}

impl OutboundState {
    /// All of them, in the order of a message's way.
    pub const ALL: [Self; 8] = [
        Self::Ready,
        Self::Sending,
        Self::Sent,
        Self::Delivered,
        Self::Failed,
        Self::Refused,
        Self::Recalled,
        Self::Unknown,
    ];

    /// The label under which it is stored.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Refused => "refused",
            Self::Recalled => "recalled",
            Self::Unknown => "unknown",
        }
    }
}

/// What an e-mail has that a text message has not.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The address of the person.
    pub address: String,
    /// What a list of messages shows of it.
    pub subject: String,
    /// The file that goes with it, as its path in the folder of invoices.
    pub attachment: Option<String>,
}

/// A message to queue.
#[derive(Clone, PartialEq, Eq)]
pub struct NewOutbound {
    /// Its id.
    pub id: OutboundId,
    /// On which thread.
    pub thread: ThreadId,
    /// About which case.
    pub case: Option<CaseId>,
    /// The decision that it comes from.
    pub decision: Option<DecisionId>,
    /// To whom: the number stands for the person, whatever the channel.
    pub to: PhoneNumber,
    /// What it has besides, when it goes by e-mail.
    pub email: Option<Envelope>,
    /// The number, name or address it is sent from.
    pub sender: String,
    /// The text.
    pub body: String,
    /// What the text says, as a value: the governor judges it at the hand-over.
    pub message: Message,
    /// The language of the text.
    pub language: Language,
    /// The template of the text.
    pub template: String,
    /// The hash of that version; empty where no template wrote it.
    pub version_hash: String,
    /// The hash of the frame around it.
    pub frame_hash: String,
    /// Segments that the text takes.
    pub segments: u32,
    /// Not before.
    pub due_at: DateTime<Utc>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
}

/// A message that we send.
#[derive(Clone, PartialEq, Eq)]
pub struct Outbound {
    /// Its id.
    pub id: OutboundId,
    /// As it was queued; `due_at` and `segments` as they are now.
    pub new: NewOutbound,
    /// What it does to the person who reads it.
    pub purpose: Purpose,
    /// Where it has got to.
    pub state: OutboundState,
    /// The rule that held, refused or recalled it, or why we lost sight of it.
    pub rule: Option<String>,
    /// Until when a worker has it.
    pub lease_until: Option<DateTime<Utc>>,
    /// How often it was handed over, this time included.
    pub attempts: u32,
    /// When it was first handed over.
    pub first_attempt_at: Option<DateTime<Utc>>,
    /// The gateway that took it.
    pub gateway: Option<String>,
    /// The id that the gateway gave it.
    pub gateway_id: Option<String>,
    /// What the carrier last reported.
    pub status: Option<String>,
    /// The carrier's code.
    pub code: Option<String>,
    /// When we last learnt something after the hand-over.
    pub status_at: Option<DateTime<Utc>>,
    /// When the carrier took it.
    pub sent_at: Option<DateTime<Utc>>,
}

debug_by_id!(NewOutbound, Outbound);

impl std::fmt::Debug for Envelope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Envelope").finish_non_exhaustive()
    }
}

impl NewOutbound {
    /// By what way it leaves.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        if self.email.is_some() { Channel::Email } else { Channel::Sms }
    }
}

#[derive(FromRow)]
pub(super) struct OutboundRow {
    id: Uuid,
    thread_id: Uuid,
    case_id: Option<Uuid>,
    decision_id: Option<Uuid>,
    to_number: String,
    address: Option<String>,
    subject: Option<String>,
    attachment: Option<String>,
    sender: String,
    body: String,
    message: Json,
    purpose: String,
    language: String,
    template: String,
    version_hash: String,
    frame_hash: String,
    segments: i64,
    state: String,
    rule: Option<String>,
    due_at: DateTime<Utc>,
    lease_until: Option<DateTime<Utc>>,
    attempts: i64,
    first_attempt_at: Option<DateTime<Utc>>,
    gateway: Option<String>,
    gateway_id: Option<String>,
    status: Option<String>,
    code: Option<String>,
    status_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
}

macro_rules! columns {
    () => {
        "id, thread_id, case_id, decision_id, to_number, address, subject, attachment, sender, body, message, purpose, language, \
         template, version_hash, frame_hash, segments, state, rule, due_at, lease_until, attempts, first_attempt_at, gateway, \
         gateway_id, status, code, status_at, \
         created_at, sent_at"
    };
}
pub(super) use columns;

impl TryFrom<OutboundRow> for Outbound {
    type Error = StoreError;

    fn try_from(row: OutboundRow) -> Result<Self, StoreError> {
        let place = Place::of("outbox", &row.id);
        Ok(Self {
            id: OutboundId(row.id),
            purpose: place.label("purpose", &row.purpose)?,
            state: place.label("state", &row.state)?,
            attempts: u32::try_from(row.attempts).map_err(|_| place.corrupt("attempts"))?,
            rule: row.rule,
            lease_until: row.lease_until,
            first_attempt_at: row.first_attempt_at,
            gateway: row.gateway,
            gateway_id: row.gateway_id,
            status: row.status,
            code: row.code,
            status_at: row.status_at,
            sent_at: row.sent_at,
            new: NewOutbound {
                id: OutboundId(row.id),
                thread: ThreadId(row.thread_id),
                case: row.case_id.map(CaseId),
                decision: row.decision_id.map(DecisionId),
                to: place.phone("to_number", row.to_number)?,
                email: row.address.zip(row.subject).map(|(address, subject)| Envelope {
                    address,
                    subject,
                    attachment: row.attachment,
                }),
                sender: row.sender,
                body: row.body,
                message: place.json("message", row.message)?,
                language: place.label("language", &row.language)?,
                template: row.template,
                version_hash: row.version_hash,
                frame_hash: row.frame_hash,
                segments: u32::try_from(row.segments).map_err(|_| place.corrupt("segments"))?,
                due_at: row.due_at,
                created_at: row.created_at,
            },
        })
    }
}
