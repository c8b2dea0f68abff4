//! The figures of the README: `cargo bench`, or `cargo bench -- read decide judge rehearse import webhook` for some of them.
//!
//! Reading, deciding and judging what may leave are timed call by call on one core. The webhook is timed from outside, from
//! the signed request to the acknowledgement, against the real binary on a fresh database: SQLite, and PostgreSQL when
//! RELANCE_TEST_POSTGRES names a server. Its resident memory is read after 100,000 messages. So is the import, of a million
//! lines. The rehearsal is of ten thousand cases over ninety days.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a bench stops when it cannot go on, and measures time"
)]

#[path = "../tests/suite/support/carrier.rs"]
#[allow(dead_code, missing_docs)]
mod carrier;
#[path = "../tests/suite/support/http.rs"]
#[allow(dead_code, missing_docs)]
mod http;
mod import;
#[path = "../tests/suite/support/process.rs"]
#[allow(dead_code, missing_docs)]
mod process;
mod pure;
mod rehearse;
mod sample;
#[path = "../tests/suite/support/twilio_signature.rs"]
#[allow(dead_code, missing_docs)]
mod twilio_signature;
mod webhook;

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wants = |name: &str| wanted.is_empty() || wanted.iter().any(|w| w == name);
    if wants("read") {
        pure::read();
    }
    if wants("decide") {
        pure::decide_all();
    }
    if wants("judge") {
        pure::judge_all();
    }
    if wants("rehearse") {
        rehearse::measure();
    }
    if wants("import") {
        import::measure();
    }
    if wants("webhook") {
        webhook::measure();
    }
}
