//! Campaigns: whom each takes, and what became of them.

use super::column::{Json, Place, json};
use super::{StoreError, Tx};
use crate::domain::{CampaignId, CampaignPlan, CampaignState, CreditorKey, PhoneNumber};
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

    /// Forgets a plan of that name whose people were being chosen when its process died; the lots that were drawn stay.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn drop_interrupted_plan(&mut self, creditor: &CreditorKey, name: &str) -> Result<(), StoreError> {
        self.query(
            "drop interrupted plan",
            "delete from campaign_members where campaign_id in (
                select id from campaigns where creditor_key = $1 and name = $2 and state = 'planning')",
        )
        .bind(&creditor.0)
        .bind(name)
        .run()
        .await?;
        self.query(
            "drop interrupted plan",
            "delete from campaigns where creditor_key = $1 and name = $2 and state = 'planning'",
        )
        .bind(&creditor.0)
        .bind(name)
        .run()
        .await?;
        Ok(())
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

    /// The arm that a person drew in an experiment, if they did.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn arm(&mut self, experiment: &str, person: &PhoneNumber) -> Result<Option<String>, StoreError> {
        let query = self.query("arm", "select arm from arms where experiment = $1 and number = $2");
        let row = query.bind(experiment).bind(person.as_str()).first::<(String,)>().await?;
        Ok(row.map(|(arm,)| arm))
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

    /// Locks a campaign, so that its turns are given one by one whoever gives them; whether it runs.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn lock_running_campaign(&mut self, campaign: CampaignId) -> Result<bool, StoreError> {
        let sql = "update campaigns set state = state where id = $1 and state = 'running'";
        self.query("lock campaign", sql).bind(campaign.0).changed().await
    }

    /// Leaves out whoever still waits in a campaign that was stopped.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn leave_out_the_rest(&mut self, campaign: CampaignId, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.query(
            "leave out the rest",
            "update campaign_members set state = 'left_out', rule = 'campaign_stopped', at = $2
             where campaign_id = $1 and state = 'waiting'",
        )
        .bind(campaign.0)
        .bind(now)
        .run()
        .await
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

    /// Judges anew, now, what was held while a campaign was paused.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn wake_campaign(&mut self, campaign: CampaignId, now: DateTime<Utc>) -> Result<u64, StoreError> {
        self.query(
            "wake campaign",
            "update outbox set due_at = $2 where state = 'ready' and rule = 'halted' and due_at > $2
                and decision_id in (
                    select decision_id from campaign_members where campaign_id = $1 and decision_id is not null)",
        )
        .bind(campaign.0)
        .bind(now)
        .run()
        .await
    }
}
