//! What a plan is made of.

use crate::domain::{Jurisdiction, Role, Segment, Stage, Window};
use chrono::{Days, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// When a step falls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum After {
    /// So many days after the due date; before it when negative.
    DueDate(i64),
    /// So many days after the step before.
    StepBefore(i64),
}

/// By what way a step reaches the debtor. Text messages leave by themselves, e-mails where there is a server and an address;
/// the others are done by a person, who finds a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A text message.
    Sms,
    /// An e-mail.
    Email,
    /// A telephone call.
    Call,
    /// A letter.
    Letter,
    /// A letter that is signed for.
    RegisteredLetter,
}

impl Channel {
    /// The label under which it is stored and written in files.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Email => "email",
            Self::Call => "call",
            Self::Letter => "letter",
            Self::RegisteredLetter => "registered_letter",
        }
    }
}

/// How a step speaks to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tone {
    /// As one business to another.
    Formal,
    /// As to any client.
    Plain,
    /// As to a client whom the creditor wants to keep.
    Warm,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    pub after: After,
    /// What it is for.
    pub stage: Stage,
    /// By what way.
    pub channel: Channel,
    /// The weekdays on which it may be done.
    pub weekdays: Vec<Weekday>,
    /// The hours, in the debtor's zone.
    pub hours: Window,
    /// How it speaks; the segment tells where it is left out.
    pub tone: Option<Tone>,
    /// A step that no late start and no broken promise passes over.
    pub required: bool,
    /// In a last notice, the days given to settle.
    pub settle_within: Option<u64>,
}

/// The steps that a creditor takes toward one kind of debtor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DunningPlan {
    /// The name under which the settings know it.
    pub name: String,
    /// The law that it was written for.
    pub jurisdiction: Jurisdiction,
    /// Who may use it.
    pub role: Role,
    /// Toward whom.
    pub segment: Segment,
    /// The stage to which a broken promise moves; without one, the plan goes on where it was.
    pub after_broken_promise: Option<Stage>,
    /// In order.
    pub steps: Vec<Step>,
}

impl DunningPlan {
    /// The day of each step, counted from the due date, when none of them was late.
    pub fn offsets(&self) -> impl Iterator<Item = i64> {
        self.steps.iter().scan(0_i64, |day, step| {
            *day = match step.after {
                After::DueDate(days) => days,
                After::StepBefore(days) => day.saturating_add(days),
            };
            Some(*day)
        })
    }

    /// The step at which a case begins that comes in on `today`: the latest whose day has come, among those that do not
    /// speak of reminders that never left. What is required is begun with.
    #[must_use]
    pub fn entry(&self, due_on: NaiveDate, today: NaiveDate) -> usize {
        let late = (today - due_on).num_days();
        let mut entry = 0;
        for (index, (step, offset)) in self.steps.iter().zip(self.offsets()).enumerate() {
            if offset > late {
                break;
            }
            if opens_a_talk(step.stage) {
                entry = index;
            }
            if step.required {
                return entry.max(index);
            }
        }
        entry
    }

    /// The step to which a broken promise moves a case that stands before step `next`: never back, and never past what is
    /// required.
    #[must_use]
    pub fn after_broken_promise(&self, next: usize) -> Option<usize> {
        let stage = self.after_broken_promise?;
        let named = self.steps.iter().position(|step| step.stage == stage)?;
        let required = self.steps.iter().skip(next).position(|step| step.required).map(|ahead| next + ahead);
        let target = required.map_or(named, |required| named.min(required));
        (target > next).then_some(target)
    }

    /// Whether a debtor of that segment may be spoken to as this plan does: as a consumer, or as a business.
    #[must_use]
    pub const fn suits(&self, segment: Segment) -> bool {
        self.segment.is_consumer() == segment.is_consumer()
    }

    /// Whether somebody in that role, under that law, may use it.
    #[must_use]
    pub fn serves(&self, role: Role, jurisdiction: Jurisdiction) -> bool {
        self.jurisdiction == jurisdiction && (self.role == Role::Creditor) == (role == Role::Creditor)
    }
}

/// A reminder that is true as the first that they get.
const fn opens_a_talk(stage: Stage) -> bool {
    !matches!(stage, Stage::Second | Stage::Final | Stage::AmicableNotice)
}

impl Step {
    /// Whether what it says is true on `day`.
    pub(super) fn holds_on(&self, day: NaiveDate, due_on: NaiveDate) -> bool {
        match self.stage {
            Stage::BeforeDue => day < due_on,
            Stage::DueDay => day == due_on,
            Stage::First | Stage::Second | Stage::Final | Stage::AmicableNotice => day > due_on,
            Stage::Loan | Stage::AskAcknowledgment => true,
        }
    }

    /// In a last notice sent on `day`, the day by which to settle.
    #[must_use]
    pub fn settle_by(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.settle_within.map(|days| day + Days::new(days))
    }
}

/// The plans of a creditor, by segment; without one, an agent sends each reminder.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plans {
    /// Toward persons.
    pub consumer: Option<DunningPlan>,
    /// Toward persons to be kept as clients.
    pub loyal: Option<DunningPlan>,
    /// Toward businesses.
    pub business: Option<DunningPlan>,
}

impl Plans {
    /// The plan for debtors of that segment.
    #[must_use]
    pub const fn of(&self, segment: Segment) -> Option<&DunningPlan> {
        match segment {
            Segment::Consumer => self.consumer.as_ref(),
            Segment::Loyal => self.loyal.as_ref(),
            Segment::Business => self.business.as_ref(),
        }
    }
}
