//! Messages in a language that we do not read: which one it is, and three things heard in it all the same.
//!
//! A language is one file of `intents/other`: its frequent words, and the phrases of an opt-out, a wrong number and a
//! request for a call. Nothing else is concluded from such a message, never an admission, a promise or a plan: it goes to
//! a person. What French or English can explain as well stays theirs.

mod languages;
#[cfg(test)]
mod tests;
mod tongue;

pub(super) use languages::ForeignLanguages;
