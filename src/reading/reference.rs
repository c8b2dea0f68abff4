//! An invoice or case number quoted in a message.

use super::error::ReadingError;
use regex::Regex;
use std::ops::Range;

/// Finds references in the person's own writing: capitals count.
pub(super) struct References(Vec<Regex>);

impl References {
    /// Builds the patterns.
    pub(super) fn new() -> Result<Self, ReadingError> {
        let named = r"(?i-u)(?:facture|fact|fac|dossier|r[e\xC3\xA9]f[.:]*|reference|invoice|case|account|acct|titre|quittance|avis|ticket|order|commande|contrat|policy|inv|bill|n[o°]|no\.?|#)\s*(?:n[o°.]*|no\.?|number|:|#)?\s*:?\s*(?P<ref>[A-Z]{0,5}[-/]?[0-9][0-9A-Z]*(?:[-/.][0-9A-Z]+)*)";
        let patterns = [
            r"(?-u)\b(?P<ref>[A-Z]{1,6}[0-9]{0,4}[-/][0-9]{2,}(?:[-/][0-9A-Z]+)*|[A-Z]{1,4}[0-9]{3,}(?:[-/][0-9A-Z]+)*)\b",
            r"(?-u)\b(?P<ref>[0-9]{2,6}[-/][0-9]{3,}(?:[-/][0-9A-Z]+)*|[0-9]{3,}[-/][A-Z]\b)",
            &named.replace(r"\xC3\xA9", "é").replace("(?i-u)", "(?i)"),
        ];
        let compile = |p: &&str| Regex::new(p);
        patterns
            .iter()
            .map(compile)
            .collect::<Result<_, _>>()
            .map(Self)
            .map_err(|problem| ReadingError::Data { file: "references".to_owned(), problem: problem.to_string() })
    }

    /// The first reference of a message, as it is written, and where.
    pub(super) fn find(&self, message: &str) -> Option<(String, Range<usize>)> {
        self.0.iter().flat_map(|regex| regex.captures_iter(message)).find_map(|found| {
            let found = found.name("ref")?;
            let digits = found.as_str().bytes().filter(u8::is_ascii_digit).count();
            // Two or three digits are a price or a day; ten are a telephone.
            let is_date = found.as_str().matches('/').count() > 0 && found.as_str().len() <= 5;
            ((3..=14).contains(&digits) && !is_date).then(|| (found.as_str().to_owned(), found.range()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_invoices_and_cases_are_found_and_amounts_are_not() {
        let references = References::new().expect("the patterns");
        for (text, wanted) in [
            ("FA-7719 : les flyers sont arrivés", Some("FA-7719")),
            ("V/facture 25/0447 contestée", Some("25/0447")),
            ("oui la n°55190 est à moi", Some("55190")),
            ("Dossier 88214 : échelonner ?", Some("88214")),
            ("suspendez le 240017-C svp", Some("240017-C")),
            ("whats left on 7731-B now", Some("7731-B")),
            ("je paie 120 le 5", None),
            ("le 05/04", None),
            ("", None),
        ] {
            assert_eq!(references.find(text).map(|(r, _)| r).as_deref(), wanted, "{text}");
        }
    }
}
