//! What gives someone away by the words around it: names, references, the addresses of homes.

use super::Known;
use super::lists::{LISTS, fold};
use super::marks::{Mark, Marks};
use super::shapes::is_amount;
use std::collections::HashSet;
use std::ops::Range;
use unicode_normalization::char::is_combining_mark;

/// Shorter words of a name are too common to be taken out wherever they stand.
const PERSON: usize = 3;
const FIRM: usize = 4;
/// A part of a reference that tells it has so many characters.
const REFERENCE: usize = 4;
/// A known name or reference may be written in so many pieces.
const PIECES: usize = 7;
/// A name, or an address, has so many words at most.
const LONGEST: usize = 6;
/// A road with a number before it: so many words between them at most.
const BETWEEN: usize = 3;

struct Word {
    span: Range<usize>,
    folded: String,
    /// Begins with a capital.
    capital: bool,
    /// Is all capitals, and more than one.
    shouted: bool,
    /// Something that ends a sentence stands before it.
    first: bool,
    /// Nothing but a blank, a hyphen, an apostrophe or the dot of an initial stands before it.
    joined: bool,
    /// An apostrophe stands before it.
    elided: bool,
}

impl Word {
    fn has_digit(&self) -> bool {
        self.folded.bytes().any(|b| b.is_ascii_digit())
    }

    /// Written as a name is, and no word that is always written so.
    fn is_named(&self) -> bool {
        let others = [&LISTS.kept, &LISTS.particles, &LISTS.titles];
        self.capital && !self.has_digit() && !others.iter().any(|list| list.contains(&self.folded))
    }

    fn is_number(&self) -> bool {
        self.folded.bytes().all(|b| b.is_ascii_digit())
    }
}

