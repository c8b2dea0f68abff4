//! What a message must say: by its stage, by who writes, and by the law that applies.

use super::fold::{Phrase, fold};
use crate::domain::{Jurisdiction, Message, Money, Plan, Purpose, Stage};
use crate::wording::Side;
use crate::wording::phrasebook::Phrasebook;
use crate::wording::voice::Voice;
use chrono::NaiveDate;

/// One thing to say: what it is called in a finding, and whether a text says it.
struct Need<'a> {
    what: &'static str,
    said: Box<dyn Fn(&Text) -> bool + 'a>,
}

/// A text, as it is but for the width of its spaces, and folded.
struct Text {
    exact: String,
    folded: String,
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self { exact: text.replace('\u{a0}', " "), folded: fold(text) }
    }
}

/// What `text` lacks; `voice` must be one that has not yet said that it is automatic.
pub(super) fn missing(message: &Message, voice: &Voice<'_>, text: &str, book: &Phrasebook) -> Vec<&'static str> {
    let text = Text::from(text);
    let needs = Needs { voice, book }.of(message);
    needs.into_iter().filter(|need| !(need.said)(&text)).map(|need| need.what).collect()
}

/// What a letter lacks that says what an e-mail of the same stage would: a person sends it, and the sheet around it recalls
/// the letter that was sent first.
pub(super) fn missing_from_letter(
    message: &Message,
    voice: &Voice<'_>,
    text: &str,
    book: &Phrasebook,
) -> Vec<&'static str> {
    let text = Text::from(text);
    let needs = Needs { voice: &Voice { letter: None, ..*voice }, book };
    let mut wanted = vec![needs.reference()];
    wanted.extend(needs.of_the_role(message));
    if Side::from(voice.role) == Side::Collector {
        wanted.push(needs.value("the creditor: {{ creditor }}", Some(voice.creditor_name)));
        wanted.push(needs.words("what the sum is made of: {{ principal|amount }}", &book.checker.wanted.items));
    }
    if let Message::EmailReminder { stage, amount, due_on, by } = message {
        wanted.extend(needs.of_the_stage(*stage, *amount, *due_on, *by));
    }
    wanted.into_iter().filter(|need| !(need.said)(&text)).map(|need| need.what).collect()
}

#[derive(Clone, Copy)]
struct Needs<'a> {
    voice: &'a Voice<'a>,
    book: &'a Phrasebook,
}

impl<'a> Needs<'a> {
    fn of(self, message: &'a Message) -> Vec<Need<'a>> {
        let mut needs = vec![self.value("the creditor: {{ creditor }}", Some(self.voice.creditor_name))];
        needs.extend(self.of_the_role(message));
        if message.purpose() != Purpose::Agent {
            needs.push(self.words("that the message is automatic", &self.book.checker.wanted.automatic));
            needs.push(self.value("how to reach a person: {{ phone }}", self.voice.callback_phone));
            needs.push(self.value("the page about personal data: {{ privacy }}", self.voice.privacy));
        }
        if message.purpose() == Purpose::Demand || matches!(message, Message::AskIdentity) {
            needs.push(self.words("how to have no more of it: STOP", &self.book.checker.wanted.opt_out));
            needs.push(self.reference());
        }
        match message {
            Message::Reminder { stage, amount, due_on, by } | Message::EmailReminder { stage, amount, due_on, by } => {
                needs.extend(self.of_the_stage(*stage, *amount, *due_on, *by))
            }
            Message::PromiseMissed { amount, on } | Message::ConfirmDate { amount, on } => {
                needs.extend([self.amount(*amount), self.day(*on)]);
            }
            Message::InstalmentMissed { instalment } => {
                needs.extend([self.amount(instalment.amount), self.day(instalment.on)]);
            }
            Message::PromiseConfirmed { amount, on } => {
                needs.extend([self.reference(), self.amount(*amount), self.day(*on), self.kept()]);
            }
            Message::PlanOffered { plan } | Message::PlanCounterOffer { plan } => needs.extend(self.plan(plan)),
            Message::PlanAgreed { plan } => {
                needs.extend(self.plan(plan));
                needs.push(self.kept());
            }
            Message::PaymentReceived { amount, balance, receipt, .. } => {
                needs.push(self.amount(*amount));
                if let Some(receipt) = receipt {
                    needs.push(self.value("the number of the receipt: {{ receipt }}", Some(receipt)));
                    needs.push(self.value("where the receipt is: {{ link }}", self.voice.link));
                }
                needs.extend((!balance.is_zero()).then(|| self.amount(*balance)));
            }
            Message::DisputeReceived { answer_by, .. } | Message::DisputeReasonNoted { answer_by } => {
                needs.push(self.day(*answer_by));
            }
            Message::CaseInfo { amount, due_on, .. } => {
                needs.extend([self.reference(), self.amount(*amount), self.day(*due_on)]);
            }
            _ => {}
        }
        needs
    }

    /// What a collector for others must say of itself (R124-4, 12 CFR 1006.18(e)).
    fn of_the_role(self, message: &Message) -> Vec<Need<'a>> {
        let mut needs = Vec::new();
        if Side::from(self.voice.role) == Side::Creditor {
            return needs;
        }
        let wanted = &self.book.checker.wanted;
        if message.speaks_of_the_debt() {
            needs.push(self.value("who collects: {{ agency }}", self.voice.agency_name));
            needs.push(match self.voice.jurisdiction {
                Jurisdiction::Us => self.words("that it is from a debt collector", &wanted.collector),
                Jurisdiction::Fr | Jurisdiction::Uk => self.words("the trade of the collector", &wanted.trade),
            });
        }
        if self.voice.role.needs_letter(self.voice.jurisdiction)
            && let Some(letter) = self.voice.letter
        {
            needs.push(self.value("the first letter: {{ letter }}", Some(letter.reference)));
            needs.push(Need {
                what: "the day of the first letter: {{ letter_on|short_day }}",
                ..self.day(letter.sent_on)
            });
        }
        needs
    }

