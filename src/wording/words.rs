//! A message and a voice in, a text ready to send out.

use super::catalogue::FOLDERS;
use super::checker::{Audience, Finding, Level, Report};
use super::folder;
use super::phrasebook::{CALL_SCRIPT, Phrasebook, Sources, frame};
use super::segments::{Segments, measure};
use super::template::{Paper, Side, Template};
use super::transliterate::{transliterate, unmark, verbatim};
use super::version::{self, TextVersion, Waiting};
use super::voice::{Spelling, Voice};
use crate::domain::campaign::PLAIN;
use crate::domain::dunning::Channel;
use crate::domain::{Approval, Jurisdiction, Language, Message, Money, Purpose};
use chrono::NaiveDate;
use minijinja::context;
use minijinja::value::{Serde, Value};
use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use unicode_normalization::UnicodeNormalization;

/// Why a message could not be put into words.
#[derive(Debug, thiserror::Error)]
pub enum WordingError {
    /// No folder holds that language.
    #[error("there are no templates in the language {0}")]
    NoSuchLanguage(Language),
    /// A list or a locale cannot be read.
    #[error("{file} of the language {language} cannot be read")]
    Data {
        /// Whose folder.
        language: Language,
        /// Which file.
        file: &'static str,
        /// What is wrong with it.
        #[source]
        source: Box<toml::de::Error>,
    },
    /// A file of templates that cannot be used.
    #[error("{file}:{line}: {problem}")]
    File {
        /// Which file.
        file: String,
        /// Where in it.
        line: usize,
        /// What is wrong, and what to do.
        problem: String,
    },
    /// A file or a folder cannot be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Templates say what no message may say, or lack what the law wants.
    #[error("{}", findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Blocked {
        /// What, and where.
        findings: Vec<Finding>,
    },
    /// A template is mistaken, or lacks something to say.
    #[error("the template {language}/{template} cannot be rendered")]
    Template {
        /// Whose folder.
        language: Language,
        /// Which template.
        template: String,
        /// What is wrong with it.
        #[source]
        source: minijinja::Error,
    },
}

/// A text ready to send, and where it came from.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The text, exactly as it must leave.
    pub text: String,
    /// What a list of messages shows of it, when it is no text message.
    pub subject: Option<String>,
    /// What it weighs as a text message.
    pub segments: Segments,
    /// The template, as `fr/reminder/first.loyal`.
    pub template: String,
    /// The hash of the template: what was said can be proved later.
    pub version_hash: String,
    /// The hash of the frame around it.
    pub frame_hash: String,
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} in {} segments", self.template, self.version_hash, self.segments.count())
    }
}

/// Everything we can say, compiled, in every language.
pub struct Words {
    phrasebooks: HashMap<Language, Phrasebook>,
    waiting: Vec<Waiting>,
}

impl Words {
    /// The templates that the binary carries.
    ///
    /// # Errors
    /// When one of them does not compile.
    pub fn embedded() -> Result<Self, WordingError> {
        Self::compile(folder::shipped)
    }

    /// The same, with the files of `folder` in the place of those of the same names, and the variants that it adds, each in
    /// its last version among `approvals`, which stand and come in their order; newer ones wait. A folder with one bad file is refused whole, so
    /// that whoever holds older words keeps them.
    ///
    /// # Errors
    /// When a file cannot be read, does not compile, or says what the checker blocks.
    pub fn open(folder: &Path, approvals: &[Approval]) -> Result<Self, WordingError> {
        let draft = Self::draft(folder)?;
        let findings = draft.report().findings;
        if findings.iter().any(|finding| finding.level == Level::Block) {
            let findings = findings.into_iter().filter(|finding| finding.level == Level::Block).collect();
            return Err(WordingError::Blocked { findings });
        }
        let mut waiting = Vec::new();
        let words = Self::compile(|language| {
            let mut templates = folder::shipped(language)?;
            let mut waits = Vec::new();
            for own in folder::own(folder, language, &templates)? {
                let approved = version::approved(&own, language, approvals);
                if approved.as_ref().map(Template::hash) != Some(own.hash()) {
                    waits.push(own);
                }
                approved.into_iter().for_each(|approved| lay(&mut templates, approved));
            }
            for own in waits {
                // Until a variant is approved, its people read the usual text.
                let named = |name: &str| templates.iter().find(|template| template.name == name);
                let in_use = named(&own.name).or_else(|| named(own.usual_name()));
                waiting.extend(in_use.map(|in_use| Waiting::of(&own, in_use, language, &draft, &findings)));
            }
            Ok(templates)
        })?;
        Ok(Self { waiting, ..words })
    }

