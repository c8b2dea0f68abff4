//! Links to the debtor's page. A token lets its holder see a case, so it expires, and no error ever quotes it.

use super::{StoreError, Tx};
use crate::domain::{CaseId, ThreadId};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// What a token opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// A case.
    Open(CaseId),
    /// Nothing any more: the person needs a new one.
    Expired(CaseId),
}

impl Tx {
    /// The link of a case that lasts longest, with the moment it expires; none when all have.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn link_for(
        &mut self,
        case: CaseId,
        now: DateTime<Utc>,
    ) -> Result<Option<(String, DateTime<Utc>)>, StoreError> {
        let query = self.query(
            "link for case",
            "select token, expires_at from links where case_id = $1 and expires_at > $2
             order by expires_at desc, token limit 1",
        );
        query.bind(case.0).bind(now).first().await
    }

    /// Adds a link to a case.
    ///
    /// # Errors
    /// When the database refuses, and when that token exists.
    pub async fn add_link(
        &mut self,
        token: &str,
        case: CaseId,
        now: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.query("add link", "insert into links (token, case_id, created_at, expires_at) values ($1, $2, $3, $4)")
            .bind(token)
            .bind(case.0)
            .bind(now)
            .bind(expires_at)
            .run()
            .await?;
        Ok(())
    }

    /// Lets the links of a case open nothing from `now` on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn close_links(&mut self, case: CaseId, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.query("close links", "update links set expires_at = $2 where case_id = $1 and expires_at > $2")
            .bind(case.0)
            .bind(now)
            .run()
            .await
            .map(|_| ())
    }

    /// The same, of all cases that a thread speaks of.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn close_links_of_thread(&mut self, thread: ThreadId, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.query(
            "close links of a thread",
            "update links set expires_at = $2
             where expires_at > $2 and case_id in (select id from cases where thread_id = $1)",
        )
        .bind(thread.0)
        .bind(now)
        .run()
        .await
        .map(|_| ())
    }

    /// What a token opens or opened; none when nobody was ever given it.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn link(&mut self, token: &str, now: DateTime<Utc>) -> Result<Option<Link>, StoreError> {
        let query = self.query("link", "select case_id, expires_at from links where token = $1").bind(token);
        let found = query.first::<(Uuid, DateTime<Utc>)>().await?;
        Ok(found.map(
            |(case, expires_at)| {
                if expires_at > now { Link::Open(CaseId(case)) } else { Link::Expired(CaseId(case)) }
            },
        ))
    }
}
