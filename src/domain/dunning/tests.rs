//! A plan run day by day: by hand for the rules, and at random for what must hold whatever days the runner misses.

use super::*;
use crate::config::{DunningSettings, Laws};
use crate::domain::*;
use chrono::{DateTime, Datelike as _, Days, Duration, NaiveDate, Utc};
use std::sync::Arc;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// Noon in Paris.
fn noon(on: NaiveDate) -> DateTime<Utc> {
    instant(on, chrono::NaiveTime::from_hms_opt(12, 0, 0).unwrap(), chrono_tz::Europe::Paris)
}

/// The figures that the program carries.
pub fn law(jurisdiction: Jurisdiction) -> Arc<Law> {
    Laws::carried().of(jurisdiction)
}

/// A ready-made plan.
pub fn plan(name: &str) -> DunningPlan {
    DunningSettings::default().library(Laws::carried()).unwrap().named(name).unwrap().clone()
}

/// A case due on Monday 2 November 2026, of which nothing was said yet.
fn case() -> Case {
    let case = samples::case();
    Case { debt: Debt { due_on: day("2026-11-02"), ..case.debt }, conversation: Conversation::default(), ..case }
}

/// What a creditor may do who writes nothing of it, under the law of a plan.
fn under(plan: &DunningPlan) -> Policy {
    Policy::under(law(plan.jurisdiction))
}

/// A case under a plan, as the timer worker moves it.
struct Run {
    policy: Policy,
    case: Case,
    rings: Option<DateTime<Utc>>,
}

impl Run {
    /// A case that comes in at `now`.
    fn begin(plan: &DunningPlan, mut case: Case, now: DateTime<Utc>) -> Self {
        case.dunning.next = plan.entry(case.debt.due_on, local_day(now, case.debtor.zone));
        let rings = next_step(plan, &under(plan), &case, now).ask_again(now);
        let plans = Plans { consumer: Some(plan.clone()), loyal: None, business: None };
        Self { policy: Policy { dunning: plans, ..under(plan) }, case, rings }
    }

    fn told(&mut self, stimulus: &Stimulus, now: DateTime<Utc>) -> Decision {
        let decision = decide(&self.case, &self.policy, stimulus, now);
        self.case = self.case.clone().after(&decision, now).expect("what is decided can be applied");
        for change in &decision.timers {
            match change {
                TimerChange::Set { kind: TimerKind::NextStep, at } => self.rings = Some(*at),
                TimerChange::Stop { kind: TimerKind::NextStep } => self.rings = None,
                _ => {}
            }
        }
        decision
    }

    /// Rings the timer if it is due, and tells what came of it.
    fn wake(&mut self, now: DateTime<Utc>) -> Option<Decision> {
        self.rings.take_if(|at| *at <= now)?;
        Some(self.told(&Stimulus::TimerFired(TimerKind::NextStep), now))
    }

    /// The steps done when the worker runs at noon on each of `days`.
    fn steps(&mut self, days: impl Iterator<Item = NaiveDate>) -> Vec<(String, usize)> {
        let mut done = Vec::new();
        for on in days {
            let decision = self.wake(noon(on)).unwrap_or_default();
            done.extend(numbers(&decision).map(|step| (on.to_string(), step)));
        }
        done
    }
}

fn numbers(decision: &Decision) -> impl Iterator<Item = usize> {
    decision.events.iter().filter_map(|event| match event {
        Event::StepDone { step, .. } => Some(*step),
        _ => None,
    })
}

fn from(first: &str, count: usize) -> impl Iterator<Item = NaiveDate> {
    day(first).iter_days().take(count)
}

fn done(steps: &[(&str, usize)]) -> Vec<(String, usize)> {
    steps.iter().map(|(on, step)| ((*on).to_owned(), *step)).collect()
}

#[test]
fn the_example_goes_e_mail_call_letter_text_on_its_days() {
    let mut run = Run::begin(&plan("example"), case(), noon(day("2026-10-20")));
    let steps = run.steps(from("2026-10-20", 60));
    assert_eq!(steps, done(&[("2026-11-03", 1), ("2026-11-09", 2), ("2026-11-16", 3), ("2026-11-23", 4)]));
    assert_eq!(run.rings, None, "nothing more");
}

#[test]
fn days_missed_are_caught_up_with_one_step_and_the_next_keeps_its_distance() {
    let mut run = Run::begin(&plan("example"), case(), noon(day("2026-10-20")));
    let away_until_the_18th = from("2026-11-18", 40);
    assert_eq!(
        run.steps(away_until_the_18th),
        // Six, seven and seven days apart, and never on a week-end.
        done(&[("2026-11-18", 1), ("2026-11-24", 2), ("2026-12-01", 3), ("2026-12-08", 4)])
    );
}

