//! `relance train` and `relance evaluate`: the reader learns from `intents/`, and is measured on it.

use crate::domain::Policy;
use crate::reading::{self, Evaluation};
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
    /// Prints it as JSON.
    #[arg(long)]
    json: bool,
}

impl Evaluate {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let threshold = Policy::default().act_above;
        let measured = reading::evaluate(&self.corpus, self.folds, threshold)
            .with_context(|| format!("the replies of {} could not be read", self.corpus.display()))?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&measured)?);
        } else {
            print(&measured);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(measured: &Evaluation) {
    println!("{} replies, each read by a model that saw no reply of its file", measured.replies);
    for language in &measured.languages {
        let (accuracy, f1) = (language.accuracy * 100.0, language.macro_f1 * 100.0);
        println!("  {}: {} replies, accuracy {accuracy:.1} %, macro-F1 {f1:.1} %", language.language, language.replies);
    }
    for intent in &measured.intents {
        let (precision, recall) = (intent.precision * 100.0, intent.recall * 100.0);
        let label = intent.intent.label();
        println!("  {label:<18} {:>5} replies, precision {precision:>5.1} %, recall {recall:>5.1} %", intent.replies);
    }
    for (name, rate) in [
        ("calibration error", measured.calibration_error),
        ("acted on", measured.acted),
        ("wrongly acted on, of acts on money or consent", measured.harmful),
        ("secondary intents exact", measured.also_exact),
        ("acknowledges", measured.acknowledges),
        ("circumstances exact", measured.vulnerable_exact),
        ("circumstances heard", measured.vulnerable_recall),
        ("represented", measured.represented),
        ("legal threat", measured.legal_threat),
        ("date exact, where there is one", measured.date_exact),
        ("no date, where there is none", measured.date_absent),
        ("amount exact, where there is one", measured.amount_exact),
        ("no amount, where there is none", measured.amount_absent),
        ("plan terms exact", measured.plan_exact),
        ("reference exact", measured.reference_exact),
    ] {
        println!("  {name:<48} {:>5.1} %", rate * 100.0);
    }
}
