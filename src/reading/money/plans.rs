//! The terms of a plan: how many payments, of how much each, how often.

use super::amounts::Amount;
use super::marked::Marks;
use super::sums::Sums;
use super::terms::{Place, Said, Terms};
use crate::domain::{Asked, Period};
use crate::reading::error::ReadingError;
use crate::reading::language;
use crate::reading::message::{Kind, Lexer, Message, Vocabulary};
use crate::reading::phrase::{Grammar, Slot};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// A plan has between two payments and this many.
pub(super) const COUNTS: std::ops::RangeInclusive<u32> = 2..=120;
/// Asked for terms, a bare number up to this is a count of payments.
pub(super) const BARE_COUNT: u32 = 12;
/// The same, when nothing at all stands with it: "10" alone is money.
const ALONE: u32 = 9;
/// In a longer answer, a bare number may be something else.
const FEW: usize = 8;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    counts: BTreeMap<String, u32>,
    count: Vec<String>,
    count_small: Vec<String>,
    count_monthly: Vec<String>,
    count_weekly: Vec<String>,
    corrected: Vec<String>,
    two: Vec<String>,
    three: Vec<String>,
    four: Vec<String>,
    rest: Vec<String>,
    again: Vec<String>,
    open: Vec<String>,
    each: Vec<String>,
    monthly: Vec<String>,
    weekly: Vec<String>,
    fortnightly: Vec<String>,
    other_rhythm: Vec<String>,
}

/// What a phrase says of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Term {
    /// So many payments, which may tell how often they fall.
    Count(Option<Period>),
    /// So many payments, were the number small: "in 4", "rather 4".
    Small,
    /// So many payments rather than another number said before.
    Corrected,
    /// This many payments.
    Fixed(u32),
    /// One payment after the amount offered.
    Rest,
    /// One payment more, of the same amount.
    Again,
    /// There is no telling how many payments.
    Open,
    /// The amount is that of each payment.
    Each,
    /// How often; none when it is no period that a plan can have.
    Period(Option<Period>),
}

/// Finds the terms of a plan in the messages of one language.
#[derive(Debug)]
pub(in crate::reading) struct Plans {
    terms: Grammar<Term>,
}

/// Where a message says how many payments, and how often, in tokens.
#[derive(Debug, Default)]
pub(super) struct Rhythms {
    pub(super) counts: Vec<Range<usize>>,
    pub(super) periods: Vec<Range<usize>>,
}

impl Plans {
    /// Reads `plans.toml`.
    pub(in crate::reading) fn parse(
        file: &str,
        source: &str,
        lexer: &Lexer,
        vocabulary: &mut Vocabulary,
    ) -> Result<Self, ReadingError> {
        let words: File = language::read(file, source)?;
        let (_, mut slots) = Marks::learn(lexer, vocabulary);
        let mut count = Slot::new("count", Some(COUNTS));
        words.counts.iter().for_each(|(word, value)| count.add(word, *value, lexer, vocabulary));
        slots.push(count);
        let phrases = [
            (words.count, Term::Count(None)),
            (words.count_small, Term::Small),
            (words.count_monthly, Term::Count(Some(Period::Monthly))),
            (words.count_weekly, Term::Count(Some(Period::Weekly))),
            (words.corrected, Term::Corrected),
            (words.two, Term::Fixed(2)),
            (words.three, Term::Fixed(3)),
            (words.four, Term::Fixed(4)),
            (words.rest, Term::Rest),
            (words.again, Term::Again),
            (words.open, Term::Open),
            (words.each, Term::Each),
            (words.monthly, Term::Period(Some(Period::Monthly))),
            (words.weekly, Term::Period(Some(Period::Weekly))),
            (words.fortnightly, Term::Period(Some(Period::Fortnightly))),
            (words.other_rhythm, Term::Period(None)),
        ];
        let phrases = phrases.iter().flat_map(|(list, term)| list.iter().map(|phrase| (phrase.as_str(), *term)));
        let terms = Grammar::new(phrases, slots, lexer, vocabulary)
            .map_err(|problem| ReadingError::Data { file: file.to_owned(), problem })?;
        Ok(Self { terms })
    }

    /// To be called once the vocabulary is whole.
    pub(in crate::reading) fn settle(&mut self, vocabulary: &Vocabulary) {
        self.terms.settle(vocabulary);
    }

    /// Where a message says how many payments and how often: the numbers there are no amounts, and the moments no days.
    /// Asked for terms, a small number alone is a count.
    pub(super) fn rhythms(&self, message: &Message<'_>, asked: Option<Asked>) -> Rhythms {
        let (mut counts, mut periods) = (Vec::new(), Vec::new());
        self.terms.find(message, |found| {
            let small = found.value("count").is_some_and(|n| n <= BARE_COUNT);
            if matches!(found.meaning, Term::Count(_))
                || (small && matches!(found.meaning, Term::Small | Term::Corrected))
            {
                counts.extend(found.places("count").map(|at| at..at + 1));
            }
            if matches!(found.meaning, Term::Period(_) | Term::Count(Some(_))) {
                periods.push(found.span);
            }
        });
        // "15 x 10", "8 x 60": the smaller number counts the payments; "20 times 10": the first does.
        let value = |at: usize| message.text_at(at).parse::<u32>().unwrap_or(0);
        for first in counts.clone() {
            if let Some(second) = counts.iter().find(|c| c.start == first.end + 1).cloned() {
                let sign = message.text_at(first.end).len() == 1;
                let amount = if sign && value(first.start) > value(second.start) { first } else { second };
                counts.retain(|count| *count != amount);
            }
        }
        if counts.is_empty() {
            counts.extend(self.bare(message, asked).map(|(_, at)| at..at + 1));
        }
        Rhythms { counts, periods }
    }

    /// The terms that a message says, given its amounts and the one that is chosen among them.
    pub(in crate::reading) fn find(&self, sums: &Sums<'_>, chosen: Option<&Amount>) -> Said {
        let mut places = Vec::new();
        self.terms.find(&sums.marked.message, |found| {
            places.push(Place {
                term: *found.meaning,
                count: found.value("count"),
                amount: found.place("amount").and_then(|place| sums.marked.amount_at(place)),
                span: found.span,
            });
        });
        Terms::new(places, sums, chosen, self.bare(&sums.marked.message, sums.asked)).said()
    }

    /// Asked for terms, the first word of a message or its only number, when it is small.
    fn bare(&self, message: &Message<'_>, asked: Option<Asked>) -> Option<(u32, usize)> {
        if !matches!(asked, Some(Asked::PlanTerms | Asked::ConfirmPlan)) {
            return None;
        }
        let slot = self.terms.slot("count")?;
        let tokens = message.tokens();
        let ends = matches!(message.text_at(1), "." | ",") && !tokens.get(2).is_some_and(|t| t.glued);
        if let Some((value, 1)) = slot.at(message, 0).filter(|(value, _)| ends && *value <= BARE_COUNT) {
            return Some((value, 0));
        }
        let numbers = tokens.iter().filter(|t| t.kind == Kind::Number).count();
        let mut values = (0..tokens.len()).filter_map(|at| slot.at(message, at).map(|(n, _)| (n, at)));
        let (value, at) = values.next().filter(|_| values.next().is_none() && numbers <= 1)?;
        (value <= ALONE && tokens.len() <= FEW).then_some((value, at))
    }
}
