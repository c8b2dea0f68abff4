//! The stretches of a text that may not leave, and what stands in their place.

use std::ops::Range;

/// What a stretch was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Name,
    Phone,
    Email,
    Link,
    Number,
    Reference,
    Address,
}

impl Mark {
    const fn words(self) -> &'static str {
        match self {
            Self::Name => "[name]",
            Self::Phone => "[phone]",
            Self::Email => "[email]",
            Self::Link => "[link]",
            Self::Number => "[number]",
            Self::Reference => "[reference]",
            Self::Address => "[address]",
        }
    }
}

/// A text, and what was marked in it.
pub(super) struct Marks<'t> {
    text: &'t str,
    found: Vec<(Range<usize>, Mark)>,
}

impl<'t> Marks<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, found: Vec::new() }
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Takes a stretch out; where two overlap, both go, under the name of the first that was marked.
    pub(super) fn add(&mut self, mut span: Range<usize>, mut mark: Mark) {
        self.found.retain(|(other, earlier)| {
            let apart = other.end <= span.start || span.end <= other.start;
            if !apart {
                span = span.start.min(other.start)..span.end.max(other.end);
                mark = *earlier;
            }
            apart
        });
        self.found.push((span, mark));
    }

    /// True when a stretch was taken out there.
    pub(super) fn covers(&self, at: usize) -> bool {
        self.found.iter().any(|(span, _)| span.contains(&at))
    }

    /// True when a character that is so is left.
    pub(super) fn left(&self, is: impl Fn(char) -> bool) -> bool {
        self.text.char_indices().any(|(at, c)| is(c) && !self.covers(at))
    }

    /// The text with what stands in place of each stretch; two alike side by side are one.
    pub(super) fn masked(mut self) -> String {
        self.found.sort_by_key(|(span, _)| span.start);
        let mut masked = String::with_capacity(self.text.len());
        let mut done = 0;
        let mut last = None;
        for (span, mark) in self.found {
            let between = &self.text[done..span.start];
            let joined = last == Some(mark) && between.chars().all(|c| matches!(c, ' ' | '-' | '\''));
            if !joined {
                masked.push_str(between);
                masked.push_str(mark.words());
            }
            (done, last) = (span.end, Some(mark));
        }
        masked.push_str(&self.text[done..]);
        masked
    }
}
