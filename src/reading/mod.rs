//! READING: what one message means, and the words that say so. `text -> Reading`, nothing else.
//!
//! Pure: no clock, ids, randomness, logging or async; the day a message came in is an argument. It may use `domain`
//! and the data under `intents/`. It must not decide what to do about a message: that is `domain::decide`.
//!
//! A language is a folder of data (labelled replies, word lists, date and money patterns), never a branch in the code.
//! The order of authority: keyword, menu, short answer, plain statement, model.

mod amounts;
mod bare;
mod call_back;
mod combine;
mod corpus;
mod cues;
mod dates;
mod days;
mod error;
mod evaluate;
mod features;
mod grounds;
mod keywords;
mod language;
mod model;
mod moments;
mod pattern;
mod plan;
mod reader;
mod reference;
mod signals;
mod table;
mod text;
mod train;
mod words;

pub use corpus::LabelledReply;
pub use error::ReadingError;
pub use evaluate::{Evaluation, IntentScore, LanguageScore, evaluate};
pub use reader::{Context, Reader};
pub use train::{train, train_embedded};
