//! Where the talk stands: what was asked, who holds the thread, and the counts that keep a bot from insisting.

use super::dunning::Channel;
use super::{Asked, Message, Purpose, Suppression};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// Who answers on a thread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// The bot.
    #[default]
    Bot,
    /// A person: the bot is silent until the thread is given back.
    Human,
}

/// The state of a talk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Conversation {
    /// The question that our last message left open.
    pub asked: Option<Asked>,
    /// Who answers.
    pub holder: Holder,
    /// Replies in a row that we could not use; at two, a human.
    pub misunderstood: u8,
    /// Times they asked for time without a date; at two, a human.
    pub asked_for_time: u8,
    /// Times they could not make the payment work; at two, a human.
    pub asked_for_help: u8,
    /// Dates in a row beyond what the creditor accepts; at two, a human.
    pub too_far: u8,
    /// Counter-offers that they turned down or talked past; at two, a human.
    pub counter_offers: u8,
    /// Automatic answers sent on `day`.
    pub answers: u32,
    /// The debtor's local day that `answers` counts.
    pub day: Option<NaiveDate>,
    /// The last thing we said: the same is never said twice running.
    pub last_said: Option<Message>,
    /// After a hardship, no demand before that day, whatever they offered since.
    pub no_demand_before: Option<NaiveDate>,
    /// When we last wrote or were to write: of two threads of one number, a reply is to the latest.
    pub spoke_at: Option<DateTime<Utc>>,
    /// Why nothing left before they asked us to stop: START lifts the stop alone.
    pub silent_before_stop: Option<Suppression>,
    /// Whether they have been told that these messages are automatic.
    pub introduced: bool,
}

impl Conversation {
    /// How many automatic answers left on `day`.
    #[must_use]
    pub fn answers_on(&self, day: NaiveDate) -> u32 {
        if self.day == Some(day) { self.answers } else { 0 }
    }

    /// Notes that `message` is on its way, on the debtor's local day `day`.
    pub fn said(&mut self, message: &Message, day: NaiveDate, now: DateTime<Utc>) {
        self.spoke_at = Some(now);
        if message.channel() == Channel::Email {
            // What was asked by telephone is still asked there.
            return;
        }
        if message.purpose() == Purpose::Agent {
            self.asked = None;
            self.last_said = Some(message.clone());
            return;
        }
        self.asked = message.asks();
        self.answers = self.answers_on(day) + 1;
        self.day = Some(day);
        self.last_said = Some(message.clone());
        self.introduced = true;
    }

    /// Forgets the strikes: the person was understood, or a human has sorted things out.
    pub fn start_afresh(&mut self) {
        self.misunderstood = 0;
        self.asked_for_time = 0;
        self.asked_for_help = 0;
        self.too_far = 0;
        self.counter_offers = 0;
    }
}
