//! The pages: compiled once, escaped by default, and never kept by a browser or a proxy.

use super::errors::Fault;
use crate::domain::{Language, Money};
use crate::wording::{Words, keep_together};
use actix_web::http::StatusCode;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, ContentType, REFERRER_POLICY, VARY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::{HttpResponse, HttpResponseBuilder};
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use minijinja::value::{Serde, Value};
use minijinja::{Environment, UndefinedBehavior, context};
use std::sync::Arc;

/// Nothing from elsewhere, nothing inline, no frame around it, no form that posts elsewhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const TEMPLATES: [(&str, &str); 17] = [
    ("frame.html", include_str!("pages/frame.html")),
    ("bar.html", include_str!("pages/bar.html")),
    ("debtor.html", include_str!("pages/debtor.html")),
    ("receipt.html", include_str!("pages/receipt.html")),
    ("gone.html", include_str!("pages/gone.html")),
    ("login.html", include_str!("pages/login.html")),
    ("tasks.html", include_str!("pages/tasks.html")),
    ("case.html", include_str!("pages/case.html")),
    ("outcomes.html", include_str!("pages/outcomes.html")),
    ("sending.html", include_str!("pages/sending.html")),
    ("talk.html", include_str!("pages/talk.html")),
    ("letter.html", include_str!("pages/letter.html")),
    ("call.html", include_str!("pages/call.html")),
    ("refused.html", include_str!("pages/refused.html")),
    ("texts.html", include_str!("pages/texts.html")),
    ("reason.html", include_str!("pages/reason.html")),
    ("demo.html", include_str!("pages/demo.html")),
];

const FRENCH: &str = include_str!("pages/fr.toml");
const ENGLISH: &str = include_str!("pages/en.toml");

/// Every page, in every language.
pub(super) struct Pages {
    templates: Environment<'static>,
    french: toml::Table,
    english: toml::Table,
}

impl Pages {
    /// Compiles what the binary carries.
    pub fn compiled() -> Self {
        let mut templates = Environment::new();
        templates.set_undefined_behavior(UndefinedBehavior::Strict);
        // With it, errors would quote what pages were rendered with.
        templates.set_debug(false);
        for (name, source) in TEMPLATES {
            templates.add_template(name, source).expect("the pages are part of the binary, and tested");
        }
        let on_screen = |language| typeset(words(language), language);
        Self { templates, french: on_screen(Language::FR), english: on_screen(Language::EN) }
    }

    /// Says things in `language` at the instant `now`.
    pub fn tongue<'a>(&'a self, language: Language, words: Arc<Words>, now: DateTime<Utc>) -> Tongue<'a> {
        let table = if language == Language::EN { &self.english } else { &self.french };
        Tongue { language, table, words, now }
    }

    /// A page.
    pub fn page(&self, status: StatusCode, tongue: &Tongue, name: &str, with: Value) -> Result<HttpResponse, Fault> {
        let t = Value::from(Serde(tongue.table));
        let lang = tongue.language.code();
        let html = self.templates.get_template(name)?.render(context! { t, lang, ..with })?;
        Ok(private(HttpResponse::build(status)).content_type(ContentType::html()).body(html))
    }
}

/// What the pages say in `language`, as it is written.
fn words(language: Language) -> toml::Table {
    let text = if language == Language::EN { ENGLISH } else { FRENCH };
    text.parse().expect("the words of the pages are part of the binary, and tested")
}

/// The same with its no-break spaces; lists are what people may send, and stay as they would write it.
fn typeset(table: toml::Table, language: Language) -> toml::Table {
    let kept = |value| match value {
        toml::Value::String(text) => toml::Value::String(keep_together(&text, language)),
        toml::Value::Table(inner) => toml::Value::Table(typeset(inner, language)),
        other => other,
    };
    table.into_iter().map(|(key, value)| (key, kept(value))).collect()
}

/// What is true of every answer that shows a case: kept by nobody, framed by nobody, telling nobody where it came from.
pub(super) fn private(mut response: HttpResponseBuilder) -> HttpResponseBuilder {
    response
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((X_FRAME_OPTIONS, "DENY"))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header(("x-robots-tag", "noindex, nofollow"))
        .insert_header((VARY, "accept-language"));
    response
}

/// One language, at one instant.
#[derive(Clone)]
pub(super) struct Tongue<'a> {
    pub language: Language,
    table: &'a toml::Table,
    words: Arc<Words>,
    pub now: DateTime<Utc>,
}

/// The words of rules and states in one language, for those who read them elsewhere than on a page.
pub struct RuleWords(toml::Table);

