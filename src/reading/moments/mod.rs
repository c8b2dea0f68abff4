//! The moments that a message names, the day each falls on, and which of them is the day of the payment offered or of the
//! call asked for. What a moment is called and what it stands beside are data: `intents/<lang>/moments.toml`. It must not
//! decide what a message means.

mod calendar;
mod call;
mod choice;
mod cues;
mod finder;
mod lists;
mod resolve;
#[cfg(test)]
mod tests;

pub(super) use call::call_back;
pub(super) use choice::payment_day;
pub(super) use cues::Beside;
pub(super) use finder::{Kind, Moment, Moments, Origin};
