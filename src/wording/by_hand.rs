//! What a person does in our place: a letter to print, and what to say on the telephone.

use super::phrasebook::CALL_SCRIPT;
use super::template::{Paper, Side};
use super::voice::{Spelling, Voice};
use super::words::{Rendered, WordingError, Words, surroundings};
use crate::domain::{Message, Money, Role, Stage};
use chrono::NaiveDate;
use minijinja::context;
use minijinja::value::{Serde, Value};

/// Article L111-8 of the code des procédures civiles d'exécution, second and third paragraphs: the first letter of whoever
/// collects for others in France reproduces them (R124-4). The law is quoted as it stands, and not checked as words of ours.
const L111_8: &str = include_str!("templates/fr/law/l111_8.txt");

/// What a letter or a call says of the debt.
#[derive(Debug, Clone, Copy)]
pub struct Sheet<'a> {
    /// What it is for.
    pub stage: Stage,
    /// What is left to pay.
    pub amount: Money,
    /// Since when.
    pub due_on: NaiveDate,
    /// In a last notice, the day by which to settle.
    pub by: Option<NaiveDate>,
    /// When the invoice was made out.
    pub issued_on: Option<NaiveDate>,
    /// What was owed at first, without what was added.
    pub principal: Money,
    /// Interest.
    pub interest: Money,
    /// Whatever else the law or the contract adds.
    pub fees: Money,
    /// What has come in since.
    pub paid: Money,
    /// Where the creditor is.
    pub creditor_address: Option<&'a str>,
    /// Where its collector is.
    pub agency_address: Option<&'a str>,
}

impl Sheet<'_> {
    /// What an e-mail of the stage would say: a letter says it too, and more.
    const fn message(&self) -> Message {
        Message::EmailReminder { stage: self.stage, amount: self.amount, due_on: self.due_on, by: self.by }
    }
}

impl Words {
    /// The object and the words of a letter.
    ///
    /// # Errors
    /// When the language has no templates, or one is mistaken.
    pub fn letter(&self, sheet: &Sheet<'_>, voice: &Voice<'_>) -> Result<Rendered, WordingError> {
        let name = self.phrasebook(voice.language)?.staged(
            Paper::Letter,
            sheet.stage,
            Side::from(voice.role),
            voice.segment,
            None,
        );
        self.put(&name, &self.context(sheet, voice)?, Spelling::Exact, voice.language)
    }

    /// What to say on the telephone: who calls, about what, and what to ask.
    ///
    /// # Errors
    /// When the language has no templates, or one is mistaken.
    pub fn call_script(&self, sheet: &Sheet<'_>, voice: &Voice<'_>) -> Result<Rendered, WordingError> {
        self.put(CALL_SCRIPT, &self.context(sheet, voice)?, Spelling::Exact, voice.language)
    }

