//! One line: each field to its value, or all that is wrong with it.

use super::field::{Field, Places};
use super::profile::Profile;
use super::values::{date, looks_like_an_email, minor_units, written};
use crate::domain::{
    Basis, Creditor, CreditorKey, Currency, Items, Jurisdiction, Language, Letter, Money, Particulars, PhoneError,
    PhoneNumber, PhoneOrigin, Segment,
};
use chrono::NaiveDate;

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

/// A line that was refused, and why.
#[derive(Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Its line in the file.
    pub line: u64,
    /// All that is wrong.
    pub faults: Vec<Fault>,
    /// The line as it came.
    pub raw: Vec<String>,
}

/// One thing that is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The column at fault, under our own name; empty when it is the whole line.
    pub column: String,
    /// What is wrong, and what to write instead.
    pub reason: String,
}

impl Fault {
    pub(crate) fn new(column: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { column: column.into(), reason: reason.into() }
    }

    fn of(field: Field, reason: impl Into<String>) -> Self {
        Self::new(field.label(), reason)
    }
}

/// Any one of these says how much.
pub(super) const AMOUNT_FIELDS: [Field; 3] = [Field::Amount, Field::Balance, Field::Principal];
/// Overseas territories whose numbers are written without their country code, by the beginning of the postcode.
const OWN_NUMBERS: [(&str, &str); 4] = [("975", "PM"), ("986", "WF"), ("987", "PF"), ("988", "NC")];

pub(super) struct Line<'a> {
    pub raw: &'a [String],
    pub places: &'a Places,
    pub profile: &'a Profile,
    pub creditors: &'a [Creditor],
    pub number: u64,
}

/// Keeps what was read, and notes what could not be.
fn keep<T>(faults: &mut Vec<Fault>, read: Result<T, Fault>) -> Option<T> {
    read.map_err(|fault| faults.push(fault)).ok()
}

impl Line<'_> {
    pub fn read(&self) -> Result<PortfolioRow, Vec<Fault>> {
        let mut faults = Vec::new();
        let case_ref = keep(&mut faults, self.short(Field::CaseRef, 40));
        let creditor = keep(&mut faults, self.creditor());
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
            faults.push(Fault::of(Field::Email, "this is not an e-mail address"));
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
                line: self.number,
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
                    basis: Some(basis?),
                    number_source: self.owned(Field::NumberSource),
                    number_obtained_on: number_obtained_on?,
                    letter_hash: letter_hash?,
                    limitation_on: limitation_on?,
                },
                raw: self.raw.to_vec(),
            })
        })();
        row.filter(|_| faults.is_empty()).ok_or(faults)
    }

    /// What the line says; in its own words, unless the profile has ours for them.
    fn optional(&self, field: Field) -> Option<&str> {
        let places = &self.places[field as usize];
        let said = places.iter().filter_map(|at| self.raw.get(*at)).map(String::as_str).find(|text| !text.is_empty());
        let said =
            said.or_else(|| self.profile.defaults.get(&field).map(String::as_str).filter(|text| !text.is_empty()))?;
        let ours = self.profile.values.get(&field).and_then(|words| words.get(&said.to_lowercase()));
        Some(ours.map_or(said, String::as_str)).filter(|text| !text.is_empty())
    }

    fn owned(&self, field: Field) -> Option<String> {
        self.optional(field).map(str::to_owned)
    }

    fn required(&self, field: Field) -> Result<&str, Fault> {
        self.optional(field).ok_or_else(|| Fault::of(field, "it is empty"))
    }

    fn short(&self, field: Field, most: usize) -> Result<&str, Fault> {
        let text = self.required(field)?;
        if text.chars().count() > most {
            return Err(Fault::of(field, format!("it is longer than {most} characters")));
        }
        Ok(text)
    }

    fn creditor(&self) -> Result<&Creditor, Fault> {
        let key = self.required(Field::Creditor)?;
        let creditor = self.creditors.iter().find(|creditor| creditor.key.0 == key);
        creditor.ok_or_else(|| Fault::of(Field::Creditor, "the settings name no creditor of this key"))
    }

    fn phone(&self, creditor: Option<&Creditor>) -> Result<PhoneNumber, Fault> {
        let raw = self.required(Field::Phone)?;
        let home = creditor.map_or("FR", |creditor| creditor.jurisdiction.phone_region());
        let wrong = |error: PhoneError| Fault::of(Field::Phone, error.to_string());
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

    fn date(&self, field: Field) -> Result<Option<NaiveDate>, Fault> {
        let Some(text) = self.optional(field) else { return Ok(None) };
        let day = date(text, &self.profile.dates);
        day.map(Some).ok_or_else(|| {
            let how = if self.profile.dates.is_empty() { "as 2026-10-31 or 31/10/2026" } else { "as the profile says" };
            Fault::of(field, format!("write the date {how}"))
        })
    }

    /// A sum, which may be nothing.
    fn sum(&self, field: Field) -> Result<Option<i64>, Fault> {
        let Some(text) = self.optional(field) else { return Ok(None) };
        if text.starts_with(['-', '(']) || text.ends_with('-') {
            return Err(Fault::of(field, "nothing is due: a credit is not a debt"));
        }
        let sum = minor_units(text, self.profile.decimal);
        sum.map(Some).ok_or_else(|| Fault::of(field, "write it as 1234.56 or 1 234,56, with two decimals or none"))
    }

    /// How much, whether that is the balance, and item by item; `None` when something is wrong with it.
    fn amount(
        &self,
        creditor: Option<&Creditor>,
        segment: Option<Segment>,
        faults: &mut Vec<Fault>,
    ) -> Option<(Money, bool, Option<Items>)> {
        let currency = keep(faults, self.currency(creditor));
        let amount = keep(faults, self.sum(Field::Amount));
        let balance = keep(faults, self.sum(Field::Balance));
        let principal = keep(faults, self.sum(Field::Principal));
        let interest = keep(faults, self.sum(Field::Interest));
        let fees = keep(faults, self.sum(Field::Fees));
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
                let field = AMOUNT_FIELDS.into_iter().find(|field| !self.places[*field as usize].is_empty());
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

    fn currency(&self, creditor: Option<&Creditor>) -> Result<Currency, Fault> {
        match (self.optional(Field::Currency), creditor.map(|creditor| creditor.jurisdiction)) {
            (Some(code), _) => {
                Currency::parse(code).ok_or_else(|| Fault::of(Field::Currency, "write EUR, GBP, USD or CHF"))
            }
            (None, Some(Jurisdiction::Uk)) => Ok(Currency::Gbp),
            (None, Some(Jurisdiction::Us)) => Ok(Currency::Usd),
            (None, Some(Jurisdiction::Fr) | None) => Ok(Currency::Eur),
        }
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
            Some(_) => Err(Fault::of(Field::Origin, "write contract, older, traced, shared, workplace or unknown")),
        }
    }

    /// A segment that nobody wrote is a consumer: more is forbidden there.
    fn segment(&self) -> Result<Option<Segment>, Fault> {
        match self.optional(Field::Segment).map(str::to_lowercase).as_deref() {
            Some("consumer") => Ok(Some(Segment::Consumer)),
            Some("loyal") => Ok(Some(Segment::Loyal)),
            Some("business") => Ok(Some(Segment::Business)),
            None => Ok(None),
            Some(_) => Err(Fault::of(Field::Segment, "write consumer, loyal or business")),
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
            None | Some(_) => Err(Fault::of(Field::Basis, "write contract, legitimate_interest or consent")),
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
