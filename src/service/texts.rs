//! The operator's own texts: which wait, and the word of the second person who approves them or takes that back.

use super::{Service, ServiceError};
use crate::domain::{Approval, Language, is_same_person};
use crate::wording::{TextVersion, Waiting};

/// Why a word on a text is not taken: nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// Nothing of that name waits.
    #[error("no text `{0}` waits for approval: `relance templates list` tells which do")]
    NotWaiting(String),
    /// It is not the version that was shown.
    #[error("the text `{0}` is not the version that was shown: it has changed since; look at it again")]
    Changed(String),
    /// Nobody gives it.
    #[error("nobody is named: say who approves it")]
    Nobody,
    /// Its author may not.
    #[error("{author} wrote `{text}`: somebody else approves it")]
    Author {
        /// The text.
        text: String,
        /// Its author.
        author: String,
    },
    /// The checker wants a reason.
    #[error("`{text}` wants a reason, because it says « {words} »")]
    ReasonWanted {
        /// The text.
        text: String,
        /// What it says.
        words: String,
    },
    /// There is nothing to withdraw.
    #[error("no approval of `{0}` stands")]
    NotApproved(String),
    /// Something else failed.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

impl From<crate::store::StoreError> for ApprovalError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Service(error.into())
    }
}

/// A text by its language and name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextName {
    /// Its language.
    pub language: Language,
    /// `menu`, `reminder/first`.
    pub name: String,
}

impl TextName {
    /// Reads `fr/menu`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (language, name) = text.trim_end_matches(".txt").split_once('/')?;
        Some(Self { language: Language::parse(language)?, name: name.to_owned() })
    }

    /// Reads `fr/menu@3fa9c0ffee12`: a text, and the beginning of the hash of a version where there is one.
    #[must_use]
    pub fn parse_version(text: &str) -> Option<(Self, Option<&str>)> {
        let hash = text.rsplit_once('@').filter(|(_, hash)| is_hash(hash));
        let (name, hash) = hash.map_or((text, None), |(name, hash)| (name, Some(hash)));
        Some((Self::parse(name)?, hash))
    }

    fn is_of(&self, text: &TextVersion) -> bool {
        self.language == text.language && self.name == text.name
    }
}

/// Enough of a hash to tell a version; a variant that is called so is told by its whole name and a hash.
fn is_hash(text: &str) -> bool {
    (8..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

impl std::fmt::Display for TextName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.language, self.name)
    }
}

/// One version of a text, and whose word it has.
#[derive(Debug, Clone)]
pub struct TextView {
    /// The version.
    pub text: TextVersion,
    /// The approval that stands; the program's own texts need none.
    pub approval: Option<Approval>,
    /// Whether it waits for one; else it is in use.
    pub waits: bool,
}

