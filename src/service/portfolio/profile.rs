//! A profile: how one tool writes its exports. Those of usual tools come with the program; others are files of the operator.

use super::entry::Entry;
use super::field::{CaseField, Field, PaymentField};
use super::line::PortfolioRow;
use super::mapping::Mapping;
use super::payment_line::PaymentLine;
use crate::parse_error::in_words;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// Those that come with the program.
const READY_MADE: [(&str, &str); 9] = [
    ("cegid", include_str!("profiles/cegid.toml")),
    ("ebp", include_str!("profiles/ebp.toml")),
    ("pennylane", include_str!("profiles/pennylane.toml")),
    ("quadra", include_str!("profiles/quadra.toml")),
    ("quickbooks-uk", include_str!("profiles/quickbooks-uk.toml")),
    ("quickbooks-us", include_str!("profiles/quickbooks-us.toml")),
    ("sage-fr", include_str!("profiles/sage-fr.toml")),
    ("sage-uk", include_str!("profiles/sage-uk.toml")),
    ("xero", include_str!("profiles/xero.toml")),
];

/// Why a profile cannot be used: which one, where, and what to write instead.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Nobody has written one of that name.
    #[error(
        "there is no profile `{name}`: there are {known}, and files named NAME.toml in the folder of `import.profiles`"
    )]
    Unknown {
        /// The name.
        name: String,
        /// Those that there are.
        known: String,
    },
    /// The file cannot be read.
    #[error("the profile {} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The file says what cannot be meant.
    #[error("{file}:{line}: {reason}")]
    Wrong {
        /// The file.
        file: String,
        /// The line.
        line: usize,
        /// What is wrong and what to write instead.
        reason: String,
    },
}

/// How the bytes of a file become letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Encoding {
    #[default]
    Utf8,
    Windows1252,
}

/// How one tool writes its exports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    pub(super) encoding: Encoding,
    /// Found in the first line where it is not told.
    pub(super) separator: Option<u8>,
    /// Lines before the heading.
    pub(super) skip: usize,
    pub(super) decimal: Option<char>,
    pub(super) dates: Vec<String>,
    pub(super) cases: Mapping<CaseField>,
    /// None where the tool's payments are not known.
    pub(super) payments: Option<Mapping<PaymentField>>,
    /// Lines before the heading of a file of payments.
    pub(super) payments_skip: usize,
}

