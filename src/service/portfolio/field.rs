//! What a line can say, under the names that the documents and the JSON of the API use.

use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident = $label:literal),* $(,)?) => {
        /// One thing that a line can say.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub(super) enum Field { $($(#[$doc])* $name),* }

        impl Field {
            pub const ALL: [Self; [$($label),*].len()] = [$(Self::$name),*];

            pub const fn label(self) -> &'static str {
                match self { $(Self::$name => $label),* }
            }
        }
    };
}

fields! {
    CaseRef = "case_ref",
    Creditor = "creditor",
    DebtorName = "debtor_name",
    Phone = "phone",
    Language = "language",
    Invoice = "invoice",
    /// What was owed at first.
    Amount = "amount",
    /// What is still due: another way to say the amount.
    Balance = "balance",
    Principal = "principal",
    Interest = "interest",
    Fees = "fees",
    Currency = "currency",
    IssuedOn = "issued_on",
    DueOn = "due_on",
    Origin = "origin",
    NumberSource = "number_source",
    NumberObtainedOn = "number_obtained_on",
    Email = "email",
    Postcode = "postcode",
    Segment = "segment",
    Basis = "basis",
    LetterReference = "letter_reference",
    LetterSentOn = "letter_sent_on",
    LetterHash = "letter_hash",
    LimitationOn = "limitation_on",
}

impl Field {
    pub fn parse(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.label() == label)
    }
}

/// Where each field is in a line.
pub(super) type Places = [Vec<usize>; Field::ALL.len()];
