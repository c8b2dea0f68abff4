//! `relance train` and `relance evaluate`: the reader learns from `intents/`, and is measured on replies it did not see.

use crate::config::{Laws, ReadingSettings};
use crate::domain::{Jurisdiction, Policy};
use crate::reading::{self, Evaluation, Group, Rate, Read, Reader};
use anyhow::Context as _;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// The model that the program carries.
const EMBEDDED: &str = "intents/model.bin";

/// Learns the model anew.
#[derive(Debug, Args)]
pub(super) struct Train {
    /// A folder of labelled replies to learn from instead of those that the program carries.
    #[arg(long)]
    corpus: Option<PathBuf>,
    /// Where to write the model; left out, in `reading.folder` of the settings, or else where the next build embeds it.
    #[arg(long)]
    output: Option<PathBuf>,
}

impl Train {
    pub fn run(self, settings: &ReadingSettings) -> anyhow::Result<ExitCode> {
        let model = reading::train(self.corpus.as_deref(), settings.own_folder()).context("nothing was learnt")?;
        let output = self.output.or_else(|| settings.own_model()).unwrap_or_else(|| PathBuf::from(EMBEDDED));
        std::fs::write(&output, &model).with_context(|| format!("{} cannot be written", output.display()))?;
        let next =
            if settings.own_folder().is_some() { "Start again to read with it" } else { "Build again to embed it" };
        println!("{}: {} bytes. {next}.", output.display(), model.len());
        Ok(ExitCode::SUCCESS)
    }
}

/// Measures the reader on labelled replies.
#[derive(Debug, Args)]
pub(super) struct Evaluate {
    /// Files of labelled replies, or folders of them; the development set when left out.
    files: Vec<PathBuf>,
    /// Reads the replies of `--corpus` in so many parts instead, each by a model learnt from the others.
    #[arg(long, conflicts_with = "files")]
    folds: Option<usize>,
    /// The folder of labelled replies that `--folds` cuts.
    #[arg(long, default_value = "intents")]
    corpus: PathBuf,
    /// Prints it as JSON.
    #[arg(long)]
    json: bool,
    /// Prints every reply read otherwise than it is labelled.
    #[arg(long)]
    errors: bool,
}

