//! Tasks: what only a person can do. One of a kind is open at a time for a case, a thread without a case, or a sender
//! without either.

use super::column::{Json, Place, debug_by_id, json};
use super::{StoreError, Tx};
use crate::domain::{CaseId, InboundId, NewTask, TaskId, TaskKind, ThreadId};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use uuid::Uuid;

/// A task to open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTaskRow {
    /// Its id.
    pub id: TaskId,
    /// The case it is about.
    pub case: Option<CaseId>,
    /// The thread it is about.
    pub thread: Option<ThreadId>,
    /// The message that led to it.
    pub inbound: Option<InboundId>,
    /// What is to be done.
    pub task: NewTask,
    /// When.
    pub opened_at: DateTime<Utc>,
}

/// A task.
#[derive(Clone, PartialEq, Eq)]
pub struct TaskRow {
    /// Its id.
    pub id: TaskId,
    /// As it was opened.
    pub new: NewTaskRow,
    /// Someone must look at once.
    pub urgent: bool,
    /// How it was resolved; none while it is open.
    pub resolved: Option<Resolution>,
}

/// How a task was resolved.
#[derive(Clone, PartialEq, Eq)]
pub struct Resolution {
    /// By whom.
    pub by: String,
    /// Their note.
    pub note: Option<String>,
    /// When.
    pub at: DateTime<Utc>,
}

debug_by_id!(TaskRow);

#[derive(FromRow)]
struct StoredTask {
    id: Uuid,
    case_id: Option<Uuid>,
    thread_id: Option<Uuid>,
    inbound_id: Option<Uuid>,
    kind: String,
    urgent: bool,
    due_on: Option<NaiveDate>,
    call_back: Option<Json>,
    step: Option<Json>,
    opened_at: DateTime<Utc>,
    resolved_at: Option<DateTime<Utc>>,
    resolved_by: Option<String>,
    note: Option<String>,
}

impl TryFrom<StoredTask> for TaskRow {
    type Error = StoreError;

    fn try_from(row: StoredTask) -> Result<Self, StoreError> {
        let place = Place::of("tasks", &row.id);
        let id = TaskId(row.id);
        let task = NewTask {
            kind: place.label("kind", &row.kind)?,
            due_on: row.due_on,
            call_back: place.json_if("call_back", row.call_back)?,
            step: place.json_if("step", row.step)?,
        };
        let new = NewTaskRow {
            id,
            case: row.case_id.map(CaseId),
            thread: row.thread_id.map(ThreadId),
            inbound: row.inbound_id.map(InboundId),
            task,
            opened_at: row.opened_at,
        };
        let resolved = row.resolved_by.zip(row.resolved_at);
        let resolved = resolved.map(|(by, at)| Resolution { by, note: row.note, at });
        Ok(Self { id, new, urgent: row.urgent, resolved })
    }
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, case_id, thread_id, inbound_id, kind, urgent, due_on, call_back, step, opened_at,
                    resolved_at, resolved_by, note
             from tasks ",
            $rest
        )
    };
}

impl Tx {
    /// Opens a task; false when one of that kind is open already, which then learns of the message that asked for it again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_task(&mut self, new: &NewTaskRow) -> Result<bool, StoreError> {
        let opened = self
            .query(
            "open task",
            "insert into tasks (id, case_id, thread_id, inbound_id, sender, kind, urgent, due_on, call_back, opened_at,
                step)
             values ($1, $2, $3, $4, (select from_address from inbox where id = $4), $5, $6, $7, $8, $9, $10)
             on conflict do nothing",
        )
        .bind(new.id.0)
        .bind(new.case.map(|case| case.0))
        .bind(new.thread.map(|thread| thread.0))
        .bind(new.inbound.map(|inbound| inbound.0))
        .bind(new.task.kind.label())
        .bind(new.task.kind.is_urgent())
        .bind(new.task.due_on)
        .bind(new.task.call_back.as_ref().map(json))
        .bind(new.opened_at)
        .bind(new.task.step.as_ref().map(json))
        .changed()
        .await?;
        if !opened && let Some(step) = &new.task.step {
            // The step before was not done: the plan has gone on, and this one says what is true now.
            self.query(
                "task of a later step",
                "update tasks set step = $3 where kind = $2 and resolved_at is null and case_id = $1",
            )
            .bind(new.case.map(|case| case.0))
            .bind(new.task.kind.label())
            .bind(json(step))
            .run()
            .await?;
        }
        if !opened && new.inbound.is_some() {
            self.query(
                "task again",
                "update tasks set inbound_id = $3, call_back = coalesce($4, call_back), due_on = coalesce(due_on, $5)
                 where kind = $2 and resolved_at is null and case_id = $1",
            )
            .bind(new.case.map(|case| case.0))
            .bind(new.task.kind.label())
            .bind(new.inbound.map(|inbound| inbound.0))
            .bind(new.task.call_back.as_ref().map(json))
            .bind(new.task.due_on)
            .run()
            .await?;
        }
        Ok(opened)
    }

    /// The open tasks: the urgent ones first, then the oldest; `limit` of them after the first `skip`.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn open_tasks(&mut self, limit: u32, skip: u32) -> Result<Vec<TaskRow>, StoreError> {
        let sql = select!("where resolved_at is null order by urgent desc, opened_at, id limit $1 offset $2");
        self.query("open tasks", sql)
            .bind(i64::from(limit))
            .bind(i64::from(skip))
            .all::<StoredTask>()
            .await?
            .into_iter()
            .map(TaskRow::try_from)
            .collect()
    }

    /// A task.
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn task(&mut self, task: TaskId) -> Result<Option<TaskRow>, StoreError> {
        let row = self.query("task", select!("where id = $1")).bind(task.0).first::<StoredTask>().await?;
        row.map(TaskRow::try_from).transpose()
    }

    /// The tasks of a case, open or not, the oldest first.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn tasks_of_case(&mut self, case: CaseId) -> Result<Vec<TaskRow>, StoreError> {
        let query = self.query("tasks of case", select!("where case_id = $1 order by opened_at, id"));
        query.bind(case.0).all::<StoredTask>().await?.into_iter().map(TaskRow::try_from).collect()
    }

    /// Resolves the open task of that kind of a case, if there is one, whatever asked for it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_task(
        &mut self,
        case: CaseId,
        kind: TaskKind,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.query(
            "end task",
            "update tasks set resolved_by = $3, resolved_at = $4 where case_id = $1 and kind = $2 and resolved_at is null",
        )
        .bind(case.0)
        .bind(kind.label())
        .bind(by)
        .bind(at)
        .run()
        .await
        .map(|_| ())
    }

    /// Resolves a task; false when it is not open, or when a later message than the one `seen` asks for it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn resolve_task(
        &mut self,
        task: TaskId,
        by: &str,
        note: Option<&str>,
        seen: Option<InboundId>,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.query(
            "resolve task",
            "update tasks set resolved_by = $2, note = $3, resolved_at = $4
             where id = $1 and resolved_at is null and inbound_id is not distinct from $5",
        )
        .bind(task.0)
        .bind(by)
        .bind(note)
        .bind(at)
        .bind(seen.map(|inbound| inbound.0))
        .changed()
        .await
    }
}
