//! THE RULES: values that cannot be wrong, states, and what every reply does.
//!
//! Pure: no clock, ids, randomness, logging, I/O or async. It may use std, chrono, serde, uuid, thiserror, and the
//! metadata of `phonenumber`; no other room.

mod ids;
mod language;
mod message;
mod money;
mod phone;
mod plan;
mod reading;

pub use ids::{CaseId, CreditorKey, InboundId, OutboundId, TaskId, ThreadId};
pub use language::Language;
pub use message::{Message, Purpose};
pub use money::{Currency, Money};
pub use phone::{Address, IdentityLevel, Phone, PhoneError, PhoneNumber, PhoneOrigin, Suppression, SuppressionReason};
pub use plan::{Instalment, Offer, Plan, PlanBounds, offer};
pub use reading::{
    Acknowledges, Asked, CallBack, Intent, Keyword, Period, PlanTerms, Reading, Reason, Signals, Vulnerability,
};
