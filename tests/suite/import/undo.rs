//! A bad import is taken back, where nothing has happened since.

use super::{HEADING, JEANNE, find, import, monday};
use crate::support::databases::on_postgres;
use crate::support::office::{self, Office};
use relance::clock::TestClock;
use relance::domain::campaign::Selection;
use relance::domain::{AgentAct, CampaignPlan, ImportId};
use relance::service::{Batch, ImportFile, PaymentLine, Profile, read_portfolio};
use std::io::Cursor;
use std::sync::Arc;

const PAUL: &str = "D-2,atelier-lumen,Paul Durand,06 12 34 56 02,80.00,2026-10-28,contract,,,,,,,";

#[tokio::test]
async fn what_it_opened_goes_and_what_lived_since_stays() {
    let office = Office::open(monday()).await;
    let (report, _) = import(&office, &[JEANNE, PAUL]).await;
    let jeanne = find(&office, "D-1").await.unwrap();
    office.clock.advance(chrono::Duration::minutes(1));
    office.acts(jeanne, AgentAct::Remind).await;
    let undone = office.service.undo_import(report.id).await.unwrap().unwrap();
    assert_eq!((undone.removed, undone.restored), (1, 0));
    assert_eq!(undone.kept.iter().map(|kept| kept.reference.as_str()).collect::<Vec<_>>(), ["D-1"]);
    assert!(find(&office, "D-1").await.is_some() && find(&office, "D-2").await.is_none());
    let imports = office.service.imports().await.unwrap();
    assert!(imports[0].undone_at.is_some());
    assert_eq!(import(&office, &[PAUL]).await.0.counts.added, 1, "as if it had never been there");
    assert_eq!(office.service.undo_import(ImportId(uuid::Uuid::nil())).await.unwrap(), None);
}

#[tokio::test]
async fn a_case_that_a_campaign_takes_stays() {
    let office = Office::open(monday()).await;
    let (report, _) = import(&office, &[JEANNE]).await;
    let plan = CampaignPlan {
        selection: Selection::default(),
        per_minute: 60,
        control_percent: 0,
        variants: Vec::new(),
        experiment: "november".into(),
    };
    let creditor = office.service.creditors()[0].key.clone();
    office.service.plan_campaign(&creditor, "first", &plan, "ana").await.unwrap();
    import(&office, &[PAUL]).await;
    let undone = office.service.undo_import(report.id).await.unwrap().unwrap();
    assert_eq!((undone.removed, undone.kept.len()), (0, 1));
    assert!(find(&office, "D-1").await.is_some());
}

#[tokio::test]
async fn what_it_changed_is_put_back_the_last_change_first() {
    let office = Office::open(monday()).await;
    let (first, _) = import(&office, &[JEANNE, PAUL]).await;
    let jeanne = find(&office, "D-1").await.unwrap();
    let before = office.case(jeanne).await;
    let changed = JEANNE.replace("120.00", "12.00").replace("56 01", "56 09");
    let (second, _) = import(&office, &[&changed, PAUL]).await;
    assert_eq!((second.counts.changed, second.counts.unchanged), (1, 1));
    let undone = office.service.undo_import(first.id).await.unwrap().unwrap();
    assert_eq!((undone.removed, undone.kept.len()), (1, 1), "a later import changed the other");
    let undone = office.service.undo_import(second.id).await.unwrap().unwrap();
    assert_eq!((undone.removed, undone.restored, undone.kept.len()), (0, 1, 0));
    assert_eq!(office.case(jeanne).await, before);
    let undone = office.service.undo_import(first.id).await.unwrap().unwrap();
    assert_eq!((undone.removed, undone.kept.len()), (1, 0));
}

#[tokio::test]
async fn a_change_that_a_payment_came_after_stays() {
    let office = Office::open(monday()).await;
    import(&office, &[JEANNE]).await;
    let jeanne = find(&office, "D-1").await.unwrap();
    let (second, _) = import(&office, &[&JEANNE.replace("120.00", "100.00")]).await;
    office.clock.advance(chrono::Duration::minutes(1));
    office.is_paid(jeanne, relance::domain::Money::new(1_000, relance::domain::Currency::Eur)).await;
    let undone = office.service.undo_import(second.id).await.unwrap().unwrap();
    assert_eq!((undone.restored, undone.kept.len()), (0, 1));
    assert_eq!(office.case(jeanne).await.debt.amount.minor, 10_000);
}

#[tokio::test]
async fn an_opt_out_outlives_the_import_that_brought_its_number() {
    let office = Office::open(monday()).await;
    let (report, _) = import(&office, &[JEANNE]).await;
    let jeanne = find(&office, "D-1").await.unwrap();
    let moved = JEANNE.replace("56 01", "56 09");
    import(&office, &[&moved]).await;
    office.hears(jeanne, "STOP").await;
    let undone = office.service.undo_import(report.id).await.unwrap().unwrap();
    assert_eq!((undone.removed, undone.kept.len()), (0, 1));
    assert!(office.case(jeanne).await.phone.suppressed.is_some());
}

/// Only on PostgreSQL do two transactions write at once.
#[tokio::test]
async fn payments_are_taken_back_without_waiting_crosswise_for_a_reply() {
    on_postgres(|db| async move {
        let service = office::service(db.store.clone(), Arc::new(TestClock::at(monday())), office::creditors());
        let read = |text: String| read_portfolio(text.as_bytes(), &service.creditors()).unwrap().rows;
        service.import(&read(format!("{HEADING}\n{JEANNE}\n{PAUL}"))).await.unwrap();
        let mut tx = db.store.snapshot().await.unwrap();
        let mut cases = Vec::new();
        for reference in ["D-1", "D-2"] {
            let case = tx.case_by_reference(&service.creditors()[0].key, reference).await.unwrap().unwrap();
            cases.push((tx.thread_of_case(case.id).await.unwrap().unwrap(), reference));
        }
        drop(tx);
        cases.sort();
        let [(low, first), (high, last)] = cases[..] else { panic!("two threads") };
        let lines = format!("case_ref,amount,received_on\n{first},10.00,2026-11-20\n{last},10.00,2026-11-20");
        let profile = Profile::default().with_default("creditor", "atelier-lumen");
        let mut file = ImportFile::open(Cursor::new(lines), profile, service.creditors().to_vec()).unwrap();
        let batch: Batch<PaymentLine> = file.next_batch(usize::MAX).unwrap().unwrap();
        let report = service.import_all_payments("p.csv", &batch.rows, vec![], true).await.unwrap();

        let mut reply = db.store.begin().await.unwrap();
        reply.lock_thread_by_id(low).await.unwrap();
        let undo = tokio::spawn(async move { service.undo_import(report.id).await });
        while !db.somebody_waits().await {}
        reply.lock_thread_by_id(high).await.expect("nobody who waits for this one holds the next");
        reply.commit().await.unwrap();
        assert_eq!(undo.await.unwrap().unwrap().unwrap().removed, 2);
    })
    .await;
}
