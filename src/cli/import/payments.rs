//! `relance import payments`.

use super::rejected::Rejected;
use super::source::{Batches, Progress, STOPPED, Source};
use crate::app::Open;
use crate::config::Settings;
use crate::service::{PaymentLine, Service};
use anyhow::Context as _;
use clap::Args;
use std::process::ExitCode;

#[derive(Debug, Args)]
pub struct Payments {
    #[command(flatten)]
    source: Source,
    /// Thanks nobody. Without it, those who paid within a week are thanked, at an hour at which they may be written to.
    #[arg(long)]
    quiet: bool,
    /// Prints the outcome as JSON.
    #[arg(long)]
    json: bool,
}

impl Payments {
    pub async fn run(self, settings: &Settings, open: Open) -> anyhow::Result<ExitCode> {
        let service = &open.service;
        let profile = self.source.profile(settings, service)?;
        let hash = self.source.hash(&profile, "payments")?;
        let file = self.source.open::<PaymentLine>(profile, service)?;
        let mut rejected = Rejected::of(&self.source.file, &file);
        let mut run = service.begin_payments(&self.source.name(), &hash, self.quiet).await?;
        let id = run.run().id();
        if run.run().resumed {
            eprintln!("going on with import {id}, which was interrupted");
        }
        let mut batches = Batches::of(file, Service::PAYMENTS_BATCH);
        let mut progress = Progress::from(service.clock.now());
        while let Some(batch) = batches.next().await? {
            let rejections = service.import_payments(&mut run, &batch.rows, batch.rejections).await.context(STOPPED)?;
            rejected.add(rejections)?;
            progress.tell(run.run().counts().lines, service.clock.now());
        }
        rejected.close()?;
        let counts = run.run().counts();
        service.finish_payments(run).await?;
        open.close().await;
        if self.json {
            let outcome = serde_json::json!({
                "import": id, "added": counts.added, "unchanged": counts.unchanged, "refused": counts.refused,
            });
            println!("{outcome}");
        } else {
            println!(
                "{} written down, {} already there, {} refused: import {id}",
                counts.added, counts.unchanged, counts.refused
            );
            rejected.print();
        }
        Ok(if counts.refused == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
