//! What somebody else would learn: who looks at a locked telephone, or holds a number that was the debtor's.

use super::Checker;
use super::fold::fold;

/// What a locked screen shows of a message.
const PREVIEW: usize = 40;

/// The words of a debt that a locked screen shows.
pub(super) fn words_in_preview<'a>(text: &str, checker: &'a Checker) -> Vec<&'a str> {
    let shown: String = text.chars().take(PREVIEW).collect();
    // A word that the edge cuts is not shown as itself.
    let whole =
        if text.chars().count() > PREVIEW { shown.rsplit_once(' ').map_or("", |(whole, _)| whole) } else { &shown };
    words(whole, checker)
}

/// The amount that a locked screen shows, whole or in part.
pub(super) fn amount_in_preview(text: &str, signs: &[&str]) -> Option<String> {
    let amount = amount(text, signs)?;
    (text[..amount.start].chars().count() < PREVIEW).then(|| text[amount].to_owned())
}

/// What a message that must say nothing of a debt says of it.
pub(super) fn told(text: &str, signs: &[&str], values: &[&str], checker: &Checker) -> Vec<String> {
    let mut told: Vec<String> = words(text, checker).into_iter().map(str::to_owned).collect();
    told.extend(amount(text, signs).map(|amount| text[amount].to_owned()));
    told.extend(values.iter().filter(|value| text.contains(**value)).map(|value| (*value).to_owned()));
    told
}

fn words<'a>(text: &str, checker: &'a Checker) -> Vec<&'a str> {
    let folded = fold(text);
    checker.debt.iter().filter(|words| words.is_in(&folded)).map(|words| words.written.as_str()).collect()
}

/// The first figure with the sign of a currency before or behind it.
fn amount(text: &str, signs: &[&str]) -> Option<std::ops::Range<usize>> {
    let figure = |c: char| c.is_ascii_digit() || matches!(c, ' ' | ',' | '.' | '\u{a0}' | '\u{202f}');
    let ranges = signs.iter().flat_map(|sign| text.match_indices(*sign)).filter_map(|(at, sign)| {
        let before = text[..at].trim_end_matches(figure).len();
        let before = before + text[before..at].find(|c: char| c.is_ascii_digit()).unwrap_or(at - before);
        let end = at + sign.len();
        let after = text[end..].len() - text[end..].trim_start_matches(figure).len();
        let digits = |range: std::ops::Range<usize>| text[range].contains(|c: char| c.is_ascii_digit());
        let end = if digits(end..end + after) { end + text[end..end + after].trim_end().len() } else { end };
        (digits(before..at) || end > at + sign.len()).then_some(before..end)
    });
    ranges.min_by_key(|range| range.start)
}
