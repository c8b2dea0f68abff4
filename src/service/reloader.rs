//! What an operator edits is looked at again while the service runs: good, it is swapped whole; bad, the last good version
//! stays, and whoever can mend it is told.

use super::outbox_worker::Tick;
use super::rules::{Rules, RulesError};
use super::{Service, ServiceError};
use crate::config::{self, Fingerprint, Sections, Settings};
use crate::domain::{Approval, Creditor, CreditorKey};
use std::path::PathBuf;
use std::sync::Arc;
use tokio::sync::Mutex;

/// Where the rules are read again.
#[derive(Clone)]
pub struct Sources {
    /// The settings file; none when there is none.
    pub file: Option<PathBuf>,
    /// The variables that were laid over it at the start.
    pub environment: Vec<(String, String)>,
    /// The settings of the start, which say what to watch until others are read.
    pub settings: Settings,
    /// The sections that a service keeps as they were at its start.
    at_start: Sections,
    files: Fingerprint,
}

impl Sources {
    /// The files as they are now: whoever reads the rules from them does so afterwards.
    #[must_use]
    pub fn new(file: Option<PathBuf>, environment: Vec<(String, String)>, settings: Settings) -> Self {
        let files = settings.fingerprint(file.as_deref());
        let at_start = settings.sections.clone();
        Self { file, environment, settings, at_start, files }
    }
}

/// What was looked at so far.
pub(super) struct Watch {
    sources: Sources,
    /// The version tried last, good or bad.
    tried: Version,
    /// The files as they were when they were last found changed.
    seen: Option<Fingerprint>,
}

/// All that the rules come from: the files, and how many approvals of texts there are.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Version {
    files: Fingerprint,
    approvals: i64,
}

/// Looks again at what an operator edits.
#[derive(Clone)]
pub struct Reloader {
    service: Service,
}

impl Reloader {
    /// A worker that looks at what `service` was told to watch.
    #[must_use]
    pub const fn new(service: Service) -> Self {
        Self { service }
    }

    /// One turn. An editor may be in the middle of a file: a change is read on the turn after the one that saw it, if it
    /// still stands.
    ///
    /// # Errors
    /// When the store fails; what is in use stays.
    pub async fn tick(&self) -> Result<Tick, ServiceError> {
        Ok(Tick { worked: usize::from(self.service.reload().await?) })
    }
}

