//! What an operator may change while the service runs, held as one value: whoever decides takes one version and keeps it.

use super::{Profile, ProfileError, Service, ServiceError};
use crate::config::{ConfigError, Settings};
use crate::domain::{Approval, Creditor, CreditorKey, Language};
use crate::wording::{WordingError, Words};
use arc_swap::{ArcSwap, ArcSwapOption};
use std::ops::Deref;
use std::sync::Arc;

/// Why rules cannot be used, with the file, the line and what to do.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// The settings, the plans or the figures of a country.
    #[error(transparent)]
    Settings(#[from] ConfigError),
    /// The texts.
    #[error("the templates cannot be used")]
    Words(#[source] WordingError),
    /// An import profile.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// A creditor writes in a language that we do not.
    #[error(
        "the creditor `{creditor}` writes in `{language}`, which has no templates: write fr or en in its languages"
    )]
    Speechless {
        /// Which.
        creditor: CreditorKey,
        /// The language.
        language: Language,
    },
    /// Nobody is owed.
    #[error("no creditor is set: add a [[creditors]]")]
    NoCreditor,
    /// A creditor goes while its cases go on.
    #[error(
        "the creditor `{0}` is gone, but has cases that are not over: add it back; to part with it, close its cases, then \
         start again"
    )]
    Dropped(CreditorKey),
}

/// Who is owed, under which policies, and all that we can say.
pub struct Rules {
    /// All creditors of the settings.
    pub creditors: Vec<Creditor>,
    /// Speaks.
    pub words: Arc<Words>,
}

impl Rules {
    /// Reads all of them: bad ones are refused whole.
    ///
    /// # Errors
    /// The first thing that cannot be used.
    pub fn read(settings: &Settings, approvals: &[Approval]) -> Result<Self, RulesError> {
        let creditors = settings.creditors()?;
        let words = match settings.wording.own_folder() {
            Some(folder) => Words::open(folder, approvals),
            None => Words::embedded(),
        };
        let words = words.map_err(RulesError::Words)?;
        if let Some(folder) = settings.import.folder() {
            Profile::check(folder)?;
        }
        for creditor in &creditors {
            if let Some(language) = creditor.languages.iter().find(|language| !words.speaks(**language)) {
                return Err(RulesError::Speechless { creditor: creditor.key.clone(), language: *language });
            }
        }
        Ok(Self { creditors, words: Arc::new(words) })
    }

    /// The creditor of that key.
    ///
    /// # Errors
    /// When the settings no longer name it.
    pub fn creditor(&self, key: &CreditorKey) -> Result<&Creditor, ServiceError> {
        let found = self.creditors.iter().find(|creditor| creditor.key == *key);
        found.ok_or_else(|| ServiceError::UnknownCreditor(key.clone()))
    }
}

/// The creditor of one version of the rules, whatever is swapped meanwhile.
pub struct OneCreditor {
    rules: Arc<Rules>,
    at: usize,
}

impl Deref for OneCreditor {
    type Target = Creditor;

    fn deref(&self) -> &Creditor {
        &self.rules.creditors[self.at]
    }
}

/// The rules of now, and why newer ones were refused.
pub(super) struct Live {
    pub rules: ArcSwap<Rules>,
    pub trouble: ArcSwapOption<String>,
}

impl Service {
    /// The rules of now.
    #[must_use]
    pub fn rules(&self) -> Arc<Rules> {
        self.pinned.clone().unwrap_or_else(|| self.live.rules.load_full())
    }

    /// The same service, whose rules stay those of now.
    pub(super) fn steady(&self) -> Self {
        Self { pinned: Some(self.rules()), ..self.clone() }
    }

    /// Why the last rules that were written are not in use, when they are not.
    #[must_use]
    pub fn trouble(&self) -> Option<Arc<String>> {
        self.live.trouble.load_full()
    }

    /// All creditors of the settings.
    #[must_use]
    pub fn creditors(&self) -> Vec<Creditor> {
        self.rules().creditors.clone()
    }

    /// The creditor of that key.
    ///
    /// # Errors
    /// When the settings no longer name it.
    pub fn creditor(&self, key: &CreditorKey) -> Result<OneCreditor, ServiceError> {
        let rules = self.rules();
        let found = rules.creditors.iter().position(|creditor| creditor.key == *key);
        let at = found.ok_or_else(|| ServiceError::UnknownCreditor(key.clone()))?;
        Ok(OneCreditor { rules, at })
    }
}
