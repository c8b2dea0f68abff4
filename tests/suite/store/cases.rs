//! Cases, with the thread that they are spoken of on.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::dunning::Progress;
use relance::domain::*;
use relance::store::StoreError;

pub async fn a_case_comes_back_as_it_was_inserted(db: Database) {
    let thread = thread(1);
    let bare = case(1, &thread);
    let mut full = case(2, &thread);
    full.debtor.email = Some("zoe@example.org".into());
    full.debtor.postcode = Some("75011".into());
    full.debtor.segment = Segment::Business;
    full.debt.invoice = Some("2026-17 🧾".into());
    full.debt.issued_on = Some(day("2025-12-15"));
    full.debt.paid = euros(12_345);
    full.letter = Some(Letter { reference: "L-1".into(), sent_on: day("2026-01-20") });
    full.dunning = Progress { next: 3, done_on: Some(day("2026-02-03")), paused: true };
    let dispute = Dispute {
        reason: Some("jamais livré".into()),
        held_right: Some(euros(1)),
        opened_on: day("2026-03-01"),
        answer_by: day("2026-03-08"),
    };
    full.state = CaseState::Promised { promise: Promise { amount: euros(45_000), on: day("2026-04-05") } };
    full.state = full.state.dispute(dispute).unwrap();
    let mut tx = db.store.begin().await.unwrap();
    tx.open_thread(&thread, at(0)).await.unwrap();
    for case in [&bare, &full] {
        assert!(tx.insert_case(case, thread.id, at(0)).await.unwrap());
    }
    tx.commit().await.unwrap();
    let mut tx = db.store.snapshot().await.unwrap();
    for case in [bare, full] {
        assert_eq!(tx.case_by_reference(&creditor(), &case.reference).await.unwrap().as_ref(), Some(&case));
        assert_eq!(tx.thread_of_case(case.id).await.unwrap(), Some(thread.id));
        assert_eq!(tx.case(case.id).await.unwrap(), Some(case));
    }
    assert_eq!(tx.case(CaseId(uuid(9))).await.unwrap(), None);
    assert_eq!(tx.case_by_reference(&CreditorKey("zenith".into()), "F-1").await.unwrap(), None);
    assert_eq!(tx.thread_of_case(CaseId(uuid(9))).await.unwrap(), None);
}

pub async fn a_creditor_uses_a_reference_once(db: Database) {
    let (thread, first) = known(&db.store, 1).await;
    let mut again = case(2, &thread);
    again.reference.clone_from(&first.reference);
    let mut tx = db.store.begin().await.unwrap();
    assert!(!tx.insert_case(&again, thread.id, at(1)).await.unwrap());
    assert_eq!(tx.case(again.id).await.unwrap(), None);
    assert_eq!(tx.case(first.id).await.unwrap(), Some(first));
}

pub async fn saving_a_case_saves_its_thread(db: Database) {
    let (thread, mut first) = known(&db.store, 1).await;
    let second = case(2, &thread);
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_case(&second, thread.id, at(0)).await.unwrap();
    first.debt.paid = euros(45_000);
    first.state = CaseState::Settled { at: at(5) };
    first.phone.suppressed = Some(Suppression { reason: SuppressionReason::WrongNumber, since: at(5) });
    first.conversation.misunderstood = 1;
    first.dunning = Progress { next: 1, done_on: Some(day("2026-03-02")), paused: false };
    tx.save_case(&first, at(5)).await.unwrap();
    let seen = tx.case(second.id).await.unwrap().unwrap();
    assert_eq!((seen.phone, seen.conversation), (first.phone.clone(), first.conversation.clone()));
    assert_eq!(seen.state, CaseState::Open, "the other case's own state stays");
    assert_eq!(tx.case(first.id).await.unwrap(), Some(first));
    assert!(tx.save_case(&case(9, &thread), at(5)).await.is_err(), "a case that does not exist cannot be saved");
}

pub async fn cases_come_in_the_order_that_is_asked_for(db: Database) {
    let (thread, first) = known(&db.store, 5).await;
    let (_, elsewhere) = known(&db.store, 6).await;
    let mut tx = db.store.begin().await.unwrap();
    let mut expected = Vec::new();
    for (n, due) in [(3, "2026-02-01"), (2, "2026-01-15"), (1, "2025-01-15")] {
        let mut case = case(n, &thread);
        case.debt.due_on = day(due);
        tx.insert_case(&case, thread.id, at(n.into())).await.unwrap();
        expected.push(case);
    }
    expected.insert(1, first.clone());
    expected.sort_by_key(|case| (case.debt.due_on, case.reference.clone()));
    assert_eq!(tx.cases_of_thread(&thread).await.unwrap(), expected);
    tx.save_case(&first, at(60)).await.unwrap();
    let latest: Vec<_> = tx.list_cases(3, 0).await.unwrap().into_iter().map(|case| case.id.0.as_u128()).collect();
    assert_eq!(latest, [5, 3, 2]);
    assert_eq!(tx.list_cases(9, 0).await.unwrap().last(), Some(&elsewhere));
    let second = tx.list_cases(1, 1).await.unwrap();
    assert_eq!(second, tx.list_cases(2, 0).await.unwrap()[1..]);
}

