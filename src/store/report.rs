//! What the report counts: one row per person first reached in a time, one per message that left in it.

use super::corrections::mistaken_decisions;
use super::{StoreError, Tx};
use crate::domain::{CreditorKey, ThreadId};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

/// A person whom a message of ours first reached at `reached_at`, and what they did since.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the report, counted alone")]
pub struct ReachedRow {
    /// The thread.
    pub thread: ThreadId,
    /// Who wrote.
    pub creditor: CreditorKey,
    /// When the first message that we sent unasked arrived.
    pub reached_at: DateTime<Utc>,
    /// When they first wrote since.
    pub replied_at: Option<DateTime<Utc>>,
    /// Whether a reply fits the debtor: neither a wrong number nor an opt-out alone.
    pub right_party: bool,
    /// Whether they admitted the debt in words, and have not contested it since.
    pub acknowledged: bool,
    /// Whether they acted as if it were theirs, and have not contested it since.
    pub acknowledged_by_acts: bool,
    /// Whether they offered a date.
    pub promised: bool,
    /// Whether they contested it.
    pub disputed: bool,
    /// Whether they asked us to stop.
    pub opted_out: bool,
}

/// Messages of one creditor that the carrier took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentRow {
    /// Who wrote.
    pub creditor: CreditorKey,
    /// When it left.
    pub sent_at: DateTime<Utc>,
    /// Whether it did not arrive.
    pub failed: bool,
}

#[derive(FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "as in the row that it becomes")]
struct StoredReached {
    id: Uuid,
    creditor_key: String,
    reached_at: DateTime<Utc>,
    replied_at: Option<DateTime<Utc>>,
    right_party: bool,
    acknowledged: bool,
    acknowledged_by_acts: bool,
    promised: bool,
    disputed: bool,
    opted_out: bool,
}

impl Tx {
    /// The people first reached in `from..to`, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn reached(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<ReachedRow>, StoreError> {
        let rows = self
            .query(
                "reached",
                concat!(
                    "with
                 -- the cohort: by the day of the first message that we sent unasked and that arrived
                 reached as (
                    select thread_id, min(sent_at) as reached_at from outbox
                    where state = 'delivered' and (purpose = 'demand' or message ->> 'say' = 'ask_identity')
                    group by thread_id
                 ),
                 -- what happened on any case of the thread, or by a reply on it whose case has another number since; each
                 -- event with the last dispute of its case
                 happened as (
                    select coalesce(inbox.thread_id, cases.thread_id) as thread_id, events.name, events.data, events.at,
                        events.seq,
                        max(case when events.name = 'dispute_opened' then events.seq else 0 end)
                            over (partition by events.case_id) as last_dispute
                    from events join cases on cases.id = events.case_id
                        join decisions on decisions.id = events.decision_id
                        left join inbox on inbox.id = decisions.inbound_id
                    -- what was read by mistake did not happen; a stop stands all the same
                    where events.name = 'suppressed' or events.decision_id not in ",
                    mistaken_decisions!(),
                    "
                 )
                 select threads.id, threads.creditor_key, reached.reached_at,
                    (select min(inbox.received_at) from inbox
                     where inbox.thread_id = threads.id and inbox.received_at >= reached.reached_at) as replied_at,
                    exists (select 1 from inbox left join corrections on corrections.inbound_id = inbox.id
                     where inbox.thread_id = threads.id and inbox.received_at >= reached.reached_at
                       and coalesce(corrections.reading, inbox.reading) ->> 'intent'
                        not in ('wrong_number', 'opt_out')) as right_party,
                    exists (select 1 from happened h where h.thread_id = threads.id and h.at >= reached.reached_at
                       and h.name = 'acknowledged' and h.data ->> 'how' = 'explicit' and h.seq > h.last_dispute)
                        as acknowledged,
                    exists (select 1 from happened h where h.thread_id = threads.id and h.at >= reached.reached_at
                       and h.name = 'acknowledged' and h.data ->> 'how' = 'implied' and h.seq > h.last_dispute)
                        as acknowledged_by_acts,
                    exists (select 1 from happened h where h.thread_id = threads.id and h.at >= reached.reached_at
                       and h.name in ('promise_proposed', 'promise_confirmed')) as promised,
                    exists (select 1 from happened h where h.thread_id = threads.id and h.at >= reached.reached_at
                       and h.name = 'dispute_opened') as disputed,
                    exists (select 1 from happened h where h.thread_id = threads.id and h.at >= reached.reached_at
                       and h.name = 'suppressed' and h.data ->> 'reason' = 'opt_out') as opted_out
                 from reached join threads on threads.id = reached.thread_id
                 where reached.reached_at >= $1 and reached.reached_at < $2
                 order by reached.reached_at, threads.id",
                ),
            )
            .bind(from)
            .bind(to)
            .all::<StoredReached>()
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| ReachedRow {
                thread: ThreadId(row.id),
                creditor: CreditorKey(row.creditor_key),
                reached_at: row.reached_at,
                replied_at: row.replied_at,
                right_party: row.right_party,
                acknowledged: row.acknowledged,
                acknowledged_by_acts: row.acknowledged_by_acts,
                promised: row.promised,
                disputed: row.disputed,
                opted_out: row.opted_out,
            })
            .collect())
    }

    /// The people who first wrote to us in `from..to`, and to whom nothing had been sent unasked before, oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn wrote_first(
        &mut self,
        from: DateTime<Utc>,
        to: DateTime<Utc>,
    ) -> Result<Vec<(CreditorKey, DateTime<Utc>)>, StoreError> {
        let rows = self
            .query(
                "wrote first",
                "with wrote as (
                    select thread_id, min(received_at) as wrote_at from inbox where thread_id is not null group by thread_id
                 )
                 select threads.creditor_key, wrote.wrote_at from wrote join threads on threads.id = wrote.thread_id
                 where wrote.wrote_at >= $1 and wrote.wrote_at < $2
                    and not exists (
                        select 1 from outbox where outbox.thread_id = threads.id
                          and (outbox.purpose = 'demand' or outbox.message ->> 'say' = 'ask_identity')
                          and outbox.sent_at <= wrote.wrote_at)
                 order by wrote.wrote_at, threads.id",
            )
            .bind(from)
            .bind(to)
            .all::<(String, DateTime<Utc>)>()
            .await?;
        Ok(rows.into_iter().map(|(creditor, at)| (CreditorKey(creditor), at)).collect())
    }

    /// The messages that the carrier took, or refused, in `from..to`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sent_messages(&mut self, from: DateTime<Utc>, to: DateTime<Utc>) -> Result<Vec<SentRow>, StoreError> {
        let rows = self
            .query(
                "sent messages",
                "select threads.creditor_key, coalesce(outbox.sent_at, outbox.status_at) as left_at,
                    outbox.state = 'failed' as failed
                 from outbox join threads on threads.id = outbox.thread_id
                 where outbox.state in ('sent', 'delivered', 'failed')
                   and coalesce(outbox.sent_at, outbox.status_at) >= $1
                   and coalesce(outbox.sent_at, outbox.status_at) < $2",
            )
            .bind(from)
            .bind(to)
            .all::<(String, DateTime<Utc>, bool)>()
            .await?;
        Ok(rows
            .into_iter()
            .map(|(creditor, sent_at, failed)| SentRow { creditor: CreditorKey(creditor), sent_at, failed })
            .collect())
    }
}
