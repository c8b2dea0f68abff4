//! An operator's own labelled replies: learnt beside the program's, by the program alone.

use relance::domain::{Intent, Language};
use relance::reading::{Context, Reader, train};
use std::path::Path;

/// Words that nothing else teaches: said of a dispute, and of a debt paid.
const OWN: [(&str, &str); 6] = [
    ("la zigounette du compteur galvaude", "dispute"),
    ("votre zigounette galvaude encore", "dispute"),
    ("zigounette qui galvaude, encore une fois", "dispute"),
    ("ma zigounette galvaude depuis un mois", "dispute"),
    ("galvaude la zigounette, venez voir", "dispute"),
    ("la zigounette de la cuisine galvaude", "dispute"),
];

fn line((text, intent): &(&str, &str)) -> String {
    format!(
        r#"{{"text":"{text}","lang":"fr","received_at":"2026-03-12T09:14:00+01:00","asked":"pay_or_explain","intent":"{intent}","also":[],"acknowledges":"none"}}"#
    )
}

#[test]
fn what_an_operator_labels_is_learnt_without_the_project() {
    let folder = tempfile::tempdir().unwrap();
    let (corpus, own) = (folder.path().join("corpus"), folder.path().join("own"));
    for part in [&corpus, &own] {
        std::fs::create_dir_all(part.join("fr")).unwrap();
    }
    // A small part of the replies, so that the test is short: the whole is learnt the same way.
    let some = Path::new(env!("CARGO_MANIFEST_DIR")).join("intents/fr");
    for file in ["1.jsonl", "18.jsonl", "36.jsonl", "42.jsonl", "43.jsonl", "45.jsonl"] {
        let replies = std::fs::read_to_string(some.join(file)).unwrap();
        let few: Vec<&str> = replies.lines().step_by(6).collect();
        std::fs::write(corpus.join("fr").join(file), few.join("\n")).unwrap();
    }
    std::fs::write(own.join("fr/meters.jsonl"), OWN.iter().map(line).collect::<Vec<_>>().join("\n")).unwrap();
    let received_at = "2026-03-12T09:14:00+01:00".parse().unwrap();
    let context = Context::new(None, received_at, Some(Language::FR));
    let share = |own: Option<&Path>| {
        let model = folder.path().join("model.bin");
        std::fs::write(&model, train(Some(&corpus), own).unwrap()).unwrap();
        let reading = Reader::open(&model).unwrap().read("bonjour, la zigounette galvaude", &context);
        (reading.intent == Intent::Dispute, reading.confidence)
    };
    let (without, with) = (share(None), share(Some(&own)));
    assert!(with.0 && (!without.0 || with.1 > without.1 + 0.1), "{without:?} {with:?}");
}

#[test]
fn a_model_that_is_missing_or_of_another_version_is_told_by_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model.bin");
    let problem = |model: &Path| Reader::open(model).map(|_| ()).unwrap_err().to_string();
    assert!(problem(&model).contains("model.bin: run relance train"), "{}", problem(&model));
    std::fs::write(&model, b"relance0, of long ago").unwrap();
    assert!(problem(&model).contains("not written by this version"), "{}", problem(&model));
}
