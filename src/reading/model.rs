//! The linear model: eighteen primary intents that share one probability, and independent yes-or-no questions.

use super::error::ReadingError;
use super::features::{BUCKETS, Feature};
use crate::domain::{Intent, Vulnerability};
use std::borrow::Cow;
use std::ops::Range;

/// What the yes-or-no columns answer, in the order of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Is this intent present beside the primary one?
    Also(Intent),
    /// Is the debt admitted in words?
    Explicit,
    /// Do they act as if it were theirs?
    Implied,
    /// Is this circumstance said?
    Vulnerable(Vulnerability),
    /// Does someone act for them?
    Represented,
    /// Do they announce a complaint, a court, a regulator, the press?
    LegalThreat,
}

/// All of them, in the order of the columns after the primary intents.
pub(super) const QUESTIONS: [Question; 25] = {
    use Question::{Also, Explicit, Implied, LegalThreat, Represented, Vulnerable};
    [
        Also(Intent::OptOut),
        Also(Intent::WrongNumber),
        Also(Intent::Dispute),
        Also(Intent::AlreadyPaid),
        Also(Intent::PlanRequest),
        Also(Intent::Promise),
        Also(Intent::Hardship),
        Also(Intent::ExtensionRequest),
        Also(Intent::Refusal),
        Also(Intent::PaymentHelp),
        Also(Intent::InfoRequest),
        Also(Intent::HumanRequest),
        Also(Intent::Acknowledgment),
        Also(Intent::Hostile),
        Explicit,
        Implied,
        Vulnerable(Vulnerability::Insolvency),
        Vulnerable(Vulnerability::Bereavement),
        Vulnerable(Vulnerability::Illness),
        Vulnerable(Vulnerability::SelfHarm),
        Vulnerable(Vulnerability::Guardianship),
        Vulnerable(Vulnerability::Unemployment),
        Vulnerable(Vulnerability::Domestic),
        Represented,
        LegalThreat,
    ]
};

/// How many columns hold the primary intent.
pub(super) const PRIMARY: usize = Intent::ALL.len();
/// How many columns there are.
pub(super) const COLUMNS: usize = PRIMARY + QUESTIONS.len();

const MAGIC: &[u8; 8] = b"relance1";
const HEADER: usize = MAGIC.len() + 8 + 4 + COLUMNS * 8;

/// One weight per feature and column, on eight bits.
pub(super) struct Model {
    weights: Cow<'static, [u8]>,
    scale: [f32; COLUMNS],
    bias: [f32; COLUMNS],
    temperature: f32,
    fingerprint: u64,
}

/// What the model makes of one message.
#[derive(Debug, Clone)]
pub(super) struct Scores {
    /// The probability of each primary intent, in the order of [`Intent::ALL`].
    pub(super) primary: [f32; PRIMARY],
    /// The probability of each answer "yes", in the order of [`QUESTIONS`].
    pub(super) questions: [f32; QUESTIONS.len()],
}

impl Scores {
    /// The probability that `intent` is the primary one.
    pub(super) fn of(&self, intent: Intent) -> f32 {
        self.primary[intent as usize]
    }

    /// The probability that the answer to `question` is yes.
    pub(super) fn yes(&self, question: Question) -> f32 {
        QUESTIONS.iter().position(|q| *q == question).map_or(0.0, |at| self.questions[at])
    }
}

impl Model {
    /// Rounds trained weights to eight bits. `weights` has one row of [`COLUMNS`] per bucket.
    pub(super) fn quantise(weights: &[f32], bias: [f32; COLUMNS], temperature: f32, fingerprint: u64) -> Self {
        let mut scale = [0.0_f32; COLUMNS];
        for row in weights.chunks_exact(COLUMNS) {
            for (largest, w) in scale.iter_mut().zip(row) {
                *largest = largest.max(w.abs());
            }
        }
        scale.iter_mut().for_each(|s| *s = (*s / 127.0).max(f32::MIN_POSITIVE));
        #[allow(clippy::cast_possible_truncation)]
        let round = |(at, w): (usize, &f32)| (w / scale[at % COLUMNS]).round().clamp(-127.0, 127.0) as i8;
        let round = |w| round(w).cast_unsigned();
        Self {
            weights: weights.iter().enumerate().map(round).collect::<Vec<u8>>().into(),
            scale,
            bias,
            temperature,
            fingerprint,
        }
    }

