//! What is queued leaves: claim with a lease, judge, send outside the transaction, settle. A send whose fate is unknown is
//! looked up at the carrier, and never blindly repeated: a second text to a debtor is an offence. E-mails are in `email`.

use super::apply::Cause;
use super::receipts::report_of;
use super::{Service, ServiceError};
use crate::domain::dunning::Channel;
use crate::domain::{Address, Departure, NewTask, OutboundId, Purpose, Stimulus, TaskId, TaskKind, Verdict, governor};
use crate::gateway::{
    FailureVerdict, Gateway, LookupOutcome, Outgoing, SendOutcome, Sought, Transport, TransportError,
};
use crate::store::{NewTaskRow, Outbound, OutboundState, Tx};
use chrono::{DateTime, Duration, Utc};
use futures_util::future::join_all;
use std::collections::HashSet;
use std::sync::Arc;

/// Attempts that surely did not leave, after which a person is told.
pub(super) const MOST_ATTEMPTS: u32 = 100;
/// Sends that may have left and cannot be found at the carrier are tried again once, never more.
const MOST_AMBIGUOUS: u32 = 2;
/// While the carrier refuses the account, it is tried again after so long.
pub(super) const AFTER_STOP_SECONDS: u32 = 300;
/// Our clock and the carrier's may differ by so much: a message that seems a little older than its sending is still it.
const CLOCKS_DIFFER: Duration = Duration::minutes(2);
/// Whoever took a creditor out of the settings may bring it back.
const CREDITOR_AWAY: Duration = Duration::hours(1);
/// A lookup that does not tell is made again after this long.
const LOOK_AGAIN: Duration = Duration::minutes(2);

/// What one turn of a worker did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tick {
    /// Messages sent, held, refused or settled; zero: nothing to do.
    pub worked: usize,
}

/// Sends what is queued.
#[derive(Clone)]
pub struct OutboxWorker {
    pub(super) service: Service,
    gateway: Arc<dyn Gateway>,
    transport: Arc<Transport>,
    lease: Duration,
    lookup_after: Duration,
    batch: u32,
    channel: Option<Channel>,
}

impl OutboxWorker {
    /// A worker that sends by `gateway`.
    #[must_use]
    pub fn new(
        service: Service,
        gateway: Arc<dyn Gateway>,
        transport: Arc<Transport>,
        settings: crate::config::OutboxSettings,
    ) -> Self {
        Self {
            service,
            gateway,
            transport,
            lease: Duration::seconds(i64::from(settings.lease_seconds)),
            lookup_after: Duration::seconds(i64::from(settings.lookup_after_seconds)),
            batch: settings.batch,
            channel: None,
        }
    }

    /// The same for one channel alone: a slow server of mail must not hold up the texts.
    #[must_use]
    pub fn for_channel(self, channel: Channel) -> Self {
        Self { channel: Some(channel), ..self }
    }

    /// One turn: what was left hanging is looked up, what is due is judged and sent.
    ///
    /// # Errors
    /// When the store fails; what was claimed is settled by a later turn.
    pub async fn tick(&self) -> Result<Tick, ServiceError> {
        // The lookup is one for all channels.
        let settled = if self.channel == Some(Channel::Email) { 0 } else { self.settle_unknown().await? };
        let leaving = self.claim().await?;
        let judged = leaving.judged;
        let outcomes = join_all(leaving.sends.iter().map(|outbound| self.send(outbound))).await;
        for (outbound, outcome) in leaving.sends.iter().zip(outcomes) {
            self.settle(outbound, outcome).await?;
        }
        Ok(Tick { worked: settled + judged })
    }

    async fn claim(&self) -> Result<Leaving, ServiceError> {
        let now = self.service.clock.now();
        let mut tx = self.service.store.begin().await?;
        tx.claim_alone().await?;
        let claimed = tx.claim_outbound(now, now + self.lease, self.batch, self.channel).await?;
        let mut leaving = Leaving { judged: claimed.len(), sends: Vec::new() };
        for outbound in claimed {
            let verdict = self.judge(&mut tx, &outbound, &leaving.sends, now).await?;
            tx.note_verdict(outbound.id, &verdict, now).await?;
            match verdict {
                Verdict::Send => leaving.sends.push(outbound),
                Verdict::Hold { until, rule } => {
                    tx.hold(outbound.id, until, rule).await?;
                }
                Verdict::Refuse { rule } => {
                    tx.refuse(outbound.id, rule).await?;
                }
            }
        }
        tx.commit().await?;
        Ok(leaving)
    }

