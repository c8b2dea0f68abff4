//! People with all that stands about them, by ranges of numbers: for what looks at a whole portfolio.

use super::approvals::withdrawn;
use super::cases::{CaseRow, case_columns};
use super::column::Place;
use super::outbound::{Outbound, OutboundRow, columns};
use super::{StoreError, Tx};
use crate::domain::{Case, CaseId, ThreadId, TimerKind};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::FromRow;
use std::collections::BTreeMap;
use uuid::Uuid;

/// One person: a number, on whatever case and for whatever creditor.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Their cases, the oldest first.
    pub cases: Vec<CaseOfPerson>,
    /// What is written for them and has not left, in the order of writing; but for what a paused
    /// campaign holds, and what may not be said any more.
    pub queued: Vec<Outbound>,
    /// When our demands of the last thirty days left, the oldest first.
    pub demands: Vec<DateTime<Utc>>,
    /// How many demands left since they last wrote.
    pub unanswered: usize,
    /// When they last wrote.
    pub wrote_at: Option<DateTime<Utc>>,
    /// A reply of theirs waits for a person to read it.
    pub unread_reply: bool,
}

/// A case of a person.
#[derive(Debug, Clone)]
pub struct CaseOfPerson {
    /// The case.
    pub case: Case,
    /// Its thread.
    pub thread: ThreadId,
    /// The case that was last spoken of on that thread.
    pub focus: Option<CaseId>,
    /// The day after which the debt is time-barred, where the creditor knows it.
    pub limitation_on: Option<NaiveDate>,
    /// Its alarms.
    pub timers: Vec<(TimerKind, DateTime<Utc>)>,
}

#[derive(FromRow)]
struct PersonRow {
    #[sqlx(flatten)]
    case: CaseRow,
    focus_case: Option<Uuid>,
    limitation_on: Option<NaiveDate>,
}

#[derive(FromRow)]
struct TimerRow {
    number: String,
    case_id: Uuid,
    kind: String,
    rings_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct SentRow {
    number: String,
    left_at: DateTime<Utc>,
    answered: bool,
}

/// Everybody, a page at a time, in the order of their numbers: a portfolio is never held whole.
#[derive(Debug, Clone)]
pub struct People {
    page: u32,
    at: DateTime<Utc>,
    after: String,
}

impl People {
    /// People as they stand at `at`, so many numbers on a page.
    #[must_use]
    pub const fn by_pages_of(page: u32, at: DateTime<Utc>) -> Self {
        Self { page, at, after: String::new() }
    }

    /// The people of the next page, as `tx` sees them; `None` after the last.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn next(&mut self, tx: &mut Tx) -> Result<Option<Vec<Person>>, StoreError> {
        let Some((first, last)) = tx.numbers_after(&self.after, self.page).await? else { return Ok(None) };
        let people = tx.people(&first, &last, self.at).await?;
        self.after = last;
        Ok(Some(people))
    }
}

