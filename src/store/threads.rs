//! Threads: all that is said with one number on behalf of one creditor. Locking one is how two workers take turns.

use super::column::{Json, Place, debug_by_id, json, label};
use super::{StoreError, Tx};
use crate::domain::{CaseId, Conversation, CreditorKey, Phone, PhoneNumber, Suppression, ThreadId};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use uuid::Uuid;

/// A thread as it is kept.
#[derive(Clone, PartialEq, Eq)]
pub struct Thread {
    /// Its id.
    pub id: ThreadId,
    /// On whose behalf.
    pub creditor: CreditorKey,
    /// The number at the other end.
    pub phone: Phone,
    /// Where the talk stands.
    pub conversation: Conversation,
    /// The case that an answer is about, when there are several.
    pub focus: Option<CaseId>,
}

debug_by_id!(Thread);

/// The columns that a thread lends to its cases.
#[derive(FromRow)]
pub(super) struct Talk {
    number: String,
    origin: String,
    identity: String,
    suppressed_reason: Option<String>,
    suppressed_at: Option<DateTime<Utc>>,
    conversation: Json,
}

impl Talk {
    pub(super) fn read(self, thread: Uuid) -> Result<(Phone, Conversation), StoreError> {
        let place = Place::of("threads", &thread);
        let reason = self.suppressed_reason.map(|text| place.label("suppressed_reason", &text)).transpose()?;
        let suppressed = reason.zip(self.suppressed_at).map(|(reason, since)| Suppression { reason, since });
        let phone = Phone {
            number: place.phone("number", self.number)?,
            origin: place.label("origin", &self.origin)?,
            identity: place.label("identity", &self.identity)?,
            suppressed,
        };
        Ok((phone, place.json("conversation", self.conversation)?))
    }
}

#[derive(FromRow)]
struct ThreadRow {
    id: Uuid,
    creditor_key: String,
    focus_case: Option<Uuid>,
    #[sqlx(flatten)]
    talk: Talk,
}

impl TryFrom<ThreadRow> for Thread {
    type Error = StoreError;

    fn try_from(row: ThreadRow) -> Result<Self, StoreError> {
        let (phone, conversation) = row.talk.read(row.id)?;
        let focus = row.focus_case.map(CaseId);
        Ok(Self { id: ThreadId(row.id), creditor: CreditorKey(row.creditor_key), phone, conversation, focus })
    }
}

macro_rules! columns {
    () => {
        "id, creditor_key, number, origin, identity, suppressed_reason, suppressed_at, conversation, focus_case"
    };
}

impl Tx {
    /// Opens `thread`, unless that number and creditor have one; the id that stands.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn open_thread(&mut self, thread: &Thread, now: DateTime<Utc>) -> Result<ThreadId, StoreError> {
        let phone = &thread.phone;
        self.query(
            "open thread",
            concat!(
                "insert into threads (",
                columns!(),
                ", created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 on conflict (creditor_key, number) do nothing",
            ),
        )
        .bind(thread.id.0)
        .bind(&thread.creditor.0)
        .bind(phone.number.as_str())
        .bind(label(&phone.origin))
        .bind(label(&phone.identity))
        .bind(phone.suppressed.map(|s| label(&s.reason)))
        .bind(phone.suppressed.map(|s| s.since))
        .bind(json(&thread.conversation))
        .bind(thread.focus.map(|case| case.0))
        .bind(now)
        .run()
        .await?;
        let (id,) = self
            .query("open thread", "select id from threads where creditor_key = $1 and number = $2")
            .bind(&thread.creditor.0)
            .bind(phone.number.as_str())
            .one::<(Uuid,)>()
            .await?;
        Ok(ThreadId(id))
    }

    /// The thread of that number and creditor, which nobody else changes until this transaction ends.
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn lock_thread(
        &mut self,
        creditor: &CreditorKey,
        number: &PhoneNumber,
    ) -> Result<Option<Thread>, StoreError> {
        // an update that changes nothing takes the row's lock, and returns the row as the last holder left it
        self.query(
            "lock thread",
            concat!(
                "update threads set focus_case = focus_case where creditor_key = $1 and number = $2 returning ",
                columns!()
            ),
        )
        .bind(&creditor.0)
        .bind(number.as_str())
        .first::<ThreadRow>()
        .await?
        .map(Thread::try_from)
        .transpose()
    }

    /// As `lock_thread`, by its id.
    ///
    /// # Errors
    /// When the database refuses, or the row cannot be read.
    pub async fn lock_thread_by_id(&mut self, thread: ThreadId) -> Result<Option<Thread>, StoreError> {
        self.query(
            "lock thread",
            concat!("update threads set focus_case = focus_case where id = $1 returning ", columns!()),
        )
        .bind(thread.0)
        .first::<ThreadRow>()
        .await?
        .map(Thread::try_from)
        .transpose()
    }

    /// Writes back what may change of a thread.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn save_thread(&mut self, thread: &Thread) -> Result<(), StoreError> {
        self.query("save thread", "update threads set focus_case = $2 where id = $1")
            .bind(thread.id.0)
            .bind(thread.focus.map(|case| case.0))
            .run()
            .await?;
        self.save_talk(thread.id, &thread.phone, &thread.conversation).await
    }

    pub(super) async fn save_talk(
        &mut self,
        thread: ThreadId,
        phone: &Phone,
        conversation: &Conversation,
    ) -> Result<(), StoreError> {
        self.query(
            "save thread",
            "update threads set origin = $2, identity = $3, suppressed_reason = $4, suppressed_at = $5, conversation = $6
             where id = $1",
        )
        .bind(thread.0)
        .bind(label(&phone.origin))
        .bind(label(&phone.identity))
        .bind(phone.suppressed.map(|s| label(&s.reason)))
        .bind(phone.suppressed.map(|s| s.since))
        .bind(json(conversation))
        .run()
        .await?;
        Ok(())
    }

    /// Every thread of a number, whoever the creditor, oldest first; not locked.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn threads_of_number(&mut self, number: &PhoneNumber) -> Result<Vec<Thread>, StoreError> {
        self.query(
            "threads of number",
            concat!("select ", columns!(), " from threads where number = $1 order by created_at, id"),
        )
        .bind(number.as_str())
        .all::<ThreadRow>()
        .await?
        .into_iter()
        .map(Thread::try_from)
        .collect()
    }
}
