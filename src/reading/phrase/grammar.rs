//! The phrases of one file, found in a message wherever they begin.

use super::branches::{self, Branches};
use super::index::Index;
use super::slot::Slot;
use super::syntax::{self, Step};
use crate::reading::message::{Kind, Lexer, Message, Vocabulary, Word};
use smallvec::SmallVec;
use std::ops::Range;

/// How many steps one phrase may take from one place: what is written by hand needs a few dozens.
const PATIENCE: u32 = 250;

#[cfg(test)]
thread_local! {
    /// How many steps were taken on this thread: the work that a message makes.
    pub(in crate::reading) static STEPS: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// What the slots caught: the number of each, the value, and the token where it is said.
type Caught = SmallVec<[(usize, u32, usize); 4]>;

/// Phrases, each with what it means.
#[derive(Debug)]
pub(in crate::reading) struct Grammar<T> {
    slots: Vec<Slot>,
    steps: Vec<Step>,
    phrases: Vec<Phrase<T>>,
    index: Index,
    branches: Vec<Branches>,
}

/// Where a phrase begins among the steps, and what it means.
#[derive(Debug)]
struct Phrase<T> {
    start: usize,
    meaning: T,
}

/// A phrase found in a message.
#[derive(Debug)]
pub(in crate::reading) struct Found<'g, T> {
    /// What it means.
    pub(in crate::reading) meaning: &'g T,
    /// The tokens it takes.
    pub(in crate::reading) span: Range<usize>,
    slots: Caught,
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
            starts.push(Phrase { start: steps.len(), meaning });
            syntax::compile(phrase, &names, lexer, vocabulary, &mut steps)
                .map_err(|why| format!("« {phrase} »: {why}"))?;
        }
        Ok(Self { slots, steps, phrases: starts, index: Index::default(), branches: Vec::new() })
    }

    /// Learns with which words each phrase may begin; to be called once the vocabulary is whole.
    pub(in crate::reading) fn settle(&mut self, vocabulary: &Vocabulary) {
        let starts = self.phrases.iter().map(|phrase| phrase.start);
        self.index = Index::new(starts, &self.steps, &self.slots, vocabulary);
        self.branches = branches::gather(&mut self.steps);
    }

    /// The slot of that name.
    pub(in crate::reading) fn slot(&self, name: &str) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.name == name)
    }

    /// Gives every phrase of a message to `each`, at every place where it begins, as long as it goes.
    pub(in crate::reading) fn find<'g>(&'g self, message: &Message<'_>, mut each: impl FnMut(Found<'g, T>)) {
        self.index.each(message, |at, phrase| {
            let Phrase { start, meaning } = &self.phrases[phrase as usize];
            let mut walk = Walk { grammar: self, message, slots: Caught::new(), best: None, patience: PATIENCE };
            walk.step(*start, at);
            #[cfg(test)]
            STEPS.set(STEPS.get() + u64::from(PATIENCE - walk.patience));
            if let Some((end, slots)) = walk.best.filter(|(end, _)| *end > at) {
                each(Found { meaning, span: at..end, slots, names: &self.slots });
            }
        });
    }
}

/// One attempt to follow a phrase.
struct Walk<'w, 'm, T> {
    grammar: &'w Grammar<T>,
    message: &'w Message<'m>,
    slots: Caught,
    best: Option<(usize, Caught)>,
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
                Step::Branch(number) => {
                    let word = token.map_or(Word::UNKNOWN, |token| token.word);
                    let ways = self.grammar.branches[*number].before(word);
                    let Some((last, others)) = ways.split_last() else { return };
                    others.iter().for_each(|way| self.step(*way as usize, at));
                    step = *last as usize;
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
            ("( a | b c | d * | {day} | f g )? h", "d x h", Some(("d x h", vec![]))),
            ("( a | b c | d * | {day} | f g )? h", "5 h", Some(("5 h", vec![5]))),
            ("( a | b c | d * | {day} | f g )* h", "b c a f g h", Some(("b c a f g h", vec![]))),
            ("( a | b c | d * | {day} | f g )* h", "b c f h", Some(("h", vec![]))),
            ("a ( b | c )? ~~ ( d | e f ) ~ {day} $", "a x y e f z 12", Some(("a x y e f z 12", vec![12]))),
        ] {
            let all = found(&[phrase], said);
            let longest = all.into_iter().max_by_key(|(_, words, _)| words.len());
            let longest = longest.map(|(_, words, values)| (words, values));
            assert_eq!(longest, wanted.map(|(words, values)| (words.to_owned(), values)), "{phrase} in {said}");
        }
    }

    #[test]
    fn a_badly_written_phrase_is_refused_with_the_reason() {
        for (phrase, why) in [
            ("(le", "not closed"),
            ("le )", "closes nothing"),
            ("{mois}", "not a list"),
            ("oui|*", "alone"),
            (" ", "empty"),
        ] {
            let mut vocabulary = Vocabulary::default();
            let problem = Grammar::new([(phrase, ())].into_iter(), Vec::new(), &Lexer::default(), &mut vocabulary);
            let problem = problem.map(|_| ()).expect_err(phrase);
            assert!(problem.contains(why), "{phrase}: {problem}");
        }
    }
}
