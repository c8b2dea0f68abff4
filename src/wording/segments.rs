//! How a text travels: its alphabet, and the segments that the carrier bills.

use serde::Serialize;
use unicode_segmentation::UnicodeSegmentation;

/// GSM 03.38 (TS 23.038) default alphabet, by code, without the escape.
const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
/// Its extension table: an escape and a code, two septets.
const EXTENSION: &str = "\u{c}^{}\\[~]|€";

/// The alphabet a text is sent in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Encoding {
    /// Seven-bit letters: 160 in one segment.
    Gsm7,
    /// Sixteen-bit units: 70 in one segment, as soon as one letter is not GSM-7.
    Ucs2,
}

impl Encoding {
    const fn alone(self) -> usize {
        match self {
            Self::Gsm7 => 160,
            Self::Ucs2 => 70,
        }
    }

    /// Each part of a longer text gives up six octets to the header that joins them.
    const fn joined(self) -> usize {
        match self {
            Self::Gsm7 => 153,
            Self::Ucs2 => 67,
        }
    }
}

/// What a text weighs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Segments {
    /// The alphabet of the whole text.
    pub encoding: Encoding,
    /// Septets or sixteen-bit units, headers excluded.
    pub units: usize,
    /// The units in each segment; an empty text makes one empty segment.
    pub per_segment: Vec<usize>,
}

impl Segments {
    /// How many segments are billed.
    #[must_use]
    pub fn count(&self) -> usize {
        self.per_segment.len()
    }

    /// Fills segments with `atoms`, none of which may be cut; the room left at an edge is lost.
    fn fill(encoding: Encoding, atoms: &[usize]) -> Self {
        let units = atoms.iter().sum();
        let mut per_segment = vec![0];
        let limit = if units <= encoding.alone() { units } else { encoding.joined() };
        for atom in atoms {
            match per_segment.last_mut() {
                Some(last) if *last + atom <= limit => *last += atom,
                _ => per_segment.push(*atom),
            }
        }
        Self { encoding, units, per_segment }
    }
}

/// Chooses the alphabet of `text` and counts its segments. The text is taken as it is: compose its accents first.
#[must_use]
pub fn measure(text: &str) -> Segments {
    match text.chars().map(septets).collect::<Option<Vec<_>>>() {
        Some(letters) => Segments::fill(Encoding::Gsm7, &letters),
        None => Segments::fill(Encoding::Ucs2, &clusters(text)),
    }
}

/// What a letter weighs in GSM-7; `None` when that alphabet lacks it.
pub(super) fn septets(letter: char) -> Option<usize> {
    if BASIC.contains(letter) {
        Some(1)
    } else if EXTENSION.contains(letter) {
        Some(2)
    } else {
        None
    }
}

/// The sixteen-bit units of each cluster that must stay whole; one longer than a segment can only be cut.
fn clusters(text: &str) -> Vec<usize> {
    let mut atoms = Vec::new();
    for cluster in text.graphemes(true) {
        let units = cluster.encode_utf16().count();
        if units <= Encoding::Ucs2.joined() {
            atoms.push(units);
        } else {
            atoms.extend(cluster.chars().map(char::len_utf16));
        }
    }
    atoms
}

#[cfg(test)]
mod tests {
    use super::Encoding::{Gsm7, Ucs2};
    use super::*;

    fn a(times: usize) -> String {
        "a".repeat(times)
    }

    #[test]
    fn every_vector_has_its_alphabet_its_units_and_its_segments() {
        let vectors: [(&str, String, Encoding, usize, &[usize]); 34] = [
            ("S1", "Réglé à 10h, très occupé où ?".into(), Gsm7, 29, &[29]),
            ("S2", "Où êtes-vous ? Ça va à Noël".into(), Ucs2, 27, &[27]),
            ("S3", "Ça va ? Reçu".into(), Ucs2, 12, &[12]),
            ("S4", "ÇA VA".into(), Gsm7, 5, &[5]),
            ("S5", "Montant : 50 €".into(), Gsm7, 15, &[15]),
            ("S6", a(160), Gsm7, 160, &[160]),
            ("S6", a(161), Gsm7, 161, &[153, 8]),
            ("S7", "é".repeat(160), Gsm7, 160, &[160]),
            ("S8", "ê".repeat(70), Ucs2, 70, &[70]),
            ("S8", "ê".repeat(71), Ucs2, 71, &[67, 4]),
            ("S9", "€".repeat(80), Gsm7, 160, &[160]),
            ("S9", "€".repeat(81), Gsm7, 162, &[152, 10]),
            ("S10", a(152) + "€" + &a(10), Gsm7, 164, &[152, 12]),
            ("S11", a(153) + "€" + &a(10), Gsm7, 165, &[153, 12]),
            ("S12", "J’ai payé".into(), Ucs2, 9, &[9]),
            ("S13", "« Oui »".into(), Ucs2, 7, &[7]),
            ("S14", "Ok 👍".into(), Ucs2, 5, &[5]),
            ("S15", a(66) + "👍" + "aaaa", Ucs2, 72, &[66, 6]),
            ("S16", "👨\u{200d}👩\u{200d}👧\u{200d}👦".repeat(7), Ucs2, 77, &[66, 11]),
            ("a family is not cut", a(60) + "👨\u{200d}👩\u{200d}👧\u{200d}👦" + "a", Ucs2, 72, &[60, 12]),
            ("S17", "re\u{301}gler".into(), Ucs2, 7, &[7]),
            ("S17 composed", "régler".into(), Gsm7, 6, &[6]),
            ("S18", "Ligne1\nLigne2".into(), Gsm7, 13, &[13]),
            ("S18", "Ligne1\r\nLigne2".into(), Gsm7, 14, &[14]),
            ("S19", "Payez ici : https://pay.exemple.fr/a~b_c{d}".into(), Gsm7, 46, &[46]),
            ("S20", "50\u{a0}€".into(), Ucs2, 4, &[4]),
            ("S20", "50\u{202f}€".into(), Ucs2, 4, &[4]),
            ("S21", "Ma sœur a payé".into(), Ucs2, 14, &[14]),
            ("S22", a(306), Gsm7, 306, &[153, 153]),
            ("S22", a(307), Gsm7, 307, &[153, 153, 1]),
            ("S23", "ê".repeat(134), Ucs2, 134, &[67, 67]),
            ("S23", "ê".repeat(135), Ucs2, 135, &[67, 67, 1]),
            ("S24", String::new(), Gsm7, 0, &[0]),
            ("a cluster longer than a segment is cut", "e".to_owned() + &"\u{301}".repeat(99), Ucs2, 100, &[67, 33]),
        ];
        for (name, text, encoding, units, per_segment) in vectors {
            let expected = Segments { encoding, units, per_segment: per_segment.to_vec() };
            assert_eq!(measure(&text), expected, "{name}");
        }
    }

    #[test]
    fn both_tables_are_complete() {
        assert_eq!(BASIC.chars().count(), 127, "128 codes, less the escape");
        assert_eq!(EXTENSION.chars().count(), 10);
        assert!(EXTENSION.chars().all(|letter| !BASIC.contains(letter)));
        for missing in "`çêëîïôœûâÿÀÂÈÊËÎÏÔŒÙÛ«»’…–°²µ×\t\u{a0}\u{202f}".chars() {
            assert_eq!(septets(missing), None, "{missing:?}");
        }
    }
}
