//! Identifiers: one type per thing, so that a task's id cannot be handed where a case's is wanted.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

id! {
    /// A case: one debt of one debtor.
    CaseId,
    /// A thread: all we say with one number for one creditor.
    ThreadId,
    /// A message we received.
    InboundId,
    /// A message we send.
    OutboundId,
    /// Something a person has to do.
    TaskId,
    /// What was decided once, and why.
    DecisionId,
    /// A file, or a body sent to us, that brought cases in.
    ImportId,
    /// A campaign: one reminder to many.
    CampaignId,
}

/// A creditor's key in the settings: short, stable, never shown to a debtor.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CreditorKey(pub String);

impl fmt::Display for CreditorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
