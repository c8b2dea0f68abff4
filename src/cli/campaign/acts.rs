//! `relance campaign start`, `pause`, `resume` and `stop`

use crate::app::Open;
use crate::cli::halt::known;
use crate::cli::language::{language, usual};
use crate::domain::{CampaignState, Language};
use crate::web::RuleWords;
use clap::Args;

/// A campaign of a creditor.
#[derive(Debug, Args)]
pub(in crate::cli) struct Named {
    /// Its name.
    name: String,
    /// The key of the creditor in the settings; may be left out where there is one alone.
    #[arg(long)]
    creditor: Option<String>,
    /// Who does it: it is written down.
    #[arg(long, default_value = "operator")]
    by: String,
    /// The language to tell it in: fr or en.
    #[arg(long, default_value_t = usual(), value_parser = language)]
    lang: Language,
}

impl Named {
    /// Moves it, and says `done`, which is a word of the pages.
    pub async fn run(&self, open: &Open, next: CampaignState, done: &str) -> anyhow::Result<()> {
        let creditor = known(open, self.creditor.as_deref())?;
        open.service.move_campaign(&creditor, &self.name, next, &self.by).await?;
        println!("{}", RuleWords::in_language(self.lang).say_with("campaign", done, &self.name));
        Ok(())
    }
}
