//! `relance read`: one reply on the command line, or JSON lines on standard input.

use crate::config::Laws;
use crate::domain::{Asked, Jurisdiction, Language, Policy, Reading, acts_on};
use crate::reading::{Context, Reader};
use anyhow::{Context as _, bail};
use chrono::{DateTime, FixedOffset};
use clap::Args;
use serde::{Deserialize, Serialize};
use std::io::{BufRead, Write};
use std::process::ExitCode;

/// Reads a reply, or many.
#[derive(Debug, Args)]
pub(super) struct Read {
    /// JSON lines on standard input (`id`, `text`, `lang`, `received_at`, `asked`), JSON lines out in the same order.
    #[arg(long, conflicts_with_all = ["text", "asked", "at", "lang"])]
    batch: bool,
    /// What was asked just before.
    #[arg(long)]
    asked: Option<String>,
    /// When it was received, in the debtor's zone (RFC 3339); now, when left out.
    #[arg(long)]
    at: Option<String>,
    /// The debtor's language.
    #[arg(long)]
    lang: Option<String>,
    /// The reply.
    #[arg(required_unless_present = "batch")]
    text: Option<String>,
}

/// One line in.
#[derive(Debug, Default, Deserialize)]
struct Line {
    #[serde(default)]
    id: serde_json::Value,
    text: String,
    #[serde(default)]
    lang: Option<String>,
    #[serde(default)]
    received_at: Option<String>,
    #[serde(default)]
    asked: Option<String>,
}

/// One line out.
#[derive(Debug, Serialize)]
struct Answer<'a> {
    id: &'a serde_json::Value,
    act: bool,
    #[serde(flatten)]
    reading: Contract<'a>,
}

/// A reading with every key of the contract, said or not.
#[derive(Debug, Serialize)]
struct Contract<'a> {
    intent: crate::domain::Intent,
    also: &'a [crate::domain::Intent],
    confidence: f32,
    risk: f32,
    acknowledges: crate::domain::Acknowledges,
    vulnerable: &'a [crate::domain::Vulnerability],
    represented: bool,
    legal_threat: bool,
    date: Option<chrono::NaiveDate>,
    amount_minor: Option<i64>,
    instalments: Option<u32>,
    instalment_minor: Option<i64>,
    period: Option<crate::domain::Period>,
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    call_back: Option<crate::domain::CallBack>,
    #[serde(skip_serializing_if = "Option::is_none")]
    keyword: Option<crate::domain::Keyword>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<Language>,
    why: &'a [crate::domain::Reason],
}

impl<'a> Contract<'a> {
    fn of(reading: &'a Reading) -> Self {
        Self {
            intent: reading.intent,
            also: &reading.also,
            confidence: reading.confidence,
            risk: reading.risk,
            acknowledges: reading.acknowledges,
            vulnerable: &reading.signals.vulnerable,
            represented: reading.signals.represented,
            legal_threat: reading.signals.legal_threat,
            date: reading.date,
            amount_minor: reading.amount_minor,
            instalments: reading.plan.instalments,
            instalment_minor: reading.plan.instalment_minor,
            period: reading.plan.period,
            reference: reading.reference.as_deref(),
            call_back: reading.call_back,
            keyword: reading.keyword,
            language: reading.language,
            why: &reading.why,
        }
    }
}

impl Read {
    pub fn run(self, reader: &Reader) -> anyhow::Result<ExitCode> {
        let now = now();
        if self.batch {
            let output = std::io::BufWriter::new(std::io::stdout().lock());
            return batch(reader, now, std::io::stdin().lock(), output);
        }
        let line = Line {
            id: serde_json::Value::Null,
            text: self.text.unwrap_or_default(),
            lang: self.lang,
            received_at: self.at,
            asked: self.asked,
        };
        match read(reader, now, &line) {
            Ok(reading) => {
                let act = acts_on(&reading, &Policy::under(Laws::carried().of(Jurisdiction::Fr)));
                let answer = Answer { id: &line.id, act, reading: Contract::of(&reading) };
                println!("{}", serde_json::to_string_pretty(&answer)?);
                Ok(ExitCode::SUCCESS)
            }
            Err(problem) => bail!("{problem}"),
        }
    }
}

