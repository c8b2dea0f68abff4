//! The numbers of cards and accounts that people send: they are found so that they are never kept.

use std::ops::Range;

/// How many digits a card has.
const CARD: std::ops::RangeInclusive<usize> = 13..=19;
/// How many characters an account has.
const ACCOUNT: std::ops::RangeInclusive<usize> = 15..=34;
/// How many of the last characters are left to be seen.
const SEEN: usize = 4;
/// What stands for each of the others.
const MASK: char = '•';
/// So far behind a card people write until when it is good, and its code.
const BEHIND: usize = 48;
/// How many digits the code of a card has.
const CODE: std::ops::RangeInclusive<usize> = 3..=4;

/// What must not be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reading) enum Secret {
    /// The number of a payment card.
    Card,
    /// The number of a bank account (IBAN).
    Account,
    /// Until when a card is good, or its code.
    OfCard,
}

/// Where a message gives away a card or an account, in bytes.
pub(in crate::reading) fn find(original: &str) -> Vec<(Range<usize>, Secret)> {
    let bytes = original.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let begins = bytes[at].is_ascii_alphanumeric() && (at == 0 || !bytes[at - 1].is_ascii_alphanumeric());
        let secret = if !begins {
            None
        } else if bytes[at].is_ascii_digit() {
            card(bytes, at).map(|end| (end, Secret::Card))
        } else {
            account(bytes, at).map(|end| (end, Secret::Account))
        };
        match secret {
            Some((end, secret)) => {
                found.push((at..end, secret));
                at = end;
                if secret == Secret::Card {
                    found.extend(of_card(original, end).into_iter().map(|span| (span, Secret::OfCard)));
                    at = found.last().map_or(at, |(span, _)| span.end);
                }
            }
            None => at += 1,
        }
    }
    found
}

/// The message with all but the last characters of its secrets masked; none when it has none.
pub fn masked(original: &str) -> Option<String> {
    let found = find(original);
    if found.is_empty() {
        return None;
    }
    let mut masked = String::with_capacity(original.len());
    let mut done = 0;
    for (span, secret) in found {
        masked.push_str(&original[done..span.start]);
        let hidden = &original[span.clone()];
        let mut left = hidden.bytes().filter(u8::is_ascii_alphanumeric).count();
        let seen = if secret == Secret::OfCard { 0 } else { SEEN };
        for c in hidden.chars() {
            masked.push(if c.is_ascii_alphanumeric() && left > seen { MASK } else { c });
            left -= usize::from(c.is_ascii_alphanumeric());
        }
        done = span.end;
    }
    masked.push_str(&original[done..]);
    Some(masked)
}

/// Whether a message as [`masked`] leaves it had a secret, and says nothing besides.
pub(in crate::reading) fn left_by(masked: &str) -> Left {
    // One alone begins the line of a list.
    match (masked.contains("••"), masked.contains(char::is_alphabetic)) {
        (false, _) => Left::Whole,
        (true, true) => Left::Words,
        (true, false) => Left::Nothing,
    }
}

/// What is left of a message when its secrets are masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::reading) enum Left {
    /// All of it: it had none.
    Whole,
    /// What else it says.
    Words,
    /// Nothing but numbers.
    Nothing,
}

/// Behind a card: a month and a year, three or four digits that are no amount.
fn of_card(original: &str, card: usize) -> Vec<Range<usize>> {
    let bytes = original.as_bytes();
    let end = bytes.len().min(card + BEHIND);
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut found = Vec::new();
    let mut at = card;
    while at < end {
        if !digit(at) || digit(at - 1) {
            at += 1;
            continue;
        }
        let run = |from: usize| (from..).find(|at| !digit(*at)).unwrap_or(from);
        let mut stop = run(at);
        let parted = matches!(bytes.get(stop), Some(b'/' | b'-')) && digit(stop + 1);
        if parted && stop - at <= 2 {
            stop = run(stop + 1);
            found.push(at..stop);
        } else if CODE.contains(&(stop - at)) && !money(&original[stop..]) {
            found.push(at..stop);
        }
        at = stop;
    }
    found
}

/// True when what follows a number makes it an amount.
fn money(after: &str) -> bool {
    let decimal = matches!(after.as_bytes(), [b',' | b'.', digit, ..] if digit.is_ascii_digit());
    let after = after.trim_start().to_lowercase();
    decimal || ["€", "e ", "eur", "£", "$"].iter().any(|sign| after.starts_with(sign))
}

