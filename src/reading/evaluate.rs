//! How well the reader reads: every reply is read by a model that saw no reply of its file.

use super::corpus::{self, LabelledReply};
use super::error::ReadingError;
use super::language::Packs;
use super::reader::{Context, Reader};
use super::train;
use crate::domain::{Intent, Language, Reading};
use serde::Serialize;
use std::path::Path;

/// Width of the classes of certainty when calibration is measured.
const CLASSES: usize = 10;
/// A wrong act on these moves money or consent.
const GRAVE: [Intent; 6] =
    [Intent::OptOut, Intent::WrongNumber, Intent::Dispute, Intent::AlreadyPaid, Intent::PlanRequest, Intent::Promise];

/// What a cross-validation measured; every rate is in 0..=1.
#[derive(Debug, Clone, Serialize)]
pub struct Evaluation {
    /// How many replies were read.
    pub replies: usize,
    /// One line per language.
    pub languages: Vec<LanguageScore>,
    /// One line per primary intent.
    pub intents: Vec<IntentScore>,
    /// Mean distance between the certainty announced and the rate of right readings.
    pub calibration_error: f64,
    /// Rate of replies read with enough certainty to act.
    pub acted: f64,
    /// Of the replies acted on as an intent that moves money or consent, the rate wrongly so.
    pub harmful: f64,
    /// Exactly the labelled secondary intents.
    pub also_exact: f64,
    /// The labelled admission.
    pub acknowledges: f64,
    /// Exactly the labelled circumstances.
    pub vulnerable_exact: f64,
    /// Of the replies labelled with a circumstance, those where it was heard.
    pub vulnerable_recall: f64,
    /// Right `represented`, among the replies labelled or read so.
    pub represented: f64,
    /// Right `legal_threat`, among the replies labelled or read so.
    pub legal_threat: f64,
    /// The labelled day, among the replies that have one.
    pub date_exact: f64,
    /// No day, among the offers that have none.
    pub date_absent: f64,
    /// The labelled amount, among the replies that have one.
    pub amount_exact: f64,
    /// No amount, among the replies that have none.
    pub amount_absent: f64,
    /// All the labelled terms, among the plans that have any.
    pub plan_exact: f64,
    /// The labelled reference, among the replies that have one.
    pub reference_exact: f64,
}

/// The primary intent in one language.
#[derive(Debug, Clone, Serialize)]
pub struct LanguageScore {
    /// The language.
    pub language: Language,
    /// How many replies.
    pub replies: usize,
    /// Rate of right primary intents.
    pub accuracy: f64,
    /// Mean over the intents of their F1.
    pub macro_f1: f64,
}

/// One primary intent, all languages together.
#[derive(Debug, Clone, Serialize)]
pub struct IntentScore {
    /// The intent.
    pub intent: Intent,
    /// How many replies are labelled so.
    pub replies: usize,
    /// Of those read so, how many are.
    pub precision: f64,
    /// Of those that are, how many were read so.
    pub recall: f64,
}

/// Cross-validates on the replies under `corpus_dir` in `folds` rounds, whole files set aside each time; an act needs
/// a certainty of `threshold`.
///
/// # Errors
/// When the replies cannot be read.
pub fn evaluate(corpus_dir: &Path, folds: usize, threshold: f32) -> Result<Evaluation, ReadingError> {
    let replies = corpus::load(corpus_dir)?;
    let mut files: Vec<&str> = replies.iter().map(|r| r.file.as_str()).collect();
    files.dedup();
    let folds = folds.clamp(2, files.len().max(2));
    let fold = |reply: &LabelledReply| files.iter().position(|f| *f == reply.file).unwrap_or(0) % folds;
    let mut read = Vec::with_capacity(replies.len());
    for aside in 0..folds {
        let kept: Vec<&LabelledReply> = replies.iter().filter(|r| fold(r) != aside).collect();
        let packs = Packs::embedded()?;
        let model = train::learn(&packs, &kept);
        let reader = Reader::with(packs, model)?;
        read.extend(replies.iter().filter(|r| fold(r) == aside).map(|reply| (reply, one(&reader, reply))));
    }
    Ok(measure(&read, threshold))
}

/// Reads one labelled reply as it would have been when it came in.
pub(super) fn one(reader: &Reader, reply: &LabelledReply) -> Reading {
    let context = Context {
        asked: reply.asked,
        received_at: reply.received_at,
        language: Some(reply.lang),
        us_dates: reply.us_dates(),
    };
    reader.read(&reply.text, &context)
}

type Pair<'a> = (&'a LabelledReply, Reading);

