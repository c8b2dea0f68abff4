//! The labelled replies that the reader learns from, and the fingerprint that ties a model to them.

use super::error::ReadingError;
use crate::domain::{Acknowledges, Asked, Intent, Language, PlanTerms, Signals};
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
    /// The file it came from: replies of one file are of one hand, so an evaluation keeps them together.
    #[serde(skip)]
    pub file: String,
}

impl LabelledReply {
    /// True for a number in the United States, as far as the hour tells: there, 5/4 is the 4th of May.
    pub(super) fn us_dates(&self) -> bool {
        let west = self.received_at.offset().local_minus_utc() / 3_600;
        self.lang == Language::EN && (-10..=-4).contains(&west)
    }
}

/// Reads every `<lang>/*.jsonl` under `folder`, in the order of their names.
pub(super) fn load(folder: &Path) -> Result<Vec<LabelledReply>, ReadingError> {
    let mut replies = Vec::new();
    for path in files(folder)? {
        let text =
            std::fs::read_to_string(&path).map_err(|source| ReadingError::Corpus { path: path.clone(), source })?;
        let name = name(folder, &path);
        for (at, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let reply: LabelledReply = serde_json::from_str(line).map_err(|problem| ReadingError::Line {
                path: path.clone(),
                line: at + 1,
                problem: problem.to_string(),
            })?;
            replies.push(LabelledReply { file: name.clone(), ..reply });
        }
    }
    Ok(replies)
}

/// A number that changes when any labelled reply does.
pub(super) fn fingerprint<'a>(replies: impl Iterator<Item = &'a LabelledReply>) -> u64 {
    // FNV-1a: it need not resist anyone, only notice a change. `Debug` is written from every field.
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for reply in replies {
        for byte in format!("{reply:?}\n").bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    hash
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, ReadingError> {
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
