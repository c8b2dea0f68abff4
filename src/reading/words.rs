//! Questions about the words around a place of a folded text.

use std::ops::Range;

/// True when `words` holds `word` whole.
pub(super) fn says(words: &str, word: &str) -> bool {
    words.match_indices(word).any(|(at, _)| {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        !letter(words[..at].chars().next_back()) && !letter(words[at + word.len()..].chars().next())
    })
}

/// True when one of the words of `list` stands just before `at`.
pub(super) fn ends_with(folded: &str, at: usize, list: &[String]) -> bool {
    let before = folded.get(..at).unwrap_or("").trim_end();
    list.iter().any(|word| {
        before.strip_suffix(word.as_str()).is_some_and(|rest| !rest.ends_with(|c: char| c.is_alphanumeric()))
    })
}

/// True when one of the words of `list` stands just after `at`.
pub(super) fn begins_with(folded: &str, at: usize, list: &[String]) -> bool {
    let after = folded.get(at..).unwrap_or("").trim_start();
    list.iter().any(|word| {
        after.strip_prefix(word.as_str()).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    })
}

/// True when the clause around `span` holds one of the words of `list`.
pub(super) fn clause_says(folded: &str, span: &Range<usize>, list: &[String]) -> bool {
    let edge = |c: char| matches!(c, '.' | ',' | ';' | ':' | '!' | '?' | '(' | ')' | '\n');
    let before = folded.get(..span.start).unwrap_or("").rsplit(edge).next().unwrap_or("");
    let after = folded.get(span.end..).unwrap_or("").split(edge).next().unwrap_or("");
    list.iter().any(|word| says(before, word) || says(after, word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_and_in_their_clause_only() {
        let list = ["paye".to_owned()];
        assert!(says("je paye demain", "paye"));
        assert!(!says("je payerai", "paye"));
        assert!(ends_with("non paye 50", 9, &list));
        assert!(!ends_with("impaye 50", 7, &list));
        assert!(begins_with("50 paye", 2, &list));
        assert!(clause_says("deja paye le 5, reste 50", &(13..14), &list));
        assert!(!clause_says("deja paye le 5, reste 50", &(22..24), &list));
    }
}
