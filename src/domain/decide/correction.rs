//! A reply that was read wrongly: what it did is taken back where nothing has been built on it, and what it meant is done.

use super::agent::tasks_of_state;
use super::payment::wait_again;
use super::reply::{ALL_CLOCKS, heard};
use super::{Draft, Recall};
use crate::domain::{Asked, CaseState, Event, Intent, Reading, SuppressionReason, TaskKind};
use chrono::NaiveDate;

/// What a reply meant, and what was made of it.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own about the mistake")]
pub struct Correction {
    /// Word for word.
    pub text: String,
    /// What was read.
    pub was: Intent,
    /// Where the case stood before the mistake.
    pub before: CaseState,
    /// Where the mistake left it.
    pub after: CaseState,
    /// Whether money moved since, or the amount was corrected: what was agreed on before may no longer sum to what is due.
    pub money_moved: bool,
    /// Whether it alone unlinked the number.
    pub unlinked: bool,
    /// The tasks that it was the first to ask for, and that are still open.
    pub tasks: Vec<TaskKind>,
    /// Until when no demand is made, leaving what it said about that aside.
    pub no_demand_before: Option<NaiveDate>,
    /// The question that the reply answered.
    pub asked: Option<Asked>,
    /// Whether the talk has gone on to where what the reply meant can no longer be done by itself.
    pub overtaken: bool,
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
    let fits = || if correction.money_moved { before.clone().without_proposals() } else { before.clone() };
    d.record(Event::ReadingCorrected {
        by: by.to_owned(),
        was: *was,
        now: reading.intent,
        state: goes_back.then(fits),
        relinked: correction.unlinked && wrong_number && reading.intent != Intent::WrongNumber,
        no_demand_before: correction.no_demand_before,
    });
    let stays = tasks_of_state(&d.case.state);
    d.ends(&correction.tasks.iter().copied().filter(|task| !stays.contains(task)).collect::<Vec<_>>());
    if goes_back {
        d.rule("agent.takes_effect_back");
        d.recall(Recall::Debt);
        d.stop_timers(&ALL_CLOCKS);
        wait_again(d);
    } else if moved {
        d.rule("agent.effect_stands");
    }
    if correction.overtaken {
        d.rule("agent.talk_went_on");
        return d.task(TaskKind::NewReply);
    }
    d.case.conversation.asked = correction.asked;
    heard(d, reading, &correction.text, true);
}
