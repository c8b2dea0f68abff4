//! Cases: one debt each. A case is read with the number and the talk of its thread, and saved with them.

use super::column::{Json, Place, json, label};
use super::threads::{Talk, Thread};
use super::{StoreError, Tx};
use crate::domain::{Case, CaseId, CaseState, CreditorKey, Debt, Debtor, Letter, ThreadId};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use uuid::Uuid;

#[derive(FromRow)]
pub(super) struct CaseRow {
    id: Uuid,
    reference: String,
    creditor_key: String,
    pub(super) thread_id: Uuid,
    jurisdiction: String,
    debtor_name: String,
    language: String,
    zone: String,
    segment: String,
    email: Option<String>,
    postcode: Option<String>,
    invoice: Option<String>,
    amount_minor: i64,
    paid_minor: i64,
    currency: String,
    issued_on: Option<NaiveDate>,
    due_on: NaiveDate,
    letter_reference: Option<String>,
    letter_sent_on: Option<NaiveDate>,
    state: String,
    state_data: Json,
    dunning: Json,
    #[sqlx(flatten)]
    talk: Talk,
}

impl TryFrom<CaseRow> for Case {
    type Error = StoreError;

    fn try_from(row: CaseRow) -> Result<Self, StoreError> {
        let place = Place::of("cases", &row.id);
        let state: CaseState = place.json("state_data", row.state_data)?;
        if state.name() != row.state {
            return Err(place.corrupt("state"));
        }
        let debtor = Debtor {
            name: row.debtor_name,
            language: place.label("language", &row.language)?,
            zone: place.label("zone", &row.zone)?,
            segment: place.label("segment", &row.segment)?,
            email: row.email,
            postcode: row.postcode,
        };
        let amount = place.money(row.amount_minor, &row.currency)?;
        let debt = Debt {
            invoice: row.invoice,
            amount,
            paid: amount.with_minor(row.paid_minor),
            issued_on: row.issued_on,
            due_on: row.due_on,
        };
        let letter = row.letter_reference.zip(row.letter_sent_on);
        let jurisdiction = place.label("jurisdiction", &row.jurisdiction)?;
        let (phone, conversation) = row.talk.read(row.thread_id)?;
        Ok(Self {
            id: CaseId(row.id),
            reference: row.reference,
            creditor: CreditorKey(row.creditor_key),
            jurisdiction,
            debtor,
            debt,
            letter: letter.map(|(reference, sent_on)| Letter { reference, sent_on }),
            state,
            dunning: place.json("dunning", row.dunning)?,
            phone,
            conversation,
        })
    }
}

/// What a `CaseRow` is read from: a case `c` and its thread `t`.
macro_rules! case_columns {
    () => {
        "c.id, c.reference, c.creditor_key, c.thread_id, c.jurisdiction, c.debtor_name, c.language, c.zone,
         c.segment, c.email, c.postcode, c.invoice, c.amount_minor, c.paid_minor, c.currency, c.issued_on,
         c.due_on, c.letter_reference, c.letter_sent_on, c.state, c.state_data, c.dunning,
         t.number, t.origin, t.identity, t.suppressed_reason, t.suppressed_at, t.conversation"
    };
}
pub(super) use case_columns;

macro_rules! select {
    ($rest:literal) => {
        concat!("select ", case_columns!(), " from cases c join threads t on t.id = c.thread_id ", $rest)
    };
}

/// Fewer digits are a piece of a reference rather than of a number.
const FEWEST_DIGITS: usize = 4;

