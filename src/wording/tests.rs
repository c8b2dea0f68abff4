//! Every message, in every language, as a debtor would receive it.

use super::catalogue::FOLDERS;
use super::samples::{LINK, long, ordinary, plan};
use super::template::Paper;
use super::*;
use crate::domain::{Jurisdiction, Language, Message, Purpose, Role, Segment, Stage};
use chrono::NaiveDate;
use std::collections::BTreeSet;

const PHONE: &str = "01 23 45 67 89";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn every_message() -> Vec<Message> {
    samples::messages(samples::ORDINARY)
}

fn agency(language: Language) -> Voice<'static> {
    samples::collecting(ordinary(language))
}

fn say(message: &Message, voice: &Voice<'_>) -> Rendered {
    Words::embedded().unwrap().render(message, voice).unwrap()
}

fn languages() -> Vec<Language> {
    FOLDERS.iter().filter_map(|folder| Language::parse(folder.code)).collect()
}

/// Recaps carry a plan's lines or a link beside a date; the reminder has its mandatory contents.
fn may_take_two(message: &Message) -> bool {
    message.carries_link() || matches!(message, Message::PlanOffered { .. } | Message::PlanCounterOffer { .. })
}

#[test]
fn an_answer_takes_one_segment_and_two_where_it_carries_a_link_or_a_plan() {
    for language in languages() {
        for message in every_message() {
            let said = say(&message, &ordinary(language));
            println!("{} {:3} {}: {}", said.segments.count(), said.segments.units, said.template, said.text);
            assert_eq!(said.segments.encoding, Encoding::Gsm7, "{}", said.text);
            let limit = if may_take_two(&message) { 2 } else { 1 };
            assert!(said.segments.count() <= limit, "{} units: {}", said.segments.units, said.text);
        }
    }
}

#[test]
fn long_names_outside_gsm_cost_two_segments_at_most_and_three_in_a_last_reminder() {
    for language in languages() {
        for message in every_message() {
            let said = say(&message, &long(language));
            println!("{} {:3} {}: {}", said.segments.count(), said.segments.units, said.template, said.text);
            assert!(said.segments.encoding == Encoding::Gsm7 || said.segments.count() == 1, "{}", said.text);
            let limit = if matches!(message, Message::Reminder { .. }) { 3 } else { 2 };
            assert!(said.segments.count() <= limit, "{} units: {}", said.segments.units, said.text);
        }
    }
}

#[test]
fn a_plan_of_six_payments_still_takes_two_segments() {
    for language in languages() {
        for message in [
            Message::PlanOffered { plan: plan(samples::ORDINARY, 6) },
            Message::PlanCounterOffer { plan: plan(samples::ORDINARY, 6) },
            Message::PlanAgreed { plan: plan(samples::ORDINARY, 6) },
        ] {
            for voice in [ordinary(language), long(language)] {
                let said = say(&message, &voice);
                assert!(said.segments.count() <= 2, "{} units: {}", said.segments.units, said.text);
            }
        }
    }
}

#[test]
fn a_plan_that_is_too_long_for_a_text_names_its_first_and_last_payment_and_where_they_all_are() {
    for (language, told) in [
        (Language::FR, "120 paiements, le premier de 1,21 € le 05/12, le dernier de 1,20 € le 05/11/2036"),
        (Language::EN, "120 payments, the first of €1.21 on 5 Dec, the last of €1.20 on 5 Nov 2036"),
    ] {
        for parts in [7, 24, 120] {
            let plan = plan(samples::ORDINARY, parts);
            for message in [
                Message::PlanOffered { plan: plan.clone() },
                Message::PlanCounterOffer { plan: plan.clone() },
                Message::PlanAgreed { plan: plan.clone() },
            ] {
                for voice in [ordinary(language), long(language)] {
                    let said = say(&message, &voice);
                    assert!(said.segments.count() <= 3, "{} units: {}", said.segments.units, said.text);
                    assert!(message.carries_link() && said.text.contains(LINK), "{}", said.text);
                    assert!(parts < 120 || said.text.contains(told), "{}", said.text);
                }
            }
        }
    }
}

#[test]
fn no_french_text_announces_somebody_who_may_be_taken_for_a_visitor() {
    let voice = Voice { callback_phone: None, ..ordinary(Language::FR) };
    for message in samples::reminders(samples::ORDINARY) {
        for voice in [voice, samples::collecting(voice)] {
            let said = say(&message, &voice).text;
            assert!(!said.contains("agent"), "{said}");
        }
    }
}

