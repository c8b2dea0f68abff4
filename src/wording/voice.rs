//! In whose name, to whom and how a message is said: all that the message itself does not carry.

use crate::domain::{Case, Creditor, Jurisdiction, Language, PaymentMeans, Role, Segment};
use chrono::NaiveDate;

/// How far the spelling may bend to spare a segment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Spelling {
    /// Not at all.
    Exact,
    /// Our words may, names may not.
    KeepNames,
    /// Our words and the names: "Loic" for "Loïc".
    #[default]
    Plain,
}

/// The letter by which a collector for others first wrote: every later message recalls it (CPCE, R124-4).
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    /// Its reference, which must say nothing of the debt.
    pub reference: &'a str,
    /// The day it was sent.
    pub sent_on: NaiveDate,
}

/// What a text needs besides the message: who speaks, to whom, about which case.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    /// The language to write.
    pub language: Language,
    /// The name that the debtor knows.
    pub creditor_name: &'a str,
    /// Who collects, when it is not the creditor's own service: a debt is then said with this name and its trade.
    pub agency_name: Option<&'a str>,
    /// In what role the sender collects.
    pub role: Role,
    /// The law that applies.
    pub jurisdiction: Jurisdiction,
    /// What kind of debtor is spoken to.
    pub segment: Segment,
    /// The debtor.
    pub debtor_name: &'a str,
    /// The case, in characters that say nothing of the debt.
    pub case_reference: &'a str,
    /// The invoice, where there is one.
    pub invoice: Option<&'a str>,
    /// The payment link.
    pub link: Option<&'a str>,
    /// How to pay beside the link: for e-mails and letters.
    pub means: Option<&'a PaymentMeans>,
    /// The number at which a person answers.
    pub callback_phone: Option<&'a str>,
    /// Where papers are sent: an e-mail or a page.
    pub documents_to: Option<&'a str>,
    /// The page about their personal data, shown at first contact.
    pub privacy: Option<&'a str>,
    /// The first letter, where the law wants it recalled.
    pub letter: Option<Letter<'a>>,
    /// The day, in the debtor's zone.
    pub today: NaiveDate,
    /// Whether the conversation has not yet said that it is automatic.
    pub first_automatic: bool,
    /// The variant of the wording, where several are compared.
    pub variant: Option<&'a str>,
    /// Whether the invoice goes with it.
    pub attached: bool,
    /// How far the spelling may bend.
    pub spelling: Spelling,
}

impl<'a> Voice<'a> {
    /// The voice of `creditor` to the debtor of `case`, on `today` of their zone; `introduced` once they were told that
    /// these messages are automatic.
    #[must_use]
    pub fn of(
        case: &'a Case,
        creditor: &'a Creditor,
        link: Option<&'a str>,
        introduced: bool,
        today: NaiveDate,
    ) -> Self {
        let letter = case.letter.as_ref().filter(|_| creditor.role.needs_letter(creditor.jurisdiction));
        Self {
            language: creditor.language_for(case.debtor.language),
            creditor_name: &creditor.name,
            agency_name: creditor.collector_name.as_deref(),
            role: creditor.role,
            jurisdiction: case.jurisdiction,
            segment: case.debtor.segment,
            debtor_name: &case.debtor.name,
            case_reference: &case.reference,
            invoice: case.debt.invoice.as_deref(),
            link,
            means: Some(&creditor.means),
            callback_phone: creditor.callback_phone.as_deref(),
            documents_to: creditor.documents_to.as_deref(),
            privacy: creditor.privacy_url.as_deref(),
            letter: letter.map(|letter| Letter { reference: &letter.reference, sent_on: letter.sent_on }),
            today,
            first_automatic: !introduced,
            variant: None,
            attached: false,
            spelling: Spelling::default(),
        }
    }

    /// "Paul D.": enough for the debtor to know that they are meant, not enough for another to know who.
    pub(super) fn debtor_short(&self) -> String {
        let mut names = self.debtor_name.split_whitespace();
        let first = names.next().unwrap_or_default();
        match names.next_back().and_then(|last| last.chars().next()) {
            Some(initial) => format!("{first} {initial}."),
            None => first.to_owned(),
        }
    }
}
