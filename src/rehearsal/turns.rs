//! The turns that campaigns give to the cases that wait in them: each at its pace, as far as one life alone can tell.

use crate::domain::campaign::Selection;
use crate::domain::{CampaignPlan, CaseId};
use crate::store::Member;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;

/// The turn of one case in one campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turn {
    /// Whom the campaign takes: looked at again when the turn comes.
    pub selection: Selection,
    /// The wording that its person drew.
    pub arm: String,
    /// When.
    pub at: DateTime<Utc>,
    /// How long those before it take, whenever they may leave.
    pub behind: TimeDelta,
}

/// The turns of all campaigns that are played.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Turns(HashMap<CaseId, Vec<Turn>>);

impl Turns {
    /// Adds the members of a campaign that wait, in the order of their turns, as if it ran from `begin`.
    pub fn add(&mut self, plan: &CampaignPlan, members: Vec<Member>, begin: DateTime<Utc>) {
        let pace = TimeDelta::milliseconds(60_000 / i64::from(plan.per_minute.max(1)));
        for (place, member) in (0..).zip(members) {
            let behind = pace * place;
            let turn = Turn { selection: plan.selection.clone(), arm: member.arm, at: begin + behind, behind };
            self.0.entry(member.case).or_default().push(turn);
        }
    }

    /// Those of one case.
    pub(super) fn of(&self, case: CaseId) -> &[Turn] {
        self.0.get(&case).map(Vec::as_slice).unwrap_or_default()
    }
}
