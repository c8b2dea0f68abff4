//! The agents' console: closed to whoever is not signed in, and its forms to whoever did not get them from us.

use super::{HEADING, JEANNE, disagrees, monday, office};
use crate::support::door::{OpenDoor, PASSWORD, Visitor};
use crate::support::office::Office;
use chrono::Duration;
use relance::domain::{Address, Holder};
use relance::gateway::Inbound;

#[tokio::test]
async fn nobody_enters_without_signing_in() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    for path in ["/console".to_owned(), format!("/console/cases/{case}")] {
        let page = visitor.get(&path).await;
        assert_eq!((page.status, page.header("location")), (303, "/console/login"), "{path}");
    }
    let page = visitor.post(&format!("/console/cases/{case}/take-over"), &[("csrf", "x")]).await;
    assert_eq!((page.status, page.header("location")), (303, "/console/login"));
    assert_eq!(office.case(case).await.conversation.holder, Holder::Bot);
}

#[tokio::test]
async fn the_session_is_kept_from_scripts_and_other_sites_and_ends() {
    let (office, _) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    let cookie = visitor.get("/console/login").await.header("set-cookie").to_owned();
    for attribute in ["HttpOnly", "SameSite=Strict", "Path=/console"] {
        assert!(cookie.contains(attribute), "{attribute}: {cookie}");
    }
    assert_eq!(visitor.sign_in("lea", PASSWORD).await.status, 303);
    assert_eq!(visitor.get("/console").await.status, 200);
    assert_eq!(visitor.fill("/console", "/console/logout", &[]).await.status, 303);
    assert_eq!(visitor.get("/console").await.status, 303);
    let visitor = Visitor::signed_in(&door).await;
    office.clock.advance(Duration::hours(10));
    assert_eq!(visitor.get("/console").await.status, 303, "a session lasts a working day");
}

#[tokio::test]
async fn a_wrong_name_and_a_wrong_password_are_answered_alike_and_five_of_them_close_the_account() {
    let (office, _) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::at(&door);
    let name = visitor.sign_in("léon", PASSWORD).await;
    let password = visitor.sign_in("lea", "pas le bon").await;
    assert_eq!((name.status, password.status), (401, 401));
    let without_token = |page: &crate::support::door::Page| page.text.replace(&page.csrf(), "");
    assert_eq!(without_token(&name), without_token(&password));
    for _ in 0..4 {
        assert_eq!(visitor.sign_in("lea", "pas le bon").await.status, 401);
    }
    assert_eq!(visitor.sign_in("lea", PASSWORD).await.status, 429, "even the right one must wait");
    assert_eq!(Visitor::at(&door).sign_in("paul", PASSWORD).await.status, 303, "another account does not");
    office.clock.advance(Duration::minutes(5));
    assert_eq!(visitor.sign_in("lea", PASSWORD).await.status, 303);
}

#[tokio::test]
async fn a_form_without_the_token_of_its_session_does_nothing() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::signed_in(&door).await;
    let other = Visitor::signed_in(&door).await.get("/console").await.csrf();
    let act = format!("/console/cases/{case}/take-over");
    for csrf in ["", "x", &other] {
        assert_eq!(visitor.post(&act, &[("csrf", csrf)]).await.status, 403, "{csrf}");
    }
    assert_eq!(visitor.post(&act, &[]).await.status, 400);
    let login = [("csrf", other.as_str()), ("user", "lea"), ("password", PASSWORD)];
    assert_eq!(Visitor::at(&door).post("/console/login", &login).await.status, 403);
    assert_eq!(office.case(case).await.conversation.holder, Holder::Bot);
    let page = visitor.fill("/console", &act, &[]).await;
    assert_eq!(page.status, 303);
    assert_eq!(office.case(case).await.conversation.holder, Holder::Human);
}

