//! Campaigns: whom each takes, and what became of them.

use super::column::{Json, Place, json};
use super::{StoreError, Tx};
use crate::domain::{CampaignId, CampaignPlan, CampaignState, CaseId, CreditorKey, DecisionId, PhoneNumber};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use std::collections::HashMap;
use uuid::Uuid;

/// A campaign as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Its id.
    pub id: CampaignId,
    /// In whose name.
    pub creditor: CreditorKey,
    /// What it is called, among those of its creditor.
    pub name: String,
    /// What it was planned as.
    pub plan: CampaignPlan,
    /// Where it stands.
    pub state: CampaignState,
    /// Who planned it.
    pub planned_by: String,
    /// When.
    pub planned_at: DateTime<Utc>,
    /// Who last started, paused, resumed or stopped it.
    pub changed_by: String,
    /// When.
    pub changed_at: DateTime<Utc>,
}

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

#[derive(FromRow)]
struct CampaignRow {
    id: Uuid,
    creditor_key: String,
    name: String,
    plan: Json,
    state: String,
    planned_by: String,
    planned_at: DateTime<Utc>,
    changed_by: String,
    changed_at: DateTime<Utc>,
}

impl TryFrom<CampaignRow> for Campaign {
    type Error = StoreError;

    fn try_from(row: CampaignRow) -> Result<Self, StoreError> {
        let place = Place::of("campaigns", &row.id);
        Ok(Self {
            id: CampaignId(row.id),
            creditor: CreditorKey(row.creditor_key),
            plan: place.json("plan", row.plan)?,
            state: place.label("state", &row.state)?,
            name: row.name,
            planned_by: row.planned_by,
            planned_at: row.planned_at,
            changed_by: row.changed_by,
            changed_at: row.changed_at,
        })
    }
}

macro_rules! columns {
    () => {
        "id, creditor_key, name, plan, state, planned_by, planned_at, changed_by, changed_at"
    };
}

