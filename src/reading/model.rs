//! The model: what the words say for each thing to tell, then one look at all of it together.
//!
//! Eighteen primary intents share one probability; the other columns answer yes-or-no questions. The first layer sums
//! weights of features; the second is linear too: it weighs each sum against the others and against what was asked, and
//! is learnt on messages that the first did not see, so that its probabilities are rates.

use super::corpus::{self, LabelledReply};
use super::error::ReadingError;
use super::features::{Features, PIECE_KIND};
use super::language;
use super::message::Vocabulary;
use super::table::{self, Table};
use crate::domain::{Asked, Intent, Vulnerability};

/// What the yes-or-no columns answer, in the order of the columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Question {
    /// Is this intent present, first or beside another?
    Says(Intent),
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
    use Question::{Explicit, Implied, LegalThreat, Represented, Says, Vulnerable};
    [
        Says(Intent::OptOut),
        Says(Intent::WrongNumber),
        Says(Intent::Dispute),
        Says(Intent::AlreadyPaid),
        Says(Intent::PlanRequest),
        Says(Intent::Promise),
        Says(Intent::Hardship),
        Says(Intent::ExtensionRequest),
        Says(Intent::Refusal),
        Says(Intent::PaymentHelp),
        Says(Intent::InfoRequest),
        Says(Intent::HumanRequest),
        Says(Intent::Acknowledgment),
        Says(Intent::Hostile),
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
/// After them stands the mean of the primary ones: what speaks for every intent speaks for none.
const MEAN: usize = COLUMNS;
/// How wide a row is: the last places are empty, since machines add by sixteens.
const WIDTH: usize = (COLUMNS + 1).next_multiple_of(16);

/// A message of more features than this is long: beside much else, a word weighs less.
const LONG: usize = 240;

/// What the second look sees: every sum, what was asked, and whether the message is long.
pub(super) const SIGHT: usize = COLUMNS + Asked::ALL.len() + 2;

const MAGIC: &[u8; 8] = b"relance8";
/// The features kept are those that matter most: the model travels inside the program.
const KEPT: usize = 200_000;

/// One number per column.
pub(super) type Row = [f32; COLUMNS];
/// What the second look sees of a message.
pub(super) type Sight = [f32; SIGHT];

/// What the model knows of one message.
pub(super) type Known<'m> = table::Known<'m, WIDTH>;
/// What it says of the letters of every word of a language.
pub(super) type Spelling = super::spelling::Spelling<WIDTH>;

/// The two layers.
pub(super) struct Model {
    words: Table<WIDTH>,
    /// For each column, the weight of everything seen, and its bias.
    look: Vec<(Sight, f32)>,
    lesson: Lesson,
}

/// What a model was learnt from: labelled replies, and the words of the languages as they were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Lesson {
    /// Changes with any reply.
    pub(super) replies: u64,
    /// Changes with any file of words: a model reads with those that it learnt with.
    pub(super) words: u64,
}

