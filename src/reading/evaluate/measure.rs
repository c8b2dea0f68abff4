//! The figures of an evaluation.

use super::Read;
use super::harm::{costly, harmful, meddles, says_nothing};
use super::rate::Rate;
use crate::domain::{Intent, Language, Policy, Reading, acts_on};
use crate::reading::LabelledReply;
use serde::Serialize;
use std::collections::BTreeMap;

/// Width of the classes of certainty when calibration is measured.
const CLASSES: usize = 10;
/// How many times the replies are drawn again to tell how sure a macro-F1 is.
const DRAWS: usize = 200;
/// How many of the commonest confusions are told.
const CONFUSIONS: usize = 20;

/// What was measured, language by language.
#[derive(Debug, Clone, Serialize)]
pub struct Evaluation {
    /// One group per language.
    pub languages: Vec<Group>,
}

/// The figures of the replies of one language.
#[derive(Debug, Clone, Serialize)]
pub struct Group {
    /// The language.
    pub language: Language,
    /// How many replies.
    pub replies: usize,
    /// The labelled primary intent.
    pub accuracy: Rate,
    /// Mean over the intents of their F1, and where it lies 95 times in a hundred.
    pub macro_f1: (f64, [f64; 2]),
    /// Exactly the labelled secondary intents.
    pub also: Rate,
    /// The labelled admission.
    pub acknowledges: Rate,
    /// Exactly the labelled circumstances.
    pub vulnerable: Rate,
    /// All the labelled circumstances, where there are any.
    pub vulnerable_heard: Rate,
    /// `represented`, where it is labelled or read.
    pub represented: Rate,
    /// `legal_threat`, where it is labelled or read.
    pub legal_threat: Rate,
    /// The labelled day, where there is one.
    pub date_exact: Rate,
    /// No day, in offers that have none.
    pub date_absent: Rate,
    /// Another day than the labelled one, or a day where there is none, among all offers.
    pub date_wrong: Rate,
    /// The labelled amount, where there is one.
    pub amount_exact: Rate,
    /// No amount, where there is none.
    pub amount_absent: Rate,
    /// The labelled number of payments, where there is one.
    pub instalments: Rate,
    /// The labelled amount of each, where there is one.
    pub instalment_minor: Rate,
    /// The labelled rhythm, where there is one.
    pub period: Rate,
    /// The labelled reference, where there is one.
    pub reference: Rate,
    /// Read with enough certainty to act.
    pub acted: Rate,
    /// Acts that would wrong the person, among all replies.
    pub harmful: Rate,
    /// Opt-outs and wrong numbers that are none, among all replies.
    pub costly: Rate,
    /// Acts that move the case or end the conversation, among the replies that say nothing of the debt.
    pub meddling: Rate,
    /// Mean distance between the certainty announced and the rate of right readings.
    pub calibration_error: f64,
    /// One line per intent.
    pub intents: Vec<IntentScore>,
    /// The commonest confusions.
    pub confusions: Vec<Confusion>,
    /// By what was asked; hard replies and the others.
    pub slices: Vec<Slice>,
}

/// One primary intent.
#[derive(Debug, Clone, Serialize)]
pub struct IntentScore {
    /// The intent.
    pub intent: Intent,
    /// Of those read so, those that are.
    pub precision: Rate,
    /// Of those that are, those read so.
    pub recall: Rate,
    /// Their harmonic mean.
    pub f1: f64,
}

/// Replies of one intent taken for another.
#[derive(Debug, Clone, Serialize)]
pub struct Confusion {
    /// What they are.
    pub is: Intent,
    /// What they were read as.
    pub read_as: Intent,
    /// How many.
    pub replies: usize,
}

/// The replies that share something.
#[derive(Debug, Clone, Serialize)]
pub struct Slice {
    /// What they share.
    pub name: String,
    /// The labelled primary intent.
    pub accuracy: Rate,
    /// Acts that would wrong the person.
    pub harmful: Rate,
    /// Read with enough certainty to act.
    pub acted: Rate,
}

