//! Payments by file: each counts once, moves its case by the one door, and can be taken back.

use super::{JEANNE, find, import, monday};
use crate::support::office::Office;
use relance::domain::{AgentAct, CaseId, Currency, Money, TaskKind};
use relance::service::{Batch, HandedIn, ImportFile, ImportReport, Line, PaymentLine, Profile, ServiceError, Shown};
use std::io::Cursor;

const HEADING: &str = "case_ref,invoice,amount,received_on,means,reference,kind,currency";
const PAUL: &str = "D-2,atelier-lumen,Paul Durand,06 12 34 56 02,80.00,2026-10-28,contract,,,,,,,";

fn read(office: &Office, lines: &[&str]) -> Batch<PaymentLine> {
    let text = format!("{HEADING}\n{}", lines.join("\n"));
    let profile = Profile::default().with_default("creditor", "atelier-lumen");
    let mut file = ImportFile::open(Cursor::new(text), profile, office.service.creditors().to_vec()).unwrap();
    file.next_batch(usize::MAX).unwrap().unwrap()
}

/// Brings payments in, a minute later; faults come back as `line column`.
async fn pay(office: &Office, lines: &[&str], quiet: bool) -> (ImportReport, Vec<String>) {
    office.clock.advance(chrono::Duration::minutes(1));
    let batch = read(office, lines);
    let report = office.service.import_all_payments("p.csv", &batch.rows, batch.rejections, quiet).await.unwrap();
    let faults = report.rejections.iter();
    let faults = faults.flat_map(|r| r.faults.iter().map(move |fault| format!("{} {}", r.line, fault.column)));
    let faults = faults.collect();
    (report, faults)
}

async fn opened() -> (Office, CaseId, CaseId) {
    let office = Office::open(monday()).await;
    import(&office, &[JEANNE, PAUL]).await;
    let (jeanne, paul) = (find(&office, "D-1").await.unwrap(), find(&office, "D-2").await.unwrap());
    (office, jeanne, paul)
}

async fn paid(office: &Office, case: CaseId) -> (i64, &'static str) {
    let case = office.case(case).await;
    (case.debt.paid.minor, case.state.name())
}

/// What was said to the debtor of a case, and what became of it.
async fn said(office: &Office, case: CaseId) -> Vec<String> {
    let lines = office.service.case_view(case).await.unwrap().unwrap().lines;
    let sent = lines.into_iter().filter_map(|line| match line {
        Line::Sent { text, state, .. } => Some(format!("{state}: {text}")),
        _ => None,
    });
    sent.collect()
}

async fn open_tasks(office: &Office) -> Vec<TaskKind> {
    office.service.open_tasks().await.unwrap().into_iter().map(|task| task.kind).collect()
}

#[tokio::test]
async fn the_same_file_twice_is_the_same_as_once() {
    let (office, jeanne, paul) = opened().await;
    let lines = [
        "D-1,,50.00,2026-11-20,card,R-1,,",
        "D-1,,20.00,2026-11-20,transfer,,,",
        "D-1,,20.00,2026-11-20,transfer,,,EUR",
        "D-2,,80.00,2026-11-20,transfer,R-1,,",
    ];
    for (added, unchanged) in [(4, 0), (0, 4)] {
        let (report, faults) = pay(&office, &lines, false).await;
        assert_eq!((report.counts.added, report.counts.unchanged, faults), (added, unchanged, vec![]));
        assert_eq!(paid(&office, jeanne).await, (9_000, "open"), "two equal lines are two payments");
        assert_eq!(paid(&office, paul).await, (8_000, "settled"), "one transfer may pay two cases");
    }
    let (_, faults) = pay(&office, &["D-1,,51.00,2026-11-20,card,R-1,,", "D-1,,20.00,2026-11-20,,,,"], false).await;
    assert_eq!(faults, ["2 reference"]);
    assert_eq!(paid(&office, jeanne).await.0, 9_000);
}