/// The characters from a place on, without the single blanks and dashes between them, each with its end; at most `most`.
fn together(bytes: &[u8], at: usize, most: usize, fits: fn(&u8) -> bool) -> Vec<(u8, usize)> {
    let mut run = Vec::with_capacity(most);
    let mut next = at;
    while let Some(byte) = bytes.get(next).filter(|b| fits(b)).filter(|_| run.len() <= most) {
        run.push((*byte, next + 1));
        next += 1;
        let parted = bytes.get(next).is_some_and(|b| matches!(b, b' ' | b'-')) && bytes.get(next + 1).is_some_and(fits);
        next += usize::from(parted);
    }
    run
}

/// Where the card that begins at a place ends; what follows it is no digit.
fn card(bytes: &[u8], at: usize) -> Option<usize> {
    let run = together(bytes, at, *CARD.end() + 6, u8::is_ascii_digit);
    // A date or a code may follow: the longest beginning that adds up and ends a group is the card.
    CARD.rev().filter_map(|length| run.get(..length)).find_map(|digits| {
        let (_, end) = *digits.last()?;
        let whole = !bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
        // Networks begin with 2 to 6, so that no telephone written 0 or +33 and no reference adds up by luck alone.
        let network = matches!(digits.first()?.0, b'2'..=b'6');
        (whole && network && luhn(digits)).then_some(end)
    })
}

/// The check digit of cards.
fn luhn(digits: &[(u8, usize)]) -> bool {
    let value = |(place, (digit, _)): (usize, &(u8, usize))| {
        let value = u32::from(digit - b'0') * if place % 2 == 1 { 2 } else { 1 };
        value / 10 + value % 10
    };
    let varied = digits.iter().any(|(digit, _)| *digit != digits[0].0);
    varied && digits.iter().rev().enumerate().map(value).sum::<u32>() % 10 == 0
}

/// Where the account that begins at a place ends.
fn account(bytes: &[u8], at: usize) -> Option<usize> {
    let head = bytes.get(at..at + 2)?;
    if !head.iter().all(u8::is_ascii_alphabetic) {
        return None;
    }
    let run = together(bytes, at, *ACCOUNT.end(), u8::is_ascii_alphanumeric);
    if !run.get(2..4)?.iter().all(|(b, _)| b.is_ascii_digit()) {
        return None;
    }
    ACCOUNT.rev().filter_map(|length| run.get(..length)).find_map(|signs| {
        let (_, end) = *signs.last()?;
        let whole = !bytes.get(end).is_some_and(u8::is_ascii_alphanumeric);
        (whole && adds_up(signs)).then_some(end)
    })
}

/// The check of accounts: the remainder by 97, the first four signs read last.
fn adds_up(signs: &[(u8, usize)]) -> bool {
    let remainder = signs[4..].iter().chain(&signs[..4]).fold(0_u32, |rest, (sign, _)| match sign {
        digit if digit.is_ascii_digit() => (rest * 10 + u32::from(digit - b'0')) % 97,
        letter => (rest * 100 + u32::from(letter.to_ascii_uppercase() - b'A') + 10) % 97,
    });
    remainder == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_and_accounts_are_masked_but_their_last_four_and_nothing_else_is() {
        for (said, kept) in [
            ("4970 1012 3456 7890", None),
            ("ma carte 4111 1111 1111 1111 exp 12/27", Some("ma carte •••• •••• •••• 1111 exp ••/••")),
            ("4111111111111111", Some("••••••••••••1111")),
            ("4111-1111-1111-1111 12/27 123", Some("••••-••••-••••-1111 ••/•• •••")),
            ("4111 1111 1111 1111 cvv 123, je paie 150€", Some("•••• •••• •••• 1111 cvv •••, je paie 150€")),
            ("amex 378282246310005 ok", Some("amex •••••••••••0005 ok")),
            ("IBAN FR14 2004 1010 0505 0001 3M02 606 merci", Some("IBAN •••• •••• •••• •••• •••• •••2 606 merci")),
            ("gb82west12345698765432", Some("••••••••••••••••••5432")),
            ("DE89 3704 0044 0532 0130 00.", Some("•••• •••• •••• •••• ••30 00.")),
            ("appelez le 06 39 98 41 17 ou 01 23 45 67 89", None),
            ("+33 6 39 98 41 17", None),
            ("dossier 2024-0871-4471-9983", None),
            ("FR14 2004 1010 0505 0001 3M02 607", None),
            ("0000 0000 0000 0000", None),
            ("😀 à payer 120,50 €", None),
            ("", None),
        ] {
            assert_eq!(masked(said).as_deref(), kept, "{said}");
        }
        assert_eq!(find("4111111111111111 et FR1420041010050500013M02606").len(), 2);
    }
}
