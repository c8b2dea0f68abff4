//! What an operator edits while the service runs: good, it is swapped whole; bad, the last good version stays. And the texts of
//! their own, which somebody else than their author approves.

use crate::support::databases::{Database, on_postgres, on_sqlite};
use crate::support::operator::{Operator, creditor, is_menu, menu, text};
use chrono::{DateTime, Utc};
use relance::domain::campaign::{CampaignPlan, Selection, Variant};
use relance::domain::{Address, AgentAct, CaseId, ClosingReason};
use relance::gateway::Inbound;
use relance::service::{ApprovalError, TextName, read_portfolio};
use relance::store::{Direction, Outbound, OutboundState};
use std::time::Duration;

/// A Monday morning in Paris, when messages may leave.
fn monday() -> DateTime<Utc> {
    "2026-11-23T09:00:00Z".parse().unwrap()
}

/// Lets the operator of a fresh service do something.
async fn with_operator<F: Future<Output = ()>>(db: Database, act: impl FnOnce(Operator) -> F) {
    let folder = tempfile::tempdir().unwrap();
    act(Operator::starts(folder.path(), &db.url, monday()).await).await;
}

#[tokio::test]
async fn a_good_change_is_swapped_whole_once_it_stands_still() {
    on_sqlite(|db| {
        with_operator(db, |operator| async move {
            let before = operator.service.creditor(&creditor()).unwrap();
            assert!(!operator.looks().await, "nothing has changed");
            operator.changes("offer_days = 7", "offer_days = 5");
            operator.writes("dunning/fr-consumer.toml", include_str!("../../plans/example.toml"));
            operator.writes("jurisdictions/fr.toml", "[caps]\nper_30_days = 4\n");
            operator.changes("reminders_per_30_days = 6", "reminders_per_30_days = 4");
            operator.changes("consumer = \"\"", "consumer = \"fr-consumer\"");
            assert!(operator.looks_twice().await);
            let after = operator.service.creditor(&creditor()).unwrap();
            assert_eq!((after.policy.offer_days, after.policy.caps.per_30_days), (5, 4));
            assert_eq!(after.policy.dunning.consumer.as_ref().unwrap().steps.len(), 4);
            assert_eq!(before.policy.offer_days, 7, "whoever had begun goes on with the rules they began with");
            assert!(!operator.looks().await);
            operator.changes("+33937000001", "+33937000099");
            assert!(operator.looks_twice().await);
            assert_eq!(operator.service.creditor(&creditor()).unwrap().sender, "+33937000001", "the carrier is kept");
        })
    })
    .await;
}

#[tokio::test]
async fn a_bad_change_is_told_with_its_file_line_and_reason_and_the_last_good_version_stays() {
    on_sqlite(|db| {
        with_operator(db, |operator| async move {
            operator.changes("offer_days = 7", "offer_days = 6");
            assert!(operator.looks_twice().await);
            let bad = [
                ("wording/fr/menu.txt", text("un huissier passera."), "menu.txt:6: BLOCK officers and courts"),
                ("wording/fr/menu.txt", text("{{ nmae }}").replace("Anne", ""), "menu.txt:2: write `author"),
                (
                    "dunning/ours.toml",
                    "jurisdiction = \"fr\"\nrole = \"king\"".to_owned(),
                    "ours.toml, line 2: `king` cannot be written here: write creditor",
                ),
                ("jurisdictions/fr.toml", "[caps]\nper_day = 2\n".to_owned(), "fr.toml, line 2: per_day = 2 is looser"),
                ("profiles/ours.toml", "columns = 3\n".to_owned(), "ours.toml:1: "),
                (
                    "relance.toml",
                    operator.reads("relance.toml").replace("freeze_days = 30", "freeze_days = 3"),
                    "setting `creditors[0].policy.freeze_days`: after a hardship",
                ),
                ("relance.toml", "[server]\n".to_owned(), "no creditor is set"),
            ];
            let settings = operator.reads("relance.toml");
            for (file, contents, expected) in bad {
                operator.writes(file, &contents);
                assert!(!operator.looks_twice().await, "{file}");
                let told = operator.service.trouble().expect(file);
                assert!(told.contains(expected), "{told} / {expected}");
                assert!(
                    told.contains(':')
                        && (told.contains(file.rsplit('/').next().unwrap()) || expected.starts_with("no creditor")),
                    "{told}"
                );
                assert_eq!(operator.offer_days(), 6, "{file}");
                assert!(
                    !operator.looks().await && operator.service.trouble().is_some(),
                    "it is told until it is mended"
                );
                if file == "relance.toml" {
                    operator.writes(file, &settings);
                } else {
                    operator.removes(file);
                }
                assert!(operator.looks_twice().await, "{file} is mended");
                assert!(operator.service.trouble().is_none());
            }
        })
    })
    .await;
}

