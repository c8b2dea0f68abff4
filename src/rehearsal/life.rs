//! One person on the clock: their timers, their replies, and what is written for them.

use super::replies::{Reply, When};
use super::turns::Turn;
use super::{Happening, Stage, What};
use crate::domain::dunning::Channel;
use crate::domain::{
    Case, CaseId, Contacts, Creditor, Departure, Intent, Message, Purpose, Recall, SendReport, Stimulus, TaskKind,
    ThreadId, TimerChange, TimerKind, Verdict, decide, governor, last_spoken_of, local_day, named,
};
use crate::reading::Context;
use crate::store::Person;
use crate::wording::{Voice, WordingError, measure};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

/// What only a person can lift is not looked at again: nobody plays the agents.
const FOR_A_PERSON: [&str; 2] = ["reply_unread", "halted"];

/// Another demand for the same person is on its way: looked at again after so long.
const QUEUED: TimeDelta = TimeDelta::hours(1);

pub(super) struct Life<'r> {
    stage: Stage<'r>,
    now: DateTime<Utc>,
    threads: Vec<ThreadLife<'r>>,
    queue: Vec<Queued>,
    /// Scripted replies, in the order of the file.
    replies: Vec<(usize, &'r Reply)>,
    /// Turns of campaigns that have not come.
    turns: Vec<(Place, Turn)>,
    demands: Vec<DateTime<Utc>>,
    unanswered: usize,
    wrote_at: Option<DateTime<Utc>>,
    unread_reply: bool,
    /// What left, and when.
    said: Vec<(DateTime<Utc>, String)>,
    happened: Vec<Happening>,
}

struct ThreadLife<'r> {
    id: ThreadId,
    creditor: &'r Creditor,
    focus: Option<CaseId>,
    cases: Vec<Case>,
    /// Of each case, in their order.
    about: Vec<About>,
}

struct About {
    limitation_on: Option<NaiveDate>,
    timers: Vec<(TimerKind, DateTime<Utc>)>,
    /// When the first text of the rehearsal left for it: replies are counted from there.
    first_text_at: Option<DateTime<Utc>>,
}

/// Where a case is: its thread, and its place in it.
type Place = (usize, usize);

struct Queued {
    place: Place,
    message: Message,
    template: String,
    text: String,
    segments: usize,
    subject: Option<String>,
    attachment: Option<String>,
    due_at: DateTime<Utc>,
    told: Option<&'static str>,
}

/// What comes next.
enum Next {
    Leave(usize),
    Ring(Place, TimerKind),
    Hear(usize),
    Turn(usize),
}

impl<'r> Life<'r> {
    pub fn new(stage: Stage<'r>, person: &Person, begin: DateTime<Utc>) -> Self {
        let mut threads: Vec<ThreadLife<'r>> = Vec::new();
        for one in &person.cases {
            let Some(creditor) = stage.creditors.iter().find(|creditor| creditor.key == one.case.creditor) else {
                continue;
            };
            let about = About { limitation_on: one.limitation_on, timers: one.timers.clone(), first_text_at: None };
            match threads.iter_mut().find(|thread| thread.id == one.thread) {
                Some(thread) => {
                    thread.cases.push(one.case.clone());
                    thread.about.push(about);
                }
                None => threads.push(ThreadLife {
                    id: one.thread,
                    creditor,
                    focus: one.focus,
                    cases: vec![one.case.clone()],
                    about: vec![about],
                }),
            }
        }
        let mut life = Self {
            stage,
            now: begin,
            threads,
            queue: Vec::new(),
            replies: Vec::new(),
            turns: Vec::new(),
            demands: person.demands.clone(),
            unanswered: person.unanswered,
            wrote_at: person.wrote_at,
            unread_reply: person.unread_reply,
            said: Vec::new(),
            happened: Vec::new(),
        };
        for queued in &person.queued {
            if let Some(place) = queued.new.case.and_then(|case| life.place_of(case)) {
                let (message, template, text) =
                    (queued.new.message.clone(), queued.new.template.clone(), queued.new.body.clone());
                let segments = if message.channel() == Channel::Sms { measure(&text).count() } else { 0 };
                let email = queued.new.email.as_ref();
                let subject = email.map(|email| email.subject.clone());
                let attachment = email.and_then(|email| email.attachment.clone());
                life.queue.push(Queued {
                    place,
                    message,
                    template,
                    text,
                    segments,
                    subject,
                    attachment,
                    due_at: begin,
                    told: None,
                });
            }
        }
        for (thread, of_thread) in life.threads.iter().enumerate() {
            let creditor = of_thread.creditor;
            for (at, case) in of_thread.cases.iter().enumerate() {
                let replies = stage.replies.of(&creditor.key, &case.reference);
                life.replies.extend(replies.map(|reply| (thread, reply)));
                let turns = stage.turns.of(case.id).iter().cloned();
                life.turns.extend(turns.map(|turn| ((thread, at), turn)));
            }
        }
        life
    }

