//! Imports, the bulk opening of cases, what was corrected, and taking it back.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::*;
use relance::store::*;

fn import(n: u32) -> Import {
    Import {
        id: ImportId(uuid(n)),
        kind: if n == 2 { ImportKind::Payments } else { ImportKind::Cases },
        name: "septembre.csv".into(),
        hash: format!("{n:064}"),
        started_at: at(n.into()),
        finished_at: None,
        undone_at: None,
        counts: ImportCounts::default(),
    }
}

fn particulars() -> Particulars {
    Particulars {
        items: Some(Items { principal: 44_000, interest: 900, fees: 100 }),
        balance_on: Some(day("2026-01-31")),
        basis: Some(Basis::LegitimateInterest),
        number_source: Some("bon de commande « été »".into()),
        number_obtained_on: Some(day("2025-11-30")),
        letter_hash: Some("ab".repeat(32)),
        limitation_on: Some(day("2028-01-15")),
        address: Some(PostalAddress {
            street: vec!["Bât. « É »".into(), "3 rue du Port".into()],
            city: Some("Nantes".into()),
            country: None,
        }),
    }
}

/// Two cases of two numbers, opened by import 1 in minute 0.
async fn opened(store: &Store) -> [Case; 2] {
    let threads = [thread(1), thread(2)];
    let mut cases = [case(1, &threads[0]), case(2, &threads[1])];
    cases[1].debtor.email = Some("zoe@example.org".into());
    cases[1].debtor.postcode = Some("75011".into());
    cases[1].debt.invoice = Some("2026-17 🧾 \"a\"".into());
    cases[1].debt.issued_on = Some(day("2025-12-15"));
    cases[1].letter = Some(Letter { reference: "L-1".into(), sent_on: day("2026-01-20") });
    let mut tx = store.begin().await.unwrap();
    tx.take_turns_importing().await.unwrap();
    tx.insert_import(&import(1)).await.unwrap();
    tx.open_threads(&threads, at(0)).await.unwrap();
    let (none, all) = (Particulars::default(), particulars());
    let new = [
        NewCase { case: &cases[0], particulars: &none, thread: threads[0].id },
        NewCase { case: &cases[1], particulars: &all, thread: threads[1].id },
    ];
    tx.open_cases(&new, ImportId(uuid(1)), at(0)).await.unwrap();
    tx.commit().await.unwrap();
    cases
}

pub async fn an_import_is_found_until_it_is_finished(db: Database) {
    let mut tx = db.store.begin().await.unwrap();
    for n in [1, 2] {
        tx.insert_import(&import(n)).await.unwrap();
    }
    assert_eq!(tx.import(ImportId(uuid(1))).await.unwrap(), Some(import(1)));
    assert_eq!(tx.unfinished_import(&import(2).hash).await.unwrap(), Some(import(2)));
    let counts = ImportCounts { lines: 10, added: 4, changed: 3, unchanged: 2, refused: 1 };
    let done = Import { counts, finished_at: Some(at(5)), undone_at: Some(at(6)), ..import(2) };
    tx.save_import(&done).await.unwrap();
    assert_eq!(tx.unfinished_import(&done.hash).await.unwrap(), None);
    assert_eq!(tx.list_imports(9).await.unwrap(), [done, import(1)]);
    assert_eq!(tx.import(ImportId(uuid(9))).await.unwrap(), None);
}

pub async fn cases_opened_together_come_back_as_they_were(db: Database) {
    let cases = opened(&db.store).await;
    let mut tx = db.store.snapshot().await.unwrap();
    for case in &cases {
        assert_eq!(tx.case(case.id).await.unwrap().as_ref(), Some(case));
    }
    assert_eq!(tx.particulars(cases[0].id).await.unwrap(), Some(Particulars::default()));
    assert_eq!(tx.particulars(cases[1].id).await.unwrap(), Some(particulars()));
    assert_eq!(tx.particulars(CaseId(uuid(9))).await.unwrap(), None);
    let creditor = creditor();
    let asked = ["F-2", "F-9", "F-1"].map(|reference| (&creditor, reference));
    let mut known = tx.known_cases(asked.into_iter(), ImportId(uuid(1))).await.unwrap();
    known.sort_by_key(|known| known.case.id);
    assert!(known.iter().map(|known| &known.case).eq(&cases));
    assert!(known[1].particulars == particulars() && known[1].thread == thread(2).id);
    assert_eq!((known[1].import, known[1].changed, known[1].changed_at), (Some(ImportId(uuid(1))), false, at(0)));
    let (one, other) = (number(1), number(9));
    let held = tx.held_numbers([(&creditor, one.as_str()), (&creditor, other.as_str())].into_iter()).await.unwrap();
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].thread, held[0].name.as_deref()), (thread(1).id, Some("Zoé Lefèvre")));
    assert_eq!((held[0].number.clone(), held[0].identity), (one, IdentityLevel::L1));
}

pub async fn a_reference_or_a_number_cannot_be_opened_twice(db: Database) {
    let cases = opened(&db.store).await;
    let mut tx = db.store.begin().await.unwrap();
    let none = Particulars::default();
    let again = Case { id: CaseId(uuid(7)), ..cases[0].clone() };
    let new = [NewCase { case: &again, particulars: &none, thread: thread(1).id }];
    assert!(tx.open_cases(&new, ImportId(uuid(1)), at(1)).await.unwrap_err().is_unique_violation());
    drop(tx);
    let mut tx = db.store.begin().await.unwrap();
    let again = Thread { id: ThreadId(uuid(7)), ..thread(1) };
    assert!(tx.open_threads(&[again], at(1)).await.unwrap_err().is_unique_violation());
}

