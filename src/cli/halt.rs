//! `relance halt` and `relance resume`

use crate::app::{NO_DATABASE, Open};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Essentials;
use crate::domain::CreditorKey;
use crate::store::Store;
use anyhow::{Context as _, bail};
use clap::Args;
use secrecy::ExposeSecret as _;
use std::process::ExitCode;

/// Stops everything that would leave for a creditor, within seconds, what is queued included. Confirmations of an opt-out
/// and words for someone in danger still leave.
#[derive(Debug, Args)]
pub(super) struct Halt {
    /// The key of the creditor in the settings.
    creditor: String,
    /// Who stops it: it is written down.
    #[arg(long, default_value = "operator")]
    by: String,
}

/// Lets what a creditor has queued leave again.
#[derive(Debug, Args)]
pub(super) struct Resume {
    /// The key of the creditor in the settings.
    creditor: String,
}

impl Halt {
    pub async fn run(self, essentials: Essentials) -> anyhow::Result<ExitCode> {
        let creditor = named(&essentials, &self.creditor)?;
        let store = open(&essentials).await?;
        let mut tx = store.begin().await?;
        let pressed =
            tx.halt(&creditor, &self.by, SystemClock.now()).await.context("the store could not be written")?;
        tx.commit().await?;
        store.close().await;
        println!("{creditor}: {}", if pressed { "nothing leaves any more" } else { "it was stopped already" });
        Ok(ExitCode::SUCCESS)
    }
}

impl Resume {
    pub async fn run(self, essentials: Essentials) -> anyhow::Result<ExitCode> {
        let creditor = named(&essentials, &self.creditor)?;
        let store = open(&essentials).await?;
        let mut tx = store.begin().await?;
        let lifted = tx.lift_halt(&creditor).await.context("the store could not be written")?;
        tx.wake_halted(&creditor, SystemClock.now()).await?;
        tx.commit().await?;
        store.close().await;
        println!("{creditor}: {}", if lifted { "what is queued leaves again" } else { "it was not stopped" });
        Ok(ExitCode::SUCCESS)
    }
}

async fn open(essentials: &Essentials) -> anyhow::Result<Store> {
    Store::open(essentials.database.url.expose_secret()).await.context(NO_DATABASE)
}

fn named(essentials: &Essentials, key: &str) -> anyhow::Result<CreditorKey> {
    let keys = &essentials.creditors;
    if !keys.iter().any(|known| known == key) {
        bail!("no creditor of the settings is called « {key} »: they are {}", keys.join(", "));
    }
    Ok(CreditorKey(key.to_owned()))
}

/// The creditor of that key; the only one, where none is named.
pub(super) fn known(open: &Open, key: Option<&str>) -> anyhow::Result<CreditorKey> {
    let creditors = open.service.creditors();
    let keys = || creditors.iter().map(|creditor| creditor.key.0.as_str()).collect::<Vec<_>>().join(", ");
    let Some(key) = key else {
        let [only] = &creditors[..] else { bail!("name one with --creditor: {}", keys()) };
        return Ok(only.key.clone());
    };
    match creditors.iter().find(|creditor| creditor.key.0 == key) {
        Some(creditor) => Ok(creditor.key.clone()),
        None => bail!("no creditor of the settings is called « {key} »: they are {}", keys()),
    }
}
