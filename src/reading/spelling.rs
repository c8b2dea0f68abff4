//! What the letters of each word of a vocabulary say: summed once, so that a message need not be spelt letter by letter.

use super::features;
use super::message::{Vocabulary, Word};
use super::table::Table;

/// One row of sums per word, in the order of their numbers.
pub(super) struct Spelling<const N: usize>(Vec<[i16; N]>);

impl<const N: usize> Spelling<N> {
    /// Sums what `table` says of the pieces of every word.
    pub(super) fn new(vocabulary: &Vocabulary, table: &Table<N>) -> Self {
        let mut rows = vec![[0_i16; N]; vocabulary.size()];
        for (text, word) in vocabulary.all() {
            let sums = &mut rows[word.number()];
            features::pieces(text, |id| {
                if let Some(row) = table.row(id) {
                    let weights = row.iter().map(|w| i16::from(w.cast_signed()));
                    sums.iter_mut().zip(weights).for_each(|(sum, w)| *sum = sum.saturating_add(w));
                }
            });
        }
        Self(rows)
    }

    /// What the letters of a word say, in the units of the table.
    pub(super) fn row(&self, word: Word) -> &[i16; N] {
        self.0.get(word.number()).unwrap_or(&[0; N])
    }
}
