//! The time zone of a debtor: their postcode says it better than their number, their number better than the creditor.

use super::{Case, PhoneNumber};
use chrono_tz::Tz;

/// Overseas France, by the beginning of the postcode; longer ones first.
const POSTCODES: [(&str, Tz); 11] = [
    ("97133", Tz::America__St_Barthelemy),
    ("97150", Tz::America__Marigot),
    ("971", Tz::America__Guadeloupe),
    ("972", Tz::America__Martinique),
    ("973", Tz::America__Cayenne),
    ("974", Tz::Indian__Reunion),
    ("975", Tz::America__Miquelon),
    ("976", Tz::Indian__Mayotte),
    ("986", Tz::Pacific__Wallis),
    ("987", Tz::Pacific__Tahiti),
    ("988", Tz::Pacific__Noumea),
];

/// The zone that a number belongs to, by its beginning, where it has one: overseas France, whose Mayotte shares its country
/// code with La Réunion; the mainland; the United Kingdom.
const PREFIXES: [(&str, Tz); 11] = [
    ("+262639", Tz::Indian__Mayotte),
    ("+262", Tz::Indian__Reunion),
    ("+590", Tz::America__Guadeloupe),
    ("+594", Tz::America__Cayenne),
    ("+596", Tz::America__Martinique),
    ("+508", Tz::America__Miquelon),
    ("+681", Tz::Pacific__Wallis),
    ("+687", Tz::Pacific__Noumea),
    ("+689", Tz::Pacific__Tahiti),
    ("+33", Tz::Europe__Paris),
    ("+44", Tz::Europe__London),
];

/// The zone of someone at this number and postcode; `default` where neither tells. A mainland number says nothing against an
/// overseas default: people keep their number when they move there.
#[must_use]
pub fn zone_of(number: &PhoneNumber, postcode: Option<&str>, default: Tz) -> Tz {
    let french = starting(number.as_str(), &PREFIXES).is_some_and(|zone| zone != Tz::Europe__London);
    let mainland = |postcode: &str| postcode < "96";
    postcode
        .filter(|postcode| french && postcode.len() == 5)
        .and_then(|code| starting(code, &POSTCODES).or_else(|| mainland(code).then_some(Tz::Europe__Paris)))
        .or_else(|| {
            starting(number.as_str(), &PREFIXES).filter(|zone| *zone != Tz::Europe__Paris || !is_overseas(default))
        })
        .unwrap_or(default)
}

fn is_overseas(zone: Tz) -> bool {
    POSTCODES.iter().any(|(_, overseas)| *overseas == zone)
}

/// The zones that a debtor may be in: their own, and that of their number where the two disagree.
pub(super) fn zones_of(case: &Case) -> impl Iterator<Item = Tz> + Clone {
    let own = case.debtor.zone;
    let of_number = starting(case.phone.number.as_str(), &PREFIXES).filter(|zone| *zone != own);
    std::iter::once(own).chain(of_number)
}

fn starting(text: &str, table: &[(&str, Tz)]) -> Option<Tz> {
    table.iter().find(|(beginning, _)| text.starts_with(beginning)).map(|(_, zone)| *zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::Tz;

    #[test]
    fn a_postcode_wins_over_a_prefix_and_a_prefix_over_the_default() {
        for (number, postcode, expected) in [
            ("0612345678", None, Tz::Europe__Paris),
            ("0612345678", Some("75011"), Tz::Europe__Paris),
            ("0612345678", Some("97410"), Tz::Indian__Reunion),
            ("0692123456", None, Tz::Indian__Reunion),
            ("0692123456", Some("97150"), Tz::America__Marigot),
            ("0639012345", None, Tz::Indian__Mayotte),
            ("0690123456", None, Tz::America__Guadeloupe),
            ("0690123456", Some("69003"), Tz::Europe__Paris),
            ("+447400123456", None, Tz::Europe__London),
            ("+447400123456", Some("97410"), Tz::Europe__London),
            ("+32470123456", None, Tz::America__Toronto),
        ] {
            let number = PhoneNumber::parse(number, "FR").unwrap();
            assert_eq!(zone_of(&number, postcode, Tz::America__Toronto), expected, "{postcode:?}");
        }
        let mainland = PhoneNumber::parse("0612345678", "FR").unwrap();
        assert_eq!(zone_of(&mainland, None, Tz::Indian__Reunion), Tz::Indian__Reunion);
        assert_eq!(zone_of(&mainland, Some("75011"), Tz::Indian__Reunion), Tz::Europe__Paris);
    }
}
