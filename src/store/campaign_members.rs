//! The members of a campaign: their turns, and what became of them.

use super::column::Place;
use super::corrections::mistaken_decisions;
use super::{StoreError, Tx};
use crate::domain::{CampaignId, CampaignState, CaseId, DecisionId, PhoneNumber};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

/// One case of a campaign whose turn has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The case.
    pub case: CaseId,
    /// The wording that its debtor drew.
    pub arm: String,
}

/// What became of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// Not yet: judged again then.
    Later {
        /// When.
        until: DateTime<Utc>,
        /// The rule that holds it.
        rule: &'static str,
    },
    /// A rule leaves it out.
    LeftOut {
        /// Which.
        rule: &'static str,
    },
    /// A decision was made for it; where that said nothing, its own rules kept it back.
    Decided(DecisionId),
}

/// How many members of a campaign are where, by arm.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct MemberCount {
    /// The wording that they drew, or `control`.
    pub arm: String,
    /// `waiting`, `written`, `left_out` or `control`.
    pub state: String,
    /// The rule that holds them or left them out.
    pub rule: Option<String>,
    /// How many.
    pub members: i64,
}

/// A case's place in a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// What the campaign is called.
    pub campaign: String,
    /// Where the campaign stands.
    pub state: CampaignState,
    /// Who last started, paused, resumed or stopped it.
    pub changed_by: String,
    /// When.
    pub changed_at: DateTime<Utc>,
    /// The wording that the person drew, or `control`.
    pub arm: String,
    /// `waiting`, `written`, `left_out` or `control`.
    pub turn: String,
    /// The rule that holds it or left it out.
    pub rule: Option<String>,
    /// When its turn comes at the earliest.
    pub not_before: DateTime<Utc>,
    /// The decision that its turn led to.
    pub decision: Option<DecisionId>,
}

#[derive(FromRow)]
struct MembershipRow {
    id: Uuid,
    name: String,
    campaign_state: String,
    changed_by: String,
    changed_at: DateTime<Utc>,
    arm: String,
    state: String,
    rule: Option<String>,
    not_before: DateTime<Utc>,
    decision_id: Option<Uuid>,
}

impl TryFrom<MembershipRow> for Membership {
    type Error = StoreError;

    fn try_from(row: MembershipRow) -> Result<Self, StoreError> {
        Ok(Self {
            state: Place::of("campaigns", &row.id).label("state", &row.campaign_state)?,
            campaign: row.name,
            changed_by: row.changed_by,
            changed_at: row.changed_at,
            arm: row.arm,
            turn: row.state,
            rule: row.rule,
            not_before: row.not_before,
            decision: row.decision_id.map(DecisionId),
        })
    }
}

/// A person of a campaign, and what they did.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
#[expect(clippy::struct_excessive_bools, reason = "each is a column of the results, counted alone")]
pub struct PersonOfCampaign {
    /// The wording that they drew, or `control`.
    pub arm: String,
    /// Whether they were written to.
    pub written: bool,
    /// Whether the reminder is on the handset.
    pub arrived: bool,
    /// Whether they wrote since.
    pub replied: bool,
    /// Whether they admitted the debt in words since.
    pub acknowledged: bool,
    /// Whether they offered a date since.
    pub promised: bool,
    /// Whether they contested it since.
    pub disputed: bool,
    /// Whether they asked us to stop since.
    pub opted_out: bool,
    /// Whether they paid something since the campaign was planned.
    pub paid: bool,
}