#[test]
fn without_a_page_a_reminder_says_what_the_telephone_is_for() {
    let voice = Voice { link: None, ..ordinary(Language::FR) };
    for message in samples::reminders(samples::ORDINARY) {
        let said = say(&message, &voice);
        assert!(said.text.contains("145,00 €. Pour payer : 01 23 45 67 89."), "{}", said.text);
    }
}

#[test]
fn the_first_message_says_that_it_is_automatic_within_two_segments_and_a_later_demand_within_three() {
    for language in languages() {
        let voice = Voice { first_automatic: true, ..ordinary(language) };
        for message in every_message() {
            let said = say(&message, &voice);
            println!("{} {:3} {}", said.segments.count(), said.segments.units, said.text);
            let notice = said.text.contains("utomati") && said.text.contains(PHONE);
            assert!(notice || message.purpose() == Purpose::Agent, "{}", said.text);
            // Later demands say more, and are seldom the first that someone hears of us.
            let soon = |stage: &Stage| matches!(stage, Stage::BeforeDue | Stage::DueDay | Stage::First);
            let limit = match &message {
                Message::Reminder { stage, .. } if !soon(stage) => 3,
                Message::PromiseMissed { .. } | Message::InstalmentMissed { .. } => 3,
                _ => 2,
            };
            assert!(said.segments.count() <= limit, "{} units: {}", said.segments.units, said.text);
        }
    }
}

#[test]
fn neutral_messages_say_nothing_of_a_debt() {
    let debt = [
        "dette",
        "impay",
        "facture",
        "recouvrement",
        "relance",
        "paie",
        "payer",
        "paiement",
        "régl",
        "créanc",
        "€",
        "doit",
        "debt",
        "owe",
        "invoice",
        "payment",
        "collect",
        "remind",
        " due ",
        "due.",
        "F-2026-118",
        LINK,
    ];
    for language in languages() {
        let agency = Voice { first_automatic: true, ..agency(language) };
        for message in every_message().iter().filter(|m| !m.speaks_of_the_debt() && m.purpose() != Purpose::Agent) {
            for voice in [ordinary(language), agency] {
                let said = say(message, &voice).text;
                let found: Vec<_> =
                    debt.iter().filter(|word| said.to_lowercase().contains(&word.to_lowercase())).collect();
                assert!(found.is_empty(), "{found:?} in {said}");
                assert!(!said.contains("Durand"), "the whole name is for the debtor only: {said}");
            }
        }
    }
}

#[test]
fn a_collector_for_others_names_its_trade_and_recalls_its_letter() {
    let voice = agency(Language::FR);
    for message in every_message() {
        let said = say(&message, &voice).text;
        assert!(said.contains("Réf. L-77 du 30/10."), "{said}");
        assert!(said.contains("Garage Martin : "), "{said}");
        let trade = said.starts_with("Cabinet Vernier, recouvrement amiable pour Garage Martin : ");
        assert_eq!(trade, message.speaks_of_the_debt(), "{said}");
    }
}

#[test]
fn a_lock_screen_shows_no_amount() {
    for language in languages() {
        for message in every_message() {
            let said = say(&message, &ordinary(language)).text;
            let shown: String = said.chars().take(40).collect();
            assert!(!shown.contains(['€', '£']), "{shown}");
        }
    }
}

#[test]
fn nothing_sticks_to_the_end_of_a_link() {
    for language in languages() {
        for message in every_message() {
            let said = say(&message, &ordinary(language)).text;
            assert_eq!(said.contains(LINK), message.carries_link(), "{said}");
            if let Some((_, after)) = said.split_once(LINK) {
                assert!(after.is_empty() || after.starts_with(char::is_whitespace), "{said}");
            }
        }
    }
}

#[test]
fn every_message_can_do_without_what_may_be_absent() {
    for language in languages() {
        let bare = Voice {
            invoice: None,
            link: None,
            callback_phone: None,
            documents_to: None,
            first_automatic: true,
            ..ordinary(language)
        };
        for message in every_message() {
            let said = say(&message, &bare).text;
            for trace in ["none", "  ", " ,", " .", "..", "\u{fdd0}", "\u{fdd1}", "{"] {
                assert!(!said.contains(trace), "{trace:?} in {said}");
            }
        }
    }
}

