//! Payment in parts: the terms a person names, the creditor's bounds, and the plan that meets both.

use super::{Law, Money, Period, PlanTerms};
use chrono::{Days, Months, NaiveDate};
use serde::{Deserialize, Serialize};

/// One payment of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instalment {
    /// The day it is due.
    pub on: NaiveDate,
    /// How much.
    pub amount: Money,
}

/// Dated payments that sum to what is due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// In order of date; never empty.
    pub instalments: Vec<Instalment>,
}

/// Of a plan with more payments than this, a text names the first and the last: the page lists them all.
const MOST_IN_A_TEXT: usize = 6;

impl Plan {
    /// Whether it has more payments than a text may list.
    #[must_use]
    pub const fn is_long(&self) -> bool {
        self.instalments.len() > MOST_IN_A_TEXT
    }

    /// The day of the last payment.
    #[must_use]
    pub fn ends_on(&self) -> Option<NaiveDate> {
        self.instalments.last().map(|i| i.on)
    }

    /// Each payment, and how much of it `paid` (the sum received since the plan began) covers.
    pub fn covered(&self, paid: i64) -> impl Iterator<Item = (Instalment, Money)> {
        let mut left = paid.max(0);
        self.instalments.iter().map(move |instalment| {
            let covered = left.min(instalment.amount.minor);
            left -= covered;
            (*instalment, instalment.amount.with_minor(covered))
        })
    }

    /// The first payment that `paid` (the sum received since the plan began) does not cover.
    #[must_use]
    pub fn next_unpaid(&self, paid: i64) -> Option<Instalment> {
        let mut covered = 0;
        self.instalments.iter().copied().find(|i| {
            covered += i.amount.minor;
            covered > paid
        })
    }
}

/// What the creditor lets the bot agree to alone; beyond it a human decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanBounds {
    /// Most payments.
    pub max_instalments: u32,
    /// Smallest payment, in minor units.
    pub min_instalment_minor: i64,
    /// The last payment falls within so many months.
    pub max_months: u32,
    /// The first payment falls within so many days.
    pub first_within_days: u64,
}

/// What can be answered to terms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offer {
    /// Too little was said: ask how many payments, or how much each.
    NeedsTerms,
    /// What they asked, dated.
    AsAsked(Plan),
    /// The nearest that the bounds allow.
    Counter(Plan),
    /// No plan of two payments fits the bounds: a human decides.
    BeyondPolicy,
}

/// Computes the plan that answers `terms` for `balance`, the first payment on `first` or in a week. The days that it chooses
/// itself are days on which `law` has money move.
#[must_use]
pub fn offer(
    balance: Money,
    terms: PlanTerms,
    first: Option<NaiveDate>,
    bounds: &PlanBounds,
    law: &Law,
    today: NaiveDate,
) -> Offer {
    let Some(wanted) = payments_wanted(balance, terms) else { return Offer::NeedsTerms };
    let period = terms.period.unwrap_or(Period::Monthly);
    let latest_first = today + Days::new(bounds.first_within_days);
    let wanted_first = first.filter(|d| *d >= today).unwrap_or_else(|| in_a_week(law, today, latest_first));
    let start = wanted_first.min(latest_first);
    let pays_on = |index| if index == 0 { start } else { law.payment_day(due_day(start, period, index)) };

    let smallest = bounds.min_instalment_minor.max(1);
    let mut most = u32::try_from(balance.minor / smallest).unwrap_or(u32::MAX).min(bounds.max_instalments);
    while most > 1 && pays_on(most - 1) > today + Months::new(bounds.max_months) {
        most -= 1;
    }
    if most < 2 || wanted < 2 {
        return Offer::BeyondPolicy;
    }
    let parts = match terms.instalment_minor {
        Some(each) if wanted <= most && each >= smallest => balance.split_by(each),
        _ => balance.split(wanted.min(most)),
    };
    let instalments = parts.into_iter().zip(0..).map(|(amount, i)| Instalment { on: pays_on(i), amount });
    let plan = Plan { instalments: instalments.collect() };
    let as_asked =
        wanted <= most && start == wanted_first && terms.instalment_minor.is_none_or(|each| each >= smallest);
    if as_asked { Offer::AsAsked(plan) } else { Offer::Counter(plan) }
}

