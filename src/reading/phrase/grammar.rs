//! The phrases of one file, found in a message wherever they begin.

use super::second::Second;
use super::syntax::{self, Step};
use crate::reading::message::{Kind, Lexer, Message, Token, Vocabulary, Word};
use rustc_hash::{FxHashMap, FxHashSet};
use std::ops::{Range, RangeInclusive};

/// How many steps one phrase may take from one place: what is written by hand needs a few dozens.
const PATIENCE: u32 = 2_000;

/// The words that follow the first of an entry, and its value.
type Entry = (Box<[Word]>, u32);
/// What a slot caught: its number, the value, and the token where it is said.
type Caught = (usize, u32, usize);

/// A list that phrases may name: words or groups of words, each with a value.
#[derive(Debug, Default)]
pub(in crate::reading) struct Slot {
    name: String,
    digits: Vec<RangeInclusive<u32>>,
    /// By their first word: the words that follow it, and the value.
    entries: FxHashMap<Word, Vec<Entry>>,
}

impl Slot {
    /// A list of that name; numbers in digits within one of `digits` are part of it.
    pub(in crate::reading) fn new(name: &str, digits: impl IntoIterator<Item = RangeInclusive<u32>>) -> Self {
        Self { name: name.to_owned(), digits: digits.into_iter().collect(), entries: FxHashMap::default() }
    }

    /// Adds a word or a group of words.
    pub(in crate::reading) fn add(&mut self, written: &str, value: u32, lexer: &Lexer, vocabulary: &mut Vocabulary) {
        let mut words = lexer.apart(written).into_iter().map(|word| vocabulary.learn(&word));
        let Some(first) = words.next() else { return };
        let entries = self.entries.entry(first).or_default();
        entries.push((words.collect(), value));
        entries.sort_by_key(|(rest, _)| std::cmp::Reverse(rest.len()));
    }

    /// The value of what stands at a place, and how many tokens it takes: the longest entry wins.
    pub(in crate::reading) fn at(&self, message: &Message<'_>, at: usize) -> Option<(u32, usize)> {
        let tokens = message.tokens();
        let token = tokens.get(at)?;
        if token.kind == Kind::Number {
            let number = message.text(token).parse().ok();
            let own = number.filter(|n| self.digits.iter().any(|d| d.contains(n))).map(|n| (n, 1));
            return own.or_else(|| self.listed(tokens, at));
        }
        self.listed(tokens, at)
    }

    fn listed(&self, tokens: &[Token], at: usize) -> Option<(u32, usize)> {
        let follows = |rest: &[Word]| {
            rest.iter().enumerate().all(|(far, word)| tokens.get(at + 1 + far).is_some_and(|t| t.word == *word))
        };
        let word = tokens.get(at)?.word;
        let entries = self.entries.get(&word).filter(|_| word != Word::UNKNOWN)?;
        entries.iter().find(|(rest, _)| follows(rest)).map(|(rest, value)| (*value, rest.len() + 1))
    }
}

/// Phrases, each with what it means.
#[derive(Debug)]
pub(in crate::reading) struct Grammar<T> {
    slots: Vec<Slot>,
    steps: Vec<Step>,
    phrases: Vec<Phrase<T>>,
    /// The phrases that may begin with a word, with a number, with an unknown word of these first letters, with anything.
    by_word: FxHashMap<Word, Vec<u32>>,
    by_number: Vec<u32>,
    by_letter: FxHashMap<u8, Vec<u32>>,
    by_class: FxHashMap<usize, Vec<u32>>,
    by_any: Vec<u32>,
}

/// Where a phrase begins among the steps, what it means, and what may follow its first word.
#[derive(Debug)]
struct Phrase<T> {
    start: usize,
    meaning: T,
    second: Second,
}

/// A phrase found in a message.
#[derive(Debug)]
pub(in crate::reading) struct Found<'g, T> {
    /// What it means.
    pub(in crate::reading) meaning: &'g T,
    /// The tokens it takes.
    pub(in crate::reading) span: Range<usize>,
    slots: Vec<Caught>,
    names: &'g [Slot],
}

