//! The words of a message that speak for what the model concludes.

use super::features::Feature;
use super::model::Model;
use super::pattern::overlap;
use super::text::{Text, TokenKind};
use std::ops::Range;

/// A word is a ground when it speaks at least so loudly beside the one that speaks loudest.
const LOUD: f32 = 0.35;

/// The groups of whole words that weigh most for `column`: at most `count`, the heaviest first.
pub(super) fn of(
    model: &Model,
    column: usize,
    text: &Text<'_>,
    features: &[Feature],
    count: usize,
) -> Vec<Range<usize>> {
    let is_word = |kind, span: &Range<usize>| kind != TokenKind::Sign || !text.folded()[span.clone()].is_ascii();
    let tokens = text.tokens().into_iter().filter(|t| is_word(t.kind, &t.span));
    let mut words: Vec<(Range<usize>, f32)> = tokens.map(|t| (t.span, 0.0)).collect();
    for feature in features.iter().filter(|f| !f.span.is_empty()) {
        let first = words.partition_point(|(span, _)| span.end <= feature.span.start);
        let under = words[first..].iter().take_while(|(span, _)| overlap(span, &feature.span)).count();
        let share = model.pull(feature, column) / under.max(1) as f32;
        words[first..first + under].iter_mut().for_each(|(_, weight)| *weight += share);
    }
    let loudest = words.iter().map(|(_, weight)| *weight).fold(0.0, f32::max);
    let loud = |(_, weight): &(Range<usize>, f32)| *weight > 0.0 && *weight >= LOUD * loudest;
    let mut groups: Vec<(Range<usize>, f32)> = words
        .chunk_by(|a, b| loud(a) == loud(b))
        .filter(|group| loud(&group[0]))
        .map(|group| (group[0].0.start..group[group.len() - 1].0.end, group.iter().map(|(_, w)| w).sum()))
        .collect();
    groups.sort_by(|a, b| b.1.total_cmp(&a.1));
    groups.into_iter().take(count).map(|(span, _)| span).collect()
}
