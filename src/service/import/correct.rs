//! What a later file may correct of a case, and what it may not.
//!
//! | the file says otherwise | what is done |
//! |---|---|
//! | amount, balance, items | corrected, unless a promise or a plan stands on it, or it falls below what was paid |
//! | due date, issue date, invoice | corrected |
//! | telephone | the case moves to the thread of the new number while it is open and the person did not opt out |
//! | telephone, one that an agent replaced | nothing: the agent was told later than the file |
//! | e-mail, postal address, language, segment | corrected |
//! | letter, basis, source, limitation | corrected |
//! | name, currency | refused: another person, or another debt, is another case |
//! | anything, of a case that is over | refused |
//!
//! What the file does not say stays as it is, and payments are no business of a portfolio: what was paid is untouched.
//! A balance is what the creditor's tool still finds due. It may not know yet of what was paid here, so that it may lower
//! what is asked, but never raise it once something was paid. An amount that comes from a balance keeps its day: what was
//! received until then may be in it.

use super::super::PortfolioRow;
use super::super::portfolio::Fault;
use crate::domain::{CaseState, Segment, SuppressionReason, zone_of};
use crate::store::{Entry, KnownCase};
use chrono::NaiveDate;

/// What a case holds, and what it will hold.
pub(super) struct Correction {
    pub before: Entry,
    pub after: Entry,
    /// Whether its number changes.
    pub moves: bool,
    /// Whether a demand that is written already would ask for something else, name another invoice or reach another address.
    pub asks_otherwise: bool,
}

pub(super) fn corrected(known: &KnownCase, row: &PortfolioRow, today: NaiveDate) -> Result<Correction, Vec<Fault>> {
    let mut faults = Vec::new();
    let mut fault = |column: &str, reason: &str| faults.push(Fault::new(column, reason));
    let case = &known.case;
    let before = Entry::of(case, known.thread, &known.particulars);
    let mut after = before.clone();
    if case.debtor.name != row.debtor_name {
        fault("debtor_name", "this case is known with another name: use another case_ref for another person");
    }
    if case.debt.amount.currency == row.amount.currency {
        match amount(known, row) {
            Ok(minor) => after.amount_minor = minor,
            Err(reason) => fault(if row.is_balance { "balance" } else { "amount" }, reason),
        }
    } else {
        fault("currency", "this case is known in another currency: use another case_ref for another debt");
    }
    let otherwise = case.phone.number != row.phone;
    let replaced = otherwise && known.replaced.contains(&row.phone);
    let moves = otherwise && !replaced;
    if moves && case.state != CaseState::Open {
        fault("phone", "this case is known with another number, and is being talked about: settle that first");
    }
    if moves && case.phone.suppressed.is_some_and(|known| known.reason == SuppressionReason::OptOut) {
        fault("phone", "this person asked us to stop: another number does not change that");
    }
    if row.particulars.items.is_some() && after.amount_minor == row.amount.minor {
        after.particulars.items = row.particulars.items;
    } else if after.amount_minor != before.amount_minor {
        after.particulars.items = None;
    }
    if after.amount_minor != before.amount_minor {
        after.particulars.balance_on = row.is_balance.then_some(today);
    } else if !row.is_balance && !case.state.is_over() {
        after.particulars.balance_on = None;
    }
    let segment = row.segment.unwrap_or(case.debtor.segment);
    if segment.is_consumer() && after.particulars.items.is_some_and(|items| items.fees > 0) {
        fault("segment", "no fees may be asked of a consumer: leave them out of the amount");
    }
    lay_over(&mut after, known, row, segment, replaced);
    if case.state.is_over() && before != after {
        fault("", "this case is over: use another case_ref for another debt");
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    let asks_otherwise = before.amount_minor != after.amount_minor
        || before.due_on != after.due_on
        || before.letter != after.letter
        || before.invoice != after.invoice
        || before.email != after.email;
    Ok(Correction { before, after, moves, asks_otherwise })
}

/// The amount owed at first, by what the line says.
fn amount(known: &KnownCase, row: &PortfolioRow) -> Result<i64, &'static str> {
    let debt = &known.case.debt;
    let (said, owed, paid) = (row.amount.minor, debt.amount.minor, debt.paid.minor);
    let minor = if !row.is_balance || paid == 0 {
        said
    } else if said == owed || said == debt.balance().minor {
        // The tool knows of none of the payments, or of all of them.
        owed
    } else if said < debt.balance().minor {
        said + paid
    } else {
        return Err("more is due than is known here, where something was paid: write `amount`, what was owed at first");
    };
    if minor != owed && agreed(&known.case.state) {
        return Err("a promise or a plan stands on the amount that is known: settle that in the console first");
    }
    if minor != owed && minor <= paid {
        return Err("as much was paid already: the payments settle this case, not a smaller amount");
    }
    Ok(minor)
}

/// Whether an amount was agreed on, even if something interrupts the agreement.
fn agreed(state: &CaseState) -> bool {
    match state {
        CaseState::PromiseProposed { .. }
        | CaseState::Promised { .. }
        | CaseState::PlanOffered { .. }
        | CaseState::PlanRunning { .. } => true,
        CaseState::PaymentClaimed { before, .. }
        | CaseState::Disputed { before, .. }
        | CaseState::Frozen { before, .. }
        | CaseState::Refused { before } => agreed(before),
        CaseState::Open | CaseState::PlanNegotiated { .. } | CaseState::Settled { .. } | CaseState::Closed { .. } => {
            false
        }
    }
}

/// What the line says, over what the case holds; of a number that an agent replaced, nothing.
fn lay_over(after: &mut Entry, known: &KnownCase, row: &PortfolioRow, segment: Segment, replaced: bool) {
    fn lay<T: Clone>(known: &mut Option<T>, said: &Option<T>) {
        if said.is_some() {
            known.clone_from(said);
        }
    }
    lay(&mut after.issued_on, &row.issued_on);
    lay(&mut after.invoice, &row.invoice);
    lay(&mut after.email, &row.email);
    lay(&mut after.letter, &row.letter);
    lay(&mut after.particulars.basis, &row.particulars.basis);
    let phone = if replaced { &known.case.phone.number } else { &row.phone };
    if !replaced {
        lay(&mut after.particulars.number_source, &row.particulars.number_source);
        lay(&mut after.particulars.number_obtained_on, &row.particulars.number_obtained_on);
    }
    lay(&mut after.particulars.letter_hash, &row.particulars.letter_hash);
    lay(&mut after.particulars.limitation_on, &row.particulars.limitation_on);
    let known_address = after.particulars.address.take();
    after.particulars.address = match &row.particulars.address {
        Some(said) => Some(said.over(known_address.as_ref())),
        None => known_address,
    };
    after.due_on = row.due_on;
    after.segment = segment;
    after.language = row.language.unwrap_or(after.language);
    if after.postcode != row.postcode && row.postcode.is_some() || known.case.phone.number != *phone {
        lay(&mut after.postcode, &row.postcode);
        after.zone = zone_of(phone, after.postcode.as_deref(), known.case.debtor.zone);
    }
}
