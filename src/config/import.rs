//! `[import]` and `[api]`: how cases come in.

use super::ConfigError;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// A key that is shorter can be guessed.
const SHORTEST_KEY: usize = 24;

/// How files are read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ImportSettings {
    /// Profiles of the operator's own, NAME.toml each; none when empty.
    pub profiles: PathBuf,
}

impl ImportSettings {
    /// The folder of the operator's own profiles, when there is one.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        Some(self.profiles.as_path()).filter(|folder| !folder.as_os_str().is_empty())
    }
}

/// The API for programs.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ApiSettings {
    /// What a program shows to be let in; the API is closed when it is empty.
    pub key: SecretString,
}

impl ApiSettings {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let key = self.key.expose_secret();
        let strong = key.len() >= SHORTEST_KEY && key.chars().all(|c| c.is_ascii_graphic());
        if key.is_empty() || strong {
            return Ok(());
        }
        let problem =
            format!("write {SHORTEST_KEY} characters at least, without blanks: openssl rand -hex 24 makes some");
        Err(ConfigError::Invalid { key: "api.key".to_owned(), problem })
    }
}
