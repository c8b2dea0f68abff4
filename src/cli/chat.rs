//! `relance chat`

use super::demo;
use crate::clock::Clock as _;
use crate::config::OutboxSettings;
use crate::domain::{Address, Case};
use crate::gateway::{Console, Inbound, Transport};
use crate::service::{Line, OutboxWorker, Service};
use anyhow::{Context as _, bail};
use clap::Args;
use std::io::{BufRead as _, Write as _};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// Talks with the bot in this terminal, as one of the invented debtors.
#[derive(Debug, Args)]
pub(super) struct Chat {
    /// As whom: a case reference of the invented portfolio.
    #[arg(long = "as", default_value = "LUM-1001")]
    reference: String,
}

impl Chat {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let folder = demo::tempdir()?;
        let settings = demo::demo_settings(&folder.path().join("chat.db"), ([127, 0, 0, 1], 8080).into())?;
        let (service, clock) = demo::open(&settings).await?;
        let cases = service.cases().await?;
        let Some(case) = cases.iter().find(|case| case.reference == self.reference) else {
            let known: Vec<_> = cases.iter().map(|case| case.reference.as_str()).collect();
            bail!("there is no case {}: choose one of {}", self.reference, known.join(", "));
        };
        let transport = Arc::new(Transport::new().context("the HTTP client cannot be made")?);
        let outbox = OutboxWorker::new(service.clone(), Arc::new(Console), transport, OutboxSettings::default());
        println!("You are {} ({}). An empty line ends.", case.debtor.name, case.reference);
        let mut shown = 0;
        show(&service, case, &outbox, &mut shown).await?;
        let mut lines = std::io::stdin().lock().lines();
        loop {
            print!("you › ");
            std::io::stdout().flush()?;
            let Some(line) = lines.next().transpose()? else { break };
            if line.trim().is_empty() {
                break;
            }
            let inbound = Inbound {
                gateway_id: clock.new_id().to_string(),
                from: Address::E164(case.phone.number.as_str().to_owned()),
                to: Address::parse(&service.creditor(&case.creditor)?.sender),
                raw: line.clone().into_bytes(),
                text: line,
                received_at: None,
                opt_out_hint: None,
                media: 0,
            };
            service.receive("console", Duration::ZERO, &inbound).await?;
            show(&service, case, &outbox, &mut shown).await?;
        }
        service.store.close().await;
        Ok(ExitCode::SUCCESS)
    }
}

/// Sends what is queued and prints what is new: what was read and what was answered.
async fn show(service: &Service, case: &Case, outbox: &OutboxWorker, shown: &mut usize) -> anyhow::Result<()> {
    while outbox.tick().await?.worked > 0 {}
    let Some(view) = service.case_view(case.id).await? else { return Ok(()) };
    for line in view.lines.iter().skip(*shown) {
        match line {
            Line::Received { reading: Some(reading), .. } => {
                let also: Vec<_> = reading.also.iter().map(|intent| intent.label()).collect();
                println!(
                    "      read: {} ({:.0} %) {}",
                    reading.intent.label(),
                    reading.confidence * 100.0,
                    also.join(" ")
                );
            }
            Line::Sent { text, .. } => println!("bot › {text}"),
            Line::Received { .. } | Line::Happened { .. } => {}
        }
    }
    *shown = view.lines.len();
    println!("      case: {}", view.case.state.name());
    Ok(())
}
