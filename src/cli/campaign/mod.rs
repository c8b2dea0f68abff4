//! `relance campaign`: one reminder to many.

mod acts;
mod plan;
mod show;

use crate::app::Open;
use crate::config::Settings;
use clap::Subcommand;
use std::process::ExitCode;

/// Campaigns: one reminder to many, at a measured pace, with variants of wording to compare.
#[derive(Debug, Subcommand)]
pub(super) enum Campaign {
    /// Chooses whom a campaign takes; with `--dry-run`, only shows who would get what, when and at what cost.
    Plan(plan::Plan),
    /// Starts a campaign that is planned.
    Start(acts::Named),
    /// Holds it: nothing more is written, and what is queued waits.
    Pause(acts::Named),
    /// Lets a paused one go on.
    Resume(acts::Named),
    /// Ends it for good: what has not left is called back.
    Stop(acts::Named),
    /// All campaigns, the latest first.
    List(show::List),
    /// What became of a campaign's people, by the wording that they drew.
    Show(show::Show),
}

impl Campaign {
    pub async fn run(self, open: Open, settings: &Settings) -> anyhow::Result<ExitCode> {
        use crate::domain::CampaignState::{Paused, Running, Stopped};
        match &self {
            Self::Plan(verb) => verb.run(&open, settings).await,
            Self::Start(verb) => verb.run(&open, Running, "started").await,
            Self::Pause(verb) => verb.run(&open, Paused, "paused").await,
            Self::Resume(verb) => verb.run(&open, Running, "resumed").await,
            Self::Stop(verb) => verb.run(&open, Stopped, "stopped").await,
            Self::List(verb) => verb.run(&open).await,
            Self::Show(verb) => verb.run(&open).await,
        }?;
        open.close().await;
        Ok(ExitCode::SUCCESS)
    }
}
