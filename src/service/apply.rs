//! The one way a case moves: decide, then write facts, state, words, alarms and work together.

use super::{Rules, Service, ServiceError};
use crate::domain::dunning::Channel;
use crate::domain::{
    Case, CaseId, Decision, DecisionId, InboundId, Message, OutboundId, Recall, Stimulus, SuppressionReason, TaskId,
    TimerChange, decide, local_day,
};
use crate::store::{DecisionRow, Envelope, NewOutbound, NewTaskRow, RecallScope, Thread, Tx};
use crate::wording::Voice;
use chrono::{DateTime, Days, Utc};

/// How long a payment link opens.
const LINK_DAYS: u64 = 90;

/// What set a decision off, for the record.
#[derive(Default)]
pub(super) struct Cause<'c> {
    pub inbound: Option<InboundId>,
    pub stimulus: &'static str,
    /// The carrier has already answered this person: what would be said is not.
    pub answered_by_carrier: bool,
    /// The id of the decision, where somebody has to know it.
    pub decision: Option<DecisionId>,
    /// The variant of the wording that the person drew.
    pub variant: Option<&'c str>,
}

impl<'c> Cause<'c> {
    pub fn named(stimulus: &'static str) -> Self {
        Self { stimulus, ..Self::default() }
    }

    pub fn of_campaign(decision: DecisionId, variant: &'c str) -> Self {
        Self { decision: Some(decision), variant: Some(variant), ..Self::named("campaign") }
    }
}

/// The person behind a stimulus, when there is one.
fn actor(stimulus: &Stimulus) -> Option<&str> {
    match stimulus {
        Stimulus::AgentAct { by, .. } => Some(by),
        Stimulus::Payment(incoming) => incoming.by.as_deref(),
        Stimulus::PaymentUndone { by, .. } => by.as_deref(),
        _ => None,
    }
}

/// Whether somebody else is known to have the number, and so the links that were sent there.
pub(super) fn is_a_strangers(case: &Case) -> bool {
    case.phone.suppressed.is_some_and(|suppression| suppression.reason == SuppressionReason::WrongNumber)
}

impl Service {
    /// Decides what `stimulus` does to `case`, whose thread is locked by this transaction, and writes all of it.
    pub(super) async fn apply(
        &self,
        tx: &mut Tx,
        thread: &mut Thread,
        case: &Case,
        stimulus: &Stimulus,
        cause: Cause<'_>,
    ) -> Result<Case, ServiceError> {
        let now = self.clock.now();
        let rules = self.rules();
        let creditor = rules.creditor(&case.creditor)?;
        let mut decision = decide(case, &creditor.policy, stimulus, now);
        if let Some(rule) = decision.refused {
            return Err(ServiceError::Refused(rule));
        }
        if cause.answered_by_carrier {
            decision.messages.clear();
        }
        let after = case.clone().after(&decision, now).map_err(ServiceError::Transition)?;
        let row = DecisionRow {
            id: cause.decision.unwrap_or_else(|| DecisionId(self.clock.new_id())),
            case: case.id,
            inbound: cause.inbound,
            stimulus: cause.stimulus.to_owned(),
            rules: decision.rules.iter().map(|rule| (*rule).to_owned()).collect(),
            state_before: case.state.clone(),
            state_after: after.state.clone(),
        };
        tx.append_decision(&row, &decision.events, now).await?;
        tx.save_case(&after, now).await?;
        thread.phone = after.phone.clone();
        thread.conversation = after.conversation.clone();
        if !decision.messages.is_empty() && thread.focus != Some(case.id) {
            thread.focus = Some(case.id);
            tx.save_thread(thread).await?;
        }
        let unlinked = is_a_strangers(case) || decision.rules.contains(&"wrong_number.unlinked");
        if unlinked && after.phone.suppressed.is_some() && !is_a_strangers(&after) {
            // Another reason for silence, which does not say whose the number is, stands over this one.
            tx.close_links_of_thread(thread.id, now).await?;
        }
        self.recall(tx, thread, case.id, decision.recall, now).await?;
        self.change_timers(tx, case.id, &decision).await?;
        if let Some(by) = actor(stimulus) {
            for kind in &decision.ends {
                tx.end_task(case.id, *kind, by, now).await?;
            }
        }
        self.write_tasks(tx, thread, case.id, cause.inbound, &decision, now).await?;
        for message in &decision.messages {
            self.enqueue(tx, thread, case, &after, &rules, message, row.id, cause.variant, now).await?;
        }
        Ok(after)
    }

