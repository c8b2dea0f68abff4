//! Turns of phrase that mostly say one thing, as `cues.toml` lists them: what each is worth, the model learns.

use super::error::ReadingError;
use super::language;
use super::text::{Text, TokenKind};
use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

/// How many words `~` may stand for.
const GAP: usize = 2;

/// One piece of a phrase.
enum Piece {
    /// One of these words; one that ends with `*` stands for every word that begins so.
    Word(Vec<String>),
    /// Any number in digits.
    Number,
    /// A few words of any kind.
    Gap,
}

/// The phrases of one language, each with the name of what it says, by the first byte of their first word.
pub(super) struct Cues(HashMap<u8, Vec<(String, Vec<Piece>)>>);

/// A turn of phrase found in a message.
pub(super) struct Cue<'c> {
    /// What it says, by its name in `cues.toml`.
    pub(super) name: &'c str,
    /// Where, in the folded text.
    pub(super) span: Range<usize>,
}

impl Cues {
    /// Reads `cues.toml`.
    pub(super) fn parse(file: &str, source: &str) -> Result<Self, ReadingError> {
        let lists: BTreeMap<String, Vec<String>> = language::read(file, source)?;
        let pieces = |phrase: &str| phrase.split_whitespace().flat_map(words_apart).map(|word| piece(&word)).collect();
        let mut phrases: HashMap<u8, Vec<(String, Vec<Piece>)>> = HashMap::new();
        for (name, list) in &lists {
            for (phrase, first) in list.iter().filter_map(|phrase| Some((phrase, *phrase.as_bytes().first()?))) {
                phrases.entry(first).or_default().push((name.clone(), pieces(phrase)));
            }
        }
        Ok(Self(phrases))
    }

    /// The turns of phrase in a text; of one name, each place once.
    pub(super) fn find(&self, text: &Text<'_>) -> Vec<Cue<'_>> {
        let folded = text.folded();
        let words: Vec<(&str, Range<usize>)> = text
            .tokens()
            .into_iter()
            .filter(|t| t.kind != TokenKind::Sign)
            .flat_map(|t| apart(folded, t.span))
            .map(|span| (&folded[span.clone()], span))
            .collect();
        let mut cues: Vec<Cue<'_>> = Vec::new();
        for (start, (word, _)) in words.iter().enumerate() {
            let first = word.bytes().next().map_or(0, |byte| if byte.is_ascii_digit() { b'#' } else { byte });
            for (name, phrase) in self.0.get(&first).into_iter().flatten() {
                let Some(length) = length(phrase, &words[start..]) else { continue };
                let span = words[start].1.start..words[start + length - 1].1.end;
                if !cues.iter().any(|c| c.name == name && c.span.start == span.start) {
                    cues.push(Cue { name, span });
                }
            }
        }
        cues
    }
}

/// How many of the first `words` the phrase takes.
fn length(phrase: &[Piece], words: &[(&str, Range<usize>)]) -> Option<usize> {
    let Some((first, rest)) = phrase.split_first() else { return Some(0) };
    let takes = |is: bool| if is { length(rest, words.get(1..)?).map(|n| n + 1) } else { None };
    match first {
        Piece::Gap => (0..=GAP.min(words.len())).find_map(|gap| length(rest, &words[gap..]).map(|n| n + gap)),
        Piece::Number => takes(words.first()?.0.starts_with(|c: char| c.is_ascii_digit())),
        Piece::Word(list) => {
            let word = words.first()?.0;
            takes(list.iter().any(|w| w.strip_suffix('*').map_or(w == word, |stem| word.starts_with(stem))))
        }
    }
}

fn piece(word: &str) -> Piece {
    match word {
        "~" => Piece::Gap,
        "#" => Piece::Number,
        word => Piece::Word(word.split('/').map(str::to_owned).collect()),
    }
}

/// "j'ai" is two words, in a phrase as in a message: the apostrophe is often left out or put in the wrong place.
fn words_apart(word: &str) -> Vec<String> {
    apart(word, 0..word.len()).map(|span| word[span].to_owned()).collect()
}

fn apart(text: &str, span: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    let cut = text[span.clone()].find('\'').map(|at| span.start + at + 1).filter(|cut| *cut < span.end);
    let second = cut.map(|cut| cut..span.end);
    std::iter::once(span.start..cut.unwrap_or(span.end)).chain(second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_of_phrase_is_found_word_by_word() {
        let source = r##"
            paid = ["deja pay*", "j'ai regle"]
            wrong = ["pas ~ numero", "faux numero/num"]
            times = ["# fois"]
        "##;
        let cues = Cues::parse("cues", source).expect("a well written file");
        for (said, wanted) in [
            ("c'est déjà payé", vec![("paid", "déjà payé")]),
            ("déjà, je paye", vec![]),
            ("hier j'ai réglé", vec![("paid", "j'ai réglé")]),
            ("ce n'est pas le bon numéro", vec![("wrong", "pas le bon numéro")]),
            ("pas un seul de mes numéros", vec![]),
            ("faux numéro", vec![("wrong", "faux numéro")]),
            ("en 3 fois", vec![("times", "3 fois")]),
            ("des fois", vec![]),
            ("", vec![]),
        ] {
            let text = Text::new(said, &HashMap::new());
            let found: Vec<(&str, String)> = cues.find(&text).iter().map(|c| (c.name, text.words(&c.span))).collect();
            let found: Vec<(&str, &str)> = found.iter().map(|(name, words)| (*name, words.as_str())).collect();
            assert_eq!(found, wanted, "{said}");
        }
    }
}