#[tokio::test]
async fn a_file_that_changes_at_every_look_is_not_read() {
    on_sqlite(|db| {
        with_operator(db, |operator| async move {
            for letters in 1..6 {
                operator.writes("wording/fr/menu.txt", &text("bonjour, écrivez")[..letters * 8]);
                assert!(!operator.looks().await);
                assert!(operator.service.trouble().is_none(), "half a file is nobody's mistake");
            }
        })
    })
    .await;
}

#[tokio::test]
async fn the_files_of_a_folder_that_is_newly_named_are_watched_though_they_are_bad() {
    on_sqlite(|db| {
        with_operator(db, |operator| async move {
            operator.writes("words/fr/menu.txt", &text("un huissier passera."));
            operator.changes("/wording\"", "/words\"");
            assert!(!operator.looks_twice().await);
            assert!(operator.service.trouble().unwrap().contains("menu.txt:6: BLOCK"));
            operator.writes("words/fr/menu.txt", &text("écrivez 1."));
            assert!(operator.looks_twice().await, "it is mended");

            operator.writes("plans/ours.toml", "jurisdiction = \"fr\"\nrole = \"king\"");
            operator.changes("/dunning\"", "/plans\"");
            assert!(!operator.looks_twice().await);
            assert!(operator.service.trouble().unwrap().contains("ours.toml, line 2"));
            operator.writes("plans/ours.toml", include_str!("../../plans/example.toml"));
            assert!(operator.looks_twice().await, "it is mended");
            assert!(operator.service.trouble().is_none());
        })
    })
    .await;
}

#[tokio::test]
async fn the_server_of_mail_is_that_of_the_start_and_nobody_begins_to_write_without_it() {
    on_sqlite(|db| {
        with_operator(db, |operator| async move {
            operator.changes("host = \"\"", "host = \"smtp.example.fr\"");
            operator.changes("email_from = \"\"", "email_from = \"factures@atelier-lumen.example\"");
            assert!(operator.looks_twice().await);
            let creditor_now = operator.service.creditor(&creditor()).unwrap();
            assert_eq!(creditor_now.email_from.as_deref(), Some("factures@atelier-lumen.example"));
            assert!(!creditor_now.policy.writes_email);
            drop(creditor_now);
            let operator = operator.restarts().await;
            assert!(operator.service.creditor(&creditor()).unwrap().policy.writes_email);
        })
    })
    .await;
}

#[tokio::test]
async fn a_creditor_stays_until_its_cases_are_over() {
    on_sqlite(|db| {
        with_operator(db, |operator| async move {
            let rename = || operator.changes("key = \"atelier-lumen\"", "key = \"atelier\"");
            let restore = || operator.changes("key = \"atelier\"", "key = \"atelier-lumen\"");
            rename();
            assert!(operator.looks_twice().await, "it has no case");
            restore();
            assert!(operator.looks_twice().await);
            let case = is_puzzled(&operator).await;
            rename();
            assert!(!operator.looks_twice().await);
            let told = operator.service.trouble().unwrap();
            assert!(told.contains("relance.toml: the creditor `atelier-lumen` is gone"), "{told}");
            assert!(operator.service.creditor(&creditor()).is_ok());
            restore();
            assert!(operator.looks_twice().await && operator.service.trouble().is_none());
            operator.service.act(case, "lea", AgentAct::Close(ClosingReason::Abandoned)).await.unwrap();
            rename();
            assert!(operator.looks_twice().await, "its case is over");
        })
    })
    .await;
}

