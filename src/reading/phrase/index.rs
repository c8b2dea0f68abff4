//! Which phrases are worth following from a token: they may begin with it, the next token may come second, and the
//! message has what they cannot do without.

use super::lots::{LOTS, Lots};
use super::slot::Slot;
use super::syntax::Step;
use crate::reading::message::{Classes, Kind, Message, Vocabulary, Word};
use rustc_hash::{FxHashMap, FxHashSet};

/// A phrase that may begin somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Candidate {
    phrase: u32,
    /// What may come second, more or less: nothing that may is left out.
    second: Lots,
    /// One of each is in every message that says it.
    needs: [Lots; 2],
}

/// The phrases that may begin with a word, a number, an unknown word of this first letter, a class, anything.
#[derive(Debug, Default)]
pub(super) struct Index {
    by_word: FxHashMap<Word, Vec<Candidate>>,
    by_number: Vec<Candidate>,
    by_letter: FxHashMap<u8, Vec<Candidate>>,
    by_class: FxHashMap<usize, Vec<Candidate>>,
    by_any: Vec<Candidate>,
    /// The classes that a phrase begins with.
    classes: Classes,
}

impl Index {
    /// Lists every phrase, each by the step it starts at, under what it may begin with.
    pub(super) fn new(
        starts: impl Iterator<Item = usize>,
        steps: &[Step],
        slots: &[Slot],
        vocabulary: &Vocabulary,
    ) -> Self {
        let words = vocabulary.all();
        let course = Course { steps, slots, vocabulary, words: &words, common: common(steps) };
        let mut index = Self::default();
        for (start, phrase) in starts.zip(0..) {
            let heads = course.heads(start);
            let second = heads.iter().fold(Lots::default(), |all, head| all.and(course.second(*head)));
            let candidate = Candidate { phrase, second, needs: course.needs(start, &heads) };
            for head in heads {
                index.add(&course, head, candidate);
            }
        }
        for list in index.by_word.values_mut().chain(index.by_letter.values_mut()).chain(index.by_class.values_mut()) {
            list.dedup();
        }
        index.by_number.dedup();
        index.by_any.dedup();
        index
    }

    fn add(&mut self, course: &Course<'_>, head: usize, candidate: Candidate) {
        match &course.steps[head] {
            Step::Words(list) => list.iter().for_each(|word| self.by_word.entry(*word).or_default().push(candidate)),
            Step::Stem(stem) => {
                for word in course.beginning(stem) {
                    self.by_word.entry(word).or_default().push(candidate);
                }
                self.by_letter.entry(stem.as_bytes()[0]).or_default().push(candidate);
            }
            Step::Class(classes) => {
                classes.numbers().for_each(|class| self.by_class.entry(class).or_default().push(candidate));
                self.classes = self.classes.and(*classes);
            }
            Step::Number => self.by_number.push(candidate),
            Step::Slot(slot) => {
                if course.slots[*slot].takes_digits() {
                    self.by_number.push(candidate);
                }
                for word in course.slots[*slot].first_words() {
                    self.by_word.entry(word).or_default().push(candidate);
                }
            }
            _ => self.by_any.push(candidate),
        }
    }

    /// Gives each phrase worth following to `each`, with the place where it would begin.
    pub(super) fn each(&self, message: &Message<'_>, mut each: impl FnMut(usize, u32)) {
        let has = Lots::all_of(message);
        for (at, token) in message.tokens().iter().enumerate() {
            let next = Lots::of(message.tokens().get(at + 1));
            let mut among = |list: &[Candidate]| {
                for candidate in
                    list.iter().filter(|c| c.second.meets(next) && c.needs.iter().all(|needed| needed.meets(has)))
                {
                    each(at, candidate.phrase);
                }
            };
            if token.word != Word::UNKNOWN
                && let Some(list) = self.by_word.get(&token.word)
            {
                among(list);
            }
            if token.kind == Kind::Number {
                among(&self.by_number);
            }
            if token.kind == Kind::Word
                && token.word == Word::UNKNOWN
                && let Some(list) = message.text(token).bytes().next().and_then(|letter| self.by_letter.get(&letter))
            {
                among(list);
            }
            among(&self.by_any);
            for list in token.classes.shared(self.classes).numbers().filter_map(|class| self.by_class.get(&class)) {
                among(list);
            }
        }
    }
}

/// How many steps take a word of each lot: the words of many phrases are those of many messages.
fn common(steps: &[Step]) -> [u32; LOTS] {
    let mut common = [1; LOTS];
    for list in steps.iter().filter_map(|step| if let Step::Words(list) = step { Some(list) } else { None }) {
        for lot in list.iter().flat_map(|word| Lots::word(*word).numbers()) {
            common[lot] += 1;
        }
    }
    common
}

