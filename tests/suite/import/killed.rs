//! An import, of cases or of payments, that is killed and run again ends as one that was not.

use crate::support::carrier::Carrier;
use crate::support::databases::{Database, on_postgres, on_sqlite};
use crate::support::process::{relance, settings};
use relance::store::Store;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// Enough for several transactions.
const LINES: usize = 10_000;

/// Every seventh line shares the number of its neighbour under another name, and is refused.
fn portfolio() -> String {
    let mut text = String::from("case_ref,creditor,debtor_name,phone,amount,due_on,origin\n");
    for n in 0..LINES {
        let number = if n % 7 == 6 { n - 1 } else { n };
        writeln!(text, "D-{n},atelier-lumen,Personne {n},+3361{number:07},120.00,2026-01-31,contract").unwrap();
    }
    text
}

/// All that can be seen of an import, whatever its ids.
async fn outcome(folder: &Path, url: &str) -> String {
    let store = Store::open(url).await.unwrap();
    let mut tx = store.snapshot().await.unwrap();
    let mut seen = String::new();
    for import in tx.list_imports(10).await.unwrap() {
        writeln!(seen, "{:?} {}", import.counts, import.finished_at.is_some()).unwrap();
    }
    let mut cases = tx.list_cases(u32::MAX, 0).await.unwrap();
    cases.sort_by(|a, b| a.reference.cmp(&b.reference));
    for case in cases {
        writeln!(seen, "{} {} {:?}", case.reference, case.phone.number.as_str(), case.debt).unwrap();
    }
    drop(tx);
    store.close().await;
    seen + &std::fs::read_to_string(folder.join("cases.rejected.csv")).unwrap()
}

/// Kills what it starts once it said how far it came.
fn killed_in_the_middle(mut import: Command) {
    let mut running = import.stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(running.stderr.take().unwrap()).lines();
    let told = said.find(|line| line.as_ref().unwrap().contains(" lines, "));
    assert!(told.is_some(), "it says how far it came after its first batch");
    running.kill().unwrap();
    assert_eq!(running.wait().unwrap().code(), None, "it was killed before its end");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_and_run_again_ends_as_one_that_was_not() {
    let carrier = Carrier::start();
    let mut outcomes = Vec::new();
    for kills in [0, 2] {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("relance.db").display());
        let settings = settings(folder.path(), &url, &carrier, "");
        let file = folder.path().join("cases.csv");
        std::fs::write(&file, portfolio()).unwrap();
        let import = || {
            let mut command = relance(&settings);
            command.args(["import", "cases"]).arg(&file).stdout(Stdio::null());
            command
        };
        for _ in 0..kills {
            killed_in_the_middle(import());
        }
        assert_eq!(import().stderr(Stdio::null()).status().unwrap().code(), Some(1), "some lines are refused");
        outcomes.push(outcome(folder.path(), &url).await);
    }
    assert!(outcomes[0].contains("refused: 1428"), "{}", outcomes[0].lines().next().unwrap());
    assert!(outcomes[0] == outcomes[1], "the same as once");
}

/// Payments of ten cases: two in three have no reference, and every twentieth names a case that there is not.
async fn payments_killed_once(database: Database) {
    const PAYMENTS: usize = 240;
    let folder = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let settings = settings(folder.path(), &database.url, &carrier, "");
    let (cases, payments) = (folder.path().join("cases.csv"), folder.path().join("payments.csv"));
    let mut text = String::from("case_ref,creditor,debtor_name,phone,amount,due_on,origin\n");
    for n in 0..10 {
        writeln!(text, "D-{n},atelier-lumen,Personne {n},+3361000000{n},900.00,2026-01-31,contract").unwrap();
    }
    std::fs::write(&cases, text).unwrap();
    let mut text = String::from("case_ref,creditor,amount,received_on,reference\n");
    for n in 0..PAYMENTS {
        let case = if n % 20 == 19 { 99 } else { n % 10 };
        let reference = if n % 3 == 0 { format!("R-{n}") } else { String::new() };
        writeln!(text, "D-{case},atelier-lumen,10.00,2026-02-01,{reference}").unwrap();
    }
    std::fs::write(&payments, text).unwrap();
    let import = |what: &str, file: &Path| {
        let mut command = relance(&settings);
        command.args(["import", what]).arg(file).stdout(Stdio::null());
        command
    };
    assert!(import("cases", &cases).stderr(Stdio::null()).status().unwrap().success());
    killed_in_the_middle(import("payments", &payments));
    for _ in 0..2 {
        assert_eq!(import("payments", &payments).stderr(Stdio::null()).status().unwrap().code(), Some(1));
    }
    let mut tx = database.store.snapshot().await.unwrap();
    let imports = tx.list_imports(10).await.unwrap();
    let counts: Vec<_> = imports.iter().map(|i| (i.counts.added, i.counts.unchanged, i.counts.refused)).collect();
    assert_eq!(counts, [(0, 228, 12), (228, 0, 12), (10, 0, 0)], "the same as once, and the same file again");
    let paid: i64 = tx.list_cases(20, 0).await.unwrap().iter().map(|case| case.debt.paid.minor).sum();
    assert_eq!(paid, 228 * 1_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_that_are_killed_and_brought_in_again_count_once() {
    on_sqlite(payments_killed_once).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn payments_that_are_killed_and_brought_in_again_count_once_on_postgres() {
    on_postgres(payments_killed_once).await;
}
