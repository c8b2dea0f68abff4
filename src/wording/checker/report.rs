//! Every template, said to everyone whom it serves, and what there is to say against it.

use super::fold::{Phrase, fold};
use super::form::MOST_SEGMENTS;
use super::{Audience, Finding, Group, content, found, third_party};
use crate::domain::{Jurisdiction, Language, Message, Money, Purpose, Role, Segment};
use crate::wording::phrasebook::{CALL_SCRIPT, Phrasebook};
use crate::wording::segments::{Segments, septets};
use crate::wording::template::{Paper, Template};
use crate::wording::transliterate::plainly;
use crate::wording::voice::Voice;
use crate::wording::{Rendered, Sheet, Side, Words, samples};
use serde::Serialize;
use std::collections::HashSet;

/// With ordinary names, a message that takes more segments than this is too dear.
const ORDINARY_SEGMENTS: usize = 2;

/// More of them tell no more of a text.
const MOST_EXAMPLES: usize = 3;

/// What the checker has to say of all templates.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// What is wrong, by file.
    pub findings: Vec<Finding>,
    /// What each template weighs.
    pub templates: Vec<Weight>,
}

/// What a template weighs as an SMS; an e-mail weighs nothing.
#[derive(Debug, Clone, Serialize)]
pub struct Weight {
    /// The template, as `fr/reminder/first`.
    pub template: String,
    /// The version that its file says.
    pub version: u32,
    /// With ordinary names and amounts.
    pub ordinary: Option<Segments>,
    /// With long names and amounts, where the message must also say that it is automatic.
    pub long: Option<Segments>,
}

impl Report {
    pub(in crate::wording) fn of(words: &Words, languages: &[Language]) -> Self {
        let mut report = Self::default();
        for language in languages {
            let Ok(book) = words.phrasebook(*language) else { continue };
            for template in &book.templates {
                let mut one = Examination { words, book, template, findings: Vec::new(), read: HashSet::new() };
                report.templates.extend(one.examine(*language));
                report.findings.append(&mut one.findings);
            }
        }
        report
    }
}

/// What people would read of a text: ordinary ones, then those with long names who are written to for the first time.
pub(in crate::wording) fn examples(words: &Words, template: &Template, language: Language) -> Vec<String> {
    let Ok(book) = words.phrasebook(language) else { return Vec::new() };
    let mut one = Examination { words, book, template, findings: Vec::new(), read: HashSet::new() };
    let mut messages = one.messages(samples::ORDINARY);
    if messages.is_empty() {
        // The frame stands around every message.
        messages.push(Message::Menu);
    }
    let uses = one.uses(language, &messages[0]);
    let voice = uses.first().copied().unwrap_or(samples::ordinary(language));
    let long = Voice { first_automatic: true, ..lengthened(&voice) };
    let said = messages.iter().filter_map(|message| one.say(message, &voice));
    let mut texts: Vec<String> = said.map(|said| said.text).take(MOST_EXAMPLES).collect();
    texts.extend(one.say(&messages[0], &long).map(|said| said.text));
    texts
}

/// One template being examined.
struct Examination<'a> {
    words: &'a Words,
    book: &'a Phrasebook,
    template: &'a Template,
    findings: Vec<Finding>,
    /// Most audiences are told the same: a text is read once.
    read: HashSet<String>,
}

impl<'a> Examination<'a> {
    fn examine(&mut self, language: Language) -> Option<Weight> {
        let (messages, large) = (self.messages(samples::ORDINARY), self.messages(samples::LARGE));
        let uses = messages.first().map(|message| self.uses(language, message)).unwrap_or_default();
        let consumer = uses.is_empty() || uses.iter().any(|voice| voice.segment.is_consumer());
        let legal_step_decided = self.template.front.legal_step_decided;
        let audience = Audience { consumer, jurisdiction: None, legal_step_decided };
        self.read_the_source(audience);
        let (mut ordinary, mut long) = (None, None);
        for voice in &uses {
            for message in &messages {
                self.say_for_the_law(message, voice, audience);
                self.say_to_a_third_party(message, voice);
                heavier(&mut ordinary, self.say(message, voice));
            }
            for message in &large {
                let long_names = Voice { first_automatic: true, ..lengthened(voice) };
                heavier(&mut long, self.say(message, &long_names));
            }
        }
        let template = format!("{language}/{}", self.template.name);
        let version = self.template.front.version;
        if Paper::of(&self.template.name).is_some_and(Paper::has_subject) {
            return Some(Weight { template, version, ordinary: None, long: None });
        }
        let (ordinary, long) = (ordinary?.segments, long?.segments);
        if ordinary.count() > ORDINARY_SEGMENTS {
            self.add("length", &format!("{} segments with ordinary names", ordinary.count()), audience);
        } else if long.count() > MOST_SEGMENTS {
            self.add("length", &format!("{} segments with long names", long.count()), audience);
        }
        Some(Weight { template, version, ordinary: Some(ordinary), long: Some(long) })
    }

