//! What leaves of a reply: its words, without what tells whose they are.
//!
//! What the case knows (names, references, postcode) is always taken out. What it does not know is known by its shape: a
//! telephone, an address, a long number; a name by its capital or by the words before it. Amounts and dates stay, for the
//! meaning is in them. Where nobody can tell a name from another word, nothing leaves.

mod lists;
mod marks;
mod names;
mod shapes;
#[cfg(test)]
mod tests;

use crate::domain::{Case, Creditor};
use marks::Marks;
use names::Words;
use std::fmt;
use unicode_normalization::UnicodeNormalization as _;

/// So much of a reply is looked at …
const LOOKED_AT: usize = 2_000;
/// … and so much leaves: the beginning is enough to tell what it is about.
const LONGEST: usize = 800;

/// A reply without what tells whose it is. Only this file makes one.
#[derive(Clone, PartialEq, Eq)]
pub struct Masked(String);

impl Masked {
    /// The words that may leave.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What people wrote is never printed by accident, masked or not.
impl fmt::Debug for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Masked({} characters)", self.0.chars().count())
    }
}

/// What is known of the people that a reply may name.
#[derive(Clone, Default)]
pub struct Known {
    /// Names of people: each of their words is taken out.
    pub people: Vec<String>,
    /// Names of firms: their longer words are taken out.
    pub firms: Vec<String>,
    /// References, invoices, postcodes.
    pub references: Vec<String>,
}

impl Known {
    /// Adds all that a case knows.
    pub fn add(&mut self, case: &Case, creditor: &Creditor) {
        self.people.push(case.debtor.name.clone());
        self.firms.push(creditor.name.clone());
        self.firms.extend(creditor.collector_name.clone());
        self.references.push(case.reference.clone());
        let others = [&case.debt.invoice, &case.debtor.postcode, &case.debtor.email];
        self.references.extend(others.into_iter().flatten().cloned());
    }
}

/// What may leave of `text`; none when no word is left, or when names cannot be told from other words.
#[must_use]
pub fn mask(text: &str, known: &Known) -> Option<Masked> {
    // One writing for what looks alike, and nothing that is not seen.
    let text: String = text.nfkc().filter(|c| !is_unseen(*c)).take(LOOKED_AT).collect();
    let mut marks = Marks::new(&text);
    let words = Words::of(&text);
    words.mark_known(known, &mut marks);
    words.mark_announced(&mut marks);
    words.mark_addresses(&mut marks);
    shapes::mark(&mut marks);
    if !words.mark_names(&mut marks) {
        return None;
    }
    let left = marks.left(|c| c.is_alphabetic());
    left.then(|| Masked(marks.masked().chars().take(LONGEST).collect()))
}

/// Marks of direction, joiners and the like: between two digits they would hide a number.
fn is_unseen(c: char) -> bool {
    let joins = matches!(c, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}');
    joins || (c.is_control() && c != '\n')
}
