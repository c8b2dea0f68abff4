//! The steps that a person does: the letter they print and say they sent, the call they make.

use super::apply::Cause;
use super::{Service, ServiceError};
use crate::domain::{
    AgentAct, Case, Creditor, Letter, Money, Particulars, Stage, Stimulus, TaskId, TaskKind, local_day,
};
use crate::wording::{Rendered, Sheet, Voice, Words};
use chrono::NaiveDate;

/// A step that a person does, with its words.
#[derive(Clone)]
pub struct ByHand {
    /// The case.
    pub case: Case,
    /// Whose claim it is.
    pub creditor: Creditor,
    /// The day, where the debtor is.
    pub today: NaiveDate,
    /// What to print or to say.
    pub words: Rendered,
    /// The law that is printed under it.
    pub law: Option<&'static str>,
    /// Where the letter goes.
    pub destination: Destination,
}

impl Service {
    /// The letter or the call that an open task asks for; `None` when it asks for neither.
    ///
    /// # Errors
    /// When the store fails, or the words cannot be made.
    pub async fn by_hand(&self, task: TaskId) -> Result<Option<ByHand>, ServiceError> {
        let mut tx = self.store.begin().await?;
        let row = tx.task(task).await?.filter(|row| row.resolved.is_none());
        let Some((row, case)) = row.and_then(|row| row.new.case.map(|case| (row, case))) else { return Ok(None) };
        let kind = row.new.task.kind;
        let Some(case) = tx.case(case).await?.filter(|_| kind.is_letter() || kind == TaskKind::MakeCall) else {
            return Ok(None);
        };
        let creditor = self.creditor(&case.creditor)?.clone();
        let today = local_day(self.clock.now(), case.debtor.zone);
        let link =
            if kind.is_letter() { Some(self.payment_link(&mut tx, case.id, self.clock.now()).await?) } else { None };
        let step = row.new.task.step;
        let stage = step.map_or_else(|| Stage::of_day(case.debt.due_on, today), |step| step.stage);
        let particulars = tx.particulars(case.id).await?.unwrap_or_default();
        let sheet = sheet(&particulars, &case, &creditor, stage, step.and_then(|step| step.by));
        let voice = Voice::of(&case, &creditor, link.as_deref(), true, today);
        let words = match kind {
            TaskKind::MakeCall => self.rules().words.call_script(&sheet, &voice),
            _ => self.rules().words.letter(&sheet, &voice),
        };
        let (words, law) = (words.map_err(ServiceError::Wording)?, Words::law_of_letter(&voice));
        tx.commit().await?;
        let destination = Destination::of(&case, &particulars);
        Ok(Some(ByHand { case, creditor, today, words, law, destination }))
    }

    /// A letter has left: it is written on its case, and its task is done. False when the task asks for no letter, or was done
    /// before.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn letter_sent(&self, task: TaskId, by: &str, letter: Letter) -> Result<bool, ServiceError> {
        let mut tx = self.store.begin().await?;
        let Some(row) = tx.task(task).await?.filter(|row| row.new.task.kind.is_letter()) else { return Ok(false) };
        let Some(case) = row.new.case else { return Ok(false) };
        let (mut thread, case) = self.lock_case(&mut tx, case).await?.ok_or(ServiceError::UnknownCase(case))?;
        let note = letter.reference.clone();
        if !tx.resolve_task(task, by, Some(&note), row.new.inbound, self.clock.now()).await? {
            return Ok(false);
        }
        let stimulus = Stimulus::AgentAct { by: by.to_owned(), act: AgentAct::LetterSent(letter) };
        self.apply(&mut tx, &mut thread, &case, &stimulus, Cause::named("agent")).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Where letters to a debtor go, as far as it is known.
#[derive(Clone)]
pub struct Destination {
    /// What stands under the name on the envelope.
    pub lines: Vec<String>,
    /// Whether a letter would find its way.
    pub is_full: bool,
}

impl Destination {
    pub(super) fn of(case: &Case, particulars: &Particulars) -> Self {
        let address = particulars.address.clone().unwrap_or_default();
        let postcode = case.debtor.postcode.as_deref();
        Self { lines: address.lines(postcode, case.jurisdiction), is_full: address.is_full(postcode) }
    }
}

fn sheet<'c>(
    particulars: &Particulars,
    case: &Case,
    creditor: &'c Creditor,
    stage: Stage,
    by: Option<NaiveDate>,
) -> Sheet<'c> {
    let items = particulars.items;
    let whole = case.debt.amount;
    let of = |minor: Option<i64>| -> Money { whole.with_minor(minor.unwrap_or(0)) };
    Sheet {
        stage,
        amount: case.debt.balance(),
        due_on: case.debt.due_on,
        by,
        issued_on: case.debt.issued_on,
        principal: items.map_or(whole, |items| whole.with_minor(items.principal)),
        interest: of(items.map(|items| items.interest)),
        fees: of(items.map(|items| items.fees)),
        paid: case.debt.paid,
        creditor_address: creditor.postal_address.as_deref(),
        agency_address: creditor.collector_address.as_deref(),
    }
}
