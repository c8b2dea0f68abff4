//! A bare answer, whose meaning is in the question: a number, or a day and nothing else.

use super::message::{Kind, Message};
use super::moments::{self, Moment};
use crate::domain::{Asked, Intent};

/// Larger numbers are telephones and references.
const LARGEST: u32 = 20_000;

/// What a message that is one number or one moment means after a question: a day or a sum to pay, or the terms of a plan.
pub(super) fn intent(message: &Message<'_>, moments: &[Moment], asked: Option<Asked>) -> Option<Intent> {
    let asks_day = matches!(asked?, Asked::PaymentDate | Asked::ConfirmDate);
    if asks_day && is_a_day(message, moments) {
        return Some(Intent::Promise);
    }
    let mut spoken = message.tokens().iter().filter(|t| t.kind != Kind::Sign);
    let (token, None) = (spoken.next()?, spoken.next()) else { return None };
    let number: u32 = message.text(token).parse().ok().filter(|n| (1..=LARGEST).contains(n))?;
    match asked? {
        Asked::PaymentDate | Asked::ConfirmDate => Some(Intent::Promise),
        Asked::PlanTerms if number > 1 => Some(Intent::PlanRequest),
        _ => None,
    }
}

/// True when every word is part of a day that can be told, the only one.
fn is_a_day(message: &Message<'_>, moments: &[Moment]) -> bool {
    let [moment] = moments else { return false };
    let mut spoken = message.tokens().iter().enumerate().filter(|(_, t)| t.kind != Kind::Sign);
    moment.kind == moments::Kind::Day && moment.day.is_some() && spoken.all(|(at, _)| moment.span.contains(&at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;
    use crate::reading::language::Packs;
    use crate::reading::message::Runs;

    #[test]
    fn only_a_number_or_a_day_alone_takes_its_meaning_from_the_question() {
        let packs = Packs::embedded().expect("the data of the languages");
        for (said, asked, wanted) in [
            ("5", Some(Asked::PaymentDate), Some(Intent::Promise)),
            ("50.", Some(Asked::PaymentDate), Some(Intent::Promise)),
            ("3", Some(Asked::PlanTerms), Some(Intent::PlanRequest)),
            ("1", Some(Asked::PlanTerms), None),
            ("5", None, None),
            ("5", Some(Asked::DisputeReason), None),
            ("5 non", Some(Asked::PaymentDate), None),
            ("0612345678", Some(Asked::PaymentDate), None),
            ("le 5 mars.", Some(Asked::ConfirmDate), Some(Intent::Promise)),
            ("vendredi", Some(Asked::PaymentDate), Some(Intent::Promise)),
            ("vendredi", Some(Asked::DisputeReason), None),
            ("pas vendredi", Some(Asked::PaymentDate), None),
        ] {
            let runs = Runs::new(said);
            let pack = packs.of(&runs, Some(Language::FR));
            let message = pack.message(&runs);
            let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 12).expect("a day");
            let moments = pack.moments.find(&message, &moments::Origin { day, us_dates: false, asked });
            assert_eq!(intent(&message, &moments, asked), wanted, "{said}");
        }
    }
}