#[test]
fn names_keep_their_letters_when_the_creditor_wants_them_to() {
    let message =
        Message::Reminder { stage: Stage::First, amount: samples::ORDINARY, due_on: day("2026-11-06"), by: None };
    let plain = say(&message, &long(Language::FR));
    let kept = say(&message, &Voice { spelling: Spelling::KeepNames, ..long(Language::FR) });
    assert!(plain.text.contains("bonjour Loic Precheur-Ñandu,"), "{}", plain.text);
    assert!(kept.text.contains("bonjour Loïc Prêcheur-Ñandú,"), "{}", kept.text);
    assert_eq!(kept.segments.encoding, Encoding::Ucs2);
}

#[test]
fn august_loses_its_circumflex_only_to_spare_a_segment() {
    let summer = Message::AskPaymentDate { latest: day("2027-08-13") };
    let said = say(&summer, &Voice { today: day("2027-07-21"), ..ordinary(Language::FR) });
    assert!(said.text.ends_with("jusqu'au vendredi 13 aout."), "{}", said.text);
    let exact = say(&summer, &Voice { spelling: Spelling::Exact, ..ordinary(Language::FR) });
    assert!(exact.text.ends_with("vendredi 13 août."), "{}", exact.text);
}

#[test]
fn a_decomposed_name_is_composed_before_it_is_weighed() {
    let voice = Voice { creditor_name: "Cre\u{301}merie", ..ordinary(Language::FR) };
    let said = say(&Message::Menu, &voice);
    assert!(said.text.starts_with("Crémerie : "), "{}", said.text);
    assert_eq!(said.segments.encoding, Encoding::Gsm7);
}

#[test]
fn what_an_agent_wrote_leaves_word_for_word_and_never_empty() {
    let agent = |text: &str| Message::FromAgent { text: text.into() };
    let text = "Bonjour {{ debtor }}, c'est Léa : {% raw %} 50 % aujourd'hui ?";
    let voice = Voice { first_automatic: true, ..ordinary(Language::FR) };
    assert_eq!(say(&agent(text), &voice).text, format!("Garage Martin : {text}"), "nor is it automatic");
    assert!(Words::embedded().unwrap().render(&agent("  "), &ordinary(Language::FR)).is_err());
}

#[test]
fn a_language_without_templates_is_refused_by_name() {
    let voice = ordinary(Language::parse("br").unwrap());
    let error = Words::embedded().unwrap().render(&Message::Menu, &voice).unwrap_err();
    assert_eq!(error.to_string(), "there are no templates in the language br");
}

#[test]
fn a_version_follows_the_template_and_debug_shows_no_text() {
    let versions: BTreeSet<_> =
        every_message().iter().map(|m| say(m, &ordinary(Language::FR))).map(|r| (r.template, r.version_hash)).collect();
    let templates: BTreeSet<_> = versions.iter().map(|(template, _)| template).collect();
    assert_eq!(versions.len(), templates.len(), "one version for one template");
    let shown = format!("{:?}", say(&Message::PaymentLink { amount: samples::ORDINARY }, &ordinary(Language::FR)));
    assert!(!shown.contains("145") && shown.starts_with("fr/payment_link "), "{shown}");
}

#[test]
fn every_file_of_a_language_is_in_the_catalogue() {
    for folder in FOLDERS {
        let path = format!("{}/src/wording/templates/{}", env!("CARGO_MANIFEST_DIR"), folder.code);
        let texts = |path: &str| -> Vec<String> {
            let files =
                std::fs::read_dir(path).unwrap().filter_map(|file| file.unwrap().file_name().into_string().ok());
            files.filter_map(|file| file.strip_suffix(".txt").map(str::to_owned)).collect()
        };
        let of_a_stage = Paper::ALL.into_iter().flat_map(|paper| {
            let folder = paper.folder();
            texts(&format!("{path}/{folder}")).into_iter().map(move |name| format!("{folder}/{name}"))
        });
        let written: BTreeSet<_> = texts(&path).into_iter().chain(of_a_stage).collect();
        let listed: BTreeSet<_> = folder.templates.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(written, listed);
    }
}

/// What no message says by itself.
fn is_around(name: &str) -> bool {
    name == phrasebook::CALL_SCRIPT || Paper::ALL.iter().any(|paper| paper.frame() == name)
}