impl<T> Found<'_, T> {
    /// The values caught by a slot, in the order they were said.
    pub(in crate::reading) fn values(&self, slot: &str) -> impl Iterator<Item = u32> {
        self.slots.iter().filter(move |(at, ..)| self.names[*at].name == slot).map(|(_, value, _)| *value)
    }

    /// The first value caught by a slot.
    pub(in crate::reading) fn value(&self, slot: &str) -> Option<u32> {
        self.values(slot).next()
    }

    /// Where a slot was said: its first token.
    pub(in crate::reading) fn place(&self, slot: &str) -> Option<usize> {
        self.places(slot).next()
    }

    /// Every place where a slot was said.
    pub(in crate::reading) fn places(&self, slot: &str) -> impl Iterator<Item = usize> {
        self.slots.iter().filter(move |(at, ..)| self.names[*at].name == slot).map(|(.., place)| *place)
    }
}

impl<T> Grammar<T> {
    /// Compiles phrases; the error says which one is badly written and why.
    pub(in crate::reading) fn new<'p>(
        phrases: impl Iterator<Item = (&'p str, T)>,
        slots: Vec<Slot>,
        lexer: &Lexer,
        vocabulary: &mut Vocabulary,
    ) -> Result<Self, String> {
        let names: Vec<&str> = slots.iter().map(|slot| slot.name.as_str()).collect();
        let (mut steps, mut starts) = (Vec::new(), Vec::new());
        for (phrase, meaning) in phrases {
            starts.push(Phrase { start: steps.len(), meaning, second: Second::default() });
            syntax::compile(phrase, &names, lexer, vocabulary, &mut steps)
                .map_err(|why| format!("« {phrase} »: {why}"))?;
        }
        Ok(Self {
            slots,
            steps,
            phrases: starts,
            by_word: FxHashMap::default(),
            by_number: Vec::new(),
            by_letter: FxHashMap::default(),
            by_class: FxHashMap::default(),
            by_any: Vec::new(),
        })
    }

    /// Learns with which words each phrase may begin; to be called once the vocabulary is whole.
    pub(in crate::reading) fn settle(&mut self, vocabulary: &Vocabulary) {
        let words = vocabulary.all();
        for at in 0..self.phrases.len() {
            let number = u32::try_from(at).unwrap_or(u32::MAX);
            let heads = self.heads(self.phrases[at].start);
            let mut second = Second::default();
            for head in heads {
                self.begins(head, number, &words);
                self.follows(head, vocabulary, &words, &mut second);
            }
            self.phrases[at].second = second;
        }
        for list in self.by_word.values_mut().chain(self.by_letter.values_mut()) {
            list.dedup();
        }
        self.by_number.dedup();
        self.by_any.dedup();
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

    fn begins(&mut self, head: usize, phrase: u32, words: &[(&str, Word)]) {
        match &self.steps[head] {
            Step::Words(list) => list.iter().for_each(|word| self.by_word.entry(*word).or_default().push(phrase)),
            Step::Stem(stem) => {
                for word in beginning(words, stem) {
                    self.by_word.entry(word).or_default().push(phrase);
                }
                self.by_letter.entry(stem.as_bytes()[0]).or_default().push(phrase);
            }
            Step::Class(classes) => {
                classes.numbers().for_each(|class| self.by_class.entry(class).or_default().push(phrase));
            }
            Step::Number => self.by_number.push(phrase),
            Step::Slot(slot) => {
                if !self.slots[*slot].digits.is_empty() {
                    self.by_number.push(phrase);
                }
                for word in self.slots[*slot].entries.keys() {
                    self.by_word.entry(*word).or_default().push(phrase);
                }
            }
            _ => self.by_any.push(phrase),
        }
    }

    /// Adds to `second` what may stand after the first token, which the step `head` takes.
    fn follows(&self, head: usize, vocabulary: &Vocabulary, words: &[(&str, Word)], second: &mut Second) {
        let mut after = match self.steps[head] {
            Step::Said | Step::End => return second.admit_all(),
            _ => self.heads(head + 1),
        };
        if let Step::Slot(slot) = self.steps[head] {
            let entries = || self.slots[slot].entries.values().flatten();
            entries().filter_map(|(rest, _)| rest.first()).for_each(|word| second.admit(*word));
            if self.slots[slot].digits.is_empty() && entries().all(|(rest, _)| !rest.is_empty()) {
                after.clear();
            }
        }
        for step in after {
            match &self.steps[step] {
                Step::Words(list) => list.iter().for_each(|word| second.admit(*word)),
                Step::Stem(stem) => {
                    beginning(words, stem).for_each(|word| second.admit(word));
                    second.admit_unknown();
                }
                Step::Class(classes) => {
                    let of_class = |word: &Word| vocabulary.classes(*word).any(*classes);
                    words.iter().map(|(_, word)| *word).filter(of_class).for_each(|word| second.admit(word));
                    second.admit_unknown();
                }
                Step::Number => second.admit_numbers(),
                Step::Slot(slot) => {
                    self.slots[*slot].entries.keys().for_each(|word| second.admit(*word));
                    if !self.slots[*slot].digits.is_empty() {
                        second.admit_numbers();
                    }
                }
                _ => second.admit_all(),
            }
        }
    }

    /// The slot of that name.
    pub(in crate::reading) fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name == name)
    }

    /// Gives every phrase of a message to `each`, at every place where it begins, as long as it goes.
    pub(in crate::reading) fn find<'g>(&'g self, message: &Message<'_>, mut each: impl FnMut(Found<'g, T>)) {
        for (at, token) in message.tokens().iter().enumerate() {
            let by_word = self.by_word.get(&token.word).filter(|_| token.word != Word::UNKNOWN);
            let by_number = (token.kind == Kind::Number).then_some(&self.by_number);
            let letter = || message.text(token).bytes().next().and_then(|letter| self.by_letter.get(&letter));
            let by_letter = if token.kind == Kind::Word && token.word == Word::UNKNOWN { letter() } else { None };
            let by_class = token.classes.numbers().filter_map(|class| self.by_class.get(&class)).flatten();
            let lists = [by_word, by_number, by_letter, Some(&self.by_any)];
            let next = message.tokens().get(at + 1);
            let phrases =
                lists.into_iter().flatten().flatten().chain(by_class).map(|phrase| &self.phrases[*phrase as usize]);
            for Phrase { start, meaning, .. } in phrases.filter(|phrase| phrase.second.admits(next)) {
                let mut walk = Walk { grammar: self, message, slots: Vec::new(), best: None, patience: PATIENCE };
                walk.step(*start, at);
                if let Some((end, slots)) = walk.best.filter(|(end, _)| *end > at) {
                    each(Found { meaning, span: at..end, slots, names: &self.slots });
                }
            }
        }
    }
}

