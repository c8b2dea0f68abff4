//! Campaigns: planned once, started, paused, resumed and stopped by people; their reminders leave at their pace.

use super::apply::Cause;
use super::outbox_worker::Tick;
use super::{Service, ServiceError};
use crate::domain::campaign::{CONTROL, CampaignFault, check_name};
use crate::domain::{
    CampaignId, CampaignPlan, CampaignState, CreditorKey, DecisionId, Lots, Stimulus, Verdict, local_day,
};
use crate::store::{Campaign, CaseOfPerson, Halt, Member, People, Person, Turn};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::BTreeMap;

/// Turns taken at once, at most.
const BATCH: u32 = 100;
/// Another demand for the same person is on its way: looked at again after so long.
const QUEUED: TimeDelta = TimeDelta::hours(1);
/// Numbers looked at together when the people of a campaign are chosen.
const PAGE: u32 = 2_000;

/// Why a campaign was not planned, or does not move.
#[derive(Debug, thiserror::Error)]
pub enum CampaignError {
    /// It cannot be.
    #[error(transparent)]
    Fault(#[from] CampaignFault),
    /// The creditor has one of that name.
    #[error("{creditor} has a campaign called `{name}`: choose another name")]
    Exists {
        /// The creditor.
        creditor: CreditorKey,
        /// The name.
        name: String,
    },
    /// The creditor has none of that name.
    #[error("{creditor} has no campaign called `{name}`: `relance campaign list` tells those there are")]
    Unknown {
        /// The creditor.
        creditor: CreditorKey,
        /// The name.
        name: String,
    },
    /// It stands where it cannot become that.
    #[error("the campaign `{name}` {}", standing(*from, *to))]
    Standing {
        /// The name.
        name: String,
        /// Where it stands.
        from: CampaignState,
        /// What it was to become.
        to: CampaignState,
    },
    /// A variant without a text: its people would read the usual one.
    #[error(
        "no text in use is called `{0}`: write `reminder/first@{0}.txt`, or that of another stage, in the folder of [wording], \
         and have somebody else approve it"
    )]
    NoSuchVariant(String),
    /// Nothing is within its bounds.
    #[error("no case is within these bounds: nothing was planned")]
    Nobody,
    /// The verb failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// Where a campaign stands, and what may be done with it there.
const fn standing(from: CampaignState, to: CampaignState) -> &'static str {
    use CampaignState::{Finished, Paused, Planned, Planning, Running, Stopped};
    match (from, to) {
        (Running, Running) => "runs already: pause or stop it",
        (Paused, Paused) => "is paused already: resume or stop it",
        (Stopped, Stopped) => "was stopped already, for good",
        (Planning, _) => {
            "is still being planned: wait until its people are chosen, or plan it again if that was interrupted"
        }
        (Planned, _) => "has not started: start it, or stop it for good",
        (Running, _) => "runs: pause it, or stop it for good",
        (Paused, _) => "is paused: resume it, or stop it for good",
        (Stopped, _) => "was stopped for good: plan another one, under another name",
        (Finished, _) => "is finished, everyone had their turn: plan another one, under another name",
    }
}

impl From<crate::store::StoreError> for CampaignError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// Whom a campaign took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Chosen {
    /// Cases that wait for their turn.
    pub waiting: usize,
    /// Cases left untouched, to compare with.
    pub control: usize,
}

impl Service {
    /// Plans a campaign: its people are chosen and draw their lots now; nothing leaves before it is started. They are written
    /// page by page, so that nobody waits; a plan that was interrupted is begun again.
    ///
    /// # Errors
    /// When it cannot be, or the creditor has one of that name.
    pub async fn plan_campaign(
        &self,
        creditor: &CreditorKey,
        name: &str,
        plan: &CampaignPlan,
        by: &str,
    ) -> Result<Chosen, CampaignError> {
        self.check_campaign(creditor, name, plan)?;
        let now = self.clock.now();
        let campaign = Campaign {
            id: CampaignId(self.clock.new_id()),
            creditor: creditor.clone(),
            name: name.to_owned(),
            plan: plan.clone(),
            state: CampaignState::Planning,
            planned_by: by.to_owned(),
            planned_at: now,
            changed_by: by.to_owned(),
            changed_at: now,
        };
        let mut tx = self.store.begin().await?;
        tx.drop_interrupted_plan(creditor, name).await?;
        if !tx.insert_campaign(&campaign).await? {
            return Err(CampaignError::Exists { creditor: creditor.clone(), name: name.to_owned() });
        }
        tx.commit().await?;
        let mut lots = Lots::of(plan, self.count_who_draw(creditor, plan, now).await?);
        let (mut chosen, mut pages) = (Chosen::default(), People::by_pages_of(PAGE, now));
        loop {
            let Some(people) = pages.next(&mut self.store.snapshot().await?).await? else { break };
            let mut tx = self.store.begin().await?;
            for person in people {
                let mut drawn = None;
                for one in person.cases.iter().filter(|one| is_chosen(one, creditor, plan, now)) {
                    let number = &one.case.phone.number;
                    let arm = match tx.arm(&plan.experiment, number).await? {
                        Some(arm) => arm,
                        None => {
                            let lot = *drawn.get_or_insert_with(|| lots.draw(number.as_str()));
                            tx.keep_arm(&plan.experiment, number, lot, now).await?
                        }
                    };
                    let untouched = arm == CONTROL;
                    tx.insert_member(campaign.id, one.case.id, &arm, untouched, now).await?;
                    if untouched { chosen.control += 1 } else { chosen.waiting += 1 }
                }
            }
            tx.commit().await?;
        }
        let mut tx = self.store.begin().await?;
        if chosen == Chosen::default() {
            tx.drop_interrupted_plan(creditor, name).await?;
            tx.commit().await?;
            return Err(CampaignError::Nobody);
        }
        tx.move_campaign(&campaign, CampaignState::Planned, by, now).await?;
        tx.commit().await?;
        Ok(chosen)
    }

