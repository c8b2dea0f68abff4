//! The debtor's page says what is due to whoever has the link, and looking at it does nothing.

use super::{HEADING, JEANNE, disagrees, monday, office};
use crate::support::door::{DemoDoor, OpenDoor, Page, Visitor};
use crate::support::office::{Office, creditors, means};
use chrono::Duration;
use relance::domain::{AgentAct, CaseId, Money};
use relance::service::Line;

/// The link in the last text that carried one.
pub async fn link(service: &relance::service::Service, case: CaseId) -> String {
    let view = service.case_view(case).await.unwrap().unwrap();
    let texts = view.lines.iter().filter_map(|line| match line {
        relance::service::Line::Sent { text, .. } => Some(text),
        _ => None,
    });
    let links = texts.filter_map(|text| text.split_once("/p/").map(|(_, rest)| rest));
    let tokens = links.map(|rest| rest.chars().take_while(char::is_ascii_alphanumeric).collect::<String>());
    format!("/p/{}", tokens.collect::<Vec<_>>().pop().expect("a text with a link"))
}

fn keeps_to_itself(page: &Page) {
    assert!(page.header("content-security-policy").contains("default-src 'none'"));
    assert_eq!(page.header("x-frame-options"), "DENY");
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn the_page_says_what_is_due_in_the_readers_language_and_names_nobody() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    let path = link(&office.service, case).await;
    let page = visitor.get(&path).await;
    assert_eq!(page.status, 200);
    keeps_to_itself(&page);
    for said in ["Atelier Lumen", "LUM-1001", "F-2026-0412", "120,00 €", "28 octobre", "01 84 80 00 00"] {
        assert!(page.text.contains(said), "{said}");
    }
    for unsaid in ["Martin", "Jeanne", "612345601", "/pay"] {
        assert!(!page.text.contains(unsaid), "{unsaid}");
    }
    let english = visitor.get_in(&path, "en-GB").await;
    assert!(english.text.contains("Left to pay") && english.text.contains("<html lang=\"en\">"));
}

#[tokio::test]
async fn looking_has_no_effect() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let path = link(&office.service, case).await;
    let before = (office.case(case).await, office.service.case_view(case).await.unwrap().unwrap().lines.len());
    for _ in 0..3 {
        assert_eq!(Visitor::at(&door).get(&path).await.status, 200);
    }
    let after = (office.case(case).await, office.service.case_view(case).await.unwrap().unwrap().lines.len());
    assert_eq!(before, after);
    assert_eq!(Visitor::at(&door).post(&format!("{path}/pay"), &[]).await.status, 404, "there is no button here");
}

#[tokio::test]
async fn old_and_unknown_links_have_a_page_of_their_own() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let path = link(&office.service, case).await;
    office.clock.advance(Duration::days(91));
    let visitor = Visitor::at(&door);
    let old = visitor.get(&path).await;
    assert_eq!(old.status, 410);
    keeps_to_itself(&old);
    assert!(old.text.contains("Ce lien a expiré") && !old.text.contains("LUM-1001"));
    for unknown in ["/p/00000000000000000000000000", "/p/x", "/p/%00%ff'%22"] {
        let page = visitor.get(unknown).await;
        assert_eq!(page.status, 404, "{unknown}");
        assert!(page.text.contains("Ce lien n"), "{unknown}");
    }
}

#[tokio::test]
async fn a_case_that_is_paid_or_at_rest_asks_for_nothing() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    let path = link(&office.service, case).await;
    disagrees(&office, case).await;
    let resting = visitor.get(&path).await;
    assert!(resting.text.contains("Aucun paiement ne vous est demandé") && !resting.text.contains("Reste à régler"));
    office.acts(case, AgentAct::Clear).await;
    assert!(visitor.get(&path).await.text.contains("Reste à régler"));
    let balance = office.case(case).await.debt.balance();
    office.is_paid(case, Money::new(balance.minor, balance.currency)).await;
    assert!(visitor.get(&path).await.text.contains("Merci, tout est réglé"));
}

