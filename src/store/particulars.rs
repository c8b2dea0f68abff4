//! What a creditor's file says of a case and may say anew: written when the case is opened, corrected afterwards.

use super::column::{Place, label};
use super::{StoreError, Tx};
use crate::domain::{
    Basis, Case, CaseId, Items, Language, Letter, Particulars, PhoneNumber, PostalAddress, Segment, ThreadId,
};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

/// All that a later file may correct of a case.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the columns of a case, under their names")]
pub struct Entry {
    /// The thread, and so the number.
    pub thread: ThreadId,
    pub amount_minor: i64,
    pub issued_on: Option<NaiveDate>,
    pub due_on: NaiveDate,
    pub invoice: Option<String>,
    pub language: Language,
    pub zone: Tz,
    pub segment: Segment,
    pub email: Option<String>,
    pub postcode: Option<String>,
    pub letter: Option<Letter>,
    pub particulars: Particulars,
}

impl Entry {
    /// What a case holds.
    #[must_use]
    pub fn of(case: &Case, thread: ThreadId, particulars: &Particulars) -> Self {
        Self {
            thread,
            amount_minor: case.debt.amount.minor,
            issued_on: case.debt.issued_on,
            due_on: case.debt.due_on,
            invoice: case.debt.invoice.clone(),
            language: case.debtor.language,
            zone: case.debtor.zone,
            segment: case.debtor.segment,
            email: case.debtor.email.clone(),
            postcode: case.debtor.postcode.clone(),
            letter: case.letter.clone(),
            particulars: particulars.clone(),
        }
    }
}

/// The columns of `Particulars`.
#[derive(FromRow)]
pub(super) struct ParticularsRow {
    principal_minor: Option<i64>,
    interest_minor: Option<i64>,
    fees_minor: Option<i64>,
    balance_on: Option<NaiveDate>,
    basis: Option<String>,
    number_source: Option<String>,
    number_obtained_on: Option<NaiveDate>,
    letter_hash: Option<String>,
    limitation_on: Option<NaiveDate>,
    address: Option<String>,
}

impl ParticularsRow {
    pub(super) fn read(self, case: Uuid) -> Result<Particulars, StoreError> {
        let items = self.principal_minor.map(|principal| Items {
            principal,
            interest: self.interest_minor.unwrap_or(0),
            fees: self.fees_minor.unwrap_or(0),
        });
        let basis: Option<Basis> =
            self.basis.map(|basis| Place::of("cases", &case).label("basis", &basis)).transpose()?;
        Ok(Particulars {
            items,
            balance_on: self.balance_on,
            basis,
            number_source: self.number_source,
            number_obtained_on: self.number_obtained_on,
            letter_hash: self.letter_hash,
            limitation_on: self.limitation_on,
            address: self.address.as_deref().map(read_address),
        })
    }
}

/// What a `ParticularsRow` is read from: a case `c`.
macro_rules! particulars_columns {
    () => {
        "c.principal_minor, c.interest_minor, c.fees_minor, c.balance_on, c.basis, c.number_source, c.number_obtained_on,
         c.letter_hash, c.limitation_on, c.address"
    };
}
pub(super) use particulars_columns;

/// An address as its column has it: the town, the country, then the lines of the street.
pub(super) fn address_column(address: &PostalAddress) -> String {
    let PostalAddress { street, city, country } = address;
    let ends = [city, country].map(|end| end.as_deref().unwrap_or_default());
    ends.into_iter().chain(street.iter().map(String::as_str)).collect::<Vec<_>>().join("\n")
}

fn read_address(column: &str) -> PostalAddress {
    let mut lines = column.split('\n');
    let mut end = || lines.next().filter(|line| !line.is_empty()).map(str::to_owned);
    PostalAddress { city: end(), country: end(), street: lines.map(str::to_owned).collect() }
}

impl Tx {
    /// What the creditor's file says of a case beside its amount; `None` where there is no such case.
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn particulars(&mut self, case: CaseId) -> Result<Option<Particulars>, StoreError> {
        let query =
            self.query("particulars", concat!("select ", particulars_columns!(), " from cases c where c.id = $1"));
        query.bind(case.0).first::<ParticularsRow>().await?.map(|row| row.read(case.0)).transpose()
    }

    /// Remembers that an agent replaced a number of a case: a file that still gives it does not know better.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remember_replaced(&mut self, case: CaseId, number: &PhoneNumber) -> Result<(), StoreError> {
        self.query(
            "remember replaced",
            "update cases set replaced_numbers = coalesce(replaced_numbers || ' ', '') || $2 where id = $1",
        )
        .bind(case.0)
        .bind(number.as_str())
        .run()
        .await
        .map(|_| ())
    }

    /// Writes an entry over a case. `at` is when the case is said to have changed last.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn correct_case(&mut self, case: CaseId, entry: &Entry, at: DateTime<Utc>) -> Result<(), StoreError> {
        let particulars = &entry.particulars;
        self.query(
            "correct case",
            "update cases set thread_id = $2, amount_minor = $3, issued_on = $4, due_on = $5, invoice = $6, language = $7,
                zone = $8, segment = $9, email = $10, postcode = $11, letter_reference = $12, letter_sent_on = $13,
                principal_minor = $14, interest_minor = $15, fees_minor = $16, basis = $17, number_source = $18,
                number_obtained_on = $19, letter_hash = $20, limitation_on = $21, updated_at = $22, balance_on = $23, address = $24
             where id = $1",
        )
        .bind(case.0)
        .bind(entry.thread.0)
        .bind(entry.amount_minor)
        .bind(entry.issued_on)
        .bind(entry.due_on)
        .bind(entry.invoice.as_deref())
        .bind(entry.language.code())
        .bind(entry.zone.name())
        .bind(label(&entry.segment))
        .bind(entry.email.as_deref())
        .bind(entry.postcode.as_deref())
        .bind(entry.letter.as_ref().map(|letter| letter.reference.as_str()))
        .bind(entry.letter.as_ref().map(|letter| letter.sent_on))
        .bind(particulars.items.map(|items| items.principal))
        .bind(particulars.items.map(|items| items.interest))
        .bind(particulars.items.map(|items| items.fees))
        .bind(particulars.basis.as_ref().map(label))
        .bind(particulars.number_source.as_deref())
        .bind(particulars.number_obtained_on)
        .bind(particulars.letter_hash.as_deref())
        .bind(particulars.limitation_on)
        .bind(at)
        .bind(particulars.balance_on)
        .bind(particulars.address.as_ref().map(address_column))
        .run()
        .await?;
        // A talk that turns about a case which left the thread turns about nothing.
        self.query("release focus", "update threads set focus_case = null where focus_case = $1 and id <> $2")
            .bind(case.0)
            .bind(entry.thread.0)
            .run()
            .await
            .map(|_| ())
    }
}
