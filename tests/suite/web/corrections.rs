//! A reading that an agent corrects, and what training learns from it.

use super::outcomes::Desk;
use super::{HEADING, JEANNE, disagrees, monday, office};
use crate::support::office::{Office, creditors};
use relance::domain::{
    AgentAct, CaseId, CaseState, Creditor, CreditorKey, Currency, Language, Money, Promise, SuppressionReason,
    TaskKind, Told, Way,
};
use relance::service::Line;

/// What the person of a case wrote as the `back`th message from the last one.
async fn message(office: &Office, case: CaseId, back: usize) -> String {
    let lines = office.service.case_view(case).await.unwrap().unwrap().lines;
    let id = |line: &Line| match line {
        Line::Received { id, .. } => Some(id.to_string()),
        _ => None,
    };
    lines.iter().rev().filter_map(id).nth(back).expect("they wrote")
}

async fn corrects(desk: &Desk, office: &Office, case: CaseId, fields: &[(&str, &str)]) -> u16 {
    corrects_earlier(desk, office, case, 0, fields).await
}

async fn corrects_earlier(desk: &Desk, office: &Office, case: CaseId, back: usize, fields: &[(&str, &str)]) -> u16 {
    let path = format!("messages/{}/correct", message(office, case, back).await);
    desk.sends(&path, fields).await.status
}

async fn open_tasks(office: &Office) -> Vec<TaskKind> {
    office.service.open_tasks().await.unwrap().iter().map(|task| task.kind).collect()
}

#[tokio::test]
async fn a_reply_corrected_to_a_stop_stops_everyone_who_writes_from_that_number() {
    let mut creditors = creditors();
    creditors.push(Creditor { key: CreditorKey("another".to_owned()), ..creditors[0].clone() });
    let office = Office::open_for_creditors(monday(), creditors).await;
    let other = office.import(HEADING, &JEANNE.replace("atelier-lumen", "another").replace("1001", "2001")).await;
    let case = office.import(HEADING, JEANNE).await;
    office.acts(case, AgentAct::Remind).await;
    office.work().await;
    office.hears(case, "???").await;
    let desk = Desk::of(&office, case).await;
    assert_eq!(corrects(&desk, &office, case, &[("intent", "opt_out")]).await, 303);
    for stopped in [case, other] {
        let suppressed = office.case(stopped).await.phone.suppressed;
        assert!(suppressed.is_some_and(|known| known.reason == SuppressionReason::OptOut), "{suppressed:?}");
    }
}

#[tokio::test]
async fn a_second_correction_takes_the_first_one_back_and_not_the_mistake() {
    let (office, case) = office().await;
    disagrees(&office, case).await;
    let desk = Desk::of(&office, case).await;
    for meant in [&[("intent", "promise"), ("on", "2026-11-27")][..], &[("intent", "human_request")]] {
        office.clock.advance(chrono::Duration::minutes(1));
        assert_eq!(corrects(&desk, &office, case, meant).await, 303);
    }
    assert_eq!((office.case(case).await.state, open_tasks(&office).await), (CaseState::Open, vec![TaskKind::CallBack]));
    office.clock.advance(chrono::Duration::minutes(1));
    assert_eq!(corrects(&desk, &office, case, &[("intent", "courtesy")]).await, 303);
    assert_eq!((office.case(case).await.state, open_tasks(&office).await), (CaseState::Open, vec![]));
}

#[tokio::test]
async fn a_task_that_an_earlier_reply_asked_for_outlasts_the_correction_of_a_later_one() {
    let (office, case) = office().await;
    office.acts(case, AgentAct::TakeOver).await;
    for text in ["???", "??????"] {
        office.clock.advance(chrono::Duration::minutes(1));
        office.hears(case, text).await;
    }
    let desk = Desk::of(&office, case).await;
    assert_eq!(corrects(&desk, &office, case, &[("intent", "courtesy")]).await, 303);
    assert_eq!(open_tasks(&office).await, [TaskKind::NewReply]);
}

