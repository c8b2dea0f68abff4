//! The lots of a campaign: an urn with as many tickets as people, so that each arm gets the share that was asked for, however
//! few they are. Whoever draws is told by their number alone: the same people in the same order draw the same.

use super::campaign::{CONTROL, CampaignPlan, PLAIN, Variant};
use sha2::{Digest as _, Sha256};

/// The tickets that are left.
#[derive(Debug, Clone)]
pub struct Lots<'p> {
    experiment: &'p str,
    /// Of each arm, how many.
    tickets: Vec<(&'p str, u64)>,
}

impl<'p> Lots<'p> {
    /// An urn for so many people: of them, `plan.control_percent` in a hundred are left untouched, to the nearest person, and
    /// the others are shared out among the variants by weight.
    #[must_use]
    pub fn of(plan: &'p CampaignPlan, people: u64) -> Self {
        let control = (people * u64::from(plan.control_percent) + 50) / 100;
        let mut left = people - control;
        let mut weight: u64 = plan.variants.iter().map(|variant| u64::from(variant.weight)).sum();
        let mut tickets = vec![(CONTROL, control)];
        for Variant { name, weight: own } in &plan.variants {
            // Of what is left, among those that are left: nobody is lost to rounding.
            let share = (left * u64::from(*own) + weight / 2) / weight.max(1);
            tickets.push((name, share));
            (left, weight) = (left - share, weight - u64::from(*own));
        }
        if plan.variants.is_empty() {
            tickets.push((PLAIN, left));
        }
        Self { experiment: &plan.experiment, tickets }
    }

    /// The arm that a person draws; the usual text once every ticket is gone.
    pub fn draw(&mut self, number: &str) -> &'p str {
        let left: u64 = self.tickets.iter().map(|(_, count)| count).sum();
        let digest = Sha256::digest(format!("{}\n{number}", self.experiment));
        let lot = digest.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let mut place = lot % left.max(1);
        for (arm, count) in &mut self.tickets {
            match place.checked_sub(*count) {
                Some(rest) => place = rest,
                None => {
                    *count -= 1;
                    return arm;
                }
            }
        }
        PLAIN
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::campaign::Selection;
    use std::collections::BTreeMap;

    fn plan(control_percent: u8, variants: &[(&str, u32)]) -> CampaignPlan {
        let variant = |(name, weight): &(&str, u32)| Variant { name: (*name).into(), weight: *weight };
        CampaignPlan {
            selection: Selection::default(),
            per_minute: 60,
            control_percent,
            variants: variants.iter().map(variant).collect(),
            experiment: "november".into(),
        }
    }

    fn drawn(plan: &CampaignPlan, people: u64) -> Vec<&str> {
        let mut lots = Lots::of(plan, people);
        (0..people).map(|n| lots.draw(&format!("+336{n:08}"))).collect()
    }

    #[test]
    fn every_share_is_the_one_that_was_asked_for_to_the_nearest_person() {
        for (control, variants, people, expected) in [
            (10, &[][..], 16, &[(CONTROL, 2), (PLAIN, 14)][..]),
            (10, &[], 10, &[(CONTROL, 1), (PLAIN, 9)]),
            (10, &[], 3, &[(PLAIN, 3)]),
            (50, &[], 1, &[(CONTROL, 1)]),
            (20, &[("direct", 3), (PLAIN, 1)], 100, &[(CONTROL, 20), ("direct", 60), (PLAIN, 20)]),
            (0, &[("a", 1), ("b", 1), ("c", 1)], 10, &[("a", 3), ("b", 4), ("c", 3)]),
        ] {
            let plan = plan(control, variants);
            let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
            drawn(&plan, people).into_iter().for_each(|arm| *counts.entry(arm).or_default() += 1);
            assert_eq!(counts, expected.iter().copied().collect(), "{control} % of {people}");
        }
    }

    #[test]
    fn the_same_people_draw_the_same_and_another_experiment_draws_anew() {
        let plan = plan(50, &[]);
        let other = CampaignPlan { experiment: "december".into(), ..plan.clone() };
        let (one, again, another) = (drawn(&plan, 1_000), drawn(&plan, 1_000), drawn(&other, 1_000));
        assert_eq!(one, again);
        let alike = one.iter().zip(&another).filter(|(one, another)| one == another).count();
        assert!((400..600).contains(&alike), "{alike} alike");
        let early = one.iter().take(500).filter(|arm| **arm == CONTROL).count();
        assert!((200..300).contains(&early), "{early} of the first half: no place in the order is favoured");
    }

    #[test]
    fn more_people_than_were_counted_get_the_usual_text() {
        let plan = plan(50, &[("direct", 1)]);
        let mut lots = Lots::of(&plan, 1);
        assert_ne!(lots.draw("+33612345678"), PLAIN);
        assert_eq!(lots.draw("+33612345679"), PLAIN);
    }
}
