//! Which phrases are worth following from a token: they may begin with it, the next token may come second, and the
//! message has what they cannot do without.

use super::lots::{LOTS, Lots};
use super::slot::Slot;
use super::syntax::Step;
use crate::reading::message::{Classes, Kind, Message, Vocabulary, Word};
use rustc_hash::FxHashSet;
use std::ops::Range;

/// A phrase that may begin somewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Candidate {
    phrase: u32,
    /// One of each is in every message that says it.
    needs: [Lots; 2],
}

/// What a phrase may begin with.
#[derive(Debug, Clone, Copy)]
enum Head {
    Anything,
    Number,
    /// A word that no list holds, of this first letter.
    Letter(u8),
    Class(usize),
    Word(Word),
}

impl Head {
    /// Its place among all heads.
    fn place(self) -> usize {
        const LETTERS: usize = 2;
        const CLASSES: usize = LETTERS + u8::MAX as usize + 1;
        const WORDS: usize = CLASSES + Classes::MOST;
        match self {
            Self::Anything => 0,
            Self::Number => 1,
            Self::Letter(letter) => LETTERS + usize::from(letter),
            Self::Class(class) => CLASSES + class,
            Self::Word(word) => WORDS + word.number(),
        }
    }
}

/// The phrases that each head may begin, one head after the other.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// Where those of each head begin.
    firsts: Vec<u32>,
    /// What may come second, more or less: nothing that may is left out. Apart, since most phrases are dropped by it.
    seconds: Vec<Lots>,
    candidates: Vec<Candidate>,
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
        let mut rows = vec![Vec::new(); Head::Word(Word::UNKNOWN).place() + vocabulary.size()];
        for (start, phrase) in starts.zip(0..) {
            let heads = course.heads(start);
            let second = heads.iter().fold(Lots::default(), |all, head| all.and(course.second(*head)));
            let candidate = Candidate { phrase, needs: course.needs(start, &heads) };
            for head in heads {
                course.begins(head, |with| {
                    if let Head::Class(class) = with {
                        index.classes = index.classes.and(Classes::one(class));
                    }
                    rows[with.place()].push((second, candidate));
                });
            }
        }
        for mut row in rows {
            row.dedup();
            index.firsts.push(u32::try_from(index.seconds.len()).unwrap_or(u32::MAX));
            index.seconds.extend(row.iter().map(|(second, _)| *second));
            index.candidates.extend(row.into_iter().map(|(_, candidate)| candidate));
        }
        index.firsts.push(u32::try_from(index.seconds.len()).unwrap_or(u32::MAX));
        index
    }

    /// Gives each phrase worth following to `each`, with the place where it would begin.
    pub(super) fn each(&self, message: &Message<'_>, mut each: impl FnMut(usize, u32)) {
        let has = Lots::all_of(message);
        for (at, token) in message.tokens().iter().enumerate() {
            let next = Lots::of(message.tokens().get(at + 1));
            let mut among = |head: Head| {
                let row = self.row(head);
                for place in row.clone().filter(|place| self.seconds[*place].meets(next)) {
                    let candidate = &self.candidates[place];
                    if candidate.needs.iter().all(|needed| needed.meets(has)) {
                        each(at, candidate.phrase);
                    }
                }
            };
            if token.word != Word::UNKNOWN {
                among(Head::Word(token.word));
            }
            if token.kind == Kind::Number {
                among(Head::Number);
            }
            if token.kind == Kind::Word
                && token.word == Word::UNKNOWN
                && let Some(letter) = message.text(token).bytes().next()
            {
                among(Head::Letter(letter));
            }
            among(Head::Anything);
            token.classes.shared(self.classes).numbers().for_each(|class| among(Head::Class(class)));
        }
    }

    /// Where the phrases of a head stand.
    fn row(&self, head: Head) -> Range<usize> {
        let place = head.place();
        let bound = |place: usize| self.firsts.get(place).map_or(self.seconds.len(), |first| *first as usize);
        bound(place)..bound(place + 1)
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
    /// Gives what the step `head` may take to `each`.
    fn begins(&self, head: usize, mut each: impl FnMut(Head)) {
        match &self.steps[head] {
            Step::Words(list) => list.iter().for_each(|word| each(Head::Word(*word))),
            Step::Stem(stem) => {
                self.beginning(stem).for_each(|word| each(Head::Word(word)));
                each(Head::Letter(stem.as_bytes()[0]));
            }
            Step::Class(classes) => classes.numbers().for_each(|class| each(Head::Class(class))),
            Step::Number => each(Head::Number),
            Step::Slot(slot) => {
                let slot = &self.slots[*slot];
                if slot.takes_digits() {
                    each(Head::Number);
                }
                slot.first_words().for_each(|word| each(Head::Word(word)));
            }
            _ => each(Head::Anything),
        }
    }

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
