//! What the model sees of a message: its words, pairs of words, pieces of words, and what was asked.
//!
//! Features are known by a hash, so that the model needs no dictionary of words; each remembers the words it came from,
//! so that a conclusion can be explained.

use super::language::Pack;
use super::text::{Text, Token, TokenKind};
use crate::domain::{Asked, Language};
use std::ops::Range;

/// How much each family of features weighs: every family is brought to this length.
const WEIGHT_OF_WORDS: f32 = 1.0;
const WEIGHT_OF_PIECES: f32 = 0.9;
const WEIGHT_OF_CUES: f32 = 0.5;
const WEIGHT_OF_SETTING: f32 = 0.4;
/// Letters that words of one family mostly share: "payer", "payerai" and "paye" are one.
const STEM: usize = 4;

/// One thing seen in a message.
#[derive(Debug, Clone)]
pub(super) struct Feature {
    /// What it is, as a number.
    pub(super) id: u32,
    /// How strongly it is present.
    pub(super) value: f32,
    /// Where it stands in the folded text; empty for what is not in the words.
    pub(super) span: Range<usize>,
}

/// What is known besides the words.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    pub(super) asked: Option<Asked>,
    pub(super) language: Language,
    /// What was found by the other files: a moment, an amount, an illness.
    pub(super) present: Vec<&'static str>,
}

/// Everything the model sees of `text`.
pub(super) fn extract(text: &Text<'_>, pack: &Pack, setting: &Setting) -> Vec<Feature> {
    let pieces = text.tokens();
    let words = negated(text, &pieces, pack);
    let asked = setting.asked.map_or("nothing", Asked::label);

    let mut seen = Seen::default();
    of_words(&words, asked, &mut seen);
    seen.close(WEIGHT_OF_WORDS);
    of_pieces(text.folded(), &pieces, &mut seen);
    seen.close(WEIGHT_OF_PIECES);
    of_cues(text, &words, pack, asked, &mut seen);
    seen.close(WEIGHT_OF_CUES);
    of_setting(text.folded(), &words, setting, asked, &mut seen);
    seen.close(WEIGHT_OF_SETTING);
    seen.features
}

/// A word as the model reads it: its class where it has one, and whether a negation governs it.
struct Word<'t> {
    text: &'t str,
    class: Option<&'t str>,
    negated: bool,
    span: Range<usize>,
}

impl Word<'_> {
    fn general(&self) -> &str {
        self.class.unwrap_or(self.text)
    }
}

fn negated<'t>(text: &'t Text<'_>, pieces: &[Token], pack: &'t Pack) -> Vec<Word<'t>> {
    let mut reach = 0_usize;
    let mut words = Vec::with_capacity(pieces.len());
    for token in pieces {
        let Some(word) = text.folded().get(token.span.clone()) else { continue };
        let class = match token.kind {
            TokenKind::Number => Some(number_class(word)),
            _ => pack.classes.get(word).map(String::as_str),
        };
        if token.kind == TokenKind::Sign && matches!(word, "." | "," | ";" | "!" | "?") {
            reach = 0;
        }
        words.push(Word { text: word, class, negated: reach > 0, span: token.span.clone() });
        reach = if pack.negations.contains(word) { 4 } else { reach.saturating_sub(1) };
    }
    words
}

fn number_class(digits: &str) -> &'static str {
    match (digits.len(), digits.parse::<u32>()) {
        (_, Ok(1)) => "#1",
        (_, Ok(2..=4)) => "#few",
        (_, Ok(5..=12)) => "#dozen",
        (_, Ok(13..=31)) => "#day",
        (1..=4, Ok(_)) => "#amount",
        _ => "#long",
    }
}

