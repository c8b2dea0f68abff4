//! From what was found to one reading that is consistent with the annotation guide, and its reasons.
//!
//! The order of authority: the first word STOP, a bare answer, a plain statement, words that leave no doubt, the model.

use super::details;
use super::grounds;
use super::model::{Known, Model, PRIMARY, QUESTIONS, Question, Scores};
use super::risk;
use super::seen::Seen;
use super::signals::Signal;
use crate::domain::{Acknowledges, Asked, Intent, Keyword, Reading, Reason, Vulnerability};

/// From here a yes of the model counts.
const YES: f32 = 0.5;
/// From here a circumstance counts: a false alarm costs an agent a minute, a missed one costs far more.
const ALARM: f32 = 0.3;
/// The same for one that forbids every demand.
const GRAVE_ALARM: f32 = 0.2;
/// A word of the list counts unless the model is this sure that it means something else.
const ALL_CLEAR: f32 = 0.01;
/// From here a graver intent that the model hears beside the primary one takes its place.
const OUTRANKS: f32 = 0.6;
/// … a wish to be left alone sooner: in doubt, it is obeyed.
const OPT_OUT_OUTRANKS: f32 = 0.1;
/// … when it is also not far from being the primary one.
const NOT_FAR: f32 = 0.2;
/// How sure we are at least of a dispute said in so many words.
const PLAINLY: f32 = 0.8;
/// How sure we are of an answer that is a bare yes, a bare no or a greeting, word for word.
const WORD_FOR_WORD: f32 = 0.98;
/// How many groups of words are given as the reason of an intent.
const GROUNDS: usize = 4;

/// Everything that a reading is concluded from.
#[derive(Clone)]
pub(super) struct Findings<'a> {
    pub(super) seen: &'a Seen<'a>,
    pub(super) asked: Option<Asked>,
    pub(super) scores: Scores,
    pub(super) model: &'a Model,
    pub(super) known: &'a Known<'a>,
    pub(super) short_answer: Option<Intent>,
    pub(super) plain: Option<Intent>,
    pub(super) bare: Option<Intent>,
    pub(super) begins_with_stop: bool,
}

/// The reading of a message that is a keyword.
pub(super) fn keyword(keyword: Keyword, message: &str) -> Reading {
    let (intent, name) = match keyword {
        Keyword::Stop => (Intent::OptOut, "stop"),
        Keyword::Start => (Intent::Unclear, "start"),
        Keyword::Help => (Intent::InfoRequest, "help"),
    };
    let words = message.trim();
    let why = vec![
        reason(format!("intent={}", intent.label()), words, "keyword"),
        reason(format!("keyword={name}"), words, "keyword"),
    ];
    Reading { keyword: Some(keyword), why, ..Reading::bare(intent) }
}

/// The reading of a number of the menu.
pub(super) fn menu(intent: Intent, message: &str) -> Reading {
    let acknowledges = intent.implied();
    let mut why = vec![reason(format!("intent={}", intent.label()), message.trim(), "answer to the numbered menu")];
    if acknowledges == Acknowledges::Implied {
        why.push(reason("acknowledges=implied".to_owned(), message.trim(), "follows from the intent"));
    }
    Reading { acknowledges, why, ..Reading::bare(intent) }
}

/// The reading of the number of a card or an account, and nothing else: whoever sends it wants to pay.
pub(super) fn only_secrets(masked: &str) -> Reading {
    let intent = Intent::PaymentHelp;
    let why = vec![
        reason(format!("intent={}", intent.label()), masked.trim(), "the number of a card or an account"),
        reason("acknowledges=implied".to_owned(), masked.trim(), "follows from the intent"),
    ];
    Reading { acknowledges: intent.implied(), secrets: true, why, ..Reading::bare(intent) }
}

/// The reading of everything else.
pub(super) fn conclude(found: &Findings<'_>) -> Reading {
    let mut reading = primary(found);
    secondary(found, &mut reading);
    signals(found, &mut reading);
    acknowledges(found, &mut reading);
    details::add(found, &mut reading);
    if !certain(found) {
        reading.risk = risk::of(&reading, &found.scores);
        reading.admission_risk = risk::of_admission(&reading, &found.scores);
    }
    reading
}

/// True when a rule decided the primary intent, not the model.
fn certain(found: &Findings<'_>) -> bool {
    found.begins_with_stop || found.bare.is_some() || found.short_answer.is_some() || found.plain.is_some()
}