impl Tx {
    /// Writes a campaign down; false when its creditor has one of that name.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_campaign(&mut self, campaign: &Campaign) -> Result<bool, StoreError> {
        self.query(
            "insert campaign",
            concat!(
                "insert into campaigns (",
                columns!(),
                ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (creditor_key, name) do nothing"
            ),
        )
        .bind(campaign.id.0)
        .bind(&campaign.creditor.0)
        .bind(&campaign.name)
        .bind(json(&campaign.plan))
        .bind(campaign.state.label())
        .bind(&campaign.planned_by)
        .bind(campaign.planned_at)
        .bind(&campaign.changed_by)
        .bind(campaign.changed_at)
        .changed()
        .await
    }

    /// The arm that a person drew in an experiment: the one they have, else `drawn`, which they keep.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn keep_arm(
        &mut self,
        experiment: &str,
        person: &PhoneNumber,
        drawn: &str,
        now: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        let (arm,) = self
            .query(
                "keep arm",
                // an update that changes nothing, so that the row that was there is returned
                "insert into arms (experiment, number, arm, drawn_at) values ($1, $2, $3, $4)
                 on conflict (experiment, number) do update set arm = arms.arm returning arm",
            )
            .bind(experiment)
            .bind(person.as_str())
            .bind(drawn)
            .bind(now)
            .one::<(String,)>()
            .await?;
        Ok(arm)
    }

    /// The arms that people have drawn in an experiment.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn arms(&mut self, experiment: &str) -> Result<HashMap<PhoneNumber, String>, StoreError> {
        let query = self.query("arms", "select number, arm from arms where experiment = $1");
        let rows = query.bind(experiment).all::<(String, String)>().await?;
        let place = Place::of("arms", &experiment);
        rows.into_iter().map(|(number, arm)| Ok((place.phone("number", number)?, arm))).collect()
    }

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

    /// The campaign of that creditor and name.
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn campaign(&mut self, creditor: &CreditorKey, name: &str) -> Result<Option<Campaign>, StoreError> {
        let sql = concat!("select ", columns!(), " from campaigns where creditor_key = $1 and name = $2");
        let row = self.query("campaign", sql).bind(&creditor.0).bind(name).first::<CampaignRow>().await?;
        row.map(Campaign::try_from).transpose()
    }

    /// Every campaign, the latest first.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn campaigns(&mut self) -> Result<Vec<Campaign>, StoreError> {
        let sql = concat!("select ", columns!(), " from campaigns order by planned_at desc, id desc");
        self.query("campaigns", sql).all::<CampaignRow>().await?.into_iter().map(Campaign::try_from).collect()
    }

    /// Those that run, the oldest first.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn running_campaigns(&mut self) -> Result<Vec<Campaign>, StoreError> {
        let sql = concat!("select ", columns!(), " from campaigns where state = 'running' order by planned_at, id");
        self.query("running campaigns", sql).all::<CampaignRow>().await?.into_iter().map(Campaign::try_from).collect()
    }

    /// Moves a campaign on from where it was seen; false when it has moved meanwhile.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn move_campaign(
        &mut self,
        campaign: &Campaign,
        next: CampaignState,
        by: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        self.query(
            "move campaign",
            "update campaigns set state = $3, changed_by = $4, changed_at = $5 where id = $1 and state = $2",
        )
        .bind(campaign.id.0)
        .bind(campaign.state.label())
        .bind(next.label())
        .bind(by)
        .bind(now)
        .changed()
        .await
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

    /// Locks a campaign, so that its turns are given one by one whoever gives them; whether it runs.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn lock_running_campaign(&mut self, campaign: CampaignId) -> Result<bool, StoreError> {
        let sql = "update campaigns set state = state where id = $1 and state = 'running'";
        self.query("lock campaign", sql).bind(campaign.0).changed().await
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

    /// Calls back what a campaign has written and what has not left; how many.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn recall_campaign(&mut self, campaign: CampaignId, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.query(
            "recall campaign",
            "update outbox set state = 'recalled', rule = 'campaign_stopped', status_at = $2
             where state = 'ready' and decision_id in (
                select decision_id from campaign_members where campaign_id = $1 and decision_id is not null)",
        )
        .bind(campaign.0)
        .bind(now)
        .run()
        .await
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
            "with
             person as (
                select cases.thread_id, min(m.arm) as arm,
                    min(case when m.state = 'written' then m.at end) as written_at,
                    min(campaigns.planned_at) as planned_at
                from campaign_members m join campaigns on campaigns.id = m.campaign_id
                    join cases on cases.id = m.case_id
                where m.campaign_id = $1 group by cases.thread_id
             ),
             happened as (
                select cases.thread_id, events.name, events.data, events.at
                from person join cases on cases.thread_id = person.thread_id
                    join events on events.case_id = cases.id
                where events.at >= person.planned_at
             )
             select p.arm, p.written_at is not null as written,
                exists (
                    select 1 from campaign_members m join cases on cases.id = m.case_id
                        join outbox on outbox.decision_id = m.decision_id
                    where m.campaign_id = $1 and cases.thread_id = p.thread_id and outbox.state = 'delivered') as arrived,
                exists (select 1 from inbox i where i.thread_id = p.thread_id and i.received_at >= p.written_at) as replied,
                exists (select 1 from happened h where h.thread_id = p.thread_id and h.at >= p.written_at
                    and h.name = 'acknowledged' and h.data ->> 'how' = 'explicit') as acknowledged,
                exists (select 1 from happened h where h.thread_id = p.thread_id and h.at >= p.written_at
                    and h.name in ('promise_proposed', 'promise_confirmed')) as promised,
                exists (select 1 from happened h where h.thread_id = p.thread_id and h.at >= p.written_at
                    and h.name = 'dispute_opened') as disputed,
                exists (select 1 from happened h where h.thread_id = p.thread_id and h.at >= p.written_at
                    and h.name = 'suppressed' and h.data ->> 'reason' = 'opt_out') as opted_out,
                exists (select 1 from happened h where h.thread_id = p.thread_id
                    and h.name = 'payment_received') as paid
             from person p order by p.arm, p.thread_id",
        )
        .bind(campaign.0)
        .all::<PersonOfCampaign>()
        .await
    }
}
