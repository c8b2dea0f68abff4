//! Learning from labelled replies: the same lines always give the same bytes.

use super::corpus::{self, LabelledReply};
use super::error::ReadingError;
use super::features::{BUCKETS, Feature};
use super::language::Packs;
use super::model::{COLUMNS, Model, PRIMARY, QUESTIONS, Question, sigmoid, softmax};
use super::reader::{self, Context};
use crate::domain::{Acknowledges, Intent};
use std::path::Path;

/// Passes over the replies.
const PASSES: usize = 14;
const LEARNING_RATE: f32 = 0.35;
/// Pull towards zero, per update.
const DECAY: f32 = 2e-6;
/// One reply in so many is set aside, by whole files, to measure how sure the model may be.
const SET_ASIDE: usize = 5;

/// Trains a model on labelled replies and returns it as the bytes of `intents/model.bin`.
pub fn train(lines: impl Iterator<Item = LabelledReply>) -> Vec<u8> {
    let replies: Vec<LabelledReply> = lines.collect();
    let Ok(packs) = Packs::embedded() else { return Vec::new() };
    learn(&packs, &replies.iter().collect::<Vec<_>>()).to_bytes()
}

/// Trains on every reply under `corpus_dir` (`<lang>/*.jsonl`).
///
/// # Errors
/// When the folder cannot be read or a line is not a labelled reply.
pub fn train_embedded(corpus_dir: &Path) -> Result<Vec<u8>, ReadingError> {
    let packs = Packs::embedded()?;
    let replies = corpus::load(corpus_dir)?;
    Ok(learn(&packs, &replies.iter().collect::<Vec<_>>()).to_bytes())
}

/// One reply as the trainer sees it.
struct Example {
    features: Vec<Feature>,
    intent: usize,
    yes: [bool; QUESTIONS.len()],
}

/// Trains on `replies`; its certainty is fitted on files that a first model did not see.
pub(super) fn learn(packs: &Packs, replies: &[&LabelledReply]) -> Model {
    let examples: Vec<Example> = replies.iter().map(|reply| example(packs, reply)).collect();
    let mut files: Vec<&str> = replies.iter().map(|r| r.file.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    let aside = |r: &LabelledReply| files.binary_search(&r.file.as_str()).is_ok_and(|at| at % SET_ASIDE == 2);
    let (held, kept): (Vec<_>, Vec<_>) = replies.iter().zip(&examples).partition(|(r, _)| aside(r));
    let held: Vec<&Example> = held.into_iter().map(|(_, e)| e).collect();
    let kept: Vec<&Example> = kept.into_iter().map(|(_, e)| e).collect();
    let temperature = if held.is_empty() { 1.0 } else { fit_temperature(&descend(&kept, 0), &held) };
    let fingerprint = corpus::fingerprint(replies.iter().copied());
    descend(&examples.iter().collect::<Vec<_>>(), fingerprint).with_temperature(temperature)
}

fn example(packs: &Packs, reply: &LabelledReply) -> Example {
    let context = Context {
        asked: reply.asked,
        received_at: reply.received_at,
        language: Some(reply.lang),
        us_dates: reply.us_dates(),
    };
    let yes = |question: &Question| match *question {
        Question::Also(intent) => reply.also.contains(&intent),
        Question::Explicit => reply.acknowledges == Acknowledges::Explicit,
        Question::Implied => reply.acknowledges == Acknowledges::Implied,
        Question::Vulnerable(v) => reply.signals.vulnerable.contains(&v),
        Question::Represented => reply.signals.represented,
        Question::LegalThreat => reply.signals.legal_threat,
    };
    Example {
        features: reader::features(packs, &reply.text, &context),
        intent: Intent::ALL.iter().position(|i| *i == reply.intent).unwrap_or(0),
        yes: std::array::from_fn(|q| yes(&QUESTIONS[q])),
    }
}

/// Gradient descent, each weight with a step of its own (Adagrad).
fn descend(examples: &[&Example], fingerprint: u64) -> Model {
    let mut weights = vec![0.0_f32; BUCKETS * COLUMNS];
    let mut squares = vec![1e-3_f32; BUCKETS * COLUMNS];
    let mut bias = [0.0_f32; COLUMNS];
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    for pass in 0..PASSES {
        shuffle(&mut order, &mut seed);
        let rate = LEARNING_RATE * (1.0 - 0.9 * pass as f32 / PASSES as f32);
        for example in order.iter().filter_map(|at| examples.get(*at)) {
            let slope = slopes(example, &weights, &bias);
            for feature in &example.features {
                let row = feature.bucket as usize * COLUMNS;
                for (c, slope) in slope.iter().enumerate().filter(|(_, s)| s.abs() > 1e-4) {
                    let step = slope * feature.value + DECAY * weights[row + c];
                    squares[row + c] += step * step;
                    weights[row + c] -= rate * step / squares[row + c].sqrt();
                }
            }
            bias.iter_mut().zip(slope).for_each(|(b, s)| *b -= 0.01 * s);
        }
    }
    Model::quantise(&weights, bias, 1.0, fingerprint)
}

/// How far each column is from the label.
fn slopes(example: &Example, weights: &[f32], bias: &[f32; COLUMNS]) -> [f32; COLUMNS] {
    let mut sums = *bias;
    for feature in &example.features {
        let row = feature.bucket as usize * COLUMNS;
        for (sum, w) in sums.iter_mut().zip(&weights[row..row + COLUMNS]) {
            *sum += w * feature.value;
        }
    }
    softmax(&mut sums[..PRIMARY], 1.0);
    sums[example.intent] -= 1.0;
    for (sum, yes) in sums[PRIMARY..].iter_mut().zip(example.yes) {
        *sum = sigmoid(*sum) - f32::from(u8::from(yes));
    }
    sums
}

/// The temperature under which the probabilities given to unseen replies are the likeliest.
fn fit_temperature(model: &Model, held: &[&Example]) -> f32 {
    let sums: Vec<_> = held.iter().map(|e| (model.sums(&e.features), e.intent)).collect();
    let surprise = |temperature: f32| -> f32 {
        let one = |(sums, intent): &([f32; COLUMNS], usize)| {
            let mut p = [0.0; PRIMARY];
            p.copy_from_slice(&sums[..PRIMARY]);
            softmax(&mut p, temperature);
            -p[*intent].max(1e-9).ln()
        };
        sums.iter().map(one).sum()
    };
    let candidates = (4..=60).map(|t| t as f32 / 20.0);
    candidates.min_by(|a, b| surprise(*a).total_cmp(&surprise(*b))).unwrap_or(1.0)
}

fn shuffle(order: &mut [usize], seed: &mut u64) {
    for at in (1..order.len()).rev() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(at, usize::try_from(*seed >> 33).unwrap_or(0) % (at + 1));
    }
}
