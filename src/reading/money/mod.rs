//! MONEY: the amounts of a message, which of them is offered, the terms of a plan, the references it quotes, and the
//! numbers of cards and accounts that must not be kept.
//!
//! It reads what is said; it must not decide what an amount is worth to a case, nor know a word of any language: those
//! are in `amounts.toml` and `plans.toml`.

mod amounts;
mod choice;
mod marked;
mod numbers;
mod plans;
mod references;
mod secrets;
mod sums;
mod terms;

pub(super) use amounts::Amounts;
pub(super) use choice::Purpose;
pub(super) use plans::Plans;
pub use secrets::masked;
pub(super) use secrets::{Left, left_by};
pub(super) use sums::Sums;
pub(super) use terms::Said;
