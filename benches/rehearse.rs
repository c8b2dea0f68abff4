//! Ten thousand cases rehearsed over ninety days, by the real binary on a SQLite database: start, loading and printing
//! included.

use super::carrier::Carrier;
use super::process::{relance, settings};
use chrono::{Days, Utc};
use std::fmt::Write as _;
use std::process::Stdio;
use std::time::Instant;

const CASES: u64 = 10_000;
const DAYS: u64 = 90;

/// Times the rehearsal of a portfolio that falls due over three months, under the plan for French consumers.
pub fn measure() {
    let folder = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let database = format!("sqlite://{}", folder.path().join("bench.db").display());
    let settings = settings(folder.path(), &database, &carrier, "");
    let mut text = std::fs::read_to_string(&settings).unwrap();
    text += "[creditors.dunning]\nconsumer = \"fr-consumer\"\n";
    std::fs::write(&settings, text).unwrap();
    let today = Utc::now().date_naive();
    let mut file = "case_ref,creditor,debtor_name,phone,amount,due_on,origin\n".to_owned();
    for n in 0..CASES {
        let due_on = today - Days::new(30) + Days::new(n % 90);
        let number = 610_000_000 + n * 7_919 % 20_000_000;
        writeln!(file, "D-{n},atelier-lumen,Personne {n},0{number},\"1 234,50\",{due_on},contract").unwrap();
    }
    let portfolio = folder.path().join("cases.csv");
    std::fs::write(&portfolio, file).unwrap();
    let imported = relance(&settings).args(["import", "cases"]).arg(&portfolio).output().unwrap();
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let to = (today + Days::new(DAYS)).to_string();
    let start = Instant::now();
    let rehearsed = relance(&settings).args(["rehearse", "--to", &to]).stderr(Stdio::inherit()).output().unwrap();
    let took = start.elapsed().as_secs_f64();
    assert!(rehearsed.status.success());
    let told = String::from_utf8_lossy(&rehearsed.stdout);
    let total = told.lines().rev().find(|line| line.starts_with("Du ")).unwrap_or_default();
    println!("rehearse                 {CASES:>9} cases over {DAYS} days  {took:.2} s  ({total})");
}