impl Tx {
    /// The first and the last of the next `limit` numbers after `after`; `None` when there are no more.
    async fn numbers_after(&mut self, after: &str, limit: u32) -> Result<Option<(String, String)>, StoreError> {
        let range = self
            .query(
                "numbers after",
                "select min(number), max(number) from (
                    select distinct number from threads where number > $1 order by number limit $2) page",
            )
            .bind(after)
            .bind(i64::from(limit))
            .one::<(Option<String>, Option<String>)>()
            .await?;
        Ok(range.0.zip(range.1))
    }

    /// The people of the numbers from `first` to `last`, in the order of these, as they stand at `now`.
    async fn people(&mut self, first: &str, last: &str, now: DateTime<Utc>) -> Result<Vec<Person>, StoreError> {
        let mut people = self.cases_by_number(first, last).await?;
        self.timers_by_number(first, last, &mut people).await?;
        self.queued_by_number(first, last, &mut people).await?;
        self.demands_by_number(first, last, now, &mut people).await?;
        self.replies_by_number(first, last, &mut people).await?;
        Ok(people.into_values().collect())
    }

    async fn cases_by_number(&mut self, first: &str, last: &str) -> Result<BTreeMap<String, Person>, StoreError> {
        let rows = self
            .query(
                "cases by number",
                concat!(
                    "select ",
                    case_columns!(),
                    ", t.focus_case, c.limitation_on
                     from threads t join cases c on c.thread_id = t.id
                     where t.number >= $1 and t.number <= $2 order by t.number, c.created_at, c.id"
                ),
            )
            .bind(first)
            .bind(last)
            .all::<PersonRow>()
            .await?;
        let mut people: BTreeMap<String, Person> = BTreeMap::new();
        for row in rows {
            let thread = ThreadId(row.case.thread_id);
            let case = Case::try_from(row.case)?;
            let number = case.phone.number.as_str().to_owned();
            let (focus, limitation_on) = (row.focus_case.map(CaseId), row.limitation_on);
            let case = CaseOfPerson { case, thread, focus, limitation_on, timers: Vec::new() };
            people.entry(number).or_default().cases.push(case);
        }
        Ok(people)
    }

    async fn timers_by_number(
        &mut self,
        first: &str,
        last: &str,
        people: &mut BTreeMap<String, Person>,
    ) -> Result<(), StoreError> {
        let rows = self
            .query(
                "timers by number",
                "select t.number, timers.case_id, timers.kind, timers.rings_at
                 from threads t join cases c on c.thread_id = t.id join timers on timers.case_id = c.id
                 where t.number >= $1 and t.number <= $2 order by timers.rings_at, timers.kind",
            )
            .bind(first)
            .bind(last)
            .all::<TimerRow>()
            .await?;
        for row in rows {
            let kind = Place::of("timers", &row.case_id).label("kind", &row.kind)?;
            let cases = people.get_mut(&row.number).map(|person| &mut person.cases);
            if let Some(case) = cases.and_then(|cases| cases.iter_mut().find(|one| one.case.id.0 == row.case_id)) {
                case.timers.push((kind, row.rings_at));
            }
        }
        Ok(())
    }

    async fn queued_by_number(
        &mut self,
        first: &str,
        last: &str,
        people: &mut BTreeMap<String, Person>,
    ) -> Result<(), StoreError> {
        let rows = self
            .query(
                "queued by number",
                concat!(
                    "select ",
                    columns!(),
                    " from outbox where state = 'ready' and to_number >= $1 and to_number <= $2
                        and not exists (
                            select 1 from campaign_members m join campaigns on campaigns.id = m.campaign_id
                            where m.decision_id = outbox.decision_id and campaigns.state in ('paused', 'stopped'))
                        and not ",
                    withdrawn!("outbox.version_hash, outbox.frame_hash"),
                    " order by created_at, id"
                ),
            )
            .bind(first)
            .bind(last)
            .all::<OutboundRow>()
            .await?;
        for row in rows {
            let message = Outbound::try_from(row)?;
            if let Some(person) = people.get_mut(message.new.to.as_str()) {
                person.queued.push(message);
            }
        }
        Ok(())
    }

    async fn demands_by_number(
        &mut self,
        first: &str,
        last: &str,
        now: DateTime<Utc>,
        people: &mut BTreeMap<String, Person>,
    ) -> Result<(), StoreError> {
        let rows = self
            .query(
                "demands by number",
                // with those on their cases that left for another number of theirs before
                "select told.number, told.left_at,
                    exists (
                        select 1 from inbox join threads theirs on theirs.id = inbox.thread_id
                        where (theirs.number = told.number or theirs.id = told.thread_id)
                            and inbox.received_at >= told.left_at)
                    or exists (
                        select 1 from inbox
                        where inbox.case_id = told.case_id and inbox.received_at >= told.left_at) as answered
                 from (
                    select t.number, o.thread_id, o.case_id, coalesce(o.sent_at, o.first_attempt_at) as left_at
                    from threads t join outbox o on o.thread_id = t.id
                    where t.number >= $1 and t.number <= $2 and o.purpose = 'demand'
                        and o.state in ('sending', 'sent', 'delivered', 'unknown')
                    union all
                    select t.number, o.thread_id, o.case_id, coalesce(o.sent_at, o.first_attempt_at)
                    from threads t join cases c on c.thread_id = t.id
                        join outbox o on o.case_id = c.id and o.thread_id <> t.id
                    where t.number >= $1 and t.number <= $2 and o.purpose = 'demand'
                        and o.state in ('sending', 'sent', 'delivered', 'unknown')) told
                 order by 2",
            )
            .bind(first)
            .bind(last)
            .all::<SentRow>()
            .await?;
        for row in rows {
            if let Some(person) = people.get_mut(&row.number) {
                person.unanswered += usize::from(!row.answered);
                if row.left_at > now - TimeDelta::days(30) {
                    person.demands.push(row.left_at);
                }
            }
        }
        Ok(())
    }

    async fn replies_by_number(
        &mut self,
        first: &str,
        last: &str,
        people: &mut BTreeMap<String, Person>,
    ) -> Result<(), StoreError> {
        let rows = self
            .query(
                "unread replies by number",
                "select distinct t.number from tasks left join cases c on c.id = tasks.case_id
                    join threads t on t.id = coalesce(c.thread_id, tasks.thread_id)
                 where t.number >= $1 and t.number <= $2 and tasks.kind = 'new_reply' and tasks.resolved_at is null",
            )
            .bind(first)
            .bind(last)
            .all::<(String,)>()
            .await?;
        for (number,) in rows {
            if let Some(person) = people.get_mut(&number) {
                person.unread_reply = true;
            }
        }
        let rows = self
            .query(
                "last replies by number",
                "select t.number, max(inbox.received_at) from threads t join inbox on inbox.thread_id = t.id
                 where t.number >= $1 and t.number <= $2 group by t.number",
            )
            .bind(first)
            .bind(last)
            .all::<(String, DateTime<Utc>)>()
            .await?;
        for (number, at) in rows {
            if let Some(person) = people.get_mut(&number) {
                person.wrote_at = Some(at);
            }
        }
        Ok(())
    }
}
