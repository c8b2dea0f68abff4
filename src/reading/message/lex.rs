//! Cuts a message into runs of letters and digits, the same in every language, then into the words of one language.

use super::fold::Folded;
use super::speller::{Guess, Speller};
use super::vocabulary::{Classes, Vocabulary, Word};
use super::{Kind, Message, Token};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// A longer run of letters is no word that anyone wrote on purpose.
const LONGEST_WORD: usize = 24;
/// The longest emoticon, in bytes.
const LONGEST_MARK: usize = 4;

/// A message cut where letters and digits begin and end.
#[derive(Debug)]
pub(in crate::reading) struct Runs<'m> {
    original: &'m str,
    folded: Folded,
    runs: Vec<Range<usize>>,
}

impl<'m> Runs<'m> {
    /// Cuts a message.
    pub(in crate::reading) fn new(original: &'m str) -> Self {
        let folded = Folded::new(original);
        let mut runs = Vec::with_capacity(original.len() / 4);
        let mut chars = folded.text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if c.is_whitespace() {
                continue;
            }
            let mut end = at + c.len_utf8();
            if c.is_alphanumeric() {
                while let Some((next, c)) = chars.peek().copied() {
                    let inside = c.is_alphanumeric()
                        || (c == '\'' && folded.text[next + 1..].starts_with(|c: char| c.is_alphabetic()));
                    if !inside {
                        break;
                    }
                    end = next + c.len_utf8();
                    chars.next();
                }
            }
            runs.push(at..end);
        }
        Self { original, folded, runs }
    }

    /// The message as it is typed, without its punctuation.
    pub(in crate::reading) fn typed(&self) -> String {
        let speaks = |run: &&str| !run.bytes().all(|b| b.is_ascii_punctuation());
        self.words().filter(speaks).collect::<Vec<_>>().join(" ")
    }

    /// The runs of letters and digits, in order.
    pub(in crate::reading) fn words(&self) -> impl Iterator<Item = &str> {
        self.runs.iter().filter_map(|run| self.folded.text.get(run.clone()))
    }
}

/// Makes words of the runs of a message, as one language writes them.
#[derive(Debug, Default)]
pub(in crate::reading) struct Lexer {
    /// Short spellings and emoticons, each with what it stands for.
    spellings: FxHashMap<Box<str>, Vec<(Box<str>, Word)>>,
    /// Beginnings before an apostrophe: "j" is "je".
    elisions: FxHashMap<Box<str>, (Box<str>, Word)>,
    /// Endings after an apostrophe: "ll" is "will".
    endings: FxHashMap<Box<str>, (Box<str>, Word)>,
    speller: Speller,
}

