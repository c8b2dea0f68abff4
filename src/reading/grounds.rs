//! The words of a message that speak for what the model concludes.

use super::message::{Kind, Message};
use super::model::{Known, Model};
use std::ops::Range;

/// A word is a ground when it speaks at least so loudly beside the one that speaks loudest.
const LOUD: f32 = 0.35;

/// The groups of whole words that weigh most for `column`: at most `count`, the heaviest first.
pub(super) fn of(
    model: &Model,
    column: usize,
    message: &Message<'_>,
    known: &Known<'_>,
    count: usize,
) -> Vec<Range<usize>> {
    let mut words = vec![0.0_f32; message.tokens().len()];
    model.pulls(known, column, |pull, (first, end)| {
        let Some(under) = words.get_mut(usize::from(first)..usize::from(end)) else { return };
        let share = pull / under.len() as f32;
        under.iter_mut().for_each(|weight| *weight += share);
    });
    let speaks = |at: &usize| message.tokens()[*at].kind != Kind::Sign;
    let places: Vec<usize> = (0..words.len()).filter(speaks).collect();
    let loudest = places.iter().map(|at| words[*at]).fold(0.0, f32::max);
    let loud = |at: &usize| words[*at] > 0.0 && words[*at] >= LOUD * loudest;
    let mut groups: Vec<(Range<usize>, f32)> = places
        .chunk_by(|a, b| loud(a) == loud(b))
        .filter(|group| loud(&group[0]))
        .map(|group| (group[0]..group[group.len() - 1] + 1, group.iter().map(|at| words[*at]).sum()))
        .collect();
    groups.sort_by(|a, b| b.1.total_cmp(&a.1));
    groups.into_iter().take(count).map(|(span, _)| span).collect()
}
