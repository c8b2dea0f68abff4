//! The settings: one TOML file, environment overrides, checked once into values. Secrets are never printed.
//!
//! The embedded example names every key, with its type and what it is for: it is what an unknown key is compared to, what
//! gives an override its type, and what `config example` prints.

mod console;
mod creditor;
mod dunning;
mod email;
mod fingerprint;
mod import;
mod law;
mod load;
mod payment;
mod place;
mod placeholders;
mod price;
mod reading;
mod sections;

pub use console::{ConsoleSettings, ConsoleUser, Right};
pub use creditor::{CreditorSettings, PolicySettings};
pub use dunning::{DunningSettings, Library, PlanError, PlanNames};
pub use email::{EmailSettings, Tls};
pub use fingerprint::Fingerprint;
pub use import::{ApiSettings, ImportSettings};
pub use law::{JurisdictionSettings, LawError, Laws};
pub use load::{Essentials, essentials, load, read};
pub use payment::PaymentSettings;
pub use price::SegmentPrice;
pub use reading::{OtherReader, ReadingSettings, SecondOpinion, SecondOpinionSettings};
pub use sections::Sections;

use crate::domain::{Address, Creditor};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use url::Url;

/// The example that `config example` prints.
pub const EXAMPLE: &str = include_str!("example.toml");

/// What is wrong with the settings, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the settings file {}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The text is not TOML, or a value has the wrong type.
    #[error("{}{message}", key.as_ref().map(|key| format!("setting `{key}`: ")).unwrap_or_default())]
    Syntax {
        /// Where, when it stands in the file.
        line: Option<usize>,
        /// The key whose value it is, when that is known.
        key: Option<String>,
        /// What is wrong and what to write instead.
        message: String,
    },
    /// A key that means nothing.
    #[error("unknown setting `{key}`{}", nearest.as_ref().map(|n| format!(": did you mean `{n}`?")).unwrap_or_default())]
    UnknownKey {
        /// The whole key.
        key: String,
        /// The known key most like it.
        nearest: Option<String>,
    },
    /// A value that cannot work.
    #[error("setting `{key}`: {problem}")]
    Invalid {
        /// The whole key.
        key: String,
        /// What is wrong and what to write instead.
        problem: String,
    },
    /// A dunning plan that cannot work.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Figures of a country that are looser than the law, or cannot be meant.
    #[error(transparent)]
    Law(#[from] LawError),
}

/// No lease ends while a server of mail may still answer, in seconds.
const SLOWEST_MAIL: u32 = 60;

/// All settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The door.
    #[serde(default)]
    pub server: ServerSettings,
    /// The store.
    #[serde(default)]
    pub database: DatabaseSettings,
    /// The carriers.
    #[serde(default)]
    pub gateway: GatewaySettings,
    /// The server that takes e-mails.
    #[serde(default)]
    pub email: EmailSettings,
    /// The sending of messages.
    #[serde(default)]
    pub outbox: OutboxSettings,
    /// The agents' console.
    #[serde(default)]
    pub console: ConsoleSettings,
    /// The files that cases come from.
    #[serde(default)]
    pub import: ImportSettings,
    /// The API for programs.
    #[serde(default)]
    pub api: ApiSettings,
    /// The reading of replies.
    #[serde(default)]
    pub reading: ReadingSettings,
    /// What we say.
    #[serde(default)]
    pub wording: WordingSettings,
    /// The dunning plans.
    #[serde(default)]
    pub dunning: DunningSettings,
    /// Hours, holidays and frequency of each country.
    #[serde(default)]
    pub jurisdictions: JurisdictionSettings,
    /// Who is owed.
    #[serde(default)]
    pub creditors: Vec<CreditorSettings>,
    /// What tells one version of a section from another.
    #[serde(skip)]
    pub sections: Sections,
}

/// The door.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ServerSettings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The address from outside.
    pub public_url: Url,
}

impl Default for ServerSettings {
    fn default() -> Self {
        let listen = SocketAddr::from(([127, 0, 0, 1], 8080));
        let public_url = Url::parse("http://127.0.0.1:8080").expect("the default URL is written here");
        Self { listen, public_url }
    }
}

/// The store.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DatabaseSettings {
    /// Where the store is: it may carry a password.
    pub url: SecretString,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self { url: SecretString::from("sqlite://relance.db") }
    }
}

/// The carriers.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct GatewaySettings {
    /// What the carrier bills for a segment, where it is known.
    pub segment_price: Option<SegmentPrice>,
    /// Twilio, when it is used.
    pub twilio: Option<TwilioSettings>,
}

