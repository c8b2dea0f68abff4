//! The binary as its operator uses it: settings, import, a live server, its logs, its words.

use crate::support::carrier::{Carrier, SENDER};
use crate::support::databases::{Database, on_postgres, on_sqlite};
use crate::support::process::{Serve, drained, relance, settings};
use relance::domain::CreditorKey;
use relance::store::Direction;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use tokio::task::JoinSet;

const PERSON: &str = "+33612345678";
const PORTFOLIO: &str = "case_ref,creditor,debtor_name,phone,amount,due_on,origin\n\
    D-1,atelier-lumen,Philomène Quatrebarbes,06 12 34 56 78,123.45,2026-01-31,contract\n";

fn output(settings: &Path, arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = relance(settings).args(arguments).output().unwrap();
    (status.code().unwrap_or(-1), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

async fn ten_times_at_once(database: Database) {
    let folder = tempfile::tempdir().unwrap();
    let carrier = Arc::new(Carrier::start());
    carrier.follow_real_time();
    let settings = settings(folder.path(), &database.url, &carrier, "");
    let file = folder.path().join("cases.csv");
    std::fs::write(&file, PORTFOLIO).unwrap();
    assert_eq!(output(&settings, &["import", "cases", file.to_str().unwrap()]).0, 0);
    let serve = Serve::start(&settings);
    carrier.route("http://sms.example.fr", &serve.url);
    let sid = carrier.write(PERSON, "Je paie vendredi");
    let mut posts = JoinSet::new();
    for _ in 0..10 {
        let (carrier, url, sid) = (Arc::clone(&carrier), serve.url.clone(), sid.clone());
        posts.spawn(async move { carrier.try_deliver(&url, &sid).await.unwrap() });
    }
    for delivery in posts.join_all().await {
        assert_eq!((delivery.status, delivery.body.as_str()), (200, "<Response/>"));
    }
    let store = &database.store;
    drained(store).await;
    let mut tx = store.snapshot().await.unwrap();
    let case = tx.case_by_reference(&CreditorKey("atelier-lumen".into()), "D-1").await.unwrap().unwrap();
    assert_eq!(case.state.name(), "promise_proposed");
    assert_eq!(tx.decisions_of_case(case.id).await.unwrap().len(), 1, "ten posts, one effect");
    let thread = tx.thread_of_case(case.id).await.unwrap().unwrap();
    let history = tx.history(thread, 100).await.unwrap();
    let answers: Vec<_> = history.iter().filter(|entry| matches!(entry.id, Direction::Sent(_))).collect();
    let sent = carrier.sent();
    assert_eq!((answers.len(), sent.len()), (1, 1), "and one answer");
    assert_eq!((sent[0].to.as_str(), sent[0].from.as_str()), (PERSON, SENDER));
    assert_eq!(sent[0].body, answers[0].body);
    assert!(sent[0].body.contains("123,45 €") && sent[0].body.contains("vendredi"), "{}", sent[0].body);
    let callback = sent[0].status_callback.as_deref().unwrap();
    assert!(callback.starts_with("http://sms.example.fr/webhooks/twilio/status?m="), "{callback}");
    assert_eq!(carrier.status_callback(&sent[0].sid, "delivered").await.status, 200);
    assert_eq!(
        store.snapshot().await.unwrap().history(thread, 100).await.unwrap()[1].state.as_deref(),
        Some("delivered")
    );
    serve.kill();
}

#[tokio::test]
async fn a_form_posted_ten_times_at_once_has_one_effect_on_sqlite() {
    on_sqlite(ten_times_at_once).await;
}

#[tokio::test]
async fn a_form_posted_ten_times_at_once_has_one_effect_on_postgres() {
    on_postgres(ten_times_at_once).await;
}

#[tokio::test]
async fn no_log_line_carries_a_number_a_name_a_text_or_an_amount() {
    on_sqlite(|database: Database| async move {
        let folder = tempfile::tempdir().unwrap();
        let carrier = Carrier::start();
        carrier.follow_real_time();
        let settings = settings(folder.path(), &database.url, &carrier, "");
        let file = folder.path().join("cases.csv");
        std::fs::write(&file, PORTFOLIO).unwrap();
        assert_eq!(output(&settings, &["import", "cases", file.to_str().unwrap()]).0, 0);
        let (serve, logs) = Serve::start_logging(&settings, "trace,rustls=info,hyper=info,h2=info,mio=info");
        carrier.route("http://sms.example.fr", &serve.url);
        let reply = "Zut alors, je paie cinquante euros vendredi";
        assert_eq!(carrier.post_inbound(&serve.url, PERSON, reply).await.status, 200);
        assert_eq!(carrier.post_inbound(&serve.url, "+33698765432", "un inconnu au bataillon").await.status, 200);
        drained(&database.store).await;
        assert_eq!(carrier.status_callback(&carrier.sent()[0].sid, "delivered").await.status, 200);
        serve.kill();
        let lines = logs.join().unwrap();
        assert!(lines.contains("received"), "the log speaks of what came in:\n{lines}");
        for secret in [
            "612345678",
            "698765432",
            "Philom",
            "Quatrebarbes",
            "Zut alors",
            "bataillon",
            "123,45",
            "123.45",
            "cinquante",
            crate::support::carrier::TOKEN,
        ] {
            // How long a statement took is a number too, and by chance that of an amount.
            let told = |line: &&str| line.split(" elapsed=").next().is_some_and(|told| told.contains(secret));
            let leak = lines.lines().find(told);
            assert!(leak.is_none(), "« {secret} » is in the log: {leak:?}");
        }
    })
    .await;
}

#[test]
fn an_import_refuses_lines_one_by_one_and_twice_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let url = format!("sqlite://{}", folder.path().join("relance.db").display());
    let settings = settings(folder.path(), &url, &carrier, "");
    let file = folder.path().join("cases.csv");
    let bad = "D-2,atelier-lumen,Paul,12,10,2026-01-31,contract\nD-3,atelier-lumen,Paul,0612345679,10,hier,contract\n";
    std::fs::write(&file, format!("{PORTFOLIO}{bad}")).unwrap();
    let path = file.to_str().unwrap();
    let (code, said, _) = output(&settings, &["import", "cases", path]);
    assert_eq!(code, 1, "{said}");
    assert!(said.starts_with("1 added, 0 changed, 0 already there, 2 refused: import "), "{said}");
    assert!(said.contains("line 3, phone: ") && said.contains("line 4, due_on: "), "{said}");
    let rejected = std::fs::read_to_string(folder.path().join("cases.rejected.csv")).unwrap();
    assert!(
        rejected.starts_with("case_ref,creditor,debtor_name,phone,amount,due_on,origin,rejected_line"),
        "{rejected}"
    );
    assert_eq!(rejected.lines().count(), 3);
    let (_, again, _) = output(&settings, &["import", "cases", path, "--json"]);
    let again: serde_json::Value = serde_json::from_str(&again).unwrap();
    assert_eq!((&again["added"], &again["unchanged"], &again["refused"]), (&0.into(), &1.into(), &2.into()));
    std::fs::write(&file, PORTFOLIO).unwrap();
    assert_eq!(output(&settings, &["import", "cases", path]).0, 0);
    assert!(!folder.path().join("cases.rejected.csv").exists(), "a file without faults leaves none behind");
    let (code, _, problem) = output(&settings, &["import", "cases", "/nowhere.csv"]);
    assert_eq!((code, problem.contains("/nowhere.csv")), (1, true));
}

#[test]
fn the_doctor_says_what_is_wrong_and_the_example_is_a_settings_file() {
    let folder = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let url = format!("sqlite://{}", folder.path().join("relance.db").display());
    let good = settings(folder.path(), &url, &carrier, "");
    let (code, said, _) = output(&good, &["doctor", "--offline"]);
    assert_eq!(code, 1);
    for finding in ["relance user hash", "not https", "can write and be answered", "it answers"] {
        assert!(said.contains(finding), "{finding}: {said}");
    }
    let (_, example, _) = output(&good, &["config", "example"]);
    let written = folder.path().join("example.toml");
    std::fs::write(&written, example.replace("relance.db", "other.db").replace("listen", "lisen")).unwrap();
    let (code, said, _) = output(&written, &["doctor", "--offline"]);
    assert_eq!(code, 1);
    assert!(said.contains("unknown setting `server.lisen`: did you mean `listen`?"), "{said}");
    let (code, _, problem) = output(&written, &["serve"]);
    assert_eq!(code, 1);
    assert!(problem.contains("did you mean `listen`?"), "{problem}");
}

#[test]
fn the_doctor_names_the_folder_in_which_the_invoices_of_a_creditor_are_missing() {
    let folder = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let url = format!("sqlite://{}", folder.path().join("relance.db").display());
    let invoices = folder.path().join("invoices");
    let own = invoices.join("atelier-lumen");
    std::fs::create_dir(&invoices).unwrap();
    let email = format!("[email]\nhost = \"smtp.example.fr\"\ninvoices = \"{}\"", invoices.display());
    let path = settings(folder.path(), &url, &carrier, &email);
    let from = "key = \"atelier-lumen\"\nemail_from = \"factures@atelier-lumen.example\"";
    let said = output(&path, &["doctor", "--offline"]).1;
    assert!(said.contains("`outbox.lease_seconds`: a server of mail may take so long"), "{said}");
    let text = std::fs::read_to_string(&path).unwrap().replace("key = \"atelier-lumen\"", from);
    std::fs::write(&path, text.replace("lease_seconds = 1", "lease_seconds = 60")).unwrap();
    let missing = format!("no invoice goes with the e-mails of atelier-lumen: make {}", own.display());
    let said = output(&path, &["doctor", "--offline"]).1;
    assert!(said.contains(&missing), "{said}");
    std::fs::create_dir(&own).unwrap();
    let said = output(&path, &["doctor", "--offline"]).1;
    assert!(said.contains("E-mail") && !said.contains("no invoice goes"), "{said}");
}

#[test]
fn a_reader_that_goes_away_ends_a_verb_quietly() {
    let folder = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let url = format!("sqlite://{}", folder.path().join("relance.db").display());
    let settings = settings(folder.path(), &url, &carrier, "");
    for arguments in [&["templates", "list"][..], &["config", "example"], &["report"], &["import", "list"]] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = relance(&settings).args(arguments).stdout(writer).output().unwrap();
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "", "{arguments:?}");
        assert_ne!(output.status.code(), Some(101), "{arguments:?}");
    }
}

