//! `[dunning]`: the plans, ready-made and of the operator's own, read from TOML and judged before anything starts.

use super::Laws;
use crate::domain::dunning::{After, Channel, DunningPlan, Fault, PlanFault, Plans, Step, Tone};
use crate::domain::{Jurisdiction, Role, Segment, Stage, Window};
use crate::parse_error::{in_words, suggestion};
use chrono::{NaiveTime, Weekday};
use serde::Deserialize;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// The plans that the program carries.
const READY_MADE: [(&str, &str); 6] = [
    ("fr-business", include_str!("../../plans/fr-business.toml")),
    ("fr-consumer", include_str!("../../plans/fr-consumer.toml")),
    ("fr-loyal", include_str!("../../plans/fr-loyal.toml")),
    ("fr-agency", include_str!("../../plans/fr-agency.toml")),
    ("uk-creditor", include_str!("../../plans/uk-creditor.toml")),
    ("example", include_str!("../../plans/example.toml")),
];

/// What is wrong with the plans, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The folder or a file of it cannot be read.
    #[error("dunning plans: cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A plan that does not parse, or cannot work.
    #[error("dunning plan {}, line {line}: {problem}", file.display())]
    Bad {
        /// Which file.
        file: PathBuf,
        /// Where.
        line: usize,
        /// What is wrong and what to write instead.
        problem: String,
    },
}

/// Where the plans of the operator's own are.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DunningSettings {
    /// A folder of plans; only the ready-made ones when empty.
    pub folder: PathBuf,
}

/// `[creditors.dunning]`: the plan for each segment; an empty name is none.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "each key is explained in the example settings, under the same name")]
pub struct PlanNames {
    pub consumer: String,
    pub loyal: String,
    pub business: String,
}

/// All plans that a creditor may name.
#[derive(Debug, Clone)]
pub struct Library(Vec<DunningPlan>);

impl DunningSettings {
    /// Reads all plans under the law of each: the operator's own first, then the ready-made ones.
    ///
    /// # Errors
    /// The first plan that does not parse or cannot work, named by a creditor or not.
    pub fn library(&self, laws: &Laws) -> Result<Library, PlanError> {
        let mut plans = Vec::new();
        if !self.folder.as_os_str().is_empty() {
            for path in files(&self.folder)? {
                let unreadable = |source| PlanError::Unreadable { path: path.clone(), source };
                let text = std::fs::read_to_string(&path).map_err(unreadable)?;
                plans.push(parse(&path, &text, laws)?);
            }
        }
        for (name, text) in READY_MADE {
            plans.push(parse(&Path::new("plans").join(name).with_extension("toml"), text, laws)?);
        }
        Ok(Library(plans))
    }
}

impl DunningSettings {
    /// Every plan of the operator's own that does not parse or cannot work, for whoever mends them all at once.
    #[must_use]
    pub fn bad_plans(&self, laws: &Laws) -> Vec<PlanError> {
        if self.folder.as_os_str().is_empty() {
            return Vec::new();
        }
        let read = |path: PathBuf| match std::fs::read_to_string(&path) {
            Ok(text) => parse(&path, &text, laws).err(),
            Err(source) => Some(PlanError::Unreadable { path, source }),
        };
        files(&self.folder).map_or_else(|error| vec![error], |files| files.into_iter().filter_map(read).collect())
    }
}

/// The plans of a folder, by name.
fn files(folder: &Path) -> Result<Vec<PathBuf>, PlanError> {
    let unreadable = |source| PlanError::Unreadable { path: folder.to_owned(), source };
    let entries = std::fs::read_dir(folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
    let mut files: Vec<_> = entries.map_err(unreadable)?.into_iter().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    Ok(files)
}

impl PlanNames {
    /// The plans of those names, for somebody in that role under that law; else the segment and what is wrong with it.
    pub(super) fn choose(
        &self,
        library: &Library,
        role: Role,
        jurisdiction: Jurisdiction,
    ) -> Result<Plans, (&'static str, String)> {
        let choose = |label: &'static str, name: &str, segment: Segment| match name.trim() {
            "" => Ok(None),
            name => library.plan(name, role, jurisdiction, segment).map(Some).map_err(|problem| (label, problem)),
        };
        Ok(Plans {
            consumer: choose("consumer", &self.consumer, Segment::Consumer)?,
            loyal: choose("loyal", &self.loyal, Segment::Loyal)?,
            business: choose("business", &self.business, Segment::Business)?,
        })
    }
}

