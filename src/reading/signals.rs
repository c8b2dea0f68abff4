//! What must reach a human when the words leave no doubt: illness, a death, a lawyer, a threat to go to law.

use super::error::ReadingError;
use super::language;
use super::pattern;
use super::text::Text;
use crate::domain::Vulnerability;
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// What a phrase raises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Signal {
    Vulnerable(Vulnerability),
    Represented,
    LegalThreat,
}

impl Signal {
    /// Its name in `signals.toml`.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Vulnerable(Vulnerability::Insolvency) => "insolvency",
            Self::Vulnerable(Vulnerability::Bereavement) => "bereavement",
            Self::Vulnerable(Vulnerability::Illness) => "illness",
            Self::Vulnerable(Vulnerability::SelfHarm) => "self_harm",
            Self::Vulnerable(Vulnerability::Guardianship) => "guardianship",
            Self::Vulnerable(Vulnerability::Unemployment) => "unemployment",
            Self::Vulnerable(Vulnerability::Domestic) => "domestic",
            Self::Represented => "represented",
            Self::LegalThreat => "legal_threat",
        }
    }

    const ALL: [Self; 9] = [
        Self::Vulnerable(Vulnerability::Insolvency),
        Self::Vulnerable(Vulnerability::Bereavement),
        Self::Vulnerable(Vulnerability::Illness),
        Self::Vulnerable(Vulnerability::SelfHarm),
        Self::Vulnerable(Vulnerability::Guardianship),
        Self::Vulnerable(Vulnerability::Unemployment),
        Self::Vulnerable(Vulnerability::Domestic),
        Self::Represented,
        Self::LegalThreat,
    ];

    fn named(file: &str, name: &str) -> Result<Self, ReadingError> {
        Self::ALL.into_iter().find(|signal| signal.name() == name).ok_or_else(|| {
            let problem = format!("« {name} » is not a signal");
            ReadingError::Data { file: file.to_owned(), problem }
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    signal: Vec<Rule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    raises: String,
    find: String,
    unless: Option<String>,
}

/// The phrases of one language.
pub(super) struct SignalWords(Vec<(Signal, Regex, Option<Regex>)>);

impl SignalWords {
    /// Reads `signals.toml`.
    pub(super) fn parse(file: &str, source: &str) -> Result<Self, ReadingError> {
        let lists = BTreeMap::new();
        let words: File = language::read(file, source)?;
        let rule = |rule: &Rule| {
            let unless = rule.unless.as_ref().map(|p| pattern::compile(file, p, &lists)).transpose()?;
            Ok((Signal::named(file, &rule.raises)?, pattern::compile(file, &rule.find, &lists)?, unless))
        };
        words.signal.iter().map(rule).collect::<Result<_, _>>().map(Self)
    }

    /// The signals said in a text, each with where it is said.
    pub(super) fn find(&self, text: &Text<'_>) -> BTreeMap<Signal, Range<usize>> {
        let said = |(signal, find, unless): &(Signal, Regex, Option<Regex>)| {
            let denied = unless.as_ref().is_some_and(|u| u.is_match(text.folded()));
            find.find(text.folded()).filter(|_| !denied).map(|m| (*signal, m.range()))
        };
        self.0.iter().filter_map(said).collect()
    }
}