    /// Whether it is written on paper that has room, and a subject.
    fn is_letter(&self) -> bool {
        let name = self.template.name.as_str();
        Paper::of(name).is_some_and(Paper::has_subject)
            || [Paper::Email.frame(), Paper::Letter.frame(), CALL_SCRIPT].contains(&name)
    }

    /// Those for whom this template is the one: by who writes, to whom, under what law.
    fn uses(&self, language: Language, message: &Message) -> Vec<Voice<'a>> {
        let template = self.template;
        let mut uses = Vec::new();
        for role in [Role::Creditor, Role::Agency] {
            for segment in [Segment::Consumer, Segment::Loyal, Segment::Business] {
                let serves = match message {
                    Message::Reminder { stage, .. } => {
                        let variant = template.variant();
                        let found = self.book.staged(Paper::Text, *stage, Side::from(role), segment, variant);
                        found == self.template.name
                    }
                    Message::EmailReminder { stage, .. } => {
                        let paper = Paper::of(&self.template.name).unwrap_or(Paper::Email);
                        self.book.staged(paper, *stage, Side::from(role), segment, None) == self.template.name
                    }
                    _ => segment == Segment::Consumer,
                };
                if serves {
                    let voice = Voice { variant: template.variant(), ..samples::ordinary(language) };
                    let voice = if role == Role::Creditor { voice } else { samples::collecting(voice) };
                    let laws = [Jurisdiction::Fr, Jurisdiction::Uk, Jurisdiction::Us];
                    uses.extend(laws.map(|jurisdiction| under(jurisdiction, Voice { segment, ..voice })));
                }
            }
        }
        uses
    }

    /// The messages that this template may have to put into words.
    fn messages(&self, amount: Money) -> Vec<Message> {
        let stage = self.template.front.stage;
        let name = |message: &Message| serde_json::to_value(message).ok()?.get("say")?.as_str().map(str::to_owned);
        let said = match Paper::of(&self.template.name) {
            Some(Paper::Email | Paper::Letter) => samples::emails(amount),
            _ => samples::messages(amount),
        };
        said.into_iter()
            .filter(|message| match message {
                Message::EmailReminder { stage: of, .. } => stage == Some(*of),
                Message::Reminder { stage: of, .. } => stage == Some(*of),
                message => stage.is_none() && name(message).as_deref() == Some(&self.template.name),
            })
            .collect()
    }

    /// The words themselves, in every branch.
    fn read_the_source(&mut self, audience: Audience) {
        let plain = without_code(&without_the_account(&self.template.body));
        for finding in self.book.checker.check(&plain, audience) {
            if self.is_letter() && finding.group == "length" {
                continue;
            }
            let clue = finding.words.clone();
            self.place(finding, &clue);
        }
        if self.is_letter() {
            return;
        }
        let mut seen = Vec::new();
        for letter in plain.chars().filter(|letter| !letter.is_whitespace() && septets(*letter).is_none()) {
            if !seen.contains(&letter) {
                seen.push(letter);
                if let Some(group) = Group::named("encoding") {
                    let words = format!("{letter} → {}", plainly(letter));
                    self.place(found(group, &words, audience), &letter.to_string());
                }
            }
        }
    }

    /// What the message must say, said at the worst moment: when it is also the first.
    fn say_for_the_law(&mut self, message: &Message, voice: &Voice<'_>, audience: Audience) {
        if message.purpose() == Purpose::Agent {
            return;
        }
        let first = Voice { first_automatic: true, ..*voice };
        let Some(said) = self.say(message, &first) else { return };
        let missing = match Paper::of(&self.template.name) {
            Some(Paper::Letter) => content::missing_from_letter(message, &first, &said.text, self.book),
            _ => content::missing(message, &first, &said.text, self.book),
        };
        for what in missing {
            self.add("missing content", what, Audience::STRICTEST);
        }
        if !self.read.insert(said.text.clone()) {
            return;
        }
        // The whole may say what no part of it says alone.
        for finding in self.book.checker.check(&said.text, audience) {
            if !matches!(finding.group.as_str(), "links" | "length") {
                let clue = finding.words.clone();
                self.place(finding, &clue);
            }
        }
    }

    /// What somebody else would learn from it. The trade that the law makes a collector say is not held against it.
    fn say_to_a_third_party(&mut self, message: &Message, voice: &Voice<'_>) {
        let signs: Vec<_> = self.book.locale.signs().collect();
        if Paper::of(&self.template.name) == Some(Paper::Letter) {
            // An envelope is closed.
            return;
        }
        if let Some(subject) = self.say(message, voice).and_then(|said| said.subject) {
            // Whoever stands near a screen reads the subject, and not what is under it: it names the matter, never a debt.
            for told in third_party::told(&subject, &signs, &[], &self.book.checker) {
                self.add("debt in a subject", &told, Audience::STRICTEST);
            }
            return;
        }
        if message.purpose() == Purpose::Agent {
            return;
        }
        if !message.speaks_of_the_debt() {
            let Some(said) = self.say(message, voice) else { return };
            let values: Vec<_> = [voice.invoice, voice.link].into_iter().flatten().collect();
            for told in third_party::told(&said.text, &signs, &values, &self.book.checker) {
                self.add("third party", &told, Audience::STRICTEST);
            }
            return;
        }
        let short = samples::short(voice.language);
        let Voice { segment, jurisdiction, role, variant, .. } = *voice;
        let short = Voice { segment, jurisdiction, role, variant, ..short };
        let Some(said) = self.say(message, &short) else { return };
        if let Some(amount) = third_party::amount_in_preview(&said.text, &signs) {
            self.add("third party", &amount, Audience::STRICTEST);
        }
        for words in third_party::words_in_preview(&said.text, &self.book.checker) {
            self.add("debt on a locked screen", words, Audience::STRICTEST);
        }
    }

    fn say(&mut self, message: &Message, voice: &Voice<'_>) -> Option<Rendered> {
        let said = match (Paper::of(&self.template.name), message) {
            (Some(Paper::Letter), Message::EmailReminder { stage, amount, due_on, by }) => {
                let sheet =
                    Sheet { amount: *amount, due_on: *due_on, by: *by, principal: *amount, ..samples::sheet(*stage) };
                self.words.letter(&sheet, voice)
            }
            _ => self.words.render(message, voice),
        };
        match said {
            Ok(said) => Some(said),
            Err(error) => {
                let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
                self.add("cannot be said", &cause, Audience::STRICTEST);
                None
            }
        }
    }

    fn add(&mut self, group: &str, words: &str, audience: Audience) {
        if let Some(group) = Group::named(group) {
            self.place(found(group, words, audience), words);
        }
    }

    /// Keeps a finding once, with the line where `clue` stands.
    fn place(&mut self, mut finding: Finding, clue: &str) {
        let free = Group::named(&finding.group).is_some_and(|group| group.free_in.contains(&self.template.name));
        let known = self.findings.iter().any(|f| f.group == finding.group && f.words == finding.words);
        if free || known {
            return;
        }
        let plain = without_code(&self.template.body);
        let watched = Phrase::from(clue.to_owned());
        let says_it = |line: &str| line.contains(clue) || watched.is_in(&fold(line));
        let at = plain.lines().position(says_it).unwrap_or(0);
        finding.file = Some(self.template.file.clone());
        finding.line = Some(self.template.first_line + at);
        self.findings.push(finding);
    }
}

