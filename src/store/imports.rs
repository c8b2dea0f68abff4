//! Imports: what was brought in, how far it came, and what it changed of cases that were there.

use super::column::{Json, Place, debug_by_id, json, label};
use super::particulars::Entry;
use super::sql::Sql;
use super::{Store, StoreError, Tx};
use crate::domain::{CaseId, ImportId};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

/// What became of the lines so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Lines looked at.
    pub lines: u64,
    /// Cases opened, or payments written down.
    pub added: u64,
    /// Cases that were there, and were changed.
    pub changed: u64,
    /// Cases or payments that were there, with the same content.
    pub unchanged: u64,
    /// Lines refused.
    pub refused: u64,
}

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportKind {
    /// Cases.
    Cases,
    /// The payments of cases.
    Payments,
}

/// One file, or one body sent to us.
#[derive(Clone, PartialEq, Eq)]
pub struct Import {
    /// Its id.
    pub id: ImportId,
    /// What it holds.
    pub kind: ImportKind,
    /// The name of the file.
    pub name: String,
    /// Of the bytes and of how they are read.
    pub hash: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When its last line was in.
    pub finished_at: Option<DateTime<Utc>>,
    /// When it was taken back.
    pub undone_at: Option<DateTime<Utc>>,
    /// How far it came.
    pub counts: ImportCounts,
}

debug_by_id!(Import);

/// What an import changed of one case.
#[derive(Clone, PartialEq, Eq)]
pub struct Change {
    /// The import.
    pub import: ImportId,
    /// The case.
    pub case: CaseId,
    /// What the case held before.
    pub before: Entry,
    /// What it holds since.
    pub after: Entry,
    /// When the case had changed last before.
    pub case_at: DateTime<Utc>,
    /// When it was changed.
    pub at: DateTime<Utc>,
}

#[derive(FromRow)]
struct ImportRow {
    id: Uuid,
    kind: String,
    name: String,
    hash: String,
    started_at: DateTime<Utc>,
    finished_at: Option<DateTime<Utc>>,
    undone_at: Option<DateTime<Utc>>,
    lines: i64,
    added: i64,
    changed: i64,
    unchanged: i64,
    refused: i64,
}

impl TryFrom<ImportRow> for Import {
    type Error = StoreError;

    fn try_from(row: ImportRow) -> Result<Self, StoreError> {
        let kind = Place::of("imports", &row.id).label("kind", &row.kind)?;
        let counts = ImportCounts {
            lines: row.lines.unsigned_abs(),
            added: row.added.unsigned_abs(),
            changed: row.changed.unsigned_abs(),
            unchanged: row.unchanged.unsigned_abs(),
            refused: row.refused.unsigned_abs(),
        };
        let ImportRow { id, name, hash, started_at, finished_at, undone_at, .. } = row;
        Ok(Self { id: ImportId(id), kind, name, hash, started_at, finished_at, undone_at, counts })
    }
}

#[derive(FromRow)]
struct ChangeRow {
    import_id: Uuid,
    case_id: Uuid,
    before: Json,
    after: Json,
    case_at: DateTime<Utc>,
    at: DateTime<Utc>,
}

impl TryFrom<ChangeRow> for Change {
    type Error = StoreError;

    fn try_from(row: ChangeRow) -> Result<Self, StoreError> {
        let place = Place::of("import_changes", &row.case_id);
        Ok(Self {
            import: ImportId(row.import_id),
            case: CaseId(row.case_id),
            before: place.json("before", row.before)?,
            after: place.json("after", row.after)?,
            case_at: row.case_at,
            at: row.at,
        })
    }
}

macro_rules! columns {
    () => {
        "id, kind, name, hash, started_at, finished_at, undone_at, lines, added, changed, unchanged, refused"
    };
}

/// SQLite has one writer anyway; PostgreSQL must be asked for it.
const TAKE_TURNS: Sql = Sql { sqlite: "select 1", postgres: "lock table imports in share row exclusive mode" };

/// The indexes of a portfolio are touched at random. With the usual 2 MB each page is written many times over; with 48 MB,
/// and a journal of 256 MB before it is written back, once or twice.
const MUCH_MEMORY: Sql = Sql { sqlite: "pragma cache_size = -49152", postgres: "select cast(1 as bigint)" };
const LONG_JOURNAL: Sql = Sql { sqlite: "pragma wal_autocheckpoint = 65536", postgres: "select cast(1 as bigint)" };

impl Store {
    /// Prepares for millions of lines, by a process that does nothing else.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn prepare_for_bulk(&self) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        tx.query("prepare for bulk", MUCH_MEMORY).all::<(i64,)>().await?;
        tx.query("prepare for bulk", LONG_JOURNAL).all::<(i64,)>().await?;
        tx.commit().await
    }
}

