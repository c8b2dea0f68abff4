//! Readings that agents correct, and the labelled replies that training learns from them.

use super::agents::{Shown, is_as_shown};
use super::apply::Cause;
use super::receive::lock_in_order;
use super::{Service, ServiceError};
use crate::domain::{
    Acknowledges, AgentAct, Case, CaseId, CaseState, Correction, DecisionId, Event, InboundId, Intent, Language,
    PlanTerms, Reading, Stimulus, TaskKind, Vulnerability, local_day,
};
use crate::opinion::{Known, mask};
use crate::store::{CorrectedReply, Decided, Inbound, TaskRow, Thread, Tx};
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
    /// The annotation guide knows a day in an offer alone.
    const fn may_name_a_day(&self) -> bool {
        matches!(self.intent, Intent::Promise | Intent::PlanRequest)
    }

    fn fits(&self, received_on: NaiveDate) -> Result<(), ServiceError> {
        match self.date {
            Some(_) if !self.may_name_a_day() => Err(ServiceError::Refused("agent.day_without_offer")),
            Some(day) if day < received_on => Err(ServiceError::Refused("agent.day_is_past")),
            _ => Ok(()),
        }
    }

    fn reading(&self) -> Reading {
        let mut reading = Reading::bare(self.intent);
        reading.acknowledges = match self.intent {
            Intent::Acknowledgment => Acknowledges::Explicit,
            intent => intent.implied(),
        };
        reading.date = self.date;
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
        let nothing = || ServiceError::Refused("agent.nothing_to_correct");
        let mut tx = self.store.begin().await?;
        let inbound = tx.inbound(reply).await?.filter(|inbound| inbound.case == Some(case)).ok_or_else(nothing)?;
        let (mut thread, mut others) = self.lock_for(&mut tx, case, &inbound, meant.intent).await?;
        let found = tx.case(case).await?.ok_or(ServiceError::UnknownCase(case))?;
        is_as_shown(&mut tx, case, shown).await?;
        meant.fits(local_day(inbound.message.received_at, found.debtor.zone))?;
        let was = match tx.correction(reply).await? {
            Some(known) => known.reading.intent,
            None => inbound.reading.as_ref().ok_or_else(nothing)?.intent,
        };
        let mistake = mistake(&mut tx, &found, reply).await?.ok_or_else(nothing)?;
        let talk = inbound.thread.unwrap_or(thread.id);
        let (asked, elsewhere) = (tx.asked_before(talk, reply).await?, talk != thread.id);
        let answers = matches!(meant.intent, Intent::Affirmation | Intent::Negation);
        let reading = meant.reading();
        let correction = Correction {
            text: inbound.message.body.clone(),
            was,
            before: mistake.before,
            after: mistake.after,
            money_moved: mistake.money_moved,
            unlinked: mistake.unlinked && !tx.is_anothers_beside(thread.id, reply).await?,
            tasks: mistake.tasks,
            no_demand_before: match mistake.froze {
                true => tx.rest_beside(thread.id, reply).await?,
                false => found.conversation.no_demand_before,
            },
            asked,
            // A yes answers one question, and a number that is no longer theirs says nothing of the one that is.
            overtaken: (elsewhere && meant.intent != Intent::OptOut)
                || (answers && tx.talk_went_on(talk, reply).await?),
            reading: reading.clone(),
            aloud: meant.aloud,
        };
        let stimulus = Stimulus::AgentAct { by: by.to_owned(), act: AgentAct::CorrectReading(Box::new(correction)) };
        let decision = DecisionId(self.clock.new_id());
        let cause = Cause { inbound: Some(reply), decision: Some(decision), ..Cause::named("agent") };
        self.apply(&mut tx, &mut thread, &found, &stimulus, cause).await?;
        self.opt_out_of(&mut tx, &mut others).await?;
        let (by, at) = (by.to_owned(), self.clock.now());
        tx.save_correction(&CorrectedReply { id: reply, decision, reading, asked, by, at }).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Locks the thread of a case, and those on which the person who wrote is to be left alone as well: an opt-out holds for
    /// everyone who writes from the number that was answered.
    async fn lock_for(
        &self,
        tx: &mut Tx,
        case: CaseId,
        inbound: &Inbound,
        meant: Intent,
    ) -> Result<(Thread, Vec<Thread>), ServiceError> {
        let own = tx.thread_of_case(case).await?.ok_or(ServiceError::UnknownCase(case))?;
        let mut threads = vec![own];
        if meant == Intent::OptOut {
            let written = self.threads(tx, &inbound.message.from, &inbound.message.to).await?;
            threads.extend(written.into_iter().map(|thread| thread.id));
        }
        let mut locked = lock_in_order(tx, threads).await?;
        let at = locked.iter().position(|thread| thread.id == own).ok_or(ServiceError::UnknownCase(case))?;
        let thread = locked.swap_remove(at);
        // It may have moved to another number while we waited.
        match tx.thread_of_case(case).await? {
            Some(still) if still == own => Ok((thread, locked)),
            _ => Err(ServiceError::Overtaken),
        }
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

/// What a wrong reading, and the corrections of it so far, did to a case.
struct Mistake {
    before: CaseState,
    after: CaseState,
    money_moved: bool,
    unlinked: bool,
    froze: bool,
    tasks: Vec<TaskKind>,
}

async fn mistake(tx: &mut Tx, case: &Case, reply: InboundId) -> Result<Option<Mistake>, ServiceError> {
    let decisions = tx.decisions_of_case(case.id).await?;
    let made = |decided: &&Decided| decided.decision.inbound == Some(reply);
    let mut chain = decisions.iter().filter(made);
    let Some(first) = chain.next() else { return Ok(None) };
    let (mut before, mut since, mut last) = (first.decision.state_before.clone(), first, first);
    for again in chain {
        // Taken back: the case stood there before either mistake. Left standing: something else had moved it in between.
        match again.events.iter().find_map(taken_back) {
            Some(state) => before = state,
            None => (before, since) = (again.decision.state_before.clone(), again),
        }
        last = again;
    }
    let later = decisions.iter().skip_while(|decided| decided.id != since.id).skip(1);
    let paid = later.flat_map(|decided| &decided.events).any(moves_money);
    let unlinks = |decided: &Decided| decided.decision.rules.iter().any(|rule| rule == "wrong_number.unlinked");
    let freezes = |decided: &Decided| decided.events.iter().any(|event| matches!(event, Event::Frozen { .. }));
    // A message that asks for a task which is open takes its place: who asked first shows in when it was opened.
    let asked_first = |task: &TaskRow| {
        let opened = decisions.iter().filter(made).any(|decided| decided.at == task.new.opened_at);
        task.resolved.is_none() && task.new.inbound == Some(reply) && opened
    };
    let tasks = tx.tasks_of_case(case.id).await?;
    Ok(Some(Mistake {
        before,
        after: last.decision.state_after.clone(),
        money_moved: paid || tx.amount_changed_since(case.id, since.at).await?,
        unlinked: decisions.iter().filter(made).any(unlinks),
        froze: decisions.iter().filter(made).any(freezes),
        tasks: tasks.into_iter().filter(asked_first).map(|task| task.new.task.kind).collect(),
    }))
}

fn taken_back(event: &Event) -> Option<CaseState> {
    match event {
        Event::ReadingCorrected { state, .. } => state.clone(),
        _ => None,
    }
}

const fn moves_money(event: &Event) -> bool {
    matches!(event, Event::PaymentReceived { .. } | Event::PaymentReversed { .. } | Event::PaymentUndone { .. })
}
