//! What a wrong reading would have cost, had the bot acted on it.

use crate::domain::{Acknowledges, Intent, Policy, Reading, acts_on, admission};
use crate::reading::LabelledReply;
use crate::reading::risk::{PROTECTED, demands, moves};

/// True when acting on the reading would wrong the person: a demand, a promise, a plan or an admission where there was
/// none, or an opt-out that was not heard.
pub(super) fn harmful(label: &LabelledReply, reading: &Reading, policy: &Policy) -> bool {
    let acted = acts_on(reading, policy);
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
    let admitted = admission(reading, policy) == Acknowledges::Explicit && label.acknowledges != Acknowledges::Explicit;
    (protected && demands(reading.intent)) || recorded(Intent::Promise) || recorded(Intent::PlanRequest) || admitted
}

/// True when a reply that says nothing of the debt is acted on as if it did: the case moves, or the conversation ends.
pub(super) fn meddles(label: &LabelledReply, reading: &Reading, policy: &Policy) -> bool {
    says_nothing(label) && moves(reading.intent) && acts_on(reading, policy)
}

/// True for a label of which nothing follows for the debt.
pub(super) fn says_nothing(label: &LabelledReply) -> bool {
    !label.intent.can_be_secondary() && label.intent != Intent::Hostile
}

/// True when the reading ends a conversation that should have gone on: an opt-out or a wrong number that is none.
pub(super) fn costly(label: &LabelledReply, reading: &Reading, policy: &Policy) -> bool {
    let taken = |intent: Intent| reading.intent == intent && label.intent != intent && !label.also.contains(&intent);
    acts_on(reading, policy) && (taken(Intent::OptOut) || taken(Intent::WrongNumber))
}