    async fn judge(
        &self,
        tx: &mut Tx,
        outbound: &Outbound,
        leaving: &[Outbound],
        now: DateTime<Utc>,
    ) -> Result<Verdict, ServiceError> {
        let Some(case) = outbound.new.case else { return Ok(Verdict::Refuse { rule: "no_case" }) };
        let Some(case) = tx.case(case).await? else { return Ok(Verdict::Refuse { rule: "no_case" }) };
        // A creditor that the settings no longer name must not hold up the others.
        let Ok(creditor) = self.service.creditor(&case.creditor) else {
            return Ok(Verdict::Hold { until: now + CREDITOR_AWAY, rule: "no_creditor" });
        };
        let mut contacts =
            tx.contacts(&outbound.new.to, &case.creditor, outbound.new.case, Some(outbound), now).await?;
        if outbound.purpose == Purpose::Demand {
            let sender = &outbound.new.sender;
            let with_it = |other: &&Outbound| other.purpose == Purpose::Demand && other.new.sender == *sender;
            let with_it = u32::try_from(leaving.iter().filter(with_it).count()).unwrap_or(u32::MAX);
            let most = creditor.demands_per_minute.saturating_sub(with_it);
            contacts.sender_free_at = tx.sender_free_at(sender, most, now).await?;
        }
        let departure =
            Departure { case: &case, creditor: &creditor, message: &outbound.new.message, contacts: &contacts };
        Ok(governor::judge(&departure, now))
    }

    async fn send(&self, outbound: &Outbound) -> Result<SendOutcome, TransportError> {
        if let Some(envelope) = &outbound.new.email {
            return self.send_email(outbound, envelope).await;
        }
        let request = self.gateway.compose(&outgoing(outbound));
        Ok(self.gateway.conclude(&self.transport.send(request).await?))
    }

