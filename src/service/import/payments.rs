//! Payments come in by file: a batch of lines at a time, each batch whole or not at all, and each payment by the one door.
//! A payment is known by its reference and its case, so that the same file twice, or an import that was killed and run
//! again, ends as once.

use super::super::payments::{AGENT, Reported, may_be};
use super::super::portfolio::Fault;
use super::super::{PaymentLine, Rejection, Service, ServiceError};
use super::{ImportReport, ImportRun};
use crate::domain::{Money, PaymentKind, local_day};
use crate::store::{Import, ImportKind, ImportedPayment, PayableCase, Payment, Tx};
use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};

/// Lines written in one transaction: few, because the replies that come in wait for it.
const BATCH: usize = 100;
/// Who reports a payment that a file holds.
const PROVIDER: &str = "import";

/// An import of payments that runs.
pub struct PaymentsRun {
    run: ImportRun,
    /// Whether nobody is thanked.
    quiet: bool,
    hasher: RandomState,
    /// The payments of the file so far, by the hash of what tells them apart: the first line, and how many.
    seen: HashMap<u64, (u64, u32)>,
}

impl PaymentsRun {
    /// The import.
    #[must_use]
    pub const fn run(&self) -> &ImportRun {
        &self.run
    }

    /// The first line that says the same, and how many did before this one.
    fn see(&mut self, key: &str, line: u64) -> (u64, u32) {
        let seen = self.seen.entry(self.hasher.hash_one(key)).or_insert((line, 0));
        let before = *seen;
        seen.1 += 1;
        before
    }
}

/// A line whose case is known.
struct Found<'a> {
    line: &'a PaymentLine,
    payable: PayableCase,
    key: String,
}

impl Service {
    /// Lines of payments that go well into one transaction.
    pub const PAYMENTS_BATCH: usize = BATCH;