impl Service {
    /// The same, that looks again at `sources` when it is asked to; what it has was read from them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn watching(self, sources: Sources) -> Result<Self, ServiceError> {
        let approvals = self.store.snapshot().await?.count_approvals().await?;
        let files = sources.files.clone();
        let watch = Watch { sources, tried: Version { files, approvals }, seen: None };
        Ok(Self { watch: Some(Arc::new(Mutex::new(watch))), ..self })
    }

    /// Swaps the rules if they have changed and are good. True when it did.
    pub(super) async fn reload(&self) -> Result<bool, ServiceError> {
        let Some(watch) = &self.watch else { return Ok(false) };
        let mut watch = watch.lock().await;
        let mut tx = self.store.snapshot().await?;
        let approvals = tx.count_approvals().await?;
        let sources = watch.sources.clone();
        let Some(files) = apart(move || sources.settings.fingerprint(sources.file.as_deref())).await else {
            return Ok(false);
        };
        if (Version { files: files.clone(), approvals }) == watch.tried {
            return Ok(false);
        }
        if files != watch.tried.files && watch.seen.replace(files.clone()).as_ref() != Some(&files) {
            return Ok(false);
        }
        let approved = tx.standing_approvals().await?;
        drop(tx);
        let sources = watch.sources.clone();
        let read = apart(move || read(&sources, &files, &approved)).await.flatten();
        let Some(Edited { settings, files, rules }) = read else { return Ok(false) };
        let rules = match rules {
            Ok(rules) => self.dropped(&rules).await?.map_or(Ok(rules), |key| Err(RulesError::Dropped(key))),
            refused => refused,
        };
        watch.tried = Version { files, approvals };
        let waiting = settings.sections.changed_since(&watch.sources.at_start);
        watch.sources.settings = settings;
        match rules {
            Ok(rules) => {
                self.live.rules.store(Arc::new(rules));
                self.live.trouble.store(None);
                tracing::info!("what was edited is in use");
                if !waiting.is_empty() {
                    tracing::warn!(
                        sections = waiting.join(", "),
                        "these settings changed too, and wait for the next start"
                    );
                }
                Ok(true)
            }
            Err(error) => {
                let file = watch.sources.file.as_deref();
                let place = match &error {
                    RulesError::Settings(error) => error.place(file),
                    RulesError::Dropped(_) => file.map(|file| format!("{}: ", file.display())).unwrap_or_default(),
                    _ => String::new(),
                };
                let problem = format!("{place}{}", crate::telemetry::chain(&error));
                tracing::error!(error = problem, "what was edited cannot be used: the last good version stays");
                self.live.trouble.store(Some(Arc::new(problem)));
                Ok(false)
            }
        }
    }

    /// The creditor whom `rules` leave out while its cases go on: nobody could answer for them, and their timers would ring
    /// for nothing.
    async fn dropped(&self, rules: &Rules) -> Result<Option<CreditorKey>, ServiceError> {
        let mut tx = self.store.snapshot().await?;
        for Creditor { key, .. } in &self.live.rules.load_full().creditors {
            if rules.creditor(key).is_err() && tx.has_cases_under_way(key).await? {
                return Ok(Some(key.clone()));
            }
        }
        Ok(None)
    }
}

/// What one reading of the files gave.
struct Edited {
    /// The settings to watch from now on: those that were read, or where they cannot be, those of before.
    settings: Settings,
    /// The files that they name.
    files: Fingerprint,
    rules: Result<Rules, RulesError>,
}

/// Reads the files, whose fingerprint was `seen`. None when one of them changed while they were read: what was read may be
/// half of each.
fn read(sources: &Sources, seen: &Fingerprint, approved: &[Approval]) -> Option<Edited> {
    let (file, start) = (sources.file.as_deref(), &sources.settings);
    let written = config::read(file, sources.environment.iter().cloned());
    // The carrier is that of the start, and so is the sender of creditors that have none of their own; so is the server of
    // mail, and whether a creditor writes by itself.
    let settings = written.as_ref().map_or_else(
        |_| start.clone(),
        |written| Settings { gateway: start.gateway.clone(), email: start.email.clone(), ..written.clone() },
    );
    let files = settings.fingerprint(file);
    let rules = written.and_then(|written| written.check()).map_err(RulesError::from).and_then(|()| {
        let rules = Rules::read(&settings, approved)?;
        if rules.creditors.is_empty() { Err(RulesError::NoCreditor) } else { Ok(rules) }
    });
    let unchanged = settings.fingerprint(file) == files && start.fingerprint(file) == *seen;
    unchanged.then_some(Edited { settings, files, rules })
}

/// Runs what reads many files where it holds nobody up.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.inspect_err(|_| tracing::error!("the files of the operator could not be looked at")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_while_it_is_read_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("relance.toml");
        std::fs::write(&file, config::EXAMPLE).unwrap();
        let settings = config::load(Some(&file), []).unwrap();
        let sources = Sources::new(Some(file.clone()), Vec::new(), settings);
        let seen = sources.files.clone();
        assert!(read(&sources, &seen, &[]).is_some_and(|edited| edited.rules.is_ok() && edited.files == seen));
        std::fs::write(&file, config::EXAMPLE.replace("offer_days = 7", "offer_days = 5")).unwrap();
        assert!(read(&sources, &seen, &[]).is_none(), "it is not the version that was seen");
    }
}
