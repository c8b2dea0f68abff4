//! Corrections: what agents say that replies meant which were read as something else.

use super::column::{Json, Place, debug_by_id, json};
use super::{StoreError, Tx};
use crate::domain::{Asked, DecisionId, InboundId, Message, Reading, ThreadId};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

/// What a reply meant.
#[derive(Clone, PartialEq)]
pub struct CorrectedReply {
    /// The reply.
    pub id: InboundId,
    /// What the correction did to the case.
    pub decision: DecisionId,
    /// What it meant.
    pub reading: Reading,
    /// The question that it answered.
    pub asked: Option<Asked>,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

debug_by_id!(CorrectedReply);

#[derive(FromRow)]
struct CorrectionRow {
    inbound_id: Uuid,
    decision_id: Uuid,
    reading: Json,
    asked: Option<String>,
    corrected_by: String,
    corrected_at: DateTime<Utc>,
}

impl TryFrom<CorrectionRow> for CorrectedReply {
    type Error = StoreError;

    fn try_from(row: CorrectionRow) -> Result<Self, StoreError> {
        let place = Place::of("corrections", &row.inbound_id);
        Ok(Self {
            id: InboundId(row.inbound_id),
            decision: DecisionId(row.decision_id),
            reading: place.json("reading", row.reading)?,
            asked: row.asked.as_deref().and_then(Asked::from_label),
            by: row.corrected_by,
            at: row.corrected_at,
        })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!("select inbound_id, decision_id, reading, asked, corrected_by, corrected_at from corrections ", $rest)
    };
}

impl Tx {
    /// Writes down what a reply meant, over what was said of it before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn save_correction(&mut self, corrected: &CorrectedReply) -> Result<(), StoreError> {
        self.query(
            "save correction",
            "insert into corrections (inbound_id, decision_id, reading, asked, corrected_by, corrected_at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (inbound_id) do update set decision_id = excluded.decision_id, reading = excluded.reading,
                corrected_by = excluded.corrected_by, corrected_at = excluded.corrected_at",
        )
        .bind(corrected.id.0)
        .bind(corrected.decision.0)
        .bind(json(&corrected.reading))
        .bind(corrected.asked.map(Asked::label))
        .bind(&corrected.by)
        .bind(corrected.at)
        .run()
        .await
        .map(|_| ())
    }

    /// What was said that a reply meant.
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn correction(&mut self, reply: InboundId) -> Result<Option<CorrectedReply>, StoreError> {
        let query = self.query("correction", select!("where inbound_id = $1"));
        query.bind(reply.0).first::<CorrectionRow>().await?.map(CorrectedReply::try_from).transpose()
    }

    /// All of them, the oldest reply first.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn corrections(&mut self) -> Result<Vec<CorrectedReply>, StoreError> {
        let rows = self.query("corrections", select!("order by inbound_id")).all::<CorrectionRow>().await?;
        rows.into_iter().map(CorrectedReply::try_from).collect()
    }

    /// The question that was open on a thread when a reply came: that of the last text before it.
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn asked_before(&mut self, thread: ThreadId, reply: InboundId) -> Result<Option<Asked>, StoreError> {
        let query = self.query(
            "asked before",
            "select id, message from outbox
             where thread_id = $1 and id < $2 and channel = 'sms' and sent_at is not null order by id desc limit 1",
        );
        let Some((id, message)) = query.bind(thread.0).bind(reply.0).first::<(Uuid, Json)>().await? else {
            return Ok(None);
        };
        let message: Message = Place::of("outbox", &id).json("message", message)?;
        Ok(message.asks())
    }
}
