//! Patterns written as data: readable words, with `{name}` for a list of words the same file gives.

use super::error::ReadingError;
use regex::{Captures, Regex};
use std::collections::BTreeMap;
use std::ops::Range;

/// The lists that patterns may name: `{weekday}`, `{month}`…
pub(super) type Lists = BTreeMap<String, String>;

/// Compiles a pattern: a blank stands for any blanks, `{name}` for a list as a group of that name, and the whole
/// begins and ends at a word's edge.
pub(super) fn compile(file: &str, source: &str, lists: &Lists) -> Result<Regex, ReadingError> {
    let mut written = source.to_owned();
    for (name, list) in lists {
        // A group may be named once: the first place takes the name.
        let place = format!("{{{name}}}");
        written = written.replacen(&place, &format!("(?P<{name}>{list})"), 1).replace(&place, &format!("(?:{list})"));
    }
    build(file, &format!(r"\b(?:{written})\b"))
}

/// Compiles a pattern that may begin inside a word ("25/semaine", "50€/mois") but ends at its edge.
pub(super) fn compile_glued(file: &str, source: &str) -> Result<Regex, ReadingError> {
    build(file, &format!(r"(?:{source})\b"))
}

fn build(file: &str, written: &str) -> Result<Regex, ReadingError> {
    let written = written.replace(" ?", r"\s*").replace(' ', r"\s+").replace(".{", "(?u:.){");
    // ASCII classes only: the text is folded, and Unicode ones are ten times slower to build.
    Regex::new(&format!("(?-u){written}"))
        .map_err(|problem| ReadingError::Data { file: file.to_owned(), problem: problem.to_string() })
}

/// Words as one alternative, the longest first so that none hides another.
pub(super) fn either<'a>(words: impl IntoIterator<Item = &'a str>) -> String {
    let mut words: Vec<String> = words.into_iter().map(|w| regex::escape(w).replace(' ', r"\s+")).collect();
    words.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    words.join("|")
}

/// What a group caught.
pub(super) fn group<'t>(found: &Captures<'t>, name: &str) -> Option<&'t str> {
    found.name(name).map(|m| m.as_str())
}

/// Where the whole pattern matched.
pub(super) fn span(found: &Captures<'_>) -> Range<usize> {
    found.get(0).map_or(0..0, |m| m.range())
}

/// True when the two spans share a place.
pub(super) fn overlap(a: &Range<usize>, b: &Range<usize>) -> bool {
    a.start < b.end && b.start < a.end
}
