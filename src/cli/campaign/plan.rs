//! `relance campaign plan`

use crate::app::Open;
use crate::cli::halt::known;
use crate::cli::language::{language, usual};
use crate::cli::rehearse::{LINK, PAGE, Telling};
use crate::config::Settings;
use crate::domain::campaign::{Selection, Variant};
use crate::domain::{CampaignPlan, CreditorKey, Currency, Language, Segment, local_day};
use crate::rehearsal::{Calendar, Outlook, foresee};
use crate::service::amount_in_cents;
use crate::store::People;
use crate::web::RuleWords;
use anyhow::{Context as _, bail};
use clap::Args;
use std::sync::Arc;

/// Chooses whom a campaign takes.
#[derive(Debug, Args)]
pub(in crate::cli) struct Plan {
    /// What it is called: letters, digits, - and _.
    name: String,
    /// The key of the creditor in the settings; may be left out where there is one alone.
    #[arg(long)]
    creditor: Option<String>,
    /// Days since the due date: 7..60, 7.. or ..60; negative before it.
    #[arg(long, allow_hyphen_values = true, value_parser = days)]
    overdue: Option<Span>,
    /// What is left to pay: 20..500, 20.. or ..500, in euros, pounds or dollars.
    #[arg(long, value_parser = amounts)]
    balance: Option<Span>,
    /// Only debts in that currency: EUR, GBP, USD or CHF.
    #[arg(long, value_parser = currency)]
    currency: Option<Currency>,
    /// Only debtors of that kind: consumer, loyal or business; may be given again.
    #[arg(long, value_parser = segment)]
    segment: Vec<Segment>,
    /// Only who is written to in that language: fr or en.
    #[arg(long, value_parser = language)]
    language: Option<Language>,
    /// Reminders in a minute, at most.
    #[arg(long, default_value_t = 30)]
    per_minute: u32,
    /// People in a hundred who are left untouched, to compare with.
    #[arg(long, default_value_t = 0)]
    control: u8,
    /// A variant of the wording to compare, such as plain or direct=2 (twice as many people); may be given again.
    #[arg(long, value_parser = variant)]
    variant: Vec<Variant>,
    /// What is compared: whoever drew a wording under that name keeps it. The name of the campaign, when left out.
    #[arg(long)]
    experiment: Option<String>,
    /// Who plans it: it is written down.
    #[arg(long, default_value = "operator")]
    by: String,
    /// Shows what it would do if it started now; nothing is kept.
    #[arg(long)]
    dry_run: bool,
    /// With `--dry-run`, shows every text.
    #[arg(long)]
    each: bool,
    /// The language to tell it in: fr or en.
    #[arg(long, default_value_t = usual(), value_parser = language)]
    lang: Language,
}

/// From and to, either left open.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    from: Option<i64>,
    to: Option<i64>,
}

fn span(text: &str, read: impl Fn(&str) -> Option<i64>) -> Option<Span> {
    let (from, to) = text.split_once("..")?;
    let side = |text: &str| if text.is_empty() { Some(None) } else { read(text).map(Some) };
    Some(Span { from: side(from)?, to: side(to)? })
}

fn days(text: &str) -> Result<Span, String> {
    span(text, |days| days.parse().ok()).ok_or_else(|| "write days as 7..60, 7.. or ..60".to_owned())
}

fn amounts(text: &str) -> Result<Span, String> {
    span(text, amount_in_cents).ok_or_else(|| "write amounts as 20..500, 20.. or ..499.99".to_owned())
}

fn currency(code: &str) -> Result<Currency, String> {
    Currency::parse(code).ok_or_else(|| "write EUR, GBP, USD or CHF".to_owned())
}

fn segment(label: &str) -> Result<Segment, String> {
    match label {
        "consumer" => Ok(Segment::Consumer),
        "loyal" => Ok(Segment::Loyal),
        "business" => Ok(Segment::Business),
        _ => Err("write consumer, loyal or business".to_owned()),
    }
}

fn variant(text: &str) -> Result<Variant, String> {
    let (name, weight) = text.split_once('=').unwrap_or((text, "1"));
    let weight = weight.parse().map_err(|_| "write its weight as a number: direct=2".to_owned())?;
    Ok(Variant { name: name.to_owned(), weight })
}

impl Plan {
    pub async fn run(&self, open: &Open, settings: &Settings) -> anyhow::Result<()> {
        let creditor = known(open, self.creditor.as_deref())?;
        let plan = self.plan();
        if self.dry_run {
            return self.foresee(open, settings, &creditor, &plan).await;
        }
        let chosen = open.service.plan_campaign(&creditor, &self.name, &plan, &self.by).await?;
        let words = RuleWords::in_language(self.lang);
        let cases = |count: usize| words.count("campaign", count as u64, "case", "cases");
        let told = words.say_with("campaign", "planned", &self.name);
        println!("{}", told.replace("{waiting}", &cases(chosen.waiting)).replace("{control}", &cases(chosen.control)));
        Ok(())
    }

    fn plan(&self) -> CampaignPlan {
        let (overdue, balance) = (self.overdue.unwrap_or_default(), self.balance.unwrap_or_default());
        CampaignPlan {
            selection: Selection {
                overdue_from: overdue.from,
                overdue_to: overdue.to,
                balance_from: balance.from,
                balance_to: balance.to,
                currency: self.currency,
                segments: self.segment.clone(),
                language: self.language,
            },
            per_minute: self.per_minute,
            control_percent: self.control,
            variants: self.variant.clone(),
            experiment: self.experiment.clone().unwrap_or_else(|| self.name.clone()),
        }
    }

    async fn foresee(
        &self,
        open: &Open,
        settings: &Settings,
        key: &CreditorKey,
        plan: &CampaignPlan,
    ) -> anyhow::Result<()> {
        let service = &open.service;
        service.check_campaign(key, &self.name, plan)?;
        let now = service.clock.now();
        let mut tx = service.store.snapshot().await?;
        if tx.campaign(key, &self.name).await?.is_some() {
            bail!("{key} has a campaign called `{}`: choose another name", self.name);
        }
        let drawn = tx.arms(&plan.experiment).await?;
        let halted = tx.halts().await?.iter().any(|halt| halt.creditor == *key);
        let (mut people, mut pages) = (Vec::new(), People::by_pages_of(PAGE, now));
        while let Some(page) = pages.next(&mut tx).await? {
            people.extend(page);
        }
        drop(tx);
        let (creditor, link) = (service.creditor(key)?, service.public(LINK));
        let words = Arc::clone(&service.rules().words);
        let outlook = Outlook { creditor: &creditor, plan, drawn: &drawn, words: &words, halted, link: &link };
        let foreseen = foresee(outlook, &people, now).context("a text could not be worded")?;
        let mut calendar = Calendar::default();
        calendar.count(&foreseen.happenings);
        let each = if self.each { foreseen.happenings.as_slice() } else { &[] };
        let telling = Telling::new(self.lang, settings.gateway.segment_price, open);
        let today = local_day(now, creditor.zone);
        let last = calendar.days.keys().next_back().copied().unwrap_or(today);
        telling.arms(&foreseen.arms);
        telling.delayed(&foreseen.delayed);
        telling.tell(&calendar, each, foreseen.arms.values().sum(), today, last);
        Ok(())
    }
}
