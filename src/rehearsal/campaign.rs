//! A campaign on paper: who would get what, when, in how many segments, and who is held back by which rule.

use super::{Happening, What};
use crate::domain::campaign::CONTROL;
use crate::domain::{
    CampaignPlan, Case, Contacts, Creditor, Departure, Lots, Message, PhoneNumber, Purpose, Stimulus, Verdict, decide,
    governor, local_day,
};
use crate::store::{CaseOfPerson, Person};
use crate::wording::{Voice, WordingError, Words};
use chrono::{DateTime, TimeDelta, Utc};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap, HashSet};

/// Who is looked at again after so long is not foreseen any more: nothing but a person's act will change it.
const HORIZON: TimeDelta = TimeDelta::days(90);

/// What a campaign is foreseen with.
#[derive(Clone, Copy)]
pub struct Outlook<'o> {
    /// In whose name.
    pub creditor: &'o Creditor,
    /// What it would be.
    pub plan: &'o CampaignPlan,
    /// Lots that were drawn in earlier campaigns of the same experiment.
    pub drawn: &'o HashMap<PhoneNumber, String>,
    /// What is said.
    pub words: &'o Words,
    /// Whether the stop button of the creditor is pressed.
    pub halted: bool,
    /// A payment link as they are: its length counts.
    pub link: &'o str,
}

/// What a campaign would do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Foreseen {
    /// What would happen, in the order of time.
    pub happenings: Vec<Happening>,
    /// How many cases drew which arm.
    pub arms: BTreeMap<String, usize>,
    /// How many would have to wait at first, by rule.
    pub delayed: BTreeMap<&'static str, usize>,
}

/// One case that waits for its turn.
struct Waiting<'o> {
    person: usize,
    one: &'o CaseOfPerson,
    arm: String,
}

/// Foresees what a campaign that starts at `begin` would do.
///
/// # Errors
/// When a text cannot be put into words.
pub fn foresee(outlook: Outlook<'_>, people: &[Person], begin: DateTime<Utc>) -> Result<Foreseen, WordingError> {
    let mut foreseen = Foreseen::default();
    let mut waiting = Vec::new();
    let chosen = |one: &&CaseOfPerson| {
        let today = local_day(begin, one.case.debtor.zone);
        one.case.creditor == outlook.creditor.key && outlook.plan.selection.takes(&one.case, today)
    };
    let draws = |person: &&Person| {
        let first = person.cases.iter().find(chosen);
        first.is_some_and(|one| !outlook.drawn.contains_key(&one.case.phone.number))
    };
    let mut lots = Lots::of(outlook.plan, people.iter().filter(draws).count() as u64);
    for (person, of_person) in people.iter().enumerate() {
        let mut drawn = None;
        for one in of_person.cases.iter().filter(chosen) {
            let number = &one.case.phone.number;
            let known = outlook.drawn.get(number).map(String::as_str);
            let arm = known.unwrap_or_else(|| drawn.get_or_insert_with(|| lots.draw(number.as_str())));
            *foreseen.arms.entry(arm.to_owned()).or_default() += 1;
            if arm != CONTROL {
                waiting.push(Waiting { person, one, arm: arm.to_owned() });
            }
        }
    }
    let pace = TimeDelta::milliseconds(60_000 / i64::from(outlook.plan.per_minute));
    let mut turns: BinaryHeap<Reverse<(DateTime<Utc>, usize)>> =
        (0..waiting.len()).map(|index| Reverse((begin, index))).collect();
    let mut free_at = begin;
    let mut delayed = HashSet::new();
    let mut written: HashMap<usize, Vec<DateTime<Utc>>> = HashMap::new();
    while let Some(Reverse((at, index))) = turns.pop() {
        let Waiting { person, one, arm } = &waiting[index];
        let at = at.max(free_at);
        if !outlook.plan.selection.takes(&one.case, local_day(at, one.case.debtor.zone)) {
            // By then, it is no longer one of those that the campaign chooses.
            continue;
        }
        let message = one.case.reminder(local_day(at, one.case.debtor.zone));
        let contacts = contacts(&people[*person], one, written.get(person), outlook.halted);
        let departure =
            Departure { case: &one.case, creditor: outlook.creditor, message: &message, contacts: &contacts };
        let (template, text, segments) = say(outlook, &one.case, &message, arm, at)?;
        let silent = decided(outlook, &one.case, at);
        let what = match governor::judge(&departure, at) {
            Verdict::Send if let Some(rule) = silent => What::Refused { template, rule },
            Verdict::Send => {
                free_at = at + pace;
                if message.purpose() == Purpose::Demand {
                    written.entry(*person).or_default().push(at);
                }
                What::Leaves { channel: message.channel(), template, text, segments, subject: None, attachment: None }
            }
            Verdict::Hold { until, rule } if !outlook.halted && until <= begin + HORIZON => {
                if delayed.insert(index) {
                    *foreseen.delayed.entry(rule).or_default() += 1;
                }
                turns.push(Reverse((until, index)));
                continue;
            }
            Verdict::Hold { rule, .. } => What::Waits { template, rule, until: None },
            Verdict::Refuse { rule } => What::Refused { template, rule },
        };
        foreseen.happenings.push(Happening {
            at,
            zone: one.case.debtor.zone,
            case: one.case.reference.clone(),
            creditor: one.case.creditor.clone(),
            what,
        });
    }
    Ok(foreseen)
}

/// The rule by which the case itself would keep silent at its turn, if one does.
fn decided(outlook: Outlook<'_>, case: &Case, at: DateTime<Utc>) -> Option<&'static str> {
    let decision = decide(case, &outlook.creditor.policy, &Stimulus::Campaign, at);
    decision.messages.is_empty().then(|| decision.rules.last().copied().unwrap_or("kept_silent"))
}

/// The template of a message, its text, and what it weighs.
fn say(
    outlook: Outlook<'_>,
    case: &Case,
    message: &Message,
    arm: &str,
    at: DateTime<Utc>,
) -> Result<(String, String, usize), WordingError> {
    let link = message.carries_link().then_some(outlook.link);
    let today = local_day(at, case.debtor.zone);
    let voice = Voice::of(case, outlook.creditor, link, case.conversation.introduced, today);
    let rendered = outlook.words.render(message, &Voice { variant: Some(arm), ..voice })?;
    Ok((rendered.template, rendered.text, rendered.segments.count()))
}

/// What passed between us and a person, with what the campaign has written to them so far.
fn contacts(person: &Person, one: &CaseOfPerson, written: Option<&Vec<DateTime<Utc>>>, halted: bool) -> Contacts {
    let written = written.map(Vec::as_slice).unwrap_or_default();
    Contacts {
        demands: person.demands.iter().chain(written).copied().collect(),
        unanswered: person.unanswered + written.len(),
        wrote_at: person.wrote_at,
        unread_reply: person.unread_reply,
        another_case_rests: person
            .cases
            .iter()
            .any(|other| other.case.id != one.case.id && other.case.state.rests_until_cleared()),
        text_withdrawn: false,
        campaign_stopped: false,
        same_words: false,
        limitation_on: one.limitation_on,
        halted,
        sender_free_at: None,
    }
}
