//! Guessing a password gets nowhere: after five failures in a row the account rests.

use chrono::{DateTime, Duration, Utc};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Failures in a row that close the account.
const MOST_FAILURES: u32 = 5;
/// How long it stays closed.
const REST: Duration = Duration::minutes(5);

/// The failures in a row of the one account.
#[derive(Debug, Default)]
pub(super) struct Lockout(Mutex<Count>);

#[derive(Debug, Default)]
struct Count {
    failures: u32,
    until: Option<DateTime<Utc>>,
}

impl Lockout {
    /// Counts an attempt before its password is looked at, so that attempts made at once count too. False: the account
    /// rests, and the password must not be looked at.
    pub fn admits(&self, now: DateTime<Utc>) -> bool {
        let mut count = self.lock();
        if count.until.is_some_and(|until| now < until) {
            return false;
        }
        if count.until.take().is_some() {
            count.failures = 0;
        }
        count.failures += 1;
        if count.failures >= MOST_FAILURES {
            count.until = Some(now + REST);
        }
        true
    }

    /// The attempt was right: the failures before it are forgotten.
    pub fn forget(&self) {
        *self.lock() = Count::default();
    }

    fn lock(&self) -> MutexGuard<'_, Count> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + Duration::minutes(minutes)
    }

    #[test]
    fn the_sixth_attempt_after_five_failures_is_not_looked_at_for_five_minutes() {
        let lockout = Lockout::default();
        for _ in 0..5 {
            assert!(lockout.admits(at(0)));
        }
        assert!(!lockout.admits(at(0)));
        assert!(!lockout.admits(at(4)));
        assert!(lockout.admits(at(5)));
        assert!(lockout.admits(at(5)), "the count starts afresh");
    }

    #[test]
    fn a_success_forgets_the_failures_before_it() {
        let lockout = Lockout::default();
        for _ in 0..20 {
            for _ in 0..4 {
                assert!(lockout.admits(at(0)));
            }
            lockout.forget();
        }
        assert!(lockout.admits(at(0)));
    }
}
