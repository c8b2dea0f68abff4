//! A table of weights on eight bits: one row per feature, found by its id, one column per thing to tell.

use super::features::Feature;
use std::borrow::Cow;

const NUMBER: usize = size_of::<u32>();

/// The rows are sorted by the ids of their features, which stand before them.
pub(super) struct Table<const N: usize> {
    ids: Cow<'static, [u8]>,
    weights: Cow<'static, [u8]>,
    scale: [f32; N],
    bias: [f32; N],
}

impl<const N: usize> Table<N> {
    /// Rounds the `kept` rows that weigh most; `ids` are sorted, and `rows` in the same order.
    pub(super) fn quantise(ids: &[u32], rows: &[[f32; N]], bias: [f32; N], kept: usize) -> Self {
        let weight = |row: &[f32; N]| row.iter().map(|w| w * w).sum::<f32>();
        let mut heaviest: Vec<(u32, &[f32; N])> = ids.iter().copied().zip(rows).collect();
        heaviest.sort_by(|a, b| weight(b.1).total_cmp(&weight(a.1)).then(a.0.cmp(&b.0)));
        heaviest.truncate(kept);
        heaviest.sort_unstable_by_key(|(id, _)| *id);
        let mut scale = [0.0_f32; N];
        for (_, row) in &heaviest {
            scale.iter_mut().zip(*row).for_each(|(largest, w)| *largest = largest.max(w.abs()));
        }
        scale.iter_mut().for_each(|s| *s = (*s / 127.0).max(f32::MIN_POSITIVE));
        #[allow(clippy::cast_possible_truncation)]
        let round = |(w, scale): (&f32, &f32)| ((w / scale).round().clamp(-127.0, 127.0) as i8).cast_unsigned();
        let weights = heaviest.iter().flat_map(|(_, row)| row.iter().zip(&scale).map(round));
        let (ids, weights) = (heaviest.iter().flat_map(|(id, _)| id.to_le_bytes()).collect::<Vec<u8>>(), weights);
        Self { ids: ids.into(), weights: weights.collect::<Vec<u8>>().into(), scale, bias }
    }

    /// Takes a table off the front of `bytes`, in place.
    pub(super) fn from_bytes(bytes: &'static [u8]) -> Option<(Self, &'static [u8])> {
        let (count, rest) = bytes.split_first_chunk::<NUMBER>()?;
        let count = usize::try_from(u32::from_le_bytes(*count)).ok()?;
        let (head, rest) = rest.split_at_checked(2 * N * NUMBER)?;
        let (ids, rest) = rest.split_at_checked(count.checked_mul(NUMBER)?)?;
        let (weights, rest) = rest.split_at_checked(count.checked_mul(N)?)?;
        let mut numbers = head.as_chunks::<NUMBER>().0.iter().map(|b| f32::from_le_bytes(*b));
        let mut columns = || std::array::from_fn(|_| numbers.next().unwrap_or(0.0));
        let (scale, bias) = (columns(), columns());
        Some((Self { ids: Cow::Borrowed(ids), weights: Cow::Borrowed(weights), scale, bias }, rest))
    }

    /// The table as bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let count = u32::try_from(self.ids.len() / NUMBER).unwrap_or(u32::MAX);
        let numbers = self.scale.iter().chain(&self.bias).flat_map(|n| n.to_le_bytes());
        let head = count.to_le_bytes().into_iter().chain(numbers);
        head.chain(self.ids.iter().copied()).chain(self.weights.iter().copied()).collect()
    }

    /// Stretches and moves what each column sums to.
    pub(super) fn calibrate(&mut self, stretch: &[f32; N], shift: &[f32; N]) {
        for column in 0..N {
            self.scale[column] *= stretch[column];
            self.bias[column] = self.bias[column] * stretch[column] + shift[column];
        }
    }

    /// What each column sums to over `features`.
    pub(super) fn sums(&self, features: &[Feature]) -> [f32; N] {
        let mut sums = [0.0_f32; N];
        for feature in features {
            let row = self.row(feature.id);
            sums.iter_mut().zip(row).for_each(|(sum, w)| *sum += f32::from(w.cast_signed()) * feature.value);
        }
        std::array::from_fn(|c| sums[c] * self.scale[c] + self.bias[c])
    }

    /// The weights of one feature, all zero when the table does not hold it.
    pub(super) fn weights(&self, id: u32) -> [f32; N] {
        let mut weights = [0.0; N];
        for (at, w) in self.row(id).iter().enumerate() {
            weights[at] = f32::from(w.cast_signed()) * self.scale[at];
        }
        weights
    }

    /// Empty when the table does not hold the feature.
    fn row(&self, id: u32) -> &[u8] {
        let ids = self.ids.as_chunks::<NUMBER>().0;
        let found = ids.binary_search_by_key(&id, |bytes| u32::from_le_bytes(*bytes));
        found.ok().and_then(|at| self.weights.get(at * N..(at + 1) * N)).unwrap_or(&[])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feature(id: u32, value: f32) -> Feature {
        Feature { id, value, span: 0..0 }
    }

    #[test]
    fn a_table_keeps_the_rows_that_weigh_most_and_survives_its_bytes() {
        let table = Table::quantise(&[3, 7, 9], &[[1.0, -2.0], [0.1, 0.1], [-4.0, 0.0]], [0.5, 0.0], 2);
        let bytes: &'static [u8] = table.to_bytes().leak();
        let (back, rest) = Table::<2>::from_bytes(bytes).expect("the table that was written");
        assert!(rest.is_empty());
        for (features, wanted) in [
            (vec![], [0.5, 0.0]),
            (vec![feature(3, 1.0)], [1.5, -2.0]),
            (vec![feature(3, 0.5), feature(9, 1.0)], [-3.0, -1.0]),
            (vec![feature(7, 1.0), feature(8, 1.0)], [0.5, 0.0]),
        ] {
            let sums = back.sums(&features);
            assert!(sums.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 0.03), "{sums:?} for {wanted:?}");
        }
        assert_eq!(back.weights(7), [0.0, 0.0]);
    }

    #[test]
    fn bytes_that_are_cut_short_are_no_table() {
        let bytes: &'static [u8] = Table::quantise(&[3], &[[1.0, 2.0]], [0.0; 2], 1).to_bytes().leak();
        assert!((0..bytes.len()).all(|end| Table::<2>::from_bytes(&bytes[..end]).is_none()));
    }
}
