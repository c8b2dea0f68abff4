//! Turns of phrase written as data, and where a message uses them.
//!
//! A phrase is words with blanks between: `a|b` is one word or the other, `pay*` every word that begins so, `*` any word,
//! `#` a number in digits, `~` up to two words of any kind, `~~` up to ten tokens of any kind, `( … | … )` one of several turns, `( … )?` one that may be left out,
//! `( … )*` one that may be repeated, `{weekday}` a word of that list, `<money>` a word
//! of that class of the lexicon, `^` and `$` the ends of the message. Signs stand for
//! themselves, and `=j` for the letter j, whatever it is short for. Hyphens and apostrophes part words, in a phrase as in a message.

mod branches;
mod grammar;
mod index;
mod lots;
mod slot;
mod syntax;

#[cfg(test)]
pub(super) use grammar::STEPS;
pub(super) use grammar::{Found, Grammar};
pub(super) use slot::Slot;
