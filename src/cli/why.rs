//! `relance why`

use crate::app::Open;
use crate::domain::{IdentityLevel, Language, Verdict};
use crate::service::{JudgedMessage, Why as Explained};
use crate::store::OutboundState;
use crate::web::RuleWords;
use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use clap::Args;
use std::process::ExitCode;

/// Tells in words why the last messages of a case left or did not, and when the next reminder may.
#[derive(Debug, Args)]
pub(super) struct Why {
    /// The reference of the case, as in the import.
    case: String,
    /// The language to tell it in: fr or en.
    #[arg(long, default_value = "fr", value_parser = language)]
    lang: Language,
}

/// Reads a language that the pages speak.
pub(super) fn language(code: &str) -> Result<Language, String> {
    match code {
        "fr" => Ok(Language::FR),
        "en" => Ok(Language::EN),
        _ => Err("write fr or en".to_owned()),
    }
}

impl Why {
    pub async fn run(self, open: Open) -> anyhow::Result<ExitCode> {
        let found = open.service.why(&self.case).await.context("the store could not be read")?;
        open.close().await;
        if found.is_empty() {
            bail!("no case has the reference « {} »: write it as in the import", self.case);
        }
        let words = RuleWords::in_language(self.lang);
        let french = self.lang == Language::FR;
        for why in &found {
            tell(why, &words, french);
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn tell(why: &Explained, words: &RuleWords, french: bool) {
    let say = |fr: &'static str, en: &'static str| if french { fr } else { en };
    let zone = why.case.debtor.zone;
    println!("{} ({}): {}", why.case.reference, why.case.creditor.0, words.state(why.case.state.name()));
    if why.messages.is_empty() {
        println!("  {}", say("aucun message", "no message"));
    }
    for message in &why.messages {
        println!("  {} {}: {}", moment(message.written_at, zone), message.template, fate(message, words, zone, french));
        for verdict in &message.verdicts {
            let what = match (verdict.verdict.as_str(), verdict.until) {
                ("send", _) => say("peut partir", "may leave").to_owned(),
                ("hold", Some(until)) => {
                    format!("{} {}", say("attend jusqu'au", "waits until"), moment(until, zone))
                }
                _ => say("ne partira pas", "will not leave").to_owned(),
            };
            let rule = verdict.rule.as_deref().map(|rule| format!(" ({})", words.rule(rule))).unwrap_or_default();
            println!("    {} {what}{rule}", moment(verdict.at, zone));
        }
    }
    let asks_first = why.case.phone.identity < IdentityLevel::L1;
    let next = match &why.reminder_now {
        Verdict::Send if asks_first => {
            say("on peut demander maintenant qui répond à ce numéro", "who answers this number may be asked now")
                .to_owned()
        }
        Verdict::Send => say("un rappel peut partir maintenant", "a reminder may leave now").to_owned(),
        // A stop has no end of its own: it is looked at again every few seconds.
        Verdict::Hold { rule: rule @ "halted", .. } => {
            format!("{} ({})", say("aucun rappel ne part", "no reminder leaves"), words.rule(rule))
        }
        Verdict::Hold { until, rule } => {
            let when = say("un rappel peut partir à partir du", "a reminder may leave from");
            format!("{when} {} ({})", moment(*until, zone), words.rule(rule))
        }
        Verdict::Refuse { rule } => {
            format!("{} ({})", say("aucun rappel ne peut partir", "no reminder may leave"), words.rule(rule))
        }
    };
    println!("  → {next}");
}

fn fate(message: &JudgedMessage, words: &RuleWords, zone: Tz, french: bool) -> String {
    let say = |fr: &'static str, en: &'static str| if french { fr } else { en };
    let rule = message.rule.as_deref().map(|rule| format!(" ({})", words.rule(rule))).unwrap_or_default();
    match message.state {
        OutboundState::Ready => format!("{}{rule}", say("en attente", "waiting")),
        OutboundState::Sending => say("part en ce moment", "is leaving now").to_owned(),
        OutboundState::Refused => format!("{}{rule}", say("refusé", "refused")),
        OutboundState::Recalled => format!("{}{rule}", say("rappelé avant son départ", "called back before it left")),
        OutboundState::Unknown => format!("{}{rule}", say("peut-être parti", "perhaps left")),
        OutboundState::Failed => format!("{}{rule}", say("n'est pas arrivé", "did not arrive")),
        OutboundState::Sent | OutboundState::Delivered => {
            let at = message.sent_at.map(|at| format!(" {}", moment(at, zone))).unwrap_or_default();
            format!("{}{at}", say("parti", "left"))
        }
    }
}

fn moment(at: DateTime<Utc>, zone: Tz) -> String {
    at.with_timezone(&zone).format("%Y-%m-%d %H:%M").to_string()
}
