//! Verdict by verdict, then over random histories.

use super::*;
use crate::domain::dunning::tests::law;
use crate::domain::samples::case;
use crate::domain::*;
use chrono::{Datelike, Days, NaiveDate, Timelike, Weekday};
use std::sync::Arc;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

/// A Tuesday, 11:00 in Paris.
const OPEN: &str = "2026-11-24T10:00:00Z";

fn creditor(jurisdiction: Jurisdiction, role: Role) -> Creditor {
    Creditor {
        key: CreditorKey("atelier".into()),
        name: "Atelier".into(),
        role,
        jurisdiction,
        zone: chrono_tz::Europe::Paris,
        languages: vec![Language::FR],
        sender: "38000".into(),
        demands_per_minute: 60,
        email_from: None,
        email_reply_to: None,
        postal_address: None,
        collector_address: None,
        collector_name: None,
        callback_phone: None,
        documents_to: None,
        privacy_url: None,
        carrier_approval: None,
        means: PaymentMeans::default(),
        policy: Policy::under(law(jurisdiction)),
    }
}

fn reminder() -> Message {
    let case = case();
    Message::Reminder { stage: Stage::First, amount: case.debt.amount, due_on: case.debt.due_on, by: None }
}

fn verdict(case: &Case, creditor: &Creditor, message: &Message, contacts: &Contacts, now: &str) -> Verdict {
    judge(&Departure { case, creditor, message, contacts }, at(now))
}

fn frozen(because: &[Vulnerability]) -> CaseState {
    let freeze = Freeze { because: because.to_vec(), until: None };
    CaseState::Frozen { freeze, before: Box::new(CaseState::Open) }
}

#[test]
fn an_email_is_judged_as_a_text_but_for_what_is_about_the_telephone_alone() {
    let (mut case, creditor) = (case(), creditor(Jurisdiction::Fr, Role::Creditor));
    let Message::Reminder { stage, amount, due_on, by } = reminder() else { panic!("a reminder") };
    let email = Message::EmailReminder { stage, amount, due_on, by };
    let says = |case: &Case, contacts: &Contacts| verdict(case, &creditor, &email, contacts, OPEN);
    let demands = vec![at(OPEN) - chrono::TimeDelta::hours(30)];
    let counted = says(&case, &Contacts { demands, ..Contacts::default() });
    assert!(matches!(counted, Verdict::Hold { rule: "too_soon_after_the_last", .. }), "{counted:?}");
    case.phone.identity = IdentityLevel::L0;
    case.phone.suppressed = Some(Suppression { reason: SuppressionReason::Invalid, since: at(OPEN) });
    assert_eq!(says(&case, &Contacts::default()), Verdict::Send);
    for reason in [SuppressionReason::OptOut, SuppressionReason::WrongNumber] {
        case.phone.suppressed = Some(Suppression { reason, since: at(OPEN) });
        assert_eq!(says(&case, &Contacts::default()), Verdict::Refuse { rule: "suppressed" });
    }
}

