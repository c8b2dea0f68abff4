//! Payments: money that came in, once each however often the provider says so.

use super::column::Place;
use super::{StoreError, Tx};
use crate::domain::{CaseId, Money};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use std::fmt;
use uuid::Uuid;

/// A payment.
#[derive(Clone, PartialEq, Eq)]
pub struct Payment {
    /// The provider, or the file it was imported from.
    pub provider: String,
    /// The provider's own reference.
    pub reference: String,
    /// The case that it pays.
    pub case: CaseId,
    /// How much.
    pub amount: Money,
    /// By what means.
    pub means: String,
    /// When.
    pub received_at: DateTime<Utc>,
}

/// An amount is never printed by accident.
impl fmt::Debug for Payment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Payment").field("case", &self.case).finish_non_exhaustive()
    }
}

#[derive(FromRow)]
struct PaymentRow {
    provider: String,
    reference: String,
    case_id: Uuid,
    amount_minor: i64,
    currency: String,
    means: String,
    received_at: DateTime<Utc>,
}

impl TryFrom<PaymentRow> for Payment {
    type Error = StoreError;

    fn try_from(row: PaymentRow) -> Result<Self, StoreError> {
        let amount = Place::of("payments", &row.reference).money(row.amount_minor, &row.currency)?;
        let (provider, reference, means) = (row.provider, row.reference, row.means);
        Ok(Self { provider, reference, case: CaseId(row.case_id), amount, means, received_at: row.received_at })
    }
}

impl Tx {
    /// Writes a payment down; false, and nothing changed, when the provider has reported it before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_payment(&mut self, payment: &Payment) -> Result<bool, StoreError> {
        self.query(
            "insert payment",
            "insert into payments (provider, reference, case_id, amount_minor, currency, means, received_at)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (provider, reference) do nothing",
        )
        .bind(&payment.provider)
        .bind(&payment.reference)
        .bind(payment.case.0)
        .bind(payment.amount.minor)
        .bind(payment.amount.currency.code())
        .bind(&payment.means)
        .bind(payment.received_at)
        .changed()
        .await
    }

    /// The payments of a case, in order.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn payments_of_case(&mut self, case: CaseId) -> Result<Vec<Payment>, StoreError> {
        self.query(
            "payments of case",
            "select provider, reference, case_id, amount_minor, currency, means, received_at
             from payments where case_id = $1 order by received_at, provider, reference",
        )
        .bind(case.0)
        .all::<PaymentRow>()
        .await?
        .into_iter()
        .map(Payment::try_from)
        .collect()
    }
}
