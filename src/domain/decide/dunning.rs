//! The dunning plan at work: the step that is due is done, and the timer waits for the next one.

use super::{Draft, TimerKind};
use crate::domain::dunning::{Channel, DunningPlan, Next, Pause, Step, next_step};
use crate::domain::{Event, IdentityLevel, Message, Stage, StepToDo, TaskKind};

/// A reminder that the plan said so few days ago is not said again by a campaign.
const SAID_LATELY_DAYS: i64 = 7;
/// Working days within which a person does the step that a task asks for.
const TO_DO_WITHIN: u32 = 2;

fn plan<'a>(d: &Draft<'a>) -> Option<&'a DunningPlan> {
    d.policy.dunning.of(d.case.debtor.segment)
}

/// Does the step whose moment has come, on the balance and the state of this moment; one at most.
pub(super) fn take_step(d: &mut Draft) {
    let Some(plan) = plan(d) else { return d.rule("timer.overtaken") };
    match next_step(plan, d.policy, &d.case, d.now) {
        Next::Do { index, step } => {
            let (plan, number) = (plan.name.clone(), index + 1);
            d.record(Event::StepDone { plan, step: number, stage: step.stage, channel: step.channel });
            carry_out(d, number, step);
        }
        Next::Wait { .. } => d.rule("dunning.not_yet"),
        Next::Paused(Pause::LetterMissing) => {
            d.rule("dunning.letter_missing");
            let first = plan.steps.iter().position(|step| step.required);
            let step = first.map(|at| of_step(d, at + 1, &plan.steps[at]));
            to_do(d, TaskKind::SendLetter, step);
        }
        Next::Paused(_) => d.rule("dunning.paused"),
        Next::Nothing => d.rule("dunning.done"),
    }
}

fn carry_out(d: &mut Draft, number: usize, step: &Step) {
    let (rule, task) = match step.channel {
        Channel::Sms => return remind(d, step),
        Channel::Email if d.policy.writes_email && d.case.debtor.email.is_some() => return write(d, step),
        Channel::Email => ("dunning.email", TaskKind::SendEmail),
        Channel::Call => ("dunning.call", TaskKind::MakeCall),
        Channel::Letter => ("dunning.letter", TaskKind::SendLetter),
        Channel::RegisteredLetter => ("dunning.registered_letter", TaskKind::SendRegisteredLetter),
    };
    d.rule(rule);
    let step = of_step(d, number, step);
    to_do(d, task, Some(step));
}

fn of_step(d: &Draft, number: usize, step: &Step) -> StepToDo {
    StepToDo { number, stage: step.stage, by: step.settle_by(d.today) }
}

fn to_do(d: &mut Draft, task: TaskKind, step: Option<StepToDo>) {
    let due_on = d.working_days_ahead(TO_DO_WITHIN);
    d.task_of_step(task, due_on, step);
}

fn remind(d: &mut Draft, step: &Step) {
    if d.case.phone.identity >= IdentityLevel::L1 {
        d.rule("dunning.reminds");
        let (amount, due_on, by) = (d.balance(), d.case.debt.due_on, step.settle_by(d.today));
        return d.say(Message::Reminder { stage: step.stage, amount, due_on, by });
    }
    if d.case.conversation.last_said == Some(Message::AskIdentity) {
        // Asked already, and nobody said who is there: asking again would only press.
        d.rule("dunning.nobody_known");
        return d.task(TaskKind::IdentityUnsure);
    }
    d.rule("dunning.asks_identity");
    d.say(Message::AskIdentity);
}

/// The address is that of the contract: who reads it need not be asked who they are.
fn write(d: &mut Draft, step: &Step) {
    d.rule("dunning.writes");
    let (amount, due_on, by) = (d.balance(), d.case.debt.due_on, step.settle_by(d.today));
    d.say(Message::EmailReminder { stage: step.stage, amount, due_on, by });
}

/// A reminder was said outside the plan, by an agent's or a campaign's act: the step that would say the same is done.
pub(super) fn said_outside(d: &mut Draft, stage: Stage) {
    let Some(plan) = plan(d) else { return };
    let next = d.case.dunning.next;
    let same = plan.steps.get(next).filter(|step| step.stage == stage && step.channel == Channel::Sms);
    if same.is_some() {
        d.rule("dunning.said_outside");
        d.record(Event::StepDone { plan: plan.name.clone(), step: next + 1, stage, channel: Channel::Sms });
    }
}

/// Whether the plan has said that stage within the days that lie between two reminders: saying it again would only press.
pub(super) fn said_lately(d: &Draft, stage: Stage) -> bool {
    let Some(plan) = plan(d) else { return false };
    let mut done = plan.steps.iter().take(d.case.dunning.next);
    let lately = d.case.dunning.done_on.is_some_and(|on| (d.today - on).num_days() < SAID_LATELY_DAYS);
    lately
        && done
            .next_back()
            .is_some_and(|step| step.stage == stage && matches!(step.channel, Channel::Sms | Channel::Email))
}

/// A promise was broken: on to the step that the plan names for it.
pub(super) fn move_on(d: &mut Draft) {
    if let Some(target) = plan(d).and_then(|plan| plan.after_broken_promise(d.case.dunning.next)) {
        d.rule("dunning.moves_on");
        d.record(Event::MovedToStep { step: target + 1 });
    }
}

/// Sets the timer to the next step of the case as it has become, or stops it: what pauses a plan and what resumes it need
/// not know of it.
pub(super) fn schedule(d: &mut Draft) {
    let Some(plan) = plan(d) else { return };
    match next_step(plan, d.policy, &d.case, d.now).ask_again(d.now) {
        Some(at) => d.set_timer_at(TimerKind::NextStep, at),
        None => d.stop_timers(&[TimerKind::NextStep]),
    }
}
