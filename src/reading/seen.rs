//! What is found in a message before anything is concluded: its moments, its sums, its turns of phrase.

use super::features::{self, Features, Setting};
use super::language::Pack;
use super::message::{Message, Runs};
use super::moments::{self, Beside, Kind, Moment, Origin};
use super::money::{Purpose, Said, Sums};
use super::reader::Context;
use super::signals::Signal;
use std::collections::BTreeMap;
use std::ops::Range;

/// Everything found in one message.
pub(super) struct Seen<'m> {
    pub(super) message: Message<'m>,
    pub(super) moments: Vec<Moment>,
    /// What tells what the moments are for.
    pub(super) beside: Beside,
    pub(super) sums: Sums<'m>,
    /// The terms of a plan, were it one.
    pub(super) plan: Said,
    pub(super) signals: BTreeMap<Signal, Range<usize>>,
}

impl<'m> Seen<'m> {
    /// Looks for all of it.
    pub(super) fn new(pack: &Pack, runs: &Runs<'m>, context: &Context) -> Self {
        let message = pack.message(runs);
        let origin = Origin { day: context.received_at.date_naive(), us_dates: context.us_dates, asked: context.asked };
        let mut moments = pack.moments.find(&message, &origin);
        let days: Vec<Range<usize>> = moments.iter().map(|moment| moment.span.clone()).collect();
        let sums = Sums::new(&pack.amounts, &pack.plans, &message, &days, context.asked);
        // "pour 20 euros" is a sum before it is a day.
        let sure = |moment: &Moment| {
            let first = sums.amounts().partition_point(|amount| amount.span.end <= moment.span.start);
            let near = sums.amounts()[first..].iter().take_while(|amount| amount.span.start < moment.span.end);
            near.into_iter().any(|amount| amount.sure)
        };
        moments.retain(|moment| !sure(moment));
        let beside = pack.moments.beside(&message, &moments);
        let plan = pack.plans.find(&sums, sums.choose(Purpose::Plan));
        let signals = pack.signals.find(&message);
        Self { message, moments, beside, sums, plan, signals }
    }

    /// What the model sees of it, known words letter by letter or `by_heart`.
    pub(super) fn features(&self, pack: &Pack, context: &Context, by_heart: bool) -> Features {
        let mut present = Vec::new();
        let mut note = |name: &'static str, is: bool| {
            if is {
                present.push(name)
            }
        };
        let days = self.moments.iter().filter(|m| m.kind == Kind::Day && m.day.is_some()).count();
        note("moment", days > 0);
        note("several moments", days > 1);
        note("moment without a day", self.moments.iter().any(|m| m.kind == Kind::Never));
        let offered_day = moments::payment_day(&self.message, &self.moments, &self.beside, context.asked, false);
        note("day of payment", offered_day.is_some());
        note("day of something else", days > 0 && offered_day.is_none());
        let offered = self.sums.choose(Purpose::Offer).is_some();
        note("amount", !self.sums.amounts().is_empty());
        note("several amounts", self.sums.amounts().len() > 1);
        note("amount offered", offered);
        note("amount of something else", !self.sums.amounts().is_empty() && !offered);
        note("count", self.plan.terms.instalments.is_some());
        note("period", self.plan.terms.period.is_some());
        note("reference", self.sums.reference().is_some());
        for signal in self.signals.keys() {
            note(signal.name(), true);
        }
        let setting = Setting {
            asked: context.asked,
            language: pack.language,
            present,
            cues: pack.cues.find(&self.message),
            class_names: &pack.class_names,
            negations: pack.denying,
            by_heart,
        };
        features::extract(&self.message, &setting)
    }
}
