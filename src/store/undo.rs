//! Taking back what an import opened: only what nothing has happened to since.

use super::column::json;
use super::sql::Sql;
use super::{StoreError, Tx};
use crate::domain::{CaseId, ImportId, ThreadId};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

/// A case that an import opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedCase {
    /// The case.
    pub case: CaseId,
    /// The creditor's own reference.
    pub reference: String,
    /// The thread on which it is spoken of.
    pub thread: ThreadId,
    /// Whether something was said, paid, decided, planned or opened about it since.
    pub lived: bool,
    /// Whether a later import changed it, and was not taken back.
    pub corrected: bool,
}

#[derive(FromRow)]
struct OpenedRow {
    id: Uuid,
    reference: String,
    thread_id: Uuid,
    lived: bool,
    corrected: bool,
}

macro_rules! in_list {
    ($before:literal, $after:literal) => {
        Sql {
            sqlite: concat!($before, "(select unhex(value, '-') from json_each($1))", $after),
            postgres: concat!($before, "(select cast(value as uuid) from jsonb_array_elements_text($1))", $after),
        }
    };
}

const RING_NO_MORE: Sql = in_list!("delete from timers where case_id in ", "");
const FORGET_CHANGES: Sql = in_list!("delete from import_changes where case_id in ", " and undone_at is not null");
const REMOVE_CASES: Sql = in_list!("delete from cases where id in ", "");
const REMOVE_THREADS: Sql = in_list!(
    "delete from threads where id in ",
    " and suppressed_reason is null
      and not exists (select 1 from cases c where c.thread_id = threads.id)
      and not exists (select 1 from inbox i where i.thread_id = threads.id)
      and not exists (select 1 from outbox o where o.thread_id = threads.id)
      and not exists (select 1 from tasks k where k.thread_id = threads.id)"
);

impl Tx {
    /// The cases that an import opened, by id, after `after`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn opened_by_import(
        &mut self,
        import: ImportId,
        after: CaseId,
        limit: u32,
    ) -> Result<Vec<OpenedCase>, StoreError> {
        let rows = self
            .query(
                "opened by import",
                "select c.id, c.reference, c.thread_id,
                    (c.updated_at <> c.created_at
                     or exists (select 1 from decisions d where d.case_id = c.id)
                     or exists (select 1 from inbox i where i.case_id = c.id)
                     or exists (select 1 from outbox o where o.case_id = c.id)
                     or exists (select 1 from tasks k where k.case_id = c.id)
                     or exists (select 1 from links l where l.case_id = c.id)
                     or exists (select 1 from payments p where p.case_id = c.id)
                     or exists (select 1 from campaign_members m where m.case_id = c.id)) as lived,
                    exists (select 1 from import_changes h where h.case_id = c.id and h.undone_at is null) as corrected
                 from cases c where c.import_id = $1 and c.id > $2 order by c.id limit $3",
            )
            .bind(import.0)
            .bind(after.0)
            .bind(i64::from(limit))
            .all::<OpenedRow>()
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| OpenedCase {
                case: CaseId(row.id),
                reference: row.reference,
                thread: ThreadId(row.thread_id),
                lived: row.lived,
                corrected: row.corrected,
            })
            .collect())
    }

    /// When a case changed last.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn case_changed_at(&mut self, case: CaseId) -> Result<Option<DateTime<Utc>>, StoreError> {
        let query = self.query("case changed at", "select updated_at from cases where id = $1").bind(case.0);
        Ok(query.first::<(DateTime<Utc>,)>().await?.map(|(at,)| at))
    }

    /// Removes cases, and those of their threads on which nothing else was said and that nobody opted out of.
    ///
    /// # Errors
    /// When the database refuses, or something speaks of one of the cases.
    pub async fn remove_cases(&mut self, cases: &[OpenedCase]) -> Result<(), StoreError> {
        let ids: Vec<Uuid> = cases.iter().map(|case| case.case.0).collect();
        for (operation, sql) in
            [("ring no more", RING_NO_MORE), ("forget changes", FORGET_CHANGES), ("remove cases", REMOVE_CASES)]
        {
            self.query(operation, sql).bind(json(&ids)).run().await?;
        }
        let threads: Vec<ThreadId> = cases.iter().map(|case| case.thread).collect();
        self.remove_idle_threads(&threads).await
    }

    /// Removes those of these threads on which nothing was said, that hold no case and that nobody opted out of.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remove_idle_threads(&mut self, threads: &[ThreadId]) -> Result<(), StoreError> {
        self.query("remove threads", REMOVE_THREADS).bind(json(&threads)).run().await.map(|_| ())
    }
}