    fn place_of(&self, case: CaseId) -> Option<Place> {
        self.threads.iter().enumerate().find_map(|(thread, of_thread)| {
            of_thread.cases.iter().position(|one| one.id == case).map(|at| (thread, at))
        })
    }

    /// What happens before `end`.
    pub fn until(mut self, end: DateTime<Utc>) -> Result<Vec<Happening>, WordingError> {
        while let Some((at, next)) = self.next()
            && at < end
        {
            self.now = self.now.max(at);
            match next {
                Next::Leave(index) => self.leave(index),
                Next::Ring((thread, at), kind) => {
                    self.threads[thread].about[at].timers.retain(|(one, _)| *one != kind);
                    self.apply((thread, at), &Stimulus::TimerFired(kind), None)?;
                }
                Next::Hear(index) => self.hear(index)?,
                Next::Turn(index) => self.take_turn(index)?,
            }
        }
        Ok(self.happened)
    }

    /// The earliest of what waits; at the same moment, what is written leaves before anything else is decided.
    fn next(&self) -> Option<(DateTime<Utc>, Next)> {
        let leaving = self.queue.iter().enumerate().map(|(index, one)| (one.due_at, 0, Next::Leave(index)));
        let ringing = self.threads.iter().enumerate().flat_map(|(thread, of_thread)| {
            of_thread.about.iter().enumerate().flat_map(move |(at, about)| {
                about.timers.iter().map(move |(kind, rings_at)| (*rings_at, 1, Next::Ring((thread, at), *kind)))
            })
        });
        let hearing =
            self.replies.iter().enumerate().filter_map(|(index, (thread, reply))| {
                self.moment_of(*thread, reply).map(|at| (at, 2, Next::Hear(index)))
            });
        let turning = self.turns.iter().enumerate().map(|(index, (_, turn))| (turn.at, 3, Next::Turn(index)));
        let first = leaving
            .chain(ringing)
            .chain(hearing)
            .chain(turning)
            .min_by_key(|(at, rank, _)| ((*at).max(self.now), *rank))?;
        Some((first.0.max(self.now), first.2))
    }

    fn moment_of(&self, thread: usize, reply: &Reply) -> Option<DateTime<Utc>> {
        let thread = &self.threads[thread];
        let at = thread.cases.iter().position(|case| case.reference == reply.case)?;
        match reply.when {
            When::At(local) => Some(crate::domain::instant(local.date(), local.time(), thread.cases[at].debtor.zone)),
            When::After(delay) => thread.about[at].first_text_at.map(|left| left + delay),
        }
    }

