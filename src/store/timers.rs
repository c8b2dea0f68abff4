//! Timers: one alarm of each kind per case. A timer leaves the table when it rings, with the work that it brings about.

use super::column::Place;
use super::{StoreError, Tx};
use crate::domain::{CaseId, TimerKind};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

#[derive(FromRow)]
struct TimerRow {
    case_id: Uuid,
    kind: String,
    rings_at: DateTime<Utc>,
}

impl TimerRow {
    fn read(self) -> Result<(CaseId, TimerKind, DateTime<Utc>), StoreError> {
        let kind = Place::of("timers", &self.case_id).label("kind", &self.kind)?;
        Ok((CaseId(self.case_id), kind, self.rings_at))
    }
}

impl Tx {
    /// Sets the timer of that kind, or moves it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn set_timer(&mut self, case: CaseId, kind: TimerKind, at: DateTime<Utc>) -> Result<(), StoreError> {
        self.query(
            "set timer",
            "insert into timers (case_id, kind, rings_at) values ($1, $2, $3)
             on conflict (case_id, kind) do update set rings_at = excluded.rings_at",
        )
        .bind(case.0)
        .bind(kind.label())
        .bind(at)
        .run()
        .await?;
        Ok(())
    }

    /// Stops the timer of that kind, if it is set.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn stop_timer(&mut self, case: CaseId, kind: TimerKind) -> Result<(), StoreError> {
        let query = self.query("stop timer", "delete from timers where case_id = $1 and kind = $2");
        query.bind(case.0).bind(kind.label()).run().await?;
        Ok(())
    }

    /// The timer that should have rung first, if one should have; nothing is locked. The thread of its case is locked
    /// first, everywhere, and only then [`Tx::take_timer`].
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn due_timer(&mut self, now: DateTime<Utc>) -> Result<Option<(CaseId, TimerKind)>, StoreError> {
        let query = self.query(
            "due timer",
            "select case_id, kind, rings_at from timers where rings_at <= $1 order by rings_at, case_id, kind limit 1",
        );
        let due = query.bind(now).first::<TimerRow>().await?;
        Ok(due.map(TimerRow::read).transpose()?.map(|(case, kind, _)| (case, kind)))
    }

    /// Takes a timer that should have rung; false when it was stopped, moved or taken meanwhile.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take_timer(&mut self, case: CaseId, kind: TimerKind, now: DateTime<Utc>) -> Result<bool, StoreError> {
        self.query("take timer", "delete from timers where case_id = $1 and kind = $2 and rings_at <= $3")
            .bind(case.0)
            .bind(kind.label())
            .bind(now)
            .changed()
            .await
    }

    /// Puts off a timer that should have rung, unless it was stopped, moved or taken meanwhile.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_off_timer(
        &mut self,
        case: CaseId,
        kind: TimerKind,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let put_off = "update timers set rings_at = $4 where case_id = $1 and kind = $2 and rings_at <= $3";
        self.query("put off timer", put_off).bind(case.0).bind(kind.label()).bind(now).bind(until).run().await?;
        Ok(())
    }

    /// The timers of a case, the next to ring first.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn timers_of_case(&mut self, case: CaseId) -> Result<Vec<(TimerKind, DateTime<Utc>)>, StoreError> {
        let query = self.query(
            "timers of case",
            "select case_id, kind, rings_at from timers where case_id = $1 order by rings_at, kind",
        );
        let rows = query.bind(case.0).all::<TimerRow>().await?;
        rows.into_iter().map(|row| row.read().map(|(_, kind, at)| (kind, at))).collect()
    }
}
