//! Replies written twice, or nearly so: they teach once and flatter every measure.

use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt;

/// Two replies that share more of their pieces than this are one (Jaccard, on pieces of four letters).
const NEAR: f64 = 0.75;
/// A shorter reply is bound to be somebody else's too: only its exact copy counts, from this length on.
const SHORT: usize = 16;
const SHORTEST: usize = 13;
const PIECE: usize = 4;
/// A piece that more replies hold tells nothing about which is near.
const COMMON: usize = 400;

/// The replies seen so far.
#[derive(Debug, Default)]
pub(super) struct Replies {
    seen: Vec<(String, FxHashSet<u32>, String)>,
    exact: FxHashMap<String, usize>,
    by_piece: FxHashMap<u32, Vec<u32>>,
}

/// A reply too near to an earlier one.
#[derive(Debug, PartialEq)]
pub(super) struct Twin {
    place: String,
    nearness: f64,
}

impl fmt::Display for Twin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.nearness >= 1.0 {
            write!(f, "the same words as {}", self.place)
        } else {
            write!(f, "too near to {}: they share {:.0} % of their letters", self.place, self.nearness * 100.0)
        }
    }
}

impl Replies {
    /// Adds a reply; tells the earlier one that it repeats.
    pub(super) fn add(&mut self, text: &str, place: &str) -> Option<Twin> {
        let folded = folded(text);
        if folded.chars().count() < SHORTEST {
            return None;
        }
        if let Some(at) = self.exact.get(&folded) {
            return Some(Twin { place: self.seen[*at].2.clone(), nearness: 1.0 });
        }
        let pieces = pieces(&folded);
        let twin = if folded.chars().count() < SHORT { None } else { self.nearest(&pieces) };
        let at = self.seen.len();
        for piece in &pieces {
            self.by_piece.entry(*piece).or_default().push(u32::try_from(at).unwrap_or(u32::MAX));
        }
        self.exact.insert(folded.clone(), at);
        self.seen.push((folded, pieces, place.to_owned()));
        twin
    }

    fn nearest(&self, pieces: &FxHashSet<u32>) -> Option<Twin> {
        let mut shared: FxHashMap<u32, usize> = FxHashMap::default();
        for list in pieces.iter().filter_map(|p| self.by_piece.get(p)).filter(|list| list.len() < COMMON) {
            list.iter().for_each(|at| *shared.entry(*at).or_default() += 1);
        }
        let mut likely: Vec<(u32, usize)> = shared.into_iter().collect();
        likely.sort_unstable_by_key(|(at, count)| (std::cmp::Reverse(*count), *at));
        let nearness = |at: u32| {
            let other = &self.seen[at as usize].1;
            let both = pieces.intersection(other).count();
            both as f64 / (pieces.len() + other.len() - both).max(1) as f64
        };
        let of = |(at, _): (u32, usize)| Twin { place: self.seen[at as usize].2.clone(), nearness: nearness(at) };
        likely.into_iter().take(8).map(of).find(|twin| twin.nearness > NEAR)
    }
}

/// Letters and digits in lower case without accents, single blanks between words.
fn folded(text: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    let plain: String = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    let words: Vec<&str> = plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}

fn pieces(folded: &str) -> FxHashSet<u32> {
    let letters: Vec<char> = format!(" {folded} ").chars().collect();
    let hash = |piece: &[char]| piece.iter().fold(0_u32, |h, c| h.wrapping_mul(0x0100_0193) ^ u32::from(*c));
    letters.windows(PIECE).map(hash).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_told_from_its_copies_but_not_from_its_neighbours() {
        let mut replies = Replies::default();
        for (text, nearness) in [
            ("Je vous paierai vendredi prochain sans faute", None),
            ("je vous paierai VENDREDI prochain, sans faute !", Some(1.0)),
            ("je vous paierai vendredi prochain sans fautes", Some(0.9)),
            ("la facture de vendredi est déjà réglée", None),
            ("oui", None),
            ("oui", None),
        ] {
            let twin = replies.add(text, "fr/1.jsonl:1");
            assert_eq!(twin.as_ref().map(|t| t.nearness >= 1.0), nearness.map(|n| n >= 1.0), "{text}: {twin:?}");
        }
    }
}
