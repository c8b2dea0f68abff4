//! What a line becomes: a case, or a payment.

use super::cells::{Cells, Fault};
use super::field::Field;
use super::mapping::Mapping;
use super::profile::Profile;
use std::collections::HashMap;
use std::hash::{BuildHasher as _, Hash, RandomState};

/// What a line can become.
pub trait Entry: Sized + Send {
    /// What the line can say of it.
    type Field: Field;

    /// What a file must have a column for: of each group, one at least.
    const NEEDS: &'static [&'static [Self::Field]];

    /// By what lines are told apart.
    const KEY: Self::Field;

    /// How a tool tells it, or why that tool's profile does not.
    ///
    /// # Errors
    /// When the profile tells nothing of it.
    fn mapping(profile: &Profile) -> Result<&Mapping<Self::Field>, &'static str>;

    /// How many lines stand before the heading.
    fn skip(profile: &Profile) -> usize;

    /// Reads a line.
    ///
    /// # Errors
    /// With all that is wrong with it.
    fn read(cells: &Cells<'_, Self::Field>) -> Result<Self, Vec<Fault>>;

    /// What no two lines of a file share, where there is such a thing.
    fn key(&self) -> Option<impl Hash>;

    /// Its line in the file.
    fn line(&self) -> u64;
}

/// The keys seen, by their hash: a million of them fit where their texts would not.
#[derive(Default)]
pub(super) struct Doubles {
    hasher: RandomState,
    seen: HashMap<u64, u32>,
}

impl Doubles {
    pub fn refuse<T: Entry>(&mut self, row: T) -> Result<T, Vec<Fault>> {
        let Some(key) = row.key().map(|key| self.hasher.hash_one(key)) else { return Ok(row) };
        match self.seen.insert(key, u32::try_from(row.line()).unwrap_or(u32::MAX)) {
            Some(first) => {
                Err(vec![Fault::new(T::KEY.label(), format!("line {first} has the same reference: keep one of them"))])
            }
            None => Ok(row),
        }
    }
}
