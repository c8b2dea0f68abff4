//! Reading and deciding: one call at a time, on one core.

use super::sample::Sample;
use chrono::{DateTime, FixedOffset};
use relance::domain::{
    Asked, Case, CaseId, CaseState, Conversation, CreditorKey, Currency, Debt, Debtor, IdentityLevel, Jurisdiction,
    Language, Money, Phone, PhoneNumber, PhoneOrigin, Policy, Reading, Segment, Stimulus, decide,
};
use relance::reading::{Context, Reader};
use std::hint::black_box;
use std::time::Instant;

/// Labelled replies, with their context; both languages.
fn replies() -> Vec<(String, Context)> {
    let files = [include_str!("../intents/fr/15.jsonl"), include_str!("../intents/en/7.jsonl")];
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

/// Ten times over some 1,200 replies.
pub fn read() {
    let loading = Instant::now();
    let reader = Reader::embedded().unwrap();
    println!("{:<24} {:>10.1} ms", "reader loads in", loading.elapsed().as_secs_f64() * 1e3);
    let replies = replies();
    let mut sample = Sample::new("read");
    for _ in 0..10 {
        for (text, context) in &replies {
            let start = Instant::now();
            black_box(reader.read(black_box(text), context));
            sample.add(start.elapsed());
        }
    }
    sample.print(None);
}

/// What those replies do to an open case.
pub fn decide_all() {
    let reader = Reader::embedded().unwrap();
    let readings: Vec<Reading> = replies().iter().map(|(text, context)| reader.read(text, context)).collect();
    let (case, policy) = (case(), Policy::default());
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
        phone: Phone {
            number: PhoneNumber::parse("0612345678", "FR").unwrap(),
            origin: PhoneOrigin::Contract,
            identity: IdentityLevel::L1,
            suppressed: None,
        },
        conversation: Conversation { asked: Some(Asked::PayOrExplain), ..Conversation::default() },
    }
}