impl Tx {
    /// Waits until no other transaction brings cases in: two that open the same case would each find it new.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn take_turns_importing(&mut self) -> Result<(), StoreError> {
        self.query("take turns importing", TAKE_TURNS).run().await.map(|_| ())
    }

    /// Writes down that an import begins.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_import(&mut self, import: &Import) -> Result<(), StoreError> {
        self.query(
            "insert import",
            "insert into imports (id, kind, name, hash, started_at, lines, added, changed, unchanged, refused)
             values ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0)",
        )
        .bind(import.id.0)
        .bind(label(&import.kind))
        .bind(&import.name)
        .bind(&import.hash)
        .bind(import.started_at)
        .run()
        .await
        .map(|_| ())
    }

    /// Writes down how far an import came, and when it was finished or taken back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn save_import(&mut self, import: &Import) -> Result<(), StoreError> {
        let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        let ImportCounts { lines, added, changed, unchanged, refused } = import.counts;
        self.query(
            "save import",
            "update imports set finished_at = $2, undone_at = $3, lines = $4, added = $5, changed = $6, unchanged = $7,
                refused = $8 where id = $1",
        )
        .bind(import.id.0)
        .bind(import.finished_at)
        .bind(import.undone_at)
        .bind(count(lines))
        .bind(count(added))
        .bind(count(changed))
        .bind(count(unchanged))
        .bind(count(refused))
        .run()
        .await
        .map(|_| ())
    }

    /// An import.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn import(&mut self, import: ImportId) -> Result<Option<Import>, StoreError> {
        let query = self.query("import", concat!("select ", columns!(), " from imports where id = $1"));
        query.bind(import.0).first::<ImportRow>().await?.map(Import::try_from).transpose()
    }

    /// The import of these bytes that was begun last, and neither finished nor taken back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn unfinished_import(&mut self, hash: &str) -> Result<Option<Import>, StoreError> {
        let query = self.query(
            "unfinished import",
            concat!(
                "select ",
                columns!(),
                " from imports where hash = $1 and finished_at is null and undone_at is null
                  order by started_at desc, id desc limit 1"
            ),
        );
        query.bind(hash).first::<ImportRow>().await?.map(Import::try_from).transpose()
    }

    /// The imports begun last, the latest first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn list_imports(&mut self, limit: u32) -> Result<Vec<Import>, StoreError> {
        let query = self.query(
            "list imports",
            concat!("select ", columns!(), " from imports order by started_at desc, id desc limit $1"),
        );
        query.bind(i64::from(limit)).all::<ImportRow>().await?.into_iter().map(Import::try_from).collect()
    }

    /// Writes down what an import changed of a case; a case changed twice by one import keeps what it held at first.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_change(&mut self, change: &Change) -> Result<(), StoreError> {
        self.query(
            "insert change",
            "insert into import_changes (import_id, case_id, before, after, case_at, at) values ($1, $2, $3, $4, $5, $6)
             on conflict (import_id, case_id) do update set after = excluded.after, at = excluded.at",
        )
        .bind(change.import.0)
        .bind(change.case.0)
        .bind(json(&change.before))
        .bind(json(&change.after))
        .bind(change.case_at)
        .bind(change.at)
        .run()
        .await
        .map(|_| ())
    }

    /// What an import changed and was not taken back, by the id of the case, after `after`.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn changes_of_import(
        &mut self,
        import: ImportId,
        after: CaseId,
        limit: u32,
    ) -> Result<Vec<Change>, StoreError> {
        self.query(
            "changes of import",
            "select import_id, case_id, before, after, case_at, at from import_changes
             where import_id = $1 and case_id > $2 and undone_at is null order by case_id limit $3",
        )
        .bind(import.0)
        .bind(after.0)
        .bind(i64::from(limit))
        .all::<ChangeRow>()
        .await?
        .into_iter()
        .map(Change::try_from)
        .collect()
    }

    /// When a file last corrected a case, or such a correction was last taken back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn last_correction_by_file(&mut self, case: CaseId) -> Result<Option<DateTime<Utc>>, StoreError> {
        self.query(
            "last correction by file",
            "select max(coalesce(undone_at, at)) from import_changes where case_id = $1",
        )
        .bind(case.0)
        .one::<(Option<DateTime<Utc>>,)>()
        .await
        .map(|(at,)| at)
    }

    /// Writes down that a change was taken back.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn undo_change(&mut self, change: &Change, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.query("undo change", "update import_changes set undone_at = $3 where import_id = $1 and case_id = $2")
            .bind(change.import.0)
            .bind(change.case.0)
            .bind(now)
            .run()
            .await
            .map(|_| ())
    }
}
