//! The `relance` binary: parse arguments, start telemetry, run one verb.

use std::process::ExitCode;

fn main() -> ExitCode {
    relance::telemetry::start();
    relance::cli::run()
}
