//! `[jurisdictions]`: hours, holidays and frequency of each country, read from TOML. Ours come with the program; those of an
//! operator's own are laid over them, and may only be stricter.

use crate::domain::{Caps, DemandHours, Holidays, Jurisdiction, Law, LimitationYears, NthWeekday, Window};
use crate::parse_error::in_words;
use chrono::{NaiveDate, Weekday};
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use toml::Spanned;

/// Each jurisdiction, the name of its file, and ours.
const OURS: [(Jurisdiction, &str, &str); 3] = [
    (Jurisdiction::Fr, "fr.toml", include_str!("../../jurisdictions/fr.toml")),
    (Jurisdiction::Uk, "uk.toml", include_str!("../../jurisdictions/uk.toml")),
    (Jurisdiction::Us, "us.toml", include_str!("../../jurisdictions/us.toml")),
];

/// What is wrong with the figures of a country, where, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum LawError {
    /// The folder or a file of it cannot be read.
    #[error("jurisdictions: cannot read {}", path.display())]
    Unreadable {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A file that does not parse, cannot be meant, or is looser than ours.
    #[error("jurisdiction {}, line {line}: {problem}", file.display())]
    Bad {
        /// Which file.
        file: PathBuf,
        /// Where.
        line: usize,
        /// What is wrong and what to write instead.
        problem: String,
    },
}

/// Where the figures of the operator's own are.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct JurisdictionSettings {
    /// A folder of `fr.toml`, `uk.toml`, `us.toml`; ours alone when empty.
    pub folder: PathBuf,
}

/// The law of every jurisdiction.
#[derive(Debug, Clone)]
pub struct Laws([Arc<Law>; 3]);

static CARRIED: LazyLock<Laws> = LazyLock::new(|| {
    let ours = |(_, name, text): (Jurisdiction, &str, &str)| {
        Arc::new(parse(Path::new(name), text, None).expect("a test reads the files of this folder"))
    };
    Laws(OURS.map(ours))
});

impl Laws {
    /// The figures that the program carries.
    #[must_use]
    pub fn carried() -> &'static Self {
        &CARRIED
    }

    /// The law of one jurisdiction.
    #[must_use]
    pub fn of(&self, jurisdiction: Jurisdiction) -> Arc<Law> {
        let [fr, uk, us] = &self.0;
        Arc::clone(match jurisdiction {
            Jurisdiction::Fr => fr,
            Jurisdiction::Uk => uk,
            Jurisdiction::Us => us,
        })
    }
}

