//! The linear model: eighteen primary intents that share one probability, and independent yes-or-no questions.

use super::error::ReadingError;
use super::features::Feature;
use crate::domain::{Intent, Vulnerability};
use std::borrow::Cow;

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

const MAGIC: &[u8; 8] = b"relance2";
const HEADER: usize = MAGIC.len() + 8 + COLUMNS * 8;
/// The features that a model keeps are those that weigh most: it travels inside the program.
const KEPT: usize = 80_000;
const ID: usize = size_of::<u32>();

/// The weights of one feature while it is learnt, one per column.
pub(super) type Row = [f32; COLUMNS];

/// One weight per feature and column, on eight bits.
pub(super) struct Model {
    /// The ids of the features, in order, then their rows of weights.
    body: Cow<'static, [u8]>,
    scale: Row,
    bias: Row,
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
    /// Keeps the rows that weigh most, rounded to eight bits; `ids` are sorted, and `rows` in the same order.
    pub(super) fn quantise(ids: &[u32], rows: &[Row], bias: Row, fingerprint: u64) -> Self {
        let weight = |row: &Row| row.iter().map(|w| w * w).sum::<f32>();
        let mut heaviest: Vec<(u32, &Row)> = ids.iter().copied().zip(rows).collect();
        heaviest.sort_by(|a, b| weight(b.1).total_cmp(&weight(a.1)).then(a.0.cmp(&b.0)));
        heaviest.truncate(KEPT);
        heaviest.sort_unstable_by_key(|(id, _)| *id);
        let mut scale = [0.0_f32; COLUMNS];
        for (_, row) in &heaviest {
            scale.iter_mut().zip(*row).for_each(|(largest, w)| *largest = largest.max(w.abs()));
        }
        scale.iter_mut().for_each(|s| *s = (*s / 127.0).max(f32::MIN_POSITIVE));
        #[allow(clippy::cast_possible_truncation)]
        let round = |(w, scale): (&f32, &f32)| ((w / scale).round().clamp(-127.0, 127.0) as i8).cast_unsigned();
        let ids = heaviest.iter().flat_map(|(id, _)| id.to_le_bytes());
        let weights = heaviest.iter().flat_map(|(_, row)| row.iter().zip(&scale).map(round));
        Self { body: ids.chain(weights).collect::<Vec<u8>>().into(), scale, bias, fingerprint }
    }

    /// Takes a model back from [`Model::to_bytes`].
    pub(super) fn from_bytes(bytes: Cow<'static, [u8]>) -> Result<Self, ReadingError> {
        let (head, body) = bytes.split_at_checked(HEADER).ok_or(ReadingError::Model)?;
        let (magic, head) = head.split_at(MAGIC.len());
        let (fingerprint, head) = head.split_first_chunk::<8>().ok_or(ReadingError::Model)?;
        if magic != MAGIC || body.len() % (ID + COLUMNS) != 0 {
            return Err(ReadingError::Model);
        }
        let mut numbers = head.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b));
        let mut column = || std::array::from_fn(|_| numbers.next().unwrap_or(0.0));
        let (scale, bias) = (column(), column());
        let fingerprint = u64::from_le_bytes(*fingerprint);
        let body = match bytes {
            Cow::Borrowed(all) => Cow::Borrowed(&all[HEADER..]),
            Cow::Owned(all) => Cow::Owned(all[HEADER..].to_vec()),
        };
        Ok(Self { body, scale, bias, fingerprint })
    }

    /// The model as it is kept in `intents/model.bin`.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + self.body.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&self.fingerprint.to_le_bytes());
        self.scale.iter().chain(&self.bias).for_each(|n| bytes.extend_from_slice(&n.to_le_bytes()));
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// The labelled replies this model was trained on, as [`super::corpus::fingerprint`] tells them.
    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The same model, each column's sums stretched and moved, so that its probabilities are the rates observed.
    pub(super) fn calibrated(mut self, stretch: &Row, shift: &Row) -> Self {
        for column in 0..COLUMNS {
            self.scale[column] *= stretch[column];
            self.bias[column] = self.bias[column] * stretch[column] + shift[column];
        }
        self
    }

    /// What each column sums to, before any probability.
    pub(super) fn sums(&self, features: &[Feature]) -> Row {
        let mut sums = [0.0_f32; COLUMNS];
        for feature in features {
            for (sum, w) in sums.iter_mut().zip(self.row(feature.id)) {
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
        softmax(&mut primary);
        Scores { primary, questions: std::array::from_fn(|q| sigmoid(sums[PRIMARY + q])) }
    }

    /// How much `feature` speaks for `column`; for an intent, against the other intents.
    pub(super) fn pull(&self, feature: &Feature, column: usize) -> f32 {
        let row = self.row(feature.id);
        let weight = |(w, scale): (&u8, &f32)| f32::from(w.cast_signed()) * scale;
        let mut weights = row.iter().zip(&self.scale).map(weight);
        let own = weights.clone().nth(column).unwrap_or(0.0);
        let mean = weights.by_ref().take(PRIMARY).sum::<f32>() / PRIMARY as f32;
        (own - if column < PRIMARY { mean } else { 0.0 }) * feature.value
    }

    fn row(&self, id: u32) -> &[u8] {
        let count = self.body.len() / (ID + COLUMNS);
        let (ids, weights) = self.body.split_at(count * ID);
        let found = ids.as_chunks::<ID>().0.binary_search_by_key(&id, |bytes| u32::from_le_bytes(*bytes));
        found.ok().and_then(|at| weights.get(at * COLUMNS..(at + 1) * COLUMNS)).unwrap_or(&[0; COLUMNS])
    }
}

/// Turns sums into probabilities that sum to one.
pub(super) fn softmax(sums: &mut [f32]) {
    let highest = sums.iter().copied().fold(f32::MIN, f32::max);
    sums.iter_mut().for_each(|s| *s = (*s - highest).exp());
    let total: f32 = sums.iter().sum();
    sums.iter_mut().for_each(|s| *s /= total);
}

/// The probability of a yes.
pub(super) fn sigmoid(sum: f32) -> f32 {
    1.0 / (1.0 + (-sum).exp())
}