fn heavier(heaviest: &mut Option<Rendered>, said: Option<Rendered>) {
    let weight = |said: &Rendered| (said.segments.count(), said.segments.units);
    if said.as_ref().is_some_and(|said| heaviest.as_ref().is_none_or(|before| weight(said) > weight(before))) {
        *heaviest = said;
    }
}

/// The same voice with long names.
fn lengthened<'a>(voice: &Voice<'a>) -> Voice<'a> {
    let long = samples::long(voice.language);
    let long = if voice.role == Role::Creditor { long } else { samples::collecting(long) };
    under(voice.jurisdiction, Voice { segment: voice.segment, variant: voice.variant, ..long })
}

/// The same voice under a law, which may not want the first letter recalled.
fn under(jurisdiction: Jurisdiction, voice: Voice<'_>) -> Voice<'_> {
    Voice { jurisdiction, letter: voice.letter.filter(|_| voice.role.needs_letter(jurisdiction)), ..voice }
}

/// The words of a template without the account of the settings, whose number was checked; a number that is typed in stays.
fn without_the_account(body: &str) -> String {
    body.replace("IBAN {{ transfer.iban }}", "")
}

/// The words of a template without its tags, each line in its place.
fn without_code(body: &str) -> String {
    let mut plain = String::with_capacity(body.len());
    let mut rest = body;
    while let Some(at) = rest.find("{{").into_iter().chain(rest.find("{%")).chain(rest.find("{#")).min() {
        plain.push_str(&rest[..at]);
        let close = match &rest[at..at + 2] {
            "{{" => "}}",
            "{%" => "%}",
            _ => "#}",
        };
        let end = rest[at..].find(close).map_or(rest.len(), |end| at + end + close.len());
        plain.push(' ');
        plain.extend(rest[at..end].chars().filter(|c| *c == '\n'));
        rest = &rest[end..];
    }
    plain.push_str(rest);
    plain
}
