//! What stands beside the moments of a message and tells what they are for.

use super::finder::Moment;
use crate::reading::message::{Kind, Message};
use crate::reading::phrase::Grammar;
use serde::Deserialize;
use std::ops::Range;

/// Where a cue stands; the words after `place` in `moments.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Place {
    /// Anywhere in the clause of a moment.
    Clause,
    /// Just before a moment.
    Before,
    /// Just after a moment.
    After,
    /// It begins a clause.
    Cut,
    /// Anywhere in the clause of the moment of a call.
    Call,
    /// Between two moments that are one choice: the last one counts.
    Either,
    /// Before two moments that are one choice when an `And` stands between.
    Range,
    /// Between two moments.
    And,
    /// Between two moments of which the second takes the first one back.
    Corrects,
    /// Between two moments of which the first is preferred to the second.
    Rather,
}

/// What a phrase says of the moments beside it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cue {
    pub(super) place: Place,
    /// How much it speaks for paying then, or against.
    pub(super) weight: i32,
}

/// The cues of a message and its clauses.
#[derive(Debug, Default)]
pub(in crate::reading) struct Beside {
    said: Vec<(Cue, Range<usize>)>,
    /// Where clauses begin.
    cuts: Vec<usize>,
    end: usize,
}

impl Beside {
    /// Finds the cues of a message, and cuts it after a mark of punctuation, at a conjunction and on a new line.
    pub(super) fn new(cues: &Grammar<Cue>, message: &Message<'_>, moments: &[Moment]) -> Self {
        let mut said = Vec::new();
        cues.find(message, |cue| said.push((*cue.meaning, cue.span)));
        let tokens = message.tokens();
        let number = |at: usize| tokens.get(at).is_some_and(|token| token.kind == Kind::Number);
        let decimal = |at: usize| at > 0 && tokens[at].glued && number(at - 1) && number(at + 1);
        let mark = |at: usize| {
            let text = message.text_at(at);
            tokens[at].kind == Kind::Sign && matches!(text, "." | "," | ";" | ":" | "!" | "?" | "(" | ")" | "-" | "/")
        };
        let inside = |at: usize| moments.iter().any(|moment| moment.span.contains(&at));
        let marks = (0..tokens.len()).filter(|at| mark(*at) && !decimal(*at) && !inside(*at)).map(|at| at + 1);
        let lines = (1..tokens.len()).filter(|at| message.line_begins(*at));
        let words = said.iter().filter(|(cue, _)| cue.place == Place::Cut).map(|(_, span)| span.start);
        let mut cuts: Vec<usize> = marks.chain(lines).chain(words).collect();
        cuts.sort_unstable();
        Self { said, cuts, end: tokens.len() }
    }

    /// The clause that a span begins in.
    pub(super) fn clause(&self, span: &Range<usize>) -> Range<usize> {
        let next = self.cuts.partition_point(|cut| *cut <= span.start);
        let start = next.checked_sub(1).map_or(0, |last| self.cuts[last]);
        start..self.cuts.get(next).copied().unwrap_or(self.end)
    }

    /// Every cue and its tokens.
    pub(super) fn cues(&self) -> impl Iterator<Item = (Place, i32, &Range<usize>)> {
        self.said.iter().map(|(cue, span)| (cue.place, cue.weight, span))
    }

    /// True when a cue of that place stands so.
    pub(super) fn says(&self, place: Place, stands: impl Fn(&Range<usize>) -> bool) -> bool {
        self.said.iter().any(|(cue, span)| cue.place == place && stands(span))
    }
}

/// True when one span is part of another.
pub(super) fn within(inner: &Range<usize>, outer: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// True when a cue ends where a moment begins.
pub(super) fn leads_to(cue: &Range<usize>, moment: &Range<usize>) -> bool {
    cue.start < moment.start && (moment.start..moment.end).contains(&cue.end)
}

/// True when a cue begins where a moment ends.
pub(super) fn comes_after(cue: &Range<usize>, moment: &Range<usize>) -> bool {
    cue.end > moment.end && (moment.start + 1..=moment.end).contains(&cue.start)
}
