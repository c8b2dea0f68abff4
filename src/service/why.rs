//! Why the messages of a case left or did not, and when the next demand may.

use super::{Service, ServiceError};
use crate::domain::{Case, CaseId, Departure, OutboundId, Verdict, governor, local_day};
use crate::store::{Direction, OutboundState, Tx, VerdictRow};
use chrono::{DateTime, Utc};

/// So many messages of a case are told, the latest.
const MOST_MESSAGES: u32 = 20;

/// A case, and what the governor says of it.
#[derive(Debug, Clone)]
pub struct Why {
    /// The case.
    pub case: Case,
    /// Its messages, the oldest first.
    pub messages: Vec<JudgedMessage>,
    /// What would be said of a reminder now.
    pub reminder_now: Verdict,
}

/// A message, and what was said of it.
#[derive(Debug, Clone)]
pub struct JudgedMessage {
    /// The template that it was written by.
    pub template: String,
    /// When it was written.
    pub written_at: DateTime<Utc>,
    /// Where it has got to.
    pub state: OutboundState,
    /// What keeps or kept it, or why we lost sight of it.
    pub rule: Option<String>,
    /// When it left.
    pub sent_at: Option<DateTime<Utc>>,
    /// The verdicts, the oldest first.
    pub verdicts: Vec<VerdictRow>,
}

impl Service {
    /// The cases of that reference, each with what the governor said of its messages and would say of a reminder now.
    ///
    /// # Errors
    /// When the store fails, or the settings no longer name a creditor.
    pub async fn why(&self, reference: &str) -> Result<Vec<Why>, ServiceError> {
        let mut tx = self.store.snapshot().await?;
        let mut all = Vec::new();
        for id in tx.cases_of_reference(reference).await? {
            let Some(case) = tx.case(id).await? else { continue };
            let messages = judged_messages(&mut tx, id).await?;
            let reminder_now = self.reminder_now(&mut tx, &case).await?;
            all.push(Why { case, messages, reminder_now });
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
}

async fn judged_messages(tx: &mut Tx, case: CaseId) -> Result<Vec<JudgedMessage>, ServiceError> {
    let verdicts = tx.verdicts_of_case(case).await?;
    let Some(thread) = tx.thread_of_case(case).await? else { return Ok(Vec::new()) };
    let mut messages = Vec::new();
    for entry in tx.history(thread, MOST_MESSAGES).await? {
        let Direction::Sent(id) = entry.id else { continue };
        let Some(message) = tx.outbound(id).await?.filter(|message| message.new.case == Some(case)) else { continue };
        messages.push(JudgedMessage {
            template: message.new.template,
            written_at: message.new.created_at,
            state: message.state,
            rule: message.rule,
            sent_at: message.sent_at,
            verdicts: of_message(&verdicts, id),
        });
    }
    Ok(messages)
}

fn of_message(verdicts: &[VerdictRow], message: OutboundId) -> Vec<VerdictRow> {
    verdicts.iter().filter(|verdict| verdict.message == message).cloned().collect()
}