    /// The words of `folder` for the checker alone: they may say what no message may.
    ///
    /// # Errors
    /// When a file cannot be read or does not compile.
    pub fn draft(folder: &Path) -> Result<Self, WordingError> {
        folder::check(folder)?;
        Self::compile(|language| {
            let mut templates = folder::shipped(language)?;
            for own in folder::own(folder, language, &templates)? {
                lay(&mut templates, own);
            }
            Ok(templates)
        })
    }

    fn compile(
        mut templates: impl FnMut(Language) -> Result<Vec<Template>, WordingError>,
    ) -> Result<Self, WordingError> {
        let mut phrasebooks = HashMap::new();
        for source in FOLDERS {
            if let Some(language) = Language::parse(source.code) {
                let templates = templates(language)?;
                let sources = Sources { language, locale: source.locale, checked: source.checked, templates };
                phrasebooks.insert(language, Phrasebook::compile(sources)?);
            }
        }
        Ok(Self { phrasebooks, waiting: Vec::new() })
    }

    /// The texts that wait for a second person.
    #[must_use]
    pub fn waiting(&self) -> &[Waiting] {
        &self.waiting
    }

    /// Every text in the version that is said, by language and name.
    #[must_use]
    pub fn in_use(&self) -> Vec<TextVersion> {
        let of = |(language, book): (&Language, &Phrasebook)| -> Vec<TextVersion> {
            book.templates.iter().map(|template| TextVersion::of(template, *language)).collect()
        };
        let mut texts: Vec<_> = self.phrasebooks.iter().flat_map(of).collect();
        texts.sort_by(|one, other| (one.language, &one.name).cmp(&(other.language, &other.name)));
        texts
    }

    /// The operator's own texts of letters that were made of an older version than ours is now.
    #[must_use]
    pub fn letters_older_than_ours(&self) -> Vec<TextVersion> {
        let shipped = Self::embedded().map(|ours| ours.in_use()).unwrap_or_default();
        let is_older = |own: &TextVersion| {
            let ours = shipped.iter().find(|ours| (ours.language, &ours.name) == (own.language, &own.name));
            ours.is_some_and(|ours| own.version < ours.version)
        };
        let is_of_a_letter =
            |text: &TextVersion| text.name == Paper::Letter.frame() || Paper::of(&text.name) == Some(Paper::Letter);
        self.in_use()
            .into_iter()
            .filter(|text| text.author.is_some() && is_of_a_letter(text) && is_older(text))
            .collect()
    }

    /// What the checker says of every template, and what each weighs.
    #[must_use]
    pub fn report(&self) -> Report {
        let mut languages: Vec<_> = self.phrasebooks.keys().copied().collect();
        languages.sort();
        Report::of(self, &languages)
    }

    /// Whether we can write `language`.
    #[must_use]
    pub fn speaks(&self, language: Language) -> bool {
        self.phrasebooks.contains_key(&language)
    }

    /// Whether some text has a variant of that name; every text has the usual one.
    #[must_use]
    pub fn has_variant(&self, variant: &str) -> bool {
        let mut templates = self.phrasebooks.values().flat_map(|book| &book.templates);
        variant == PLAIN || templates.any(|template| template.variant() == Some(variant))
    }

    /// Puts `message` into words.
    ///
    /// # Errors
    /// When the language has no templates, or the text would be empty.
    pub fn render(&self, message: &Message, voice: &Voice<'_>) -> Result<Rendered, WordingError> {
        let language = voice.language;
        let phrasebook = self.phrasebook(language)?;
        let said = Value::from(Serde(message));
        let name = match message {
            Message::Reminder { stage, .. } => {
                phrasebook.staged(Paper::Text, *stage, Side::from(voice.role), voice.segment, voice.variant)
            }
            Message::EmailReminder { stage, .. } => {
                phrasebook.staged(Paper::Email, *stage, Side::from(voice.role), voice.segment, None)
            }
            _ => said.get_attr("say").ok().and_then(|say| say.as_str().map(str::to_owned)).unwrap_or_default(),
        };
        let context = context! { ..surroundings(phrasebook, message, voice), ..said };
        // An alphabet of seven bits is a matter of text messages alone.
        let spelling = if message.channel() == Channel::Email { Spelling::Exact } else { voice.spelling };
        self.put(&name, &context, spelling, language)
    }

    /// Says the template `name` with its subject, if it has one.
    pub(super) fn put(
        &self,
        name: &str,
        context: &Value,
        spelling: Spelling,
        language: Language,
    ) -> Result<Rendered, WordingError> {
        let phrasebook = self.phrasebook(language)?;
        let mistaken = |source| WordingError::Template { language, template: name.to_owned(), source };
        let marked = phrasebook.say(name, context).map_err(mistaken)?;
        let subject = phrasebook.subject(name, context).map_err(mistaken)?;
        // A decomposed accent is not GSM-7, its composed letter may be.
        let composed: String = marked.trim().nfc().collect();
        let text = match spelling {
            Spelling::Exact => unmark(&composed),
            Spelling::KeepNames | Spelling::Plain => transliterate(&composed),
        };
        let has_room = Paper::of(name).is_some_and(Paper::has_subject) || name == CALL_SCRIPT;
        let text = if has_room { phrasebook.locale.keep_together(&text) } else { text };
        let segments = measure(&text);
        Ok(Rendered {
            text,
            subject: subject.map(|subject| phrasebook.locale.keep_together(&unmark(&subject))),
            segments,
            template: format!("{language}/{name}"),
            version_hash: phrasebook.version_hash(name),
            frame_hash: frame(name).map(|frame| phrasebook.version_hash(frame)).unwrap_or_default(),
        })
    }

