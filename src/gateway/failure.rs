//! What to do when a carrier would not or could not deliver.

use serde::Serialize;

/// What to do about a message that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureVerdict {
    /// Send it again later, as often as the outbox allows.
    Retry {
        /// Not before this long.
        after_seconds: u32,
    },
    /// Send it again later, once.
    RetryOnce {
        /// Not before this long.
        after_seconds: u32,
    },
    /// This message is lost; the next one may pass.
    GiveUp,
    /// Nothing will ever reach this number.
    NumberInvalid,
    /// The person asked the carrier to stop us: record it, never try again.
    OptedOut,
    /// This message is lost, and others like it will be until a person changes the account or the wording.
    Configuration {
        /// What to tell the operator.
        alert: &'static str,
    },
    /// Nothing can leave by this carrier any more.
    StopSending {
        /// What to tell the operator.
        alert: &'static str,
    },
    /// We should never have asked.
    OurBug,
    /// This sender cannot reach this person; another may.
    ChangeSender,
}
