//! One line of a portfolio: each field to its value, or all that is wrong with it.

use super::cells::{Cells, Fault, keep};
use super::entry::Entry;
use super::field::CaseField as Field;
use super::mapping::Mapping;
use super::profile::Profile;
use super::values::{looks_like_an_email, written};
use crate::domain::{
    Basis, Creditor, CreditorKey, Currency, Items, Jurisdiction, Language, Letter, Money, Particulars, PhoneError,
    PhoneNumber, PhoneOrigin, PostalAddress, Segment,
};
use chrono::NaiveDate;
use std::hash::Hash;
use std::ops::Deref;

/// A line that can become a case.
#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of the file, under their names")]
pub struct PortfolioRow {
    /// Its line in the file, the heading being line 1.
    pub line: u64,
    pub case_ref: String,
    pub creditor: CreditorKey,
    pub debtor_name: String,
    pub phone: PhoneNumber,
    pub language: Option<Language>,
    pub invoice: Option<String>,
    pub amount: Money,
    /// Whether the amount is what is still due, rather than what was owed at first.
    pub is_balance: bool,
    pub issued_on: Option<NaiveDate>,
    pub due_on: NaiveDate,
    pub origin: PhoneOrigin,
    pub email: Option<String>,
    pub postcode: Option<String>,
    pub segment: Option<Segment>,
    pub letter: Option<Letter>,
    pub particulars: Particulars,
    /// The line as it came, to be written back if it is refused later.
    pub raw: Vec<String>,
}

/// Any one of these says how much.
const AMOUNT_FIELDS: [Field; 3] = [Field::Amount, Field::Balance, Field::Principal];
/// Why a sum that is asked for is never below zero.
const NO_DEBT: &str = "nothing is due: a credit is not a debt";
/// Overseas territories whose numbers are written without their country code, by the beginning of the postcode.
const OWN_NUMBERS: [(&str, &str); 4] = [("975", "PM"), ("986", "WF"), ("987", "PF"), ("988", "NC")];

impl Entry for PortfolioRow {
    type Field = Field;

    const NEEDS: &'static [&'static [Field]] = &[
        &[Field::CaseRef],
        &[Field::Creditor],
        &[Field::DebtorName],
        &[Field::Phone],
        &[Field::DueOn],
        &AMOUNT_FIELDS,
    ];

    const KEY: Field = Field::CaseRef;

    fn mapping(profile: &Profile) -> Result<&Mapping<Field>, &'static str> {
        Ok(&profile.cases)
    }

    fn skip(profile: &Profile) -> usize {
        profile.skip
    }

    fn read(cells: &Cells<'_, Field>) -> Result<Self, Vec<Fault>> {
        Line(cells).read()
    }

    fn key(&self) -> Option<impl Hash> {
        Some((&self.creditor, &self.case_ref))
    }

    fn line(&self) -> u64 {
        self.line
    }
}

/// A word that means nothing to us, and those that do.
fn said_wrong(field: Field, said: &str, known: &str) -> Fault {
    Fault::of(field, format!("« {said} » means nothing here: write {known}"))
}

/// The cells of a case.
struct Line<'a>(&'a Cells<'a, Field>);

impl<'a> Deref for Line<'a> {
    type Target = Cells<'a, Field>;

    fn deref(&self) -> &Self::Target {
        self.0
    }
}

