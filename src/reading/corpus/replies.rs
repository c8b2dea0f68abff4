//! The labelled replies that the reader learns from, and the fingerprint that ties a model to them.

use crate::domain::{Acknowledges, Asked, Intent, Language, PlanTerms, Signals};
use crate::reading::error::ReadingError;
use crate::reading::reader::Context;
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Deserialize;
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
    let parse = |(at, line): (usize, &str)| {
        serde_json::from_str(line).map(|reply| (at + 1, reply)).map_err(|problem| ReadingError::Line {
            path: path.to_owned(),
            line: at + 1,
            problem: problem.to_string(),
        })
    };
    text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()).map(parse).collect()
}

/// A number that changes when any labelled reply does, or any word of `sources`.
pub(in crate::reading) fn fingerprint<'a>(
    replies: impl Iterator<Item = &'a LabelledReply>,
    sources: impl Iterator<Item = &'static str>,
) -> u64 {
    // FNV-1a: it need not resist anyone, only notice a change. `Debug` is written from every field.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |text: &str| {
        for byte in text.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    sources.for_each(&mut add);
    replies.for_each(|reply| add(&format!("{reply:?}\n")));
    hash
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

fn name(folder: &Path, path: &Path) -> String {
    path.strip_prefix(folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
