//! What the model sees of a message: its words and their classes, alone and together, pieces of words, and what was asked.
//!
//! Features are known by a hash, so that the model needs no dictionary of words; each remembers the words it came from,
//! so that a conclusion can be explained.

use super::message::{Classes, Kind, Message, Token, Word};
use crate::domain::{Asked, Language};
use std::hash::Hasher;
use std::ops::Range;

/// Letters that words of one family mostly share: "payer", "payerai" and "paye" are one.
const STEM: usize = 4;
/// How many words a negation governs.
const REACH: usize = 4;
/// Up to so many words a message is short: what was asked says most of what it means.
const SHORT: usize = 4;
/// Sizes of the pieces of words, in letters.
const PIECE: Range<usize> = 3..6;

/// How strongly a kind of feature speaks: each family is brought to its weight, whatever the length of the message.
const KINDS: [(usize, f32); 12] = [
    (WORDS, 1.0),
    (WORDS, 0.75),
    (WORDS, 0.4),
    (CLASSES, 1.0),
    (CLASSES, 0.6),
    (CLASSES, 0.35),
    (PIECES, 1.0),
    (CUES, 1.0),
    (CUES, 0.6),
    (SETTING, 1.0),
    (SETTING, 0.7),
    (SETTING, 0.5),
];
/// How many kinds there are.
pub(super) const KIND_COUNT: usize = KINDS.len();
/// The kind of the pieces of words.
pub(super) const PIECE_KIND: u8 = 6;
const WORDS: usize = 0;
const CLASSES: usize = 1;
const PIECES: usize = 2;
const CUES: usize = 3;
const SETTING: usize = 4;
/// How loudly each family speaks.
const WEIGHTS: [f32; 5] = [1.0, 1.2, 0.9, 0.5, 0.4];

/// One thing seen in a message.
#[derive(Debug, Clone, Copy)]
pub(super) struct Feature {
    /// What it is, as a number.
    pub(super) id: u32,
    /// Which of the kinds it is: all features of a kind are as strong.
    pub(super) kind: u8,
    /// The tokens it comes from; none for what is not in the words.
    pub(super) span: (u16, u16),
}

/// Everything seen in a message.
#[derive(Debug, Clone)]
pub(super) struct Features {
    /// One by one; without the pieces of the words that are spelt by heart.
    pub(super) list: Vec<Feature>,
    /// The words that are spelt by heart, each with its token.
    pub(super) by_heart: Vec<(Word, u16)>,
    /// How strong each kind is in this message.
    pub(super) strength: [f32; KIND_COUNT],
    /// How many there are, those of the words spelt by heart among them.
    pub(super) count: usize,
}

/// What is known besides the words.
pub(super) struct Setting<'s> {
    pub(super) asked: Option<Asked>,
    pub(super) language: Language,
    /// What was found by the other files: a moment, an amount, an illness.
    pub(super) present: Vec<&'static str>,
    /// Turns of phrase, each with the tokens it takes.
    pub(super) cues: Vec<(&'s str, Range<usize>)>,
    /// The name of each class of words, hashed.
    pub(super) class_names: &'s [u32],
    /// The classes of words that deny what follows.
    pub(super) negations: Classes,
    /// Whether the words of the vocabulary need not be spelt: what their letters say is summed already.
    pub(super) by_heart: bool,
}

/// Everything the model sees of a message.
pub(super) fn extract(message: &Message<'_>, setting: &Setting<'_>) -> Features {
    let words = words(message, setting);
    let asked = hash(setting.asked.map_or("nothing", Asked::label));
    let mut seen = Seen::with_room_for(words.len());
    of_words(&words, asked, &mut seen);
    of_classes(&words, setting.class_names, &mut seen);
    of_pieces(message, setting.by_heart, &mut seen);
    of_cues(&words, &setting.cues, asked, &mut seen);
    of_setting(message, &words, setting, asked, &mut seen);
    seen.finish()
}

/// A word as the model reads it.
struct Spoken {
    text: u32,
    stem: u32,
    classes: Classes,
    negated: bool,
    at: u16,
}

fn words(message: &Message<'_>, setting: &Setting<'_>) -> Vec<Spoken> {
    let mut reach = 0_usize;
    let mut words = Vec::with_capacity(message.tokens().len());
    for (at, token) in message.tokens().iter().enumerate() {
        let text = message.text(token);
        if ends_clause(token, text) {
            reach = 0;
        }
        let text = if token.kind == Kind::Number { number_class(text) } else { text };
        let stem = text.char_indices().nth(STEM).map_or(text, |(end, _)| &text[..end]);
        words.push(Spoken {
            text: hash(text),
            stem: hash(stem),
            classes: token.classes,
            negated: reach > 0,
            at: narrow(at),
        });
        reach = if token.classes.any(setting.negations) { REACH } else { reach.saturating_sub(1) };
    }
    words
}

