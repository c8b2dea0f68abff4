//! The reader against everything that can be sent to it.

mod soundness;
mod wild;
