//! From the phrases of a plan, and the amounts among them, to its terms.

use super::amounts::Amount;
use super::plans::{BARE_COUNT, COUNTS, Term};
use super::sums::Sums;
use crate::domain::{Asked, Period, PlanTerms};
use crate::reading::message::overlap;
use std::ops::Range;

/// So many amounts, or days, in a row are a list of payments whatever is said of them.
const MANY: usize = 3;
/// An amount so near a period is the one that comes with it, in tokens.
const NEAR: usize = 3;

/// Terms, and where each was said, in tokens.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::reading) struct Said {
    pub(in crate::reading) terms: PlanTerms,
    pub(in crate::reading) count_span: Option<Range<usize>>,
    pub(in crate::reading) each_span: Option<Range<usize>>,
    pub(in crate::reading) period_span: Option<Range<usize>>,
}

/// A phrase of a plan found in a message.
pub(super) struct Place {
    pub(super) term: Term,
    pub(super) span: Range<usize>,
    pub(super) count: Option<u32>,
    pub(super) amount: Option<usize>,
}

/// A period, where it is said, and the amount that comes with it.
type Rhythm = (Period, Range<usize>, Option<usize>);

/// What is found of a plan, before anything is concluded.
pub(super) struct Terms<'a, 'm> {
    places: Vec<Place>,
    sums: &'a Sums<'m>,
    chosen: Option<usize>,
    /// The amounts that are payments, in order.
    listed: Vec<usize>,
    /// Nothing else than one amount may be a payment.
    alone: bool,
    /// The only number of a short answer.
    bare: Option<(u32, usize)>,
}

impl<'a, 'm> Terms<'a, 'm> {
    pub(super) fn new(
        mut places: Vec<Place>,
        sums: &'a Sums<'m>,
        chosen: Option<&Amount>,
        bare: Option<(u32, usize)>,
    ) -> Self {
        // "every two months" is no count of months.
        let others = places.iter().filter(|p| p.term == Term::Period(None)).map(|p| p.span.clone());
        let others: Vec<Range<usize>> = others.collect();
        places.retain(|place| {
            let said = matches!(place.term, Term::Count(_) | Term::Small | Term::Period(_));
            !said || !others.iter().any(|span| span.len() > place.span.len() && overlap(span, &place.span))
        });
        let judged = &sums.judged;
        let mut listed: Vec<usize> = (0..sums.amounts.len()).filter(|at| judged.offered(*at)).collect();
        let alone = listed.len() == 1;
        let clear =
            listed.iter().all(|at| judged.clearly_offered(*at)) || listed.iter().skip(1).any(|at| judged.remains(*at));
        if !equal(&sums.amounts, &listed) && listed.len() < MANY && !clear {
            listed.truncate(1);
        }
        let chosen = chosen.and_then(|chosen| sums.amounts.iter().position(|a| a.span == chosen.span));
        Self { places, sums, chosen, listed, alone, bare }
    }

    /// The terms, and where they are said.
    pub(super) fn said(&self) -> Said {
        let mut said = Said::default();
        let rhythm = self.period();
        let with_period = rhythm.as_ref().and_then(|(.., amount)| amount.or(self.chosen));
        if let Some((period, span, _)) = rhythm {
            said.terms.period = Some(period);
            said.period_span = Some(self.sums.marked.plain(&span));
        }
        let mut each = self.each().or(with_period);
        if let Some((count, span)) = self.count(&mut said, each.is_some()) {
            said.terms.instalments = Some(count);
            said.count_span = Some(span);
        }
        let answers = matches!(self.sums.asked, Some(Asked::PlanTerms | Asked::ConfirmPlan));
        let many = match said.terms.instalments {
            Some(2) => self.says(Term::Again),
            count => answers || count.is_some(),
        };
        let several = self.listed.len() > 1 && equal(&self.sums.amounts, &self.listed);
        each = each.or(self.listed.first().copied().filter(|_| several));
        each = each.or(self.chosen.filter(|_| many && self.alone));
        if let Some(amount) = each.and_then(|at| self.sums.amounts.get(at)) {
            said.terms.instalment_minor = Some(amount.minor);
            said.each_span = Some(amount.span.clone());
        }
        said
    }

    fn says(&self, term: Term) -> bool {
        self.places.iter().any(|place| place.term == term)
    }