impl Service {
    /// Every text: the version in use, then those that wait to take its place or to stand beside it.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn texts(&self) -> Result<Vec<TextView>, ServiceError> {
        let words = self.rules().words.clone();
        let approvals = self.store.snapshot().await?.standing_approvals().await?;
        let mut views = Vec::new();
        for text in words.in_use() {
            // A text, and the variants of it that the operator adds.
            let waiting: Vec<_> =
                words.waiting().iter().filter(|one| one.in_use == text).map(|one| one.text.clone()).collect();
            let approval = approvals.iter().rfind(|one| is_approval_of(one, &text)).cloned();
            views.push(TextView { text, approval, waits: false });
            views.extend(waiting.into_iter().map(|text| TextView { text, approval: None, waits: true }));
        }
        Ok(views)
    }

    /// Gives the word of `by` on the version of a text that waits: on the one of that `hash`, when it was shown to them. The
    /// hash of the version that has it now.
    ///
    /// # Errors
    /// When it does not wait, `by` wrote it or is nobody, the checker wants a reason, or the store fails.
    pub async fn approve_text(
        &self,
        name: &TextName,
        hash: Option<&str>,
        by: &str,
        reason: Option<&str>,
    ) -> Result<String, ApprovalError> {
        Ok(self.approve_texts(&[(name, hash)], by, reason).await?.concat())
    }

    /// The same of several texts: all of them, or none.
    ///
    /// # Errors
    /// With the first that cannot be approved; nothing is then.
    pub async fn approve_texts(
        &self,
        texts: &[(&TextName, Option<&str>)],
        by: &str,
        reason: Option<&str>,
    ) -> Result<Vec<String>, ApprovalError> {
        let words = self.rules().words.clone();
        let mut approvals = Vec::new();
        for (name, hash) in texts {
            let found = words.waiting().iter().find(|waiting| name.is_of(&waiting.text));
            let waiting = found.ok_or_else(|| ApprovalError::NotWaiting(name.to_string()))?;
            if hash.is_some_and(|shown| !waiting.text.hash.starts_with(shown)) {
                return Err(ApprovalError::Changed(name.to_string()));
            }
            let approval = Approval { reason: said(reason), ..self.word(&waiting.text, by)? };
            if is_same_person(&approval.author, &approval.approved_by) {
                return Err(ApprovalError::Author { text: name.to_string(), author: approval.author });
            }
            if waiting.wants_a_reason() && approval.reason.is_none() {
                return Err(ApprovalError::ReasonWanted { text: name.to_string(), words: doubts(waiting) });
            }
            approvals.push(approval);
        }
        let mut tx = self.store.begin().await?;
        for approval in &approvals {
            tx.approve(approval).await?;
        }
        tx.commit().await?;
        self.reload().await?;
        Ok(approvals.into_iter().map(|approval| approval.hash).collect())
    }

    /// Takes back the approval of a text: of the version in use, else of the last one approved, which must be the one of that
    /// `hash`, when it was shown to them. What was written by it and has not left never will. The hash of that version.
    ///
    /// # Errors
    /// When no approval stands, it is not of the version that was shown, `by` is nobody, or the store fails.
    pub async fn withdraw_text(
        &self,
        name: &TextName,
        hash: Option<&str>,
        by: &str,
        reason: Option<&str>,
    ) -> Result<String, ApprovalError> {
        Ok(self.withdraw_texts(&[(name, hash)], by, reason).await?.concat())
    }

    /// The same of several texts: all of them, or none.
    ///
    /// # Errors
    /// With the first whose approval cannot be taken back; none is then.
    pub async fn withdraw_texts(
        &self,
        texts: &[(&TextName, Option<&str>)],
        by: &str,
        reason: Option<&str>,
    ) -> Result<Vec<String>, ApprovalError> {
        let mut tx = self.store.begin().await?;
        let standing = tx.standing_approvals().await?;
        let in_use = self.rules().words.in_use();
        let mut hashes = Vec::new();
        for (name, hash) in texts {
            let of_text: Vec<&Approval> =
                standing.iter().filter(|one| one.language == name.language && one.name == name.name).collect();
            let of_use = |approval: &&&Approval| in_use.iter().any(|text| is_approval_of(approval, text));
            let withdrawn = of_text.iter().rfind(of_use).or(of_text.last());
            let withdrawn = *withdrawn.ok_or_else(|| ApprovalError::NotApproved(name.to_string()))?;
            if hash.is_some_and(|shown| !withdrawn.hash.starts_with(shown)) {
                return Err(ApprovalError::Changed(name.to_string()));
            }
            let (approved_by, reason, at) = (named(by)?, said(reason), self.clock.now());
            let withdrawal = Approval { approved_by, reason, at, ..withdrawn.clone() };
            tx.withdraw(&withdrawal).await?;
            hashes.push(withdrawal.hash);
        }
        tx.commit().await?;
        self.reload().await?;
        Ok(hashes)
    }

    fn word(&self, text: &TextVersion, by: &str) -> Result<Approval, ApprovalError> {
        Ok(Approval {
            name: text.name.clone(),
            language: text.language,
            hash: text.hash.clone(),
            source: text.source.clone(),
            author: text.author.clone().unwrap_or_default(),
            approved_by: named(by)?,
            reason: None,
            at: self.clock.now(),
        })
    }
}

fn is_approval_of(approval: &Approval, text: &TextVersion) -> bool {
    approval.hash == text.hash && approval.language == text.language && approval.name == text.name
}

fn named(by: &str) -> Result<String, ApprovalError> {
    said(Some(by)).ok_or(ApprovalError::Nobody)
}

fn said(text: Option<&str>) -> Option<String> {
    text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn doubts(waiting: &Waiting) -> String {
    waiting.findings.iter().map(|finding| finding.words.as_str()).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_named_with_or_without_its_variant_and_its_version() {
        let read = |text| TextName::parse_version(text).map(|(name, hash)| (name.to_string(), hash));
        for (text, name, hash) in [
            ("fr/menu", "fr/menu", None),
            ("fr/menu@3fa9c0ff", "fr/menu", Some("3fa9c0ff")),
            ("fr/reminder/first@direct", "fr/reminder/first@direct", None),
            ("fr/reminder/first@direct@3fa9c0ffee12", "fr/reminder/first@direct", Some("3fa9c0ffee12")),
            ("fr/reminder/first@cafe", "fr/reminder/first@cafe", None),
        ] {
            assert_eq!(read(text), Some((name.to_owned(), hash)), "{text}");
        }
        assert_eq!(read("menu"), None);
    }
}
