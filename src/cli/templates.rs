//! `relance templates check`: every template against the rules of what may be said, and what each weighs.

use crate::config::{ConsoleSettings, Settings};
use crate::wording::{Encoding, Level, Report, Segments, TextVersion, Words};
use anyhow::Context as _;
use clap::Args;
use std::path::PathBuf;
use std::process::ExitCode;

/// Checks the templates.
#[derive(Debug, Args)]
pub(super) struct Check {
    /// A folder of templates that take the place of the program's; the one of the settings when it is left out.
    folder: Option<PathBuf>,
    /// Prints JSON, for a program.
    #[arg(long)]
    json: bool,
}

impl Check {
    pub fn run(self, settings: impl FnOnce() -> anyhow::Result<Settings>) -> anyhow::Result<ExitCode> {
        // A folder that is named is checked wherever it is, with or without settings.
        let settings = if self.folder.is_none() { Some(settings()?) } else { None };
        let own = || settings.as_ref()?.wording.own_folder().map(ToOwned::to_owned);
        let folder = self.folder.or_else(own);
        let words =
            folder.as_deref().map_or_else(Words::embedded, Words::draft).context("the templates cannot be used")?;
        let report = words.report();
        if self.json {
            println!("{}", serde_json::to_string_pretty(&report)?);
        } else {
            print(&report);
            for (text, author) in
                settings.iter().flat_map(|settings| authors_without_account(&words, &settings.console))
            {
                println!("note: {text} is by {author}, and no account of the console has that name");
            }
        }
        let blocked = report.findings.iter().any(|finding| finding.level == Level::Block);
        Ok(if blocked { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }
}

/// The operator's own texts whose author has no account: nobody can hold that name against who approves them.
pub(super) fn authors_without_account(words: &Words, console: &ConsoleSettings) -> Vec<(String, String)> {
    if console.accounts().is_empty() {
        return Vec::new();
    }
    let waiting = words.waiting().iter().map(|waiting| waiting.text.clone());
    let texts = words.in_use().into_iter().chain(waiting);
    let unknown = |text: TextVersion| {
        let author = text.author.filter(|author| !console.knows(author))?;
        Some((format!("{}/{}", text.language, text.name), author))
    };
    texts.filter_map(unknown).collect()
}

fn print(report: &Report) {
    let widest = report.templates.iter().map(|one| one.template.len()).max().unwrap_or(0);
    println!("{:widest$}  version  ordinary names  long names, first message", "template");
    for one in &report.templates {
        let [ordinary, long] =
            [&one.ordinary, &one.long].map(|weight| weight.as_ref().map_or("-".to_owned(), in_words));
        println!("{:widest$}  {:>7}  {ordinary:14}  {long}", one.template, one.version);
    }
    let count = |level| report.findings.iter().filter(|finding| finding.level == level).count();
    println!("{} to block, {} to review", count(Level::Block), count(Level::Review));
    for finding in &report.findings {
        println!("{finding}");
    }
}

fn in_words(segments: &Segments) -> String {
    let alphabet = match segments.encoding {
        Encoding::Gsm7 => "GSM-7",
        Encoding::Ucs2 => "UCS-2",
    };
    format!("{} ({} {alphabet})", segments.count(), segments.units)
}
