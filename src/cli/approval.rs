//! `relance templates list`, `approve` and `withdraw`: the word of a second person on the operator's own texts.

use crate::app::Open;
use crate::service::{TextName, TextView};
use anyhow::{Context as _, bail};
use clap::Args;
use std::process::ExitCode;

/// So many letters of a hash tell versions apart for people.
const SHOWN: usize = 12;
/// Several texts are approved together, or none is.
const NOTHING: &str = "nothing was changed";

/// Lists the texts.
#[derive(Debug, Args)]
pub(super) struct List {
    /// Prints JSON, for a program.
    #[arg(long)]
    json: bool,
}

/// Approves texts.
#[derive(Debug, Args)]
pub(super) struct Approve {
    #[command(flatten)]
    word: Word,
}

/// Takes approvals back.
#[derive(Debug, Args)]
pub(super) struct Withdraw {
    #[command(flatten)]
    word: Word,
}

#[derive(Debug, Args)]
struct Word {
    /// The texts: fr/menu, or fr/menu@3fa9c0ffee12, the version whose hash begins so, as `relance templates list` shows it.
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    /// Who gives their word: it is written down.
    #[arg(long, value_name = "PERSON")]
    by: String,
    /// Why: the checker may want it.
    #[arg(long)]
    reason: Option<String>,
}

type Named<'w> = (TextName, Option<&'w str>);

impl Word {
    fn texts(&self) -> anyhow::Result<Vec<Named<'_>>> {
        let wrong =
            |name| format!("« {name} » is no text: write it as fr/menu@3fa9c0ffee12 or fr/reminder/first@3fa9c0ffee12");
        self.names.iter().map(|name| TextName::parse_version(name).with_context(|| wrong(name))).collect()
    }
}

fn shown<'w>(texts: &'w [Named<'w>]) -> Vec<(&'w TextName, Option<&'w str>)> {
    texts.iter().map(|(name, hash)| (name, *hash)).collect()
}

impl Approve {
    pub async fn run(self, open: Open) -> anyhow::Result<ExitCode> {
        let texts = self.word.texts()?;
        if let Some((name, _)) = texts.iter().find(|(_, hash)| hash.is_none()) {
            bail!(
                "say which version of {name} was read, so that no other is approved: {name}@HASH, as relance templates list \
                 shows it"
            );
        }
        let reason = self.word.reason.as_deref();
        let hashes = open.service.approve_texts(&shown(&texts), &self.word.by, reason).await;
        for ((name, _), hash) in texts.iter().zip(hashes.context(NOTHING)?) {
            println!("{name}: {} approved; a running service says it from now on", &hash[..SHOWN]);
        }
        open.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl Withdraw {
    pub async fn run(self, open: Open) -> anyhow::Result<ExitCode> {
        let texts = self.word.texts()?;
        let reason = self.word.reason.as_deref();
        let hashes = open.service.withdraw_texts(&shown(&texts), &self.word.by, reason).await;
        for ((name, _), hash) in texts.iter().zip(hashes.context(NOTHING)?) {
            println!("{name}: {} withdrawn; what was written by it and has not left never will", &hash[..SHOWN]);
        }
        open.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

impl List {
    pub async fn run(self, open: Open) -> anyhow::Result<ExitCode> {
        let texts = open.service.texts().await?;
        open.close().await;
        if self.json {
            let rows: Vec<_> = texts.iter().map(row).collect();
            println!("{}", serde_json::to_string_pretty(&rows)?);
        } else {
            print(&texts);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn row(view: &TextView) -> serde_json::Value {
    let TextView { text, approval, waits } = view;
    serde_json::json!({
        "name": text.name, "language": text.language, "version": text.version, "hash": text.hash, "author": text.author,
        "approved_by": approval.as_ref().map(|one| &one.approved_by), "approved_at": approval.as_ref().map(|one| one.at),
        "reason": approval.as_ref().and_then(|one| one.reason.as_ref()),
        "state": if *waits { "waiting" } else { "in_use" },
    })
}

fn print(texts: &[TextView]) {
    let widest = texts.iter().map(|view| view.text.name.len() + 3).max().unwrap_or(0);
    println!("{:widest$}  version  {:SHOWN$}  state    author, approval", "text", "hash");
    for TextView { text, approval, waits } in texts {
        let name = format!("{}/{}", text.language, text.name);
        let state = if *waits { "waiting" } else { "in use" };
        let whose = match (&text.author, approval) {
            (None, _) => "the program's own".to_owned(),
            (Some(author), Some(one)) => {
                format!("{author}, approved by {} on {}", one.approved_by, one.at.format("%Y-%m-%d"))
            }
            (Some(author), None) => format!("{author}, approved by nobody yet"),
        };
        println!("{name:widest$}  {:>7}  {}  {state:7}  {whose}", text.version, &text.hash[..SHOWN]);
    }
}
