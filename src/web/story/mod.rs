//! A case told in a language: what was said, what was read and by which words, what was decided, what left. The console
//! and the demonstration tell it alike; `relance why` explains it with the same words (`account`, `ahead`).

mod account;
mod ahead;
mod case;
mod file;
mod pieces;
mod turns;

pub use account::{Account, Cause, Written};
pub(super) use case::{Story, Todo, age};
pub use turns::Fact;
pub(super) use turns::Said;