#[tokio::test]
async fn money_that_an_agent_wrote_down_counts_once_when_a_file_tells_it_again() {
    let (office, jeanne, _) = opened().await;
    let noted = |key: &str, minor: i64, on: &str, another: bool| HandedIn {
        more: false,
        key: key.to_owned(),
        amount: Money::new(minor, Currency::Eur),
        means: "cheque".to_owned(),
        received_on: on.parse().unwrap(),
        aloud: false,
        another,
    };
    let service = &office.service;
    let hand_in = async |payment: HandedIn| service.hand_in(jeanne, Shown::Untold, "lea", &payment).await;
    assert!(hand_in(noted("a", 3_000, "2026-11-18", false)).await.unwrap());
    assert!(!hand_in(noted("a", 3_000, "2026-11-18", false)).await.unwrap(), "the same form twice");
    let refused = hand_in(noted("b", 3_000, "2026-11-19", false)).await.unwrap_err();
    assert!(matches!(refused, ServiceError::Refused("agent.counted_already")), "{refused:?}");
    let banked = "D-1,,30.00,2026-11-20,cheque,R-7,,";
    for _ in 0..2 {
        let (report, faults) = pay(&office, &[banked], true).await;
        assert_eq!((report.counts.added, report.counts.unchanged, faults), (0, 1, vec![]));
        assert_eq!(paid(&office, jeanne).await.0, 3_000);
    }
    let other = "D-1,,30.00,2026-11-21,transfer,R-8,,";
    assert_eq!(pay(&office, &[banked, other], true).await.0.counts.added, 1, "a line tells one payment, not two");
    assert_eq!(paid(&office, jeanne).await.0, 6_000);
    assert!(hand_in(noted("c", 3_000, "2026-11-21", false)).await.is_err(), "a file told it first");
    assert!(hand_in(noted("c", 3_000, "2026-11-21", true)).await.unwrap());
    assert_eq!(paid(&office, jeanne).await.0, 9_000);
    let far = "D-1,,30.00,2026-11-02,transfer,R-9,,";
    assert_eq!(pay(&office, &[far], true).await.0.counts.added, 1, "weeks apart they are two");
}

#[tokio::test]
async fn free_text_in_a_reference_never_names_the_payment_of_another_case_or_line() {
    let (office, jeanne, _) = opened().await;
    let other = "D-1/A,atelier-lumen,Jeanne Martin,06 12 34 56 01,60.00,2026-10-28,contract,,,,,,,";
    assert_eq!(import(&office, &[other]).await.0.counts.added, 1);
    let second = find(&office, "D-1/A").await.unwrap();
    let lines = [
        "D-1,,20.00,2026-11-20,,A/B,,",
        "D-1/A,,20.00,2026-11-20,,B,,",
        "D-1,,10.00,2026-11-20,,,,",
        "D-1,,10.00,2026-11-20,,2026-11-20/1000/0,,",
    ];
    for (added, unchanged) in [(4, 0), (0, 4)] {
        let (report, faults) = pay(&office, &lines, true).await;
        assert_eq!((report.counts.added, report.counts.unchanged, faults), (added, unchanged, vec![]));
        assert_eq!((paid(&office, jeanne).await.0, paid(&office, second).await.0), (4_000, 2_000));
    }
}

#[tokio::test]
async fn money_that_a_balance_may_hold_already_is_not_counted_twice() {
    let office = Office::open(monday()).await;
    let said = |columns: &str| format!("D-1,atelier-lumen,Jeanne Martin,06 12 34 56 01,{columns}");
    let balance = |balance: &str| said(&format!(",2026-10-28,contract,,,{balance},,,,"));
    import(&office, &[&balance("120.00")]).await;
    let case = find(&office, "D-1").await.unwrap();
    let before = "D-1,,40.00,2026-11-23,,A,,";
    assert_eq!(pay(&office, &[before], true).await.1, ["2 received_on"], "a balance opened the case on that day");
    office.clock.advance(chrono::Duration::days(1));
    assert_eq!(import(&office, &[&balance("120.00")]).await.0.counts.unchanged, 1);
    let after = "D-1,,10.00,2026-11-24,,B,,";
    assert_eq!(pay(&office, &[after], true).await.1, [""; 0], "the same balance again says nothing new");
    import(&office, &[&balance("70.00")]).await;
    let later = ["D-1,,40.00,2026-11-24,,C,,", "D-1,,-10.00,2026-11-24,,B,reversal,", after];
    let (report, faults) = pay(&office, &later, true).await;
    assert_eq!((faults, report.counts.unchanged), (vec!["2 received_on".to_owned(), "3 received_on".to_owned()], 1));
    let reason = &report.rejections[0].faults[0].reason;
    assert!(reason.contains("2026-11-24") && reason.contains("`amount`"), "{reason}");
    assert_eq!(office.case(case).await.debt.balance().minor, 7_000, "as the balance said");
    assert_eq!(import(&office, &[&said("120.00,2026-10-28,contract,,,,,,,")]).await.0.counts.changed, 1);
    assert_eq!(pay(&office, &[later[0], before], true).await.1, [""; 0], "an amount holds no payment");
    assert_eq!(office.case(case).await.debt.balance().minor, 3_000);
}

