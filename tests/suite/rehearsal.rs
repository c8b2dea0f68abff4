//! A rehearsal tells what then happens: the same people are lived through on paper, and by the service itself.

use crate::support::office::{Office, creditors_with_plan, reader, words};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use relance::clock::Clock as _;
use relance::domain::campaign::{CampaignPlan, Selection, Variant};
use relance::domain::{CampaignState, CaseId, CreditorKey, TaskKind};
use relance::rehearsal::{Happening, Replies, Stage, Turns, What, rehearse};
use relance::service::{CampaignWorker, read_portfolio};
use relance::store::{Direction, OutboundState, People, Person};
use std::collections::{BTreeMap, HashSet};

const START: &str = "2026-10-20T09:00:00Z";
const DAYS: i64 = 60;

const PORTFOLIO: &str = "\
case_ref,creditor,debtor_name,phone,amount,due_on,origin,postcode
SILENT,atelier-lumen,Jeanne Martin,06 12 34 56 01,120.00,2026-11-02,contract,67000
STOPS,atelier-lumen,Paul Durand,06 12 34 56 02,80.00,2026-10-01,contract,
PROMISES,atelier-lumen,Inès Petit,06 12 34 56 03,250.00,2026-10-05,contract,
DISPUTES,atelier-lumen,Marc Roux,06 12 34 56 04,99.90,2026-10-10,contract,
STRANGER,atelier-lumen,Zoé Blanc,06 12 34 56 05,60.00,2026-10-10,traced,
FIRST,atelier-lumen,Léa Noir,06 12 34 56 06,45.00,2026-10-12,contract,
SECOND,atelier-lumen,Léa Noir,06 12 34 56 06,75.00,2026-10-19,contract,
PARTS,atelier-lumen,Hugo Vert,06 12 34 56 07,300.00,2026-10-01,contract,
";

const REPLIES: [(&str, &str, &str); 8] = [
    ("2026-10-29 12:00", "STOPS", "STOP"),
    ("2026-10-28 12:00", "PROMISES", "Je paie vendredi 6 novembre"),
    ("2026-10-28 15:00", "PROMISES", "Oui"),
    ("2026-10-29 15:00", "DISPUTES", "Je conteste cette facture, la commande n'est jamais arrivée"),
    ("2026-10-30 12:00", "STRANGER", "Oui c'est bien moi"),
    ("2026-11-03 12:00", "FIRST", "J'ai perdu mon emploi, je ne peux pas payer"),
    ("2026-10-28 12:00", "PARTS", "Je peux payer en 3 fois ?"),
    ("2026-10-28 15:00", "PARTS", "Oui d'accord"),
];

/// A text that left: on which day, on which case, by which template, word for word but for the link.
type Left = (NaiveDate, String, String, String);

fn without_link(text: &str) -> String {
    let is_link = |word: &str| word.contains("://sms.example.fr/p/");
    text.split(' ').map(|word| if is_link(word) { "LINK" } else { word }).collect::<Vec<_>>().join(" ")
}

async fn people(office: &Office) -> Vec<Person> {
    let mut tx = office.service.store.snapshot().await.unwrap();
    let mut pages = People::by_pages_of(100, office.clock.now());
    let people = pages.next(&mut tx).await.unwrap().unwrap();
    assert!(pages.next(&mut tx).await.unwrap().is_none());
    people
}

fn script() -> Replies {
    let line = |(when, case, text): &(&str, &str, &str)| format!("{case},{when},\"{text}\"\n");
    Replies::parse(&format!("case_ref,when,text\n{}", REPLIES.iter().map(line).collect::<String>())).unwrap()
}

async fn on_paper(office: &Office, begin: DateTime<Utc>, end: DateTime<Utc>) -> Vec<Happening> {
    let (reader, words, replies, halted) = (reader(), words(), script(), HashSet::<CreditorKey>::new());
    let creditors = office.service.creditors();
    let turns = Turns::default();
    let stage = Stage {
        turns: &turns,
        creditors: &creditors,
        words: &words,
        reader: &reader,
        replies: &replies,
        halted: &halted,
        link: "https://sms.example.fr/p/00000000000000000000",
        invoice: &|_| None,
    };
    rehearse(stage, &people(office).await, begin, end).unwrap()
}

/// Lives through the same days: the workers turn every three hours, and people write when the script says.
async fn really(office: &Office, cases: &BTreeMap<String, CaseId>, end: DateTime<Utc>) {
    let zone = chrono_tz::Europe::Paris;
    while office.clock.now() < end {
        let written = |when: &str| {
            let local = chrono::NaiveDateTime::parse_from_str(when, "%Y-%m-%d %H:%M").unwrap();
            local.and_local_timezone(zone).unwrap().to_utc()
        };
        office.work().await;
        for (when, case, text) in REPLIES {
            if written(when) == office.clock.now() {
                office.hears(cases[case], text).await;
                office.work().await;
            }
        }
        office.clock.advance(Duration::hours(1));
    }
}

async fn left(office: &Office, cases: &BTreeMap<String, CaseId>) -> Vec<Left> {
    let mut tx = office.service.store.snapshot().await.unwrap();
    let mut left = Vec::new();
    for (name, case) in cases {
        let thread = tx.thread_of_case(*case).await.unwrap().unwrap();
        for entry in tx.history(thread, 100).await.unwrap() {
            let Direction::Sent(id) = entry.id else { continue };
            let message = tx.outbound(id).await.unwrap().unwrap();
            if message.new.case == Some(*case)
                && matches!(message.state, OutboundState::Sent | OutboundState::Delivered)
            {
                let day = message.sent_at.unwrap().with_timezone(&chrono_tz::Europe::Paris).date_naive();
                left.push((day, name.clone(), message.new.template, without_link(&message.new.body)));
            }
        }
    }
    left.sort();
    left
}

