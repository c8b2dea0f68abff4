//! Taking an import back: what it opened is removed, what it changed is put as it was, where nothing has happened since.

use super::super::apply::Cause;
use super::super::{Service, ServiceError};
use crate::domain::{CaseId, ImportId, Recall, Stimulus};
use crate::store::{Import, ImportKind, OpenedCase, RecallScope, Tx};
use std::collections::BTreeSet;
use uuid::Uuid;

/// Cases taken back in one transaction.
const BATCH: u32 = 1_000;
/// The rule under which a message leaves the queue when the import that changed its case is taken back.
const UNDONE: &str = "import.undone";

/// A case that was left as it is, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// The creditor's own reference.
    pub reference: String,
    /// What has happened since.
    pub reason: &'static str,
}

/// What was taken back, and what could not be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UndoReport {
    /// Cases or payments removed.
    pub removed: u64,
    /// Cases put as they were.
    pub restored: u64,
    /// Cases left as they are.
    pub kept: Vec<Kept>,
}

impl Service {
    /// Takes an import back. It can be run again: what was taken back is gone, and the rest is looked at anew. `None` when
    /// there is no such import.
    ///
    /// # Errors
    /// When the store fails; whole batches before the failure were taken back.
    pub async fn undo_import(&self, id: ImportId) -> Result<Option<UndoReport>, ServiceError> {
        let Some(import) = self.store.snapshot().await?.import(id).await? else { return Ok(None) };
        let mut report = UndoReport::default();
        match import.kind {
            ImportKind::Cases => {
                // What it changed first: a case may be changed by the import that opened it.
                self.restore_changed(id, &mut report).await?;
                self.remove_opened(id, &mut report).await?;
            }
            ImportKind::Payments => self.take_payments_back(id, &mut report).await?,
        }
        let mut tx = self.store.begin().await?;
        tx.save_import(&Import { undone_at: Some(self.clock.now()), ..import }).await?;
        tx.commit().await?;
        Ok(Some(report))
    }

    async fn restore_changed(&self, id: ImportId, report: &mut UndoReport) -> Result<(), ServiceError> {
        let mut after = CaseId(Uuid::nil());
        loop {
            let mut tx = self.store.begin().await?;
            tx.take_turns_importing().await?;
            let changes = tx.changes_of_import(id, after, BATCH).await?;
            let Some(last) = changes.last() else { return Ok(()) };
            after = last.case;
            self.lock_threads_of(&mut tx, changes.iter().map(|change| change.case)).await?;
            for change in &changes {
                let now = self.clock.now();
                let Some((_, case)) = self.lock_case(&mut tx, change.case).await? else { continue };
                let untouched = tx.case_changed_at(change.case).await? == Some(change.at);
                if !untouched {
                    let reason = "it changed since, by a reply, a payment, an agent or a later import";
                    report.kept.push(Kept { reference: case.reference, reason });
                    continue;
                }
                tx.recall(RecallScope::Case(change.case), Recall::Demands, UNDONE, now).await?;
                tx.correct_case(change.case, &change.before, change.case_at).await?;
                tx.undo_change(change, now).await?;
                if change.before.thread != change.after.thread {
                    tx.remove_idle_threads(&[change.after.thread]).await?;
                }
                report.restored += 1;
            }
            tx.commit().await?;
        }
    }

    async fn remove_opened(&self, id: ImportId, report: &mut UndoReport) -> Result<(), ServiceError> {
        let mut after = CaseId(Uuid::nil());
        loop {
            let mut tx = self.store.begin().await?;
            tx.take_turns_importing().await?;
            let opened = tx.opened_by_import(id, after, BATCH).await?;
            let Some(last) = opened.last() else { return Ok(()) };
            after = last.case;
            let (kept, gone): (Vec<OpenedCase>, _) = opened.into_iter().partition(|case| case.lived || case.corrected);
            tx.remove_cases(&gone).await?;
            tx.commit().await?;
            report.removed += gone.len() as u64;
            report.kept.extend(kept.into_iter().map(|case| Kept {
                reference: case.reference,
                reason: if case.corrected {
                    "a later import changed it: take that one back first"
                } else {
                    "something was said, paid, decided or planned about it since"
                },
            }));
        }
    }

    /// The last payment first: a case is taken back step by step, by the door through which it moved.
    async fn take_payments_back(&self, id: ImportId, report: &mut UndoReport) -> Result<(), ServiceError> {
        let mut before = u64::MAX;
        loop {
            let mut tx = self.store.begin().await?;
            tx.take_turns_importing().await?;
            let payments = tx.payments_of_import(id, before, BATCH).await?;
            let Some(last) = payments.last() else { return Ok(()) };
            before = last.seq;
            self.lock_threads_of(&mut tx, payments.iter().map(|imported| imported.payment.case)).await?;
            for imported in &payments {
                let case = imported.payment.case;
                let Some((mut thread, found)) = self.lock_case(&mut tx, case).await? else { continue };
                let untouched = tx.case_changed_at(case).await? == Some(imported.at)
                    && !tx.spoken_of_since(case, imported.payment.recorded_at).await?;
                if !untouched {
                    let reason = "something was said, paid or decided about it since: write a reversal instead";
                    report.kept.push(Kept { reference: found.reference, reason });
                    continue;
                }
                let (paid, state) = (found.debt.paid.with_minor(imported.paid_before), imported.state_before.clone());
                let undone = Stimulus::PaymentUndone { paid, state, by: None };
                self.apply(&mut tx, &mut thread, &found, &undone, Cause::named("payment_undone")).await?;
                tx.remove_imported_payment(imported).await?;
                report.removed += 1;
            }
            tx.commit().await?;
        }
    }

    /// Locks the threads of these cases in the order in which a reply or an import does, so that neither waits for the other
    /// for ever.
    async fn lock_threads_of(&self, tx: &mut Tx, cases: impl Iterator<Item = CaseId>) -> Result<(), ServiceError> {
        let mut threads = BTreeSet::new();
        for case in cases {
            threads.extend(tx.thread_of_case(case).await?);
        }
        for thread in threads {
            tx.lock_thread_by_id(thread).await?;
        }
        Ok(())
    }
}
