//! `relance config`

use clap::Subcommand;
use std::process::ExitCode;

/// What about the settings.
#[derive(Debug, Subcommand)]
pub(super) enum Config {
    /// Prints a settings file with every key, its default and what it is for.
    Example,
}

impl Config {
    pub fn run(self) -> ExitCode {
        match self {
            Self::Example => print!("{}", crate::config::EXAMPLE),
        }
        ExitCode::SUCCESS
    }
}
