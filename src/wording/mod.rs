//! Everything we can say: the templates, their rendering, and what a text weighs once it is an SMS.
//!
//! Pure: no clock, ids, randomness, logging or async, and no I/O but the reading of an operator's own templates in `folder`.
//! It may use `domain`. It must not decide what to say, nor whether it may leave, nor compose a sentence that is not in a
//! template.
//!
//! A third language is a folder under `templates/` and its code in `catalogue`.

mod by_hand;
mod catalogue;
mod checker;
mod folder;
mod locale;
mod phrasebook;
mod samples;
mod segments;
mod template;
mod transliterate;
mod version;
mod voice;
mod words;

#[cfg(test)]
mod tests;

pub use by_hand::Sheet;
pub use checker::{Audience, Finding, Level, Report, Weight};
pub use locale::keep_together;
pub use segments::{Encoding, Segments, measure};
pub use template::Side;
pub use version::{TextVersion, Waiting};
pub use voice::{Letter, Spelling, Voice};
pub use words::{Rendered, WordingError, Words};
