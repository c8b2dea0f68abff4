//! `kill -9` at any of 200 moments under load: every acknowledged message has exactly one effect, and exactly one answer
//! leaves, or is marked ambiguous.

use crate::support::carrier::Carrier;
use crate::support::databases::{Database, on_postgres, on_sqlite};
use crate::support::process::{Serve, drained, relance, settings};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use relance::domain::{CreditorKey, PhoneNumber};
use relance::store::{Direction, OutboundState};
use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::task::JoinSet;

const KILLS: usize = 200;
const PEOPLE: usize = 150;
/// People who write at the same time.
const WRITERS: usize = 4;
/// Things that happen, acknowledgements and sends, before a kill: at most.
const LONGEST_LIFE: usize = 12;
/// Replies that are answered, each in another way.
const REPLIES: [&str; 6] = [
    "Je paie le 5",
    "c'est pour quelle facture ?",
    "je peux payer en 3 fois ?",
    "oui je sais que je vous dois cet argent",
    "envoyez le lien pour payer svp",
    "je peux avoir un peu de temps ?",
];

fn number(person: usize) -> String {
    format!("+3361234{person:04}")
}

fn import(folder: &Path, settings: &Path) {
    let mut file = String::from("case_ref,creditor,debtor_name,phone,amount,due_on,origin\n");
    for person in 0..PEOPLE {
        writeln!(file, "D-{person},atelier-lumen,Personne {person},{},120.00,2026-01-31,contract", number(person))
            .unwrap();
    }
    let path = folder.join("people.csv");
    std::fs::write(&path, file).unwrap();
    let done = relance(settings).args(["import", "cases"]).arg(&path).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// Posts until each message was acknowledged, as a carrier with many tries would; stops when the server is gone.
async fn write_until_gone(
    carrier: Arc<Carrier>,
    url: String,
    mut waiting: Vec<String>,
    happened: Arc<AtomicUsize>,
) -> Vec<String> {
    while let Some(sid) = waiting.pop() {
        match carrier.try_deliver(&url, &sid).await {
            Some(delivery) if delivery.status == 200 => {
                happened.fetch_add(1, Ordering::Relaxed);
            }
            Some(delivery) => panic!("a genuine webhook was answered {}: {}", delivery.status, delivery.body),
            None => {
                waiting.push(sid);
                break;
            }
        }
    }
    waiting
}

async fn crash_again_and_again(database: Database) {
    let folder = tempfile::tempdir().unwrap();
    let carrier = Arc::new(Carrier::start());
    carrier.follow_real_time();
    let settings = settings(folder.path(), &database.url, &carrier, "");
    import(folder.path(), &settings);
    let mut chance = StdRng::seed_from_u64(20_261_121);
    let mut written: Vec<String> = Vec::new();
    let mut waiting: Vec<String> = Vec::new();
    for _ in 0..KILLS {
        let serve = Serve::start(&settings);
        carrier.route("http://sms.example.fr", &serve.url);
        let life = chance.random_range(1..=LONGEST_LIFE);
        while waiting.len() < LONGEST_LIFE + WRITERS {
            let at = written.len();
            let sid = carrier.write(&number(at % PEOPLE), REPLIES[(at / PEOPLE + at) % REPLIES.len()]);
            written.push(sid.clone());
            waiting.insert(0, sid);
        }
        let happened = Arc::new(AtomicUsize::new(0));
        let sends_before = carrier.attempts();
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            let share = waiting.iter().skip(writer).step_by(WRITERS).cloned().collect();
            writers.spawn(write_until_gone(Arc::clone(&carrier), serve.url.clone(), share, Arc::clone(&happened)));
        }
        // The moment is drawn in things that happen, so that it falls anywhere on the way of a message.
        while happened.load(Ordering::Relaxed) + carrier.attempts() - sends_before < life {
            tokio::task::yield_now().await;
        }
        serve.kill();
        waiting = writers.join_all().await.into_iter().flatten().collect();
    }
    let serve = Serve::start(&settings);
    carrier.route("http://sms.example.fr", &serve.url);
    let left = write_until_gone(Arc::clone(&carrier), serve.url.clone(), waiting, Arc::new(AtomicUsize::new(0))).await;
    assert!(left.is_empty());
    drained(&database.store).await;
    serve.kill();
    check(&database, &carrier, &written).await;
}

async fn check(database: &Database, carrier: &Carrier, written: &[String]) {
    let mut tx = database.store.snapshot().await.unwrap();
    let mut left: HashMap<String, usize> = HashMap::new();
    for sent in carrier.sent() {
        let callback = sent.status_callback.expect("every send names its callback");
        let (_, id) = callback.rsplit_once("m=").expect("our id comes back");
        *left.entry(id.to_owned()).or_default() += 1;
    }
    let mut effects: HashMap<relance::domain::InboundId, usize> = HashMap::new();
    let mut inbound = HashSet::new();
    let (mut answered, mut ambiguous) = (0, 0);
    for person in 0..PEOPLE {
        let number = PhoneNumber::parse(&number(person), "FR").unwrap();
        for thread in tx.threads_of_number(&number).await.unwrap() {
            for entry in tx.history(thread.id, 1_000).await.unwrap() {
                match entry.id {
                    Direction::Received(id) => assert!(inbound.insert(id)),
                    Direction::Sent(id) => {
                        let message = tx.outbound(id).await.unwrap().unwrap();
                        let times = left.remove(&id.to_string()).unwrap_or_default();
                        match message.state {
                            OutboundState::Sent => assert_eq!(times, 1, "an answer leaves exactly once"),
                            OutboundState::Unknown => {
                                ambiguous += 1;
                                assert!(times <= 1);
                            }
                            OutboundState::Recalled | OutboundState::Refused => assert_eq!(times, 0),
                            other => panic!("a message is left {other:?}"),
                        }
                        answered += 1;
                    }
                }
            }
        }
        let reference = format!("D-{person}");
        let case = tx.case_by_reference(&CreditorKey("atelier-lumen".into()), &reference).await.unwrap().unwrap();
        for decided in tx.decisions_of_case(case.id).await.unwrap() {
            *effects.entry(decided.decision.inbound.expect("nothing but replies came in")).or_default() += 1;
        }
    }
    assert!(left.is_empty(), "something left that nobody decided: {left:?}");
    assert_eq!(inbound.len(), written.len(), "every acknowledged message is there, once");
    assert!(inbound.iter().all(|id| effects.get(id) == Some(&1)), "each with exactly one effect");
    println!("{} messages, {answered} answers, {ambiguous} ambiguous, {KILLS} kills", written.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_kills_on_sqlite_lose_nothing_and_double_nothing() {
    on_sqlite(crash_again_and_again).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_kills_on_postgres_lose_nothing_and_double_nothing() {
    on_postgres(crash_again_and_again).await;
}