impl Tx {
    /// Adds a case to a campaign: waiting for its turn, or left untouched.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_member(
        &mut self,
        campaign: CampaignId,
        case: CaseId,
        arm: &str,
        untouched: bool,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.query(
            "insert member",
            "insert into campaign_members (campaign_id, case_id, arm, state, not_before, at) values ($1, $2, $3, $4, $5, $5)",
        )
        .bind(campaign.0)
        .bind(case.0)
        .bind(arm)
        .bind(if untouched { "control" } else { "waiting" })
        .bind(now)
        .run()
        .await?;
        Ok(())
    }

    /// Members whose turn it is at `now`, those who waited longest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn members_whose_turn_it_is(
        &mut self,
        campaign: CampaignId,
        now: DateTime<Utc>,
        limit: u32,
    ) -> Result<Vec<Member>, StoreError> {
        let rows = self
            .query(
                "members whose turn it is",
                "select case_id, arm from campaign_members
                 where campaign_id = $1 and state = 'waiting' and not_before <= $2
                 order by not_before, case_id limit $3",
            )
            .bind(campaign.0)
            .bind(now)
            .bind(i64::from(limit))
            .all::<(Uuid, String)>()
            .await?;
        Ok(rows.into_iter().map(|(case, arm)| Member { case: CaseId(case), arm }).collect())
    }

    /// Whether a case still waits for its turn.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn waits_for_its_turn(&mut self, campaign: CampaignId, case: CaseId) -> Result<bool, StoreError> {
        let waits = self
            .query(
                "waits for its turn",
                "select case_id from campaign_members where campaign_id = $1 and case_id = $2 and state = 'waiting'",
            )
            .bind(campaign.0)
            .bind(case.0)
            .first::<(Uuid,)>()
            .await?;
        Ok(waits.is_some())
    }

    /// Whether a campaign has nothing left to do: nobody waits, now or later, and nothing of it is queued.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn campaign_is_through(&mut self, campaign: CampaignId) -> Result<bool, StoreError> {
        let left = self
            .query(
                "campaign is through",
                "select 1 where exists (
                    select 1 from campaign_members where campaign_id = $1 and state = 'waiting')
                 or exists (
                    select 1 from campaign_members m join outbox on outbox.decision_id = m.decision_id
                    where m.campaign_id = $1 and outbox.state in ('ready', 'sending'))",
            )
            .bind(campaign.0)
            .first::<(i32,)>()
            .await?;
        Ok(left.is_none())
    }

    /// How many members were written to since.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn written_since(&mut self, campaign: CampaignId, since: DateTime<Utc>) -> Result<u32, StoreError> {
        let sql = "select count(*) from campaign_members where campaign_id = $1 and state = 'written' and at > $2";
        let (count,) = self.query("written since", sql).bind(campaign.0).bind(since).one::<(i64,)>().await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// Writes down what became of a member.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_member(
        &mut self,
        campaign: CampaignId,
        case: CaseId,
        turn: Turn,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (until, rule, decision) = match turn {
            Turn::Later { until, rule } => (until, Some(rule), None),
            Turn::LeftOut { rule } => (now, Some(rule), None),
            Turn::Decided(decision) => (now, None, Some(decision.0)),
        };
        self.query(
            "settle member",
            "update campaign_members set not_before = $3, decision_id = $4, at = $6,
                state = case when $7 then 'waiting'
                    when exists (select 1 from outbox where decision_id = $4) then 'written' else 'left_out' end,
                rule = case when $4 is null or exists (select 1 from outbox where decision_id = $4) then $5
                    else 'kept_silent' end
             where campaign_id = $1 and case_id = $2",
        )
        .bind(campaign.0)
        .bind(case.0)
        .bind(until)
        .bind(decision)
        .bind(rule)
        .bind(now)
        .bind(matches!(turn, Turn::Later { .. }))
        .run()
        .await?;
        Ok(())
    }

    /// Whether a demand is queued for a person, on whatever case.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn demand_is_queued(&mut self, person: &PhoneNumber) -> Result<bool, StoreError> {
        let queued = self
            .query(
                "demand is queued",
                "select 1 from threads join outbox on outbox.thread_id = threads.id
                 where threads.number = $1 and outbox.purpose = 'demand' and outbox.state in ('ready', 'sending') limit 1",
            )
            .bind(person.as_str())
            .first::<(i32,)>()
            .await?;
        Ok(queued.is_some())
    }

    /// How many demands of a sender are due and have not left.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn demands_behind(&mut self, sender: &str, now: DateTime<Utc>) -> Result<u32, StoreError> {
        let sql =
            "select count(*) from outbox where state = 'ready' and sender = $1 and purpose = 'demand' and due_at <= $2";
        let (count,) = self.query("demands behind", sql).bind(sender).bind(now).one::<(i64,)>().await?;
        Ok(u32::try_from(count).unwrap_or(u32::MAX))
    }

    /// The campaigns that a case is in, the oldest first.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn memberships_of_case(&mut self, case: CaseId) -> Result<Vec<Membership>, StoreError> {
        let rows = self
            .query(
                "memberships of a case",
                "select campaigns.id, campaigns.name, campaigns.state as campaign_state, campaigns.changed_by,
                    campaigns.changed_at, m.arm, m.state, m.rule, m.not_before, m.decision_id
                 from campaign_members m join campaigns on campaigns.id = m.campaign_id
                 where m.case_id = $1 order by campaigns.planned_at, campaigns.id",
            )
            .bind(case.0)
            .all::<MembershipRow>()
            .await?;
        rows.into_iter().map(Membership::try_from).collect()
    }

    /// How many members are where.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_members(&mut self, campaign: CampaignId) -> Result<Vec<MemberCount>, StoreError> {
        self.query(
            "count members",
            "select arm, state, rule, count(*) as members from campaign_members where campaign_id = $1
             group by arm, state, rule order by arm, state, rule",
        )
        .bind(campaign.0)
        .all::<MemberCount>()
        .await
    }

    /// The people of a campaign, each once, and what they did: since they were written to; paid, since it was planned.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn campaign_people(&mut self, campaign: CampaignId) -> Result<Vec<PersonOfCampaign>, StoreError> {
        self.query(
            "people of a campaign",
            concat!(
            "with
             person as (
                select cases.thread_id, min(m.arm) as arm,
                    min(case when m.state = 'written' then m.at end) as written_at,
                    min(campaigns.planned_at) as planned_at
                from campaign_members m join campaigns on campaigns.id = m.campaign_id
                    join cases on cases.id = m.case_id
                where m.campaign_id = $1 group by cases.thread_id
             ),
             arrived as (
                select distinct cases.thread_id from campaign_members m join cases on cases.id = m.case_id
                    join outbox on outbox.decision_id = m.decision_id
                where m.campaign_id = $1 and outbox.state = 'delivered'
             ),
             -- what happened on any case of each person, once per person
             happened as (
                select person.thread_id,
                    max(case when events.at >= person.written_at and events.name = 'acknowledged'
                        and events.data ->> 'how' = 'explicit' then 1 else 0 end) as acknowledged,
                    max(case when events.at >= person.written_at
                        and events.name in ('promise_proposed', 'promise_confirmed') then 1 else 0 end) as promised,
                    max(case when events.at >= person.written_at
                        and events.name = 'dispute_opened' then 1 else 0 end) as disputed,
                    max(case when events.at >= person.written_at and events.name = 'suppressed'
                        and events.data ->> 'reason' = 'opt_out' then 1 else 0 end) as opted_out,
                    max(case when events.name = 'payment_received' then 1 else 0 end) as paid
                from person join cases on cases.thread_id = person.thread_id
                    join events on events.case_id = cases.id
                where events.at >= person.planned_at
                    -- what was read by mistake did not happen; a stop stands all the same
                    and (events.name = 'suppressed' or events.decision_id not in ",
            mistaken_decisions!(),
            ") group by person.thread_id
             )
             select p.arm, p.written_at is not null as written, arrived.thread_id is not null as arrived,
                exists (select 1 from inbox i where i.thread_id = p.thread_id and i.received_at >= p.written_at) as replied,
                coalesce(h.acknowledged, 0) = 1 as acknowledged, coalesce(h.promised, 0) = 1 as promised,
                coalesce(h.disputed, 0) = 1 as disputed, coalesce(h.opted_out, 0) = 1 as opted_out,
                coalesce(h.paid, 0) = 1 as paid
             from person p left join arrived on arrived.thread_id = p.thread_id
                left join happened h on h.thread_id = p.thread_id
             order by p.arm, p.thread_id",
            ),
        )
        .bind(campaign.0)
        .all::<PersonOfCampaign>()
        .await
    }
}