impl Library {
    /// The plan of that name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&DunningPlan> {
        self.0.iter().find(|plan| plan.name == name)
    }

    fn plan(
        &self,
        name: &str,
        role: Role,
        jurisdiction: Jurisdiction,
        segment: Segment,
    ) -> Result<DunningPlan, String> {
        let Some(plan) = self.named(name) else {
            let mut names: Vec<_> = self.0.iter().map(|plan| plan.name.as_str()).collect();
            names.sort_unstable();
            names.dedup();
            let likely = suggestion(name, names.iter().copied());
            return Err(format!("there is no plan `{name}`: write one of {}{likely}", names.join(", ")));
        };
        if !plan.serves(role, jurisdiction) {
            return Err(format!(
                "the plan `{name}` is for another role or another law: choose or write one for this one"
            ));
        }
        if !plan.suits(segment) {
            return Err(format!(
                "the plan `{name}` speaks to the other kind of debtors, persons or businesses: choose or write another"
            ));
        }
        Ok(plan.clone())
    }
}

/// A plan as its file writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlanFile {
    jurisdiction: Jurisdiction,
    role: Role,
    segment: Segment,
    after_broken_promise: Option<Spanned<Stage>>,
    weekdays: Option<Vec<Weekday>>,
    hours: Option<Hours>,
    tone: Option<Tone>,
    steps: Vec<Spanned<StepFile>>,
}

/// A step as its file writes it; what is left out is that of the plan.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFile {
    day: Option<i64>,
    days_later: Option<i64>,
    stage: Stage,
    channel: Channel,
    weekdays: Option<Vec<Weekday>>,
    hours: Option<Hours>,
    tone: Option<Tone>,
    #[serde(default)]
    required: bool,
    settle_within_days: Option<u64>,
}

/// Hours as a file writes them: `09:00-19:00`.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Hours(Window);

impl TryFrom<String> for Hours {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let time = |text: &str| NaiveTime::parse_from_str(text.trim(), "%H:%M").ok();
        let window = text.split_once('-').and_then(|(opens, closes)| time(opens).zip(time(closes)));
        let (opens, closes) = window.ok_or_else(|| format!("« {text} » are no hours: write them as 09:00-19:00"))?;
        Ok(Self(Window { opens, closes }))
    }
}

/// Reads and judges the plan of a file, whose name is its own.
fn parse(file: &Path, text: &str, laws: &Laws) -> Result<DunningPlan, PlanError> {
    let bad = |at: usize, problem: String| {
        let line = text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
        PlanError::Bad { file: file.to_owned(), line, problem }
    };
    let read: PlanFile =
        toml::from_str(text).map_err(|e| bad(e.span().map_or(0, |span| span.start), in_words(e.message())))?;
    let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let spans: Vec<Range<usize>> = read.steps.iter().map(Spanned::span).collect();
    let promise = read.after_broken_promise.as_ref().map_or(0, |stage| stage.span().start);
    let standard = Standard { weekdays: read.weekdays, hours: read.hours, tone: read.tone };
    let step = |step: Spanned<StepFile>| {
        let start = step.span().start;
        standard.step(step.into_inner()).map_err(|problem| bad(start, problem.to_owned()))
    };
    let plan = DunningPlan {
        name,
        jurisdiction: read.jurisdiction,
        role: read.role,
        segment: read.segment,
        after_broken_promise: read.after_broken_promise.map(Spanned::into_inner),
        steps: read.steps.into_iter().map(step).collect::<Result<_, _>>()?,
    };
    plan.check(&laws.of(plan.jurisdiction)).map_err(|PlanFault { step, fault }| {
        let at = match (step, &fault) {
            (Some(step), _) => spans.get(step).map_or(0, |span| span.start),
            (None, Fault::NoSuchStage(_)) => promise,
            (None, _) => 0,
        };
        bad(at, fault.to_string())
    })?;
    Ok(plan)
}

