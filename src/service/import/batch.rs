//! What one batch will write: gathered line by line, written together.

use super::super::portfolio::Fault;
use super::super::{PortfolioRow, Service, ServiceError};
use super::correct::{Correction, corrected};
use crate::domain::dunning::{Progress, next_step};
use crate::domain::{
    Case, CaseId, CaseState, Conversation, Creditor, CreditorKey, Debt, Debtor, IdentityLevel, ImportId, Language,
    Particulars, Phone, PhoneNumber, Recall, Segment, ThreadId, TimerKind, local_day, zone_of,
};
use crate::store::{Change, Held, ImportCounts, KnownCase, NewCase, RecallScope, Thread, Tx};
use chrono::{DateTime, Utc};
use std::collections::HashMap;

/// The rule under which a message leaves the queue when what it says was corrected.
const CORRECTED: &str = "import.corrected";

/// A number of a creditor in this batch, and whom it is on file for.
struct Holder {
    thread: ThreadId,
    identity: IdentityLevel,
    names: Vec<String>,
    /// Where it is in `Plan::threads`, while it is not written.
    pending: Option<usize>,
}

pub(super) struct Plan<'a> {
    service: &'a Service,
    import: ImportId,
    now: DateTime<Utc>,
    holders: HashMap<(CreditorKey, PhoneNumber), Holder>,
    threads: Vec<Thread>,
    cases: Vec<(Case, ThreadId, Particulars)>,
    /// When the first step of the dunning plan of each case is due.
    alarms: Vec<(CaseId, DateTime<Utc>)>,
}

/// What a line did, or all that is wrong with it.
type Outcome = Result<(), Vec<Fault>>;

impl<'a> Plan<'a> {
    pub fn new(service: &'a Service, import: ImportId, held: Vec<Held>, now: DateTime<Utc>) -> Self {
        let mut holders: HashMap<_, Holder> = HashMap::new();
        for held in held {
            let Held { thread, creditor, number, identity, name } = held;
            let new = || Holder { thread, identity, names: Vec::new(), pending: None };
            holders.entry((creditor, number)).or_insert_with(new).names.extend(name);
        }
        Self { service, import, now, holders, threads: Vec::new(), cases: Vec::new(), alarms: Vec::new() }
    }

    /// Opens a case.
    pub async fn open(&mut self, tx: &mut Tx, row: &PortfolioRow) -> Result<Outcome, ServiceError> {
        let creditor = self.service.creditor(&row.creditor)?;
        let thread = match self.thread_for(tx, row).await? {
            Ok(thread) => thread,
            Err(fault) => return Ok(Err(vec![fault])),
        };
        let case = new_case(CaseId(self.service.clock.new_id()), &creditor, row, self.now);
        if let Some(at) = first_step(&creditor, &case, self.now) {
            self.alarms.push((case.id, at));
        }
        let balance_on = row.is_balance.then(|| local_day(self.now, creditor.zone));
        self.cases.push((case, thread, Particulars { balance_on, ..row.particulars.clone() }));
        Ok(Ok(()))
    }

    /// Corrects a case that is there, if the line says anything new.
    pub async fn correct(
        &mut self,
        tx: &mut Tx,
        known: &KnownCase,
        row: &PortfolioRow,
        counts: &mut ImportCounts,
    ) -> Result<Outcome, ServiceError> {
        let today = local_day(self.now, self.service.creditor(&row.creditor)?.zone);
        let Correction { before, mut after, moves, asks_otherwise } = match corrected(known, row, today) {
            Ok(correction) => correction,
            Err(faults) => return Ok(Err(faults)),
        };
        if moves {
            after.thread = match self.thread_for(tx, row).await? {
                Ok(thread) => thread,
                Err(fault) => return Ok(Err(vec![fault])),
            };
            self.write_threads(tx).await?;
        }
        if before == after {
            // What this import did before it was interrupted counts as done by it.
            let count = if known.import == Some(self.import) {
                &mut counts.added
            } else if known.changed {
                &mut counts.changed
            } else {
                &mut counts.unchanged
            };
            *count += 1;
            self.enrol(tx, &known.case).await?;
            return Ok(Ok(()));
        }
        let recall = if moves { Recall::Everything } else { Recall::Demands };
        if moves || asks_otherwise {
            tx.recall(RecallScope::Case(known.case.id), recall, CORRECTED, self.now).await?;
        }
        tx.correct_case(known.case.id, &after, self.now).await?;
        if moves {
            // Whoever has the old number has the links that were sent there.
            tx.close_links(known.case.id, self.now).await?;
        }
        let (case, case_at) = (known.case.id, known.changed_at);
        tx.insert_change(&Change { import: self.import, case, before, after, case_at, at: self.now }).await?;
        counts.changed += 1;
        self.service.reschedule(tx, case, self.now).await?;
        Ok(Ok(()))
    }

    /// A case that came in before its creditor had a dunning plan begins it now, as one that comes in late.
    async fn enrol(&self, tx: &mut Tx, known: &Case) -> Result<(), ServiceError> {
        let creditor = self.service.creditor(&known.creditor)?;
        let Some(plan) = creditor.policy.dunning.of(known.debtor.segment) else { return Ok(()) };
        if tx.timers_of_case(known.id).await?.iter().any(|(kind, _)| *kind == TimerKind::NextStep) {
            return Ok(());
        }
        let Some((_, mut case)) = self.service.lock_case(tx, known.id).await? else { return Ok(()) };
        if case.dunning == Progress::default() {
            case.dunning.next = plan.entry(case.debt.due_on, local_day(self.now, case.debtor.zone));
            tx.save_case(&case, self.now).await?;
        }
        self.service.reschedule(tx, case.id, self.now).await
    }

