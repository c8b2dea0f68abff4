//! `relance serve`

use crate::app::{self, App, Parts};
use crate::clock::SystemClock;
use crate::config::Settings;
use crate::service::Sources;
use anyhow::bail;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

pub(super) async fn run(settings: Settings, file: Option<PathBuf>) -> anyhow::Result<ExitCode> {
    let Some(gateway) = app::twilio(&settings) else {
        bail!("no carrier is set: fill in [gateway.twilio] (see `relance config example`), or try `relance demo`");
    };
    if settings.creditors.is_empty() {
        bail!("no creditor is set: add a [[creditors]] (see `relance config example`)");
    }
    let sources = Sources::new(file, std::env::vars().collect(), settings.clone());
    let service = app::service(&settings, Arc::new(SystemClock)).await?.watching(sources).await?;
    let app = App::start(Parts { service, gateway, settings, demo: None })?;
    println!("relance listens on http://{}", app.address);
    app.run_until_told().await?;
    Ok(ExitCode::SUCCESS)
}
