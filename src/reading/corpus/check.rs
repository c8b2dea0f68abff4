//! What the annotation guide forbids a label to say, line by line, and how the replies spread.

use super::near;
use super::replies::{self, LabelledReply};
use crate::domain::{Acknowledges, Intent, Language, PlanTerms};
use crate::reading::error::ReadingError;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// What is wrong with a labelled reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and by which rule of the guide.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.path.display(), self.line, self.what)
    }
}

/// How many replies of a language there are of each sort.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Spread {
    /// All of them.
    pub replies: usize,
    /// The files, one hand or a few each.
    pub files: usize,
    /// By primary intent.
    pub intents: BTreeMap<&'static str, usize>,
    /// By what was asked.
    pub asked: BTreeMap<&'static str, usize>,
    /// With more than one intent.
    pub several: usize,
    /// With a day, an amount, terms of a plan, a circumstance.
    pub details: BTreeMap<&'static str, usize>,
}

/// Holds every reply of the folders to the guide, and tells those written twice or nearly so.
///
/// # Errors
/// When a folder or file cannot be read, or a line is not a labelled reply at all.
pub fn check(folders: &[&Path]) -> Result<Vec<Problem>, ReadingError> {
    let mut nearness: BTreeMap<Language, near::Replies> = BTreeMap::new();
    each(folders, |reply, path, line, tell| {
        broken(reply, &language_of(path), tell);
        let place = format!("{}:{line}", path.display());
        if let Some(twin) = nearness.entry(reply.lang).or_default().add(&reply.text, &place) {
            tell(twin.to_string());
        }
    })
}

/// Holds every reply of the folders to the guide.
///
/// # Errors
/// When a folder or file cannot be read, or a line is not a labelled reply at all.
pub fn check_labels(folders: &[&Path]) -> Result<Vec<Problem>, ReadingError> {
    each(folders, |reply, path, _, tell| broken(reply, &language_of(path), tell))
}

/// What `look` tells of each reply of the folders.
fn each(
    folders: &[&Path],
    mut look: impl FnMut(&LabelledReply, &Path, usize, &mut dyn FnMut(String)),
) -> Result<Vec<Problem>, ReadingError> {
    let mut problems = Vec::new();
    for folder in folders {
        for path in replies::files(folder)? {
            for (line, reply) in replies::numbered(&path)? {
                look(&reply, &path, line, &mut |what| problems.push(Problem { path: path.clone(), line, what }));
            }
        }
    }
    Ok(problems)
}

/// How the replies under a folder spread, language by language.
///
/// # Errors
/// When the replies cannot be read.
pub fn spread(folder: &Path) -> Result<BTreeMap<Language, Spread>, ReadingError> {
    let mut spreads: BTreeMap<Language, Spread> = BTreeMap::new();
    let mut last = String::new();
    for reply in replies::load(folder)? {
        let spread = spreads.entry(reply.lang).or_default();
        spread.replies += 1;
        spread.files += usize::from(reply.file != last);
        *spread.intents.entry(reply.intent.label()).or_default() += 1;
        *spread.asked.entry(reply.asked.map_or("nothing", |a| a.label())).or_default() += 1;
        spread.several += usize::from(!reply.also.is_empty());
        let details = [
            ("date", reply.date.is_some()),
            ("amount", reply.amount_minor.is_some()),
            ("plan", reply.plan != PlanTerms::default()),
            ("circumstance", !reply.signals.vulnerable.is_empty()),
            ("represented", reply.signals.represented),
            ("legal threat", reply.signals.legal_threat),
        ];
        for (name, _) in details.into_iter().filter(|(_, is)| *is) {
            *spread.details.entry(name).or_default() += 1;
        }
        last = reply.file;
    }
    Ok(spreads)
}

/// The folder that a file stands in.
pub(super) fn language_of(path: &Path) -> String {
    path.parent().and_then(Path::file_name).map_or(String::new(), |name| name.to_string_lossy().into_owned())
}

