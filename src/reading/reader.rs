//! The reader: finds everything in a message, then lets the rules conclude.

use super::amounts::Amount;
use super::bare;
use super::call_back::Hours;
use super::combine::{self, Findings};
use super::error::ReadingError;
use super::features::{self, Feature, Setting};
use super::keywords;
use super::language::{Pack, Packs};
use super::model::Model;
use super::moments::{Kind, Moment};
use super::plan::Said;
use super::reference::References;
use super::signals::Signal;
use super::text::Text;
use crate::domain::{Asked, Keyword, Language, Reading};
use chrono::{DateTime, FixedOffset};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

static MODEL: &[u8] = include_bytes!("../../intents/model.bin");

/// What is known of a message besides its words.
#[derive(Debug, Clone)]
pub struct Context {
    /// What we asked just before.
    pub asked: Option<Asked>,
    /// When it came in, in the debtor's local time.
    pub received_at: DateTime<FixedOffset>,
    /// The language of the person, when it is known.
    pub language: Option<Language>,
    /// Whether 5/4 is the 4th of May: so for US numbers.
    pub us_dates: bool,
}

/// Reads messages. Immutable; share it freely.
pub struct Reader {
    packs: Packs,
    model: Model,
    references: References,
    hours: Hours,
}

impl Reader {
    /// The reader that the program carries: model, words and patterns built in.
    ///
    /// # Errors
    /// When the data of a language is badly written, or the model is of another version.
    pub fn embedded() -> Result<Self, ReadingError> {
        Self::with(Packs::embedded()?, Model::from_bytes(Cow::Borrowed(MODEL))?)
    }

    pub(super) fn with(packs: Packs, model: Model) -> Result<Self, ReadingError> {
        Ok(Self { packs, model, references: References::new()?, hours: Hours::new()? })
    }

    /// What one message means. Never fails: what cannot be told is `unclear`.
    #[must_use]
    pub fn read(&self, text: &str, context: &Context) -> Reading {
        let pack = self.packs.of(text, context.language);
        let plain = Text::new(text, &std::collections::HashMap::new());
        if let Some(keyword) = self.keyword(&plain, pack) {
            return combine::keyword(keyword, text);
        }
        let asked = context.asked.filter(|a| *a != Asked::Menu);
        if context.asked == Some(Asked::Menu)
            && let Some(intent) = pack.keywords.menu(plain.folded())
        {
            return combine::menu(intent, text);
        }
        let asked = asked.or_else(|| context.asked.map(|_| Asked::PayOrExplain));
        let context = Context { asked, ..context.clone() };
        let seen = Seen::new(pack, text, &context);
        let features = seen.features(pack, &context);
        let findings = Findings {
            scores: self.model.scores(&features),
            short_answer: pack.keywords.short_answer(plain.folded()),
            bare: bare::read(&plain, asked, context.received_at.date_naive()),
            plan: seen.plan,
            signals: seen.signals,
            reference: self.references.find(text),
            call_back: self.hours.call_back(&seen.text, &seen.any_moment),
            asked,
            begins_with_stop: keywords::begins_with_stop(plain.folded()),
            text: &seen.text,
            moments: &seen.moments,
            amounts: &seen.amounts,
            features: &features,
            model: &self.model,
        };
        combine::conclude(&findings)
    }

    /// STOP must work in every language whatever the person's.
    fn keyword(&self, plain: &Text<'_>, pack: &Pack) -> Option<Keyword> {
        let own = pack.keywords.keyword(plain.folded());
        own.or_else(|| self.packs.all().iter().find_map(|p| p.keywords.keyword(plain.folded())))
    }

    /// The labelled replies that the model was trained on.
    pub(super) fn fingerprint(&self) -> u64 {
        self.model.fingerprint()
    }
}

/// What is found in a message before anything is concluded.
struct Seen<'a> {
    text: Text<'a>,
    moments: Vec<Moment>,
    any_moment: Vec<Moment>,
    amounts: Vec<Amount>,
    plan: Said,
    signals: BTreeMap<Signal, Range<usize>>,
}

impl<'a> Seen<'a> {
    fn new(pack: &Pack, message: &'a str, context: &Context) -> Self {
        let text = Text::new(message, &pack.spellings);
        let any_moment = pack.moments.find(&text, context.received_at.date_naive(), context.us_dates);
        let moments: Vec<Moment> = any_moment.clone();
        let mut amounts = pack.amounts.find(&text, &moments);
        // "pour 20 euros" is an amount before it is a day.
        let sure: Vec<_> = amounts.iter().filter(|a| a.sure).map(|a| a.span.clone()).collect();
        let moments: Vec<Moment> =
            moments.into_iter().filter(|m| !sure.iter().any(|s| super::pattern::overlap(s, &m.span))).collect();
        if moments.len() != any_moment.len() {
            amounts = pack.amounts.find(&text, &moments);
        }
        let plan = pack.plans.find(&text, &amounts, &moments);
        let signals = pack.signals.find(&text);
        Self { text, moments, any_moment, amounts, plan, signals }
    }

    fn features(&self, pack: &Pack, context: &Context) -> Vec<Feature> {
        let mut present = Vec::new();
        let mut note = |name: &'static str, is: bool| {
            if is {
                present.push(name)
            }
        };
        note("moment", self.moments.iter().any(|m| m.day.is_some() && m.kind != Kind::Nothing));
        note("moment without a day", self.moments.iter().any(|m| m.day.is_none()));
        note("several moments", self.moments.iter().filter(|m| m.day.is_some()).count() > 1);
        note("amount", !self.amounts.is_empty());
        note("several amounts", self.amounts.len() > 1);
        note("count", self.plan.terms.instalments.is_some());
        note("period", self.plan.terms.period.is_some());
        for signal in self.signals.keys() {
            note(signal.name(), true);
        }
        let setting = Setting { asked: context.asked, language: pack.language, present };
        features::extract(&self.text, pack, &setting)
    }
}

/// What the model sees of a message.
pub(super) fn features(packs: &Packs, message: &str, context: &Context) -> Vec<Feature> {
    let pack = packs.of(message, context.language);
    Seen::new(pack, message, context).features(pack, context)
}
