//! A reply that was read wrongly: what it did is taken back where nothing has been built on it, and what it meant is done.

use super::payment::wait_again;
use super::reply::{ALL_CLOCKS, heard};
use super::{Draft, Recall};
use crate::domain::{CaseState, Event, Intent, Reading, SuppressionReason, TaskKind};

/// What a reply meant, and what was made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Correction {
    /// Word for word.
    pub text: String,
    /// What was read.
    pub was: Intent,
    /// Where the case stood before the mistake.
    pub before: CaseState,
    /// Where the mistake left it.
    pub after: CaseState,
    /// Whether it unlinked the number.
    pub unlinked: bool,
    /// The tasks that it opened and that are still open.
    pub tasks: Vec<TaskKind>,
    /// What the reply meant.
    pub reading: Reading,
    /// Whether the person is answered now.
    pub aloud: bool,
}

pub(super) fn correct(d: &mut Draft, by: &str, correction: &Correction) {
    let Correction { was, before, after, reading, .. } = correction;
    d.rule("agent.corrects_reading");
    d.speaks_for_an_agent(correction.aloud);
    let moved = before != after;
    let goes_back = moved && d.case.state == *after;
    let suppressed = [d.case.phone.suppressed, d.case.conversation.silent_before_stop];
    let wrong_number = suppressed.iter().flatten().any(|known| known.reason == SuppressionReason::WrongNumber);
    d.record(Event::ReadingCorrected {
        by: by.to_owned(),
        was: *was,
        now: reading.intent,
        state: goes_back.then(|| before.clone()),
        relinked: correction.unlinked && wrong_number && reading.intent != Intent::WrongNumber,
    });
    d.ends(&correction.tasks);
    if goes_back {
        d.rule("agent.takes_effect_back");
        d.recall(Recall::Debt);
        d.stop_timers(&ALL_CLOCKS);
        wait_again(d);
    } else if moved {
        d.rule("agent.effect_stands");
    }
    heard(d, reading, &correction.text, true);
}
