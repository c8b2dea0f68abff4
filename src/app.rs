//! Composition root: builds the store, the gateways and the services from settings; starts and stops them in order.

use crate::clock::{Clock, SystemClock};
use crate::config::{OtherReader, SecondOpinion, Settings, Tls};
use crate::domain::dunning::Channel;
use crate::gateway::{Gateway, MailTls, Mailer, MailerSettings, Transport, Twilio, TwilioSettings};
use crate::opinion::{self, Adviser, Endpoint, EndpointSettings};
use crate::reading::Reader;
use crate::service::{CampaignWorker, OutboxWorker, Reloader, Rules, Service, TimerWorker};
use crate::store::Store;
use crate::web::{Demo, Web};
use actix_web::dev::ServerHandle;
use actix_web::{App as Actix, HttpServer, middleware};
use anyhow::Context as _;
use rand::RngExt as _;
use secrecy::ExposeSecret as _;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long an idle worker waits before it looks again by itself; most of the time it is woken.
const IDLE: Duration = Duration::from_secs(1);
/// How long a worker rests after the store failed.
const AFTER_FAILURE: Duration = Duration::from_secs(5);

/// A service with its store, for verbs that need no server.
pub struct Open {
    /// The verbs.
    pub service: Service,
}

impl Open {
    /// Opens the store of the settings. The reader is not loaded: it takes a third of the memory that an import may use.
    ///
    /// # Errors
    /// When the store cannot be opened, or a creditor of the settings cannot work.
    pub async fn store_only(settings: &Settings) -> anyhow::Result<Self> {
        Ok(Self { service: assemble(settings, Arc::new(SystemClock), None).await? })
    }

    /// Closes the store.
    pub async fn close(self) {
        self.service.store.close().await;
    }
}

/// What whoever runs a verb looks at when there is no store.
pub const NO_DATABASE: &str = "the database cannot be opened: check database.url, which is sqlite://FILE in a folder that can \
                               be written, or postgres://USER:PASSWORD@HOST/DATABASE";

/// The reader of the settings: with the operator's own model, or the program's.
///
/// # Errors
/// When the model is not there, or is of another version.
pub fn reader(settings: &Settings) -> anyhow::Result<Reader> {
    let own = settings.reading.own_model();
    own.map_or_else(Reader::embedded, |model| Reader::open(&model)).context("the reader does not load")
}

/// The verbs over the store of the settings, with all that an operator edits.
///
/// # Errors
/// When the store cannot be opened, or a creditor of the settings cannot work.
pub async fn service(settings: &Settings, clock: Arc<dyn Clock>) -> anyhow::Result<Service> {
    let service = assemble(settings, clock, Some(Arc::new(reader(settings)?))).await?;
    Ok(service.advised(adviser(settings)?))
}

async fn assemble(settings: &Settings, clock: Arc<dyn Clock>, reader: Option<Arc<Reader>>) -> anyhow::Result<Service> {
    let store = Store::open(settings.database.url.expose_secret()).await.context(NO_DATABASE)?;
    let approvals =
        store.snapshot().await?.standing_approvals().await.context("the approvals of texts cannot be read")?;
    let Rules { creditors, words } = Rules::read(settings, &approvals)?;
    let service = Service::new(store, reader, words, clock, creditors, settings.server.public_url.clone());
    Ok(service.mailing(mailer(settings)))
}

/// The second opinion of the settings.
///
/// # Errors
/// When the HTTP client cannot be made, or the model of this machine does not load.
pub fn adviser(settings: &Settings) -> anyhow::Result<Option<Adviser>> {
    let Some(SecondOpinion { reader, limit }) = settings.reading.second_opinion()? else { return Ok(None) };
    let reader: Arc<dyn opinion::SecondOpinion> = match reader {
        OtherReader::Endpoint { url, model, api_key } => {
            let endpoint = Endpoint::new(EndpointSettings { url, model, api_key }, limit);
            Arc::new(endpoint.context("the HTTP client cannot be made")?)
        }
        #[cfg(feature = "transformer")]
        OtherReader::Transformer { folder } => {
            Arc::new(opinion::Transformer::open(&folder).context("the model of reading.second_opinion does not load")?)
        }
        #[cfg(not(feature = "transformer"))]
        OtherReader::Transformer { .. } => anyhow::bail!("this program was built without the feature `transformer`"),
    };
    Ok(Some(Adviser::new(reader, limit)))
}

/// The carrier of the settings.
#[must_use]
pub fn twilio(settings: &Settings) -> Option<Arc<dyn Gateway>> {
    let twilio = settings.gateway.twilio.as_ref()?;
    Some(Arc::new(Twilio::new(TwilioSettings {
        account_sid: twilio.account_sid.clone(),
        auth_tokens: twilio.auth_tokens(),
        api_base: twilio.api_base.clone(),
        public_url: settings.server.public_url.clone(),
        repeat_window: Duration::from_secs(twilio.repeat_window_seconds),
    })))
}

/// The server of mail of the settings.
#[must_use]
pub fn mailer(settings: &Settings) -> Option<Mailer> {
    let email = &settings.email;
    email.is_set().then(|| {
        Mailer::new(MailerSettings {
            host: email.host.clone(),
            port: email.port,
            tls: match email.tls {
                Tls::Required => MailTls::Implicit,
                Tls::Starttls => MailTls::Starttls,
                Tls::None => MailTls::None,
            },
            account: (!email.user.is_empty()).then(|| (email.user.clone(), email.password.clone())),
            invoices: email.invoice_folder().map(ToOwned::to_owned),
        })
    })
}