#[test]
fn what_is_refused_is_refused_by_its_rule() {
    type Change = fn(&mut Case, &mut Creditor, &mut Contacts);
    let changes: [(&str, Change); 27] = [
        ("text_not_approved", |_, _, contacts| contacts.text_withdrawn = true),
        ("suppressed", |case, _, _| {
            case.phone.suppressed = Some(Suppression { reason: SuppressionReason::OptOut, since: at(OPEN) });
        }),
        ("suppressed", |case, _, _| {
            case.phone.suppressed = Some(Suppression { reason: SuppressionReason::WrongNumber, since: at(OPEN) });
        }),
        ("identity_unknown", |case, _, _| case.phone.identity = IdentityLevel::L0),
        ("letter_missing", |_, creditor, _| creditor.role = Role::Agency),
        ("carrier_forbids", |_, c, _| *c = creditor(Jurisdiction::Us, Role::Agency)),
        ("validation_missing", |_, c, _| {
            *c = creditor(Jurisdiction::Us, Role::Agency);
            c.carrier_approval = Some("T-1".into());
        }),
        ("ceased", |case, c, _| {
            *c = creditor(Jurisdiction::Us, Role::DebtBuyer);
            c.carrier_approval = Some("T-1".into());
            case.letter = Some(Letter { reference: "V-1".into(), sent_on: "2026-11-01".parse().unwrap() });
            case.state = CaseState::Refused { before: Box::new(CaseState::Open) };
        }),
        ("human_holds", |case, _, _| case.conversation.holder = Holder::Human),
        ("another_case_rests", |_, _, contacts| contacts.another_case_rests = true),
        ("disputed", |case, _, _| {
            let day: NaiveDate = "2026-11-20".parse().unwrap();
            let dispute = Dispute { reason: None, held_right: None, opened_on: day, answer_by: day };
            case.state = CaseState::Disputed { dispute, before: Box::new(CaseState::Open) };
        }),
        ("payment_claimed", |case, _, _| {
            let claim = PaymentClaim { words: vec![], paused_until: "2026-11-30".parse().unwrap() };
            case.state = CaseState::PaymentClaimed { claim, before: Box::new(CaseState::Open) };
        }),
        ("promised", |case, _, _| {
            let promise = Promise { amount: case.debt.amount, on: "2026-11-27".parse().unwrap() };
            case.state = CaseState::Promised { promise };
        }),
        ("plan_running", |case, _, _| {
            case.state = CaseState::PlanRunning { plan: Plan { instalments: vec![] }, paid_before: 0 };
        }),
        ("insolvency", |case, _, _| case.state = frozen(&[Vulnerability::Insolvency])),
        ("bereavement", |case, _, _| case.state = frozen(&[Vulnerability::Bereavement])),
        ("represented", |case, _, _| case.state = frozen(&[Vulnerability::Guardianship])),
        ("represented", |case, _, _| case.state = frozen(&[])),
        ("in_danger", |case, _, _| case.state = frozen(&[Vulnerability::SelfHarm])),
        ("hardship", |case, _, _| case.state = frozen(&[Vulnerability::Illness])),
        ("hardship", |case, _, _| case.conversation.no_demand_before = Some("2026-12-24".parse().unwrap())),
        ("refused", |case, _, _| case.state = CaseState::Refused { before: Box::new(CaseState::Open) }),
        ("case_over", |case, _, _| case.state = CaseState::Settled { at: at(OPEN) }),
        ("time_barred", |case, _, _| case.debt.due_on = "2024-11-23".parse().unwrap()),
        ("time_barred", |_, _, contacts| contacts.limitation_on = Some("2026-11-23".parse().unwrap())),
        ("said_already", |_, _, contacts| contacts.same_words = true),
        ("unanswered", |_, _, contacts| contacts.unanswered = 6),
    ];
    for (rule, change) in changes {
        let (mut case, mut creditor, mut contacts) =
            (case(), creditor(Jurisdiction::Fr, Role::Creditor), Contacts::default());
        let free = verdict(&case, &creditor, &reminder(), &contacts, OPEN);
        assert_eq!(free, Verdict::Send);
        change(&mut case, &mut creditor, &mut contacts);
        assert_eq!(verdict(&case, &creditor, &reminder(), &contacts, OPEN), Verdict::Refuse { rule });
    }
    let mut barred = case();
    barred.debt.due_on = "2024-11-24".parse().unwrap();
    let french = creditor(Jurisdiction::Fr, Role::Creditor);
    assert_eq!(verdict(&barred, &french, &reminder(), &Contacts::default(), OPEN), Verdict::Send, "the last day");
    barred.debt.due_on = "2022-11-24".parse().unwrap();
    barred.debtor.segment = Segment::Business;
    assert_eq!(verdict(&barred, &french, &reminder(), &Contacts::default(), OPEN), Verdict::Send, "five years");
}

