//! A reply comes in: remembered first, read in its context, and applied to the case it speaks of, all or nothing.

use super::apply::Cause;
use super::{Service, ServiceError};
use crate::domain::{
    Address, Case, CaseId, InboundId, Intent, Keyword, NewTask, PhoneNumber, Reading, SendReport, Stimulus, TaskId,
    TaskKind, ThreadId, last_spoken_of, named,
};
use crate::gateway::Inbound;
use crate::reading::{self, Context, Opinion};
use crate::store::{NewInbound, NewTaskRow, Thread, Tx};
use chrono::{DateTime, Utc};
use std::time::Duration;

/// What became of an inbound message; in every case it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// It moved a case.
    Applied(InboundId),
    /// The carrier delivered it before, under the same id.
    Duplicate,
    /// The carrier repeated itself under another id.
    Repeated(InboundId),
    /// No case knows this number: an agent will see it.
    UnknownSender(InboundId),
}

impl Service {
    /// Takes one inbound message. When this returns `Ok`, its effect is durable.
    ///
    /// # Errors
    /// When the store fails: nothing was kept, and the carrier must try again.
    pub async fn receive(
        &self,
        gateway: &str,
        repeat_window: Duration,
        inbound: &Inbound,
    ) -> Result<Received, ServiceError> {
        self.steady().take_reply(gateway, repeat_window, inbound).await
    }

    async fn take_reply(
        &self,
        gateway: &str,
        repeat_window: Duration,
        inbound: &Inbound,
    ) -> Result<Received, ServiceError> {
        let masked = without_secrets(inbound);
        let inbound = masked.as_ref().unwrap_or(inbound);
        let now = self.clock.now();
        let id = InboundId(self.clock.new_id());
        let row = NewInbound {
            id,
            gateway: gateway.to_owned(),
            gateway_id: inbound.gateway_id.clone(),
            from: inbound.from.clone(),
            to: inbound.to.clone(),
            body: inbound.text.clone(),
            raw: inbound.raw.clone(),
            received_at: now,
        };
        let heard = self.hear(&row, inbound, repeat_window).await;
        let mut tx = self.store.begin().await?;
        if !tx.insert_inbound(&row).await? {
            return Ok(Received::Duplicate);
        }
        let mut threads = self.lock_threads(&mut tx, inbound).await?;
        if let Some(first) = repeated(&mut tx, &row, repeat_window).await? {
            tx.mark_repeat(id, first).await?;
            tx.commit().await?;
            return Ok(Received::Repeated(first));
        }
        if threads.is_empty() {
            self.unknown_sender(&mut tx, id, now).await?;
            tx.commit().await?;
            return Ok(Received::UnknownSender(id));
        }
        let mut cases = Vec::new();
        for thread in &threads {
            cases.push(tx.cases_of_thread(thread).await?);
        }
        let Some(spoken_of) = last_spoken_of(threads[0].focus, &cases[0]) else {
            self.unknown_sender(&mut tx, id, now).await?;
            tx.commit().await?;
            return Ok(Received::UnknownSender(id));
        };
        let hint = hint(inbound, spoken_of);
        let mut reading = self.read(inbound, hint, spoken_of, now, None)?;
        if let Some(opinion) = heard.and_then(|heard| heard.about(spoken_of))
            && !self.is_sure(&reading, spoken_of)
        {
            reading = self.read(inbound, hint, spoken_of, now, Some(&opinion))?;
        }
        // A reference quoted decides, on whichever thread of this number its case is.
        let quoted = cases
            .iter()
            .enumerate()
            .find_map(|(at, cases)| named(reading.reference.as_deref(), cases).map(|case| (at, case)));
        let (at, case) = quoted.unwrap_or((0, spoken_of));
        let mut thread = threads.remove(at);
        tx.note_reading(id, thread.id, case.id, &reading).await?;
        if hint.is_some() {
            tx.mark_carrier_answered(id).await?;
        }
        if inbound.media > 0 {
            // Nobody reads a picture here: a person is told that one came.
            self.tell(&mut tx, &thread, case.id, id, now).await?;
        }
        let opts_out = reading.says(Intent::OptOut);
        let stimulus = Stimulus::Inbound { reading, text: inbound.text.clone() };
        let answered_by_carrier = hint.is_some();
        let cause = Cause { inbound: Some(id), answered_by_carrier, ..Cause::named("reply") };
        self.apply(&mut tx, &mut thread, case, &stimulus, cause).await?;
        if opts_out {
            self.opt_out_of(&mut tx, &mut threads).await?;
        }
        tx.commit().await?;
        Ok(Received::Applied(id))
    }

    /// The threads of this number with the sender it wrote to, not locked. A reply to a sender that no creditor uses any
    /// more still finds its person.
    pub(super) async fn threads(&self, tx: &mut Tx, from: &Address, to: &Address) -> Result<Vec<Thread>, ServiceError> {
        let Address::E164(number) = from else { return Ok(Vec::new()) };
        let Some(number) = PhoneNumber::from_store(number.clone()) else { return Ok(Vec::new()) };
        let written_to =
            |thread: &Thread| self.creditor(&thread.creditor).is_ok_and(|creditor| creditor.sender == to.as_str());
        let mut threads = tx.threads_of_number(&number).await?;
        if threads.iter().any(written_to) {
            threads.retain(written_to);
        }
        threads.retain(|thread| self.creditor(&thread.creditor).is_ok());
        Ok(threads)
    }

