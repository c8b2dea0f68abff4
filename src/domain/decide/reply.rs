//! What a reply does: facts first, whatever the bot may then say; then one answer.

use super::agreement::{self, affirmation, negation};
use super::answers::{case_info, misunderstood, wrong_number};
use super::{Draft, Recall, acts_on, admission};
use crate::domain::{
    Acknowledges, Asked, CaseState, Dispute, Event, Freeze, IdentityLevel, Intent, Keyword, Message, Money, Reading,
    SuppressionReason, TaskKind, TimerKind, Vulnerability,
};
use chrono::{Days, NaiveDate};

/// Clocks that a dispute, a death or a settlement stops.
pub(super) const ALL_CLOCKS: [TimerKind; 6] = TimerKind::ALL;
/// How many words a wish to be left alone takes, in any language.
const LEAVE_ME_ALONE: usize = 8;
const CLOCKS_OF_AGREEMENTS: [TimerKind; 3] = [TimerKind::PromiseDue, TimerKind::InstalmentDue, TimerKind::OfferLapses];

/// Records what the reply says, then answers it.
pub(super) fn reply(d: &mut Draft, reading: &Reading, text: &str) {
    let acted = acts_on(reading, d.policy) && !tells_when_they_paid(d, reading);
    d.record(Event::ReplyRead {
        intent: reading.intent,
        also: reading.also.clone(),
        confidence: reading.confidence,
        acted,
    });
    heard(d, reading, text, acted);
}

/// Does what the reply means.
pub(super) fn heard(d: &mut Draft, reading: &Reading, text: &str, acted: bool) {
    if reading.keyword == Some(Keyword::Start) {
        return resume(d);
    }
    if reading.intent != Intent::Courtesy {
        // A reminder that has not left was written to someone who had not answered.
        d.recall(Recall::Demands);
    }
    let opted_out = reading.says(Intent::OptOut) && opt_out(d, reading);
    if acted && reading.intent == Intent::WrongNumber {
        in_danger(d, reading);
        return wrong_number(d);
    }
    if d.case.state.is_over() && !opted_out {
        if !in_danger(d, reading) {
            after_the_end(d, reading);
        }
        return;
    }
    if acted {
        ledger(d, reading, text);
        facts(d, reading, text);
    }
    if signals(d, reading) {
        return;
    }
    if opted_out && reading.language.is_some() && says_more(text) {
        d.rule("other_language.read_by_a_person");
        d.task(TaskKind::OtherLanguage);
    }
    if opted_out || d.case.phone.suppressed.is_some() {
        if !opted_out && reading.intent != Intent::OptOut && reading.intent != Intent::Courtesy {
            d.rule("silence.suppressed");
            d.task(TaskKind::NewReply);
        }
        return;
    }
    if d.held() {
        return held(d, reading);
    }
    if reading.secrets && d.case.conversation.last_said != Some(Message::KeepNumbersPrivate) {
        d.rule("secrets.not_by_text");
        d.say(Message::KeepNumbersPrivate);
    }
    if reading.also.contains(&Intent::WrongNumber) {
        return perhaps_a_stranger(d);
    }
    if reading.language.is_some() && !acted {
        return other_language(d, text);
    }
    if d.case.phone.identity < IdentityLevel::L1 {
        return unknown_person(d, reading, acted);
    }
    if !acted {
        if reading.says(Intent::Dispute) {
            d.rule("dispute.perhaps");
            d.task(TaskKind::NewReply);
        }
        return if takes_any_words(d) { words_awaited(d, text) } else { misunderstood(d) };
    }
    d.case.conversation.misunderstood.gt(&0).then(|| d.record(Event::Understood));
    answer(d, reading, text);
    beside(d, reading);
}

/// Someone who may harm themselves is answered whoever they are, on whatever case. True when they were.
fn in_danger(d: &mut Draft, reading: &Reading) -> bool {
    let danger = reading.signals.vulnerable.contains(&Vulnerability::SelfHarm);
    if danger {
        d.rule("signal.self_harm");
        d.say(Message::SelfHarmHelp);
        d.hand_over(TaskKind::SelfHarm);
    }
    danger
}

