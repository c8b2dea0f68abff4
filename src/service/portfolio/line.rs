//! One line: each column to its value, or what is wrong with it.

use crate::domain::{
    Creditor, CreditorKey, Currency, Jurisdiction, Language, Money, PhoneNumber, PhoneOrigin, Segment,
};
use chrono::NaiveDate;
use std::collections::HashMap;

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
    pub language: Language,
    pub invoice: Option<String>,
    pub amount: Money,
    pub issued_on: Option<NaiveDate>,
    pub due_on: NaiveDate,
    pub origin: PhoneOrigin,
    pub email: Option<String>,
    pub postcode: Option<String>,
    pub segment: Segment,
    /// The line as it came, to be written back if it is refused later.
    pub raw: Vec<String>,
}

/// Column and reason.
pub(super) type Fault = (String, String);

pub(super) struct Line<'a> {
    pub raw: &'a [String],
    pub columns: &'a HashMap<String, usize>,
    pub creditors: &'a [Creditor],
    pub number: u64,
}

impl Line<'_> {
    pub fn read(&self) -> Result<PortfolioRow, Fault> {
        let key = self.required("creditor")?;
        let creditor = self.creditors.iter().find(|c| c.key.0 == key);
        let creditor = creditor.ok_or_else(|| fault("creditor", "the settings name no creditor of this key"))?;
        let phone = PhoneNumber::parse(self.required("phone")?, creditor.jurisdiction.phone_region());
        let issued_on = self.optional("issued_on").map(|text| date(text, "issued_on")).transpose()?;
        let due_on = date(self.required("due_on")?, "due_on")?;
        if issued_on.is_some_and(|issued| issued > due_on) {
            return Err(fault("due_on", "it is before the day of issue"));
        }
        let email = self.optional("email").map(str::to_owned);
        if email.as_ref().is_some_and(|email| !looks_like_an_email(email)) {
            return Err(fault("email", "this is not an e-mail address"));
        }
        Ok(PortfolioRow {
            line: self.number,
            case_ref: self.short("case_ref", 40)?.to_owned(),
            debtor_name: self.short("debtor_name", 120)?.to_owned(),
            phone: phone.map_err(|e| fault("phone", &e.to_string()))?,
            language: self.language(creditor)?,
            invoice: self.optional("invoice").map(str::to_owned),
            amount: self.amount(creditor)?,
            issued_on,
            due_on,
            origin: self.origin()?,
            email,
            postcode: self.optional("postcode").map(str::to_owned),
            segment: self.segment()?,
            creditor: creditor.key.clone(),
            raw: self.raw.to_vec(),
        })
    }

    fn optional(&self, column: &str) -> Option<&str> {
        self.columns.get(column).and_then(|i| self.raw.get(*i)).map(String::as_str).filter(|text| !text.is_empty())
    }

    fn required(&self, column: &'static str) -> Result<&str, Fault> {
        self.optional(column).ok_or_else(|| fault(column, "it is empty"))
    }

    fn short(&self, column: &'static str, most: usize) -> Result<&str, Fault> {
        let text = self.required(column)?;
        if text.chars().count() > most {
            return Err(fault(column, &format!("it is longer than {most} characters")));
        }
        Ok(text)
    }

    fn language(&self, creditor: &Creditor) -> Result<Language, Fault> {
        let Some(text) = self.optional("language") else {
            return Ok(creditor.languages.first().copied().unwrap_or(Language::FR));
        };
        Language::parse(text).ok_or_else(|| fault("language", "write a two-letter code such as fr or en"))
    }

    fn amount(&self, creditor: &Creditor) -> Result<Money, Fault> {
        let currency = match self.optional("currency") {
            Some(code) => Currency::parse(code).ok_or_else(|| fault("currency", "write EUR, GBP, USD or CHF"))?,
            None => match creditor.jurisdiction {
                Jurisdiction::Fr => Currency::Eur,
                Jurisdiction::Uk => Currency::Gbp,
                Jurisdiction::Us => Currency::Usd,
            },
        };
        let minor = minor_units(self.required("amount")?)
            .ok_or_else(|| fault("amount", "write it as 1234.56 or 1 234,56, with two decimals or none"))?;
        if minor <= 0 {
            return Err(fault("amount", "nothing is due: the amount must be above zero"));
        }
        Ok(Money::new(minor, currency))
    }

    /// An origin that nobody wrote is unknown: nothing about the debt is said before the person is.
    fn origin(&self) -> Result<PhoneOrigin, Fault> {
        match self.optional("origin").map(str::to_lowercase).as_deref() {
            Some("contract" | "contrat") => Ok(PhoneOrigin::Contract),
            Some("older" | "ancien") => Ok(PhoneOrigin::Older),
            Some("traced" | "recherche") => Ok(PhoneOrigin::Traced),
            Some("shared" | "partage" | "partagé") => Ok(PhoneOrigin::Shared),
            Some("workplace" | "travail") => Ok(PhoneOrigin::Workplace),
            Some("unknown" | "inconnu") | None => Ok(PhoneOrigin::Unknown),
            Some(_) => Err(fault("origin", "write contract, older, traced, shared, workplace or unknown")),
        }
    }

    /// A segment that nobody wrote is a consumer: more is forbidden there.
    fn segment(&self) -> Result<Segment, Fault> {
        match self.optional("segment").map(str::to_lowercase).as_deref() {
            Some("consumer") | None => Ok(Segment::Consumer),
            Some("loyal") => Ok(Segment::Loyal),
            Some("business") => Ok(Segment::Business),
            Some(_) => Err(fault("segment", "write consumer, loyal or business")),
        }
    }
}

fn fault(column: &str, reason: &str) -> Fault {
    (column.to_owned(), reason.to_owned())
}

fn date(text: &str, column: &str) -> Result<NaiveDate, Fault> {
    ["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y"]
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(text, format).ok())
        .filter(|day| (1990..2100).contains(&chrono::Datelike::year(day)))
        .ok_or_else(|| fault(column, "write the date as 2026-10-31 or 31/10/2026"))
}

/// `1234`, `1234.5`, `1 234,56`, `1.234,56 €`, `1,234.56`. The last of `,` and `.` is the decimal mark; three digits after
/// the only one could be either, and are refused.
pub(super) fn minor_units(text: &str) -> Option<i64> {
    let bare: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '€' | '£' | '$' | '\'')).collect();
    if bare.is_empty() || !bare.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.')) {
        return None;
    }
    let (whole, cents) = match bare.rfind([',', '.']) {
        None => (bare.as_str(), ""),
        Some(at) => (&bare[..at], &bare[at + 1..]),
    };
    let mark = bare.chars().nth(whole.len());
    let cents = match cents.len() {
        0 if mark.is_none() => 0,
        1 => cents.parse::<i64>().ok()? * 10,
        2 => cents.parse().ok()?,
        _ => return None,
    };
    let groups: Vec<&str> = whole.split([',', '.']).collect();
    let grouped =
        groups.len() == 1 || (groups[1..].iter().all(|g| g.len() == 3) && mark.is_none_or(|m| !whole.contains(m)));
    if !grouped {
        return None;
    }
    groups.concat().parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents)
}

fn looks_like_an_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !text.contains(' '))
}
