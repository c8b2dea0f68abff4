//! How well the reader reads labelled replies, and what its mistakes would cost.
//!
//! It may use the reader and the trainer; nothing else uses it but the command line. It measures, and changes nothing.

mod harm;
mod measure;
mod rate;

pub use measure::{Confusion, Evaluation, Group, IntentScore, Slice, measure};
pub use rate::Rate;

use super::corpus::{self, LabelledReply};
use super::error::ReadingError;
use super::language::Packs;
use super::reader::Reader;
use super::train;
use crate::domain::Reading;
use std::path::{Path, PathBuf};

/// A reply with its labels, and what the reader made of it.
pub type Read = (LabelledReply, Reading);

/// Reads labelled replies: every `.jsonl` among `paths`, and those of the folders among them.
///
/// # Errors
/// When a file cannot be read, or a line is not a labelled reply.
pub fn read_files(reader: &Reader, paths: &[PathBuf]) -> Result<Vec<Read>, ReadingError> {
    let mut read = Vec::new();
    for path in paths {
        let replies = if path.is_dir() { corpus::load(path)? } else { corpus::load_file(path)? };
        read.extend(replies.into_iter().map(|reply| {
            let reading = reader.read(&reply.text, &reply.context());
            (reply, reading)
        }));
    }
    Ok(read)
}

/// Reads every reply under `folder` with a reader that learnt from the other files: `folds` times, some files set aside.
///
/// # Errors
/// When the replies cannot be read.
pub fn read_held_out(folder: &Path, folds: usize) -> Result<Vec<Read>, ReadingError> {
    let replies = corpus::load(folder)?;
    let mut files: Vec<&str> = replies.iter().map(|r| r.file.as_str()).collect();
    files.dedup();
    let folds = folds.clamp(2, files.len().max(2));
    let fold = |reply: &LabelledReply| files.iter().position(|f| *f == reply.file).unwrap_or(0) % folds;
    let mut read = Vec::with_capacity(replies.len());
    for aside in 0..folds {
        let kept: Vec<&LabelledReply> = replies.iter().filter(|r| fold(r) != aside).collect();
        let packs = Packs::embedded()?;
        let model = train::learn(&packs, &kept);
        let reader = Reader::with(packs, model)?;
        read.extend(replies.iter().filter(|r| fold(r) == aside).map(|reply| {
            let reading = reader.read(&reply.text, &reply.context());
            (reply.clone(), reading)
        }));
    }
    Ok(read)
}