    fn of_the_stage(self, stage: Stage, amount: Money, due_on: NaiveDate, by: Option<NaiveDate>) -> Vec<Need<'a>> {
        let wanted = &self.book.checker.wanted;
        let mut needs = vec![
            self.amount(amount),
            Need { what: "the day it is due: {{ due_on|short_day }}", ..self.day(due_on) },
            self.value("how to pay: {{ link }}", self.voice.link),
        ];
        if !matches!(stage, Stage::BeforeDue | Stage::DueDay) {
            needs.push(self.words("what to do if they disagree", &wanted.dispute));
            needs.push(self.words("what to do if they cannot pay", &wanted.hardship));
        }
        if matches!(stage, Stage::Final | Stage::AmicableNotice)
            && let Some(by) = by
        {
            needs.push(Need { what: "the day by which to settle: {{ by|day }}", ..self.day(by) });
        }
        let advised = self.voice.jurisdiction == Jurisdiction::Uk && self.voice.segment.is_consumer();
        if stage == Stage::First && advised {
            needs.push(self.words("free debt advice: {% if advice %}", &wanted.advice));
        }
        needs
    }

    fn plan(self, plan: &Plan) -> Vec<Need<'a>> {
        let parts = plan.instalments.iter().flat_map(|part| [self.amount(part.amount), self.day(part.on)]);
        parts.chain([self.reference()]).collect()
    }

    fn value(self, what: &'static str, value: Option<&'a str>) -> Need<'a> {
        Need { what, said: Box::new(move |text| value.is_none_or(|value| text.exact.contains(value))) }
    }

    fn words(self, what: &'static str, words: &'a [Phrase]) -> Need<'a> {
        Need { what, said: Box::new(move |text| words.iter().any(|words| words.is_in(&text.folded))) }
    }

    fn reference(self) -> Need<'a> {
        let (invoice, case) = (self.voice.invoice, self.voice.case_reference);
        let said =
            move |text: &Text| text.exact.contains(case) || invoice.is_some_and(|invoice| text.exact.contains(invoice));
        Need { what: "the reference: {{ matter }} or {{ reference }}", said: Box::new(said) }
    }

    fn amount(self, amount: Money) -> Need<'a> {
        let written = self.book.locale.amount(amount);
        Need { what: "the amount: {{ amount|amount }}", said: Box::new(move |text| text.exact.contains(&written)) }
    }

    fn day(self, on: NaiveDate) -> Need<'a> {
        let (locale, today) = (&self.book.locale, self.voice.today);
        let written = [locale.short_day(on, today), locale.day(on, today), locale.date(on)];
        let said = move |text: &Text| written.iter().any(|day| text.exact.contains(day));
        Need { what: "the day", said: Box::new(said) }
    }

    fn kept(self) -> Need<'a> {
        self.words("that this exchange is kept", &self.book.checker.wanted.kept)
    }
}
