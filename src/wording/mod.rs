//! Everything we can say: the templates, their rendering, and what a text weighs once it is an SMS.
//!
//! Pure: no clock, ids, randomness, logging, I/O or async. It may use `domain`. It must not decide what to say, nor
//! whether it may leave, nor compose a sentence that is not in a template.
//!
//! A third language is a folder under `templates/` and its code in `catalogue`.

mod catalogue;
mod checker;
mod locale;
mod phrasebook;
mod segments;
mod transliterate;
mod voice;
mod words;

#[cfg(test)]
mod tests;

pub use checker::{Finding, Level};
pub use segments::{Encoding, Segments, measure};
pub use voice::{Letter, Spelling, Voice};
pub use words::{Rendered, WordingError, Words};
