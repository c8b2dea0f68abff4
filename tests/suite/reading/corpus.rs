//! The labelled replies that the reader learns from, and those that judge it.

use relance::reading::check_labels;
use std::path::Path;

#[test]
fn every_labelled_reply_keeps_to_the_guide() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("intents");
    let problems = check_labels(&[&folder, &folder.join("development")]).unwrap();
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(problems.is_empty(), "{problems:#?}");
}
