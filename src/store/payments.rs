//! Payments: money that came in or went back, once each however often whoever reports it says so.

use super::column::{Place, label};
use super::{StoreError, Tx};
use crate::domain::{CaseId, Items, Money, PaymentKind};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use std::fmt;
use uuid::Uuid;

/// A payment.
#[derive(Clone, PartialEq, Eq)]
pub struct Payment {
    /// The provider that reported it; or `import`, or `agent`.
    pub provider: String,
    /// The provider's own reference.
    pub reference: String,
    /// The case that it pays.
    pub case: CaseId,
    /// Which way the money went.
    pub kind: PaymentKind,
    /// How much.
    pub amount: Money,
    /// By what means.
    pub means: String,
    /// The day on which it was received.
    pub received_on: NaiveDate,
    /// Its number among the payments of its case, from 1, given once: its receipt is numbered by it.
    pub number: u32,
    /// What it pays of each item, where the debt is told item by item.
    pub imputed: Option<Items>,
    /// What was left after it.
    pub balance: Money,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    /// The key of the line of a file that tells it again, when an agent had written it down.
    pub line_key: Option<String>,
}

/// An amount is never printed by accident.
impl fmt::Debug for Payment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payment").field("case", &self.case).finish_non_exhaustive()
    }
}

#[derive(FromRow)]
pub(super) struct PaymentRow {
    provider: String,
    reference: String,
    case_id: Uuid,
    kind: String,
    amount_minor: i64,
    currency: String,
    means: String,
    received_on: NaiveDate,
    number: i64,
    principal_minor: Option<i64>,
    interest_minor: Option<i64>,
    fees_minor: Option<i64>,
    balance_minor: i64,
    recorded_at: DateTime<Utc>,
    line_key: Option<String>,
}

impl TryFrom<PaymentRow> for Payment {
    type Error = StoreError;

    fn try_from(row: PaymentRow) -> Result<Self, StoreError> {
        let place = Place::of("payments", &row.reference);
        let amount = place.money(row.amount_minor, &row.currency)?;
        let kind = place.label("kind", &row.kind)?;
        let number = u32::try_from(row.number).map_err(|_| place.corrupt("number"))?;
        let imputed = row.principal_minor.map(|principal| Items {
            principal,
            interest: row.interest_minor.unwrap_or(0),
            fees: row.fees_minor.unwrap_or(0),
        });
        Ok(Self {
            provider: row.provider,
            reference: row.reference,
            case: CaseId(row.case_id),
            kind,
            amount,
            means: row.means,
            received_on: row.received_on,
            number,
            imputed,
            balance: amount.with_minor(row.balance_minor),
            recorded_at: row.recorded_at,
            line_key: row.line_key,
        })
    }
}

/// What a `PaymentRow` is read from: a payment `p`.
macro_rules! payment_columns {
    () => {
        "p.provider, p.reference, p.case_id, p.kind, p.amount_minor, p.currency, p.means, p.received_on, p.number,
         p.principal_minor, p.interest_minor, p.fees_minor, p.balance_minor, p.recorded_at,
         p.line_key"
    };
}
pub(super) use payment_columns;

impl Tx {
    /// Writes a payment down; false, and nothing changed, when the provider has reported it before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_payment(&mut self, payment: &Payment) -> Result<bool, StoreError> {
        let inserted = self
            .query(
            "insert payment",
            "insert into payments (provider, reference, case_id, kind, amount_minor, currency, means, received_on, number,
                principal_minor, interest_minor, fees_minor, balance_minor, recorded_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
             on conflict (provider, reference) do nothing",
        )
        .bind(&payment.provider)
        .bind(&payment.reference)
        .bind(payment.case.0)
        .bind(label(&payment.kind))
        .bind(payment.amount.minor)
        .bind(payment.amount.currency.code())
        .bind(&payment.means)
        .bind(payment.received_on)
        .bind(i64::from(payment.number))
        .bind(payment.imputed.map(|items| items.principal))
        .bind(payment.imputed.map(|items| items.interest))
        .bind(payment.imputed.map(|items| items.fees))
        .bind(payment.balance.minor)
        .bind(payment.recorded_at)
        .changed()
        .await?;
        if inserted {
            self.query(
                "number payment",
                "update cases set payments_numbered = $2 where id = $1 and payments_numbered < $2",
            )
            .bind(payment.case.0)
            .bind(i64::from(payment.number))
            .run()
            .await?;
        }
        Ok(inserted)
    }

    /// Removes a payment that never was; what was decided of it stays in the ledger.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remove_payment(&mut self, payment: &Payment) -> Result<(), StoreError> {
        self.query("remove payment", "delete from payments where provider = $1 and reference = $2")
            .bind(&payment.provider)
            .bind(&payment.reference)
            .run()
            .await
            .map(|_| ())
    }

    /// Writes down which line of a file tells a payment again.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tell_again(&mut self, payment: &Payment, line_key: &str) -> Result<(), StoreError> {
        self.query("tell again", "update payments set line_key = $3 where provider = $1 and reference = $2")
            .bind(&payment.provider)
            .bind(&payment.reference)
            .bind(line_key)
            .run()
            .await
            .map(|_| ())
    }

    /// The number for the next payment of a case: one more than was ever given, even to a payment that was taken back.
    ///
    /// # Errors
    /// When the database refuses, or there is no such case.
    pub async fn next_payment_number(&mut self, case: CaseId) -> Result<u32, StoreError> {
        let query = self.query("next payment number", "select payments_numbered + 1 from cases where id = $1");
        let (number,) = query.bind(case.0).one::<(i64,)>().await?;
        u32::try_from(number).map_err(|_| Place::of("cases", &case.0).corrupt("payments_numbered"))
    }

    /// A payment, by who reported it and their reference.
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn payment(&mut self, provider: &str, reference: &str) -> Result<Option<Payment>, StoreError> {
        let sql = concat!("select ", payment_columns!(), " from payments p where p.provider = $1 and p.reference = $2");
        let row = self.query("payment", sql).bind(provider).bind(reference).first::<PaymentRow>().await?;
        row.map(Payment::try_from).transpose()
    }

    /// The payments of a case, in the order in which they were written down.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn payments_of_case(&mut self, case: CaseId) -> Result<Vec<Payment>, StoreError> {
        self.query(
            "payments of case",
            concat!("select ", payment_columns!(), " from payments p where p.case_id = $1 order by p.number"),
        )
        .bind(case.0)
        .all::<PaymentRow>()
        .await?
        .into_iter()
        .map(Payment::try_from)
        .collect()
    }
}
