//! Whole conversations, told in `fixtures/conversations` so that anyone can read them: they say, we say, what is now true.
//!
//! A transcript is what happened (`case`, `at`, `remind`, `they`, `wait`, `pay`, `agent`, `receipt`) and, under each, what came of it
//! (`read`, `we`, `silence`, `now`, `task`). The suite lives through the first kind of line again and compares the second.
//! `RELANCE_REWRITE_TRANSCRIPTS=1` writes what came of it into the files: read the difference before you keep it.

use crate::support::office::Office;
use chrono::{DateTime, NaiveDateTime, Utc};
use chrono_tz::Europe::Paris;
use relance::domain::{AgentAct, CaseId, Event, Money, Reading, ThreadId};
use relance::gateway::{DeliveryStatus, FailureVerdict, Receipt};
use relance::store::{Direction, HistoryEntry};
use std::collections::HashSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

const HEADING: &str = "case_ref,creditor,debtor_name,phone,language,invoice,amount,currency,issued_on,due_on,origin";

/// What may have been told to us, with what came of it still to be told.
struct Teller {
    office: Office,
    case: CaseId,
    thread: ThreadId,
    told: HashSet<Direction>,
    events: usize,
    tasks: HashSet<relance::domain::TaskId>,
    state: String,
    out: String,
}

fn moment(text: &str) -> DateTime<Utc> {
    let local = NaiveDateTime::parse_from_str(text.trim(), "%Y-%m-%d %H:%M").expect("a moment: 2026-11-24 10:00");
    local.and_local_timezone(Paris).unwrap().to_utc()
}

/// `Jeanne Martin, 120.00 EUR, invoice F-2026-0412, due 2026-10-28, fr, origin contract`
fn portfolio_line(text: &str) -> String {
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let [name, amount, invoice, due, language, origin] = parts[..] else { panic!("a case has six parts: {text}") };
    let (amount, currency) = amount.split_once(' ').expect("an amount and its currency");
    let (_, invoice) = invoice.split_once(' ').expect("invoice F-1");
    let (_, due) = due.split_once(' ').expect("due 2026-10-28");
    let (_, origin) = origin.split_once(' ').expect("origin contract");
    format!("LUM-1,atelier-lumen,{name},06 12 34 56 78,{language},{invoice},{amount},{currency},,{due},{origin}")
}

impl Teller {
    async fn begin(at: &str, case: &str) -> Self {
        let office = Office::open(moment(at)).await;
        let case = office.import(HEADING, &portfolio_line(case)).await;
        let thread = office.service.store.snapshot().await.unwrap().thread_of_case(case).await.unwrap().unwrap();
        let (told, tasks) = (HashSet::new(), HashSet::new());
        Self { office, case, thread, told, events: 0, tasks, state: "open".into(), out: String::new() }
    }

    async fn live(&mut self, word: &str, rest: &str) {
        match word {
            "remind" => self.office.acts(self.case, AgentAct::Remind).await,
            "they" => {
                self.office.hears(self.case, rest).await;
            }
            "wait" => {
                let until = moment(rest.strip_prefix("until ").expect("wait: until 2026-11-24 10:00"));
                self.office.clock.set(until);
            }
            "pay" => {
                let minor: f64 = rest.parse().expect("an amount");
                let currency = self.office.case(self.case).await.debt.amount.currency;
                self.office.is_paid(self.case, Money::new((minor * 100.0).round() as i64, currency)).await;
            }
            "agent" => self.office.acts(self.case, agent_act(rest)).await,
            "receipt" => self.receipt(rest).await,
            other => panic!("a transcript does not know the word {other}"),
        }
        self.office.work().await;
        self.tell().await;
        self.office.clock.advance(chrono::Duration::minutes(1));
    }

    /// The carrier reports on the last message that left.
    async fn receipt(&self, words: &str) {
        let (status, verdict) = match words {
            "delivered" => (DeliveryStatus::Delivered, None),
            "invalid number" => (DeliveryStatus::Undelivered, Some(FailureVerdict::NumberInvalid)),
            "opted out" => (DeliveryStatus::Undelivered, Some(FailureVerdict::OptedOut)),
            _ => panic!("a receipt is delivered, invalid number or opted out: {words}"),
        };
        let mut tx = self.office.service.store.snapshot().await.unwrap();
        let history = tx.history(self.thread, 200).await.unwrap();
        let mut sent = history.iter().filter_map(|entry| match entry.id {
            Direction::Sent(id) => Some(id),
            Direction::Received(_) => None,
        });
        let last = tx.outbound(sent.next_back().expect("something was sent")).await.unwrap().unwrap();
        let gateway_id = last.gateway_id.expect("it has left");
        let receipt = Receipt { gateway_id, our_id: None, status, code: None, verdict };
        assert!(self.office.service.note_receipt("console", &receipt).await.unwrap());
    }