#[test]
fn a_report_of_nothing_says_so_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let url = format!("sqlite://{}", folder.path().join("relance.db").display());
    let settings = settings(folder.path(), &url, &carrier, "");
    assert!(output(&settings, &["report"]).1.starts_with("Nobody was reached"));
    assert_eq!(output(&settings, &["report", "--json"]).1.trim(), "[]");
    assert!(output(&settings, &["report", "--format", "csv"]).1.starts_with("creditor,month,provisional,reached,"));
}

#[test]
fn templates_are_checked_with_what_to_mend_and_a_bad_folder_stops_whoever_would_speak_by_it() {
    let folder = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let own = folder.path().join("own");
    let menu = own.join("fr").join("menu.txt");
    std::fs::create_dir_all(menu.parent().unwrap()).unwrap();
    let write = |words: &str| {
        std::fs::write(&menu, format!("---\nlanguage = \"fr\"\nversion = 2\nauthor = \"Anne\"\n---\n{words}\n"))
            .unwrap()
    };
    let wording = format!("[wording]\nfolder = \"{}\"", own.display());
    let database = format!("sqlite://{}", folder.path().join("relance.db").display());
    let settings = settings(folder.path(), &database, &carrier, &wording);

    write("envoyez 1 pour payer, 4 pour une personne.");
    let (code, said, _) = output(&settings, &["templates", "check"]);
    assert_eq!(code, 0, "{said}");
    assert!(
        said.contains("fr/reminder/amicable_notice.collector") && said.contains("0 to block, 0 to review"),
        "{said}"
    );

    write("sans réponse sous 48 h,\nun huissier passera.");
    let (code, said, _) = output(&settings, &["templates", "check", own.to_str().unwrap()]);
    assert_eq!(code, 1);
    assert!(
        said.contains("1 to block, 1 to review") && said.contains("menu.txt:7: BLOCK officers and courts"),
        "{said}"
    );
    let (code, json, _) = output(&settings, &["templates", "check", "--json"]);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, report["findings"].as_array().unwrap().len()), (1, 2));
    assert_eq!(report["findings"][0]["level"], "block");
    let (code, _, refusal) = output(&settings, &["serve"]);
    assert_eq!(code, 1);
    assert!(refusal.contains("menu.txt:7: BLOCK officers and courts"), "{refusal}");

    std::fs::write(&menu, "envoyez 1").unwrap();
    let (code, _, refusal) = output(&settings, &["templates", "check"]);
    assert_eq!(code, 1);
    assert!(refusal.contains("menu.txt:1: it does not begin with its front matter"), "{refusal}");
}

