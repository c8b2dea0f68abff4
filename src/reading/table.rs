//! A table of weights on eight bits: one row per feature, found by its id, one column per thing to tell.

use super::features::{Feature, Features, KIND_COUNT, Known};
use std::borrow::Cow;

const NUMBER: usize = size_of::<u32>();
/// Rows are found by the first bits of their ids.
const DRAWERS: usize = 1 << 16;

/// The rows are sorted by the ids of their features, which stand before them.
pub(super) struct Table<const N: usize> {
    ids: Cow<'static, [u8]>,
    weights: Cow<'static, [u8]>,
    /// Where the rows of each drawer begin.
    drawers: Vec<u32>,
    scale: [f32; N],
    bias: [f32; N],
}

impl<const N: usize> Table<N> {
    fn new(ids: Cow<'static, [u8]>, weights: Cow<'static, [u8]>, scale: [f32; N], bias: [f32; N]) -> Self {
        let mut drawers = vec![0_u32; DRAWERS + 1];
        for id in ids.as_chunks::<NUMBER>().0 {
            drawers[drawer(u32::from_le_bytes(*id)) + 1] += 1;
        }
        for at in 0..DRAWERS {
            drawers[at + 1] += drawers[at];
        }
        Self { ids, weights, drawers, scale, bias }
    }

    /// Rounds the `kept` rows that matter most: those that weigh much, and often. `ids` are sorted, `rows` and how often
    /// each was `shown` are in the same order.
    pub(super) fn quantise(ids: &[u32], rows: &[[f32; N]], shown: &[f32], bias: [f32; N], kept: usize) -> Self {
        let matters = |(row, shown): (&[f32; N], &f32)| shown * row.iter().map(|w| w * w).sum::<f32>();
        let mut order: Vec<(f32, usize)> = rows.iter().zip(shown).map(matters).zip(0..).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        order.truncate(kept);
        order.sort_unstable_by_key(|(_, at)| *at);
        let heaviest: Vec<(u32, &[f32; N])> = order.into_iter().map(|(_, at)| (ids[at], &rows[at])).collect();
        let mut scale = [0.0_f32; N];
        for (_, row) in &heaviest {
            scale.iter_mut().zip(*row).for_each(|(largest, w)| *largest = largest.max(w.abs()));
        }
        scale.iter_mut().for_each(|s| *s = (*s / 127.0).max(f32::MIN_POSITIVE));
        #[allow(clippy::cast_possible_truncation)]
        let round = |(w, scale): (&f32, &f32)| ((w / scale).round().clamp(-127.0, 127.0) as i8).cast_unsigned();
        let weights = heaviest.iter().flat_map(|(_, row)| row.iter().zip(&scale).map(round)).collect::<Vec<u8>>();
        let ids = heaviest.iter().flat_map(|(id, _)| id.to_le_bytes()).collect::<Vec<u8>>();
        Self::new(ids.into(), weights.into(), scale, bias)
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
        Some((Self::new(Cow::Borrowed(ids), Cow::Borrowed(weights), scale, bias), rest))
    }

    /// The table as bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let count = u32::try_from(self.ids.len() / NUMBER).unwrap_or(u32::MAX);
        let numbers = self.scale.iter().chain(&self.bias).flat_map(|n| n.to_le_bytes());
        let head = count.to_le_bytes().into_iter().chain(numbers);
        head.chain(self.ids.iter().copied()).chain(self.weights.iter().copied()).collect()
    }

    /// The features that the table knows.
    pub(super) fn known(&self, features: &Features) -> Vec<Known> {
        let row = |f: &Feature| self.row(f.id).map(|row| Known { row, kind: f.kind, span: f.span });
        features.list.iter().filter_map(row).collect()
    }

    /// What each column sums to over the `known` features, each kind being so strong.
    pub(super) fn sums(&self, known: &[Known], strength: &[f32; KIND_COUNT]) -> [f32; N] {
        // All features of a kind are as strong: whole numbers are summed first, and weighed once.
        let mut by_kind = [[0_i32; N]; KIND_COUNT];
        for feature in known {
            let sums = &mut by_kind[usize::from(feature.kind)];
            sums.iter_mut().zip(self.weights(feature.row)).for_each(|(sum, w)| *sum += i32::from(w.cast_signed()));
        }
        let mut sums = self.bias;
        for (whole, strength) in by_kind.iter().zip(strength) {
            for column in 0..N {
                sums[column] += whole[column] as f32 * strength * self.scale[column];
            }
        }
        sums
    }

    /// The weight of a row in one column.
    pub(super) fn weight(&self, row: u32, column: usize) -> f32 {
        f32::from(self.weights(row)[column].cast_signed()) * self.scale[column]
    }

    /// The number of the row of a feature, if the table holds it.
    fn row(&self, id: u32) -> Option<u32> {
        let (first, last) = (self.drawers[drawer(id)], self.drawers[drawer(id) + 1]);
        let ids = self.ids.as_chunks::<NUMBER>().0.get(first as usize..last as usize)?;
        let at = ids.iter().position(|bytes| u32::from_le_bytes(*bytes) == id)?;
        u32::try_from(at).ok().map(|at| first + at)
    }

    fn weights(&self, row: u32) -> &[u8; N] {
        self.weights.as_chunks::<N>().0.get(row as usize).unwrap_or(&[0; N])
    }
}

fn drawer(id: u32) -> usize {
    (id >> 16) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(list: &[(u32, u8)]) -> Features {
        let list = list.iter().map(|(id, kind)| Feature { id: *id, kind: *kind, span: (0, 0) }).collect();
        let mut strength = [1.0; KIND_COUNT];
        strength[1] = 0.5;
        Features { list, strength }
    }

    #[test]
    fn a_table_keeps_the_rows_that_weigh_most_and_survives_its_bytes() {
        let table =
            Table::quantise(&[3, 7, 9 << 20], &[[1.0, -2.0], [0.1, 0.1], [-4.0, 0.0]], &[1.0; 3], [0.5, 0.0], 2);
        let bytes: &'static [u8] = table.to_bytes().leak();
        let (back, rest) = Table::<2>::from_bytes(bytes).expect("the table that was written");
        assert!(rest.is_empty());
        for (list, wanted) in [
            (&[][..], [0.5, 0.0]),
            (&[(3, 0)], [1.5, -2.0]),
            (&[(3, 1), (9 << 20, 0)], [-3.0, -1.0]),
            (&[(7, 0), (8, 0)], [0.5, 0.0]),
        ] {
            let features = features(list);
            let sums = back.sums(&back.known(&features), &features.strength);
            assert!(sums.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 0.03), "{sums:?} for {wanted:?}");
        }
        assert_eq!((back.row(7), back.row(3)), (None, Some(0)));
        assert!((back.weight(0, 1) + 2.0).abs() < 0.03);
    }

    #[test]
    fn bytes_that_are_cut_short_are_no_table() {
        let bytes: &'static [u8] = Table::quantise(&[3], &[[1.0, 2.0]], &[1.0], [0.0; 2], 1).to_bytes().leak();
        assert!((0..bytes.len()).all(|end| Table::<2>::from_bytes(&bytes[..end]).is_none()));
    }
}