/// The columns of the program's own.
impl Default for Profile {
    fn default() -> Self {
        Self {
            encoding: Encoding::default(),
            separator: None,
            skip: 0,
            decimal: None,
            dates: Vec::new(),
            cases: Mapping::default(),
            payments: Some(Mapping::default()),
            payments_skip: 0,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    encoding: Option<Spanned<String>>,
    separator: Option<Spanned<String>>,
    #[serde(default)]
    skip: usize,
    decimal: Option<Spanned<String>>,
    #[serde(default)]
    dates: Vec<Spanned<String>>,
    columns: Columns,
    #[serde(default)]
    defaults: Defaults,
    #[serde(default)]
    values: Values,
    payments: Option<WrittenPayments>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPayments {
    #[serde(default)]
    skip: usize,
    columns: Columns,
    #[serde(default)]
    defaults: Defaults,
    #[serde(default)]
    values: Values,
}

type Columns = BTreeMap<Spanned<String>, OneOrMore>;
type Defaults = BTreeMap<Spanned<String>, String>;
type Values = BTreeMap<Spanned<String>, BTreeMap<String, String>>;

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Profile {
    /// The profile of that name: a file of `folder` first, else one that comes with the program. A name that ends in
    /// `.toml` is a file.
    ///
    /// # Errors
    /// When there is none, or it says what cannot be meant.
    pub fn find(name: &str, folder: Option<&Path>) -> Result<Self, ProfileError> {
        let own = if name.ends_with(".toml") {
            Some(PathBuf::from(name))
        } else {
            folder.map(|folder| folder.join(format!("{name}.toml"))).filter(|path| path.is_file())
        };
        if let Some(path) = own {
            let text = std::fs::read_to_string(&path);
            let text = text.map_err(|source| ProfileError::Unreadable { path: path.clone(), source })?;
            return Self::parse(&path.display().to_string(), &text);
        }
        match READY_MADE.into_iter().find(|(ready, _)| *ready == name) {
            Some((_, text)) => Self::parse(&format!("{name}.toml"), text),
            None => {
                let known = READY_MADE.map(|(name, _)| name).join(", ");
                Err(ProfileError::Unknown { name: name.to_owned(), known })
            }
        }
    }

    /// Reads every profile of a folder.
    ///
    /// # Errors
    /// The first that cannot be read, or says what cannot be meant.
    pub fn check(folder: &Path) -> Result<(), ProfileError> {
        let unreadable = |path: &Path, source| ProfileError::Unreadable { path: path.to_owned(), source };
        for entry in std::fs::read_dir(folder).map_err(|source| unreadable(folder, source))? {
            let path = entry.map_err(|source| unreadable(folder, source))?.path();
            if path.extension().is_some_and(|extension| extension == "toml") {
                let text = std::fs::read_to_string(&path).map_err(|source| unreadable(&path, source))?;
                Self::parse(&path.display().to_string(), &text)?;
            }
        }
        Ok(())
    }

    /// Reads a profile; `file` is what an error calls it.
    ///
    /// # Errors
    /// When it says what cannot be meant, with the line and what to write instead.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProfileError> {
        let line_at = |at: usize| text[..at.min(text.len())].matches('\n').count() + 1;
        let wrong = |line: usize, reason: String| ProfileError::Wrong { file: file.to_owned(), line, reason };
        let written: Written = toml::from_str(text)
            .map_err(|error| wrong(error.span().map_or(1, |span| line_at(span.start)), in_words(error.message())))?;
        let at = |spanned: &Spanned<String>| line_at(spanned.span().start);
        let encoding = match &written.encoding {
            None => Encoding::Utf8,
            Some(name) => match name.get_ref().to_lowercase().as_str() {
                "utf-8" => Encoding::Utf8,
                "windows-1252" => Encoding::Windows1252,
                _ => return Err(wrong(at(name), "write utf-8 or windows-1252".to_owned())),
            },
        };
        let separator = match written.separator.as_ref().map(|text| (text, text.get_ref().as_bytes())) {
            None => None,
            Some((_, [one @ (b',' | b';' | b'\t' | b'|')])) => Some(*one),
            Some((text, _)) => return Err(wrong(at(text), "write `,`, `;`, `|` or a tab".to_owned())),
        };
        let decimal = match written.decimal.as_ref().map(|text| (text, text.get_ref().as_str())) {
            None => None,
            Some((_, ",")) => Some(','),
            Some((_, ".")) => Some('.'),
            Some((text, _)) => return Err(wrong(at(text), "write `,` or `.`".to_owned())),
        };
        let mut dates = Vec::new();
        for format in &written.dates {
            let known = date_format(format.get_ref());
            dates.push(
                known.ok_or_else(|| wrong(at(format), "write it as dd/mm/yyyy, mm/dd/yy or dd mmm yyyy".to_owned()))?,
            );
        }
        let cases: Mapping<CaseField> = mapping(written.columns, written.defaults, written.values, &at, &wrong)?;
        needs::<PortfolioRow>(&cases, "case").map_err(|reason| wrong(1, reason))?;
        let payments_skip = written.payments.as_ref().map_or(0, |payments| payments.skip);
        let payments = written.payments.map(|told| mapping(told.columns, told.defaults, told.values, &at, &wrong));
        let payments: Option<Mapping<PaymentField>> = payments.transpose()?;
        if let Some(payments) = &payments {
            needs::<PaymentLine>(payments, "payment").map_err(|reason| wrong(1, reason))?;
        }
        Ok(Self { encoding, separator, skip: written.skip, decimal, dates, cases, payments, payments_skip })
    }

    /// The same, where what no line says is `value`.
    #[must_use]
    pub fn with_default(mut self, field: &str, value: &str) -> Self {
        if let Some(field) = CaseField::parse(field) {
            self.cases.defaults.insert(field, value.to_owned());
        }
        if let (Some(field), Some(payments)) = (PaymentField::parse(field), &mut self.payments) {
            payments.defaults.insert(field, value.to_owned());
        }
        self
    }
}

/// What is written of the fields of a line; `wrong` makes the refusal of what is at a line of the profile.
fn mapping<F: Field>(
    columns: Columns,
    defaults: Defaults,
    values: Values,
    at: &impl Fn(&Spanned<String>) -> usize,
    wrong: &impl Fn(usize, String) -> ProfileError,
) -> Result<Mapping<F>, ProfileError> {
    let field = |name: &Spanned<String>| {
        let refusal = || wrong(at(name), format!("`{}` is no field: write one of {}", name.get_ref(), F::labels()));
        F::parse(name.get_ref()).ok_or_else(refusal)
    };
    let mut mapping = Mapping::default();
    for (name, columns) in columns {
        let columns = match columns {
            OneOrMore::One(column) => vec![column],
            OneOrMore::More(columns) => columns,
        };
        if columns.iter().any(|column| column.trim().is_empty()) || columns.is_empty() {
            return Err(wrong(at(&name), format!("`{}` names no column", name.get_ref())));
        }
        mapping.columns.insert(field(&name)?, columns.iter().map(|column| column.trim().to_lowercase()).collect());
    }
    for (name, value) in defaults {
        mapping.defaults.insert(field(&name)?, value);
    }
    for (name, words) in values {
        let words = words.into_iter().map(|(theirs, ours)| (theirs.to_lowercase(), ours)).collect();
        mapping.values.insert(field(&name)?, words);
    }
    Ok(mapping)
}

/// Refuses a mapping that lacks what every line needs; the creditor alone may be told at the import.
fn needs<T: Entry>(mapping: &Mapping<T::Field>, what: &str) -> Result<(), String> {
    let told = |field: &T::Field| mapping.gives(*field) || field.label() == "creditor";
    let Some(missing) = T::NEEDS.iter().find(|group| !group.iter().any(told)) else { return Ok(()) };
    let names: Vec<String> = missing.iter().map(|field| format!("`{}`", field.label())).collect();
    Err(format!("no column gives {}, which every {what} needs", names.join(" or ")))
}

/// `dd/mm/yyyy` in the words of chrono.
fn date_format(format: &str) -> Option<String> {
    let lower = format.to_lowercase();
    let written =
        lower.replace("yyyy", "%Y").replace("yy", "%y").replace("mmm", "%b").replace("mm", "%m").replace("dd", "%d");
    let bare = ["%Y", "%y", "%b", "%m", "%d"].iter().fold(written.clone(), |text, part| text.replacen(part, "", 1));
    let whole = (written.contains("%Y") || written.contains("%y"))
        && (written.contains("%m") || written.contains("%b"))
        && written.contains("%d");
    (whole && bare.chars().all(|c| matches!(c, '/' | '-' | '.' | ' ' | ','))).then_some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        Profile::parse("mine.toml", text).expect_err("it must be refused").to_string()
    }

    const NEEDED: &str = "case_ref = \"a\"\ndebtor_name = \"b\"\nphone = \"c\"\ndue_on = \"d\"\nbalance = \"e\"\n";

    #[test]
    fn every_ready_made_profile_can_be_used() {
        for (name, _) in READY_MADE {
            Profile::find(name, None).unwrap_or_else(|error| panic!("{error}"));
        }
    }

    #[test]
    fn what_cannot_be_meant_is_named_with_its_file_its_line_and_what_to_write() {
        for (text, expected) in [
            (format!("[columns]\n{NEEDED}colour = \"f\""), "mine.toml:7: `colour` is no field: write one of case_ref"),
            (format!("\nencoding = \"ebcdic\"\n[columns]\n{NEEDED}"), "mine.toml:2: write utf-8 or windows-1252"),
            (format!("separator = \"::\"\n[columns]\n{NEEDED}"), "mine.toml:1: write `,`, `;`, `|` or a tab"),
            (format!("decimal = \"'\"\n[columns]\n{NEEDED}"), "mine.toml:1: write `,` or `.`"),
            (
                format!("dates = [\"dd/mm/yyyy\",\n\"day first\"]\n[columns]\n{NEEDED}"),
                "mine.toml:2: write it as dd/mm/yyyy",
            ),
            (format!("dates = [\"mm/yyyy\"]\n[columns]\n{NEEDED}"), "mine.toml:1: write it as dd/mm/yyyy"),
            ("[columns]\ncase_ref = \"\"".to_owned(), "mine.toml:2: `case_ref` names no column"),
            (NEEDED.replace("phone", "fax").replacen("case", "[columns]\ncase", 1), "mine.toml:4: `fax` is no field"),
            ("[columns]\ncase_ref = \"a\"".to_owned(), "mine.toml:1: no column gives `debtor_name`"),
            (format!("[columns]\n{}", NEEDED.replace("balance", "email")), "mine.toml:1: no column gives `amount`"),
            (
                format!("[columns]\n{NEEDED}[default]\n"),
                "mine.toml:7: `default` is no key of this place: write encoding",
            ),
            ("columns = 3".to_owned(), "mine.toml:1: "),
        ] {
            let said = refusal(&text);
            assert!(said.starts_with(expected), "{said}\nfor {expected}");
        }
    }

    #[test]
    fn a_profile_of_the_operator_comes_before_one_of_the_program() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("xero.toml");
        std::fs::write(&path, format!("[columns]\n{NEEDED}")).unwrap();
        let own = Profile::find("xero", Some(folder.path())).unwrap();
        assert_eq!(own, Profile::find(path.to_str().unwrap(), None).unwrap());
        assert_ne!(own, Profile::find("xero", None).unwrap());
        let unknown = Profile::find("exro", Some(folder.path())).unwrap_err().to_string();
        assert!(unknown.starts_with("there is no profile `exro`: there are cegid, ebp,"), "{unknown}");
    }
}
