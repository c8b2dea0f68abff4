//! How a creditor is paid beside the page of the link: an account whose number is checked, and cheques.

use crate::domain::{BankAccount, PaymentMeans};
use iban::Iban;
use serde::Deserialize;

/// `[creditors.payment]`: what is left empty is not offered.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PaymentSettings {
    /// The account that transfers go to.
    pub iban: String,
    /// Its bank.
    pub bic: String,
    /// Whose account it is; whoever collects, when it is left empty.
    pub account_name: String,
    /// To whose order cheques are made out.
    pub cheque_to: String,
}

impl PaymentSettings {
    /// The means of a creditor whose debts are paid to `payee`; or the key at fault, and what is wrong.
    pub(super) fn means(&self, payee: &str) -> Result<PaymentMeans, (&'static str, String)> {
        let said = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let transfer = match (said(&self.iban), said(&self.bic), said(&self.account_name)) {
            (Some(number), bic, holder) => Some(BankAccount {
                iban: grouped(&number)?,
                bic: bic.map(|bic| checked(&bic)).transpose()?,
                holder: holder.unwrap_or_else(|| payee.to_owned()),
            }),
            (None, None, None) => None,
            (None, ..) => return Err(("iban", "it is empty, though its bank or its holder is told".to_owned())),
        };
        Ok(PaymentMeans { transfer, cheque_to: said(&self.cheque_to) })
    }
}

/// An account number in groups of four, whatever spaces it was written with.
fn grouped(number: &str) -> Result<String, (&'static str, String)> {
    let bare: String = number.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_uppercase();
    let read: Result<Iban, _> = bare.parse();
    read.map(|iban| iban.to_string()).map_err(|error| {
        let problem = match error {
            iban::ParseIbanError::InvalidBaseIban { source: iban::ParseBaseIbanError::InvalidChecksum } => {
                "its check digits do not fit the others: one of them is mistyped"
            }
            iban::ParseIbanError::InvalidBaseIban { .. } => {
                "it is no IBAN: write it as FR76 3000 6000 0112 3456 7890 189"
            }
            iban::ParseIbanError::InvalidBban(_) => "its country has account numbers of another length or form",
            _ => "its country has no IBAN",
        };
        ("iban", problem.to_owned())
    })
}

/// A bank's code: eight characters, or eleven with its branch.
fn checked(code: &str) -> Result<String, (&'static str, String)> {
    let code = code.to_uppercase();
    let (bank, place) = code.split_at_checked(6).unwrap_or_default();
    let sound = bank.bytes().all(|b| b.is_ascii_alphabetic())
        && matches!(place.len(), 2 | 5)
        && place.bytes().all(|b| b.is_ascii_alphanumeric());
    if sound { Ok(code) } else { Err(("bic", "write 8 or 11 letters and digits, such as AGRIFRPP".to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(iban: &str, bic: &str, account_name: &str, cheque_to: &str) -> PaymentSettings {
        let [iban, bic, account_name, cheque_to] = [iban, bic, account_name, cheque_to].map(str::to_owned);
        PaymentSettings { iban, bic, account_name, cheque_to }
    }

    #[test]
    fn an_account_is_read_however_it_is_spaced_and_shown_in_groups_of_four() {
        for number in
            ["FR7630006000011234567890189", " fr76 3000 6000 0112 3456 7890 189 ", "FR 7630006 000011234567890189"]
        {
            let account = settings(number, "agrifrpp", "", "").means("Atelier Lumen").unwrap().transfer.unwrap();
            assert_eq!(account.iban, "FR76 3000 6000 0112 3456 7890 189");
            assert_eq!((account.bic.as_deref(), account.holder.as_str()), (Some("AGRIFRPP"), "Atelier Lumen"));
        }
        assert_eq!(settings("", " ", "", "").means("A").unwrap(), PaymentMeans::default());
        assert_eq!(settings("", "", "", "Atelier").means("A").unwrap().cheque_to.as_deref(), Some("Atelier"));
    }

    #[test]
    fn the_settings_name_the_key_at_fault_and_an_agency_holds_its_account() {
        let said = |payment: &str, collector: &str| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("relance.toml");
            let text =
                crate::config::EXAMPLE.replace("iban = \"\"", payment).replace("collector_name = \"\"", collector);
            std::fs::write(&path, text).unwrap();
            crate::config::load(Some(&path), []).and_then(|settings| settings.creditors())
        };
        let refused = said("iban = \"FR7630006000011234567890188\"", "").unwrap_err().to_string();
        assert!(refused.starts_with("setting `creditors[0].payment.iban`: its check digits"), "{refused}");
        let creditors = said("iban = \"FR7630006000011234567890189\"", "collector_name = \"Cabinet Vernier\"").unwrap();
        assert_eq!(creditors[0].means.transfer.as_ref().unwrap().holder, "Cabinet Vernier");
        assert_eq!(said("", "").unwrap()[0].means, PaymentMeans::default());
    }

    #[test]
    fn what_is_no_account_is_refused_with_the_reason() {
        for (iban, bic, holder, expected) in [
            ("FR7630006000011234567890188", "", "", ("iban", "mistyped")),
            ("FR76", "", "", ("iban", "another length")),
            ("not an account", "", "", ("iban", "it is no IBAN")),
            ("", "AGRIFRPP", "", ("iban", "it is empty")),
            ("", "", "Atelier", ("iban", "it is empty")),
            ("FR7630006000011234567890189", "AGRI", "", ("bic", "8 or 11")),
            ("FR7630006000011234567890189", "AGR1FRPP", "", ("bic", "8 or 11")),
            ("FR7630006000011234567890189", "AGRIFRPPéé", "", ("bic", "8 or 11")),
        ] {
            let (key, problem) = settings(iban, bic, holder, "").means("A").unwrap_err();
            assert_eq!(key, expected.0, "{iban} {bic}");
            assert!(problem.contains(expected.1), "{iban} {bic}: {problem}");
        }
    }
}