/// The words that begin with a stem.
fn beginning<'w>(words: &'w [(&str, Word)], stem: &'w str) -> impl Iterator<Item = Word> {
    let first = words.partition_point(|(word, _)| *word < stem);
    words[first..].iter().take_while(move |(word, _)| word.starts_with(stem)).map(|(_, word)| *word)
}

/// One attempt to follow a phrase.
struct Walk<'w, 'm, T> {
    grammar: &'w Grammar<T>,
    message: &'w Message<'m>,
    slots: Vec<Caught>,
    best: Option<(usize, Vec<Caught>)>,
    patience: u32,
}

impl<T> Walk<'_, '_, T> {
    fn step(&mut self, step: usize, at: usize) {
        let mut step = step;
        let mut at = at;
        loop {
            if self.patience == 0 {
                return;
            }
            self.patience -= 1;
            let token = self.message.tokens().get(at);
            let is = |kind: Kind| token.is_some_and(|t| t.kind == kind);
            let taken = match &self.grammar.steps[step] {
                Step::Words(list) => {
                    usize::from(token.is_some_and(|t| t.word != Word::UNKNOWN && list.binary_search(&t.word).is_ok()))
                }
                Step::Class(classes) => usize::from(token.is_some_and(|t| t.classes.any(*classes))),
                Step::Stem(stem) => usize::from(is(Kind::Word) && self.message.text_at(at).starts_with(&**stem)),
                Step::Number => usize::from(is(Kind::Number)),
                Step::Anything => usize::from(token.is_some_and(|t| t.kind != Kind::Mark)),
                Step::Any => usize::from(token.is_some_and(|t| !matches!(t.kind, Kind::Sign | Kind::Mark))),
                Step::Slot(slot) => match self.grammar.slots[*slot].at(self.message, at) {
                    Some((value, length)) => {
                        self.slots.push((*slot, value, at));
                        self.step(step + 1, at + length);
                        self.slots.pop();
                        return;
                    }
                    None => return,
                },
                Step::Start if at == 0 => {
                    step += 1;
                    continue;
                }
                Step::End if token.is_none() => {
                    step += 1;
                    continue;
                }
                Step::Start | Step::End => return,
                Step::Jump(to) => {
                    step = *to;
                    continue;
                }
                Step::Either(a, b) => {
                    self.step(*a, at);
                    step = *b;
                    continue;
                }
                Step::Said => {
                    if self.best.as_ref().is_none_or(|(end, _)| at > *end) {
                        self.best = Some((at, self.slots.clone()));
                    }
                    return;
                }
            };
            if taken == 0 {
                return;
            }
            at += taken;
            step += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::message::Runs;

    fn found(phrases: &[&str], said: &str) -> Vec<(usize, String, Vec<u32>)> {
        let mut vocabulary = Vocabulary::default();
        let spellings = [("jte", "je te")];
        let lexer =
            Lexer::new(&mut vocabulary, spellings.into_iter(), [("j", "je"), ("l", "le")].into_iter(), [].into_iter());
        let mut weekday = Slot::new("weekday", None);
        weekday.add("lundi", 1, &lexer, &mut vocabulary);
        weekday.add("jour de l'an", 9, &lexer, &mut vocabulary);
        let day = Slot::new("day", Some(1..=31));
        let written = phrases.iter().enumerate().map(|(at, phrase)| (*phrase, at));
        let mut grammar = Grammar::new(written, vec![weekday, day], &lexer, &mut vocabulary).expect("well written");
        vocabulary.settle();
        grammar.settle(&vocabulary);
        let message = lexer.message(&vocabulary, &Runs::new(said));
        let mut all = Vec::new();
        grammar.find(&message, |f| {
            all.push((*f.meaning, message.words(&f.span).to_owned(), f.slots.iter().map(|s| s.1).collect()));
        });
        all
    }

    #[test]
    fn a_phrase_is_followed_word_by_word_as_far_as_it_goes() {
        for (phrase, said, wanted) in [
            ("deja pay*", "c'est déjà payé hier", Some(("déjà payé", vec![]))),
            ("deja pay*", "déjà, je paye", None),
            ("j'ai paye", "hier jai J'ai payé", Some(("J'ai payé", vec![]))),
            ("faux numero|num", "faux num", Some(("faux num", vec![]))),
            ("pas ~ numero", "ce n'est pas le bon numéro", Some(("pas le bon numéro", vec![]))),
            ("pas ~ numero", "pas un seul de mes numéros", None),
            ("# fois", "en 3 fois", Some(("3 fois", vec![]))),
            ("(le | au)* {day} (du mois)?", "au le 5 du mois", Some(("au le 5 du mois", vec![5]))),
            ("(le | au)* {day} (du mois)?", "le 45", None),
            ("{weekday} ( en 8 | prochain )?", "lundi prochain", Some(("lundi prochain", vec![1]))),
            ("{weekday}", "au jour de l'an", Some(("jour de l'an", vec![9]))),
            ("{day} / {day}", "le 5/4", Some(("5/4", vec![5, 4]))),
            ("je te? dois", "Jte dois", Some(("Jte dois", vec![]))),
            ("{day} - {day}", "du 5-6", Some(("5-6", vec![5, 6]))),
            ("{day} - {day}", "le 5 6", None),
            ("# =j", "sous 3j", Some(("3j", vec![]))),
            ("^ oui $", "oui", Some(("oui", vec![]))),
            ("^ oui $", "oui oui", None),
            ("deja ~~ paye", "déjà, le 3 ou le 4, payé", Some(("déjà, le 3 ou le 4, payé", vec![]))),
            ("( a | b c | d )? e", "b c e", Some(("b c e", vec![]))),
            ("( a | b c | d ) e", "d e", Some(("d e", vec![]))),
            ("rendez-vous", "rendez vous", Some(("rendez vous", vec![]))),
        ] {
            let all = found(&[phrase], said);
            let longest = all.into_iter().max_by_key(|(_, words, _)| words.len());
            let longest = longest.map(|(_, words, values)| (words, values));
            assert_eq!(longest, wanted.map(|(words, values)| (words.to_owned(), values)), "{phrase} in {said}");
        }
    }

    #[test]
    fn a_badly_written_phrase_is_refused_with_the_reason() {
        for (phrase, why) in
            [("(le", "not closed"), ("le )", "closes nothing"), ("{mois}", "not a list"), ("oui|*", "alone")]
        {
            let mut vocabulary = Vocabulary::default();
            let problem = Grammar::new([(phrase, ())].into_iter(), Vec::new(), &Lexer::default(), &mut vocabulary);
            let problem = problem.map(|_| ()).expect_err(phrase);
            assert!(problem.contains(why), "{phrase}: {problem}");
        }
    }
}
