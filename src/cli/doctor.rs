//! `relance doctor`: what is wrong, in words, and what to do about it.

use super::templates::authors_without_account;
use crate::app;
use crate::config::{ConfigError, ConsoleUser, Settings};
use crate::domain::{Approval, Creditor, Language};
use crate::gateway::{Answer, MailObstacle, Request, Transport};
use crate::opinion::{Known, OpinionError, Question};
use crate::service::Rules;
use crate::store::Store;
use crate::wording::TextVersion;
use clap::Args;
use secrecy::ExposeSecret as _;
use std::net::IpAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// Looks at everything that can be wrong before a message leaves.
#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Does not ask the carrier nor the public address.
    #[arg(long)]
    offline: bool,
}

/// What was found, in order.
#[derive(Default)]
struct Findings {
    wrong: usize,
}

impl Findings {
    fn good(&self, what: &str) {
        println!("  ok     {what}");
    }

    fn note(&self, what: &str) {
        println!("  note   {what}");
    }

    fn wrong(&mut self, what: &str) {
        self.wrong += 1;
        println!("  WRONG  {what}");
    }
}

impl Doctor {
    pub async fn run(self, config: Option<PathBuf>) -> anyhow::Result<ExitCode> {
        let mut found = Findings::default();
        if let Some(settings) = read_settings(&mut found, config) {
            let approvals = database(&mut found, &settings).await;
            creditors(&mut found, &settings, &approvals);
            console(&mut found, &settings);
            public_url(&mut found, &settings);
            if !self.offline {
                over_the_network(&mut found, &settings).await;
            }
            email(&mut found, &settings, self.offline).await;
            second_opinion(&mut found, &settings, self.offline).await;
        }
        println!(
            "{}",
            if found.wrong == 0 { "Nothing is wrong.".to_owned() } else { format!("{} to mend.", found.wrong) }
        );
        Ok(if found.wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn read_settings(found: &mut Findings, config: Option<PathBuf>) -> Option<Settings> {
    let file = super::settings_file(config);
    println!("Settings ({})", file.as_ref().map_or("none: defaults".to_owned(), |path| path.display().to_string()));
    match crate::config::load(file.as_deref(), std::env::vars()) {
        Ok(settings) => {
            found.good("they read, and every key is known");
            for key in settings.placeholders() {
                found.wrong(&format!("`{key}` is still that of the example: write yours"));
            }
            Some(settings)
        }
        // Whoever mends plans would rather hear of all of them than of one after the other.
        Err(ConfigError::Plan(first)) => {
            let read = crate::config::read(file.as_deref(), std::env::vars());
            let all = read.ok().and_then(|read| Some(read.dunning.bad_plans(&read.jurisdictions.laws().ok()?)));
            let all = all.filter(|all| !all.is_empty()).unwrap_or_else(|| vec![first]);
            all.iter().for_each(|error| found.wrong(&unusable(error)));
            None
        }
        Err(error @ ConfigError::Unreadable { .. }) => {
            found.wrong(&format!(
                "{}. Make one with: relance config example > relance.toml",
                crate::telemetry::chain(&error)
            ));
            None
        }
        Err(error) => {
            found.wrong(&format!("{}{}", error.place(file.as_deref()), unusable(&error)));
            None
        }
    }
}

/// What an operator wrote and cannot be used.
fn unusable(error: &dyn std::error::Error) -> String {
    format!("{} (a service that runs keeps its last good version)", crate::telemetry::chain(error))
}

async fn database(found: &mut Findings, settings: &Settings) -> Vec<Approval> {
    let mut approvals = Vec::new();
    println!("Database");
    match Store::open(settings.database.url.expose_secret()).await {
        Ok(store) => {
            match store.ping().await {
                Ok(()) => found.good("it opens, its tables are up to date, and it answers"),
                Err(error) => found.wrong(&format!("it opens but does not answer: {}", crate::telemetry::chain(&error))),
            }
            if let Ok(mut tx) = store.snapshot().await {
                approvals = tx.standing_approvals().await.unwrap_or_default();
            }
            store.close().await;
        }
        Err(error) => found.wrong(&format!(
            "{}. Check database.url: sqlite://FILE in a folder that can be written, or postgres://USER:PASSWORD@HOST/DATABASE",
            crate::telemetry::chain(&error)
        )),
    }
    approvals
}

fn creditors(found: &mut Findings, settings: &Settings, approvals: &[Approval]) {
    println!("Creditors");
    let Rules { creditors, words } = match Rules::read(settings, approvals) {
        Ok(rules) => rules,
        Err(error) => return found.wrong(&unusable(&error)),
    };
    if creditors.is_empty() {
        found.wrong("there is none: add a [[creditors]]");
    }
    for waiting in words.waiting() {
        let TextVersion { language, name, author, .. } = &waiting.text;
        let author = author.as_deref().unwrap_or_default();
        found.note(&format!(
            "{language}/{name}, written by {author}, waits for somebody else: relance templates approve {language}/{name}@{}",
            &waiting.text.hash[..12]
        ));
    }
    for (text, author) in authors_without_account(&words, &settings.console) {
        found.note(&format!(
            "{text} is by {author}, and no account of the console has that name: write the author's as it is there"
        ));
    }
    for TextVersion { language, name, version, .. } in words.letters_older_than_ours() {
        found.note(&format!(
            "{language}/{name} is yours, in version {version}, and ours is newer: the greeting and the closing words of a letter are in \
             letter_frame, and nowhere else. Compare them, then raise its version"
        ));
    }
    for creditor in &creditors {
        let before = found.wrong;
        if creditor.sender.is_empty() {
            found.wrong(&format!("{} has no sender: set creditors.sender or gateway.twilio.from", creditor.key));
        } else {
            sender(found, creditor);
        }
        if creditor.role.needs_letter(creditor.jurisdiction) {
            found.note(&format!(
                "{} collects for others: nothing leaves for a case before its first letter is on file (R124-4)",
                creditor.key
            ));
            if creditor.postal_address.is_none() || creditor.collector_address.is_none() {
                found.note(&format!(
                    "the letters of {} lack an address that R124-4 asks: set postal_address and collector_address",
                    creditor.key
                ));
            }
        }
        if creditor.means.cheque_to.is_some() && creditor.payee_address().is_empty() {
            let address = if creditor.collector_name.is_some() { "collector_address" } else { "postal_address" };
            found
                .note(&format!("{} takes cheques, and no letter says where to send them: set {address}", creditor.key));
        }
        if creditor.callback_phone.is_none() {
            found.note(&format!("{} gives no number at which a person answers: set callback_phone", creditor.key));
        }
        if found.wrong == before {
            found.good(&format!("{} can write and be answered", creditor.key));
        }
    }
}

/// In France 06 and 07 numbers are for people: operators block what software sends from them (ARCEP 2022-1583).
fn sender(found: &mut Findings, creditor: &Creditor) {
    if ["+336", "+337"].iter().any(|mobile| creditor.sender.starts_with(mobile)) {
        found.wrong(&format!(
            "{} writes from a French mobile number: operators block it. Use a short code or a 09 37-39 number",
            creditor.key
        ));
    }
}

fn console(found: &mut Findings, settings: &Settings) {
    println!("Console");
    let accounts = settings.console.accounts();
    if accounts.is_empty() {
        return found.wrong("it is closed: run `relance user hash` and set the password_hash of a [[console.users]]");
    }
    for ConsoleUser { name, password_hash, .. } in &accounts {
        if argon2::password_hash::phc::PasswordHash::new(password_hash.expose_secret()).is_err() {
            found.wrong(&format!(
                "the password_hash of {name} is not a hash: run `relance user hash`, copy the whole line"
            ));
        } else {
            found.good(&format!("the account of {name} is set"));
        }
    }
    if accounts.len() == 1 && settings.wording.own_folder().is_some() {
        found.note("it has one account: whoever approves a text of yours must be somebody else than its author");
    }
}

fn public_url(found: &mut Findings, settings: &Settings) {
    println!("Public address");
    let url = &settings.server.public_url;
    let host = url.host_str().unwrap_or_default();
    let local = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if local {
        found.wrong("server.public_url is this machine: neither the carrier nor a debtor can reach it from outside");
    } else if url.scheme() != "https" {
        found.wrong("server.public_url is not https: debtors' answers and payment links would travel in the clear");
    } else {
        found.good("it can be reached from outside, if the name resolves");
    }
    found
        .note(&format!("webhook of the number at the carrier: {}/webhooks/twilio", url.as_str().trim_end_matches('/')));
}

async fn over_the_network(found: &mut Findings, settings: &Settings) {
    println!("Network");
    let Ok(transport) = Transport::new() else { return found.wrong("the HTTP client cannot be made") };
    match settings.gateway.twilio.as_ref() {
        None => found.wrong("no carrier is set: fill in [gateway.twilio]"),
        Some(_) => match app::twilio(settings).map(|gateway| gateway.compose_check()) {
            Some(Some(request)) => carrier(found, transport.send(request).await.ok()),
            _ => found.note("this carrier cannot be asked whether the account works"),
        },
    }
    let health = Request {
        method: "GET",
        url: format!("{}/healthz", settings.server.public_url.as_str().trim_end_matches('/')),
        headers: Vec::new(),
        body: Vec::new(),
    };
    match transport.send(health).await {
        Ok(answer) if answer.status == 200 => found.good("the public address answers"),
        Ok(answer) => {
            found.wrong(&format!("the public address answers {} on /healthz: is it this server?", answer.status))
        }
        Err(_) => {
            found.wrong("the public address does not answer on /healthz: is the server running, behind its proxy?")
        }
    }
}

/// The server of mail, and who would write by it.
async fn email(found: &mut Findings, settings: &Settings, offline: bool) {
    let creditors = settings.creditors().unwrap_or_default();
    let Some(mailer) = app::mailer(settings) else {
        for creditor in creditors.iter().filter(|creditor| creditor.email_from.is_some()) {
            found.note(&format!("{} has email_from, and there is no server of mail: set email.host", creditor.key));
        }
        return;
    };
    println!("E-mail");
    for creditor in creditors.iter().filter(|creditor| creditor.email_from.is_none()) {
        found.note(&format!("{} has no email_from: a person writes its e-mails", creditor.key));
    }
    if let Some(invoices) = settings.email.invoice_folder() {
        for creditor in creditors.iter().filter(|creditor| creditor.email_from.is_some()) {
            let own = invoices.join(&creditor.key.0);
            if !own.is_dir() {
                let own = own.display();
                found.note(&format!(
                    "no invoice goes with the e-mails of {}: make {own} and put its files there",
                    creditor.key
                ));
            }
        }
    }
    if offline {
        return;
    }
    match mailer.check().await {
        Ok(()) => found.good("the server greets us, with the TLS and the account of the settings"),
        Err(error @ MailObstacle::Account(_)) => {
            found.wrong(&format!("{error}: check email.user and email.password"));
        }
        Err(error @ MailObstacle::Tls) => {
            found.wrong(&format!("{error}: check email.tls (required on port 465, starttls on 587) and email.host"));
        }
        Err(error) => {
            found.wrong(&format!("{}: check email.host and email.port", crate::telemetry::chain(&error)));
        }
    }
}

/// A question without anybody's words in it.
async fn second_opinion(found: &mut Findings, settings: &Settings, offline: bool) {
    let adviser = match app::adviser(settings) {
        Ok(None) => return,
        Ok(Some(adviser)) => adviser,
        Err(error) => {
            println!("Second opinion");
            return found.wrong(&format!("{error:#}"));
        }
    };
    println!("Second opinion");
    let elsewhere = matches!(settings.reading.second_opinion.kind.as_str(), "endpoint");
    if elsewhere {
        found.note("masked replies leave this machine when our own reading is not sure: say so in the privacy notice");
    }
    if elsewhere && offline {
        return;
    }
    let Some(question) = Question::about("je paie vendredi", &Known::default(), Language::FR, None) else { return };
    match adviser.ask(&question).await {
        Ok(_) => found.good(&format!("{} answers in time", adviser.name())),
        Err(error @ OpinionError::Refused(401 | 403)) => {
            found.wrong(&format!("{error}: check reading.second_opinion.api_key"))
        }
        Err(error @ OpinionError::Refused(404)) => {
            found.wrong(&format!("{error}: check reading.second_opinion.url and model"))
        }
        Err(error @ (OpinionError::Late | OpinionError::Unreachable(_))) => found.wrong(&format!(
            "{}: check reading.second_opinion.url, or raise timeout_ms",
            crate::telemetry::chain(&error)
        )),
        Err(error) => found.wrong(&format!("{error}: this model cannot be used")),
    }
}

fn carrier(found: &mut Findings, answer: Option<Answer>) {
    match answer.map(|answer| answer.status) {
        Some(200) => found.good("the carrier knows the account"),
        Some(401 | 403) => found.wrong("the carrier refuses the account: check account_sid and auth_token"),
        Some(404) => found.wrong("the carrier does not know this account: check account_sid and api_base"),
        Some(status) => found.wrong(&format!("the carrier answers {status}: try again later")),
        None => found.wrong("the carrier cannot be reached: check api_base and the network of this machine"),
    }
}
