//! What the process tells about itself. Fields are ids and counts: never a number, a name, a text or an amount.

use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// Starts the logs on standard error: readable, or JSON lines with `RELANCE_LOG_FORMAT=json`; `RELANCE_LOG` filters them.
pub fn start() {
    let filter = EnvFilter::try_from_env("RELANCE_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn,actix=warn"));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false);
    // A second start, in a process that runs several verbs, changes nothing.
    let started = if std::env::var("RELANCE_LOG_FORMAT").is_ok_and(|format| format == "json") {
        builder.json().try_init()
    } else {
        builder.compact().try_init()
    };
    drop(started);
}

/// An error with its causes, on one line: `Display` of an error never prints its source.
#[must_use]
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