impl RuleWords {
    /// Those of a language that the pages speak.
    #[must_use]
    pub fn in_language(language: Language) -> Self {
        Self(words(language))
    }

    /// What a rule says.
    #[must_use]
    pub fn rule<'a>(&'a self, name: &'a str) -> &'a str {
        self.say("rules", name)
    }

    /// What the state of a case is called.
    #[must_use]
    pub fn state<'a>(&'a self, name: &'a str) -> &'a str {
        self.say("states", name)
    }

    /// What a person is to do.
    #[must_use]
    pub fn task<'a>(&'a self, label: &'a str) -> &'a str {
        self.say("tasks", label)
    }

    /// What a reply means.
    #[must_use]
    pub fn intent<'a>(&'a self, label: &'a str) -> &'a str {
        self.say("intents", label)
    }

    /// What a text is called, by its template: `fr/reminder/first.loyal@direct` is the first reminder, in its variant.
    #[must_use]
    pub fn template(&self, template: &str) -> String {
        template_words(&self.0, template)
    }

    /// The same with `{value}` filled in.
    #[must_use]
    pub fn say_with(&self, group: &str, key: &str, value: &str) -> String {
        self.say(group, key).replace("{value}", value)
    }

    /// A number with the word for what it counts: `one` of them, or `many`.
    #[must_use]
    pub fn count(&self, group: &str, count: u64, one: &str, many: &str) -> String {
        let none_is_many = self.say("punctuation", "zero") == "many";
        let key = if count == 1 || (count == 0 && !none_is_many) { one } else { many };
        format!("{count} {}", self.say(group, key))
    }

    /// The words of `key` in a group; the key itself where nobody gave it words.
    #[must_use]
    pub fn say<'a>(&'a self, group: &str, key: &'a str) -> &'a str {
        self.0.get(group).and_then(|group| group.get(key)).and_then(toml::Value::as_str).unwrap_or(key)
    }
}

fn template_words(table: &toml::Table, template: &str) -> String {
    let said = |group: &str, key: &str| table.get(group).and_then(|group| group.get(key)).and_then(toml::Value::as_str);
    let name = template.split_once('/').map_or(template, |(_, name)| name);
    let (name, variant) = name.split_once('@').map_or((name, None), |(name, variant)| (name, Some(variant)));
    let name = name.split_once('.').map_or(name, |(name, _)| name);
    let told = match name.split_once('/') {
        Some(("email", stage)) => {
            said("templates", "email").zip(said("stages", stage)).map(|(frame, stage)| frame.replace("{value}", stage))
        }
        Some((_, stage)) => said("stages", stage).map(str::to_owned),
        None => said("templates", name).map(str::to_owned),
    };
    let variant = variant.zip(said("templates", "variant")).map(|(name, frame)| frame.replace("{value}", name));
    format!("{}{}", told.unwrap_or_else(|| template.to_owned()), variant.unwrap_or_default())
}