#[tokio::test]
async fn an_import_that_is_broken_off_and_begun_again_ends_as_once() {
    let (office, jeanne, _) = opened().await;
    let lines = ["D-1,,10.00,2026-11-20,,,,", "D-1,,10.00,2026-11-20,,,,", "D-9,,10.00,2026-11-20,,,,"];
    let batch = read(&office, &lines);
    let mut first = office.service.begin_payments("p.csv", "hash", false).await.unwrap();
    office.service.import_payments(&mut first, &batch.rows[..1], vec![]).await.unwrap();
    let id = first.run().id();
    drop(first);
    let mut again = office.service.begin_payments("p.csv", "hash", false).await.unwrap();
    assert!(again.run().resumed && again.run().id() == id);
    for line in &batch.rows {
        office.service.import_payments(&mut again, std::slice::from_ref(line), vec![]).await.unwrap();
    }
    let counts = again.run().counts();
    assert_eq!((counts.added, counts.unchanged, counts.refused), (2, 0, 1), "as if it had never stopped");
    office.service.finish_payments(again).await.unwrap();
    assert_eq!(paid(&office, jeanne).await.0, 2_000);
}

#[tokio::test]
async fn every_fault_is_told_and_the_good_lines_go_in() {
    let (office, jeanne, _) = opened().await;
    let lines = [
        "D-9,,10.00,2027-01-01,,,,",
        "D-1,,-10.00,2026-11-20,,,,",
        "D-1,,10.00,2026-11-20,,,,USD",
        "D-1,,10.00,2026-11-20,,,reversal,",
        ",,0,yesterday,,,maybe,BTC",
        "D-1,,10.00,2026-11-20,,R-1,,",
        "D-1,,10.00,2026-11-20,,R-1,,",
        ",F-1,10.00,2026-11-20,,,,",
    ];
    let (report, faults) = pay(&office, &lines, false).await;
    assert_eq!(
        faults,
        [
            "2 received_on",
            "2 case_ref",
            "3 amount",
            "4 currency",
            "5 amount",
            "6 case_ref",
            "6 kind",
            "6 amount",
            "6 currency",
            "6 received_on",
            "8 reference",
            "9 invoice",
        ]
    );
    assert_eq!((report.counts.added, report.counts.refused, report.counts.lines), (1, 7, 8));
    assert_eq!(paid(&office, jeanne).await.0, 1_000);
}

#[tokio::test]
async fn a_debit_that_went_back_is_due_again_and_what_is_overpaid_is_given_back() {
    let (office, jeanne, paul) = opened().await;
    pay(&office, &["D-1,,120.00,2026-11-20,,P-1,,", "D-2,,90.00,2026-11-20,,P-2,,"], true).await;
    assert_eq!(open_tasks(&office).await, [TaskKind::Overpaid]);
    assert_eq!(paid(&office, jeanne).await, (12_000, "settled"));
    for _ in 0..2 {
        pay(&office, &["D-1,,-120.00,2026-11-21,direct_debit,P-1,reversal,"], true).await;
    }
    assert_eq!(paid(&office, jeanne).await, (0, "open"));
    assert_eq!(paid(&office, paul).await, (9_000, "settled"));
    assert!(open_tasks(&office).await.contains(&TaskKind::PaymentReversed));
}

