//! relance holds two-way SMS conversations with people who owe money.

pub mod clock;
pub mod config;
pub mod domain;
pub mod gateway;
pub mod reading;
pub mod report;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod web;
pub mod wording;
