//! What people do in the console: they answer, keep or let go, and write down what was told to them.

use super::agreement::{confirm, plan_runs};
use super::answers::{case_info, wrong_number};
use super::correction::{Correction, correct};
use super::other::remind;
use super::payment::wait_again;
use super::reply::{ALL_CLOCKS, open_dispute};
use super::{Draft, Recall};
use crate::domain::{
    CaseState, ClosingReason, Event, Freeze, Holder, Letter, Message, Money, Offer, PhoneOrigin, Plan, PlanBounds,
    PlanTerms, Promise, Proof, SuppressionReason, TakenBy, TaskKind, TimerKind, Told, Vulnerability, Way, offer,
};
use chrono::NaiveDate;

/// What only arithmetic forbids: a creditor may agree to any plan that ends.
const ANY_PLAN: PlanBounds =
    PlanBounds { max_instalments: 120, min_instalment_minor: 1, max_months: 120, first_within_days: 366 };

/// What a person does in the console.
#[derive(Debug, Clone, PartialEq)]
pub enum AgentAct {
    /// Answers in their own words; this takes the thread.
    Answer(String),
    /// The same, in words that a person must answer for.
    Vouch {
        /// What they write.
        text: String,
        /// The words that the checker found.
        words: String,
        /// Why they write them.
        reason: String,
    },
    /// Takes the thread.
    TakeOver,
    /// Gives the thread back to the bot.
    GiveBack,
    /// Has the bot send the reminder, or first ask who is there.
    Remind,
    /// Keeps the reminders of the dunning plan back.
    PauseReminders,
    /// Lets them go on.
    ResumeReminders,
    /// A letter has left by post.
    LetterSent(Letter),
    /// Ends what interrupted the case: dispute answered, hardship cleared, payment not found.
    Clear,
    /// Closes the case.
    Close(ClosingReason),
    /// Writes down what the person told them.
    WriteDown {
        /// By what way it was told.
        way: Way,
        /// What.
        told: Told,
        /// Why it is agreed to, where it is beyond what the bot may agree to.
        beyond: Option<String>,
        /// Whether the person hears what was written down.
        aloud: bool,
    },
    /// Made sure who answers at the number.
    ConfirmIdentity {
        /// How.
        proof: Proof,
        /// Whether the person then hears what the case is about.
        aloud: bool,
    },
    /// Learnt that somebody else answers at the number.
    RefuteIdentity {
        /// Whether that person hears an apology.
        aloud: bool,
    },
    /// Another number is the person's.
    ReplaceNumber {
        /// Where it comes from.
        origin: PhoneOrigin,
        /// How it was checked.
        checked: Option<String>,
        /// Whether somebody else has the old one.
        old_is_anothers: bool,
    },
    /// Says what a reply meant that was read as something else.
    CorrectReading(Box<Correction>),
}

