//! Which sections of the settings are those of the start: a service that runs keeps them whatever the file says since.

use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use toml::Table;

/// Sections that are read at the start alone.
const OF_THE_START: [&str; 8] = ["server", "database", "gateway", "email", "outbox", "console", "api", "reading"];

/// A hash of each section that is of the start: it tells that something changed, and nothing of a secret.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sections(BTreeMap<&'static str, Vec<u8>>);

impl Sections {
    pub(super) fn of(settings: &Table) -> Self {
        let hash = |name| Some((name, Sha256::digest(settings.get(name)?.to_string()).to_vec()));
        Self(OF_THE_START.into_iter().filter_map(hash).collect())
    }

    /// The sections that differ, and wait for the next start.
    #[must_use]
    pub fn changed_since(&self, start: &Self) -> Vec<&'static str> {
        OF_THE_START.into_iter().filter(|name| self.0.get(name) != start.0.get(name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_of_the_start_that_changed_is_named_and_another_is_not() {
        let of = |text: &str| Sections::of(&text.parse().unwrap());
        let start = of("[server]\nlisten = \"127.0.0.1:1\"\n[wording]\nfolder = \"a\"\n[api]\nkey = \"secret\"\n");
        let now = of(
            "[server]\nlisten = \"127.0.0.1:2\"\n[wording]\nfolder = \"b\"\n[outbox]\nbatch = 3\n[api]\nkey = \"secret\"\n",
        );
        assert_eq!(now.changed_since(&start), ["server", "outbox"]);
        assert!(start.changed_since(&start).is_empty());
        assert!(!format!("{start:?}").contains("secret"));
    }
}
