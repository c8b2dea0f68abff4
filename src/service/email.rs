//! E-mails leave as text messages do, but the server that takes them can be asked nothing afterwards: what may have left is
//! told to a person, and never sent again by itself.

use super::outbox_worker::{AFTER_STOP_SECONDS, MOST_ATTEMPTS, OutboxWorker, backoff};
use super::{OneCreditor, ServiceError};
use crate::domain::TaskKind;
use crate::gateway::{FailureVerdict, Mail, SendOutcome, TransportError};
use crate::store::{Envelope, Outbound, Tx};
use chrono::{DateTime, Duration, Utc};

impl OutboxWorker {
    /// Hands an e-mail over, in the name of its creditor as the settings have it now.
    pub(super) async fn send_email(
        &self,
        outbound: &Outbound,
        envelope: &Envelope,
    ) -> Result<SendOutcome, TransportError> {
        let refused = |code: &str| Ok(SendOutcome::Refused { code: code.to_owned(), verdict: FailureVerdict::GiveUp });
        let Some(mailer) = &self.service.mailer else { return refused("no_server") };
        let creditor = self.creditor_of(outbound).await;
        let Some(creditor) = creditor.map_err(|_| TransportError::NotSent { why: "the store failed" })? else {
            return refused("no_creditor");
        };
        let mail = Mail {
            id: outbound.id,
            name: creditor.collector_name.as_ref().unwrap_or(&creditor.name).clone(),
            from: outbound.new.sender.clone(),
            reply_to: creditor.email_reply_to.clone(),
            to: envelope.address.clone(),
            subject: envelope.subject.clone(),
            text: outbound.new.body.clone(),
            attachment: envelope.attachment.clone(),
            at: self.service.clock.now(),
        };
        mailer.send(&mail).await
    }

    async fn creditor_of(&self, outbound: &Outbound) -> Result<Option<OneCreditor>, ServiceError> {
        let Some(case) = outbound.new.case else { return Ok(None) };
        let case = self.service.store.snapshot().await?.case(case).await?;
        Ok(case.and_then(|case| self.service.creditor(&case.creditor).ok()))
    }

    /// Writes down what became of an e-mail, and tells a person what they must know.
    pub(super) async fn settle_email(
        &self,
        tx: &mut Tx,
        outbound: &Outbound,
        outcome: Result<SendOutcome, TransportError>,
        now: DateTime<Utc>,
    ) -> Result<(), ServiceError> {
        let again = |least: i64| now + backoff(outbound.attempts).max(Duration::seconds(least));
        let tired = outbound.attempts >= MOST_ATTEMPTS;
        match outcome {
            Ok(SendOutcome::Accepted { gateway_id, .. }) => {
                tx.settle_sent(outbound.id, "smtp", &gateway_id, 0, now).await?
            }
            Ok(SendOutcome::Refused { verdict: FailureVerdict::StopSending { .. }, .. }) => {
                self.tell(tx, outbound, TaskKind::CarrierAlert, now).await?;
                tx.retry(outbound.id, again(AFTER_STOP_SECONDS.into())).await?;
            }
            Ok(SendOutcome::Refused { verdict: FailureVerdict::Retry { after_seconds }, .. }) if !tired => {
                tx.retry(outbound.id, again(after_seconds.into())).await?;
            }
            Ok(SendOutcome::Refused { code, .. }) => {
                tx.settle_failed(outbound.id, Some(&code), "mail_refused", now).await?;
                self.tell(tx, outbound, TaskKind::SendEmail, now).await?;
            }
            Ok(SendOutcome::Throttled { .. }) | Err(TransportError::NotSent { .. }) if !tired => {
                tx.retry(outbound.id, again(0)).await?;
            }
            Ok(SendOutcome::Throttled { .. }) | Err(TransportError::NotSent { .. }) => {
                tx.settle_failed(outbound.id, None, "mail_unreachable", now).await?;
                self.tell(tx, outbound, TaskKind::SendEmail, now).await?;
            }
            Ok(SendOutcome::Ambiguous { .. }) | Err(TransportError::Ambiguous { .. }) => {
                tx.mark_unknown(outbound.id, "ambiguous", now).await?;
                self.tell(tx, outbound, TaskKind::AmbiguousSend, now).await?;
            }
        }
        Ok(())
    }
}
