//! A short run of what the fuzzer does at length: replies cut, joined, repeated and strewn with odd characters.

use super::soundness;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use relance::reading::Reader;
use std::path::Path;

/// How many messages are made up.
const MESSAGES: usize = 2_500;
/// The longest message, in characters: ten segments.
const LONGEST: usize = 1_700;
/// What people, telephones and attackers put into a message.
const ODD: [&str; 24] = [
    "\0",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "e\u{301}\u{301}",
    "👨‍👩‍👧",
    "🏽",
    "½",
    "ﬁ",
    "İ",
    "ß",
    "١٢٣",
    "９９",
    "'''",
    "((((",
    "}{",
    "\n\n",
    "99999999999999999999",
    "1e999",
    "-0",
    "€€",
    "31/02/0000",
    "%s",
    "\u{10ffff}",
];

#[test]
fn whatever_is_made_of_replies_is_read_soundly() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("intents/development");
    let replies: Vec<String> = ["fr/20.jsonl", "en/12.jsonl", "fr/48.jsonl", "en/28.jsonl"]
        .iter()
        .flat_map(|file| std::fs::read_to_string(folder.join(file)).unwrap().lines().map(text).collect::<Vec<_>>())
        .collect();
    let reader = Reader::embedded().unwrap();
    let mut chance = StdRng::seed_from_u64(7);
    for _ in 0..MESSAGES {
        let mut bytes: Vec<u8> = vec![chance.random(), chance.random(), chance.random()];
        bytes.extend(message(&replies, &mut chance).as_bytes());
        soundness::check(&reader, &bytes);
    }
}

fn text(line: &str) -> String {
    let line: serde_json::Value = serde_json::from_str(line).unwrap();
    line["text"].as_str().unwrap().to_owned()
}

fn message(replies: &[String], chance: &mut StdRng) -> String {
    let mut message: Vec<char> = Vec::new();
    for _ in 0..chance.random_range(1..4) {
        let reply: Vec<char> = replies.choose(chance).unwrap().chars().collect();
        let (one, other) = (chance.random_range(0..=reply.len()), chance.random_range(0..=reply.len()));
        message.extend(&reply[one.min(other)..one.max(other)]);
        if chance.random_bool(0.5) {
            let at = chance.random_range(0..=message.len());
            message.splice(at..at, ODD.choose(chance).unwrap().chars());
        }
    }
    if chance.random_bool(0.05) {
        message = message.repeat(1 + LONGEST / message.len().max(1));
    }
    message.truncate(LONGEST);
    message.into_iter().collect()
}
