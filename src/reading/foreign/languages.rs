//! All of them: tells which one a message is written in, against French and English.

use super::tongue::Tongue;
use crate::domain::{Intent, Keyword, Language, Reading, Reason};
use crate::reading::conclude::reason;
use crate::reading::error::ReadingError;
use crate::reading::language::Packs;
use crate::reading::message::Runs;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// From so many of its own words a message is in that language, if they are more than those of ours.
const ENOUGH: usize = 2;
/// With one word of its own only, and none of ours: how many words must be on its list, when no phrase tells.
const ALL_LISTED: usize = 3;
/// How sure we are of the language, or of what is said in it.
const SURE: f32 = 0.95;

macro_rules! file {
    ($code:literal) => {
        ($code, include_str!(concat!("../../../intents/other/", $code, ".toml")))
    };
}

/// The file of each language, under its code.
const FILES: [(&str, &str); 6] = [file!("es"), file!("it"), file!("pt"), file!("de"), file!("nl"), file!("ar")];

/// The languages that list a word, one bit each.
#[derive(Debug, Clone, Copy, Default)]
struct Held {
    listed: u8,
    /// The same, when neither French nor English knows the word.
    own: u8,
}

/// Every language that we do not read but know by its words.
pub(in crate::reading) struct ForeignLanguages {
    tongues: Vec<Tongue>,
    words: FxHashMap<Box<str>, Held>,
    /// Whole messages as they are typed.
    whole: FxHashMap<String, (Language, Intent, Option<Keyword>)>,
}

impl ForeignLanguages {
    /// The languages built in the program; what `home` knows too speaks for none of them.
    pub(in crate::reading) fn embedded(home: &Packs) -> Result<Self, ReadingError> {
        let language = |code| Language::parse(code).ok_or(ReadingError::Model);
        let tongues = FILES.iter().map(|(code, source)| Tongue::parse(language(code)?, source));
        Ok(Self::new(tongues.collect::<Result<_, _>>()?, home))
    }

    fn new(tongues: Vec<Tongue>, home: &Packs) -> Self {
        let (mut words, mut whole) = (FxHashMap::<Box<str>, Held>::default(), FxHashMap::default());
        for (at, tongue) in tongues.iter().enumerate() {
            for word in tongue.words() {
                let held = words.entry(word.into()).or_default();
                held.listed |= 1 << at;
            }
            let stops = tongue.stop.iter().map(|typed| (typed, Intent::OptOut, Some(Keyword::Stop)));
            let others = tongue.whole.iter().map(|(typed, intent)| (typed, *intent, None));
            for (typed, intent, keyword) in stops.chain(others) {
                whole.entry(typed.clone()).or_insert((tongue.language, intent, keyword));
            }
        }
        for (word, held) in &mut words {
            held.own = if home.all().iter().any(|pack| pack.knows(word)) { 0 } else { held.listed };
        }
        Self { tongues, words, whole }
    }

    /// The reading of a message in one of these languages; nothing for any other.
    pub(in crate::reading) fn read(&self, packs: &Packs, runs: &Runs<'_>, typed: &str, text: &str) -> Option<Reading> {
        if let Some((language, intent, keyword)) = self.whole.get(typed) {
            let said = BTreeMap::from([(*intent, text.trim())]);
            return Some(Reading {
                keyword: *keyword,
                ..reading(*language, text, &said, "says just that, in another language")
            });
        }
        let (tongue, Evidence { own, listed, home, strange }) = self.told(packs, runs)?;
        let said = tongue.find(text);
        let told = own >= ENOUGH && own > home;
        let short = home == 0 && listed >= ALL_LISTED && listed > strange;
        let said_so = !said.is_empty() && own >= home && listed > home;
        (told || short || said_so).then(|| reading(tongue.language, text, &said, "a phrase of another language"))
    }

    /// The language that most words are of, if any is of one of these alone.
    fn told(&self, packs: &Packs, runs: &Runs<'_>) -> Option<(&Tongue, Evidence)> {
        if runs.words().all(|run| self.held(run).own == 0) {
            return None;
        }
        let mut words: Vec<&str> = runs.words().filter(|run| run.contains(char::is_alphabetic)).collect();
        // Said again a word tells no more.
        words.sort_unstable();
        words.dedup();
        let evidence = |at: usize| {
            let mut evidence = Evidence::default();
            for word in &words {
                let Held { listed, own } = self.held(word);
                let is = |languages: u8| languages & (1 << at) != 0;
                evidence.own += usize::from(is(own));
                evidence.listed += usize::from(is(listed));
                if !is(listed) && packs.all().iter().any(|pack| pack.knows(word)) {
                    evidence.home += 1;
                } else if !is(listed) {
                    evidence.strange += 1;
                }
            }
            evidence
        };
        let all = self.tongues.iter().enumerate().map(|(at, tongue)| (tongue, evidence(at)));
        // `max_by_key` keeps the last of equals; the first language of the list is the one to keep.
        all.rev().max_by_key(|(_, evidence)| (evidence.own, evidence.listed)).filter(|(_, evidence)| evidence.own > 0)
    }

    /// Which languages list a word.
    fn held(&self, run: &str) -> Held {
        if let Some(held) = self.words.get(run) {
            return *held;
        }
        if run.bytes().all(|byte| byte.is_ascii_alphabetic()) {
            return Held::default();
        }
        let letters = |tongue: &Tongue| tongue.in_letters(run).and_then(|letters| self.words.get(&*letters)).copied();
        let written = |(at, tongue): (usize, &Tongue)| {
            let bit = if tongue.is_written_so(run) { 1 << at } else { 0 };
            (bit != 0).then_some(Held { listed: bit, own: bit }).or_else(|| letters(tongue))
        };
        self.tongues.iter().enumerate().find_map(written).unwrap_or_default()
    }
}

/// What speaks for a language, and against it, in words.
#[derive(Debug, Clone, Copy, Default)]
struct Evidence {
    /// On its list, and known to neither French nor English.
    own: usize,
    listed: usize,
    /// French or English, and not on its list.
    home: usize,
    /// On no list.
    strange: usize,
}

/// The gravest of what is said, the rest beside it; `unclear` when nothing that we know is said.
fn reading(language: Language, text: &str, said: &BTreeMap<Intent, &str>, rule: &str) -> Reading {
    let mut intents = said.keys().copied();
    let intent = intents.next().unwrap_or(Intent::Unclear);
    let name = |intent: &Intent| if said.keys().next() == Some(intent) { "intent" } else { "also" };
    let mut why: Vec<Reason> = said
        .iter()
        .map(|(intent, words)| reason(format!("{}={}", name(intent), intent.label()), words, rule))
        .collect();
    why.push(reason(format!("language={language}"), text.trim(), "words of another language"));
    Reading { confidence: SURE, also: intents.collect(), language: Some(language), why, ..Reading::bare(intent) }
}