#[test]
fn a_case_that_comes_in_late_begins_at_the_step_of_its_day_but_never_with_a_second_reminder() {
    let consumer = plan("fr-consumer");
    for (on, first) in [
        ("2026-10-20", Some(1)),
        ("2026-10-30", Some(1)),
        ("2026-11-02", Some(2)),
        ("2026-11-04", Some(3)),
        ("2026-11-12", Some(3)),
        ("2027-01-15", Some(3)),
    ] {
        let mut run = Run::begin(&consumer, case(), noon(day(on)));
        assert_eq!(run.steps(from(on, 30)).first().map(|(_, step)| *step), first, "{on}");
    }
    let mut agency = Run::begin(&plan("fr-agency"), case(), noon(day("2027-01-15")));
    assert_eq!(agency.steps(from("2027-01-15", 5)), done(&[("2027-01-15", 1)]), "the letter is passed over by nothing");
}

#[test]
fn what_is_no_longer_true_is_not_said() {
    let mut run = Run::begin(&plan("fr-consumer"), case(), noon(day("2026-10-20")));
    assert_eq!(run.steps(from("2026-10-20", 10)), done(&[("2026-10-28", 1)]));
    let on_the_3rd = run.steps(from("2026-11-03", 10));
    assert_eq!(on_the_3rd, done(&[("2026-11-10", 3)]), "the due day has passed: nothing says that it is today");
}

#[test]
fn steps_keep_to_their_weekdays_their_hours_and_the_debtors_zone() {
    let mut case = case();
    case.debtor.zone = chrono_tz::America::Martinique;
    let example = plan("example");
    let asked_at = |text: &str, case: &Case| match next_step(&example, &under(&example), case, text.parse().unwrap()) {
        Next::Wait { until } => until.with_timezone(&case.debtor.zone).to_rfc3339(),
        other => format!("{other:?}").chars().take(2).collect(),
    };
    assert_eq!(asked_at("2026-11-02T12:00:00Z", &case), "2026-11-03T09:00:00-04:00");
    assert_eq!(asked_at("2026-11-03T12:59:00Z", &case), "2026-11-03T09:00:00-04:00", "08:59 there");
    assert_eq!(asked_at("2026-11-03T13:00:00Z", &case), "Do");
    assert_eq!(asked_at("2026-11-03T23:00:00Z", &case), "2026-11-04T09:00:00-04:00", "19:00 there: closed");
    case.debt.due_on = day("2026-11-10");
    assert_eq!(asked_at("2026-11-10T12:00:00Z", &case), "2026-11-12T09:00:00-04:00", "the 11th is a holiday");
}

#[test]
fn a_broken_promise_moves_on_never_back_and_never_past_what_is_required() {
    let consumer = plan("fr-consumer");
    assert_eq!(consumer.after_broken_promise(0), Some(3), "to the second reminder");
    assert_eq!(consumer.after_broken_promise(3), None);
    assert_eq!(consumer.after_broken_promise(6), None);
    assert_eq!(plan("fr-agency").after_broken_promise(0), None, "the letter first");
    let mut required = consumer;
    required.steps[2].required = true;
    assert_eq!(required.after_broken_promise(0), Some(2));
}

#[test]
fn an_agency_writes_no_text_before_its_letter_is_on_file() {
    let agency = plan("fr-agency");
    let mut case = case();
    case.dunning = Progress { next: 1, done_on: Some(day("2026-11-03")), paused: false };
    let later = noon(day("2026-11-17"));
    assert_eq!(next_step(&agency, &under(&agency), &case, later), Next::Paused(Pause::LetterMissing));
    case.letter = Some(Letter { reference: "L-1".into(), sent_on: day("2026-11-03") });
    assert!(matches!(next_step(&agency, &under(&agency), &case, later), Next::Do { index: 1, .. }));
    case.dunning = Progress::default();
    assert!(
        matches!(next_step(&agency, &under(&agency), &case, later), Next::Do { index: 1, .. }),
        "a letter sent is not sent again"
    );
}

#[test]
fn our_last_words_are_followed_by_three_days_without_a_text() {
    let consumer = plan("fr-consumer");
    let mut case = case();
    case.dunning.next = 2;
    case.conversation.spoke_at = Some(noon(day("2026-11-09")));
    let Next::Wait { until } = next_step(&consumer, &under(&consumer), &case, noon(day("2026-11-10"))) else {
        panic!("it waits")
    };
    assert_eq!(local_day(until, case.debtor.zone), day("2026-11-12"));
}

/// A generator of plain numbers, the same for the same seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }

    fn one_in(&mut self, odds: u64) -> bool {
        self.below(odds) == 0
    }
}

/// What may happen to a case between two runs.
fn something(chance: &mut Chance, today: NaiveDate) -> Stimulus {
    let reply = |reading| Stimulus::Inbound { reading, text: "les mots".into() };
    let act = |act| Stimulus::AgentAct { by: "lea".into(), act };
    match chance.below(14) {
        0 => {
            let mut promise = Reading::bare(Intent::Promise);
            promise.date = Some(today + Days::new(chance.below(20)));
            reply(promise)
        }
        1 => reply(Reading::bare(Intent::Affirmation)),
        2 => Stimulus::TimerFired(TimerKind::PromiseDue),
        3 => reply(Reading::bare(Intent::Dispute)),
        4 => reply(Reading::bare(Intent::AlreadyPaid)),
        5 => Stimulus::TimerFired(TimerKind::ClaimLapses),
        6 => reply(Reading::bare(Intent::PlanRequest)),
        7 => act(AgentAct::PauseReminders),
        8 => act(AgentAct::ResumeReminders),
        9 | 10 => act(AgentAct::Clear),
        11 => act(AgentAct::GiveBack),
        12 => act(AgentAct::TakeOver),
        _ => {
            let minor = i64::try_from(chance.below(5_000)).unwrap() + 1;
            samples::paid(minor)
        }
    }
}