pub async fn cases_are_found_by_name_reference_invoice_or_number(db: Database) {
    let (thread, first) = known(&db.store, 1).await;
    let mut other = case(2, &thread);
    other.debtor.name = "Élodie Anne-Marie 100 % Dupont".into();
    other.reference = "C_2026/77".into();
    other.debt.invoice = Some("F-2026-0418".into());
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_case(&other, thread.id, at(1)).await.unwrap();
    for words in ["dupont", "élodie", "ÉLODIE", "ANNE-MARIE", "c_2026", "2026/77", "f-2026-0418", "100 %"] {
        let found: Vec<_> = tx.seek_cases(words, 9, 0).await.unwrap().into_iter().map(|case| case.id).collect();
        assert_eq!(found, [other.id], "{words}");
    }
    let number = number(1);
    let national = format!("0{}", &number.as_str()[3..]);
    for words in [number.as_str(), &national, &national[4..]] {
        let found = tx.seek_cases(words, 9, 0).await.unwrap();
        assert_eq!(found.iter().map(|case| case.id).collect::<Vec<_>>(), [other.id, first.id], "{words}");
    }
    assert!(tx.seek_cases("c%77", 9, 0).await.unwrap().is_empty(), "a sign stands for itself");
    assert_eq!(tx.seek_cases(&national, 1, 1).await.unwrap(), [first]);
}

pub async fn a_creditor_has_cases_under_way_until_the_last_is_over(db: Database) {
    let mut tx = db.store.begin().await.unwrap();
    assert!(!tx.has_cases_under_way(&creditor()).await.unwrap());
    drop(tx);
    let mut cases = [known(&db.store, 1).await.1, known(&db.store, 2).await.1];
    let mut tx = db.store.begin().await.unwrap();
    let over = [CaseState::Settled { at: at(5) }, CaseState::Closed { reason: ClosingReason::Abandoned, at: at(5) }];
    for (case, state) in cases.iter_mut().zip(over) {
        assert!(tx.has_cases_under_way(&creditor()).await.unwrap());
        case.state = state;
        tx.save_case(case, at(5)).await.unwrap();
    }
    assert!(!tx.has_cases_under_way(&creditor()).await.unwrap());
    assert!(!tx.has_cases_under_way(&CreditorKey("zenith".into())).await.unwrap());
}

pub async fn a_row_that_cannot_be_read_names_its_table_column_and_id(db: Database) {
    let id = uuid(1);
    for (table, column, damage, repair) in [
        ("cases", "state", "update cases set state = 'settled'", "update cases set state = 'open'"),
        ("cases", "currency", "update cases set currency = 'XXX'", "update cases set currency = 'EUR'"),
        ("cases", "zone", "update cases set zone = 'Mars/Base'", "update cases set zone = 'Europe/Paris'"),
        (
            "cases",
            "state_data",
            "update cases set state_data = '{}'",
            "update cases set state_data = '{\"state\":\"open\"}'",
        ),
        ("cases", "dunning", "update cases set dunning = '3'", "update cases set dunning = '{}'"),
        ("threads", "number", "update threads set number = '06'", "update threads set number = '+33600000001'"),
        ("threads", "identity", "update threads set identity = 'L9'", "update threads set identity = 'L1'"),
        ("threads", "conversation", "update threads set conversation = '3'", "update threads set conversation = '{}'"),
    ] {
        if db.store.snapshot().await.unwrap().case(CaseId(id)).await.unwrap().is_none() {
            known(&db.store, 1).await;
        }
        db.tamper(damage).await;
        let error = db.store.snapshot().await.unwrap().case(CaseId(id)).await.unwrap_err();
        let expected = (table, column, id.to_string());
        match error {
            StoreError::Corrupt { table, column, id } => assert_eq!((table, column, id), expected),
            other => panic!("{column}: {other:?}"),
        }
        db.tamper(repair).await;
    }
    assert!(db.store.snapshot().await.unwrap().case(CaseId(id)).await.unwrap().is_some());
}