    fn hear(&mut self, index: usize) -> Result<(), WordingError> {
        let (thread, reply) = self.replies.remove(index);
        self.unanswered = 0;
        self.wrote_at = Some(self.now);
        // A reply goes to the sender: of the threads that it serves, it is to the one last spoken on.
        let sender = self.threads[thread].creditor.sender.as_str();
        let of_sender = self.threads.iter().filter(|one| one.creditor.sender == sender);
        let spoke_at = |one: &&ThreadLife<'_>| one.cases.first().and_then(|case| case.conversation.spoke_at);
        let Some(of_thread) = of_sender.max_by_key(spoke_at) else { return Ok(()) };
        let Some(spoken_of) = last_spoken_of(of_thread.focus, &of_thread.cases) else { return Ok(()) };
        let reading = self.stage.reader.read(&reply.text, &Context::of(spoken_of, self.now));
        let quoted = reading.reference.as_deref();
        let about = self.threads.iter().find_map(|one| {
            // A reference quoted decides, on whichever thread of this number and sender its case is.
            named(quoted, &one.cases).filter(|_| one.creditor.sender == sender)
        });
        let Some(place) = self.place_of(about.unwrap_or(spoken_of).id) else { return Ok(()) };
        self.note(place, What::Replies { intent: reading.intent });
        let opts_out = reading.says(Intent::OptOut);
        let stimulus = Stimulus::Inbound { reading, text: reply.text.clone() };
        self.apply(place, &stimulus, None)?;
        if opts_out {
            let sender = self.threads[place.0].creditor.sender.clone();
            let others: Vec<Place> = self
                .threads
                .iter()
                .enumerate()
                .filter(|(other, one)| *other != place.0 && one.creditor.sender == sender)
                .map(|(other, _)| (other, 0))
                .collect();
            for other in others {
                self.apply(other, &Stimulus::Receipt(SendReport::OptedOut), None)?;
            }
        }
        Ok(())
    }

    /// The turn of a case in a campaign, judged as the service judges it.
    fn take_turn(&mut self, index: usize) -> Result<(), WordingError> {
        let (place, turn) = self.turns.remove(index);
        let of_thread = &self.threads[place.0];
        let case = &of_thread.cases[place.1];
        let today = local_day(self.now, case.debtor.zone);
        let (message, contacts) = (case.reminder(today), self.contacts(place, None));
        let departure = Departure { case, creditor: of_thread.creditor, message: &message, contacts: &contacts };
        let queued = self.queue.iter().any(|one| one.message.purpose() == Purpose::Demand);
        match governor::judge(&departure, self.now) {
            _ if !turn.selection.takes(case, today) => self.note(place, What::LeftOut { rule: "no_longer_selected" }),
            Verdict::Send if queued => self.turns.push((place, Turn { at: self.now + QUEUED, ..turn })),
            Verdict::Send => self.apply(place, &Stimulus::Campaign, Some(&turn.arm))?,
            Verdict::Hold { rule, .. } if FOR_A_PERSON.contains(&rule) => self.note(place, What::LeftOut { rule }),
            Verdict::Hold { until, .. } => self.turns.push((place, Turn { at: until + turn.behind, ..turn })),
            Verdict::Refuse { rule } => self.note(place, What::LeftOut { rule }),
        }
        Ok(())
    }

    fn apply(&mut self, place: Place, stimulus: &Stimulus, variant: Option<&str>) -> Result<(), WordingError> {
        let (now, (thread, at)) = (self.now, place);
        let creditor = self.threads[thread].creditor;
        let before = &self.threads[thread].cases[at];
        let introduced = before.conversation.introduced;
        let decision = decide(before, &creditor.policy, stimulus, now);
        // What cannot happen in a state is a defect that the service refuses: here, nothing has happened then.
        let Ok(after) = before.clone().after(&decision, now) else { return Ok(()) };
        let of_thread = &mut self.threads[thread];
        for case in &mut of_thread.cases {
            case.phone = after.phone.clone();
            case.conversation = after.conversation.clone();
        }
        if !decision.messages.is_empty() {
            of_thread.focus = Some(after.id);
        }
        let timers = &mut of_thread.about[at].timers;
        for change in &decision.timers {
            let (TimerChange::Set { kind, .. } | TimerChange::Stop { kind }) = change;
            timers.retain(|(one, _)| one != kind);
            if let TimerChange::Set { kind, at } = change {
                timers.push((*kind, *at));
            }
        }
        self.recall(place, decision.recall);
        for task in &decision.tasks {
            self.unread_reply |= task.kind == TaskKind::NewReply;
            self.note(place, What::Task { kind: task.kind });
        }
        for message in decision.messages {
            let link = message.carries_link().then_some(self.stage.link);
            let by_email = message.channel() == Channel::Email;
            let attachment = by_email.then(|| (self.stage.invoice)(&after)).flatten();
            let voice = Voice::of(&after, creditor, link, introduced, local_day(now, after.debtor.zone));
            let voice = Voice { variant, attached: attachment.is_some(), ..voice };
            let rendered = self.stage.words.render(&message, &voice)?;
            let segments = if by_email { 0 } else { rendered.segments.count() };
            self.queue.push(Queued {
                place,
                message,
                template: rendered.template,
                segments,
                subject: rendered.subject.filter(|_| by_email),
                attachment,
                text: rendered.text,
                due_at: now,
                told: None,
            });
        }
        self.threads[thread].cases[at] = after;
        Ok(())
    }

