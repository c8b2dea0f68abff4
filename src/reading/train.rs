//! Learning from labelled replies: the same lines always give the same bytes.

use super::corpus::{self, LabelledReply};
use super::error::ReadingError;
use super::features::Features;
use super::language::Packs;
use super::look;
use super::model::{COLUMNS, Lesson, Model, PRIMARY, QUESTIONS, Question};
use super::reader;
use crate::domain::{Acknowledges, Asked, Intent, Language};
use std::path::Path;

/// Passes over the replies; the weights hardly move after these.
const PASSES: usize = 10;
/// How much an error costs beside the size of the weights.
const COST: f32 = 0.5;
/// Brings what the rarity of the features adds to a message's length back to about one.
const RARITY: f32 = 1.0 / 3.0;
/// A feature that fewer replies show teaches nothing about the others.
const SEEN: usize = 2;
/// The second layer learns from replies that the first did not see: by whole files, in so many parts.
const PARTS: usize = 4;

/// Trains on the replies that the program carries, or those of the folder `corpus` (`<lang>/*.jsonl`), and those of the folder
/// `own` beside them.
///
/// # Errors
/// When a folder cannot be read or a line is not a labelled reply as the guide wants it.
pub fn train(corpus: Option<&Path>, own: Option<&Path>) -> Result<Vec<u8>, ReadingError> {
    let packs = Packs::embedded()?;
    let mut replies = corpus.map_or_else(corpus::embedded, corpus::load)?;
    if let Some(own) = own {
        let languages: Vec<Language> = packs.all().iter().map(|pack| pack.language).collect();
        replies.extend(corpus::own(own, &languages)?);
    }
    Ok(learn(&packs, &replies.iter().collect::<Vec<_>>()).to_bytes())
}

/// One reply as the trainer sees it.
pub(super) struct Example {
    pub(super) features: Features,
    pub(super) asked: Option<Asked>,
    pub(super) intent: usize,
    yes: [bool; QUESTIONS.len()],
}

impl Example {
    /// Whether the label answers yes to this column of the model.
    pub(super) fn says(&self, column: usize) -> bool {
        if column < PRIMARY { self.intent == column } else { self.yes[column - PRIMARY] }
    }
}

/// Trains on `replies`: the first layer on all of them, the second on what first layers make of files they did not see.
pub(super) fn learn(packs: &Packs, replies: &[&LabelledReply]) -> Model {
    let examples: Vec<Example> = replies.iter().map(|reply| example(packs, reply)).collect();
    let mut files: Vec<&str> = replies.iter().map(|r| r.file.as_str()).collect();
    files.sort_unstable();
    files.dedup();
    let part = |at: usize| files.binary_search(&replies[at].file.as_str()).unwrap_or(0) % PARTS;
    let (parts, whole) = std::thread::scope(|scope| {
        let examples = &examples;
        let of_part = |aside: usize| {
            let is_held = |at: &usize| part(*at) == aside;
            let (held, kept): (Vec<usize>, Vec<usize>) = (0..examples.len()).partition(is_held);
            let model = descend(&kept.iter().map(|at| &examples[*at]).collect::<Vec<_>>());
            let seen = |at: usize| {
                let example = &examples[at];
                let known = model.known(&example.features, None);
                (model.sight(&example.features, &known, example.asked), example)
            };
            held.into_iter().map(seen).collect()
        };
        // Two at a time: the weights of a descent take room.
        let half = PARTS / 2;
        let second = scope.spawn(move || (half..PARTS).map(of_part).collect::<Vec<Vec<_>>>());
        let first: Vec<Vec<_>> = (0..half).map(of_part).collect();
        let second = second.join().unwrap_or_default();
        (first.into_iter().chain(second).flatten().collect::<Vec<_>>(), descend(&examples.iter().collect::<Vec<_>>()))
    });
    whole.looking(look::learn(&parts), Lesson::of(replies.iter().copied()))
}

fn example(packs: &Packs, reply: &LabelledReply) -> Example {
    let yes = |question: &Question| match *question {
        Question::Says(intent) => reply.intent == intent || reply.also.contains(&intent),
        Question::Explicit => reply.acknowledges == Acknowledges::Explicit,
        Question::Implied => reply.acknowledges == Acknowledges::Implied,
        Question::Vulnerable(v) => reply.signals.vulnerable.contains(&v),
        Question::Represented => reply.signals.represented,
        Question::LegalThreat => reply.signals.legal_threat,
    };
    Example {
        features: reader::features(packs, &reply.text, &reply.context()),
        asked: reply.asked,
        intent: Intent::ALL.iter().position(|i| *i == reply.intent).unwrap_or(0),
        yes: std::array::from_fn(|q| yes(&QUESTIONS[q])),
    }
}

/// One support vector machine per column, by dual coordinate descent (Hsieh et al., 2008; squared hinge): convex, so
/// that the order of the replies hardly matters.
fn descend(examples: &[&Example]) -> Model {
    let (ids, shown) = vocabulary(examples);
    let rarity: Vec<f32> = shown.iter().map(|times| RARITY * (1.0 + examples.len() as f32 / times).ln()).collect();
    let inputs: Vec<Vec<(usize, f32)>> = examples.iter().map(|e| input(&e.features, &ids, &rarity)).collect();
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
    Model::quantise(&ids, &rows, &shown, bias)
}

/// The features of a reply by their place in the vocabulary, each once.
fn input(features: &Features, ids: &[u32], rarity: &[f32]) -> Vec<(usize, f32)> {
    let strength = |kind: u8| features.strength[usize::from(kind)];
    let mut known: Vec<(usize, f32)> = features
        .list
        .iter()
        .filter_map(|f| ids.binary_search(&f.id).ok().map(|row| (row, strength(f.kind) * rarity[row])))
        .collect();
    known.sort_unstable_by_key(|(row, _)| *row);
    known.chunk_by(|a, b| a.0 == b.0).map(|same| (same[0].0, same.iter().map(|(_, value)| value).sum())).collect()
}

/// The features worth learning about, in order, and how often each is shown.
fn vocabulary(examples: &[&Example]) -> (Vec<u32>, Vec<f32>) {
    let mut shown: Vec<u32> = Vec::new();
    for example in examples {
        let mut ids: Vec<u32> = example.features.list.iter().map(|f| f.id).collect();
        ids.sort_unstable();
        ids.dedup();
        shown.extend(ids);
    }
    shown.sort_unstable();
    let often = shown.chunk_by(|a, b| a == b).filter(|same| same.len() >= SEEN);
    often.map(|same| (same[0], same.len() as f32)).unzip()
}

fn shuffle(order: &mut [usize], seed: &mut u64) {
    for at in (1..order.len()).rev() {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        order.swap(at, usize::try_from(*seed >> 33).unwrap_or(0) % (at + 1));
    }
}