    /// Writes what is new.
    async fn tell(&mut self) {
        let mut tx = self.office.service.store.snapshot().await.unwrap();
        let history = tx.history(self.thread, 200).await.unwrap();
        let events = tx.events_of_case(self.case).await.unwrap();
        let tasks = tx.tasks_of_case(self.case).await.unwrap();
        let fresh: Vec<&HistoryEntry> = history.iter().filter(|entry| !self.told.contains(&entry.id)).collect();
        for entry in &fresh {
            if let Some(reading) = &entry.reading {
                writeln!(self.out, "  read: {}", in_words(reading)).unwrap();
            }
        }
        for entry in &fresh {
            if let Direction::Sent(id) = entry.id {
                let message = tx.outbound(id).await.unwrap().unwrap();
                let state = message.state.label();
                let rule = message.rule.as_deref().map(|rule| format!(" ({rule})")).unwrap_or_default();
                match state {
                    "sent" | "delivered" => writeln!(self.out, "  we: {}", entry.body.replace('\n', " ↵ ")).unwrap(),
                    _ => writeln!(self.out, "  {state}{rule}: {}", entry.body.replace('\n', " ↵ ")).unwrap(),
                }
                if state == "ready" {
                    // Told again once it has left.
                    continue;
                }
            }
            self.told.insert(entry.id);
        }
        for event in &events[self.events..] {
            if let Event::Withheld { rule } = &event.event {
                writeln!(self.out, "  silence: {rule}").unwrap();
            }
        }
        self.events = events.len();
        let case = self.office.case(self.case).await;
        let mut state = case.state.name().to_owned();
        if let Some(suppression) = case.phone.suppressed {
            write!(state, ", no more messages ({:?})", suppression.reason).unwrap();
        }
        if case.conversation.holder == relance::domain::Holder::Human {
            state.push_str(", a person holds the thread");
        }
        if state != self.state {
            writeln!(self.out, "  now: {state}").unwrap();
            self.state = state;
        }
        for task in tasks {
            if self.tasks.insert(task.id) {
                let due = task.new.task.due_on.map(|day| format!(" by {day}")).unwrap_or_default();
                let call = task.new.task.call_back.map(call_in_words).unwrap_or_default();
                writeln!(self.out, "  task: {}{due}{call}", task.new.task.kind.label()).unwrap();
            }
        }
    }
}

fn call_in_words(call: relance::domain::CallBack) -> String {
    let day = call.on.map(|day| format!(" on {day}")).unwrap_or_default();
    let hour = call.at.map(|hour| format!(" at {}", hour.format("%H:%M"))).unwrap_or_default();
    format!("{day}{hour}")
}

fn in_words(reading: &Reading) -> String {
    let mut words = vec![reading.intent.label().to_owned()];
    words.extend(reading.language.map(|language| format!("(in {language})")));
    words.extend(reading.keyword.map(|keyword| format!("(keyword {keyword:?})").to_lowercase()));
    words.extend(reading.also.iter().map(|intent| format!("+ {}", intent.label())));
    words.extend(reading.date.map(|day| format!("on {day}")));
    words.extend(reading.amount_minor.map(|minor| format!("amount {}.{:02}", minor / 100, minor % 100)));
    words.extend(reading.plan.instalments.map(|n| format!("in {n}")));
    words.extend(reading.plan.instalment_minor.map(|each| format!("{}.{:02} each", each / 100, each % 100)));
    words.extend(reading.signals.vulnerable.iter().map(|v| format!("({v:?})").to_lowercase()));
    words.extend(reading.signals.represented.then(|| "(represented)".to_owned()));
    words.extend(reading.signals.legal_threat.then(|| "(legal threat)".to_owned()));
    words.join(" ")
}

fn agent_act(text: &str) -> AgentAct {
    match text.split_once(' ').unwrap_or((text, "")) {
        ("answers", words) => AgentAct::Answer(words.to_owned()),
        ("takes", _) => AgentAct::TakeOver,
        ("gives", _) => AgentAct::GiveBack,
        ("reminds", _) => AgentAct::Remind,
        ("clears", _) => AgentAct::Clear,
        _ => panic!("an agent answers, takes over, gives back, reminds or clears: {text}"),
    }
}

/// Lives through a transcript; what it should read like.
async fn live(transcript: &str) -> String {
    let mut out = String::new();
    let mut teller: Option<Teller> = None;
    let mut at = None;
    for line in transcript.lines() {
        // What came of it is written anew.
        if line.starts_with("  ") {
            continue;
        }
        if let Some(teller) = &mut teller {
            teller.out.push_str(line);
            teller.out.push('\n');
        } else {
            out.push_str(line);
            out.push('\n');
        }
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        let (word, rest) = line.split_once(':').unwrap_or((line, ""));
        match (word, &mut teller) {
            ("at", None) => at = Some(rest.trim().to_owned()),
            ("case", None) => {
                teller = Some(Teller::begin(at.as_deref().expect("`at` comes before `case`"), rest.trim()).await);
            }
            (word, Some(teller)) => teller.live(word, rest.trim()).await,
            (word, None) => panic!("`at` and `case` come before `{word}`"),
        }
    }
    out + &teller.expect("a transcript has a case").out
}

fn transcripts(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(transcripts(&path));
        } else if path.extension().is_some_and(|extension| extension == "txt") {
            found.push(path);
        }
    }
    found.sort();
    found
}

#[tokio::test]
async fn every_transcript_comes_true_again() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/conversations");
    let rewrite = std::env::var_os("RELANCE_REWRITE_TRANSCRIPTS").is_some();
    let mut wrong = Vec::new();
    for path in transcripts(&root) {
        let transcript = fs::read_to_string(&path).unwrap();
        let lived = live(&transcript).await;
        if lived == transcript {
            continue;
        }
        if rewrite {
            fs::write(&path, lived).unwrap();
        } else {
            let differs = transcript.lines().zip(lived.lines()).find(|(told, lived)| told != lived);
            wrong.push(format!("{}: {differs:?}", path.display()));
        }
    }
    assert!(wrong.is_empty(), "told, then lived:\n{}", wrong.join("\n"));
}
