//! A portfolio of a million lines, by the real binary on a fresh SQLite database: how long, and the most memory it held.

use super::carrier::Carrier;
use super::process::{relance, settings};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Lines, unless RELANCE_BENCH_LINES says otherwise.
const LINES: usize = 1_000_000;

/// Measures the file when it is new, then when every line of it is known.
pub fn measure() {
    let lines = std::env::var("RELANCE_BENCH_LINES").ok().and_then(|n| n.parse().ok()).unwrap_or(LINES);
    let folder = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let database = format!("sqlite://{}", folder.path().join("bench.db").display());
    let settings = settings(folder.path(), &database, &carrier, "");
    let file = folder.path().join("cases.csv");
    write(&file, lines);
    for name in ["import, all lines new", "import, all lines known"] {
        let start = Instant::now();
        let mut running = relance(&settings);
        let running = running.args(["import", "cases"]).arg(&file).stdout(Stdio::null()).stderr(Stdio::null());
        let mut running = running.spawn().unwrap();
        let mut most = 0;
        let status = loop {
            most = most.max(peak(running.id()));
            match running.try_wait().unwrap() {
                Some(status) => break status,
                None => std::thread::sleep(Duration::from_millis(50)),
            }
        };
        assert!(status.success());
        let took = start.elapsed().as_secs_f64();
        println!(
            "{name:<24} {lines:>9} lines  {:>10.0}/s  {took:.1} s, {} MB at most",
            lines as f64 / took,
            most / 1000
        );
    }
}

fn write(path: &Path, lines: usize) {
    let mut file = BufWriter::new(File::create(path).unwrap());
    writeln!(file, "case_ref,creditor,debtor_name,phone,language,invoice,amount,due_on,origin,email,postcode").unwrap();
    for n in 0..lines {
        // numbers in no order, as in a real file, from ranges that are in use
        let number = 610_000_000 + (n * 7_919) % 20_000_000;
        writeln!(
            file,
            "D-{n},atelier-lumen,Personne {n},0{number},fr,F-2026-{n},\"1 234,50\",31/10/2026,contract,p{n}@mail.example,{:05}",
            1_000 + n % 94_000
        )
        .unwrap();
    }
    file.flush().unwrap();
}

/// The most memory that a process has held so far, in kB; 0 when it has ended.
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").trim().parse().unwrap_or(0)
}