fn primary(found: &Findings<'_>) -> Reading {
    let best = best(found);
    ruled(found, best).unwrap_or_else(|| weighed(found, best))
}

/// True when words alone settled the primary intent, and no weighing could have said otherwise.
pub(super) fn by_rule(found: &Findings<'_>) -> bool {
    ruled(found, best(found)).is_some()
}

fn best(found: &Findings<'_>) -> Intent {
    let best = Intent::ALL.into_iter().max_by(|a, b| found.scores.of(*a).total_cmp(&found.scores.of(*b)));
    best.unwrap_or(Intent::Unclear)
}

/// What a rule makes of it; `best` is what the model hears first.
fn ruled(found: &Findings<'_>, best: Intent) -> Option<Reading> {
    let whole = found.seen.message.original().trim();
    let certain = |intent: Intent, confidence: f32, rule: &str| Reading {
        confidence,
        why: vec![reason(format!("intent={}", intent.label()), whole, rule)],
        ..Reading::bare(intent)
    };
    if found.begins_with_stop {
        let mut reading = certain(Intent::OptOut, 1.0, "the first word is STOP");
        reading.keyword = Some(Keyword::Stop);
        reading.why.push(reason("keyword=stop".to_owned(), whole, "the first word is STOP"));
        return Some(reading);
    }
    if let Some(intent) = found.bare {
        return Some(certain(intent, WORD_FOR_WORD, "a bare answer to what was asked"));
    }
    if let Some(intent) = found.short_answer {
        return Some(certain(intent, WORD_FOR_WORD, "a bare answer"));
    }
    if let Some(intent) = found.plain {
        return Some(certain(intent, WORD_FOR_WORD, "says just that"));
    }
    if whole.chars().all(|c| !c.is_alphanumeric() && c.is_ascii()) {
        return Some(certain(Intent::Unclear, WORD_FOR_WORD, "no word in it"));
    }
    if let Some(span) = found.seen.signals.get(&Signal::Disputed).filter(|_| best >= Intent::Dispute) {
        let why =
            vec![reason("intent=dispute".to_owned(), found.seen.message.words(span), "contests it in so many words")];
        let confidence = found.scores.of(Intent::Dispute).max(PLAINLY);
        return Some(Reading { confidence, why, ..Reading::bare(Intent::Dispute) });
    }
    if let Some(span) = found.seen.signals.get(&Signal::Vulnerable(Vulnerability::SelfHarm))
        && (!best.can_be_secondary() || best == Intent::Hostile)
    {
        let words = found.seen.message.words(span);
        let why = vec![reason("intent=hardship".to_owned(), words, "speaks of ending their life")];
        return Some(Reading { confidence: PLAINLY, why, ..Reading::bare(Intent::Hardship) });
    }
    None
}

/// What the model makes of it.
fn weighed(found: &Findings<'_>, best: Intent) -> Reading {
    let part_paid = matches!(best, Intent::Promise | Intent::PlanRequest | Intent::ExtensionRequest);
    let graver = Intent::ALL.into_iter().find(|intent| {
        *intent < best
            && best.can_be_secondary()
            && !(*intent == Intent::AlreadyPaid && part_paid)
            && found.scores.yes(Question::Says(*intent)) >= outranks(*intent)
            && found.scores.of(*intent) >= NOT_FAR
    });
    let intent = graver.unwrap_or(best);
    let confidence = found.scores.of(intent).max(if graver.is_some() { YES } else { 0.0 });
    let mut reading = Reading { confidence, ..Reading::bare(intent) };
    because(found, &mut reading, format!("intent={}", intent.label()), intent as usize, GROUNDS);
    reading
}

/// From how sure on an intent takes the place of one less grave.
fn outranks(intent: Intent) -> f32 {
    if intent == Intent::OptOut { OPT_OUT_OUTRANKS } else { OUTRANKS }
}

fn secondary(found: &Findings<'_>, reading: &mut Reading) {
    // What a rule took for the whole message says nothing else; after STOP anything may follow.
    let says_one_thing = certain(found) && !found.begins_with_stop;
    if says_one_thing || !reading.intent.can_be_secondary() {
        return;
    }
    for intent in Intent::ALL {
        let question = Question::Says(intent);
        let left_out = intent == reading.intent
            || !intent.can_be_secondary()
            || (intent == Intent::Acknowledgment && reading.intent == Intent::Dispute);
        // Under a STOP, the primary columns still tell what else was said.
        let heard = found.scores.yes(question) >= YES || (found.begins_with_stop && found.scores.of(intent) >= YES);
        if !left_out && heard {
            reading.also.push(intent);
            because(found, reading, format!("also={}", intent.label()), column(question), 1);
        }
    }
}

