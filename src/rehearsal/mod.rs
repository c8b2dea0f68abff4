//! A PORTFOLIO ON A CLOCK THAT ONE MOVES: what would leave, day by day, and what would not and why. Nothing is sent.
//!
//! Each person is lived through alone (`life`): their timers ring, their scripted replies (`replies`) are read and decided
//! on, campaigns give them their turn (`turns`), and what is written is judged by the governor, all by the rules that the service itself lives by. Those who work
//! in the console are not played: what waits for a person waits to the end. `calendar` sums the days up.
//!
//! It must not write anything: people come as the store has them, and happenings go to whoever asked.

mod calendar;
mod campaign;
mod life;
mod replies;
#[cfg(test)]
mod tests;
mod turns;

pub use calendar::{Calendar, Day};
pub use campaign::{Foreseen, Outlook, foresee};
pub use replies::{Replies, RepliesError};
pub use turns::Turns;

use crate::domain::dunning::Channel;
use crate::domain::{Case, Creditor, CreditorKey, Intent, TaskKind};
use crate::reading::Reader;
use crate::store::Person;
use crate::wording::{WordingError, Words};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use life::Life;
use serde::Serialize;
use std::collections::HashSet;
use std::num::NonZero;
use std::thread;

/// What a rehearsal is played with.
#[derive(Clone, Copy)]
pub struct Stage<'r> {
    /// Whose claims they are; a case of another creditor is left out.
    pub creditors: &'r [Creditor],
    /// What is said.
    pub words: &'r Words,
    /// Reads the replies.
    pub reader: &'r Reader,
    /// What people answer.
    pub replies: &'r Replies,
    /// The turns of the campaigns that are played.
    pub turns: &'r Turns,
    /// The creditors whose stop button is pressed.
    pub halted: &'r HashSet<CreditorKey>,
    /// A payment link as they are: its length counts.
    pub link: &'r str,
    /// The file that goes with the e-mails of a case, when there is one.
    pub invoice: &'r (dyn Fn(&Case) -> Option<String> + Sync),
}

/// Something that happens on the clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Happening {
    /// When.
    pub at: DateTime<Utc>,
    /// The zone of the debtor.
    pub zone: Tz,
    /// The creditor's reference of the case.
    pub case: String,
    /// Whose claim it is.
    pub creditor: CreditorKey,
    /// What.
    #[serde(flatten)]
    pub what: What,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum What {
    /// A text or an e-mail leaves.
    Leaves {
        /// By which way.
        channel: Channel,
        /// Its template, as `fr/reminder/first`.
        template: String,
        /// Word for word, but for the link.
        text: String,
        /// What it weighs, when it is a text.
        segments: usize,
        /// What a list of messages shows of it, when it is an e-mail.
        #[serde(skip_serializing_if = "Option::is_none")]
        subject: Option<String>,
        /// The file that goes with it.
        #[serde(skip_serializing_if = "Option::is_none")]
        attachment: Option<String>,
    },
    /// A text that is written waits: told once for each rule that holds it.
    Waits {
        /// Its template.
        template: String,
        /// The rule that holds it.
        rule: &'static str,
        /// Until when; without end as long as only a person can change it.
        until: Option<DateTime<Utc>>,
    },
    /// A text that is written never leaves.
    Refused {
        /// Its template.
        template: String,
        /// The rule that refuses it.
        rule: &'static str,
    },
    /// A campaign passes a case over.
    LeftOut {
        /// The rule that leaves it out.
        rule: &'static str,
    },
    /// A person finds work.
    Task {
        /// What they are to do.
        kind: TaskKind,
    },
    /// They answer.
    Replies {
        /// What is understood.
        intent: Intent,
    },
}

/// Lives `people` through from `begin` to `end`; what happens is in the order of the people, and for each of them in the
/// order of time.
///
/// # Errors
/// When a text cannot be put into words.
pub fn rehearse(
    stage: Stage<'_>,
    people: &[Person],
    begin: DateTime<Utc>,
    end: DateTime<Utc>,
) -> Result<Vec<Happening>, WordingError> {
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let share = people.len().div_ceil(cores).max(1);
    let lived: Vec<Result<Vec<Happening>, WordingError>> = thread::scope(|scope| {
        let live = |people: &'_ [Person]| {
            people.iter().try_fold(Vec::new(), |mut all, person| {
                all.extend(Life::new(stage, person, begin).until(end)?);
                Ok(all)
            })
        };
        let shares: Vec<_> = people.chunks(share).map(|people| scope.spawn(move || live(people))).collect();
        shares.into_iter().map(|share| share.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    lived.into_iter().try_fold(Vec::new(), |mut all, part| {
        all.extend(part?);
        Ok(all)
    })
}
