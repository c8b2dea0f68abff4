//! The same case again with other content.

use super::{HEADING, JEANNE, find, import, monday};
use crate::support::office::Office;
use relance::domain::{AgentAct, CaseId, Currency, Money};
use relance::service::read_portfolio;

async fn opened() -> (Office, CaseId) {
    let office = Office::open(monday()).await;
    assert_eq!(import(&office, &[JEANNE]).await.0.counts.added, 1);
    let case = find(&office, "D-1").await.unwrap();
    (office, case)
}

fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::Eur)
}

/// Jeanne's line with these columns instead: amount, due day, e-mail, segment, balance, letter.
fn line(amount: &str, due_on: &str, rest: &str) -> String {
    format!("D-1,atelier-lumen,Jeanne Martin,06 12 34 56 01,{amount},{due_on},contract,{rest}")
}

#[tokio::test]
async fn the_same_line_changes_nothing_and_another_one_what_it_says() {
    let (office, case) = opened().await;
    let before = office.case(case).await;
    assert_eq!(import(&office, &[JEANNE]).await.0.counts.unchanged, 1);
    assert_eq!(office.case(case).await, before);
    let (report, faults) =
        import(&office, &[&line("95.50", "2026-11-02", "j@mail.example,loyal,,,,L-9,2026-09-01")]).await;
    assert_eq!((report.counts.changed, faults), (1, vec![]));
    let after = office.case(case).await;
    assert_eq!((after.debt.amount, after.debt.due_on.to_string()), (euros(9_550), "2026-11-02".to_owned()));
    assert_eq!(after.letter.as_ref().unwrap().reference, "L-9");
    assert_eq!((after.state, after.phone, after.conversation), (before.state, before.phone, before.conversation));
    import(&office, &[&line("95.50", "2026-11-02", ",,,,,,")]).await;
    let email = office.case(case).await.debtor.email;
    assert_eq!(email.as_deref(), Some("j@mail.example"), "what a file does not say stays as it is");
}

#[tokio::test]
async fn another_person_or_another_debt_is_another_case() {
    let (office, case) = opened().await;
    let before = office.case(case).await;
    let other = JEANNE.replace("Jeanne", "Jean");
    assert_eq!(import(&office, &[&other]).await.1, ["2 debtor_name"]);
    let fees = line("", "2026-10-28", ",consumer,,10.00,100.00,,");
    assert_eq!(import(&office, &[&fees]).await.1, ["2 fees"]);
    assert_eq!(office.case(case).await, before);
}

#[tokio::test]
async fn a_balance_takes_account_of_what_was_paid_and_never_asks_for_it_again() {
    let (office, case) = opened().await;
    office.is_paid(case, euros(4_000)).await;
    for (balance, changed, refused, left) in [
        ("120.00", 0, vec![], 8_000),
        ("80.00", 0, vec![], 8_000),
        ("50.00", 1, vec![], 5_000),
        ("60.00", 0, vec!["2 balance"], 5_000),
    ] {
        let (report, faults) = import(&office, &[&line("", "2026-10-28", &format!(",,{balance},,,,"))]).await;
        assert_eq!(
            (report.counts.changed, faults),
            (changed, refused.iter().map(ToString::to_string).collect()),
            "{balance}"
        );
        let debt = office.case(case).await.debt;
        assert_eq!((debt.balance(), debt.paid), (euros(left), euros(4_000)), "{balance}");
    }
    assert_eq!(import(&office, &[&line("40.00", "2026-10-28", ",,,,,,")]).await.1, ["2 amount"], "it was paid already");
}

#[tokio::test]
async fn the_amount_of_a_promise_stands_until_the_promise_is_over() {
    let (office, case) = opened().await;
    office.acts(case, AgentAct::Remind).await;
    office.work().await;
    office.hears(case, "Je paie vendredi").await;
    assert_eq!(office.case(case).await.state.name(), "promise_proposed");
    let (_, faults) = import(&office, &[&line("95.50", "2026-10-28", ",,,,,,")]).await;
    assert_eq!(faults, ["2 amount"]);
    let (report, _) = import(&office, &[&line("120.00", "2026-10-29", ",,,,,,")]).await;
    assert_eq!(report.counts.changed, 1, "its due date may change");
}

