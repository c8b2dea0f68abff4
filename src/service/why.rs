//! Why things are with a case as they are: what led to each message, what was judged of it, and what holds the next one.

use super::{CaseView, Service, ServiceError};
use crate::domain::dunning::{Channel, Pause};
use crate::domain::{CampaignState, Case, CaseId, Departure, OutboundId, Stage, Verdict, dunning, governor, local_day};
use crate::store::{Direction, Halt, Membership, Outbound, Tx, VerdictRow, Word};
use crate::wording::TextVersion;
use chrono::{DateTime, Utc};

/// So many messages of a case are told, the latest.
const MOST_MESSAGES: u32 = 200;

/// A case, and all that explains it.
#[derive(Clone)]
pub struct Why {
    /// The case with its talk: what came in, what was read, what was decided.
    pub view: CaseView,
    /// What was written, the oldest first.
    pub messages: Vec<JudgedMessage>,
    /// The campaigns that it is in.
    pub campaigns: Vec<Membership>,
    /// The stop button of its creditor, when it is pressed.
    pub halt: Option<Halt>,
    /// What its dunning plan has for it; none without a plan.
    pub plan: Option<PlanAhead>,
}

/// A message, and what was said of it.
#[derive(Clone)]
pub struct JudgedMessage {
    /// The message.
    pub message: Outbound,
    /// The version of the text that it was made from, while that version is in use.
    pub version: Option<TextVersion>,
    /// The approvals of that version and their withdrawals, the oldest first; none of the program's own.
    pub words: Vec<Word>,
    /// The verdicts, the oldest first.
    pub verdicts: Vec<VerdictRow>,
}

/// What a dunning plan has for a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanAhead {
    /// The name of the plan.
    pub plan: String,
    /// What holds it back.
    pub pause: Option<Pause>,
    /// The step that comes next, once nothing holds it back.
    pub next: Option<StepAhead>,
}

/// A step that has not come yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepAhead {
    /// Its number in the plan, from 1.
    pub number: usize,
    /// What it is for.
    pub stage: Stage,
    /// By what way.
    pub channel: Channel,
    /// When, at the earliest.
    pub at: DateTime<Utc>,
}

impl Service {
    /// The cases of that reference, each with what explains it.
    ///
    /// # Errors
    /// When the store fails, or the settings no longer name a creditor.
    pub async fn why(&self, reference: &str) -> Result<Vec<Why>, ServiceError> {
        let mut tx = self.store.snapshot().await?;
        let mut all = Vec::new();
        for id in tx.cases_of_reference(reference).await? {
            let Some(view) = self.case_view_in(&mut tx, id).await? else { continue };
            let messages = self.judged_messages(&mut tx, id).await?;
            let mut campaigns = tx.memberships_of_case(id).await?;
            campaigns.retain(|one| one.state != CampaignState::Planning);
            let halt = tx.halts().await?.into_iter().find(|halt| halt.creditor == view.case.creditor);
            let plan = plan_ahead(&view);
            all.push(Why { view, messages, campaigns, halt, plan });
        }
        Ok(all)
    }

    /// What the governor says of a reminder that would leave now.
    ///
    /// # Errors
    /// When the store fails, or the settings no longer name the creditor.
    pub async fn reminder_now(&self, tx: &mut Tx, case: &Case) -> Result<Verdict, ServiceError> {
        let now = self.clock.now();
        let creditor = self.creditor(&case.creditor)?;
        let message = case.reminder(local_day(now, case.debtor.zone));
        let contacts = tx.contacts(&case.phone.number, &case.creditor, Some(case.id), None, now).await?;
        Ok(governor::judge(&Departure { case, creditor: &creditor, message: &message, contacts: &contacts }, now))
    }

    async fn judged_messages(&self, tx: &mut Tx, case: CaseId) -> Result<Vec<JudgedMessage>, ServiceError> {
        let verdicts = tx.verdicts_of_case(case).await?;
        let in_use = self.rules().words.in_use();
        let mut messages = Vec::new();
        for entry in tx.history_of_case(case, MOST_MESSAGES).await? {
            let Direction::Sent(id) = entry.id else { continue };
            let Some(message) = tx.outbound(id).await?.filter(|message| message.new.case == Some(case)) else {
                continue;
            };
            let (language, hash) = (message.new.language, &message.new.version_hash);
            let named = message.new.template.split_once('/').map_or("", |(_, name)| name);
            let is_it = |text: &&TextVersion| text.hash == *hash && text.name == named && text.language == language;
            let version = in_use.iter().find(is_it).cloned();
            let words = tx.words_on_version(language, named, hash).await?;
            messages.push(JudgedMessage { version, words, verdicts: of_message(&verdicts, id), message });
        }
        Ok(messages)
    }
}

fn of_message(verdicts: &[VerdictRow], message: OutboundId) -> Vec<VerdictRow> {
    verdicts.iter().filter(|verdict| verdict.message == message).cloned().collect()
}

fn plan_ahead(view: &CaseView) -> Option<PlanAhead> {
    let (case, policy) = (&view.case, &view.creditor.policy);
    let plan = policy.dunning.of(case.debtor.segment)?;
    let pause = match dunning::next_step(plan, policy, case, view.now) {
        dunning::Next::Paused(pause) => Some(pause),
        dunning::Next::Nothing => return Some(PlanAhead { plan: plan.name.clone(), pause: None, next: None }),
        dunning::Next::Do { .. } | dunning::Next::Wait { .. } => None,
    };
    let next = dunning::coming(plan, policy, case, view.now).map(|coming| StepAhead {
        number: coming.index + 1,
        stage: coming.step.stage,
        channel: coming.step.channel,
        at: coming.at,
    });
    Some(PlanAhead { plan: plan.name.clone(), pause, next })
}
