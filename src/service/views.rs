//! What people look at: tasks, a case with its talk, numbers that no case knows. Reads only.

use super::agents::mark;
use super::{Destination, Service, ServiceError};
use crate::domain::{
    CallBack, Case, CaseId, CaseState, Creditor, DecisionId, Event, InboundId, Language, Particulars, Reading,
    StepToDo, TaskId, TaskKind, TimerKind, Verdict,
};
use crate::store::{self, DecisionRow, Direction, HistoryEntry, TaskRow, Tx};
use chrono::{DateTime, NaiveDate, Utc};

/// Most lines of a page.
const MOST_ROWS: u32 = 200;

/// A page of a list.
#[derive(Debug, Clone)]
pub struct Listed<T> {
    /// Its lines.
    pub rows: Vec<T>,
    /// Whether another page follows.
    pub more: bool,
}

impl<T> Listed<T> {
    /// What was found, of which one line more than a page was asked for.
    fn of(mut rows: Vec<T>) -> Self {
        let more = rows.len() > MOST_ROWS as usize;
        rows.truncate(MOST_ROWS as usize);
        Self { rows, more }
    }
}

/// The lines of the pages before.
const fn skipped(page: u32) -> u32 {
    page.saturating_mul(MOST_ROWS)
}

/// A task, and the case it is about.
#[derive(Debug, Clone)]
pub struct TaskView {
    /// Its id.
    pub id: TaskId,
    /// Why a person is needed.
    pub kind: TaskKind,
    /// The day by which it should be done.
    pub due_on: Option<NaiveDate>,
    /// When they asked to be called.
    pub call_back: Option<CallBack>,
    /// The step of the dunning plan that it carries out.
    pub step: Option<StepToDo>,
    /// When it was opened.
    pub opened_at: DateTime<Utc>,
    /// The last message that asked for it.
    pub inbound: Option<InboundId>,
    /// The language of that message, when it is not one that we read: whoever takes the task must speak it.
    pub language: Option<Language>,
    /// The case, when a case is known, and whose claim it is.
    pub case: Option<(Case, Creditor)>,
}

/// A message from a number that no case knows.
#[derive(Clone)]
pub struct UnknownSender {
    /// Who wrote.
    pub from: String,
    /// What.
    pub text: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// One line of a talk.
#[derive(Clone)]
pub enum Line {
    /// They wrote.
    Received {
        /// Which message.
        id: InboundId,
        /// When.
        at: DateTime<Utc>,
        /// Word for word.
        text: String,
        /// What was understood; none when it was not read.
        reading: Option<Box<Reading>>,
        /// What it did to the case.
        decision: Option<Explanation>,
    },
    /// Something happened that nobody wrote: money, time, a person's act.
    Happened {
        /// When.
        at: DateTime<Utc>,
        /// What it did to the case.
        decision: Explanation,
    },
    /// We wrote, or kept from writing.
    Sent {
        /// When it was written.
        at: DateTime<Utc>,
        /// Word for word.
        text: String,
        /// The subject, when it is an e-mail.
        subject: Option<String>,
        /// The label of where it is.
        state: String,
        /// The rule that holds, refused or recalled it.
        rule: Option<String>,
        /// When it may leave, while it has not.
        due_at: Option<DateTime<Utc>>,
    },
}

impl Line {
    /// When.
    #[must_use]
    pub const fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Received { at, .. } | Self::Happened { at, .. } | Self::Sent { at, .. } => *at,
        }
    }
}

/// A decision, to be explained.
#[derive(Clone)]
pub struct Explanation {
    /// Its id: what was written because of it bears it.
    pub id: DecisionId,
    /// What set it off.
    pub stimulus: String,
    /// The rules that decided, in order.
    pub rules: Vec<String>,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// The case before.
    pub before: CaseState,
    /// The case after.
    pub after: CaseState,
}

