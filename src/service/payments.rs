//! The debtor's link, and money that comes in.

use super::agents::{Shown, is_as_shown};
use super::apply::{Cause, is_a_strangers};
use super::{Service, ServiceError};
use crate::domain::{
    Case, CaseId, Creditor, Event, IncomingPayment, Money, PaymentKind, Stimulus, TaskKind, local_day,
};
use crate::store::{Link, Payment, Thread, Tx};
use chrono::NaiveDate;

/// What a link opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkState {
    /// A case.
    Open(CaseId),
    /// A case, once; the link is too old.
    Expired,
    /// Nothing.
    Unknown,
}

/// What the debtor's page shows.
#[derive(Debug, Clone)]
pub struct DuePage {
    /// The case.
    pub case: Case,
    /// Whose claim it is.
    pub creditor: Creditor,
    /// What came in and what went back, in order.
    pub payments: Vec<Payment>,
    /// Whether a person still has to give back what was overpaid.
    pub owes_back: bool,
}

impl DuePage {
    /// What was paid beyond what was owed, until a person says that it was given back.
    #[must_use]
    pub fn overpaid(&self) -> Option<Money> {
        self.case.debt.overpaid().filter(|_| self.owes_back)
    }

    /// The payments that have a receipt: all that came in, where the creditor gives receipts.
    pub fn receipts(&self) -> impl Iterator<Item = &Payment> {
        let gives = self.creditor.gives_receipts();
        self.payments.iter().filter(move |payment| gives && payment.kind == PaymentKind::Payment)
    }
}

/// The number of a receipt: the reference of the case, and the number of the payment in it.
#[must_use]
pub fn receipt_number(case: &Case, number: u32) -> String {
    format!("{}-{number}", case.reference)
}

/// Money that came in or went back, as whoever reports it tells it.
pub(super) struct Reported<'a> {
    pub provider: &'a str,
    pub reference: &'a str,
    pub kind: PaymentKind,
    pub amount: Money,
    pub means: &'a str,
    pub received_on: NaiveDate,
    pub quiet: bool,
    pub by: Option<&'a str>,
}

/// Money that an agent was told of, or was handed.
#[derive(Clone)]
pub struct HandedIn {
    /// What tells it from any other: the same form sent twice is one payment.
    pub key: String,
    /// How much.
    pub amount: Money,
    /// By what means.
    pub means: String,
    /// The day on which it was received.
    pub received_on: NaiveDate,
    /// Whether the person is thanked.
    pub aloud: bool,
    /// Whether it may be more than what is left to pay.
    pub more: bool,
    /// Whether it is another one than a payment of the same amount, of about the same day, that is counted already.
    pub another: bool,
}

/// Who reports a payment that an agent writes down.
pub(super) const AGENT: &str = "agent";
/// Money that is told of on one day is booked within so many.
const BOOKED_WITHIN_DAYS: u64 = 7;

/// Whether what is told may be this payment: the same amount, of about the same day.
pub(super) fn may_be(payment: &Payment, minor: i64, received_on: NaiveDate) -> bool {
    payment.kind == PaymentKind::Payment
        && payment.amount.minor == minor
        && (payment.received_on - received_on).num_days().unsigned_abs() <= BOOKED_WITHIN_DAYS
}

/// Whether an agent alone tells of this payment: what a file tells too is no slip of theirs.
#[must_use]
pub fn may_be_taken_back(payment: &Payment) -> bool {
    payment.provider == AGENT && payment.kind == PaymentKind::Payment && payment.line_key.is_none()
}