    async fn recall(
        &self,
        tx: &mut Tx,
        thread: &Thread,
        case: CaseId,
        recall: Recall,
        now: DateTime<Utc>,
    ) -> Result<(), ServiceError> {
        let scope = match recall {
            Recall::Nothing => return Ok(()),
            Recall::Demands | Recall::Debt => RecallScope::Case(case),
            Recall::Everything => RecallScope::Thread(thread.id),
        };
        tx.recall(scope, recall, "overtaken", now).await?;
        Ok(())
    }

    async fn change_timers(&self, tx: &mut Tx, case: CaseId, decision: &Decision) -> Result<(), ServiceError> {
        for change in &decision.timers {
            match change {
                TimerChange::Set { kind, at } => tx.set_timer(case, *kind, *at).await?,
                TimerChange::Stop { kind } => tx.stop_timer(case, *kind).await?,
            }
        }
        Ok(())
    }

    async fn write_tasks(
        &self,
        tx: &mut Tx,
        thread: &Thread,
        case: CaseId,
        inbound: Option<InboundId>,
        decision: &Decision,
        now: DateTime<Utc>,
    ) -> Result<(), ServiceError> {
        for task in &decision.tasks {
            let row = NewTaskRow {
                id: TaskId(self.clock.new_id()),
                case: Some(case),
                thread: Some(thread.id),
                inbound,
                task: task.clone(),
                opened_at: now,
            };
            tx.open_task(&row).await?;
        }
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one row, gathered by the caller")]
    async fn enqueue(
        &self,
        tx: &mut Tx,
        thread: &Thread,
        before: &Case,
        after: &Case,
        rules: &Rules,
        message: &Message,
        decision: DecisionId,
        variant: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<(), ServiceError> {
        let creditor = rules.creditor(&after.creditor)?;
        let link = if message.carries_link() { Some(self.payment_link(tx, after.id, now).await?) } else { None };
        let introduced = before.conversation.introduced;
        let by_email = message.channel() == Channel::Email;
        let attachment = self.mailer.as_ref().filter(|_| by_email);
        let invoice = after.debt.invoice.as_deref();
        let attachment = attachment.and_then(|mailer| mailer.invoice(&after.creditor, invoice, &after.reference));
        let today = local_day(now, after.debtor.zone);
        let attached = attachment.is_some();
        let voice = Voice { variant, attached, ..Voice::of(after, creditor, link.as_deref(), introduced, today) };
        let rendered = rules.words.render(message, &voice).map_err(ServiceError::Wording)?;
        let (email, sender) = match by_email {
            false => (None, creditor.sender.clone()),
            true => {
                let (Some(address), Some(sender)) = (after.debtor.email.clone(), creditor.email_from.clone()) else {
                    return Err(ServiceError::NoAddress(after.id));
                };
                (Some(Envelope { address, subject: rendered.subject.unwrap_or_default(), attachment }), sender)
            }
        };
        let row = NewOutbound {
            id: OutboundId(self.clock.new_id()),
            thread: thread.id,
            case: Some(after.id),
            decision: Some(decision),
            to: after.phone.number.clone(),
            email,
            sender,
            body: rendered.text,
            message: message.clone(),
            language: voice.language,
            template: rendered.template,
            version_hash: rendered.version_hash,
            frame_hash: rendered.frame_hash,
            segments: if by_email { 0 } else { u32::try_from(rendered.segments.count()).unwrap_or(u32::MAX) },
            due_at: now,
            created_at: now,
        };
        tx.enqueue(&row).await?;
        Ok(())
    }

    /// The address at which the debtor pays: one per case while it opens.
    pub(super) async fn payment_link(
        &self,
        tx: &mut Tx,
        case: CaseId,
        now: DateTime<Utc>,
    ) -> Result<String, ServiceError> {
        let token = match tx.link_for(case, now).await? {
            Some((token, _)) => token,
            None => {
                let token = self.clock.new_token();
                tx.add_link(&token, case, now, now + Days::new(LINK_DAYS)).await?;
                token
            }
        };
        Ok(self.public(&format!("/p/{token}")))
    }
}
