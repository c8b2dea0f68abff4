//! `relance why`, as its operator reads it: what led to each message, what came of it, and what comes next.

use crate::support::databases::on_sqlite;
use crate::support::office::{Office, words};
use crate::support::operator::{Operator, creditor, menu, text};
use chrono::{DateTime, Duration, Utc};
use relance::domain::campaign::{CampaignPlan, Selection};
use relance::domain::{Address, AgentAct, CampaignState, CaseId, Language};
use relance::gateway::Inbound;
use relance::service::{CampaignWorker, read_portfolio};
use relance::web::{Account, Fact};

const HEADING: &str = "case_ref,creditor,debtor_name,phone,amount,due_on,origin";
const LINE: &str = "D-1,atelier-lumen,Jeanne Martin,06 12 34 56 78,120.00,2026-10-19,contract";

/// A Monday morning in Paris, a fortnight after the debt was due.
fn monday() -> DateTime<Utc> {
    "2026-11-02T09:30:00Z".parse().unwrap()
}

async fn account(office: &Office, language: Language) -> Account {
    let found = office.service.why("D-1").await.unwrap();
    assert_eq!(found.len(), 1);
    Account::of(&found[0], language, words())
}

/// Every fact as « label: value », one on each line.
fn told(facts: &[Fact]) -> String {
    facts.iter().map(|fact| format!("{}: {}\n", fact.label, fact.value)).collect()
}

fn assert_says(told: &str, expected: &[&str]) {
    let told = told.replace('\u{a0}', " ");
    for one in expected {
        assert!(told.contains(one), "« {one} » is not in:\n{told}");
    }
}

async fn reminded(office: &Office) -> CaseId {
    let case = office.import(HEADING, LINE).await;
    for _ in 0..8 {
        office.work().await;
        office.clock.advance(Duration::hours(12));
    }
    case
}

#[tokio::test]
async fn a_message_is_traced_to_the_reply_its_reading_its_rule_and_its_text() {
    let office = Office::open_with_plan(monday(), "fr-consumer").await;
    let case = reminded(&office).await;
    office.hears(case, "Je paie vendredi").await;
    office.work().await;
    let account = account(&office, Language::FR).await;
    let step = &account.causes[0];
    assert_says(&told(&step.because), &["Règle: l'étape du plan : un rappel par SMS", "Étape: étape ", "fr-consumer"]);
    let first = &step.messages[0];
    assert!(first.called.starts_with("premier rappel (fr/reminder/first"), "{}", first.called);
    assert_says(
        &told(&first.told),
        &["Sort: Envoyé, parti ", "Texte: version ", "texte du programme", "Jugé: ", "peut partir"],
    );
    let reply = account.causes.last().unwrap();
    assert_eq!((reply.what.as_str(), reply.text.as_deref()), ("Réponse reçue", Some("Je paie vendredi")));
    assert_says(
        &told(&reply.because),
        &[
            "Lu: Promet de payer, certitude ",
            "Indice: « vendredi » → Date : vendredi 13 novembre",
            "Règle: faire confirmer la date",
            "Le dossier: À régler → Date à confirmer",
        ],
    );
    assert!(reply.messages[0].called.starts_with("date à confirmer (fr/confirm_date"), "{}", reply.messages[0].called);
    assert!(reply.messages[0].text.contains("vendredi"));
    assert_says(
        &told(&account.standing),
        &["Heures: celles de Europe/Paris", "Promis: 120,00 €, vendredi 13 novembre"],
    );
    assert_says(
        &told(&account.ahead),
        &[
            "Plan de rappels: « fr-consumer » est retenu (« Date à confirmer », jusqu'à : ",
            "ensuite : étape ",
            "Horloge: ",
        ],
    );
}

#[tokio::test]
async fn the_next_step_is_told_with_its_day_and_its_way_in_both_languages() {
    let office = Office::open_with_plan(monday(), "fr-consumer").await;
    reminded(&office).await;
    let french = account(&office, Language::FR).await;
    assert_says(&told(&french.ahead), &["Plan de rappels: « fr-consumer » : étape ", "au plus tôt ", ", par "]);
    assert!(french.for_people.is_empty(), "{:?}", french.for_people);
    let english = account(&office, Language::EN).await;
    assert_says(&told(&english.ahead), &["Dunning plan: “fr-consumer”: step ", "at the earliest", ", by "]);
    assert!(english.causes[0].messages[0].called.starts_with("first reminder (fr/reminder/first"));
}

