//! The payments that imports wrote down, with the case as it was before each, so that they can be taken back.

use super::column::{Json, Place, json};
use super::payments::{PaymentRow, payment_columns};
use super::{Payment, StoreError, Tx};
use crate::domain::{CaseId, CaseState, CreditorKey, ImportId, ThreadId};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

/// A payment that an import wrote down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedPayment {
    /// The import.
    pub import: ImportId,
    /// Its place among the payments of the import: they are taken back the last one first.
    pub seq: u64,
    /// What was written down.
    pub payment: Payment,
    /// What had been paid on the case, in minor units.
    pub paid_before: i64,
    /// Where the case stood.
    pub state_before: CaseState,
    /// When the case had changed last before.
    pub case_at: DateTime<Utc>,
    /// When the payment changed it.
    pub at: DateTime<Utc>,
}

/// A case that a payment names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayableCase {
    /// The case.
    pub case: CaseId,
    /// The thread on which it is spoken of.
    pub thread: ThreadId,
}

#[derive(FromRow)]
struct ImportedRow {
    import_id: Uuid,
    seq: i64,
    #[sqlx(flatten)]
    payment: PaymentRow,
    paid_before: i64,
    state_before: Json,
    case_at: DateTime<Utc>,
    at: DateTime<Utc>,
}

impl TryFrom<ImportedRow> for ImportedPayment {
    type Error = StoreError;

    fn try_from(row: ImportedRow) -> Result<Self, StoreError> {
        let place = Place::of("import_payments", &row.import_id);
        Ok(Self {
            import: ImportId(row.import_id),
            seq: row.seq.unsigned_abs(),
            payment: row.payment.try_into()?,
            paid_before: row.paid_before,
            state_before: place.json("state_before", row.state_before)?,
            case_at: row.case_at,
            at: row.at,
        })
    }
}

impl Tx {
    /// The cases of a creditor with this reference, or else with this invoice.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn cases_to_pay(
        &mut self,
        creditor: &CreditorKey,
        reference: Option<&str>,
        invoice: Option<&str>,
    ) -> Result<Vec<PayableCase>, StoreError> {
        let (sql, named) = match reference {
            Some(_) => ("select id, thread_id from cases where creditor_key = $1 and reference = $2", reference),
            None => ("select id, thread_id from cases where creditor_key = $1 and invoice = $2", invoice),
        };
        let rows = self.query("cases to pay", sql).bind(&creditor.0).bind(named).all::<(Uuid, Uuid)>().await?;
        let payable = |(case, thread)| PayableCase { case: CaseId(case), thread: ThreadId(thread) };
        Ok(rows.into_iter().map(payable).collect())
    }

    /// The import that wrote a payment down and was not taken back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn import_of_payment(&mut self, payment: &Payment) -> Result<Option<ImportId>, StoreError> {
        let sql = "select import_id from import_payments where provider = $1 and reference = $2";
        let query = self.query("import of payment", sql).bind(&payment.provider).bind(&payment.reference);
        Ok(query.first::<(Uuid,)>().await?.map(|(import,)| ImportId(import)))
    }

    /// Writes down what an import wrote, and how the case was before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_imported_payment(&mut self, imported: &ImportedPayment) -> Result<(), StoreError> {
        self.query(
            "insert imported payment",
            "insert into import_payments (import_id, seq, provider, reference, case_id, paid_before, state_before, case_at, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(imported.import.0)
        .bind(i64::try_from(imported.seq).unwrap_or(i64::MAX))
        .bind(&imported.payment.provider)
        .bind(&imported.payment.reference)
        .bind(imported.payment.case.0)
        .bind(imported.paid_before)
        .bind(json(&imported.state_before))
        .bind(imported.case_at)
        .bind(imported.at)
        .run()
        .await
        .map(|_| ())
    }

    /// What an import wrote down before the place `before`, the last one first.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn payments_of_import(
        &mut self,
        import: ImportId,
        before: u64,
        limit: u32,
    ) -> Result<Vec<ImportedPayment>, StoreError> {
        self.query(
            "payments of import",
            concat!(
                "select i.import_id, i.seq, i.paid_before, i.state_before, i.case_at, i.at, ",
                payment_columns!(),
                " from import_payments i
                  join payments p on p.provider = i.provider and p.reference = i.reference
                  where i.import_id = $1 and i.seq < $2 order by i.seq desc limit $3"
            ),
        )
        .bind(import.0)
        .bind(i64::try_from(before).unwrap_or(i64::MAX))
        .bind(i64::from(limit))
        .all::<ImportedRow>()
        .await?
        .into_iter()
        .map(ImportedPayment::try_from)
        .collect()
    }

    /// Whether something about a case was handed over since then, or is about to be: a recalled message was not.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn spoken_of_since(&mut self, case: CaseId, since: DateTime<Utc>) -> Result<bool, StoreError> {
        let query = self.query(
            "spoken of since",
            "select count(*) from outbox where case_id = $1 and created_at >= $2
             and state not in ('ready', 'recalled', 'refused')",
        );
        Ok(query.bind(case.0).bind(since).one::<(i64,)>().await?.0 > 0)
    }

    /// Removes a payment that an import wrote down; its case is said to have changed last when it had before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remove_imported_payment(&mut self, imported: &ImportedPayment) -> Result<(), StoreError> {
        let Payment { provider, reference, case, .. } = &imported.payment;
        for (operation, sql) in [
            ("forget imported payment", "delete from import_payments where provider = $1 and reference = $2"),
            ("remove payment", "delete from payments where provider = $1 and reference = $2"),
        ] {
            self.query(operation, sql).bind(provider).bind(reference).run().await?;
        }
        self.query("restore change", "update cases set updated_at = $2 where id = $1")
            .bind(case.0)
            .bind(imported.case_at)
            .run()
            .await
            .map(|_| ())
    }
}
