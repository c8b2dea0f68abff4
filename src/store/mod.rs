//! REMEMBERING: threads, cases, what came in, what was decided, what goes out. The only room that knows the database.
//!
//! One SQL text serves SQLite and PostgreSQL (`sql`); each family of tables has a file of `Tx` methods. The store mints no
//! id and asks no clock: both are passed in. It decides nothing either: it keeps what `domain` decided, whole, and hands
//! it back as `domain` values, or says which row it cannot read. Not found is `Ok(None)`.

mod approvals;
mod campaign_members;
mod campaigns;
mod cases;
mod column;
mod connection;
mod contacts;
mod corrections;
mod error;
mod history;
mod import_payments;
mod imports;
mod inbox;
mod ledger;
mod links;
mod outbound;
mod outbox;
mod particulars;
mod payments;
mod people;
mod portfolio;
mod report;
mod sql;
mod tasks;
mod threads;
mod timers;
mod undo;
mod verdicts;

pub use approvals::Word;
pub use campaign_members::{Member, MemberCount, Membership, PersonOfCampaign, Turn};
pub use campaigns::Campaign;
pub use connection::Store;
pub use corrections::CorrectedReply;
pub use error::StoreError;
pub use history::{Counts, Direction, HistoryEntry};
pub use import_payments::{ImportedPayment, PayableCase};
pub use imports::{Change, Import, ImportCounts, ImportKind};
pub use inbox::{Inbound, InboundOutcome, NewInbound};
pub use ledger::{Decided, DecisionRow, RecordedEvent};
pub use links::Link;
pub use outbound::{Envelope, NewOutbound, Outbound, OutboundState};
pub use outbox::RecallScope;
pub use particulars::Entry;
pub use payments::Payment;
pub use people::{CaseOfPerson, People, Person};
pub use portfolio::{Held, KnownCase, NewCase};
pub use report::{ReachedRow, SentRow};
use sql::Sql;
pub use sql::Tx;
pub use tasks::{NewTaskRow, Resolution, TaskRow};
pub use threads::Thread;
pub use undo::OpenedCase;
pub use verdicts::{Halt, VerdictRow};
