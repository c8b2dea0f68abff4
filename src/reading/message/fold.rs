//! Characters made plain: lower case, no accents, one apostrophe, nothing invisible, Latin letters for their look-alikes.

use unicode_normalization::UnicodeNormalization;

/// Longest message looked at, in characters: ten concatenated segments; what follows is not read.
const LONGEST: usize = 1_600;
/// From so many times in a row a letter is one letter: "ouiii" is "oui". Digits and dots repeat for a reason.
const STRETCHED: usize = 3;

/// A message folded, each byte with the bytes of the original it comes from.
#[derive(Debug, Default)]
pub(super) struct Folded {
    pub(super) text: String,
    pub(super) origin: Vec<(u32, u32)>,
}

impl Folded {
    /// Folds a message.
    pub(super) fn new(original: &str) -> Self {
        let mut folded =
            Self { text: String::with_capacity(original.len()), origin: Vec::with_capacity(original.len()) };
        let mut run = ('\0', 0);
        for (at, c) in original.char_indices().take(LONGEST) {
            let bounds = (at, at + c.len_utf8());
            if c.is_ascii() {
                folded.push_run(
                    if c.is_control() && c != '\n' { ' ' } else { c.to_ascii_lowercase() },
                    bounds,
                    &mut run,
                );
            } else if let Some(plain) = common(c) {
                plain.chars().for_each(|plain| folded.push_run(plain, bounds, &mut run));
            } else {
                for c in std::iter::once(c).nfkd().flat_map(char::to_lowercase).filter_map(rare) {
                    folded.push_run(c, bounds, &mut run);
                }
            }
        }
        folded
    }

    fn push_run(&mut self, c: char, bounds: (usize, usize), run: &mut (char, usize)) {
        *run = if c == run.0 { (c, run.1 + 1) } else { (c, 1) };
        if run.1 < STRETCHED || !c.is_alphabetic() {
            return self.push(c, bounds);
        }
        if run.1 == STRETCHED {
            self.text.pop();
            self.origin.truncate(self.text.len());
        }
        if let Some(last) = self.origin.last_mut() {
            last.1 = narrow(bounds.1);
        }
    }

    fn push(&mut self, c: char, (from, to): (usize, usize)) {
        self.text.push(c);
        self.origin.resize(self.text.len(), (narrow(from), narrow(to)));
    }
}

fn narrow(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The letters of the languages we read, without the cost of general tables.
fn common(c: char) -> Option<&'static str> {
    Some(match c {
        'à' | 'â' | 'ä' | 'á' | 'ã' | 'À' | 'Â' | 'Ä' | 'Á' | 'Ã' => "a",
        'é' | 'è' | 'ê' | 'ë' | 'É' | 'È' | 'Ê' | 'Ë' => "e",
        'î' | 'ï' | 'í' | 'ì' | 'Î' | 'Ï' | 'Í' | 'Ì' => "i",
        'ô' | 'ö' | 'ó' | 'ò' | 'õ' | 'ø' | 'Ô' | 'Ö' | 'Ó' | 'Ò' | 'Õ' | 'Ø' => "o",
        'û' | 'ù' | 'ü' | 'ú' | 'Û' | 'Ù' | 'Ü' | 'Ú' => "u",
        'ç' | 'Ç' => "c",
        'ñ' | 'Ñ' => "n",
        'œ' | 'Œ' => "oe",
        'æ' | 'Æ' => "ae",
        'ß' => "ss",
        '’' | '‘' | 'ʼ' | '´' | '′' => "'",
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => "-",
        '«' | '»' | '“' | '”' => "\"",
        '\u{a0}' | '\u{202f}' | '\u{2009}' => " ",
        '…' => "...",
        '€' => "€",
        '£' => "£",
        '⁄' => "/",
        _ => return None,
    })
}

/// What is left of a rarer character: nothing for what cannot be seen, the Latin letter for one that looks like it.
fn rare(c: char) -> Option<char> {
    Some(match c {
        '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => {
            return None;
        }
        '\u{ad}' | '\u{feff}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => return None,
        'а' | 'α' => 'a',
        'е' | 'ε' => 'e',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'с' => 'c',
        'х' | 'χ' => 'x',
        'у' | 'υ' => 'y',
        'і' | 'ι' | 'ı' => 'i',
        'ѕ' => 's',
        'ј' => 'j',
        'т' | 'τ' => 't',
        'к' | 'κ' => 'k',
        'м' => 'm',
        'н' => 'h',
        'ν' => 'v',
        c if c.is_whitespace() || c.is_control() => ' ',
        c => c,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_quotes_disguises_and_stretched_letters_do_not_matter() {
        for (raw, folded) in [
            ("Déjà PAYÉ l’été", "deja paye l'ete"),
            ("ouiiiii", "oui"),
            ("noooo way", "no way"),
            ("1000 ... ok", "1000 ... ok"),
            ("cœur\u{200f}", "coeur"),
            ("👍🏽", "👍"),
            ("５０ €", "50 €"),
            ("ѕtоp", "stop"),
            ("s\u{200b}top", "stop"),
            ("𝐒𝐓𝐎𝐏", "stop"),
        ] {
            assert_eq!(Folded::new(raw).text, folded, "{raw}");
        }
    }
}