#[tokio::test]
async fn a_variant_of_the_operator_can_be_compared_once_it_is_approved() {
    on_sqlite(|db| {
        with_operator(db, |operator| async move {
            let direct = include_str!("../../src/wording/templates/fr/reminder/first@direct.txt");
            let louder = direct.replacen("---\n", "---\nauthor = \"Anne\"\n", 1);
            operator.writes("wording/fr/reminder/first@louder.txt", &louder);
            operator.writes("wording/fr/reminder/first.txt", &louder.replace("Déjà payé", "C'est payé"));
            assert!(operator.looks_twice().await);
            let waits: Vec<_> = operator.service.texts().await.unwrap().into_iter().filter(|view| view.waits).collect();
            let names: Vec<_> = waits.iter().map(|view| view.text.name.as_str()).collect();
            assert_eq!(names, ["reminder/first", "reminder/first@louder"]);
            let plan = CampaignPlan {
                selection: Selection::default(),
                per_minute: 60,
                control_percent: 0,
                variants: vec![Variant { name: "louder".into(), weight: 1 }],
                experiment: "november".into(),
            };
            let told = operator.service.check_campaign(&creditor(), "november", &plan).unwrap_err().to_string();
            assert!(told.contains("no text in use is called `louder`") && told.contains("approve it"), "{told}");
            let name = TextName::parse("fr/reminder/first@louder").unwrap();
            operator.service.approve_text(&name, None, "Paul", None).await.unwrap();
            operator.service.check_campaign(&creditor(), "november", &plan).unwrap();
        })
    })
    .await;
}

#[tokio::test]
async fn several_texts_are_approved_together_in_the_versions_that_were_read_or_none_is() {
    on_sqlite(|db| {
        with_operator(db, |operator| async move {
            let ours = operator.menu();
            operator.writes("wording/fr/menu.txt", &text("écrivez 1 ou 2."));
            operator.writes("wording/fr/calm_answer.txt", &text("une personne vous répondra."));
            assert!(operator.looks_twice().await);
            let calm = TextName::parse("fr/calm_answer").unwrap();
            let hash = |name: &TextName| {
                let words = operator.service.rules().words.clone();
                let waiting = words.waiting().iter().find(|one| name.to_string().ends_with(&one.text.name)).unwrap();
                waiting.text.hash[..12].to_owned()
            };
            let (of_menu, of_calm) = (hash(&menu()), hash(&calm));
            let approve = async |calm_hash: &str, author: &str| {
                let texts = [(&menu(), Some(of_menu.as_str())), (&calm, Some(calm_hash))];
                operator.service.approve_texts(&texts, author, None).await
            };
            assert!(matches!(approve("000000000000", "Paul").await, Err(ApprovalError::Changed(name)) if name == "fr/calm_answer"));
            assert!(matches!(approve(&of_calm, "ANNÉ").await, Err(ApprovalError::Author { .. })), "accents make no other");
            assert_eq!(operator.menu(), ours, "neither is");
            assert_eq!(approve(&of_calm, "Paul").await.unwrap().len(), 2);
            assert_eq!(operator.menu(), "écrivez 1 ou 2.");
        })
    })
    .await;
}

async fn a_text_is_said_once_somebody_else_approved_it(db: Database) {
    with_operator(db, |operator| async move {
        let ours = operator.menu();
        let approve = async |operator: &Operator, by: &str, reason: Option<&str>| {
            operator.service.approve_text(&menu(), None, by, reason).await
        };
        assert!(matches!(approve(&operator, "Paul", None).await, Err(ApprovalError::NotWaiting(_))));
        operator.writes("wording/fr/menu.txt", &text("écrivez 1 immédiatement."));
        assert!(operator.looks_twice().await);
        assert_eq!(operator.menu(), ours, "it waits");
        assert!(matches!(approve(&operator, " anne ", Some("relu")).await, Err(ApprovalError::Author { .. })));
        assert!(matches!(approve(&operator, " ", Some("relu")).await, Err(ApprovalError::Nobody)));
        let Err(ApprovalError::ReasonWanted { words, .. }) = approve(&operator, "Paul", Some(" ")).await else {
            panic!("the checker wants a reason")
        };
        assert_eq!(words, "immédiatement");
        let shown = operator.service.approve_text(&menu(), Some("another"), "Paul", Some("relu")).await;
        assert!(matches!(shown, Err(ApprovalError::Changed(_))));
        approve(&operator, "Paul", Some("relu")).await.unwrap();
        assert_eq!(operator.menu(), "écrivez 1 immédiatement.", "at once");

        operator.writes("wording/fr/menu.txt", &text("écrivez 2."));
        assert!(operator.looks_twice().await);
        assert_eq!(operator.menu(), "écrivez 1 immédiatement.");
        let operator = operator.restarts().await;
        assert_eq!(operator.menu(), "écrivez 1 immédiatement.", "across a restart");
        let texts = operator.service.texts().await.unwrap();
        let of_menu = texts.iter().filter(|view| view.text.name == "menu" && view.text.language == menu().language);
        let of_menu: Vec<_> =
            of_menu.map(|view| (view.waits, view.approval.as_ref().map(|one| one.approved_by.as_str()))).collect();
        assert_eq!(of_menu, [(false, Some("Paul")), (true, None)]);

        let of_another = operator.service.withdraw_text(&menu(), Some("another"), "Zoé", None).await;
        assert!(matches!(of_another, Err(ApprovalError::Changed(_))));
        assert_eq!(operator.menu(), "écrivez 1 immédiatement.");
        operator.service.withdraw_text(&menu(), None, "Zoé", Some("trop pressant")).await.unwrap();
        assert_eq!(operator.menu(), ours);
        assert!(matches!(
            operator.service.withdraw_text(&menu(), None, "Zoé", None).await,
            Err(ApprovalError::NotApproved(_))
        ));
        let elsewhere = operator.another().await;
        approve(&elsewhere, "Paul", None).await.unwrap();
        assert!(operator.looks().await, "what was approved elsewhere needs no second look");
        assert_eq!(operator.menu(), "écrivez 2.");
    })
    .await;
}

