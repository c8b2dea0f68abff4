//! Campaigns: one reminder to many, chosen by what is owed, at a measured pace, with variants of wording to compare.

use super::{Case, Currency, Language, Segment};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

/// The longest name of a campaign or a variant.
const LONGEST_NAME: usize = 40;
/// The largest share of people who are left untouched, in percent.
const MOST_CONTROL: u8 = 90;
/// The fastest pace: what one American short code may send.
const MOST_PER_MINUTE: u32 = 6_000;

/// Who is written to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Selection {
    /// Days since the due date, at least; before it when negative.
    pub overdue_from: Option<i64>,
    /// Days since the due date, at most.
    pub overdue_to: Option<i64>,
    /// What is left to pay, in cents, at least.
    pub balance_from: Option<i64>,
    /// What is left to pay, in cents, at most.
    pub balance_to: Option<i64>,
    /// Only debts in that currency.
    pub currency: Option<Currency>,
    /// Only debtors of these segments; all, when empty.
    pub segments: Vec<Segment>,
    /// Only who is written to in that language.
    pub language: Option<Language>,
}

impl Selection {
    /// Whether it takes `case`, on `today` of its debtor. What is over, or paid, it never does.
    #[must_use]
    pub fn takes(&self, case: &Case, today: NaiveDate) -> bool {
        let (balance, late) = (case.debt.balance(), (today - case.debt.due_on).num_days());
        let within = |value: i64, from: Option<i64>, to: Option<i64>| {
            from.is_none_or(|from| from <= value) && to.is_none_or(|to| value <= to)
        };
        !case.state.is_over()
            && balance.minor > 0
            && within(late, self.overdue_from, self.overdue_to)
            && within(balance.minor, self.balance_from, self.balance_to)
            && self.currency.is_none_or(|currency| currency == balance.currency)
            && (self.segments.is_empty() || self.segments.contains(&case.debtor.segment))
            && self.language.is_none_or(|language| language == case.debtor.language)
    }
}

/// A variant of the wording: the text of that name beside the usual one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Variant {
    /// Its name, as in the name of its file: `first@direct.txt`. `plain` is the usual text.
    pub name: String,
    /// How many people get it, against those of the others.
    pub weight: u32,
}

/// The name of the usual text, beside variants.
pub const PLAIN: &str = "plain";
/// The name of those who are left untouched.
pub const CONTROL: &str = "control";

/// What a campaign is made of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CampaignPlan {
    /// Who is written to.
    pub selection: Selection,
    /// Reminders handed over in a minute, at most.
    pub per_minute: u32,
    /// People in a hundred who are left untouched, to compare with.
    pub control_percent: u8,
    /// Variants of the wording; none: the usual text alone.
    pub variants: Vec<Variant>,
    /// What is compared: whoever was drawn for an arm under that name keeps it in every later campaign of that name.
    pub experiment: String,
}

/// Why a campaign cannot be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CampaignFault {
    /// A name that cannot be written everywhere.
    #[error("`{0}` cannot be a name: write {LONGEST_NAME} letters, digits, - and _ at most")]
    Name(String),
    /// Two variants of one name, or one that is called as those left untouched.
    #[error("`{0}` is not a variant of its own: give each another name, and none of them `{CONTROL}`")]
    Variant(String),
    /// A weight of nothing.
    #[error("the variant `{0}` would get nobody: give it a weight from 1 to 100")]
    Weight(String),
    /// A share that leaves nobody to write to.
    #[error("{0} % left untouched leaves too few to write to: {MOST_CONTROL} at most")]
    Control(u8),
    /// A pace at which nothing leaves, or faster than carriers take.
    #[error("{0} a minute cannot be the pace: write 1 to {MOST_PER_MINUTE}")]
    Pace(u32),
    /// Bounds that nothing is within.
    #[error("nothing is from {0} to {1}: write the smaller one first")]
    Bounds(i64, i64),
}

/// Holds a name to what can be written in a command, a file name and a page.
///
/// # Errors
/// When it cannot.
pub fn check_name(name: &str) -> Result<(), CampaignFault> {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let good = !name.is_empty() && name.len() <= LONGEST_NAME && name.chars().all(fits) && !name.starts_with('-');
    if good { Ok(()) } else { Err(CampaignFault::Name(name.to_owned())) }
}