#[test]
fn hours_and_days_are_those_of_the_place() {
    type Place = (Jurisdiction, &'static str, Option<&'static str>, chrono_tz::Tz);
    let paris: Place = (Jurisdiction::Fr, "0612345678", None, chrono_tz::Europe::Paris);
    let reunion: Place = (Jurisdiction::Fr, "0692123456", Some("97410"), chrono_tz::Indian::Reunion);
    let moved: Place = (Jurisdiction::Fr, "0692123456", Some("69003"), chrono_tz::Europe::Paris);
    let settled: Place = (Jurisdiction::Fr, "0612345678", Some("97410"), chrono_tz::Indian::Reunion);
    let strasbourg: Place = (Jurisdiction::Fr, "0612345678", Some("67000"), chrono_tz::Europe::Paris);
    let london: Place = (Jurisdiction::Uk, "+447400123456", None, chrono_tz::Europe::London);
    let texas: Place = (Jurisdiction::Us, "+12025550123", None, chrono_tz::America::Chicago);
    for (place, now, leaves) in [
        (paris, "2026-11-24T08:00:00Z", "2026-11-24T08:00:00Z"),
        (paris, "2026-11-24T07:59:59Z", "2026-11-24T08:00:00Z"),
        (paris, "2026-11-24T17:59:59Z", "2026-11-24T17:59:59Z"),
        (paris, "2026-11-24T18:00:00Z", "2026-11-25T08:00:00Z"),
        (paris, "2026-11-27T18:00:00Z", "2026-11-30T08:00:00Z"),
        (paris, "2026-12-24T20:00:00Z", "2026-12-28T08:00:00Z"),
        (paris, "2026-07-13T20:00:00Z", "2026-07-15T07:00:00Z"),
        (paris, "2026-03-28T12:00:00Z", "2026-03-30T07:00:00Z"),
        (reunion, "2026-11-24T05:00:00Z", "2026-11-24T05:00:00Z"),
        (reunion, "2026-11-24T15:00:00Z", "2026-11-25T05:00:00Z"),
        (moved, "2026-11-24T05:00:00Z", "2026-11-24T08:00:00Z"),
        (moved, "2026-11-24T15:00:00Z", "2026-11-25T08:00:00Z"),
        (settled, "2026-11-24T05:00:00Z", "2026-11-24T08:00:00Z"),
        (settled, "2026-11-24T15:00:00Z", "2026-11-25T08:00:00Z"),
        (strasbourg, "2026-04-03T10:00:00Z", "2026-04-07T07:00:00Z"),
        (paris, "2026-04-03T10:00:00Z", "2026-04-03T10:00:00Z"),
        (london, "2026-12-24T20:00:00Z", "2026-12-29T09:00:00Z"),
        (texas, "2026-11-24T15:00:00Z", "2026-11-24T17:00:00Z"),
        (texas, "2026-11-25T02:00:00Z", "2026-11-25T17:00:00Z"),
        (texas, "2026-11-28T18:00:00Z", "2026-11-28T18:00:00Z"),
        (texas, "2026-11-29T18:00:00Z", "2026-11-30T17:00:00Z"),
        (texas, "2026-11-26T18:00:00Z", "2026-11-27T17:00:00Z"),
    ] {
        let (jurisdiction, number, postcode, zone) = place;
        let mut case = case();
        case.phone.number = PhoneNumber::parse(number, "FR").unwrap();
        case.debtor.postcode = postcode.map(str::to_owned);
        case.debtor.zone = zone;
        let creditor = creditor(jurisdiction, Role::Creditor);
        let expected = match at(leaves) {
            until if until > at(now) => Verdict::Hold { until, rule: "closed_now" },
            _ => Verdict::Send,
        };
        assert_eq!(verdict(&case, &creditor, &reminder(), &Contacts::default(), now), expected, "{place:?} at {now}");
    }
    let mut creditor = creditor(Jurisdiction::Fr, Role::Creditor);
    creditor.policy.saturday_window = Some(creditor.policy.law.demands.saturday);
    let saturday = |now| verdict(&case(), &creditor, &reminder(), &Contacts::default(), now);
    assert_eq!(saturday("2026-11-28T10:00:00Z"), Verdict::Send);
    let monday = Verdict::Hold { until: at("2026-11-30T08:00:00Z"), rule: "closed_now" };
    assert_eq!(saturday("2026-11-28T12:00:00Z"), monday);
    let mut scattered = creditor.clone();
    let mut law = (*creditor.policy.law).clone();
    law.demands.also_zones = vec![chrono_tz::Pacific::Auckland];
    scattered.policy.law = Arc::new(law);
    let nowhere = verdict(&case(), &scattered, &reminder(), &Contacts::default(), OPEN);
    assert_eq!(nowhere, Verdict::Refuse { rule: "no_common_hour" });
}

