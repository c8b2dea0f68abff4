//! Guesses at a word that no list holds: written by ear, with a slip of the finger, or glued to another.

use super::vocabulary::{Vocabulary, Word};
use rustc_hash::{FxHashMap, FxHashSet};
use std::hash::Hasher;

/// In shorter words a slip makes another word.
const SHORTEST_SLIP: usize = 5;
/// What is glued to a small word has so many letters.
const SHORTEST_GLUED: usize = 3;

/// What a writing may stand for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Guess<'s> {
    /// A word of the vocabulary, and how it is written.
    Word(&'s str, Word),
    /// Two words, the first one that long.
    Glued(usize),
}

/// Knows the words of a language by their sound and by their letters.
#[derive(Debug, Default)]
pub(in crate::reading) struct Speller {
    /// What is written one way and heard another, the longest first.
    sounds: Vec<(Box<str>, Box<str>)>,
    /// Endings that are not heard.
    silent: Vec<Box<str>>,
    /// Small words that people glue to the next.
    small: FxHashSet<Box<str>>,
    /// How each word is written, one after the other: where it begins and ends, and its number.
    letters: String,
    words: Vec<(u32, u32, Word)>,
    /// The place among the words of the first that sounds so, or that is written so but for one letter; by hash, since the
    /// slips of all words are many.
    by_sound: FxHashMap<u64, u32>,
    by_slip: FxHashMap<u64, u32>,
}

impl Speller {
    /// Learns the words of a vocabulary.
    pub(in crate::reading) fn new(
        vocabulary: &Vocabulary,
        sounds: impl Iterator<Item = (Box<str>, Box<str>)>,
        silent: impl Iterator<Item = Box<str>>,
        small: impl Iterator<Item = Box<str>>,
    ) -> Self {
        let mut sounds: Vec<(Box<str>, Box<str>)> = sounds.collect();
        sounds.sort_by_key(|(written, _)| std::cmp::Reverse(written.len()));
        let mut silent: Vec<Box<str>> = silent.collect();
        silent.sort_by_key(|ending| std::cmp::Reverse(ending.len()));
        let mut speller = Self { sounds, silent, small: small.collect(), ..Self::default() };
        let words = vocabulary.all();
        let letters = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase());
        for (word, number) in words.into_iter().filter(|(word, _)| word.len() >= SHORTEST_SLIP - 1 && letters(word)) {
            let place = u32::try_from(speller.words.len()).unwrap_or(u32::MAX);
            let start = u32::try_from(speller.letters.len()).unwrap_or(u32::MAX);
            speller.letters.push_str(word);
            speller.words.push((start, u32::try_from(speller.letters.len()).unwrap_or(u32::MAX), number));
            speller.by_sound.entry(hash(&speller.sound(word))).or_insert(place);
            if word.len() >= SHORTEST_SLIP {
                slips(word, |slip| {
                    speller.by_slip.entry(hash(slip)).or_insert(place);
                });
            }
        }
        speller
    }

    /// How the word at a place is written, and its number.
    fn word(&self, place: u32) -> Option<(&str, Word)> {
        let (start, end, number) = *self.words.get(place as usize)?;
        Some((self.letters.get(start as usize..end as usize)?, number))
    }

    /// The word or the two words that an unknown writing most likely stands for.
    pub(super) fn guess(&self, vocabulary: &Vocabulary, written: &str) -> Option<Guess<'_>> {
        if !written.bytes().all(|b| b.is_ascii_lowercase()) || written.len() < SHORTEST_SLIP - 1 {
            return None;
        }
        if !self.sounds.is_empty()
            && let Some((word, number)) =
                self.by_sound.get(&hash(&self.sound(written))).and_then(|place| self.word(*place))
        {
            return Some(Guess::Word(word, number));
        }
        self.glued(vocabulary, written).or_else(|| self.slip(written))
    }

    fn glued(&self, vocabulary: &Vocabulary, written: &str) -> Option<Guess<'_>> {
        (1..=written.len().saturating_sub(SHORTEST_GLUED)).rev().find_map(|at| {
            let (first, rest) = written.split_at(at);
            let known = self.small.contains(first) && vocabulary.word(rest) != Word::UNKNOWN;
            known.then_some(Guess::Glued(at))
        })
    }

    fn slip(&self, written: &str) -> Option<Guess<'_>> {
        if written.len() < SHORTEST_SLIP {
            return None;
        }
        let near = |word: &str| word.as_bytes()[0] == written.as_bytes()[0] && strsim::osa_distance(word, written) <= 1;
        let known = |slip: &str| {
            let place = self.by_slip.get(&hash(slip))?;
            self.word(*place).filter(|(word, _)| near(word))
        };
        let mut found = known(written);
        slips(written, |slip| found = found.or_else(|| known(slip)));
        found.map(|(word, number)| Guess::Word(word, number))
    }

    /// How a word sounds, as far as its letters tell.
    fn sound(&self, word: &str) -> String {
        let mut heard = String::with_capacity(word.len());
        let mut rest = word;
        while let Some(c) = rest.chars().next() {
            let rule = self.sounds.iter().find(|(written, _)| rest.starts_with(&**written));
            let (sound, taken) = rule.map_or((None, c.len_utf8()), |(written, sound)| (Some(sound), written.len()));
            for c in sound.map_or(&rest[..taken], |s| s).chars() {
                // A doubled letter is heard once.
                if !heard.ends_with(c) {
                    heard.push(c);
                }
            }
            rest = &rest[taken..];
        }
        if let Some(ending) = self.silent.iter().find(|e| heard.len() > e.len() + 2 && heard.ends_with(&***e)) {
            heard.truncate(heard.len() - ending.len());
        }
        heard
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(text.as_bytes());
    hasher.finish()
}

/// The word without one of its letters, for each of them.
fn slips(word: &str, mut each: impl FnMut(&str)) {
    let mut slip = String::with_capacity(word.len());
    for at in 0..word.len() {
        slip.clear();
        slip.push_str(&word[..at]);
        slip.push_str(&word[at + 1..]);
        each(&slip);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_known_by_its_sound_by_one_slip_or_with_a_small_word_before_it() {
        let mut vocabulary = Vocabulary::default();
        for word in ["payer", "virement", "facture", "quelque", "vous", "numero"] {
            vocabulary.learn(word);
        }
        let own = |(a, b): (&str, &str)| (Box::from(a), Box::from(b));
        let sounds = [("qu", "k"), ("c", "k"), ("eau", "o"), ("er", "e"), ("ai", "e")].map(own);
        let small = ["je", "a"].map(Box::from);
        let speller =
            Speller::new(&vocabulary, sounds.into_iter(), ["e", "t"].map(Box::from).into_iter(), small.into_iter());
        for (written, word) in [
            ("paye", Some("payer")),
            ("kelk", Some("quelque")),
            ("virment", Some("virement")),
            ("vireement", Some("virement")),
            ("fatcure", Some("facture")),
            ("banane", None),
            ("ab", None),
        ] {
            let guess = speller.guess(&vocabulary, written);
            let found = guess.and_then(|g| match g {
                Guess::Word(text, _) => Some(text.to_string()),
                Guess::Glued(_) => None,
            });
            assert_eq!(found.as_deref(), word, "{written}");
        }
        assert_eq!(speller.guess(&vocabulary, "jepayer"), Some(Guess::Glued(2)));
    }
}
