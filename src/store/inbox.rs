//! The inbox: every message received, once, exactly as it came, and what became of it.

use super::column::{Json, Place, debug_by_id, json, label};
use super::{StoreError, Tx};
use crate::domain::{Address, CaseId, InboundId, Reading, ThreadId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

/// A message as the gateway handed it over.
#[derive(Clone, PartialEq, Eq)]
pub struct NewInbound {
    /// Its id.
    pub id: InboundId,
    /// The gateway's name.
    pub gateway: String,
    /// The gateway's own id, or a digest where it gives none.
    pub gateway_id: String,
    /// Who wrote.
    pub from: Address,
    /// To which of our numbers.
    pub to: Address,
    /// What they wrote.
    pub body: String,
    /// The webhook, byte for byte.
    pub raw: Vec<u8>,
    /// When.
    pub received_at: DateTime<Utc>,
}

/// What became of a message received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InboundOutcome {
    /// It was read and acted on.
    Applied,
    /// The same words came just before: nothing was done twice.
    Duplicate,
    /// No case knows the number.
    UnknownSender,
    /// The carrier had answered it already.
    CarrierAnswered,
}

/// A message received.
#[derive(Clone, PartialEq)]
pub struct Inbound {
    /// Its id.
    pub id: InboundId,
    /// As it came.
    pub message: NewInbound,
    /// The thread it belongs to.
    pub thread: Option<ThreadId>,
    /// The case it was about.
    pub case: Option<CaseId>,
    /// What it was understood to mean.
    pub reading: Option<Reading>,
    /// What became of it; none while it is being dealt with.
    pub outcome: Option<InboundOutcome>,
    /// The message that it repeats.
    pub repeats: Option<InboundId>,
}

debug_by_id!(NewInbound, Inbound);

#[derive(FromRow)]
struct InboundRow {
    id: Uuid,
    gateway: String,
    gateway_id: String,
    thread_id: Option<Uuid>,
    case_id: Option<Uuid>,
    from_address: String,
    to_address: String,
    body: String,
    raw: Vec<u8>,
    reading: Option<Json>,
    outcome: Option<String>,
    repeats: Option<Uuid>,
    received_at: DateTime<Utc>,
}

impl TryFrom<InboundRow> for Inbound {
    type Error = StoreError;

    fn try_from(row: InboundRow) -> Result<Self, StoreError> {
        let place = Place::of("inbox", &row.id);
        Ok(Self {
            id: InboundId(row.id),
            thread: row.thread_id.map(ThreadId),
            case: row.case_id.map(CaseId),
            reading: place.json_if("reading", row.reading)?,
            outcome: row.outcome.map(|text| place.label("outcome", &text)).transpose()?,
            repeats: row.repeats.map(InboundId),
            message: NewInbound {
                id: InboundId(row.id),
                gateway: row.gateway,
                gateway_id: row.gateway_id,
                from: Address::parse(&row.from_address),
                to: Address::parse(&row.to_address),
                body: row.body,
                raw: row.raw,
                received_at: row.received_at,
            },
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, gateway, gateway_id, thread_id, case_id, from_address, to_address, body, raw, reading, outcome,
                    repeats, received_at
             from inbox ",
            $rest
        )
    };
}

impl Tx {
    /// Writes a message down; false, and nothing changed, when the gateway has delivered it before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_inbound(&mut self, message: &NewInbound) -> Result<bool, StoreError> {
        self.query(
            "insert inbound",
            "insert into inbox (id, gateway, gateway_id, from_address, to_address, body, raw, received_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict (gateway, gateway_id) do nothing",
        )
        .bind(message.id.0)
        .bind(&message.gateway)
        .bind(&message.gateway_id)
        .bind(message.from.as_str())
        .bind(message.to.as_str())
        .bind(&message.body)
        .bind(&message.raw)
        .bind(message.received_at)
        .changed()
        .await
    }