/// A running server with its workers.
pub struct App {
    /// Where it listens.
    pub address: SocketAddr,
    /// The verbs.
    pub service: Service,
    server: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
    workers: Vec<JoinHandle<()>>,
    stop: CancellationToken,
}

/// What a server is made of.
pub struct Parts {
    /// The verbs.
    pub service: Service,
    /// The carrier.
    pub gateway: Arc<dyn Gateway>,
    /// The settings that the server itself reads.
    pub settings: Settings,
    /// The demo, when it is one.
    pub demo: Option<Demo>,
}

impl App {
    /// Listens and starts the workers.
    ///
    /// # Errors
    /// When the address is taken, or the HTTP client cannot be made.
    pub fn start(parts: Parts) -> anyhow::Result<Self> {
        let Parts { service, gateway, settings, demo } = parts;
        let listen = settings.server.listen;
        let listener = TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
        let address = listener.local_addr().context("the listener has no address")?;
        let transport = Arc::new(Transport::new().context("the HTTP client cannot be made")?);
        let queued = Arc::new(Notify::new());
        let outbox = OutboxWorker::new(service.clone(), Arc::clone(&gateway), transport, settings.outbox);
        let (texts, emails) = (outbox.clone().for_channel(Channel::Sms), outbox.for_channel(Channel::Email));
        let timers = TimerWorker::new(service.clone());
        let campaigns = CampaignWorker::new(service.clone());
        let reloader = Reloader::new(service.clone());
        let stop = CancellationToken::new();
        let workers = if demo.is_some() {
            // The demo turns its workers by hand, so that its page shows each step.
            Vec::new()
        } else {
            vec![
                tokio::spawn(run("texts", stop.clone(), Arc::clone(&queued), move || {
                    let texts = texts.clone();
                    async move { texts.tick().await }
                })),
                tokio::spawn(run("emails", stop.clone(), Arc::clone(&queued), move || {
                    let emails = emails.clone();
                    async move { emails.tick().await }
                })),
                tokio::spawn(run("timers", stop.clone(), Arc::clone(&queued), move || {
                    let timers = timers.clone();
                    async move { timers.tick().await }
                })),
                tokio::spawn(run("campaigns", stop.clone(), Arc::clone(&queued), move || {
                    let campaigns = campaigns.clone();
                    async move { campaigns.tick().await }
                })),
                // It has a bell of its own: one that is rung for the outbox must not wake it instead.
                tokio::spawn(run("rules", stop.clone(), Arc::default(), move || {
                    let reloader = reloader.clone();
                    async move { reloader.tick().await }
                })),
            ]
        };
        let configure = crate::web::configure(Web {
            service: service.clone(),
            // The console believes whoever speaks to it: nothing from outside may.
            gateways: if demo.is_some() { Vec::new() } else { vec![gateway] },
            console: settings.console.clone(),
            api: settings.api.clone(),
            session_key: session_key(),
            secure_cookies: settings.server.public_url.scheme() == "https",
            outbox: queued,
            demo,
        });
        let server =
            HttpServer::new(move || Actix::new().wrap(middleware::Compress::default()).configure(configure.clone()))
                .workers(2)
                .shutdown_timeout(10)
                .disable_signals()
                .listen(listener)
                .context("the server does not start")?
                .run();
        let handle = server.handle();
        tracing::info!(%address, "listening");
        Ok(Self { address, service, server: handle, serving: tokio::spawn(server), workers, stop })
    }

    /// Runs until the process is told to end, then stops in order: no new request, the requests under way, the turn of each
    /// worker, the store.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn run_until_told(self) -> anyhow::Result<()> {
        told_to_end().await;
        tracing::info!("stopping");
        self.stop().await
    }

    /// Stops in order.
    ///
    /// # Errors
    /// When the server fails.
    pub async fn stop(self) -> anyhow::Result<()> {
        self.server.stop(true).await;
        self.serving.await.context("the server did not end")?.context("the server failed")?;
        self.stop.cancel();
        for worker in self.workers {
            worker.await.context("a worker died")?;
        }
        self.service.store.close().await;
        Ok(())
    }
}

/// Turns a worker until it is told to stop: at once while there is work, else when woken, else after a moment.
async fn run<F>(name: &'static str, stop: CancellationToken, woken: Arc<Notify>, turn: impl Fn() -> F + Send)
where
    F: Future<Output = Result<crate::service::Tick, crate::service::ServiceError>> + Send,
{
    while !stop.is_cancelled() {
        let rest = match turn().await {
            Ok(tick) if tick.worked > 0 => continue,
            Ok(_) => IDLE,
            Err(error) => {
                tracing::error!(worker = name, error = crate::telemetry::chain(&error), "a turn failed");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = woken.notified() => {}
            () = tokio::time::sleep(rest) => {}
        }
    }
}

/// Sessions end when the server restarts: the key is made anew and kept nowhere.
#[expect(clippy::disallowed_methods, reason = "a secret of this process alone, that no test has to foresee")]
fn session_key() -> [u8; 64] {
    let mut key = [0; 64];
    rand::rng().fill(&mut key);
    key
}

async fn told_to_end() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => drop(interrupt.await),
        }
    }
    #[cfg(not(unix))]
    drop(interrupt.await);
}
