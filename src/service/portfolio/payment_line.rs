//! One line of a file of payments: each field to its value, or all that is wrong with it.

use super::cells::{Cells, Fault, keep};
use super::entry::Entry;
use super::field::PaymentField as Field;
use super::mapping::Mapping;
use super::profile::Profile;
use crate::domain::{CreditorKey, Currency, PaymentKind};
use chrono::NaiveDate;
use std::hash::Hash;

/// A line that can become a payment, if its case is known.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of the file, under their names")]
pub struct PaymentLine {
    /// Its line in the file, the heading being line 1.
    pub line: u64,
    pub creditor: CreditorKey,
    pub case_ref: Option<String>,
    pub invoice: Option<String>,
    pub kind: PaymentKind,
    /// Above zero, in minor units of `currency`, or of the currency of the case.
    pub minor: i64,
    pub currency: Option<Currency>,
    pub received_on: NaiveDate,
    pub means: String,
    pub reference: Option<String>,
    /// The line as it came, to be written back if it is refused later.
    pub raw: Vec<String>,
}

/// By what means, where nobody says so.
const MEANS: &str = "transfer";

impl Entry for PaymentLine {
    type Field = Field;

    const NEEDS: &'static [&'static [Field]] =
        &[&[Field::Creditor], &[Field::Amount], &[Field::ReceivedOn], &[Field::CaseRef, Field::Invoice]];

    const KEY: Field = Field::Reference;

    fn mapping(profile: &Profile) -> Result<&Mapping<Field>, &'static str> {
        profile.payments.as_ref().ok_or("this profile tells nothing of payments: give it [payments.columns]")
    }

    fn skip(profile: &Profile) -> usize {
        profile.payments_skip
    }

    fn read(cells: &Cells<'_, Field>) -> Result<Self, Vec<Fault>> {
        let mut faults = Vec::new();
        let (case_ref, invoice) = (cells.owned(Field::CaseRef), cells.owned(Field::Invoice));
        if case_ref.is_none() && invoice.is_none() {
            faults.push(Fault::of(Field::CaseRef, "it is empty: write it, or the invoice"));
        }
        let creditor = keep(&mut faults, cells.creditor(Field::Creditor));
        let kind = keep(&mut faults, kind(cells));
        let minor = keep(&mut faults, amount(cells, kind));
        let currency = keep(&mut faults, cells.currency(Field::Currency));
        let received_on =
            keep(&mut faults, cells.required(Field::ReceivedOn).and_then(|_| cells.date(Field::ReceivedOn)));
        let reference = match cells.optional(Field::Reference) {
            Some(_) => keep(&mut faults, cells.short(Field::Reference, 120).map(Some)),
            None => Some(None),
        };
        let row = (|| {
            Some(Self {
                line: cells.line,
                creditor: creditor?.key.clone(),
                case_ref,
                invoice,
                kind: kind?,
                minor: minor?,
                currency: currency?,
                received_on: received_on??,
                means: cells.owned(Field::Means).unwrap_or_else(|| MEANS.to_owned()).to_lowercase(),
                reference: reference?.map(str::to_owned),
                raw: cells.raw.to_vec(),
            })
        })();
        row.filter(|_| faults.is_empty()).ok_or(faults)
    }

    /// Two lines are compared once their cases are known, which they may name in different ways.
    fn key(&self) -> Option<impl Hash> {
        None::<()>
    }

    fn line(&self) -> u64 {
        self.line
    }
}

fn kind(cells: &Cells<'_, Field>) -> Result<PaymentKind, Fault> {
    match cells.optional(Field::Kind).map(str::to_lowercase).as_deref() {
        Some("payment") | None => Ok(PaymentKind::Payment),
        Some("reversal") => Ok(PaymentKind::Reversal),
        Some(said) => Err(Fault::of(Field::Kind, format!("« {said} » means nothing here: write payment or reversal"))),
    }
}

/// What went back is written with or without its minus; what came in is above zero.
fn amount(cells: &Cells<'_, Field>, kind: Option<PaymentKind>) -> Result<i64, Fault> {
    match cells.signed_sum(Field::Amount)? {
        (_, 0) => Err(Fault::of(Field::Amount, "the amount must be above zero")),
        (true, _) if kind == Some(PaymentKind::Payment) => Err(Fault::of(
            Field::Amount,
            "it is below zero: write `reversal` in the column kind if a payment went back, as an unpaid direct debit",
        )),
        (_, minor) => Ok(minor),
    }
}
