//! A decision in the making: the case as it becomes, and the rules that no answer may break.

use super::{Decision, Recall, TimerChange};
use crate::domain::dunning::Channel;
use crate::domain::{
    CallBack, Case, Event, Holder, IdentityLevel, Message, NewTask, Policy, Purpose, StepToDo, Suppression,
    SuppressionReason, TakenBy, TaskKind, TimerKind, instant, local_day,
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

/// Local hour at which timers ring: a person is there to see what comes of it.
const TIMERS_RING_AT: NaiveTime = NaiveTime::from_hms_opt(10, 0, 0).expect("ten in the morning exists");

/// A decision in the making.
pub(super) struct Draft<'a> {
    /// The case after the events so far.
    pub case: Case,
    pub policy: &'a Policy,
    pub now: DateTime<Utc>,
    /// The debtor's local day.
    pub today: NaiveDate,
    held_at_first: bool,
    /// Set when an agent acts: whether the person hears of it.
    for_agent: Option<bool>,
    decision: Decision,
}

impl<'a> Draft<'a> {
    pub fn new(case: &Case, policy: &'a Policy, now: DateTime<Utc>) -> Self {
        Self {
            case: case.clone(),
            policy,
            now,
            today: local_day(now, case.debtor.zone),
            held_at_first: case.conversation.holder == Holder::Human,
            for_agent: None,
            decision: Decision::default(),
        }
    }

    pub fn finish(self) -> Decision {
        match self.decision.refused {
            Some(rule) => Decision { refused: Some(rule), rules: vec![rule], ..Decision::default() },
            None => self.decision,
        }
    }

    /// What an agent wrote down is confirmed in the agent's stead, even on a thread that a person holds; or not at all.
    pub const fn speaks_for_an_agent(&mut self, aloud: bool) {
        self.held_at_first = false;
        self.for_agent = Some(aloud);
    }

    /// An agent's act is not done: nothing of this decision is.
    pub fn refuse(&mut self, rule: &'static str) {
        self.decision.refused.get_or_insert(rule);
    }

    /// Marks the open tasks of these kinds as done by this.
    pub fn ends(&mut self, kinds: &[TaskKind]) {
        self.decision.ends.extend(kinds);
    }

    /// Names a rule that decided.
    pub fn rule(&mut self, rule: &'static str) {
        self.decision.rules.push(rule);
    }

    /// True when a person held the thread before this came in.
    pub const fn held(&self) -> bool {
        self.held_at_first
    }

    pub fn balance(&self) -> crate::domain::Money {
        self.case.debt.balance()
    }

    /// The latest day on which the creditor accepts a single payment.
    pub fn latest_promise(&self) -> NaiveDate {
        self.today + Days::new(self.policy.promise_within_days)
    }

    pub fn working_days_ahead(&self, count: u32) -> NaiveDate {
        self.policy.law.working_days_after(self.today, count)
    }

    /// Records a fact. One that cannot happen in this state is dropped and named: the state stays sound.
    pub fn record(&mut self, event: Event) -> bool {
        match self.case.clone().apply(&event, self.now) {
            Ok(case) => {
                self.case = case;
                self.decision.events.push(event);
                true
            }
            Err(_) => {
                self.rule("state.does_not_allow");
                false
            }
        }
    }

    /// Records a fact without which an agent's act is not done.
    pub fn must(&mut self, event: Event) {
        if !self.record(event) {
            self.refuse("state.does_not_allow");
        }
    }

    /// Opens a task; a kind is opened once in a decision.
    pub fn task(&mut self, kind: TaskKind) {
        self.task_for(kind, None, None);
    }

    pub fn task_for(&mut self, kind: TaskKind, due_on: Option<NaiveDate>, call_back: Option<CallBack>) {
        self.open(NewTask { kind, due_on, call_back, step: None });
    }

    /// Opens the task of a step of the dunning plan.
    pub fn task_of_step(&mut self, kind: TaskKind, due_on: NaiveDate, step: Option<StepToDo>) {
        self.open(NewTask { kind, due_on: Some(due_on), call_back: None, step });
    }

    fn open(&mut self, new: NewTask) {
        if self.decision.tasks.iter().all(|task| task.kind != new.kind) {
            self.decision.tasks.push(new);
        }
    }

    /// Opens a task and yields the thread to whoever takes it.
    pub fn hand_over(&mut self, kind: TaskKind) {
        self.hand_over_for(kind, None, None);
    }

    pub fn hand_over_for(&mut self, kind: TaskKind, due_on: Option<NaiveDate>, call_back: Option<CallBack>) {
        self.task_for(kind, due_on, call_back);
        if self.case.conversation.holder == Holder::Bot {
            self.record(Event::ThreadTaken { by: TakenBy::Yielded(kind) });
        }
    }