/// What the steps of a plan have where they do not say otherwise.
struct Standard {
    weekdays: Option<Vec<Weekday>>,
    hours: Option<Hours>,
    tone: Option<Tone>,
}

impl Standard {
    fn step(&self, step: StepFile) -> Result<Step, &'static str> {
        let after = match (step.day, step.days_later) {
            (Some(day), None) => After::DueDate(day),
            (None, Some(days)) => After::StepBefore(days),
            _ => return Err("write either `day`, counted from the due date, or `days_later`, from the step before"),
        };
        let weekdays = step.weekdays.or_else(|| self.weekdays.clone());
        let hours =
            step.hours.or(self.hours).ok_or("write `hours`, here or for the whole plan, such as \"09:00-19:00\"")?;
        Ok(Step {
            after,
            stage: step.stage,
            channel: step.channel,
            weekdays: weekdays.ok_or("write `weekdays`, here or for the whole plan, such as [\"mon\", \"tue\"]")?,
            hours: hours.0,
            tone: step.tone.or(self.tone),
            required: step.required,
            settle_within: step.settle_within_days,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ConfigError, EXAMPLE, load};

    /// The plan with one text changed, as a folder would hold it.
    fn refusal(name: &str, was: &str, is: &str) -> String {
        let (_, text) = READY_MADE.into_iter().find(|(known, _)| *known == name).unwrap();
        assert!(text.contains(was), "{was}");
        parse(Path::new("ours.toml"), &text.replacen(was, is, 1), Laws::carried())
            .expect_err("it must be refused")
            .to_string()
    }

    #[test]
    fn the_ready_made_plans_are_sound_and_every_one_of_them_can_be_named() {
        let library = DunningSettings::default().library(Laws::carried()).unwrap();
        for (name, _) in READY_MADE {
            assert!(library.named(name).unwrap().steps.len() >= 4, "{name}");
            assert!(EXAMPLE.contains(name), "the example settings name {name}");
        }
    }

    #[test]
    fn a_bad_plan_is_refused_with_its_file_its_line_and_what_to_do() {
        for (name, was, is, expected) in [
            ("example", "hours =", "houres =", "line 6: `houres` is no key of this place: write jurisdiction, role"),
            (
                "example",
                "stage = \"second\"",
                "stage = \"secnd\"",
                "line 21: `secnd` cannot be written here: write before_due, due_day, first",
            ),
            ("example", "\"sms\"", "\"fax\"", "line 27: `fax` cannot be written here: write sms, email"),
            ("example", "\"09:00-19:00\"", "\"nine\"", "line 6: « nine » are no hours: write them as 09:00-19:00"),
            ("example", "09:00-19:00", "06:00-19:00", "line 9: reminders leave between 08:00 and 20:00"),
            ("example", "\"fri\"", "\"sun\"", "line 9: no reminder leaves on a Sunday"),
            ("example", "day = 7", "day = 1", "line 14: it falls on day 1, as the step before does: one step a day"),
            ("example", "day = 14", "day = 5", "line 19: it falls on day 5, before the step before it, on day 7"),
            ("example", "day = 1\n", "days_later = 1\n", "line 9: the first step has no step before it"),
            ("example", "day = 7\n", "", "line 14: write either `day`"),
            ("example", "stage = \"final\"", "stage = \"first\"", "line 7: no step has the stage `final`"),
            (
                "example",
                "stage = \"second\"",
                "stage = \"before_due\"",
                "line 19: the stage `before_due` comes before `first`",
            ),
            ("example", "day = 1\n", "day = -1\n", "line 9: the stage `first` is not true on day -1"),
            ("example", "day = 21", "day = 999", "line 24: it falls on day 999: write a day between -60 and 730"),
            (
                "example",
                "\"final\"\nchannel",
                "\"final\"\nsettle_within_days = 9\nchannel",
                "line 24: settle_within_days is for",
            ),
            (
                "fr-consumer",
                "day = 0\nstage = \"due_day\"",
                "day = -3\nstage = \"before_due\"",
                "line 15: an earlier text message has the stage",
            ),
            (
                "fr-consumer",
                "day = 8",
                "day = 2",
                "line 20: 2 text messages within 3 days: 1 at most; move it to day 3",
            ),
            (
                "fr-consumer",
                "settle_within_days = 7",
                "settle_within_days = 3",
                "a last notice gives 7 to 90 days to settle",
            ),
            ("fr-agency", "required = true\n", "", "who collects for others in France writes first"),
        ] {
            let said = refusal(name, was, is);
            assert!(said.starts_with("dunning plan ours.toml, line "), "{said}");
            assert!(said.contains(expected), "{said} / {expected}");
        }
        let none = "jurisdiction = \"fr\"\nrole = \"creditor\"\nsegment = \"consumer\"\nsteps = []";
        assert!(
            parse(Path::new("ours.toml"), none, Laws::carried()).unwrap_err().to_string().contains("it has no steps")
        );
    }

    fn settings(folder: &Path, plans: &str, names: &str) -> Result<Plans, ConfigError> {
        let path = folder.join("relance.settings");
        let (before, after) = EXAMPLE.split_once("[dunning]").unwrap();
        let after =
            after.replacen("folder = \"\"", &format!("folder = {plans:?}"), 1).replace("consumer = \"\"", names);
        let text = format!("{before}[dunning]{after}");
        std::fs::write(&path, text).unwrap();
        Ok(load(Some(&path), [])?.creditors()?.remove(0).policy.dunning)
    }

    #[test]
    fn a_creditor_names_its_plans_ready_made_or_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("own");
        std::fs::create_dir(&own).unwrap();
        let of = |plans: &str, names: &str| settings(folder.path(), plans, names);
        let said = |plans: &str, names: &str| of(plans, names).expect_err("it must be refused").to_string();
        let plans = of("", "consumer = \"fr-consumer\"").unwrap();
        assert_eq!(plans.of(Segment::Consumer).map(|plan| plan.name.as_str()), Some("fr-consumer"));
        assert_eq!(plans.of(Segment::Business), None);

        let (_, example) = READY_MADE[5];
        std::fs::write(own.join("fr-consumer.toml"), example).unwrap();
        let own = own.to_str().unwrap();
        let plans = of(own, "consumer = \"fr-consumer\"").unwrap();
        assert_eq!(
            plans.of(Segment::Consumer).unwrap().steps.len(),
            4,
            "a plan of one's own replaces the ready-made one"
        );

        for (names, expected) in [
            (
                "consumer = \"fr\"",
                "creditors[0].dunning.consumer`: there is no plan `fr`: write one of example, fr-agency",
            ),
            ("consumer = \"uk-creditor\"", "the plan `uk-creditor` is for another role or another law"),
            ("consumer = \"fr-agency\"", "the plan `fr-agency` is for another role or another law"),
            ("consumer = \"fr-business\"", "the plan `fr-business` speaks to the other kind of debtors"),
            ("consumer = 3", "creditors[0].dunning.consumer`: this is the integer 3: write a text between quotes"),
        ] {
            assert!(said("", names).contains(expected), "{}", said("", names));
        }
        std::fs::write(Path::new(own).join("bad.toml"), "jurisdiction = \"fr\"\nrole = \"king\"").unwrap();
        let bad = said(own, "consumer = \"\"");
        assert!(
            bad.contains("bad.toml, line 2: `king` cannot be written here: write creditor"),
            "named by nobody, and refused all the same: {bad}"
        );
        assert!(said("/nowhere/at/all", "consumer = \"\"").contains("cannot read /nowhere/at/all"));
    }
}
