//! When a person asks to be called: the day and the hour.

use super::cues::{Beside, Place, within};
use super::finder::{Kind, Moment};
use crate::domain::CallBack;
use std::ops::Range;

/// The day and the hour of a call asked for, and the tokens that say them: those beside the words of calling when
/// there are some, else the first of the message.
pub(in crate::reading) fn call_back(moments: &[Moment], beside: &Beside) -> Option<(CallBack, Range<usize>)> {
    if moments.is_empty() {
        return None;
    }
    let calls = |moment: &&Moment| {
        let clause = beside.clause(&moment.span);
        beside.says(Place::Call, |cue| within(cue, &clause))
    };
    let days = || moments.iter().filter(|moment| moment.kind == Kind::Day && moment.day.is_some());
    let hours = || moments.iter().filter(|moment| matches!(moment.kind, Kind::Hour(_)));
    let hour = hours().find(calls).or_else(|| hours().next());
    let clause = hour.map(|hour| beside.clause(&hour.span));
    let same_clause = |day: &&Moment| clause.as_ref().is_some_and(|clause| within(&day.span, clause));
    let day = days().find(calls).or_else(|| days().find(same_clause)).or_else(|| days().next());
    let at = hour.and_then(|hour| match hour.kind {
        Kind::Hour(time) => Some(time),
        Kind::Day | Kind::Never => None,
    });
    let spans = || [day, hour].into_iter().flatten().map(|moment| &moment.span);
    let span = spans().map(|span| span.start).min()?..spans().map(|span| span.end).max()?;
    Some((CallBack { on: day.and_then(|day| day.day), at }, span))
}