/// Measures what was read, and what the bot would have done with it under a policy.
#[must_use]
pub fn measure(read: &[Read], policy: &Policy) -> Evaluation {
    let mut languages: BTreeMap<Language, Vec<&Read>> = BTreeMap::new();
    read.iter().for_each(|one| languages.entry(one.0.lang).or_default().push(one));
    Evaluation { languages: languages.into_iter().map(|(language, read)| group(language, &read, policy)).collect() }
}

fn group(language: Language, read: &[&Read], policy: &Policy) -> Group {
    let offers = |l: &LabelledReply| {
        let offer = |i: Intent| matches!(i, Intent::Promise | Intent::PlanRequest);
        offer(l.intent) || l.also.iter().copied().any(offer)
    };
    let rate = |among: &dyn Fn(&LabelledReply, &Reading) -> bool, is: &dyn Fn(&LabelledReply, &Reading) -> bool| {
        Rate::of(read.iter().filter(|(l, r)| among(l, r)), |(l, r)| is(l, r))
    };
    let all = |_: &LabelledReply, _: &Reading| true;
    let intents: Vec<IntentScore> = Intent::ALL.into_iter().map(|intent| of_intent(read, intent)).collect();
    Group {
        language,
        replies: read.len(),
        accuracy: rate(&all, &|l, r| l.intent == r.intent),
        macro_f1: (mean_f1(&intents), redrawn(read)),
        also: rate(&all, &|l, r| same(&l.also, &r.also)),
        acknowledges: rate(&all, &|l, r| l.acknowledges == r.acknowledges),
        vulnerable: rate(&all, &|l, r| same(&l.signals.vulnerable, &r.signals.vulnerable)),
        vulnerable_heard: rate(&|l, _| !l.signals.vulnerable.is_empty(), &|l, r| {
            l.signals.vulnerable.iter().all(|v| r.signals.vulnerable.contains(v))
        }),
        represented: rate(&|l, r| l.signals.represented || r.signals.represented, &|l, r| {
            l.signals.represented == r.signals.represented
        }),
        legal_threat: rate(&|l, r| l.signals.legal_threat || r.signals.legal_threat, &|l, r| {
            l.signals.legal_threat == r.signals.legal_threat
        }),
        date_exact: rate(&|l, _| l.date.is_some(), &|l, r| l.date == r.date),
        date_absent: rate(&|l, _| offers(l) && l.date.is_none(), &|_, r| r.date.is_none()),
        date_wrong: rate(&|l, _| offers(l), &|l, r| r.date.is_some() && l.date != r.date),
        amount_exact: rate(&|l, _| l.amount_minor.is_some(), &|l, r| l.amount_minor == r.amount_minor),
        amount_absent: rate(&|l, _| l.amount_minor.is_none(), &|_, r| r.amount_minor.is_none()),
        instalments: rate(&|l, _| l.plan.instalments.is_some(), &|l, r| l.plan.instalments == r.plan.instalments),
        instalment_minor: rate(&|l, _| l.plan.instalment_minor.is_some(), &|l, r| {
            l.plan.instalment_minor == r.plan.instalment_minor
        }),
        period: rate(&|l, _| l.plan.period.is_some(), &|l, r| l.plan.period == r.plan.period),
        reference: rate(&|l, _| l.reference.is_some(), &|l, r| l.reference == r.reference),
        acted: rate(&all, &|_, r| acts_on(r, policy)),
        harmful: rate(&all, &|l, r| harmful(l, r, policy)),
        costly: rate(&all, &|l, r| costly(l, r, policy)),
        meddling: rate(&|l, _| says_nothing(l), &|l, r| meddles(l, r, policy)),
        calibration_error: calibration_error(read),
        confusions: confusions(read),
        slices: slices(read, policy),
        intents,
    }
}