#[test]
fn an_answer_leaves_in_its_own_hours_and_a_confirmed_stop_at_any() {
    let (mut case, french) = (case(), creditor(Jurisdiction::Fr, Role::Creditor));
    let says = |case: &Case, message: &Message, now| verdict(case, &french, message, &Contacts::default(), now);
    for (message, now, expected) in [
        (Message::Menu, "2026-11-29T20:59:00Z", Verdict::Send),
        (
            Message::Menu,
            "2026-11-29T21:00:00Z",
            Verdict::Hold { until: at("2026-11-30T06:00:00Z"), rule: "closed_now" },
        ),
        (Message::SelfHarmHelp, "2026-11-29T02:00:00Z", Verdict::Send),
        (Message::OptOutConfirmed, "2026-11-29T02:00:00Z", Verdict::Send),
    ] {
        assert_eq!(says(&case, &message, now), expected, "{message:?}");
    }
    case.phone.suppressed = Some(Suppression { reason: SuppressionReason::OptOut, since: at(OPEN) });
    assert_eq!(says(&case, &Message::OptOutConfirmed, OPEN), Verdict::Send);
    assert_eq!(says(&case, &Message::Menu, OPEN), Verdict::Refuse { rule: "suppressed" });
    case.phone.suppressed = Some(Suppression { reason: SuppressionReason::WrongNumber, since: at(OPEN) });
    assert_eq!(says(&case, &Message::WrongNumberApology, OPEN), Verdict::Send);
    assert_eq!(says(&case, &Message::WhoWeAre, OPEN), Verdict::Refuse { rule: "suppressed" });
}

#[test]
fn a_stop_button_holds_everything_but_the_last_words() {
    let (case, french) = (case(), creditor(Jurisdiction::Fr, Role::Creditor));
    let halted = Contacts { halted: true, ..Contacts::default() };
    let held = Verdict::Hold { until: at("2026-11-24T10:10:00Z"), rule: "halted" };
    for message in [reminder(), Message::Menu, Message::FromAgent { text: "Bonjour".into() }] {
        assert_eq!(verdict(&case, &french, &message, &halted, OPEN), held);
    }
    for message in [Message::OptOutConfirmed, Message::SelfHarmHelp] {
        assert_eq!(verdict(&case, &french, &message, &halted, OPEN), Verdict::Send);
    }
}

#[test]
fn a_demand_waits_for_its_turn_and_for_a_reply_to_be_read() {
    let (case, french) = (case(), creditor(Jurisdiction::Fr, Role::Creditor));
    for (demands, leaves, rule) in [
        (&["2026-11-24T08:00:00Z"][..], "2026-11-27T08:00:00Z", "too_soon_after_the_last"),
        (&["2026-11-20T10:00:00Z"], "", ""),
        (&["2026-11-18T09:00:00Z", "2026-11-21T09:00:00Z"], "2026-11-25T09:00:00Z", "cap_of_7_days"),
        (
            &[
                "2026-10-26T09:00:00Z",
                "2026-10-30T09:00:00Z",
                "2026-11-04T09:00:00Z",
                "2026-11-09T09:00:00Z",
                "2026-11-13T09:00:00Z",
                "2026-11-18T09:00:00Z",
            ],
            "2026-11-25T09:00:00Z",
            "cap_of_30_days",
        ),
    ] {
        let contacts = Contacts { demands: demands.iter().map(|text| at(text)).collect(), ..Contacts::default() };
        let expected = if rule.is_empty() { Verdict::Send } else { Verdict::Hold { until: at(leaves), rule } };
        assert_eq!(verdict(&case, &french, &reminder(), &contacts, OPEN), expected, "{demands:?}");
    }
    let unread = Contacts { unread_reply: true, ..Contacts::default() };
    let later = Verdict::Hold { until: at("2026-11-24T11:00:00Z"), rule: "reply_unread" };
    assert_eq!(verdict(&case, &french, &reminder(), &unread, OPEN), later);
    assert_eq!(verdict(&case, &french, &Message::Menu, &unread, OPEN), Verdict::Send);
}