    /// The law that a letter must reproduce, where it must.
    #[must_use]
    pub fn law_of_letter(voice: &Voice<'_>) -> Option<&'static str> {
        voice.role.needs_letter(voice.jurisdiction).then_some(L111_8)
    }

    fn context(&self, sheet: &Sheet<'_>, voice: &Voice<'_>) -> Result<Value, WordingError> {
        let message = sheet.message();
        let of_the_sheet = context! {
            collects => voice.role != Role::Creditor,
            issued_on => Serde(sheet.issued_on),
            principal => Serde(sheet.principal),
            interest => Serde(sheet.interest),
            fees => Serde(sheet.fees),
            paid => Serde(sheet.paid),
            creditor_address => sheet.creditor_address,
            agency_address => sheet.agency_address,
        };
        let around = surroundings(self.phrasebook(voice.language)?, &message, voice);
        Ok(context! { ..of_the_sheet, ..around, ..Value::from(Serde(&message)) })
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;
    use crate::domain::{BankAccount, Language, PaymentMeans};

    #[test]
    fn the_first_letter_of_a_french_agency_holds_what_r124_4_asks() {
        let words = Words::embedded().unwrap();
        let voice = samples::collecting(samples::ordinary(Language::FR));
        let letter = words.letter(&samples::sheet(Stage::First), &voice).unwrap();
        let subject = letter.subject.unwrap();
        assert!(subject.contains('\u{a0}') && letter.text.contains("150,00\u{a0}€"), "{subject}");
        let said = letter.text.replace('\u{a0}', " ");
        for asked in [
            "Cabinet Vernier",
            "3 rue du Port, 44000 Nantes",
            "exerce une activité de recouvrement amiable",
            "vous écrit pour Garage Martin, ",
            "12 rue des Lilas, 75011 Paris",
            "principal (facture F-2026-118 du ",
            "150,00 €",
            "intérêts : 5,00 €",
            "reste à payer : 145,00 €",
            "Nous vous demandons de payer cette somme.",
        ] {
            assert!(said.contains(asked), "{asked} in {said}");
        }
        for unasked in ["accessoires", "virement", "chèque"] {
            assert!(!said.contains(unasked), "{unasked} in {said}");
        }
        let law = Words::law_of_letter(&voice).unwrap();
        assert!(law.starts_with("Les frais de recouvrement") && law.contains("débiteur de mauvaise foi"));
        assert_eq!(Words::law_of_letter(&samples::ordinary(Language::FR)), None);
    }

    #[test]
    fn letters_and_emails_tell_the_account_that_texts_never_tell() {
        let words = Words::embedded().unwrap();
        let account = BankAccount { iban: "FR76 3000".into(), bic: None, holder: "Garage Martin".into() };
        let means = PaymentMeans { transfer: Some(account), cheque_to: Some("G. Martin".into()) };
        for language in [Language::FR, Language::EN] {
            let voice = Voice { means: Some(&means), ..samples::ordinary(language) };
            let letter = words.letter(&samples::sheet(Stage::First), &voice).unwrap().text;
            let email = words.render(&samples::emails(samples::ORDINARY)[0], &voice).unwrap().text;
            for text in [letter, email] {
                assert!(text.contains("FR76 3000") && text.contains("G. Martin") && !text.contains("BIC"), "{text}");
            }
            for message in samples::messages(samples::ORDINARY) {
                assert!(!words.render(&message, &voice).unwrap().text.contains("FR76"), "{message:?}");
            }
        }
    }

    #[test]
    fn a_letter_sends_a_cheque_to_the_address_of_whoever_is_paid_where_it_is_known() {
        let words = Words::embedded().unwrap();
        let means = PaymentMeans { transfer: None, cheque_to: Some("G. Martin".into()) };
        let sheet = samples::sheet(Stage::First);
        for (language, told) in [(Language::FR, "à notre adresse"), (Language::EN, "to our address")] {
            let voice = Voice { means: Some(&means), ..samples::ordinary(language) };
            for (voice, lost) in [
                (voice, Sheet { creditor_address: None, ..sheet }),
                (samples::collecting(voice), Sheet { agency_address: None, ..sheet }),
            ] {
                assert!(words.letter(&sheet, &voice).unwrap().text.contains(told));
                let letter = words.letter(&lost, &voice).unwrap().text;
                assert!(letter.contains("G. Martin") && !letter.contains(told), "{letter}");
            }
        }
    }

    #[test]
    fn a_creditor_writes_and_calls_in_its_own_name_at_every_stage() {
        let words = Words::embedded().unwrap();
        for language in [Language::FR, Language::EN] {
            for stage in Stage::ALL {
                let letter = words.letter(&samples::sheet(stage), &samples::ordinary(language)).unwrap();
                assert!(letter.subject.is_some_and(|object| object.contains("F-2026-118")));
                assert!(!letter.text.contains("recouvrement") && !letter.text.contains("collect"), "{}", letter.text);
                let formulas = [("Madame, Monsieur,", "salutations"), ("Dear Paul Durand,", "Yours sincerely,")];
                let said =
                    |(opens, closes): &(&str, &str)| letter.text.starts_with(opens) && letter.text.contains(closes);
                assert!(formulas.iter().any(said), "{}", letter.text);
                for trace in ["none", " .", "..", "{", "\n\n\n"] {
                    assert!(!letter.text.contains(trace), "{trace:?} in {}", letter.text);
                }
            }
            let script = words.call_script(&samples::sheet(Stage::First), &samples::ordinary(language)).unwrap().text;
            let who = script.find("Garage Martin").unwrap();
            let what = script.find("F-2026-118").unwrap();
            let whom = script.find("Paul Durand").unwrap();
            assert!(who < whom && whom < what, "nothing of the debt before the person is known: {script}");
        }
    }
}