#[tokio::test]
async fn an_agent_answers_gives_back_clears_and_resolves() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::signed_in(&door).await;
    disagrees(&office, case).await;
    let tasks = visitor.get("/console").await;
    assert!(tasks.text.contains("Répondre à une contestation") && tasks.text.contains("LUM-1001"));
    let page = format!("/console/cases/{case}");
    let shown = visitor.get(&page).await.text;
    assert!(shown.contains("Conteste la dette") && shown.contains("<mark"), "the reading is explained");
    let at = |act: &str| format!("{page}/{act}");
    let answer = visitor.fill(&page, &at("answer"), &[("text", "Bonjour, je regarde votre commande.")]).await;
    assert_eq!(answer.status, 303);
    assert_eq!(office.case(case).await.conversation.holder, Holder::Human);
    assert!(visitor.get(&page).await.text.contains("je regarde votre commande."));
    assert_eq!(visitor.fill(&page, &at("clear"), &[]).await.status, 303);
    assert_eq!(office.case(case).await.state.name(), "open");
    assert_eq!(visitor.fill(&page, &at("give-back"), &[]).await.status, 303);
    assert_eq!(office.case(case).await.conversation.holder, Holder::Bot);
    assert!(office.service.open_tasks().await.unwrap().is_empty(), "the task went with what it was about");
    assert_eq!(visitor.fill(&page, &at("take-over"), &[]).await.status, 303);
    office.hears(case, "Alors ?").await;
    let task = office.service.open_tasks().await.unwrap().remove(0);
    let resolve = format!("/console/tasks/{}/resolve", task.id);
    let unseen = visitor.fill(&page, &resolve, &[("note", "répondu")]).await;
    assert_eq!(unseen.status, 409, "the form does not say which message the agent had read");
    let seen = task.inbound.unwrap().to_string();
    assert_eq!(visitor.fill(&page, &resolve, &[("note", "répondu"), ("seen", &seen)]).await.status, 303);
    assert!(office.service.open_tasks().await.unwrap().is_empty());
    assert_eq!(visitor.fill(&page, &at("close"), &[("reason", "abandoned")]).await.status, 303);
    assert_eq!(office.case(case).await.state.name(), "closed");
}

#[tokio::test]
async fn what_cannot_be_done_says_so_and_changes_nothing() {
    let (office, case) = office().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::signed_in(&door).await;
    let page = format!("/console/cases/{case}");
    let long = "a".repeat(601);
    for (act, field, status) in [
        ("answer", ("text", "  "), 422),
        ("answer", ("text", long.as_str()), 422),
        ("answer", ("text", "L'huissier saisira vos biens"), 422),
        ("close", ("reason", "because"), 400),
        ("close", ("x", "y"), 400),
        ("dance", ("x", "y"), 404),
    ] {
        let refused = visitor.fill(&page, &format!("{page}/{act}"), &[field]).await;
        assert_eq!(refused.status, status, "{act} {}", field.1.chars().take(30).collect::<String>());
    }
    assert_eq!(office.case(case).await.conversation.holder, Holder::Bot);
    let nobody = "/console/cases/00000000-0000-0000-0000-000000000000";
    assert_eq!(visitor.get(nobody).await.status, 404);
    for lost in ["/console/cases/x", nobody, "/console/cases/x/y/z", "/console/tasks/x/sheet", "/console/dance"] {
        let answer = visitor.get(lost).await;
        assert_eq!(answer.status, 404, "{lost}");
        assert!(answer.text.contains("Page introuvable") && answer.text.contains("Revenir"), "{}", answer.text);
    }
    let answer = visitor.get("/console?cases=many").await;
    assert!(answer.status == 400 && answer.text.contains("Ce n&#x27;est pas fait"), "{}", answer.text);
    let flood = visitor.post(&format!("{page}/answer"), &[("csrf", "x"), ("text", &"a".repeat(20_000))]).await;
    assert_eq!(flood.status, 413);
}

