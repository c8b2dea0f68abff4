//! Readings that agents correct, and the labelled replies that training learns from them.

use super::agents::{Shown, is_as_shown};
use super::apply::Cause;
use super::{Service, ServiceError};
use crate::domain::{
    Acknowledges, AgentAct, CaseId, Correction, DecisionId, Event, InboundId, Intent, Language, PlanTerms, Reading,
    Stimulus, SuppressionReason, Vulnerability, local_day,
};
use crate::opinion::{Known, mask};
use crate::store::{CorrectedReply, Decided, Inbound, Tx};
use chrono::NaiveDate;
use serde_json::json;

/// What an agent says that a reply meant.
#[derive(Debug, Clone)]
pub struct Meant {
    /// The intent.
    pub intent: Intent,
    /// The day offered.
    pub date: Option<NaiveDate>,
    /// The amount offered, or held right.
    pub amount_minor: Option<i64>,
    /// In how many payments.
    pub instalments: Option<u32>,
    /// What happened to the person.
    pub circumstance: Option<Vulnerability>,
    /// Whether the person is answered now.
    pub aloud: bool,
}

impl Meant {
    fn reading(&self) -> Reading {
        let mut reading = Reading::bare(self.intent);
        reading.acknowledges = match self.intent {
            Intent::Acknowledgment => Acknowledges::Explicit,
            intent => intent.implied(),
        };
        // The annotation guide knows a day in an offer alone.
        let offers = matches!(self.intent, Intent::Promise | Intent::PlanRequest);
        reading.date = self.date.filter(|_| offers);
        reading.amount_minor = self.amount_minor;
        reading.plan = PlanTerms { instalments: self.instalments, ..PlanTerms::default() };
        reading.signals.vulnerable = self.circumstance.into_iter().collect();
        reading
    }
}

impl Service {
    /// Takes back what a wrong reading did to a case, where nothing was built on it, and does what the reply meant.
    ///
    /// # Errors
    /// When the store fails, the case is not known or has changed since, or the reply did nothing to it.
    pub async fn correct_reading(
        &self,
        case: CaseId,
        reply: InboundId,
        shown: Shown,
        by: &str,
        meant: &Meant,
    ) -> Result<(), ServiceError> {
        let mut tx = self.store.begin().await?;
        let (mut thread, found) = self.lock_case(&mut tx, case).await?.ok_or(ServiceError::UnknownCase(case))?;
        is_as_shown(&mut tx, case, shown).await?;
        let nothing = ServiceError::Refused("agent.nothing_to_correct");
        let Some(inbound) = tx.inbound(reply).await?.filter(|inbound| inbound.case == Some(case)) else {
            return Err(nothing);
        };
        let received_on = local_day(inbound.message.received_at, found.debtor.zone);
        if meant.date.is_some_and(|day| day < received_on) {
            return Err(ServiceError::Refused("agent.day_is_past"));
        }
        let before = tx.correction(reply).await?;
        let Some(read) = before.as_ref().map(|known| known.reading.clone()).or_else(|| inbound.reading.clone()) else {
            return Err(nothing);
        };
        let decisions = tx.decisions_of_case(case).await?;
        let did = |decided: &&Decided| match &before {
            Some(known) => decided.id == known.decision,
            None => decided.decision.inbound == Some(reply),
        };
        let Some(mistake) = decisions.iter().find(did) else { return Err(nothing) };
        let tasks = tx.tasks_of_case(case).await?.into_iter();
        let tasks = tasks.filter(|task| task.resolved.is_none() && task.new.inbound == Some(reply));
        let unlinks = |event: &Event| matches!(event, Event::Suppressed { reason: SuppressionReason::WrongNumber });
        let reading = meant.reading();
        let correction = Correction {
            text: inbound.message.body.clone(),
            was: read.intent,
            before: mistake.decision.state_before.clone(),
            after: mistake.decision.state_after.clone(),
            unlinked: mistake.events.iter().any(unlinks),
            tasks: tasks.map(|task| task.new.task.kind).collect(),
            reading: reading.clone(),
            aloud: meant.aloud,
        };
        let stimulus = Stimulus::AgentAct { by: by.to_owned(), act: AgentAct::CorrectReading(Box::new(correction)) };
        let decision = DecisionId(self.clock.new_id());
        let cause = Cause { decision: Some(decision), ..Cause::named("agent") };
        self.apply(&mut tx, &mut thread, &found, &stimulus, cause).await?;
        let asked = tx.asked_before(thread.id, reply).await?;
        let (by, at) = (by.to_owned(), self.clock.now());
        tx.save_correction(&CorrectedReply { id: reply, decision, reading, asked, by, at }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// The corrected replies of a language, labelled as those that training reads, without what tells whose they are. One of
    /// which nothing would be left is left out.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn labelled_replies(&self, language: Language) -> Result<String, ServiceError> {
        let mut tx = self.store.snapshot().await?;
        let mut lines = String::new();
        for corrected in tx.corrections().await? {
            let Some(inbound) = tx.inbound(corrected.id).await? else { continue };
            if let Some(line) = self.label(&mut tx, &corrected, &inbound, language).await? {
                lines.push_str(&line.to_string());
                lines.push('\n');
            }
        }
        Ok(lines)
    }

    async fn label(
        &self,
        tx: &mut Tx,
        corrected: &CorrectedReply,
        inbound: &Inbound,
        language: Language,
    ) -> Result<Option<serde_json::Value>, ServiceError> {
        let Some(case) = inbound.case else { return Ok(None) };
        let Some(case) = tx.case(case).await?.filter(|case| case.debtor.language == language) else { return Ok(None) };
        let mut known = Known::default();
        known.add(&case, &*self.creditor(&case.creditor)?);
        let Some(text) = mask(&inbound.message.body, &known) else { return Ok(None) };
        let Reading { intent, acknowledges, date, amount_minor, plan, signals, .. } = &corrected.reading;
        let mut line = json!({
            "id": corrected.id.to_string(),
            "source": "corrected",
            "text": text.as_str(),
            "lang": language.code(),
            "received_at": inbound.message.received_at.with_timezone(&case.debtor.zone).to_rfc3339(),
            "asked": corrected.asked,
            "intent": intent,
            "also": [],
            "acknowledges": acknowledges,
        });
        // What was not said is not written, as in the replies that the program carries.
        let mut say = |key: &str, value: Option<serde_json::Value>| {
            if let Some(value) = value {
                line[key] = value;
            }
        };
        say("date", date.map(|day| json!(day)));
        say("amount_minor", amount_minor.map(|minor| json!(minor)));
        say("instalments", plan.instalments.map(|count| json!(count)));
        say("vulnerable", (!signals.vulnerable.is_empty()).then(|| json!(signals.vulnerable)));
        Ok(Some(line))
    }
}
