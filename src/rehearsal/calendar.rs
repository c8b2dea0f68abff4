//! What happened, summed up by day.

use super::{Happening, What};
use crate::domain::TaskKind;
use crate::domain::dunning::Channel;
use chrono::NaiveDate;
use serde::Serialize;
use std::collections::{BTreeMap, HashSet};

/// One day of a rehearsal.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Day {
    /// Texts that leave.
    pub texts: usize,
    /// E-mails that leave.
    pub emails: usize,
    /// The segments that they take: what the carrier bills.
    pub segments: usize,
    /// What leaves, by template.
    pub by_template: BTreeMap<String, usize>,
    /// Texts that begin to wait that day, by rule.
    pub waiting: BTreeMap<&'static str, usize>,
    /// Texts that never leave, by rule.
    pub refused: BTreeMap<&'static str, usize>,
    /// Work for people, the gravest first.
    pub tasks: BTreeMap<TaskKind, usize>,
    /// Replies, by what is understood.
    pub replies: BTreeMap<String, usize>,
}

impl Day {
    fn count(&mut self, what: &What) {
        match what {
            What::Leaves { channel, template, segments, .. } => {
                *(if *channel == Channel::Email { &mut self.emails } else { &mut self.texts }) += 1;
                self.segments += segments;
                *self.by_template.entry(template.clone()).or_default() += 1;
            }
            What::Waits { rule, .. } => *self.waiting.entry(rule).or_default() += 1,
            What::Refused { rule, .. } | What::LeftOut { rule } => *self.refused.entry(rule).or_default() += 1,
            What::Task { kind } => *self.tasks.entry(*kind).or_default() += 1,
            What::Replies { intent } => *self.replies.entry(intent.label().to_owned()).or_default() += 1,
        }
    }
}

/// The days on which something happens, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Calendar {
    /// Each day of the debtors' place.
    pub days: BTreeMap<NaiveDate, Day>,
    /// All of them together.
    pub total: Day,
    /// Cases for which something leaves.
    pub cases_written_to: usize,
    #[serde(skip)]
    written_to: HashSet<(String, String)>,
}

impl Calendar {
    /// Counts what happened.
    pub fn count(&mut self, happened: &[Happening]) {
        for one in happened {
            self.days.entry(one.at.with_timezone(&one.zone).date_naive()).or_default().count(&one.what);
            self.total.count(&one.what);
            if matches!(one.what, What::Leaves { .. }) {
                self.written_to.insert((one.creditor.0.clone(), one.case.clone()));
            }
        }
        self.cases_written_to = self.written_to.len();
    }
}