#[tokio::test]
async fn a_reminder_that_has_not_left_is_called_back_when_what_it_says_or_where_it_goes_changes() {
    for (corrected, called_back) in [
        (line("95.50", "2026-10-28", ",,,,,,"), true),
        (line("120.00", "2026-10-29", ",,,,,,"), true),
        (line("120.00", "2026-10-28", "j@mail.example,,,,,,"), true),
        (line("120.00", "2026-10-28", ",,,,,L-9,2026-09-01"), true),
        (line("120.00", "2026-10-28", ",loyal,,,,,"), false),
    ] {
        assert_eq!(leaves_after(HEADING, &corrected).await, !called_back, "{corrected}");
    }
    let heading = HEADING.replace("letter_reference", "invoice");
    assert!(!leaves_after(&heading, &line("120.00", "2026-10-28", ",,,,,F-9,")).await, "it named no invoice");
}

/// Whether a reminder of Jeanne's, queued before a correction, is sent after it.
async fn leaves_after(heading: &str, corrected: &str) -> bool {
    let (office, case) = opened().await;
    office.acts(case, AgentAct::Remind).await;
    office.clock.advance(chrono::Duration::minutes(1));
    office.import(heading, corrected).await;
    office.work().await;
    let counts = office.service.store.snapshot().await.unwrap().counts().await.unwrap();
    assert_eq!(counts.pending_outbound, 0);
    let lines = office.service.case_view(case).await.unwrap().unwrap().lines;
    lines.iter().any(|line| matches!(line, relance::service::Line::Sent { state, .. } if state == "sent"))
}

#[tokio::test]
async fn a_case_moves_to_a_new_number_unless_its_person_opted_out_or_the_number_is_anothers() {
    let (office, case) = opened().await;
    let moved = JEANNE.replace("56 01", "56 09");
    assert_eq!(import(&office, &[&moved]).await.0.counts.changed, 1);
    assert_eq!(office.case(case).await.phone.number.as_str(), "+33612345609");
    let other = "D-2,atelier-lumen,Paul Durand,06 12 34 56 01,10.00,2026-10-28,contract,,,,,,,";
    assert_eq!(import(&office, &[other]).await.0.counts.added, 1, "the old number is free");
    assert_eq!(import(&office, &[JEANNE]).await.1, ["2 phone"], "it is another person's now");
    office.hears(case, "STOP").await;
    let again = JEANNE.replace("56 01", "56 10");
    assert_eq!(import(&office, &[&again]).await.1, ["2 phone"]);
    assert_eq!(office.case(case).await.phone.number.as_str(), "+33612345609");
}

#[tokio::test]
async fn a_postal_address_is_completed_by_a_later_file_and_put_back_by_undo() {
    let office = Office::open(monday()).await;
    let bring = async |columns: &str, cells: &str| {
        office.clock.advance(chrono::Duration::minutes(1));
        let heading = "case_ref,creditor,debtor_name,phone,amount,due_on,origin";
        let line = "D-1,atelier-lumen,Jeanne Martin,06 12 34 56 01,120.00,2026-10-28,contract";
        let text = format!("{heading},{columns}\n{line},{cells}");
        let portfolio = read_portfolio(text.as_bytes(), &office.service.creditors()).unwrap();
        office.service.import_all("test.csv", &portfolio.rows, portfolio.rejections).await.unwrap()
    };
    let kept = async || {
        let case = find(&office, "D-1").await.unwrap();
        office.service.case_view(case).await.unwrap().unwrap().destination
    };
    bring("address_1,postcode,city", "14 rue des Canuts,69007,").await;
    assert_eq!((kept().await.lines, kept().await.is_full), (vec!["14 rue des Canuts".into(), "69007".into()], false));
    assert_eq!(bring("address_1,city", "14 rue des Canuts,").await.counts.unchanged, 1);
    let moved = bring("address_1,address_2,city", "2 quai de Saône,Bât. B,Lyon").await;
    assert_eq!(moved.counts.changed, 1);
    assert_eq!(
        (kept().await.lines.join(", "), kept().await.is_full),
        ("2 quai de Saône, Bât. B, 69007 Lyon".into(), true)
    );
    office.service.undo_import(moved.id).await.unwrap().unwrap();
    assert_eq!(kept().await.lines, ["14 rue des Canuts", "69007"]);
}