fn of_words(words: &[Word<'_>], asked: &str, seen: &mut Seen) {
    let short = words.len() <= 4;
    for (at, word) in words.iter().enumerate() {
        seen.add(&["w", word.text], 1.0, &word.span);
        if let Some(class) = word.class {
            seen.add(&["c", class], 1.0, &word.span);
        }
        if word.negated {
            seen.add(&["n", word.general()], 0.8, &word.span);
        }
        seen.add(&["a", asked, word.general()], if short { 1.0 } else { 0.4 }, &word.span);
        if let Some((_, tail)) = word.text.split_once('\'').filter(|(_, tail)| tail.len() > 2) {
            seen.add(&["w", tail], 0.8, &word.span);
        }
        for (far, next) in words.iter().enumerate().skip(at + 1).take(3) {
            let span = word.span.start..next.span.end;
            match far - at {
                1 => {
                    seen.add(&["2", word.text, next.text], 1.0, &span);
                    seen.add(&["2t", stem(word.text), stem(next.text)], 0.8, &span);
                    if word.class.is_some() || next.class.is_some() {
                        seen.add(&["2c", word.general(), next.general()], 0.8, &span);
                    }
                }
                2 => {
                    seen.add(&["3", word.general(), words[at + 1].general(), next.general()], 0.8, &span);
                    seen.add(&["s", word.general(), next.general()], 0.5, &span);
                    seen.add(&["st", stem(word.text), stem(next.text)], 0.4, &span);
                }
                _ => seen.add(&["s3", word.general(), next.general()], 0.3, &span),
            }
        }
    }
    if let (Some(first), Some(last)) = (words.first(), words.last()) {
        seen.add(&["first", first.general()], 0.7, &first.span);
        seen.add(&["last", last.general()], 0.7, &last.span);
    }
    if short && !words.is_empty() {
        let whole: Vec<&str> = words.iter().filter(|w| w.text.len() > 1 || words.len() == 1).map(|w| w.text).collect();
        let span = words[0].span.start..words[words.len() - 1].span.end;
        seen.add(&["whole", &whole.join(" ")], 1.0, &span);
        seen.add(&["whole", asked, &whole.join(" ")], 1.0, &span);
    }
}

/// The first letters of a word.
fn stem(word: &str) -> &str {
    word.char_indices().nth(STEM).map_or(word, |(end, _)| &word[..end])
}

/// Turns of phrase, each as it is, as denied, after what was asked, and beside the others.
fn of_cues(text: &Text<'_>, words: &[Word<'_>], pack: &Pack, asked: &str, seen: &mut Seen) {
    let cues = pack.cues.find(text);
    for (at, cue) in cues.iter().enumerate() {
        let denied = words.iter().any(|w| w.negated && w.span.start <= cue.span.start && cue.span.start < w.span.end);
        let manner = if denied { "denied" } else { "said" };
        seen.add(&["cue", cue.name], 1.0, &cue.span);
        seen.add(&["cue", cue.name, manner], 1.0, &cue.span);
        seen.add(&["cue", cue.name, asked], 0.7, &cue.span);
        for other in cues.iter().skip(at + 1).filter(|other| other.name != cue.name) {
            let pair = [cue.name.min(other.name), cue.name.max(other.name)];
            seen.add(&["cues", pair[0], pair[1]], 0.5, &(0..0));
        }
    }
}

fn of_pieces(folded: &str, pieces: &[Token], seen: &mut Seen) {
    // Letters run across words: people glue and cut them ("jai", "j ai", "mappeler").
    let mut run: Vec<(char, Range<usize>)> = vec![(' ', 0..0)];
    for token in pieces.iter().filter(|t| t.kind != TokenKind::Sign) {
        let word = folded.get(token.span.clone()).unwrap_or("");
        for (at, c) in word.char_indices().filter(|(_, c)| *c != '\'') {
            let c = if c.is_ascii_digit() { '0' } else { c };
            run.push((c, token.span.start + at..token.span.start + at + c.len_utf8()));
        }
        run.push((' ', token.span.end..token.span.end));
    }
    let mut gram = String::new();
    for size in 2..=5_usize {
        for window in run.windows(size) {
            gram.clear();
            gram.extend(window.iter().map(|(c, _)| c));
            let weight = if size == 2 { 0.5 } else { 1.0 };
            seen.add(&["p", &gram], weight, &(window[0].1.start.max(window[1].1.start)..window[size - 1].1.end));
        }
    }
}

