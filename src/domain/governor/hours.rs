//! The hours and days at which someone may be written to, where they are.

use crate::domain::{Case, Policy, Window, instant, local_day, zone};
use chrono::{DateTime, Datelike, Days, NaiveDate, Utc, Weekday};
use chrono_tz::Tz;

/// Zones disagree no longer than this on when to open: past that, they have no hour in common.
const TURNS: usize = 100;

/// The first moment from `from` on at which a message may leave: open in every zone that the person may be in.
pub(super) fn opening(case: &Case, policy: &Policy, demand: bool, from: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let also: &[Tz] = if demand { &policy.law.demands.also_zones } else { &[] };
    let zones = zone::zones_of(case).chain(also.iter().copied());
    let mut at = from;
    for _ in 0..TURNS {
        let opens = zones.clone().map(|zone| opening_in(zone, case, policy, demand, at)).max()?;
        if opens == at {
            return Some(at);
        }
        at = opens;
    }
    None
}

/// The first moment from `from` on at which the window of one zone is open.
fn opening_in(zone: Tz, case: &Case, policy: &Policy, demand: bool, from: DateTime<Utc>) -> DateTime<Utc> {
    let mut day = local_day(from, zone);
    loop {
        if let Some(window) = window_of(day, case, policy, demand) {
            let (opens, closes) = (instant(day, window.opens, zone), instant(day, window.closes, zone));
            if from < closes {
                return from.max(opens);
            }
        }
        day = day + Days::new(1);
    }
}

/// The hours of a day; none on which nothing leaves that answers nothing.
fn window_of(day: NaiveDate, case: &Case, policy: &Policy, demand: bool) -> Option<Window> {
    if !demand {
        return Some(policy.answer_window);
    }
    if policy.law.is_holiday(day, case.debtor.postcode.as_deref()) {
        return None;
    }
    match day.weekday() {
        Weekday::Sun => None,
        Weekday::Sat => policy.saturday_window,
        _ => Some(policy.demand_window),
    }
}
