//! THE SHELL'S VERBS: load, decide, save; and the workers that wake by themselves.
//!
//! Everything that can move a case (a reply, a receipt, a payment, a timer, a person's act) enters by `apply`: one short
//! transaction in which the case is locked, `decide` is asked, and events, state, messages, timers and tasks are written
//! together. Nothing is sent inside it: the outbox worker does that afterwards, and may be killed at any moment.
//!
//! It may use `domain`, `reading`, `opinion`, `wording`, `gateway`, `store`, `config` and `clock`. It must not decide: rules are in `domain`.

mod agents;
mod apply;
mod by_hand;
mod campaigns;
mod corrections;
mod email;
mod import;
mod numbers;
mod outbox_worker;
mod payments;
mod portfolio;
mod receipts;
mod receive;
mod reloader;
mod rules;
mod second_opinion;
mod texts;
mod timer_worker;
mod views;
mod why;

pub use agents::Shown;
pub use by_hand::{ByHand, Destination};
pub use campaigns::{CampaignError, CampaignView, CampaignWorker, Chosen};
pub use corrections::Meant;
pub use import::{ImportReport, ImportRun, Kept, PaymentsRun, UndoReport};
pub use numbers::NewNumber;
pub use outbox_worker::{OutboxWorker, Tick};
pub use payments::{DuePage, HandedIn, LinkState, may_be_taken_back, receipt_number};
pub use portfolio::{
    Batch, Entry, Fault, ImportFile, PaymentLine, Portfolio, PortfolioError, PortfolioRow, Profile, ProfileError,
    Rejection, amount_in_cents, read_json, read_portfolio,
};
pub use receive::Received;
pub use reloader::{Reloader, Sources};
pub use rules::{OneCreditor, Rules, RulesError};
pub use texts::{ApprovalError, TextName, TextView};
pub use timer_worker::TimerWorker;
pub use views::{CaseView, Explanation, Line, Listed, TaskView, UnknownSender};
pub use why::{JudgedMessage, PlanAhead, StepAhead, Why};

use crate::clock::Clock;
use crate::domain::{CaseId, Creditor, CreditorKey, InvalidTransition};
use crate::gateway::Mailer;
use crate::opinion::Adviser;
use crate::reading::Reader;
use crate::store::{Store, StoreError};
use crate::wording::{WordingError, Words};
use arc_swap::{ArcSwap, ArcSwapOption};
use reloader::Watch;
use rules::Live;
use std::sync::Arc;
use tokio::sync::Mutex;
use url::Url;

/// Why a verb failed: nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The store did not do it.
    #[error("the store failed")]
    Store(#[source] StoreError),
    /// A message could not be put into words.
    #[error("a message could not be worded")]
    Wording(#[source] WordingError),
    /// A decision did not fit the case: a defect, caught before anything was written.
    #[error("a decision did not fit its case")]
    Transition(#[source] InvalidTransition),
    /// A case belongs to a creditor that the settings no longer name.
    #[error("the creditor `{0}` is not in the settings: add it back, its cases need it")]
    UnknownCreditor(CreditorKey),
    /// A reply came to a verb that hears none.
    #[error("no reader is loaded: replies are heard by the server alone")]
    NoReader,
    /// A message was decided for which there is no address: a defect, caught before anything was written.
    #[error("a message of the case {0} has no address to leave for")]
    NoAddress(CaseId),
    /// A person's act that the rules do not allow; it names the rule.
    #[error("the act is not allowed: {0}")]
    Refused(&'static str),
    /// Something happened to the case that the person who acts has not seen.
    #[error("the case has changed since it was looked at")]
    Overtaken,
    /// No such case.
    #[error("there is no case {0}")]
    UnknownCase(CaseId),
}

impl ServiceError {
    /// Whether it is a matter of one case, or of one creditor: the others go on.
    const fn spares_others(&self) -> bool {
        match self {
            Self::Wording(_) | Self::Transition(_) | Self::NoAddress(_) | Self::UnknownCreditor(_) => true,
            Self::Store(_) | Self::NoReader | Self::UnknownCase(_) | Self::Refused(_) | Self::Overtaken => false,
        }
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// The verbs, and what they need.
#[derive(Clone)]
pub struct Service {
    /// Remembers.
    pub store: Store,
    /// Understands; absent where a verb hears no reply.
    pub reader: Option<Arc<Reader>>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    adviser: Option<Adviser>,
    mailer: Option<Mailer>,
    live: Arc<Live>,
    /// One version of the rules, for whoever must not see two.
    pinned: Option<Arc<Rules>>,
    watch: Option<Arc<Mutex<Watch>>>,
    public_url: Url,
}

impl Service {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        store: Store,
        reader: impl Into<Option<Arc<Reader>>>,
        words: Arc<Words>,
        clock: Arc<dyn Clock>,
        creditors: Vec<Creditor>,
        public_url: Url,
    ) -> Self {
        let rules = ArcSwap::from_pointee(Rules { creditors, words });
        let live = Arc::new(Live { rules, trouble: ArcSwapOption::empty() });
        let reader = reader.into();
        Self { store, reader, clock, adviser: None, mailer: None, live, pinned: None, watch: None, public_url }
    }

    /// The same, that asks `adviser` what a reply means when its own reading is not sure enough to act.
    #[must_use]
    pub fn advised(self, adviser: Option<Adviser>) -> Self {
        Self { adviser, ..self }
    }

    /// The same, that hands e-mails to `mailer`.
    #[must_use]
    pub fn mailing(self, mailer: Option<Mailer>) -> Self {
        Self { mailer, ..self }
    }

    /// The address of a path of ours, from outside.
    #[must_use]
    pub fn public(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }
}
