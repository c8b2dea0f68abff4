//! THE RULES: values that cannot be wrong, states, and what every reply does.
//!
//! Pure: no clock, ids, randomness, logging, I/O or async. It may use std, chrono, serde, uuid, thiserror, sha2 for the
//! lots of a campaign, unicode-normalization for names, and the metadata of `phonenumber`; no other room.

mod addressed;
mod approval;
mod calendar;
pub mod campaign;
mod case;
mod conversation;
mod creditor;
pub mod decide;
pub mod dunning;
mod event;
pub mod governor;
mod ids;
mod language;
mod law;
mod lots;
mod message;
mod money;
mod particulars;
mod payment;
mod phone;
mod plan;
mod postal;
mod reading;
#[cfg(test)]
pub(crate) mod samples;
mod stage;
mod state;
mod task;
mod timer;
mod told;
mod zone;

pub use addressed::{last_spoken_of, named};
pub use approval::{Approval, is_same_person};
pub use calendar::{Jurisdiction, instant, local_day};
pub use campaign::{CampaignPlan, CampaignState};
pub use case::{Case, Debt, Debtor, Letter, Segment};
pub use conversation::{Conversation, Holder};
pub use creditor::{Creditor, Policy, Role, Window};
pub use decide::{
    AgentAct, Correction, Decision, Recall, SendReport, Stimulus, TimerChange, acts_on, admission, decide,
};
pub use event::{Event, TakenBy};
pub use governor::{Contacts, Departure, Verdict};
pub use ids::{CampaignId, CaseId, CreditorKey, DecisionId, ImportId, InboundId, OutboundId, TaskId, ThreadId};
pub use language::Language;
pub use law::{Caps, DemandHours, Holidays, Law, LimitationYears, NthWeekday};
pub use lots::Lots;
pub use message::{Message, Purpose};
pub use money::{Currency, Money};
pub use particulars::{Basis, Items, Particulars};
pub use payment::{BankAccount, IncomingPayment, PaymentKind, PaymentMeans};
pub use phone::{Address, IdentityLevel, Phone, PhoneError, PhoneNumber, PhoneOrigin, Suppression, SuppressionReason};
pub use plan::{Instalment, Offer, Plan, PlanBounds, offer};
pub use postal::PostalAddress;
pub use reading::{
    Acknowledges, Asked, CallBack, Intent, Keyword, Period, PlanTerms, Reading, Reason, Signals, Vulnerability,
};
pub use stage::Stage;
pub use state::{CaseState, ClosingReason, Dispute, Freeze, InvalidTransition, PaymentClaim, Promise};
pub use task::{NewTask, StepToDo, TaskKind};
pub use timer::TimerKind;
pub use told::{Proof, Told, Way};
pub use zone::zone_of;