#[test]
fn every_message_of_the_domain_has_a_template_and_every_stage_its_reminder() {
    // Serde names all the variants when it is given none of them.
    let refusal = serde_json::from_str::<Message>(r#"{"say":""}"#).unwrap_err().to_string();
    let messages = refusal.split('`').skip(3).step_by(2);
    let messages: BTreeSet<_> = messages.filter(|name| !["reminder", "email_reminder"].contains(name)).collect();
    let stages: BTreeSet<_> = Paper::ALL
        .into_iter()
        .flat_map(|paper| Stage::ALL.map(|stage| format!("{}/{}", paper.folder(), stage.label())))
        .collect();
    for folder in FOLDERS {
        let (of_a_stage, answers): (BTreeSet<_>, BTreeSet<_>) =
            folder.templates.iter().map(|(name, _)| *name).partition(|name| name.contains('/'));
        assert_eq!(messages, answers.into_iter().filter(|name| !is_around(name)).collect());
        assert!(stages.iter().all(|stage| of_a_stage.contains(stage.as_str())), "{of_a_stage:?}");
    }
}

#[test]
fn every_shipped_template_is_said_and_none_has_anything_to_mend() {
    let report = Words::embedded().unwrap().report();
    let findings: Vec<_> = report.findings.iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", findings.join("\n"));
    let written: usize =
        FOLDERS.iter().map(|folder| folder.templates.iter().filter(|(name, _)| !is_around(name)).count()).sum();
    assert_eq!(report.templates.len(), written, "every template but the frames is said by a message");
}

#[test]
fn a_reminder_is_worded_by_stage_by_who_writes_and_to_whom() {
    let mut texts = BTreeSet::new();
    for message in samples::reminders(samples::ORDINARY) {
        for voice in [ordinary(Language::FR), agency(Language::FR)] {
            for segment in [Segment::Consumer, Segment::Loyal, Segment::Business] {
                texts.insert(say(&message, &Voice { segment, ..voice }).text);
            }
        }
    }
    // With and without a day: 8 general, 7 for loyal clients, 8 for businesses, 8 of collectors, and two stages name the day.
    assert!(texts.len() >= 31, "{}", texts.len());
    let first =
        Message::Reminder { stage: Stage::First, amount: samples::ORDINARY, due_on: day("2026-11-06"), by: None };
    for (voice, segment, template) in [
        (ordinary(Language::FR), Segment::Consumer, "fr/reminder/first"),
        (ordinary(Language::FR), Segment::Loyal, "fr/reminder/first.loyal"),
        (ordinary(Language::EN), Segment::Business, "en/reminder/first.business"),
        (agency(Language::EN), Segment::Business, "en/reminder/first.collector"),
    ] {
        assert_eq!(say(&first, &Voice { segment, ..voice }).template, template);
    }
}

#[test]
fn free_debt_advice_and_notices_follow_the_law_and_not_the_language() {
    let first =
        Message::Reminder { stage: Stage::First, amount: samples::ORDINARY, due_on: day("2026-11-06"), by: None };
    for language in languages() {
        for (jurisdiction, segment, advised) in [
            (Jurisdiction::Uk, Segment::Consumer, true),
            (Jurisdiction::Uk, Segment::Loyal, true),
            (Jurisdiction::Uk, Segment::Business, false),
            (Jurisdiction::Fr, Segment::Consumer, false),
            (Jurisdiction::Us, Segment::Consumer, false),
        ] {
            let said = say(&first, &Voice { jurisdiction, segment, ..ordinary(language) }).text;
            assert_eq!(said.contains("moneyhelper.org.uk"), advised, "{said}");
        }
        let date = Message::AskPaymentDate { latest: day("2026-12-23") };
        for (jurisdiction, told) in [(Jurisdiction::Us, true), (Jurisdiction::Fr, false)] {
            let voice = Voice { jurisdiction, role: Role::Agency, ..agency(language) };
            assert_eq!(say(&date, &voice).text.contains("STOP"), told, "{jurisdiction:?}");
        }
    }
}

#[test]
fn a_reminder_before_and_on_the_day_takes_one_segment() {
    for language in languages() {
        for message in samples::reminders(samples::ORDINARY) {
            let Message::Reminder { stage, .. } = &message else { continue };
            let said = say(&message, &ordinary(language));
            let limit = if matches!(stage, Stage::BeforeDue | Stage::DueDay) { 1 } else { 2 };
            assert!(said.segments.count() <= limit, "{} units: {}", said.segments.units, said.text);
        }
    }
}