#[tokio::test]
async fn what_is_rehearsed_is_what_then_leaves() {
    let begin: DateTime<Utc> = START.parse().unwrap();
    let end = begin + Duration::days(DAYS);
    let office = Office::open_with_plan(begin, "fr-consumer").await;
    let portfolio = read_portfolio(PORTFOLIO.as_bytes(), &creditors_with_plan("fr-consumer")).unwrap();
    assert!(portfolio.rejections.is_empty());
    office.service.import(&portfolio.rows).await.unwrap();
    let mut cases = BTreeMap::new();
    for row in &portfolio.rows {
        let mut tx = office.service.store.snapshot().await.unwrap();
        let case = tx.case_by_reference(&row.creditor, &row.case_ref).await.unwrap().unwrap();
        cases.insert(row.case_ref.clone(), case.id);
    }

    let happened = on_paper(&office, begin, end).await;
    let mut foreseen: Vec<Left> = happened
        .iter()
        .filter_map(|one| match &one.what {
            What::Leaves { template, text, .. } => {
                let day = one.at.with_timezone(&one.zone).date_naive();
                Some((day, one.case.clone(), template.clone(), without_link(text)))
            }
            _ => None,
        })
        .collect();
    foreseen.sort();
    assert!(foreseen.len() > 25, "{} texts", foreseen.len());
    let mut foreseen_tasks: Vec<(String, TaskKind)> = happened
        .iter()
        .filter_map(|one| match one.what {
            What::Task { kind } => Some((one.case.clone(), kind)),
            _ => None,
        })
        .collect();
    foreseen_tasks.sort();
    foreseen_tasks.dedup();

    really(&office, &cases, end).await;
    let left = left(&office, &cases).await;
    for (foreseen, left) in foreseen.iter().zip(&left) {
        assert_eq!(foreseen, left);
    }
    assert_eq!(foreseen.len(), left.len());
    let mut tasks = Vec::new();
    for (name, case) in &cases {
        let rows = office.service.store.snapshot().await.unwrap().tasks_of_case(*case).await.unwrap();
        tasks.extend(rows.iter().map(|task| (name.clone(), task.new.task.kind)));
    }
    tasks.sort();
    tasks.dedup();
    assert_eq!(foreseen_tasks, tasks);
}

#[tokio::test]
async fn a_campaign_that_is_planned_is_played_as_it_then_runs() {
    let begin: DateTime<Utc> = "2026-11-03T09:00:00Z".parse().unwrap();
    let office = Office::open(begin).await;
    let portfolio = read_portfolio(PORTFOLIO.as_bytes(), &office.service.creditors()).unwrap();
    office.service.import(&portfolio.rows).await.unwrap();
    let mut cases = BTreeMap::new();
    for row in &portfolio.rows {
        let mut tx = office.service.store.snapshot().await.unwrap();
        let case = tx.case_by_reference(&row.creditor, &row.case_ref).await.unwrap().unwrap();
        cases.insert(row.case_ref.clone(), case.id);
    }
    office.hears(cases["STOPS"], "STOP").await;
    let plan = CampaignPlan {
        selection: Selection::default(),
        per_minute: 2,
        control_percent: 0,
        variants: vec![Variant { name: "direct".into(), weight: 1 }],
        experiment: "november".into(),
    };
    let creditor = CreditorKey("atelier-lumen".into());
    office.service.plan_campaign(&creditor, "november", &plan, "ana").await.unwrap();
    let end = begin + Duration::hours(6);
    let (reader, words, halted) = (reader(), words(), HashSet::<CreditorKey>::new());
    let mut turns = Turns::default();
    let mut tx = office.service.store.snapshot().await.unwrap();
    let campaign = tx.campaigns().await.unwrap().remove(0);
    turns.add(&campaign.plan, tx.members_whose_turn_it_is(campaign.id, end, 100).await.unwrap(), begin);
    drop(tx);
    let creditors = office.service.creditors();
    let stage = Stage {
        turns: &turns,
        creditors: &creditors,
        words: &words,
        reader: &reader,
        replies: &Replies::default(),
        halted: &halted,
        link: "https://sms.example.fr/p/00000000000000000000",
        invoice: &|_| None,
    };
    let happened = rehearse(stage, &people(&office).await, begin, end).unwrap();
    let mut foreseen: Vec<(String, String)> = happened
        .iter()
        .filter_map(|one| match &one.what {
            What::Leaves { template, text, .. } => Some((template.clone(), without_link(text))),
            _ => None,
        })
        .collect();
    let left_out = happened.iter().filter(|one| matches!(one.what, What::LeftOut { rule: "suppressed" })).count();
    assert_eq!(left_out, 1, "{happened:?}");
    assert!(foreseen.iter().any(|(template, _)| template.ends_with("@direct")), "{foreseen:?}");
    let minutes: HashSet<_> = happened.iter().map(|one| one.at).collect();
    assert!(minutes.len() > 3, "at its pace");

    office.service.move_campaign(&creditor, "november", CampaignState::Running, "ana").await.unwrap();
    while office.clock.now() < end {
        while CampaignWorker::new(office.service.clone()).tick().await.unwrap().worked > 0 {}
        office.work().await;
        office.clock.advance(Duration::minutes(1));
    }
    let opted_out = "opt_out_confirmed";
    let really = left(&office, &cases).await;
    let mut really: Vec<(String, String)> = really
        .into_iter()
        .map(|(_, _, template, text)| (template, text))
        .filter(|(name, _)| !name.ends_with(opted_out))
        .collect();
    foreseen.retain(|(name, _)| !name.ends_with(opted_out));
    foreseen.sort();
    really.sort();
    assert_eq!(foreseen, really);
}