fn of_intent(read: &[&Read], intent: Intent) -> IntentScore {
    let precision = Rate::of(read.iter().filter(|(_, r)| r.intent == intent), |(l, _)| l.intent == intent);
    let recall = Rate::of(read.iter().filter(|(l, _)| l.intent == intent), |(_, r)| r.intent == intent);
    let both = precision.of + recall.of;
    let f1 = if both == 0 { 0.0 } else { 2.0 * recall.hits as f64 / both as f64 };
    IntentScore { intent, precision, recall, f1 }
}

/// Over the intents that some reply has or was read to have.
fn mean_f1(intents: &[IntentScore]) -> f64 {
    let shown: Vec<f64> = intents.iter().filter(|i| i.precision.of + i.recall.of > 0).map(|i| i.f1).collect();
    shown.iter().sum::<f64>() / shown.len().max(1) as f64
}

/// Where the macro-F1 lies when the replies are drawn again from themselves (bootstrap; the same draws every time).
fn redrawn(read: &[&Read]) -> [f64; 2] {
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut draw = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap_or(0) % read.len().max(1)
    };
    let mut means: Vec<f64> = (0..DRAWS)
        .map(|_| {
            let mut counts = [[0_usize; 3]; Intent::ALL.len()];
            for _ in 0..read.len() {
                let (label, reading) = read[draw()];
                counts[label.intent as usize][0] += 1;
                counts[reading.intent as usize][1] += 1;
                counts[label.intent as usize][2] += usize::from(label.intent == reading.intent);
            }
            let shown: Vec<f64> = counts
                .iter()
                .filter(|[are, read, _]| are + read > 0)
                .map(|[are, read, hits]| 2.0 * *hits as f64 / (are + read) as f64)
                .collect();
            shown.iter().sum::<f64>() / shown.len().max(1) as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    [means[DRAWS / 40], means[DRAWS - 1 - DRAWS / 40]]
}

fn calibration_error(read: &[&Read]) -> f64 {
    let class = |r: &Reading| ((r.confidence * CLASSES as f32) as usize).min(CLASSES - 1);
    let of_class = |at: usize| {
        let members: Vec<_> = read.iter().filter(|(_, r)| class(r) == at).collect();
        let right = members.iter().filter(|(l, r)| l.intent == r.intent).count() as f64;
        let announced: f64 = members.iter().map(|(_, r)| f64::from(r.confidence)).sum();
        (right - announced).abs()
    };
    (0..CLASSES).map(of_class).sum::<f64>() / read.len().max(1) as f64
}

fn confusions(read: &[&Read]) -> Vec<Confusion> {
    let mut counts: BTreeMap<(Intent, Intent), usize> = BTreeMap::new();
    for (label, reading) in read.iter().filter(|(l, r)| l.intent != r.intent) {
        *counts.entry((label.intent, reading.intent)).or_default() += 1;
    }
    let mut confusions: Vec<Confusion> =
        counts.into_iter().map(|((is, read_as), replies)| Confusion { is, read_as, replies }).collect();
    confusions.sort_by_key(|c| std::cmp::Reverse(c.replies));
    confusions.truncate(CONFUSIONS);
    confusions
}

fn slices(read: &[&Read], policy: &Policy) -> Vec<Slice> {
    let asked = |l: &LabelledReply| format!("asked {}", l.asked.map_or("nothing", |a| a.label()));
    let hard = |l: &LabelledReply| if l.hard { "hard" } else { "not hard" }.to_owned();
    let several = |l: &LabelledReply| if l.also.is_empty() { "one intent" } else { "several intents" }.to_owned();
    let mut slices: BTreeMap<String, Vec<&Read>> = BTreeMap::new();
    for one in read.iter().copied() {
        for name in [asked(&one.0), hard(&one.0), several(&one.0)] {
            slices.entry(name).or_default().push(one);
        }
    }
    let slice = |(name, read): (String, Vec<&Read>)| Slice {
        name,
        accuracy: Rate::of(&read, |(l, r)| l.intent == r.intent),
        harmful: Rate::of(&read, |(l, r)| harmful(l, r, policy)),
        acted: Rate::of(&read, |(_, r)| acts_on(r, policy)),
    };
    slices.into_iter().map(slice).collect()
}

fn same<T: Ord + Clone>(a: &[T], b: &[T]) -> bool {
    let sorted = |list: &[T]| {
        let mut list = list.to_vec();
        list.sort();
        list
    };
    sorted(a) == sorted(b)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labelled(intent: &str, also: &str, acknowledges: &str) -> LabelledReply {
        let line = format!(
            r#"{{"text":"x","lang":"fr","received_at":"2026-03-12T09:14:00+01:00","asked":null,"intent":"{intent}","also":[{also}],"acknowledges":"{acknowledges}"}}"#
        );
        serde_json::from_str(&line).expect("a labelled reply")
    }

    #[test]
    fn harm_is_what_the_person_would_suffer_and_cost_what_the_creditor_would() {
        let promise = Reading::bare(Intent::Promise);
        let dispute = Reading::bare(Intent::Dispute);
        let stop = Reading::bare(Intent::OptOut);
        let policy = Policy { act_above: 0.5, ..crate::domain::samples::policy() };
        for (label, reading, acted, wrongs, costs) in [
            (labelled("promise", "", "implied"), &promise, true, false, false),
            (labelled("dispute", "", "none"), &promise, true, true, false),
            (labelled("dispute", "", "none"), &promise, false, false, false),
            (labelled("dispute", "\"promise\"", "none"), &promise, true, true, false),
            (labelled("unclear", "", "none"), &promise, true, true, false),
            (labelled("promise", "", "implied"), &dispute, true, false, false),
            (labelled("opt_out", "", "none"), &dispute, true, true, false),
            (labelled("opt_out", "", "none"), &dispute, false, true, false),
            (labelled("promise", "", "implied"), &stop, true, false, true),
            (labelled("opt_out", "", "none"), &stop, true, false, false),
        ] {
            let reading = Reading { confidence: if acted { 1.0 } else { 0.0 }, ..reading.clone() };
            assert_eq!(harmful(&label, &reading, &policy), wrongs, "{:?} read {:?}", label.intent, reading.intent);
            assert_eq!(costly(&label, &reading, &policy), costs, "{:?} read {:?}", label.intent, reading.intent);
        }
        let care = LabelledReply {
            signals: crate::domain::Signals {
                vulnerable: vec![crate::domain::Vulnerability::Bereavement],
                ..Default::default()
            },
            ..labelled("promise", "", "implied")
        };
        assert!(harmful(&care, &promise, &policy), "a demand to a household in mourning");
    }

    #[test]
    fn the_figures_of_a_handful_of_replies_are_those_counted_by_hand() {
        let read = vec![
            (labelled("promise", "", "implied"), Reading { confidence: 0.9, ..Reading::bare(Intent::Promise) }),
            (labelled("dispute", "", "none"), Reading { confidence: 0.4, ..Reading::bare(Intent::Promise) }),
            (labelled("dispute", "", "none"), Reading { confidence: 0.9, ..Reading::bare(Intent::Dispute) }),
        ];
        let measured = measure(&read, &Policy { act_above: 0.5, ..crate::domain::samples::policy() });
        let [french] = measured.languages.as_slice() else { panic!("one language") };
        assert_eq!(french.accuracy, Rate { hits: 2, of: 3 });
        assert_eq!(french.acted, Rate { hits: 2, of: 3 });
        assert_eq!(french.harmful, Rate { hits: 0, of: 3 });
        assert!((french.macro_f1.0 - 2.0 / 3.0).abs() < 1e-9);
        assert_eq!(french.confusions.len(), 1);
        assert!((french.calibration_error - 0.2).abs() < 1e-6);
    }
}
