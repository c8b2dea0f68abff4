//! What the console and the health checks read across tables: the talk of a thread, and how much is waiting.

use super::column::{Json, Place, debug_by_id};
use super::{StoreError, Tx};
use crate::domain::{CaseId, InboundId, OutboundId, Reading, ThreadId};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// They wrote.
    Received(InboundId),
    /// We wrote.
    Sent(OutboundId),
}

/// One message of a talk.
#[derive(Clone, PartialEq)]
pub struct HistoryEntry {
    /// Which way, and its id.
    pub id: Direction,
    /// When it came, or left, or was written if it has not left.
    pub at: DateTime<Utc>,
    /// The text.
    pub body: String,
    /// The subject, when it is an e-mail.
    pub subject: Option<String>,
    /// The case it was about.
    pub case: Option<CaseId>,
    /// What it was understood to mean, when they wrote.
    pub reading: Option<Reading>,
    /// The label of its outcome when they wrote, of its state when we did.
    pub state: Option<String>,
    /// What the carrier last reported.
    pub status: Option<String>,
    /// The rule that held, refused or recalled it.
    pub rule: Option<String>,
}

debug_by_id!(HistoryEntry);

#[derive(FromRow)]
struct HistoryRow {
    sent: bool,
    id: Uuid,
    at: DateTime<Utc>,
    body: String,
    subject: Option<String>,
    case_id: Option<Uuid>,
    reading: Option<Json>,
    state: Option<String>,
    status: Option<String>,
    rule: Option<String>,
}

impl TryFrom<HistoryRow> for HistoryEntry {
    type Error = StoreError;

    fn try_from(row: HistoryRow) -> Result<Self, StoreError> {
        let id = if row.sent { Direction::Sent(OutboundId(row.id)) } else { Direction::Received(InboundId(row.id)) };
        Ok(Self {
            id,
            at: row.at,
            body: row.body,
            subject: row.subject,
            case: row.case_id.map(CaseId),
            reading: Place::of("inbox", &row.id).json_if("reading", row.reading)?,
            state: row.state,
            status: row.status,
            rule: row.rule,
        })
    }
}

/// How much is waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Counts {
    /// Messages queued or being sent.
    pub pending_outbound: i64,
    /// Since when the oldest queued message is due.
    pub oldest_ready: Option<DateTime<Utc>>,
    /// Messages that may or may not have left.
    pub unknown_outbound: i64,
    /// Tasks that nobody has resolved.
    pub open_tasks: i64,
}

impl Tx {
    /// The last `limit` messages of a thread, both ways, in the order of time.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn history(&mut self, thread: ThreadId, limit: u32) -> Result<Vec<HistoryEntry>, StoreError> {
        let query = self.query(
            "history",
            // what was answered in the same instant comes after what it answers
            "select false as sent, id, received_at as at, body, null as subject, case_id, reading,
                    outcome as state, null as status, null as rule
             from inbox where thread_id = $1
             union all
             select true, id, coalesce(sent_at, created_at), body, subject, case_id, null, state, status, rule
             from outbox where thread_id = $1
             order by at desc, sent desc, id desc limit $2",
        );
        let latest_first = query.bind(thread.0).bind(i64::from(limit)).all::<HistoryRow>().await?;
        latest_first.into_iter().rev().map(HistoryEntry::try_from).collect()
    }

    /// The last `limit` messages of the thread of a case, and of the case itself on the numbers that it had before.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn history_of_case(&mut self, case: CaseId, limit: u32) -> Result<Vec<HistoryEntry>, StoreError> {
        let query = self.query(
            "history of a case",
            // a union drops what is there twice, and each of its parts has an index
            "with talk as (select id as case_id, thread_id from cases where id = $1),
                received as (
                    select inbox.id from talk join inbox on inbox.thread_id = talk.thread_id
                    union select inbox.id from talk join inbox on inbox.case_id = talk.case_id),
                written as (
                    select outbox.id from talk join outbox on outbox.thread_id = talk.thread_id
                    union select outbox.id from talk join outbox on outbox.case_id = talk.case_id)
             select false as sent, id, received_at as at, body, null as subject, case_id, reading,
                    outcome as state, null as status, null as rule
             from inbox where id in (select id from received)
             union all
             select true, id, coalesce(sent_at, created_at), body, subject, case_id, null, state, status, rule
             from outbox where id in (select id from written)
             order by at desc, sent desc, id desc limit $2",
        );
        let latest_first = query.bind(case.0).bind(i64::from(limit)).all::<HistoryRow>().await?;
        latest_first.into_iter().rev().map(HistoryEntry::try_from).collect()
    }

    /// How much is waiting, for the health checks.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn counts(&mut self) -> Result<Counts, StoreError> {
        self.query(
            "counts",
            "select (select count(*) from outbox where state in ('ready', 'sending')) as pending_outbound,
                    (select min(due_at) from outbox where state = 'ready') as oldest_ready,
                    (select count(*) from outbox where state = 'unknown') as unknown_outbound,
                    (select count(*) from tasks where resolved_at is null) as open_tasks",
        )
        .one()
        .await
    }
}
