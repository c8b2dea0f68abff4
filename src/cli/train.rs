//! `relance train` and `relance evaluate`: the reader learns from `intents/`, and is measured on it.

use crate::reading;
use anyhow::Context as _;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Learns the model anew.
#[derive(Debug, Args)]
pub(super) struct Train {
    /// The folder of labelled replies.
    #[arg(long, default_value = "intents")]
    corpus: PathBuf,
    /// Where to write the model; it is embedded at the next build.
    #[arg(long, default_value = "intents/model.bin")]
    output: PathBuf,
}

impl Train {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let model = reading::train_embedded(&self.corpus)
            .with_context(|| format!("nothing could be learnt from {}", self.corpus.display()))?;
        std::fs::write(&self.output, &model).with_context(|| format!("{} cannot be written", self.output.display()))?;
        println!("{}: {} bytes. Build again to embed it.", self.output.display(), model.len());
        Ok(ExitCode::SUCCESS)
    }
}

/// Measures the reader.
#[derive(Debug, Args)]
pub(super) struct Evaluate {
    /// The folder of labelled replies.
    #[arg(long, default_value = "intents")]
    corpus: PathBuf,
    /// In how many parts the replies are cut; each is read by a model learnt from the others.
    #[arg(long, default_value_t = 5)]
    folds: usize,
}

impl Evaluate {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let evaluation = reading::evaluate(&self.corpus, self.folds)
            .with_context(|| format!("the replies of {} could not be read", self.corpus.display()))?;
        println!("{evaluation}");
        Ok(ExitCode::SUCCESS)
    }
}