#[test]
fn a_text_is_approved_at_the_command_line_by_somebody_else_than_its_author() {
    let folder = tempfile::tempdir().unwrap();
    let carrier = Carrier::start();
    let own = folder.path().join("own");
    std::fs::create_dir_all(own.join("fr")).unwrap();
    let words = "---\nlanguage = \"fr\"\nversion = 7\nauthor = \"Anne\"\n---\nenvoyez 1 pour payer.\n";
    std::fs::write(own.join("fr/menu.txt"), words).unwrap();
    let database = format!("sqlite://{}", folder.path().join("relance.db").display());
    let settings = settings(folder.path(), &database, &carrier, &format!("[wording]\nfolder = \"{}\"", own.display()));

    let menus = || -> Vec<serde_json::Value> {
        let (code, json, problem) = output(&settings, &["templates", "list", "--json"]);
        assert_eq!(code, 0, "{problem}");
        let texts: Vec<serde_json::Value> = serde_json::from_str(&json).unwrap();
        texts.into_iter().filter(|text| text["name"] == "menu" && text["language"] == "fr").collect()
    };
    let [in_use, waiting] = menus().try_into().unwrap();
    assert_eq!((&in_use["state"], &in_use["author"]), (&"in_use".into(), &serde_json::Value::Null));
    assert_eq!(
        (&waiting["state"], &waiting["author"], &waiting["version"]),
        (&"waiting".into(), &"Anne".into(), &7.into())
    );
    let (_, said, _) = output(&settings, &["doctor", "--offline"]);
    assert!(said.contains("fr/menu, written by Anne, waits for somebody else"), "{said}");

    let hash = &waiting["hash"].as_str().unwrap()[..12];
    let version = format!("fr/menu@{hash}");
    for (name, by, problem) in [
        (version.as_str(), "anne", "Anne wrote `fr/menu`: somebody else approves it"),
        ("menu", "Paul", "« menu » is no text: write it as fr/menu"),
        ("fr/menu", "Paul", "say which version of fr/menu was read"),
        ("fr/menu@000000000000", "Paul", "`fr/menu` is not the version that was shown"),
    ] {
        let (code, _, refusal) = output(&settings, &["templates", "approve", name, "--by", by]);
        assert!(code == 1 && refusal.contains(problem), "{refusal}");
    }
    let (code, said, _) = output(&settings, &["templates", "approve", &version, "--by", "Paul"]);
    assert!(code == 0 && said.contains(&format!("fr/menu: {hash} approved")), "{said}");
    let [approved] = menus().try_into().unwrap();
    assert_eq!((&approved["hash"], &approved["approved_by"]), (&waiting["hash"], &"Paul".into()));
    let (_, listed, _) = output(&settings, &["templates", "list"]);
    let line = listed.lines().find(|line| line.starts_with("fr/menu ")).unwrap();
    assert!(line.contains("in use") && line.contains("Anne, approved by Paul on "), "{line}");
    assert_eq!(output(&settings, &["templates", "withdraw", "fr/menu", "--by", "Anne"]).0, 0);

    std::fs::write(own.join("fr/menu.txt"), words.replace("envoyez 1", "un huissier passera,\nenvoyez 1")).unwrap();
    let (code, said, _) = output(&settings, &["doctor", "--offline"]);
    assert_eq!(code, 1);
    let told = said.lines().find(|line| line.contains("menu.txt:6: BLOCK officers and courts")).expect(&said);
    assert!(told.contains("a service that runs keeps its last good version"), "{told}");
}

#[test]
fn the_stop_button_works_whatever_else_is_wrong_with_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let plans = folder.path().join("plans");
    std::fs::create_dir(&plans).unwrap();
    std::fs::write(plans.join("ours.toml"), "nonsense = true\n").unwrap();
    let database = format!("sqlite://{}", folder.path().join("relance.db").display());
    let extra = format!("[dunning]\nfolder = \"{}\"\n", plans.display());
    let settings = settings(folder.path(), &database, &Carrier::start(), &extra);
    let (code, _, told) = output(&settings, &["report"]);
    assert!(code != 0 && told.contains("ours.toml"), "{told}");
    let (code, told, _) = output(&settings, &["halt", "atelier-lumen"]);
    assert_eq!((code, told.as_str()), (0, "atelier-lumen: nothing leaves any more\n"));
    let (code, _, told) = output(&settings, &["halt", "atelier"]);
    assert!(code != 0 && told.contains("they are atelier-lumen"), "{told}");
    assert_eq!(output(&settings, &["resume", "atelier-lumen"]).1, "atelier-lumen: what is queued leaves again\n");
}
