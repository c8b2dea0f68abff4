//! Months of random life through the whole service: people write, pay and change their mind, agents act, workers are late.
//! What left is judged anew here, by rules written out once more, from what the test itself has seen happen.

use crate::support::office::Office;
use chrono::{DateTime, Datelike, Days, Duration, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};
use relance::clock::Clock as _;
use relance::domain::{AgentAct, CaseId, Currency, Message, Money, PlanTerms, Promise, Proof, Purpose, Told, Way};
use relance::service::{HandedIn, ServiceError, Shown};
use relance::store::{Direction, Outbound, OutboundState};
use std::collections::{BTreeMap, HashSet};

const START: &str = "2026-10-20T09:00:00Z";
const DAYS: i64 = 90;

/// Each person: number, postcode, zones that they may be in, references of their cases.
type Life = (&'static str, &'static str, &'static [Tz], &'static [&'static str]);

const PEOPLE: [Life; 10] = [
    ("0612345601", "75011", &[chrono_tz::Europe::Paris], &["A"]),
    ("0612345602", "67000", &[chrono_tz::Europe::Paris], &["B"]),
    ("0612345603", "97410", &[chrono_tz::Indian::Reunion, chrono_tz::Europe::Paris], &["C"]),
    ("0696123456", "97200", &[chrono_tz::America::Martinique], &["D"]),
    ("0612345605", "", &[chrono_tz::Europe::Paris], &["E"]),
    ("0612345606", "13001", &[chrono_tz::Europe::Paris], &["F", "G"]),
    ("0612345607", "57000", &[chrono_tz::Europe::Paris], &["H"]),
    ("0612345608", "", &[chrono_tz::Europe::Paris], &["I", "J"]),
    ("0692123456", "97400", &[chrono_tz::Indian::Reunion], &["K"]),
    ("0612345610", "", &[chrono_tz::Europe::Paris], &["L"]),
];

/// What a reply changes.
#[derive(Clone, Copy)]
enum Says {
    /// Nothing may be written any more, but what confirms it.
    Stop,
    /// It may again.
    Start,
    /// No demand leaves on the case, until an agent says otherwise.
    Rest,
    /// Whatever the service makes of it.
    Else,
}

const REPLIES: [(&str, Says); 18] = [
    ("STOP", Says::Stop),
    ("START", Says::Start),
    ("START", Says::Start),
    ("Je conteste cette facture, la commande n'est jamais arrivée", Says::Rest),
    ("Mon mari est décédé la semaine dernière", Says::Rest),
    ("J'ai déposé un dossier de surendettement à la Banque de France, il est recevable", Says::Rest),
    ("Mon avocat Maître Dupuis s'en occupe, écrivez-lui", Says::Rest),
    ("J'ai perdu mon emploi, je ne peux rien payer", Says::Else),
    ("Je paie vendredi", Says::Else),
    ("Je paierai le 5 du mois prochain", Says::Else),
    ("Oui", Says::Else),
    ("Non", Says::Else),
    ("ok", Says::Else),
    ("Je peux payer en 3 fois ?", Says::Else),
    ("J'ai déjà payé par virement", Says::Else),
    ("Qui êtes-vous ?", Says::Else),
    ("1", Says::Else),
    ("blabla 12 zzz", Says::Else),
];

/// Public holidays of these months in France; the second list is of Alsace and Moselle alone.
const HOLIDAYS: [&str; 4] = ["2026-11-01", "2026-11-11", "2026-12-25", "2027-01-01"];
const HOLIDAYS_OF_ALSACE: [&str; 1] = ["2026-12-26"];

fn is_open(at: DateTime<Utc>, zone: Tz, postcode: &str) -> bool {
    let local = at.with_timezone(&zone);
    let on = |days: &[&str]| days.iter().any(|day| *day == local.date_naive().to_string());
    let hour = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    !matches!(local.weekday(), Weekday::Sat | Weekday::Sun)
        && !on(&HOLIDAYS)
        && !((postcode.starts_with("67") || postcode.starts_with("57")) && on(&HOLIDAYS_OF_ALSACE))
        && (hour(9)..hour(19)).contains(&local.time())
}

/// One person as the test sees them.
struct Seen {
    life: Life,
    cases: Vec<CaseId>,
    stopped: bool,
    rests: bool,
    wrote_at: Option<DateTime<Utc>>,
    demands: Vec<DateTime<Utc>>,
    /// What has left or will never leave.
    settled: HashSet<relance::domain::OutboundId>,
}

struct World {
    office: Office,
    people: Vec<Seen>,
    halted: bool,
    left: usize,
}

impl World {
    async fn begin() -> Self {
        let office = Office::open_with_plan(START.parse().unwrap(), "fr-consumer").await;
        let heading = "case_ref,creditor,debtor_name,phone,amount,due_on,origin,postcode";
        let mut people = Vec::new();
        for (n, life) in PEOPLE.into_iter().enumerate() {
            let (number, postcode, _, references) = life;
            let mut cases = Vec::new();
            for (m, reference) in references.iter().enumerate() {
                let due = START[..10].parse::<NaiveDate>().unwrap() + Duration::days(5 * n as i64 + 9 * m as i64 - 20);
                let line = format!("{reference},atelier-lumen,Personne {n},{number},120.00,{due},contract,{postcode}");
                cases.push(office.import(heading, &line).await);
            }
            let (demands, settled) = (Vec::new(), HashSet::new());
            people.push(Seen { life, cases, stopped: false, rests: false, wrote_at: None, demands, settled });
        }
        Self { office, people, halted: false, left: 0 }
    }

    /// Something happens, or nothing.
    async fn live(&mut self, chance: &mut StdRng) {
        let now = self.office.clock.now();
        let creditor = self.office.service.creditors()[0].key.clone();
        let person = &mut self.people[chance.random_range(0..PEOPLE.len())];
        let case = *person.cases.choose(chance).unwrap();
        match chance.random_range(0..20) {
            0..6 => {
                let (text, says) = *REPLIES.choose(chance).unwrap();
                self.office.hears(case, text).await;
                person.wrote_at = Some(now);
                match says {
                    Says::Stop => person.stopped = true,
                    Says::Start => person.stopped = false,
                    // With two cases on a number, one of them alone may rest.
                    Says::Rest => person.rests |= person.cases.len() == 1,
                    Says::Else => {}
                }
            }
            6 => {
                let balance = self.office.case(case).await.debt.balance();
                let amount = balance.with_minor(balance.minor / chance.random_range(1..4));
                if amount.minor > 0 && chance.random_bool(0.5) {
                    self.office.is_paid(case, amount).await;
                } else if amount.minor > 0 {
                    let (key, means) = (self.office.clock.new_id().to_string(), "cheque".to_owned());
                    let received_on = now.with_timezone(&Tz::Europe__Paris).date_naive();
                    let payment = HandedIn { key, amount, means, received_on, aloud: true, another: true, more: false };
                    let handed_in = self.office.service.hand_in(case, Shown::Untold, "lea", &payment).await;
                    assert!(matches!(handed_in, Ok(_) | Err(ServiceError::Refused(_))), "{handed_in:?}");
                }
            }
            act @ 7..12 => {
                let promise = Promise { amount: Money::new(2_000, Currency::Eur), on: now.date_naive() + Days::new(6) };
                let terms = PlanTerms { instalments: Some(2), ..PlanTerms::default() };
                let told = |told| AgentAct::WriteDown { way: Way::Call, told, beyond: None, aloud: true };
                let act = match act {
                    7 => AgentAct::Clear,
                    8 => AgentAct::GiveBack,
                    9 => AgentAct::Remind,
                    10 => [AgentAct::ResumeReminders, AgentAct::PauseReminders].choose(chance).unwrap().clone(),
                    _ => {
                        let identity = AgentAct::ConfirmIdentity { proof: Proof::Reference, aloud: true };
                        let dispute = Told::Dispute { reason: "rien reçu".to_owned(), held_right: None };
                        let plan = told(Told::Plan { terms, first: None });
                        let acts = [told(Told::Promise(promise)), plan, told(dispute), identity];
                        acts.choose(chance).unwrap().clone()
                    }
                };
                let clears = matches!(act, AgentAct::Clear);
                match self.office.service.act(case, "lea", act).await {
                    Ok(_) => person.rests &= !clears,
                    // What the rules forbid to an agent changes nothing.
                    Err(ServiceError::Refused(_)) => {}
                    Err(error) => panic!("{error}"),
                }
            }
            12 if now.day().is_multiple_of(5) => {
                self.halted = self.office.service.halt(&creditor, "lea").await.unwrap() || self.halted;
            }
            13 if self.halted => {
                self.office.service.lift_halt(&creditor).await.unwrap();
                self.halted = false;
            }
            _ => {}
        }
    }

    /// The workers turn; every text that left is looked at.
    async fn work(&mut self, seed: u64) {
        let now = self.office.clock.now();
        let mut balances: BTreeMap<CaseId, Money> = BTreeMap::new();
        let mut resting: HashSet<CaseId> = HashSet::new();
        for id in self.people.iter().flat_map(|person| &person.cases) {
            let case = self.office.case(*id).await;
            balances.insert(*id, case.debt.balance());
            resting.extend(case.state.rests_until_cleared().then_some(*id));
        }
        self.office.work().await;
        for person in &mut self.people {
            let told = format!("seed {seed}, {}, {now}", person.life.0);
            let mut reminded: HashSet<CaseId> = HashSet::new();
            for message in sent(&self.office, person).await {
                self.left += 1;
                assert_eq!(message.sent_at, Some(now), "{told}: it left in this turn");
                assert!(!self.halted || matches!(message.purpose, Purpose::OptOut | Purpose::Safety), "{told}: halted");
                if person.stopped {
                    assert_eq!(message.purpose, Purpose::OptOut, "{told}: {}", message.new.template);
                    continue;
                }
                if let Message::Reminder { amount, .. } = message.new.message {
                    let case = message.new.case.unwrap();
                    assert!(reminded.insert(case), "{told}: two reminders at once");
                    assert_eq!(amount, balances[&case], "{told}: a stale balance");
                    assert!(amount.minor > 0, "{told}: nothing is owed");
                }
                let case = message.new.case.unwrap();
                // An answer that was held for long is one still.
                let answers = person.wrote_at.is_some_and(|at| message.new.created_at - at < Duration::days(1));
                if !answers && resting.contains(&case) && balances[&case].minor > 0 {
                    let speaks = message.new.message.speaks_of_the_debt();
                    assert!(!speaks, "{told}: {} to someone to be left alone", message.new.template);
                }
                if message.purpose == Purpose::Demand {
                    assert!(!person.rests, "{told}: {}", message.new.template);
                    let (_, postcode, zones, _) = person.life;
                    assert!(zones.iter().all(|zone| is_open(now, *zone, postcode)), "{told}: closed");
                    person.demands.push(now);
                    for (days, most) in [(1, 1), (7, 2), (30, 6)] {
                        let since = now - Duration::days(days);
                        let lately = person.demands.iter().filter(|at| **at > since).count();
                        assert!(lately <= most, "{told}: {lately} demands in {days} days");
                    }
                }
            }
        }
    }
}

/// What left for a person since the last look.
async fn sent(office: &Office, person: &mut Seen) -> Vec<Outbound> {
    let mut tx = office.service.store.snapshot().await.unwrap();
    let thread = tx.thread_of_case(person.cases[0]).await.unwrap().unwrap();
    let mut sent = Vec::new();
    for entry in tx.history(thread, 1_000).await.unwrap() {
        let Direction::Sent(id) = entry.id else { continue };
        if person.settled.contains(&id) {
            continue;
        }
        let message = tx.outbound(id).await.unwrap().unwrap();
        match message.state {
            OutboundState::Ready => continue,
            OutboundState::Sent | OutboundState::Delivered => sent.push(message),
            _ => {}
        }
        person.settled.insert(id);
    }
    sent
}

#[tokio::test]
async fn whatever_happens_nothing_leaves_that_should_not() {
    let (mut left, mut demands) = (0, 0);
    for seed in 0..6 {
        let mut chance = StdRng::seed_from_u64(seed);
        let mut world = World::begin().await;
        let end = world.office.clock.now() + Duration::days(DAYS);
        while world.office.clock.now() < end {
            world.live(&mut chance).await;
            // Most turns follow each other within hours; now and then the service was down for days.
            let minutes = if chance.random_bool(0.02) { 60 * 24 * 9 } else { chance.random_range(30..700) };
            world.office.clock.advance(Duration::minutes(minutes));
            world.work(seed).await;
        }
        left += world.left;
        demands += world.people.iter().map(|person| person.demands.len()).sum::<usize>();
    }
    assert!(left > 200 && demands > 80, "{left} messages left, {demands} of them demands");
}
