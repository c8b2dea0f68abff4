//! What the checker has to say: how serious, why, where, and what to do.

use crate::domain::Jurisdiction;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The text cannot be approved.
    Block,
    /// A named person must give a reason.
    Review,
}

/// Who reads a text, and under what law: more may be said to a business than to a consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Audience {
    /// Whether the law protects them as a consumer.
    pub consumer: bool,
    /// The law that applies; `None` for whichever is strictest.
    pub jurisdiction: Option<Jurisdiction>,
    /// Whether a step at law is truly decided, with its proof on file.
    pub legal_step_decided: bool,
}

impl Audience {
    /// Whoever may be told the least.
    pub const STRICTEST: Self = Self { consumer: true, jurisdiction: None, legal_step_decided: false };
}

/// Something in a text that should not be there, or is missing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How serious it is.
    pub level: Level,
    /// Why the words are watched for: `costs`, `enforcement`…
    pub group: String,
    /// The words, as the list writes them, or what is missing.
    pub words: String,
    /// The file of the template.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The line in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// What to do.
    pub advice: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let (Some(file), Some(line)) = (&self.file, self.line) {
            write!(f, "{file}:{line}: ")?;
        }
        let level = match self.level {
            Level::Block => "BLOCK",
            Level::Review => "REVIEW",
        };
        write!(f, "{level} {}: « {} »: {}", self.group, self.words, self.advice)
    }
}
