//! The approvals of texts, and their withdrawals: rows that are never changed.

use super::column::Place;
use super::{StoreError, Tx};
use crate::domain::{Approval, Language};
use chrono::{DateTime, Utc};
use sqlx::FromRow;

/// The word of a second person on a version of a text: given, or taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Whether it takes an earlier one back.
    pub withdrawn: bool,
    /// On which version, whose, when and why.
    pub approval: Approval,
}

#[derive(FromRow)]
struct WordRow {
    act: String,
    #[sqlx(flatten)]
    approval: ApprovalRow,
}

#[derive(FromRow)]
struct ApprovalRow {
    name: String,
    language: String,
    hash: String,
    source: String,
    author: String,
    acted_by: String,
    reason: Option<String>,
    at: DateTime<Utc>,
}

/// Whether the last word on one of these versions, a list of SQL expressions, was to withdraw it.
macro_rules! withdrawn {
    ($hashes:literal) => {
        concat!(
            "exists (
                select 1 from template_approvals as last
                where last.hash in (",
            $hashes,
            ") and last.act = 'withdraw' and not exists (
                    select 1 from template_approvals as later
                    where later.hash = last.hash and later.language = last.language and later.name = last.name
                        and later.seq > last.seq))"
        )
    };
}
pub(super) use withdrawn;

impl Tx {
    /// Writes down the word of a second person on one version of a text.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn approve(&mut self, approval: &Approval) -> Result<(), StoreError> {
        self.note_word("approve", approval).await
    }

    /// Writes down that an approval is withdrawn: by `approved_by`, for `reason`, at `at`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn withdraw(&mut self, approval: &Approval) -> Result<(), StoreError> {
        self.note_word("withdraw", approval).await
    }

    async fn note_word(&mut self, act: &'static str, approval: &Approval) -> Result<(), StoreError> {
        self.query(
            "note approval",
            "insert into template_approvals (name, language, hash, source, author, act, acted_by, reason, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&approval.name)
        .bind(approval.language.code())
        .bind(&approval.hash)
        .bind(&approval.source)
        .bind(&approval.author)
        .bind(act)
        .bind(&approval.approved_by)
        .bind(approval.reason.as_deref())
        .bind(approval.at)
        .run()
        .await?;
        Ok(())
    }

    /// How many approvals and withdrawals there are: another number tells that something was approved or withdrawn.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_approvals(&mut self) -> Result<i64, StoreError> {
        let query = self.query("count approvals", "select count(*) from template_approvals");
        Ok(query.first::<(i64,)>().await?.map_or(0, |(count,)| count))
    }

    /// The approvals that were not withdrawn, in their order.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn standing_approvals(&mut self) -> Result<Vec<Approval>, StoreError> {
        let rows = self
            .query(
                "standing approvals",
                "select name, language, hash, source, author, acted_by, reason, at from template_approvals as last
                 where act = 'approve' and not exists (
                    select 1 from template_approvals as later
                    where later.hash = last.hash and later.language = last.language and later.name = last.name
                        and later.seq > last.seq)
                 order by seq",
            )
            .all::<ApprovalRow>()
            .await?;
        rows.into_iter().map(Approval::try_from).collect()
    }

    /// Every approval and withdrawal of one version of a text, in their order.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn words_on_version(
        &mut self,
        language: Language,
        name: &str,
        hash: &str,
    ) -> Result<Vec<Word>, StoreError> {
        let rows = self
            .query(
                "words on a version",
                "select act, name, language, hash, source, author, acted_by, reason, at from template_approvals
                 where language = $1 and name = $2 and hash = $3 order by seq",
            )
            .bind(language.code())
            .bind(name)
            .bind(hash)
            .all::<WordRow>()
            .await?;
        let word = |row: WordRow| Ok(Word { withdrawn: row.act == "withdraw", approval: row.approval.try_into()? });
        rows.into_iter().map(word).collect()
    }
}

impl TryFrom<ApprovalRow> for Approval {
    type Error = StoreError;

    fn try_from(row: ApprovalRow) -> Result<Self, StoreError> {
        let language = Place::of("template_approvals", &row.hash).label("language", &row.language)?;
        Ok(Self {
            name: row.name,
            language,
            hash: row.hash,
            source: row.source,
            author: row.author,
            approved_by: row.acted_by,
            reason: row.reason,
            at: row.at,
        })
    }
}
