//! A reply that our own reading is not sure of, and another reader: what is asked, what leaves, and what comes of it.

use crate::support::carrier::Carrier;
use crate::support::databases::{Database, on_sqlite};
use crate::support::office::{self, Office};
use crate::support::other_reader::{KEY, MODEL, OtherReader, Way};
use crate::support::process::{Serve, relance, settings};
use chrono::{DateTime, Utc};
use relance::domain::{Address, AgentAct, Asked, CaseId, Intent, Reading};
use relance::gateway::Inbound;
use relance::service::Received;
use std::sync::{Arc, mpsc};
use std::time::Duration;

const HEADING: &str = "case_ref,creditor,debtor_name,phone,language,invoice,amount,currency,due_on,origin,postcode";
const JEANNE: &str =
    "LUM-1001,atelier-lumen,Jeanne Quatrebarbes,06 12 34 56 01,fr,F-2026-0412,120.00,EUR,2026-10-28,contract,69003";
const NUMBER: &str = "+33612345601";
/// Our own reading is far from sure of it.
const UNCLEAR: &str = "le chat dit vendredi";
/// Longer than any test takes.
const PATIENT: Duration = Duration::from_secs(60);

/// A Monday morning in Paris.
fn monday() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

/// An office that asks `other`, with one case, reminded.
async fn office(other: &OtherReader, limit: Duration) -> (Office, CaseId) {
    let mut office = Office::open(monday()).await;
    office.service = office.service.clone().advised(Some(other.adviser(limit)));
    let case = office.import(HEADING, JEANNE).await;
    office.acts(case, AgentAct::Remind).await;
    office.work().await;
    (office, case)
}

/// What the last message of the debtor was understood to mean.
async fn read(office: &Office, case: CaseId) -> Reading {
    let mut tx = office.service.store.snapshot().await.unwrap();
    let thread = tx.thread_of_case(case).await.unwrap().unwrap();
    let history = tx.history(thread, 100).await.unwrap();
    history.into_iter().rev().find_map(|entry| entry.reading).unwrap()
}

fn names_another_reader(reading: &Reading) -> bool {
    reading.why.iter().any(|why| why.concluded == format!("second_opinion={MODEL}"))
}

async fn asked(office: &Office, case: CaseId) -> Option<Asked> {
    office.case(case).await.conversation.asked
}

#[tokio::test]
async fn a_doubt_that_another_reader_settles_is_acted_on_and_says_by_whom() {
    let other = OtherReader::start();
    let (office, case) = office(&other, PATIENT).await;
    assert!(matches!(office.hears(case, UNCLEAR).await, Received::Applied(_)));
    assert_eq!((other.refused(), other.asked().len()), (vec![], 1));
    let reading = read(&office, case).await;
    assert_eq!(reading.intent, Intent::Promise);
    assert!(names_another_reader(&reading), "{:?}", reading.why);
    assert_eq!(office.case(case).await.state.name(), "promise_proposed");
    assert_eq!(asked(&office, case).await, Some(Asked::ConfirmDate), "a promise still waits for its oui");
}

#[tokio::test]
async fn an_opinion_that_is_late_wrong_or_no_opinion_leaves_our_own_reading() {
    for (name, way, limit) in [
        ("silence", Way::Silence, Duration::from_millis(200)),
        ("hang up", Way::HangUp, PATIENT),
        ("failure", Way::Status(500), PATIENT),
        ("too many requests", Way::Status(429), PATIENT),
        ("garbage", Way::Garbage, PATIENT),
        ("truncated", Way::Truncated, PATIENT),
        ("another label", Way::OtherLabel, PATIENT),
        ("huge", Way::Huge, PATIENT),
    ] {
        let other = OtherReader::start();
        let (office, case) = office(&other, limit).await;
        other.next(way);
        assert!(matches!(office.hears(case, UNCLEAR).await, Received::Applied(_)), "{name}");
        assert_eq!(other.asked().len(), 1, "{name}: it is asked once");
        let reading = read(&office, case).await;
        assert!(!names_another_reader(&reading), "{name}");
        assert_eq!(asked(&office, case).await, Some(Asked::Menu), "{name}: they are asked, as before");
    }
}

