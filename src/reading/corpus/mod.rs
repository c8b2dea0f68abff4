//! The labelled replies: reading them, and holding them to the annotation guide.
//!
//! A folder holds one folder per language, of files by different hands; `development` beside them is never learnt from, nor is
//! `unrelated`: what people write to others than a creditor.

mod check;
mod near;
mod own;
mod replies;

pub use check::{Problem, Spread, check, check_labels, spread};
pub(super) use own::own;
pub use replies::LabelledReply;
pub(super) use replies::{embedded, fingerprint, load, load_file, words_fingerprint};
