//! `relance demo`

use crate::app::{self, App, Parts};
use crate::clock::{Clock as _, ShiftedClock};
use crate::config::{Laws, OutboxSettings, Settings};
use crate::domain::{
    AgentAct, Creditor, CreditorKey, Jurisdiction, Language, PaymentMeans, Policy, Role, Window, instant, local_day,
};
use crate::gateway::{Console, Transport};
use crate::service::{OutboxWorker, Service, TimerWorker, read_portfolio};
use crate::web;
use anyhow::Context as _;
use chrono::{Days, NaiveTime};
use clap::Args;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use tokio::sync::watch;

/// The invented people.
const PORTFOLIO: &[u8] = include_bytes!("../../fixtures/portfolio/demo.csv");
/// The sender of the demo: nothing leaves this machine.
const SENDER: &str = "+33937000001";

/// Shows a whole conversation on this machine, with invented people.
#[derive(Debug, Args)]
pub(super) struct Demo {
    /// Where to listen; port 0 takes a free one.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Keep the conversation in this SQLite file; a fresh one, thrown away at the end, when left out.
    #[arg(long)]
    database: Option<std::path::PathBuf>,
}

impl Demo {
    pub async fn run(self) -> anyhow::Result<ExitCode> {
        let folder = tempdir()?;
        let database = self.database.unwrap_or_else(|| folder.path().join("demo.db"));
        let mut settings = demo_settings(&database, self.listen)?;
        // A port of 0 is known only once it is taken, and payment links carry it.
        let listener = std::net::TcpListener::bind(self.listen)
            .with_context(|| format!("cannot listen on {}: choose another with --listen 127.0.0.1:0", self.listen))?;
        settings.server.listen = listener.local_addr().context("the listener has no address")?;
        settings.server.public_url =
            format!("http://{}", settings.server.listen).parse().context("no public address")?;
        drop(listener);
        let (service, clock) = open(&settings).await?;
        let console = Arc::new(Console);
        let transport = Arc::new(Transport::new().context("the HTTP client cannot be made")?);
        let outbox = OutboxWorker::new(service.clone(), console.clone(), transport, OutboxSettings::default());
        let timers = TimerWorker::new(service.clone());
        outbox.tick().await?;
        let (changed, _) = watch::channel(0);
        let demo = web::Demo { clock, outbox, timers, changed };
        let app = App::start(Parts { service, gateway: console, settings, demo: Some(demo) })?;
        println!("The demo is at http://{}/demo (Ctrl-C ends it)", app.address);
        app.run_until_told().await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// A service on a fresh store with the invented people, each of whom has had a first reminder.
pub(super) async fn open(settings: &Settings) -> anyhow::Result<(Service, Arc<ShiftedClock>)> {
    let clock = Arc::new(ShiftedClock::default());
    open_the_office(&clock);
    let service = app::service(settings, clock.clone()).await?;
    let words = Arc::clone(&service.rules().words);
    let service = Service::new(
        service.store,
        service.reader,
        words,
        service.clock,
        vec![creditor()],
        settings.server.public_url.clone(),
    );
    let portfolio = read_portfolio(PORTFOLIO, &service.creditors()).context("the invented portfolio does not read")?;
    service.import(&portfolio.rows).await?;
    for case in service.cases().await? {
        if !case.conversation.introduced {
            service.act(case.id, "demo", AgentAct::Remind).await?;
        }
    }
    Ok((service, clock))
}

/// The demo begins on a working day at an hour when reminders leave, whatever the hour is here.
fn open_the_office(clock: &ShiftedClock) {
    let zone = chrono_tz::Europe::Paris;
    let law = Laws::carried().of(Jurisdiction::Fr);
    let Window { opens, closes } = law.demands.weekdays;
    let time = clock.now().with_timezone(&zone).time();
    let mut day = local_day(clock.now(), zone);
    let open_now = law.is_working_day(day) && time >= opens && time < closes;
    if open_now {
        return;
    }
    if time >= opens {
        day = day + Days::new(1);
    }
    while !law.is_working_day(day) {
        day = day + Days::new(1);
    }
    clock.advance_to(instant(day, NaiveTime::from_hms_opt(10, 0, 0).unwrap_or(opens), zone));
}

fn creditor() -> Creditor {
    Creditor {
        key: CreditorKey("atelier-lumen".to_owned()),
        name: "Atelier Lumen".to_owned(),
        role: Role::Creditor,
        jurisdiction: Jurisdiction::Fr,
        zone: chrono_tz::Europe::Paris,
        languages: vec![Language::FR, Language::EN],
        sender: SENDER.to_owned(),
        demands_per_minute: 60,
        email_from: None,
        email_reply_to: None,
        postal_address: None,
        collector_address: None,
        collector_name: None,
        callback_phone: Some("01 84 80 00 00".to_owned()),
        documents_to: Some("suivi@atelier-lumen.example".to_owned()),
        privacy_url: None,
        carrier_approval: None,
        means: PaymentMeans::default(),
        policy: Policy::under(Laws::carried().of(Jurisdiction::Fr)),
    }
}

/// The settings of a demo on this SQLite file.
pub(super) fn demo_settings(database: &std::path::Path, listen: SocketAddr) -> anyhow::Result<Settings> {
    let overrides = [
        ("RELANCE_DATABASE__URL".to_owned(), format!("sqlite://{}", database.display())),
        ("RELANCE_SERVER__LISTEN".to_owned(), listen.to_string()),
    ];
    crate::config::load(None, overrides).context("the settings of the demo")
}

/// A folder that is removed when the verb ends.
pub(super) fn tempdir() -> anyhow::Result<tempfile::TempDir> {
    tempfile::tempdir().context("no temporary folder can be made")
}
