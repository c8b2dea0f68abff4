//! A table of weights on eight bits: one row per feature, found by its id, one column per thing to tell.

use super::features::{Feature, Features, KIND_COUNT, PIECE_KIND};
use super::spelling::Spelling;
use std::borrow::Cow;

const NUMBER: usize = size_of::<u32>();
/// Rows are kept in drawers, by the first bits of the ids of their features.
const DRAWERS: usize = 1 << DRAWER_BITS;
const DRAWER_BITS: u32 = 14;
/// So many weights of eight bits are summed on sixteen.
const SMALL: usize = 256;
/// How many rows a drawer holds at most.
const PLACES: usize = 16;

/// The rows are sorted by the ids of their features, which stand before them.
pub(super) struct Table<const N: usize> {
    ids: Cow<'static, [u8]>,
    weights: Cow<'static, [u8]>,
    drawers: Vec<Drawer>,
    /// Where the rows of each drawer begin.
    firsts: Vec<u32>,
    scale: [f32; N],
    bias: [f32; N],
}

/// A part of the id of each row of a drawer: what is left of it when the drawer is known, but two bits.
type Drawer = [u16; PLACES];

/// What a table knows of one message.
pub(super) struct Known<'t, const N: usize> {
    /// The rows of the features it holds, each with the kind and the tokens of its feature.
    pub(super) rows: Vec<(&'t [u8; N], u8, (u16, u16))>,
    /// What the letters of the words spelt by heart say, each with its token.
    pub(super) words: Vec<(&'t [i16; N], u16)>,
    /// How strong each kind is.
    pub(super) strength: [f32; KIND_COUNT],
}

impl<const N: usize> Table<N> {
    fn new(ids: Cow<'static, [u8]>, weights: Cow<'static, [u8]>, scale: [f32; N], bias: [f32; N]) -> Option<Self> {
        let mut drawers = vec![[0; PLACES]; DRAWERS];
        let mut firsts = vec![0_u32; DRAWERS + 1];
        for id in ids.as_chunks::<NUMBER>().0.iter().map(|bytes| u32::from_le_bytes(*bytes)) {
            let taken = &mut firsts[drawer(id) + 1];
            *drawers[drawer(id)].get_mut(*taken as usize)? = tag(id);
            *taken += 1;
        }
        for at in 0..DRAWERS {
            firsts[at + 1] += firsts[at];
        }
        Some(Self { ids, weights, drawers, firsts, scale, bias })
    }

    /// Rounds the `kept` rows that matter most: those that weigh much, and often. `ids` are sorted, `rows` and how often
    /// each was `shown` are in the same order.
    pub(super) fn quantise(ids: &[u32], rows: &[[f32; N]], shown: &[f32], bias: [f32; N], kept: usize) -> Self {
        let matters = |(row, shown): (&[f32; N], &f32)| shown * row.iter().map(|w| w * w).sum::<f32>();
        let mut order: Vec<(f32, usize)> = rows.iter().zip(shown).map(matters).zip(0..).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        // A drawer that is full keeps what matters most.
        let mut taken = vec![0; DRAWERS];
        let fits = |at: &usize| {
            let taken = &mut taken[drawer(ids[*at])];
            *taken += 1;
            *taken <= PLACES
        };
        let mut order: Vec<usize> = order.into_iter().map(|(_, at)| at).filter(fits).take(kept).collect();
        order.sort_unstable();
        let mut scale = [0.0_f32; N];
        for at in &order {
            scale.iter_mut().zip(&rows[*at]).for_each(|(largest, w)| *largest = largest.max(w.abs()));
        }
        scale.iter_mut().for_each(|s| *s = (*s / 127.0).max(f32::MIN_POSITIVE));
        #[allow(clippy::cast_possible_truncation)]
        let round = |(w, scale): (&f32, &f32)| ((w / scale).round().clamp(-127.0, 127.0) as i8).cast_unsigned();
        let weights = order.iter().flat_map(|at| rows[*at].iter().zip(&scale).map(round)).collect::<Vec<u8>>();
        let ids = order.iter().flat_map(|at| ids[*at].to_le_bytes()).collect::<Vec<u8>>();
        Self::new(ids.into(), weights.into(), scale, bias).expect("no drawer holds more than fits")
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
        Some((Self::new(Cow::Borrowed(ids), Cow::Borrowed(weights), scale, bias)?, rest))
    }

    /// The table as bytes.
    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let count = u32::try_from(self.ids.len() / NUMBER).unwrap_or(u32::MAX);
        let numbers = self.scale.iter().chain(&self.bias).flat_map(|n| n.to_le_bytes());
        let head = count.to_le_bytes().into_iter().chain(numbers);
        head.chain(self.ids.iter().copied()).chain(self.weights.iter().copied()).collect()
    }

    /// What the table knows of a message; `spelling` holds what it says of the words spelt by heart.
    pub(super) fn known<'t>(&'t self, features: &Features, spelling: Option<&'t Spelling<N>>) -> Known<'t, N> {
        // All places are looked up before any is needed, so that the waits for memory overlap.
        let places: Vec<usize> = features.list.iter().map(|f| self.place(f.id)).collect();
        let row = |(f, place): (&Feature, usize)| Some((self.weights_at(place)?, f.kind, f.span));
        let words = features.by_heart.iter().filter_map(|(word, at)| Some((spelling?.row(*word), *at)));
        Known {
            rows: features.list.iter().zip(places).filter_map(row).collect(),
            words: words.collect(),
            strength: features.strength,
        }
    }

    /// What each column sums to.
    pub(super) fn sums(&self, known: &Known<'_, N>) -> [f32; N] {
        // All features of a kind are as strong: whole numbers are summed first, and weighed once.
        let mut by_kind = [[0_i32; N]; KIND_COUNT];
        // The first look at every row, so that the waits for memory overlap.
        std::hint::black_box(known.rows.iter().map(|(row, ..)| u32::from(row[0])).sum::<u32>());
        for some in known.rows.chunks(SMALL) {
            let mut small = [[0_i16; N]; KIND_COUNT];
            some.iter().for_each(|(row, kind, _)| add(&mut small[usize::from(*kind)], row));
            let sums = by_kind.as_flattened_mut().iter_mut().zip(small.as_flattened());
            sums.for_each(|(sum, small)| *sum += i32::from(*small));
        }
        let letters = &mut by_kind[usize::from(PIECE_KIND)];
        for (row, _) in &known.words {
            letters.iter_mut().zip(*row).for_each(|(sum, w)| *sum += i32::from(*w));
        }
        let mut sums = self.bias;
        for (whole, strength) in by_kind.iter().zip(known.strength) {
            for column in 0..N {
                sums[column] += whole[column] as f32 * strength * self.scale[column];
            }
        }
        sums
    }

    /// What one unit of a column is worth.
    pub(super) fn scale(&self, column: usize) -> f32 {
        self.scale[column]
    }

    /// The row of a feature, on eight bits with their sign, if the table holds it.
    pub(super) fn row(&self, id: u32) -> Option<&[u8; N]> {
        self.weights_at(self.place(id))
    }

    /// Where the row of a feature stands; nowhere when the table does not hold it. Without a branch.
    fn place(&self, id: u32) -> usize {
        let (drawer, tag) = (drawer(id), tag(id));
        let same = |all: u16, (at, other): (usize, &u16)| all | u16::from(*other == tag) << at;
        let place = self.drawers[drawer].iter().enumerate().fold(0, same).trailing_zeros();
        let at = (self.firsts[drawer] + place) as usize;
        if at < self.firsts[drawer + 1] as usize { at } else { usize::MAX }
    }

    fn weights_at(&self, place: usize) -> Option<&[u8; N]> {
        self.weights.as_chunks::<N>().0.get(place)
    }
}

