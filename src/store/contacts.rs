//! What passed between us and one person, on whatever case and for whatever creditor: the governor judges by it.

use super::approvals::withdrawn;
use super::{Outbound, StoreError, Tx};
use crate::domain::{CaseId, Contacts, CreditorKey, PhoneNumber};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::FromRow;
use uuid::Uuid;

/// The demands that left for the number `$1`, and those on the cases of that person that left for another number of theirs
/// before: a new number does not begin their count anew.
macro_rules! demands {
    ($rest:literal) => {
        concat!(
            "(select outbox.id, outbox.thread_id, outbox.case_id,
                 coalesce(outbox.sent_at, outbox.first_attempt_at) as left_at
              from threads join outbox on outbox.thread_id = threads.id
              where threads.number = $1 and outbox.purpose = 'demand'
                 and outbox.state in ('sending', 'sent', 'delivered', 'unknown')
              union
              select outbox.id, outbox.thread_id, outbox.case_id, coalesce(outbox.sent_at, outbox.first_attempt_at)
              from threads join cases on cases.thread_id = threads.id join outbox on outbox.case_id = cases.id
              where threads.number = $1 and outbox.purpose = 'demand'
                 and outbox.state in ('sending', 'sent', 'delivered', 'unknown')) as demands ",
            $rest
        )
    };
}

#[derive(FromRow)]
struct ContactsRow {
    unanswered: i64,
    wrote_at: Option<DateTime<Utc>>,
    unread_reply: bool,
    another_case_rests: bool,
    same_words: bool,
    limitation_on: Option<NaiveDate>,
    text_withdrawn: bool,
    halted: bool,
    campaign_stopped: bool,
}

impl Tx {
    /// What passed between us and a person besides `leaving`, which is about to leave for them on a case of `creditor`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn contacts(
        &mut self,
        person: &PhoneNumber,
        creditor: &CreditorKey,
        case: Option<CaseId>,
        leaving: Option<&Outbound>,
        now: DateTime<Utc>,
    ) -> Result<Contacts, StoreError> {
        let number = person.as_str();
        let own = leaving.map_or(Uuid::nil(), |message| message.id.0);
        let demands = self
            .query(
                "demands of a person",
                concat!("select left_at from ", demands!("where id <> $2 and left_at > $3 order by 1")),
            )
            .bind(number)
            .bind(own)
            .bind(now - TimeDelta::days(30))
            .all::<(DateTime<Utc>,)>()
            .await?;
        let row = self
            .query(
                "contacts of a person",
                concat!(
                    "select (select count(*) from ",
                    demands!(
                        "where demands.id <> $2
                            and not exists (
                                select 1 from inbox join threads as theirs on theirs.id = inbox.thread_id
                                where (theirs.number = $1 or theirs.id = demands.thread_id)
                                    and inbox.received_at >= demands.left_at)
                            and not exists (
                                select 1 from inbox
                                where inbox.case_id = demands.case_id and inbox.received_at >= demands.left_at))
                        as unanswered,"
                    ),
                    "(select max(inbox.received_at) from inbox join threads on threads.id = inbox.thread_id
                     where threads.number = $1) as wrote_at,
                    exists (
                        select 1 from tasks left join cases on cases.id = tasks.case_id
                            join threads on threads.id = coalesce(cases.thread_id, tasks.thread_id)
                        where threads.number = $1 and tasks.kind = 'new_reply' and tasks.resolved_at is null)
                        as unread_reply,
                    exists (
                        select 1 from cases join threads on threads.id = cases.thread_id
                        where threads.number = $1
                            and (cases.state = 'frozen' and (cases.state_data -> 'freeze' ->> 'until') is null
                                or (cases.state_data -> 'before' ->> 'state') = 'frozen'
                                    and (cases.state_data -> 'before' -> 'freeze' ->> 'until') is null)
                            and cases.id <> coalesce($3, cases.thread_id))
                        as another_case_rests,
                    exists (
                        select 1 from outbox join threads on threads.id = outbox.thread_id
                        where threads.number = $1 and outbox.id <> $2 and outbox.body = $4
                            and outbox.state in ('sending', 'sent', 'delivered', 'unknown')
                            and coalesce(outbox.sent_at, outbox.first_attempt_at) > $5)
                        as same_words,
                    (select limitation_on from cases where id = $3) as limitation_on,
                    (exists (select 1 from halts where creditor_key = $6)
                        or exists (
                            select 1 from campaign_members join campaigns on campaigns.id = campaign_members.campaign_id
                            where campaign_members.decision_id = $7 and campaigns.state = 'paused'))
                        as halted,
                    exists (
                        select 1 from campaign_members join campaigns on campaigns.id = campaign_members.campaign_id
                        where campaign_members.decision_id = $7 and campaigns.state = 'stopped')
                        as campaign_stopped,
                    ",
                    withdrawn!("$8, $9"),
                    " as text_withdrawn"
                ),
            )
            .bind(number)
            .bind(own)
            .bind(case.map(|case| case.0))
            .bind(leaving.map_or("", |message| message.new.body.as_str()))
            .bind(now - TimeDelta::days(1))
            .bind(creditor.0.as_str())
            .bind(leaving.and_then(|message| message.new.decision).map(|decision| decision.0))
            .bind(leaving.map_or("", |message| message.new.version_hash.as_str()))
            .bind(leaving.map_or("", |message| message.new.frame_hash.as_str()))
            .first::<ContactsRow>()
            .await?;
        let demands = demands.into_iter().map(|(at,)| at).collect();
        Ok(row.map_or_else(Contacts::default, |row| Contacts {
            demands,
            unanswered: usize::try_from(row.unanswered).unwrap_or(usize::MAX),
            wrote_at: row.wrote_at,
            unread_reply: row.unread_reply,
            another_case_rests: row.another_case_rests,
            same_words: row.same_words,
            limitation_on: row.limitation_on,
            text_withdrawn: row.text_withdrawn,
            halted: row.halted,
            campaign_stopped: row.campaign_stopped,
            sender_free_at: None,
        }))
    }

    /// When `sender` may hand over its next demand, at so many a minute; `None`: now. What was claimed at `now` itself is
    /// not counted: whoever claimed it counts it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sender_free_at(
        &mut self,
        sender: &str,
        per_minute: u32,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let Some(offset) = per_minute.checked_sub(1) else { return Ok(Some(now + TimeDelta::minutes(1))) };
        let last_that_fills_it = self
            .query(
                "demands of a sender",
                "select first_attempt_at from outbox
                 where sender = $1 and purpose = 'demand' and first_attempt_at > $2 and first_attempt_at < $3
                    and state in ('sending', 'sent', 'delivered', 'failed', 'unknown')
                 order by first_attempt_at desc limit 1 offset $4",
            )
            .bind(sender)
            .bind(now - TimeDelta::minutes(1))
            .bind(now)
            .bind(i64::from(offset))
            .first::<(DateTime<Utc>,)>()
            .await?;
        Ok(last_that_fills_it.map(|(at,)| at + TimeDelta::minutes(1)))
    }
}