impl CampaignPlan {
    /// What is wrong with it, if anything is.
    ///
    /// # Errors
    /// With the first fault.
    pub fn check(&self) -> Result<(), CampaignFault> {
        check_name(&self.experiment)?;
        if self.control_percent > MOST_CONTROL {
            return Err(CampaignFault::Control(self.control_percent));
        }
        if !(1..=MOST_PER_MINUTE).contains(&self.per_minute) {
            return Err(CampaignFault::Pace(self.per_minute));
        }
        let Selection { overdue_from, overdue_to, balance_from, balance_to, .. } = self.selection;
        for (from, to) in [(overdue_from, overdue_to), (balance_from, balance_to)] {
            if let (Some(from), Some(to)) = (from, to)
                && from > to
            {
                return Err(CampaignFault::Bounds(from, to));
            }
        }
        for (index, Variant { name, weight }) in self.variants.iter().enumerate() {
            check_name(name)?;
            if name == CONTROL || self.variants[..index].iter().any(|other| other.name == *name) {
                return Err(CampaignFault::Variant(name.clone()));
            }
            if !(1..=100).contains(weight) {
                return Err(CampaignFault::Weight(name.clone()));
            }
        }
        Ok(())
    }
}

/// Where a campaign stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignState {
    /// Its people are being chosen.
    Planning,
    /// Its people are chosen; nothing leaves yet.
    Planned,
    /// Its reminders leave.
    Running,
    /// Nothing leaves until it is resumed.
    Paused,
    /// Nothing more leaves: it was stopped.
    Stopped,
    /// Everyone had their turn.
    Finished,
}

impl CampaignState {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Planning, Self::Planned, Self::Running, Self::Paused, Self::Stopped, Self::Finished];

    /// The label under which it is stored.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Planning => "planning",
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Stopped => "stopped",
            Self::Finished => "finished",
        }
    }

    /// Whether it may become `next` by somebody's act.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        match next {
            Self::Running => matches!(self, Self::Planned | Self::Paused),
            Self::Paused => matches!(self, Self::Running),
            Self::Stopped => matches!(self, Self::Planned | Self::Running | Self::Paused),
            Self::Planning | Self::Planned | Self::Finished => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::samples::case;

    fn plan() -> CampaignPlan {
        let variant = |name: &str, weight| Variant { name: name.into(), weight };
        CampaignPlan {
            selection: Selection::default(),
            per_minute: 60,
            control_percent: 20,
            variants: vec![variant(PLAIN, 1), variant("direct", 3)],
            experiment: "november".into(),
        }
    }

    #[test]
    fn a_selection_takes_what_is_within_all_its_bounds_and_never_what_is_paid() {
        let day: NaiveDate = "2026-11-10".parse().unwrap();
        let takes = |selection: &Selection| selection.takes(&case(), day);
        assert!(takes(&Selection::default()));
        assert!(takes(&Selection { overdue_from: Some(10), overdue_to: Some(10), ..Selection::default() }));
        assert!(!takes(&Selection { overdue_from: Some(11), ..Selection::default() }));
        assert!(!takes(&Selection { balance_to: Some(11_999), ..Selection::default() }));
        assert!(!takes(&Selection { segments: vec![Segment::Business], ..Selection::default() }));
        assert!(!takes(&Selection { language: Some(Language::EN), ..Selection::default() }));
        assert!(!takes(&Selection { currency: Some(Currency::Gbp), ..Selection::default() }));
        let mut paid = case();
        paid.debt.paid = paid.debt.amount;
        assert!(!Selection::default().takes(&paid, day));
    }

    #[test]
    fn a_campaign_that_cannot_be_is_refused_with_what_to_write() {
        let told = |change: fn(&mut CampaignPlan)| {
            let mut plan = plan();
            change(&mut plan);
            plan.check().unwrap_err().to_string()
        };
        assert!(plan().check().is_ok());
        assert!(told(|plan| plan.per_minute = 0).contains("write 1 to 6000"));
        assert!(told(|plan| plan.control_percent = 91).contains("90 at most"));
        assert!(told(|plan| plan.variants[1].name = PLAIN.into()).contains("not a variant of its own"));
        assert!(told(|plan| plan.variants[1].name = CONTROL.into()).contains("not a variant of its own"));
        assert!(told(|plan| plan.variants[1].weight = 0).contains("weight from 1 to 100"));
        assert!(told(|plan| plan.experiment = "no va".into()).contains("cannot be a name"));
        let crossed = |plan: &mut CampaignPlan| {
            (plan.selection.overdue_from, plan.selection.overdue_to) = (Some(30), Some(7));
        };
        assert!(told(crossed).contains("nothing is from 30 to 7"));
    }

    #[test]
    fn a_stopped_campaign_never_runs_again() {
        use CampaignState::{Finished, Paused, Planned, Running, Stopped};
        for next in CampaignState::ALL {
            assert!(!Stopped.may_become(next) && !Finished.may_become(next));
        }
        assert!(Planned.may_become(Running) && Paused.may_become(Running) && Running.may_become(Paused));
        assert!(!Planned.may_become(Paused));
    }
}
