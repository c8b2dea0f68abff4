//! `relance rehearse`

mod tell;

use super::halt::known;
use super::language::{language, usual};
use super::values::day;
use crate::app::{self, Open};
use crate::config::Settings;
use crate::domain::{CampaignState, Case, Creditor, CreditorKey, Language, instant, local_day};
use crate::rehearsal::{Calendar, Happening, Replies, Stage, Turns, rehearse};
use crate::store::{People, Tx};
use anyhow::{Context as _, ensure};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use clap::Args;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
pub(super) use tell::Telling;

/// How far it looks where nobody says so.
const DAYS: u64 = 30;
/// The longest rehearsal.
const MOST_DAYS: i64 = 400;
/// Numbers lived through together.
pub(super) const PAGE: u32 = 10_000;
/// A payment link is as long as this one.
pub(super) const LINK: &str = "/p/00000000000000000000";

/// Runs the portfolio on a clock that it moves, and prints what would leave day by day; nothing is sent or written.
///
/// It begins as things stand now, rules and stop buttons included. Campaigns that run are played, and those that are planned
/// as if they were started at its beginning. Nobody plays the agents: what waits for a person waits to the end.
#[derive(Debug, Args)]
pub(super) struct Rehearse {
    /// The first day; today, when left out. An earlier one begins with things as they stand now, on that day.
    #[arg(long, value_parser = day)]
    from: Option<NaiveDate>,
    /// The last day; thirty days later, when left out.
    #[arg(long, value_parser = day)]
    to: Option<NaiveDate>,
    /// What people answer: a CSV file with the columns case_ref, when (2026-12-03 10:15, 2026-12-03, or +2d, +3h, +45m after
    /// the first text of the case) and text.
    #[arg(long)]
    replies: Option<PathBuf>,
    /// The cases of this creditor only.
    #[arg(long)]
    creditor: Option<String>,
    /// Prints every happening too, not only the sums of each day.
    #[arg(long)]
    each: bool,
    /// The language to tell it in: fr or en.
    #[arg(long, default_value_t = usual(), value_parser = language)]
    lang: Language,
    /// Prints JSON: one calendar, with `--each` one line per happening before it.
    #[arg(long)]
    json: bool,
}

impl Rehearse {
    pub async fn run(self, open: Open, settings: &Settings) -> anyhow::Result<ExitCode> {
        let service = &open.service;
        let now = service.clock.now();
        let creditors = self.creditors(&open)?;
        let zone = creditors.first().map_or(chrono_tz::UTC, |creditor| creditor.zone);
        let today = local_day(now, zone);
        let from = self.from.unwrap_or(today);
        let to = self.to.unwrap_or(from + Days::new(DAYS));
        ensure!(from <= to, "--to {to} is before --from {from}: write the earlier day in --from");
        ensure!((to - from).num_days() <= MOST_DAYS, "a rehearsal lasts {MOST_DAYS} days at most: bring --to nearer");
        let replies = self.read_replies()?;
        let midnight = |day| instant(day, NaiveTime::MIN, zone);
        let begin = if from < today { midnight(from) } else { now };
        let end = midnight(to + Days::new(1));
        let mut tx = service.store.snapshot().await?;
        let halted: HashSet<CreditorKey> = tx.halts().await?.into_iter().map(|halt| halt.creditor).collect();
        let (link, reader) = (service.public(LINK), app::reader(settings)?);
        let rules = service.rules();
        let mailer = app::mailer(settings);
        let invoice = |case: &Case| {
            let mailer = mailer.as_ref()?;
            mailer.invoice(&case.creditor, case.debt.invoice.as_deref(), &case.reference)
        };
        let turns = turns(&mut tx, &creditors, begin, end).await?;
        let stage = Stage {
            turns: &turns,
            creditors: &creditors,
            words: &rules.words,
            reader: &reader,
            replies: &replies,
            halted: &halted,
            link: &link,
            invoice: &invoice,
        };
        let mut calendar = Calendar::default();
        let (mut cases, mut each, mut known) = (0, Vec::new(), HashSet::new());
        let mut pages = People::by_pages_of(PAGE, now);
        while let Some(people) = pages.next(&mut tx).await? {
            for case in people.iter().flat_map(|person| &person.cases) {
                if creditors.iter().any(|creditor| creditor.key == case.case.creditor) {
                    cases += 1;
                    known.insert(case.case.reference.clone());
                }
            }
            let mut happened = rehearse(stage, &people, begin, end).context("a text could not be worded")?;
            happened.retain(|one| one.at.with_timezone(&one.zone).date_naive() >= from);
            calendar.count(&happened);
            if self.each {
                each.append(&mut happened);
            }
        }
        drop(tx);
        let unknown = replies.unknown(&known);
        ensure!(unknown.is_empty(), "{}", no_such_cases(&unknown, self.replies.as_deref()));
        each.sort_by(|one, other| (one.at, &one.case).cmp(&(other.at, &other.case)));
        if self.json {
            print_json(&calendar, &each)?;
        } else {
            let telling = Telling::new(self.lang, settings.gateway.segment_price, &open);
            telling.tell(&calendar, &each, cases, from, to);
        }
        open.close().await;
        Ok(ExitCode::SUCCESS)
    }
    /// The creditors whose cases are lived through.
    fn creditors(&self, open: &Open) -> anyhow::Result<Vec<Creditor>> {
        if self.creditor.is_none() {
            return Ok(open.service.creditors());
        }
        let key = known(open, self.creditor.as_deref())?;
        Ok(vec![open.service.creditor(&key)?.clone()])
    }

    fn read_replies(&self) -> anyhow::Result<Replies> {
        let Some(path) = &self.replies else { return Ok(Replies::default()) };
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
        Replies::parse(&text).with_context(|| path.display().to_string())
    }
}

/// The turns of the campaigns that run, and of those that are planned, as if they were started now.
async fn turns(tx: &mut Tx, creditors: &[Creditor], begin: DateTime<Utc>, end: DateTime<Utc>) -> anyhow::Result<Turns> {
    let mut turns = Turns::default();
    for campaign in tx.campaigns().await? {
        let ours = creditors.iter().any(|creditor| creditor.key == campaign.creditor);
        if ours && matches!(campaign.state, CampaignState::Planned | CampaignState::Running) {
            let members = tx.members_whose_turn_it_is(campaign.id, end, i32::MAX.unsigned_abs()).await?;
            turns.add(&campaign.plan, members, begin);
        }
    }
    Ok(turns)
}

/// So many references are quoted.
const QUOTED: usize = 10;

fn no_such_cases(unknown: &[&str], file: Option<&Path>) -> String {
    let file = file.map(|file| file.display().to_string()).unwrap_or_default();
    let quoted = unknown.iter().take(QUOTED).copied().collect::<Vec<_>>().join(", ");
    let more = unknown.len().saturating_sub(QUOTED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("{file}: no case that is rehearsed has the case_ref {quoted}{more}: write them as in the import")
}

fn print_json(calendar: &Calendar, each: &[Happening]) -> anyhow::Result<()> {
    for one in each {
        println!("{}", serde_json::to_string(one)?);
    }
    println!("{}", serde_json::to_string(calendar)?);
    Ok(())
}
