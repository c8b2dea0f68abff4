//! The ways on from a fork of many turns, by the word that comes next: a fork is taken at once, not turn by turn.

use super::syntax::Step;
use crate::reading::message::Word;
use rustc_hash::{FxHashMap, FxHashSet};

/// Fewer ways are tried one by one.
const MANY: usize = 4;

/// The steps that a fork leads to.
#[derive(Debug)]
pub(super) struct Branches {
    by_word: FxHashMap<Word, Box<[u32]>>,
    /// Before any other word.
    otherwise: Box<[u32]>,
}

impl Branches {
    /// The steps worth trying before a word, the preferred first.
    pub(super) fn before(&self, word: Word) -> &[u32] {
        self.by_word.get(&word).unwrap_or(&self.otherwise)
    }
}

/// Replaces every fork of many turns, and returns what they lead to.
pub(super) fn gather(steps: &mut [Step]) -> Vec<Branches> {
    let jumped: FxHashSet<usize> =
        steps.iter().filter_map(|step| if let Step::Jump(to) = step { Some(*to) } else { None }).collect();
    let within = |at: usize| at > 0 && matches!(steps[at - 1], Step::Either(..));
    let forks: Vec<usize> = (0..steps.len())
        .filter(|at| matches!(steps[*at], Step::Either(..)) && (jumped.contains(at) || !within(*at)))
        .collect();
    let ways: Vec<(usize, Vec<usize>)> =
        forks.into_iter().map(|at| (at, ways(steps, at))).filter(|(_, ways)| ways.len() >= MANY).collect();
    let all: Vec<Branches> = ways.iter().map(|(_, ways)| branches(steps, ways)).collect();
    for (number, (at, _)) in ways.into_iter().enumerate() {
        steps[at] = Step::Branch(number);
    }
    all
}

/// The steps that a fork leads to before any token is taken, the preferred first.
fn ways(steps: &[Step], fork: usize) -> Vec<usize> {
    let (mut left, mut seen, mut ways) = (vec![fork], FxHashSet::default(), Vec::new());
    while let Some(at) = left.pop() {
        if !seen.insert(at) {
            continue;
        }
        match steps[at] {
            Step::Jump(to) => left.push(to),
            Step::Either(a, b) => left.extend([b, a]),
            _ => ways.push(at),
        }
    }
    ways
}

fn branches(steps: &[Step], ways: &[usize]) -> Branches {
    let narrow = |way: usize| u32::try_from(way).unwrap_or(u32::MAX);
    let open = |way: &&usize| !matches!(steps[**way], Step::Words(_));
    let words = ways.iter().filter_map(|way| if let Step::Words(list) = &steps[*way] { Some(list) } else { None });
    let takes = |way: usize, word: Word| match &steps[way] {
        Step::Words(list) => list.binary_search(&word).is_ok(),
        _ => true,
    };
    let before = |word: Word| ways.iter().copied().filter(|way| takes(*way, word)).map(narrow).collect();
    Branches {
        by_word: words.flatten().map(|word| (*word, before(*word))).collect(),
        otherwise: ways.iter().filter(open).map(|way| narrow(*way)).collect(),
    }
}
