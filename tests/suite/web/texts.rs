//! « Textes »: somebody else than its author sees what a text would say, what changed, and approves it; and the banner that
//! tells when what was edited cannot be used.

use super::{HEADING, JEANNE, monday};
use crate::support::browser::Browser;
use crate::support::databases::{Database, on_sqlite};
use crate::support::door::{OpenDoor, PASSWORD, Visitor};
use crate::support::operator::{Operator, text};
use relance::domain::Event;
use relance::service::{Line, read_portfolio};

/// The menu by someone whose name is that of an account.
fn by_lea(words: &str) -> String {
    text(words).replace("Anne", "LEA")
}

async fn opened<F: Future<Output = ()> + Send>(act: impl FnOnce(Operator, OpenDoor) -> F + Send + 'static) {
    on_sqlite(|db: Database| async move {
        let folder = tempfile::tempdir().unwrap();
        let operator = Operator::starts(folder.path(), &db.url, monday()).await;
        let door = OpenDoor::of_service(operator.service.clone());
        act(operator, door).await;
    })
    .await;
}

/// The value of the hidden field `hash`.
fn hash(page: &str) -> String {
    let (_, rest) = page.split_once(r#"name="hash" value=""#).expect("a text that can be approved");
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_text_is_approved_by_an_agent_who_did_not_write_it_in_the_version_that_they_saw() {
    opened(|operator, door| async move {
        let (lea, paul) = (Visitor::signed_in_as(&door, "lea").await, Visitor::signed_in_as(&door, "paul").await);
        assert!(paul.get("/console/texts").await.text.contains("Tous les textes en place sont ceux du programme."));
        operator.writes("wording/fr/menu.txt", &by_lea("écrivez 1 immédiatement."));
        assert!(operator.looks_twice().await);
        assert!(paul.get("/console").await.text.contains(r#"<span class="badge warn">1</span>"#));
        let page = paul.get("/console/texts").await.text;
        for shown in
            ["fr&#x2f;menu", "<ins>immédiatement.</ins>", "Garage Martin : écrivez 1 imm", "REVIEW", "false urgency"]
        {
            assert!(page.contains(shown), "{shown}: {page}");
        }
        let own = lea.get("/console/texts").await.text;
        assert!(own.contains("Vous avez écrit ce texte") && !own.contains("/console/texts/approve"));
        let seen = hash(&page);
        let word = |reason: &'static str| {
            [("text", "fr/menu"), ("hash", seen.as_str()), ("reason", reason)].map(|(k, v)| (k, v.to_owned()))
        };
        let give = async |who: &Visitor, act: &str, fields: [(&str, String); 3]| {
            let fields: Vec<_> = fields.iter().map(|(key, value)| (*key, value.as_str())).collect();
            who.fill("/console/texts", &format!("/console/texts/{act}"), &fields).await
        };
        assert_eq!(give(&lea, "approve", word("relu")).await.status, 403);
        let nora = Visitor::signed_in_as(&door, "nora").await;
        let hers = nora.get("/console/texts").await.text;
        assert!(hers.contains("pas ce droit") && !hers.contains("/console/texts/approve"), "{hers}");
        let told = give(&nora, "approve", word("relu")).await;
        assert!(told.status == 403 && told.text.contains("pas ce droit"), "she may not approve: {}", told.text);
        let refused = give(&paul, "approve", word("")).await;
        assert!(refused.status == 422 && refused.text.contains("immédiatement"));
        operator.writes("wording/fr/menu.txt", &by_lea("écrivez 1 sans délai."));
        assert!(operator.looks_twice().await);
        assert_eq!(give(&paul, "approve", word("relu")).await.status, 409, "it is another one than they saw");
        operator.writes("wording/fr/menu.txt", &by_lea("écrivez 1 immédiatement."));
        assert!(operator.looks_twice().await);
        assert_eq!(give(&paul, "approve", word("relu")).await.status, 303);
        assert_eq!(operator.menu(), "écrivez 1 immédiatement.");
        let page = paul.get("/console/texts").await.text;
        assert!(page.contains("<td>LEA</td><td>paul") && page.contains("relu"), "{page}");
        let another = [("text", "fr/menu"), ("hash", "another"), ("reason", "")].map(|(k, v)| (k, v.to_owned()));
        assert_eq!(give(&lea, "withdraw", another).await.status, 409, "another one is in use than they saw");
        assert_eq!(operator.menu(), "écrivez 1 immédiatement.");
        assert_eq!(give(&lea, "withdraw", word("")).await.status, 303);
        assert_ne!(operator.menu(), "écrivez 1 immédiatement.");
        assert_eq!(give(&paul, "dance", word("")).await.status, 404);
        let forged = [("csrf", "x"), ("text", "fr/menu"), ("hash", "x")];
        assert_eq!(paul.post("/console/texts/approve", &forged).await.status, 403);
        assert_eq!(Visitor::at(&door).get("/console/texts").await.status, 303, "nobody looks without signing in");
    })
    .await;
}

#[tokio::test]
async fn agents_are_told_when_what_was_edited_cannot_be_used_and_debtors_are_not() {
    opened(|operator, door| async move {
        let lea = Visitor::signed_in(&door).await;
        operator.writes("wording/fr/menu.txt", &text("un <b>huissier</b> passera."));
        assert!(!operator.looks_twice().await);
        for page in ["/console", "/console/texts"] {
            let shown = lea.get(page).await.text;
            assert!(
                shown.contains("la dernière bonne version reste en place") && shown.contains("menu.txt:6"),
                "{page}"
            );
        }
        assert!(!Visitor::at(&door).get("/console/login").await.text.contains("menu.txt"));
        operator.writes("wording/fr/menu.txt", &text("écrivez 1."));
        assert!(operator.looks_twice().await);
        assert!(!lea.get("/console").await.text.contains("la dernière bonne version"));
    })
    .await;
}

#[tokio::test]
async fn an_agent_answers_for_doubtful_words_with_a_reason_that_is_kept() {
    opened(|operator, door| async move {
        let portfolio = format!("{HEADING}\n{JEANNE}");
        let portfolio = read_portfolio(portfolio.as_bytes(), &operator.service.creditors()).unwrap();
        operator.service.import(&portfolio.rows).await.unwrap();
        let case = operator.service.cases().await.unwrap().remove(0).id;
        let lea = Visitor::signed_in(&door).await;
        let page = format!("/console/cases/{case}");
        let answer = format!("{page}/answer");
        let words = "Bonjour, merci de répondre immédiatement.";
        let asked = lea.fill(&page, &answer, &[("text", words)]).await;
        assert!(asked.status == 422 && asked.text.contains("immédiatement"));
        assert!(asked.text.contains(words) && asked.text.contains("name=\"why\""), "{}", asked.text);
        let blocked = [("text", "L'huissier passera."), ("why", "il le faut")];
        let blocked = lea.fill(&page, &answer, &blocked).await;
        assert!(
            blocked.status == 422 && blocked.text.contains("« huissier » (officers and courts: "),
            "{}",
            blocked.text
        );
        let lines = async || operator.service.case_view(case).await.unwrap().unwrap().lines;
        assert!(lines().await.is_empty(), "nothing was sent");
        assert_eq!(lea.fill(&page, &answer, &[("text", words), ("why", "elle l'a demandé")]).await.status, 303);
        let vouched = lines().await.into_iter().find_map(|line| match line {
            Line::Happened { decision, .. } => {
                decision.events.into_iter().find(|event| matches!(event, Event::Vouched { .. }))
            }
            _ => None,
        });
        let expected =
            Event::Vouched { by: "lea".into(), words: "immédiatement".into(), reason: "elle l'a demandé".into() };
        assert_eq!(vouched, Some(expected));
        assert!(lea.get(&page).await.text.contains("elle l&#x27;a demandé"));
    })
    .await;
}

#[tokio::test]
async fn in_a_browser_a_second_person_reads_a_text_and_approves_it() {
    opened(|operator, door| async move {
        operator.writes("wording/fr/menu.txt", &text("écrivez 1 pour payer, 4 pour une personne."));
        assert!(operator.looks_twice().await);
        let browser = Browser::open(1280, 900).await;
        browser.go(&format!("{}/console", door.base)).await;
        browser.write("[name=user]", "paul").await;
        browser.write("[name=password]", PASSWORD).await;
        browser.click("button.main").await;
        browser.sees(".bar nav", "Textes").await;
        browser.click(".bar nav a[href='/console/texts']").await;
        browser.sees(".card.text", "écrivez 1 pour payer").await;
        browser.sees(".card.text .bubble", "Garage Martin").await;
        browser.picture("texts").await;
        browser.click(".card.text button.main").await;
        browser.sees("td", "fr/menu").await;
        browser.sees("td", "paul").await;
        browser.picture("texts_approved").await;
        assert_eq!(operator.menu(), "écrivez 1 pour payer, 4 pour une personne.");
        browser.close().await;
    })
    .await;
}