    /// The thread of the line's number; refused when the number is on file for somebody else, because a message to one
    /// would be read by the other.
    async fn thread_for(&mut self, tx: &mut Tx, row: &PortfolioRow) -> Result<Result<ThreadId, Fault>, ServiceError> {
        let level = row.origin.starting_level();
        let key = (row.creditor.clone(), row.phone.clone());
        let Some(holder) = self.holders.get_mut(&key) else {
            let thread = ThreadId(self.service.clock.new_id());
            let phone = Phone { number: row.phone.clone(), origin: row.origin, identity: level, suppressed: None };
            let (creditor, conversation) = (row.creditor.clone(), Conversation::default());
            let (pending, names) = (Some(self.threads.len()), vec![row.debtor_name.clone()]);
            self.threads.push(Thread { id: thread, creditor, phone, conversation, focus: None });
            self.holders.insert(key, Holder { thread, identity: level, names, pending });
            return Ok(Ok(thread));
        };
        if holder.names.iter().any(|name| *name != row.debtor_name) {
            let reason = "this number is on file for another person: nothing about a debt may be written to both";
            return Ok(Err(Fault::new("phone", reason)));
        }
        if holder.names.is_empty() {
            holder.names.push(row.debtor_name.clone());
        }
        if level < holder.identity {
            // The same number, now said to be of a less certain origin: who answers is asked again.
            holder.identity = level;
            match holder.pending.and_then(|at| self.threads.get_mut(at)) {
                Some(thread) => (thread.phone.origin, thread.phone.identity) = (row.origin, level),
                None => {
                    if let Some(mut thread) = tx.lock_thread_by_id(holder.thread).await? {
                        (thread.phone.origin, thread.phone.identity) = (row.origin, level);
                        tx.save_thread(&thread).await?;
                    }
                }
            }
        }
        Ok(Ok(holder.thread))
    }

    async fn write_threads(&mut self, tx: &mut Tx) -> Result<(), ServiceError> {
        if !self.threads.is_empty() {
            // The index of numbers is written page by page, rather than here and there.
            self.threads.sort_by(|a, b| a.phone.number.as_str().cmp(b.phone.number.as_str()));
            tx.open_threads(&self.threads, self.now).await?;
            self.threads.clear();
            self.holders.values_mut().for_each(|holder| holder.pending = None);
        }
        Ok(())
    }

    /// Writes what was gathered.
    pub async fn write(mut self, tx: &mut Tx) -> Result<(), ServiceError> {
        self.write_threads(tx).await?;
        let cases: Vec<_> = self
            .cases
            .iter()
            .map(|(case, thread, particulars)| NewCase { case, particulars, thread: *thread })
            .collect();
        if !cases.is_empty() {
            tx.open_cases(&cases, self.import, self.now).await?;
        }
        if !self.alarms.is_empty() {
            tx.set_timers(TimerKind::NextStep, &self.alarms).await?;
        }
        Ok(())
    }
}

impl Service {
    /// Sets the timer to the next step of a case as it now stands.
    pub(in super::super) async fn reschedule(
        &self,
        tx: &mut Tx,
        case: CaseId,
        now: DateTime<Utc>,
    ) -> Result<(), ServiceError> {
        let Some(case) = tx.case(case).await? else { return Ok(()) };
        match first_step(&*self.creditor(&case.creditor)?, &case, now) {
            Some(at) => tx.set_timer(case.id, TimerKind::NextStep, at).await?,
            None => tx.stop_timer(case.id, TimerKind::NextStep).await?,
        }
        Ok(())
    }
}

/// When the dunning plan of a case has something for it; `None` without a plan, or when nothing comes by itself.
fn first_step(creditor: &Creditor, case: &Case, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let plan = creditor.policy.dunning.of(case.debtor.segment)?;
    next_step(plan, &creditor.policy, case, now).ask_again(now)
}

fn new_case(id: CaseId, creditor: &Creditor, row: &PortfolioRow, now: DateTime<Utc>) -> Case {
    let zone = zone_of(&row.phone, row.postcode.as_deref(), creditor.zone);
    let segment = row.segment.unwrap_or(Segment::Consumer);
    let plan = creditor.policy.dunning.of(segment);
    let next = plan.map_or(0, |plan| plan.entry(row.due_on, local_day(now, zone)));
    Case {
        id,
        reference: row.case_ref.clone(),
        creditor: creditor.key.clone(),
        jurisdiction: creditor.jurisdiction,
        debtor: Debtor {
            name: row.debtor_name.clone(),
            language: row.language.or_else(|| creditor.languages.first().copied()).unwrap_or(Language::FR),
            zone,
            segment,
            email: row.email.clone(),
            postcode: row.postcode.clone(),
        },
        debt: Debt {
            invoice: row.invoice.clone(),
            amount: row.amount,
            paid: row.amount.with_minor(0),
            issued_on: row.issued_on,
            due_on: row.due_on,
        },
        letter: row.letter.clone(),
        state: CaseState::Open,
        phone: Phone {
            number: row.phone.clone(),
            origin: row.origin,
            identity: row.origin.starting_level(),
            suppressed: None,
        },
        conversation: Conversation::default(),
        dunning: Progress { next, ..Progress::default() },
    }
}
