//! One of every message, and people to say it to: ordinary ones, and those whose names and amounts are long or short.

use super::by_hand::Sheet;
use super::voice::{Letter, Spelling, Voice};
use crate::domain::{Currency, Instalment, Jurisdiction, Language, Message, Money, Plan, Role, Segment, Stage};
use chrono::{Months, NaiveDate, NaiveTime};

/// The link of an ordinary case: its token has the length of a true one.
pub(super) const LINK: &str = "https://r.example/p/m68evs5g1rwwwb1y99zb";

/// An ordinary amount.
pub(super) const ORDINARY: Money = Money::new(14_500, Currency::Eur);
/// As long as an amount may be expected to be.
pub(super) const LARGE: Money = Money::new(123_456_789, Currency::Eur);

/// How a person and a business may be called.
const ORDINARY_VOICE: Voice<'static> = Voice {
    language: Language::FR,
    creditor_name: "Garage Martin",
    agency_name: None,
    role: Role::Creditor,
    jurisdiction: Jurisdiction::Fr,
    segment: Segment::Consumer,
    debtor_name: "Paul Durand",
    case_reference: "A-1042",
    invoice: Some("F-2026-118"),
    link: Some(LINK),
    means: None,
    callback_phone: Some("01 23 45 67 89"),
    documents_to: Some("pieces@garage-martin.fr"),
    privacy: Some("https://r.example/rgpd"),
    letter: None,
    today: day(2026, 11, 21),
    first_automatic: false,
    variant: None,
    attached: false,
    spelling: Spelling::Plain,
};

/// Names as most are.
pub(super) const fn ordinary(language: Language) -> Voice<'static> {
    Voice { language, ..ORDINARY_VOICE }
}

/// Names that take more room than most, with letters that GSM-7 lacks.
pub(super) const fn long(language: Language) -> Voice<'static> {
    Voice {
        language,
        creditor_name: "Établissements Lefèvre & Sœurs",
        debtor_name: "Loïc Prêcheur-Ñandú",
        case_reference: "DOS-2026-004217",
        invoice: Some("FAC/2026/11/000118"),
        ..ORDINARY_VOICE
    }
}

/// Names so short that a locked screen shows much of what follows them.
pub(super) const fn short(language: Language) -> Voice<'static> {
    Voice { language, creditor_name: "Fnac", debtor_name: "Léa Roy", invoice: Some("F-12"), ..ORDINARY_VOICE }
}

/// The same voice, collecting for the creditor.
pub(super) const fn collecting<'a>(voice: Voice<'a>) -> Voice<'a> {
    let letter = Some(Letter { reference: "L-77", sent_on: day(2026, 10, 30) });
    Voice { role: Role::Agency, agency_name: Some("Cabinet Vernier"), letter, ..voice }
}

/// A letter of a stage: 150 euros and 5 of interest, of which 10 came in.
pub(super) fn sheet(stage: Stage) -> Sheet<'static> {
    let euros = |euros: i64| ORDINARY.with_minor(euros * 100);
    Sheet {
        stage,
        amount: euros(145),
        due_on: day(2026, 11, 6),
        by: Some(day(2026, 12, 2)),
        issued_on: Some(day(2026, 10, 6)),
        principal: euros(150),
        interest: euros(5),
        fees: euros(0),
        paid: euros(10),
        creditor_address: Some("12 rue des Lilas, 75011 Paris"),
        agency_address: Some("3 rue du Port, 44000 Nantes"),
    }
}

/// A plan of `parts` payments.
pub(super) fn plan(amount: Money, parts: u32) -> Plan {
    let due = (0..parts).filter_map(|n| day(2026, 12, 5).checked_add_months(Months::new(n)));
    Plan { instalments: due.zip(amount.split(parts)).map(|(on, amount)| Instalment { on, amount }).collect() }
}

/// A reminder of each stage, with and without a day by which to settle.
pub(super) fn reminders(amount: Money) -> Vec<Message> {
    of_each_stage(|stage, due_on, by| Message::Reminder { stage, amount, due_on, by })
}

/// The same, by e-mail.
pub(super) fn emails(amount: Money) -> Vec<Message> {
    of_each_stage(|stage, due_on, by| Message::EmailReminder { stage, amount, due_on, by })
}

fn of_each_stage(message: impl Fn(Stage, NaiveDate, Option<NaiveDate>) -> Message) -> Vec<Message> {
    let due_on = |stage| match stage {
        Stage::BeforeDue => day(2026, 11, 27),
        Stage::DueDay => day(2026, 11, 21),
        _ => day(2026, 11, 6),
    };
    let days = [None, Some(day(2026, 12, 2))];
    let with = |by| Stage::ALL.map(|stage| message(stage, due_on(stage), by));
    days.into_iter().flat_map(with).collect()
}

/// One of each, and the longer ones where a part may be absent.
pub(super) fn messages(amount: Money) -> Vec<Message> {
    let on = day(2026, 11, 25);
    let (answer_by, latest, until) = (day(2026, 11, 27), day(2026, 12, 23), day(2026, 12, 23));
    let at = NaiveTime::from_hms_opt(14, 30, 0);
    let (issued_on, due_on) = (Some(day(2026, 10, 6)), day(2026, 11, 6));
    let part = amount.with_minor(amount.minor / 3);
    let mut messages = reminders(amount);
    messages.extend([
        Message::AskIdentity,
        Message::OptOutConfirmed,
        Message::Resumed,
        Message::WrongNumberApology,
        Message::DisputeReceived { answer_by, ask_reason: true },
        Message::DisputeReceived { answer_by, ask_reason: false },
        Message::DisputeReasonNoted { answer_by },
        Message::AskPaymentDetails,
        Message::PaymentDetailsNoted,
        Message::AskPlanTerms { max_instalments: 6 },
        Message::PlanOffered { plan: plan(amount, 3) },
        Message::PlanCounterOffer { plan: plan(amount, 3) },
        Message::PlanAgreed { plan: plan(amount, 3) },
        Message::PlanToHuman,
        Message::AskPaymentDate { latest },
        Message::DateTooFar { latest },
        Message::ConfirmDate { amount, on },
        Message::PromiseConfirmed { amount, on },
        Message::AskDateForTime { latest },
        Message::HardshipHeard { until },
        Message::InsolvencyHeard,
        Message::BereavementHeard,
        Message::SelfHarmHelp,
        Message::RepresentativeHeard,
        Message::CalmAnswer,
        Message::PaymentLink { amount },
        Message::CaseInfo { amount, issued_on, due_on },
        Message::WhoWeAre,
        Message::HumanWillAnswer { on: None, at: None },
        Message::HumanWillAnswer { on: Some(answer_by), at },
        Message::AcknowledgmentThanks { amount },
        Message::Menu,
        Message::KeepNumbersPrivate,
        Message::HandedOver,
        Message::PaymentReceived { amount: part, balance: amount.minus(part), on: Some(on), receipt: None },
        Message::PaymentReceived {
            amount: part,
            balance: amount.minus(part),
            on: Some(on),
            receipt: Some("D-2026-0412-2".into()),
        },
        Message::PaymentReceived { amount, balance: amount.with_minor(0), on: None, receipt: None },
        Message::PromiseMissed { amount, on },
        Message::InstalmentMissed { instalment: Instalment { on, amount } },
        Message::FromAgent { text: "Bonjour, je vous appelle demain matin.".into() },
    ]);
    messages
}

/// A day of the calendar; these are written here.
const fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    match NaiveDate::from_ymd_opt(year, month, day) {
        Some(day) => day,
        None => NaiveDate::MIN,
    }
}
