//! What an operator edits is looked at again while the service runs: good, it is swapped whole; bad, the last good version
//! stays, and whoever can mend it is told.

use super::outbox_worker::Tick;
use super::rules::{Rules, RulesError};
use super::{Service, ServiceError};
use crate::config::{self, Fingerprint, Settings};
use crate::domain::Approval;
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
    /// The settings of the start.
    pub settings: Settings,
    files: Fingerprint,
}

impl Sources {
    /// The files as they are now: whoever reads the rules from them does so afterwards.
    #[must_use]
    pub fn new(file: Option<PathBuf>, environment: Vec<(String, String)>, settings: Settings) -> Self {
        let files = settings.fingerprint(file.as_deref());
        Self { file, environment, settings, files }
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
        let version = Version { files: files.clone(), approvals };
        if version == watch.tried {
            return Ok(false);
        }
        if files != watch.tried.files && watch.seen.replace(files.clone()) != Some(files) {
            return Ok(false);
        }
        let approved = tx.standing_approvals().await?;
        drop(tx);
        let sources = watch.sources.clone();
        watch.tried = version;
        match apart(move || read(&sources, &approved)).await {
            Some(Ok((settings, files, rules))) => {
                watch.tried.files = files;
                watch.sources.settings = settings;
                self.live.rules.store(Arc::new(rules));
                self.live.trouble.store(None);
                tracing::info!("what was edited is in use");
                Ok(true)
            }
            Some(Err(error)) => {
                let place = match &error {
                    RulesError::Settings(error) => error.place(watch.sources.file.as_deref()),
                    _ => String::new(),
                };
                let problem = format!("{place}{}", crate::telemetry::chain(&error));
                tracing::error!(error = problem, "what was edited cannot be used: the last good version stays");
                self.live.trouble.store(Some(Arc::new(problem)));
                Ok(false)
            }
            None => Ok(false),
        }
    }
}

fn read(sources: &Sources, approved: &[Approval]) -> Result<(Settings, Fingerprint, Rules), RulesError> {
    let mut settings = config::load(sources.file.as_deref(), sources.environment.iter().cloned())?;
    // The carrier is that of the start, and so is the sender of creditors that have none of their own.
    settings.gateway = sources.settings.gateway.clone();
    let files = settings.fingerprint(sources.file.as_deref());
    let rules = Rules::read(&settings, approved)?;
    if rules.creditors.is_empty() {
        return Err(RulesError::NoCreditor);
    }
    Ok((settings, files, rules))
}

/// Runs what reads many files where it holds nobody up.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    let done = tokio::task::spawn_blocking(work).await;
    done.inspect_err(|_| tracing::error!("the files of the operator could not be looked at")).ok()
}