    pub fn recall(&mut self, recall: Recall) {
        self.decision.recall = self.decision.recall.max(recall);
    }

    /// Rings on `day` at a working hour of the debtor's zone.
    pub fn set_timer(&mut self, kind: TimerKind, day: NaiveDate) {
        self.set_timer_at(kind, instant(day, TIMERS_RING_AT, self.case.debtor.zone));
    }

    pub fn set_timer_at(&mut self, kind: TimerKind, at: DateTime<Utc>) {
        self.decision.timers.push(TimerChange::Set { kind, at });
    }

    pub fn stop_timers(&mut self, kinds: &[TimerKind]) {
        self.decision.timers.extend(kinds.iter().map(|kind| TimerChange::Stop { kind: *kind }));
    }

    /// Says something, unless a rule keeps it back; then the silence is recorded with the rule.
    pub fn say(&mut self, message: Message) {
        if self.for_agent == Some(false) {
            return self.rule("agent.says_nothing");
        }
        match self.reason_to_keep_silent(&message) {
            // They wrote again and our answer did not help: they are told that a person takes over.
            Some("silence.same_text") if answers_a_reply(&message) => {
                self.rule("same_text.human_instead");
                self.hand_over(TaskKind::GoingInCircles);
                return self.say(Message::HandedOver);
            }
            Some(rule) => return self.withhold(rule),
            None => {}
        }
        self.case.conversation.said(&message, self.today, self.now);
        self.decision.messages.push(message);
    }

    /// Whether this decision says it.
    pub fn has_said(&self, message: &Message) -> bool {
        self.decision.messages.contains(message)
    }

    fn withhold(&mut self, rule: &'static str) {
        self.rule(rule);
        self.record(Event::Withheld { rule: rule.to_owned() });
        match rule {
            "silence.same_text" | "silence.too_many_today" => self.hand_over(TaskKind::GoingInCircles),
            "silence.identity" => self.task(TaskKind::IdentityUnsure),
            _ => {}
        }
    }

    fn reason_to_keep_silent(&self, message: &Message) -> Option<&'static str> {
        let purpose = message.purpose();
        let talk = &self.case.conversation;
        if purpose == Purpose::OptOut {
            return None;
        }
        if purpose == Purpose::Agent {
            // A form that was posted twice.
            return (talk.last_said.as_ref() == Some(message)).then_some("silence.already_said");
        }
        let by_email = message.channel() == Channel::Email;
        if let Some(Suppression { reason, .. }) = self.case.phone.suppressed
            && !(by_email && reason == SuppressionReason::Invalid)
        {
            let apology = reason == SuppressionReason::WrongNumber && *message == Message::WrongNumberApology;
            let safety = purpose == Purpose::Safety && reason != SuppressionReason::Invalid;
            if !apology && !safety {
                return Some("silence.suppressed");
            }
        }
        if purpose == Purpose::Safety {
            return (talk.last_said.as_ref() == Some(message)).then_some("silence.already_said");
        }
        if self.held_at_first {
            return Some("silence.human_holds");
        }
        if !by_email && message.speaks_of_the_debt() && self.case.phone.identity < IdentityLevel::L1 {
            return Some("silence.identity");
        }
        // They were told that we would leave them alone: only what they ask themselves is answered.
        let unasked = self.for_agent.is_some() || matches!(message, Message::PaymentReceived { .. });
        let left_alone = unasked && message.speaks_of_the_debt() && self.case.state.rests_until_cleared();
        if left_alone || (purpose == Purpose::Demand && self.case.rests_from(message, self.now)) {
            return Some("silence.case_at_rest");
        }
        if talk.last_said.as_ref() == Some(message) {
            if self.for_agent.is_some() {
                return Some("silence.already_said");
            }
            let just_now = talk.spoke_at.is_some_and(|at| self.now < at + TimeDelta::days(1));
            match purpose {
                // A reminder asked for twice has left once; days later, it is another one.
                Purpose::Demand if just_now => return Some("silence.already_said"),
                Purpose::Demand => {}
                _ => return Some("silence.same_text"),
            }
        }
        if self.for_agent.is_none() && talk.answers_on(self.today) >= self.policy.answers_per_day {
            return Some("silence.too_many_today");
        }
        None
    }
}

/// Answers to money that came in are the only ones that no reply calls for.
fn answers_a_reply(message: &Message) -> bool {
    message.purpose() == Purpose::Answer && !matches!(message, Message::PaymentReceived { .. })
}
