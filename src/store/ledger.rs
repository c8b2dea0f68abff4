//! The ledger: what was decided, by which rules, and what happened. Written once and never changed.

use super::column::{Json, Place, debug_by_id, json};
use super::{StoreError, Tx};
use crate::domain::{CaseId, CaseState, DecisionId, Event, InboundId};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use std::collections::HashMap;
use uuid::Uuid;

/// Why something was done.
#[derive(Clone, PartialEq, Eq)]
pub struct DecisionRow {
    /// Its id.
    pub id: DecisionId,
    /// The case.
    pub case: CaseId,
    /// The message that led to it, when one did.
    pub inbound: Option<InboundId>,
    /// What came in: a reply, a receipt, a payment, a timer, a person's act.
    pub stimulus: String,
    /// The rules that decided, in order.
    pub rules: Vec<String>,
    /// The state before.
    pub state_before: CaseState,
    /// The state after.
    pub state_after: CaseState,
}

/// A decision with what it made happen.
#[derive(Clone, PartialEq)]
pub struct Decided {
    /// Its id.
    pub id: DecisionId,
    /// Why.
    pub decision: DecisionRow,
    /// When.
    pub at: DateTime<Utc>,
    /// What happened, in order.
    pub events: Vec<Event>,
}

/// A fact in its place in the ledger.
#[derive(Clone, PartialEq)]
pub struct RecordedEvent {
    /// Its number: a later fact has a higher one.
    pub id: i64,
    /// The decision that it comes from.
    pub decision: DecisionId,
    /// The fact.
    pub event: Event,
    /// When.
    pub at: DateTime<Utc>,
}

debug_by_id!(DecisionRow, Decided, RecordedEvent);

#[derive(FromRow)]
struct StoredDecision {
    id: Uuid,
    case_id: Uuid,
    inbound_id: Option<Uuid>,
    stimulus: String,
    rules: Json,
    state_before: Json,
    state_after: Json,
    at: DateTime<Utc>,
}

impl TryFrom<StoredDecision> for Decided {
    type Error = StoreError;

    fn try_from(row: StoredDecision) -> Result<Self, StoreError> {
        let place = Place::of("decisions", &row.id);
        let id = DecisionId(row.id);
        let decision = DecisionRow {
            id,
            case: CaseId(row.case_id),
            inbound: row.inbound_id.map(InboundId),
            stimulus: row.stimulus,
            rules: place.json("rules", row.rules)?,
            state_before: place.json("state_before", row.state_before)?,
            state_after: place.json("state_after", row.state_after)?,
        };
        Ok(Self { id, decision, at: row.at, events: Vec::new() })
    }
}

#[derive(FromRow)]
struct StoredEvent {
    seq: i64,
    decision_id: Uuid,
    data: Json,
    at: DateTime<Utc>,
}

impl TryFrom<StoredEvent> for RecordedEvent {
    type Error = StoreError;

    fn try_from(row: StoredEvent) -> Result<Self, StoreError> {
        let event = Place::of("events", &row.seq).json("data", row.data)?;
        Ok(Self { id: row.seq, decision: DecisionId(row.decision_id), event, at: row.at })
    }
}

impl Tx {
    /// Writes a decision down, and what it made happen.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn append_decision(
        &mut self,
        decision: &DecisionRow,
        events: &[Event],
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.query(
            "append decision",
            "insert into decisions (id, case_id, inbound_id, stimulus, rules, state_before, state_after, at)
             values ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(decision.id.0)
        .bind(decision.case.0)
        .bind(decision.inbound.map(|inbound| inbound.0))
        .bind(&decision.stimulus)
        .bind(json(&decision.rules))
        .bind(json(&decision.state_before))
        .bind(json(&decision.state_after))
        .bind(at)
        .run()
        .await?;
        for event in events {
            // the name is in the data too; a column of its own lets reports count without opening it
            self.query(
                "append event",
                "insert into events (decision_id, case_id, name, data, at) values ($1, $2, $3 ->> 'event', $3, $4)",
            )
            .bind(decision.id.0)
            .bind(decision.case.0)
            .bind(json(event))
            .bind(at)
            .run()
            .await?;
        }
        Ok(())
    }

    /// What was decided for a case, in order, each with what it made happen.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn decisions_of_case(&mut self, case: CaseId) -> Result<Vec<Decided>, StoreError> {
        let mut events: HashMap<DecisionId, Vec<Event>> = HashMap::new();
        for recorded in self.events_of_case(case).await? {
            events.entry(recorded.decision).or_default().push(recorded.event);
        }
        let rows = self
            .query(
                "decisions of case",
                "select id, case_id, inbound_id, stimulus, rules, state_before, state_after, at
                 from decisions where case_id = $1 order by at, id",
            )
            .bind(case.0)
            .all::<StoredDecision>()
            .await?;
        rows.into_iter()
            .map(|row| {
                let mut decided = Decided::try_from(row)?;
                decided.events = events.remove(&decided.id).unwrap_or_default();
                Ok(decided)
            })
            .collect()
    }

    /// The last decision of a case that is more than a carrier's receipt.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn last_decision(&mut self, case: CaseId) -> Result<Option<DecisionId>, StoreError> {
        let query = self.query(
            "last decision",
            "select id from decisions where case_id = $1 and stimulus <> 'receipt' order by at desc, id desc limit 1",
        );
        Ok(query.bind(case.0).first::<(Uuid,)>().await?.map(|(id,)| DecisionId(id)))
    }

    /// What happened to a case, in order.
    ///
    /// # Errors
    /// When the database refuses, or a row cannot be read.
    pub async fn events_of_case(&mut self, case: CaseId) -> Result<Vec<RecordedEvent>, StoreError> {
        self.query("events of case", "select seq, decision_id, data, at from events where case_id = $1 order by seq")
            .bind(case.0)
            .all::<StoredEvent>()
            .await?
            .into_iter()
            .map(RecordedEvent::try_from)
            .collect()
    }
}