/// The steps of phrases, and the words that they may take.
struct Course<'c> {
    steps: &'c [Step],
    slots: &'c [Slot],
    vocabulary: &'c Vocabulary,
    words: &'c [(&'c str, Word)],
    /// How many steps take a word of each lot.
    common: [u32; LOTS],
}

impl Course<'_> {
    /// The steps that take a token, or end the phrase, and that `step` leads to before any token is taken.
    fn heads(&self, step: usize) -> Vec<usize> {
        let (mut left, mut seen, mut heads) = (vec![step], FxHashSet::default(), Vec::new());
        while let Some(at) = left.pop() {
            if !seen.insert(at) {
                continue;
            }
            match self.steps[at] {
                Step::Start => left.push(at + 1),
                Step::Jump(to) => left.push(to),
                Step::Either(a, b) => left.extend([a, b]),
                _ => heads.push(at),
            }
        }
        heads
    }

    /// What may stand after the token that the step `head` takes.
    fn second(&self, head: usize) -> Lots {
        let after = match &self.steps[head] {
            Step::Said | Step::End => return Lots::ALL,
            Step::Slot(slot) => {
                let slot = &self.slots[*slot];
                let inside = slot.second_words().fold(Lots::default(), |all, word| all.and(Lots::word(word)));
                if slot.is_all_groups() {
                    return inside;
                }
                inside
            }
            _ => Lots::default(),
        };
        self.heads(head + 1).into_iter().fold(after, |all, step| all.and(self.takes(step)))
    }

    /// What a step may take.
    fn takes(&self, step: usize) -> Lots {
        let words = |list: &mut dyn Iterator<Item = Word>| list.fold(Lots::default(), |all, w| all.and(Lots::word(w)));
        match &self.steps[step] {
            Step::Words(list) => words(&mut list.iter().copied()),
            Step::Stem(stem) => words(&mut self.beginning(stem)).and(Lots::UNKNOWNS),
            Step::Class(classes) => {
                let of_class = |word: &Word| self.vocabulary.classes(*word).any(*classes);
                words(&mut self.words.iter().map(|(_, word)| *word).filter(of_class)).and(Lots::UNKNOWNS)
            }
            Step::Number => Lots::NUMBERS,
            Step::Slot(slot) => {
                let first = words(&mut self.slots[*slot].first_words());
                if self.slots[*slot].takes_digits() { first.and(Lots::NUMBERS) } else { first }
            }
            _ => Lots::ALL,
        }
    }

    /// Of the places that every way through a phrase passes after its first token, what the two rarest may go on with.
    fn needs(&self, start: usize, heads: &[usize]) -> [Lots; 2] {
        let end = start + self.steps[start..].iter().position(|step| *step == Step::Said).unwrap_or(0);
        let after: Vec<usize> = heads.iter().map(|head| head + 1).collect();
        let forced = |place: &usize| after.iter().all(|from| !self.reaches(*from, end, *place));
        let goes_on =
            |place: usize| self.heads(place).into_iter().fold(Lots::default(), |all, step| all.and(self.takes(step)));
        let mut needs: Vec<Lots> = (start + 1..end).filter(forced).map(goes_on).collect();
        needs.sort_by_key(|lots| self.often(*lots));
        needs.dedup();
        [0, 1].map(|rank| needs.get(rank).copied().unwrap_or(Lots::ALL))
    }

    /// How often phrases go on with one of these lots.
    fn often(&self, lots: Lots) -> u32 {
        lots.numbers().map(|lot| self.common[lot]).sum()
    }

    /// True when a way leads from `start` to `end` that does not take the step `without`.
    fn reaches(&self, start: usize, end: usize, without: usize) -> bool {
        let (mut left, mut seen) = (vec![start], FxHashSet::default());
        while let Some(at) = left.pop() {
            if at == end {
                return true;
            }
            if at == without || !seen.insert(at) {
                continue;
            }
            match self.steps[at] {
                Step::Jump(to) => left.push(to),
                Step::Either(a, b) => left.extend([a, b]),
                _ => left.push(at + 1),
            }
        }
        false
    }

    /// The words that begin with a stem.
    fn beginning<'s>(&'s self, stem: &'s str) -> impl Iterator<Item = Word> + 's {
        let first = self.words.partition_point(|(word, _)| *word < stem);
        self.words[first..].iter().take_while(move |(word, _)| word.starts_with(stem)).map(|(_, word)| *word)
    }
}
