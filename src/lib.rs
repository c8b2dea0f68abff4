//! relance holds two-way SMS conversations with people who owe money, on behalf of the business or agency that is owed.
//!
//! # The way of a message
//!
//! ```text
//! carrier ──webhook──> web ──verify, parse (gateway)──> service.receive: one short transaction
//!     inbox row (duplicate? stop) → lock the thread → read → decide → events, state, outbox, timers, tasks → commit
//! ──> the carrier's acknowledgement
//! outbox worker: claim → governor (may this leave now?) → gateway.compose → transport.send → settle
//! ```
//!
//! A reply, a receipt, a payment, a timer and a person's act all enter by the same door: a [`domain::Stimulus`] given to
//! [`domain::decide()`], which is pure. The reply is read under the lock of its thread, because what a bare "oui" means
//! depends on what was asked last. Where the settings name another reader and ours is not sure, that one is asked before the
//! transaction, and counts only if the same question still stands under the lock.
//!
//! # The rooms, and whom they may use
//!
//! - [`domain`] — THE RULES: values, states, `decide`, dunning plans, the governor. Pure; uses no other room.
//! - [`reading`] — a text to a [`domain::Reading`], with the words that say so. Pure; uses `domain`.
//! - [`opinion`] — another reader, asked what a masked reply means when ours is not sure. Uses values of `domain` and
//!   `reading`, and the transport of `gateway`.
//! - [`wording`] — a [`domain::Message`] to a text and its segments. Pure; uses `domain`.
//! - [`gateway`] — carriers, sans-IO; `transport.rs` alone sends. Uses values of `domain`.
//! - [`store`] — remembering; the only room that knows sqlx. Uses `domain`.
//! - [`service`] — load, decide, save; the workers; what an operator edits, looked at again. Uses the rooms above and [`clock`].
//! - [`rehearsal`] — a portfolio on a clock that one moves: what would leave, day by day. Pure; uses `domain`, `reading`,
//!   `wording`, and people as `store` gives them.
//! - [`report`] — the figures. Uses `store`.
//! - [`web`], [`cli`] — the doors. Use `service`, `report`, `rehearsal` and the rooms' public values.
//! - [`app`] — the composition root; [`config`], [`clock`] and [`telemetry`] are what its name says; [`parse_error`] tells a
//!   parser's errors as a person would.
//!
//! `tests/suite/house.rs` fails with the room's name when a direction is broken.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod domain;
pub mod gateway;
pub mod opinion;
pub mod parse_error;
pub mod reading;
pub mod rehearsal;
pub mod report;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod web;
pub mod wording;