impl Lexer {
    /// Learns the spellings of a language.
    pub(in crate::reading) fn new<'a>(
        vocabulary: &mut Vocabulary,
        spellings: impl Iterator<Item = (&'a str, &'a str)>,
        elisions: impl Iterator<Item = (&'a str, &'a str)>,
        endings: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        let mut one = |word: &str| (Box::from(word), vocabulary.learn(word));
        let elisions = elisions.map(|(short, long)| (short.into(), one(long))).collect();
        let endings = endings.map(|(short, long)| (short.into(), one(long))).collect();
        let mut lexer = Self { elisions, endings, ..Self::default() };
        for (short, long) in spellings {
            // A word that stands for itself is one word, apostrophe and all.
            let words = if short == long { vec![long.to_owned()] } else { lexer.apart(long) };
            let words = words.into_iter().map(|word| (Box::from(&*word), vocabulary.learn(&word))).collect();
            lexer.spellings.insert(short.into(), words);
        }
        lexer
    }

    /// Learns to guess at words that no list holds; to be called once the vocabulary is whole.
    pub(in crate::reading) fn spell_with(&mut self, speller: Speller) {
        self.speller = speller;
    }

    /// True for a short spelling or an emoticon that stands for something.
    pub(in crate::reading) fn spells(&self, run: &str) -> bool {
        self.spellings.contains_key(run)
    }

    /// The words of a list, cut as those of a message are; `=j` is the letter j, whatever it is short for.
    pub(in crate::reading) fn apart(&self, written: &str) -> Vec<String> {
        let cut = |word: &str| -> Vec<String> {
            if let Some(own) = word.strip_prefix('=').filter(|own| !own.is_empty()) {
                return vec![own.to_owned()];
            }
            if let Some(long) = self.spellings.get(word) {
                return long.iter().map(|(text, _)| text.to_string()).collect();
            }
            match word.split_once('\'') {
                Some((first, rest)) if !rest.is_empty() => {
                    let first = self.elisions.get(first).map_or(first, |(long, _)| long);
                    let rest = self.endings.get(rest).map_or(rest, |(long, _)| long);
                    vec![first.to_owned(), rest.to_owned()]
                }
                _ => vec![word.to_owned()],
            }
        };
        if written == "-" {
            return vec![written.to_owned()];
        }
        written.split(|c: char| c.is_whitespace() || c == '-').filter(|w| !w.is_empty()).flat_map(cut).collect()
    }

    /// The words of a message.
    pub(in crate::reading) fn message<'m>(&self, vocabulary: &Vocabulary, runs: &Runs<'m>) -> Message<'m> {
        let message = Message {
            original: runs.original,
            letters: String::with_capacity(runs.folded.text.len() * 2),
            tokens: Vec::with_capacity(runs.runs.len() + 8),
        };
        let mut cutter = Cutter { lexer: self, vocabulary, folded: &runs.folded, message, skip: 0 };
        cutter.message.letters.push_str(&runs.folded.text);
        for run in &runs.runs {
            if run.start >= cutter.skip {
                cutter.run(run.clone());
            }
        }
        cutter.message
    }
}

/// Collects the tokens of one message.
struct Cutter<'l, 'm> {
    lexer: &'l Lexer,
    vocabulary: &'l Vocabulary,
    folded: &'l Folded,
    message: Message<'m>,
    /// What stands before this place is taken.
    skip: usize,
}

impl Cutter<'_, '_> {
    fn run(&mut self, run: Range<usize>) {
        let text = &self.folded.text[run.clone()];
        let Some(first) = text.chars().next() else { return };
        if !first.is_alphanumeric() {
            return self.sign(run, first);
        }
        if let Some(mark) = self.mark(run.start).filter(|mark| mark.end > run.end) {
            return self.spelled(mark);
        }
        if self.lexer.spellings.contains_key(text) {
            return self.spelled(run);
        }
        match text.find('\'') {
            Some(at) => {
                let (before, after) = (run.start..run.start + at, run.start + at + 1..run.end);
                self.elided(before, &self.lexer.elisions);
                // "qu'il m'a" has one apostrophe to a run; a second one is part of what follows.
                if self.folded.text[after.clone()].contains('\'')
                    || self.lexer.spellings.contains_key(&self.folded.text[after.clone()])
                {
                    self.run(after);
                } else {
                    self.elided(after, &self.lexer.endings);
                }
            }
            None => self.plain(run),
        }
    }

    fn sign(&mut self, run: Range<usize>, c: char) {
        if let Some(mark) = self.mark(run.start) {
            return self.spelled(mark);
        }
        if c == '-' && self.joins(&run) {
            return;
        }
        let kind =
            if c.is_ascii() || matches!(c, '€' | '£' | '°' | '½' | '¼') { Kind::Sign } else { Kind::Other };
        self.own(kind, run);
    }

    /// A hyphen between two letters only joins words: "rappelez-moi".
    fn joins(&self, run: &Range<usize>) -> bool {
        let letter = |c: Option<char>| c.is_some_and(char::is_alphabetic);
        letter(self.folded.text[..run.start].chars().next_back()) && letter(self.folded.text[run.end..].chars().next())
    }

