//! Which of the moments named is the day of the payment offered.

use super::cues::{Beside, Place, comes_after, leads_to, within};
use super::finder::{Kind, Moment};
use crate::domain::Asked;
use crate::reading::message::Message;
use chrono::NaiveDate;
use std::ops::Range;

/// What a day weighs, before anything is known of what stands around.
const DAY: i32 = 5;
/// What an hour weighs: by itself it is no day.
const HOUR: i32 = -2;
/// What the last day named weighs more, and in a plan the first one.
const LAST: i32 = 2;
const FIRST: i32 = 1;
/// What the other days of a plan weigh more.
const LATER: i32 = -3;
/// A day so many days ahead is mostly one of the past, said without its year.
const FAR: u32 = 200;
const FAR_WEIGHS: i32 = -3;
/// What a day taken back weighs more.
const REFUSED: i32 = -8;
/// A moment of less weight is for something else than paying; after the question "when?" it must be less likely still.
const ENOUGH: i32 = 1;
const ENOUGH_ASKED: i32 = -1;
/// Between two moments, a correction is said in so many tokens.
const CORRECTION: usize = 8;

/// A moment that may be the payment's.
#[derive(Debug)]
struct Candidate<'m> {
    moment: &'m Moment,
    day: NaiveDate,
    clause: Range<usize>,
    weight: i32,
    refused: bool,
}

/// The day of the first payment offered, and the tokens that say it; none of the moments that are for something else.
pub(in crate::reading) fn payment_day(
    message: &Message<'_>,
    moments: &[Moment],
    beside: &Beside,
    asked: Option<Asked>,
    plan: bool,
) -> Option<(NaiveDate, Range<usize>)> {
    // An hour is of the day named beside it, of this day when none is.
    let hours = !moments.iter().any(|moment| moment.kind == Kind::Day && moment.day.is_some());
    let possible = |moment: &&Moment| moment.kind == Kind::Day || (hours && moment.kind != Kind::Never);
    let dated = moments.iter().filter(possible).filter_map(|moment| moment.day.map(|day| (moment, day)));
    let mut dated = dated.peekable();
    dated.peek()?;
    let mut candidates: Vec<Candidate<'_>> = dated
        .map(|(moment, day)| Candidate { moment, day, clause: beside.clause(&moment.span), weight: 0, refused: false })
        .collect();
    for at in 0..candidates.len() {
        candidates[at].weight = weight(&candidates, at, beside) + place(&candidates, at, plan);
    }
    for second in 1..candidates.len() {
        relate(&mut candidates, second, message, beside);
    }
    let refused: Vec<NaiveDate> = candidates.iter().filter(|c| c.refused).map(|c| c.day).collect();
    candidates.iter_mut().filter(|c| refused.contains(&c.day)).for_each(|c| c.weight += REFUSED);
    let when_asked = matches!(asked, Some(Asked::PaymentDate | Asked::ConfirmDate));
    let enough = if when_asked { ENOUGH_ASKED } else { ENOUGH };
    let likely = candidates.iter().filter(|candidate| candidate.weight >= enough);
    // Of equals, `max_by_key` keeps the last one.
    let best = if plan { likely.rev().max_by_key(|c| c.weight) } else { likely.max_by_key(|c| c.weight) };
    best.map(|best| (best.day, best.moment.span.clone()))
}

/// One payment is mostly paid on the last day named, several from the first one on.
fn place(candidates: &[Candidate<'_>], at: usize, plan: bool) -> i32 {
    match (plan, at) {
        (true, 0) => FIRST,
        (true, _) => LATER,
        (false, _) if at + 1 == candidates.len() && candidates[at].moment.kind == Kind::Day => LAST,
        (false, _) => 0,
    }
}

/// How much what stands around a moment speaks of paying then.
fn weight(candidates: &[Candidate<'_>], at: usize, beside: &Beside) -> i32 {
    let Candidate { moment, clause, .. } = &candidates[at];
    let base = if moment.kind == Kind::Day { DAY } else { HOUR };
    let far = if moment.ahead > FAR { FAR_WEIGHS } else { 0 };
    let (mut most, mut least, mut touching) = (0, 0, 0);
    for (place, weight, cue) in beside.cues() {
        match place {
            Place::Clause if within(cue, clause) && is_nearest(candidates, at, cue) => {
                most = most.max(weight);
                least = least.min(weight);
            }
            Place::Before if leads_to(cue, &moment.span) => touching += weight,
            Place::After if comes_after(cue, &moment.span) => touching += weight,
            _ => {}
        }
    }
    base + far + most + least + touching
}

/// True when no other moment of its clause is nearer to a cue; what is said before a moment is nearer than after it.
fn is_nearest(candidates: &[Candidate<'_>], at: usize, cue: &Range<usize>) -> bool {
    let far = |moment: &Range<usize>| {
        if moment.end <= cue.start {
            2 * (cue.start - moment.end) + 2
        } else if cue.end <= moment.start {
            2 * (moment.start - cue.end) + 1
        } else {
            0
        }
    };
    let own = &candidates[at];
    let neighbours = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|other| candidates.get(other));
    let mut rivals = neighbours.filter(|other| other.clause == own.clause);
    rivals.all(|other| far(&own.moment.span) <= far(&other.moment.span))
}

/// Weighs a moment by what stands between it and the one before.
fn relate(candidates: &mut [Candidate<'_>], second: usize, message: &Message<'_>, beside: &Beside) {
    let [first, next] = &mut candidates[second - 1..=second] else { return };
    let between = first.moment.span.end..next.moment.span.start;
    let mark = |at: &usize| matches!(message.text_at(*at), "," | "." | "!" | "?" | ":" | "(");
    let Some(start) = between.clone().find(|at| !mark(at)) else { return };
    let end = between.clone().rev().find(|at| !mark(at)).map_or(start, |last| last + 1);
    let is = |place: Place| beside.says(place, |cue| *cue == (start..end));
    let range = || beside.says(Place::Range, |cue| leads_to(cue, &first.moment.span));
    if is(Place::Either) || (is(Place::And) && range()) {
        next.weight = first.weight.max(next.weight) + 1;
    } else if is(Place::Rather) {
        next.refused = true;
    } else if between.len() <= CORRECTION && beside.says(Place::Corrects, |cue| within(cue, &between)) {
        next.weight = first.weight.max(next.weight) + 1;
        first.refused = first.day != next.day;
    }
}