    /// Takes a model back from [`Model::to_bytes`].
    pub(super) fn from_bytes(bytes: Cow<'static, [u8]>) -> Result<Self, ReadingError> {
        let (head, body) = bytes.split_at_checked(HEADER).ok_or(ReadingError::Model)?;
        let (magic, head) = head.split_at(MAGIC.len());
        let (fingerprint, head) = head.split_first_chunk::<8>().ok_or(ReadingError::Model)?;
        if magic != MAGIC || body.len() != BUCKETS * COLUMNS {
            return Err(ReadingError::Model);
        }
        let mut numbers = head.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b));
        let temperature = numbers.next().ok_or(ReadingError::Model)?;
        let mut column = || std::array::from_fn(|_| numbers.next().unwrap_or(0.0));
        let (scale, bias) = (column(), column());
        let fingerprint = u64::from_le_bytes(*fingerprint);
        let weights = match bytes {
            Cow::Borrowed(all) => Cow::Borrowed(&all[HEADER..]),
            Cow::Owned(all) => Cow::Owned(all[HEADER..].to_vec()),
        };
        Ok(Self { weights, scale, bias, temperature, fingerprint })
    }

    /// The model as it is kept in `intents/model.bin`.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + self.weights.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&self.fingerprint.to_le_bytes());
        bytes.extend_from_slice(&self.temperature.to_le_bytes());
        self.scale.iter().chain(&self.bias).for_each(|n| bytes.extend_from_slice(&n.to_le_bytes()));
        bytes.extend_from_slice(&self.weights);
        bytes
    }

    /// The labelled replies this model was trained on, as [`super::corpus::fingerprint`] tells them.
    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The same model with its certainty spread by `temperature`.
    pub(super) fn with_temperature(self, temperature: f32) -> Self {
        Self { temperature, ..self }
    }

    /// What each column sums to, before any probability.
    pub(super) fn sums(&self, features: &[Feature]) -> [f32; COLUMNS] {
        let mut sums = [0.0_f32; COLUMNS];
        for feature in features {
            for (sum, w) in sums.iter_mut().zip(self.row(feature.bucket)) {
                *sum += f32::from(w.cast_signed()) * feature.value;
            }
        }
        std::array::from_fn(|c| sums[c] * self.scale[c] + self.bias[c])
    }

    /// The probabilities for one message.
    pub(super) fn scores(&self, features: &[Feature]) -> Scores {
        let sums = self.sums(features);
        let mut primary = [0.0; PRIMARY];
        primary.copy_from_slice(&sums[..PRIMARY]);
        softmax(&mut primary, self.temperature);
        Scores { primary, questions: std::array::from_fn(|q| sigmoid(sums[PRIMARY + q])) }
    }

    /// The words that weighed most for `intent`, against the other intents: at most `count`, not overlapping.
    pub(super) fn grounds(&self, features: &[Feature], column: usize, count: usize) -> Vec<Range<usize>> {
        let mean = |row: &[u8]| {
            let all =
                row.iter().zip(&self.scale).take(PRIMARY).map(|(w, s)| f32::from(w.cast_signed()) * s).sum::<f32>();
            if column < PRIMARY { all / PRIMARY as f32 } else { 0.0 }
        };
        let weigh = |f: &Feature| {
            let row = self.row(f.bucket);
            (f32::from(row[column].cast_signed()) * self.scale[column] - mean(row)) * f.value
        };
        let mut spans: Vec<(Range<usize>, f32)> = Vec::new();
        let mut sorted: Vec<&Feature> = features.iter().filter(|f| !f.span.is_empty()).collect();
        sorted.sort_by_key(|f| (f.span.start, f.span.end));
        for feature in sorted {
            match spans.last_mut().filter(|(span, _)| *span == feature.span) {
                Some((_, weight)) => *weight += weigh(feature),
                None => spans.push((feature.span.clone(), weigh(feature))),
            }
        }
        spans.retain(|(_, weight)| *weight > 0.0);
        spans.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut kept: Vec<Range<usize>> = Vec::new();
        for (span, _) in spans {
            if kept.len() < count && kept.iter().all(|k| span.end <= k.start || k.end <= span.start) {
                kept.push(span);
            }
        }
        kept
    }

    fn row(&self, bucket: u32) -> &[u8] {
        let start = bucket as usize * COLUMNS;
        self.weights.get(start..start + COLUMNS).unwrap_or(&[0; COLUMNS])
    }
}

/// Turns sums into probabilities that sum to one.
pub(super) fn softmax(sums: &mut [f32], temperature: f32) {
    let highest = sums.iter().copied().fold(f32::MIN, f32::max);
    sums.iter_mut().for_each(|s| *s = ((*s - highest) / temperature).exp());
    let total: f32 = sums.iter().sum();
    sums.iter_mut().for_each(|s| *s /= total);
}

/// The probability of a yes.
pub(super) fn sigmoid(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}
