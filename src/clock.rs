//! The only source of time, of ids and of secrets nobody can guess.

use chrono::{DateTime, SubsecRound, Utc};
use rand::RngExt;
use std::sync::Mutex;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

/// Time, ids and tokens. Tests hold one that they turn by hand.
pub trait Clock: Send + Sync {
    /// Now, cut to microseconds: that is what both databases keep.
    fn now(&self) -> DateTime<Utc>;

    /// A new id, later in order than those before it.
    fn new_id(&self) -> Uuid;

    /// A token for a public link: 100 bits, so that nobody guesses one, in the fewest characters of a text message.
    fn new_token(&self) -> String;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[expect(clippy::disallowed_methods, reason = "this is where time, ids and randomness come from")]
impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(6)
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn new_token(&self) -> String {
        token(rand::rng().random())
    }
}

/// A clock that stands still until it is moved, and counts its ids.
#[derive(Debug)]
pub struct TestClock {
    state: Mutex<(DateTime<Utc>, u64)>,
}

impl TestClock {
    /// Stands at `start`.
    #[must_use]
    pub const fn at(start: DateTime<Utc>) -> Self {
        Self { state: Mutex::new((start, 0)) }
    }

    /// Moves to `to`.
    pub fn set(&self, to: DateTime<Utc>) {
        self.lock().0 = to;
    }

    /// Moves on by `by`.
    pub fn advance(&self, by: chrono::Duration) {
        self.lock().0 += by;
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (DateTime<Utc>, u64)> {
        self.state.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn count(&self) -> u64 {
        let mut state = self.lock();
        state.1 += 1;
        state.1
    }
}

impl Clock for TestClock {
    fn now(&self) -> DateTime<Utc> {
        self.lock().0
    }

    fn new_id(&self) -> Uuid {
        Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0000 | u128::from(self.count()))
    }

    fn new_token(&self) -> String {
        token(u128::from(self.count()).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835))
    }
}

/// The machine's clock, moved on by hand: the demo does not wait for Friday.
#[derive(Debug, Default)]
pub struct ShiftedClock {
    ahead_millis: AtomicI64,
}

impl ShiftedClock {
    /// Moves on to `to`; a clock never goes back.
    pub fn advance_to(&self, to: DateTime<Utc>) {
        let ahead = (to - SystemClock.now()).num_milliseconds();
        self.ahead_millis.fetch_max(ahead, Ordering::Relaxed);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> DateTime<Utc> {
        SystemClock.now() + chrono::Duration::milliseconds(self.ahead_millis.load(Ordering::Relaxed))
    }

    fn new_id(&self) -> Uuid {
        SystemClock.new_id()
    }

    fn new_token(&self) -> String {
        SystemClock.new_token()
    }
}

/// Crockford's base 32: no letter that can be mistaken for another when read aloud or typed.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Five bits a character.
const TOKEN_LENGTH: usize = 20;

fn token(mut bits: u128) -> String {
    (0..TOKEN_LENGTH)
        .map(|_| {
            let letter = ALPHABET[(bits & 31) as usize];
            bits >>= 5;
            char::from(letter)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_carry_a_hundred_bits_and_differ() {
        assert_eq!(token(0).len(), 20);
        assert_ne!(token(1), token(1 << 99));
        assert_ne!(SystemClock.new_token(), SystemClock.new_token());
    }

    #[test]
    fn a_test_clock_stands_still_until_it_is_moved() {
        let clock = TestClock::at(DateTime::UNIX_EPOCH);
        assert_eq!(clock.now(), clock.now());
        clock.advance(chrono::Duration::hours(1));
        assert_eq!(clock.now().timestamp(), 3_600);
        assert!(clock.new_id() < clock.new_id());
    }
}
