//! Durations, and what is said of them.

use std::time::Duration;

/// What took how long.
pub struct Sample {
    name: &'static str,
    durations: Vec<Duration>,
}

impl Sample {
    pub fn new(name: &'static str) -> Self {
        Self { name, durations: Vec::new() }
    }

    pub fn add(&mut self, duration: Duration) {
        self.durations.push(duration);
    }

    /// Prints one line; `wall` is the whole time when several ran at once, else the sum is taken.
    pub fn print(mut self, wall: Option<Duration>) {
        self.durations.sort_unstable();
        let whole = wall.unwrap_or_else(|| self.durations.iter().sum());
        let at = |share: f64| {
            let index = (self.durations.len() as f64 * share) as usize;
            self.durations[index.min(self.durations.len() - 1)].as_secs_f64() * 1e6
        };
        println!(
            "{:<24} {:>9} times  {:>10.0}/s  p50 {:>9.1} µs  p99 {:>9.1} µs",
            self.name,
            self.durations.len(),
            self.durations.len() as f64 / whole.as_secs_f64(),
            at(0.50),
            at(0.99)
        );
    }
}