    /// The same, locked, the one last spoken on first.
    async fn lock_threads(&self, tx: &mut Tx, inbound: &Inbound) -> Result<Vec<Thread>, ServiceError> {
        let threads = self.threads(tx, &inbound.from, &inbound.to).await?;
        let mut locked = lock_in_order(tx, threads.iter().map(|thread| thread.id).collect()).await?;
        last_spoken_on_first(&mut locked);
        Ok(locked)
    }

    pub(super) fn read(
        &self,
        inbound: &Inbound,
        hint: Option<Keyword>,
        case: &Case,
        now: DateTime<Utc>,
        opinion: Option<&Opinion>,
    ) -> Result<Reading, ServiceError> {
        match hint {
            Some(Keyword::Stop) => return Ok(keyword(Keyword::Stop, Intent::OptOut)),
            Some(Keyword::Start) => return Ok(keyword(Keyword::Start, Intent::Unclear)),
            Some(Keyword::Help) | None => {}
        }
        let context = Context::of(case, now);
        let reader = self.reader.as_ref().ok_or(ServiceError::NoReader)?;
        Ok(reader.read_with(&inbound.text, &context, opinion))
    }

    /// An opt-out holds for everyone who writes from the number that was answered.
    pub(super) async fn opt_out_of(&self, tx: &mut Tx, threads: &mut [Thread]) -> Result<(), ServiceError> {
        for thread in threads {
            let cases = tx.cases_of_thread(thread).await?;
            if let Some(case) = cases.first() {
                let stimulus = Stimulus::Receipt(SendReport::OptedOut);
                self.apply(tx, thread, case, &stimulus, Cause::named("opt_out_of_shared_sender")).await?;
            }
        }
        Ok(())
    }

    async fn tell(
        &self,
        tx: &mut Tx,
        thread: &Thread,
        case: CaseId,
        inbound: InboundId,
        now: DateTime<Utc>,
    ) -> Result<(), ServiceError> {
        let task = NewTask::of(TaskKind::NewReply);
        let (id, inbound) = (TaskId(self.clock.new_id()), Some(inbound));
        let row = NewTaskRow { id, case: Some(case), thread: Some(thread.id), inbound, task, opened_at: now };
        tx.open_task(&row).await?;
        Ok(())
    }

    async fn unknown_sender(&self, tx: &mut Tx, inbound: InboundId, now: DateTime<Utc>) -> Result<(), ServiceError> {
        tx.mark_unknown_sender(inbound).await?;
        let task = NewTask::of(TaskKind::UnknownSender);
        let id = TaskId(self.clock.new_id());
        tx.open_task(&NewTaskRow { id, case: None, thread: None, inbound: Some(inbound), task, opened_at: now })
            .await?;
        Ok(())
    }
}

/// The same message without the numbers of cards and accounts, when it gives any away: they are not kept anywhere, nor
/// is the form that carried them.
fn without_secrets(inbound: &Inbound) -> Option<Inbound> {
    let text = reading::masked(&inbound.text)?;
    Some(Inbound { text, raw: Vec::new(), ..inbound.clone() })
}

/// Locked in one order everywhere, so that two of them cannot wait for each other.
pub(super) async fn lock_in_order(tx: &mut Tx, mut threads: Vec<ThreadId>) -> Result<Vec<Thread>, ServiceError> {
    threads.sort_unstable();
    threads.dedup();
    let mut locked = Vec::with_capacity(threads.len());
    for thread in threads {
        locked.extend(tx.lock_thread_by_id(thread).await?);
    }
    Ok(locked)
}

fn keyword(keyword: Keyword, intent: Intent) -> Reading {
    Reading { keyword: Some(keyword), ..Reading::bare(intent) }
}

/// The first message with the same words, when the carrier repeats itself within its window.
pub(super) async fn repeated(
    tx: &mut Tx,
    row: &NewInbound,
    window: Duration,
) -> Result<Option<InboundId>, ServiceError> {
    if window.is_zero() {
        return Ok(None);
    }
    let since = row.received_at - chrono::Duration::from_std(window).unwrap_or_default();
    Ok(tx.earlier_same_text(row, since).await?)
}

pub(super) fn last_spoken_on_first(threads: &mut [Thread]) {
    threads.sort_by_key(|thread| std::cmp::Reverse(thread.conversation.spoke_at));
}

/// What the carrier makes of it by itself. It takes YES for START too, which means that only after a STOP.
pub(super) fn hint(inbound: &Inbound, case: &Case) -> Option<Keyword> {
    let stopped = case.phone.suppressed.is_some();
    inbound.opt_out_hint.filter(|hint| stopped || *hint != Keyword::Start)
}
