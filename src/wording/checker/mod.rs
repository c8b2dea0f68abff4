//! The template checker: what a message may never say, what it must, and what a named person has to answer for.
//!
//! `groups.toml` says how serious each finding is and for whom; each language has the words in its `checked.toml`.

mod content;
mod finding;
mod fold;
mod form;
mod report;
mod third_party;

#[cfg(test)]
mod tests;

pub use finding::{Audience, Finding, Level};
pub(super) use report::examples;
pub use report::{Report, Weight};

use crate::domain::Jurisdiction;
use fold::Phrase;
use serde::Deserialize;
use serde::de::Error as _;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What is found in any language.
static GROUPS: LazyLock<Vec<Group>> = LazyLock::new(|| {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Groups {
        group: Vec<Group>,
    }
    toml::from_str::<Groups>(include_str!("groups.toml")).expect("a test reads the groups").group
});

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Group {
    name: String,
    level: Level,
    #[serde(default)]
    review_when: Vec<Condition>,
    #[serde(default)]
    free_in: Vec<String>,
    advice: String,
}

/// What softens a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Condition {
    Business,
    Fr,
    Uk,
    Us,
    LegalStepDecided,
}

impl Condition {
    fn holds(self, audience: Audience) -> bool {
        match self {
            Self::Business => !audience.consumer,
            Self::Fr => audience.jurisdiction == Some(Jurisdiction::Fr),
            Self::Uk => audience.jurisdiction == Some(Jurisdiction::Uk),
            Self::Us => audience.jurisdiction == Some(Jurisdiction::Us),
            Self::LegalStepDecided => audience.legal_step_decided,
        }
    }
}

impl Group {
    fn named(name: &str) -> Option<&'static Self> {
        GROUPS.iter().find(|group| group.name == name)
    }

    fn level_for(&self, audience: Audience) -> Level {
        if self.review_when.iter().any(|condition| condition.holds(audience)) { Level::Review } else { self.level }
    }
}

/// One language's `checked.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Checker {
    /// Words that may stand in capitals.
    capitals: Vec<String>,
    /// Addresses that are not ours and may be named.
    pages: Vec<String>,
    /// Words that tell of a debt.
    debt: Vec<Phrase>,
    /// By group, what is watched for.
    words: BTreeMap<String, Vec<Phrase>>,
    /// What a message that must say something is known by.
    wanted: Wanted,
}

/// The words by which mandatory content is known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    opt_out: Vec<Phrase>,
    automatic: Vec<Phrase>,
    dispute: Vec<Phrase>,
    hardship: Vec<Phrase>,
    trade: Vec<Phrase>,
    collector: Vec<Phrase>,
    advice: Vec<Phrase>,
    kept: Vec<Phrase>,
    items: Vec<Phrase>,
}

impl Checker {
    /// Reads a `checked.toml`.
    ///
    /// # Errors
    /// When it is not one, or names a group that is none of ours.
    pub(super) fn read(text: &str) -> Result<Self, toml::de::Error> {
        let checker: Self = toml::from_str(text)?;
        match checker.words.keys().find(|name| Group::named(name).is_none()) {
            Some(name) => Err(toml::de::Error::custom(format!("`{name}` is no group of groups.toml"))),
            None => Ok(checker),
        }
    }

    /// All that `text` says and should not say to `audience`.
    pub(super) fn check(&self, text: &str, audience: Audience) -> Vec<Finding> {
        let folded = fold::fold(text);
        let mut findings = Vec::new();
        for group in GROUPS.iter() {
            let watched = self.words.get(&group.name).into_iter().flatten();
            findings.extend(
                watched.filter(|words| words.is_in(&folded)).map(|words| found(group, &words.written, audience)),
            );
        }
        findings.extend(
            form::problems(text, self)
                .into_iter()
                .filter_map(|(name, words)| Group::named(name).map(|group| found(group, &words, audience))),
        );
        findings
    }
}

fn found(group: &Group, words: &str, audience: Audience) -> Finding {
    Finding {
        level: group.level_for(audience),
        group: group.name.clone(),
        words: words.to_owned(),
        file: None,
        line: None,
        advice: group.advice.clone(),
    }
}
