//! `relance import cases`: one thread reads and checks the lines while the store writes those before.

use super::rejected::Rejected;
use crate::app::Open;
use crate::config::Settings;
use crate::service::{Batch, ImportRun, PortfolioError, PortfolioFile, Profile, Service};
use anyhow::Context as _;
use chrono::{DateTime, Duration, Utc};
use clap::Args;
use sha2::{Digest as _, Sha256};
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tokio::sync::mpsc;

/// Batches that wait for the store: a file is never held whole.
const WAITING: usize = 1;
/// Read at once for the hash.
const BUFFER: usize = 256 * 1024;

#[derive(Debug, Args)]
pub struct Cases {
    /// The file; its first line names the columns.
    file: PathBuf,
    /// How the file is written: cegid, ebp, pennylane, quadra, quickbooks-uk, quickbooks-us, sage-fr, sage-uk, xero, a
    /// profile of the folder of `import.profiles`, or a file NAME.toml. Without it, the columns have our own names.
    #[arg(long)]
    profile: Option<String>,
    /// The key of the creditor of lines that name none; needless where the settings have one creditor.
    #[arg(long)]
    creditor: Option<String>,
    /// By what right the people of lines that do not say so are written to: contract, `legitimate_interest` or consent.
    #[arg(long)]
    basis: Option<String>,
    /// Prints the outcome as JSON.
    #[arg(long)]
    json: bool,
}

impl Cases {
    pub async fn run(self, settings: &Settings, open: Open) -> anyhow::Result<ExitCode> {
        let shown = self.file.display();
        let service = &open.service;
        let profile = self.profile(settings, service)?;
        let hash = hash(&self.file, &profile).with_context(|| format!("{shown} cannot be read"))?;
        let file = File::open(&self.file).with_context(|| format!("{shown} cannot be read"))?;
        let portfolio = PortfolioFile::open(file, profile, service.creditors());
        let portfolio = portfolio.with_context(|| format!("{shown} is not a portfolio"))?;
        let mut rejected = Rejected::of(&self.file, &portfolio);
        let name = self.file.file_name().unwrap_or_default().to_string_lossy();
        service.store.prepare_for_bulk().await?;
        let mut run = service.begin_import(&name, &hash).await?;
        if run.resumed {
            eprintln!("going on with import {}, which was interrupted", run.id());
        }
        let written = write(service, portfolio, &mut run, &mut rejected).await;
        written.context("the import stopped: run it again, and it goes on where it was")?;
        rejected.close()?;
        let (id, counts, without_letter) = (run.id(), run.counts(), run.without_letter);
        service.finish_import(run).await?;
        open.close().await;
        if self.json {
            let outcome = serde_json::json!({
                "import": id, "added": counts.added, "changed": counts.changed, "unchanged": counts.unchanged,
                "refused": counts.refused,
            });
            println!("{outcome}");
        } else {
            println!(
                "{} added, {} changed, {} already there, {} refused: import {id}",
                counts.added, counts.changed, counts.unchanged, counts.refused
            );
            rejected.print();
            if without_letter > 0 {
                println!(
                    "{without_letter} of them have no letter: an agency writes by letter first (R124-4). Import them again \
                     with letter_reference, letter_sent_on and letter_hash."
                );
            }
        }
        Ok(if counts.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    fn profile(&self, settings: &Settings, service: &Service) -> anyhow::Result<Profile> {
        let mut profile = match &self.profile {
            Some(name) => Profile::find(name, settings.import.folder())?,
            None => Profile::default(),
        };
        if let Some(key) = &self.creditor {
            let known = service.creditors().iter().any(|creditor| creditor.key.0 == *key);
            anyhow::ensure!(known, "the settings name no creditor `{key}`");
            profile = profile.with_default("creditor", key);
        } else if let [only] = &*service.creditors() {
            profile = profile.with_default("creditor", &only.key.0);
        }
        if let Some(basis) = &self.basis {
            profile = profile.with_default("basis", basis);
        }
        Ok(profile)
    }
}

async fn write(
    service: &Service,
    mut portfolio: PortfolioFile<File>,
    run: &mut ImportRun,
    rejected: &mut Rejected,
) -> anyhow::Result<()> {
    let (sender, mut batches) = mpsc::channel::<Batch>(WAITING);
    let reading = tokio::task::spawn_blocking(move || {
        while let Some(batch) = portfolio.next_batch(Service::IMPORT_BATCH)? {
            if sender.blocking_send(batch).is_err() {
                break;
            }
        }
        Ok::<(), PortfolioError>(())
    });
    let mut progress = Progress { began: service.clock.now(), told: None };
    while let Some(batch) = batches.recv().await {
        let rejections = service.import_batch(run, &batch.rows, batch.rejections).await?;
        rejected.add(rejections)?;
        progress.tell(run.counts().lines, service.clock.now());
    }
    Ok(reading.await.context("the reading of the file died")??)
}

/// How far it came, once a second at most.
struct Progress {
    began: DateTime<Utc>,
    told: Option<DateTime<Utc>>,
}

impl Progress {
    fn tell(&mut self, lines: u64, now: DateTime<Utc>) {
        if self.told.is_some_and(|told| now - told < Duration::seconds(1)) {
            return;
        }
        self.told = Some(now);
        let milliseconds = (now - self.began).num_milliseconds().unsigned_abs().max(1);
        eprintln!("{lines} lines, {} a second", lines * 1_000 / milliseconds);
    }
}

/// Of the bytes and of how they are read.
fn hash(file: &Path, profile: &Profile) -> std::io::Result<String> {
    let mut hasher = Sha256::new();
    hasher.update(format!("{profile:?}"));
    let mut file = File::open(file)?;
    let mut buffer = vec![0; BUFFER];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            read => hasher.update(&buffer[..read]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}