    /// True when the gateway has delivered that message before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn has_inbound(&mut self, gateway: &str, gateway_id: &str) -> Result<bool, StoreError> {
        let found = self
            .query("has inbound", "select id from inbox where gateway = $1 and gateway_id = $2")
            .bind(gateway)
            .bind(gateway_id);
        Ok(found.first::<(Uuid,)>().await?.is_some())
    }

    /// The first message since `since` with the same words from the same person to the same number, itself no repeat.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn earlier_same_text(
        &mut self,
        message: &NewInbound,
        since: DateTime<Utc>,
    ) -> Result<Option<InboundId>, StoreError> {
        let earlier = self
            .query(
                "earlier same text",
                "select id from inbox
                 where from_address = $1 and to_address = $2 and body = $3 and received_at >= $4 and id <> $5
                   and repeats is null
                 order by received_at, id limit 1",
            )
            .bind(message.from.as_str())
            .bind(message.to.as_str())
            .bind(&message.body)
            .bind(since)
            .bind(message.id.0);
        Ok(earlier.first::<(Uuid,)>().await?.map(|(id,)| InboundId(id)))
    }

    /// Notes that a message repeats another one; it joins that one's thread and case.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn mark_repeat(&mut self, message: InboundId, of: InboundId) -> Result<(), StoreError> {
        self.query(
            "mark repeat",
            "update inbox set repeats = $2, outcome = $3,
                thread_id = (select original.thread_id from inbox original where original.id = $2),
                case_id = (select original.case_id from inbox original where original.id = $2)
             where id = $1",
        )
        .bind(message.0)
        .bind(of.0)
        .bind(label(&InboundOutcome::Duplicate))
        .run()
        .await?;
        Ok(())
    }

    /// Notes that no case knows the number a message came from.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn mark_unknown_sender(&mut self, message: InboundId) -> Result<(), StoreError> {
        self.mark(message, InboundOutcome::UnknownSender).await
    }

    /// Notes that the carrier answered a message by itself, as some do to STOP.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn mark_carrier_answered(&mut self, message: InboundId) -> Result<(), StoreError> {
        self.mark(message, InboundOutcome::CarrierAnswered).await
    }

    async fn mark(&mut self, message: InboundId, outcome: InboundOutcome) -> Result<(), StoreError> {
        let query = self.query("mark inbound", "update inbox set outcome = $2 where id = $1");
        query.bind(message.0).bind(label(&outcome)).run().await?;
        Ok(())
    }

    /// Notes what a message was understood to mean, on which thread and for which case, and that it was acted on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_reading(
        &mut self,
        message: InboundId,
        thread: ThreadId,
        case: CaseId,
        reading: &Reading,
    ) -> Result<(), StoreError> {
        self.query(
            "note reading",
            "update inbox set thread_id = $2, case_id = $3, reading = $4, outcome = $5 where id = $1",
        )
        .bind(message.0)
        .bind(thread.0)
        .bind(case.0)
        .bind(json(reading))
        .bind(label(&InboundOutcome::Applied))
        .run()
        .await?;
        Ok(())
    }

    /// A message received.
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn inbound(&mut self, message: InboundId) -> Result<Option<Inbound>, StoreError> {
        let row = self.query("inbound", select!("where id = $1")).bind(message.0).first::<InboundRow>().await?;
        row.map(Inbound::try_from).transpose()
    }

    /// Messages from numbers that no case knows, the latest first.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn unknown_senders(&mut self, limit: u32, skip: u32) -> Result<Vec<Inbound>, StoreError> {
        self.query(
            "unknown senders",
            select!("where outcome = 'unknown_sender' order by received_at desc, id desc limit $1 offset $2"),
        )
        .bind(i64::from(limit))
        .bind(i64::from(skip))
        .all::<InboundRow>()
        .await?
        .into_iter()
        .map(Inbound::try_from)
        .collect()
    }
}