    /// Begins an import of payments, or takes up the one of the same bytes that was interrupted; `quiet` thanks nobody.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn begin_payments(&self, name: &str, hash: &str, quiet: bool) -> Result<PaymentsRun, ServiceError> {
        let run = self.begin_import(ImportKind::Payments, name, hash).await?;
        Ok(PaymentsRun { run, quiet, hasher: RandomState::new(), seen: HashMap::new() })
    }

    /// Writes down what each line says, if it was not known; all of it or nothing. `refused` are lines that were not even
    /// lines. Answers them with those that the store refuses, in order.
    ///
    /// # Errors
    /// When the store fails; the import can be run again.
    pub async fn import_payments(
        &self,
        run: &mut PaymentsRun,
        lines: &[PaymentLine],
        refused: Vec<Rejection>,
    ) -> Result<Vec<Rejection>, ServiceError> {
        let mut tx = self.store.begin().await?;
        tx.take_turns_importing().await?;
        let mut counts = run.run.counts();
        let mut rejections = refused;
        let mut refuse = |line: &PaymentLine, faults| {
            rejections.push(Rejection { line: line.line, faults, raw: line.raw.clone() });
        };
        let mut found = Vec::with_capacity(lines.len());
        for line in lines {
            match self.find(&mut tx, run, line).await? {
                Ok(known) => found.push(known),
                Err(faults) => refuse(line, faults),
            }
        }
        // Threads are locked in the order in which a reply locks them, so that neither waits for the other for ever.
        found.sort_by_key(|found| (found.payable.thread, found.line.line));
        for found in &found {
            match self.write_payment(&mut tx, run, found).await? {
                Ok(true) => counts.added += 1,
                Ok(false) => counts.unchanged += 1,
                Err(faults) => refuse(found.line, faults),
            }
        }
        rejections.sort_by_key(|rejection| rejection.line);
        counts.refused += rejections.len() as u64;
        counts.lines = counts.added + counts.unchanged + counts.refused;
        let import = Import { counts, ..run.run.import.clone() };
        tx.save_import(&import).await?;
        tx.commit().await?;
        run.run.import = import;
        Ok(rejections)
    }

    /// Writes down that the last line is in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn finish_payments(&self, run: PaymentsRun) -> Result<(), ServiceError> {
        self.finish_import(run.run).await
    }

    /// Brings in payments that were read whole, with lines that were refused before.
    ///
    /// # Errors
    /// When the store fails; whole batches of lines before the failure are in, and they can be imported again.
    pub async fn import_all_payments(
        &self,
        name: &str,
        lines: &[PaymentLine],
        refused: Vec<Rejection>,
        quiet: bool,
    ) -> Result<ImportReport, ServiceError> {
        let mut run = self.begin_payments(name, &self.clock.new_id().to_string(), quiet).await?;
        let mut rejections = self.import_payments(&mut run, &[], refused).await?;
        for batch in lines.chunks(BATCH) {
            rejections.extend(self.import_payments(&mut run, batch, Vec::new()).await?);
        }
        rejections.sort_by_key(|rejection| rejection.line);
        let report = ImportReport { id: run.run.id(), counts: run.run.counts(), rejections };
        self.finish_payments(run).await?;
        Ok(report)
    }

    /// The case of a line, and by what its payment is told from others.
    async fn find<'a>(
        &self,
        tx: &mut Tx,
        run: &mut PaymentsRun,
        line: &'a PaymentLine,
    ) -> Result<Result<Found<'a>, Vec<Fault>>, ServiceError> {
        let mut faults = Vec::new();
        if line.received_on > local_day(self.clock.now(), self.creditor(&line.creditor)?.zone) {
            faults.push(Fault::new("received_on", "it is in the future: bring the payment in once it was received"));
        }
        let mut cases = tx.cases_to_pay(&line.creditor, line.case_ref.as_deref(), line.invoice.as_deref()).await?;
        let named = if line.case_ref.is_some() { "case_ref" } else { "invoice" };
        let payable = match (cases.pop(), cases.is_empty()) {
            (Some(payable), true) => payable,
            (Some(_), false) => {
                faults.push(Fault::new(named, "several cases have this invoice: write case_ref"));
                return Ok(Err(faults));
            }
            (None, _) => {
                faults.push(Fault::new(named, "this creditor has no such case: bring it in first"));
                return Ok(Err(faults));
            }
        };
        let key = key(run, line, &payable).map_err(|fault| faults.push(fault)).unwrap_or_default();
        Ok(if faults.is_empty() { Ok(Found { line, payable, key }) } else { Err(faults) })
    }

    /// Whether the line was new to this import; or all that is wrong with it.
    async fn write_payment(
        &self,
        tx: &mut Tx,
        run: &PaymentsRun,
        found: &Found<'_>,
    ) -> Result<Result<bool, Vec<Fault>>, ServiceError> {
        let Found { line, payable, key } = found;
        if let Some(known) = tx.payment(PROVIDER, key).await? {
            if known.amount.minor != line.minor {
                let reason = "this reference was written down with another amount: a payment is taken back with its \
                              import, or by a reversal";
                return Ok(Err(vec![Fault::new("reference", reason)]));
            }
            // What this import did before it was interrupted counts as done by it.
            return Ok(Ok(tx.import_of_payment(&known).await? == Some(run.run.id())));
        }
        let locked = self.lock_case(tx, payable.case).await?;
        let (mut thread, case) = locked.ok_or(ServiceError::UnknownCase(payable.case))?;
        let known = tx.payments_of_case(case.id).await?;
        let reported =
            |payment: &Payment| payment.kind == line.kind && Some(&payment.reference) == line.reference.as_ref();
        if known.iter().any(reported) {
            return Ok(Ok(false));
        }
        if let Some(told) = told_before(&known, line, key) {
            tx.tell_again(told, key).await?;
            return Ok(Ok(false));
        }
        let mut faults = Vec::new();
        let currency = case.debt.amount.currency;
        if line.currency.is_some_and(|said| said != currency) {
            faults.push(Fault::new("currency", format!("this case is in {}", currency.code())));
        }
        if line.kind == PaymentKind::Reversal && line.minor > case.debt.paid.minor {
            faults.push(Fault::new("amount", "more went back than was paid: bring the payment in first"));
        }
        let balance_on = tx.particulars(case.id).await?.and_then(|particulars| particulars.balance_on);
        if let Some(day) = balance_on.filter(|day| line.received_on <= *day) {
            let reason = format!(
                "the balance that was brought in on {day} may hold it already: bring payments in before balances, or bring \
                 the case in again with `amount`, what was owed at first, in place of `balance`"
            );
            faults.push(Fault::new("received_on", reason));
        }
        if !faults.is_empty() {
            return Ok(Err(faults));
        }
        let case_at = tx.case_changed_at(case.id).await?.unwrap_or_else(|| self.clock.now());
        let reported = Reported {
            provider: PROVIDER,
            reference: key,
            kind: line.kind,
            amount: Money::new(line.minor, currency),
            means: &line.means,
            received_on: line.received_on,
            quiet: run.quiet,
            by: None,
        };
        let Some(payment) = self.take_in(tx, &mut thread, &case, &reported).await? else { return Ok(Ok(false)) };
        let at = tx.case_changed_at(case.id).await?.unwrap_or(payment.recorded_at);
        tx.insert_imported_payment(&ImportedPayment {
            import: run.run.id(),
            seq: line.line,
            payment,
            paid_before: case.debt.paid.minor,
            state_before: case.state,
            case_at,
            at,
        })
        .await?;
        Ok(Ok(true))
    }
}

/// The payment of an agent that a line tells again: the one that it was found to be, or else the nearest in time that no line
/// told yet.
fn told_before<'p>(known: &'p [Payment], line: &PaymentLine, key: &str) -> Option<&'p Payment> {
    let by_agents = || known.iter().filter(|payment| payment.provider == AGENT && line.kind == PaymentKind::Payment);
    let untold = by_agents()
        .filter(|payment| payment.line_key.is_none() && may_be(payment, line.minor, line.received_on))
        .min_by_key(|payment| (payment.received_on - line.received_on).num_days().abs());
    by_agents().find(|payment| payment.line_key.as_deref() == Some(key)).or(untold)
}

/// What tells a payment from others: its case and its reference; without a reference, all that is said of it and its place
/// among the lines of the file that say the same. The case is named by its id, and a reference by that word before it: free
/// text in their place could spell the key of another payment.
fn key(run: &mut PaymentsRun, line: &PaymentLine, payable: &PayableCase) -> Result<String, Fault> {
    let of = match line.kind {
        PaymentKind::Payment => "payment",
        PaymentKind::Reversal => "reversal",
    };
    let whose = format!("{of}/{}", payable.case);
    let Some(reference) = &line.reference else {
        let key = format!("{whose}/day/{}/{}", line.received_on, line.minor);
        let (_, place) = run.see(&key, line.line);
        return Ok(format!("{key}/{place}"));
    };
    let key = format!("{whose}/reference/{reference}");
    match run.see(&key, line.line) {
        (_, 0) => Ok(key),
        (first, _) => {
            let reason = format!("line {first} has the same reference for the same case: keep one of them");
            Err(Fault::new("reference", reason))
        }
    }
}
