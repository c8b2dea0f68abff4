//! A reading that an agent corrects, and what training learns from it.

use super::outcomes::Desk;
use super::{disagrees, office};
use crate::support::office::Office;
use relance::domain::{CaseId, Language};
use relance::service::Line;

/// The last message that the person of a case wrote.
async fn last_message(office: &Office, case: CaseId) -> String {
    let lines = office.service.case_view(case).await.unwrap().unwrap().lines;
    let id = |line: &Line| match line {
        Line::Received { id, .. } => Some(id.to_string()),
        _ => None,
    };
    lines.iter().rev().find_map(id).expect("they wrote")
}

async fn corrects(desk: &Desk, office: &Office, case: CaseId, fields: &[(&str, &str)]) -> u16 {
    let path = format!("messages/{}/correct", last_message(office, case).await);
    desk.sends(&path, fields).await.status
}

#[tokio::test]
async fn a_dispute_read_by_mistake_is_taken_back_and_the_case_moves_by_what_was_meant() {
    let (office, case) = office().await;
    disagrees(&office, case).await;
    assert_eq!(office.case(case).await.state.name(), "disputed");
    let desk = Desk::of(&office, case).await;
    assert!(desk.shows().await.contains("pas ce que la personne a dit"));
    let meant = [("intent", "promise"), ("on", "2026-11-27"), ("amount", "50"), ("aloud", "on")];
    assert_eq!(corrects(&desk, &office, case, &meant).await, 303);
    assert_eq!(office.case(case).await.state.name(), "promise_proposed");
    assert!(office.service.open_tasks().await.unwrap().is_empty(), "the task of the dispute went with it");
    let shown = desk.shows().await;
    assert!(shown.contains("Conteste la dette → Promet de payer (lea)"), "{shown}");
    assert!(shown.contains("ce que la lecture avait fait est annulé"));
    assert_eq!(corrects(&desk, &office, case, &[("intent", "dispute")]).await, 303, "and corrected again");
    assert_eq!(office.case(case).await.state.name(), "disputed");
}

#[tokio::test]
async fn what_was_built_on_a_mistake_stays_and_a_stop_is_never_lifted() {
    let (office, case) = office().await;
    disagrees(&office, case).await;
    office.is_paid(case, relance::domain::Money::new(4_000, relance::domain::Currency::Eur)).await;
    let desk = Desk::of(&office, case).await;
    office.hears(case, "STOP").await;
    assert_eq!(corrects(&desk, &office, case, &[("intent", "promise"), ("on", "2026-11-27")]).await, 303);
    let after = office.case(case).await;
    assert!(after.phone.suppressed.is_some(), "a stop stands");
    assert_eq!(corrects(&desk, &office, case, &[("intent", "dance")]).await, 422);
    assert_eq!(corrects(&desk, &office, case, &[("intent", "promise"), ("on", "2026-11-20")]).await, 409);
}

#[tokio::test]
async fn a_wrong_number_read_by_mistake_is_linked_again() {
    let (office, case) = office().await;
    office.hears(case, "Vous vous trompez de numéro").await;
    assert!(office.case(case).await.phone.suppressed.is_some());
    let desk = Desk::of(&office, case).await;
    assert_eq!(corrects(&desk, &office, case, &[("intent", "info_request"), ("aloud", "on")]).await, 303);
    assert_eq!(office.case(case).await.phone.suppressed, None);
}

#[tokio::test]
async fn corrected_replies_are_labelled_for_training_without_what_tells_whose_they_are() {
    let (office, case) = office().await;
    office.hears(case, "Jeanne Martin ici, je verse 50 vendredi, dossier LUM-1001").await;
    let desk = Desk::of(&office, case).await;
    let meant = [("intent", "promise"), ("on", "2026-11-27"), ("amount", "50")];
    assert_eq!(corrects(&desk, &office, case, &meant).await, 303);
    let lines = desk.reads("/console/corrections/fr.jsonl").await;
    let line: serde_json::Value = serde_json::from_str(lines.trim()).unwrap();
    for (key, value) in [("intent", "promise"), ("date", "2026-11-27"), ("asked", "pay_or_explain"), ("lang", "fr")] {
        assert_eq!(line[key], value, "{lines}");
    }
    assert_eq!((&line["amount_minor"], &line["acknowledges"]), (&5_000.into(), &"implied".into()));
    for whose in ["Jeanne", "Martin", "LUM-1001"] {
        assert!(!lines.contains(whose), "{lines}");
    }
    assert_eq!(desk.reads("/console/corrections/en.jsonl").await, "");
    office.hears(case, "vendredi non").await;
    assert_eq!(corrects(&desk, &office, case, &[("intent", "dispute"), ("on", "2026-11-27")]).await, 303);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("fr")).unwrap();
    std::fs::write(folder.path().join("fr/corrected.jsonl"), desk.reads("/console/corrections/fr.jsonl").await)
        .unwrap();
    assert_eq!(relance::reading::check_labels(&[folder.path()]).unwrap(), [], "the guide allows every line");
    assert!(office.service.labelled_replies(Language::EN).await.unwrap().is_empty());
}
