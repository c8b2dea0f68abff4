//! Reading, deciding and judging: one call at a time, on one core.

use super::sample::Sample;
use chrono::{DateTime, FixedOffset, TimeDelta, Utc};
use relance::config::Laws;
use relance::domain::dunning::Progress;
use relance::domain::{
    Asked, Case, CaseId, CaseState, Contacts, Conversation, Creditor, CreditorKey, Currency, Debt, Debtor, Departure,
    IdentityLevel, Jurisdiction, Language, Message, Money, PaymentMeans, Phone, PhoneNumber, PhoneOrigin, Policy,
    Reading, Role, Segment, Stage, Stimulus, decide, governor,
};
use relance::reading::{Context, Reader};
use std::hint::black_box;
use std::time::Instant;

/// Labelled replies that the reader did not learn from, with their context; both languages.
fn replies() -> Vec<(String, Context)> {
    let files = [
        include_str!("../intents/development/fr/48.jsonl"),
        include_str!("../intents/development/fr/14.jsonl"),
        include_str!("../intents/development/en/28.jsonl"),
    ];
    let lines = files.iter().flat_map(|file| file.lines());
    lines
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            let context = Context {
                asked: line["asked"].as_str().and_then(Asked::from_label),
                received_at: line["received_at"].as_str().unwrap().parse::<DateTime<FixedOffset>>().unwrap(),
                language: line["lang"].as_str().and_then(Language::parse),
                us_dates: false,
            };
            (line["text"].as_str().unwrap().to_owned(), context)
        })
        .collect()
}

/// Ten times over some 1,300 replies: all of a reading, then its days alone.
pub fn read() {
    let loading = Instant::now();
    let reader = Reader::embedded().unwrap();
    println!("{:<24} {:>10.1} ms", "reader loads in", loading.elapsed().as_secs_f64() * 1e3);
    let replies = replies();
    let (mut whole, mut days) = (Sample::new("read"), Sample::new("days alone"));
    for _ in 0..10 {
        for (text, context) in &replies {
            let start = Instant::now();
            black_box(reader.read(black_box(text), context));
            whole.add(start.elapsed());
            let start = Instant::now();
            black_box(reader.days(black_box(text), context));
            days.add(start.elapsed());
        }
    }
    whole.print(None);
    days.print(None);
    println!("{:<24} {:>10.1} MB", "resident, reader loaded", resident());
    longest(&reader);
}

/// What a message of ten segments costs, made of whatever is dearest.
fn longest(reader: &Reader) {
    let context =
        Context::new(Some(Asked::PaymentDate), "2026-03-12T09:14:00+01:00".parse().unwrap(), Some(Language::FR));
    let units = [
        "5 ",
        "50€ ",
        "5/4 ",
        "le 5 ",
        "un bout ",
        "la moitié ",
        "je ne paie pas ",
        "3 fois ",
        "a",
        "j'",
        "pas ",
        "👍",
        "le 5 et 50€ le ",
        "je vous paierai vendredi prochain 45€ puis le reste fin mars, ",
    ];
    let mut sample = Sample::new("read 1,600 characters");
    for unit in units {
        let text: String = unit.chars().cycle().take(1_600).collect();
        for _ in 0..50 {
            let start = Instant::now();
            black_box(reader.read(black_box(&text), &context));
            sample.add(start.elapsed());
        }
    }
    sample.print(None);
}

/// Megabytes of this process in memory; what the system does not tell is 0.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").trim().parse::<f64>().unwrap_or(0.0) / 1e3
}

/// What those replies do to an open case.
pub fn decide_all() {
    let reader = Reader::embedded().unwrap();
    let readings: Vec<Reading> = replies().iter().map(|(text, context)| reader.read(text, context)).collect();
    let (case, policy) = (case(), Policy::under(Laws::carried().of(Jurisdiction::Fr)));
    let now = "2026-11-24T10:00:00Z".parse().unwrap();
    let mut sample = Sample::new("decide");
    for _ in 0..100 {
        for reading in &readings {
            let stimulus = Stimulus::Inbound { reading: reading.clone(), text: "les mots".to_owned() };
            let start = Instant::now();
            black_box(decide(black_box(&case), &policy, &stimulus, now));
            sample.add(start.elapsed());
        }
    }
    sample.print(None);
}

/// A reminder judged at a hundred thousand moments of a year, for someone who was written to before.
pub fn judge_all() {
    let (case, policy) = (case(), Policy::under(Laws::carried().of(Jurisdiction::Fr)));
    let creditor = Creditor {
        key: case.creditor.clone(),
        name: "Atelier Lumen".to_owned(),
        role: Role::Creditor,
        jurisdiction: Jurisdiction::Fr,
        zone: chrono_tz::Europe::Paris,
        languages: vec![Language::FR],
        sender: "38000".to_owned(),
        demands_per_minute: 60,
        email_from: None,
        email_reply_to: None,
        postal_address: None,
        collector_address: None,
        collector_name: None,
        callback_phone: None,
        documents_to: None,
        privacy_url: None,
        carrier_approval: None,
        means: PaymentMeans::default(),
        policy,
    };
    let due_on = case.debt.due_on;
    let message = Message::Reminder { stage: Stage::First, amount: case.debt.balance(), due_on, by: None };
    let first: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().unwrap();
    let mut sample = Sample::new("judge");
    for minute in (0..525_600).step_by(5) {
        let now = first + TimeDelta::minutes(minute);
        let demands = (1..=6).rev().map(|ago| now - TimeDelta::hours(110 * ago)).collect();
        let contacts = Contacts { demands, unanswered: 3, ..Contacts::default() };
        let departure = Departure { case: &case, creditor: &creditor, message: &message, contacts: &contacts };
        let start = Instant::now();
        black_box(governor::judge(black_box(&departure), now));
        sample.add(start.elapsed());
    }
    sample.print(None);
}

fn case() -> Case {
    let amount = Money::new(12_000, Currency::Eur);
    Case {
        id: CaseId(uuid::Uuid::nil()),
        reference: "D-1".to_owned(),
        creditor: CreditorKey("atelier-lumen".to_owned()),
        jurisdiction: Jurisdiction::Fr,
        debtor: Debtor {
            name: "Jeanne Martin".to_owned(),
            language: Language::FR,
            zone: chrono_tz::Europe::Paris,
            segment: Segment::Consumer,
            email: None,
            postcode: None,
        },
        debt: Debt {
            invoice: Some("F-1".to_owned()),
            amount,
            paid: amount.with_minor(0),
            issued_on: None,
            due_on: "2026-10-31".parse().unwrap(),
        },
        letter: None,
        state: CaseState::Open,
        dunning: Progress::default(),
        phone: Phone {
            number: PhoneNumber::parse("0612345678", "FR").unwrap(),
            origin: PhoneOrigin::Contract,
            identity: IdentityLevel::L1,
            suppressed: None,
        },
        conversation: Conversation { asked: Some(Asked::PayOrExplain), ..Conversation::default() },
    }
}
