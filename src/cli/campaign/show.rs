//! `relance campaign list` and `relance campaign show`

use crate::app::Open;
use crate::cli::halt::known;
use crate::cli::language::{language, usual};
use crate::domain::Language;
use crate::report::{ArmResult, Rate, campaign_results};
use crate::web::RuleWords;
use anyhow::{Context as _, bail};
use clap::Args;

/// All campaigns, the latest first.
#[derive(Debug, Args)]
pub(in crate::cli) struct List {}

impl List {
    pub async fn run(&self, open: &Open) -> anyhow::Result<()> {
        let campaigns = open.service.store.snapshot().await?.campaigns().await?;
        if campaigns.is_empty() {
            println!("No campaign yet: relance campaign plan NAME --dry-run shows what one would do.");
        }
        for campaign in campaigns {
            let (name, creditor, state) = (&campaign.name, &campaign.creditor, campaign.state.label());
            let changed = campaign.changed_at.format("%Y-%m-%d %H:%M UTC");
            println!("{name:<24} {creditor:<20} {state:<9} since {changed}, by {}", campaign.changed_by);
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
        println!("{} ({creditor}): {}", campaign.name, campaign.state.label());
        let rules = RuleWords::in_language(self.lang);
        for count in counts {
            let why = count.rule.as_deref().map(|rule| format!(": {}", rules.rule(rule))).unwrap_or_default();
            println!("  {:>7}  {:<10} {}{why}", count.members, count.arm, count.state.replace('_', " "));
        }
        for result in &results {
            tell(result);
        }
        println!(
            "Each person counts once; what they did, since their reminder. Payments are of all who drew the wording, since the plan."
        );
        Ok(())
    }
}

fn tell(result: &ArmResult) {
    println!("{}: {} people", result.arm, result.paid.total);
    let rates: [(&str, Rate); 7] = [
        ("arrived", result.arrived),
        ("replied", result.replied),
        ("acknowledged", result.acknowledged),
        ("promised", result.promised),
        ("disputed", result.disputed),
        ("opted out", result.opted_out),
        ("paid something", result.paid),
    ];
    for (name, rate) in rates {
        if let (Some(share), Some((low, high))) = (rate.share(), rate.interval()) {
            let percent = |share: f64| share * 100.0;
            println!(
                "  {name:<16}{:>6.1} %  ({} of {}; 95 %: {:.1} to {:.1})",
                percent(share),
                rate.count,
                rate.total,
                percent(low),
                percent(high)
            );
        }
    }
}
