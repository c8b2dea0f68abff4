//! `relance why`

use super::language::{language, usual};
use crate::app::Open;
use crate::domain::Language;
use crate::web::{Account, Cause, Fact, RuleWords, Written};
use anyhow::{Context as _, bail};
use clap::Args;
use std::process::ExitCode;
use std::sync::Arc;

/// Explains a case: what led to each message, what came of it, what happens next by itself, and what a person has to do.
#[derive(Debug, Args)]
pub(super) struct Why {
    /// The reference of the case, as in the import.
    case: String,
    /// The language to tell it in: fr or en; that of LANG, when left out.
    #[arg(long, default_value_t = usual(), value_parser = language)]
    lang: Language,
    /// Prints JSON, for a program.
    #[arg(long)]
    json: bool,
}

impl Why {
    pub async fn run(self, open: Open) -> anyhow::Result<ExitCode> {
        let found = open.service.why(&self.case).await.context("the store could not be read")?;
        let words = Arc::clone(&open.service.rules().words);
        open.close().await;
        if found.is_empty() {
            bail!("no case has the reference « {} »: write it as in the import", self.case);
        }
        let accounts: Vec<_> = found.iter().map(|why| Account::of(why, self.lang, Arc::clone(&words))).collect();
        if self.json {
            println!("{}", serde_json::to_string_pretty(&accounts)?);
            return Ok(ExitCode::SUCCESS);
        }
        let words = RuleWords::in_language(self.lang);
        let told: Vec<String> = accounts.iter().map(|account| page(account, &words)).collect();
        // A terminal breaks lines where it likes, and whoever searches types plain spaces.
        print!("{}", told.join("\n").replace('\u{a0}', " "));
        Ok(ExitCode::SUCCESS)
    }
}

/// How things stand and what comes first; the story that led there after it.
fn page(account: &Account, words: &RuleWords) -> String {
    let say = |key: &'static str| words.say("why", key).to_owned();
    let mut lines = vec![account.title.clone()];
    lines.extend(facts(&account.standing, 2));
    lines.extend([String::new(), say("ahead")]);
    lines.extend(facts(&account.ahead, 2));
    lines.extend([String::new(), say("for_people")]);
    match account.for_people.as_slice() {
        [] => lines.push(format!("  {}", say("nobody"))),
        todo => lines.extend(todo.iter().map(|one| format!("  - {one}"))),
    }
    lines.extend([String::new(), say("happened")]);
    if account.causes.is_empty() {
        lines.push(format!("  {}", say("nothing_happened")));
    }
    account.causes.iter().for_each(|one| cause(one, words, &mut lines));
    lines.push(String::new());
    lines.join("\n")
}

fn cause(cause: &Cause, words: &RuleWords, lines: &mut Vec<String>) {
    let colon = words.say("punctuation", "colon");
    let quoted = |text: &String| format!("{colon}{}", words.say("punctuation", "quoted").replace("{value}", text));
    let text = cause.text.as_ref().map(quoted).unwrap_or_default();
    lines.push(format!("  {} · {}{text}", cause.when, cause.what));
    lines.extend(facts(&cause.because, 6));
    for Written { called, text, told } in &cause.messages {
        lines.push(format!("      {}{colon}{called}", words.say("why", "message")));
        lines.extend(text.lines().map(|line| format!("        │ {line}")));
        lines.extend(facts(told, 8));
    }
}

/// The labels in a column, said once where several lines have the same one.
fn facts(facts: &[Fact], indent: usize) -> Vec<String> {
    let widest = facts.iter().map(|fact| fact.label.chars().count()).max().unwrap_or(0);
    let mut before = "";
    let line = |fact: &'_ Fact| format!("{:indent$}{:widest$}  {}", "", fact.label, fact.value);
    let mut lines = Vec::new();
    for fact in facts {
        match fact.label == before {
            true => lines.push(format!("{:indent$}{:widest$}  {}", "", "", fact.value)),
            false => lines.push(line(fact)),
        }
        before = &fact.label;
    }
    lines
}
