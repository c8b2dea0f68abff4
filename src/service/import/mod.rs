//! Cases come in: a batch of lines at a time, each batch whole or not at all. A case is known by its creditor and the
//! creditor's reference, so that the same file twice, or an import that was killed and run again, ends as once.

mod batch;
mod correct;
mod payments;
mod undo;

pub use payments::PaymentsRun;
pub use undo::{Kept, UndoReport};

use super::{PortfolioRow, Rejection, Service, ServiceError};
use crate::domain::ImportId;
use crate::store::{Import, ImportCounts, ImportKind};
use batch::Plan;
use std::collections::HashMap;

/// Lines written in one transaction.
const BATCH: usize = 4_000;
/// Imports that are listed.
const LISTED: u32 = 50;

/// What became of the lines.
#[derive(Clone)]
pub struct ImportReport {
    /// By which it can be taken back.
    pub id: ImportId,
    /// How many lines became what.
    pub counts: ImportCounts,
    /// Lines refused, and all that is wrong with each.
    pub rejections: Vec<Rejection>,
}

/// An import that runs.
pub struct ImportRun {
    import: Import,
    /// Whether it goes on where another one of the same file was interrupted.
    pub resumed: bool,
    /// Lines of an agency in France without the letter that must come before any message (R124-4).
    pub without_letter: u64,
}

impl ImportRun {
    /// By which it can be taken back.
    #[must_use]
    pub const fn id(&self) -> ImportId {
        self.import.id
    }

    /// How far it came.
    #[must_use]
    pub const fn counts(&self) -> ImportCounts {
        self.import.counts
    }
}

impl Service {
    /// Lines that go well into one transaction.
    pub const IMPORT_BATCH: usize = BATCH;

    /// Begins an import; or takes up the one of the same bytes that was interrupted, which is then read from its first
    /// line again. `hash` is of the bytes and of how they are read.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn begin_import(&self, kind: ImportKind, name: &str, hash: &str) -> Result<ImportRun, ServiceError> {
        let mut tx = self.store.begin().await?;
        if let Some(mut import) = tx.unfinished_import(hash).await?.filter(|import| import.kind == kind) {
            import.counts = ImportCounts::default();
            return Ok(ImportRun { import, resumed: true, without_letter: 0 });
        }
        let import = Import {
            id: ImportId(self.clock.new_id()),
            kind,
            name: name.to_owned(),
            hash: hash.to_owned(),
            started_at: self.clock.now(),
            finished_at: None,
            undone_at: None,
            counts: ImportCounts::default(),
        };
        tx.insert_import(&import).await?;
        tx.commit().await?;
        Ok(ImportRun { import, resumed: false, without_letter: 0 })
    }

    /// Opens a case for each line whose reference is new, and corrects those that are known; all of it or nothing.
    /// `refused` are lines that were not even lines. Answers them with those that the store refuses, in order.
    ///
    /// # Errors
    /// When the store fails; the import can be run again.
    pub async fn import_batch(
        &self,
        run: &mut ImportRun,
        rows: &[PortfolioRow],
        refused: Vec<Rejection>,
    ) -> Result<Vec<Rejection>, ServiceError> {
        let mut tx = self.store.begin().await?;
        tx.take_turns_importing().await?;
        let now = self.clock.now();
        let known = tx.known_cases(rows.iter().map(|row| (&row.creditor, row.case_ref.as_str())), run.id()).await?;
        let held = tx.held_numbers(rows.iter().map(|row| (&row.creditor, row.phone.as_str()))).await?;
        let known: HashMap<_, _> = known
            .into_iter()
            .map(|known| ((known.case.creditor.clone(), known.case.reference.clone()), known))
            .collect();
        let mut counts = run.counts();
        let steady = self.steady();
        let mut plan = Plan::new(&steady, run.id(), held, now);
        let mut rejections = refused;
        for row in rows {
            let outcome = match known.get(&(row.creditor.clone(), row.case_ref.clone())) {
                Some(known) => plan.correct(&mut tx, known, row, &mut counts).await?,
                None => plan.open(&mut tx, row).await?.inspect(|()| counts.added += 1),
            };
            if let Err(faults) = outcome {
                rejections.push(Rejection { line: row.line, faults, raw: row.raw.clone() });
                continue;
            }
            let creditor = steady.creditor(&row.creditor)?;
            run.without_letter += u64::from(creditor.role.needs_letter(creditor.jurisdiction) && row.letter.is_none());
        }
        plan.write(&mut tx).await?;
        rejections.sort_by_key(|rejection| rejection.line);
        let refused = rejections.len() as u64;
        counts.refused += refused;
        counts.lines = counts.added + counts.changed + counts.unchanged + counts.refused;
        let import = Import { counts, ..run.import.clone() };
        tx.save_import(&import).await?;
        tx.commit().await?;
        run.import = import;
        Ok(rejections)
    }

    /// Writes down that the last line is in.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn finish_import(&self, run: ImportRun) -> Result<(), ServiceError> {
        let mut tx = self.store.begin().await?;
        tx.save_import(&Import { finished_at: Some(self.clock.now()), ..run.import }).await?;
        Ok(tx.commit().await?)
    }

    /// Brings in lines that were read whole.
    ///
    /// # Errors
    /// When the store fails; whole batches of lines before the failure are in, and they can be imported again.
    pub async fn import(&self, rows: &[PortfolioRow]) -> Result<ImportReport, ServiceError> {
        self.import_all("", rows, Vec::new()).await
    }

    /// The same, under a name, with lines that were refused before.
    ///
    /// # Errors
    /// As `import`.
    pub async fn import_all(
        &self,
        name: &str,
        rows: &[PortfolioRow],
        refused: Vec<Rejection>,
    ) -> Result<ImportReport, ServiceError> {
        let mut run = self.begin_import(ImportKind::Cases, name, &self.clock.new_id().to_string()).await?;
        let mut rejections = self.import_batch(&mut run, &[], refused).await?;
        for batch in rows.chunks(BATCH) {
            rejections.extend(self.import_batch(&mut run, batch, Vec::new()).await?);
        }
        rejections.sort_by_key(|rejection| rejection.line);
        let report = ImportReport { id: run.id(), counts: run.counts(), rejections };
        self.finish_import(run).await?;
        Ok(report)
    }

    /// The imports begun last, the latest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn imports(&self) -> Result<Vec<Import>, ServiceError> {
        Ok(self.store.snapshot().await?.list_imports(LISTED).await?)
    }
}
