//! Rates, each with how sure it is.

use serde::{Serialize, Serializer, ser::SerializeMap};

/// The 97.5th centile of the normal law: intervals hold 95 times in a hundred.
const Z: f64 = 1.96;

/// How many of so many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rate {
    /// Those that are.
    pub hits: usize,
    /// Among these.
    pub of: usize,
}

impl Rate {
    /// Counts those of `all` for which `is`.
    pub(super) fn of<T>(all: impl IntoIterator<Item = T>, is: impl Fn(T) -> bool) -> Self {
        all.into_iter()
            .fold(Self::default(), |rate, one| Self { hits: rate.hits + usize::from(is(one)), of: rate.of + 1 })
    }

    /// The share, in 0..=1; 0 of nothing.
    #[must_use]
    pub fn share(self) -> f64 {
        if self.of == 0 { 0.0 } else { self.hits as f64 / self.of as f64 }
    }

    /// Where the true share lies, 95 times in a hundred (Wilson, 1927).
    #[must_use]
    pub fn interval(self) -> (f64, f64) {
        if self.of == 0 {
            return (0.0, 1.0);
        }
        let (p, n) = (self.share(), self.of as f64);
        let middle = (p + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let half = Z / (1.0 + Z * Z / n) * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
        ((middle - half).max(0.0), (middle + half).min(1.0))
    }
}

impl Serialize for Rate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(4))?;
        let (low, high) = self.interval();
        map.serialize_entry("hits", &self.hits)?;
        map.serialize_entry("of", &self.of)?;
        map.serialize_entry("share", &self.share())?;
        map.serialize_entry("interval", &[low, high])?;
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_holds_its_share_and_narrows_with_the_count() {
        let width = |rate: Rate| rate.interval().1 - rate.interval().0;
        let (few, many) = (Rate { hits: 9, of: 10 }, Rate { hits: 900, of: 1_000 });
        for rate in [few, many] {
            assert!(rate.interval().0 < 0.9 && 0.9 < rate.interval().1);
        }
        assert!(width(many) < width(few) / 5.0);
        assert_eq!(Rate::of([1, 2, 3, 4], |n| n > 1), Rate { hits: 3, of: 4 });
        assert_eq!(Rate::default().share(), 0.0);
    }
}
