//! A rate: so many of so many, and how sure that makes us.

use serde::Serialize;

/// The 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_964;

/// `count` of `total`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Rate {
    /// How many did.
    pub count: u32,
    /// Of how many.
    pub total: u32,
}

impl Rate {
    /// Counts one more, who did or did not.
    pub const fn add(&mut self, did: bool) {
        self.count += did as u32;
        self.total += 1;
    }

    /// The share in 0..=1; none of nobody.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        (self.total > 0).then(|| f64::from(self.count) / f64::from(self.total))
    }

    /// The Wilson interval at 95 %: where the true share lies, however few were counted.
    #[must_use]
    pub fn interval(self) -> Option<(f64, f64)> {
        let share = self.share()?;
        let n = f64::from(self.total);
        let centre = share + Z * Z / (2.0 * n);
        let margin = Z * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
        let scale = 1.0 + Z * Z / n;
        Some((((centre - margin) / scale).max(0.0), ((centre + margin) / scale).min(1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // Newcombe 1998, table I: 81 of 263 gives 0.2553 to 0.3662; 0 of 20 gives 0 to 0.1611.
        for (count, total, low, high) in [(81, 263, 0.2553, 0.3662), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)] {
            let (from, to) = Rate { count, total }.interval().unwrap();
            assert!((from - low).abs() < 5e-5 && (to - high).abs() < 5e-5, "{count}/{total}: {from} {to}");
        }
        assert_eq!(Rate::default().share(), None);
        assert_eq!(Rate::default().interval(), None);
    }
}
