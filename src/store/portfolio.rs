//! A batch of lines at a time: which cases and numbers are known, and the opening of those that are not. One statement
//! for a thousand lines, because a million of them are one evening's file.

use super::cases::{CaseRow, case_columns};
use super::column::{Place, json, label};
use super::particulars::{ParticularsRow, address_column, particulars_columns};
use super::sql::Sql;
use super::{StoreError, Thread, Tx};
use crate::domain::{
    Case, CaseId, CaseState, Conversation, CreditorKey, IdentityLevel, ImportId, Particulars, PhoneNumber, ThreadId,
    TimerKind, dunning::Progress,
};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use serde::Serialize;
use sqlx::FromRow;
use uuid::Uuid;

/// A case that is there, as an import looks at it.
#[derive(Clone, PartialEq, Eq)]
pub struct KnownCase {
    /// The case.
    pub case: Case,
    /// What the file said of it beside its amount.
    pub particulars: Particulars,
    /// The thread on which it is spoken of.
    pub thread: ThreadId,
    /// The numbers that agents replaced.
    pub replaced: Vec<PhoneNumber>,
    /// The import that opened it.
    pub import: Option<ImportId>,
    /// Whether the import that asks has changed it before it was interrupted.
    pub changed: bool,
    /// When it changed last.
    pub changed_at: DateTime<Utc>,
}

/// A number on which one creditor writes, and one of the people that it is on file for.
#[derive(Clone, PartialEq, Eq)]
pub struct Held {
    /// The thread.
    pub thread: ThreadId,
    /// On whose behalf.
    pub creditor: CreditorKey,
    /// The number.
    pub number: PhoneNumber,
    /// How sure we are of who holds it.
    pub identity: IdentityLevel,
    /// A person; none where the thread has no case.
    pub name: Option<String>,
}

/// A case to open.
pub struct NewCase<'a> {
    /// The case.
    pub case: &'a Case,
    /// What the file says of it beside its amount.
    pub particulars: &'a Particulars,
    /// Where it will be spoken of.
    pub thread: ThreadId,
}

#[derive(FromRow)]
struct KnownRow {
    #[sqlx(flatten)]
    case: CaseRow,
    #[sqlx(flatten)]
    particulars: ParticularsRow,
    replaced_numbers: Option<String>,
    import_id: Option<Uuid>,
    changed: bool,
    updated_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct HeldRow {
    id: Uuid,
    creditor_key: String,
    number: String,
    identity: String,
    debtor_name: Option<String>,
}

#[derive(Serialize)]
struct Key<'a> {
    creditor: &'a str,
    key: &'a str,
}

#[derive(Serialize)]
struct ThreadJson<'a> {
    id: Uuid,
    creditor: &'a str,
    number: &'a str,
    origin: String,
    identity: String,
}

#[derive(Serialize)]
struct CaseJson<'a> {
    id: Uuid,
    reference: &'a str,
    creditor: &'a str,
    thread: Uuid,
    jurisdiction: String,
    name: &'a str,
    language: &'a str,
    zone: &'a str,
    segment: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    postcode: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    invoice: Option<&'a str>,
    amount: i64,
    currency: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    issued_on: Option<NaiveDate>,
    due_on: NaiveDate,
    #[serde(skip_serializing_if = "Option::is_none")]
    letter_reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    letter_sent_on: Option<NaiveDate>,
    state: &'a str,
    state_data: &'a CaseState,
    dunning: &'a Progress,
    #[serde(skip_serializing_if = "Option::is_none")]
    principal: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    interest: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fees: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    balance_on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    basis: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_source: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    number_obtained_on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    letter_hash: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limitation_on: Option<NaiveDate>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

// `cross join` keeps SQLite from reading every case to look it up in the list, rather than the other way round.
const KNOWN: Sql = Sql {
    sqlite: concat!(
        "select ",
        case_columns!(),
        ", ",
        particulars_columns!(),
        ", c.replaced_numbers, c.import_id, c.updated_at,
            exists (select 1 from import_changes h
                    where h.import_id = $2 and h.case_id = c.id and h.undone_at is null) as changed
         from jsonb_each($1) e
         cross join cases c on c.creditor_key = e.value ->> 'creditor' and c.reference = e.value ->> 'key'
         cross join threads t on t.id = c.thread_id"
    ),
    postgres: concat!(
        "select ",
        case_columns!(),
        ", ",
        particulars_columns!(),
        ", c.replaced_numbers, c.import_id, c.updated_at,
            exists (select 1 from import_changes h
                    where h.import_id = $2 and h.case_id = c.id and h.undone_at is null) as changed
         from jsonb_to_recordset($1) as e(creditor text, key text)
         join cases c on c.creditor_key = e.creditor and c.reference = e.key
         join threads t on t.id = c.thread_id"
    ),
};

