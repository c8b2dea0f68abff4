//! What time alone brings about: a promised day that passed, a pause that ended.

use super::apply::Cause;
use super::outbox_worker::Tick;
use super::{Service, ServiceError};
use crate::domain::Stimulus;

/// Timers rung in one turn, at most.
const BATCH: usize = 100;

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

    /// One turn: each due timer is taken and applied in a transaction of its own, so none rings twice.
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
        let locked = self.service.lock_case(&mut tx, case).await?;
        if tx.take_timer(case, kind, now).await?
            && let Some((mut thread, case)) = locked
            // A creditor that the settings no longer name must not hold up the others.
            && self.service.creditor(&case.creditor).is_ok()
        {
            let stimulus = Stimulus::TimerFired(kind);
            self.service.apply(&mut tx, &mut thread, &case, &stimulus, Cause::named("timer")).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}