#[tokio::test]
async fn who_paused_the_reminders_and_what_waits_for_a_person_are_told() {
    let office = Office::open_with_plan(monday(), "fr-consumer").await;
    let case = reminded(&office).await;
    office.acts(case, AgentAct::PauseReminders).await;
    let paused = account(&office, Language::FR).await;
    assert_says(&told(&paused.ahead), &["est retenu (suspendu par lea, "]);
    assert_eq!(paused.causes.last().unwrap().what, "Acte d'un agent (lea)");
    assert!(paused.for_people[0].starts_with("Laisser reprendre les rappels"), "{:?}", paused.for_people);
    office.hears(case, "Je conteste cette facture, la commande n'est jamais arrivée").await;
    let disputed = account(&office, Language::FR).await;
    assert!(disputed.for_people[0].starts_with("Répondre à une contestation, avant le "), "{:?}", disputed.for_people);
    assert_says(
        &told(&disputed.ahead),
        &["Un rappel: aucun rappel ne peut partir : une personne tient la conversation"],
    );
    assert_says(&disputed.for_people.join("\n"), &["Lever l'interruption"]);
}

#[tokio::test]
async fn a_campaign_that_wrote_or_holds_a_case_is_named_with_who_moved_it() {
    let office = Office::open(monday()).await;
    office.import(HEADING, LINE).await;
    let plan = CampaignPlan {
        selection: Selection::default(),
        per_minute: 60,
        control_percent: 0,
        variants: Vec::new(),
        experiment: "november".into(),
    };
    office.service.plan_campaign(&creditor(), "november", &plan, "ana").await.unwrap();
    let move_it = async |next| office.service.move_campaign(&creditor(), "november", next, "bob").await.unwrap();
    move_it(CampaignState::Running).await;
    move_it(CampaignState::Paused).await;
    let held = account(&office, Language::FR).await;
    assert_says(
        &told(&held.ahead),
        &["Campagne: « november », en pause (par bob, lundi 2 novembre, 10:30) ; ce dossier attend"],
    );
    move_it(CampaignState::Running).await;
    while CampaignWorker::new(office.service.clone()).tick().await.unwrap().worked > 0 {}
    office.work().await;
    let wrote = account(&office, Language::FR).await;
    assert_says(
        &told(&wrote.causes[0].because),
        &["Règle: une campagne envoie le rappel", "Campagne: « november », texte habituel"],
    );
    office.service.halt(&creditor(), "lea").await.unwrap();
    assert_says(
        &told(&account(&office, Language::FR).await.ahead),
        &["Arrêt: tout est arrêté pour ce créancier, par lea, "],
    );
}

/// What nobody can make sense of.
fn puzzling() -> Inbound {
    Inbound {
        gateway_id: "1".into(),
        from: Address::parse("+33612345678"),
        to: Address::parse("+33937000001"),
        text: "???".into(),
        raw: Vec::new(),
        received_at: None,
        opt_out_hint: None,
        media: 0,
    }
}

#[tokio::test]
async fn the_text_of_a_message_is_told_with_its_author_its_approval_and_its_withdrawal() {
    on_sqlite(|db| async move {
        let folder = tempfile::tempdir().unwrap();
        let operator = Operator::starts(folder.path(), &db.url, monday()).await;
        operator.writes("wording/fr/menu.txt", &text("1 payer, 2 en plusieurs fois, 3 désaccord, 4 quelqu'un ?"));
        assert!(operator.looks_twice().await);
        operator.service.approve_text(&menu(), None, "Paul", Some("demandé par le conseil")).await.unwrap();
        let service = &operator.service;
        let portfolio = read_portfolio(format!("{HEADING}\n{LINE}").as_bytes(), &service.creditors()).unwrap();
        service.import(&portfolio.rows).await.unwrap();
        service.receive("console", std::time::Duration::ZERO, &puzzling()).await.unwrap();
        let of_menu = async || {
            let why = service.why("D-1").await.unwrap();
            let account = Account::of(&why[0], Language::FR, service.rules().words.clone());
            told(&account.causes.last().unwrap().messages[0].told)
        };
        assert_says(
            &of_menu().await,
            &["Texte: version 2 [", "écrite par Anne", "approuvée par Paul", "« demandé par le conseil »"],
        );
        service.withdraw_text(&menu(), None, "Léa", None).await.unwrap();
        operator.sends().await;
        assert_says(
            &of_menu().await,
            &[
                "une version qui n'est plus en place [",
                "approbation retirée par Léa",
                "Sort: Non envoyé : le texte n'est plus approuvé",
            ],
        );
    })
    .await;
}
