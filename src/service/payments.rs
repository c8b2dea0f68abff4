//! The debtor's link, and money that comes in.

use super::apply::Cause;
use super::{Service, ServiceError};
use crate::domain::{Case, CaseId, Creditor, Money, Stimulus, SuppressionReason};
use crate::store::{Link, Payment, Thread, Tx};

/// What a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// A case.
    Open(CaseId),
    /// A case, once; the link is too old.
    Expired,
    /// Nothing.
    Unknown,
}

/// What the debtor's page shows.
#[derive(Debug, Clone)]
pub struct DuePage {
    /// The case.
    pub case: Case,
    /// Whose claim it is.
    pub creditor: Creditor,
}

impl Service {
    /// What a link opens. Looking has no effect: robots follow links too.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn follow_link(&self, token: &str) -> Result<LinkState, ServiceError> {
        let mut tx = self.store.snapshot().await?;
        let now = self.clock.now();
        Ok(match tx.link(token, now).await? {
            // A stranger who has the number has the link too.
            Some(Link::Open(case)) if self.is_a_strangers(&mut tx, case).await? => LinkState::Expired,
            Some(Link::Open(case)) => LinkState::Open(case),
            Some(Link::Expired(_)) => LinkState::Expired,
            None => LinkState::Unknown,
        })
    }

    async fn is_a_strangers(&self, tx: &mut Tx, case: CaseId) -> Result<bool, ServiceError> {
        let suppressed = tx.case(case).await?.and_then(|case| case.phone.suppressed);
        Ok(suppressed.is_some_and(|suppression| suppression.reason == SuppressionReason::WrongNumber))
    }

    /// What is due on a case.
    ///
    /// # Errors
    /// When the store fails, or the case or its creditor is not known.
    pub async fn due(&self, case: CaseId) -> Result<DuePage, ServiceError> {
        let mut tx = self.store.snapshot().await?;
        let case = tx.case(case).await?.ok_or(ServiceError::UnknownCase(case))?;
        let creditor = self.creditor(&case.creditor)?.clone();
        Ok(DuePage { case, creditor })
    }

    /// Money came in. The same reference of the same provider counts once; false when it had been counted.
    ///
    /// # Errors
    /// When the store fails, or the case is not known.
    pub async fn receive_payment(
        &self,
        case: CaseId,
        provider: &str,
        reference: &str,
        amount: Money,
    ) -> Result<bool, ServiceError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let (mut thread, found) = self.lock_case(&mut tx, case).await?.ok_or(ServiceError::UnknownCase(case))?;
        let row = Payment {
            provider: provider.to_owned(),
            reference: reference.to_owned(),
            case,
            amount,
            means: provider.to_owned(),
            received_at: now,
        };
        if !tx.insert_payment(&row).await? {
            return Ok(false);
        }
        let stimulus = Stimulus::Payment { amount, means: provider.to_owned() };
        self.apply(&mut tx, &mut thread, &found, &stimulus, Cause::named("payment")).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// A case with its thread, locked for the rest of the transaction.
    pub(super) async fn lock_case(&self, tx: &mut Tx, case: CaseId) -> Result<Option<(Thread, Case)>, ServiceError> {
        let Some(thread) = tx.thread_of_case(case).await? else { return Ok(None) };
        let Some(thread) = tx.lock_thread_by_id(thread).await? else { return Ok(None) };
        Ok(tx.case(case).await?.map(|case| (thread, case)))
    }
}
