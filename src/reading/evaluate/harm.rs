//! What a wrong reading would have cost, had the bot acted on it.

use crate::domain::{Acknowledges, Intent, Reading};
use crate::reading::LabelledReply;
use crate::reading::risk::{PROTECTED, demands};

/// True when acting on the reading would wrong the person: a demand, a promise, a plan or an admission where there was
/// none, or an opt-out that was not heard.
pub(super) fn harmful(label: &LabelledReply, reading: &Reading, acted: bool) -> bool {
    let labelled = |intent: Intent| label.intent == intent || label.also.contains(&intent);
    if labelled(Intent::OptOut) && !(acted && reading.says(Intent::OptOut)) && (acted || label.intent == Intent::OptOut)
    {
        return true;
    }
    if !acted {
        return false;
    }
    let cared_for = label.signals.vulnerable.iter().any(|v| v.forbids_demands());
    let heard = reading.signals.vulnerable.iter().any(|v| v.forbids_demands());
    let protected = PROTECTED.contains(&label.intent) || (cared_for && !heard);
    let recorded = |intent: Intent| reading.says(intent) && !labelled(intent);
    let admitted = reading.acknowledges == Acknowledges::Explicit && label.acknowledges != Acknowledges::Explicit;
    (protected && demands(reading.intent)) || recorded(Intent::Promise) || recorded(Intent::PlanRequest) || admitted
}

/// True when the reading ends a conversation that should have gone on: an opt-out or a wrong number that is none.
pub(super) fn costly(label: &LabelledReply, reading: &Reading, acted: bool) -> bool {
    let taken = |intent: Intent| reading.intent == intent && label.intent != intent && !label.also.contains(&intent);
    acted && (taken(Intent::OptOut) || taken(Intent::WrongNumber))
}