    /// The longest emoticon that begins at a place: ":-)", "xd", "<3".
    fn mark(&self, start: usize) -> Option<Range<usize>> {
        let rest = self.folded.text.get(start..)?;
        (2..=LONGEST_MARK).rev().find_map(|length| {
            let mark = rest.get(..length).filter(|m| m.bytes().any(|b| b.is_ascii_punctuation() && b != b'\''))?;
            self.lexer.spellings.contains_key(mark).then(|| start..start + length)
        })
    }

    fn spelled(&mut self, run: Range<usize>) {
        let Some(long) = self.lexer.spellings.get(&self.folded.text[run.clone()]) else { return };
        self.skip = run.end;
        for (text, word) in long {
            let kind = match text.chars().next() {
                Some(c) if c.is_ascii_digit() => Kind::Number,
                Some(c) if c.is_alphabetic() => Kind::Word,
                _ => Kind::Other,
            };
            self.written(kind, text, *word, run.clone());
        }
    }

    fn elided(&mut self, run: Range<usize>, list: &FxHashMap<Box<str>, (Box<str>, Word)>) {
        match list.get(&self.folded.text[run.clone()]) {
            Some((text, word)) => self.written(Kind::Word, text, *word, run),
            None => self.plain(run),
        }
    }

    /// Letters and digits without an apostrophe.
    fn plain(&mut self, run: Range<usize>) {
        let text = &self.folded.text[run.clone()];
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return self.own(Kind::Number, run);
        }
        if !text.contains(|c: char| c.is_ascii_digit()) {
            return self.letters(run);
        }
        if let Some(letters) = letters_for_digits(text) {
            let word = self.vocabulary.word(&letters);
            if word != Word::UNKNOWN {
                return self.written(Kind::Word, &letters, word, run);
            }
        }
        let mut start = run.start;
        let digit = |at: usize| self.folded.text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
        let mut pieces = Vec::new();
        for at in run.start + 1..=run.end {
            if at == run.end || digit(at) != digit(at - 1) {
                pieces.push(start..at);
                start = at;
            }
        }
        for piece in pieces {
            if digit(piece.start) {
                self.own(Kind::Number, piece);
            } else if self.lexer.spellings.contains_key(&self.folded.text[piece.clone()]) && piece.len() > 1 {
                self.spelled(piece);
            } else {
                self.letters(piece);
            }
        }
    }

    fn letters(&mut self, run: Range<usize>) {
        let text = &self.folded.text[run.clone()];
        let known = self.vocabulary.word(text);
        let plain = known != Word::UNKNOWN || self.vocabulary.knows_beginning(text);
        if plain || run.len() > LONGEST_WORD || self.is_name(&run) {
            return self.own(Kind::Word, run);
        }
        match self.lexer.speller.guess(self.vocabulary, text) {
            Some(Guess::Word(text, word)) => self.written(Kind::Word, text, word, run),
            Some(Guess::Glued(at)) => {
                self.known(run.start..run.start + at);
                self.known(run.start + at..run.end);
            }
            None => self.own(Kind::Word, run),
        }
    }

    fn known(&mut self, run: Range<usize>) {
        if self.lexer.spellings.contains_key(&self.folded.text[run.clone()]) {
            self.spelled(run)
        } else {
            self.own(Kind::Word, run)
        }
    }

    /// A capital inside a sentence is mostly a name's, which no list holds.
    fn is_name(&self, run: &Range<usize>) -> bool {
        let original = |at: usize| {
            let from = self.folded.origin.get(at).map_or(0, |o| o.0 as usize);
            self.message.original.get(from..).and_then(|rest| rest.chars().next())
        };
        let upper = |at: usize| original(at).is_some_and(char::is_uppercase);
        !self.message.tokens.is_empty() && upper(run.start) && run.len() > 1 && !upper(run.end - 1)
    }

    /// A token that is written as it is folded.
    fn own(&mut self, kind: Kind, run: Range<usize>) {
        let text = &self.folded.text[run.clone()];
        let word = self.vocabulary.word(text);
        let unknown = kind == Kind::Word && word == Word::UNKNOWN;
        let classes = if unknown { self.vocabulary.of_stem(text) } else { self.vocabulary.classes(word) };
        let letters = (narrow(run.start), narrow(run.end));
        self.push(kind, word, classes, letters, run);
    }

    /// A token that stands for another writing.
    fn written(&mut self, kind: Kind, text: &str, word: Word, run: Range<usize>) {
        let start = self.message.letters.len();
        self.message.letters.push_str(text);
        let letters = (narrow(start), narrow(self.message.letters.len()));
        self.push(kind, word, self.vocabulary.classes(word), letters, run);
    }

    fn push(&mut self, kind: Kind, word: Word, classes: Classes, text: (u32, u32), run: Range<usize>) {
        let bounds = self.folded.origin.get(run.start).zip(self.folded.origin.get(run.end - 1));
        let origin = bounds.map_or((0, 0), |(first, last)| (first.0, last.1));
        let glued = self.folded.text[..run.start].chars().next_back().is_some_and(|c| !c.is_whitespace());
        self.message.tokens.push(Token { kind, word, classes, glued, text, origin });
    }
}

fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Digits that stand for letters inside a word: "p4yer", "c0nnard".
fn letters_for_digits(text: &str) -> Option<String> {
    let letter = |c: char| match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        c => c,
    };
    (text.len() > 3 && text.starts_with(|c: char| c.is_alphabetic())).then(|| text.chars().map(letter).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lexer() -> (Lexer, Vocabulary) {
        let mut vocabulary = Vocabulary::default();
        for word in ["payer", "vous", "connard", "demain", "numero"] {
            vocabulary.learn(word);
        }
        let spellings = [
            ("jte", "je te"),
            ("g", "j'ai"),
            ("2main", "demain"),
            (":)", "🙂"),
            ("aujourd'hui", "aujourd'hui"),
            ("xd", "😂"),
        ];
        let lexer = Lexer::new(
            &mut vocabulary,
            spellings.into_iter(),
            [("j", "je"), ("qu", "que")].into_iter(),
            [("ll", "will")].into_iter(),
        );
        (lexer, vocabulary)
    }

    #[test]
    fn words_numbers_and_signs_are_told_apart_and_short_spellings_written_out() {
        let (lexer, vocabulary) = lexer();
        for (said, wanted) in [
            ("j'ai 50e!", "je ai 50 e !"),
            ("g paye", "je ai paye"),
            ("Jte PAYE 2main", "je te paye demain"),
            ("rappelez-moi :)", "rappelez moi 🙂"),
            ("qu'il m'a", "que il m a"),
            ("she'll pay aujourd'hui", "she will pay aujourd'hui"),
            ("c0nnard", "connard"),
            ("12/05 - 14h30", "12 / 05 - 14 h 30"),
            ("'ok'", "' ok '"),
            ("", ""),
        ] {
            let message = lexer.message(&vocabulary, &Runs::new(said));
            let words: Vec<&str> = message.tokens().iter().map(|t| message.text(t)).collect();
            assert_eq!(words.join(" "), wanted, "{said}");
        }
    }

    #[test]
    fn a_token_knows_whether_it_begins_a_line() {
        let (lexer, vocabulary) = lexer();
        let message = lexer.message(&vocabulary, &Runs::new("ok \n demain payer"));
        let begins: Vec<bool> = (0..3).map(|at| message.line_begins(at)).collect();
        assert_eq!(begins, [true, true, false]);
    }

    #[test]
    fn a_span_gives_back_the_words_as_they_were_written() {
        let (lexer, vocabulary) = lexer();
        let message = lexer.message(&vocabulary, &Runs::new("Jte  PAYE  l’été"));
        assert_eq!(message.words(&(0..2)), "Jte");
        assert_eq!(message.words(&(1..3)), "Jte  PAYE");
        assert_eq!(message.words(&(3..5)), "l’été");
        assert_eq!(message.words(&(9..12)), "");
    }
}