/// A case, its talk, and what is expected of it.
#[derive(Clone)]
pub struct CaseView {
    /// The case.
    pub case: Case,
    /// Whose claim it is.
    pub creditor: Creditor,
    /// Where letters go.
    pub destination: Destination,
    /// The talk of its thread, oldest first.
    pub lines: Vec<Line>,
    /// The alarms, soonest first.
    pub timers: Vec<(TimerKind, DateTime<Utc>)>,
    /// The tasks that are open.
    pub tasks: Vec<TaskView>,
    /// What the governor says of a reminder that would leave now.
    pub reminder: Verdict,
    /// What the creditor's file says beside the debt.
    pub particulars: Particulars,
    /// The mark of what is shown: an act on this view holds only while the case has the same.
    pub mark: String,
    /// Now, by the service's clock.
    pub now: DateTime<Utc>,
}

impl CaseView {
    /// When time alone next brings something about: a timer rings, or a held message may leave.
    #[must_use]
    pub fn next_due(&self) -> Option<DateTime<Utc>> {
        let held = self.lines.iter().filter_map(|line| match line {
            Line::Sent { due_at, .. } => *due_at,
            _ => None,
        });
        held.chain(self.timers.iter().map(|(_, at)| *at)).min()
    }
}

impl Service {
    /// The open tasks, urgent ones first, then the oldest: the first page of them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open_tasks(&self) -> Result<Vec<TaskView>, ServiceError> {
        Ok(self.open_tasks_on(0).await?.rows)
    }

    /// A page of them, the first being 0.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn open_tasks_on(&self, page: u32) -> Result<Listed<TaskView>, ServiceError> {
        let mut tx = self.store.snapshot().await?;
        let mut views = Vec::new();
        let found = tx.open_tasks(MOST_ROWS + 1, skipped(page)).await?;
        let Listed { rows, more } = Listed::of(found);
        for row in rows {
            let case = match row.new.case {
                Some(case) => tx.case(case).await?,
                None => None,
            };
            views.push(self.task_view(&mut tx, &row, case).await?);
        }
        Ok(Listed { rows: views, more })
    }

    /// A case with all that was said and decided; `None` when there is no such case.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn case_view(&self, id: CaseId) -> Result<Option<CaseView>, ServiceError> {
        let mut tx = self.store.snapshot().await?;
        self.case_view_in(&mut tx, id).await
    }

    /// The same, as `tx` sees it.
    pub(super) async fn case_view_in(&self, tx: &mut Tx, id: CaseId) -> Result<Option<CaseView>, ServiceError> {
        let Some(case) = tx.case(id).await? else { return Ok(None) };
        let creditor = self.creditor(&case.creditor)?.clone();
        let particulars = tx.particulars(id).await?.unwrap_or_default();
        let destination = Destination::of(&case, &particulars);
        let lines = lines(tx, id).await?;
        let mut timers = tx.timers_of_case(id).await?;
        timers.sort_by_key(|(_, at)| *at);
        let mut tasks = Vec::new();
        for row in tx.tasks_of_case(id).await? {
            if row.resolved.is_none() {
                tasks.push(self.task_view(tx, &row, Some(case.clone())).await?);
            }
        }
        let reminder = self.reminder_now(tx, &case).await?;
        let (mark, now) = (mark(tx, id).await?, self.clock.now());
        Ok(Some(CaseView { case, creditor, destination, lines, timers, tasks, reminder, particulars, mark, now }))
    }

    /// A page, the first being 0, of the messages from numbers that no case knows, the latest first.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn unknown_senders_on(&self, page: u32) -> Result<Listed<UnknownSender>, ServiceError> {
        let found = self.store.snapshot().await?.unknown_senders(MOST_ROWS + 1, skipped(page)).await?;
        let Listed { rows, more } = Listed::of(found);
        let view = |row: store::Inbound| UnknownSender {
            from: row.message.from.as_str().to_owned(),
            text: row.message.body,
            at: row.message.received_at,
        };
        Ok(Listed { rows: rows.into_iter().map(view).collect(), more })
    }

    /// The cases, the one that changed last first: the first page of them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn cases(&self) -> Result<Vec<Case>, ServiceError> {
        Ok(self.cases_on(0, "").await?.rows)
    }

    /// A page of them, the first being 0; of those that hold `words` in their name, reference, invoice or number.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn cases_on(&self, page: u32, words: &str) -> Result<Listed<Case>, ServiceError> {
        let mut tx = self.store.snapshot().await?;
        let found = match words.trim() {
            "" => tx.list_cases(MOST_ROWS + 1, skipped(page)).await?,
            words => tx.seek_cases(words, MOST_ROWS + 1, skipped(page)).await?,
        };
        Ok(Listed::of(found))
    }

    async fn task_view(&self, tx: &mut Tx, row: &TaskRow, case: Option<Case>) -> Result<TaskView, ServiceError> {
        let case = match case {
            Some(case) => {
                let creditor = self.creditor(&case.creditor)?.clone();
                Some((case, creditor))
            }
            None => None,
        };
        let inbound = match row.new.inbound {
            Some(id) => tx.inbound(id).await?,
            None => None,
        };
        Ok(TaskView {
            id: row.id,
            kind: row.new.task.kind,
            due_on: row.new.task.due_on,
            call_back: row.new.task.call_back,
            step: row.new.task.step,
            opened_at: row.new.opened_at,
            inbound: row.new.inbound,
            language: inbound.and_then(|inbound| inbound.reading).and_then(|reading| reading.language),
            case,
        })
    }
}

