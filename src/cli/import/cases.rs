//! `relance import cases`.

use super::rejected::Rejected;
use super::source::{Batches, Progress, STOPPED, Source};
use crate::app::Open;
use crate::config::Settings;
use crate::service::{PortfolioRow, Service};
use crate::store::ImportKind;
use anyhow::Context as _;
use clap::Args;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub struct Cases {
    #[command(flatten)]
    source: Source,
    /// By what right the people of lines that do not say so are written to: contract, `legitimate_interest` or consent.
    #[arg(long)]
    basis: Option<String>,
    /// Prints the outcome as JSON.
    #[arg(long)]
    json: bool,
}

impl Cases {
    pub async fn run(self, settings: &Settings, open: Open) -> anyhow::Result<ExitCode> {
        let service = &open.service;
        let mut profile = self.source.profile(settings, service)?;
        if let Some(basis) = &self.basis {
            profile = profile.with_default("basis", basis);
        }
        let hash = self.source.hash(&profile, "cases")?;
        let portfolio = self.source.open::<PortfolioRow>(profile, service)?;
        let mut rejected = Rejected::of(&self.source.file, &portfolio);
        service.store.prepare_for_bulk().await?;
        let mut run = service.begin_import(ImportKind::Cases, &self.source.name(), &hash).await?;
        if run.resumed {
            eprintln!("going on with import {}, which was interrupted", run.id());
        }
        let mut batches = Batches::of(portfolio, Service::IMPORT_BATCH);
        let mut progress = Progress::from(service.clock.now());
        while let Some(batch) = batches.next().await? {
            let rejections = service.import_batch(&mut run, &batch.rows, batch.rejections).await.context(STOPPED)?;
            rejected.add(rejections)?;
            progress.tell(run.counts().lines, service.clock.now());
        }
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
}
