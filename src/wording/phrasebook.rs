//! One language's templates, compiled, with the filters they use.

use super::WordingError;
use super::checker::Checker;
use super::locale::Locale;
use super::template::{Paper, Side, Template, staged_names};
use super::transliterate::verbatim;
use crate::domain::{Language, Segment, Stage};
use chrono::NaiveDate;
use minijinja::value::Value;
use minijinja::{Environment, Error, ErrorKind, Output, State, UndefinedBehavior};
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::sync::Arc;

/// What to say on the telephone.
pub(super) const CALL_SCRIPT: &str = "call_script";

/// What a language is made of.
pub(super) struct Sources<'a> {
    /// Which.
    pub(super) language: Language,
    /// Its `locale.toml`.
    pub(super) locale: &'a str,
    /// Its `checked.toml`.
    pub(super) checked: &'a str,
    /// Its templates.
    pub(super) templates: Vec<Template>,
}

/// All we can say in one language.
pub(super) struct Phrasebook {
    environment: Environment<'static>,
    versions: HashMap<String, String>,
    pub(super) templates: Vec<Template>,
    pub(super) checker: Checker,
    pub(super) locale: Arc<Locale>,
}

impl Phrasebook {
    /// Compiles a language; a mistake in a template is found here, not when it is first said.
    pub(super) fn compile(sources: Sources<'_>) -> Result<Self, WordingError> {
        let language = sources.language;
        let unreadable = |file, source| WordingError::Data { language, file, source: Box::new(source) };
        let locale: Locale = toml::from_str(sources.locale).map_err(|e| unreadable("locale.toml", e))?;
        let locale = Arc::new(locale);
        let checker = Checker::read(sources.checked).map_err(|e| unreadable("checked.toml", e))?;
        let mut environment = environment(Arc::clone(&locale));
        let mut versions = HashMap::new();
        for template in &sources.templates {
            let Template { name, file, body, .. } = template;
            environment.add_template_owned(name.clone(), body.clone()).map_err(|error| WordingError::File {
                file: file.clone(),
                line: template.first_line + error.line().unwrap_or(1).saturating_sub(1),
                problem: error.to_string(),
            })?;
            if let Some(subject) = &template.front.subject {
                environment.add_template_owned(of_subject(name), subject.clone()).map_err(|error| {
                    WordingError::File { file: file.clone(), line: 2, problem: format!("its subject: {error}") }
                })?;
            }
            versions.insert(name.clone(), template.hash());
        }
        Ok(Self { environment, versions, templates: sources.templates, checker, locale })
    }

    /// The name of the text that suits best who writes, and to whom, in that variant where there is one.
    pub(super) fn staged(
        &self,
        paper: Paper,
        stage: Stage,
        side: Side,
        segment: Segment,
        variant: Option<&str>,
    ) -> String {
        let mut names = staged_names(paper, stage, side, segment, variant);
        let found = names.iter().position(|name| self.versions.contains_key(name));
        names.swap_remove(found.unwrap_or(names.len() - 1))
    }

    /// Says the template `name` and puts the frame around it; the marks of verbatim parts are still there.
    pub(super) fn say(&self, name: &str, context: &Value) -> Result<String, Error> {
        let body = self.environment.get_template(name)?.render(context)?;
        if body.trim().is_empty() {
            return Err(Error::new(ErrorKind::InvalidOperation, "nothing to say"));
        }
        let Some(frame) = frame(name) else { return Ok(body) };
        let framed = minijinja::context! { body, ..context.clone() };
        self.environment.get_template(frame)?.render(framed)
    }

    /// What a list of messages shows of the template `name`, on one line; none where it shows its words.
    pub(super) fn subject(&self, name: &str, context: &Value) -> Result<Option<String>, Error> {
        if !Paper::of(name).is_some_and(Paper::has_subject) {
            return Ok(None);
        }
        let subject = self.environment.get_template(&of_subject(name))?.render(context)?;
        Ok(Some(subject.split_whitespace().collect::<Vec<_>>().join(" ")))
    }

