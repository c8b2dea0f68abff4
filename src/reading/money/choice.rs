//! Which of the amounts of a message is the one offered, or the one held right.

use super::amounts::Amount;
use super::marked::Marked;
use crate::reading::message::{Lexer, Vocabulary};
use crate::reading::phrase::{Grammar, Slot};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What the words around an amount say of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Cue {
    /// They will pay it.
    Offered,
    /// It is the right sum.
    Right,
    /// It is what is claimed, wrongly.
    Wrong,
    /// They will not or cannot pay it.
    Refused,
    /// It is paid already.
    Paid,
    /// It is the whole debt, or what is left of it.
    Owed,
    /// It comes in, or goes to somebody else.
    Foreign,
    /// It is a fee they want taken off.
    Fee,
    /// It is what is left to pay, or the next part.
    Remaining,
    /// It is the whole, to be paid in parts.
    Divided,
    /// It is the sum of the others.
    Total,
    /// It is a correction of the amount before.
    Corrected,
}

/// What the amount is wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reading) enum Purpose {
    /// What they offer to pay.
    Offer,
    /// What they offer to pay first.
    Plan,
    /// What they say is right.
    Dispute,
    /// What they say is right, which they offer to pay.
    DisputeAndOffer,
}

/// The phrases that speak of an amount.
#[derive(Debug)]
pub(super) struct Cues(Grammar<Cue>);

impl Cues {
    pub(super) fn new(
        said: &BTreeMap<Cue, Vec<String>>,
        slots: Vec<Slot>,
        lexer: &Lexer,
        vocabulary: &mut Vocabulary,
    ) -> Result<Self, String> {
        let phrases = said.iter().flat_map(|(cue, phrases)| phrases.iter().map(|phrase| (phrase.as_str(), *cue)));
        Grammar::new(phrases, slots, lexer, vocabulary).map(Self)
    }

    pub(super) fn settle(&mut self, vocabulary: &Vocabulary) {
        self.0.settle(vocabulary);
    }

    /// What the words around each amount say of it.
    pub(super) fn judge(&self, marked: &Marked<'_>, amounts: &[Amount]) -> Judged {
        let mut judged = Judged(vec![Vec::new(); amounts.len()]);
        if !amounts.is_empty() {
            self.0.find(&marked.message, |found| {
                for at in found.places("amount").filter_map(|place| marked.amount_at(place)) {
                    judged.0[at].push(*found.meaning);
                }
            });
        }
        // "60: 20, then 20, then 20": the first is what the others add up to.
        let offered: Vec<bool> = (0..amounts.len()).map(|at| judged.offered(at)).collect();
        let of_offered =
            || amounts.iter().zip(&offered).filter(|(_, offered)| **offered).map(|(amount, _)| amount.minor);
        let (count, sum) = (of_offered().count(), of_offered().sum::<i64>());
        for (at, amount) in
            amounts.iter().enumerate().filter(|(at, _)| !judged.has(*at, Cue::Offered)).collect::<Vec<_>>()
        {
            let (own, worth) = if offered[at] { (1, amount.minor) } else { (0, 0) };
            if count - own > 1 && sum - worth == amount.minor {
                judged.0[at].push(Cue::Total);
            }
        }
        // "It is 300: I have 50, then 50": what is paid in equal parts is offered, what is larger is what is owed.
        let equal = |(at, pair): &(usize, &[Amount])| pair[0].minor == pair[1].minor && judged.offered(*at);
        let parts = amounts.windows(2).enumerate().filter(equal).min_by_key(|(_, pair)| pair[0].minor);
        if let Some((first, part)) = parts.map(|(at, pair)| (at, pair[0].minor)) {
            for at in
                (0..first).filter(|at| amounts[*at].minor > part && !judged.has(*at, Cue::Offered)).collect::<Vec<_>>()
            {
                judged.0[at].push(Cue::Owed);
            }
        }
        judged
    }
}

/// What is said of each amount.
#[derive(Debug, Default, Clone)]
pub(super) struct Judged(Vec<Vec<Cue>>);

impl Judged {
    fn has(&self, at: usize, cue: Cue) -> bool {
        self.0.get(at).is_some_and(|cues| cues.contains(&cue))
    }

    /// How well an amount suits an offer.
    fn offer(&self, at: usize) -> i32 {
        let has = |cue| i32::from(self.has(at, cue));
        3 * has(Cue::Offered) + 4 * has(Cue::Remaining) + 4 * has(Cue::Corrected)
            - 6 * has(Cue::Refused)
            - has(Cue::Wrong)
            - 6 * has(Cue::Paid)
            - 6 * has(Cue::Foreign)
            - 6 * has(Cue::Fee)
            - 2 * has(Cue::Owed)
            - 5 * has(Cue::Total)
            - 6 * has(Cue::Divided)
    }

    fn right(&self, at: usize) -> i32 {
        let has = |cue| i32::from(self.has(at, cue));
        4 * has(Cue::Right) + 3 * has(Cue::Offered) + has(Cue::Remaining) + 2 * has(Cue::Corrected)
            - 6 * has(Cue::Wrong)
            - 6 * has(Cue::Refused)
            - 2 * has(Cue::Paid)
            - 5 * has(Cue::Foreign)
            - 5 * has(Cue::Fee)
            - has(Cue::Owed)
    }

    /// True when an amount is part of what they offer.
    pub(super) fn offered(&self, at: usize) -> bool {
        self.offer(at) >= -1
    }

    /// True when the words say that an amount is offered.
    pub(super) fn clearly_offered(&self, at: usize) -> bool {
        self.offer(at) >= 3
    }

    /// True when the words say that an amount is what is left.
    pub(super) fn remains(&self, at: usize) -> bool {
        self.has(at, Cue::Remaining)
    }

    /// True when an amount is refused, which says nothing of what was said beside it.
    pub(super) fn refused(&self, at: usize) -> bool {
        self.has(at, Cue::Refused)
    }

    /// True when an amount is another's money, or paid, or refused.
    pub(super) fn set_aside(&self, at: usize) -> bool {
        self.offer(at) <= -3
    }

    /// The amount that a message offers, or that it holds right.
    pub(super) fn choose<'a>(&self, amounts: &'a [Amount], purpose: Purpose) -> Option<&'a Amount> {
        let first_best = |weight: &dyn Fn(usize) -> i32| {
            let best = (0..amounts.len()).map(weight).max()?;
            (0..amounts.len()).find(|at| weight(*at) == best).map(|at| (at, best))
        };
        match purpose {
            Purpose::Offer => {
                let (at, best) = first_best(&|at| self.offer(at))?;
                amounts.get(at).filter(|_| best > -3)
            }
            // Which of the payments is the first is told by the order, not by how well it is offered.
            Purpose::Plan => {
                let (at, best) = first_best(&|at| self.offer(at).min(3))?;
                amounts.get(at).filter(|_| best > -2)
            }
            Purpose::DisputeAndOffer => {
                let (at, best) = first_best(&|at| self.right(at))?;
                amounts.get(at).filter(|_| best > -2)
            }
            Purpose::Dispute => {
                let (at, best) = first_best(&|at| self.right(at))?;
                let others_wrong = amounts.iter().enumerate().filter(|(_, a)| a.minor != amounts[at].minor);
                let contrasted =
                    others_wrong.clone().count() > 0 && others_wrong.into_iter().all(|(at, _)| self.right(at) < 0);
                amounts.get(at).filter(|_| best > 0 || (best == 0 && contrasted))
            }
        }
    }
}
