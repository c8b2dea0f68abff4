//! What agents do: answer, take over, give back, resolve.

use super::apply::Cause;
use super::{Service, ServiceError};
use crate::domain::{AgentAct, Case, CaseId, CreditorKey, InboundId, Stimulus, TaskId};
use crate::store::Tx;

/// How much of a case a person had before their eyes when they acted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Nobody says.
    Untold,
    /// All up to the mark of the view that they were shown.
    UpTo(String),
}

impl Service {
    /// Presses the stop button of a creditor: nothing of theirs leaves until it is lifted. False when it was pressed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn halt(&self, creditor: &CreditorKey, by: &str) -> Result<bool, ServiceError> {
        let mut tx = self.store.begin().await?;
        let pressed = tx.halt(creditor, by, self.clock.now()).await?;
        tx.commit().await?;
        Ok(pressed)
    }

    /// Lifts it. False when it was not pressed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn lift_halt(&self, creditor: &CreditorKey) -> Result<bool, ServiceError> {
        let mut tx = self.store.begin().await?;
        let lifted = tx.lift_halt(creditor).await?;
        tx.wake_halted(creditor, self.clock.now()).await?;
        tx.commit().await?;
        Ok(lifted)
    }

    /// Applies an agent's act to a case.
    ///
    /// # Errors
    /// When the store fails, the case is not known, or the rules do not allow the act.
    pub async fn act(&self, case: CaseId, by: &str, act: AgentAct) -> Result<Case, ServiceError> {
        self.act_on(case, Shown::Untold, by, act).await
    }

    /// The same, unless something happened to the case that its person was not shown.
    ///
    /// # Errors
    /// When the store fails, the case is not known or has changed since, or the rules do not allow the act.
    pub async fn act_on(&self, case: CaseId, shown: Shown, by: &str, act: AgentAct) -> Result<Case, ServiceError> {
        let mut tx = self.store.begin().await?;
        let (mut thread, found) = self.lock_case(&mut tx, case).await?.ok_or(ServiceError::UnknownCase(case))?;
        is_as_shown(&mut tx, case, shown).await?;
        let stimulus = Stimulus::AgentAct { by: by.to_owned(), act };
        let after = self.apply(&mut tx, &mut thread, &found, &stimulus, Cause::named("agent")).await?;
        tx.commit().await?;
        Ok(after)
    }

    /// Marks a task done. False when it was done before, or when a message came that the agent has not `seen`.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn resolve_task(
        &self,
        task: TaskId,
        by: &str,
        note: Option<&str>,
        seen: Option<InboundId>,
    ) -> Result<bool, ServiceError> {
        let mut tx = self.store.begin().await?;
        let done = tx.resolve_task(task, by, note, seen, self.clock.now()).await?;
        tx.commit().await?;
        Ok(done)
    }
}

/// Fails when something happened to a locked case that a person was not shown.
pub(super) async fn is_as_shown(tx: &mut Tx, case: CaseId, shown: Shown) -> Result<(), ServiceError> {
    match shown {
        Shown::UpTo(seen) if mark(tx, case).await? != seen => Err(ServiceError::Overtaken),
        Shown::UpTo(_) | Shown::Untold => Ok(()),
    }
}

/// Changes with whatever moves a case, but a carrier's receipt: the last decision, and the last correction by a file.
pub(super) async fn mark(tx: &mut Tx, case: CaseId) -> Result<String, ServiceError> {
    let decided = tx.last_decision(case).await?.map(|last| last.to_string());
    let corrected = tx.last_correction_by_file(case).await?.map(|at| format!(".{}", at.timestamp_micros()));
    Ok(decided.into_iter().chain(corrected).collect())
}
