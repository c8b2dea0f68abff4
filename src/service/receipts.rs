//! The carrier says what became of a message.

use super::apply::Cause;
use super::{Service, ServiceError};
use crate::domain::{OutboundId, SendReport, Stimulus};
use crate::gateway::{DeliveryStatus, FailureVerdict, Merge, Receipt};
use crate::store::{Outbound, OutboundState, Tx};

impl Service {
    /// Takes one receipt. Old news and receipts of messages that are not ours change nothing. False when it names no
    /// message of ours.
    ///
    /// # Errors
    /// When the store fails: the carrier must try again.
    pub async fn note_receipt(&self, gateway: &str, receipt: &Receipt) -> Result<bool, ServiceError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let Some(found) = self.message_of(&mut tx, gateway, receipt).await? else { return Ok(false) };
        if let Some(thread) = tx.lock_thread_by_id(found.new.thread).await? {
            // Read again under the lock: another receipt may just have been noted.
            let Some(message) = tx.outbound(found.id).await? else { return Ok(false) };
            let known = message.status.as_deref().and_then(DeliveryStatus::from_label);
            let news = known.is_none_or(|known| DeliveryStatus::merge(known, receipt.status) != Merge::Keep);
            if message.gateway_id.is_none() {
                // The receipt settles a send whose answer never reached us.
                tx.settle_sent(message.id, gateway, &receipt.gateway_id, message.new.segments, now).await?;
            }
            if news {
                let state = final_state(receipt.status);
                tx.note_receipt(message.id, receipt.status.label(), receipt.code.as_deref(), state, now).await?;
                if let (Some(report), Some(case)) = (report(receipt), message.new.case) {
                    let mut thread = thread;
                    if let Some(case) = tx.case(case).await? {
                        let stimulus = Stimulus::Receipt(report);
                        self.apply(&mut tx, &mut thread, &case, &stimulus, Cause::named("receipt")).await?;
                    }
                }
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    async fn message_of(
        &self,
        tx: &mut Tx,
        gateway: &str,
        receipt: &Receipt,
    ) -> Result<Option<Outbound>, ServiceError> {
        if let Some(found) = tx.outbound_by_gateway_id(gateway, &receipt.gateway_id).await? {
            return Ok(Some(found));
        }
        match receipt.our_id {
            Some(OutboundId(id)) => Ok(tx.outbound(OutboundId(id)).await?),
            None => Ok(None),
        }
    }
}

/// What a final status means for the case; statuses on the way mean nothing to it.
fn report(receipt: &Receipt) -> Option<SendReport> {
    match receipt.status {
        DeliveryStatus::Delivered => Some(SendReport::Delivered),
        DeliveryStatus::Undelivered | DeliveryStatus::Failed => {
            Some(receipt.verdict.map_or(SendReport::Undelivered, report_of))
        }
        _ => None,
    }
}

/// What a failure means for the case.
pub(super) const fn report_of(verdict: FailureVerdict) -> SendReport {
    match verdict {
        FailureVerdict::NumberInvalid => SendReport::NumberInvalid,
        FailureVerdict::OptedOut => SendReport::OptedOut,
        FailureVerdict::Configuration { .. }
        | FailureVerdict::StopSending { .. }
        | FailureVerdict::OurBug
        | FailureVerdict::ChangeSender => SendReport::Blocked,
        FailureVerdict::Retry { .. } | FailureVerdict::RetryOnce { .. } | FailureVerdict::GiveUp => {
            SendReport::Undelivered
        }
    }
}

const fn final_state(status: DeliveryStatus) -> Option<OutboundState> {
    match status {
        DeliveryStatus::Delivered => Some(OutboundState::Delivered),
        DeliveryStatus::Undelivered | DeliveryStatus::Failed | DeliveryStatus::Canceled => Some(OutboundState::Failed),
        _ => None,
    }
}