impl Service {
    /// What a link opens. Looking has no effect: robots follow links too.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn follow_link(&self, token: &str) -> Result<LinkState, ServiceError> {
        let mut tx = self.store.snapshot().await?;
        let now = self.clock.now();
        Ok(match tx.link(token, now).await? {
            // A stranger who has the number has the link too.
            Some(Link::Open(case)) if tx.case(case).await?.as_ref().is_some_and(is_a_strangers) => LinkState::Expired,
            Some(Link::Open(case)) => LinkState::Open(case),
            Some(Link::Expired(_)) => LinkState::Expired,
            None => LinkState::Unknown,
        })
    }

    /// What is due on a case.
    ///
    /// # Errors
    /// When the store fails, or the case or its creditor is not known.
    pub async fn due(&self, case: CaseId) -> Result<DuePage, ServiceError> {
        let mut tx = self.store.snapshot().await?;
        let case = tx.case(case).await?.ok_or(ServiceError::UnknownCase(case))?;
        let creditor = self.creditor(&case.creditor)?.clone();
        let payments = tx.payments_of_case(case.id).await?;
        let tasks = tx.tasks_of_case(case.id).await?;
        let owes_back = tasks.iter().any(|task| task.new.task.kind == TaskKind::Overpaid && task.resolved.is_none());
        Ok(DuePage { case, creditor, payments, owes_back })
    }

    /// Money came in. The same reference of the same provider counts once; false when it had been counted.
    ///
    /// # Errors
    /// When the store fails, or the case is not known.
    pub async fn receive_payment(
        &self,
        case: CaseId,
        provider: &str,
        reference: &str,
        amount: Money,
    ) -> Result<bool, ServiceError> {
        let mut tx = self.store.begin().await?;
        let (mut thread, found) = self.lock_case(&mut tx, case).await?.ok_or(ServiceError::UnknownCase(case))?;
        let received_on = local_day(self.clock.now(), found.debtor.zone);
        let kind = PaymentKind::Payment;
        let reported =
            Reported { provider, reference, kind, amount, means: provider, received_on, quiet: false, by: None };
        if self.take_in(&mut tx, &mut thread, &found, &reported).await?.is_none() {
            return Ok(false);
        }
        tx.commit().await?;
        Ok(true)
    }

    /// An agent writes down money that came in elsewhere. The same key counts once; false when it had been counted.
    ///
    /// # Errors
    /// When the store fails, the case is not known or has changed since, or the rules do not allow it.
    pub async fn hand_in(
        &self,
        case: CaseId,
        shown: Shown,
        by: &str,
        payment: &HandedIn,
    ) -> Result<bool, ServiceError> {
        let mut tx = self.store.begin().await?;
        let (mut thread, found) = self.lock_case(&mut tx, case).await?.ok_or(ServiceError::UnknownCase(case))?;
        if tx.payment(AGENT, &payment.key).await?.is_some() {
            return Ok(false);
        }
        is_as_shown(&mut tx, case, shown).await?;
        if payment.received_on > local_day(self.clock.now(), found.debtor.zone) {
            return Err(ServiceError::Refused("agent.day_to_come"));
        }
        if !payment.more && payment.amount.minor > found.debt.balance().minor {
            return Err(ServiceError::Refused("agent.more_than_due"));
        }
        let balance_on = tx.particulars(case).await?.and_then(|particulars| particulars.balance_on);
        if balance_on.is_some_and(|day| payment.received_on <= day) {
            return Err(ServiceError::Refused("agent.in_the_balance"));
        }
        let counted = tx.payments_of_case(case).await?;
        if !payment.another && counted.iter().any(|known| may_be(known, payment.amount.minor, payment.received_on)) {
            return Err(ServiceError::Refused("agent.counted_already"));
        }
        let reported = Reported {
            provider: AGENT,
            reference: &payment.key,
            kind: PaymentKind::Payment,
            amount: payment.amount,
            means: &payment.means,
            received_on: payment.received_on,
            quiet: !payment.aloud,
            by: Some(by),
        };
        let counted = self.take_in(&mut tx, &mut thread, &found, &reported).await?.is_some();
        tx.commit().await?;
        Ok(counted)
    }

    /// Takes back a payment that an agent wrote down by mistake: where nothing has moved since, the case is as it was before
    /// it. Nothing is said to the person.
    ///
    /// # Errors
    /// When the store fails, the case is not known or has changed since, or no agent wrote down such a payment.
    pub async fn take_payment_back(
        &self,
        case: CaseId,
        shown: Shown,
        by: &str,
        number: u32,
    ) -> Result<(), ServiceError> {
        let mut tx = self.store.begin().await?;
        let (mut thread, found) = self.lock_case(&mut tx, case).await?.ok_or(ServiceError::UnknownCase(case))?;
        is_as_shown(&mut tx, case, shown).await?;
        let payments = tx.payments_of_case(case).await?;
        let Some(mistake) = payments.iter().find(|payment| payment.number == number && may_be_taken_back(payment))
        else {
            return Err(ServiceError::Refused("agent.no_such_payment"));
        };
        let told = |event: &Event| matches!(event, Event::PaymentReceived { amount, by: Some(_), .. } if *amount == mistake.amount);
        let decisions = tx.decisions_of_case(case).await?;
        let did = decisions.iter().find(|decided| decided.at >= mistake.recorded_at && decided.events.iter().any(told));
        let paid = found.debt.paid.minus(mistake.amount);
        let is_last = payments.last().is_some_and(|last| last.number == number);
        let untouched = did.filter(|decided| {
            is_last && decided.decision.state_after == found.state && found.debt.balance() == mistake.balance
        });
        let state = match untouched {
            Some(decided) => decided.decision.state_before.clone(),
            None if paid.minor < found.debt.amount.minor => found.state.clone().reopen(),
            None => found.state.clone(),
        };
        let undone = Stimulus::PaymentUndone { paid, state, by: Some(by.to_owned()) };
        self.apply(&mut tx, &mut thread, &found, &undone, Cause::named("payment_undone")).await?;
        tx.remove_payment(mistake).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Writes a payment down and moves its case, whose thread is locked by this transaction; `None`, and nothing changed,
    /// when it had been reported before.
    pub(super) async fn take_in(
        &self,
        tx: &mut Tx,
        thread: &mut Thread,
        case: &Case,
        reported: &Reported<'_>,
    ) -> Result<Option<Payment>, ServiceError> {
        let Reported { provider, reference, kind, amount, means, received_on, quiet, by } = *reported;
        let number = tx.next_payment_number(case.id).await?;
        let items = tx.particulars(case.id).await?.and_then(|particulars| particulars.items);
        let paid = case.debt.paid;
        let (paid_after, imputed) = match kind {
            PaymentKind::Payment => {
                (paid.minor + amount.minor, items.map(|items| items.imputed(paid.minor, amount.minor)))
            }
            PaymentKind::Reversal => (paid.minus(amount).minor, None),
        };
        let payment = Payment {
            provider: provider.to_owned(),
            reference: reference.to_owned(),
            case: case.id,
            kind,
            amount,
            means: means.to_owned(),
            received_on,
            number,
            imputed,
            balance: case.debt.amount.minus(paid.with_minor(paid_after)),
            recorded_at: self.clock.now(),
            line_key: None,
        };
        if !tx.insert_payment(&payment).await? {
            return Ok(None);
        }
        let (stimulus, cause) = match kind {
            PaymentKind::Payment => {
                let gives = self.creditor(&case.creditor)?.gives_receipts();
                let receipt = gives.then(|| receipt_number(case, number));
                let (means, by) = (means.to_owned(), by.map(str::to_owned));
                let incoming = IncomingPayment { amount, means, received_on, receipt, quiet, by };
                (Stimulus::Payment(incoming), "payment")
            }
            PaymentKind::Reversal => (Stimulus::Reversal { amount, means: means.to_owned() }, "reversal"),
        };
        self.apply(tx, thread, case, &stimulus, Cause::named(cause)).await?;
        Ok(Some(payment))
    }

    /// A case with its thread, locked for the rest of the transaction.
    pub(super) async fn lock_case(&self, tx: &mut Tx, case: CaseId) -> Result<Option<(Thread, Case)>, ServiceError> {
        let Some(thread) = tx.thread_of_case(case).await? else { return Ok(None) };
        let Some(thread) = tx.lock_thread_by_id(thread).await? else { return Ok(None) };
        Ok(tx.case(case).await?.map(|case| (thread, case)))
    }
}