/// The talk of a case with what each reply did to this case, and what happened to it that nobody wrote.
async fn lines(tx: &mut Tx, case: CaseId) -> Result<Vec<Line>, ServiceError> {
    let mut decisions = tx.decisions_of_case(case).await?;
    let mut lines = Vec::new();
    for entry in tx.history_of_case(case, MOST_ROWS).await? {
        match entry.id {
            Direction::Received(id) => {
                let caused = decisions.iter().position(|row| row.decision.inbound == Some(id));
                let decision = caused.map(|at| Explanation::of(decisions.remove(at)));
                let reading = entry.reading.map(Box::new);
                let line = Line::Received { id, at: entry.at, text: entry.body, reading, decision };
                lines.push((id.0, line));
            }
            Direction::Sent(id) => lines.push((id.0, sent(tx, entry).await?)),
        }
    }
    for row in decisions.into_iter().filter(is_telling) {
        lines.push((row.id.0, Line::Happened { at: row.at, decision: Explanation::of(row) }));
    }
    // Ids are made in the order of things: they tell what came first within an instant.
    lines.sort_by_key(|(id, line)| (line.at(), *id));
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

async fn sent(tx: &mut Tx, entry: HistoryEntry) -> Result<Line, ServiceError> {
    let waits = entry.state.as_deref() == Some(store::OutboundState::Ready.label());
    let due_at = match entry.id {
        Direction::Sent(id) if waits => tx.outbound(id).await?.map(|row| row.new.due_at),
        _ => None,
    };
    let state = entry.state.unwrap_or_default();
    Ok(Line::Sent { at: entry.at, text: entry.body, subject: entry.subject, state, rule: entry.rule, due_at })
}

/// A carrier's receipt that moves nothing is no news to a person; what an agent does about a message is.
fn is_telling(row: &store::Decided) -> bool {
    let DecisionRow { inbound, stimulus, state_before, state_after, .. } = &row.decision;
    stimulus == "agent" || (inbound.is_none() && (stimulus != "receipt" || state_before != state_after))
}

impl Explanation {
    fn of(row: store::Decided) -> Self {
        let DecisionRow { stimulus, rules, state_before: before, state_after: after, .. } = row.decision;
        Self { id: row.id, stimulus, rules, events: row.events, before, after }
    }
}