    /// How many people will draw a lot: those who drew one in an earlier campaign of the experiment keep it.
    async fn count_who_draw(
        &self,
        creditor: &CreditorKey,
        plan: &CampaignPlan,
        now: DateTime<Utc>,
    ) -> Result<u64, CampaignError> {
        let mut tx = self.store.snapshot().await?;
        let drawn = tx.arms(&plan.experiment).await?;
        let (mut count, mut pages) = (0, People::by_pages_of(PAGE, now));
        while let Some(people) = pages.next(&mut tx).await? {
            let first_chosen = |person: &Person| {
                let mut chosen = person.cases.iter().filter(|one| is_chosen(one, creditor, plan, now));
                chosen.next().is_some_and(|one| !drawn.contains_key(&one.case.phone.number))
            };
            count += people.iter().filter(|person| first_chosen(person)).count() as u64;
        }
        Ok(count)
    }

    /// Holds a campaign to what can be, before anything is done.
    ///
    /// # Errors
    /// With what is wrong and what to write.
    pub fn check_campaign(&self, creditor: &CreditorKey, name: &str, plan: &CampaignPlan) -> Result<(), CampaignError> {
        check_name(name)?;
        plan.check()?;
        self.creditor(creditor)?;
        let missing = plan.variants.iter().find(|variant| !self.rules().words.has_variant(&variant.name));
        missing.map_or(Ok(()), |variant| Err(CampaignError::NoSuchVariant(variant.name.clone())))
    }

    /// Starts, pauses, resumes or stops a campaign. What is queued of a paused one waits; of a stopped one, it is called back.
    ///
    /// # Errors
    /// When there is none of that name, or it stands where it cannot become that.
    pub async fn move_campaign(
        &self,
        creditor: &CreditorKey,
        name: &str,
        next: CampaignState,
        by: &str,
    ) -> Result<(), CampaignError> {
        let now = self.clock.now();
        let mut tx = self.store.begin().await?;
        let unknown = || CampaignError::Unknown { creditor: creditor.clone(), name: name.to_owned() };
        let campaign = tx.campaign(creditor, name).await?.ok_or_else(unknown)?;
        let moved = campaign.state.may_become(next) && tx.move_campaign(&campaign, next, by, now).await?;
        if !moved {
            return Err(CampaignError::Standing { name: name.to_owned(), from: campaign.state, to: next });
        }
        match next {
            CampaignState::Stopped => {
                tx.leave_out_the_rest(campaign.id, now).await?;
                tx.recall_campaign(campaign.id, now).await?
            }
            _ => tx.wake_campaign(campaign.id, now).await?,
        };
        tx.commit().await?;
        Ok(())
    }
}

fn is_chosen(one: &CaseOfPerson, creditor: &CreditorKey, plan: &CampaignPlan, now: DateTime<Utc>) -> bool {
    one.case.creditor == *creditor && plan.selection.takes(&one.case, local_day(now, one.case.debtor.zone))
}

/// A campaign as people look at it.
#[derive(Debug, Clone)]
pub struct CampaignView {
    /// The campaign.
    pub campaign: Campaign,
    /// The name of its creditor.
    pub creditor: String,
    /// How many of its cases are where: `waiting`, `written`, `left_out`, `control`.
    pub counts: Vec<(String, i64)>,
}