pub(super) fn agent(d: &mut Draft, by: &str, act: &AgentAct) {
    let by_name = || by.to_owned();
    match act {
        AgentAct::Answer(text) => {
            d.rule("agent.answers");
            take(d, by);
            d.say(Message::FromAgent { text: text.clone() });
        }
        AgentAct::Vouch { text, words, reason } => {
            d.rule("agent.vouches");
            take(d, by);
            d.record(Event::Vouched { by: by_name(), words: words.clone(), reason: reason.clone() });
            d.say(Message::FromAgent { text: text.clone() });
        }
        AgentAct::TakeOver => {
            d.rule("agent.takes_over");
            take(d, by);
        }
        AgentAct::GiveBack => {
            d.rule("agent.gives_back");
            d.record(Event::ThreadReturned);
        }
        AgentAct::Remind => {
            let message = d.case.reminder(d.today);
            match message {
                Message::AskIdentity => d.rule("agent.asks_identity"),
                _ => d.rule("agent.reminds"),
            }
            remind(d, message);
        }
        AgentAct::PauseReminders => {
            d.rule("agent.pauses_reminders");
            d.recall(Recall::Demands);
            d.record(Event::RemindersPaused { by: by_name() });
        }
        AgentAct::ResumeReminders => {
            d.rule("agent.resumes_reminders");
            d.record(Event::RemindersResumed { by: by_name() });
        }
        AgentAct::Clear => clear(d, by),
        AgentAct::LetterSent(letter) => {
            d.rule("agent.sends_letter");
            d.record(Event::LetterSent { letter: letter.clone(), by: by_name() });
        }
        AgentAct::Close(reason) => {
            d.rule("agent.closes");
            d.must(Event::Closed { reason: *reason });
            d.recall(Recall::Debt);
            d.stop_timers(&ALL_CLOCKS);
        }
        AgentAct::WriteDown { way, told, beyond, aloud } => {
            d.rule("agent.writes_down");
            d.speaks_for_an_agent(*aloud);
            d.record(Event::ToldToAgent { by: by_name(), way: *way });
            if *way == Way::Call {
                d.ends(&[TaskKind::MakeCall, TaskKind::CallBack]);
            }
            let vouched =
                beyond.as_deref().map(|reason| Event::BeyondPolicy { by: by_name(), reason: reason.to_owned() });
            match told {
                Told::Promise(promise) => promised(d, *promise, vouched),
                Told::Plan { terms, first } => planned(d, *terms, *first, vouched),
                Told::Dispute { reason, held_right } => contested(d, reason, *held_right),
            }
        }
        AgentAct::ConfirmIdentity { proof, aloud } => {
            d.rule("agent.confirms_identity");
            let Some(level) = proof.proves(d.case.phone.origin) else {
                return d.refuse("identity.needs_more_than_a_yes");
            };
            d.speaks_for_an_agent(*aloud);
            d.record(Event::IdentityChecked { by: by_name(), proof: *proof });
            d.ends(&[TaskKind::IdentityUnsure]);
            if level > d.case.phone.identity {
                d.record(Event::IdentityRaised { level });
            }
            if !d.case.rests(d.now) {
                case_info(d);
            }
        }
        AgentAct::CorrectReading(correction) => correct(d, by, correction),
        AgentAct::RefuteIdentity { aloud } => {
            d.speaks_for_an_agent(*aloud);
            d.record(Event::IdentityRefuted { by: by_name() });
            d.ends(&[TaskKind::IdentityUnsure]);
            wrong_number(d);
        }
        AgentAct::ReplaceNumber { origin, checked, old_is_anothers } => {
            if d.case.phone.suppressed.is_some_and(|known| known.reason == SuppressionReason::OptOut) {
                return d.refuse("agent.number_after_stop");
            }
            d.rule("agent.replaces_number");
            d.recall(Recall::Everything);
            d.record(Event::NumberReplaced { by: by_name(), origin: *origin, checked: checked.clone() });
            d.ends(&[TaskKind::DataRepair, TaskKind::IdentityUnsure]);
            if *old_is_anothers && d.case.phone.suppressed.is_none() {
                d.record(Event::Suppressed { reason: SuppressionReason::WrongNumber });
            }
        }
    }
}

fn take(d: &mut Draft, by: &str) {
    if d.case.conversation.holder == Holder::Bot {
        d.recall(Recall::Debt);
        d.record(Event::ThreadTaken { by: TakenBy::Agent(by.to_owned()) });
    }
}

/// What interrupted the case is sorted out, and so is the task that said so.
fn clear(d: &mut Draft, by: &str) {
    d.rule("agent.clears");
    let done = tasks_of_state(&d.case.state);
    d.ends(&done);
    d.must(Event::Cleared { by: by.to_owned() });
    d.stop_timers(&[TimerKind::ClaimLapses, TimerKind::FreezeEnds]);
    wait_again(d);
}

/// The tasks that what interrupts a case calls for.
pub(super) fn tasks_of_state(state: &CaseState) -> Vec<TaskKind> {
    match state {
        CaseState::Disputed { .. } => vec![TaskKind::Dispute],
        CaseState::PaymentClaimed { .. } => vec![TaskKind::Reconcile],
        CaseState::Refused { .. } => vec![TaskKind::Refusal, TaskKind::Hostile],
        CaseState::Frozen { freeze, .. } => tasks_of(freeze),
        _ => Vec::new(),
    }
}

