//! READING: what one message means, and the words that say so. `text -> Reading`, nothing else.
//!
//! Pure: no clock, ids, randomness, logging or async; the day a message came in is an argument. It may use `domain`
//! and the data under `intents/`. It must not decide what to do about a message: that is `domain::decide`.
//!
//! A language is a folder of data (labelled replies, a lexicon, phrases), never a branch in the code. A message goes one
//! way: `message` makes words of it, `phrase` follows turns of phrase through them, `moments`, `money` and `signals` say
//! what these name, the model (`features`, `table`, `model`) weighs all of it, `conclude` and `details` make the reading.
//! The order of authority: keyword, menu, short answer, plain statement, model; a second `opinion` weighs with the model
//! alone. What is told to be in a language that we do not read stops at `foreign`, which hears three things in it.

mod bare;
mod conclude;
mod corpus;
mod cues;
mod details;
mod error;
mod evaluate;
mod features;
mod foreign;
mod grounds;
mod keywords;
mod language;
mod lists;
mod look;
mod message;
mod model;
mod moments;
mod money;
mod opinion;
mod phrase;
mod reader;
mod risk;
mod seen;
mod signals;
mod spelling;
mod table;
mod train;

pub use corpus::{LabelledReply, Problem, Spread, check, check_labels, spread};
pub use error::ReadingError;
pub use evaluate::{Confusion, Evaluation, Group, IntentScore, Rate, Read, Slice, measure, read_files, read_held_out};
pub use money::masked;
pub use opinion::Opinion;
pub use reader::{Context, Reader};
pub use train::train;