/// Something in the reply says that this is another person: nothing of the debt is said before a person has looked.
fn perhaps_a_stranger(d: &mut Draft) {
    d.rule("wrong_number.perhaps");
    d.recall(Recall::Debt);
    d.say(Message::HandedOver);
    d.hand_over(TaskKind::DataRepair);
}

/// Nobody asks a question in a language that the person may not read: someone who speaks theirs answers.
fn other_language(d: &mut Draft, text: &str) {
    d.rule("other_language.to_a_person");
    d.task(TaskKind::OtherLanguage);
    if takes_any_words(d) {
        return words_awaited(d, text);
    }
    d.recall(Recall::Demands);
    d.say(Message::HandedOver);
    d.hand_over(TaskKind::OtherLanguage);
}

/// Longer than a wish to be left alone: what else it says, only a person can tell.
fn says_more(text: &str) -> bool {
    text.split_whitespace().count() > LEAVE_ME_ALONE
}

/// START: the only way back after a STOP, and only for the number that said it.
fn resume(d: &mut Draft) {
    d.rule("start.resumes");
    let opted_out = d.case.phone.suppressed.is_some_and(|s| s.reason == SuppressionReason::OptOut);
    if !opted_out || !d.record(Event::Unsuppressed) {
        return;
    }
    if d.case.phone.suppressed.is_some() {
        d.rule("silence.suppressed");
        return d.task(TaskKind::DataRepair);
    }
    d.say(Message::Resumed);
}

/// STOP, in any words: everything queued is called back, and exactly one confirmation leaves. It weighs more than any other
/// reason for silence, which a correction or a repair may lift. True when it was taken now or had been before.
fn opt_out(d: &mut Draft, reading: &Reading) -> bool {
    d.rule("opt_out.taken");
    let known = d.case.phone.suppressed.map(|suppression| suppression.reason);
    if known == Some(SuppressionReason::OptOut) {
        return true;
    }
    d.recall(Recall::Everything);
    d.record(Event::Suppressed { reason: SuppressionReason::OptOut });
    // Whoever said that the number is theirs has had our last word, unless they ask for the confirmation by the keyword.
    if known != Some(SuppressionReason::WrongNumber) || reading.keyword == Some(Keyword::Stop) {
        d.say(Message::OptOutConfirmed);
    }
    true
}

/// A reply on a paid or closed case: nothing to move; a person looks when it is more than a thank-you.
fn after_the_end(d: &mut Draft, reading: &Reading) {
    d.rule("case.is_over");
    let polite = matches!(reading.intent, Intent::Courtesy | Intent::Affirmation | Intent::Acknowledgment);
    if !polite {
        d.task(TaskKind::NewReply);
    }
}

fn ledger(d: &mut Draft, reading: &Reading, text: &str) {
    let how = admission(reading, d.policy);
    if how < reading.acknowledges {
        d.rule("admission.not_sure_enough");
    }
    if how != Acknowledges::None {
        d.record(Event::Acknowledged { how, words: text.to_owned() });
    }
}

/// What holds whoever the thread belongs to, and whatever the answer is: a dispute is never ignored, a payment never doubted.
fn facts(d: &mut Draft, reading: &Reading, text: &str) {
    if reading.says(Intent::Dispute) {
        dispute(d, reading, text);
    } else if reading.intent == Intent::AlreadyPaid
        || (reading.says(Intent::AlreadyPaid) && reading.says(Intent::OptOut))
    {
        claim(d, text);
    } else if reading.says(Intent::AlreadyPaid) {
        d.rule("already_paid.in_part");
        d.task(TaskKind::Reconcile);
    }
    if reading.says(Intent::Refusal) && d.record(Event::RefusalNoted { words: text.to_owned() }) {
        d.rule("refusal.noted");
        d.recall(Recall::Debt);
        d.stop_timers(&CLOCKS_OF_AGREEMENTS);
        d.task(TaskKind::Refusal);
    }
}

