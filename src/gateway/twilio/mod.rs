//! Twilio: Programmable Messaging, by its public contract.
//!
//! Webhooks are forms signed with the account's token; messages are posted to the REST API, which takes no idempotency
//! key, so that a send without an answer is looked up before anything else.

mod api;
mod codes;
mod gateway;
mod signature;
#[cfg(test)]
mod tests;
mod webhooks;

pub use codes::verdict;
pub use gateway::{Twilio, TwilioSettings};
