//! Reads whatever can be sent, after whatever was asked: `cargo fuzz run read` (see the README).

#![no_main]

#[path = "../../tests/suite/reading/soundness.rs"]
mod soundness;

use libfuzzer_sys::fuzz_target;
use relance::reading::Reader;
use std::sync::LazyLock;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::embedded().expect("the embedded reader"));

fuzz_target!(|bytes: &[u8]| soundness::check(&READER, bytes));