#[tokio::test]
async fn thanks_wait_for_the_hour_and_a_demand_that_is_overtaken_never_leaves() {
    let (office, jeanne, paul) = opened().await;
    office.acts(jeanne, AgentAct::Remind).await;
    office.clock.set("2026-11-24T02:00:00Z".parse().unwrap());
    pay(&office, &["D-1,,50.00,2026-11-23,,,,", "D-2,,50.00,2026-11-10,,,,"], false).await;
    office.work().await;
    let waiting = said(&office, jeanne).await;
    assert!(waiting[0].starts_with("recalled: ") && waiting[1].starts_with("ready: "), "{waiting:?}");
    assert!(said(&office, paul).await.is_empty(), "two weeks later nobody is thanked");
    office.clock.set("2026-11-24T08:00:00Z".parse().unwrap());
    office.work().await;
    let thanked = said(&office, jeanne).await;
    assert!(thanked[1].starts_with("sent: ") && thanked[1].contains("votre paiement du 23"), "{thanked:?}");
}

#[tokio::test]
async fn an_import_is_taken_back_where_nothing_has_happened_since() {
    let (office, jeanne, paul) = opened().await;
    office.acts(jeanne, AgentAct::Remind).await;
    office.work().await;
    office.hears(jeanne, "Je paie vendredi").await;
    office.hears(jeanne, "oui").await;
    office.work().await;
    let before = office.case(jeanne).await;
    assert_eq!(before.state.name(), "promised");
    let lines = ["D-1,,60.00,2026-11-10,,A,,", "D-1,,60.00,2026-11-10,,B,,", "D-2,,10.00,2026-11-10,,C,,"];
    let (report, _) = pay(&office, &lines, false).await;
    assert_eq!(paid(&office, jeanne).await, (12_000, "settled"));
    office.clock.advance(chrono::Duration::minutes(1));
    office.acts(paul, AgentAct::PauseReminders).await;
    let undone = office.service.undo_import(report.id).await.unwrap().unwrap();
    assert_eq!((undone.removed, undone.kept.iter().map(|kept| kept.reference.as_str()).collect()), (2, vec!["D-2"]));
    let after = office.case(jeanne).await;
    assert_eq!((after.state, after.debt), (before.state, before.debt));
    assert!(office.service.due(jeanne).await.unwrap().payments.is_empty());
    let (again, faults) = pay(&office, &lines, false).await;
    assert_eq!((again.counts.added, again.counts.unchanged, faults), (2, 1, vec![]), "as if it had never been there");
}

#[tokio::test]
async fn the_number_of_a_receipt_is_given_once() {
    let (office, jeanne, _) = opened().await;
    let (first, _) = pay(&office, &["D-1,,20.00,2026-11-10,,A,,"], true).await;
    let (second, _) = pay(&office, &["D-1,,30.00,2026-11-10,,B,,"], true).await;
    for report in [second, first] {
        assert_eq!(office.service.undo_import(report.id).await.unwrap().unwrap().removed, 1);
    }
    for (line, numbers) in [("D-1,,20.00,2026-11-10,,A,,", vec![3]), ("D-1,,20.00,2026-11-10,,C,,", vec![3, 4])] {
        pay(&office, &[line], true).await;
        let payments = office.service.due(jeanne).await.unwrap().payments;
        assert_eq!(payments.iter().map(|payment| payment.number).collect::<Vec<_>>(), numbers);
    }
}

#[tokio::test]
async fn who_was_thanked_keeps_their_payment() {
    let (office, jeanne, _) = opened().await;
    let (report, _) = pay(&office, &["D-1,,50.00,2026-11-23,,,,"], false).await;
    office.work().await;
    let undone = office.service.undo_import(report.id).await.unwrap().unwrap();
    assert_eq!((undone.removed, undone.kept.len()), (0, 1));
    let (report, _) = pay(&office, &["D-1,,20.00,2026-11-23,,,,"], false).await;
    let undone = office.service.undo_import(report.id).await.unwrap().unwrap();
    assert_eq!(undone.removed, 1, "the thanks had not left");
    office.work().await;
    let (texts, paid) = (said(&office, jeanne).await, paid(&office, jeanne).await.0);
    assert!(paid == 5_000 && texts.iter().any(|text| text.starts_with("recalled: ")), "{texts:?}");
}