fn dispute(d: &mut Draft, reading: &Reading, text: &str) {
    let held_right = reading.amount_minor.map(|minor| d.balance().with_minor(minor));
    if let CaseState::Disputed { .. } = d.case.state {
        d.rule("dispute.stops_everything");
        d.record(Event::DisputeReasonGiven { reason: text.to_owned(), held_right });
        return;
    }
    open_dispute(d, gives_a_reason(reading, text).then(|| text.to_owned()), held_right);
}

/// The debt is contested: every demand and clock rests, and a person answers.
pub(super) fn open_dispute(d: &mut Draft, reason: Option<String>, held_right: Option<Money>) {
    d.rule("dispute.stops_everything");
    let answer_by = d.working_days_ahead(d.policy.dispute_working_days);
    let dispute = Dispute { reason, held_right, opened_on: d.today, answer_by };
    if d.record(Event::DisputeOpened { dispute }) {
        d.recall(Recall::Debt);
        d.stop_timers(&ALL_CLOCKS);
        d.task_for(TaskKind::Dispute, Some(answer_by), None);
    }
}

/// "Je conteste" or a menu's "3" gives no reason; a sentence does.
fn gives_a_reason(reading: &Reading, text: &str) -> bool {
    reading.amount_minor.is_some() || text.split_whitespace().count() >= 4
}

fn claim(d: &mut Draft, text: &str) {
    d.rule("already_paid.pauses");
    let paused_until = d.working_days_ahead(d.policy.claim_pause_working_days);
    if d.record(Event::PaymentClaimed { words: text.to_owned(), paused_until }) {
        d.recall(Recall::Debt);
        d.stop_timers(&CLOCKS_OF_AGREEMENTS);
        d.set_timer(TimerKind::ClaimLapses, paused_until);
    }
    d.task_for(TaskKind::Reconcile, Some(paused_until), None);
}

/// What must reach a human whatever else the message says. True when it also decided the answer.
fn signals(d: &mut Draft, reading: &Reading) -> bool {
    let vulnerable = &reading.signals.vulnerable;
    let has = |v| vulnerable.contains(&v);
    if reading.signals.legal_threat {
        d.rule("signal.legal_threat");
        d.task(TaskKind::LegalThreat);
    }
    if vulnerable.iter().any(|v| v.forbids_demands()) || reading.signals.represented {
        freeze(d, vulnerable, None);
    } else if reading.intent == Intent::Hardship && acts_on(reading, d.policy) {
        freeze(d, vulnerable, Some(d.today + Days::new(d.policy.freeze_days)));
    }
    let (rule, task, message) = if has(Vulnerability::SelfHarm) {
        ("signal.self_harm", TaskKind::SelfHarm, Message::SelfHarmHelp)
    } else if has(Vulnerability::Bereavement) {
        ("signal.bereavement", TaskKind::Bereavement, Message::BereavementHeard)
    } else if has(Vulnerability::Insolvency) {
        ("signal.insolvency", TaskKind::Insolvency, Message::InsolvencyHeard)
    } else if has(Vulnerability::Guardianship) || reading.signals.represented {
        ("signal.represented", TaskKind::Representative, Message::RepresentativeHeard)
    } else {
        if !vulnerable.is_empty() && reading.intent != Intent::Hardship {
            d.rule("signal.care");
            d.task(TaskKind::Care);
        }
        return false;
    };
    d.rule(rule);
    // What would speak of the debt to someone we cannot be sure of becomes a neutral answer.
    let message = match message {
        Message::InsolvencyHeard if d.case.phone.identity < IdentityLevel::L1 => Message::HandedOver,
        other => other,
    };
    d.say(message);
    d.hand_over(task);
    true
}

fn freeze(d: &mut Draft, because: &[Vulnerability], until: Option<NaiveDate>) {
    d.rule("hardship.rests");
    if d.record(Event::Frozen { freeze: Freeze { because: because.to_vec(), until } }) {
        d.recall(Recall::Debt);
        d.stop_timers(&CLOCKS_OF_AGREEMENTS);
        match until {
            Some(day) => d.set_timer(TimerKind::FreezeEnds, day),
            None => d.stop_timers(&[TimerKind::FreezeEnds]),
        }
    }
}