impl Line<'_> {
    fn read(&self) -> Result<PortfolioRow, Vec<Fault>> {
        let mut faults = Vec::new();
        let case_ref = keep(&mut faults, self.short(Field::CaseRef, 40));
        let creditor = keep(&mut faults, self.creditor(Field::Creditor));
        let debtor_name = keep(&mut faults, self.short(Field::DebtorName, 120));
        let phone = keep(&mut faults, self.phone(creditor));
        let language = keep(&mut faults, self.language(creditor));
        let segment = keep(&mut faults, self.segment());
        let amount = self.amount(creditor, segment.flatten(), &mut faults);
        let issued_on = keep(&mut faults, self.date(Field::IssuedOn));
        let due_on = keep(&mut faults, self.required(Field::DueOn).and_then(|_| self.date(Field::DueOn)));
        if let (Some(Some(issued)), Some(Some(due))) = (issued_on, due_on)
            && issued > due
        {
            faults.push(Fault::of(Field::DueOn, "it is before the day of issue"));
        }
        let origin = keep(&mut faults, self.origin());
        let email = self.optional(Field::Email);
        if email.is_some_and(|email| !looks_like_an_email(email)) {
            faults.push(Fault::of(
                Field::Email,
                "this is not an e-mail address: write one such as anne@example.fr, or nothing",
            ));
        }
        let basis = keep(&mut faults, self.basis(creditor));
        let letter = keep(&mut faults, self.letter());
        let letter_hash = keep(&mut faults, self.letter_hash());
        let number_obtained_on = keep(&mut faults, self.date(Field::NumberObtainedOn));
        let limitation_on = keep(&mut faults, self.date(Field::LimitationOn));
        if let (Some(Some(limitation)), Some(Some(due))) = (limitation_on, due_on)
            && limitation <= due
        {
            faults.push(Fault::of(Field::LimitationOn, "the debt would be time-barred before it was due"));
        }
        let row = (|| {
            let (amount, is_balance, items) = amount?;
            Some(PortfolioRow {
                line: self.line,
                case_ref: case_ref?.to_owned(),
                creditor: creditor?.key.clone(),
                debtor_name: debtor_name?.to_owned(),
                phone: phone?,
                language: language?,
                invoice: self.owned(Field::Invoice),
                amount,
                is_balance,
                issued_on: issued_on?,
                due_on: due_on??,
                origin: origin?,
                email: self.owned(Field::Email),
                postcode: self.owned(Field::Postcode),
                segment: segment?,
                letter: letter?,
                particulars: Particulars {
                    items,
                    // Whoever brings it in knows the day.
                    balance_on: None,
                    basis: Some(basis?),
                    number_source: self.owned(Field::NumberSource),
                    number_obtained_on: number_obtained_on?,
                    letter_hash: letter_hash?,
                    limitation_on: limitation_on?,
                    address: self.address(),
                },
                raw: self.raw.to_vec(),
            })
        })();
        row.filter(|_| faults.is_empty()).ok_or(faults)
    }

    /// Where letters go, as far as the line says it; a cell may hold several lines of a street.
    fn address(&self) -> Option<PostalAddress> {
        let written =
            |field| self.optional(field).unwrap_or_default().lines().map(str::trim).filter(|line| !line.is_empty());
        let on_one_line = |field| Some(written(field).collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty());
        let street = [Field::Address1, Field::Address2, Field::Address3].into_iter().flat_map(written);
        let address = PostalAddress {
            street: street.map(str::to_owned).collect(),
            city: on_one_line(Field::City),
            country: on_one_line(Field::Country),
        };
        (address != PostalAddress::default()).then_some(address)
    }

    fn phone(&self, creditor: Option<&Creditor>) -> Result<PhoneNumber, Fault> {
        let raw = self.required(Field::Phone)?;
        let home = creditor.map_or("FR", |creditor| creditor.jurisdiction.phone_region());
        let wrong = |error: PhoneError| Fault::of(Field::Phone, format!("« {raw} »: {error}"));
        PhoneNumber::parse(raw, home).or_else(|error| {
            let postcode = self.optional(Field::Postcode).filter(|code| home == "FR" && code.len() == 5);
            let own = postcode.and_then(|code| OWN_NUMBERS.iter().find(|(beginning, _)| code.starts_with(beginning)));
            own.ok_or(error).and_then(|(_, region)| PhoneNumber::parse(raw, region)).map_err(wrong)
        })
    }

    fn language(&self, creditor: Option<&Creditor>) -> Result<Option<Language>, Fault> {
        let Some(text) = self.optional(Field::Language) else { return Ok(None) };
        let language = Language::parse(text).filter(|_| text.len() == 2 || text.contains(['-', '_']));
        let language =
            language.ok_or_else(|| Fault::of(Field::Language, "write a two-letter code such as fr or en"))?;
        match creditor {
            Some(creditor) if !creditor.languages.contains(&language) => {
                let known: Vec<_> = creditor.languages.iter().map(Language::code).collect();
                let known = known.join(" or ");
                Err(Fault::of(Field::Language, format!("this creditor writes in {known}: write that, or nothing")))
            }
            _ => Ok(Some(language)),
        }
    }

    /// How much, whether that is the balance, and item by item; `None` when something is wrong with it.
    fn amount(
        &self,
        creditor: Option<&Creditor>,
        segment: Option<Segment>,
        faults: &mut Vec<Fault>,
    ) -> Option<(Money, bool, Option<Items>)> {
        let currency = keep(faults, self.currency_or_usual(creditor));
        let amount = keep(faults, self.sum(Field::Amount, NO_DEBT));
        let balance = keep(faults, self.sum(Field::Balance, NO_DEBT));
        let principal = keep(faults, self.sum(Field::Principal, NO_DEBT));
        let interest = keep(faults, self.sum(Field::Interest, NO_DEBT));
        let fees = keep(faults, self.sum(Field::Fees, NO_DEBT));
        let (amount, balance, currency) = (amount?, balance?, currency?);
        let (principal, interest, fees) = (principal?, interest?.unwrap_or(0), fees?.unwrap_or(0));
        if fees > 0 && segment.unwrap_or(Segment::Consumer).is_consumer() {
            faults.push(Fault::of(Field::Fees, "no fees may be asked of a consumer: leave them out of the amount"));
            return None;
        }
        let items = principal.map(|principal| Items { principal, interest, fees });
        if items.is_none() && interest + fees > 0 {
            faults.push(Fault::of(Field::Principal, "it is empty, though interest or fees are told apart"));
            return None;
        }
        let (field, minor) = match (amount, balance, items) {
            (Some(amount), _, _) => (Field::Amount, amount),
            (None, Some(balance), _) => (Field::Balance, balance),
            (None, None, Some(items)) => (Field::Principal, items.sum().unwrap_or(0)),
            (None, None, None) => {
                let field = AMOUNT_FIELDS.into_iter().find(|field| self.has_column(*field));
                faults.push(Fault::of(field.unwrap_or(Field::Amount), "it is empty"));
                return None;
            }
        };
        if minor == 0 {
            faults.push(Fault::of(field, "nothing is due: the amount must be above zero"));
            return None;
        }
        if let Some(sum) = items.map(|items| items.sum().unwrap_or(0))
            && sum != minor
        {
            let reason = format!("the items add up to {}, not to {}", written(sum), written(minor));
            faults.push(Fault::of(field, reason));
            return None;
        }
        Some((Money::new(minor, currency), field == Field::Balance, items))
    }

    fn currency_or_usual(&self, creditor: Option<&Creditor>) -> Result<Currency, Fault> {
        let usual = match creditor.map(|creditor| creditor.jurisdiction) {
            Some(Jurisdiction::Uk) => Currency::Gbp,
            Some(Jurisdiction::Us) => Currency::Usd,
            Some(Jurisdiction::Fr) | None => Currency::Eur,
        };
        Ok(self.currency(Field::Currency)?.unwrap_or(usual))
    }

    /// An origin that nobody wrote is unknown: nothing about the debt is said before the person is.
    fn origin(&self) -> Result<PhoneOrigin, Fault> {
        match self.optional(Field::Origin).map(str::to_lowercase).as_deref() {
            Some("contract" | "contrat") => Ok(PhoneOrigin::Contract),
            Some("older" | "ancien") => Ok(PhoneOrigin::Older),
            Some("traced" | "recherche") => Ok(PhoneOrigin::Traced),
            Some("shared" | "partage" | "partagé") => Ok(PhoneOrigin::Shared),
            Some("workplace" | "travail") => Ok(PhoneOrigin::Workplace),
            Some("unknown" | "inconnu") | None => Ok(PhoneOrigin::Unknown),
            Some(said) => Err(said_wrong(Field::Origin, said, "contract, older, traced, shared, workplace or unknown")),
        }
    }

    /// A segment that nobody wrote is a consumer: more is forbidden there.
    fn segment(&self) -> Result<Option<Segment>, Fault> {
        match self.optional(Field::Segment).map(str::to_lowercase).as_deref() {
            Some("consumer") => Ok(Some(Segment::Consumer)),
            Some("loyal") => Ok(Some(Segment::Loyal)),
            Some("business") => Ok(Some(Segment::Business)),
            None => Ok(None),
            Some(said) => Err(said_wrong(Field::Segment, said, "consumer, loyal or business")),
        }
    }

    /// A debt rests on the contract that it is owed under, unless the file says otherwise; in the United States a text
    /// rests on a consent, which nobody may suppose.
    fn basis(&self, creditor: Option<&Creditor>) -> Result<Basis, Fault> {
        match self.optional(Field::Basis).map(str::to_lowercase).as_deref() {
            Some("contract" | "contrat") => Ok(Basis::Contract),
            Some("legitimate_interest" | "intérêt légitime" | "interet legitime") => Ok(Basis::LegitimateInterest),
            Some("consent" | "consentement") => Ok(Basis::Consent),
            None if creditor.is_none_or(|creditor| creditor.jurisdiction != Jurisdiction::Us) => Ok(Basis::Contract),
            Some(said) => Err(said_wrong(Field::Basis, said, "contract, legitimate_interest or consent")),
            None => Err(Fault::of(
                Field::Basis,
                "it is empty: in the United States nobody supposes a consent; write contract, legitimate_interest or consent",
            )),
        }
    }

    fn letter(&self) -> Result<Option<Letter>, Fault> {
        match (self.optional(Field::LetterReference), self.date(Field::LetterSentOn)?) {
            (Some(reference), Some(sent_on)) => Ok(Some(Letter { reference: reference.to_owned(), sent_on })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(Fault::of(Field::LetterSentOn, "it is empty, though the letter has a reference")),
            (None, Some(_)) => Err(Fault::of(Field::LetterReference, "it is empty, though the letter has a date")),
        }
    }

    fn letter_hash(&self) -> Result<Option<String>, Fault> {
        let Some(hash) = self.optional(Field::LetterHash) else { return Ok(None) };
        if self.optional(Field::LetterReference).is_none() {
            return Err(Fault::of(Field::LetterReference, "it is empty, though the letter has a hash"));
        }
        if hash.len() != 64 || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(Fault::of(Field::LetterHash, "write the SHA-256 of the letter: 64 hexadecimal digits"));
        }
        Ok(Some(hash.to_lowercase()))
    }
}
