//! What the tests stand on: models of the outside, on loopback ports of their own.

pub mod carrier;
pub mod http;
pub mod office;
mod twilio_signature;
