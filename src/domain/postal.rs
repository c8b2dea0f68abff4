//! Where letters go.

use super::Jurisdiction;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A postal address without its postcode, which a case has anyway.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PostalAddress {
    /// Number and street, and what goes with them.
    pub street: Vec<String>,
    /// The town.
    pub city: Option<String>,
    /// The country, where the file says it.
    pub country: Option<String>,
}

/// Where somebody lives is never printed by accident.
impl fmt::Debug for PostalAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostalAddress").finish_non_exhaustive()
    }
}

impl PostalAddress {
    /// This address, completed by what was known before.
    #[must_use]
    pub fn over(&self, known: Option<&Self>) -> Self {
        let Some(known) = known else { return self.clone() };
        Self {
            street: if self.street.is_empty() { known.street.clone() } else { self.street.clone() },
            city: self.city.clone().or_else(|| known.city.clone()),
            country: self.country.clone().or_else(|| known.country.clone()),
        }
    }

    /// Whether a letter would find its way.
    #[must_use]
    pub fn is_full(&self, postcode: Option<&str>) -> bool {
        !self.street.is_empty() && self.city.is_some() && postcode.is_some()
    }

    /// As an envelope shows it under the name; the country only to somebody who lives in another one.
    #[must_use]
    pub fn lines(&self, postcode: Option<&str>, from: Jurisdiction) -> Vec<String> {
        let (city, postcode) = (self.city.as_deref(), postcode);
        let mut lines = self.street.clone();
        let town: Vec<&str> = match from {
            Jurisdiction::Fr => [postcode, city].into_iter().flatten().collect(),
            Jurisdiction::Us | Jurisdiction::Uk => [city, postcode].into_iter().flatten().collect(),
        };
        match from {
            // The Royal Mail wants the postcode on a line of its own.
            Jurisdiction::Uk => lines.extend(town.into_iter().map(str::to_owned)),
            Jurisdiction::Fr | Jurisdiction::Us => lines.extend(Some(town.join(" ")).filter(|town| !town.is_empty())),
        }
        lines.extend(self.country.as_deref().filter(|country| !is_home(country, from)).map(str::to_uppercase));
        lines
    }
}

/// Whether a letter to that country stays in this one.
fn is_home(country: &str, from: Jurisdiction) -> bool {
    let names: &[&str] = match from {
        Jurisdiction::Fr => &["fr", "fra", "france"],
        Jurisdiction::Uk => &["gb", "gbr", "uk", "united kingdom", "royaume-uni", "great britain"],
        Jurisdiction::Us => &["us", "usa", "united states", "united states of america", "états-unis"],
    };
    names.contains(&country.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(street: &[&str], city: Option<&str>, country: Option<&str>) -> PostalAddress {
        PostalAddress {
            street: street.iter().map(|line| (*line).to_owned()).collect(),
            city: city.map(str::to_owned),
            country: country.map(str::to_owned),
        }
    }

    #[test]
    fn an_envelope_shows_what_the_post_of_the_country_reads() {
        let lines = |country, from| address(&["12 Mill Lane"], Some("Leeds"), country).lines(Some("LS1 4AP"), from);
        assert_eq!(lines(Some("UK"), Jurisdiction::Uk), ["12 Mill Lane", "Leeds", "LS1 4AP"]);
        assert_eq!(lines(Some("France"), Jurisdiction::Fr), ["12 Mill Lane", "LS1 4AP Leeds"]);
        assert_eq!(lines(Some("Belgique"), Jurisdiction::Fr), ["12 Mill Lane", "LS1 4AP Leeds", "BELGIQUE"]);
        assert_eq!(lines(None, Jurisdiction::Us), ["12 Mill Lane", "Leeds LS1 4AP"]);
        assert_eq!(address(&[], None, None).lines(None, Jurisdiction::Fr), Vec::<String>::new());
    }

    #[test]
    fn a_letter_needs_a_street_a_postcode_and_a_town() {
        let full = address(&["3 rue du Port"], Some("Nantes"), None);
        assert!(full.is_full(Some("44000")) && !full.is_full(None));
        assert!(!address(&["3 rue du Port"], None, None).is_full(Some("44000")));
        assert!(!address(&[], Some("Nantes"), None).is_full(Some("44000")));
    }

    #[test]
    fn what_is_not_said_anew_stays() {
        let known = address(&["3 rue du Port"], Some("Nantes"), Some("France"));
        let moved = address(&["5 rue du Port", "Bât. B"], None, None).over(Some(&known));
        assert_eq!(moved, address(&["5 rue du Port", "Bât. B"], Some("Nantes"), Some("France")));
        assert_eq!(format!("{moved:?}"), "PostalAddress { .. }");
    }
}