/// A bad line gets its error and the rest goes on; the code at the end is 1.
fn batch(
    reader: &Reader,
    now: DateTime<FixedOffset>,
    mut input: impl BufRead,
    mut output: impl Write,
) -> anyhow::Result<ExitCode> {
    let policy = Policy::under(Laws::carried().of(Jurisdiction::Fr));
    let mut code = ExitCode::SUCCESS;
    let mut bytes = Vec::new();
    while input.read_until(b'\n', &mut bytes).context("standard input cannot be read")? > 0 {
        if !bytes.trim_ascii().is_empty() {
            let (id, answer) = answer(reader, now, &bytes);
            let text = match answer {
                Ok(reading) => {
                    let act = acts_on(&reading, &policy);
                    serde_json::to_string(&Answer { id: &id, act, reading: Contract::of(&reading) })?
                }
                Err(error) => {
                    code = ExitCode::FAILURE;
                    serde_json::json!({ "id": id, "error": error }).to_string()
                }
            };
            writeln!(output, "{text}").context("standard output is closed")?;
        }
        bytes.clear();
    }
    output.flush().context("standard output is closed")?;
    Ok(code)
}

fn answer(reader: &Reader, now: DateTime<FixedOffset>, bytes: &[u8]) -> (serde_json::Value, Result<Reading, String>) {
    let value: serde_json::Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => return (serde_json::Value::Null, Err(format!("the line is not JSON: {error}"))),
    };
    let id = value.get("id").cloned().unwrap_or_default();
    let line: Result<Line, String> = serde_json::from_value(value).map_err(|error| error.to_string());
    (id, line.and_then(|line| read(reader, now, &line)))
}

fn read(reader: &Reader, now: DateTime<FixedOffset>, line: &Line) -> Result<Reading, String> {
    let asked = line.asked.as_deref().map(|label| {
        let known = Asked::ALL.map(Asked::label).join(", ");
        Asked::from_label(label).ok_or_else(|| format!("asked `{label}` is not one of {known}"))
    });
    let at = line.received_at.as_deref().map(|text| {
        DateTime::parse_from_rfc3339(text)
            .map_err(|_| format!("received_at `{text}` is not a moment such as 2026-03-12T09:14:00+01:00"))
    });
    let language = line.lang.as_deref().map(|tag| {
        Language::parse(tag).ok_or_else(|| format!("lang `{tag}` is not a two-letter code such as fr or en"))
    });
    let context = Context::new(asked.transpose()?, at.transpose()?.unwrap_or(now), language.transpose()?);
    Ok(reader.read(&line.text, &context))
}

fn now() -> DateTime<FixedOffset> {
    use crate::clock::Clock as _;
    crate::clock::SystemClock.now().with_timezone(&chrono_tz::Europe::Paris).fixed_offset()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(input: &[u8]) -> (bool, Vec<serde_json::Value>) {
        let reader = Reader::embedded().unwrap();
        let mut output = Vec::new();
        let code = batch(&reader, now(), input, &mut output).unwrap();
        let lines = String::from_utf8(output).unwrap();
        let lines = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        (format!("{code:?}") == format!("{:?}", ExitCode::SUCCESS), lines)
    }

    #[test]
    fn lines_come_out_in_order_and_a_bad_one_does_not_stop_the_rest() {
        let input = b"{\"id\":1,\"text\":\"STOP\"}\nnot json\n\n{\"id\":\"b\",\"text\":\"ok\",\"asked\":\"what\"}\n{\"id\":3}\n\
            {\"id\":\"\xff\",\"text\":\"a\"}\n{\"id\":4,\"text\":\"je paie le 5\",\"received_at\":\"2026-03-12T09:14:00+01:00\",\"lang\":\"fr\"}";
        let (fine, lines) = run(input);
        assert!(!fine);
        let ids: Vec<_> = lines.iter().map(|line| line["id"].clone()).collect();
        assert_eq!(serde_json::json!(ids), serde_json::json!([1, null, "b", 3, null, 4]));
        assert_eq!(lines[0]["intent"], "opt_out");
        assert_eq!(lines[0]["act"], true);
        assert!(lines[2]["error"].as_str().unwrap().contains("pay_or_explain"));
        assert!(lines[3]["error"].as_str().unwrap().contains("text"));
        assert_eq!(lines[5]["date"], "2026-04-05");
    }

    #[test]
    fn every_key_of_the_contract_is_there() {
        let (fine, lines) = run(b"{\"id\":\"x\",\"text\":\"bonjour\"}");
        assert!(fine);
        for key in [
            "id",
            "intent",
            "also",
            "confidence",
            "act",
            "acknowledges",
            "vulnerable",
            "represented",
            "legal_threat",
            "date",
            "amount_minor",
            "instalments",
            "instalment_minor",
            "period",
            "reference",
            "why",
        ] {
            assert!(lines[0].get(key).is_some(), "{key}");
        }
    }
}