const HELD: Sql = Sql {
    sqlite: "select distinct t.id, t.creditor_key, t.number, t.identity, c.debtor_name
             from jsonb_each($1) e
             cross join threads t on t.creditor_key = e.value ->> 'creditor' and t.number = e.value ->> 'key'
             left join cases c on c.thread_id = t.id",
    postgres: "select distinct t.id, t.creditor_key, t.number, t.identity, c.debtor_name
               from jsonb_to_recordset($1) as e(creditor text, key text)
               join threads t on t.creditor_key = e.creditor and t.number = e.key
               left join cases c on c.thread_id = t.id",
};

const OPEN_THREADS: Sql = Sql {
    sqlite: "insert into threads (id, creditor_key, number, origin, identity, conversation, created_at)
             select unhex(value ->> 'id', '-'), value ->> 'creditor', value ->> 'number', value ->> 'origin',
                value ->> 'identity', $2, $3
             from jsonb_each($1)",
    postgres: "insert into threads (id, creditor_key, number, origin, identity, conversation, created_at)
               select e.id, e.creditor, e.number, e.origin, e.identity, $2, $3
               from jsonb_to_recordset($1) as e(id uuid, creditor text, number text, origin text, identity text)",
};

macro_rules! insert_cases {
    ($from:literal) => {
        concat!(
            "insert into cases (id, reference, creditor_key, thread_id, jurisdiction, debtor_name, language, zone, segment,
                email, postcode, invoice, amount_minor, paid_minor, currency, issued_on, due_on, letter_reference,
                letter_sent_on, state, state_data, dunning, principal_minor, interest_minor, fees_minor, balance_on, basis,
                number_source, number_obtained_on, letter_hash, limitation_on, address, import_id, created_at, updated_at) ",
            $from
        )
    };
}

const OPEN_CASES: Sql = Sql {
    // materialized: each line is taken out once, not once for every column; jsonb, so that it is not written out and read again
    sqlite: insert_cases!(
        "with e as materialized (select value as v from jsonb_each($1))
         select unhex(v ->> 'id', '-'), v ->> 'reference', v ->> 'creditor', unhex(v ->> 'thread', '-'),
            v ->> 'jurisdiction', v ->> 'name', v ->> 'language', v ->> 'zone', v ->> 'segment', v ->> 'email',
            v ->> 'postcode', v ->> 'invoice', v ->> 'amount', 0, v ->> 'currency', v ->> 'issued_on', v ->> 'due_on',
            v ->> 'letter_reference', v ->> 'letter_sent_on', v ->> 'state', v -> 'state_data', v -> 'dunning', v ->> 'principal',
            v ->> 'interest', v ->> 'fees', v ->> 'balance_on', v ->> 'basis', v ->> 'number_source',
            v ->> 'number_obtained_on', v ->> 'letter_hash', v ->> 'limitation_on', v ->> 'address', $2, $3, $3
         from e"
    ),
    postgres: insert_cases!(
        "select id, reference, creditor, thread, jurisdiction, name, language, zone, segment, email, postcode, invoice,
            amount, 0, currency, issued_on, due_on, letter_reference, letter_sent_on, state, state_data, dunning,
            principal, interest, fees, balance_on, basis, number_source, number_obtained_on, letter_hash, limitation_on, address,
            $2, $3, $3
         from jsonb_to_recordset($1) as e(id uuid, reference text, creditor text, thread uuid, jurisdiction text,
            name text, language text, zone text, segment text, email text, postcode text, invoice text, amount bigint,
            currency text, issued_on date, due_on date, letter_reference text, letter_sent_on date, state text,
            state_data jsonb, dunning jsonb, principal bigint, interest bigint, fees bigint, balance_on date, basis text,
            number_source text, number_obtained_on date, letter_hash text, limitation_on date, address text)"
    ),
};

fn keys<'a>(keys: impl Iterator<Item = (&'a CreditorKey, &'a str)>) -> Vec<Key<'a>> {
    keys.map(|(creditor, key)| Key { creditor: &creditor.0, key }).collect()
}

