//! What the tests stand on: models of the outside, on loopback ports of their own, and databases that are thrown away.

pub mod browser;
pub mod carrier;
pub mod databases;
pub mod door;
pub mod http;
pub mod office;
pub mod operator;
pub mod other_reader;
pub mod process;
pub mod smtp;
mod twilio_signature;
