//! `relance import`: cases and payments in from files, the imports so far, and taking one back.

mod cases;
mod history;
mod payments;
mod rejected;
mod source;

use crate::app::Open;
use crate::config::Settings;
use clap::Subcommand;
use std::process::ExitCode;

#[derive(Debug, Subcommand)]
pub(super) enum Import {
    /// Opens a case for each line of a file, and corrects those that are known.
    Cases(cases::Cases),
    /// Writes down the payment, or the reversal, of each line of a file, and moves its case.
    Payments(payments::Payments),
    /// Lists the imports begun last.
    List(history::List),
    /// Takes back what an import opened, changed or wrote down, where nothing has happened since.
    Undo(history::Undo),
}

impl Import {
    pub async fn run(self, settings: Settings) -> anyhow::Result<ExitCode> {
        let open = Open::store_only(&settings).await?;
        match self {
            Self::Cases(verb) => verb.run(&settings, open).await,
            Self::Payments(verb) => verb.run(&settings, open).await,
            Self::List(verb) => verb.run(open).await,
            Self::Undo(verb) => verb.run(open).await,
        }
    }
}