impl Tx {
    /// Those of these cases, by the creditors' own references, that are there; `import` is who asks.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn known_cases<'a>(
        &mut self,
        references: impl Iterator<Item = (&'a CreditorKey, &'a str)>,
        import: ImportId,
    ) -> Result<Vec<KnownCase>, StoreError> {
        let references = keys(references);
        let rows = self.query("known cases", KNOWN).bind(json(&references)).bind(import.0).all::<KnownRow>().await?;
        rows.into_iter()
            .map(|row| {
                let thread = ThreadId(row.case.thread_id);
                let case = Case::try_from(row.case)?;
                let particulars = row.particulars.read(case.id.0)?;
                let place = Place::of("cases", &case.id.0);
                let replaced = row.replaced_numbers.unwrap_or_default();
                let replaced = replaced.split_whitespace().map(|one| place.phone("replaced_numbers", one.to_owned()));
                let replaced = replaced.collect::<Result<_, _>>()?;
                let (import, changed, changed_at) = (row.import_id.map(ImportId), row.changed, row.updated_at);
                Ok(KnownCase { case, particulars, thread, replaced, import, changed, changed_at })
            })
            .collect()
    }

    /// Those of these numbers that have a thread, with the people that they are on file for.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn held_numbers<'a>(
        &mut self,
        numbers: impl Iterator<Item = (&'a CreditorKey, &'a str)>,
    ) -> Result<Vec<Held>, StoreError> {
        let numbers = keys(numbers);
        let rows = self.query("held numbers", HELD).bind(json(&numbers)).all::<HeldRow>().await?;
        rows.into_iter()
            .map(|row| {
                let place = Place::of("threads", &row.id);
                Ok(Held {
                    thread: ThreadId(row.id),
                    creditor: CreditorKey(row.creditor_key),
                    number: place.phone("number", row.number)?,
                    identity: place.label("identity", &row.identity)?,
                    name: row.debtor_name,
                })
            })
            .collect()
    }

    /// Opens threads on which nothing was said yet.
    ///
    /// # Errors
    /// When the database refuses, or one of the numbers has a thread.
    pub async fn open_threads(&mut self, threads: &[Thread], now: DateTime<Utc>) -> Result<(), StoreError> {
        let rows: Vec<_> = threads
            .iter()
            .map(|thread| ThreadJson {
                id: thread.id.0,
                creditor: &thread.creditor.0,
                number: thread.phone.number.as_str(),
                origin: label(&thread.phone.origin),
                identity: label(&thread.phone.identity),
            })
            .collect();
        let query = self.query("open threads", OPEN_THREADS);
        query.bind(json(&rows)).bind(json(&Conversation::default())).bind(now).run().await.map(|_| ())
    }

    /// Opens cases, of which nothing is paid.
    ///
    /// # Errors
    /// When the database refuses, or one of the references is known.
    pub async fn open_cases(
        &mut self,
        cases: &[NewCase<'_>],
        import: ImportId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let rows: Vec<_> = cases.iter().map(case_json).collect();
        let query = self.query("open cases", OPEN_CASES);
        query.bind(json(&rows)).bind(import.0).bind(now).run().await.map(|_| ())
    }

    /// Sets the timer of that kind of many cases, which have none.
    ///
    /// # Errors
    /// When the database refuses, or one of them has one.
    pub async fn set_timers(&mut self, kind: TimerKind, alarms: &[(CaseId, DateTime<Utc>)]) -> Result<(), StoreError> {
        // As the drivers write a time, so that times sort as text.
        let written = |at: &DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, false);
        let rows: Vec<_> = alarms.iter().map(|(case, at)| AlarmJson { case: case.0, rings_at: written(at) }).collect();
        let query = self.query("set timers", SET_ALARMS);
        query.bind(json(&rows)).bind(kind.label()).run().await.map(|_| ())
    }
}

/// The alarms of one kind, of many cases at once.
#[derive(Serialize)]
struct AlarmJson {
    case: Uuid,
    rings_at: String,
}

const SET_ALARMS: Sql = Sql {
    sqlite: "insert into timers (case_id, kind, rings_at)
             select unhex(value ->> 'case', '-'), $2, value ->> 'rings_at' from jsonb_each($1)",
    postgres: "insert into timers (case_id, kind, rings_at)
               select \"case\", $2, rings_at from jsonb_to_recordset($1) as e(\"case\" uuid, rings_at timestamptz)",
};

fn case_json<'a>(new: &NewCase<'a>) -> CaseJson<'a> {
    let NewCase { case, particulars, thread } = *new;
    let (debtor, debt, letter) = (&case.debtor, &case.debt, case.letter.as_ref());
    CaseJson {
        id: case.id.0,
        reference: &case.reference,
        creditor: &case.creditor.0,
        thread: thread.0,
        jurisdiction: label(&case.jurisdiction),
        name: &debtor.name,
        language: debtor.language.code(),
        zone: debtor.zone.name(),
        segment: label(&debtor.segment),
        email: debtor.email.as_deref(),
        postcode: debtor.postcode.as_deref(),
        invoice: debt.invoice.as_deref(),
        amount: debt.amount.minor,
        currency: debt.amount.currency.code(),
        issued_on: debt.issued_on,
        due_on: debt.due_on,
        letter_reference: letter.map(|letter| letter.reference.as_str()),
        letter_sent_on: letter.map(|letter| letter.sent_on),
        state: case.state.name(),
        state_data: &case.state,
        dunning: &case.dunning,
        principal: particulars.items.map(|items| items.principal),
        interest: particulars.items.map(|items| items.interest),
        fees: particulars.items.map(|items| items.fees),
        balance_on: particulars.balance_on,
        basis: particulars.basis.as_ref().map(label),
        number_source: particulars.number_source.as_deref(),
        number_obtained_on: particulars.number_obtained_on,
        letter_hash: particulars.letter_hash.as_deref(),
        limitation_on: particulars.limitation_on,
        address: particulars.address.as_ref().map(address_column),
    }
}
