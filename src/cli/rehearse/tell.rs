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
            println!("{}{} {}", self.words.day(*day, from, self.language), self.colon(), self.sums(sums));
            for (template, count) in &sums.by_template {
                println!("  {count:>6}  {template}");
            }
            self.groups(sums);
            for one in by_day.get(day).into_iter().flatten() {
                println!(
                    "    {} {} ({}) {}",
                    hour(one.at, one.zone),
                    one.case,
                    one.creditor,
                    self.happening(&one.what)
                );
            }
        }
        let total = &calendar.total;
        println!(
            "{} {from} {} {to}{} {}",
            self.say("Du", "From"),
            self.say("au", "to"),
            self.colon(),
            self.sums(total)
        );
        let (colon, of) = (self.colon(), self.say("sur", "of"));
        let told = self.say("dossiers avec au moins un message", "cases with a message");
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

    fn sums(&self, day: &Day) -> String {
        let price = self.price.map(|price| self.words.amount(price.of(day.segments), self.language));
        let cost = price.map(|price| format!(", {price}")).unwrap_or_default();
        let texts = self.say("SMS", if day.texts == 1 { "text" } else { "texts" });
        let segments = if day.segments == 1 { "segment" } else { "segments" };
        let emails = match day.emails {
            0 => String::new(),
            1 => format!(", 1 {}", self.say("courriel", "e-mail")),
            many => format!(", {many} {}", self.say("courriels", "e-mails")),
        };
        format!("{} {texts} ({} {segments}{cost}){emails}", day.texts, day.segments)
    }

    /// What does not leave, and what is left to people.
    fn groups(&self, day: &Day) {
        for (rule, count) in &day.waiting {
            println!("  {count:>6}  {}{} {}", self.say("en attente", "waiting"), self.colon(), self.rules.rule(rule));
        }
        for (rule, count) in &day.refused {
            println!(
                "  {count:>6}  {}{} {}",
                self.say("ne partent pas", "not leaving"),
                self.colon(),
                self.rules.rule(rule)
            );
        }
        for (intent, count) in &day.replies {
            println!("  {count:>6}  {}{} {}", self.say("réponses", "replies"), self.colon(), self.rules.intent(intent));
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

    fn happening(&self, what: &What) -> String {
        match what {
            What::Leaves { channel: Channel::Email, template, text, .. } => format!("{template} {text}"),
            What::Leaves { template, text, segments, .. } => format!("{template} [{segments}] {text}"),
            What::Waits { template, rule, until } => {
                let until = until.map(|until| format!(" → {}", until.format("%Y-%m-%d %H:%M UTC"))).unwrap_or_default();
                format!("{template} {}{} {}{until}", self.say("attend", "waits"), self.colon(), self.rules.rule(rule))
            }
            What::Refused { template, rule } => {
                format!(
                    "{template} {}{} {}",
                    self.say("ne part pas", "does not leave"),
                    self.colon(),
                    self.rules.rule(rule)
                )
            }
            What::Task { kind } => {
                format!("{}{} {}", self.say("à faire", "to do"), self.colon(), self.rules.task(kind.label()))
            }
            What::Replies { intent } => {
                format!("{}{} {}", self.say("répond", "answers"), self.colon(), self.rules.intent(intent.label()))
            }
        }
    }
}

fn local_day(one: &Happening) -> NaiveDate {
    one.at.with_timezone(&one.zone).date_naive()
}

fn hour(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%H:%M").to_string()
}
