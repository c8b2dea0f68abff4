//! `relance intents check`: the labelled replies against the annotation guide.

use crate::reading::{self, Spread};
use anyhow::Context as _;
use clap::Args;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Checks the labelled replies.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// The folder of labelled replies; `development` and `unrelated` inside it are checked with it.
    #[arg(long, default_value = "intents")]
    corpus: PathBuf,
}

impl Check {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let inside = ["development", "unrelated"].map(|name| self.corpus.join(name));
        let folders: Vec<&Path> =
            std::iter::once(&self.corpus).chain(&inside).map(PathBuf::as_path).filter(|path| path.is_dir()).collect();
        let problems = reading::check(&folders).context("the labelled replies could not be checked")?;
        for problem in &problems {
            println!("{problem}");
        }
        for folder in folders {
            for (language, spread) in reading::spread(folder)? {
                println!("{} {language}: {}", folder.display(), in_words(&spread));
            }
        }
        match problems.len() {
            0 => Ok(ExitCode::SUCCESS),
            count => {
                println!("{count} lines to mend");
                Ok(ExitCode::FAILURE)
            }
        }
    }
}

fn in_words(spread: &Spread) -> String {
    let list = |counts: &std::collections::BTreeMap<&'static str, usize>| {
        counts.iter().map(|(name, count)| format!("{name} {count}")).collect::<Vec<_>>().join(", ")
    };
    let share = 100 * spread.several / spread.replies.max(1);
    format!(
        "{} replies in {} files, {share} % with several intents\n  {}\n  asked: {}\n  with: {}",
        spread.replies,
        spread.files,
        list(&spread.intents),
        list(&spread.asked),
        list(&spread.details),
    )
}
