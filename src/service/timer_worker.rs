//! What time alone brings about: a promised day that passed, a pause that ended.

use super::apply::Cause;
use super::outbox_worker::Tick;
use super::{Service, ServiceError};
use crate::domain::{CaseId, Stimulus, TimerKind};
use crate::store::Tx;
use crate::telemetry::chain;
use chrono::{DateTime, TimeDelta, Utc};

/// Timers rung in one turn, at most.
const BATCH: usize = 100;

/// How much later a timer rings again whose case could not go on.
const PUT_OFF: TimeDelta = TimeDelta::hours(1);

/// Rings the timers that are due.
#[derive(Clone)]
pub struct TimerWorker {
    service: Service,
}

impl TimerWorker {
    /// A worker over the cases of `service`.
    #[must_use]
    pub const fn new(service: Service) -> Self {
        Self { service }
    }

    /// One turn: each due timer is taken and applied in a transaction of its own, so none rings twice. One that
    /// cannot be applied, for a reason of its case alone, rings again in an hour.
    ///
    /// # Errors
    /// When the store fails; the timer rings again in a later turn.
    pub async fn tick(&self) -> Result<Tick, ServiceError> {
        let mut worked = 0;
        while worked < BATCH && self.ring_one().await? {
            worked += 1;
        }
        Ok(Tick { worked })
    }

    async fn ring_one(&self) -> Result<bool, ServiceError> {
        let now = self.service.clock.now();
        let mut tx = self.service.store.begin().await?;
        let Some((case, kind)) = tx.due_timer(now).await? else { return Ok(false) };
        match self.ring(tx, case, kind, now).await {
            Err(error) if error.spares_others() => self.put_off(case, kind, now, &error).await?,
            rung => rung?,
        }
        Ok(true)
    }

    async fn ring(&self, mut tx: Tx, case: CaseId, kind: TimerKind, now: DateTime<Utc>) -> Result<(), ServiceError> {
        let locked = self.service.lock_case(&mut tx, case).await?;
        if tx.take_timer(case, kind, now).await?
            && let Some((mut thread, case)) = locked
        {
            let stimulus = Stimulus::TimerFired(kind);
            self.service.apply(&mut tx, &mut thread, &case, &stimulus, Cause::named("timer")).await?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// A case that cannot go on keeps its timer, and holds up nobody: whoever can mend it is told.
    async fn put_off(
        &self,
        case: CaseId,
        kind: TimerKind,
        now: DateTime<Utc>,
        why: &ServiceError,
    ) -> Result<(), ServiceError> {
        tracing::error!(%case, timer = kind.label(), error = chain(why), "a timer is put off for an hour");
        let mut tx = self.service.store.begin().await?;
        tx.put_off_timer(case, kind, now, now + PUT_OFF).await?;
        tx.commit().await?;
        Ok(())
    }
}
