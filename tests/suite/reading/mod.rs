//! The reader against everything that can be sent to it.

mod corpus;
mod own;
mod rules;
mod soundness;
mod wild;
