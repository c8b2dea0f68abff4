//! A whole office on this machine: service, workers and carrier, under a clock that is turned by hand.

use super::carrier::{self, Carrier};
use super::smtp::{self, Post};
use chrono::{DateTime, Utc};
use relance::clock::{Clock as _, TestClock};
use relance::config::{self, OutboxSettings};
use relance::domain::{AgentAct, BankAccount, Case, CaseId, Creditor, Money, PaymentMeans, Role};
use relance::gateway::{Console, Gateway, Inbound, MailTls, Mailer, MailerSettings, Transport, Twilio, TwilioSettings};
use relance::reading::Reader;
use relance::service::{OutboxWorker, Received, Service, TimerWorker, read_portfolio};
use relance::store::Store;
use relance::wording::Words;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

/// Read once for all tests: nothing changes in them.
static READER: LazyLock<Arc<Reader>> = LazyLock::new(|| Arc::new(Reader::embedded().unwrap()));
static WORDS: LazyLock<Arc<Words>> = LazyLock::new(|| Arc::new(Words::embedded().unwrap()));

/// The reader of every test.
pub fn reader() -> Arc<Reader> {
    Arc::clone(&READER)
}

/// The words of every test.
pub fn words() -> Arc<Words> {
    Arc::clone(&WORDS)
}

/// The parts, and the folder that holds the database.
pub struct Office {
    pub service: Service,
    pub clock: Arc<TestClock>,
    pub outbox: OutboxWorker,
    pub timers: TimerWorker,
    _folder: tempfile::TempDir,
}

/// The creditor of the example settings, with its own sender.
pub fn creditors() -> Vec<Creditor> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("relance.toml");
    std::fs::write(&path, config::EXAMPLE).unwrap();
    config::load(Some(&path), []).unwrap().creditors().unwrap()
}

/// How the creditor is paid, where its settings say so.
pub fn means() -> PaymentMeans {
    let transfer = BankAccount {
        iban: "FR76 3000 6000 0112 3456 7890 189".to_owned(),
        bic: Some("AGRIFRPP".to_owned()),
        holder: "Atelier Lumen".to_owned(),
    };
    PaymentMeans { transfer: Some(transfer), cheque_to: Some("Atelier Lumen".to_owned()) }
}

/// The same, whose reminders to consumers follow the ready-made plan of that name; no plan when there is none.
pub fn creditors_with_plan(plan: &str) -> Vec<Creditor> {
    let mut creditors = creditors();
    let library = config::DunningSettings::default().library(config::Laws::carried()).unwrap();
    creditors[0].policy.dunning.consumer = library.named(plan).cloned();
    creditors
}

/// A service on `store` that speaks for `creditors`.
pub fn service(store: Store, clock: Arc<TestClock>, creditors: Vec<Creditor>) -> Service {
    let public = "https://sms.example.fr".parse().unwrap();
    Service::new(store, Arc::clone(&READER), Arc::clone(&WORDS), clock, creditors, public)
}

fn twilio(carrier: &Carrier) -> Twilio {
    Twilio::new(TwilioSettings {
        account_sid: carrier::ACCOUNT.to_owned(),
        auth_tokens: vec![carrier::TOKEN.into()],
        api_base: carrier.api_base().parse().unwrap(),
        public_url: "https://sms.example.fr".parse().unwrap(),
        repeat_window: Duration::from_secs(5),
    })
}

/// What hands e-mails over to the model, in the clear, with its account.
pub fn mailer(post: &Post, invoices: Option<PathBuf>) -> Mailer {
    Mailer::new(MailerSettings { invoices, ..mailer_settings(post) })
}

pub fn mailer_settings(post: &Post) -> MailerSettings {
    MailerSettings {
        host: "127.0.0.1".to_owned(),
        port: post.port(),
        tls: MailTls::None,
        account: Some((smtp::USER.to_owned(), smtp::PASSWORD.into())),
        invoices: None,
    }
}

impl Office {
    /// Opens at `start` on a fresh SQLite file; what it sends goes nowhere.
    pub async fn open(start: DateTime<Utc>) -> Self {
        Self::open_with(start, Arc::new(Console)).await
    }

    /// Opens at `start` for a creditor whose reminders follow that plan; what it sends goes nowhere.
    pub async fn open_with_plan(start: DateTime<Utc>, plan: &str) -> Self {
        Self::open_for(start, Arc::new(Console), creditors_with_plan(plan), None).await
    }

