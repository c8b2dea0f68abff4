//! relance holds two-way SMS conversations with people who owe money.

pub mod domain;
pub mod store;