fn measure(read: &[Pair<'_>], threshold: f32) -> Evaluation {
    let acted = |(_, r): &&Pair<'_>| r.confidence >= threshold;
    let grave: Vec<_> = read.iter().filter(acted).filter(|(_, r)| GRAVE.contains(&r.intent)).collect();
    let offers = |l: &LabelledReply| matches!(l.intent, Intent::Promise | Intent::PlanRequest);
    let has_terms = |l: &LabelledReply| l.plan != crate::domain::PlanTerms::default();
    let mut languages: Vec<Language> = read.iter().map(|(l, _)| l.lang).collect();
    languages.sort_unstable();
    languages.dedup();
    Evaluation {
        replies: read.len(),
        languages: languages.into_iter().map(|language| of_language(read, language)).collect(),
        intents: Intent::ALL.into_iter().map(|intent| of_intent(read, intent, |_| true)).collect(),
        calibration_error: calibration_error(read),
        acted: rate(read, |_, _| true, |_, r| r.confidence >= threshold),
        harmful: ratio(grave.iter().filter(|(l, r)| l.intent != r.intent).count(), grave.len()),
        also_exact: rate(read, |_, _| true, |l, r| same(&l.also, &r.also)),
        acknowledges: rate(read, |_, _| true, |l, r| l.acknowledges == r.acknowledges),
        vulnerable_exact: rate(read, |_, _| true, |l, r| same(&l.signals.vulnerable, &r.signals.vulnerable)),
        vulnerable_recall: rate(
            read,
            |l, _| !l.signals.vulnerable.is_empty(),
            |l, r| l.signals.vulnerable.iter().all(|v| r.signals.vulnerable.contains(v)),
        ),
        represented: rate(
            read,
            |l, r| l.signals.represented || r.signals.represented,
            |l, r| l.signals.represented == r.signals.represented,
        ),
        legal_threat: rate(
            read,
            |l, r| l.signals.legal_threat || r.signals.legal_threat,
            |l, r| l.signals.legal_threat == r.signals.legal_threat,
        ),
        date_exact: rate(read, |l, _| l.date.is_some(), |l, r| l.date == r.date),
        date_absent: rate(read, |l, _| offers(l) && l.date.is_none(), |_, r| r.date.is_none()),
        amount_exact: rate(read, |l, _| l.amount_minor.is_some(), |l, r| l.amount_minor == r.amount_minor),
        amount_absent: rate(read, |l, _| l.amount_minor.is_none(), |_, r| r.amount_minor.is_none()),
        plan_exact: rate(read, |l, _| has_terms(l), |l, r| l.plan == r.plan),
        reference_exact: rate(read, |l, _| l.reference.is_some(), |l, r| l.reference == r.reference),
    }
}

fn of_language(read: &[Pair<'_>], language: Language) -> LanguageScore {
    let own = |l: &LabelledReply| l.lang == language;
    let f1 = |intent| {
        let score = of_intent(read, intent, own);
        let sum = score.precision + score.recall;
        if sum > 0.0 { 2.0 * score.precision * score.recall / sum } else { 0.0 }
    };
    LanguageScore {
        language,
        replies: read.iter().filter(|(l, _)| own(l)).count(),
        accuracy: rate(read, |l, _| own(l), |l, r| l.intent == r.intent),
        macro_f1: Intent::ALL.into_iter().map(f1).sum::<f64>() / Intent::ALL.len() as f64,
    }
}

fn of_intent(read: &[Pair<'_>], intent: Intent, among: impl Fn(&LabelledReply) -> bool) -> IntentScore {
    IntentScore {
        intent,
        replies: read.iter().filter(|(l, _)| among(l) && l.intent == intent).count(),
        precision: rate(read, |l, r| among(l) && r.intent == intent, |l, _| l.intent == intent),
        recall: rate(read, |l, _| among(l) && l.intent == intent, |_, r| r.intent == intent),
    }
}

fn calibration_error(read: &[Pair<'_>]) -> f64 {
    let class = |r: &Reading| (r.confidence * CLASSES as f32) as usize;
    let of_class = |at: usize| {
        let members: Vec<_> = read.iter().filter(|(_, r)| class(r).min(CLASSES - 1) == at).collect();
        let right = members.iter().filter(|(l, r)| l.intent == r.intent).count() as f64;
        let announced: f64 = members.iter().map(|(_, r)| f64::from(r.confidence)).sum();
        (right - announced).abs()
    };
    (0..CLASSES).map(of_class).sum::<f64>() / read.len().max(1) as f64
}

fn rate(
    read: &[Pair<'_>],
    among: impl Fn(&LabelledReply, &Reading) -> bool,
    right: impl Fn(&LabelledReply, &Reading) -> bool,
) -> f64 {
    let all: Vec<_> = read.iter().filter(|(l, r)| among(l, r)).collect();
    ratio(all.iter().filter(|(l, r)| right(l, r)).count(), all.len())
}

fn ratio(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

fn same<T: Ord + Clone>(a: &[T], b: &[T]) -> bool {
    let sorted = |list: &[T]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    sorted(a) == sorted(b)
}
