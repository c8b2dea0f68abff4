//! `relance import cases`

use crate::app::Open;
use crate::service::{Rejection, read_portfolio};
use anyhow::Context as _;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Opens a case for each line of a CSV file.
#[derive(Debug, Args)]
pub(super) struct Cases {
    /// The file: case_ref, creditor, debtor_name, phone, language, invoice, amount, currency, issued_on, due_on, origin,
    /// email, postcode, segment.
    file: PathBuf,
    /// Prints the outcome as JSON.
    #[arg(long)]
    json: bool,
}

impl Cases {
    pub async fn run(self, open: Open) -> anyhow::Result<ExitCode> {
        let bytes = std::fs::read(&self.file).with_context(|| format!("{} cannot be read", self.file.display()))?;
        let portfolio = read_portfolio(&bytes, open.service.creditors())
            .with_context(|| format!("{} is not a portfolio", self.file.display()))?;
        let report = open.service.import(&portfolio.rows).await.context("the import stopped: run it again")?;
        open.close().await;
        let mut rejections = portfolio.rejections;
        rejections.extend(report.rejections);
        rejections.sort_by_key(|rejection| rejection.line);
        let rejected = rejected_file(&self.file);
        write_rejections(&rejected, &portfolio.heading, &rejections)?;
        if self.json {
            let outcome =
                serde_json::json!({ "added": report.added, "known": report.known, "rejected": rejections.len() });
            println!("{outcome}");
        } else {
            println!("{} added, {} already there, {} refused", report.added, report.known, rejections.len());
            for rejection in &rejections {
                let column = if rejection.column.is_empty() { "the line" } else { &rejection.column };
                println!("  line {}, {column}: {}", rejection.line, rejection.reason);
            }
            if !rejections.is_empty() {
                println!("The refused lines are in {}: mend them there and import that file.", rejected.display());
            }
        }
        Ok(if rejections.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// `portfolio.csv` → `portfolio.rejected.csv`, beside it.
fn rejected_file(file: &Path) -> PathBuf {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{}.rejected.csv", name.strip_suffix(".csv").unwrap_or(&name)))
}

/// The refused lines as they came, with what was wrong in three more columns; no file when nothing was refused.
fn write_rejections(path: &Path, heading: &[String], rejections: &[Rejection]) -> anyhow::Result<()> {
    if rejections.is_empty() {
        return match std::fs::remove_file(path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("the old {} cannot be removed", path.display()))
            }
            _ => Ok(()),
        };
    }
    let mut writer = csv::WriterBuilder::new()
        .flexible(true)
        .from_path(path)
        .with_context(|| format!("{} cannot be written", path.display()))?;
    let width = heading.len();
    let notes = ["rejected_line", "rejected_column", "rejected_reason"];
    writer.write_record(heading.iter().map(String::as_str).chain(notes))?;
    for rejection in rejections {
        let line = rejection.line.to_string();
        let padding = std::iter::repeat_n("", width.saturating_sub(rejection.raw.len()));
        let fields = rejection.raw.iter().map(String::as_str).take(width).chain(padding);
        writer.write_record(fields.chain([line.as_str(), &rejection.column, &rejection.reason]))?;
    }
    writer.flush()?;
    Ok(())
}