    async fn settle(
        &self,
        outbound: &Outbound,
        outcome: Result<SendOutcome, TransportError>,
    ) -> Result<(), ServiceError> {
        let now = self.service.clock.now();
        let mut tx = self.service.store.begin().await?;
        if outbound.new.email.is_some() {
            self.settle_email(&mut tx, outbound, outcome, now).await?;
            return Ok(tx.commit().await?);
        }
        match outcome {
            Ok(SendOutcome::Accepted { gateway_id, segments }) => {
                let segments = segments.unwrap_or(outbound.new.segments);
                tx.settle_sent(outbound.id, self.gateway.name(), &gateway_id, segments, now).await?;
            }
            Ok(SendOutcome::Throttled { after }) => {
                let after = Duration::from_std(after).unwrap_or(LOOK_AGAIN);
                tx.retry(outbound.id, now + after).await?;
            }
            Ok(SendOutcome::Refused { code, verdict }) => self.refused(&mut tx, outbound, &code, verdict, now).await?,
            Err(TransportError::NotSent { .. }) if outbound.attempts < MOST_ATTEMPTS => {
                tx.retry(outbound.id, now + backoff(outbound.attempts)).await?;
            }
            Err(TransportError::NotSent { .. }) => {
                tx.settle_failed(outbound.id, None, "carrier_unreachable", now).await?;
                self.tell(&mut tx, outbound, TaskKind::CarrierAlert, now).await?;
            }
            Ok(SendOutcome::Ambiguous { .. }) | Err(TransportError::Ambiguous { .. }) => {
                tx.mark_unknown(outbound.id, "ambiguous", now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    async fn refused(
        &self,
        tx: &mut Tx,
        outbound: &Outbound,
        code: &str,
        verdict: FailureVerdict,
        now: DateTime<Utc>,
    ) -> Result<(), ServiceError> {
        let again = match verdict {
            FailureVerdict::Retry { after_seconds } if outbound.attempts < MOST_ATTEMPTS => Some(after_seconds),
            FailureVerdict::RetryOnce { after_seconds } if outbound.attempts < 2 => Some(after_seconds),
            // Nothing can leave until a person mends the account: the message waits for them.
            FailureVerdict::StopSending { .. } => {
                self.tell(tx, outbound, TaskKind::CarrierAlert, now).await?;
                Some(AFTER_STOP_SECONDS)
            }
            _ => None,
        };
        if let Some(seconds) = again {
            tx.retry(outbound.id, now + Duration::seconds(i64::from(seconds))).await?;
            return Ok(());
        }
        tx.settle_failed(outbound.id, Some(code), "carrier_refused", now).await?;
        let Some(mut thread) = tx.lock_thread_by_id(outbound.new.thread).await? else { return Ok(()) };
        let Some(case) = outbound.new.case else { return Ok(()) };
        if let Some(case) = tx.case(case).await? {
            let stimulus = Stimulus::Receipt(report_of(verdict));
            self.service.apply(tx, &mut thread, &case, &stimulus, Cause::named("refusal_of_the_carrier")).await?;
        }
        Ok(())
    }

    /// Sends whose lease ran out, or whose answer told nothing: the carrier is asked whether it has them. Of an e-mail nobody
    /// can be asked.
    async fn settle_unknown(&self) -> Result<usize, ServiceError> {
        let now = self.service.clock.now();
        let mut tx = self.service.store.begin().await?;
        for id in tx.expire_leases(now).await? {
            if let Some(lost) = tx.outbound(id).await?.filter(|lost| lost.new.email.is_some()) {
                self.tell(&mut tx, &lost, TaskKind::AmbiguousSend, now).await?;
            }
        }
        let unknown = tx.unknown_outbound(self.batch, now - self.lookup_after).await?;
        tx.commit().await?;
        for outbound in &unknown {
            let others = self.others_of_the_person(outbound).await?;
            let found = self.look_up(outbound, &others).await;
            self.settle_lookup(outbound, found).await?;
        }
        Ok(unknown.len())
    }

    /// What the carrier calls our other messages to the same person.
    async fn others_of_the_person(&self, outbound: &Outbound) -> Result<HashSet<String>, ServiceError> {
        let mut tx = self.service.store.snapshot().await?;
        Ok(tx.gateway_ids_of_thread(outbound.new.thread).await?.into_iter().collect())
    }

    async fn look_up(&self, outbound: &Outbound, others: &HashSet<String>) -> LookupOutcome {
        let Some(first) = outbound.first_attempt_at else { return LookupOutcome::NotThere };
        let sought = Sought { since: first - CLOCKS_DIFFER, others };
        let outgoing = outgoing(outbound);
        let Some(request) = self.gateway.compose_lookup(&outgoing) else { return LookupOutcome::Unknown };
        match self.transport.send(request).await {
            Ok(answer) => self.gateway.conclude_lookup(&outgoing, &sought, &answer),
            Err(_) => LookupOutcome::Unknown,
        }
    }

    async fn settle_lookup(&self, outbound: &Outbound, found: LookupOutcome) -> Result<(), ServiceError> {
        let now = self.service.clock.now();
        let mut tx = self.service.store.begin().await?;
        // A receipt may have settled it while the carrier was asked.
        let still_unknown = tx.outbound(outbound.id).await?.is_some_and(|row| row.state == OutboundState::Unknown);
        match found {
            _ if !still_unknown => {}
            LookupOutcome::Found { gateway_id, .. } => {
                tx.settle_sent(outbound.id, self.gateway.name(), &gateway_id, outbound.new.segments, now).await?;
            }
            LookupOutcome::NotThere if outbound.attempts < MOST_AMBIGUOUS => {
                tx.retry(outbound.id, now).await?;
            }
            LookupOutcome::NotThere | LookupOutcome::Unknown => {
                tx.mark_unknown(outbound.id, "ambiguous", now + LOOK_AGAIN).await?;
                self.tell(&mut tx, outbound, TaskKind::AmbiguousSend, now).await?;
            }
        }
        tx.commit().await?;
        Ok(())
    }

    pub(super) async fn tell(
        &self,
        tx: &mut Tx,
        outbound: &Outbound,
        kind: TaskKind,
        now: DateTime<Utc>,
    ) -> Result<(), ServiceError> {
        let row = NewTaskRow {
            id: TaskId(self.service.clock.new_id()),
            case: outbound.new.case,
            thread: Some(outbound.new.thread),
            inbound: None,
            task: NewTask::of(kind),
            opened_at: now,
        };
        tx.open_task(&row).await?;
        Ok(())
    }
}

struct Leaving {
    judged: usize,
    sends: Vec<Outbound>,
}

fn outgoing(outbound: &Outbound) -> Outgoing {
    Outgoing {
        id: OutboundId(outbound.id.0),
        to: outbound.new.to.clone(),
        from: Address::parse(&outbound.new.sender),
        text: outbound.new.body.clone(),
        validity: None,
    }
}

/// A second, two, four … five minutes at most: an outage of some hours loses nothing.
pub(super) fn backoff(attempts: u32) -> Duration {
    Duration::seconds((1 << attempts.min(9)).min(300))
}
