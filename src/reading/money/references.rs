//! Invoice and case numbers, in the person's own writing: capitals count.

use std::ops::Range;

/// So many digits make a reference; fewer are a price or a day.
const FEWEST: usize = 3;
/// More are a telephone or a card.
const MOST: usize = 14;
/// A prefix of a reference has so many letters at most.
const LETTERS: usize = 6;

/// After a word that stands before many other things, a reference is so long at least.
const LONG: std::ops::RangeInclusive<usize> = 4..=7;
/// "Invoice no. 12", "facture n° 12": what is so short and stands between announces nothing of its own.
const SHORT: usize = 2;
/// These are years.
const YEARS: std::ops::RangeInclusive<u32> = 1_985..=2_040;

/// The words around references, in lower case.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct References {
    /// They announce a reference.
    named: Vec<String>,
    /// They stand before a reference that is a long number.
    the: Vec<String>,
    /// They announce a number that is none.
    other: Vec<String>,
}

impl References {
    /// The first reference of a message, as it is written, and where.
    pub(super) fn find<'m>(&self, original: &'m str) -> Option<(&'m str, Range<usize>)> {
        if !original.bytes().any(|b| b.is_ascii_digit()) {
            return None;
        }
        let is = |list: &[String], word: &str| list.iter().any(|w| w == word);
        let (mut last, mut second) = (0..0, 0..0);
        for span in pieces(original) {
            let piece = &original[span.clone()];
            let digits = piece.bytes().filter(u8::is_ascii_digit).count();
            if digits == 0 {
                (second, last) = (last, span);
                continue;
            }
            let word = |at: &Range<usize>| {
                let word = &original[at.clone()];
                word.rsplit(['/', '-']).next().unwrap_or(word).to_lowercase()
            };
            let ends = original[last.end..span.start].trim_start().starts_with(['?', '!', ',']);
            let mut announces = word(&last);
            let the = is(&self.the, &announces);
            if announces.len() <= SHORT {
                announces = word(&second);
            }
            let (named, other) = (!ends && is(&self.named, &announces), is(&self.other, &announces));
            let before = original[..span.start].trim_end();
            let sign = before.ends_with(['#', '°']) || ends_with_no(before);
            let announced = named || sign;
            let bare = announced || (the && LONG.contains(&digits) && piece.len() == digits && !is_year(piece));
            let found = (FEWEST..=MOST).contains(&digits) && (shaped(piece) || bare)
                || (announced && digits == 2 && shaped(piece));
            if found && !other && !is_date(piece) && !is_telephone(piece) && !decimal(original, &span) {
                return Some((piece, span));
            }
            (second, last) = (0..0, 0..0);
        }
        None
    }
}

/// Runs of letters, digits, and the dashes and slashes inside them.
fn pieces(original: &str) -> impl Iterator<Item = Range<usize>> {
    let mut next = 0;
    std::iter::from_fn(move || {
        let start = next + original[next..].find(|c: char| c.is_alphanumeric())?;
        let inside = |c: char| c.is_alphanumeric() || matches!(c, '-' | '/');
        let length = original[start..].find(|c: char| !inside(c)).unwrap_or(original.len() - start);
        let trimmed = original[start..start + length].trim_end_matches(['-', '/']).len();
        next = start + length;
        Some(start..start + trimmed)
    })
}

/// Capitals and digits, or digits parted by a dash or a slash.
fn shaped(piece: &str) -> bool {
    let bytes = piece.as_bytes();
    if !bytes.iter().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || matches!(b, b'-' | b'/')) {
        return false;
    }
    let letters = bytes.iter().take_while(|b| b.is_ascii_uppercase()).count();
    let parts: Vec<&str> = piece.split(['-', '/']).collect();
    let numeric = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    match letters {
        0 => {
            let first = parts[0];
            parts.len() >= 2
                && numeric(first)
                && (first.len() >= 2 && parts[1].bytes().filter(u8::is_ascii_digit).count() >= 3
                    || first.len() >= 3 && parts[1].len() == 1 && !numeric(parts[1]))
        }
        1..=LETTERS if parts.len() >= 2 => {
            parts[1..].iter().any(|part| part.bytes().filter(u8::is_ascii_digit).count() >= 2)
        }
        // One letter and three digits are a flat, or an amount in rand.
        1..=4 => parts.len() == 1 && bytes[letters..].iter().filter(|b| b.is_ascii_digit()).count() + letters >= 5,
        _ => false,
    }
}

/// "12/05", "12/05/2026".
fn is_date(piece: &str) -> bool {
    let parts: Vec<&str> = piece.split(['/', '-']).collect();
    let small = |part: &str| part.len() <= 2 && part.parse::<u32>().is_ok_and(|n| n <= 31);
    match parts.as_slice() {
        [a, b] => small(a) && small(b),
        [a, b, c] => small(a) && small(b) && c.parse::<u32>().is_ok() && (c.len() == 2 || c.len() == 4),
        _ => false,
    }
}

/// "602-555-0142".
fn is_telephone(piece: &str) -> bool {
    let lengths: Vec<usize> = piece.split('-').map(str::len).collect();
    lengths == [3, 3, 4]
}

fn is_year(piece: &str) -> bool {
    piece.parse().is_ok_and(|year: u32| YEARS.contains(&year))
}

/// A sum with hundredths or a currency is no reference.
fn decimal(original: &str, span: &Range<usize>) -> bool {
    let rest = &original[span.end..];
    let cents = rest.starts_with([',', '.']) && rest[1..].starts_with(|c: char| c.is_ascii_digit());
    cents || rest.trim_start().starts_with(['€', '£', '$'])
}

/// True after "No.", in capitals or not.
fn ends_with_no(before: &str) -> bool {
    before.as_bytes().last_chunk::<3>().is_some_and(|last| last.eq_ignore_ascii_case(b"no."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_invoices_and_cases_are_found_and_amounts_are_not() {
        let list = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect();
        let references =
            References { named: list(&["facture", "dossier", "case"]), the: list(&["la"]), other: list(&["chèque"]) };
        for (text, wanted) in [
            ("la 4512 est acquittée", Some("4512")),
            ("la 2024", None),
            ("chèque n° 0458812", None),
            ("R250 a month", None),
            ("602-555-0142", None),
            ("dossier LT-40", Some("LT-40")),
            ("FA-7719 : les flyers sont arrivés", Some("FA-7719")),
            ("V/facture 25/0447 contestée", Some("25/0447")),
            ("oui la n°55190 est à moi", Some("55190")),
            ("Dossier 88214 : échelonner ?", Some("88214")),
            ("dossier n° 88214", Some("88214")),
            ("suspendez le 240017-C svp", Some("240017-C")),
            ("whats left on 7731-B now", Some("7731-B")),
            ("Wrong amount on #4471", Some("4471")),
            ("case 27-30188, my lawyer", Some("27-30188")),
            ("je paie 120 le 5", None),
            ("le 05/04", None),
            ("12/05/2026", None),
            ("ma facture 120,50", None),
            ("", None),
        ] {
            assert_eq!(references.find(text).map(|(r, _)| r), wanted, "{text}");
        }
    }
}
