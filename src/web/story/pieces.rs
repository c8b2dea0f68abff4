//! The person's words, cut where a rule took hold of them.

use super::turns::Why;
use crate::domain::{Currency, Reason};
use crate::web::pages::Tongue;
use serde::Serialize;

/// A run of their words, and what was concluded from it: nothing, for most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Piece {
    pub text: String,
    pub why: Vec<Why>,
}

/// Cuts `text` at the edges of the words that decided. Joined, the pieces are the text.
pub fn pieces(text: &str, reasons: &[Reason], currency: Currency, tongue: &Tongue) -> Vec<Piece> {
    let holds: Vec<_> = reasons
        .iter()
        .filter(|reason| !reason.words.is_empty())
        .filter_map(|reason| text.find(&reason.words).map(|start| (start..start + reason.words.len(), reason)))
        .collect();
    let mut edges: Vec<usize> = holds.iter().flat_map(|(range, _)| [range.start, range.end]).collect();
    edges.extend([0, text.len()]);
    edges.sort_unstable();
    edges.dedup();
    let piece = |from: usize, to: usize| {
        let over = holds.iter().filter(|(range, _)| range.start <= from && to <= range.end);
        Piece {
            text: text[from..to].to_owned(),
            why: over.map(|(_, reason)| Why::of(reason, currency, tongue)).collect(),
        }
    };
    edges.windows(2).map(|edge| piece(edge[0], edge[1])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;
    use crate::web::pages::Pages;
    use crate::wording::Words;
    use chrono::DateTime;
    use std::sync::Arc;

    fn cut(text: &str, held: &[&str]) -> Vec<(String, usize)> {
        let (pages, words) = (Pages::compiled(), Arc::new(Words::embedded().unwrap()));
        let tongue = pages.tongue(Language::FR, words, DateTime::UNIX_EPOCH);
        let reason =
            |words: &&str| Reason { concluded: "intent=promise".into(), words: (*words).into(), rule: "model".into() };
        let reasons: Vec<_> = held.iter().map(reason).collect();
        pieces(text, &reasons, Currency::Eur, &tongue).into_iter().map(|piece| (piece.text, piece.why.len())).collect()
    }

    #[test]
    fn words_that_decided_are_cut_out_and_the_rest_is_kept() {
        let whole = |pieces: &[(&str, usize)]| pieces.iter().map(|(t, n)| ((*t).to_owned(), *n)).collect::<Vec<_>>();
        for (text, held, expected) in [
            ("je paie vendredi", &["vendredi"][..], &[("je paie ", 0), ("vendredi", 1)][..]),
            ("je paie vendredi", &["paie vendredi", "vendredi"], &[("je ", 0), ("paie ", 1), ("vendredi", 2)]),
            ("été à régler", &["à"], &[("été ", 0), ("à", 1), (" régler", 0)]),
            ("ok", &["absent", ""], &[("ok", 0)]),
            ("", &["x"], &[]),
        ] {
            assert_eq!(cut(text, held), whole(expected), "{text}");
        }
    }
}