impl Evaluate {
    pub fn run(self, reader: impl FnOnce() -> anyhow::Result<Reader>) -> anyhow::Result<ExitCode> {
        let read = match self.folds {
            Some(folds) => reading::read_held_out(&self.corpus, folds),
            None => {
                let reader = reader()?;
                let development = vec![self.corpus.join("development")];
                reading::read_files(&reader, if self.files.is_empty() { &development } else { &self.files })
            }
        };
        let read = read.context("nothing was measured")?;
        let policy = Policy::under(Laws::carried().of(Jurisdiction::Fr));
        let measured = reading::measure(&read, &policy);
        if self.json {
            println!("{}", serde_json::to_string_pretty(&measured)?);
        } else {
            print(&measured);
        }
        if self.errors {
            read.iter().for_each(print_error);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn print(measured: &Evaluation) {
    let names: Vec<String> = measured.languages.iter().map(|g| format!("{} ({})", g.language, g.replies)).collect();
    println!("| | {} |", names.join(" | "));
    println!("|---|{}", "---|".repeat(names.len()));
    let row = |name: &str, cell: &dyn Fn(&Group) -> String| {
        let cells: Vec<String> = measured.languages.iter().map(cell).collect();
        println!("| {name} | {} |", cells.join(" | "));
    };
    row("intent, macro-F1", &|g| {
        let (mean, [low, high]) = g.macro_f1;
        format!("{mean:.3} [{low:.3}, {high:.3}]")
    });
    type Figure = (&'static str, fn(&Group) -> Rate);
    let figures: [Figure; 22] = [
        ("intent, accuracy", |g| g.accuracy),
        ("secondary intents exact", |g| g.also),
        ("`acknowledges` exact", |g| g.acknowledges),
        ("circumstances exact", |g| g.vulnerable),
        ("circumstances heard", |g| g.vulnerable_heard),
        ("represented", |g| g.represented),
        ("legal threat", |g| g.legal_threat),
        ("date exact, where there is one", |g| g.date_exact),
        ("no date, in offers that have none", |g| g.date_absent),
        ("wrong or invented date, of all offers", |g| g.date_wrong),
        ("amount exact, where there is one", |g| g.amount_exact),
        ("no amount, where there is none", |g| g.amount_absent),
        ("number of payments", |g| g.instalments),
        ("amount of each", |g| g.instalment_minor),
        ("rhythm", |g| g.period),
        ("reference", |g| g.reference),
        ("acted on", |g| g.acted),
        ("harmful acts, of all replies", |g| g.harmful),
        ("costly acts, of all replies", |g| g.costly),
        ("consequential acts, of replies that say nothing of the debt", |g| g.meddling),
        ("hard replies, accuracy", |g| slice(g, "hard")),
        ("several intents, accuracy", |g| slice(g, "several intents")),
    ];
    for (name, figure) in figures {
        row(name, &|g| rate(figure(g)));
    }
    row("calibration error", &|g| format!("{:.3}", g.calibration_error));
    for group in &measured.languages {
        println!("\n{}: precision, recall, F1 of each intent", group.language);
        for score in &group.intents {
            let (precision, recall) = (score.precision.share(), score.recall.share());
            let label = score.intent.label();
            println!("  {label:<18} {precision:.3}  {recall:.3}  {:.3}  of {}", score.f1, score.recall.of);
        }
        println!("{}: accuracy, acted on, harmful", group.language);
        for slice in &group.slices {
            let (right, acted, harmful) = (slice.accuracy.share(), slice.acted.share(), slice.harmful.share());
            println!("  {:<24} {right:.3}  {acted:.3}  {harmful:.4}  of {}", slice.name, slice.accuracy.of);
        }
        println!("{}: most confused", group.language);
        for confusion in &group.confusions {
            let (is, read_as) = (confusion.is.label(), confusion.read_as.label());
            println!("  {:>4} {is} read as {read_as}", confusion.replies);
        }
    }
}

fn slice(group: &Group, name: &str) -> Rate {
    group.slices.iter().find(|s| s.name == name).map(|s| s.accuracy).unwrap_or_default()
}

fn rate(rate: Rate) -> String {
    if rate.of == 0 {
        return "–".to_owned();
    }
    let (low, high) = rate.interval();
    format!("{:.3} [{low:.3}, {high:.3}]", rate.share())
}

fn print_error((label, reading): &Read) {
    let mut wrong = Vec::new();
    let mut differ = |what: &str, labelled: String, read: String| {
        if labelled != read {
            wrong.push(format!("{what}: {labelled}, read {read}"));
        }
    };
    differ("intent", label.intent.label().to_owned(), reading.intent.label().to_owned());
    differ("also", format!("{:?}", label.also), format!("{:?}", reading.also));
    differ("acknowledges", format!("{:?}", label.acknowledges), format!("{:?}", reading.acknowledges));
    differ("vulnerable", format!("{:?}", label.signals.vulnerable), format!("{:?}", reading.signals.vulnerable));
    differ("date", format!("{:?}", label.date), format!("{:?}", reading.date));
    differ("amount", format!("{:?}", label.amount_minor), format!("{:?}", reading.amount_minor));
    differ("plan", format!("{:?}", label.plan), format!("{:?}", reading.plan));
    if !wrong.is_empty() {
        let asked = label.asked.map_or("nothing", |a| a.label());
        println!("{} [{asked}] {:.2} «{}»", label.file, reading.confidence, label.text.replace('\n', " "));
        println!("    {}", wrong.join("; "));
    }
}
