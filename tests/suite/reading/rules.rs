//! Every rule that the reader names has its words on the pages, in each language.

use relance::reading::{Reader, read_files};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn every_reason_that_replies_are_given_has_its_words_for_an_agent() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let reader = Reader::embedded().unwrap();
    let read = read_files(&reader, &[folder.join("intents/development")]).unwrap();
    let rules: BTreeSet<String> = read.into_iter().flat_map(|(_, reading)| reading.why).map(|why| why.rule).collect();
    assert!(rules.len() > 12, "{rules:?}");
    for page in ["fr", "en"] {
        let words = std::fs::read_to_string(folder.join(format!("src/web/pages/{page}.toml"))).unwrap();
        let words: toml::Table = words.parse().unwrap();
        let known = words["reader"].as_table().unwrap();
        let missing: Vec<&String> = rules.iter().filter(|rule| !known.contains_key(*rule)).collect();
        assert!(missing.is_empty(), "{page}: {missing:?}");
    }
}
