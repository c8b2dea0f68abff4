//! The file of an import, and how it is read: one thread reads and checks the lines while the store writes those before.

use crate::config::Settings;
use crate::service::{Batch, Entry, ImportFile, PortfolioError, Profile, Service};
use anyhow::Context as _;
use chrono::{DateTime, Duration, Utc};
use clap::Args;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Batches that wait for the store: a file is never held whole.
const WAITING: usize = 1;
/// Read at once for the hash.
const BUFFER: usize = 256 * 1024;
/// What whoever runs an import that failed does.
pub const STOPPED: &str = "the import stopped: run it again, and it goes on where it was";

#[derive(Debug, Args)]
pub struct Source {
    /// The file; its first line names the columns.
    pub file: PathBuf,
    /// How the file is written: cegid, ebp, pennylane, quadra, quickbooks-uk, quickbooks-us, sage-fr, sage-uk, xero, a
    /// profile of the folder of `import.profiles`, or a file NAME.toml. Without it, the columns have our own names.
    #[arg(long)]
    profile: Option<String>,
    /// The key of the creditor of lines that name none; needless where the settings have one creditor.
    #[arg(long)]
    creditor: Option<String>,
}

impl Source {
    /// What the import is called.
    pub fn name(&self) -> String {
        self.file.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    pub fn profile(&self, settings: &Settings, service: &Service) -> anyhow::Result<Profile> {
        let profile = match &self.profile {
            Some(name) => Profile::find(name, settings.import.folder())?,
            None => Profile::default(),
        };
        Ok(if let Some(key) = &self.creditor {
            let known = service.creditors().iter().any(|creditor| creditor.key.0 == *key);
            anyhow::ensure!(known, "the settings name no creditor `{key}`");
            profile.with_default("creditor", key)
        } else if let [only] = &service.creditors()[..] {
            profile.with_default("creditor", &only.key.0)
        } else {
            profile
        })
    }

    /// Reads the heading.
    pub fn open<T: Entry>(&self, profile: Profile, service: &Service) -> anyhow::Result<ImportFile<File, T>> {
        let shown = self.file.display();
        let file = File::open(&self.file).with_context(|| format!("{shown} cannot be read"))?;
        let read = ImportFile::open(file, profile, service.creditors().to_vec());
        read.with_context(|| format!("{shown} cannot be brought in"))
    }

    /// Of the bytes, of how they are read, and of what for.
    pub fn hash(&self, profile: &Profile, what: &str) -> anyhow::Result<String> {
        let hash = || -> std::io::Result<String> {
            let mut hasher = Sha256::new();
            hasher.update(format!("{what} {profile:?}"));
            let mut file = File::open(&self.file)?;
            let mut buffer = vec![0; BUFFER];
            loop {
                match file.read(&mut buffer)? {
                    0 => break,
                    read => hasher.update(&buffer[..read]),
                }
            }
            Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
        };
        hash().with_context(|| format!("{} cannot be read", self.file.display()))
    }
}

/// The lines of a file, a batch at a time, read ahead by a thread of their own.
pub struct Batches<T> {
    waiting: mpsc::Receiver<Batch<T>>,
    reading: Option<JoinHandle<Result<(), PortfolioError>>>,
}

impl<T: Entry + 'static> Batches<T> {
    pub fn of(mut file: ImportFile<File, T>, most: usize) -> Self {
        let (sender, waiting) = mpsc::channel(WAITING);
        let reading = tokio::task::spawn_blocking(move || {
            while let Some(batch) = file.next_batch(most)? {
                if sender.blocking_send(batch).is_err() {
                    break;
                }
            }
            Ok(())
        });
        Self { waiting, reading: Some(reading) }
    }

    /// The next lines; none at the end.
    pub async fn next(&mut self) -> anyhow::Result<Option<Batch<T>>> {
        if let Some(batch) = self.waiting.recv().await {
            return Ok(Some(batch));
        }
        if let Some(reading) = self.reading.take() {
            reading.await.context("the reading of the file died")?.context(STOPPED)?;
        }
        Ok(None)
    }
}

/// How far it came, once a second at most.
pub struct Progress {
    began: DateTime<Utc>,
    told: Option<DateTime<Utc>>,
}

impl Progress {
    pub const fn from(began: DateTime<Utc>) -> Self {
        Self { began, told: None }
    }

    pub fn tell(&mut self, lines: u64, now: DateTime<Utc>) {
        if self.told.is_some_and(|told| now - told < Duration::seconds(1)) {
            return;
        }
        self.told = Some(now);
        let milliseconds = (now - self.began).num_milliseconds().unsigned_abs().max(1);
        eprintln!("{lines} lines, {} a second", lines * 1_000 / milliseconds);
    }
}
