//! The linear model: eighteen primary intents that share one probability, and independent yes-or-no questions.

use super::error::ReadingError;
use super::features::Feature;
use super::table::Table;
use crate::domain::{Intent, Vulnerability};

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

/// How many columns answer a question.
const ASIDE: usize = QUESTIONS.len();

const MAGIC: &[u8; 8] = b"relance3";
/// The features kept are those that weigh most: the model travels inside the program. The intents need more of them.
const KEPT: usize = 120_000;
const KEPT_ASIDE: usize = 40_000;

/// The weights of one feature while it is learnt, one per column.
pub(super) type Row = [f32; COLUMNS];

/// The intents and the questions, each with the features that matter to it.
pub(super) struct Model {
    primary: Table<PRIMARY>,
    aside: Table<ASIDE>,
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
    /// Keeps what weighs most, rounded to eight bits; `ids` are sorted, and `rows` in the same order.
    pub(super) fn quantise(ids: &[u32], rows: &[Row], bias: Row, fingerprint: u64) -> Self {
        let cut = |row: &Row| split(row);
        let (primary, aside): (Vec<_>, Vec<_>) = rows.iter().map(cut).unzip();
        let (primary_bias, aside_bias) = split(&bias);
        let primary = Table::quantise(ids, &primary, primary_bias, KEPT);
        Self { primary, aside: Table::quantise(ids, &aside, aside_bias, KEPT_ASIDE), fingerprint }
    }

    /// Takes a model back from [`Model::to_bytes`].
    pub(super) fn from_bytes(bytes: &'static [u8]) -> Result<Self, ReadingError> {
        let (magic, rest) = bytes.split_first_chunk::<8>().ok_or(ReadingError::Model)?;
        let (fingerprint, rest) = rest.split_first_chunk::<8>().ok_or(ReadingError::Model)?;
        let (primary, rest) = Table::from_bytes(rest).ok_or(ReadingError::Model)?;
        let (aside, rest) = Table::from_bytes(rest).ok_or(ReadingError::Model)?;
        if magic != MAGIC || !rest.is_empty() {
            return Err(ReadingError::Model);
        }
        Ok(Self { primary, aside, fingerprint: u64::from_le_bytes(*fingerprint) })
    }

    /// The model as it is kept in `intents/model.bin`.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let head = MAGIC.iter().copied().chain(self.fingerprint.to_le_bytes());
        head.chain(self.primary.to_bytes()).chain(self.aside.to_bytes()).collect()
    }

    /// The labelled replies this model was trained on, as [`super::corpus::fingerprint`] tells them.
    pub(super) fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// The same model, each column's sums stretched and moved, so that its probabilities are the rates observed.
    pub(super) fn calibrated(mut self, stretch: &Row, shift: &Row) -> Self {
        let (stretch, shift) = (split(stretch), split(shift));
        self.primary.calibrate(&stretch.0, &shift.0);
        self.aside.calibrate(&stretch.1, &shift.1);
        self
    }

    /// What each column sums to, before any probability.
    pub(super) fn sums(&self, features: &[Feature]) -> Row {
        let (primary, aside) = (self.primary.sums(features), self.aside.sums(features));
        std::array::from_fn(|c| if c < PRIMARY { primary[c] } else { aside[c - PRIMARY] })
    }

    /// The probabilities for one message.
    pub(super) fn scores(&self, features: &[Feature]) -> Scores {
        let mut primary = self.primary.sums(features);
        softmax(&mut primary);
        Scores { primary, questions: self.aside.sums(features).map(sigmoid) }
    }

    /// How much `feature` speaks for `column`; for an intent, against the other intents.
    pub(super) fn pull(&self, feature: &Feature, column: usize) -> f32 {
        let weight = match column.checked_sub(PRIMARY) {
            Some(question) => self.aside.weights(feature.id)[question],
            None => {
                let weights = self.primary.weights(feature.id);
                weights[column] - weights.iter().sum::<f32>() / PRIMARY as f32
            }
        };
        weight * feature.value
    }
}

/// The columns of the intents, and those of the questions.
fn split(row: &Row) -> ([f32; PRIMARY], [f32; ASIDE]) {
    (std::array::from_fn(|c| row[c]), std::array::from_fn(|q| row[PRIMARY + q]))
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