fn drawer(id: u32) -> usize {
    (id >> (u32::BITS - DRAWER_BITS)) as usize
}

#[allow(clippy::cast_possible_truncation)]
fn tag(id: u32) -> u16 {
    (id >> 2) as u16
}

/// Apart, so that the two are known not to overlap and are added sixteen at a time.
#[inline(never)]
fn add<const N: usize>(sums: &mut [i16; N], row: &[u8; N]) {
    for (sum, weight) in sums.iter_mut().zip(row) {
        *sum += i16::from(weight.cast_signed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(list: &[(u32, u8)]) -> Features {
        let list: Vec<_> = list.iter().map(|(id, kind)| Feature { id: *id, kind: *kind, span: (0, 0) }).collect();
        let mut strength = [1.0; KIND_COUNT];
        strength[1] = 0.5;
        Features { count: list.len(), list, by_heart: Vec::new(), strength }
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
            let sums = back.sums(&back.known(&features, None));
            assert!(sums.iter().zip(wanted).all(|(a, b)| (a - b).abs() < 0.03), "{sums:?} for {wanted:?}");
        }
        assert!(back.row(7).is_none() && back.row(3).is_some());
    }

    #[test]
    fn a_full_drawer_keeps_the_rows_that_matter_most() {
        let ids: Vec<u32> = (0..20).map(|at| at * 4).collect();
        let rows: Vec<[f32; 1]> = (0..20_u8).map(|at| [f32::from(at)]).collect();
        let table = Table::quantise(&ids, &rows, &[1.0; 20], [0.0], 20);
        let kept: Vec<u32> = ids.iter().copied().filter(|id| table.row(*id).is_some()).collect();
        assert_eq!(kept, ids[20 - PLACES..]);
    }

    #[test]
    fn bytes_that_are_cut_short_are_no_table() {
        let bytes: &'static [u8] = Table::quantise(&[3], &[[1.0, 2.0]], &[1.0], [0.0; 2], 1).to_bytes().leak();
        assert!((0..bytes.len()).all(|end| Table::<2>::from_bytes(&bytes[..end]).is_none()));
    }
}
