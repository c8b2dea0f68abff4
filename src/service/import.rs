//! Cases come in from a portfolio. The same file twice changes nothing.

use super::{PortfolioRow, Rejection, Service, ServiceError};
use crate::domain::dunning::{Progress, next_step};
use crate::domain::{
    Case, CaseId, CaseState, Conversation, Creditor, Debt, Debtor, Phone, ThreadId, TimerKind, local_day, zone_of,
};
use crate::store::{Thread, Tx};
use chrono::{DateTime, Utc};

/// Lines written in one transaction.
const BATCH: usize = 500;

/// What became of the lines.
#[derive(Clone, Default)]
pub struct ImportReport {
    /// New cases.
    pub added: usize,
    /// Cases that were there, with the same content.
    pub known: usize,
    /// Lines that contradict a case that was there.
    pub rejections: Vec<Rejection>,
}

impl Service {
    /// Opens a case for each line whose reference is new.
    ///
    /// # Errors
    /// When the store fails; whole batches of lines before the failure are in, and the file can be imported again.
    pub async fn import(&self, rows: &[PortfolioRow]) -> Result<ImportReport, ServiceError> {
        let mut report = ImportReport::default();
        for batch in rows.chunks(BATCH) {
            let mut tx = self.store.begin().await?;
            for row in batch {
                self.import_row(&mut tx, row, &mut report).await?;
            }
            tx.commit().await?;
        }
        Ok(report)
    }

    async fn import_row(&self, tx: &mut Tx, row: &PortfolioRow, report: &mut ImportReport) -> Result<(), ServiceError> {
        if let Some(known) = tx.case_by_reference(&row.creditor, &row.case_ref).await? {
            match contradiction(&known, row) {
                Some((column, reason)) => report.rejections.push(Rejection {
                    line: row.line,
                    column: column.to_owned(),
                    reason: reason.to_owned(),
                    raw: row.raw.clone(),
                }),
                None => {
                    self.enrol(tx, &known).await?;
                    report.known += 1;
                }
            }
            return Ok(());
        }
        let now = self.clock.now();
        if let Some(stranger) = self.shares_its_number(tx, row).await? {
            report.rejections.push(stranger);
            return Ok(());
        }
        let creditor = self.creditor(&row.creditor)?;
        let case = new_case(CaseId(self.clock.new_id()), creditor, row, now);
        let thread = Thread {
            id: ThreadId(self.clock.new_id()),
            creditor: row.creditor.clone(),
            phone: case.phone.clone(),
            conversation: Conversation::default(),
            focus: None,
        };
        let thread = tx.open_thread(&thread, now).await?;
        if let Some(mut known) = tx.lock_thread_by_id(thread).await?
            && case.phone.identity < known.phone.identity
        {
            // The same number, now said to be of a less certain origin: who answers is asked again.
            known.phone.origin = case.phone.origin;
            known.phone.identity = case.phone.identity;
            tx.save_thread(&known).await?;
        }
        tx.insert_case(&case, thread, now).await?;
        schedule(tx, &case, creditor, now).await?;
        report.added += 1;
        Ok(())
    }

    /// A case that came in before its creditor had a dunning plan begins it now, as one that comes in late.
    async fn enrol(&self, tx: &mut Tx, known: &Case) -> Result<(), ServiceError> {
        let creditor = self.creditor(&known.creditor)?;
        let Some(plan) = creditor.policy.dunning.of(known.debtor.segment) else { return Ok(()) };
        if tx.timers_of_case(known.id).await?.iter().any(|(kind, _)| *kind == TimerKind::NextStep) {
            return Ok(());
        }
        let Some((_, mut case)) = self.lock_case(tx, known.id).await? else { return Ok(()) };
        let now = self.clock.now();
        if case.dunning == Progress::default() {
            case.dunning.next = plan.entry(case.debt.due_on, local_day(now, case.debtor.zone));
            tx.save_case(&case, now).await?;
        }
        schedule(tx, &case, creditor, now).await
    }

    /// A number that is on file for somebody else: a message to one would be read by the other.
    async fn shares_its_number(&self, tx: &mut Tx, row: &PortfolioRow) -> Result<Option<Rejection>, ServiceError> {
        let threads = tx.threads_of_number(&row.phone).await?;
        let Some(thread) = threads.iter().find(|thread| thread.creditor == row.creditor) else { return Ok(None) };
        let cases = tx.cases_of_thread(thread).await?;
        let stranger = cases.iter().any(|case| case.debtor.name != row.debtor_name);
        Ok(stranger.then(|| Rejection {
            line: row.line,
            column: "phone".to_owned(),
            reason: "this number is on file for another person: nothing about a debt may be written to both".to_owned(),
            raw: row.raw.clone(),
        }))
    }
}

fn contradiction(known: &Case, row: &PortfolioRow) -> Option<(&'static str, &'static str)> {
    if known.debt.amount != row.amount {
        Some(("amount", "this case is known with another amount: payments and corrections do not come by import"))
    } else if known.phone.number != row.phone {
        Some(("phone", "this case is known with another number: correct it in the console"))
    } else if known.debtor.name != row.debtor_name {
        Some(("debtor_name", "this case is known with another name: use another case_ref for another person"))
    } else {
        None
    }
}

/// Wakes the case when the first step of its dunning plan is due.
async fn schedule(tx: &mut Tx, case: &Case, creditor: &Creditor, now: DateTime<Utc>) -> Result<(), ServiceError> {
    let Some(plan) = creditor.policy.dunning.of(case.debtor.segment) else { return Ok(()) };
    // As the thread stands: another case of the number may have paused or suppressed it.
    let known = tx.case(case.id).await?;
    let Some(at) = next_step(plan, &creditor.policy.law, known.as_ref().unwrap_or(case), now).ask_again(now) else {
        return Ok(());
    };
    Ok(tx.set_timer(case.id, TimerKind::NextStep, at).await?)
}

fn new_case(id: CaseId, creditor: &Creditor, row: &PortfolioRow, now: DateTime<Utc>) -> Case {
    let zone = zone_of(&row.phone, row.postcode.as_deref(), creditor.zone);
    let plan = creditor.policy.dunning.of(row.segment);
    let next = plan.map_or(0, |plan| plan.entry(row.due_on, local_day(now, zone)));
    Case {
        id,
        reference: row.case_ref.clone(),
        creditor: creditor.key.clone(),
        jurisdiction: creditor.jurisdiction,
        debtor: Debtor {
            name: row.debtor_name.clone(),
            language: row.language,
            zone,
            segment: row.segment,
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
        letter: None,
        state: CaseState::Open,
        dunning: Progress { next, ..Progress::default() },
        phone: Phone {
            number: row.phone.clone(),
            origin: row.origin,
            identity: row.origin.starting_level(),
            suppressed: None,
        },
        conversation: Conversation::default(),
    }
}