pub async fn a_correction_is_written_and_taken_back(db: Database) {
    let cases = opened(&db.store).await;
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_import(&import(2)).await.unwrap();
    let before = Entry::of(&cases[0], thread(1).id, &Particulars::default());
    let mut after = Entry { thread: thread(2).id, amount_minor: 45_000, particulars: particulars(), ..before.clone() };
    after.segment = Segment::Business;
    after.email = Some("z@example.org".into());
    after.letter = Some(Letter { reference: "L-2".into(), sent_on: day("2026-02-01") });
    tx.correct_case(cases[0].id, &after, at(3)).await.unwrap();
    let changed = Change {
        import: ImportId(uuid(2)),
        case: cases[0].id,
        before: before.clone(),
        after: after.clone(),
        case_at: at(0),
        at: at(3),
    };
    tx.insert_change(&changed).await.unwrap();
    let seen = tx.case(cases[0].id).await.unwrap().unwrap();
    let particulars = tx.particulars(cases[0].id).await.unwrap().unwrap();
    assert!(Entry::of(&seen, thread(2).id, &particulars) == after);
    assert_eq!(tx.case_changed_at(cases[0].id).await.unwrap(), Some(at(3)));
    let changes = tx.changes_of_import(ImportId(uuid(2)), CaseId(uuid::Uuid::nil()), 9).await.unwrap();
    assert!(changes == [changed.clone()]);
    let creditor = creditor();
    let known = tx.known_cases([(&creditor, "F-1")].into_iter(), ImportId(uuid(2))).await.unwrap();
    assert!(known[0].changed && known[0].changed_at == at(3));
    tx.correct_case(cases[0].id, &before, at(0)).await.unwrap();
    tx.undo_change(&changed, at(4)).await.unwrap();
    assert_eq!(tx.case(cases[0].id).await.unwrap().as_ref(), Some(&cases[0]));
    assert!(tx.changes_of_import(ImportId(uuid(2)), CaseId(uuid::Uuid::nil()), 9).await.unwrap().is_empty());
}

pub async fn what_was_opened_can_be_removed_where_nothing_was_said(db: Database) {
    let cases = opened(&db.store).await;
    let about = NewOutbound { case: Some(cases[0].id), ..outbound(1, &thread(1)) };
    queued(&db.store, &[about]).await;
    let mut tx = db.store.begin().await.unwrap();
    let opened = tx.opened_by_import(ImportId(uuid(1)), CaseId(uuid::Uuid::nil()), 9).await.unwrap();
    let lived: Vec<_> = opened.iter().map(|case| (case.case, case.lived, case.corrected)).collect();
    assert_eq!(lived, [(cases[0].id, true, false), (cases[1].id, false, false)]);
    assert_eq!(tx.opened_by_import(ImportId(uuid(1)), cases[0].id, 9).await.unwrap().len(), 1);
    tx.remove_cases(&opened[1..]).await.unwrap();
    assert_eq!(tx.case(cases[1].id).await.unwrap(), None);
    assert!(tx.lock_thread_by_id(thread(2).id).await.unwrap().is_none());
    tx.remove_idle_threads(&[thread(1).id]).await.unwrap();
    assert!(tx.lock_thread_by_id(thread(1).id).await.unwrap().is_some(), "a case is spoken of there");
    assert!(tx.case(cases[0].id).await.unwrap().is_some());
}

pub async fn the_payments_of_an_import_come_last_first_and_go_with_what_they_changed(db: Database) {
    let cases = opened(&db.store).await;
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_import(&import(2)).await.unwrap();
    let imported = |seq: u32| ImportedPayment {
        import: ImportId(uuid(2)),
        seq: seq.into(),
        payment: Payment {
            provider: "import".into(),
            reference: format!("payment/{seq}"),
            case: cases[1].id,
            kind: PaymentKind::Payment,
            amount: euros(1_000),
            means: "transfer".into(),
            received_on: day("2026-01-31"),
            number: seq,
            imputed: None,
            balance: euros(44_000),
            recorded_at: at(seq.into()),
            line_key: None,
        },
        paid_before: 500,
        state_before: CaseState::Open,
        case_at: at(0),
        at: at(seq.into()),
    };
    for seq in 1..=3 {
        assert!(tx.insert_payment(&imported(seq).payment).await.unwrap());
        tx.insert_imported_payment(&imported(seq)).await.unwrap();
    }
    let all = tx.payments_of_import(ImportId(uuid(2)), u64::MAX, 2).await.unwrap();
    assert!(all == [imported(3), imported(2)]);
    assert!(tx.payments_of_import(ImportId(uuid(2)), 2, 9).await.unwrap() == [imported(1)]);
    assert_eq!(tx.import_of_payment(&all[0].payment).await.unwrap(), Some(ImportId(uuid(2))));
    tx.save_case(&cases[1], at(3)).await.unwrap();
    tx.remove_imported_payment(&all[0]).await.unwrap();
    assert_eq!(tx.import_of_payment(&all[0].payment).await.unwrap(), None);
    assert_eq!(tx.payments_of_case(cases[1].id).await.unwrap().len(), 2);
    assert_eq!(tx.case_changed_at(cases[1].id).await.unwrap(), Some(at(0)));
    let named = tx.cases_to_pay(&creditor(), Some("F-2"), None).await.unwrap();
    assert_eq!(named, tx.cases_to_pay(&creditor(), None, cases[1].debt.invoice.as_deref()).await.unwrap());
    assert_eq!(named.iter().map(|found| found.case).collect::<Vec<_>>(), [cases[1].id]);
    assert!(tx.cases_to_pay(&creditor(), Some("2026-17"), None).await.unwrap().is_empty());
}
