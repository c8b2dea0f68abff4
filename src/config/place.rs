//! Where in the settings file something is wrong: an error names its key, and here the key finds its line.

use super::ConfigError;
use std::path::Path;
use toml::de::{DeTable, DeValue};

impl ConfigError {
    /// The file and the line that it is about, as the beginning of a sentence; nothing where the error says it itself, or
    /// where what is wrong does not stand in `file`.
    #[must_use]
    pub fn place(&self, file: Option<&Path>) -> String {
        let Some(file) = file else { return String::new() };
        match self {
            Self::Syntax { .. } => format!("{}: ", file.display()),
            Self::UnknownKey { key, .. } | Self::Invalid { key, .. } => {
                let text = std::fs::read_to_string(file).unwrap_or_default();
                line_of(&text, key).map(|line| format!("{}:{line}: ", file.display())).unwrap_or_default()
            }
            Self::Unreadable { .. } | Self::Plan(_) | Self::Law(_) => String::new(),
        }
    }
}

/// The line of a key such as `creditors[0].policy.freeze_days`, or of the section that lacks it.
fn line_of(text: &str, key: &str) -> Option<usize> {
    let root = DeTable::parse(text).ok()?;
    let mut table = root.get_ref();
    let mut found = None;
    for part in key.split('.') {
        let (name, index) = part.split_once('[').map_or((part, None), |(name, index)| (name, Some(index)));
        let Some((key, value)) = table.iter().find(|(key, _)| key.get_ref() == name) else { break };
        found = Some(key.span().start);
        let entry = match (value.get_ref(), index.and_then(|index| index.trim_end_matches(']').parse::<usize>().ok())) {
            (DeValue::Array(entries), Some(index)) => entries.get(index),
            _ => Some(value),
        };
        let Some(DeValue::Table(inner)) = entry.map(|entry| entry.get_ref()) else { break };
        if index.is_some() {
            found = entry.map(|entry| entry.span().start);
        }
        table = inner;
    }
    found.map(|at| text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_finds_its_line_and_one_that_is_missing_that_of_its_section() {
        let text = "[server]\nlisten = \"x\"\n\n[[creditors]]\nkey = \"a\"\n\n[[creditors]]\nkey = \"b\"\n[creditors.policy]\nfreeze_days = 3\n";
        for (key, line) in [
            ("server.listen", Some(2)),
            ("server.public_url", Some(1)),
            ("creditors[1].key", Some(8)),
            ("creditors[1].policy.freeze_days", Some(10)),
            ("creditors[0].sender", Some(4)),
            ("console", None),
        ] {
            assert_eq!(line_of(text, key), line, "{key}");
        }
        assert_eq!(line_of("[server", "server"), None);
    }
}