fn signals(found: &Findings<'_>, reading: &mut Reading) {
    for question in QUESTIONS {
        let (signal, name) = match question {
            Question::Vulnerable(v) => (Signal::Vulnerable(v), format!("vulnerable={}", label(&v))),
            Question::Represented => (Signal::Represented, "represented=true".to_owned()),
            Question::LegalThreat => (Signal::LegalThreat, "legal_threat=true".to_owned()),
            _ => continue,
        };
        let said = found.seen.signals.get(&signal);
        let heard = found.scores.yes(question);
        let grave = matches!(signal, Signal::Vulnerable(v) if v.forbids_demands());
        let (alarm, all_clear) = if grave { (GRAVE_ALARM, 0.0) } else { (ALARM, ALL_CLEAR) };
        if heard < alarm && (said.is_none() || heard < all_clear) {
            continue;
        }
        match signal {
            Signal::Vulnerable(v) => reading.signals.vulnerable.push(v),
            Signal::Represented => reading.signals.represented = true,
            Signal::LegalThreat => reading.signals.legal_threat = true,
            Signal::Disputed => {}
        }
        match said {
            Some(span) => reading.why.push(reason(name, found.seen.message.words(span), "words of the list")),
            None => because(found, reading, name, column(question), 1),
        }
    }
    reading.signals.vulnerable.sort_unstable();
    if reading.signals.legal_threat && !reading.says(Intent::Hostile) {
        reading.also.push(Intent::Hostile);
        reading.also.sort_unstable();
        let words = words_of(reading, "legal_threat");
        reading.why.push(reason("also=hostile".to_owned(), &words, "a threat to go to law is hostile, however polite"));
    }
}

fn acknowledges(found: &Findings<'_>, reading: &mut Reading) {
    let never = [Intent::Dispute, Intent::WrongNumber, Intent::AlreadyPaid];
    if never.contains(&reading.intent) || !reading.intent.can_be_secondary() {
        return;
    }
    let explicit = reading.says(Intent::Acknowledgment) || found.scores.yes(Question::Explicit) >= 0.6;
    if explicit {
        reading.acknowledges = Acknowledges::Explicit;
        because(found, reading, "acknowledges=explicit".to_owned(), column(Question::Explicit), 1);
        if !reading.says(Intent::Acknowledgment) {
            reading.also.push(Intent::Acknowledgment);
            reading.also.sort_unstable();
            let words = words_of(reading, "acknowledges");
            reading.why.push(reason(
                "also=acknowledgment".to_owned(),
                &words,
                "an explicit admission is always listed",
            ));
        }
        return;
    }
    let offers = reading.also.iter().any(|i| i.implied() == Acknowledges::Implied);
    let acts = match reading.intent {
        Intent::Hardship => found.scores.yes(Question::Implied) >= 0.35,
        Intent::OptOut => offers && found.scores.yes(Question::Implied) >= 0.35,
        intent => intent.implied() == Acknowledges::Implied,
    };
    if acts {
        reading.acknowledges = Acknowledges::Implied;
        let words = words_of(reading, "intent");
        reading.why.push(reason("acknowledges=implied".to_owned(), &words, "they act as if the debt were theirs"));
    }
}

fn because(found: &Findings<'_>, reading: &mut Reading, concluded: String, column: usize, count: usize) {
    let spans = grounds::of(found.model, column, &found.seen.message, found.known, count);
    if spans.is_empty() {
        reading.why.push(reason(concluded, "", "what the model learnt from labelled replies"));
        return;
    }
    for span in spans {
        let words = found.seen.message.words(&span);
        reading.why.push(reason(concluded.clone(), words, "what the model learnt from labelled replies"));
    }
}

/// The words that led to an earlier conclusion.
fn words_of(reading: &Reading, concluded: &str) -> String {
    let leads = |why: &&Reason| why.concluded.starts_with(concluded);
    reading.why.iter().find(leads).map_or(String::new(), |why| why.words.clone())
}

fn column(question: Question) -> usize {
    PRIMARY + QUESTIONS.iter().position(|q| *q == question).unwrap_or(0)
}

pub(super) fn reason(concluded: String, words: &str, rule: &str) -> Reason {
    Reason { concluded, words: words.to_owned(), rule: rule.to_owned() }
}

/// A value as the guide writes it.
pub(super) fn label<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}
