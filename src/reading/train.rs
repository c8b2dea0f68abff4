//! Learning from labelled replies: the same lines always give the same bytes.

use super::corpus::{self, LabelledReply};
use super::error::ReadingError;
use super::features::Feature;
use super::language::Packs;
use super::model::{COLUMNS, Model, PRIMARY, QUESTIONS, Question, Row, sigmoid, softmax};
use super::reader::{self, Context};
use crate::domain::{Acknowledges, Intent};
use std::path::Path;

/// Passes over the replies; the weights hardly move after these.
const PASSES: usize = 10;
/// How much an error costs beside the size of the weights.
const COST: f32 = 1.0;
/// Brings what the rarity of the features adds to a message's length back to about one.
const RARITY: f32 = 1.0 / 3.0;
/// A feature that fewer replies show teaches nothing about the others.
const SEEN: usize = 2;
/// Certainty is fitted on replies that a model did not see: by whole files, in so many parts.
const PARTS: usize = 3;

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

impl Example {
    /// Whether the label answers yes to this column of the model.
    fn says(&self, column: usize) -> bool {
        if column < PRIMARY { self.intent == column } else { self.yes[column - PRIMARY] }
    }
}

/// Trains on `replies`; its certainty is fitted on files that other models did not see.
pub(super) fn learn(packs: &Packs, replies: &[&LabelledReply]) -> Model {
    let examples: Vec<Example> = replies.iter().map(|reply| example(packs, reply)).collect();
    let mut files: Vec<&str> = replies.iter().map(|r| r.file.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    let part = |r: &LabelledReply| files.binary_search(&r.file.as_str()).unwrap_or(0) % PARTS;
    let mut unseen = Vec::with_capacity(examples.len());
    for aside in 0..PARTS {
        let (held, kept): (Vec<_>, Vec<_>) = replies.iter().zip(&examples).partition(|(r, _)| part(r) == aside);
        let kept: Vec<&Example> = kept.into_iter().map(|(_, e)| e).collect();
        let model = descend(&kept, 0);
        unseen.extend(held.into_iter().map(|(_, e)| (model.sums(&e.features), e)));
    }
    let (stretch, shift) = calibrate(&unseen);
    let fingerprint = corpus::fingerprint(replies.iter().copied());
    descend(&examples.iter().collect::<Vec<_>>(), fingerprint).calibrated(&stretch, &shift)
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

/// One support vector machine per column, by dual coordinate descent (Hsieh et al., 2008; squared hinge): convex, so
/// that the order of the replies hardly matters.
fn descend(examples: &[&Example], fingerprint: u64) -> Model {
    let (ids, rarity) = vocabulary(examples);
    // Within a family the features are sorted: those that repeat stand together.
    let once = |same: &[Feature]| {
        let value = same.iter().map(|f| f.value).sum::<f32>();
        ids.binary_search(&same[0].id).ok().map(|row| (row, value * rarity[row]))
    };
    let inputs: Vec<Vec<(usize, f32)>> =
        examples.iter().map(|e| e.features.chunk_by(|a, b| a.id == b.id).filter_map(once).collect()).collect();
    let mut rows = vec![[0.0_f32; COLUMNS]; ids.len()];
    let mut bias = [0.0_f32; COLUMNS];
    let mut pulls = vec![[0.0_f32; COLUMNS]; examples.len()];
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let slack = 0.5 / COST;
    for _ in 0..PASSES {
        shuffle(&mut order, &mut seed);
        for &at in &order {
            let mut sums = bias;
            for (row, value) in &inputs[at] {
                sums.iter_mut().zip(&rows[*row]).for_each(|(sum, w)| *sum += w * value);
            }
            let length = 1.0 + slack + inputs[at].iter().map(|(_, v)| v * v).sum::<f32>();
            let mut step = [0.0_f32; COLUMNS];
            for (column, pull) in pulls[at].iter_mut().enumerate() {
                let side = if examples[at].says(column) { 1.0 } else { -1.0 };
                let slope = side * sums[column] - 1.0 + slack * *pull;
                let next = (*pull - slope / length).max(0.0);
                step[column] = (next - *pull) * side;
                *pull = next;
            }
            for (row, value) in &inputs[at] {
                rows[*row].iter_mut().zip(&step).for_each(|(w, s)| *w += s * value);
            }
            bias.iter_mut().zip(&step).for_each(|(b, s)| *b += s);
        }
    }
    // The rarity goes into the weights: a reader need not know it.
    rows.iter_mut().zip(&rarity).for_each(|(row, rarity)| row.iter_mut().for_each(|w| *w *= rarity));
    Model::quantise(&ids, &rows, bias, fingerprint)
}

/// The features worth learning about, in order, and how much their rarity makes each worth.
fn vocabulary(examples: &[&Example]) -> (Vec<u32>, Vec<f32>) {
    let mut shown: Vec<u32> = Vec::new();
    for example in examples {
        let mut ids: Vec<u32> = example.features.iter().map(|f| f.id).collect();
        ids.sort_unstable();
        ids.dedup();
        shown.extend(ids);
    }
    shown.sort_unstable();
    let rarity = |times: usize| RARITY * (1.0 + examples.len() as f32 / times as f32).ln();
    let often = shown.chunk_by(|a, b| a == b).filter(|same| same.len() >= SEEN);
    often.map(|same| (same[0], rarity(same.len()))).unzip()
}

/// What turns the sums of `unseen` replies into likely probabilities: one temperature for the intents, a line for each
/// question (Platt, 1999).
fn calibrate(unseen: &[(Row, &Example)]) -> (Row, Row) {
    let (mut stretch, mut shift) = ([1.0; COLUMNS], [0.0; COLUMNS]);
    stretch[..PRIMARY].fill(sharpness(unseen));
    for column in PRIMARY..COLUMNS {
        (stretch[column], shift[column]) = line(unseen, column);
    }
    (stretch, shift)
}

fn sharpness(unseen: &[(Row, &Example)]) -> f32 {
    let surprise = |sharpness: f32| -> f32 {
        let one = |(sums, example): &(Row, &Example)| {
            let mut p: [f32; PRIMARY] = std::array::from_fn(|c| sums[c] * sharpness);
            softmax(&mut p);
            -p[example.intent].max(1e-9).ln()
        };
        unseen.iter().map(one).sum()
    };
    (10..=80).map(|s| s as f32 / 10.0).min_by(|a, b| surprise(*a).total_cmp(&surprise(*b))).unwrap_or(1.0)
}

/// The logistic regression of a question's answers on its sums, by Newton's method.
fn line(unseen: &[(Row, &Example)], column: usize) -> (f32, f32) {
    // A little doubt keeps the line finite when the sums tell the answers apart without fault.
    const DOUBT: f32 = 1e-3;
    let (mut a, mut b) = (2.0_f32, 0.0_f32);
    for _ in 0..40 {
        let (mut ga, mut gb, mut haa, mut hab, mut hbb) = (DOUBT * (a - 2.0), 0.0, DOUBT, 0.0, DOUBT);
        for (sums, example) in unseen {
            let (x, p) = (sums[column], sigmoid(a * sums[column] + b));
            let (error, spread) = (p - f32::from(u8::from(example.says(column))), p * (1.0 - p));
            (ga, gb) = (ga + error * x, gb + error);
            (haa, hab, hbb) = (haa + spread * x * x, hab + spread * x, hbb + spread);
        }
        let det = (haa * hbb - hab * hab).max(1e-6);
        let (da, db) = ((hbb * ga - hab * gb) / det, (haa * gb - hab * ga) / det);
        let damp = 1.0 / (1.0 + da.abs().max(db.abs()));
        (a, b) = ((a - da * damp).clamp(0.1, 50.0), b - db * damp);
    }
    (a, b)
}

fn shuffle(order: &mut [usize], seed: &mut u64) {
    for at in (1..order.len()).rev() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(at, usize::try_from(*seed >> 33).unwrap_or(0) % (at + 1));
    }
}