#[tokio::test]
async fn what_tells_whose_words_they_are_never_leaves() {
    let other = OtherReader::start();
    let (mut office, case) = office(&other, PATIENT).await;
    // A creditor to whom no reading is sure enough.
    let mut creditors = office::creditors();
    creditors.iter_mut().for_each(|creditor| creditor.policy.act_above = 1.0);
    let service = office::service(office.service.store.clone(), Arc::clone(&office.clock), creditors);
    office.service = service.advised(Some(other.adviser(PATIENT)));
    let told = "zut le chat de Jeanne QUATREBARBES, quatrebarbes, ref lum 1001 / F-2026-0412 chez Lumen 69003 Lyon, \
                0612345601 ou 06 98 76 54 32, j.quatrebarbes@exemple.fr, voisin Mme Durand, est mardi";
    office.hears(case, told).await;
    let asked = other.asked();
    assert_eq!((asked.len(), other.refused()), (1, vec![]));
    assert!(asked[0].contains("le chat de [name]") && asked[0].contains("est mardi"), "{}", asked[0]);
    for secret in [
        "jeanne",
        "quatrebarbes",
        "lum 1001",
        "1001",
        "0412",
        "lumen",
        "69003",
        "lyon",
        "612345601",
        "98 76",
        "exemple.fr",
        "durand",
        "atelier",
        "120",
    ] {
        assert!(!asked[0].to_lowercase().contains(secret), "« {secret} » left: {}", asked[0]);
    }
}

#[tokio::test]
async fn nobody_is_asked_where_it_would_change_nothing() {
    let other = OtherReader::start();
    let (office, case) = office(&other, PATIENT).await;
    let due = office.service.due(case).await.unwrap();
    let inbound = |gateway_id: &str, from: &str, text: &str| Inbound {
        gateway_id: gateway_id.to_owned(),
        from: Address::parse(from),
        to: Address::parse(&due.creditor.sender),
        text: text.to_owned(),
        raw: Vec::new(),
        received_at: None,
        opt_out_hint: None,
        media: 0,
    };
    let receive = async |gateway_id: &str, from: &str, text: &str| {
        let window = Duration::from_secs(5);
        office.service.receive("console", window, &inbound(gateway_id, from, text)).await.unwrap()
    };
    assert!(matches!(receive("m-1", "+33698765432", UNCLEAR).await, Received::UnknownSender(_)));
    assert!(matches!(receive("m-2", NUMBER, "???").await, Received::Applied(_)), "there is nothing to read in it");
    assert!(matches!(receive("m-3", NUMBER, "1").await, Received::Applied(_)), "the menu needs no reader");
    assert!(matches!(receive("m-4", NUMBER, "je paie vendredi").await, Received::Applied(_)), "we are sure of it");
    assert_eq!(other.asked().len(), 0);
    // It is no clearer to the other reader: it would be asked again, were it another message.
    assert!(matches!(receive("m-5", NUMBER, "le chat est samedi").await, Received::Applied(_)));
    assert_eq!(other.asked().len(), 1);
    assert!(matches!(receive("m-6", NUMBER, "le chat est samedi").await, Received::Repeated(_)));
    office.clock.advance(chrono::Duration::minutes(1));
    assert!(matches!(receive("m-5", NUMBER, "le chat est samedi").await, Received::Duplicate));
    office.acts(case, AgentAct::TakeOver).await;
    assert!(matches!(receive("m-7", NUMBER, "le chat est mardi").await, Received::Applied(_)), "a person answers");
    office.acts(case, AgentAct::GiveBack).await;
    assert!(matches!(receive("m-8", NUMBER, "STOP").await, Received::Applied(_)));
    assert!(
        matches!(receive("m-9", NUMBER, "le chat est jeudi").await, Received::Applied(_)),
        "nothing may be answered"
    );
    assert_eq!(other.asked().len(), 1);
}