impl JurisdictionSettings {
    /// Our figures, with the operator's own over them.
    ///
    /// # Errors
    /// The first file that does not parse, is none of ours, or is looser.
    pub fn laws(&self) -> Result<Laws, LawError> {
        let mut laws = Laws::carried().clone();
        if self.folder.as_os_str().is_empty() {
            return Ok(laws);
        }
        let unreadable = |path: &Path| {
            let path = path.to_owned();
            move |source| LawError::Unreadable { path, source }
        };
        let entries = std::fs::read_dir(&self.folder).and_then(|entries| entries.collect::<Result<Vec<_>, _>>());
        let mut files: Vec<_> =
            entries.map_err(unreadable(&self.folder))?.into_iter().map(|entry| entry.path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        files.sort();
        for path in files {
            let Some(at) = OURS.iter().position(|(_, name, _)| path.ends_with(name)) else {
                let problem = "no jurisdiction has this name: write fr.toml, uk.toml or us.toml".to_owned();
                return Err(LawError::Bad { file: path, line: 1, problem });
            };
            let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
            laws.0[at] = Arc::new(parse(&path, &text, Some(&laws.0[at]))?);
        }
        Ok(laws)
    }
}

/// A file of figures; one of the operator's own leaves out what it does not change.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct LawFile {
    demands: DemandsFile,
    answers: Option<Spanned<Window>>,
    caps: CapsFile,
    limitation_years: YearsFile,
    holidays: Vec<Spanned<HolidaysFile>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct DemandsFile {
    weekdays: Option<Spanned<Window>>,
    saturday: Option<Spanned<Window>>,
    saturday_by_default: Option<Spanned<bool>>,
    ceiling: Option<Spanned<Window>>,
    also_zones: Vec<Tz>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct CapsFile {
    per_day: Option<Spanned<usize>>,
    per_7_days: Option<Spanned<usize>>,
    per_30_days: Option<Spanned<usize>>,
    days_between: Option<Spanned<u32>>,
    unanswered: Option<Spanned<usize>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct YearsFile {
    consumer: Option<Spanned<i32>>,
    business: Option<Spanned<i32>>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct HolidaysFile {
    place: String,
    postcodes: Vec<String>,
    /// The part of the country where they do not hold, by its `place`.
    everywhere_but_in: String,
    #[serde(deserialize_with = "month_days")]
    fixed: Vec<(u32, u32)>,
    easter: Vec<i64>,
    weekly: Vec<WeeklyFile>,
    dated: Vec<NaiveDate>,
    known_until: Option<i32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WeeklyFile {
    month: u32,
    weekday: Weekday,
    nth: i8,
}

/// Where something is wrong, by its byte, and what.
type Wrong = (usize, String);

/// Reads a file: a whole law, or what is stricter than `ours`.
fn parse(file: &Path, text: &str, ours: Option<&Law>) -> Result<Law, LawError> {
    let bad = |(at, problem): Wrong| {
        let line = text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count() + 1;
        LawError::Bad { file: file.to_owned(), line, problem }
    };
    let read: LawFile =
        toml::from_str(text).map_err(|e| bad((e.span().map_or(0, |span| span.start), in_words(e.message()))))?;
    let law = read.over(ours).map_err(bad)?;
    law.fault().map_or(Ok(law), |problem| Err(bad((0, problem))))
}

impl LawFile {
    fn over(self, ours: Option<&Law>) -> Result<Law, Wrong> {
        let Self { demands, answers, caps, limitation_years: years, holidays } = self;
        let (hours, most) = (ours.map(|law| &law.demands), ours.map(|law| law.caps));
        let barred = ours.map(|law| law.limitation_years);
        let named = named_places(&holidays, ours);
        let mut also_zones = hours.map(|hours| hours.also_zones.clone()).unwrap_or_default();
        also_zones.extend(demands.also_zones);
        let mut all = ours.map(|law| law.holidays.clone()).unwrap_or_default();
        for group in holidays {
            all.push(group_of(group, &named)?);
        }
        Ok(Law {
            demands: DemandHours {
                weekdays: stricter("weekdays", demands.weekdays, hours.map(|h| h.weekdays), within)?,
                saturday: stricter("saturday", demands.saturday, hours.map(|h| h.saturday), within)?,
                saturday_by_default: stricter(
                    "saturday_by_default",
                    demands.saturday_by_default,
                    hours.map(|h| h.saturday_by_default),
                    |own, ours| *ours || !own,
                )?,
                ceiling: stricter("ceiling", demands.ceiling, hours.map(|h| h.ceiling), within)?,
                also_zones,
            },
            answers: stricter("answers", answers, ours.map(|law| law.answers), within)?,
            caps: Caps {
                per_day: stricter("per_day", caps.per_day, most.map(|m| m.per_day), |own, ours| own <= ours)?,
                per_7_days: stricter("per_7_days", caps.per_7_days, most.map(|m| m.per_7_days), |own, ours| {
                    own <= ours
                })?,
                per_30_days: stricter("per_30_days", caps.per_30_days, most.map(|m| m.per_30_days), |own, ours| {
                    own <= ours
                })?,
                days_between: stricter(
                    "days_between",
                    caps.days_between,
                    most.map(|m| m.days_between),
                    |own, ours| own >= ours,
                )?,
                unanswered: stricter("unanswered", caps.unanswered, most.map(|m| m.unanswered), |own, ours| {
                    own <= ours
                })?,
            },
            limitation_years: LimitationYears {
                consumer: stricter("consumer", years.consumer, barred.map(|y| y.consumer), |own, ours| own <= ours)?,
                business: stricter("business", years.business, barred.map(|y| y.business), |own, ours| own <= ours)?,
            },
            holidays: all,
        })
    }
}

/// A figure of the file if it keeps within ours; ours where it is left out.
fn stricter<T: Shown>(
    key: &str,
    own: Option<Spanned<T>>,
    ours: Option<T>,
    keeps: impl Fn(&T, &T) -> bool,
) -> Result<T, Wrong> {
    match (own, ours) {
        (Some(own), Some(ours)) if !keeps(own.get_ref(), &ours) => {
            let (at, own) = (own.span().start, own.into_inner());
            Err((at, format!("{key} = {} is looser than ours, {}: it may only be stricter", own.shown(), ours.shown())))
        }
        (Some(own), _) => Ok(own.into_inner()),
        (None, Some(ours)) => Ok(ours),
        (None, None) => Err((0, format!("`{key}` is missing"))),
    }
}

fn within(own: &Window, ours: &Window) -> bool {
    own.is_within(*ours)
}

/// A figure as an error writes it.
trait Shown {
    fn shown(&self) -> String;
}

impl Shown for Window {
    fn shown(&self) -> String {
        format!("{}–{}", self.opens.format("%H:%M"), self.closes.format("%H:%M"))
    }
}

macro_rules! shown {
    ($($kind:ty)*) => { $(impl Shown for $kind { fn shown(&self) -> String { fmt::format(format_args!("{self}")) } })* };
}
shown!(bool usize u32 i32);

/// The postcodes of each place that has some.
fn named_places(holidays: &[Spanned<HolidaysFile>], ours: Option<&Law>) -> Vec<(String, Vec<String>)> {
    let own = holidays.iter().map(|group| (group.get_ref().place.clone(), group.get_ref().postcodes.clone()));
    let ours = ours.into_iter().flat_map(|law| &law.holidays);
    let ours = ours.map(|group| (group.place.clone(), group.postcodes.clone()));
    own.chain(ours).filter(|(_, postcodes)| !postcodes.is_empty()).collect()
}

fn group_of(group: Spanned<HolidaysFile>, named: &[(String, Vec<String>)]) -> Result<Holidays, Wrong> {
    let Range { start, .. } = group.span();
    let HolidaysFile { place, postcodes, everywhere_but_in, fixed, easter, weekly, dated, known_until } =
        group.into_inner();
    let not_postcodes = match everywhere_but_in.as_str() {
        "" => Vec::new(),
        but => match named.iter().find(|(place, _)| place == but) {
            Some((_, postcodes)) => postcodes.clone(),
            None => {
                return Err((start, format!("no holidays have the place `{but}` and postcodes: write one that has")));
            }
        },
    };
    let weekly =
        weekly.into_iter().map(|WeeklyFile { month, weekday, nth }| NthWeekday { month, weekday, nth }).collect();
    Ok(Holidays { place, postcodes, not_postcodes, fixed, easter, weekly, dated, known_until })
}

/// Days of every year, written as `12-25`.
fn month_days<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<(u32, u32)>, D::Error> {
    use chrono::Datelike as _;
    let parse = |text: &String| {
        // A leap year knows every day.
        NaiveDate::parse_from_str(&format!("2028-{text}"), "%Y-%m-%d")
            .map(|day| (day.month(), day.day()))
            .map_err(|_| serde::de::Error::custom(format!("« {text} » is no day: write it as 12-25")))
    };
    Vec::<String>::deserialize(from)?.iter().map(parse).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn every_holiday_holds_where_it_is_one() {
        for (jurisdiction, date, postcode, holiday) in [
            (Jurisdiction::Fr, "2026-04-06", None, true),
            (Jurisdiction::Fr, "2026-05-14", None, true),
            (Jurisdiction::Fr, "2026-05-25", None, true),
            (Jurisdiction::Fr, "2027-03-29", None, true),
            (Jurisdiction::Fr, "2027-05-06", None, true),
            (Jurisdiction::Fr, "2027-05-17", None, true),
            (Jurisdiction::Fr, "2028-04-17", None, true),
            (Jurisdiction::Fr, "2028-05-25", None, true),
            (Jurisdiction::Fr, "2028-06-05", None, true),
            (Jurisdiction::Fr, "2029-04-02", None, true),
            (Jurisdiction::Fr, "2029-05-10", None, true),
            (Jurisdiction::Fr, "2029-05-21", None, true),
            (Jurisdiction::Fr, "2026-07-14", Some("69003"), true),
            (Jurisdiction::Fr, "2026-04-05", None, false),
            (Jurisdiction::Fr, "2026-12-26", Some("67000"), true),
            (Jurisdiction::Fr, "2026-04-03", Some("57000"), true),
            (Jurisdiction::Fr, "2026-12-26", Some("75011"), false),
            (Jurisdiction::Fr, "2026-12-20", Some("97410"), true),
            (Jurisdiction::Fr, "2026-05-28", Some("97150"), true),
            (Jurisdiction::Fr, "2026-10-09", Some("97133"), true),
            (Jurisdiction::Fr, "2026-10-09", Some("97110"), false),
            (Jurisdiction::Uk, "2026-04-03", None, true),
            (Jurisdiction::Uk, "2026-04-06", Some("SW1A 1AA"), true),
            (Jurisdiction::Uk, "2026-04-06", Some("EH1 1YZ"), false),
            (Jurisdiction::Uk, "2027-11-30", Some("g12 8qq"), true),
            (Jurisdiction::Uk, "2027-11-30", Some("GL1 1AA"), false),
            (Jurisdiction::Uk, "2026-03-17", Some("BT1 5GS"), true),
            (Jurisdiction::Uk, "2026-12-28", None, true),
            (Jurisdiction::Us, "2026-01-19", None, true),
            (Jurisdiction::Us, "2026-05-25", None, true),
            (Jurisdiction::Us, "2026-05-18", None, false),
            (Jurisdiction::Us, "2026-11-26", None, true),
        ] {
            let law = Laws::carried().of(jurisdiction);
            assert_eq!(law.is_holiday(day(date), postcode), holiday, "{jurisdiction:?} {date} {postcode:?}");
        }
    }

    #[test]
    fn five_working_days_skip_week_ends_and_holidays() {
        let after = |jurisdiction, from, count| Laws::carried().of(jurisdiction).working_days_after(day(from), count);
        assert_eq!(after(Jurisdiction::Fr, "2026-11-20", 5), day("2026-11-27"));
        assert_eq!(after(Jurisdiction::Fr, "2026-12-23", 5), day("2026-12-31"));
        assert_eq!(after(Jurisdiction::Uk, "2026-11-21", 1), day("2026-11-23"));
        assert_eq!(after(Jurisdiction::Uk, "2026-12-24", 1), day("2026-12-29"));
    }

    /// What is said of the French file with one text changed.
    fn refusal(from: &str, to: &str) -> String {
        let (_, _, french) = OURS[0];
        assert!(french.contains(from), "{from}");
        parse(Path::new("fr.toml"), &french.replace(from, to), None).expect_err(to).to_string()
    }

    #[test]
    fn a_file_that_cannot_be_meant_is_refused_with_its_line_or_its_reason() {
        for (from, to, why) in [
            ("opens = \"09:00\", closes = \"19:00\"", "opens = \"19:00\", closes = \"09:00\"", "weekdays opens after"),
            ("opens = \"08:00\"", "opens = \"10:00\"", "within the ceiling"),
            ("per_day = 1", "per_day = 0", "1 or more"),
            ("per_day = 1", "", "`per_day` is missing"),
            ("per_day = 1", "per_dya = 1", "fr.toml, line 18: `per_dya` is no key of this place: write per_day,"),
            ("\"12-26\"", "\"26-12\"", "line 37: « 26-12 » is no day: write it as 12-25"),
            ("consumer = 2", "consumer = 0", "limitation_years"),
        ] {
            let problem = refusal(from, to);
            assert!(problem.contains(why), "{to}: {problem}");
        }
    }

    /// Our laws with one file of the operator's own over them.
    fn with(name: &str, text: &str) -> Result<Laws, LawError> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(name), text).unwrap();
        JurisdictionSettings { folder: folder.path().to_owned() }.laws()
    }

    #[test]
    fn an_operator_makes_the_figures_of_a_country_stricter_and_nothing_looser() {
        let text = "[demands]\nweekdays = { opens = \"10:00\", closes = \"18:00\" }\n[caps]\nper_30_days = 4\n\
                    [[holidays]]\nplace = \"Bretagne\"\npostcodes = [\"29\"]\nfixed = [\"05-19\"]\n";
        let laws = with("fr.toml", text).unwrap();
        let (own, ours) = (laws.of(Jurisdiction::Fr), Laws::carried().of(Jurisdiction::Fr));
        assert_eq!(own.demands.weekdays.shown(), "10:00–18:00");
        assert_eq!(own.caps, Caps { per_30_days: 4, ..ours.caps }, "the rest is ours");
        assert!(own.is_holiday(day("2027-05-19"), Some("29200")) && !own.is_holiday(day("2027-05-19"), Some("75011")));
        assert!(own.is_holiday(day("2026-12-26"), Some("67000")), "our holidays stay");
        assert_eq!(laws.of(Jurisdiction::Uk), Laws::carried().of(Jurisdiction::Uk));
        for (name, text, expected) in [
            (
                "fr.toml",
                "[caps]\nper_day = 1\nper_7_days = 3\n",
                "fr.toml, line 3: per_7_days = 3 is looser than ours, 2",
            ),
            ("fr.toml", "[caps]\ndays_between = 2\n", "line 2: days_between = 2 is looser than ours, 3"),
            (
                "us.toml",
                "[demands]\nceiling = { opens = \"07:00\", closes = \"21:00\" }",
                "us.toml, line 2: ceiling = 07:00–21:00 is looser than ours, 08:00–21:00",
            ),
            ("uk.toml", "\n[answers]\nopens = \"06:00\"\ncloses = \"22:00\"\n", "answers = 06:00–22:00 is looser"),
            ("fr.toml", "[demands]\nsaturday_by_default = true\n", "line 2: saturday_by_default = true is looser"),
            ("fr.toml", "[limitation_years]\nconsumer = 9\n", "line 2: consumer = 9 is looser than ours, 2"),
            ("fr.toml", "[[holidays]]\neverywhere_but_in = \"Corse\"\n", "line 1: no holidays have the place `Corse`"),
            ("fr.toml", "[caps]\nper_day = \"one\"\n", "fr.toml, line 2: "),
            ("be.toml", "", "be.toml, line 1: no jurisdiction has this name: write fr.toml"),
        ] {
            let problem = with(name, text).expect_err(text).to_string();
            assert!(problem.contains(expected), "{problem} / {expected}");
        }
        let nowhere = JurisdictionSettings { folder: "/nowhere/at/all".into() }.laws();
        assert!(nowhere.is_err_and(|error| error.to_string().contains("cannot read /nowhere/at/all")));
    }
}