/// The words of a text.
pub(super) struct Words(Vec<Word>);

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let mut words: Vec<Word> = Vec::new();
        let mut next = 0;
        while let Some(start) = text[next..].find(char::is_alphanumeric).map(|at| next + at) {
            let inside = |c: char| c.is_alphanumeric() || is_combining_mark(c);
            let end = text[start..].find(|c| !inside(c)).map_or(text.len(), |length| start + length);
            let before = &text[words.last().map_or(0, |word| word.span.end)..start];
            let word = &text[start..end];
            let letters = word.chars().filter(|c| c.is_alphabetic()).count();
            let initial = words.last().is_some_and(|last| last.capital && last.folded.chars().count() == 1);
            let title = words.last().is_some_and(is_title);
            let apart = |c: char| !matches!(c, ' ' | '-' | '\'' | '’') && !(c == '.' && (initial || title));
            words.push(Word {
                folded: fold(word),
                capital: word.chars().next().is_some_and(char::is_uppercase),
                shouted: letters > 1 && word.chars().all(|c| !c.is_lowercase()),
                first: words.is_empty() || before.contains(apart) && before.contains(ends),
                elided: before.ends_with(['\'', '’']),
                joined: !words.is_empty() && !before.contains(apart),
                span: start..end,
            });
            next = end;
        }
        Self(words)
    }

    fn folded(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|word| word.folded.clone())
    }

    fn is(&self, at: usize, list: &HashSet<String>) -> bool {
        self.0.get(at).is_some_and(|word| list.contains(&word.folded))
    }

    fn mark(&self, words: Range<usize>, mark: Mark, marks: &mut Marks<'_>) {
        if let Some(words) = self.0.get(words).filter(|words| !words.is_empty()) {
            marks.add(words[0].span.start..words[words.len() - 1].span.end, mark);
        }
    }

    /// What the case knows, in whatever pieces and case it is written.
    pub(super) fn mark_known(&self, known: &Known, marks: &mut Marks<'_>) {
        for (values, least, mark) in [
            (&known.references, REFERENCE, Mark::Reference),
            (&known.people, PERSON, Mark::Name),
            (&known.firms, FIRM, Mark::Name),
        ] {
            for value in values {
                let parts: Vec<String> = Self::of(value).folded().collect();
                self.mark_whole(&parts.concat(), mark, marks);
                for (at, word) in self.0.iter().enumerate() {
                    let length = word.folded.chars().count();
                    let long = length >= least || (mark == Mark::Name && word.capital && length > 1);
                    let telling = mark == Mark::Name || (word.has_digit() && !is_year(&word.folded));
                    if long && telling && parts.contains(&word.folded) && !LISTS.particles.contains(&word.folded) {
                        self.mark(at..at + 1, mark, marks);
                    }
                }
            }
        }
    }

    /// `whole` written in one piece or several.
    fn mark_whole(&self, whole: &str, mark: Mark, marks: &mut Marks<'_>) {
        for start in 0..self.0.len() {
            let mut rest = whole;
            for end in start..(start + PIECES).min(self.0.len()) {
                match rest.strip_prefix(self.0[end].folded.as_str()) {
                    Some("") => self.mark(start..end + 1, mark, marks),
                    Some(left) => {
                        rest = left;
                        continue;
                    }
                    None => {}
                }
                break;
            }
        }
    }

    /// A word with a digit in it after one that announces a reference.
    pub(super) fn mark_announced(&self, marks: &mut Marks<'_>) {
        for at in 0..self.0.len() {
            // "facture n° FA 12": the words between announce it too, or are its letters.
            let announced = self.is(at, &LISTS.announces);
            let then = (at + 1..at + 4).take_while(|at| self.is(*at, &LISTS.announces) || self.letters(*at)).last();
            let number = then.unwrap_or(at) + 1;
            let is_one = |word: &Word| {
                let long = word.has_digit() && (word.folded.len() >= 3 || !word.is_number());
                long && !is_year(&word.folded) && !is_amount(marks.text(), &word.span)
            };
            if announced && self.0.get(number).is_some_and(is_one) {
                self.mark(number..number + 1, Mark::Reference, marks);
            }
        }
    }

    /// The capital letters that begin a reference.
    fn letters(&self, at: usize) -> bool {
        self.0.get(at).is_some_and(|word| word.shouted && word.folded.len() <= 4 && !word.has_digit())
    }

    /// "12 bis rue des lilas", "4 Elm Road", and the town behind a postcode.
    pub(super) fn mark_addresses(&self, marks: &mut Marks<'_>) {
        for (at, _) in self.0.iter().enumerate().filter(|(_, word)| word.is_number() && word.folded.len() <= 5) {
            if self.is(at + 1, &LISTS.streets) && self.0[at].folded.len() < 5 {
                self.mark(at..self.goes_on(at + 2, LONGEST, |_| true), Mark::Address, marks);
            }
            let joined = self.goes_on(at + 1, BETWEEN + 1, |_| true);
            if let Some(road) = (at + 2..joined).find(|road| self.is(*road, &LISTS.roads)) {
                self.mark(at..road + 1, Mark::Address, marks);
            }
            let town = self.goes_on(at + 1, 1, |word| !word.has_digit() && !LISTS.money.contains(&word.folded));
            if self.0[at].folded.len() == 5 && town > at + 1 {
                self.mark(at..town, Mark::Address, marks);
            }
        }
    }

    /// Where the words from `at` on, joined to each other and `fit`, end; at most so many.
    fn goes_on(&self, at: usize, most: usize, fits: impl Fn(&Word) -> bool) -> usize {
        let goes = |word: &&Word| word.joined && !LISTS.connects.contains(&word.folded) && fits(word);
        at + self.0.iter().skip(at).take(most).take_while(goes).count()
    }

    /// Names that the case does not know; false when nobody can tell them from other words.
    pub(super) fn mark_names(&self, marks: &mut Marks<'_>) -> bool {
        let in_capitals = self.is_in_capitals();
        for (at, word) in self.0.iter().enumerate() {
            let introduced = self.is_after(&LISTS.introduces, at);
            if introduced || (at > 0 && !word.elided && is_title(&self.0[at - 1])) {
                // Whatever its case, the next word is a name; so is the second, after an introduction.
                let surely = self.goes_on(at, if introduced { 2 } else { 1 }, |word| !word.has_digit());
                let name = |word: &Word| !in_capitals && (word.is_named() || LISTS.particles.contains(&word.folded));
                self.mark(at..self.goes_on(surely, LONGEST, name), Mark::Name, marks);
            }
            let presented = self.is_after(&LISTS.presents, at);
            if in_capitals {
                let ordinary = [&LISTS.connects, &LISTS.kept].iter().any(|list| list.contains(&word.folded));
                if presented && word.joined && !ordinary && !marks.covers(word.span.start) {
                    return false;
                }
            } else if self.is_name(at, presented) {
                self.mark(at..at + 1, Mark::Name, marks);
            }
        }
        true
    }

    /// More letters stand in words that are all capitals than in the others.
    fn is_in_capitals(&self) -> bool {
        let letters = |of: fn(&Word) -> bool| self.0.iter().filter(|word| of(word)).map(|word| word.folded.len()).sum();
        let (shouted, all): (usize, usize) = (letters(|word| word.shouted), letters(|word| !word.has_digit()));
        2 * shouted > all
    }

    /// True when one of the turns ends just before a word.
    fn is_after(&self, turns: &[Vec<String>], at: usize) -> bool {
        turns.iter().any(|turn| {
            let start = at.checked_sub(turn.len());
            start.is_some_and(|start| self.0[start..at].iter().map(|word| &word.folded).eq(turn))
        })
    }

    /// A capital within a sentence makes a name, and so does one that begins it before another.
    fn is_name(&self, at: usize, presented: bool) -> bool {
        let word = &self.0[at];
        let after = self.0.get(at + 1).filter(|next| next.joined);
        let before = at.checked_sub(1).map(|at| &self.0[at]).filter(|_| word.joined);
        let spelt = |other: &&Word| other.is_named() && !other.shouted;
        // A word all in capitals is stressed, more often than it is a name, unless it stands where a name does.
        let stressed =
            word.shouted && !presented && !before.into_iter().chain(after).any(|other| spelt(&other) && !other.first);
        let begins = word.first && !after.is_some_and(|next| spelt(&next));
        word.is_named() && !stressed && !begins
    }
}

/// "Mme", "Mr"; "M" is one by its capital alone.
fn is_title(word: &Word) -> bool {
    LISTS.titles.contains(&word.folded) || (word.folded == "m" && word.capital)
}

fn ends(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '\n' | '…' | ':' | ';' | '"' | '«' | '(')
}

fn is_year(word: &str) -> bool {
    word.parse().is_ok_and(|year: u32| (1_985..=2_040).contains(&year))
}
