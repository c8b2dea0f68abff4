//! One turn of a talk: they wrote, we wrote, or something happened.

use super::pieces::{Piece, pieces};
use crate::domain::{Acknowledges, Currency, Event, Intent, Money, Reading, Reason, acts_on};
use crate::service::{CaseView, Explanation, Line};
use crate::web::pages::Tongue;
use crate::wording::measure;
use chrono::NaiveDate;
use serde::Serialize;

/// A label of ours and its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    pub name: String,
    pub words: String,
}

impl Said {
    pub fn of(group: &str, name: &str, tongue: &Tongue) -> Self {
        Self { name: name.to_owned(), words: tongue.say(group, name) }
    }
}

/// What was concluded, and by which rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    pub concluded: String,
    pub rule: String,
}

impl Why {
    pub fn of(reason: &Reason, currency: Currency, tongue: &Tongue) -> Self {
        let (about, value) = reason.concluded.split_once('=').unwrap_or((&reason.concluded, ""));
        let value = match (about, value.parse::<NaiveDate>(), value.parse::<i64>()) {
            (_, Ok(day), _) => tongue.day(day),
            ("amount" | "amount_minor" | "instalment_minor", _, Ok(minor)) => {
                tongue.amount(Money::new(minor, currency))
            }
            ("vulnerable", ..) => tongue.say("signals", value),
            ("acknowledges", ..) => tongue.say("acknowledges", value),
            ("period", ..) => tongue.say("periods", value),
            ("language", ..) => tongue.say("languages", value),
            _ => tongue.say("intents", value),
        };
        let about = tongue.say("facts", about);
        let concluded = if value.is_empty() { about } else { format!("{about} : {value}") };
        Self { concluded, rule: tongue.say("reader", &reason.rule) }
    }
}

/// A detail that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// Which.
    pub value: String,
}

/// What was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Understood {
    pub intent: Said,
    pub percent: u8,
    pub acted: bool,
    pub also: Vec<Said>,
    pub facts: Vec<Fact>,
    pub signals: Vec<Said>,
    pub unspoken: Vec<Why>,
}

/// What it did to the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Effect {
    pub stimulus: Said,
    pub before: Said,
    pub after: Said,
    pub moved: bool,
    pub rules: Vec<Said>,
    /// The steps of the dunning plan that were done, and the letters that were sent.
    pub steps: Vec<String>,
}

/// What became of a text of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sending {
    /// Of an e-mail, which has no segments.
    pub subject: Option<String>,
    pub state: Said,
    pub rule: Option<Said>,
    pub until: Option<String>,
    pub encoding: Said,
    pub units: usize,
    pub segments: usize,
}

/// One turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Turn {
    /// `in`, `out` or `note`.
    pub side: &'static str,
    /// The message, when a reading of it can be corrected.
    pub id: Option<String>,
    pub day: String,
    pub hour: String,
    pub pieces: Vec<Piece>,
    pub reading: Option<Understood>,
    pub effect: Option<Effect>,
    pub sending: Option<Sending>,
}

impl Turn {
    pub fn of(line: &Line, view: &CaseView, tongue: &Tongue) -> Self {
        let zone = view.case.debtor.zone;
        let currency = view.case.debt.amount.currency;
        let local = line.at().with_timezone(&zone);
        let blank = Self {
            side: "note",
            id: None,
            day: tongue.day(local.date_naive()),
            hour: local.format("%H:%M").to_string(),
            pieces: Vec::new(),
            reading: None,
            effect: None,
            sending: None,
        };
        match line {
            Line::Received { id, text, reading, decision, .. } => Self {
                side: "in",
                id: decision.as_ref().and(reading.as_ref()).map(|_| id.to_string()),
                pieces: pieces(text, reading.as_ref().map_or(&[], |reading| &reading.why), currency, tongue),
                reading: reading.as_ref().map(|reading| understood(reading, view, tongue)),
                effect: decision.as_ref().map(|decision| effect(decision, tongue)),
                ..blank
            },
            Line::Happened { decision, .. } => Self { effect: Some(effect(decision, tongue)), ..blank },
            Line::Sent { text, subject, state, rule, due_at, .. } => {
                let until = due_at.map(|at| tongue.moment(at, zone));
                Self {
                    side: "out",
                    pieces: pieces(text, &[], currency, tongue),
                    sending: Some(Sending {
                        subject: subject.clone(),
                        ..sending(text, state, rule.as_deref(), until, tongue)
                    }),
                    ..blank
                }
            }
        }
    }
}

