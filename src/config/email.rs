//! `[email]`: the server that takes e-mails, and the invoices that go with them.

use super::ConfigError;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

/// How the talk with the server is kept from others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tls {
    /// TLS from the first byte.
    Required,
    /// TLS after a greeting in the clear; without it, nothing is sent.
    #[default]
    Starttls,
    /// In the clear: for a server on this machine.
    None,
}

/// The server that takes e-mails.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EmailSettings {
    /// Its name; empty: e-mails are written by a person.
    pub host: String,
    /// Where it listens.
    pub port: u16,
    /// How the talk is kept from others.
    pub tls: Tls,
    /// The account; empty where the server asks for none.
    pub user: String,
    /// Its password.
    pub password: SecretString,
    /// The folder of the invoices, with one in it for each creditor; none is attached when it is empty.
    pub invoices: PathBuf,
}

impl Default for EmailSettings {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            tls: Tls::default(),
            user: String::new(),
            password: SecretString::from(""),
            invoices: PathBuf::new(),
        }
    }
}

impl EmailSettings {
    /// Whether there is a server.
    #[must_use]
    pub fn is_set(&self) -> bool {
        !self.host.is_empty()
    }

    /// The folder of the invoices, when there is one.
    #[must_use]
    pub fn invoice_folder(&self) -> Option<&Path> {
        Some(self.invoices.as_path()).filter(|folder| !folder.as_os_str().is_empty())
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let invalid = |key: &str, problem: &str| {
            Err(ConfigError::Invalid { key: format!("email.{key}"), problem: problem.to_owned() })
        };
        if !self.is_set() {
            return Ok(());
        }
        if self.host.contains("://") || self.host.contains(char::is_whitespace) {
            return invalid("host", "write the name of the server alone, such as smtp.example.fr");
        }
        if self.port == 0 {
            return invalid("port", "write the port of the server: 465 for tls = \"required\", 587 for \"starttls\"");
        }
        let here = self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
        if self.tls == Tls::None && !here {
            return invalid("tls", "names and debts would travel in the clear: write \"starttls\" or \"required\"");
        }
        if self.user.is_empty() != self.password.expose_secret().is_empty() {
            return invalid("password", "write user and password, or neither");
        }
        if self.invoice_folder().is_some_and(|folder| !folder.is_dir()) {
            return invalid("invoices", "there is no such folder: make it, or leave it empty to attach nothing");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::config::{ConfigError, EXAMPLE, Settings, load};

    fn with(changes: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("relance.toml");
        let text = changes.iter().fold(EXAMPLE.to_owned(), |text, (was, is)| {
            assert!(text.contains(was), "{was}");
            text.replacen(was, is, 1)
        });
        std::fs::write(&path, text).unwrap();
        load(Some(&path), [])
    }

    const HOST: (&str, &str) = ("host = \"\"", "host = \"smtp.example.fr\"");

    #[test]
    fn a_creditor_writes_by_itself_where_there_is_a_server_and_an_address() {
        let from = ("email_from = \"\"", "email_from = \"factures@atelier-lumen.example\"");
        for (changes, writes) in [(&[][..], false), (&[HOST], false), (&[from], false), (&[HOST, from], true)] {
            assert_eq!(with(changes).unwrap().creditors().unwrap()[0].policy.writes_email, writes, "{changes:?}");
        }
    }

    #[test]
    fn a_server_that_cannot_work_is_refused_with_what_to_write() {
        for (was, is, expected) in [
            ("host = \"\"", "host = \"smtp://a\"", "email.host`: write the name of the server alone"),
            ("port = 587", "port = 0", "email.port`: write the port"),
            ("tls = \"starttls\"", "tls = \"none\"", "email.tls`: names and debts would travel in the clear"),
            (
                "tls = \"starttls\"",
                "tls = \"maybe\"",
                "`maybe` cannot be written here: write required, starttls or none",
            ),
            ("user = \"\"", "user = \"lumen\"", "email.password`: write user and password"),
            ("invoices = \"\"", "invoices = \"/nowhere/at/all\"", "email.invoices`: there is no such folder"),
            ("email_from = \"\"", "email_from = \"Lumen <a@b.fr>\"", "creditors[0].email_from`: it is no address"),
            ("email_reply_to = \"\"", "email_reply_to = \"lumen\"", "creditors[0].email_reply_to`: it is no address"),
        ] {
            let host = if was == HOST.0 { vec![] } else { vec![HOST] };
            let said = with(&[&host[..], &[(was, is)]].concat()).expect_err(is).to_string();
            assert!(said.contains(expected), "{said} / {expected}");
        }
        let local = with(&[("host = \"\"", "host = \"127.0.0.1\""), ("tls = \"starttls\"", "tls = \"none\"")]);
        assert!(local.is_ok(), "this machine hears itself alone");
    }
}
