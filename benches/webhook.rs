//! From a signed webhook to its acknowledgement, which comes after the commit, against the real binary.

use super::carrier::Carrier;
use super::process::{Serve, relance, settings};
use super::sample::Sample;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

/// Messages posted, unless RELANCE_BENCH_MESSAGES says otherwise.
const MESSAGES: usize = 100_000;
const PEOPLE: usize = 2_000;
/// Connections at a time.
const WRITERS: usize = 8;

const REPLIES: [&str; 6] = [
    "Je paie le 5",
    "c'est pour quelle facture ?",
    "je peux payer en 3 fois ?",
    "merci bonne journée",
    "oui",
    "je peux avoir un peu de temps ?",
];

/// Measures on SQLite, and on PostgreSQL when there is one.
pub fn measure() {
    let folder = tempfile::tempdir().unwrap();
    on("webhook to commit, SQLite", &format!("sqlite://{}", folder.path().join("bench.db").display()));
    match std::env::var("RELANCE_TEST_POSTGRES") {
        Ok(server) => on("webhook to commit, PG", &fresh_database(&server)),
        Err(_) => println!("PostgreSQL was not measured: RELANCE_TEST_POSTGRES names no server (see scripts/postgres)"),
    }
}

fn fresh_database(server: &str) -> String {
    let name = format!("relance_bench_{}", std::process::id());
    let created = std::process::Command::new("psql").args([server, "-qc", &format!("create database {name}")]).status();
    assert!(created.unwrap().success(), "psql makes a database");
    let (before, _) = server.rsplit_once('/').unwrap();
    format!("{before}/{name}")
}

fn number(person: usize) -> String {
    format!("+3361234{person:04}")
}

fn on(name: &'static str, database: &str) {
    let messages = std::env::var("RELANCE_BENCH_MESSAGES").ok().and_then(|n| n.parse().ok()).unwrap_or(MESSAGES);
    let folder = tempfile::tempdir().unwrap();
    let carrier = Arc::new(Carrier::start());
    carrier.follow_real_time();
    let settings = settings(folder.path(), database, &carrier, "");
    let mut file = String::from("case_ref,creditor,debtor_name,phone,amount,due_on,origin\n");
    for person in 0..PEOPLE {
        writeln!(file, "D-{person},atelier-lumen,Personne,{},120.00,2026-01-31,contract", number(person)).unwrap();
    }
    let path = folder.path().join("people.csv");
    std::fs::write(&path, file).unwrap();
    assert!(relance(&settings).args(["import", "cases"]).arg(&path).output().unwrap().status.success());
    let serve = Serve::start(&settings);
    carrier.route("http://sms.example.fr", &serve.url);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().worker_threads(1).build().unwrap();
    let start = Instant::now();
    let durations = runtime.block_on(async {
        let mut writers = tokio::task::JoinSet::new();
        for writer in 0..WRITERS {
            let (carrier, url) = (Arc::clone(&carrier), serve.url.clone());
            writers.spawn(async move {
                let mut durations = Vec::with_capacity(messages / WRITERS);
                for at in (writer..messages).step_by(WRITERS) {
                    let start = Instant::now();
                    let delivery = carrier.post_inbound(&url, &number(at % PEOPLE), REPLIES[at / PEOPLE % 6]).await;
                    durations.push(start.elapsed());
                    assert_eq!(delivery.status, 200);
                }
                durations
            });
        }
        writers.join_all().await
    });
    let wall = start.elapsed();
    let mut sample = Sample::new(name);
    durations.into_iter().flatten().for_each(|duration| sample.add(duration));
    sample.print(Some(wall));
    println!("{:<24} {:>10} MiB after {messages} messages", "  resident memory", serve.kill() / 1024);
}
