//! The calendar of a rehearsal in words.

use crate::app::Open;
use crate::config::SegmentPrice;
use crate::domain::Language;
use crate::domain::campaign::{CONTROL, PLAIN};
use crate::domain::dunning::Channel;
use crate::rehearsal::{Calendar, Day, Happening, What};
use crate::web::RuleWords;
use crate::wording::Words;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(in crate::cli) struct Telling {
    language: Language,
    rules: RuleWords,
    words: Arc<Words>,
    price: Option<SegmentPrice>,
}

impl Telling {
    pub fn new(language: Language, price: Option<SegmentPrice>, open: &Open) -> Self {
        Self {
            language,
            rules: RuleWords::in_language(language),
            words: Arc::clone(&open.service.rules().words),
            price,
        }
    }

    fn say<'s>(&self, french: &'s str, english: &'s str) -> &'s str {
        if self.language == Language::EN { english } else { french }
    }

    pub fn tell(&self, calendar: &Calendar, each: &[Happening], cases: usize, from: NaiveDate, to: NaiveDate) {
        let mut by_day: BTreeMap<NaiveDate, Vec<&Happening>> = BTreeMap::new();
        for one in each {
            by_day.entry(local_day(one)).or_default().push(one);
        }
        for (day, sums) in &calendar.days {
            let leaves = self.sums(sums).map(|sums| format!("{} {sums}", self.colon())).unwrap_or_default();
            println!("{}{leaves}", self.words.day(*day, from, self.language));
            for (template, count) in &sums.by_template {
                println!("  {count:>6}  {}", self.called(template));
            }
            self.groups(sums);
            for one in by_day.get(day).into_iter().flatten() {
                println!("    {} {} ({}) {}", hour(one.at, one.zone), one.case, one.creditor, self.happening(one));
            }
        }
        let total = &calendar.total;
        let [first, last] = [from, to].map(|day| self.words.day(day, NaiveDate::MIN, self.language));
        println!(
            "{} {first} {} {last}{} {}",
            self.say("Du", "From"),
            self.say("au", "to"),
            self.colon(),
            self.sums(total).unwrap_or_else(|| self.say("rien ne part", "nothing leaves").to_owned())
        );
        let (colon, of) = (self.colon(), self.say("sur", "of"));
        let told = self.say("dossiers à qui l'on écrit", "cases written to");
        println!("  {told}{colon} {} {of} {cases}", calendar.cases_written_to);
        self.groups(total);
        println!("{}", self.say("Rien n'a été envoyé.", "Nothing was sent."));
    }

    /// How many cases drew which wording.
    pub fn arms(&self, arms: &BTreeMap<String, usize>) {
        for (arm, cases) in arms {
            let called = match arm.as_str() {
                CONTROL => self.say("laissés de côté pour comparer", "left untouched, to compare"),
                PLAIN => self.say("texte habituel", "usual text"),
                variant => variant,
            };
            println!("{cases:>8}  {called}");
        }
    }

    /// How many cases have to wait at first, by rule.
    pub fn delayed(&self, delayed: &BTreeMap<&'static str, usize>) {
        for (rule, cases) in delayed {
            println!(
                "{cases:>8}  {}{} {}",
                self.say("attendent d'abord", "wait at first"),
                self.colon(),
                self.rules.rule(rule)
            );
        }
    }

    /// A colon, as each language sets it.
    fn colon(&self) -> &'static str {
        if self.language == Language::EN { ":" } else { " :" }
    }

    /// What leaves, in sums; nothing where nothing does.
    fn sums(&self, day: &Day) -> Option<String> {
        let price = self.price.map(|price| self.words.amount(price.of(day.segments), self.language));
        let cost = price.map(|price| format!(", {price}")).unwrap_or_default();
        let texts = (day.texts > 0).then(|| {
            let segments = counted(day.segments, "segment", "segments");
            format!("{} ({segments}{cost})", counted(day.texts, self.say("SMS", "text"), self.say("SMS", "texts")))
        });
        let email = (self.say("e-mail", "e-mail"), self.say("e-mails", "e-mails"));
        let emails = (day.emails > 0).then(|| counted(day.emails, email.0, email.1));
        let told: Vec<String> = [texts, emails].into_iter().flatten().collect();
        (!told.is_empty()).then(|| told.join(", "))
    }

    /// What does not leave, and what is left to people.
    fn groups(&self, day: &Day) {
        for (rule, count) in &day.waiting {
            println!("  {count:>6}  {}{} {}", self.say("en attente", "waiting"), self.colon(), self.rules.rule(rule));
        }
        for (rule, count) in &day.refused {
            let never = self.say(if *count < 2 { "ne part pas" } else { "ne partent pas" }, "not leaving");
            println!("  {count:>6}  {never}{} {}", self.colon(), self.rules.rule(rule));
        }
        for (intent, count) in &day.replies {
            let french = if *count < 2 { "réponse" } else { "réponses" };
            let said = self.say(french, if *count < 2 { "reply" } else { "replies" });
            println!("  {count:>6}  {said}{} {}", self.colon(), self.rules.intent(intent));
        }
        for (kind, count) in &day.tasks {
            println!(
                "  {count:>6}  {}{} {}",
                self.say("à faire par une personne", "for a person"),
                self.colon(),
                self.rules.task(kind.label())
            );
        }
    }

    /// A text by its name, with that of its file.
    fn called(&self, template: &str) -> String {
        format!("{} ({template})", self.rules.template(template))
    }

    fn happening(&self, one: &Happening) -> String {
        let colon = self.colon();
        match &one.what {
            What::Leaves { channel: Channel::Email, template, text, subject, attachment, .. } => {
                let subject = subject.as_deref().unwrap_or_default();
                let attached = self.say("pièce jointe", "attached");
                let attached = attachment.as_ref().map(|file| format!(" [{attached}{colon} {file}]"));
                format!("{}{colon} « {subject} »{} {text}", self.called(template), attached.unwrap_or_default())
            }
            What::Leaves { template, text, segments, .. } => {
                format!("{} [{}] {text}", self.called(template), counted(*segments, "segment", "segments"))
            }
            What::Waits { template, rule, until } => {
                let until = until.map(|until| format!(" → {}", self.moment(until, one.zone))).unwrap_or_default();
                let waits = self.say("attend", "waits");
                format!("{} {waits}{colon} {}{until}", self.called(template), self.rules.rule(rule))
            }
            What::Refused { template, rule } => {
                let never = self.say("ne part pas", "does not leave");
                format!("{} {never}{colon} {}", self.called(template), self.rules.rule(rule))
            }
            What::LeftOut { rule } => {
                format!("{}{colon} {}", self.say("campagne, écarté", "campaign, left out"), self.rules.rule(rule))
            }
            What::Task { kind } => {
                format!("{}{colon} {}", self.say("à faire", "to do"), self.rules.task(kind.label()))
            }
            What::Replies { intent } => {
                format!("{}{colon} {}", self.say("répond", "answers"), self.rules.intent(intent.label()))
            }
        }
    }

    /// A day and an hour where the debtor lives.
    fn moment(&self, at: DateTime<Utc>, zone: Tz) -> String {
        let local = at.with_timezone(&zone);
        format!("{}, {}", self.words.day(local.date_naive(), local.date_naive(), self.language), local.format("%H:%M"))
    }
}

/// A number with what it counts.
fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count < 2 { one } else { many })
}

fn local_day(one: &Happening) -> NaiveDate {
    one.at.with_timezone(&one.zone).date_naive()
}

fn hour(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M").to_string()
}
