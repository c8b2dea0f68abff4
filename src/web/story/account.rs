//! A case explained to whoever asks why: what led to each message, by which text and rule, what comes next, and for whom.

use super::ahead::{ahead, for_people};
use super::case::Story;
use super::turns::{Fact, Turn};
use crate::domain::campaign::PLAIN;
use crate::domain::{Event, Language, Reason, TakenBy};
use crate::service::{Explanation, JudgedMessage, Line, Why};
use crate::store::{OutboundState, VerdictRow, Word};
use crate::web::pages::{Pages, Tongue};
use crate::wording::Words;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use std::sync::Arc;

/// So many characters of a hash tell versions apart for people.
const SHOWN: usize = 8;

/// A case explained, in one language.
#[derive(Debug, Clone, Serialize)]
pub struct Account {
    /// The case, its creditor, its debtor.
    pub title: String,
    /// How it stands.
    pub standing: Vec<Fact>,
    /// What holds its reminders back, and what happens next by itself.
    pub ahead: Vec<Fact>,
    /// What waits for a person.
    pub for_people: Vec<String>,
    /// What happened, the oldest first, and what was written because of it.
    pub causes: Vec<Cause>,
}

/// Something that happened, and what came of it.
#[derive(Debug, Clone, Serialize)]
pub struct Cause {
    /// When, where the debtor lives.
    pub when: String,
    /// What.
    pub what: String,
    /// Their words, when they wrote.
    pub text: Option<String>,
    /// What was read, by which rules, and what it changed.
    pub because: Vec<Fact>,
    /// What was written.
    pub messages: Vec<Written>,
}

/// A message, and what became of it.
#[derive(Debug, Clone, Serialize)]
pub struct Written {
    /// What it is, with the name of its template.
    pub called: String,
    /// Its words.
    pub text: String,
    /// What became of it, its version, its approval, and each verdict.
    pub told: Vec<Fact>,
}

impl Account {
    /// Explains in `language`, with the amounts and the days as `words` write them.
    #[must_use]
    pub fn of(why: &Why, language: Language, words: Arc<Words>) -> Self {
        let pages = Pages::compiled();
        let tongue = &pages.tongue(language, words, why.view.now);
        let story = Story::of(&why.view, tongue);
        let zone = why.view.case.debtor.zone;
        let fact = |key: &str, value: String| Fact { label: tongue.say("why", key), value };
        let mut standing = vec![fact("state", story.state.words.clone())];
        standing.extend(story.details.iter().cloned());
        let owed = tongue.say("why", "owed").replace("{balance}", &story.balance).replace("{amount}", &story.amount);
        standing.push(fact("balance", owed.replace("{day}", &story.due_on)));
        standing.push(fact("identity", story.identity.words.clone()));
        standing.extend(story.suppressed.iter().map(|one| fact("number", one.words.clone())));
        standing.push(fact("hours", tongue.say_with("why", "hours_of", zone.name())));
        Self {
            title: format!("{} · {} · {}", story.reference, story.creditor, story.debtor),
            standing,
            ahead: ahead(why, &story, tongue),
            for_people: for_people(why, &story, tongue),
            causes: why.view.lines.iter().filter_map(|line| cause(line, why, tongue)).collect(),
        }
    }
}

fn cause(line: &Line, why: &Why, tongue: &Tongue) -> Option<Cause> {
    let (text, decided) = match line {
        Line::Received { text, decision: Some(decided), .. } => (Some(text.clone()), decided),
        Line::Happened { decision, .. } => (None, decision),
        // What led to nothing on this case was about another one, or waits for a person to read it.
        Line::Received { decision: None, .. } | Line::Sent { .. } => return None,
    };
    let turn = Turn::of(line, &why.view, tongue);
    let mut because = read(line, &turn, why, tongue);
    let effect = turn.effect.as_ref()?;
    let fact = |key: &str, value: String| Fact { label: tongue.say("why", key), value };
    because.extend(effect.rules.iter().map(|rule| fact("rule", rule.words.clone())));
    because.extend(effect.steps.iter().map(|step| fact("step", step.clone())));
    if let Some(member) = why.campaigns.iter().find(|one| one.decision == Some(decided.id)) {
        let variant = if member.arm == PLAIN { tongue.say("why", "usual_text") } else { member.arm.clone() };
        let told = tongue.say("why", "of_campaign").replace("{name}", &member.campaign).replace("{variant}", &variant);
        because.push(fact("campaign", told));
    }
    if effect.moved {
        because.push(fact("moved", format!("{} → {}", effect.before.words, effect.after.words)));
    }
    let of_it = |one: &&JudgedMessage| one.message.new.decision == Some(decided.id);
    let messages: Vec<_> = why.messages.iter().filter(of_it).map(|one| written(one, why, tongue)).collect();
    if messages.is_empty() && text.is_some() {
        because.push(fact("answer", tongue.say("why", "no_answer")));
    }
    let what = match agent(decided) {
        Some(name) => format!("{} ({name})", effect.stimulus.words),
        None => effect.stimulus.words.clone(),
    };
    Some(Cause { when: tongue.moment(line.at(), why.view.case.debtor.zone), what, text, because, messages })
}