/// A person holds the thread: the bot is silent and tells them that something came.
fn held(d: &mut Draft, reading: &Reading) {
    d.rule("silence.human_holds");
    d.record(Event::Withheld { rule: "silence.human_holds".to_owned() });
    if reading.intent != Intent::Courtesy {
        d.task_for(TaskKind::NewReply, None, reading.call_back);
    }
}

/// Nothing about a debt is said before we know who answers.
fn unknown_person(d: &mut Draft, reading: &Reading, acted: bool) {
    let asked = d.case.conversation.asked == Some(Asked::ConfirmIdentity);
    match reading.intent {
        Intent::Courtesy => d.rule("courtesy.silence"),
        Intent::Affirmation if asked && acted => identity_confirmed(d),
        Intent::Negation if asked && acted => wrong_number(d),
        Intent::InfoRequest => {
            d.rule("identity.who_we_are");
            d.say(Message::WhoWeAre);
        }
        Intent::HumanRequest if acted => human_request(d, reading),
        _ if asked => {
            d.rule("identity.unsure");
            d.say(Message::HandedOver);
            d.hand_over(TaskKind::IdentityUnsure);
        }
        _ => {
            d.rule("identity.ask_first");
            d.say(Message::AskIdentity);
        }
    }
}

/// A "oui" from a number of known origin is enough for L1; from a traced, shared or workplace number it is not.
fn identity_confirmed(d: &mut Draft) {
    if d.case.phone.origin.trusts_a_yes() {
        d.rule("identity.confirmed");
        d.record(Event::IdentityRaised { level: IdentityLevel::L1 });
        case_info(d);
    } else {
        d.rule("identity.needs_more_than_a_yes");
        d.say(Message::HandedOver);
        d.hand_over(TaskKind::IdentityUnsure);
    }
}

/// "By transfer on the 17th" looks like a promise; after "when did you pay?" it is the day they paid.
fn tells_when_they_paid(d: &Draft, reading: &Reading) -> bool {
    reading.intent == Intent::Promise
        && reading.also.is_empty()
        && matches!(d.case.state, CaseState::PaymentClaimed { .. })
        && d.case.conversation.last_said == Some(Message::AskPaymentDetails)
}

/// After "why?" and "when and by what means?", whatever is said is the answer, understood or not: a person reads it.
fn takes_any_words(d: &Draft) -> bool {
    match &d.case.state {
        CaseState::Disputed { .. } => true,
        CaseState::PaymentClaimed { .. } => d.case.conversation.last_said == Some(Message::AskPaymentDetails),
        _ => false,
    }
}

fn words_awaited(d: &mut Draft, text: &str) {
    match &d.case.state {
        CaseState::Disputed { dispute, .. } => {
            let answer_by = dispute.answer_by;
            dispute_reason(d, text, answer_by);
        }
        _ => {
            claim(d, text);
            already_paid(d);
        }
    }
}

/// One answer, by the primary intent.
fn answer(d: &mut Draft, reading: &Reading, text: &str) {
    if let CaseState::Disputed { dispute, .. } = &d.case.state {
        let (answer_by, has_reason) = (dispute.answer_by, dispute.reason.is_some());
        return disputed(d, reading, text, answer_by, has_reason);
    }
    match reading.intent {
        // Taken before any answer.
        Intent::OptOut | Intent::WrongNumber => {}
        Intent::Dispute | Intent::Unclear => misunderstood(d),
        Intent::AlreadyPaid => already_paid(d),
        Intent::PlanRequest => agreement::plan_request(d, reading),
        Intent::Promise => agreement::promise(d, reading),
        Intent::ExtensionRequest => agreement::extension_request(d),
        Intent::Hardship => hardship(d),
        Intent::Refusal | Intent::Hostile => {
            d.rule("refusal.calm_answer");
            d.recall(Recall::Debt);
            d.say(Message::CalmAnswer);
            d.hand_over(if reading.intent == Intent::Refusal { TaskKind::Refusal } else { TaskKind::Hostile });
        }
        Intent::PaymentHelp => payment_help(d),
        Intent::InfoRequest => {
            d.rule("info.answered");
            case_info(d);
        }
        Intent::HumanRequest => human_request(d, reading),
        Intent::Acknowledgment => {
            d.rule("acknowledgment.thanks");
            d.say(Message::AcknowledgmentThanks { amount: d.balance() });
        }
        Intent::Affirmation => affirmation(d),
        Intent::Negation => negation(d),
        Intent::Courtesy => d.rule("courtesy.silence"),
    }
}

