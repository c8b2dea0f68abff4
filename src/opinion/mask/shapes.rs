//! What gives someone away by its shape, whatever the words: addresses of mail and of pages, telephones, long numbers.

use super::lists::LISTS;
use super::marks::{Mark, Marks};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// So many digits, joined or grouped, are a telephone, a card, an account.
const TELEPHONE: usize = 7;
/// So many digits in a row are a number of something.
const NUMBER: usize = 5;
/// An amount has so many digits at most.
const AMOUNT: usize = 8;

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern is written here")
}

static EMAIL: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)[\w.+%-]+\s?(?:@|\(at\)|\[at\]|\sarobase\s|\sarobas\s)\s?[\w-]+(?:\.[\w-]+)*"));
static LINK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:[a-z][a-z+]*://|www\.)\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:com|fr|net|org|eu|uk|us|be|ch|ca|io|me|co|info|biz|app|link|ly|gl)\b(?:/\S*)?",
    )
});
/// What is left of a card or an account once the reader has masked it.
static MASKED: LazyLock<Regex> = LazyLock::new(|| pattern(r"•[•\d /-]*[•\d]"));
static DIGITS: LazyLock<Regex> = LazyLock::new(|| pattern(r"\+?\(?\d(?:[ .\-/()_]{0,2}\d)*"));
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:(?:0?[1-9]|[12]\d|3[01])([./-])(?:0?[1-9]|1[0-2])[./-](?:20\d\d|\d\d)|20\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))$",
    )
});
/// Postcodes with letters in them.
static POSTCODE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}\b"));
/// Letters and digits in one word, as references are.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:[A-Za-z]{1,8}[-_/.]?\d{3,}|[A-Z]{1,8}[-_/]\d+|\d{2,}[-/][A-Z]\b|\d{4,}[A-Za-z])[\w/-]*")
});

/// Marks them.
pub(super) fn mark(marks: &mut Marks<'_>) {
    let text = marks.text();
    for (shape, mark) in [
        (&EMAIL, Mark::Email),
        (&LINK, Mark::Link),
        (&MASKED, Mark::Number),
        (&POSTCODE, Mark::Address),
        (&CODE, Mark::Reference),
    ] {
        for found in shape.find_iter(text) {
            if !(mark == Mark::Reference && is_amount(text, &found.range())) {
                marks.add(found.range(), mark);
            }
        }
    }
    for found in DIGITS.find_iter(text) {
        let run = without_dates(text, found.range());
        let count = digits(&text[run.clone()]);
        let telephone = count >= TELEPHONE || text[run.clone()].starts_with('+');
        let longest = text[run.clone()].split(|c: char| !c.is_numeric()).map(digits).max().unwrap_or(0);
        if (telephone || longest >= NUMBER) && !(count <= AMOUNT && is_amount(text, &run)) {
            marks.add(run, if telephone { Mark::Phone } else { Mark::Number });
        }
    }
}

/// The same run of digits without the dates at its ends.
fn without_dates(text: &str, mut run: Range<usize>) -> Range<usize> {
    let date = |piece: &str| DATE.is_match(piece);
    if date(&text[run.clone()]) {
        return run.end..run.end;
    }
    if let Some((first, rest)) = text[run.clone()].split_once(' ').filter(|(first, _)| date(first)) {
        run.start += first.len() + 1 + (rest.len() - rest.trim_start().len());
    }
    if let Some((rest, last)) = text[run.clone()].rsplit_once(' ').filter(|(_, last)| date(last)) {
        run.end -= last.len() + 1 + (rest.len() - rest.trim_end().len());
    }
    run
}

fn digits(text: &str) -> usize {
    text.chars().filter(|c| c.is_numeric()).count()
}

/// True when a sign or a word of money stands at either end.
pub(super) fn is_amount(text: &str, run: &Range<usize>) -> bool {
    let money = |word: &str| LISTS.money.contains(word);
    let after = text[run.end..].trim_start_matches(|c: char| matches!(c, ' ' | ',' | '.') || c.is_ascii_digit());
    let near = text[run.end..].len() - after.len() <= 5;
    let sign = after.chars().next().is_some_and(|c| money(c.encode_utf8(&mut [0; 4])) && !c.is_alphanumeric());
    let word: String = after.chars().take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    let before = text[..run.start].trim_end().chars().next_back();
    near && (sign || money(&word)) || before.is_some_and(|c| matches!(c, '€' | '$' | '£'))
}