/// Tells what the guide forbids of the label of a reply.
pub(super) fn broken(reply: &LabelledReply, folder: &str, tell: &mut dyn FnMut(String)) {
    use Intent::{Acknowledgment, AlreadyPaid, Dispute, ExtensionRequest, Hostile, PlanRequest, Promise, WrongNumber};
    let says = |intent: Intent| reply.intent == intent || reply.also.contains(&intent);
    let label = Intent::label;
    if reply.lang.code() != folder {
        tell(format!("a reply in « {} » stands in the folder « {folder} »", reply.lang));
    }
    if reply.text.trim().is_empty() {
        tell("the text is empty".to_owned());
    }
    for also in &reply.also {
        if !also.can_be_secondary() {
            tell(format!("« {} » is never secondary (rule 12)", label(*also)));
        }
        let part_paid = *also == AlreadyPaid && matches!(reply.intent, Promise | PlanRequest | ExtensionRequest);
        if *also < reply.intent && !part_paid {
            tell(format!("« {} » comes before « {} » in the order of priority", label(*also), label(reply.intent)));
        }
    }
    let twice = reply.also.iter().enumerate().any(|(at, i)| *i == reply.intent || reply.also[at + 1..].contains(i));
    if twice {
        tell("the same intent is listed twice".to_owned());
    }
    let explicit = reply.acknowledges == Acknowledges::Explicit;
    if explicit && !says(Acknowledgment) {
        tell("an explicit admission is always listed (rule 13)".to_owned());
    }
    if says(Acknowledgment) && !explicit && reply.intent != AlreadyPaid {
        tell("an admission acknowledges explicitly".to_owned());
    }
    let never = matches!(reply.intent, Dispute | WrongNumber | AlreadyPaid) || !reply.intent.can_be_secondary();
    if never && reply.acknowledges != Acknowledges::None {
        tell(format!("« {} » acknowledges nothing", label(reply.intent)));
    }
    if matches!(reply.intent, Dispute | WrongNumber) && says(Acknowledgment) {
        tell(format!("an admission is not listed beside « {} » (rule 13)", label(reply.intent)));
    }
    if reply.signals.legal_threat && !says(Hostile) {
        tell("a threat to go to law adds « hostile » (rule 17)".to_owned());
    }
    if reply.date.is_some() && !says(Promise) && !says(PlanRequest) {
        tell("a day is offered without a promise or a plan".to_owned());
    }
    if reply.date.is_some_and(|day| day < reply.received_at.date_naive()) {
        tell("the day offered is before the message".to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(line: &str) -> Vec<String> {
        let reply: LabelledReply = serde_json::from_str(line).expect("a labelled reply");
        let mut told = Vec::new();
        broken(&reply, "fr", &mut |what| told.push(what));
        told
    }

    #[test]
    fn a_label_that_breaks_the_guide_is_told_with_its_rule() {
        let line = |intent: &str, also: &str, acknowledges: &str, rest: &str| {
            format!(
                r#"{{"text":"x","lang":"fr","received_at":"2026-03-12T09:14:00+01:00","asked":null,"intent":"{intent}","also":[{also}],"acknowledges":"{acknowledges}"{rest}}}"#
            )
        };
        for (line, told) in [
            (line("promise", r#""already_paid""#, "implied", r#","date":"2026-03-12""#), None),
            (line("promise", r#""dispute""#, "implied", ""), Some("priority")),
            (line("promise", r#""courtesy""#, "implied", ""), Some("rule 12")),
            (line("promise", r#""hardship","hardship""#, "implied", ""), Some("twice")),
            (line("promise", "", "explicit", ""), Some("rule 13")),
            (line("dispute", "", "implied", ""), Some("acknowledges nothing")),
            (line("promise", "", "implied", r#","legal_threat":true"#), Some("rule 17")),
            (line("promise", "", "implied", r#","date":"2026-03-11""#), Some("before the message")),
            (line("hostile", "", "none", r#","date":"2026-03-13""#), Some("without a promise")),
        ] {
            let problems = problems(&line);
            match told {
                None => assert_eq!(problems, Vec::<String>::new(), "{line}"),
                Some(told) => assert!(problems.iter().any(|p| p.contains(told)), "{line}: {problems:?}"),
            }
        }
    }
}
