//! Amounts of money, in digits or in words, told from the other numbers of a message.

use super::error::ReadingError;
use super::language;
use super::moments::Moment;
use super::pattern::{self, overlap};
use super::text::{Text, Token, TokenKind};
use super::words;
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// Nobody owes more than this by SMS; longer numbers are references and telephones.
const HIGHEST: u64 = 1_000_000;

/// An amount said in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Amount {
    /// Where it stands in the folded text.
    pub(super) span: Range<usize>,
    /// Minor units.
    pub(super) minor: i64,
    /// A currency stands with it.
    pub(super) sure: bool,
}

#[derive(Deserialize)]
struct File {
    units: Vec<String>,
    prefixes: Vec<String>,
    thousand: Vec<String>,
    numbers: BTreeMap<String, u64>,
    together: BTreeMap<String, u64>,
    joins: Vec<String>,
    not_money_after: Vec<String>,
    not_money_before: Vec<String>,
    coins: Vec<String>,
    choice: Choice,
}

/// The words that settle which amount counts; `[choice]` in `money.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Choice {
    denies: Vec<String>,
    denied_by: Vec<String>,
    corrects: Vec<String>,
    taken: Vec<String>,
}

/// Finds amounts in the texts of one language.
pub(super) struct Amounts {
    words: File,
    digits: Regex,
    telephone: Regex,
}

/// A number before it is known to be money.
struct Number {
    first: usize,
    last: usize,
    minor: u64,
    in_words: bool,
}

impl Amounts {
    /// Reads `money.toml`.
    pub(super) fn parse(file: &str, source: &str) -> Result<Self, ReadingError> {
        let digits = Regex::new(
            r"^(?P<whole>[0-9]{1,3}(?:[ .,'][0-9]{3})+|[0-9]+)(?:(?:[.,]|\s?(?:€|e|eur|euros?)\s?)(?P<cents>[0-9]{1,2}))?(?:$|[^0-9])",
        )
        .map_err(|problem| ReadingError::Data { file: file.to_owned(), problem: problem.to_string() })?;
        let telephone = pattern::compile_glued(file, r"[0-9](?:[ .-]?[0-9]){8,}")?;
        Ok(Self { words: language::read(file, source)?, digits, telephone })
    }

    /// The amounts of a text, in order; a bare number that `moments` or the words around it explain is left out.
    pub(super) fn find(&self, text: &Text<'_>, moments: &[Moment]) -> Vec<Amount> {
        let folded = text.folded();
        let tokens = text.tokens();
        let telephones: Vec<Range<usize>> = self.telephone.find_iter(folded).map(|m| m.range()).collect();
        let mut amounts = Vec::new();
        let mut at = 0;
        while at < tokens.len() {
            let Some(number) = self.digits(folded, &tokens, at).or_else(|| self.words(folded, &tokens, at)) else {
                at += 1;
                continue;
            };
            at = number.last + 1;
            let amount = self.money(folded, &tokens, &number, moments);
            amounts.extend(amount.filter(|a| a.sure || !telephones.iter().any(|t| overlap(t, &a.span))));
        }
        amounts
    }

