//! One template file: its front matter, and its words.
//!
//! A file begins with a few TOML keys between two lines of `---`. They say again what its name says, so that a text copied
//! under another name is found out.

use super::WordingError;
use crate::domain::{Language, Role, Segment, Stage};
use crate::parse_error::in_words;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The line above and below the front matter.
const FENCE: &str = "---";

/// Stands before the name of a variant: `reminder/first@direct`.
pub(super) const VARIANT: char = '@';

/// Who writes: the one who is owed, or somebody who collects for or after them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Its own invoices.
    Creditor,
    /// An agency, a buyer or a servicer of debts.
    Collector,
}

impl From<Role> for Side {
    fn from(role: Role) -> Self {
        match role {
            Role::Creditor => Self::Creditor,
            Role::Agency | Role::DebtBuyer | Role::CreditServicer => Self::Collector,
        }
    }
}

/// What a text that has a stage is written on: each has a folder, whose templates are chosen alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paper {
    /// A text message.
    Text,
    /// An e-mail.
    Email,
    /// A letter to print.
    Letter,
}

impl Paper {
    /// All of them.
    pub(super) const ALL: [Self; 3] = [Self::Text, Self::Email, Self::Letter];

    /// The paper of a template, by its name; none for those that have no stage.
    pub(super) fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|paper| name.split_once('/').is_some_and(|(folder, _)| folder == paper.folder()))
    }

    /// Where its templates are.
    pub(super) const fn folder(self) -> &'static str {
        match self {
            Self::Text => "reminder",
            Self::Email => "email",
            Self::Letter => "letter",
        }
    }

    /// What stands around its words: who speaks, and the notices that the law wants.
    pub(super) const fn frame(self) -> &'static str {
        match self {
            Self::Text => "frame",
            Self::Email => "email_frame",
            Self::Letter => "letter_frame",
        }
    }

    /// Whether a list of messages shows something of it beside its words.
    pub(super) const fn has_subject(self) -> bool {
        !matches!(self, Self::Text)
    }
}

/// What a template is for; what it leaves out, it serves in every case.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FrontMatter {
    language: Language,
    #[serde(default)]
    pub(super) stage: Option<Stage>,
    #[serde(default)]
    role: Option<Side>,
    #[serde(default)]
    segment: Option<Segment>,
    /// What a list of messages shows.
    #[serde(default)]
    pub(super) subject: Option<String>,
    /// Raised by whoever changes the words.
    pub(super) version: u32,
    /// Who wrote the words, where they are not the program's: somebody else approves them.
    #[serde(default)]
    pub(super) author: Option<String>,
    /// Whether a step at law is truly decided, with its proof on file: only then may it be named.
    #[serde(default)]
    pub(super) legal_step_decided: bool,
}

impl FrontMatter {
    /// The name that a template with this front matter has in the folder of its paper.
    fn name_on(&self, paper: Paper) -> Option<String> {
        let mut name = format!("{}/{}", paper.folder(), self.stage?.label());
        for suffix in [self.role.and_then(side_suffix), self.segment.and_then(segment_suffix)].into_iter().flatten() {
            name = format!("{name}.{suffix}");
        }
        Some(name)
    }
}

/// A template as its file has it.
#[derive(Debug, Clone)]
pub(super) struct Template {
    /// Its name: `menu`, `reminder/first.loyal`.
    pub(super) name: String,
    /// Where it was read.
    pub(super) file: String,
    /// Its whole text, with the line ends of Unix: its version is the hash of it.
    pub(super) source: String,
    /// What it is for.
    pub(super) front: FrontMatter,
    /// What it says.
    pub(super) body: String,
    /// The line of the file on which the words begin.
    pub(super) first_line: usize,
}

impl Template {
    /// The variant of the wording that it is; none: the usual text.
    pub(super) fn variant(&self) -> Option<&str> {
        self.name.split_once(VARIANT).map(|(_, variant)| variant)
    }

    /// The name of the text that it is a variant of; its own, when it is none.
    pub(super) fn usual_name(&self) -> &str {
        self.name.split_once(VARIANT).map_or(&self.name, |(usual, _)| usual)
    }

