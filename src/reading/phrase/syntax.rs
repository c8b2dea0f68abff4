//! From a phrase as it is written to the steps that follow it through a message.

use crate::reading::message::{Classes, Lexer, Vocabulary, Word};
use smallvec::{SmallVec, smallvec};

/// How many words `~` may stand for.
const GAP: usize = 2;
/// How many tokens `~~` may stand for.
const FAR: usize = 10;

/// One step through the tokens of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// One of these words, sorted; mostly so few that they stand within the step.
    Words(SmallVec<[Word; 4]>),
    /// A word that begins so.
    Stem(Box<str>),
    /// A word of one of these classes.
    Class(Classes),
    /// A number in digits.
    Number,
    /// An entry of the slot of this number.
    Slot(usize),
    /// Any word.
    Any,
    /// Any word, number or sign.
    Anything,
    /// The first token, or what stands before it.
    Start,
    /// What stands after the last token.
    End,
    /// Go on at either step, the first by preference.
    Either(usize, usize),
    /// Go on at one of many steps, told by the word that comes: the number of the fork.
    Branch(usize),
    /// Go on at this step.
    Jump(usize),
    /// The phrase is said.
    Said,
}

/// Appends the steps of `phrase` to `steps`; the error says what is wrong with it.
pub(super) fn compile(
    phrase: &str,
    slots: &[&str],
    lexer: &Lexer,
    vocabulary: &mut Vocabulary,
    steps: &mut Vec<Step>,
) -> Result<(), String> {
    let spaced = phrase.replace('(', " ( ").replace(')', " ) ");
    let words = together(spaced.split_whitespace().collect(), lexer);
    let words = words.iter().map(String::as_str).collect();
    if phrase.trim().is_empty() {
        return Err("an empty phrase says nothing".to_owned());
    }
    let mut compiler = Compiler { words, next: 0, slots, lexer, vocabulary, steps };
    compiler.branches()?;
    match compiler.peek() {
        None => {
            steps.push(Step::Said);
            Ok(())
        }
        Some(word) => Err(format!("« {word} » closes nothing in « {phrase} »")),
    }
}

/// Makes one choice of the turns of a group that are one word each, since a list is followed faster than its branches:
/// `( a | b c | d )` is `( a|d | b c )`.
fn together(words: Vec<&str>, lexer: &Lexer) -> Vec<String> {
    let plain = |word: &str| !word.contains(['#', '~', '^', '$', '{', '<', '*', '?']) && lexer.apart(word).len() == 1;
    let mut all: Vec<String> = Vec::with_capacity(words.len());
    let mut next = 0;
    while next < words.len() {
        let end = words[next..].iter().skip(1).position(|w| w.starts_with(['(', ')'])).map(|at| next + 1 + at);
        let group = end.filter(|end| words[next] == "(" && words[*end].starts_with(')'));
        let Some(end) = group else {
            all.push(words[next].to_owned());
            next += 1;
            continue;
        };
        let turns: Vec<&[&str]> = words[next + 1..end].split(|word| *word == "|").collect();
        let (single, several): (Vec<_>, Vec<_>) =
            turns.into_iter().partition(|turn| matches!(turn, [one] if plain(one)));
        let single = single.iter().map(|turn| turn[0]).collect::<Vec<_>>().join("|");
        let turns = std::iter::once(single).filter(|s| !s.is_empty()).chain(several.iter().map(|turn| turn.join(" ")));
        all.push("(".to_owned());
        let turns = turns.collect::<Vec<_>>().join(" | ");
        all.extend(turns.split_whitespace().map(str::to_owned));
        next = end;
    }
    all
}

struct Compiler<'c> {
    words: Vec<&'c str>,
    next: usize,
    slots: &'c [&'c str],
    lexer: &'c Lexer,
    vocabulary: &'c mut Vocabulary,
    steps: &'c mut Vec<Step>,
}

