//! How often one person may be written to without having written.

use super::Contacts;
use crate::domain::{Caps, Case, instant, local_day};
use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};

/// The moment before which another demand would be one too many, and the rule that says so; none when it may leave now.
pub(super) fn not_before(
    case: &Case,
    caps: &Caps,
    contacts: &Contacts,
    now: DateTime<Utc>,
) -> Option<(DateTime<Utc>, &'static str)> {
    let zone = case.debtor.zone;
    let day = |at: DateTime<Utc>| local_day(at, zone);
    let midnight = |day| instant(day, NaiveTime::MIN, zone);
    let today = day(now);
    let demands = &contacts.demands;
    let mut latest: Option<(DateTime<Utc>, &'static str)> = None;
    let mut wait = |until: DateTime<Utc>, rule: &'static str| {
        if until > now && latest.is_none_or(|(known, _)| until > known) {
            latest = Some((until, rule));
        }
    };
    if demands.iter().filter(|at| day(**at) == today).count() >= caps.per_day {
        wait(midnight(today + Days::new(1)), "cap_of_the_day");
    }
    for (most, days, rule) in [(caps.per_7_days, 7, "cap_of_7_days"), (caps.per_30_days, 30, "cap_of_30_days")] {
        // Of the last ones that fill the cap, the oldest has to lie far enough back.
        if let Some(oldest) = demands.len().checked_sub(most).and_then(|at| demands.get(at)) {
            wait(*oldest + TimeDelta::days(days), rule);
        }
    }
    if let Some(last) = demands.last() {
        wait(midnight(day(*last) + Days::new(caps.days_between.into())), "too_soon_after_the_last");
    }
    latest
}
