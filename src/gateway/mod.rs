//! The carriers: what arrives from them is verified and parsed here, what goes to them is composed and concluded here.
//!
//! A gateway never sends, waits or stores: it turns bytes into values and values into bytes, so its tests are tables.
//! Only `transport.rs` holds an HTTP client, and only `mailer.rs` speaks to a server of mail. The room may use the values of `domain`, and no other room; it never logs,
//! and no `Debug` of its values shows a number, a name, a text or a secret.
//!
//! A new carrier is one file or folder that implements [`Gateway`] and passes `contract.rs`.

mod console;
#[cfg(test)]
mod contract;
mod failure;
mod form;
mod mailer;
mod sending;
mod status;
mod transport;
mod twilio;
mod webhook;

pub use console::Console;
pub use failure::FailureVerdict;
pub use mailer::{Mail, MailObstacle, MailTls, Mailer, MailerSettings};
pub use sending::{Answer, LookupOutcome, Outgoing, Request, SendOutcome, Sought};
pub use status::{DeliveryStatus, Merge};
pub use transport::{Transport, TransportError};
pub use twilio::{Twilio, TwilioSettings, verdict};
pub use webhook::{Acknowledgement, Inbound, Receipt, Refusal, Webhook, WebhookEvent};

use std::time::Duration;

/// A carrier, without its network.
pub trait Gateway: Send + Sync {
    /// The name in the routes, the settings and the store.
    fn name(&self) -> &'static str;

    /// Verifies and reads what the carrier posted on the inbound route.
    ///
    /// # Errors
    /// When it is not genuine, not readable, or too large to be a message.
    fn receive(&self, webhook: &Webhook) -> Result<Vec<WebhookEvent>, Refusal>;

    /// Verifies and reads what the carrier posted on the status route.
    ///
    /// # Errors
    /// When it is not genuine, not readable, or too large to be a receipt.
    fn receive_status(&self, webhook: &Webhook) -> Result<Vec<WebhookEvent>, Refusal>;

    /// What the carrier must read once the effect of a webhook is durable.
    fn acknowledgement(&self) -> Acknowledgement;

    /// The request that sends a message.
    fn compose(&self, outgoing: &Outgoing) -> Request;

    /// What became of the message, by the carrier's answer.
    fn conclude(&self, answer: &Answer) -> SendOutcome;

    /// The request that looks for a message whose fate is unknown; `None` when the carrier cannot be asked.
    fn compose_lookup(&self, outgoing: &Outgoing) -> Option<Request>;

    /// Whether the message was found.
    fn conclude_lookup(&self, outgoing: &Outgoing, sought: &Sought<'_>, answer: &Answer) -> LookupOutcome;

    /// The request that asks the carrier whether it knows our account; `None` when it cannot be asked.
    fn compose_check(&self) -> Option<Request>;

    /// Within it, the same sender and text under another id is the carrier repeating itself.
    fn repeat_window(&self) -> Duration;
}