#[tokio::test]
async fn an_opinion_about_a_question_that_no_longer_stands_is_not_used() {
    let other = OtherReader::start();
    let (office, case) = office(&other, PATIENT).await;
    let (tell, told) = mpsc::channel();
    other.next(Way::WhenTold(told));
    let overtaken = async {
        other.heard.notified().await;
        // No lock is held while the other reader thinks: this is dealt with before it answers.
        office.hears(case, "???").await;
        assert_eq!(asked(&office, case).await, Some(Asked::Menu));
        tell.send(()).unwrap();
    };
    let (received, ()) = tokio::join!(office.hears(case, UNCLEAR), overtaken);
    assert!(matches!(received, Received::Applied(_)));
    let mut tx = office.service.store.snapshot().await.unwrap();
    let thread = tx.thread_of_case(case).await.unwrap().unwrap();
    let history = tx.history(thread, 100).await.unwrap();
    let reading = history.into_iter().find(|entry| entry.body == UNCLEAR).and_then(|entry| entry.reading).unwrap();
    assert_eq!((other.asked().len(), names_another_reader(&reading)), (1, false));
}

/// `[reading.second_opinion]` of the settings.
fn section(other: &OtherReader, key: &str, model: &str) -> String {
    let url = other.url();
    format!(
        "[reading.second_opinion]\nkind = \"endpoint\"\nurl = \"{url}\"\nmodel = \"{model}\"\napi_key = \"{key}\"\n"
    )
}

#[tokio::test]
async fn a_server_asks_by_its_settings_and_its_log_holds_nothing_of_it() {
    on_sqlite(|database: Database| async move {
        let (other, carrier) = (OtherReader::start(), Carrier::start());
        carrier.follow_real_time();
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(folder.path(), &database.url, &carrier, &section(&other, KEY, MODEL));
        let file = folder.path().join("cases.csv");
        std::fs::write(&file, format!("{HEADING}\n{JEANNE}\n")).unwrap();
        assert!(relance(&settings).args(["import", "cases"]).arg(&file).status().unwrap().success());
        let (serve, logs) = Serve::start_logging(&settings, "trace,rustls=info,hyper=info,h2=info,mio=info");
        carrier.route("http://sms.example.fr", &serve.url);
        other.next(Way::Status(503));
        assert_eq!(carrier.post_inbound(&serve.url, NUMBER, "le chat est mardi").await.status, 200);
        assert_eq!(carrier.post_inbound(&serve.url, NUMBER, UNCLEAR).await.status, 200);
        assert_eq!((other.asked().len(), other.refused()), (2, vec![]));
        serve.kill();
        let lines = logs.join().unwrap();
        assert!(lines.contains("no second opinion") && lines.contains("refused"), "{lines}");
        for secret in ["le chat", "vendredi", "Quatrebarbes", "612345601", KEY] {
            let leak = lines.lines().find(|line| line.contains(secret));
            assert!(leak.is_none(), "« {secret} » is in the log: {leak:?}");
        }
    })
    .await;
}

#[test]
fn the_doctor_asks_for_an_opinion_and_says_what_came() {
    let other = OtherReader::start();
    let carrier = Carrier::start();
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite://{}", folder.path().join("relance.db").display());
    let doctor = |key: &str, model: &str| {
        let settings = settings(folder.path(), &database, &carrier, &section(&other, key, model));
        String::from_utf8(relance(&settings).arg("doctor").output().unwrap().stdout).unwrap()
    };
    let well = doctor(KEY, MODEL);
    assert!(well.contains(&format!("ok     {MODEL} answers in time")), "{well}");
    let shut = doctor("another-key", MODEL);
    assert!(shut.contains("answers 401: check reading.second_opinion.api_key"), "{shut}");
    assert!(!shut.contains("another-key"));
    let unknown = doctor(KEY, "grand-modele");
    assert!(unknown.contains("answers 404: check reading.second_opinion.url and model"), "{unknown}");
    other.next(Way::OtherLabel);
    let useless = doctor(KEY, MODEL);
    assert!(useless.contains("its label is no intent: this model cannot be used"), "{useless}");
}