/// Numbers without a pattern, the same at every run (Knuth's linear congruence).
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }
}

/// Whether a demand at `now` keeps within everything that may never be broken, counted anew.
fn is_allowed(case: &Case, creditor: &Creditor, contacts: &Contacts, now: DateTime<Utc>) -> bool {
    let local = now.with_timezone(&case.debtor.zone);
    let law = &creditor.policy.law;
    let hours = if local.weekday() == Weekday::Sat { law.demands.saturday } else { law.demands.weekdays };
    let within = |days: i64| contacts.demands.iter().filter(|at| now - **at < TimeDelta::days(days)).count();
    let same_day = contacts.demands.iter().any(|at| local_day(*at, case.debtor.zone) == local.date_naive());
    let resting = !matches!(case.state, CaseState::Open);
    hours.opens <= local.time()
        && local.time() < hours.closes
        && local.weekday() != Weekday::Sun
        && (local.weekday() != Weekday::Sat || creditor.policy.saturday_window.is_some())
        && !law.is_holiday(local.date_naive(), case.debtor.postcode.as_deref())
        && within(7) < law.caps.per_7_days
        && within(30) < law.caps.per_30_days
        && !same_day
        && contacts.unanswered < law.caps.unanswered
        && case.phone.suppressed.is_none()
        && !resting
        && !contacts.halted
}

#[test]
fn no_history_leads_to_a_message_that_should_not_leave() {
    let mut chance = Chance(20_261_122);
    let places = [
        (Jurisdiction::Fr, Some("67000"), chrono_tz::Europe::Paris),
        (Jurisdiction::Fr, Some("97200"), chrono_tz::America::Martinique),
        (Jurisdiction::Uk, None, chrono_tz::Europe::London),
        (Jurisdiction::Us, None, chrono_tz::America::New_York),
    ];
    let mut sent = 0;
    for history in 0..400 {
        let (jurisdiction, postcode, zone) = places[history % places.len()];
        let (mut case, creditor) = (case(), creditor(jurisdiction, Role::Creditor));
        case.debtor.postcode = postcode.map(str::to_owned);
        case.debtor.zone = zone;
        let mut contacts = Contacts::default();
        let mut now = at("2026-11-20T00:00:00Z") + TimeDelta::minutes(i64::try_from(chance.below(60_000)).unwrap());
        for _ in 0..60 {
            match chance.below(24) {
                0 => contacts.unanswered = 0,
                1 => contacts.halted = !contacts.halted,
                2 => case.state = CaseState::Open,
                3 => case.state = frozen(&[Vulnerability::Bereavement]),
                4 if chance.below(4) == 0 => {
                    case.phone.suppressed = Some(Suppression { reason: SuppressionReason::OptOut, since: now });
                }
                _ => {}
            }
            match judge(&Departure { case: &case, creditor: &creditor, message: &reminder(), contacts: &contacts }, now)
            {
                Verdict::Send => {
                    assert!(is_allowed(&case, &creditor, &contacts, now), "{now} {contacts:?} {:?}", case.state);
                    contacts.demands.push(now);
                    contacts.unanswered += 1;
                    sent += 1;
                }
                Verdict::Hold { until, .. } => {
                    assert!(until > now, "it is judged again later");
                    assert!(until - now < TimeDelta::days(40), "and not in a far future: {until} from {now}");
                    now = if chance.below(2) == 0 { until } else { now };
                }
                Verdict::Refuse { .. } => {}
            }
            now += TimeDelta::minutes(i64::try_from(chance.below(2_000)).unwrap());
            let month_ago = now - TimeDelta::days(30);
            contacts.demands.retain(|at| *at > month_ago);
        }
    }
    assert!(sent > 1_000, "{sent} messages left in all");
    // What was held leaves when it was told that it would.
    let (case, french) = (case(), creditor(Jurisdiction::Fr, Role::Creditor));
    let mut day = at("2026-12-01T03:00:00Z");
    for _ in 0..400 {
        if let Verdict::Hold { until, .. } =
            verdict(&case, &french, &reminder(), &Contacts::default(), &day.to_rfc3339())
        {
            let then = verdict(&case, &french, &reminder(), &Contacts::default(), &until.to_rfc3339());
            assert_eq!((then, until.nanosecond()), (Verdict::Send, 0));
        }
        day = day + Days::new(1);
    }
}