fn understood(reading: &Reading, view: &CaseView, tongue: &Tongue) -> Understood {
    let intent = |intent: &Intent| Said::of("intents", intent.label(), tongue);
    let currency = view.case.debt.amount.currency;
    let unspoken = reading.why.iter().filter(|reason| reason.words.is_empty());
    let ours = intent(&reading.intent);
    // What is not of a language that we read was not misunderstood: it was not read.
    let unread = reading.language.filter(|_| reading.intent == Intent::Unclear);
    let unread = unread.map(|language| tongue.say("languages", language.code()));
    Understood {
        intent: match &unread {
            Some(language) => Said { words: format!("{} : {language}", tongue.say("tasks", "other_language")), ..ours },
            None => ours,
        },
        percent: percent(reading.confidence),
        acted: unread.is_some() || acts_on(reading, &view.creditor.policy),
        also: reading.also.iter().map(intent).collect(),
        facts: facts(reading, view, tongue),
        signals: signals(reading, tongue),
        unspoken: unspoken.map(|reason| Why::of(reason, currency, tongue)).collect(),
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a percentage")]
fn percent(confidence: f32) -> u8 {
    (confidence.clamp(0.0, 1.0) * 100.0).round() as u8
}

fn facts(reading: &Reading, view: &CaseView, tongue: &Tongue) -> Vec<Fact> {
    let amount = |minor| tongue.amount(Money::new(minor, view.case.debt.amount.currency));
    let period = reading.plan.period.and_then(|period| label(&period));
    let call_back = reading.call_back.map(|when| {
        let on = when.on.map(|on| tongue.day(on));
        let at = when.at.map(|at| at.format("%H:%M").to_string());
        [on, at].into_iter().flatten().collect::<Vec<_>>().join(", ")
    });
    let admits = (reading.acknowledges != Acknowledges::None).then(|| label(&reading.acknowledges)).flatten();
    let language = reading.language.map(|language| tongue.say("languages", language.code()));
    [
        ("language", language),
        ("date", reading.date.map(|on| tongue.day(on))),
        ("amount", reading.amount_minor.map(amount)),
        ("instalments", reading.plan.instalments.map(|count| count.to_string())),
        ("instalment_minor", reading.plan.instalment_minor.map(amount)),
        ("period", period.map(|period| tongue.say("periods", &period))),
        ("reference", reading.reference.clone()),
        ("call_back", call_back),
        ("acknowledges", admits.map(|how| tongue.say("acknowledges", &how))),
    ]
    .into_iter()
    .filter_map(|(key, value)| Some(Fact { label: tongue.say("facts", key), value: value? }))
    .collect()
}

fn signals(reading: &Reading, tongue: &Tongue) -> Vec<Said> {
    let vulnerable = reading.signals.vulnerable.iter().filter_map(label);
    let others = [("represented", reading.signals.represented), ("legal_threat", reading.signals.legal_threat)];
    let others = others.into_iter().filter(|(_, said)| *said).map(|(name, _)| name.to_owned());
    vulnerable.chain(others).map(|name| Said::of("signals", &name, tongue)).collect()
}

fn effect(decided: &Explanation, tongue: &Tongue) -> Effect {
    Effect {
        stimulus: Said::of("stimuli", &decided.stimulus, tongue),
        before: Said::of("states", decided.before.name(), tongue),
        after: Said::of("states", decided.after.name(), tongue),
        moved: decided.before != decided.after,
        rules: decided.rules.iter().map(|rule| Said::of("rules", rule, tongue)).collect(),
        steps: decided.events.iter().filter_map(|event| step(event, tongue)).collect(),
    }
}

/// A step of the dunning plan that was done, or what an agent did, learnt or answers for.
fn step(event: &Event, tongue: &Tongue) -> Option<String> {
    Some(match event {
        Event::Vouched { by, words, reason } => format!("{by}, « {words} » : {reason}"),
        Event::BeyondPolicy { by, reason } => format!("{by} : {reason}"),
        Event::LetterSent { letter, by } => {
            let (reference, sent_on) = (&letter.reference, tongue.day(letter.sent_on));
            format!("{} : {reference}, {sent_on} ({by})", tongue.say("letter", "sent"))
        }
        Event::ReadingCorrected { by, was, now, .. } => {
            let [was, now] = [was, now].map(|intent| tongue.say("intents", intent.label()));
            format!("{was} → {now} ({by})")
        }
        Event::ToldToAgent { by, way } => {
            format!("{} ({by})", tongue.say("ways", &label(way).unwrap_or_default()))
        }
        Event::PaymentReceived { by: Some(by), .. }
        | Event::PaymentUndone { by: Some(by), .. }
        | Event::IdentityRefuted { by } => by.clone(),
        Event::IdentityChecked { by, proof } => {
            format!("{} ({by})", tongue.say("proofs", &label(proof).unwrap_or_default()))
        }
        Event::NumberReplaced { by, checked, .. } => match checked {
            Some(checked) => format!("{checked} ({by})"),
            None => format!("{} ({by})", tongue.say("outcome", "unchecked")),
        },
        Event::StepDone { plan, step, stage, channel } => {
            let number = tongue.say_with("dunning", "step", &step.to_string());
            let (stage, channel) = (tongue.say("stages", stage.label()), tongue.say("channels", channel.label()));
            format!("{number} ({plan}) : {stage}, {channel}")
        }
        _ => return None,
    })
}

fn sending(text: &str, state: &str, rule: Option<&str>, until: Option<String>, tongue: &Tongue) -> Sending {
    let weight = measure(text);
    let held = until.is_some() && rule.is_some();
    let state = if held { "held" } else { state };
    let encoding = label(&weight.encoding).unwrap_or_default();
    Sending {
        subject: None,
        state: Said::of("sending", state, tongue),
        rule: rule.map(|rule| Said::of("rules", rule, tongue)),
        until: until.filter(|_| held),
        encoding: Said::of("encodings", &encoding, tongue),
        units: weight.units,
        segments: weight.count(),
    }
}

/// The label under which a value without data is stored.
pub fn label(value: &impl Serialize) -> Option<String> {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(label)) => Some(label),
        _ => None,
    }
}
