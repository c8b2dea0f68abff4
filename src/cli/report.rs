//! `relance report`

use super::values::day;
use crate::app::Open;
use crate::report::{Line, Rate, report};
use anyhow::Context as _;
use chrono::{DateTime, Months, NaiveDate, Utc};
use clap::{Args, ValueEnum};
use std::process::ExitCode;

/// Rates by creditor and month: response, acknowledgment, promise, dispute, opt-out, failure.
#[derive(Debug, Args)]
pub(super) struct Report {
    /// The first day; a year ago, when left out.
    #[arg(long, value_parser = day)]
    from: Option<NaiveDate>,
    /// The day after the last; tomorrow, when left out.
    #[arg(long, value_parser = day)]
    to: Option<NaiveDate>,
    /// How to print it.
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The same as `--format json`.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Table,
    Csv,
    Json,
}

/// The rates of a line, with their names.
fn rates(line: &Line) -> [(&'static str, Rate); 8] {
    [
        ("response", line.response),
        ("right_party", line.right_party),
        ("acknowledgment", line.acknowledgment),
        ("implied_acknowledgment", line.implied_acknowledgment),
        ("promise", line.promise),
        ("dispute", line.dispute),
        ("opt_out", line.opt_out),
        ("failure", line.failure),
    ]
}

impl Report {
    pub async fn run(self, open: Open) -> anyhow::Result<ExitCode> {
        let now = open.service.clock.now();
        let midnight = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
        let from = self.from.map_or_else(|| now - Months::new(12), midnight);
        let to = self.to.map_or_else(|| now + chrono::Days::new(1), midnight);
        let lines = report(&open.service.store, &open.service.creditors(), from, to, now)
            .await
            .context("the store could not be read")?;
        open.close().await;
        match if self.json { Format::Json } else { self.format } {
            Format::Json => println!("{}", serde_json::to_string_pretty(&lines)?),
            Format::Csv => csv(&lines, std::io::stdout().lock())?,
            Format::Table => table(&lines, from, to),
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn csv(lines: &[Line], out: impl std::io::Write) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(out);
    let names = rates(&Line::default()).map(|(name, _)| [format!("{name}_count"), format!("{name}_total")]);
    let heading = ["creditor", "month", "provisional", "reached"].map(str::to_owned);
    // Sheets that were made of earlier reports know columns by their place: what is new comes last.
    writer.write_record(heading.into_iter().chain(names.into_iter().flatten()).chain(["wrote_first".to_owned()]))?;
    for line in lines {
        let [provisional, reached] = [line.provisional.to_string(), line.reached.to_string()];
        let first = [line.creditor.clone(), line.month.clone(), provisional, reached];
        let counts = rates(line).map(|(_, rate)| [rate.count.to_string(), rate.total.to_string()]);
        let last = [line.wrote_first.to_string()];
        writer.write_record(first.into_iter().chain(counts.into_iter().flatten()).chain(last))?;
    }
    writer.flush()?;
    Ok(())
}

fn table(lines: &[Line], from: DateTime<Utc>, to: DateTime<Utc>) {
    if lines.is_empty() {
        println!("Nobody was reached from {} to {}.", from.date_naive(), to.date_naive());
        return;
    }
    for line in lines {
        let provisional = if line.provisional { " (provisional: some were reached less than a week ago)" } else { "" };
        println!("{}, {}: {} people first reached{provisional}", line.creditor, line.month, line.reached);
        if line.wrote_first > 0 {
            println!(
                "  {} wrote to us before anything was sent to them: they are in none of these rates",
                line.wrote_first
            );
        }
        for (name, rate) in rates(line) {
            match (rate.share(), rate.interval()) {
                (Some(share), Some((low, high))) => println!(
                    "  {:<24}{:>6.1} %  ({} of {}; 95 %: {:.1} to {:.1})",
                    name.replace('_', " "),
                    share * 100.0,
                    rate.count,
                    rate.total,
                    low * 100.0,
                    high * 100.0
                ),
                _ => println!("  {:<24}     –", name.replace('_', " ")),
            }
        }
    }
    println!(
        "A person counts in the month we first reached them; acknowledgment and promise are of the right parties."
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_column_moves_none_of_those_before_it() {
        let line = Line { creditor: "lumen".to_owned(), reached: 7, wrote_first: 3, ..Line::default() };
        let mut out = Vec::new();
        csv(&[line], &mut out).unwrap();
        let out = String::from_utf8(out).unwrap();
        let [heading, line] = [0, 1].map(|at| out.lines().nth(at).unwrap().to_owned());
        assert!(heading.starts_with("creditor,month,provisional,reached,response_count,response_total,"), "{heading}");
        assert!(heading.ends_with(",failure_total,wrote_first") && line.ends_with(",0,3"), "{line}");
        assert!(line.starts_with("lumen,,false,7,0,0,"), "{line}");
    }
}