#[tokio::test]
async fn markup_in_a_name_or_in_a_message_is_text_on_every_page() {
    let office = Office::open(monday()).await;
    let line = JEANNE.replace("Jeanne Martin", "<img src=x onerror=alert(1)>");
    let case = office.import(HEADING, &line).await;
    office.hears(case, "<script>alert(2)</script> je paie \"vendredi\"").await;
    let stranger = Inbound {
        gateway_id: "s1".into(),
        from: Address::parse("+33612349999"),
        to: Address::parse("+33937000001"),
        text: "<b onclick=alert(3)>qui êtes-vous</b>".into(),
        raw: Vec::new(),
        received_at: None,
        opt_out_hint: None,
        media: 0,
    };
    office.service.receive("console", std::time::Duration::ZERO, &stranger).await.unwrap();
    let door = OpenDoor::of(&office);
    let visitor = Visitor::signed_in(&door).await;
    for path in ["/console".to_owned(), format!("/console/cases/{case}")] {
        let page = visitor.get(&path).await.text;
        for live in ["<img", "<script", "<b onclick"] {
            assert!(!page.contains(live), "{path}: {live}");
        }
        assert!(page.contains("&lt;img src"), "{path}");
    }
    assert!(visitor.get("/console").await.text.contains("&lt;b onclick"));
}

#[tokio::test]
async fn without_a_password_the_console_stays_closed_and_says_how_to_open_it() {
    let (office, _) = office().await;
    let door = OpenDoor::without_console(&office);
    let visitor = Visitor::at(&door);
    let page = visitor.get("/console/login").await;
    assert!(page.text.contains("relance user hash") && !page.text.contains("<form"));
    let fields = [("csrf", ""), ("user", "agent"), ("password", "")];
    assert_eq!(visitor.post("/console/login", &fields).await.status, 403);
}

#[tokio::test]
async fn a_step_of_the_plan_is_told_and_an_agent_pauses_the_reminders_and_lets_them_go_on() {
    let office = Office::open_with_plan(monday(), "fr-consumer").await;
    let case = office.import(HEADING, JEANNE).await;
    office.work().await;
    let door = OpenDoor::of(&office);
    let visitor = Visitor::signed_in(&door).await;
    let page = format!("/console/cases/{case}");
    let shown = visitor.get(&page).await.text;
    assert!(shown.contains("étape 3 (fr-consumer) : premier rappel, par SMS"), "{shown}");
    assert!(shown.contains("Prochaine étape des rappels") && shown.contains("Suspendre les rappels"));
    assert_eq!(visitor.fill(&page, &format!("{page}/pause-reminders"), &[]).await.status, 303);
    let shown = visitor.get(&page).await.text;
    assert!(!shown.contains("Prochaine étape des rappels") && shown.contains("Reprendre les rappels"));
    assert_eq!(visitor.fill(&page, &format!("{page}/resume-reminders"), &[]).await.status, 303);
    assert!(visitor.get(&page).await.text.contains("Prochaine étape des rappels"));
}

#[tokio::test]
async fn a_long_list_has_pages() {
    let office = Office::open(monday()).await;
    let lines: String = (0..201)
        .map(|n| {
            let phone = format!("06 12 3{} {:02} {:02}", n / 100, n % 100, n % 97);
            format!("{}\n", JEANNE.replace("LUM-1001", &format!("LUM-{n}")).replace("06 12 34 56 01", &phone))
        })
        .collect();
    let portfolio = format!("{HEADING}\n{lines}");
    let portfolio = relance::service::read_portfolio(portfolio.as_bytes(), &office.service.creditors()).unwrap();
    office.service.import(&portfolio.rows).await.unwrap();
    let door = OpenDoor::of(&office);
    let visitor = Visitor::signed_in(&door).await;
    let rows = |page: &str| page.matches("href=\"/console/cases/").count();
    let first = visitor.get("/console").await.text;
    assert!(rows(&first) == 200 && first.contains("/console?cases=2") && first.contains("200+"), "{}", rows(&first));
    let second = visitor.get("/console?cases=2").await.text;
    assert!(rows(&second) == 1 && second.contains("/console?cases=1") && !second.contains("/console?cases=3"));
    let sought = visitor.get("/console?seek=LUM-77").await.text;
    assert!(rows(&sought) == 1 && sought.contains("value=\"LUM-77\""), "{}", rows(&sought));
    let many = visitor.get("/console?seek=lum%2D").await.text;
    assert!(many.contains("/console?cases=2&seek=lum-"), "its pages are of what is sought");
    assert!(visitor.get("/console?seek=zzz").await.text.contains("Aucun dossier ne correspond"));
}