    /// Opens at `start` for these creditors; what it sends goes nowhere.
    pub async fn open_for_creditors(start: DateTime<Utc>, creditors: Vec<Creditor>) -> Self {
        Self::open_for(start, Arc::new(Console), creditors, None).await
    }

    /// Opens at `start` for an agency that collects for the creditor in France; what it sends goes nowhere.
    pub async fn open_as_agency(start: DateTime<Utc>) -> Self {
        let mut creditors = creditors();
        (creditors[0].role, creditors[0].collector_name) = (Role::Agency, Some("Cabinet Vernier".to_owned()));
        Self::open_for(start, Arc::new(Console), creditors, None).await
    }

    /// Opens at `start`, and sends by the model of the carrier.
    pub async fn open_at_carrier(start: DateTime<Utc>, carrier: &Carrier) -> Self {
        carrier.set_time(start);
        Self::open_with(start, Arc::new(twilio(carrier))).await
    }

    /// Opens at `start` for a creditor whose reminders follow that plan, and writes by the models of the carrier and of the
    /// server of mail.
    pub async fn open_at_post(start: DateTime<Utc>, plan: &str, carrier: &Carrier, mailer: Mailer) -> Self {
        carrier.set_time(start);
        let mut creditors = creditors_with_plan(plan);
        creditors[0].email_from = Some("factures@atelier-lumen.example".to_owned());
        creditors[0].email_reply_to = Some("lea@atelier-lumen.example".to_owned());
        creditors[0].policy.writes_email = true;
        creditors[0].means = means();
        Self::open_for(start, Arc::new(twilio(carrier)), creditors, Some(mailer)).await
    }

    async fn open_with(start: DateTime<Utc>, gateway: Arc<dyn Gateway>) -> Self {
        Self::open_for(start, gateway, creditors(), None).await
    }

    async fn open_for(
        start: DateTime<Utc>,
        gateway: Arc<dyn Gateway>,
        creditors: Vec<Creditor>,
        mailer: Option<Mailer>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&format!("sqlite://{}", folder.path().join("office.db").display())).await.unwrap();
        let clock = Arc::new(TestClock::at(start));
        let service = service(store, Arc::clone(&clock), creditors).mailing(mailer);
        let transport = Arc::new(Transport::new().unwrap());
        let outbox = OutboxWorker::new(service.clone(), gateway, transport, OutboxSettings::default());
        let timers = TimerWorker::new(service.clone());
        Self { service, clock, outbox, timers, _folder: folder }
    }

    /// Brings in a portfolio of one line, without its heading.
    pub async fn import(&self, heading: &str, line: &str) -> CaseId {
        let portfolio = read_portfolio(format!("{heading}\n{line}").as_bytes(), &self.service.creditors()).unwrap();
        if let Some(rejection) = portfolio.rejections.first() {
            panic!("{:?}", rejection.faults);
        }
        self.service.import(&portfolio.rows).await.unwrap();
        let row = &portfolio.rows[0];
        let mut tx = self.service.store.snapshot().await.unwrap();
        tx.case_by_reference(&row.creditor, &row.case_ref).await.unwrap().unwrap().id
    }

    pub async fn case(&self, id: CaseId) -> Case {
        self.service.due(id).await.unwrap().case
    }

    /// The debtor of a case writes.
    pub async fn hears(&self, case: CaseId, text: &str) -> Received {
        let due = self.service.due(case).await.unwrap();
        let inbound = Inbound {
            gateway_id: self.clock.new_id().to_string(),
            from: relance::domain::Address::parse(due.case.phone.number.as_str()),
            to: relance::domain::Address::parse(&due.creditor.sender),
            text: text.to_owned(),
            raw: text.as_bytes().to_vec(),
            received_at: None,
            opt_out_hint: None,
            media: 0,
        };
        self.service.receive("console", Duration::ZERO, &inbound).await.unwrap()
    }

    /// An agent acts.
    pub async fn acts(&self, case: CaseId, act: AgentAct) {
        self.service.act(case, "lea", act).await.unwrap();
    }

    /// The debtor pays.
    pub async fn is_paid(&self, case: CaseId, amount: Money) {
        let reference = self.clock.new_id().to_string();
        assert!(self.service.receive_payment(case, "card", &reference, amount).await.unwrap());
    }

    /// Turns both workers until nothing is left to do.
    pub async fn work(&self) {
        while self.timers.tick().await.unwrap().worked + self.outbox.tick().await.unwrap().worked > 0 {}
    }
}