    /// The hash of a template.
    pub(super) fn version_hash(&self, name: &str) -> String {
        self.versions.get(name).cloned().unwrap_or_default()
    }
}

/// What stands around the words of a template.
pub(super) fn frame(name: &str) -> Option<&'static str> {
    // A person who calls says who they are in their own words.
    (name != CALL_SCRIPT).then(|| Paper::of(name).unwrap_or(Paper::Text).frame())
}

fn of_subject(name: &str) -> String {
    format!("{name}#subject")
}

fn environment(locale: Arc<Locale>) -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    // With it, errors would quote the names and amounts they were rendered with.
    templates.set_debug(false);
    templates.set_formatter(print);
    let book = Arc::clone(&locale);
    templates
        .add_filter("day", move |state: &State, on: &Value| read(on).and_then(|on| Ok(book.day(on, today(state)?))));
    let book = Arc::clone(&locale);
    templates.add_filter("date", move |on: &Value| read(on).map(|on| book.date(on)));
    let book = Arc::clone(&locale);
    templates.add_filter("short_day", move |state: &State, on: &Value| {
        read(on).and_then(|on| Ok(verbatim(&book.short_day(on, today(state)?))))
    });
    let book = Arc::clone(&locale);
    templates.add_filter("hour", move |at: &Value| read(at).map(|at| book.hour(at)));
    templates.add_filter("amount", move |amount: &Value| read(amount).map(|amount| verbatim(&locale.amount(amount))));
    templates
}

/// Takes a value back from a template; the error must not quote it.
fn read<T: DeserializeOwned>(value: &Value) -> Result<T, Error> {
    T::deserialize(value).map_err(|_| Error::new(ErrorKind::CannotDeserialize, "the filter is given something else"))
}

/// An absent value is never said as "none": a template asks first whether it is there.
fn print(out: &mut Output<'_>, _: &mut State<'_, '_>, value: &Value) -> Result<(), Error> {
    if value.is_none() || value.is_undefined() {
        return Err(Error::new(ErrorKind::UndefinedError, "the template says a value that is not there"));
    }
    write!(out, "{value}").map_err(Error::from)
}

fn today(state: &State<'_, '_>) -> Result<NaiveDate, Error> {
    read(&state.lookup("today").unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wording::catalogue::FOLDERS;
    use minijinja::context;

    fn say(words: &str) -> Result<String, WordingError> {
        let language = Language::FR;
        let folder = FOLDERS[0];
        let template = |name: &str, body: &str| {
            let source = format!("---\nlanguage = \"fr\"\nversion = 1\n---\n{body}\n");
            Template::parse(name, name, &source, language)
        };
        let templates = vec![template("frame", "{{ body }}")?, template("said", words)?];
        let book =
            Phrasebook::compile(Sources { language, locale: folder.locale, checked: folder.checked, templates })?;
        let absent = None::<String>;
        let context = context! { name => "Zoé Secret", absent, today => "2026-11-21", on => "Zoé Secret" };
        book.say("said", &context).map_err(|source| WordingError::Template {
            language,
            template: "said".into(),
            source,
        })
    }

    #[test]
    fn a_value_that_is_absent_or_misspelt_is_an_error_and_never_a_word() {
        assert_eq!(say("{{ name }}{% if absent %} {{ absent }}{% endif %}").ok().as_deref(), Some("Zoé Secret"));
        for template in
            ["{{ absent }}", "{{ nmae }}", "{% if nmae %}x{% endif %}", "{{ name|amount }}", "{{ on|day }}", "{{"]
        {
            assert!(say(template).is_err(), "{template}");
        }
    }

    #[test]
    fn an_error_quotes_no_value() {
        for template in
            ["{{ absent }}", "{{ nmae }}", "{{ name|amount }}", "{{ on|day }}", "{{ on|short_day }}", "{{ on|hour }}"]
        {
            let error = say(template).err();
            assert!(error.is_some() && !format!("{error:?}").contains("Secret"), "{error:?}");
        }
    }
}
