//! Every message, in every language, as a debtor would receive it.

use super::catalogue::FOLDERS;
use super::*;
use crate::domain::{Currency, Instalment, Language, Message, Money, Plan, Purpose, Stage};
use chrono::{NaiveDate, NaiveTime};
use std::collections::BTreeSet;

const LINK: &str = "https://sms.example.fr/p/m68evs5g1rwwwb1y99zb";
const PHONE: &str = "01 23 45 67 89";
const PAPERS: &str = "pieces@garage-martin.fr";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::Eur)
}

fn plan(parts: u32) -> Plan {
    let due = (0..parts).filter_map(|n| day("2026-12-05").checked_add_months(chrono::Months::new(n)));
    Plan { instalments: due.zip(euros(14_500).split(parts)).map(|(on, amount)| Instalment { on, amount }).collect() }
}

/// One of each, and the longer ones where a part may be absent.
fn every_message() -> Vec<Message> {
    let (amount, on) = (euros(14_500), day("2026-11-25"));
    let (answer_by, latest, until) = (day("2026-11-27"), day("2026-12-23"), day("2026-12-23"));
    let at = NaiveTime::from_hms_opt(14, 30, 0);
    vec![
        Message::Reminder { stage: Stage::First, amount, due_on: day("2026-11-06"), by: None },
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
        Message::PlanOffered { plan: plan(3) },
        Message::PlanCounterOffer { plan: plan(3) },
        Message::PlanAgreed { plan: plan(3) },
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
        Message::CaseInfo { amount, issued_on: Some(day("2026-10-06")), due_on: day("2026-11-06") },
        Message::WhoWeAre,
        Message::HumanWillAnswer { on: None, at: None },
        Message::HumanWillAnswer { on: Some(answer_by), at },
        Message::AcknowledgmentThanks { amount },
        Message::Menu,
        Message::KeepNumbersPrivate,
        Message::HandedOver,
        Message::PaymentReceived { amount: euros(4_500), balance: euros(10_000) },
        Message::PaymentReceived { amount, balance: euros(0) },
        Message::PromiseMissed { amount, on },
        Message::InstalmentMissed { instalment: Instalment { on, amount } },
        Message::FromAgent { text: "Bonjour, je vous appelle demain matin.".into() },
    ]
}

fn ordinary(language: Language) -> Voice<'static> {
    Voice {
        language,
        creditor_name: "Garage Martin",
        agency_name: None,
        debtor_name: "Paul Durand",
        case_reference: "A-1042",
        invoice: Some("F-2026-118"),
        link: Some(LINK),
        callback_phone: Some(PHONE),
        documents_to: Some(PAPERS),
        privacy: None,
        letter: None,
        today: day("2026-11-21"),
        first_automatic: false,
        spelling: Spelling::Plain,
    }
}

fn long(language: Language) -> Voice<'static> {
    Voice {
        creditor_name: "Établissements Lefèvre & Sœurs",
        debtor_name: "Loïc Prêcheur-Ñandú",
        case_reference: "DOS-2026-004217",
        invoice: Some("FAC/2026/11/000118"),
        ..ordinary(language)
    }
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
fn long_names_outside_gsm_cost_two_segments_at_most() {
    for language in languages() {
        for message in every_message() {
            let said = say(&message, &long(language));
            println!("{} {:3} {}: {}", said.segments.count(), said.segments.units, said.template, said.text);
            assert!(said.segments.encoding == Encoding::Gsm7 || said.segments.count() == 1, "{}", said.text);
            assert!(said.segments.count() <= 2, "{} units: {}", said.segments.units, said.text);
        }
    }
}

#[test]
fn a_plan_of_six_payments_still_takes_two_segments() {
    for language in languages() {
        for message in [
            Message::PlanOffered { plan: plan(6) },
            Message::PlanCounterOffer { plan: plan(6) },
            Message::PlanAgreed { plan: plan(6) },
        ] {
            for voice in [ordinary(language), long(language)] {
                let said = say(&message, &voice);
                assert!(said.segments.count() <= 2, "{} units: {}", said.segments.units, said.text);
            }
        }
    }
}

#[test]
fn the_first_message_says_that_it_is_automatic_within_two_segments() {
    for language in languages() {
        let voice = Voice { first_automatic: true, ..ordinary(language) };
        for message in every_message() {
            let said = say(&message, &voice);
            println!("{} {:3} {}", said.segments.count(), said.segments.units, said.text);
            let notice = said.text.contains("utomati") && said.text.contains(PHONE);
            assert!(notice || message.purpose() == Purpose::Agent, "{}", said.text);
            assert!(said.segments.count() <= 2, "{} units: {}", said.segments.units, said.text);
        }
    }
}

#[test]
fn no_template_says_what_the_checker_watches_for() {
    let words = Words::embedded().unwrap();
    for folder in FOLDERS {
        let language = Language::parse(folder.code).unwrap();
        for (name, source) in folder.templates {
            assert_eq!(words.check(source, language).unwrap(), [], "{language}/{name}");
        }
        for message in every_message() {
            let said = words.render(&message, &ordinary(language)).unwrap().text;
            assert_eq!(words.check(&said, language).unwrap(), [], "{said}");
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
        let letter = Some(Letter { reference: "L-77", sent_on: day("2026-10-30") });
        let agency_name = Some("Cabinet Vernier");
        let agency = Voice { agency_name, letter, first_automatic: true, ..ordinary(language) };
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
    let letter = Some(Letter { reference: "L-77", sent_on: day("2026-10-30") });
    let voice = Voice { agency_name: Some("Cabinet Vernier"), letter, ..ordinary(Language::FR) };
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
                assert!(after.is_empty() || after.starts_with(' '), "{said}");
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
    let message = Message::Reminder { stage: Stage::First, amount: euros(14_500), due_on: day("2026-11-06"), by: None };
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
    assert_eq!(templates.len() + 1, FOLDERS[0].templates.len(), "every template but the frame is said by a message");
    let shown = format!("{:?}", say(&Message::PaymentLink { amount: euros(14_500) }, &ordinary(Language::FR)));
    assert!(!shown.contains("145") && shown.starts_with("fr/payment_link "), "{shown}");
}

#[test]
fn every_file_of_a_language_is_in_the_catalogue() {
    for folder in FOLDERS {
        let path = format!("{}/src/wording/templates/{}", env!("CARGO_MANIFEST_DIR"), folder.code);
        let files = std::fs::read_dir(path).unwrap().filter_map(|file| file.unwrap().file_name().into_string().ok());
        let written: BTreeSet<_> = files.filter_map(|file| file.strip_suffix(".txt").map(str::to_owned)).collect();
        let listed: BTreeSet<_> = folder.templates.iter().map(|(name, _)| (*name).to_owned()).collect();
        assert_eq!(written, listed);
    }
}

#[test]
fn every_message_of_the_domain_has_a_template() {
    // Serde names all the variants when it is given none of them.
    let refusal = serde_json::from_str::<Message>(r#"{"say":""}"#).unwrap_err().to_string();
    let messages: BTreeSet<_> = refusal.split('`').skip(3).step_by(2).collect();
    for folder in FOLDERS {
        let templates: BTreeSet<_> = folder.templates.iter().map(|(name, _)| *name).filter(|n| *n != "frame").collect();
        assert_eq!(messages, templates);
    }
}
