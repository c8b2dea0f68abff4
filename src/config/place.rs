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
            Self::Syntax { line: Some(line), .. } => format!("{}:{line}: ", file.display()),
            Self::Syntax { line: None, .. } => String::new(),
            Self::UnknownKey { key, .. } | Self::Invalid { key, .. } => {
                let text = std::fs::read_to_string(file).unwrap_or_default();
                line_of(&text, key).map(|line| format!("{}:{line}: ", file.display())).unwrap_or_default()
            }
            Self::Unreadable { .. } | Self::Plan(_) | Self::Law(_) => String::new(),
        }
    }
}

/// The key whose value is at that byte of the text, such as `creditors[1].zone`.
pub(super) fn key_at(text: &str, at: usize) -> Option<String> {
    let root = DeTable::parse(text).ok()?;
    within(root.get_ref(), at)
}

fn within(table: &DeTable<'_>, at: usize) -> Option<String> {
    table.iter().find_map(|(key, value)| {
        let key = key.get_ref();
        match value.get_ref() {
            DeValue::Table(inner) => within(inner, at).map(|rest| format!("{key}.{rest}")),
            DeValue::Array(entries) => entries.iter().enumerate().find_map(|(index, entry)| match entry.get_ref() {
                DeValue::Table(inner) => within(inner, at).map(|rest| format!("{key}[{index}].{rest}")),
                _ => entry.span().contains(&at).then(|| key.to_string()),
            }),
            _ => value.span().contains(&at).then(|| key.to_string()),
        }
    })
}

/// The line of a byte of the text, from 1.
pub(super) fn line_at(text: &str, at: usize) -> usize {
    text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1
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
    found.map(|at| line_at(text, at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_finds_its_key() {
        let text =
            "[server]\nlisten = 12\n[[creditors]]\nlanguages = [\"fr\", 3]\n[creditors.policy]\nact_above = \"x\"\n";
        for (value, key) in [
            ("12", Some("server.listen")),
            ("3]", Some("creditors[0].languages")),
            ("\"x\"", Some("creditors[0].policy.act_above")),
            ("[server]", None),
        ] {
            assert_eq!(key_at(text, text.find(value).unwrap()).as_deref(), key, "{value}");
        }
    }

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
