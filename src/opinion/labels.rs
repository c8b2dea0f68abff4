//! The intents of the annotation guide, each in a sentence, for a reader who has never seen it.

use crate::domain::{Asked, Intent};

/// What the person of each intent does.
pub(super) const fn meaning(intent: Intent) -> &'static str {
    match intent {
        Intent::OptOut => "wants no more messages, in any words",
        Intent::WrongNumber => "says they are not the person addressed",
        Intent::Dispute => {
            "contests the debt (existence, amount, quality, delivery, cancellation, fraud, age), or demands proof because they doubt it"
        }
        Intent::AlreadyPaid => "says this was paid, or that the payment is under way",
        Intent::PlanRequest => "asks or offers to pay in two or more payments",
        Intent::Promise => {
            "commits or offers to pay, all or part, in one payment, with or without a date, also as a question or under a condition"
        }
        Intent::Hardship => "cannot pay because of what happened to them, and offers nothing",
        Intent::ExtensionRequest => "asks for time and names no moment",
        Intent::Refusal => "will not pay, and gives no ground",
        Intent::PaymentHelp => "wants to pay now and asks how, or cannot make the means work",
        Intent::InfoRequest => "asks about the debt or the sender without doubting it",
        Intent::HumanRequest => "asks for a person or a call",
        Intent::Acknowledgment => "admits that they owe it, and offers nothing yet",
        Intent::Hostile => "insults, threatens, or announces legal action, and says nothing else",
        Intent::Negation => "a bare no",
        Intent::Affirmation => "a bare yes",
        Intent::Courtesy => "greets, thanks or signs off, and nothing else",
        Intent::Unclear => "none of these can be told",
    }
}

/// What we had asked.
pub(super) const fn question(asked: Asked) -> &'static str {
    match asked {
        Asked::PayOrExplain => "to pay, or to say what the matter is",
        Asked::PaymentDate => "when they will pay",
        Asked::ConfirmDate => "whether a date of payment is right",
        Asked::PlanTerms => "in how many payments, from when",
        Asked::ConfirmPlan => "whether a payment plan is right",
        Asked::DisputeReason => "why they contest it",
        Asked::ConfirmIdentity => "whether they are the person addressed",
        Asked::Menu => "to choose: pay, pay in parts, disagree, talk to someone",
    }
}