/// What a reply was read as, how surely, and by which of its words.
fn read(line: &Line, turn: &Turn, why: &Why, tongue: &Tongue) -> Vec<Fact> {
    let (Line::Received { reading: Some(reading), .. }, Some(understood)) = (line, &turn.reading) else {
        return Vec::new();
    };
    let fact = |key: &str, value: String| Fact { label: tongue.say("why", key), value };
    let sure = if understood.acted { "sure" } else { "unsure" };
    let sure = tongue.say_with("why", sure, &understood.percent.to_string());
    let also: Vec<_> = understood.also.iter().map(|one| one.words.as_str()).collect();
    let mut told = vec![fact("read", format!("{}, {sure}", understood.intent.words))];
    if !also.is_empty() {
        told.push(fact("also", also.join(", ")));
    }
    told.extend(understood.facts.iter().cloned());
    told.extend(understood.signals.iter().map(|one| fact("signal", one.words.clone())));
    let currency = why.view.case.debt.amount.currency;
    let decisive = |reason: &Reason| {
        let why = super::turns::Why::of(reason, currency, tongue);
        let words =
            if reason.words.is_empty() { String::new() } else { format!("{} → ", tongue.quoted(&reason.words)) };
        fact("words", format!("{words}{} ({})", why.concluded, why.rule))
    };
    told.extend(reading.why.iter().map(decisive));
    told
}

/// Who acted, where what happened bears a name.
fn agent(decided: &Explanation) -> Option<&str> {
    decided.events.iter().find_map(|event| match event {
        Event::Vouched { by, .. }
        | Event::Cleared { by }
        | Event::LetterSent { by, .. }
        | Event::PaymentUndone { by: Some(by), .. }
        | Event::RemindersPaused { by }
        | Event::RemindersResumed { by }
        | Event::ToldToAgent { by, .. }
        | Event::BeyondPolicy { by, .. }
        | Event::IdentityChecked { by, .. }
        | Event::IdentityRefuted { by }
        | Event::NumberReplaced { by, .. }
        | Event::ReadingCorrected { by, .. }
        | Event::ThreadTaken { by: TakenBy::Agent(by) } => Some(by.as_str()),
        _ => None,
    })
}

fn written(one: &JudgedMessage, why: &Why, tongue: &Tongue) -> Written {
    let (zone, new) = (why.view.case.debtor.zone, &one.message.new);
    let fact = |key: &str, value: String| Fact { label: tongue.say("why", key), value };
    let mut told = vec![fact("fate", fate(one, zone, tongue))];
    if !new.version_hash.is_empty() {
        told.push(fact("text", version(one, tongue)));
    }
    told.extend(one.words.iter().map(|word| fact("approval", approval(word, zone, tongue))));
    let verdict = |row: &VerdictRow| fact("judged", judged(row, zone, tongue));
    told.extend(one.verdicts.iter().map(verdict));
    if let Some(email) = &new.email {
        told.push(fact("subject", email.subject.clone()));
        told.extend(email.attachment.iter().map(|file| fact("attached", file.clone())));
    }
    Written { called: format!("{} ({})", tongue.template(&new.template), new.template), text: new.body.clone(), told }
}

fn fate(one: &JudgedMessage, zone: Tz, tongue: &Tongue) -> String {
    let message = &one.message;
    let held = message.state == OutboundState::Ready && message.rule.is_some();
    let state = tongue.say("sending", if held { "held" } else { message.state.label() });
    let rule = message.rule.as_deref().map(|rule| because(rule, tongue)).unwrap_or_default();
    let until =
        held.then(|| format!(", {}", tongue.say_with("sending", "until", &tongue.moment(message.new.due_at, zone))));
    let left = message.sent_at.map(|at| tongue.say_with("why", "left_at", &tongue.moment(at, zone)));
    let left = left.map(|left| format!(", {left}")).unwrap_or_default();
    format!("{state}{rule}{}{left}", until.unwrap_or_default())
}

fn version(one: &JudgedMessage, tongue: &Tongue) -> String {
    let hash: String = one.message.new.version_hash.chars().take(SHOWN).collect();
    match &one.version {
        Some(text) => {
            let by = text.author.as_ref().map(|author| tongue.say_with("why", "written_by", author));
            let by = by.unwrap_or_else(|| tongue.say("why", "of_the_program"));
            let version = tongue.say_with("why", "version", &text.version.to_string());
            format!("{version} [{hash}], {by}")
        }
        None => tongue.say_with("why", "earlier_version", &hash),
    }
}

fn approval(word: &Word, zone: Tz, tongue: &Tongue) -> String {
    let key = if word.withdrawn { "withdrawn_by" } else { "approved_by" };
    let told = tongue.say_with("why", key, &word.approval.approved_by);
    let reason = word.approval.reason.as_ref().map(|reason| format!("{}{}", tongue.colon(), tongue.quoted(reason)));
    format!("{told}, {}{}", tongue.moment(word.approval.at, zone), reason.unwrap_or_default())
}

fn judged(row: &VerdictRow, zone: Tz, tongue: &Tongue) -> String {
    let rule = row.rule.as_deref().map(|rule| because(rule, tongue)).unwrap_or_default();
    let until = row.until.map(|until: DateTime<Utc>| tongue.moment(until, zone));
    let what = match (row.verdict.as_str(), until) {
        ("send", _) => tongue.say("why", "may_leave"),
        ("hold", Some(until)) => tongue.say_with("why", "waits_until", &until),
        _ => tongue.say("why", "never_leaves"),
    };
    format!("{}{}{what}{rule}", tongue.moment(row.at, zone), tongue.colon())
}

fn because(rule: &str, tongue: &Tongue) -> String {
    format!("{}{}", tongue.colon(), tongue.say("rules", rule))
}
