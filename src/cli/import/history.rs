//! `relance import list` and `relance import undo`.

use crate::app::Open;
use crate::domain::ImportId;
use crate::service::Kept;
use crate::store::{Import, ImportKind};
use anyhow::Context as _;
use clap::Args;
use std::process::ExitCode;
use uuid::Uuid;

/// Cases left as they are that are also printed.
const PRINTED: usize = 50;

#[derive(Debug, Args)]
pub struct List {
    /// Prints them as JSON.
    #[arg(long)]
    json: bool,
}

impl List {
    pub async fn run(self, open: Open) -> anyhow::Result<ExitCode> {
        let imports = open.service.imports().await?;
        open.close().await;
        if self.json {
            println!("{}", serde_json::Value::from(imports.iter().map(json).collect::<Vec<_>>()));
        } else if imports.is_empty() {
            println!("Nothing was imported.");
        } else {
            for import in &imports {
                println!("{}", line(import));
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn state(import: &Import) -> &'static str {
    match (import.undone_at, import.finished_at) {
        (Some(_), _) => "taken back",
        (None, Some(_)) => "done",
        (None, None) => "interrupted: import the same file again",
    }
}

const fn kind(import: &Import) -> &'static str {
    match import.kind {
        ImportKind::Cases => "cases",
        ImportKind::Payments => "payments",
    }
}

fn line(import: &Import) -> String {
    let counts = import.counts;
    let done = match import.kind {
        ImportKind::Cases => format!("{} added, {} changed", counts.added, counts.changed),
        ImportKind::Payments => format!("{} written down", counts.added),
    };
    format!(
        "{}  {} UTC  {} of {}  {done}, {} already there, {} refused  {}",
        import.id,
        import.started_at.format("%Y-%m-%d %H:%M"),
        kind(import),
        import.name,
        counts.unchanged,
        counts.refused,
        state(import)
    )
}

fn json(import: &Import) -> serde_json::Value {
    let counts = import.counts;
    serde_json::json!({
        "import": import.id, "kind": import.kind, "name": import.name, "started_at": import.started_at, "finished_at": import.finished_at,
        "undone_at": import.undone_at, "added": counts.added, "changed": counts.changed, "unchanged": counts.unchanged,
        "refused": counts.refused,
    })
}

fn id(text: &str) -> Result<Uuid, String> {
    let wrong = "no import is called so: copy its id, the first column of relance import list".to_owned();
    text.trim().parse().map_err(|_| wrong)
}

#[derive(Debug, Args)]
pub struct Undo {
    /// The import, as `relance import list` names it.
    #[arg(value_parser = id)]
    id: Uuid,
    /// Prints the outcome as JSON.
    #[arg(long)]
    json: bool,
}

impl Undo {
    pub async fn run(self, open: Open) -> anyhow::Result<ExitCode> {
        let report = open.service.undo_import(ImportId(self.id)).await.context("run it again, and it goes on")?;
        open.close().await;
        let report = report.with_context(|| format!("there is no import {}: see relance import list", self.id))?;
        if self.json {
            let kept = |kept: &Kept| serde_json::json!({ "case_ref": kept.reference, "reason": kept.reason });
            let kept: Vec<_> = report.kept.iter().map(kept).collect();
            println!("{}", serde_json::json!({ "removed": report.removed, "restored": report.restored, "kept": kept }));
        } else {
            println!("{} removed, {} put as they were, {} left", report.removed, report.restored, report.kept.len());
            for Kept { reference, reason } in report.kept.iter().take(PRINTED) {
                println!("  {reference}: {reason}");
            }
            if report.kept.len() > PRINTED {
                println!("  and {} more: --json tells them all", report.kept.len() - PRINTED);
            }
        }
        Ok(if report.kept.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