/// An account at Twilio.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TwilioSettings {
    /// `AC…`
    pub account_sid: String,
    /// The auth token; during a rotation, the new one, a comma, the old one.
    pub auth_token: SecretString,
    /// Where its API is: a model of it in tests.
    #[serde(default = "twilio_api")]
    pub api_base: Url,
    /// The sender of creditors that have none of their own.
    pub from: String,
    /// See the example.
    #[serde(default = "five")]
    pub repeat_window_seconds: u64,
}

impl TwilioSettings {
    /// The tokens accepted in signatures; the first also signs our calls.
    #[must_use]
    pub fn auth_tokens(&self) -> Vec<SecretString> {
        let tokens = self.auth_token.expose_secret().split(',').map(str::trim).filter(|t| !t.is_empty());
        tokens.map(SecretString::from).collect()
    }
}

fn twilio_api() -> Url {
    Url::parse("https://api.twilio.com").expect("the default URL is written here")
}

const fn five() -> u64 {
    5
}

/// The sending of messages.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutboxSettings {
    /// A send that is not settled after so long is ambiguous.
    pub lease_seconds: u32,
    /// How long after an ambiguous send the carrier is asked about it.
    pub lookup_after_seconds: u32,
    /// Messages sent at once, at most.
    pub batch: u32,
}

impl Default for OutboxSettings {
    fn default() -> Self {
        Self { lease_seconds: 60, lookup_after_seconds: 15, batch: 20 }
    }
}

/// What we say.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WordingSettings {
    /// Where the operator's own templates are; empty for the program's.
    pub folder: PathBuf,
}

impl WordingSettings {
    /// The folder of the operator's own templates, when there is one.
    #[must_use]
    pub fn own_folder(&self) -> Option<&Path> {
        Some(self.folder.as_path()).filter(|folder| !folder.as_os_str().is_empty())
    }
}

impl Settings {
    /// The creditors as values of the domain.
    ///
    /// # Errors
    /// When a value cannot work, with its key and what to write instead.
    pub fn creditors(&self) -> Result<Vec<Creditor>, ConfigError> {
        let default_sender = self.gateway.twilio.as_ref().map_or("", |twilio| twilio.from.as_str());
        let laws = self.jurisdictions.laws()?;
        let library = self.dunning.library(&laws)?;
        let mut creditors: Vec<Creditor> = Vec::new();
        for (index, settings) in self.creditors.iter().enumerate() {
            let law = laws.of(settings.jurisdiction);
            let creditor = settings.to_creditor(index, default_sender, &library, self.email.is_set(), &law)?;
            if creditors.iter().any(|c| c.key == creditor.key) {
                let problem = format!("two creditors have the key `{}`: each needs its own", creditor.key);
                return Err(ConfigError::Invalid { key: format!("creditors[{index}].key"), problem });
            }
            creditors.push(creditor);
        }
        Ok(creditors)
    }

    /// Checks what types alone cannot.
    ///
    /// # Errors
    /// The first value that cannot work, with its key and what to write instead.
    pub fn check(&self) -> Result<(), ConfigError> {
        let invalid =
            |key: &str, problem: &str| Err(ConfigError::Invalid { key: key.to_owned(), problem: problem.to_owned() });
        let url = &self.server.public_url;
        if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none_or(|h| h.contains('_')) {
            return invalid("server.public_url", "write an http(s) address; the carrier refuses host names with `_`");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return invalid("server.public_url", "write the address alone, without `?` or `#`");
        }
        if let Some(twilio) = &self.gateway.twilio {
            if twilio.auth_tokens().is_empty() {
                return invalid("gateway.twilio.auth_token", "it is empty: copy it from the Twilio console");
            }
            if !Address::parse(&twilio.from).can_be_answered() {
                return invalid("gateway.twilio.from", "people cannot answer a name: write a number or a short code");
            }
        }
        if self.outbox.lease_seconds == 0 || self.outbox.batch == 0 {
            return invalid("outbox", "lease_seconds and batch are at least 1");
        }
        self.email.check()?;
        if self.email.is_set() && self.outbox.lease_seconds < SLOWEST_MAIL {
            let problem = format!("a server of mail may take so long: write {SLOWEST_MAIL} or more");
            return Err(ConfigError::Invalid { key: "outbox.lease_seconds".to_owned(), problem });
        }
        self.api.check()?;
        self.console.check()?;
        self.reading.second_opinion()?;
        self.creditors().map(|_| ())
    }
}
