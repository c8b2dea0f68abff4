//! `relance user`

use anyhow::{Context as _, bail};
use argon2::Argon2;
use argon2::password_hash::PasswordHasher;
use clap::Subcommand;
use std::io::BufRead as _;
use std::process::ExitCode;

/// Shortest password that is worth a hash.
const SHORTEST: usize = 12;

/// What about the accounts.
#[derive(Debug, Subcommand)]
pub(super) enum User {
    /// Reads a password on standard input and prints its argon2id hash, for the `password_hash` of a `[[console.users]]`.
    Hash,
}

impl User {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Self::Hash => hash(),
        }
    }
}

fn hash() -> anyhow::Result<ExitCode> {
    eprintln!("Password, then Enter:");
    let mut password = String::new();
    std::io::stdin().lock().read_line(&mut password).context("no password could be read")?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.chars().count() < SHORTEST {
        bail!("the password has fewer than {SHORTEST} characters: take a longer one");
    }
    let hash = Argon2::default().hash_password(password.as_bytes()).map_err(|e| anyhow::anyhow!("{e}"))?;
    println!("{hash}");
    Ok(ExitCode::SUCCESS)
}
