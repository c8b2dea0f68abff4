//! The words of `words.toml` that tell a name, an address or an amount, folded.

use serde::{Deserialize, Deserializer};
use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The lists, read once.
pub(super) static LISTS: LazyLock<Lists> =
    LazyLock::new(|| toml::from_str(include_str!("../words.toml")).expect("the lists are written here"));

/// What each list is for, `words.toml` says.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Lists {
    #[serde(deserialize_with = "turns")]
    pub(super) introduces: Vec<Vec<String>>,
    #[serde(deserialize_with = "turns")]
    pub(super) presents: Vec<Vec<String>>,
    #[serde(deserialize_with = "words")]
    pub(super) titles: HashSet<String>,
    #[serde(deserialize_with = "words")]
    pub(super) particles: HashSet<String>,
    #[serde(deserialize_with = "words")]
    pub(super) connects: HashSet<String>,
    #[serde(deserialize_with = "words")]
    pub(super) kept: HashSet<String>,
    #[serde(deserialize_with = "words")]
    pub(super) streets: HashSet<String>,
    #[serde(deserialize_with = "words")]
    pub(super) roads: HashSet<String>,
    #[serde(deserialize_with = "words")]
    pub(super) announces: HashSet<String>,
    #[serde(deserialize_with = "words")]
    pub(super) money: HashSet<String>,
}

/// Lower case, without accents.
pub(super) fn fold(word: &str) -> String {
    word.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

fn words<'de, D: Deserializer<'de>>(from: D) -> Result<HashSet<String>, D::Error> {
    Ok(Vec::<String>::deserialize(from)?.iter().map(|word| fold(word)).collect())
}

/// Turns of phrase, each as its words.
fn turns<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Vec<String>>, D::Error> {
    let words =
        |turn: &String| turn.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(fold).collect();
    Ok(Vec::<String>::deserialize(from)?.iter().map(words).collect())
}
