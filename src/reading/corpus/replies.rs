//! The labelled replies that the reader learns from, and the fingerprint that ties a model to them.

use crate::domain::{Acknowledges, Asked, Intent, Language, PlanTerms, Signals};
use crate::reading::error::ReadingError;
use crate::reading::reader::Context;
use chrono::{DateTime, FixedOffset, NaiveDate};
use flate2::read::GzDecoder;
use serde::Deserialize;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// One reply as a person labelled it, following the annotation guide.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct LabelledReply {
    /// The words.
    pub text: String,
    /// The language of the person.
    pub lang: Language,
    /// When it came in, at the debtor's.
    pub received_at: DateTime<FixedOffset>,
    /// What was asked just before.
    pub asked: Option<Asked>,
    /// The primary intent.
    pub intent: Intent,
    /// The secondary intents.
    #[serde(default)]
    pub also: Vec<Intent>,
    /// Whether the debt is admitted.
    #[serde(default)]
    pub acknowledges: Acknowledges,
    /// What must reach a human.
    #[serde(flatten)]
    pub signals: Signals,
    /// The day of the first payment offered.
    pub date: Option<NaiveDate>,
    /// The amount offered, or held right; minor units.
    pub amount_minor: Option<i64>,
    /// The terms of a plan.
    #[serde(flatten)]
    pub plan: PlanTerms,
    /// The invoice or case number quoted.
    pub reference: Option<String>,
    /// Set aside as hard by those who wrote it: told apart in evaluations.
    #[serde(default)]
    pub hard: bool,
    /// The file it came from: replies of one file are of one hand, so an evaluation keeps them together.
    #[serde(skip)]
    pub file: String,
}

impl LabelledReply {
    /// What was known when it came in.
    pub(in crate::reading) fn context(&self) -> Context {
        Context::new(self.asked, self.received_at, Some(self.lang))
    }
}

/// The replies that the program carries, packed by `build.rs`.
static PACKED: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/replies.gz"));

/// The replies that the program carries.
///
/// # Errors
/// When one of them is not a labelled reply.
pub(in crate::reading) fn embedded() -> Result<Vec<LabelledReply>, ReadingError> {
    let mut text = String::new();
    let unreadable = |source| ReadingError::Corpus { path: PathBuf::from("(the program's own)"), source };
    GzDecoder::new(PACKED).read_to_string(&mut text).map_err(unreadable)?;
    let mut replies = Vec::new();
    let (mut path, mut line) = (PathBuf::new(), 0);
    for text in text.lines().filter(|text| !text.is_empty()) {
        if text.starts_with('{') {
            line += 1;
            replies.push(LabelledReply { file: name(Path::new("intents"), &path), ..parse(&path, line, text)? });
        } else {
            (path, line) = (PathBuf::from(text), 0);
        }
    }
    Ok(replies)
}

/// Reads every `<lang>/*.jsonl` under `folder`, in the order of their names.
///
/// # Errors
/// When the folder or a file cannot be read, or a line is not a labelled reply.
pub(in crate::reading) fn load(folder: &Path) -> Result<Vec<LabelledReply>, ReadingError> {
    let mut replies = Vec::new();
    for path in files(folder)? {
        let name = name(folder, &path);
        replies.extend(load_file(&path)?.into_iter().map(|reply| LabelledReply { file: name.clone(), ..reply }));
    }
    Ok(replies)
}

/// Reads one file of labelled replies.
///
/// # Errors
/// When it cannot be read, or a line is not a labelled reply.
pub(in crate::reading) fn load_file(path: &Path) -> Result<Vec<LabelledReply>, ReadingError> {
    Ok(numbered(path)?.into_iter().map(|(_, reply)| reply).collect())
}

/// The replies of a file, each with its line.
pub(super) fn numbered(path: &Path) -> Result<Vec<(usize, LabelledReply)>, ReadingError> {
    let text =
        std::fs::read_to_string(path).map_err(|source| ReadingError::Corpus { path: path.to_owned(), source })?;
    let lines = (1..).zip(text.lines()).filter(|(_, text)| !text.trim().is_empty());
    lines.map(|(line, text)| parse(path, line, text).map(|reply| (line, reply))).collect()
}

fn parse(path: &Path, line: usize, text: &str) -> Result<LabelledReply, ReadingError> {
    let wrong = |problem: serde_json::Error| problem.to_string();
    serde_json::from_str(text).map_err(wrong).map_err(|problem| ReadingError::Line {
        path: path.to_owned(),
        line,
        problem,
    })
}

/// A number that changes when any labelled reply does.
pub(in crate::reading) fn fingerprint<'a>(replies: impl Iterator<Item = &'a LabelledReply>) -> u64 {
    // `Debug` is written from every field.
    replies.fold(FNV, |hash, reply| add(hash, &format!("{reply:?}\n")))
}

/// A number that changes when any of these texts does.
pub(in crate::reading) fn words_fingerprint(texts: impl Iterator<Item = &'static str>) -> u64 {
    texts.fold(FNV, add)
}

// FNV-1a: it need not resist anyone, only notice a change.
const FNV: u64 = 0xcbf2_9ce4_8422_2325;

fn add(hash: u64, text: &str) -> u64 {
    text.bytes().fold(hash, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The files of replies under a folder, in the order of their names.
pub(super) fn files(folder: &Path) -> Result<Vec<PathBuf>, ReadingError> {
    let list = |folder: &Path| -> Result<Vec<PathBuf>, ReadingError> {
        let problem = |source| ReadingError::Corpus { path: folder.to_owned(), source };
        let mut paths = std::fs::read_dir(folder)
            .and_then(|entries| entries.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>())
            .map_err(problem)?;
        paths.sort();
        Ok(paths)
    };
    let mut files = Vec::new();
    for language in list(folder)?.into_iter().filter(|path| path.is_dir()) {
        files.extend(list(&language)?.into_iter().filter(|path| path.extension().is_some_and(|e| e == "jsonl")));
    }
    Ok(files)
}

/// What a file of a folder is called.
pub(super) fn name(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