#[tokio::test]
async fn a_number_that_two_replies_say_is_anothers_is_linked_again_when_both_are_corrected() {
    let (office, case) = office().await;
    for text in ["Vous vous trompez de numéro", "C'est un mauvais numéro"] {
        office.clock.advance(chrono::Duration::minutes(1));
        office.hears(case, text).await;
    }
    let desk = Desk::of(&office, case).await;
    assert_eq!(corrects_earlier(&desk, &office, case, 1, &[("intent", "info_request")]).await, 303);
    assert!(office.case(case).await.phone.suppressed.is_some(), "the second still says so");
    assert_eq!(corrects(&desk, &office, case, &[("intent", "info_request")]).await, 303);
    assert_eq!(office.case(case).await.phone.suppressed, None);
}

#[tokio::test]
async fn a_yes_that_was_not_understood_confirms_what_was_asked_unless_the_talk_went_on() {
    for goes_on in [false, true] {
        let (office, case) = office().await;
        office.hears(case, "???").await;
        let desk = Desk::of(&office, case).await;
        let meant = [("intent", "promise"), ("on", "2026-11-27"), ("aloud", "on")];
        assert_eq!(corrects(&desk, &office, case, &meant).await, 303);
        office.work().await;
        office.hears(case, "?!").await;
        office.work().await;
        if goes_on {
            office.hears(case, "?!?!").await;
        }
        let (back, yes) = (usize::from(goes_on), [("intent", "affirmation"), ("aloud", "on")]);
        assert_eq!(corrects_earlier(&desk, &office, case, back, &yes).await, 303);
        let expected = if goes_on { "promise_proposed" } else { "promised" };
        assert_eq!(office.case(case).await.state.name(), expected);
        assert_eq!(open_tasks(&office).await.contains(&TaskKind::NewReply), goes_on, "a person looks");
    }
}

#[tokio::test]
async fn a_promise_that_money_overtook_is_not_restored() {
    let (office, case) = office().await;
    let told = Told::Promise(Promise { amount: euros(12_000), on: "2026-11-27".parse().unwrap() });
    let act = AgentAct::WriteDown { way: Way::Call, told, beyond: None, aloud: false };
    office.acts(case, act).await;
    disagrees(&office, case).await;
    office.is_paid(case, euros(4_000)).await;
    let desk = Desk::of(&office, case).await;
    assert_eq!(corrects(&desk, &office, case, &[("intent", "courtesy")]).await, 303);
    assert_eq!(office.case(case).await.state, CaseState::Open);
}

#[tokio::test]
async fn a_rest_that_nobody_asked_for_ends_with_the_mistake() {
    let (office, case) = office().await;
    office.hears(case, "???").await;
    let desk = Desk::of(&office, case).await;
    for (meant, rests) in [("hardship", true), ("courtesy", false)] {
        assert_eq!(corrects(&desk, &office, case, &[("intent", meant)]).await, 303);
        let now = office.case(case).await;
        assert_eq!((now.rests(monday()), now.conversation.no_demand_before.is_some()), (rests, rests), "{meant}");
    }
}

const fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::Eur)
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
    office.is_paid(case, euros(4_000)).await;
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
    let day = [("intent", "dispute"), ("on", "2026-11-27")];
    assert_eq!(corrects(&desk, &office, case, &day).await, 409, "a day in an offer alone");
    assert_eq!(corrects(&desk, &office, case, &day[..1]).await, 303);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("fr")).unwrap();
    std::fs::write(folder.path().join("fr/corrected.jsonl"), desk.reads("/console/corrections/fr.jsonl").await)
        .unwrap();
    assert_eq!(relance::reading::check_labels(&[folder.path()]).unwrap(), [], "the guide allows every line");
    assert!(office.service.labelled_replies(Language::EN).await.unwrap().is_empty());
}
