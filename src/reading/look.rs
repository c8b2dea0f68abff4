//! Learning the second layer: a logistic regression on what first layers made of replies they did not see.

use super::model::{COLUMNS, PRIMARY, Row, SIGHT, Sight, probable};
use super::train::Example;

/// Rounds of descent; the loss hardly moves after these.
const ROUNDS: usize = 120;
/// How fast it learns.
const PACE: f32 = 0.05;
/// What keeps the weights small, in replies.
const RESTRAINT: f32 = 1.0;
/// Where a column's own sum starts: about what turns it into a probability.
const OWN: f32 = 3.0;

/// The weights of each column over everything seen, and its bias.
pub(super) fn learn(unseen: &[(Sight, &Example)]) -> Vec<(Sight, f32)> {
    let start = |column: usize| {
        let mut weights = [0.0; SIGHT];
        weights[column] = OWN;
        (weights, 0.0)
    };
    let mut look: Vec<(Sight, f32)> = (0..COLUMNS).map(start).collect();
    // Adam (Kingma and Ba, 2015) on the whole set: nothing is drawn at random.
    let mut first = vec![[0.0_f32; SIGHT + 1]; COLUMNS];
    let mut second = vec![[0.0_f32; SIGHT + 1]; COLUMNS];
    for round in 1..=ROUNDS {
        let slopes = slopes(&look, unseen);
        let tempo = i32::try_from(round).unwrap_or(i32::MAX);
        let (forget, spread) = (1.0 - 0.9_f32.powi(tempo), 1.0 - 0.999_f32.powi(tempo));
        for column in 0..COLUMNS {
            let (weights, bias) = &mut look[column];
            for at in 0..=SIGHT {
                let rest = if at == column { OWN } else { 0.0 };
                let weight = if at < SIGHT { &mut weights[at] } else { &mut *bias };
                let pull = if at < SIGHT { RESTRAINT * (*weight - rest) / unseen.len().max(1) as f32 } else { 0.0 };
                let slope = slopes[column][at] + pull;
                let (a, b) = (&mut first[column][at], &mut second[column][at]);
                *a = 0.9 * *a + 0.1 * slope;
                *b = 0.999 * *b + 0.001 * slope * slope;
                *weight -= PACE * (*a / forget) / ((*b / spread).sqrt() + 1e-8);
            }
        }
    }
    look
}

/// How the mean loss grows with each weight.
fn slopes(look: &[(Sight, f32)], unseen: &[(Sight, &Example)]) -> Vec<[f32; SIGHT + 1]> {
    let mut slopes = vec![[0.0_f32; SIGHT + 1]; COLUMNS];
    for (sight, example) in unseen {
        let mut scores: Row = std::array::from_fn(|column| {
            let (weights, bias) = &look[column];
            bias + weights.iter().zip(sight).map(|(w, s)| w * s).sum::<f32>()
        });
        probable(&mut scores);
        for (column, slope) in slopes.iter_mut().enumerate() {
            let truth = if column < PRIMARY { example.intent == column } else { example.says(column) };
            let error = scores[column] - f32::from(u8::from(truth));
            slope.iter_mut().zip(sight).for_each(|(slope, seen)| *slope += error * seen);
            slope[SIGHT] += error;
        }
    }
    slopes.iter_mut().flatten().for_each(|slope| *slope /= unseen.len().max(1) as f32);
    slopes
}
