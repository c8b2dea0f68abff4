//! Guessing a password gets nowhere: after five failures in a row the account rests.

use chrono::{DateTime, Duration, Utc};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Failures in a row that close the account.
const MOST_FAILURES: u32 = 5;
/// How long it stays closed.
const REST: Duration = Duration::minutes(5);

/// So many who try are remembered; past that, whoever tried the longest ago is forgotten.
const MOST_REMEMBERED: usize = 10_000;
/// Letters of a name that tell accounts apart here.
const LONGEST_NAME: usize = 64;

/// Who tries: a name, known or not, from an address. Behind a proxy all come from one; a header that says otherwise could
/// be written by whoever guesses.
type Attempt = (String, Option<IpAddr>);

/// The failures in a row, by name and address: one who guesses does not shut out the others.
#[derive(Debug, Default)]
pub(super) struct Lockout(Mutex<HashMap<Attempt, Count>>);

#[derive(Debug, Default)]
struct Count {
    failures: u32,
    until: Option<DateTime<Utc>>,
    last: DateTime<Utc>,
}

impl Lockout {
    /// Counts an attempt before its password is looked at, so that attempts made at once count too. False: the account
    /// rests, and the password must not be looked at.
    pub fn admits(&self, name: &str, from: Option<IpAddr>, now: DateTime<Utc>) -> bool {
        let mut counts = self.lock();
        let attempt = attempt(name, from);
        if counts.len() >= MOST_REMEMBERED && !counts.contains_key(&attempt) {
            let oldest = counts.iter().min_by_key(|(_, count)| count.last).map(|(attempt, _)| attempt.clone());
            oldest.map(|oldest| counts.remove(&oldest));
        }
        let count = counts.entry(attempt).or_default();
        if count.until.is_some_and(|until| now < until) {
            return false;
        }
        if count.until.take().is_some() {
            count.failures = 0;
        }
        count.last = now;
        count.failures += 1;
        if count.failures >= MOST_FAILURES {
            count.until = Some(now + REST);
        }
        true
    }

    /// The attempt was right: the failures before it are forgotten.
    pub fn forget(&self, name: &str, from: Option<IpAddr>) {
        self.lock().remove(&attempt(name, from));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Attempt, Count>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn attempt(name: &str, from: Option<IpAddr>) -> Attempt {
    (name.chars().take(LONGEST_NAME).collect(), from)
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
            assert!(lockout.admits("lea", None, at(0)));
        }
        assert!(!lockout.admits("lea", None, at(0)));
        assert!(!lockout.admits("lea", None, at(4)));
        assert!(lockout.admits("lea", None, at(5)));
        assert!(lockout.admits("lea", None, at(5)), "the count starts afresh");
    }

    #[test]
    fn a_success_forgets_the_failures_before_it() {
        let lockout = Lockout::default();
        for _ in 0..20 {
            for _ in 0..4 {
                assert!(lockout.admits("lea", None, at(0)));
            }
            lockout.forget("lea", None);
        }
        assert!(lockout.admits("lea", None, at(0)));
    }

    #[test]
    fn one_who_guesses_a_name_shuts_out_neither_others_nor_that_person_elsewhere() {
        let lockout = Lockout::default();
        let [office, elsewhere] = [Some(IpAddr::from([192, 0, 2, 1])), Some(IpAddr::from([192, 0, 2, 2]))];
        (0..5).for_each(|_| assert!(lockout.admits("lea", elsewhere, at(0))));
        assert!(!lockout.admits("lea", elsewhere, at(0)));
        assert!(lockout.admits("lea", office, at(0)) && lockout.admits("paul", elsewhere, at(0)));
        for name in 0..MOST_REMEMBERED {
            assert!(lockout.admits(&name.to_string(), office, at(1)));
        }
        assert!(lockout.lock().len() <= MOST_REMEMBERED);
    }
}
