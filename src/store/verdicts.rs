//! What the governor said of each message, and the stop buttons that are pressed.

use super::{StoreError, Tx};
use crate::domain::{CaseId, CreditorKey, OutboundId, Verdict};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

/// One verdict, as it was written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictRow {
    /// The message judged.
    pub message: OutboundId,
    /// `send`, `hold` or `refuse`.
    pub verdict: String,
    /// The rule that held or refused it.
    pub rule: Option<String>,
    /// When a held message is judged again.
    pub until: Option<DateTime<Utc>>,
    /// When it was judged.
    pub at: DateTime<Utc>,
}

/// A stop button that is pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Halt {
    /// Of which creditor.
    pub creditor: CreditorKey,
    /// By whom.
    pub by: String,
    /// Since when.
    pub since: DateTime<Utc>,
}

#[derive(FromRow)]
struct StoredVerdict {
    outbox_id: Uuid,
    verdict: String,
    rule: Option<String>,
    until: Option<DateTime<Utc>>,
    at: DateTime<Utc>,
}

impl Tx {
    /// Writes down a verdict, unless the last one of the message was the same.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn note_verdict(
        &mut self,
        message: OutboundId,
        verdict: &Verdict,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (name, rule, until) = match verdict {
            Verdict::Send => ("send", None, None),
            Verdict::Hold { until, rule } => ("hold", Some(*rule), Some(*until)),
            Verdict::Refuse { rule } => ("refuse", Some(*rule), None),
        };
        self.query(
            "note verdict",
            "insert into verdicts (outbox_id, verdict, rule, until, at)
             select $1, $2, $3, $4, $5 where not exists (
                select 1 from verdicts as last where last.outbox_id = $1 and last.verdict = $2
                    and coalesce(last.rule, '') = coalesce($3, '')
                    and last.seq = (select max(seq) from verdicts where outbox_id = $1))",
        )
        .bind(message.0)
        .bind(name)
        .bind(rule)
        .bind(until)
        .bind(at)
        .run()
        .await?;
        Ok(())
    }

    /// The verdicts of the messages of a case, the oldest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn verdicts_of_case(&mut self, case: CaseId) -> Result<Vec<VerdictRow>, StoreError> {
        let rows = self
            .query(
                "verdicts of a case",
                "select verdicts.outbox_id, verdicts.verdict, verdicts.rule, verdicts.until, verdicts.at
                 from verdicts join outbox on outbox.id = verdicts.outbox_id
                 where outbox.case_id = $1 order by verdicts.seq",
            )
            .bind(case.0)
            .all::<StoredVerdict>()
            .await?;
        let row = |row: StoredVerdict| VerdictRow {
            message: OutboundId(row.outbox_id),
            verdict: row.verdict,
            rule: row.rule,
            until: row.until,
            at: row.at,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// Presses the stop button of a creditor. False when it was pressed already.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn halt(&mut self, creditor: &CreditorKey, by: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        self.query(
            "halt",
            "insert into halts (creditor_key, pressed_by, pressed_at) values ($1, $2, $3)
             on conflict (creditor_key) do nothing",
        )
        .bind(creditor.0.as_str())
        .bind(by)
        .bind(at)
        .changed()
        .await
    }

    /// Lifts it. False when it was not pressed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn lift_halt(&mut self, creditor: &CreditorKey) -> Result<bool, StoreError> {
        let query = self.query("lift halt", "delete from halts where creditor_key = $1");
        query.bind(creditor.0.as_str()).changed().await
    }

    /// Judges anew, now, what the stop button of a creditor held.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn wake_halted(&mut self, creditor: &CreditorKey, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.query(
            "wake halted",
            "update outbox set due_at = $2 where state = 'ready' and rule = 'halted' and due_at > $2
                and exists (select 1 from threads where threads.id = outbox.thread_id and threads.creditor_key = $1)",
        )
        .bind(creditor.0.as_str())
        .bind(now)
        .run()
        .await
    }

    /// The stop buttons that are pressed.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn halts(&mut self) -> Result<Vec<Halt>, StoreError> {
        let rows = self
            .query("halts", "select creditor_key, pressed_by, pressed_at from halts order by pressed_at, creditor_key")
            .all::<(String, String, DateTime<Utc>)>()
            .await?;
        Ok(rows.into_iter().map(|(key, by, since)| Halt { creditor: CreditorKey(key), by, since }).collect())
    }
}