    fn recall(&mut self, (thread, at): Place, recall: Recall) {
        let everything = recall == Recall::Everything;
        self.queue.retain(|one| {
            let touched = if everything { one.place.0 == thread } else { one.place == (thread, at) };
            !(touched && recall.takes(one.message.purpose()))
        });
    }

    fn leave(&mut self, index: usize) {
        let one = &self.queue[index];
        let (place, contacts) = (one.place, self.contacts(one.place, Some(&one.text)));
        let of_thread = &self.threads[place.0];
        let departure = Departure {
            case: &of_thread.cases[place.1],
            creditor: of_thread.creditor,
            message: &one.message,
            contacts: &contacts,
        };
        match governor::judge(&departure, self.now) {
            Verdict::Send => {
                let Queued { message, template, text, segments, subject, attachment, .. } = self.queue.remove(index);
                if message.purpose() == Purpose::Demand {
                    self.demands.push(self.now);
                    self.unanswered += 1;
                }
                self.threads[place.0].about[place.1].first_text_at.get_or_insert(self.now);
                self.said.push((self.now, text.clone()));
                self.note(
                    place,
                    What::Leaves { channel: message.channel(), template, text, segments, subject, attachment },
                );
            }
            Verdict::Hold { until, rule } => {
                let for_a_person = FOR_A_PERSON.contains(&rule);
                let one = &mut self.queue[index];
                one.due_at = if for_a_person { DateTime::<Utc>::MAX_UTC } else { until };
                if one.told.replace(rule) != Some(rule) {
                    let (template, until) = (one.template.clone(), (!for_a_person).then_some(until));
                    self.note(place, What::Waits { template, rule, until });
                }
            }
            Verdict::Refuse { rule } => {
                let template = self.queue.remove(index).template;
                self.note(place, What::Refused { template, rule });
            }
        }
    }

    fn contacts(&self, (thread, at): Place, text: Option<&str>) -> Contacts {
        let of_thread = &self.threads[thread];
        let case = &of_thread.cases[at];
        let month_ago = self.now - TimeDelta::days(30);
        let day_ago = self.now - TimeDelta::days(1);
        Contacts {
            demands: self.demands.iter().copied().filter(|at| *at > month_ago).collect(),
            unanswered: self.unanswered,
            wrote_at: self.wrote_at,
            unread_reply: self.unread_reply,
            another_case_rests: self
                .threads
                .iter()
                .flat_map(|thread| &thread.cases)
                .any(|other| other.id != case.id && other.state.rests_until_cleared()),
            text_withdrawn: false,
            campaign_stopped: false,
            same_words: self.said.iter().any(|(at, said)| *at > day_ago && Some(said.as_str()) == text),
            limitation_on: of_thread.about[at].limitation_on,
            halted: self.stage.halted.contains(&case.creditor),
            // A minute is nothing to a calendar of days.
            sender_free_at: None,
        }
    }

    fn note(&mut self, (thread, at): Place, what: What) {
        let case = &self.threads[thread].cases[at];
        self.happened.push(Happening {
            at: self.now,
            zone: case.debtor.zone,
            case: case.reference.clone(),
            creditor: case.creditor.clone(),
            what,
        });
    }
}