impl Service {
    /// All campaigns, the latest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn campaign_views(&self) -> Result<Vec<CampaignView>, ServiceError> {
        let mut tx = self.store.snapshot().await?;
        let mut views = Vec::new();
        for campaign in tx.campaigns().await? {
            let mut counts: BTreeMap<String, i64> = BTreeMap::new();
            for count in tx.count_members(campaign.id).await? {
                *counts.entry(count.state).or_default() += count.members;
            }
            let named = self.creditor(&campaign.creditor).map(|creditor| creditor.name.clone());
            let creditor = named.unwrap_or_else(|_| campaign.creditor.0.clone());
            views.push(CampaignView { campaign, creditor, counts: counts.into_iter().collect() });
        }
        Ok(views)
    }

    /// The stop buttons that are pressed.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn halts(&self) -> Result<Vec<Halt>, ServiceError> {
        Ok(self.store.snapshot().await?.halts().await?)
    }
}

/// Gives the members of running campaigns their turn.
#[derive(Clone)]
pub struct CampaignWorker {
    service: Service,
}

impl CampaignWorker {
    /// A worker over the campaigns of `service`.
    #[must_use]
    pub const fn new(service: Service) -> Self {
        Self { service }
    }

    /// One turn of each campaign that runs: as many members as its pace allows, each in a transaction of its own.
    ///
    /// # Errors
    /// When the store fails; what was not done is done in a later turn.
    pub async fn tick(&self) -> Result<Tick, ServiceError> {
        let running = self.service.store.snapshot().await?.running_campaigns().await?;
        let mut worked = 0;
        for campaign in running {
            // A creditor that the settings no longer name must not hold up the others.
            if self.service.creditor(&campaign.creditor).is_ok() {
                worked += self.turn(&campaign).await?;
            }
        }
        Ok(Tick { worked })
    }

    async fn turn(&self, campaign: &Campaign) -> Result<usize, ServiceError> {
        let now = self.service.clock.now();
        let mut tx = self.service.store.snapshot().await?;
        let members = tx.members_whose_turn_it_is(campaign.id, now, BATCH).await?;
        let through = members.is_empty() && tx.campaign_is_through(campaign.id).await?;
        drop(tx);
        if through {
            let mut tx = self.service.store.begin().await?;
            tx.move_campaign(campaign, CampaignState::Finished, "relance", now).await?;
            tx.commit().await?;
        }
        let mut worked = 0;
        for member in members {
            match self.give_turn(campaign, &member, now).await {
                Ok(true) => worked += 1,
                Ok(false) => break,
                // What is wrong with one case must not hold up the others.
                Err(error @ (ServiceError::Wording(_) | ServiceError::Transition(_) | ServiceError::NoAddress(_))) => {
                    tracing::error!(case = %member.case, error = crate::telemetry::chain(&error), "a member is left out");
                    let mut tx = self.service.store.begin().await?;
                    tx.settle_member(campaign.id, member.case, Turn::LeftOut { rule: "cannot_be_said" }, now).await?;
                    tx.commit().await?;
                    worked += 1;
                }
                Err(error) => return Err(error),
            }
        }
        Ok(worked)
    }

    /// The turn of one member; false when the pace of the campaign allows no more now, or it no longer runs.
    async fn give_turn(&self, campaign: &Campaign, member: &Member, now: DateTime<Utc>) -> Result<bool, ServiceError> {
        let service = &self.service;
        let mut tx = service.store.begin().await?;
        let runs = tx.lock_running_campaign(campaign.id).await?;
        if !runs || tx.written_since(campaign.id, now - TimeDelta::minutes(1)).await? >= campaign.plan.per_minute {
            return Ok(false);
        }
        let Some((mut thread, case)) = service.lock_case(&mut tx, member.case).await? else { return Ok(true) };
        if !tx.waits_for_its_turn(campaign.id, case.id).await? {
            return Ok(true);
        }
        let creditor = service.creditor(&case.creditor)?;
        if tx.demands_behind(&creditor.sender, now).await? >= creditor.demands_per_minute {
            // Written now, it would leave with words of now who knows when.
            return Ok(false);
        }
        let queued = tx.demand_is_queued(&case.phone.number).await?;
        let overtaken = !campaign.plan.selection.takes(&case, local_day(now, case.debtor.zone));
        let turn = match service.reminder_now(&mut tx, &case).await? {
            _ if overtaken => Turn::LeftOut { rule: "no_longer_selected" },
            Verdict::Send if queued => Turn::Later { until: now + QUEUED, rule: "demand_queued" },
            Verdict::Hold { until, rule } => Turn::Later { until, rule },
            Verdict::Refuse { rule } => Turn::LeftOut { rule },
            Verdict::Send => {
                let decision = DecisionId(service.clock.new_id());
                let cause = Cause::of_campaign(decision, &member.arm);
                service.apply(&mut tx, &mut thread, &case, &Stimulus::Campaign, cause).await?;
                Turn::Decided(decision)
            }
        };
        tx.settle_member(campaign.id, case.id, turn, now).await?;
        tx.commit().await?;
        Ok(true)
    }
}