#[test]
fn whatever_happens_and_whatever_days_are_missed_steps_come_one_by_one_in_order_and_never_while_they_may_not() {
    let names = ["example", "fr-consumer", "fr-agency", "uk-creditor"];
    let mut seen = 0;
    for seed in 0..400 {
        let mut chance = Chance(seed);
        let plan = plan(names[usize::try_from(chance.below(4)).unwrap()]);
        let offsets: Vec<i64> = plan.offsets().collect();
        let mut case = case();
        case.jurisdiction = plan.jurisdiction;
        case.letter = chance.one_in(2).then(|| Letter { reference: "L".into(), sent_on: day("2026-09-01") });
        let start = day("2026-10-15") + Days::new(chance.below(60));
        let mut run = Run::begin(&plan, case, noon(start));
        let mut last: Option<(usize, NaiveDate)> = None;
        for today in start.iter_days().take(150) {
            if chance.one_in(9) {
                let early = noon(today) - Duration::hours(5);
                run.told(&something(&mut chance, today), early);
            }
            if chance.one_in(3) {
                continue;
            }
            let now = noon(today) + Duration::minutes(i64::try_from(chance.below(600)).unwrap() - 300);
            let before = run.case.clone();
            let Some(decision) = run.wake(now) else { continue };
            assert!(run.rings.is_none_or(|at| at > now), "{seed}: it does not ring on the spot");
            let steps: Vec<usize> = numbers(&decision).collect();
            assert!(
                decision.messages.len() <= 1 && decision.tasks.len() <= 1 && steps.len() <= 1,
                "{seed}: {decision:?}"
            );
            let Some(number) = steps.first().copied() else {
                let only_the_letter = decision.tasks.iter().all(|task| task.kind == TaskKind::SendLetter);
                assert!(decision.messages.is_empty() && only_the_letter, "{seed}: no step, no word");
                continue;
            };
            seen += 1;
            let step = &plan.steps[number - 1];
            let local = now.with_timezone(&before.debtor.zone);
            let free = matches!(before.state, CaseState::Open | CaseState::PlanNegotiated { .. });
            assert!(free && !before.rests(now) && !before.dunning.paused, "{seed}: {:?}", before.state);
            assert_eq!(before.conversation.holder, Holder::Bot, "{seed}");
            assert!(
                step.weekdays.contains(&today.weekday()) && !law(plan.jurisdiction).is_holiday(today, None),
                "{seed}: {today}"
            );
            assert!((step.hours.opens..step.hours.closes).contains(&local.time()), "{seed}: {local}");
            if let Some((earlier, on)) = last {
                let distance = offsets[number - 1] - offsets[number - 2];
                assert!(number > earlier && (today - on).num_days() >= distance, "{seed}: {earlier} {number} {today}");
            }
            if let [Message::Reminder { stage, amount, .. }] = decision.messages[..] {
                assert_eq!((stage, amount), (step.stage, before.debt.balance()), "{seed}");
            }
            last = Some((number, today));
        }
    }
    assert!(seen > 500, "{seen} steps: the runs are too poor to show anything");
}

#[test]
fn a_part_payment_lowers_what_is_asked_and_skips_nothing_and_the_last_one_ends_the_plan() {
    let mut run = Run::begin(&plan("fr-consumer"), case(), noon(day("2026-11-04")));
    assert_eq!(run.steps(from("2026-11-04", 8)), done(&[("2026-11-10", 3)]));
    run.told(&samples::paid(5_000), noon(day("2026-11-12")));
    let mut asked = None;
    for on in from("2026-11-12", 30) {
        if let Some(decision) = run.wake(noon(on) + Duration::hours(5)) {
            assert_eq!(numbers(&decision).collect::<Vec<_>>(), [4]);
            asked = decision.messages.first().cloned();
            break;
        }
    }
    let due_on = day("2026-11-02");
    let left = Money::new(7_000, Currency::Eur);
    assert_eq!(asked, Some(Message::Reminder { stage: Stage::Second, amount: left, due_on, by: None }));
    run.told(&samples::paid(7_000), noon(day("2026-11-23")));
    assert_eq!(run.rings, None);
    assert_eq!(run.wake(noon(day("2027-03-01"))), None);
    let stray = run.told(&Stimulus::TimerFired(TimerKind::NextStep), noon(day("2027-03-01")));
    assert_eq!((stray.messages, stray.rules), (vec![], vec!["dunning.done"]));
}
