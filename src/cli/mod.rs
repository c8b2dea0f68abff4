//! The command line: one file per verb. A verb reads its arguments, calls the rooms, and prints; it decides nothing.

mod approval;
mod campaign;
mod chat;
mod config;
mod demo;
mod doctor;
mod halt;
mod import;
mod intents;
mod language;
mod read;
mod rehearse;
mod report;
mod serve;
mod templates;
mod train;
mod user;
mod values;
mod why;

use crate::app::{self, Open};
use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Two-way SMS conversations with people who owe money.
#[derive(Debug, Parser)]
#[command(name = "relance", version, about, propagate_version = true)]
struct Arguments {
    /// The settings file; `relance.toml` of this folder when it is there.
    #[arg(long, short, global = true, env = "RELANCE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Runs the service: webhooks, workers, pages.
    Serve,
    /// Shows a whole conversation on this machine, with invented people: no settings, no account.
    Demo(demo::Demo),
    /// Talks with the bot in this terminal, as a debtor.
    Chat(chat::Chat),
    /// Reads a reply, or many, and prints what they mean.
    Read(read::Read),
    /// Brings cases in, and takes them back.
    #[command(subcommand)]
    Import(import::Import),
    /// Prints rates by creditor and month.
    Report(report::Report),
    /// Tells in words why the last messages of a case left or did not, and when the next may.
    Why(why::Why),
    /// Runs the portfolio on a clock that it moves, and prints what would leave day by day; nothing is sent.
    Rehearse(rehearse::Rehearse),
    /// Campaigns: one reminder to many, at a measured pace, with variants of wording to compare.
    #[command(subcommand)]
    Campaign(campaign::Campaign),
    /// Stops everything that would leave for a creditor.
    Halt(halt::Halt),
    /// Lets what a creditor has queued leave again.
    Resume(halt::Resume),
    /// Says in words what is wrong with the settings, the database, the senders and the public address.
    Doctor(doctor::Doctor),
    /// The settings.
    #[command(subcommand)]
    Config(config::Config),
    /// The accounts of the console.
    #[command(subcommand)]
    User(user::User),
    /// Learns the model of the reader anew from the labelled replies.
    Train(train::Train),
    /// Measures the reader on labelled replies that it did not learn from.
    Evaluate(train::Evaluate),
    /// The labelled replies.
    #[command(subcommand)]
    Intents(Intents),
    /// The templates of what we say.
    #[command(subcommand)]
    Templates(Templates),
}

#[derive(Debug, Subcommand)]
enum Intents {
    /// Holds every labelled reply to the annotation guide, and prints how they spread.
    Check(intents::Check),
}

#[derive(Debug, Subcommand)]
enum Templates {
    /// Holds every template to the rules, and prints what each weighs.
    Check(templates::Check),
    /// Lists every text with its version, its author, who approved it, and whether it is in use or waits.
    List(approval::List),
    /// Approves texts that wait: somebody else than their author does.
    Approve(approval::Approve),
    /// Takes the approval of texts back: what was written by them and has not left never will.
    Withdraw(approval::Withdraw),
}

/// Runs the verb that the arguments name. Errors are printed with their causes, and end with code 1.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    // Whoever reads our words may stop reading, as `head` does: that ends a verb, but never a server.
    if !matches!(arguments.verb, Verb::Serve | Verb::Demo(_)) {
        sigpipe::reset();
    }
    match dispatch(arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("relance: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = arguments.config;
    match arguments.verb {
        Verb::Read(verb) => verb.run(&app::reader(&settings(config)?)?),
        Verb::Config(verb) => Ok(verb.run()),
        Verb::User(verb) => verb.run(),
        Verb::Train(verb) => verb.run(&settings(config)?.reading),
        Verb::Evaluate(verb) => verb.run(|| app::reader(&settings(config)?)),
        Verb::Intents(Intents::Check(verb)) => verb.run(),
        Verb::Templates(Templates::Check(verb)) => verb.run(|| settings(config)),
        Verb::Templates(Templates::List(verb)) => {
            let settings = settings(config)?;
            wait(async move { verb.run(Open::store_only(&settings).await?).await })
        }
        Verb::Templates(Templates::Approve(verb)) => {
            let settings = settings(config)?;
            wait(async move { verb.run(Open::store_only(&settings).await?).await })
        }
        Verb::Templates(Templates::Withdraw(verb)) => {
            let settings = settings(config)?;
            wait(async move { verb.run(Open::store_only(&settings).await?).await })
        }
        Verb::Serve => {
            let file = settings_file(config);
            wait(serve::run(settings(file.clone())?, file))
        }
        Verb::Demo(verb) => wait(verb.run()),
        Verb::Chat(verb) => wait(verb.run()),
        Verb::Import(verb) => wait(verb.run(settings(config)?)),
        Verb::Report(verb) => {
            let settings = settings(config)?;
            wait(async move { verb.run(Open::store_only(&settings).await?).await })
        }
        Verb::Why(verb) => {
            let settings = settings(config)?;
            wait(async move { verb.run(Open::store_only(&settings).await?).await })
        }
        Verb::Rehearse(verb) => {
            let settings = settings(config)?;
            wait(async move { verb.run(Open::store_only(&settings).await?, &settings).await })
        }
        Verb::Campaign(verb) => {
            let settings = settings(config)?;
            wait(async move { verb.run(Open::store_only(&settings).await?, &settings).await })
        }
        Verb::Halt(verb) => wait(verb.run(essentials(config)?)),
        Verb::Resume(verb) => wait(verb.run(essentials(config)?)),
        Verb::Doctor(verb) => wait(verb.run(config)),
    }
}

/// The settings of `--config`, else of `relance.toml` in this folder, else the defaults; with the environment over them.
fn settings(config: Option<PathBuf>) -> anyhow::Result<crate::config::Settings> {
    let file = settings_file(config);
    crate::config::load(file.as_deref(), std::env::vars()).map_err(|error| {
        let place = error.place(file.as_deref());
        anyhow::Error::new(error).context(format!("{place}the settings are not usable"))
    })
}

/// Of the same settings, what a stop button needs: nothing else is looked at.
fn essentials(config: Option<PathBuf>) -> anyhow::Result<crate::config::Essentials> {
    let file = settings_file(config);
    Ok(crate::config::essentials(file.as_deref(), std::env::vars())?)
}

fn settings_file(config: Option<PathBuf>) -> Option<PathBuf> {
    config.or_else(|| Some(PathBuf::from("relance.toml")).filter(|path| path.exists()))
}

/// Runs a verb that waits for the network or the store.
fn wait(verb: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    actix_web::rt::System::new().block_on(verb)
}
