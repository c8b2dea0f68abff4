//! The words of a language: each has a number, and the classes that say what part it plays.

use rustc_hash::FxHashMap;

/// A word of the vocabulary, or [`Word::UNKNOWN`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::reading) struct Word(u32);

impl Word {
    /// A word that no list holds.
    pub(in crate::reading) const UNKNOWN: Self = Self(0);

    /// Its place in the vocabulary.
    pub(in crate::reading) const fn number(self) -> usize {
        self.0 as usize
    }
}

/// The classes of a word, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::reading) struct Classes(u128);

impl Classes {
    /// How many classes there can be.
    pub(in crate::reading) const MOST: usize = 128;

    /// The class of this number.
    pub(in crate::reading) const fn one(number: usize) -> Self {
        Self(1 << number)
    }

    /// True when the two share a class.
    pub(in crate::reading) const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The classes of both.
    pub(in crate::reading) const fn shared(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The classes of either.
    pub(in crate::reading) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The number of each class.
    pub(in crate::reading) fn numbers(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let next = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            (next < Self::MOST).then_some(next)
        })
    }
}

/// Every word that a list of the language holds.
#[derive(Debug)]
pub(in crate::reading) struct Vocabulary {
    numbers: FxHashMap<Box<str>, Word>,
    classes: Vec<Classes>,
    stems: FxHashMap<Box<str>, Classes>,
    class_names: Vec<String>,
    shortest_stem: usize,
    longest_stem: usize,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self {
            numbers: FxHashMap::default(),
            classes: vec![Classes::default()],
            stems: FxHashMap::default(),
            class_names: Vec::new(),
            shortest_stem: usize::MAX,
            longest_stem: 0,
        }
    }
}

impl Vocabulary {
    /// The number of a word, given to it now if it has none yet.
    pub(in crate::reading) fn learn(&mut self, word: &str) -> Word {
        if let Some(known) = self.numbers.get(word) {
            return *known;
        }
        let number = Word(u32::try_from(self.classes.len()).unwrap_or(0));
        self.numbers.insert(word.into(), number);
        self.classes.push(Classes::default());
        number
    }

    /// Names the classes, in the order of their numbers.
    pub(in crate::reading) fn name_classes(&mut self, names: Vec<String>) {
        self.class_names = names;
    }

    /// The names of the classes, in the order of their numbers.
    pub(in crate::reading) fn class_names(&self) -> &[String] {
        &self.class_names
    }

    /// The number of the class of that name.
    pub(in crate::reading) fn class_named(&self, name: &str) -> Option<usize> {
        self.class_names.iter().position(|known| known == name)
    }

    /// Gives a class to a word, or to all that begin so when it ends with `*`.
    pub(in crate::reading) fn classify(&mut self, word: &str, class: Classes) {
        if let Some(stem) = word.strip_suffix('*') {
            let known = self.stems.entry(stem.into()).or_default();
            *known = known.and(class);
            self.shortest_stem = self.shortest_stem.min(stem.len());
            self.longest_stem = self.longest_stem.max(stem.len());
        } else {
            let number = self.learn(word);
            let classes = &mut self.classes[number.0 as usize];
            *classes = classes.and(class);
        }
    }

    /// Gives every word the classes of its beginning; to be called once all lists are read.
    pub(in crate::reading) fn settle(&mut self) {
        let of_stems: Vec<(Word, Classes)> =
            self.numbers.iter().map(|(word, number)| (*number, self.of_stem(word))).collect();
        for (number, stems) in of_stems {
            let classes = &mut self.classes[number.0 as usize];
            *classes = classes.and(stems);
        }
    }

    /// The number of a word.
    pub(in crate::reading) fn word(&self, word: &str) -> Word {
        self.numbers.get(word).copied().unwrap_or(Word::UNKNOWN)
    }

    /// The classes of a known word.
    pub(in crate::reading) fn classes(&self, word: Word) -> Classes {
        self.classes.get(word.0 as usize).copied().unwrap_or_default()
    }

    /// The classes that the beginning of a word gives it.
    pub(in crate::reading) fn of_stem(&self, word: &str) -> Classes {
        let lengths = self.shortest_stem..=self.longest_stem.min(word.len());
        let stems = lengths.filter_map(|length| self.stems.get(word.get(..length)?));
        stems.fold(Classes::default(), |all, one| all.and(*one))
    }

    /// True when a list holds the beginning of a word.
    pub(in crate::reading) fn knows_beginning(&self, word: &str) -> bool {
        let lengths = self.shortest_stem..=self.longest_stem.min(word.len());
        lengths.into_iter().any(|length| word.get(..length).is_some_and(|stem| self.stems.contains_key(stem)))
    }

    /// How many numbers are given, that of unknown words among them.
    pub(in crate::reading) fn size(&self) -> usize {
        self.classes.len()
    }

    /// Every word, in the order of the alphabet.
    pub(in crate::reading) fn all(&self) -> Vec<(&str, Word)> {
        let mut all: Vec<(&str, Word)> = self.numbers.iter().map(|(word, number)| (&**word, *number)).collect();
        all.sort_unstable();
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_the_classes_of_its_lists_and_of_its_stems() {
        let (pay, money) = (Classes::one(3), Classes::one(127));
        let mut vocabulary = Vocabulary::default();
        vocabulary.classify("remboursement", money);
        vocabulary.classify("rembours*", pay);
        vocabulary.classify("thune", money);
        vocabulary.settle();
        let classes = |word: &str| vocabulary.classes(vocabulary.word(word));
        assert_eq!(classes("remboursement"), pay.and(money));
        assert_eq!(classes("thune").numbers().collect::<Vec<_>>(), [127]);
        assert_eq!(vocabulary.word("rembourserai"), Word::UNKNOWN);
        assert_eq!(vocabulary.of_stem("rembourserai"), pay);
        assert!(!vocabulary.of_stem("rem").any(pay));
    }
}
