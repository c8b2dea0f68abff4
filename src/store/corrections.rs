//! Corrections: what agents say that replies meant which were read as something else.

use super::column::{Json, Place, debug_by_id, json};
use super::{StoreError, Tx};
use crate::domain::{Asked, CaseId, DecisionId, Event, InboundId, Message, Reading, ThreadId};
use chrono::{DateTime, NaiveDate, Utc};
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

/// The decisions that a correction has taken the place of: those of the reading, and of earlier corrections.
macro_rules! mistaken_decisions {
    () => {
        "(select d.id from corrections c join inbox i on i.id = c.inbound_id
            join decisions d on d.case_id = i.case_id and d.inbound_id = c.inbound_id
          where d.id <> c.decision_id)"
    };
}
pub(super) use mistaken_decisions;

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

    /// Whether something was answered or asked on a thread after a reply, beside what the reply itself led to.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn talk_went_on(&mut self, thread: ThreadId, reply: InboundId) -> Result<bool, StoreError> {
        let answered = self
            .query("answered since", "select 1 from inbox where thread_id = $1 and id > $2 and repeats is null limit 1")
            .bind(thread.0)
            .bind(reply.0)
            .first::<(i32,)>()
            .await?;
        if answered.is_some() {
            return Ok(true);
        }
        let said = self
            .query(
                "asked since",
                "select id, message from outbox
                 where thread_id = $1 and id > $2 and channel = 'sms' and state not in ('refused', 'recalled', 'failed')
                   and not exists (
                    select 1 from decisions d where d.id = outbox.decision_id and d.inbound_id = $2)",
            )
            .bind(thread.0)
            .bind(reply.0)
            .all::<(Uuid, Json)>()
            .await?;
        for (id, message) in said {
            let message: Message = Place::of("outbox", &id).json("message", message)?;
            if message.asks().is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether the number of a thread is somebody else's by more than one reply: by another one that was not corrected
    /// since, or by an agent's word.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn is_anothers_beside(&mut self, thread: ThreadId, reply: InboundId) -> Result<bool, StoreError> {
        let found = self
            .query(
                "is another's number beside",
                concat!(
                    "select 1 from decisions d left join inbox i on i.id = d.inbound_id
                     where d.case_id in (select id from cases where thread_id = $1)
                        and cast(d.rules as text) like '%\"wrong_number.unlinked\"%'
                        and (d.inbound_id is null or (d.inbound_id <> $2 and i.thread_id = $1))
                        and d.id not in ",
                    mistaken_decisions!(),
                    " limit 1",
                ),
            )
            .bind(thread.0)
            .bind(reply.0)
            .first::<(i32,)>()
            .await?;
        Ok(found.is_some())
    }

    /// Until when the replies on a thread that were read rightly make the demands rest, leaving one reply aside.
    ///
    /// # Errors
    /// When the database refuses, or an event cannot be read.
    pub async fn rest_beside(&mut self, thread: ThreadId, reply: InboundId) -> Result<Option<NaiveDate>, StoreError> {
        let events = self
            .query(
                "rest beside",
                concat!(
                    "select e.seq, e.data from events e join decisions d on d.id = e.decision_id
                     where e.case_id in (select id from cases where thread_id = $1) and e.name in ('frozen', 'cleared')
                        and (d.inbound_id is null or d.inbound_id <> $2) and d.id not in ",
                    mistaken_decisions!(),
                    " order by e.seq",
                ),
            )
            .bind(thread.0)
            .bind(reply.0)
            .all::<(i64, Json)>()
            .await?;
        let mut until = None;
        for (seq, data) in events {
            until = match Place::of("events", &seq).json("data", data)? {
                Event::Frozen { freeze } => until.max(freeze.until),
                _ => None,
            };
        }
        Ok(until)
    }

    /// Whether an import, or taking one back, changed what a case was about at first, since `since`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn amount_changed_since(&mut self, case: CaseId, since: DateTime<Utc>) -> Result<bool, StoreError> {
        let found = self
            .query(
                "amount changed since",
                "select 1 from import_changes where case_id = $1 and (at >= $2 or undone_at >= $2)
                    and before ->> 'amount_minor' <> after ->> 'amount_minor' limit 1",
            )
            .bind(case.0)
            .bind(since)
            .first::<(i32,)>()
            .await?;
        Ok(found.is_some())
    }
}