/// A day on which money moves, in a week or as near to it as `latest` allows.
fn in_a_week(law: &Law, today: NaiveDate, latest: NaiveDate) -> NaiveDate {
    let after = law.payment_day(today + Days::new(7));
    let before = || {
        std::iter::successors(Some(latest), NaiveDate::pred_opt)
            .take_while(|day| *day >= today)
            .find(|day| law.payment_day(*day) == *day)
    };
    if after <= latest { after } else { before().unwrap_or(latest) }
}

/// How many payments the terms come to. A number alone, or an amount each; both agree or the amount each decides.
fn payments_wanted(balance: Money, terms: PlanTerms) -> Option<u32> {
    let by_amount = terms
        .instalment_minor
        .filter(|each| *each > 0)
        .map(|each| u32::try_from((balance.minor + each - 1) / each).unwrap_or(u32::MAX));
    by_amount.or(terms.instalments)
}

/// The day of payment number `index` (from 0). A month that lacks the day takes its last one.
fn due_day(start: NaiveDate, period: Period, index: u32) -> NaiveDate {
    match period {
        Period::Weekly => start + Days::new(7 * u64::from(index)),
        Period::Fortnightly => start + Days::new(14 * u64::from(index)),
        Period::Monthly => start + Months::new(index),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::dunning::tests::law;
    use crate::domain::{Currency, Jurisdiction};

    const BOUNDS: PlanBounds =
        PlanBounds { max_instalments: 6, min_instalment_minor: 2_000, max_months: 6, first_within_days: 31 };

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn offer(
        balance: Money,
        terms: PlanTerms,
        first: Option<NaiveDate>,
        bounds: &PlanBounds,
        today: NaiveDate,
    ) -> Offer {
        super::offer(balance, terms, first, bounds, &law(Jurisdiction::Fr), today)
    }

    fn euros(minor: i64) -> Money {
        Money::new(minor, Currency::Eur)
    }

    fn lines(plan: &Plan) -> Vec<(String, i64)> {
        plan.instalments.iter().map(|i| (i.on.to_string(), i.amount.minor)).collect()
    }

    fn times(n: u32) -> PlanTerms {
        PlanTerms { instalments: Some(n), ..PlanTerms::default() }
    }

    fn each(minor: i64) -> PlanTerms {
        PlanTerms { instalment_minor: Some(minor), ..PlanTerms::default() }
    }

    #[test]
    fn a_day_that_we_choose_is_within_the_bounds_and_no_sunday() {
        // A week after a Saturday is a Saturday; after a Sunday, a Sunday.
        for (today, first_within_days, first) in
            [("2026-11-21", 7, "2026-11-28"), ("2026-11-22", 31, "2026-11-30"), ("2026-11-22", 7, "2026-11-28")]
        {
            let bounds = PlanBounds { first_within_days, ..BOUNDS };
            let Offer::AsAsked(plan) = offer(euros(10_000), times(3), None, &bounds, day(today)) else {
                panic!("{today}: nothing was asked that is beyond the bounds")
            };
            assert_eq!(plan.instalments[0].on.to_string(), first);
        }
    }

    #[test]
    fn three_times_from_the_fifth_is_three_dated_payments() {
        let Offer::AsAsked(plan) = offer(euros(10_000), times(3), Some(day("2026-12-05")), &BOUNDS, day("2026-11-21"))
        else {
            panic!("within the bounds")
        };
        let expected = [("2026-12-05", 3_334), ("2027-01-05", 3_333), ("2027-02-05", 3_333)];
        assert_eq!(lines(&plan), expected.map(|(d, m)| (d.to_owned(), m)));
    }

    #[test]
    fn fifty_a_month_ends_with_the_remainder_on_the_last_day_of_short_months() {
        let Offer::AsAsked(plan) =
            offer(euros(12_000), each(5_000), Some(day("2026-12-31")), &BOUNDS, day("2026-12-05"))
        else {
            panic!("within the bounds")
        };
        // The last days of January and of February are Sundays.
        let expected = [("2026-12-31", 5_000), ("2027-02-01", 5_000), ("2027-03-01", 2_000)];
        assert_eq!(lines(&plan), expected.map(|(d, m)| (d.to_owned(), m)));
    }

    #[test]
    fn outside_the_bounds_the_nearest_plan_is_offered() {
        let twelve = offer(euros(24_000), times(12), None, &BOUNDS, day("2026-11-21"));
        assert!(matches!(&twelve, Offer::Counter(p) if p.instalments.len() == 6), "{twelve:?}");
        let five_euros = offer(euros(10_000), each(500), None, &BOUNDS, day("2026-11-21"));
        assert!(matches!(&five_euros, Offer::Counter(p) if p.instalments.len() == 5), "{five_euros:?}");
        let late = offer(euros(10_000), times(2), Some(day("2027-06-01")), &BOUNDS, day("2026-11-21"));
        assert!(matches!(&late, Offer::Counter(p) if p.instalments[0].on == day("2026-12-22")), "{late:?}");
    }

    #[test]
    fn no_payment_is_proposed_on_a_sunday_or_a_holiday_but_a_day_that_they_name_stays() {
        let first = |first, today| match offer(euros(10_000), times(3), first, &BOUNDS, day(today)) {
            Offer::AsAsked(plan) => plan.instalments[0].on.to_string(),
            other => panic!("{other:?}"),
        };
        assert_eq!(first(None, "2026-11-22"), "2026-11-30", "a week after a Sunday is a Sunday");
        assert_eq!(first(None, "2026-12-18"), "2026-12-28", "Christmas is a Friday");
        assert_eq!(first(None, "2026-11-21"), "2026-11-28", "a Saturday is no day off");
        assert_eq!(first(Some(day("2026-11-29")), "2026-11-22"), "2026-11-29");
    }

    #[test]
    fn a_debt_too_small_for_two_payments_goes_to_a_human() {
        assert_eq!(offer(euros(3_000), times(2), None, &BOUNDS, day("2026-11-21")), Offer::BeyondPolicy);
    }

    #[test]
    fn a_plan_without_terms_must_be_asked_for() {
        assert_eq!(offer(euros(9_000), PlanTerms::default(), None, &BOUNDS, day("2026-11-21")), Offer::NeedsTerms);
    }

    #[test]
    fn every_offer_sums_to_the_balance_and_stays_within_the_bounds() {
        let today = day("2026-11-21");
        for balance in [4_000, 4_001, 9_999, 123_456] {
            for terms in (1..15).map(times).chain((1..30).map(|e| each(e * 700))) {
                for period in [None, Some(Period::Weekly), Some(Period::Fortnightly)] {
                    match offer(euros(balance), PlanTerms { period, ..terms }, None, &BOUNDS, today) {
                        Offer::AsAsked(p) | Offer::Counter(p) => {
                            assert_eq!(p.instalments.iter().map(|i| i.amount.minor).sum::<i64>(), balance);
                            assert!((2..=6).contains(&p.instalments.len()));
                            assert!(p.ends_on() <= Some(today + Months::new(6)));
                        }
                        Offer::BeyondPolicy | Offer::NeedsTerms => {}
                    }
                }
            }
        }
    }

    #[test]
    fn the_next_unpaid_payment_follows_what_was_received() {
        let Offer::AsAsked(plan) = offer(euros(9_000), times(3), Some(day("2026-12-05")), &BOUNDS, day("2026-11-21"))
        else {
            panic!("within the bounds")
        };
        let next = |paid| plan.next_unpaid(paid).map(|i| i.on.to_string());
        assert_eq!(next(0).as_deref(), Some("2026-12-05"));
        assert_eq!(next(2_999).as_deref(), Some("2026-12-05"));
        assert_eq!(next(3_000).as_deref(), Some("2027-01-05"));
        assert_eq!(next(9_000), None);
        let covered = |paid| plan.covered(paid).map(|(_, covered)| covered.minor).collect::<Vec<_>>();
        assert_eq!(covered(4_000), [3_000, 1_000, 0]);
        assert_eq!(covered(-500), [0, 0, 0], "what was paid before the plan went back");
    }
}