impl Tongue<'_> {
    /// Somebody's words, or a name, between quotation marks.
    pub fn quoted(&self, text: &str) -> String {
        self.say_with("punctuation", "quoted", text)
    }

    /// A colon with its spaces.
    pub fn colon(&self) -> String {
        self.say("punctuation", "colon")
    }

    /// What a text is called, by its template.
    pub fn template(&self, template: &str) -> String {
        template_words(self.table, template)
    }

    /// The words of `key` in a group such as `intents`; the key itself where nobody gave it words.
    pub fn say(&self, group: &str, key: &str) -> String {
        let words = self.table.get(group).and_then(|group| group.get(key)).and_then(toml::Value::as_str);
        words.unwrap_or(key).to_owned()
    }

    /// The same with `{value}` filled in.
    pub fn say_with(&self, group: &str, key: &str, value: &str) -> String {
        self.say(group, key).replace("{value}", value)
    }

    /// An amount.
    pub fn amount(&self, amount: Money) -> String {
        keep_together(&self.words.amount(amount, self.language), self.language)
    }

    /// A day with its weekday.
    pub fn day(&self, day: NaiveDate) -> String {
        self.words.day(day, self.now.date_naive(), self.language)
    }

    /// A day with its year and without its weekday, for what is kept.
    pub fn date(&self, day: NaiveDate) -> String {
        self.words.date(day, self.language)
    }

    /// A day and an hour, in a zone.
    pub fn moment(&self, at: DateTime<Utc>, zone: Tz) -> String {
        let local = at.with_timezone(&zone);
        format!("{}, {}", self.day(local.date_naive()), local.format("%H:%M"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Intent, TaskKind, TimerKind};
    use std::collections::BTreeSet;

    fn keys(table: &toml::Table, within: &str, into: &mut BTreeSet<String>) {
        for (key, value) in table {
            match value {
                toml::Value::Table(inner) => keys(inner, &format!("{within}{key}."), into),
                _ => assert!(into.insert(format!("{within}{key}"))),
            }
        }
    }

    #[test]
    fn both_languages_say_the_same_things() {
        let pages = Pages::compiled();
        let [mut french, mut english] = [BTreeSet::new(), BTreeSet::new()];
        keys(&pages.french, "", &mut french);
        keys(&pages.english, "", &mut english);
        assert_eq!(french.symmetric_difference(&english).collect::<Vec<_>>(), Vec::<&String>::new());
    }

    #[test]
    fn no_line_of_a_page_begins_with_a_mark_of_the_line_before() {
        let pages = Pages::compiled();
        let said = |table: &toml::Table| table["debtor"]["not_you"].as_str().unwrap().to_owned();
        assert!(said(&pages.french).contains("destiné\u{a0}? Répondez «\u{a0}ce n'est pas moi\u{a0}» au SMS\u{a0}:"));
        assert!(!said(&pages.english).contains('\u{a0}'));
        assert!(
            pages.french["demo"]["suggestions"]
                .as_array()
                .unwrap()
                .iter()
                .all(|text| !text.to_string().contains('\u{a0}'))
        );
    }

    #[test]
    fn every_label_of_the_domain_has_words() {
        let pages = Pages::compiled();
        let said = |group: &str, key: &str| {
            for table in [&pages.french, &pages.english] {
                assert!(table.get(group).is_some_and(|group| group.get(key).is_some()), "{group}.{key}");
            }
        };
        Intent::ALL.iter().for_each(|intent| said("intents", intent.label()));
        TaskKind::ALL.iter().for_each(|kind| said("tasks", kind.label()));
        TimerKind::ALL.iter().for_each(|kind| said("timers", kind.label()));
    }

    #[test]
    fn every_text_is_called_something() {
        for language in [Language::FR, Language::EN] {
            let words = RuleWords::in_language(language);
            for text in Words::embedded().unwrap().in_use() {
                let template = format!("{}/{}", text.language, text.name);
                let sheet = text.name.contains("frame") || text.name == "call_script" || text.name.starts_with("law/");
                assert!(sheet || words.template(&template) != template, "{template}");
            }
        }
        let words = RuleWords::in_language(Language::FR);
        for (template, told) in [
            ("fr/reminder/first.loyal@direct", "premier rappel, variante « direct »"),
            ("en/email/second", "deuxième rappel, par e-mail"),
            ("fr/menu", "menu numéroté"),
            ("fr/unheard_of", "fr/unheard_of"),
        ] {
            assert_eq!(words.template(template), told);
        }
    }

    #[test]
    fn every_rule_of_the_domain_has_words() {
        let sources = [
            include_str!("../domain/decide/reply.rs"),
            include_str!("../domain/decide/agent.rs"),
            include_str!("../domain/decide/agreement.rs"),
            include_str!("../domain/decide/correction.rs"),
            include_str!("../service/corrections.rs"),
            include_str!("../domain/decide/other.rs"),
            include_str!("../domain/decide/payment.rs"),
            include_str!("../domain/decide/draft.rs"),
            include_str!("../domain/decide/dunning.rs"),
            include_str!("../service/numbers.rs"),
            include_str!("../service/payments.rs"),
        ];
        let verdicts = [
            include_str!("../domain/governor/mod.rs"),
            include_str!("../domain/governor/blocks.rs"),
            include_str!("../domain/governor/caps.rs"),
        ];
        let rule = regex::Regex::new(
            r#"(?:rule\(|rule: |=> |Some\(|then_some\(|refuse\(|Refused\()"([a-z_]+\.[a-z_.]+|[a-z]+_[a-z_]+)""#,
        )
        .unwrap();
        let pages = Pages::compiled();
        let mut missing = BTreeSet::new();
        for source in sources {
            for found in rule.captures_iter(source) {
                if pages.french["rules"].get(&found[1]).is_none() {
                    missing.insert(found[1].to_owned());
                }
            }
        }
        // The governor's rooms hold no other text than the names of its rules and of its verdicts.
        let name = regex::Regex::new(r#"[^=] "([a-z_0-9]+)"|\("([a-z_0-9]+)"\)"#).unwrap();
        for found in verdicts.iter().flat_map(|source| name.captures_iter(source)) {
            let rule = found.get(1).or(found.get(2)).map_or("", |found| found.as_str());
            if pages.french["rules"].get(rule).is_none() {
                missing.insert(rule.to_owned());
            }
        }
        assert_eq!(missing, BTreeSet::new());
    }
}
