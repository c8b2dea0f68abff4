//! When a person asks to be called: the day and the hour.

use super::error::ReadingError;
use super::moments::Moment;
use super::text::Text;
use crate::domain::CallBack;
use chrono::NaiveTime;
use regex::Regex;
use std::ops::Range;

/// Finds hours; they are written alike in the languages we know.
pub(super) struct Hours(Regex);

impl Hours {
    /// Builds the pattern.
    pub(super) fn new() -> Result<Self, ReadingError> {
        let pattern = r"(?x-u)\b(?:
            (?P<h>[01]?[0-9]|2[0-3])\s?(?:h|:|heures?)\s?(?P<m>[0-5][0-9])?
          | (?P<h12>1[0-2]|0?[1-9])(?:[:.](?P<m12>[0-5][0-9]))?\s?(?P<half>am|pm|a\.m|p\.m)
          | (?:after|before|around|about|past|from|apres|avant|vers|des)\s+(?P<bare>1[0-9]|2[0-3]|[1-9])(?P<o>\s?o'?clock)?
          | (?P<noon>midi|noon|midday)
        )(?:\b|$)";
        Regex::new(pattern)
            .map(Self)
            .map_err(|problem| ReadingError::Data { file: "hours".to_owned(), problem: problem.to_string() })
    }

    /// The day and hour of a request for a call; `moments` are all those of the message.
    pub(super) fn call_back(&self, text: &Text<'_>, moments: &[Moment]) -> Option<(CallBack, Range<usize>)> {
        let day = moments.iter().find(|m| m.day.is_some());
        let free = |span: &Range<usize>| !day.is_some_and(|d| super::pattern::overlap(&d.span, span));
        let hour = self.0.captures_iter(text.folded()).find_map(|found| {
            let span = super::pattern::span(&found);
            let number = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<u32>().ok());
            let time = match (number("h"), number("h12"), number("bare")) {
                (Some(h), _, _) => NaiveTime::from_hms_opt(h, number("m").unwrap_or(0), 0),
                (_, Some(h), _) => {
                    let afternoon = found.name("half").is_some_and(|m| m.as_str().starts_with('p'));
                    NaiveTime::from_hms_opt(h % 12 + if afternoon { 12 } else { 0 }, number("m12").unwrap_or(0), 0)
                }
                // "after 5": nobody expects a call before eight.
                (_, _, Some(h)) => NaiveTime::from_hms_opt(if h < 8 { h + 12 } else { h }, 0, 0),
                _ => NaiveTime::from_hms_opt(12, 0, 0),
            };
            time.filter(|_| found.name("bare").is_none() || free(&span)).map(|time| (time, span))
        });
        let spans = [day.map(|d| d.span.clone()), hour.as_ref().map(|(_, span)| span.clone())];
        let start = spans.iter().flatten().map(|s| s.start).min()?;
        let end = spans.iter().flatten().map(|s| s.end).max()?;
        Some((CallBack { on: day.and_then(|d| d.day), at: hour.map(|(time, _)| time) }, start..end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::language::Packs;

    #[test]
    fn the_day_and_the_hour_of_a_call_are_found_apart_or_together() {
        let packs = Packs::embedded().expect("the data of the languages");
        let hours = Hours::new().expect("a well written pattern");
        let origin = "2026-03-12".parse().expect("a Thursday");
        for (language, said, day, hour) in [
            ("fr", "lundi à 14h30 ce serait bien", Some("2026-03-16"), Some("14:30:00")),
            ("fr", "appelez moi apres 18h", None, Some("18:00:00")),
            ("fr", "je suis libre demain", Some("2026-03-13"), None),
            ("fr", "plutôt vers midi", None, Some("12:00:00")),
            ("fr", "rappelez-moi", None, None),
            ("en", "I am free Monday at 2pm", Some("2026-03-16"), Some("14:00:00")),
            ("en", "ring me after 5", None, Some("17:00:00")),
            ("en", "at 12am", None, Some("00:00:00")),
            ("en", "call me please", None, None),
        ] {
            let pack = packs.all().iter().find(|p| p.language.code() == language).expect("a known language");
            let text = Text::new(said, &pack.spellings);
            let found = hours.call_back(&text, &pack.moments.find(&text, origin, false)).map(|(call, _)| call);
            let on = found.and_then(|call| call.on).map(|d| d.to_string());
            let at = found.and_then(|call| call.at).map(|t| t.to_string());
            assert_eq!((on.as_deref(), at.as_deref()), (day, hour), "{said}");
        }
    }
}
