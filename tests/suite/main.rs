//! The test suite: one binary, so that it links once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on must stop")]

mod binary;
mod campaigns;
mod carrier_model;
mod conversations;
mod crash;
mod dunning;
mod email;
mod histories;
mod house;
mod import;
mod letters;
mod numbers;
mod operator;
mod reading;
mod rehearsal;
mod second_opinion;
mod sending;
mod store;
mod support;
mod web;
mod why;
