//! Another reader is asked before the transaction, so that no lock is ever held across the network; what it says counts only
//! if, under the lock, the question that it answered still stands.

use super::receive::{hint, last_spoken_on_first, repeated};
use super::{Service, ServiceError};
use crate::domain::{Asked, Case, CaseId, Holder, Reading, acts_on, last_spoken_of};
use crate::gateway::Inbound;
use crate::opinion::{Known, Question};
use crate::reading::Opinion;
use crate::store::NewInbound;
use std::time::Duration;

/// An opinion, and what it is about.
pub(super) struct Heard {
    case: CaseId,
    asked: Option<Asked>,
    opinion: Opinion,
}

impl Heard {
    /// The opinion, if it is about this case as it stands.
    pub(super) fn about(self, case: &Case) -> Option<Opinion> {
        (self.case == case.id && self.asked == case.conversation.asked).then_some(self.opinion)
    }
}

impl Service {
    /// What another reader makes of a message, where that may change what is done. Whatever becomes of the asking, the
    /// message is dealt with.
    pub(super) async fn hear(&self, row: &NewInbound, inbound: &Inbound, window: Duration) -> Option<Heard> {
        let adviser = self.adviser.as_ref()?;
        let question = self.question(row, inbound, window).await;
        let (case, question) = question.unwrap_or_else(|_| {
            tracing::warn!(inbound = %row.id, error = "store", "no second opinion: ours stands");
            None
        })?;
        match adviser.ask(&question).await {
            Ok(opinion) => Some(Heard { case, asked: question.asked(), opinion }),
            Err(error) => {
                tracing::warn!(inbound = %row.id, error = error.kind(), "no second opinion: ours stands");
                None
            }
        }
    }

    /// True when the bot acts on this reading, and needs no other.
    pub(super) fn is_sure(&self, reading: &Reading, case: &Case) -> bool {
        self.creditor(&case.creditor).is_ok_and(|creditor| acts_on(reading, &creditor.policy))
    }

    /// What to ask, as things stand now; none when our own reading is enough, when nobody waits for the bot's answer, or when
    /// nothing may leave.
    async fn question(
        &self,
        row: &NewInbound,
        inbound: &Inbound,
        window: Duration,
    ) -> Result<Option<(CaseId, Question)>, ServiceError> {
        let mut tx = self.store.snapshot().await?;
        if tx.has_inbound(&row.gateway, &row.gateway_id).await? || repeated(&mut tx, row, window).await?.is_some() {
            return Ok(None);
        }
        let mut threads = self.threads(&mut tx, &inbound.from, &inbound.to).await?;
        last_spoken_on_first(&mut threads);
        let Some(thread) = threads.first() else { return Ok(None) };
        let mut known = Known::default();
        let mut cases = Vec::new();
        // They may speak of any of their cases.
        for thread in &threads {
            let of_thread = tx.cases_of_thread(thread).await?;
            let creditor = self.creditor(&thread.creditor)?;
            of_thread.iter().for_each(|case| known.add(case, &creditor));
            cases.push(of_thread);
        }
        let Some(case) = last_spoken_of(thread.focus, &cases[0]) else { return Ok(None) };
        let reading = self.read(inbound, hint(inbound, case), case, row.received_at, None)?;
        let waits = case.conversation.holder == Holder::Bot && case.phone.suppressed.is_none();
        let foreign = reading.language.is_some();
        if !waits || foreign || reading.keyword.is_some() || self.is_sure(&reading, case) {
            return Ok(None);
        }
        let question = Question::about(&inbound.text, &known, case.debtor.language, case.conversation.asked);
        Ok(question.map(|question| (case.id, question)))
    }
}