fn of_setting(folded: &str, words: &[Word<'_>], setting: &Setting, asked: &str, seen: &mut Seen) {
    let length = match words.len() {
        0..=1 => "1",
        2..=3 => "3",
        4..=6 => "6",
        7..=12 => "12",
        13..=24 => "24",
        _ => "more",
    };
    let language = setting.language;
    seen.add(&["length", length], 1.0, &(0..0));
    seen.add(&["asked", asked], 1.0, &(0..0));
    seen.add(&["asked", asked, length], 1.0, &(0..0));
    seen.add(&["language", language.code()], 0.5, &(0..0));
    let marks =
        [("question", '?'), ("shout", '!')].into_iter().filter(|(_, c)| folded.contains(*c)).map(|(name, _)| name);
    let present: Vec<&str> = setting.present.iter().copied().chain(marks).collect();
    for (at, name) in present.iter().enumerate() {
        seen.add(&["has", name], 1.0, &(0..0));
        seen.add(&["has", name, asked], 1.0, &(0..0));
        seen.add(&["has", name, length], 0.7, &(0..0));
        for other in present.iter().skip(at + 1) {
            seen.add(&["has", name, other], 0.7, &(0..0));
        }
    }
}

/// Collects features, family by family.
#[derive(Default)]
struct Seen {
    features: Vec<Feature>,
    closed: usize,
}

impl Seen {
    fn add(&mut self, parts: &[&str], value: f32, span: &Range<usize>) {
        self.features.push(Feature { id: id(parts), value, span: span.clone() });
    }

    /// Brings the family just added to length `weight`, so that a long message speaks no louder than a short one.
    fn close(&mut self, weight: f32) {
        let family = &mut self.features[self.closed..];
        family.sort_by_key(|f| f.id);
        let once = |same: &[Feature]| same.iter().map(|f| f.value).sum::<f32>();
        let length = family.chunk_by(|a, b| a.id == b.id).map(|same| once(same).powi(2)).sum::<f32>().sqrt();
        if length > 0.0 {
            family.iter_mut().for_each(|f| f.value *= weight / length);
        }
        self.closed = self.features.len();
    }
}

fn id(parts: &[&str]) -> u32 {
    let mut hash = 0x811c_9dc5_u32;
    for part in parts {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }
    // FNV mixes short input badly.
    hash ^= hash >> 15;
    hash = hash.wrapping_mul(0x2c1b_3c6d);
    hash ^= hash >> 12;
    hash ^ (hash >> 15)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::language::Packs;

    fn seen(message: &str, asked: Option<Asked>) -> Vec<Feature> {
        let packs = Packs::embedded().expect("the data of the languages");
        let pack = packs.of(message, Some(Language::FR));
        let setting = Setting { asked, language: Language::FR, present: Vec::new() };
        extract(&Text::new(message, &pack.spellings), pack, &setting)
    }

    #[test]
    fn what_is_seen_depends_on_the_words_the_negation_and_the_question() {
        for (message, asked, parts, wanted) in [
            ("je conteste", None, &["w", "conteste"][..], true),
            ("JE CONTESTÉ", None, &["w", "conteste"], true),
            ("je conteste", None, &["cue", "contests", "said"], true),
            ("je ne conteste pas", None, &["cue", "contests", "denied"], true),
            ("je ne conteste pas", None, &["cue", "contests", "said"], false),
            ("j'ai déjà payé", None, &["cue", "already_paid"], true),
            ("je paierai", None, &["2t", "je", "paie"], true),
            ("oui", Some(Asked::ConfirmDate), &["asked", "confirm_date"], true),
            ("oui", None, &["asked", "confirm_date"], false),
        ] {
            let found = seen(message, asked).iter().any(|f| f.id == id(parts));
            assert_eq!(found, wanted, "{message}: {parts:?}");
        }
    }

    #[test]
    fn a_long_message_speaks_no_louder_than_a_short_one() {
        for message in ["oui", "je conteste cette facture", &"je paie vendredi sans faute ".repeat(20)] {
            let mut features = seen(message, None);
            features.sort_by_key(|f| f.id);
            let of_id = |same: &[Feature]| same.iter().map(|f| f.value).sum::<f32>().powi(2);
            let length: f32 = features.chunk_by(|a, b| a.id == b.id).map(of_id).sum();
            assert!(length < 2.5, "{length} for {message}");
        }
    }
}
