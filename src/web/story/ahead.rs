//! What comes: what holds the reminders of a case back, what happens next by itself, and what a person has to do.

use super::case::{Story, Todo};
use super::turns::Fact;
use crate::domain::dunning::{Channel, Pause};
use crate::domain::{CampaignState, Event, IdentityLevel, Verdict};
use crate::service::{CaseView, Explanation, Line, PlanAhead, StepAhead, Why};
use crate::store::{Membership, OutboundState};
use crate::web::pages::Tongue;
use chrono::{DateTime, Utc};

/// What happens next by itself, and what keeps it from happening.
pub fn ahead(why: &Why, story: &Story, tongue: &Tongue) -> Vec<Fact> {
    let zone = why.view.case.debtor.zone;
    let fact = |key: &str, value: String| Fact { label: tongue.say("why", key), value };
    let mut told = Vec::new();
    if let Some(halt) = &why.halt {
        let since = tongue.moment(halt.since, zone);
        told.push(fact("halt", tongue.say("why", "halted_by").replace("{by}", &halt.by).replace("{when}", &since)));
    }
    told.push(fact("reminder_now", reminder(why, tongue)));
    told.push(fact("plan", plan(why, story, tongue)));
    told.extend(why.campaigns.iter().map(|one| fact("campaign", campaign(one, why, tongue))));
    for one in &why.messages {
        let message = &one.message;
        if message.state == OutboundState::Ready {
            let rule = message.rule.as_deref().map(|rule| format!(" ({})", tongue.say("rules", rule)));
            let when = tongue.moment(message.new.due_at, zone);
            let called = tongue.template(&message.new.template);
            told.push(fact("queued", format!("{called}{}{when}{}", tongue.colon(), rule.unwrap_or_default())));
        }
    }
    told.extend(
        story.timers.iter().map(|timer| fact("clock", format!("{}{}{}", timer.label, tongue.colon(), timer.value))),
    );
    told
}

fn reminder(why: &Why, tongue: &Tongue) -> String {
    let case = &why.view.case;
    match &why.view.reminder {
        Verdict::Send if case.phone.identity < IdentityLevel::L1 => tongue.say("why", "may_ask_now"),
        Verdict::Send => tongue.say("why", "may_remind_now"),
        // A stop has no end of its own: it is looked at again every few minutes.
        Verdict::Hold { rule: rule @ "halted", .. } | Verdict::Refuse { rule } => {
            tongue.say_with("why", "no_reminder", &tongue.say("rules", rule))
        }
        Verdict::Hold { until, rule } => {
            let told = tongue.say_with("why", "reminder_from", &tongue.moment(*until, case.debtor.zone));
            format!("{told} ({})", tongue.say("rules", rule))
        }
    }
}

fn plan(why: &Why, story: &Story, tongue: &Tongue) -> String {
    let Some(PlanAhead { plan, pause, next }) = &why.plan else { return tongue.say("why", "no_plan") };
    let Some(next) = next else { return tongue.say_with("why", "plan_done", plan) };
    let told = match pause {
        None => {
            let at = tongue.moment(next.at, why.view.case.debtor.zone);
            tongue.say("why", "next_step").replace("{when}", &at)
        }
        Some(pause) => tongue.say("why", "held_step").replace("{held}", &held(*pause, why, story, tongue)),
    };
    told.replace("{step}", &step(*next, tongue)).replace("{plan}", plan)
}

fn step(step: StepAhead, tongue: &Tongue) -> String {
    let number = tongue.say_with("dunning", "step", &step.number.to_string());
    let stage = tongue.say("stages", step.stage.label());
    let by = match step.channel {
        Channel::Sms | Channel::Email => String::new(),
        Channel::Call | Channel::Letter | Channel::RegisteredLetter => {
            format!(" ({})", tongue.say("why", "by_a_person"))
        }
    };
    format!("{number}, {}, {}{by}", tongue.quoted(&stage), tongue.say("channels", step.channel.label()))
}

