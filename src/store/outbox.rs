//! The outbox: what is queued, and how it leaves. A worker claims rows under a lease, sends outside any transaction, and
//! settles. A lease that ends without an answer makes the row unknown: it is never sent again blindly.

use super::column::json;
use super::outbound::{NewOutbound, Outbound, OutboundRow, columns};
use super::{OutboundState, Sql, StoreError, Tx};
use crate::domain::dunning::Channel;
use crate::domain::{CaseId, OutboundId, Recall, ThreadId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Whose queued messages are called back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecallScope {
    /// All those of a thread.
    Thread(ThreadId),
    /// Those about one case.
    Case(CaseId),
}

impl Tx {
    /// Queues a message.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn enqueue(&mut self, new: &NewOutbound) -> Result<(), StoreError> {
        self.query(
            "enqueue",
            "insert into outbox (id, thread_id, case_id, decision_id, to_number, sender, body, message, purpose, language,
                template, segments, state, due_at, attempts, created_at, channel, address, subject, attachment, version_hash,
                frame_hash)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'ready', $13, 0, $14, $15, $16, $17, $18, $19, $20)",
        )
        .bind(new.id.0)
        .bind(new.thread.0)
        .bind(new.case.map(|case| case.0))
        .bind(new.decision.map(|decision| decision.0))
        .bind(new.to.as_str())
        .bind(&new.sender)
        .bind(&new.body)
        .bind(json(&new.message))
        .bind(new.message.purpose().label())
        .bind(new.language.code())
        .bind(&new.template)
        .bind(i64::from(new.segments))
        .bind(new.due_at)
        .bind(new.created_at)
        .bind(new.channel().label())
        .bind(new.email.as_ref().map(|email| email.address.as_str()))
        .bind(new.email.as_ref().map(|email| email.subject.as_str()))
        .bind(new.email.as_ref().and_then(|email| email.attachment.as_deref()))
        .bind(&new.version_hash)
        .bind(&new.frame_hash)
        .run()
        .await?;
        Ok(())
    }

    /// Calls back what has not left and `recall` names; how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn recall(
        &mut self,
        scope: RecallScope,
        recall: Recall,
        rule: &str,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let (thread, case) = match scope {
            RecallScope::Thread(thread) => (Some(thread.0), None),
            RecallScope::Case(case) => (None, Some(case.0)),
        };
        self.query(
            "recall",
            "update outbox set state = 'recalled', rule = $4, status_at = $5
             where state = 'ready' and ($1 is null or thread_id = $1) and ($2 is null or case_id = $2)
               and ($3 = 'everything' or ($3 in ('demands', 'debt') and purpose = 'demand') or ($3 = 'debt' and purpose = 'answer'))",
        )
        .bind(thread)
        .bind(case)
        .bind(recall.label())
        .bind(rule)
        .bind(now)
        .run()
        .await
    }

    /// Waits until no other process claims: what it claimed and has not committed cannot be counted.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim_alone(&mut self) -> Result<(), StoreError> {
        // SQLite has one writer anyway
        let sql = Sql { sqlite: "select 1", postgres: "select pg_advisory_xact_lock(hashtext('relance.outbox'))" };
        self.query("claim alone", sql).run().await?;
        Ok(())
    }

    /// Takes up to `limit` messages that are due, of one channel or of all, under a lease: of each thread the oldest that is due only, and only when
    /// none of that thread is being sent.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn claim_outbound(
        &mut self,
        now: DateTime<Utc>,
        lease_until: DateTime<Utc>,
        limit: u32,
        channel: Option<Channel>,
    ) -> Result<Vec<Outbound>, StoreError> {
        // materialized: a plan that ran the inner select once per row would claim more than the limit
        macro_rules! claim {
            ($skip_what_others_claim:literal) => {
                concat!(
                    "with claimed as materialized (
                        select o.id from outbox o
                        where o.state = 'ready' and o.due_at <= $1 and ($4 is null or o.channel = $4)
                          and not exists (
                            select 1 from outbox other
                            where other.thread_id = o.thread_id
                              -- one at a time, and what is due in the order of writing; what waits for its hour lets what
                              -- may leave now pass
                              and (other.state = 'sending'
                                or (other.state = 'ready' and other.due_at <= $1
                                  and (other.created_at, other.id) < (o.created_at, o.id))))
                        order by o.due_at, o.created_at, o.id
                        limit $3 ",
                    $skip_what_others_claim,
                    ")
                     update outbox set state = 'sending', lease_until = $2, attempts = attempts + 1,
                        first_attempt_at = coalesce(first_attempt_at, $1)
                     where id in (select id from claimed) and state = 'ready'
                     returning ",
                    columns!()
                )
            };
        }
        let sql = Sql { sqlite: claim!(""), postgres: claim!("for update of o skip locked") };
        let rows = self
            .query("claim outbound", sql)
            .bind(now)
            .bind(lease_until)
            .bind(i64::from(limit))
            .bind(channel.map(Channel::label))
            .all::<OutboundRow>()
            .await?;
        let mut claimed = rows.into_iter().map(Outbound::try_from).collect::<Result<Vec<_>, _>>()?;
        claimed.sort_by_key(|message| (message.new.due_at, message.new.created_at, message.id));
        Ok(claimed)
    }

    /// Puts a claimed message back in the queue until then: it was not tried. False when it is no longer claimed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn hold(&mut self, message: OutboundId, until: DateTime<Utc>, rule: &str) -> Result<bool, StoreError> {
        self.query(
            "hold",
            "update outbox set state = 'ready', due_at = $2, rule = $3, lease_until = null, attempts = attempts - 1,
                first_attempt_at = case when attempts = 1 then null else first_attempt_at end
             where id = $1 and state = 'sending'",
        )
        .bind(message.0)
        .bind(until)
        .bind(rule)
        .changed()
        .await
    }

    /// Notes that a message may never leave. False when it has left, or was called back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn refuse(&mut self, message: OutboundId, rule: &str) -> Result<bool, StoreError> {
        self.query(
            "refuse",
            "update outbox set state = 'refused', rule = $2, lease_until = null
             where id = $1 and state in ('ready', 'sending')",
        )
        .bind(message.0)
        .bind(rule)
        .changed()
        .await
    }

    /// Notes that the carrier took a message. A receipt that came first is not undone.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_sent(
        &mut self,
        message: OutboundId,
        gateway: &str,
        gateway_id: &str,
        segments: u32,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.query(
            "settle sent",
            "update outbox set gateway = $2, gateway_id = $3, segments = $4, sent_at = $5, lease_until = null,
                rule = null, state = case when state in ('delivered', 'failed') then state else 'sent' end
             where id = $1",
        )
        .bind(message.0)
        .bind(gateway)
        .bind(gateway_id)
        .bind(i64::from(segments))
        .bind(at)
        .run()
        .await?;
        Ok(())
    }

    /// Notes that the carrier did not take a message, and never will. False when it was settled otherwise.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_failed(
        &mut self,
        message: OutboundId,
        code: Option<&str>,
        rule: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.query(
            "settle failed",
            "update outbox set state = 'failed', code = $2, rule = $3, status_at = $4, lease_until = null
             where id = $1 and state in ('sending', 'unknown')",
        )
        .bind(message.0)
        .bind(code)
        .bind(rule)
        .bind(at)
        .changed()
        .await
    }

    /// Notes that nobody can tell whether a claimed message left. False when it is no longer claimed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn mark_unknown(
        &mut self,
        message: OutboundId,
        why: &str,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.query(
            "mark unknown",
            "update outbox set state = 'unknown', rule = $2, status_at = $3, lease_until = null
             where id = $1 and state in ('sending', 'unknown')",
        )
        .bind(message.0)
        .bind(why)
        .bind(at)
        .changed()
        .await
    }

    /// Makes unknown every message whose worker did not come back before its lease ended; which.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn expire_leases(&mut self, now: DateTime<Utc>) -> Result<Vec<OutboundId>, StoreError> {
        let query = self.query(
            "expire leases",
            "update outbox set state = 'unknown', rule = 'lease_expired', status_at = $1, lease_until = null
             where state = 'sending' and lease_until < $1 returning id",
        );
        Ok(query.bind(now).all::<(Uuid,)>().await?.into_iter().map(|(id,)| OutboundId(id)).collect())
    }

    /// Text messages that may or may not have left, lost sight of before `older_than`, the oldest first: no server of mail
    /// can be asked whether it has one.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn unknown_outbound(
        &mut self,
        limit: u32,
        older_than: DateTime<Utc>,
    ) -> Result<Vec<Outbound>, StoreError> {
        self.query(
            "unknown outbound",
            concat!(
                "select ",
                columns!(),
                " from outbox where state = 'unknown' and channel = 'sms' and status_at < $1 order by status_at, id limit $2"
            ),
        )
        .bind(older_than)
        .bind(i64::from(limit))
        .all::<OutboundRow>()
        .await?
        .into_iter()
        .map(Outbound::try_from)
        .collect()
    }

    /// What the carrier calls the messages of a thread that it took.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn gateway_ids_of_thread(&mut self, thread: ThreadId) -> Result<Vec<String>, StoreError> {
        let ids = self
            .query(
                "gateway ids of a thread",
                "select gateway_id from outbox where thread_id = $1 and gateway_id is not null",
            )
            .bind(thread.0)
            .all::<(String,)>()
            .await?;
        Ok(ids.into_iter().map(|(id,)| id).collect())
    }

    /// Queues again a message that surely did not leave. False when it is neither claimed nor unknown.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn retry(&mut self, message: OutboundId, due_at: DateTime<Utc>) -> Result<bool, StoreError> {
        self.query(
            "retry",
            "update outbox set state = 'ready', due_at = $2, lease_until = null
             where id = $1 and state in ('sending', 'unknown')",
        )
        .bind(message.0)
        .bind(due_at)
        .changed()
        .await
    }

    /// A message that we send.
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn outbound(&mut self, message: OutboundId) -> Result<Option<Outbound>, StoreError> {
        let query = self.query("outbound", concat!("select ", columns!(), " from outbox where id = $1"));
        query.bind(message.0).first::<OutboundRow>().await?.map(Outbound::try_from).transpose()
    }

    /// A message by the id that its carrier gave it.
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn outbound_by_gateway_id(
        &mut self,
        gateway: &str,
        gateway_id: &str,
    ) -> Result<Option<Outbound>, StoreError> {
        self.query(
            "outbound by gateway id",
            concat!(
                "select ",
                columns!(),
                " from outbox where gateway = $1 and gateway_id = $2 order by created_at desc, id desc limit 1"
            ),
        )
        .bind(gateway)
        .bind(gateway_id)
        .first::<OutboundRow>()
        .await?
        .map(Outbound::try_from)
        .transpose()
    }

    /// Notes what the carrier reports of a message. False when it says nothing new: the same again, or a step on the way of
    /// a message that has arrived.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_receipt(
        &mut self,
        message: OutboundId,
        status: &str,
        code: Option<&str>,
        final_state: Option<OutboundState>,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.query(
            "note receipt",
            "update outbox set status = $2, code = $3, status_at = $5, state = coalesce($4, state),
                lease_until = case when $4 is null then lease_until end
             where id = $1 and ($4 is not null or state not in ('delivered', 'failed'))
               and (status is distinct from $2 or code is distinct from $3 or state <> coalesce($4, state))",
        )
        .bind(message.0)
        .bind(status)
        .bind(code)
        .bind(final_state.map(OutboundState::label))
        .bind(at)
        .changed()
        .await
    }
}
