//! Our own plain spelling of letters that GSM-7 lacks: one of them makes a message twice as dear.

use super::segments::{Encoding, measure, septets};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Unicode noncharacters: no text from outside may hold them, so they can mark what must not be altered.
const OPEN: char = '\u{fdd0}';
const CLOSE: char = '\u{fdd1}';

/// Marks an amount, a link, a reference: `transliterate` leaves it as it is.
pub(super) fn verbatim(text: &str) -> String {
    format!("{OPEN}{text}{CLOSE}")
}

/// Takes the marks away and nothing else.
pub(super) fn unmark(marked: &str) -> String {
    marked.replace([OPEN, CLOSE], "")
}

/// Takes the marks away and spells plainly what they do not protect, only where that brings the whole to GSM-7 and
/// saves a segment.
pub(super) fn transliterate(marked: &str) -> String {
    let written = unmark(marked);
    let now = measure(&written);
    if now.encoding == Encoding::Gsm7 {
        return written;
    }
    let mut spelt = String::with_capacity(written.len());
    let mut protected = false;
    for piece in marked.split_inclusive([OPEN, CLOSE]) {
        let text = piece.trim_end_matches([OPEN, CLOSE]);
        if protected {
            spelt.push_str(text);
        } else {
            spell_plainly(text, &mut spelt);
        }
        protected = piece.ends_with(OPEN);
    }
    let then = measure(&spelt);
    if then.encoding == Encoding::Gsm7 && then.count() < now.count() { spelt } else { written }
}

/// The plain spelling of one letter; itself, where it has none.
pub(super) fn plainly(letter: char) -> String {
    let mut plain = String::new();
    spell_plainly(letter.encode_utf8(&mut [0; 4]), &mut plain);
    plain
}

fn spell_plainly(text: &str, out: &mut String) {
    for letter in text.chars() {
        match letter {
            _ if septets(letter).is_some() => out.push(letter),
            '«' | '»' | '“' | '”' | '„' | '‟' | '″' => out.push('"'),
            '‘' | '’' | '‛' | 'ʼ' | '´' | '`' | '′' => out.push('\''),
            '‚' => out.push(','),
            '‹' => out.push('<'),
            '›' => out.push('>'),
            '—' | '–' | '―' | '‐' | '\u{2011}' | '−' | '•' | '⁃' | '·' => out.push('-'),
            '…' => out.push_str("..."),
            '‼' => out.push_str("!!"),
            '÷' | '⁄' => out.push('/'),
            '¼' => out.push_str("1/4"),
            '½' => out.push_str("1/2"),
            '¾' => out.push_str("3/4"),
            '×' => out.push('x'),
            '²' => out.push('2'),
            '³' => out.push('3'),
            '°' => out.push('o'),
            'œ' => out.push_str("oe"),
            'Œ' => out.push_str("OE"),
            'ł' => out.push('l'),
            'Ł' => out.push('L'),
            'đ' => out.push('d'),
            'Đ' => out.push('D'),
            'ı' => out.push('i'),
            '\t' | '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' => {
                out.push(' ');
            }
            '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => {}
            // ç, ê, Å, full-width forms: the letter without its marks, when GSM-7 knows that one.
            _ => {
                let bare: String = std::iter::once(letter).nfkd().filter(|c| !is_combining_mark(*c)).collect();
                if bare.chars().all(|c| septets(c).is_some()) {
                    out.push_str(&bare);
                } else {
                    out.push(letter);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spelt(text: &str) -> String {
        let mut out = String::new();
        spell_plainly(text, &mut out);
        out
    }

    #[test]
    fn letters_that_gsm_lacks_have_a_plain_spelling_and_the_others_stay() {
        for (text, plain) in [
            ("ç ê ë î ï ô û â œ ÿ À Â È Ê Ë Î Ï Ô Œ Ù Û", "c e e i i o u a oe y A A E E E I I O OE U U"),
            ("é è à ù É Ç € ä ö ü ñ Ñ", "é è à ù É Ç € ä ö ü ñ Ñ"),
            ("J’ai payé", "J'ai payé"),
            ("« Oui » “non” – … •", "\" Oui \" \"non\" - ... -"),
            ("50\u{a0}€ 50\u{202f}€", "50 € 50 €"),
            ("n°5, 3×20, 12 m²", "no5, 3x20, 12 m2"),
            ("Loïc Prêcheur-Ñandú", "Loic Precheur-Ñandu"),
            ("Łukasz ＡＢ\u{200b}", "Lukasz AB"),
            ("👍 漢", "👍 漢"),
        ] {
            assert_eq!(spelt(text), plain);
        }
    }

    #[test]
    fn a_text_is_respelt_only_when_that_saves_a_segment() {
        let long_words = "Être reçu bientôt ".repeat(5);
        let plain_words = "Etre recu bientot ".repeat(5);
        let emoji = long_words.clone() + "👍";
        for (why, text, expected) in [
            ("saves one of two", &long_words, &plain_words),
            ("one segment either way", &"Être reçu".to_owned(), &"Être reçu".to_owned()),
            ("an emoji stays, so nothing is saved", &emoji, &emoji),
            ("two segments either way", &"…".repeat(80), &"…".repeat(80)),
            ("GSM-7 already", &"é".repeat(161), &"é".repeat(161)),
        ] {
            assert_eq!(&transliterate(text), expected, "{why}");
        }
    }

    #[test]
    fn verbatim_spans_are_never_respelt() {
        let words = "Nous vous répondrons bientôt au sujet de votre dossier, merci de votre patience ";
        let brand = "Prêt-À-Payer";
        assert_eq!(
            transliterate(&(words.to_owned() + &verbatim(brand))),
            words.to_owned() + brand,
            "UCS-2 all the same"
        );
        let link = "https://pay.example/~a";
        assert_eq!(transliterate(&(words.to_owned() + &verbatim(link))), words.replace('ô', "o") + link);
        assert_eq!(unmark(&verbatim(brand)), brand);
    }
}
