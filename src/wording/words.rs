//! A message and a voice in, a text ready to send out.

use super::catalogue::FOLDERS;
use super::checker::Finding;
use super::phrasebook::Phrasebook;
use super::segments::{Segments, measure};
use super::transliterate::{transliterate, unmark, verbatim};
use super::voice::{Spelling, Voice};
use crate::domain::{Language, Message, Money, Purpose};
use chrono::NaiveDate;
use minijinja::context;
use minijinja::value::{Serde, Value};
use std::collections::HashMap;
use std::fmt;
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
    /// What it weighs.
    pub segments: Segments,
    /// The template, as `fr/reminder`.
    pub template: String,
    /// The hash of the template and its frame: what was said can be proved later.
    pub version_hash: String,
}

impl fmt::Debug for Rendered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} in {} segments", self.template, self.version_hash, self.segments.count())
    }
}

/// Everything we can say, compiled, in every language.
pub struct Words {
    phrasebooks: HashMap<Language, Phrasebook>,
}

impl Words {
    /// The templates that the binary carries.
    ///
    /// # Errors
    /// When one of them does not compile.
    pub fn embedded() -> Result<Self, WordingError> {
        let mut phrasebooks = HashMap::new();
        for folder in FOLDERS {
            if let Some(language) = Language::parse(folder.code) {
                phrasebooks.insert(language, Phrasebook::compile(folder, language)?);
            }
        }
        Ok(Self { phrasebooks })
    }

    /// Whether we can write `language`.
    #[must_use]
    pub fn speaks(&self, language: Language) -> bool {
        self.phrasebooks.contains_key(&language)
    }

    /// Puts `message` into words.
    ///
    /// # Errors
    /// When the language has no templates, or the text would be empty.
    pub fn render(&self, message: &Message, voice: &Voice<'_>) -> Result<Rendered, WordingError> {
        let language = voice.language;
        let said = Value::from(Serde(message));
        let name = said.get_attr("say").ok().and_then(|say| say.as_str().map(str::to_owned)).unwrap_or_default();
        let phrasebook = self.phrasebook(language)?;
        let marked = phrasebook
            .say(&name, &context! { ..surroundings(message, voice), ..said })
            .map_err(|source| WordingError::Template { language, template: name.clone(), source })?;
        // A decomposed accent is not GSM-7, its composed letter may be.
        let composed: String = marked.trim().nfc().collect();
        let text = match voice.spelling {
            Spelling::Exact => unmark(&composed),
            Spelling::KeepNames | Spelling::Plain => transliterate(&composed),
        };
        let segments = measure(&text);
        Ok(Rendered {
            text,
            segments,
            template: format!("{language}/{name}"),
            version_hash: phrasebook.version_hash(&name),
        })
    }

    /// What `text` says and should not; for templates, and for what a person is about to send.
    ///
    /// # Errors
    /// When the language has no list.
    pub fn check(&self, text: &str, language: Language) -> Result<Vec<Finding>, WordingError> {
        Ok(self.phrasebook(language)?.checker.check(text))
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

    fn phrasebook(&self, language: Language) -> Result<&Phrasebook, WordingError> {
        self.phrasebooks.get(&language).ok_or(WordingError::NoSuchLanguage(language))
    }
}

/// What the templates may say besides the message itself.
fn surroundings(message: &Message, voice: &Voice<'_>) -> Value {
    let name = |name: &str| match voice.spelling {
        Spelling::KeepNames => verbatim(name),
        Spelling::Exact | Spelling::Plain => name.to_owned(),
    };
    context! {
        creditor => name(voice.creditor_name),
        agency => voice.agency_name.map(name),
        debtor => name(voice.debtor_name),
        debtor_short => name(&voice.debtor_short()),
        reference => verbatim(voice.case_reference),
        invoice => voice.invoice.map(verbatim),
        link => voice.link.map(verbatim),
        phone => voice.callback_phone.map(verbatim),
        documents_to => voice.documents_to.map(verbatim),
        privacy => voice.privacy.map(verbatim),
        letter => voice.letter.map(|letter| verbatim(letter.reference)),
        letter_on => Serde(voice.letter.map(|letter| letter.sent_on)),
        today => Serde(voice.today),
        about_debt => message.speaks_of_the_debt(),
        automatic => voice.first_automatic && message.purpose() != Purpose::Agent,
    }
}
