//! The page of what leaves: its stop buttons stop, and say who pressed them.

use super::{disagrees, office};
use crate::support::door::{OpenDoor, Visitor};
use relance::domain::campaign::Selection;
use relance::domain::{CampaignPlan, CampaignState, CreditorKey};

fn creditor() -> CreditorKey {
    CreditorKey("atelier-lumen".into())
}

#[tokio::test]
async fn a_creditor_is_stopped_and_let_go_by_a_button() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::signed_in(&door).await;
    let halted = || async {
        let mut tx = office.service.store.snapshot().await.unwrap();
        let number = office.case(case).await.phone.number;
        tx.contacts(&number, &creditor(), Some(case), None, relance::clock::Clock::now(&*office.clock))
            .await
            .unwrap()
            .halted
    };
    let page = visitor.get("/console/sending").await;
    assert!(page.text.contains("Tout arrêter") && !page.text.contains("Laisser repartir"));
    assert_eq!(visitor.post("/console/creditors/atelier-lumen/halt", &[("csrf", "x")]).await.status, 403);
    assert!(!halted().await);
    assert_eq!(visitor.fill("/console/sending", "/console/creditors/atelier-lumen/halt", &[]).await.status, 303);
    assert!(halted().await);
    let page = visitor.get("/console/sending").await;
    assert!(page.text.contains("Laisser repartir") && page.text.contains("lea"), "{}", page.text);
    assert_eq!(visitor.fill("/console/sending", "/console/creditors/atelier-lumen/resume", &[]).await.status, 303);
    assert!(!halted().await);
    assert_eq!(visitor.fill("/console/sending", "/console/creditors/nobody/halt", &[]).await.status, 404);
}

#[tokio::test]
async fn a_campaign_is_started_paused_and_stopped_by_its_buttons_alone() {
    let (office, _) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::signed_in(&door).await;
    let plan = CampaignPlan {
        selection: Selection::default(),
        per_minute: 30,
        control_percent: 0,
        variants: Vec::new(),
        experiment: "november".into(),
    };
    office.service.plan_campaign(&creditor(), "november", &plan, "ana").await.unwrap();
    let state = || async {
        let mut tx = office.service.store.snapshot().await.unwrap();
        tx.campaign(&creditor(), "november").await.unwrap().unwrap().state
    };
    let press = |act: &'static str| {
        let visitor = &visitor;
        async move {
            let path = format!("/console/campaigns/atelier-lumen/november/{act}");
            visitor.fill("/console/sending", &path, &[]).await.status
        }
    };
    let late = visitor.fill("/console/sending", "/console/campaigns/atelier-lumen/november/pause", &[]).await;
    assert!(late.text.contains("cette campagne") && !late.text.contains("dossier"), "{}", late.text);
    let page = visitor.get("/console/sending").await;
    assert!(page.text.contains("Lancer") && page.text.contains("1 en attente"), "{}", page.text);
    assert_eq!((press("pause").await, state().await), (409, CampaignState::Planned), "it does not run yet");
    let nora = Visitor::signed_in_as(&door, "nora").await;
    let hers = nora.get("/console/sending").await.text;
    assert!(!hers.contains("Lancer") && hers.contains("Tout arrêter") && hers.contains("tous les droits"), "{hers}");
    let start = nora.fill("/console/sending", "/console/campaigns/atelier-lumen/november/start", &[]).await;
    assert_eq!((start.status, state().await), (403, CampaignState::Planned), "she may stop, and start nothing");
    let halt = nora.fill("/console/sending", "/console/creditors/atelier-lumen/halt", &[]).await;
    let lifted = nora.fill("/console/sending", "/console/creditors/atelier-lumen/resume", &[]).await;
    assert_eq!((halt.status, lifted.status), (303, 303));
    assert_eq!((press("start").await, state().await), (303, CampaignState::Running));
    assert_eq!((press("pause").await, state().await), (303, CampaignState::Paused));
    assert_eq!((press("stop").await, state().await), (303, CampaignState::Stopped));
    assert_eq!((press("resume").await, press("dance").await), (409, 404));
    let page = visitor.get("/console/sending").await;
    assert!(!page.text.contains("Lancer") && page.text.contains("arrêtée"));
}

#[tokio::test]
async fn a_reminder_is_offered_where_it_may_leave_and_the_page_says_when_or_why_not() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::signed_in(&door).await;
    let path = format!("/console/cases/{case}");
    let page = visitor.get(&path).await;
    assert!(page.text.contains("Envoyer le rappel") && page.text.contains("Un rappel partirait le"), "{}", page.text);
    disagrees(&office, case).await;
    let page = visitor.get(&path).await;
    assert!(!page.text.contains("Envoyer le rappel"), "{}", page.text);
    assert!(page.text.contains("Aucun rappel ne peut partir"));
    assert!(page.text.contains("Choisir un motif…"), "a case is not closed by a slip of the hand");
}