fn ends_clause(token: &Token, text: &str) -> bool {
    token.kind == Kind::Sign && matches!(text, "." | "," | ";" | "!" | "?")
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

/// The families of features.
#[derive(Clone, Copy)]
#[repr(u32)]
enum Of {
    Word = 1,
    Denied,
    Pair,
    Skip,
    StemSkip,
    First,
    Last,
    Whole,
    WholeAsked,
    Class,
    ClassDenied,
    ClassPair,
    ClassWord,
    WordClass,
    ClassSkip,
    ClassFar,
    ClassTriple,
    Piece,
    Cue,
    CueDenied,
    CueAsked,
    CuePair,
    Length,
    Asked,
    AskedLength,
    Language,
    Has,
    HasAsked,
    HasLength,
    HasPair,
}

fn of_words(words: &[Spoken], asked: u32, seen: &mut Seen) {
    let short = words.len() <= SHORT;
    for (at, word) in words.iter().enumerate() {
        let one = (word.at, word.at + 1);
        seen.add(Of::Word, [word.text, 0, 0], 0, one);
        if word.negated {
            seen.add(Of::Denied, [word.text, 0, 0], 1, one);
        }
        if let Some(next) = words.get(at + 1) {
            let two = (word.at, next.at + 1);
            seen.add(Of::Pair, [word.text, next.text, 0], 0, two);
            if let Some(last) = words.get(at + 2) {
                let three = (word.at, last.at + 1);
                seen.add(Of::Skip, [word.text, last.text, 0], 2, three);
                seen.add(Of::StemSkip, [word.stem, last.stem, 0], 2, three);
            }
        }
    }
    if let (Some(first), Some(last)) = (words.first(), words.last()) {
        seen.add(Of::First, [first.text, 0, 0], 1, (first.at, first.at + 1));
        seen.add(Of::Last, [last.text, 0, 0], 1, (last.at, last.at + 1));
        if short {
            let whole = words.iter().fold(0, |all, word| mix([all, word.text, 7]));
            seen.add(Of::Whole, [whole, 0, 0], 0, (first.at, last.at + 1));
            seen.add(Of::WholeAsked, [asked, whole, 0], 0, (first.at, last.at + 1));
        }
    }
}

fn of_classes(words: &[Spoken], names: &[u32], seen: &mut Seen) {
    let classes: Vec<Vec<u32>> =
        words.iter().map(|w| w.classes.numbers().filter_map(|n| names.get(n).copied()).collect()).collect();
    for (at, word) in words.iter().enumerate() {
        let one = (word.at, word.at + 1);
        for class in &classes[at] {
            seen.add(Of::Class, [*class, 0, 0], 3, one);
            if word.negated {
                seen.add(Of::ClassDenied, [*class, 0, 0], 3, one);
            }
        }
        let Some(next) = words.get(at + 1) else { continue };
        let two = (word.at, next.at + 1);
        for first in &classes[at] {
            seen.add(Of::ClassWord, [*first, next.text, 0], 4, two);
            for second in &classes[at + 1] {
                seen.add(Of::ClassPair, [*first, *second, 0], 3, two);
            }
        }
        for second in &classes[at + 1] {
            seen.add(Of::WordClass, [word.text, *second, 0], 4, two);
        }
        for (far, kind) in [(2, 4), (3, 5), (4, 5)] {
            let Some(last) = words.get(at + far) else { break };
            let family = if far == 2 { Of::ClassSkip } else { Of::ClassFar };
            for first in &classes[at] {
                for second in &classes[at + far] {
                    seen.add(family, [*first, *second, 0], kind, (word.at, last.at + 1));
                }
            }
        }
    }
    // Words of no class apart, the message is a row of classes.
    let row: Vec<(u32, u16)> =
        words.iter().zip(&classes).filter_map(|(w, c)| c.first().map(|class| (*class, w.at))).collect();
    for three in row.windows(3) {
        seen.add(Of::ClassTriple, [three[0].0, three[1].0, three[2].0], 4, (three[0].1, three[2].1 + 1));
    }
}

/// The letters of each word, with where it begins and ends.
fn of_pieces(message: &Message<'_>, by_heart: bool, seen: &mut Seen) {
    for (at, token) in message.tokens().iter().enumerate().filter(|(_, t)| t.kind != Kind::Sign) {
        let (at, text) = (narrow(at), message.text(token));
        if by_heart && token.word != Word::UNKNOWN {
            let letters = text.chars().count() + 2;
            let pieces: usize = PIECE.map(|size| (letters + 1).saturating_sub(size)).sum();
            seen.counts[usize::from(PIECE_KIND)] += narrow(pieces);
            seen.by_heart.push((token.word, at));
        } else {
            pieces(text, |id| seen.push(id, PIECE_KIND, (at, at + 1)));
        }
    }
}

/// Gives every piece of a word to `each`.
pub(super) fn pieces(word: &str, mut each: impl FnMut(u32)) {
    let letter = |c: char| u32::from(if c.is_ascii_digit() { '0' } else { c });
    let edge = std::iter::once(u32::from(' '));
    // The last letters, the newest first, are all that a piece that ends here needs.
    let mut last = [0_u32; PIECE.end];
    for (at, letter) in edge.clone().chain(word.chars().map(letter)).chain(edge).enumerate() {
        last.rotate_right(1);
        last[0] = letter;
        for size in PIECE.filter(|size| *size <= at + 1) {
            let piece = last[..size].iter().fold(0_u32, |all, c| all.wrapping_mul(0x9e37_79b1).rotate_left(13) ^ c);
            each(identity(Of::Piece, [piece, 0, 0]));
        }
    }
}

/// Turns of phrase, each as it is, as denied, after what was asked, and beside the others.
fn of_cues(words: &[Spoken], cues: &[(&str, Range<usize>)], asked: u32, seen: &mut Seen) {
    let mut names = Vec::with_capacity(cues.len());
    for (name, span) in cues {
        let place = (narrow(span.start), narrow(span.end));
        let denied = words.get(span.start).is_some_and(|w| w.negated);
        let name = hash(name);
        seen.add(Of::Cue, [name, 0, 0], 7, place);
        seen.add(Of::CueDenied, [name, u32::from(denied), 0], 7, place);
        seen.add(Of::CueAsked, [name, asked, 0], 8, place);
        names.push(name);
    }
    // However often two are said, they stand beside each other once.
    names.sort_unstable();
    names.dedup();
    for (at, one) in names.iter().enumerate() {
        for other in &names[at + 1..] {
            seen.add(Of::CuePair, [*one, *other, 0], 8, (0, 0));
        }
    }
}

fn of_setting(message: &Message<'_>, words: &[Spoken], setting: &Setting<'_>, asked: u32, seen: &mut Seen) {
    let length = match words.len() {
        0..=1 => 1,
        2..=3 => 3,
        4..=6 => 6,
        7..=12 => 12,
        13..=24 => 24,
        _ => 99,
    };
    seen.add(Of::Length, [length, 0, 0], 9, (0, 0));
    seen.add(Of::Asked, [asked, 0, 0], 9, (0, 0));
    seen.add(Of::AskedLength, [asked, length, 0], 9, (0, 0));
    seen.add(Of::Language, [hash(setting.language.code()), 0, 0], 11, (0, 0));
    let marks = [("question", '?'), ("shout", '!')]
        .into_iter()
        .filter(|(_, c)| message.original().contains(*c))
        .map(|(n, _)| n);
    let present: Vec<u32> = setting.present.iter().copied().chain(marks).map(hash).collect();
    for (at, name) in present.iter().enumerate() {
        seen.add(Of::Has, [*name, 0, 0], 9, (0, 0));
        seen.add(Of::HasAsked, [*name, asked, 0], 9, (0, 0));
        seen.add(Of::HasLength, [*name, length, 0], 10, (0, 0));
        for other in &present[at + 1..] {
            seen.add(Of::HasPair, [*name, *other, 0], 10, (0, 0));
        }
    }
}

/// Collects features.
struct Seen {
    list: Vec<Feature>,
    by_heart: Vec<(Word, u16)>,
    counts: [u16; KIND_COUNT],
}

impl Seen {
    fn with_room_for(words: usize) -> Self {
        Self { list: Vec::with_capacity(64 + 16 * words), by_heart: Vec::with_capacity(words), counts: [0; KIND_COUNT] }
    }

    fn add(&mut self, family: Of, parts: [u32; 3], kind: u8, span: (u16, u16)) {
        self.push(identity(family, parts), kind, span);
    }

    fn push(&mut self, id: u32, kind: u8, span: (u16, u16)) {
        self.counts[usize::from(kind)] += 1;
        self.list.push(Feature { id, kind, span });
    }

    /// Brings each family to its weight, so that a long message speaks no louder than a short one.
    fn finish(self) -> Features {
        let mut lengths = [0.0_f32; WEIGHTS.len()];
        for ((family, strength), count) in KINDS.iter().zip(self.counts) {
            lengths[*family] += strength * strength * f32::from(count);
        }
        let strength = KINDS.map(|(family, strength)| strength * WEIGHTS[family] / lengths[family].max(1e-6).sqrt());
        let count = self.counts.iter().map(|count| usize::from(*count)).sum();
        Features { list: self.list, by_heart: self.by_heart, strength, count }
    }
}

/// The number of a feature.
fn identity(family: Of, parts: [u32; 3]) -> u32 {
    mix([mix(parts), family as u32, 1])
}

/// The number of a text.
pub(super) fn hash(text: &str) -> u32 {
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(text.as_bytes());
    fold(hasher.finish())
}

fn mix(parts: [u32; 3]) -> u32 {
    let [a, b, c] = parts.map(u64::from);
    let mut all = (a | (b << 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ c.wrapping_mul(0xc2b2_ae3d_27d4_eb4f);
    all ^= all >> 29;
    fold(all.wrapping_mul(0xbf58_476d_1ce4_e5b9))
}

fn fold(wide: u64) -> u32 {
    u32::try_from((wide ^ (wide >> 32)) & u64::from(u32::MAX)).unwrap_or(0)
}

fn narrow(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}
