//! Another number of a person: what is open goes on there, and the old thread says nothing more of it.

use super::agents::{Shown, is_as_shown};
use super::apply::Cause;
use super::{Service, ServiceError};
use crate::domain::{
    AgentAct, Case, CaseId, CaseState, Conversation, Holder, InboundId, Particulars, Phone, PhoneNumber, PhoneOrigin,
    Stimulus, ThreadId, TimerKind, local_day, zone_of,
};
use crate::store::{Entry, Thread, Tx};

/// A number that an agent was told.
#[derive(Clone)]
pub struct NewNumber {
    /// The number.
    pub number: PhoneNumber,
    /// How the agent made sure that it is the person's; without it, whoever answers is first asked who they are.
    pub checked: Option<String>,
    /// Whether somebody else has the old one.
    pub old_is_anothers: bool,
}

impl Service {
    /// Moves what is open on the thread of a case to another number of the same person.
    ///
    /// # Errors
    /// When the store fails, the case is not known or has changed since, or the rules do not allow it.
    pub async fn replace_number(
        &self,
        case: CaseId,
        shown: Shown,
        by: &str,
        new: &NewNumber,
    ) -> Result<(), ServiceError> {
        let mut tx = self.store.begin().await?;
        // Threads are opened by imports and here: whoever waits their turn sees all that there are.
        tx.take_turns_importing().await?;
        let unknown = ServiceError::UnknownCase(case);
        let (Some(asked), Some(old)) = (tx.case(case).await?, tx.thread_of_case(case).await?) else {
            return Err(unknown);
        };
        if asked.phone.number == new.number {
            return Err(ServiceError::Refused("agent.same_number"));
        }
        if asked.state.is_over() {
            return Err(ServiceError::Refused("state.does_not_allow"));
        }
        let there = tx.threads_of_number(&new.number).await?;
        let there = there.into_iter().find(|thread| thread.creditor == asked.creditor).map(|thread| thread.id);
        let (mut old, there) = lock_both(&mut tx, old, there).await?;
        is_as_shown(&mut tx, case, shown).await?;
        if let Some(there) = &there {
            is_free(&mut tx, there, &asked).await?;
        }
        let origin = if new.checked.is_some() { PhoneOrigin::Contract } else { PhoneOrigin::Unknown };
        let (number, checked) = (&new.number, &new.checked);
        let carried = checked.is_some() && self.question_goes_on(&mut tx, &old, there.as_ref()).await?;
        let withdrawn = old.conversation.asked.is_some() && !carried;
        let focus = old.focus.filter(|_| carried);
        let moved = self.open_there(&mut tx, &old, there, number, origin, carried).await?;
        let open = tx.cases_of_thread(&old).await?.into_iter().filter(|case| !case.state.is_over());
        for CaseId(id) in open.map(|case| case.id).collect::<Vec<_>>() {
            let Some(case) = tx.case(CaseId(id)).await? else { continue };
            let (checked, old_is_anothers) = (checked.clone(), new.old_is_anothers);
            let act = AgentAct::ReplaceNumber { origin, checked, old_is_anothers };
            let stimulus = Stimulus::AgentAct { by: by.to_owned(), act };
            let mut case = self.apply(&mut tx, &mut old, &case, &stimulus, Cause::named("agent")).await?;
            if withdrawn {
                case = self.withdraw(&mut tx, &mut old, case).await?;
            }
            self.move_to(&mut tx, &case, moved, new).await?;
        }
        let Some(mut thread) = tx.lock_thread_by_id(moved).await? else { return Err(unknown) };
        thread.focus = focus.or(Some(case));
        tx.save_thread(&thread).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Whether a yes from the new number would answer what was asked on the old one: the person has read the question,
    /// and no other one is open there.
    async fn question_goes_on(&self, tx: &mut Tx, old: &Thread, there: Option<&Thread>) -> Result<bool, ServiceError> {
        let last_read = tx.asked_before(old.id, InboundId(self.clock.new_id())).await?;
        let asks_there = there.is_some_and(|there| there.conversation.asked.is_some());
        Ok(last_read == old.conversation.asked && !asks_there)
    }

    /// Takes back what was proposed and cannot be answered any more: nobody waits for a yes to it.
    async fn withdraw(&self, tx: &mut Tx, old: &mut Thread, case: Case) -> Result<Case, ServiceError> {
        let kind = match case.state {
            CaseState::PromiseProposed { .. } => TimerKind::PromiseDue,
            CaseState::PlanOffered { .. } => TimerKind::OfferLapses,
            _ => return Ok(case),
        };
        tx.stop_timer(case.id, kind).await?;
        self.apply(tx, old, &case, &Stimulus::TimerFired(kind), Cause::named("timer")).await
    }

    /// The thread of the new number, which keeps what the old one knew: who holds the talk, the rest that a hardship calls
    /// for, and the open question where it is `carried` over.
    async fn open_there(
        &self,
        tx: &mut Tx,
        old: &Thread,
        there: Option<Thread>,
        number: &PhoneNumber,
        origin: PhoneOrigin,
        carried: bool,
    ) -> Result<ThreadId, ServiceError> {
        let mut thread = match there {
            Some(thread) => thread,
            None => {
                let phone =
                    Phone { number: number.clone(), origin, identity: origin.starting_level(), suppressed: None };
                let id = ThreadId(self.clock.new_id());
                let (creditor, conversation) = (old.creditor.clone(), Conversation::default());
                Thread { id, creditor, phone, conversation, focus: None }
            }
        };
        if origin == PhoneOrigin::Contract {
            thread.phone.origin = origin;
            thread.phone.identity = thread.phone.identity.max(origin.starting_level());
        }
        let before = &old.conversation;
        thread.conversation.no_demand_before = thread.conversation.no_demand_before.max(before.no_demand_before);
        if before.holder == Holder::Human {
            thread.conversation.holder = Holder::Human;
        }
        if carried {
            thread.conversation.asked = before.asked;
            thread.conversation.last_said.clone_from(&before.last_said);
            thread.conversation.spoke_at = thread.conversation.spoke_at.max(before.spoke_at);
        }
        thread.id = tx.open_thread(&thread, self.clock.now()).await?;
        tx.save_thread(&thread).await?;
        Ok(thread.id)
    }

    async fn move_to(&self, tx: &mut Tx, case: &Case, thread: ThreadId, new: &NewNumber) -> Result<(), ServiceError> {
        let now = self.clock.now();
        let known = tx.particulars(case.id).await?.unwrap_or_default();
        let particulars = Particulars {
            number_source: new.checked.clone(),
            number_obtained_on: Some(local_day(now, case.debtor.zone)),
            ..known
        };
        let zone = zone_of(&new.number, case.debtor.postcode.as_deref(), case.debtor.zone);
        let entry = Entry { zone, ..Entry::of(case, thread, &particulars) };
        tx.correct_case(case.id, &entry, now).await?;
        tx.remember_replaced(case.id, &case.phone.number).await?;
        // Whoever has the old number has the links that were sent there.
        tx.close_links(case.id, now).await?;
        // What paused the plan may have been the old number.
        self.reschedule(tx, case.id, now).await
    }
}

/// Both threads, locked in the order in which everybody locks them.
async fn lock_both(
    tx: &mut Tx,
    old: ThreadId,
    there: Option<ThreadId>,
) -> Result<(Thread, Option<Thread>), ServiceError> {
    let mut ids: Vec<ThreadId> = [Some(old), there].into_iter().flatten().collect();
    ids.sort_unstable();
    let (mut from, mut to) = (None, None);
    for id in ids {
        let thread = tx.lock_thread_by_id(id).await?;
        *(if id == old { &mut from } else { &mut to }) = thread;
    }
    Ok((from.ok_or(ServiceError::Overtaken)?, to))
}

/// A number that is on file for another person, or that we may not write to, is nobody's new number.
async fn is_free(tx: &mut Tx, there: &Thread, asked: &Case) -> Result<(), ServiceError> {
    if there.phone.suppressed.is_some() {
        return Err(ServiceError::Refused("agent.number_suppressed"));
    }
    let others = tx.cases_of_thread(there).await?;
    if others.iter().any(|case| case.debtor.name != asked.debtor.name) {
        return Err(ServiceError::Refused("agent.number_is_anothers"));
    }
    Ok(())
}