/// What holds a plan back, by whose act, and until when.
fn held(pause: Pause, why: &Why, story: &Story, tongue: &Tongue) -> String {
    match pause {
        Pause::ByAgent => {
            let last = last(&why.view, |event| match event {
                Event::RemindersPaused { by } => Some(by.clone()),
                _ => None,
            });
            let (by, at) = last.unwrap_or_else(|| (tongue.say("why", "somebody"), why.view.now));
            let when = tongue.moment(at, why.view.case.debtor.zone);
            tongue.say("why", "paused_by").replace("{by}", &by).replace("{when}", &when)
        }
        Pause::State => {
            // The step of a plan rings of itself: what ends this state is another clock, or a person.
            let end = why.view.timers.first().map(|(_, at)| tongue.moment(*at, why.view.case.debtor.zone));
            let end = end.map(|at| tongue.say_with("why", "at_most_until", &at));
            let end = end.unwrap_or_else(|| tongue.say("why", "until_a_person"));
            format!("{}, {end}", tongue.quoted(&story.state.words))
        }
        Pause::Suppressed => tongue.say("rules", "suppressed"),
        Pause::HumanHolds => tongue.say("rules", "human_holds"),
        Pause::LetterMissing => tongue.say("rules", "letter_missing"),
    }
}

/// The last fact that `of` knows, and when it happened.
fn last<T>(view: &CaseView, of: impl Fn(&Event) -> Option<T>) -> Option<(T, DateTime<Utc>)> {
    let decision = |line: &Line| -> Option<(DateTime<Utc>, Explanation)> {
        match line {
            Line::Received { at, decision: Some(decision), .. } | Line::Happened { at, decision } => {
                Some((*at, decision.clone()))
            }
            _ => None,
        }
    };
    view.lines
        .iter()
        .rev()
        .filter_map(decision)
        .find_map(|(at, decision)| decision.events.iter().rev().find_map(&of).map(|found| (found, at)))
}

fn campaign(member: &Membership, why: &Why, tongue: &Tongue) -> String {
    let zone = why.view.case.debtor.zone;
    let state = tongue.say("campaign_states", member.state.label());
    let by = tongue.say_with("why", "changed_by", &member.changed_by);
    let running = matches!(member.state, CampaignState::Planned | CampaignState::Running | CampaignState::Paused);
    let turn = match (member.turn.as_str(), &member.rule) {
        ("waiting", Some(rule)) if running => {
            let waits = tongue.say_with("why", "turn_from", &tongue.moment(member.not_before, zone));
            format!("{waits} ({})", tongue.say("rules", rule))
        }
        ("waiting", _) => tongue.say("why", "turn_waits"),
        (turn, Some(rule)) => {
            format!("{}{}{}", tongue.say("why", &format!("turn_{turn}")), tongue.colon(), tongue.say("rules", rule))
        }
        (turn, None) => tongue.say("why", &format!("turn_{turn}")),
    };
    let (name, semicolon) = (tongue.quoted(&member.campaign), tongue.say("punctuation", "semicolon"));
    format!("{name}, {state} ({by}, {}){semicolon}{turn}", tongue.moment(member.changed_at, zone))
}

/// What only a person can do.
pub fn for_people(why: &Why, story: &Story, tongue: &Tongue) -> Vec<String> {
    let mut told: Vec<String> = story.tasks.iter().map(|task| todo(task, tongue)).collect();
    let hint = |yes: bool, key: &str| yes.then(|| tongue.say("why", key));
    let letter = why.plan.as_ref().is_some_and(|plan| plan.pause == Some(Pause::LetterMissing));
    told.extend(hint(why.halt.is_some(), "do_lift"));
    told.extend(hint(story.human && !story.over, "do_give_back"));
    told.extend(hint(story.paused && !story.over, "do_resume"));
    told.extend(hint(story.interrupted, "do_clear"));
    told.extend(hint(letter, "do_letter"));
    told
}

fn todo(task: &Todo, tongue: &Tongue) -> String {
    let due = task.due_on.as_ref().map(|day| format!(", {} {day}", tongue.say("why", "before")));
    let call =
        task.call_back.as_ref().map(|when| format!(", {}{}{when}", tongue.say("console", "call_at"), tongue.colon()));
    format!("{}{}{}", task.kind.words, due.unwrap_or_default(), call.unwrap_or_default())
}