    /// The amount that is said to be that of each payment.
    fn each(&self) -> Option<usize> {
        let said = self.places.iter().filter(|place| place.term == Term::Each).filter_map(|place| place.amount);
        said.rev().find(|at| !self.sums.judged.set_aside(*at))
    }

    /// The period, where it is said, and the amount that comes with it.
    fn period(&self) -> Option<Rhythm> {
        let judged = &self.sums.judged;
        let mut best: Option<Rhythm> = None;
        for place in &self.places {
            let Term::Period(Some(period)) = place.term else { continue };
            let longer = |other: &Place| {
                matches!(other.term, Term::Period(_))
                    && other.span.len() > place.span.len()
                    && overlap(&other.span, &place.span)
            };
            let amount = place.amount.or_else(|| self.near(&place.span));
            let refused = amount.is_some_and(|at| judged.refused(at));
            if self.places.iter().any(longer) || amount.is_some_and(|at| judged.set_aside(at) && !refused) {
                continue;
            }
            // "not 50 a month" still says how often; of two periods, the later one corrects the first.
            let amount = amount.filter(|_| !refused);
            if best.as_ref().is_none_or(|(.., before)| amount.is_some() >= before.is_some()) {
                best = Some((period, place.span.clone(), amount));
            }
        }
        best
    }

    /// The amount nearest to a period.
    fn near(&self, span: &Range<usize>) -> Option<usize> {
        let far = |at: &usize| {
            let place = self.sums.marked.place(*at);
            // What comes after an amount is said of it; what comes before may be.
            if place < span.end { span.start.saturating_sub(place) } else { place - span.end + 1 }
        };
        (0..self.sums.amounts.len()).filter(|at| far(at) <= NEAR).min_by_key(far)
    }

    /// How many payments, and where it is said; the count may tell the period.
    fn count(&self, said: &mut Said, has_each: bool) -> Option<(u32, Range<usize>)> {
        let plain = |span: &Range<usize>| self.sums.marked.plain(span);
        let small = |place: &&Place| place.count.is_some_and(|n| n <= BARE_COUNT);
        let large = |place: &&Place| place.count.is_some_and(|n| COUNTS.contains(&n));
        let corrected = self.places.iter().filter(|p| p.term == Term::Corrected).rfind(small);
        let counted = || self.places.iter().filter(|p| matches!(p.term, Term::Count(_))).find(large);
        let hinted = || self.places.iter().filter(|p| p.term == Term::Small).find(small);
        if let Some(place) = corrected.or_else(counted).or_else(hinted) {
            let period = |place: &Place| if let Term::Count(period) = place.term { period } else { None };
            said.terms.period = said.terms.period.or_else(|| self.places.iter().find_map(period));
            return place.count.map(|count| (count, plain(&place.span)));
        }
        let fixed = self.places.iter().filter_map(|place| match place.term {
            Term::Fixed(count) => Some((count, &place.span)),
            _ => None,
        });
        let fixed = fixed.max_by_key(|(_, span)| span.len()).map(|(count, span)| (count, plain(span)));
        let bare =
            || self.bare.filter(|_| said.terms.period.is_none()).map(|(count, at)| (count, plain(&(at..at + 1))));
        fixed.or_else(|| if self.says(Term::Open) { None } else { self.row(said, has_each) }).or_else(bare)
    }

    /// How many payments stand in a row: amounts, days, or one amount and the rest.
    fn row(&self, said: &Said, has_each: bool) -> Option<(u32, Range<usize>)> {
        let narrow = |count: usize| u32::try_from(count).ok();
        let more = self.places.iter().find(|place| matches!(place.term, Term::Rest | Term::Again));
        let (first, last) = (self.listed.first(), self.listed.last());
        let span =
            first.zip(last).map_or(0..0, |(a, b)| self.sums.amounts[*a].span.start..self.sums.amounts[*b].span.end);
        match (self.listed.len(), more) {
            (1, Some(more)) if !has_each => Some((2, self.sums.marked.plain(&more.span))),
            (2.., _) if !has_each => Some((narrow(self.listed.len())?, span)),
            (0..=1, _) if self.sums.marked.days >= MANY && said.terms.period.is_none() => {
                Some((narrow(self.sums.marked.days)?, span))
            }
            _ => None,
        }
    }
}

/// True when all these amounts are the same.
fn equal(amounts: &[Amount], listed: &[usize]) -> bool {
    listed.windows(2).all(|pair| amounts[pair[0]].minor == amounts[pair[1]].minor)
}