impl Lesson {
    /// These replies, and the words of this program.
    pub(super) fn of<'a>(replies: impl Iterator<Item = &'a LabelledReply>) -> Self {
        Self { replies: corpus::fingerprint(replies), words: corpus::words_fingerprint(language::sources()) }
    }
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
    /// Keeps what matters most, rounded to eight bits; `ids` are sorted, `rows` and how often each was `shown` are in the
    /// same order.
    pub(super) fn quantise(ids: &[u32], rows: &[Row], shown: &[f32], bias: Row) -> Self {
        let wide = |row: &Row| {
            let mean = row[..PRIMARY].iter().sum::<f32>() / PRIMARY as f32;
            std::array::from_fn(|at| if at == MEAN { mean } else { row.get(at).copied().unwrap_or(0.0) })
        };
        let rows: Vec<[f32; WIDTH]> = rows.iter().map(wide).collect();
        Self {
            words: Table::quantise(ids, &rows, shown, wide(&bias), KEPT),
            look: Vec::new(),
            lesson: Lesson::default(),
        }
    }

    /// The same model with a second layer, and what it was trained on.
    pub(super) fn looking(self, look: Vec<(Sight, f32)>, lesson: Lesson) -> Self {
        Self { look, lesson, ..self }
    }

    /// Takes a model back from [`Model::to_bytes`].
    pub(super) fn from_bytes(bytes: &'static [u8]) -> Result<Self, ReadingError> {
        let (magic, rest) = bytes.split_first_chunk::<8>().ok_or(ReadingError::Model)?;
        let (replies, rest) = rest.split_first_chunk::<8>().ok_or(ReadingError::Model)?;
        let (words, rest) = rest.split_first_chunk::<8>().ok_or(ReadingError::Model)?;
        let lesson = Lesson { replies: u64::from_le_bytes(*replies), words: u64::from_le_bytes(*words) };
        let (look, rest) =
            rest.split_at_checked(COLUMNS * (SIGHT + 1) * size_of::<f32>()).ok_or(ReadingError::Model)?;
        let (table, rest) = Table::from_bytes(rest).ok_or(ReadingError::Model)?;
        if magic != MAGIC || !rest.is_empty() {
            return Err(ReadingError::Model);
        }
        let numbers: Vec<f32> = look.as_chunks::<4>().0.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let one = |row: &[f32; SIGHT + 1]| (std::array::from_fn(|at| row[at]), row[SIGHT]);
        let look = numbers.as_chunks::<{ SIGHT + 1 }>().0.iter().map(one).collect();
        Ok(Self { words: table, look, lesson })
    }

    /// The model as it is kept in `intents/model.bin`.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let head = MAGIC
            .iter()
            .copied()
            .chain([self.lesson.replies, self.lesson.words].into_iter().flat_map(u64::to_le_bytes));
        let look =
            self.look.iter().flat_map(|(weights, bias)| weights.iter().chain([bias])).flat_map(|w| w.to_le_bytes());
        head.chain(look).chain(self.words.to_bytes()).collect()
    }

    /// What this model was learnt from.
    pub(super) fn lesson(&self) -> Lesson {
        self.lesson
    }

    /// What it says of the letters of every word.
    pub(super) fn spelling(&self, vocabulary: &Vocabulary) -> Spelling {
        Spelling::new(vocabulary, &self.words)
    }

    /// What it knows of a message; `spelling` is that of the language in which words were spelt by heart.
    pub(super) fn known<'m>(&'m self, features: &Features, spelling: Option<&'m Spelling>) -> Known<'m> {
        self.words.known(features, spelling)
    }

    /// What the first layer makes of a message.
    pub(super) fn sight(&self, features: &Features, known: &Known<'_>, asked: Option<Asked>) -> Sight {
        let sums = self.words.sums(known);
        let mut sight = [0.0; SIGHT];
        sight[..COLUMNS].copy_from_slice(&sums[..COLUMNS]);
        match asked {
            Some(asked) => sight[COLUMNS + asked as usize] = 1.0,
            None => sight[SIGHT - 2] = 1.0,
        }
        sight[SIGHT - 1] = if features.count > LONG { 1.0 } else { 0.0 };
        sight
    }

    /// The probabilities for one message.
    pub(super) fn scores(&self, features: &Features, known: &Known<'_>, asked: Option<Asked>) -> Scores {
        let sight = self.sight(features, known, asked);
        let mut scores = [0.0; COLUMNS];
        for (score, (weights, bias)) in scores.iter_mut().zip(&self.look) {
            *score = *bias + weights.iter().zip(&sight).map(|(w, s)| w * s).sum::<f32>();
        }
        probable(&mut scores);
        let (primary, questions) = scores.split_at(PRIMARY);
        Scores { primary: std::array::from_fn(|c| primary[c]), questions: std::array::from_fn(|q| questions[q]) }
    }

    /// Gives how much each thing known speaks for `column`, and its tokens, to `each`; for an intent, against the others.
    pub(super) fn pulls(&self, known: &Known<'_>, column: usize, mut each: impl FnMut(f32, (u16, u16))) {
        let own = self.words.scale(column);
        let mean = if column < PRIMARY { self.words.scale(MEAN) } else { 0.0 };
        for (row, kind, span) in known.rows.iter().filter(|(.., (first, end))| end > first) {
            let [speaks, all] = [row[column], row[MEAN]].map(|weight| f32::from(weight.cast_signed()));
            each((speaks * own - all * mean) * known.strength[usize::from(*kind)], *span);
        }
        for (row, at) in &known.words {
            let [speaks, all] = [row[column], row[MEAN]].map(f32::from);
            each((speaks * own - all * mean) * known.strength[usize::from(PIECE_KIND)], (*at, *at + 1));
        }
    }
}

/// Turns what each column sums to into probabilities: one of the intents, and each question by itself.
pub(super) fn probable(scores: &mut Row) {
    let (primary, questions) = scores.split_at_mut(PRIMARY);
    softmax(primary);
    questions.iter_mut().for_each(|score| *score = sigmoid(*score));
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