/// On a disputed case the bot says two things at most: received, and passed on. Then a person answers.
fn disputed(d: &mut Draft, reading: &Reading, text: &str, answer_by: NaiveDate, has_reason: bool) {
    let awaits_reason = d.case.conversation.asked == Some(Asked::DisputeReason);
    if reading.intent == Intent::Courtesy {
        d.rule("courtesy.silence");
    } else if reading.says(Intent::Dispute) && !awaits_reason {
        d.rule("dispute.received");
        d.say(Message::DisputeReceived { answer_by, ask_reason: !has_reason });
        if has_reason {
            d.hand_over_for(TaskKind::Dispute, Some(answer_by), None);
        }
    } else if reading.says(Intent::Dispute) {
        d.rule("dispute.reason_noted");
        d.say(Message::DisputeReasonNoted { answer_by });
        d.hand_over_for(TaskKind::Dispute, Some(answer_by), None);
    } else {
        dispute_reason(d, text, answer_by);
    }
}

fn dispute_reason(d: &mut Draft, text: &str, answer_by: NaiveDate) {
    d.rule("dispute.reason_noted");
    d.record(Event::DisputeReasonGiven { reason: text.to_owned(), held_right: None });
    d.say(Message::DisputeReasonNoted { answer_by });
    d.hand_over_for(TaskKind::Dispute, Some(answer_by), None);
}

fn already_paid(d: &mut Draft) {
    let CaseState::PaymentClaimed { claim, .. } = &d.case.state else { return misunderstood(d) };
    if claim.words.len() == 1 {
        d.rule("already_paid.ask_details");
        d.say(Message::AskPaymentDetails);
    } else {
        d.rule("already_paid.details_noted");
        d.say(Message::PaymentDetailsNoted);
    }
}

fn hardship(d: &mut Draft) {
    d.rule("hardship.heard");
    let until = match &d.case.state {
        CaseState::Frozen { freeze, .. } => freeze.until,
        _ => None,
    };
    d.task(TaskKind::Hardship);
    match until {
        Some(until) => d.say(Message::HardshipHeard { until }),
        None => {
            d.say(Message::HandedOver);
            d.hand_over(TaskKind::Hardship);
        }
    }
}

fn payment_help(d: &mut Draft) {
    d.record(Event::HelpAsked);
    if d.case.conversation.asked_for_help >= 2 {
        d.rule("payment_help.second_time");
        d.say(Message::HandedOver);
        d.hand_over(TaskKind::PaymentTrouble);
    } else {
        d.rule("payment_help.link");
        d.say(Message::PaymentLink { amount: d.balance() });
    }
}

fn human_request(d: &mut Draft, reading: &Reading) {
    d.rule("human.yields");
    let (on, at) = reading.call_back.map_or((None, None), |asked| (asked.on, asked.at));
    d.say(Message::HumanWillAnswer { on, at });
    d.hand_over_for(TaskKind::CallBack, None, reading.call_back);
}

/// Secondary intents that a person should see, beside the answer given.
fn beside(d: &mut Draft, reading: &Reading) {
    if reading.also.contains(&Intent::HumanRequest) {
        d.rule("beside.call_back");
        d.task_for(TaskKind::CallBack, None, reading.call_back);
    }
    if reading.also.contains(&Intent::Hardship) {
        d.rule("beside.hardship");
        d.task(TaskKind::Care);
    }
    // A question of ours that is still open waits for its answer: the task is there all the same.
    if reading.signals.legal_threat && d.case.conversation.asked.is_none() {
        d.hand_over(TaskKind::LegalThreat);
    }
}