/// The tasks that the circumstances of a rest opened.
fn tasks_of(freeze: &Freeze) -> Vec<TaskKind> {
    let task = |circumstance: &Vulnerability| match circumstance {
        Vulnerability::Insolvency => TaskKind::Insolvency,
        Vulnerability::Bereavement => TaskKind::Bereavement,
        Vulnerability::SelfHarm => TaskKind::SelfHarm,
        Vulnerability::Guardianship => TaskKind::Representative,
        Vulnerability::Illness | Vulnerability::Unemployment | Vulnerability::Domestic => TaskKind::Care,
    };
    let beside = if freeze.until.is_some() { TaskKind::Hardship } else { TaskKind::Representative };
    freeze.because.iter().map(task).chain([beside]).collect()
}

/// A single payment is agreed on. It takes the place of a plan that runs only when it pays all that is left of it.
fn promised(d: &mut Draft, promise: Promise, vouched: Option<Event>) {
    if matches!(d.case.state, CaseState::PlanRunning { .. }) && promise.amount.minor < d.balance().minor {
        return d.refuse("agent.plan_runs");
    }
    makes_way(d);
    if promise.on < d.today {
        return d.refuse("agent.day_is_past");
    }
    if !(1..=d.balance().minor).contains(&promise.amount.minor) {
        return d.refuse("agent.more_than_is_due");
    }
    match vouched {
        Some(event) if promise.on > d.latest_promise() => d.must(event),
        None if promise.on > d.latest_promise() => return d.refuse("agent.beyond_policy"),
        _ => {}
    }
    d.rule("agent.notes_promise");
    d.recall(Recall::Debt);
    d.ends(&[TaskKind::DateBeyondPolicy, TaskKind::MoreTime]);
    confirm(d, promise);
}

/// A plan is agreed on: the one that the terms make, within the creditor's bounds unless someone answers for it.
fn planned(d: &mut Draft, terms: PlanTerms, first: Option<NaiveDate>, vouched: Option<Event>) {
    makes_way(d);
    if first.is_some_and(|day| day < d.today) {
        return d.refuse("agent.day_is_past");
    }
    let within = |bounds: &PlanBounds| match offer(d.balance(), terms, first, bounds, &d.policy.law, d.today) {
        Offer::AsAsked(plan) => Some(plan),
        Offer::NeedsTerms | Offer::Counter(_) | Offer::BeyondPolicy => None,
    };
    let plan: Plan = match (within(&d.policy.plan), within(&ANY_PLAN), vouched) {
        (Some(plan), _, _) => plan,
        (None, Some(plan), Some(event)) => {
            d.must(event);
            plan
        }
        (None, Some(_), None) => return d.refuse("agent.beyond_policy"),
        (None, None, _) => return d.refuse("agent.no_such_plan"),
    };
    d.rule("agent.notes_plan");
    d.recall(Recall::Debt);
    d.ends(&[TaskKind::PlanBeyondPolicy, TaskKind::MoreTime]);
    d.must(Event::PlanOffered { plan: plan.clone(), stands_until: d.today, counter: false });
    plan_runs(d, plan);
}

/// Only a person changes a plan that runs: they agree on something else.
fn makes_way(d: &mut Draft) {
    if matches!(d.case.state, CaseState::PlanRunning { .. }) {
        d.must(Event::PlanEnded);
    }
    if !d.case.state.can_agree() {
        d.refuse("state.does_not_allow");
    }
}

fn contested(d: &mut Draft, reason: &str, held_right: Option<Money>) {
    if d.case.state.is_over() {
        return d.refuse("state.does_not_allow");
    }
    let (answer_by, message) = if let CaseState::Disputed { dispute, .. } = &d.case.state {
        let answer_by = dispute.answer_by;
        d.rule("dispute.reason_noted");
        d.must(Event::DisputeReasonGiven { reason: reason.to_owned(), held_right });
        (answer_by, Message::DisputeReasonNoted { answer_by })
    } else {
        open_dispute(d, Some(reason.to_owned()), held_right);
        let answer_by = d.working_days_ahead(d.policy.dispute_working_days);
        (answer_by, Message::DisputeReceived { answer_by, ask_reason: false })
    };
    d.say(message);
    d.hand_over_for(TaskKind::Dispute, Some(answer_by), None);
}