    /// The amount offered: the one nearest to `rhythm` when there is one, else the first that is neither taken back nor
    /// already paid.
    pub(super) fn offered<'m>(
        &self,
        text: &Text<'_>,
        amounts: &'m [Amount],
        rhythm: Option<&Range<usize>>,
    ) -> Option<&'m Amount> {
        let folded = text.folded();
        let choice = &self.words.choice;
        let apart = |a: &Amount| rhythm.map_or(usize::MAX, |r| r.start.abs_diff(a.span.end));
        let nearest = amounts.iter().map(apart).min().unwrap_or(usize::MAX);
        let mut chosen: Option<(&Amount, i32)> = None;
        for amount in amounts {
            let near = rhythm.is_some() && apart(amount) == nearest;
            let weight = 3 * i32::from(near)
                - 3 * i32::from(self.denied(folded, &amount.span))
                - 2 * i32::from(words::clause_says(folded, &amount.span, &choice.taken));
            let takes_over = chosen.is_none_or(|(before, highest)| {
                let between = folded.get(before.span.end..amount.span.start).unwrap_or("");
                let corrected = between.len() < 25 && choice.corrects.iter().any(|c| words::says(between, c));
                weight > highest || (corrected && weight == highest)
            });
            if takes_over {
                chosen = Some((amount, weight));
            }
        }
        chosen.map(|(amount, _)| amount)
    }

    /// In a dispute, the amount they say is right: the only one that is not denied, when another is.
    pub(super) fn held_right<'m>(&self, text: &Text<'_>, amounts: &'m [Amount]) -> Option<&'m Amount> {
        let (denied, held): (Vec<_>, Vec<_>) = amounts.iter().partition(|a| self.denied(text.folded(), &a.span));
        let same = held.windows(2).all(|pair| pair[0].minor == pair[1].minor);
        held.first().copied().filter(|_| !denied.is_empty() && same)
    }

    fn denied(&self, folded: &str, span: &Range<usize>) -> bool {
        words::ends_with(folded, span.start, &self.words.choice.denies)
            || words::begins_with(folded, span.end, &self.words.choice.denied_by)
    }

    fn money(&self, folded: &str, tokens: &[Token], number: &Number, moments: &[Moment]) -> Option<Amount> {
        let word = |at: Option<usize>| at.and_then(|at| tokens.get(at)).map_or("", |t| &folded[t.span.clone()]);
        let is = |list: &[String], word: &str| list.iter().any(|w| w == word);
        let (mut last, mut minor) = (number.last, number.minor);
        if is(&self.words.thousand, word(Some(last + 1))) && !number.in_words {
            (last, minor) = (last + 1, minor.saturating_mul(1_000));
        }
        let before = word(number.first.checked_sub(1));
        let mut span = tokens[number.first].span.start..tokens[last].span.end;
        let after = word(Some(last + 1));
        let unit = is(&self.words.units, after) && !(after == "e" && glued_ordinal(folded, &tokens[last], minor));
        let prefix = is(&self.words.prefixes, before);
        if unit {
            span.end = tokens[last + 1].span.end;
        }
        if prefix {
            span.start = tokens[number.first - 1].span.start;
        }
        let coin = number.in_words && is(&self.words.coins, word(Some(number.first)));
        let sure = unit || prefix || coin;
        let whole = minor / 100;
        let bare_ok = || {
            let glued =
                |c: Option<char>| c.is_some_and(|c| matches!(c, '-' | '/' | '°' | '%' | ':') || c.is_alphanumeric());
            let dated = moments.iter().any(|m| overlap(&m.span, &span));
            let explained = is(&self.words.not_money_after, after) || is(&self.words.not_money_before, before);
            let year = (1_990..=2_040).contains(&whole) && !number.in_words;
            let looks =
                !folded[tokens[number.first].span.clone()].starts_with('0') && (10..=20_000).contains(&whole) && !year;
            looks
                && !dated
                && !explained
                && !glued(folded[..span.start].chars().next_back())
                && !glued(folded[span.end..].chars().next())
        };
        let good = whole <= HIGHEST && minor > 0 && (sure || bare_ok());
        good.then(|| Amount { span, minor: i64::try_from(minor).unwrap_or(0), sure })
    }

    fn digits(&self, folded: &str, tokens: &[Token], at: usize) -> Option<Number> {
        let token = tokens.get(at).filter(|t| t.kind == TokenKind::Number)?;
        let found = self.digits.captures(&folded[token.span.start..])?;
        let whole: String = found["whole"].chars().filter(char::is_ascii_digit).collect();
        let cents = found.name("cents");
        let end = token.span.start + cents.map_or(found["whole"].len(), |c| c.end());
        let cents = cents.map_or(0, |c| c.as_str().parse::<u64>().unwrap_or(0) * if c.len() == 1 { 10 } else { 1 });
        let last = tokens.iter().rposition(|t| t.span.end <= end).unwrap_or(at).max(at);
        let minor = whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(cents)?;
        Some(Number { first: at, last, minor, in_words: false })
    }

    fn words(&self, folded: &str, tokens: &[Token], at: usize) -> Option<Number> {
        let (mut total, mut part) = (0_u64, 0_u64);
        let (mut next, mut last) = (at, None);
        while let Some(token) = tokens.get(next) {
            let word = &folded[token.span.clone()];
            let joined = last.is_some() && (word == "-" || self.words.joins.iter().any(|j| j == word));
            if let Some((value, length)) = self.together(folded, tokens, next) {
                part = part.saturating_add(value);
                (last, next) = (Some(next + length - 1), next + length);
            } else if let Some(value) = self.words.numbers.get(word) {
                match *value {
                    100 => part = part.max(1).saturating_mul(100),
                    1_000 => (total, part) = (total.saturating_add(part.max(1).saturating_mul(1_000)), 0),
                    value => part = part.saturating_add(value),
                }
                (last, next) = (Some(next), next + 1);
            } else if joined {
                next += 1;
            } else {
                break;
            }
        }
        let minor = total.checked_add(part)?.checked_mul(100)?;
        Some(Number { first: at, last: last?, minor, in_words: true })
    }

    /// Number words that only mean something together: "quatre-vingt".
    fn together(&self, folded: &str, tokens: &[Token], at: usize) -> Option<(u64, usize)> {
        [3, 2].into_iter().find_map(|length| {
            let piece = tokens.get(at..at + length)?;
            let words = folded.get(piece[0].span.start..piece[length - 1].span.end)?;
            self.words.together.get(words).map(|value| (*value, length))
        })
    }
}