#[tokio::test]
async fn a_text_is_said_once_somebody_else_approved_it_on_sqlite() {
    on_sqlite(a_text_is_said_once_somebody_else_approved_it).await;
}

#[tokio::test]
async fn a_text_is_said_once_somebody_else_approved_it_on_postgres() {
    on_postgres(a_text_is_said_once_somebody_else_approved_it).await;
}

/// A case, of someone who writes what nobody understands: the bot answers with the menu.
async fn is_puzzled(operator: &Operator) -> CaseId {
    let lines = "case_ref,creditor,debtor_name,phone,amount,due_on,origin\n\
                 D-1,atelier-lumen,Jeanne Martin,06 12 34 56 78,120.00,2026-10-31,contract";
    let portfolio = read_portfolio(lines.as_bytes(), &operator.service.creditors()).unwrap();
    operator.service.import(&portfolio.rows).await.unwrap();
    let case = operator.service.cases().await.unwrap().remove(0).id;
    let inbound = Inbound {
        gateway_id: "s1".into(),
        from: Address::parse("+33612345678"),
        to: Address::parse("+33937000001"),
        text: "???".into(),
        raw: Vec::new(),
        received_at: None,
        opt_out_hint: None,
        media: 0,
    };
    operator.service.receive("console", Duration::ZERO, &inbound).await.unwrap();
    case
}

async fn said(operator: &Operator, case: CaseId) -> Outbound {
    let mut tx = operator.service.store.snapshot().await.unwrap();
    let thread = tx.thread_of_case(case).await.unwrap().unwrap();
    for entry in tx.history(thread, 10).await.unwrap() {
        if let Direction::Sent(id) = entry.id
            && let Some(message) = tx.outbound(id).await.unwrap()
            && is_menu(&message.new.message)
        {
            return message;
        }
    }
    panic!("the menu was not written")
}

async fn what_was_written_by_a_text_that_is_withdrawn_never_leaves(db: Database) {
    with_operator(db, |operator| async move {
        operator.writes("wording/fr/menu.txt", &text("écrivez 1 ou 4."));
        assert!(operator.looks_twice().await);
        operator.service.approve_text(&menu(), None, "Paul", None).await.unwrap();
        let hash = operator
            .service
            .rules()
            .words
            .in_use()
            .into_iter()
            .find(|text| text.words == "écrivez 1 ou 4.")
            .unwrap()
            .hash;
        let case = is_puzzled(&operator).await;
        let written = said(&operator, case).await;
        assert!(written.new.body.contains("écrivez 1 ou 4.") && written.new.version_hash == hash);
        assert_eq!(written.new.frame_hash.len(), 64);
        operator.service.withdraw_text(&menu(), None, "Zoé", None).await.unwrap();
        operator.sends().await;
        let refused = said(&operator, case).await;
        assert_eq!((refused.state, refused.rule.as_deref()), (OutboundState::Refused, Some("text_not_approved")));
    })
    .await;
}

#[tokio::test]
async fn what_was_written_by_a_text_that_is_withdrawn_never_leaves_on_sqlite() {
    on_sqlite(what_was_written_by_a_text_that_is_withdrawn_never_leaves).await;
}

#[tokio::test]
async fn what_was_written_by_a_text_that_is_withdrawn_never_leaves_on_postgres() {
    on_postgres(what_was_written_by_a_text_that_is_withdrawn_never_leaves).await;
}
