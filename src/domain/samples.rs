//! What the tests of this room begin with.

use super::dunning::Progress;
use super::*;

/// An open case of 120 euros, due on 31 October 2026, of someone who is known and was asked to pay or to explain.
pub(super) fn case() -> Case {
    let amount = Money::new(12_000, Currency::Eur);
    let due_on = "2026-10-31".parse().unwrap();
    Case {
        id: CaseId(uuid::Uuid::nil()),
        reference: "D-1".into(),
        creditor: CreditorKey("atelier".into()),
        jurisdiction: Jurisdiction::Fr,
        debtor: Debtor {
            name: "Jeanne Martin".into(),
            language: Language::FR,
            zone: chrono_tz::Europe::Paris,
            segment: Segment::Consumer,
            email: None,
            postcode: None,
        },
        debt: Debt { invoice: Some("F-2026-10".into()), amount, paid: amount.with_minor(0), issued_on: None, due_on },
        letter: None,
        state: CaseState::Open,
        dunning: Progress::default(),
        phone: Phone {
            number: PhoneNumber::parse("0612345678", "FR").unwrap(),
            origin: PhoneOrigin::Contract,
            identity: IdentityLevel::L1,
            suppressed: None,
        },
        conversation: Conversation { asked: Some(Asked::PayOrExplain), ..Conversation::default() },
    }
}

/// So many cents came in by card on 21 November 2026.
pub(super) fn paid(minor: i64) -> Stimulus {
    Stimulus::Payment(IncomingPayment {
        amount: Money::new(minor, Currency::Eur),
        means: "card".into(),
        received_on: "2026-11-21".parse().unwrap(),
        receipt: None,
        quiet: false,
        by: None,
    })
}

/// What a French creditor may do who writes nothing of it.
pub(crate) fn policy() -> Policy {
    Policy::under(dunning::tests::law(Jurisdiction::Fr))
}
