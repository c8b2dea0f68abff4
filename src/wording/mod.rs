//! Everything we can say: the templates, their rendering, and what a text weighs once it is an SMS.
//!
//! Pure: no clock, ids, randomness, logging, I/O or async. It may use `domain`. It must not decide what to say, nor
//! whether it may leave, nor compose a sentence that is not in a template.

mod segments;
mod transliterate;

pub use segments::{Encoding, Segments, measure};
