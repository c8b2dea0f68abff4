//! The pages in a real browser, as people use them.

use super::{HEADING, JEANNE, disagrees, monday, office};
use crate::support::browser::Browser;
use crate::support::door::{DemoDoor, OpenDoor, PASSWORD};
use relance::domain::Holder;

const DEMO: &str = include_str!("../../../fixtures/portfolio/demo.csv");

#[tokio::test]
async fn in_the_demonstration_a_reply_shows_its_reading_its_rules_and_its_answer() {
    let demo = DemoDoor::open(monday(), DEMO).await;
    let browser = Browser::open(1280, 800).await;
    browser.go(&format!("{}/demo", demo.door.base)).await;
    browser.sees("#creditor", "Atelier Lumen").await;
    browser.click("#remind").await;
    browser.sees("#bubbles", "est à payer").await;
    browser.write("#text", "Je paie 120 € vendredi\u{e007}").await;
    browser.sees("#bubbles .mine", "Je paie 120 € vendredi").await;
    browser.sees("#reading .intent", "Promet de payer").await;
    browser.sees("#reading mark", "vendredi").await;
    browser.sees("#effect", "→").await;
    browser.sees("#answer .said", "Atelier Lumen").await;
    browser.sees("#answer", "GSM-7").await;
    browser.picture("demo").await;
    browser.click("#ideas li:last-child button").await;
    browser.sees("#reading .intent", "Ne veut plus de messages").await;
    browser.picture("demo_stop").await;
    let errors = browser.run("return [...document.querySelectorAll('[style*=url]')].length").await;
    assert_eq!(errors, 0);
    browser.close().await;
}

#[tokio::test]
async fn the_link_in_a_text_opens_the_debtors_page_where_a_button_pays() {
    let demo = DemoDoor::open(monday(), &format!("{HEADING}\n{JEANNE}\n")).await;
    let browser = Browser::open(390, 844).await;
    browser.go(&format!("{}/demo", demo.door.base)).await;
    browser.click("#remind").await;
    browser.sees("#bubbles", "/p/").await;
    let path = browser.run("return document.querySelector('#bubbles').innerText.match(/[/]p[/][0-9a-z]+/)[0]").await;
    browser.go(&format!("{}{}", demo.door.base, path.as_str().unwrap())).await;
    browser.sees("main", "120,00 €").await;
    browser.picture("debtor").await;
    browser.click("form button").await;
    browser.sees("h1", "Merci, tout est réglé").await;
    browser.picture("debtor_paid").await;
    browser.close().await;
}

#[tokio::test]
async fn on_a_telephone_no_page_is_wider_than_its_screen() {
    let demo = DemoDoor::open(monday(), &format!("{HEADING}\n{JEANNE}\n")).await;
    let browser = Browser::open(390, 844).await;
    browser.go(&format!("{}/demo", demo.door.base)).await;
    browser.click("#remind").await;
    browser.write("#text", "Je peux payer en 3 fois ?\u{e007}").await;
    browser.sees("#reading .intent", "plusieurs fois").await;
    browser.picture("demo_narrow").await;
    let wide = browser.run("return document.documentElement.scrollWidth > 390").await;
    assert_eq!(wide, false);
    browser.close().await;
}

#[tokio::test]
async fn an_agent_signs_in_opens_a_task_answers_and_gives_the_thread_back() {
    let (office, case) = office().await;
    disagrees(&office, case).await;
    let door = OpenDoor::of(&office);
    let browser = Browser::open(1280, 900).await;
    browser.go(&format!("{}/console", door.base)).await;
    browser.sees("h1", "Console des agents").await;
    browser.picture("login").await;
    browser.write("[name=user]", "lea").await;
    browser.write("[name=password]", PASSWORD).await;
    browser.click("button.main").await;
    browser.sees("table", "Répondre à une contestation").await;
    browser.picture("tasks").await;
    browser.click("td.acts a").await;
    browser.sees(".talk", "Conteste la dette").await;
    browser.write("textarea", "Bonjour, je vérifie la livraison et vous réponds demain.").await;
    browser.click(".answer button").await;
    browser.sees(".turn.out", "je vérifie la livraison").await;
    browser.picture("case").await;
    assert_eq!(office.case(case).await.conversation.holder, Holder::Human);
    browser.click(".acts button.main").await;
    browser.sees("aside", "L'automate répond.").await;
    assert_eq!(office.case(case).await.conversation.holder, Holder::Bot);
    browser.close().await;
}

#[tokio::test]
async fn an_agent_writes_down_what_was_said_and_no_page_of_the_console_is_wider_than_a_telephone() {
    let (office, case) = office().await;
    office.hears(case, "???").await;
    let door = OpenDoor::of(&office);
    // Tall, so that a picture holds a whole page.
    for (width, height, name) in [(1280, 2_400, "wide"), (390, 4_800, "narrow")] {
        let browser = Browser::open(width, height).await;
        browser.go(&format!("{}/console/login", door.base)).await;
        browser.write("[name=user]", "lea").await;
        browser.write("[name=password]", PASSWORD).await;
        browser.click("button.main").await;
        browser.sees("h1", "À faire").await;
        if name == "wide" {
            browser.go(&format!("{}/console/cases/{case}", door.base)).await;
            browser.click(".outcomes details:nth-of-type(2) summary").await;
            browser.picture("outcomes_form").await;
            browser.write(".outcomes details:nth-of-type(2) [name=instalments]", "3").await;
            browser.click(".outcomes details:nth-of-type(2) button").await;
            browser.sees(".head", "Échéancier en cours").await;
            browser.sees(".talk", "au téléphone (lea)").await;
            browser.click(".outcomes details:nth-of-type(6) summary").await;
        }
        let pages = ["", "/sending", "/texts", &format!("/cases/{case}"), "/cases/zzz"];
        for (at, page) in pages.into_iter().enumerate() {
            browser.go(&format!("{}/console{page}", door.base)).await;
            browser.sees("body", "").await;
            browser.run("document.querySelectorAll('details').forEach((part) => { part.open = true; })").await;
            browser.picture(&format!("console_{name}_{at}")).await;
            let wide = browser.run("return document.documentElement.scrollWidth > window.innerWidth").await;
            assert_eq!(wide, false, "{page} at {width}");
        }
        browser.close().await;
    }
}