    /// What `text` says and should not, whoever reads it: for what a person is about to send.
    ///
    /// # Errors
    /// When the language has no list.
    pub fn check(&self, text: &str, language: Language) -> Result<Vec<Finding>, WordingError> {
        self.check_for(text, language, Audience::STRICTEST)
    }

    /// What `text` says and should not say to `audience`.
    ///
    /// # Errors
    /// When the language has no list.
    pub fn check_for(&self, text: &str, language: Language, audience: Audience) -> Result<Vec<Finding>, WordingError> {
        Ok(self.phrasebook(language)?.checker.check(text, audience))
    }

    /// An amount, as `language` writes it; bare, where we do not speak it.
    #[must_use]
    pub fn amount(&self, amount: Money, language: Language) -> String {
        self.phrasebook(language).map_or_else(|_| amount.to_string(), |book| book.locale.amount(amount))
    }

    /// A day with its weekday, as `language` writes it; the year only when it is far from `today`.
    #[must_use]
    pub fn day(&self, day: NaiveDate, today: NaiveDate, language: Language) -> String {
        self.phrasebook(language).map_or_else(|_| day.to_string(), |book| book.locale.day(day, today))
    }

    /// A day with its year and without its weekday, as a letter is dated.
    #[must_use]
    pub fn date(&self, day: NaiveDate, language: Language) -> String {
        self.phrasebook(language).map_or_else(|_| day.to_string(), |book| book.locale.date(day))
    }

    pub(super) fn phrasebook(&self, language: Language) -> Result<&Phrasebook, WordingError> {
        self.phrasebooks.get(&language).ok_or(WordingError::NoSuchLanguage(language))
    }
}

/// Puts a text in the place of the one of its name, or beside them: a variant of the operator's has none to replace.
fn lay(templates: &mut Vec<Template>, text: Template) {
    match templates.iter_mut().find(|template| template.name == text.name) {
        Some(template) => *template = text,
        None => templates.push(text),
    }
}

/// What the templates may say besides the message itself.
pub(super) fn surroundings(phrasebook: &Phrasebook, message: &Message, voice: &Voice<'_>) -> Value {
    let name = |name: &str| match voice.spelling {
        Spelling::KeepNames => verbatim(name),
        Spelling::Exact | Spelling::Plain => name.to_owned(),
    };
    // The number of an account is never said in a text message.
    let means = voice.means.filter(|_| message.channel() == Channel::Email);
    context! {
        creditor => name(voice.creditor_name),
        agency => voice.agency_name.map(name),
        debtor => name(voice.debtor_name),
        debtor_short => name(&voice.debtor_short()),
        matter => phrasebook.locale.matter(voice.invoice, voice.case_reference),
        reference => verbatim(voice.case_reference),
        invoice => voice.invoice.map(verbatim),
        link => voice.link.map(verbatim),
        phone => voice.callback_phone.map(verbatim),
        documents_to => voice.documents_to.map(verbatim),
        privacy => voice.privacy.map(verbatim),
        letter => voice.letter.map(|letter| verbatim(letter.reference)),
        letter_on => Serde(voice.letter.map(|letter| letter.sent_on)),
        today => Serde(voice.today),
        jurisdiction => Serde(voice.jurisdiction),
        about_debt => message.speaks_of_the_debt(),
        opt_out => carries_opt_out(message, voice.jurisdiction),
        attached => voice.attached,
        business => !voice.segment.is_consumer(),
        transfer => Serde(means.and_then(|means| means.transfer.as_ref())),
        cheque_to => means.and_then(|means| means.cheque_to.as_deref()),
        // Consumers in the United Kingdom are told of free advice, in whatever language (CONC 7).
        advice => voice.jurisdiction == Jurisdiction::Uk && voice.segment.is_consumer(),
        automatic => voice.first_automatic && message.purpose() != Purpose::Agent,
    }
}

/// Whoever is asked for money is told how to have no more of it; in the United States, in every message (12 CFR 1006.6(e)).
fn carries_opt_out(message: &Message, jurisdiction: Jurisdiction) -> bool {
    let everywhere = jurisdiction == Jurisdiction::Us && message.speaks_of_the_debt();
    message.purpose() == Purpose::Demand || everywhere
}
