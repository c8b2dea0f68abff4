//! The form of a text: capitals, emoji, addresses, length.

use super::Checker;
use crate::wording::segments::measure;

/// More segments than this are too many for anyone.
pub(super) const MOST_SEGMENTS: usize = 3;

/// The group of each problem, and what it is.
pub(super) fn problems(text: &str, checker: &Checker) -> Vec<(&'static str, String)> {
    let mut problems = Vec::new();
    let shouted = shouted(text, &checker.capitals);
    if shouted.len() > 1 {
        problems.push(("capitals", shouted.join(" ")));
    }
    let emoji: String = text.chars().filter(|letter| is_emoji(*letter)).collect();
    if !emoji.is_empty() {
        problems.push(("emoji", emoji));
    }
    for address in addresses(text) {
        if !checker.pages.iter().any(|page| address.contains(page.as_str())) {
            problems.push(("links", address.to_owned()));
        }
    }
    let segments = measure(text).count();
    if segments > MOST_SEGMENTS {
        problems.push(("length", format!("{segments} segments")));
    }
    problems
}

fn shouted<'a>(text: &'a str, allowed: &[String]) -> Vec<&'a str> {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 1);
    let shouts = |word: &&str| word.chars().all(char::is_uppercase);
    words.filter(shouts).filter(|word| !allowed.iter().any(|known| known == word)).collect()
}

fn addresses(text: &str) -> impl Iterator<Item = &str> {
    let begins =
        |word: &&str| ["http://", "https://", "www."].iter().any(|start| word.to_lowercase().starts_with(start));
    text.split_whitespace().map(|word| word.trim_matches(['(', ')', ',', ';'])).filter(begins)
}

const fn is_emoji(letter: char) -> bool {
    matches!(letter, '\u{1f000}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{2b50}' | '\u{2b55}')
}
