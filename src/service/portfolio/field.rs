//! What a line can say, under the names that the documents and the JSON of the API use.

use serde::{Deserialize, Serialize};
use std::fmt::Debug;

/// One thing that a line can say.
pub trait Field: Copy + Ord + Debug + Send + Sync + 'static {
    /// All of them.
    const ALL: &'static [Self];

    /// Its name.
    fn label(self) -> &'static str;

    /// Its place among all.
    fn place(self) -> usize;

    /// Reads a name.
    fn parse(label: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|field| field.label() == label)
    }

    /// All names, for whoever wrote another one.
    fn labels() -> String {
        Self::ALL.iter().map(|field| field.label()).collect::<Vec<_>>().join(", ")
    }
}

macro_rules! fields {
    ($(#[$about:meta])* $enum:ident { $($(#[$doc:meta])* $name:ident = $label:literal),* $(,)? }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $enum { $($(#[$doc])* #[serde(rename = $label)] $name),* }

        impl Field for $enum {
            const ALL: &'static [Self] = &[$(Self::$name),*];

            fn label(self) -> &'static str {
                match self { $(Self::$name => $label),* }
            }

            fn place(self) -> usize {
                self as usize
            }
        }
    };
}

fields! {
    /// What a line says of a case.
    CaseField {
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
        /// Number and street, on a line or three.
        Address1 = "address_1",
        Address2 = "address_2",
        Address3 = "address_3",
        Postcode = "postcode",
        City = "city",
        Country = "country",
        Segment = "segment",
        Basis = "basis",
        LetterReference = "letter_reference",
        LetterSentOn = "letter_sent_on",
        LetterHash = "letter_hash",
        LimitationOn = "limitation_on",
    }
}

fields! {
    /// What a line says of a payment.
    PaymentField {
        CaseRef = "case_ref",
        /// Where the tool knows the invoice alone.
        Invoice = "invoice",
        Creditor = "creditor",
        /// Whether it came in or went back.
        Kind = "kind",
        Amount = "amount",
        Currency = "currency",
        ReceivedOn = "received_on",
        Means = "means",
        /// By which it counts once.
        Reference = "reference",
    }
}

/// Where each field is in a line.
pub type Places = Vec<Vec<usize>>;