/// "2e" and "3e" are ranks, "10e" is money.
fn glued_ordinal(folded: &str, number: &Token, minor: u64) -> bool {
    minor < 500 && folded[number.span.end..].starts_with('e')
}

#[cfg(test)]
mod tests {
    use crate::reading::language::Packs;
    use crate::reading::text::Text;

    #[test]
    fn amounts_are_told_from_the_other_numbers() {
        let packs = Packs::embedded().expect("the data of the languages");
        for (language, said, wanted) in [
            ("fr", "50e", Some(5_000)),
            ("fr", "50€ demain", Some(5_000)),
            ("fr", "1 200,50 €", Some(120_050)),
            ("fr", "45.50", Some(4_550)),
            ("fr", "50 balles", Some(5_000)),
            ("fr", "cent cinquante", Some(15_000)),
            ("fr", "quatre-vingt-dix euros", Some(9_000)),
            ("fr", "80, non 90", Some(9_000)),
            ("fr", "pour 20 euros", Some(2_000)),
            ("fr", "la moitié", None),
            ("fr", "en 12 fois", None),
            ("fr", "le 15", None),
            ("fr", "06 39 98 41 17", None),
            ("fr", "à 14h30", None),
            ("fr", "au 3e", None),
            ("en", "£20", Some(2_000)),
            ("en", "$1,150.25", Some(115_025)),
            ("en", "1.5k bucks", Some(150_000)),
            ("en", "thirty five quid", Some(3_500)),
            ("en", "a fiver", Some(500)),
            ("en", "the 15th", None),
            ("en", "12 months", None),
        ] {
            let pack = packs.all().iter().find(|p| p.language.code() == language).expect("a known language");
            let text = Text::new(said, &pack.spellings);
            let (moments, amounts) = pack.places(&text, "2026-03-12".parse().expect("a day"), false);
            let found = pack.amounts.offered(&text, &amounts, None).map(|a| a.minor);
            assert_eq!(found, wanted, "{said} {moments:?}");
        }
    }
}
