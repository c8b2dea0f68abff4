//! How likely it is that acting on a reading wrongs the person.

use super::model::{QUESTIONS, Question, Scores};
use crate::domain::{Acknowledges, Intent, Reading};

/// Under these nothing may be asked for, and nothing recorded as admitted.
pub(super) const PROTECTED: [Intent; 4] = [Intent::OptOut, Intent::WrongNumber, Intent::Dispute, Intent::AlreadyPaid];

/// Less is the hum of a rare circumstance in any message, not the circumstance.
const HEARD: f32 = 0.05;
/// How much it wrongs someone that their case moves for words that had nothing to do with it, beside a demand that
/// should not be made.
const NOTHING_SAID: f32 = 0.25;

/// The probability of harm, each way of doing harm taken by itself.
pub(super) fn of(reading: &Reading, scores: &Scores) -> f32 {
    let yes = |question| scores.yes(question);
    let mut ways: Vec<f32> = Vec::with_capacity(8);
    // A wrong number is never written to again: an opt-out beside it is obeyed too.
    if !reading.says(Intent::OptOut) && reading.intent != Intent::WrongNumber {
        ways.push(yes(Question::Says(Intent::OptOut)));
    }
    if moves(reading.intent) {
        ways.push(NOTHING_SAID * scores.of(Intent::Unclear));
    }
    if demands(reading.intent) {
        ways.push(PROTECTED.into_iter().map(|intent| scores.of(intent)).sum());
        if !reading.signals.vulnerable.iter().any(|v| v.forbids_demands()) {
            let forbids = |question: &Question| matches!(question, Question::Vulnerable(v) if v.forbids_demands());
            ways.extend(QUESTIONS.into_iter().filter(forbids).map(yes).filter(|p| *p >= HEARD));
        }
    }
    for intent in [Intent::Promise, Intent::PlanRequest] {
        if reading.says(intent) {
            ways.push(1.0 - yes(Question::Says(intent)));
        }
    }
    if reading.intent == Intent::Acknowledgment {
        ways.push(of_admission(reading, scores));
    }
    1.0 - ways.into_iter().map(|way| 1.0 - way.clamp(0.0, 1.0)).product::<f32>()
}

/// The probability that an admission read as explicit was not made.
pub(super) fn of_admission(reading: &Reading, scores: &Scores) -> f32 {
    let explicit = reading.acknowledges == Acknowledges::Explicit;
    if explicit { 1.0 - scores.yes(Question::Explicit) } else { 0.0 }
}

/// True when acting on this intent changes the case.
pub(super) fn moves(intent: Intent) -> bool {
    intent <= Intent::Refusal || intent == Intent::Acknowledgment
}

/// True when acting on this intent asks for money, or records that it is owed.
pub(super) fn demands(intent: Intent) -> bool {
    use Intent::{Acknowledgment, ExtensionRequest, PaymentHelp, PlanRequest, Promise};
    matches!(intent, Promise | PlanRequest | ExtensionRequest | PaymentHelp | Acknowledgment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::model::PRIMARY;

    fn scores(primary: &[(Intent, f32)], questions: &[(Question, f32)]) -> Scores {
        let mut scores = Scores { primary: [0.0; PRIMARY], questions: [0.0; QUESTIONS.len()] };
        primary.iter().for_each(|(intent, p)| scores.primary[*intent as usize] = *p);
        for (question, p) in questions {
            scores.questions[QUESTIONS.iter().position(|q| q == question).expect("a question")] = *p;
        }
        scores
    }

    #[test]
    fn what_is_recorded_or_asked_for_wrongly_is_the_risk() {
        let says = Question::Says;
        let sure = &[(says(Intent::Promise), 1.0), (says(Intent::PlanRequest), 1.0), (Question::Explicit, 1.0)][..];
        let promise = Reading::bare(Intent::Promise);
        for (reading, primary, questions, risk) in [
            (promise.clone(), &[][..], sure, 0.0),
            (promise.clone(), &[(Intent::Dispute, 0.2)], sure, 0.2),
            (promise.clone(), &[], &[(says(Intent::Promise), 0.7)], 0.3),
            (promise, &[], &[(says(Intent::Promise), 1.0), (says(Intent::OptOut), 0.4)], 0.4),
            (Reading::bare(Intent::Hardship), &[(Intent::Dispute, 0.5)], &[], 0.0),
            (Reading::bare(Intent::Hardship), &[(Intent::Unclear, 0.4)], &[], 0.1),
            (Reading::bare(Intent::Courtesy), &[(Intent::Unclear, 0.5)], &[], 0.0),
            (Reading::bare(Intent::OptOut), &[], &[(says(Intent::OptOut), 0.6)], 0.0),
        ] {
            let found = of(&reading, &scores(primary, questions));
            assert!((found - risk).abs() < 1e-6, "{:?}: {found} for {risk}", reading.intent);
        }
    }
}
