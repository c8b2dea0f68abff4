//! A message whose amounts and moments are one token each, so that phrases can be followed around them.

use super::amounts::Amount;
use crate::reading::message::{Kind, Lexer, Message, Vocabulary, Word, overlap};
use crate::reading::phrase::Slot;
use std::ops::Range;

/// How a mark is written in a phrase, and the name of the slots that catch it there.
const AMOUNT: (&str, [&str; 2]) = ("¤", ["amount", "other"]);
const DAY: (&str, [&str; 1]) = ("§", ["day"]);

/// The words that stand for marks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Marks {
    amount: Word,
    day: Word,
}

impl Marks {
    /// Learns the marks, and the lists by which phrases name them.
    pub(super) fn learn(lexer: &Lexer, vocabulary: &mut Vocabulary) -> (Self, Vec<Slot>) {
        let mut slots = Vec::new();
        for (mark, name) in AMOUNT.1.iter().map(|name| (AMOUNT.0, name)).chain(DAY.1.iter().map(|name| (DAY.0, name))) {
            let mut slot = Slot::new(name, None);
            slot.add(mark, 0, lexer, vocabulary);
            slots.push(slot);
        }
        (Self { amount: vocabulary.learn(AMOUNT.0), day: vocabulary.learn(DAY.0) }, slots)
    }
}

/// A marked message.
#[derive(Debug)]
pub(super) struct Marked<'m> {
    pub(super) message: Message<'m>,
    /// The place of each amount.
    amounts: Vec<usize>,
    /// The first token of the plain message that each token stands for, and its end.
    starts: Vec<usize>,
    /// How many days are marked.
    pub(super) days: usize,
}

impl<'m> Marked<'m> {
    pub(super) fn new(marks: Marks, plain: &Message<'m>, amounts: &[Amount], days: &[Range<usize>]) -> Self {
        let free = |day: &&Range<usize>| !amounts.iter().any(|a| overlap(&a.span, day)) && !day.is_empty();
        // No gap of a phrase goes over an amount: what is said beyond it is said of another.
        let amount = |a: &Amount| (a.span.clone(), marks.amount, Kind::Mark);
        let mut spans: Vec<(Range<usize>, Word, Kind)> = amounts.iter().map(amount).collect();
        spans.extend(days.iter().filter(free).map(|day| (day.clone(), marks.day, Kind::Other)));
        spans.sort_by_key(|(span, ..)| span.start);
        spans.dedup_by(|next, before| overlap(&next.0, &before.0));
        let message = plain.marked(&spans);
        let (mut starts, mut at) = (Vec::with_capacity(message.tokens().len() + 1), 0);
        let days = spans.iter().filter(|(_, word, _)| *word == marks.day).count();
        let mut spans = spans.iter().peekable();
        let mut places = Vec::with_capacity(amounts.len());
        for place in 0..message.tokens().len() {
            starts.push(at);
            match spans.next_if(|(span, ..)| span.start == at) {
                Some((span, word, _)) => {
                    if *word == marks.amount {
                        places.push(place);
                    }
                    at = span.end;
                }
                None => at += 1,
            }
        }
        starts.push(at);
        Self { message, amounts: places, starts, days }
    }

    /// Which amount stands at a place.
    pub(super) fn amount_at(&self, place: usize) -> Option<usize> {
        self.amounts.binary_search(&place).ok()
    }

    /// The place of an amount.
    pub(super) fn place(&self, amount: usize) -> usize {
        self.amounts.get(amount).copied().unwrap_or(usize::MAX)
    }

    /// The tokens of the plain message for a span of this one.
    pub(super) fn plain(&self, span: &Range<usize>) -> Range<usize> {
        let at = |place: usize| self.starts.get(place).or(self.starts.last()).copied().unwrap_or(0);
        at(span.start)..at(span.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::language::Packs;
    use crate::reading::message::Runs;

    #[test]
    fn an_amount_and_a_day_are_one_token_each_and_lead_back_to_the_words() {
        let packs = Packs::embedded().expect("the data of the languages");
        let pack = packs.all().first().expect("a language");
        let message = pack.message(&Runs::new("je mets 1 200 € le 5 mars, promis"));
        let amounts = [Amount { span: 2..5, minor: 120_000, sure: true }];
        let (day, hidden) = (5..8, 3..4);
        let marked = Marked::new(pack.amounts.marks, &message, &amounts, &[day.clone(), hidden]);
        assert_eq!(marked.message.tokens().len(), 6);
        assert_eq!((marked.place(0), marked.amount_at(2), marked.amount_at(3), marked.days), (2, Some(0), None, 1));
        assert_eq!(message.words(&marked.plain(&(2..3))), "1 200 €");
        assert_eq!(marked.plain(&(3..4)), day);
        assert_eq!(message.words(&marked.plain(&(4..6))), ", promis");
    }
}
