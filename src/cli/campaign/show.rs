//! `relance campaign list` and `relance campaign show`

use crate::app::Open;
use crate::cli::halt::known;
use crate::cli::language::{language, usual};
use crate::domain::Language;
use crate::domain::campaign::{CONTROL, PLAIN};
use crate::report::{ArmResult, Rate, campaign_results};
use crate::web::RuleWords;
use anyhow::{Context as _, bail};
use clap::Args;

/// All campaigns, the latest first.
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    /// The language to tell it in: fr or en.
    #[arg(long, default_value_t = usual(), value_parser = language)]
    lang: Language,
}

impl List {
    pub async fn run(&self, open: &Open) -> anyhow::Result<()> {
        let campaigns = open.service.store.snapshot().await?.campaigns().await?;
        let words = RuleWords::in_language(self.lang);
        if campaigns.is_empty() {
            println!("{}", words.say("campaign", "none"));
        }
        for campaign in campaigns {
            let (name, creditor) = (&campaign.name, &campaign.creditor);
            let zone = open.service.creditor(creditor).map_or(chrono_tz::UTC, |creditor| creditor.zone);
            let changed = campaign.changed_at.with_timezone(&zone).format("%Y-%m-%d %H:%M");
            let since = words.say("campaign", "since").replace("{when}", &changed.to_string());
            let state = words.say("campaign_states", campaign.state.label());
            println!("{name:<24} {creditor:<20} {state:<14} {}", since.replace("{by}", &campaign.changed_by));
        }
        Ok(())
    }
}

/// What became of a campaign's people, by the wording that they drew.
#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// Its name.
    name: String,
    /// The key of the creditor in the settings; may be left out where there is one alone.
    #[arg(long)]
    creditor: Option<String>,
    /// The language to tell rules in: fr or en.
    #[arg(long, default_value_t = usual(), value_parser = language)]
    lang: Language,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

impl Show {
    pub async fn run(&self, open: &Open) -> anyhow::Result<()> {
        let creditor = known(open, self.creditor.as_deref())?;
        let mut tx = open.service.store.snapshot().await?;
        let Some(campaign) = tx.campaign(&creditor, &self.name).await? else {
            bail!("{creditor} has no campaign called `{}`: `relance campaign list` tells those there are", self.name);
        };
        let counts = tx.count_members(campaign.id).await?;
        let results = campaign_results(&mut tx, campaign.id).await.context("the store could not be read")?;
        if self.json {
            println!("{}", serde_json::to_string_pretty(&results)?);
            return Ok(());
        }
        let words = RuleWords::in_language(self.lang);
        let colon = words.say("punctuation", "colon");
        let state = words.say("campaign_states", campaign.state.label());
        println!("{} ({creditor}){colon}{state}", campaign.name);
        for count in counts {
            let why = count.rule.as_deref().map(|rule| format!("{colon}{}", words.rule(rule))).unwrap_or_default();
            let turn = words.say("campaign_members", &count.state);
            let arm = match count.arm.as_str() {
                CONTROL => String::new(),
                name => format!("{}, ", arm(&words, name)),
            };
            println!("  {:>7}  {arm}{turn}{why}", count.members);
        }
        for result in &results {
            tell(result, &words);
        }
        println!("{}", words.say("campaign", "each_once"));
        Ok(())
    }
}

/// What the people of an arm got.
fn arm<'a>(words: &'a RuleWords, name: &'a str) -> &'a str {
    if matches!(name, CONTROL | PLAIN) { words.say("campaign", name) } else { name }
}

fn tell(result: &ArmResult, words: &RuleWords) {
    let people = words.count("campaign", u64::from(result.paid.total), "person", "people");
    println!("{}{}{people}", arm(words, &result.arm), words.say("punctuation", "colon"));
    let rates: [(&'static str, Rate); 7] = [
        ("arrived", result.arrived),
        ("replied", result.replied),
        ("acknowledged", result.acknowledged),
        ("promised", result.promised),
        ("disputed", result.disputed),
        ("opted_out", result.opted_out),
        ("paid", result.paid),
    ];
    for (name, rate) in rates {
        if let (Some(share), Some((low, high))) = (rate.share(), rate.interval()) {
            let decimal = words.say("punctuation", "decimal");
            let percent = |share: f64| format!("{:.1}", share * 100.0).replace('.', decimal);
            let of = words.say("campaign", "of").replace("{count}", &rate.count.to_string());
            let of = of.replace("{total}", &rate.total.to_string()).replace("{low}", &percent(low));
            let of = of.replace("{high}", &percent(high));
            println!("  {:<24}{:>6} %  ({of})", words.say("campaign", name), percent(share));
        }
    }
}