    /// What tells this version from every other: nobody can write another text with the same one.
    pub(super) fn hash(&self) -> String {
        Sha256::digest(self.source.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// When the front matter is not there, cannot be read, or does not fit the name.
    pub(super) fn parse(name: &str, file: &str, source: &str, language: Language) -> Result<Self, WordingError> {
        let wrong = |line: usize, problem: String| WordingError::File { file: file.to_owned(), line, problem };
        let text = source.replace("\r\n", "\n");
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let Some(rest) = text.strip_prefix("---\n") else {
            return Err(wrong(1, format!("it does not begin with its front matter: write `{FENCE}`, keys, `{FENCE}`")));
        };
        let Some((keys, body)) = rest.split_once("\n---\n") else {
            return Err(wrong(1, format!("its front matter does not end: write a line `{FENCE}` under its keys")));
        };
        let front: FrontMatter = toml::from_str(keys).map_err(|error| {
            let line = error.span().map_or(0, |span| keys[..span.start.min(keys.len())].matches('\n').count());
            wrong(line + 2, in_words(error.message()))
        })?;
        let line_of =
            |key: &str| keys.lines().position(|line| line.trim_start().starts_with(key)).map_or(2, |at| at + 2);
        if front.language != language {
            let problem = format!("its language is {}, in the folder of {language}", front.language);
            return Err(wrong(line_of("language"), problem));
        }
        let (own_name, variant) =
            name.split_once(VARIANT).map_or((name, None), |(name, variant)| (name, Some(variant)));
        let paper = Paper::of(own_name);
        if paper != Some(Paper::Text) && variant.is_some() {
            return Err(wrong(1, "only a reminder by text message has variants".to_owned()));
        }
        let named = front.name_on(paper.unwrap_or(Paper::Text));
        let expected = paper.map(|_| own_name);
        if named.as_deref() != expected {
            let problem = match (named, expected) {
                (Some(named), _) => format!("these keys are those of {named}.txt, not of {name}.txt"),
                (None, _) => "a reminder says its `stage`".to_owned(),
            };
            return Err(wrong(line_of("stage"), problem));
        }
        if named.is_none() && (front.role.is_some() || front.segment.is_some()) {
            return Err(wrong(line_of("role"), "only a reminder has a `role` or a `segment`".to_owned()));
        }
        if front.subject.is_some() != paper.is_some_and(Paper::has_subject) {
            let problem = match front.subject {
                Some(_) => "a text message has no `subject`: take it out",
                None => "an e-mail and a letter say their `subject`",
            };
            return Err(wrong(line_of("subject"), problem.to_owned()));
        }
        if body.trim().is_empty() {
            return Err(wrong(keys.matches('\n').count() + 4, "it says nothing".to_owned()));
        }
        Ok(Self {
            name: name.to_owned(),
            file: file.to_owned(),
            source: text.to_owned(),
            first_line: keys.matches('\n').count() + 4,
            body: body.trim_end().to_owned(),
            front,
        })
    }
}

/// The names under which a text with a stage may be found, the most particular first. Who writes counts more than to whom: the law
/// asks more of those who collect for others than courtesy does towards a good client.
///
/// Each is looked for in the `variant` first: who gets a text of their own gets a variant of that text, or none.
pub(super) fn staged_names(
    paper: Paper,
    stage: Stage,
    side: Side,
    segment: Segment,
    variant: Option<&str>,
) -> Vec<String> {
    let (side, segment) = (side_suffix(side), segment_suffix(segment));
    let folder = paper.folder();
    let mut names = Vec::new();
    if let (Some(side), Some(segment)) = (side, segment) {
        names.push(format!("{folder}/{}.{side}.{segment}", stage.label()));
    }
    for suffix in [side, segment].into_iter().flatten() {
        names.push(format!("{folder}/{}.{suffix}", stage.label()));
    }
    names.push(format!("{folder}/{}", stage.label()));
    let in_variant = |name: String| [variant.map(|variant| format!("{name}{VARIANT}{variant}")), Some(name)];
    names.into_iter().flat_map(in_variant).flatten().collect()
}

const fn side_suffix(side: Side) -> Option<&'static str> {
    match side {
        Side::Creditor => None,
        Side::Collector => Some("collector"),
    }
}

const fn segment_suffix(segment: Segment) -> Option<&'static str> {
    match segment {
        Segment::Consumer => None,
        Segment::Loyal => Some("loyal"),
        Segment::Business => Some("business"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str, source: &str) -> String {
        Template::parse(name, "fr/x.txt", source, Language::FR).unwrap_err().to_string()
    }

    #[test]
    fn a_file_says_what_it_is_for_and_where_its_words_begin() {
        let source = "---\nstage = \"first\"\nlanguage = \"fr\"\nsegment = \"loyal\"\nversion = 3\n---\nbonjour\n";
        for source in [source.to_owned(), source.replace('\n', "\r\n"), format!("\u{feff}{source}")] {
            let read = Template::parse("reminder/first.loyal", "fr/x.txt", &source, Language::FR).unwrap();
            assert_eq!((read.body.as_str(), read.first_line, read.front.version), ("bonjour", 7, 3));
        }
    }

    #[test]
    fn a_front_matter_that_cannot_be_true_is_refused_with_its_line_and_what_to_do() {
        let first = "stage = \"first\"\nlanguage = \"fr\"\nversion = 1";
        for (name, source, expected) in [
            ("menu", "bonjour", "fr/x.txt:1: it does not begin with its front matter: write `---`, keys, `---`"),
            (
                "menu",
                "---\nversion = 1\nbonjour",
                "fr/x.txt:1: its front matter does not end: write a line `---` under its keys",
            ),
            ("menu", "---\nlanguage = \"fr\"\nversion = x\n---\nbonjour", "fr/x.txt:3: "),
            (
                "menu",
                "---\nlanguage = \"fr\"\nversion = 1\nstge = 1\n---\nbonjour",
                "fr/x.txt:4: `stge` is no key of this place: write language",
            ),
            (
                "menu",
                "---\nversion = 1\nlanguage = \"en\"\n---\nbonjour",
                "fr/x.txt:3: its language is en, in the folder of fr",
            ),
            ("menu", "---\nlanguage = \"fr\"\n---\nbonjour", "`version` is missing: write it"),
            ("menu", "---\nlanguage = \"fr\"\nversion = 1\n---\n \n", "fr/x.txt:5: it says nothing"),
            (
                "menu",
                "---\nlanguage = \"fr\"\nversion = 1\nrole = \"collector\"\n---\nbonjour",
                "fr/x.txt:4: only a reminder",
            ),
            (
                "reminder/first",
                "---\nlanguage = \"fr\"\nversion = 1\n---\nbonjour",
                "fr/x.txt:2: a reminder says its `stage`",
            ),
            (
                "email/first",
                &format!("---\n{first}\n---\nbonjour"),
                "fr/x.txt:2: an e-mail and a letter say their `subject`",
            ),
            (
                "reminder/first",
                &format!("---\n{first}\nsubject = \"x\"\n---\nbonjour"),
                "fr/x.txt:5: a text message has no `subject`: take it out",
            ),
            (
                "reminder/first.loyal",
                &format!("---\n{first}\n---\nbonjour"),
                "fr/x.txt:2: these keys are those of reminder/first.txt, not of reminder/first.loyal.txt",
            ),
        ] {
            let said = refusal(name, source);
            assert!(said.contains(expected), "{said}");
        }
    }

    #[test]
    fn a_reminder_is_looked_for_by_who_writes_then_to_whom_then_for_anyone() {
        assert_eq!(
            staged_names(Paper::Text, Stage::First, Side::Collector, Segment::Business, None),
            [
                "reminder/first.collector.business",
                "reminder/first.collector",
                "reminder/first.business",
                "reminder/first"
            ]
        );
        assert_eq!(staged_names(Paper::Email, Stage::Loan, Side::Creditor, Segment::Consumer, None), ["email/loan"]);
        assert_eq!(
            staged_names(Paper::Text, Stage::Loan, Side::Creditor, Segment::Loyal, Some("direct")),
            ["reminder/loan.loyal@direct", "reminder/loan.loyal", "reminder/loan@direct", "reminder/loan"]
        );
    }
}
