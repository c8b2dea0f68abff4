//! What another reader is asked: words that may leave, their language, and what we had asked.

use super::mask::{Known, Masked, mask};
use crate::domain::{Asked, Language};

/// A question about one reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    text: Masked,
    language: Language,
    asked: Option<Asked>,
}

impl Question {
    /// The question about `text`; none when nothing of it may leave.
    #[must_use]
    pub fn about(text: &str, known: &Known, language: Language, asked: Option<Asked>) -> Option<Self> {
        Some(Self { text: mask(text, known)?, language, asked })
    }

    /// The words that may leave.
    #[must_use]
    pub fn text(&self) -> &str {
        self.text.as_str()
    }

    /// The language of the person.
    #[must_use]
    pub const fn language(&self) -> Language {
        self.language
    }

    /// What we asked just before.
    #[must_use]
    pub const fn asked(&self) -> Option<Asked> {
        self.asked
    }
}