impl Tx {
    /// The cases of that reference: one per creditor at most.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn cases_of_reference(&mut self, reference: &str) -> Result<Vec<CaseId>, StoreError> {
        let query =
            self.query("cases of a reference", "select id from cases where reference = $1 order by creditor_key");
        Ok(query.bind(reference).all::<(Uuid,)>().await?.into_iter().map(|(id,)| CaseId(id)).collect())
    }

    /// Adds a case to a thread; false, and nothing changed, when the creditor has a case of that reference.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn insert_case(&mut self, case: &Case, thread: ThreadId, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let Debtor { name, language, zone, segment, email, postcode } = &case.debtor;
        let Debt { invoice, amount, paid, issued_on, due_on } = &case.debt;
        self.query(
            "insert case",
            "insert into cases (id, reference, creditor_key, thread_id, jurisdiction, debtor_name, language, zone, segment,
                email, postcode, invoice, amount_minor, paid_minor, currency, issued_on, due_on, letter_reference,
                letter_sent_on, state, state_data, dunning, created_at, updated_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22,
                $23, $23)
             on conflict (creditor_key, reference) do nothing",
        )
        .bind(case.id.0)
        .bind(&case.reference)
        .bind(&case.creditor.0)
        .bind(thread.0)
        .bind(label(&case.jurisdiction))
        .bind(name)
        .bind(language.code())
        .bind(zone.name())
        .bind(label(segment))
        .bind(email.as_deref())
        .bind(postcode.as_deref())
        .bind(invoice.as_deref())
        .bind(amount.minor)
        .bind(paid.minor)
        .bind(amount.currency.code())
        .bind(*issued_on)
        .bind(*due_on)
        .bind(case.letter.as_ref().map(|letter| letter.reference.as_str()))
        .bind(case.letter.as_ref().map(|letter| letter.sent_on))
        .bind(case.state.name())
        .bind(json(&case.state))
        .bind(json(&case.dunning))
        .bind(now)
        .changed()
        .await
    }

    /// A case.
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn case(&mut self, case: CaseId) -> Result<Option<Case>, StoreError> {
        let row = self.query("case", select!("where c.id = $1")).bind(case.0).first::<CaseRow>().await?;
        row.map(Case::try_from).transpose()
    }

    /// A case by the creditor's own reference.
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn case_by_reference(
        &mut self,
        creditor: &CreditorKey,
        reference: &str,
    ) -> Result<Option<Case>, StoreError> {
        self.query("case by reference", select!("where c.creditor_key = $1 and c.reference = $2"))
            .bind(&creditor.0)
            .bind(reference)
            .first::<CaseRow>()
            .await?
            .map(Case::try_from)
            .transpose()
    }

    /// Whether a creditor has cases that are not over.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn has_cases_under_way(&mut self, creditor: &CreditorKey) -> Result<bool, StoreError> {
        let query = self.query(
            "cases under way",
            "select cast(1 as bigint) from cases where creditor_key = $1 and state not in ('settled', 'closed') limit 1",
        );
        Ok(query.bind(&creditor.0).first::<(i64,)>().await?.is_some())
    }

    /// The cases that a thread speaks of: oldest due first, then by reference.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn cases_of_thread(&mut self, thread: &Thread) -> Result<Vec<Case>, StoreError> {
        self.query("cases of thread", select!("where c.thread_id = $1 order by c.due_on, c.reference"))
            .bind(thread.id.0)
            .all::<CaseRow>()
            .await?
            .into_iter()
            .map(Case::try_from)
            .collect()
    }

    /// The thread on which a case is spoken of.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn thread_of_case(&mut self, case: CaseId) -> Result<Option<ThreadId>, StoreError> {
        let query = self.query("thread of case", "select thread_id from cases where id = $1").bind(case.0);
        Ok(query.first::<(Uuid,)>().await?.map(|(id,)| ThreadId(id)))
    }

    /// Writes back what may change: the state, what was paid, how far its reminders are, its letter, and the number and talk of its
    /// thread.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn save_case(&mut self, case: &Case, now: DateTime<Utc>) -> Result<(), StoreError> {
        let (thread,) = self
            .query(
                "save case",
                "update cases set state = $2, state_data = $3, paid_minor = $4, dunning = $5, updated_at = $6,
                    letter_reference = $7, letter_sent_on = $8
                 where id = $1
                 returning thread_id",
            )
            .bind(case.id.0)
            .bind(case.state.name())
            .bind(json(&case.state))
            .bind(case.debt.paid.minor)
            .bind(json(&case.dunning))
            .bind(now)
            .bind(case.letter.as_ref().map(|letter| letter.reference.as_str()))
            .bind(case.letter.as_ref().map(|letter| letter.sent_on))
            .one::<(Uuid,)>()
            .await?;
        self.save_talk(ThreadId(thread), &case.phone, &case.conversation).await
    }

    /// The cases whose debtor, reference, invoice or number holds `words`, whatever their case; those that changed last first,
    /// `limit` of them after the first `skip`.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn seek_cases(&mut self, words: &str, limit: u32, skip: u32) -> Result<Vec<Case>, StoreError> {
        // SQLite knows the case of plain letters alone: of any other, every sign is as good.
        let sign = |sign: char| match sign {
            '!' | '%' | '_' => format!("!{sign}"),
            plain if plain.is_ascii() => plain.to_string(),
            _ => "_".to_owned(),
        };
        let within = |text: &str| format!("%{}%", text.chars().map(sign).collect::<String>());
        // A number is kept with its country and without its spaces; as people say it, it begins with a zero instead.
        let digits: String = words.chars().filter(char::is_ascii_digit).collect();
        let is_number = digits.len() >= FEWEST_DIGITS && !words.chars().any(char::is_alphabetic);
        let number = if is_number { within(digits.trim_start_matches('0')) } else { String::new() };
        self.query(
            "seek cases",
            select!(
                "where lower(c.debtor_name) like $1 escape '!' or lower(c.reference) like $1 escape '!'
                    or lower(coalesce(c.invoice, '')) like $1 escape '!' or t.number like $2 escape '!'
                 order by c.updated_at desc, c.id desc limit $3 offset $4"
            ),
        )
        .bind(within(&words.to_lowercase()))
        .bind(number)
        .bind(i64::from(limit))
        .bind(i64::from(skip))
        .all::<CaseRow>()
        .await?
        .into_iter()
        .map(Case::try_from)
        .collect()
    }

    /// The cases that changed last, the latest first; `limit` of them after the first `skip`.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn list_cases(&mut self, limit: u32, skip: u32) -> Result<Vec<Case>, StoreError> {
        self.query("list cases", select!("order by c.updated_at desc, c.id desc limit $1 offset $2"))
            .bind(i64::from(limit))
            .bind(i64::from(skip))
            .all::<CaseRow>()
            .await?
            .into_iter()
            .map(Case::try_from)
            .collect()
    }
}
