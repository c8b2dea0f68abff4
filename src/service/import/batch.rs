//! What one batch will write: gathered line by line, written together.

use super::super::portfolio::Fault;
use super::super::{PortfolioRow, Service, ServiceError};
use super::correct::{Correction, corrected};
use crate::domain::{
    Case, CaseId, CaseState, Conversation, Creditor, CreditorKey, Debt, Debtor, IdentityLevel, ImportId, Language,
    Phone, PhoneNumber, Recall, Segment, ThreadId, zone_of,
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
    cases: Vec<(Case, ThreadId, &'a PortfolioRow)>,
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
        Self { service, import, now, holders, threads: Vec::new(), cases: Vec::new() }
    }

    /// Opens a case.
    pub async fn open(&mut self, tx: &mut Tx, row: &'a PortfolioRow) -> Result<Outcome, ServiceError> {
        let creditor = self.service.creditor(&row.creditor)?;
        let thread = match self.thread_for(tx, row).await? {
            Ok(thread) => thread,
            Err(fault) => return Ok(Err(vec![fault])),
        };
        let case = new_case(CaseId(self.service.clock.new_id()), creditor, row);
        self.cases.push((case, thread, row));
        Ok(Ok(()))
    }

    /// Corrects a case that is there, if the line says anything new.
    pub async fn correct(
        &mut self,
        tx: &mut Tx,
        known: &KnownCase,
        row: &'a PortfolioRow,
        counts: &mut ImportCounts,
    ) -> Result<Outcome, ServiceError> {
        let Correction { before, mut after, moves, asks_otherwise } = match corrected(known, row) {
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
            return Ok(Ok(()));
        }
        let recall = if moves { Recall::Everything } else { Recall::Demands };
        if moves || asks_otherwise {
            tx.recall(RecallScope::Case(known.case.id), recall, CORRECTED, self.now).await?;
        }
        tx.correct_case(known.case.id, &after, self.now).await?;
        let (case, case_at) = (known.case.id, known.changed_at);
        tx.insert_change(&Change { import: self.import, case, before, after, case_at, at: self.now }).await?;
        counts.changed += 1;
        Ok(Ok(()))
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
            .map(|(case, thread, row)| NewCase { case, particulars: &row.particulars, thread: *thread })
            .collect();
        if !cases.is_empty() {
            tx.open_cases(&cases, self.import, self.now).await?;
        }
        Ok(())
    }
}

fn new_case(id: CaseId, creditor: &Creditor, row: &PortfolioRow) -> Case {
    Case {
        id,
        reference: row.case_ref.clone(),
        creditor: creditor.key.clone(),
        jurisdiction: creditor.jurisdiction,
        debtor: Debtor {
            name: row.debtor_name.clone(),
            language: row.language.or_else(|| creditor.languages.first().copied()).unwrap_or(Language::FR),
            zone: zone_of(&row.phone, row.postcode.as_deref(), creditor.zone),
            segment: row.segment.unwrap_or(Segment::Consumer),
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
    }
}
