//! Why there is no opinion. None of it holds a word of the reply.

use crate::gateway::TransportError;

/// Why there is no opinion.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpinionError {
    /// No answer within the limit.
    #[error("no opinion in time")]
    Late,
    /// As many are being asked already as may be.
    #[error("too many opinions are being asked for")]
    Busy,
    /// The endpoint was not reached, or hung up.
    #[error("the endpoint of the second opinion could not be asked")]
    Unreachable(#[source] TransportError),
    /// The endpoint refuses.
    #[error("the endpoint of the second opinion answers {0}")]
    Refused(u16),
    /// The answer is not what was asked for.
    #[error("the second opinion is not readable: {0}")]
    Unreadable(&'static str),
    /// The model of this machine failed.
    #[error("the model of the second opinion failed: {0}")]
    Failed(&'static str),
}

impl OpinionError {
    /// One word for the log.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Late => "late",
            Self::Busy => "busy",
            Self::Unreachable(_) => "unreachable",
            Self::Refused(_) => "refused",
            Self::Unreadable(_) => "unreadable",
            Self::Failed(_) => "failed",
        }
    }
}