#[test]
fn the_page_of_the_rules_is_made_from_the_list_and_names_tests_that_exist() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = root.join("docs/rules.md");
    if std::env::var_os("RELANCE_REWRITE_DOCS").is_some() {
        std::fs::write(&page, rules::page()).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&page).unwrap(), rules::page(), "RELANCE_REWRITE_DOCS=1 writes it anew");
    assert_eq!(rules::RULES.len(), 31);
    let mut sources = String::new();
    let mut folders = vec![root.join("src"), root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.extension() {
                _ if path.is_dir() => folders.push(path),
                Some(extension) if extension == "rs" => sources += &std::fs::read_to_string(&path).unwrap(),
                _ => {}
            }
        }
    }
    for rule in rules::RULES {
        let named = rule.held_by.is_none_or(|test| sources.contains(&format!("fn {test}()")));
        assert!(named, "{}: no test is called {:?}", rule.id, rule.held_by);
    }
}

/// A Sunday, 11:00 in Paris; the Monday after it opens at nine.
const SUNDAY: &str = "2026-11-22T10:00:00Z";

#[test]
fn what_nobody_asked_for_keeps_the_hours_of_demands_and_what_answers_does_not() {
    let (mut case, french) = (case(), creditor(Jurisdiction::Fr, Role::Creditor));
    case.phone.identity = IdentityLevel::L0;
    let silent = Contacts::default();
    let talking = Contacts { wrote_at: Some(at("2026-11-22T09:30:00Z")), ..Contacts::default() };
    let monday = Verdict::Hold { until: at("2026-11-23T08:00:00Z"), rule: "closed_now" };
    assert_eq!(verdict(&case, &french, &Message::AskIdentity, &silent, SUNDAY), monday);
    assert_eq!(verdict(&case, &french, &Message::AskIdentity, &talking, SUNDAY), Verdict::Send);
    let asked_yesterday = Contacts { demands: vec![at("2026-11-23T09:00:00Z")], ..Contacts::default() };
    let held = verdict(&case, &french, &Message::AskIdentity, &asked_yesterday, OPEN);
    assert!(matches!(held, Verdict::Hold { rule: "too_soon_after_the_last", .. }), "{held:?}");
    let mut known = case.clone();
    known.phone.identity = IdentityLevel::L1;
    let info = Message::CaseInfo { amount: case.debt.amount, issued_on: None, due_on: case.debt.due_on };
    assert_eq!(
        verdict(&known, &french, &info, &silent, SUNDAY),
        monday,
        "what is due, told to someone who did not ask"
    );
    assert_eq!(verdict(&known, &french, &info, &talking, SUNDAY), Verdict::Send);
    known.debt.due_on = "2023-01-01".parse().unwrap();
    assert_eq!(verdict(&known, &french, &info, &silent, OPEN), Verdict::Refuse { rule: "time_barred" });
    case.conversation.holder = Holder::Human;
    assert_eq!(verdict(&case, &french, &Message::AskIdentity, &silent, OPEN), Verdict::Refuse { rule: "human_holds" });
    case.conversation.holder = Holder::Bot;
    case.phone.identity = IdentityLevel::L1;
    let thanks = |on: &str| {
        let (amount, balance) = (case.debt.amount, case.debt.amount.with_minor(0));
        Message::PaymentReceived { amount, balance, on: Some(on.parse().unwrap()), receipt: None }
    };
    assert_eq!(verdict(&case, &french, &thanks("2026-11-20"), &silent, SUNDAY), monday, "of a file, days later");
    assert_eq!(verdict(&case, &french, &thanks("2026-11-22"), &silent, SUNDAY), Verdict::Send, "they have just paid");
}
