//! Whether a plan can work, and keeps the bounds that no creditor may loosen.

use super::{After, Channel, DunningPlan, Step};
use crate::domain::{Caps, Law, Stage};
use chrono::{NaiveTime, Weekday};

/// Fewest days that a last notice gives (compliance: a true date, seven days ahead at least).
const NOTICE_DAYS: std::ops::RangeInclusive<u64> = 7..=90;
/// Days from the due date at which a step may stand.
const DAYS: std::ops::RangeInclusive<i64> = -60..=730;

/// What is wrong with a plan, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "each says itself what it is")]
pub enum Fault {
    #[error("it has no steps: write one [[steps]] at least")]
    NoStep,
    #[error("no step has the stage `{0}` to which a broken promise moves: name the stage of one of the steps")]
    NoSuchStage(&'static str),
    #[error("the first step has no step before it: write `day`, counted from the due date")]
    NothingBefore,
    #[error("it falls on day {0}: write a day between -60 and 730")]
    TooFar(i64),
    #[error("it falls on day {0}, as the step before does: one step a day")]
    SameDay(i64),
    #[error("it falls on day {0}, before the step before it, on day {1}: write the steps in order")]
    OutOfOrder(i64, i64),
    #[error("the stage `{0}` comes before `{1}`, the stage of an earlier step: write the stages in order")]
    StageOutOfOrder(&'static str, &'static str),
    #[error("the stage `{0}` is not true on day {1}: before_due is before day 0, due_day on it, reminders after it")]
    NotTrueThen(&'static str, i64),
    #[error("{sent} text messages within {days} days: {most} at most; move it to day {from} or later")]
    TooManyTexts { sent: usize, days: i64, most: usize, from: i64 },
    #[error("an earlier text message has the stage `{0}` too, and would say the same words: choose another stage")]
    SameWords(&'static str),
    #[error("a last notice gives 7 to 90 days to settle: write settle_within_days")]
    NoticeWithoutDay,
    #[error("settle_within_days is for the stage amicable_notice: remove it")]
    DayWithoutNotice,
    #[error("it has no weekday on which it may be done: write weekdays, such as [\"mon\", \"tue\"]")]
    NoWeekday,
    #[error("no reminder leaves on a Sunday: remove it from weekdays")]
    Sunday,
    #[error("reminders leave between {0} and {1}: write narrower hours, such as \"09:00-19:00\"")]
    Hours(String, String),
    #[error("who collects for others in France writes first: begin with a letter step that says `required = true`")]
    LetterFirst,
}

/// A fault, and the step that it is in; the plan as a whole where there is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
pub struct PlanFault {
    /// The place of the step, from 0.
    pub step: Option<usize>,
    /// What.
    pub fault: Fault,
}

impl DunningPlan {
    /// Checks the whole, under the law of its jurisdiction.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self, law: &Law) -> Result<(), PlanFault> {
        let whole = |fault| Err(PlanFault { step: None, fault });
        let Some(first) = self.steps.first() else { return whole(Fault::NoStep) };
        if let Some(stage) = self.after_broken_promise
            && self.steps.iter().all(|step| step.stage != stage)
        {
            return whole(Fault::NoSuchStage(stage.label()));
        }
        let is_letter = matches!(first.channel, Channel::Letter | Channel::RegisteredLetter);
        if self.role.needs_letter(self.jurisdiction) && !(is_letter && first.required) {
            return Err(PlanFault { step: Some(0), fault: Fault::LetterFirst });
        }
        let offsets: Vec<i64> = self.offsets().collect();
        for index in 0..self.steps.len() {
            self.check_step(index, &offsets, law).map_err(|fault| PlanFault { step: Some(index), fault })?;
        }
        Ok(())
    }

    fn check_step(&self, index: usize, offsets: &[i64], law: &Law) -> Result<(), Fault> {
        let (step, day, earlier) = (&self.steps[index], offsets[index], &self.steps[..index]);
        if index == 0 && matches!(step.after, After::StepBefore(_)) {
            return Err(Fault::NothingBefore);
        }
        if !DAYS.contains(&day) {
            return Err(Fault::TooFar(day));
        }
        match index.checked_sub(1).map(|before| offsets[before]) {
            Some(before) if before == day => return Err(Fault::SameDay(day)),
            Some(before) if before > day => return Err(Fault::OutOfOrder(day, before)),
            _ => {}
        }
        if let Some(later) = earlier.iter().find(|earlier| comes_after(earlier.stage, step.stage)) {
            return Err(Fault::StageOutOfOrder(step.stage.label(), later.stage.label()));
        }
        if !is_true_on(step.stage, day) {
            return Err(Fault::NotTrueThen(step.stage.label(), day));
        }
        step.check(law)?;
        if step.channel == Channel::Sms { self.check_text(index, offsets, law.caps) } else { Ok(()) }
    }

    fn check_text(&self, index: usize, offsets: &[i64], caps: Caps) -> Result<(), Fault> {
        let (step, day) = (&self.steps[index], offsets[index]);
        let texts = || self.steps[..index].iter().zip(offsets).filter(|(earlier, _)| earlier.channel == Channel::Sms);
        if texts().any(|(earlier, _)| earlier.stage == step.stage) {
            return Err(Fault::SameWords(step.stage.label()));
        }
        for (most, days) in [(1, caps.days_between.into()), (caps.per_7_days, 7), (caps.per_30_days, 30)] {
            let recent: Vec<i64> = texts().map(|(_, sent)| *sent).filter(|sent| day - sent < days).collect();
            if recent.len() >= most {
                let from = recent[recent.len() - most] + days;
                return Err(Fault::TooManyTexts { sent: recent.len() + 1, days, most, from });
            }
        }
        Ok(())
    }
}

impl Step {
    fn check(&self, law: &Law) -> Result<(), Fault> {
        if self.weekdays.is_empty() {
            return Err(Fault::NoWeekday);
        }
        if self.weekdays.contains(&Weekday::Sun) {
            return Err(Fault::Sunday);
        }
        let ceiling = law.demands.ceiling;
        if !self.hours.is_within(ceiling) || self.hours.opens >= self.hours.closes {
            let written = |at: NaiveTime| at.format("%H:%M").to_string();
            return Err(Fault::Hours(written(ceiling.opens), written(ceiling.closes)));
        }
        match (self.stage, self.settle_within) {
            (Stage::AmicableNotice, days) if !days.is_some_and(|days| NOTICE_DAYS.contains(&days)) => {
                Err(Fault::NoticeWithoutDay)
            }
            (Stage::AmicableNotice, _) | (_, None) => Ok(()),
            (_, Some(_)) => Err(Fault::DayWithoutNotice),
        }
    }
}

/// Whether `one` comes after `other` on the way to the last notice. Loans and acknowledgments stand beside that way.
fn comes_after(one: Stage, other: Stage) -> bool {
    let beside = |stage| matches!(stage, Stage::Loan | Stage::AskAcknowledgment);
    !beside(one) && !beside(other) && one > other
}

fn is_true_on(stage: Stage, day: i64) -> bool {
    match stage {
        Stage::BeforeDue => day < 0,
        Stage::DueDay => day == 0,
        Stage::First | Stage::Second | Stage::Final | Stage::AmicableNotice => day > 0,
        Stage::Loan | Stage::AskAcknowledgment => true,
    }
}