impl<'c> Compiler<'c> {
    fn peek(&self) -> Option<&'c str> {
        self.words.get(self.next).copied()
    }

    /// Turns between bars, up to a closing parenthesis or the end.
    fn branches(&mut self) -> Result<(), String> {
        let mut ends = Vec::new();
        loop {
            let fork = self.steps.len();
            self.steps.push(Step::Jump(fork + 1));
            self.turn()?;
            if self.peek() != Some("|") {
                break;
            }
            self.next += 1;
            ends.push(self.steps.len());
            self.steps.push(Step::Said);
            self.steps[fork] = Step::Either(fork + 1, self.steps.len());
        }
        let end = self.steps.len();
        ends.into_iter().for_each(|at| self.steps[at] = Step::Jump(end));
        Ok(())
    }

    fn turn(&mut self) -> Result<(), String> {
        while let Some(word) = self.peek().filter(|w| !matches!(*w, "|" | ")" | ")?" | ")*")) {
            self.next += 1;
            match word {
                "(" => self.group()?,
                "#" => self.steps.push(Step::Number),
                "*" => self.steps.push(Step::Any),
                "^" => self.steps.push(Step::Start),
                "$" => self.steps.push(Step::End),
                "~" => self.gap(GAP, &Step::Any),
                "~~" => self.gap(FAR, &Step::Anything),
                word => match word.strip_suffix('?').filter(|rest| !rest.is_empty()) {
                    Some(word) => {
                        let fork = self.steps.len();
                        self.steps.push(Step::Said);
                        self.word(word)?;
                        self.steps[fork] = Step::Either(fork + 1, self.steps.len());
                    }
                    None => self.word(word)?,
                },
            }
        }
        Ok(())
    }

    /// Up to `most` times a step, the fewest by preference.
    fn gap(&mut self, most: usize, step: &Step) {
        let end = self.steps.len() + 2 * most;
        for _ in 0..most {
            self.steps.push(Step::Either(end, self.steps.len() + 1));
            self.steps.push(step.clone());
        }
    }

    fn group(&mut self) -> Result<(), String> {
        let fork = self.steps.len();
        self.steps.push(Step::Jump(fork + 1));
        self.branches()?;
        if self.peek() != Some(")") {
            return Err("a parenthesis is not closed".to_owned());
        }
        self.next += 1;
        match self.peek() {
            Some("?") => {
                self.next += 1;
                self.steps[fork] = Step::Either(fork + 1, self.steps.len());
            }
            Some("*") => {
                self.next += 1;
                self.steps.push(Step::Jump(fork));
                self.steps[fork] = Step::Either(fork + 1, self.steps.len());
            }
            _ => {}
        }
        Ok(())
    }

    fn word(&mut self, word: &str) -> Result<(), String> {
        if let Some(name) = word.strip_prefix('{').and_then(|w| w.strip_suffix('}')) {
            let at = self.slots.iter().position(|slot| *slot == name);
            self.steps.push(Step::Slot(at.ok_or_else(|| format!("{{{name}}} is not a list of this file"))?));
            return Ok(());
        }
        if let Some(names) = class_names(word) {
            let class = self.class(names)?;
            self.steps.push(class);
            return Ok(());
        }
        let several: Vec<&str> = word.split('|').collect();
        let simple = several.iter().all(|w| !w.ends_with('*') && !w.starts_with('<') && self.lexer.apart(w).len() == 1);
        if simple {
            let mut numbers: SmallVec<_> =
                several.iter().flat_map(|w| self.lexer.apart(w)).map(|w| self.vocabulary.learn(&w)).collect();
            numbers.sort_unstable();
            self.steps.push(Step::Words(numbers));
            return Ok(());
        }
        let mut ends = Vec::new();
        for (at, one) in several.iter().enumerate() {
            let fork = self.steps.len();
            let last = at + 1 == several.len();
            self.steps.push(Step::Jump(fork + 1));
            let parts = if one.starts_with('<') { Vec::new() } else { self.lexer.apart(one) };
            if let Some(names) = class_names(one) {
                let class = self.class(names)?;
                self.steps.push(class);
            }
            for (place, part) in parts.iter().enumerate() {
                match part.strip_suffix('*').filter(|_| place + 1 == parts.len()) {
                    Some("") => return Err("« * » alone stands for nothing".to_owned()),
                    Some(stem) => {
                        // A word that a list knows by its beginning is not guessed at.
                        self.vocabulary.classify(part, Classes::default());
                        self.steps.push(Step::Stem(stem.into()));
                    }
                    None => {
                        let word = self.vocabulary.learn(part);
                        self.steps.push(Step::Words(smallvec![word]));
                    }
                }
            }
            if !last {
                ends.push(self.steps.len());
                self.steps.push(Step::Said);
                self.steps[fork] = Step::Either(fork + 1, self.steps.len());
            }
        }
        let end = self.steps.len();
        ends.into_iter().for_each(|at| self.steps[at] = Step::Jump(end));
        Ok(())
    }

    fn class(&self, names: &str) -> Result<Step, String> {
        let one = |name| {
            let class = self.vocabulary.class_named(name);
            class.map(Classes::one).ok_or_else(|| format!("<{name}> is not a class of lexicon.toml"))
        };
        let classes = names.split('|').map(one).try_fold(Classes::default(), |all, class| Ok(all.and(class?)));
        classes.map(Step::Class)
    }
}

/// The classes that `<money>` or `<money|bank>` names.
fn class_names(word: &str) -> Option<&str> {
    word.strip_prefix('<')?.strip_suffix('>').filter(|names| !names.contains(['<', '>']))
}