#[tokio::test]
async fn the_page_tells_how_to_pay_or_whom_to_call_and_what_was_paid_too_much() {
    let (office, case) = office().await;
    let path = link(&office.service, case).await;
    let door = OpenDoor::of(&office);
    let page = Visitor::at(&door).get(&path).await.text;
    assert!(
        page.contains("Appelez le 01 84 80 00 00") && !page.contains("irement") && !page.contains("hèque"),
        "{page}"
    );
    let mut creditors = creditors();
    creditors[0].means = means();
    creditors[0].postal_address = Some("12 rue des Lilas, 75011 Paris".to_owned());
    let office = Office::open_for_creditors(monday(), creditors).await;
    let case = office.import(HEADING, JEANNE).await;
    office.acts(case, AgentAct::Remind).await;
    let path = link(&office.service, case).await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    let page = visitor.get(&path).await.text.replace("&#x27;", "'");
    for said in [
        "<dt>IBAN</dt><dd>FR76 3000 6000 0112 3456 7890 189</dd>",
        "<dd>AGRIFRPP</dd>",
        "Référence à indiquer</dt><dd>LUM-1001",
        "Par chèque (ordre : Atelier Lumen), avec la référence de votre dossier au dos.",
        "À envoyer à : 12 rue des Lilas, 75011 Paris.",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let texts = office.service.case_view(case).await.unwrap().unwrap().lines;
    let says = |line: &Line| matches!(line, Line::Sent { text, .. } if text.contains("FR76"));
    assert!(!texts.iter().any(says), "never in a text message");
    office.is_paid(case, Money::new(12_350, relance::domain::Currency::Eur)).await;
    let page = visitor.get(&path).await.text;
    assert!(page.contains("Vous avez payé 3,50 € de trop") && !page.contains("IBAN"), "{page}");
}

#[tokio::test]
async fn a_markup_in_the_file_is_text_on_the_page() {
    let office = Office::open(monday()).await;
    let line = JEANNE.replace("F-2026-0412", "<script>alert(1)</script>");
    let case = office.import(HEADING, &line).await;
    office.acts(case, AgentAct::Remind).await;
    let door = OpenDoor::of(&office);
    let page = Visitor::at(&door).get(&link(&office.service, case).await).await;
    assert!(!page.text.contains("<script>alert") && page.text.contains("&lt;script&gt;alert"));
}

#[tokio::test]
async fn in_the_demonstration_a_button_pays_once() {
    let demo = DemoDoor::open(monday(), &format!("{HEADING}\n{JEANNE}\n")).await;
    let case = demo.service.cases().await.unwrap()[0].id;
    demo.service.act(case, "demo", AgentAct::Remind).await.unwrap();
    let path = link(&demo.service, case).await;
    let visitor = Visitor::at(&demo.door);
    assert!(visitor.get(&path).await.text.contains("Payer 120,00 € (démonstration)"));
    let pay = format!("{path}/pay");
    let (first, second) = tokio::join!(visitor.post(&pay, &[]), visitor.post(&pay, &[]));
    assert_eq!((first.status, second.status), (303, 303));
    let case = demo.service.due(case).await.unwrap().case;
    assert_eq!((case.state.name(), case.debt.paid.minor), ("settled", 12_000));
    assert!(visitor.get(&path).await.text.contains("Merci"));
}

#[tokio::test]
async fn the_page_shows_the_promise_that_they_made() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    let path = link(&office.service, case).await;
    office.hears(case, "Je paie 120 euros vendredi").await;
    assert!(!visitor.get(&path).await.text.contains("Ce qui est convenu"), "not before their oui");
    office.hears(case, "oui").await;
    let page = visitor.get(&path).await.text;
    assert!(page.contains("Vous réglerez 120,00 € le vendredi 27 novembre."), "{page}");
}

#[tokio::test]
async fn the_page_shows_the_plan_with_what_was_paid_of_it() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    let path = link(&office.service, case).await;
    office.hears(case, "je peux payer en 3 fois").await;
    office.hears(case, "oui").await;
    assert_eq!(office.case(case).await.state.name(), "plan_running");
    office.is_paid(case, Money::new(5_000, relance::domain::Currency::Eur)).await;
    let page = visitor.get(&path).await.text;
    for said in ["Votre échéancier", "40,00 € · réglé", "40,00 € · reste 30,00 €", "40,00 € · à venir"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
}
