//! Campaigns: planned, started, paused, resumed, stopped; their reminders leave at their pace, and never twice.

use crate::support::office::Office;
use chrono::{DateTime, Duration, Utc};
use relance::domain::campaign::{CONTROL, PLAIN, Selection, Variant};
use relance::domain::{AgentAct, CampaignPlan, CampaignState, CaseId, CreditorKey};
use relance::report::campaign_results;
use relance::service::{CampaignError, CampaignWorker, read_portfolio};
use relance::store::{Outbound, OutboundState};

/// A Tuesday, eleven in Paris.
const START: &str = "2026-11-24T10:00:00Z";

struct Desk {
    office: Office,
    worker: CampaignWorker,
    cases: Vec<CaseId>,
}

fn creditor() -> CreditorKey {
    CreditorKey("atelier-lumen".into())
}

fn plan() -> CampaignPlan {
    CampaignPlan {
        selection: Selection::default(),
        per_minute: 60,
        control_percent: 0,
        variants: Vec::new(),
        experiment: "november".into(),
    }
}

impl Desk {
    /// `people` who owe 100 euros and more, overdue, on the telephone 06 12 00 00 0n.
    async fn open(people: usize) -> Self {
        let office = Office::open(START.parse().unwrap()).await;
        let mut file = "case_ref,creditor,debtor_name,phone,amount,due_on,origin\n".to_owned();
        for n in 0..people {
            file += &format!("C-{n:03},atelier-lumen,Personne {n},0612{n:06},{}.00,2026-11-01,contract\n", 100 + n);
        }
        let portfolio = read_portfolio(file.as_bytes(), &office.service.creditors()).unwrap();
        office.service.import(&portfolio.rows).await.unwrap();
        let mut cases = Vec::new();
        for row in &portfolio.rows {
            let mut tx = office.service.store.snapshot().await.unwrap();
            cases.push(tx.case_by_reference(&row.creditor, &row.case_ref).await.unwrap().unwrap().id);
        }
        Self { worker: CampaignWorker::new(office.service.clone()), office, cases }
    }

    async fn plan(&self, name: &str, plan: &CampaignPlan) {
        self.office.service.plan_campaign(&creditor(), name, plan, "ana").await.unwrap();
    }

    async fn becomes(&self, name: &str, next: CampaignState) -> Result<(), CampaignError> {
        self.office.service.move_campaign(&creditor(), name, next, "ana").await
    }

    async fn state(&self, name: &str) -> CampaignState {
        let mut tx = self.office.service.store.snapshot().await.unwrap();
        tx.campaign(&creditor(), name).await.unwrap().unwrap().state
    }

    /// Turns the worker of campaigns, then those of the outbox, until nothing is left to do in this minute.
    async fn work(&self) {
        while self.worker.tick().await.unwrap().worked > 0 {}
        self.office.work().await;
    }

    /// What was written to each case, in their order.
    async fn written(&self) -> Vec<Vec<Outbound>> {
        let mut tx = self.office.service.store.snapshot().await.unwrap();
        let mut written = Vec::new();
        for case in &self.cases {
            let why = tx.thread_of_case(*case).await.unwrap().unwrap();
            let mut of_case = Vec::new();
            for entry in tx.history(why, 50).await.unwrap() {
                if let relance::store::Direction::Sent(id) = entry.id {
                    of_case.push(tx.outbound(id).await.unwrap().unwrap());
                }
            }
            written.push(of_case);
        }
        written
    }

    async fn count(&self, state: OutboundState) -> usize {
        self.written().await.iter().flatten().filter(|message| message.state == state).count()
    }
}

#[tokio::test]
async fn a_campaign_leaves_at_its_pace_once_to_each_and_then_is_finished() {
    let desk = Desk::open(7).await;
    desk.plan("first", &CampaignPlan { per_minute: 3, ..plan() }).await;
    desk.work().await;
    assert_eq!(desk.count(OutboundState::Sent).await, 0, "nothing leaves before it is started");
    desk.becomes("first", CampaignState::Running).await.unwrap();
    for expected in [3, 6, 7] {
        // A second worker beside the first one changes nothing.
        let _ = tokio::join!(desk.worker.tick(), desk.worker.tick());
        desk.work().await;
        assert_eq!(desk.count(OutboundState::Sent).await, expected);
        desk.office.clock.advance(Duration::seconds(61));
    }
    assert_eq!(desk.state("first").await, CampaignState::Running);
    desk.work().await;
    assert_eq!(desk.state("first").await, CampaignState::Finished);
    assert!(desk.written().await.iter().all(|of_case| of_case.len() == 1));
}

#[tokio::test]
async fn paused_nothing_leaves_what_is_queued_included_and_stopped_it_is_called_back() {
    let desk = Desk::open(4).await;
    desk.plan("first", &plan()).await;
    desk.becomes("first", CampaignState::Running).await.unwrap();
    while desk.worker.tick().await.unwrap().worked > 0 {}
    desk.becomes("first", CampaignState::Paused).await.unwrap();
    desk.work().await;
    assert_eq!((desk.count(OutboundState::Sent).await, desk.count(OutboundState::Ready).await), (0, 4));
    desk.becomes("first", CampaignState::Running).await.unwrap();
    desk.office.clock.advance(Duration::seconds(6));
    desk.work().await;
    assert_eq!(desk.count(OutboundState::Sent).await, 4, "within seconds of being resumed");

    let desk = Desk::open(4).await;
    desk.plan("second", &plan()).await;
    desk.becomes("second", CampaignState::Running).await.unwrap();
    while desk.worker.tick().await.unwrap().worked > 0 {}
    desk.becomes("second", CampaignState::Stopped).await.unwrap();
    desk.work().await;
    assert_eq!((desk.count(OutboundState::Sent).await, desk.count(OutboundState::Recalled).await), (0, 4));
    let waiting = Desk::open(2).await;
    waiting.plan("third", &plan()).await;
    waiting.becomes("third", CampaignState::Stopped).await.unwrap();
    let mut tx = waiting.office.service.store.snapshot().await.unwrap();
    let id = tx.campaign(&creditor(), "third").await.unwrap().unwrap().id;
    let [rest] = tx.count_members(id).await.unwrap().try_into().expect("all alike");
    assert_eq!((rest.state.as_str(), rest.rule.as_deref(), rest.members), ("left_out", Some("campaign_stopped"), 2));
    let again = desk.becomes("second", CampaignState::Running).await.unwrap_err().to_string();
    assert_eq!(again, "the campaign `second` was stopped for good: plan another one, under another name");
}

#[tokio::test]
async fn who_may_not_be_written_to_is_left_out_by_name_of_the_rule() {
    let desk = Desk::open(4).await;
    desk.plan("first", &plan()).await;
    desk.office.hears(desk.cases[0], "STOP").await;
    desk.office.hears(desk.cases[1], "Je conteste cette facture, la commande n'est jamais arrivée").await;
    let paid = desk.office.case(desk.cases[2]).await.debt.amount;
    desk.office.is_paid(desk.cases[2], paid).await;
    desk.becomes("first", CampaignState::Running).await.unwrap();
    desk.work().await;
    let mut tx = desk.office.service.store.snapshot().await.unwrap();
    let id = tx.campaign(&creditor(), "first").await.unwrap().unwrap().id;
    let counts = tx.count_members(id).await.unwrap();
    let mut told: Vec<_> =
        counts.iter().map(|count| (count.state.as_str(), count.rule.as_deref(), count.members)).collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("left_out", Some("human_holds"), 1),
            ("left_out", Some("no_longer_selected"), 1),
            ("left_out", Some("suppressed"), 1),
            ("written", None, 1),
        ]
    );
}

#[tokio::test]
async fn who_waits_for_a_rule_has_their_turn_when_it_lets_them() {
    let desk = Desk::open(2).await;
    desk.office.acts(desk.cases[0], AgentAct::Remind).await;
    desk.office.work().await;
    desk.plan("first", &plan()).await;
    desk.becomes("first", CampaignState::Running).await.unwrap();
    desk.work().await;
    assert_eq!(desk.count(OutboundState::Sent).await, 2, "one was written to already, today");
    assert_eq!(desk.state("first").await, CampaignState::Running);
    desk.office.clock.advance(Duration::days(3));
    desk.work().await;
    let written = desk.written().await;
    assert_eq!(written.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1], "three days later, its turn");
}

#[tokio::test]
async fn lots_are_kept_for_good_and_those_left_untouched_get_nothing() {
    let desk = Desk::open(40).await;
    let variant = |name: &str| Variant { name: name.into(), weight: 1 };
    let compared = CampaignPlan { control_percent: 30, variants: vec![variant(PLAIN), variant("direct")], ..plan() };
    desk.plan("first", &compared).await;
    desk.becomes("first", CampaignState::Running).await.unwrap();
    desk.work().await;
    let arm_of = |of_case: &Vec<Outbound>| match of_case.first().map(|message| message.new.template.as_str()) {
        None => CONTROL,
        Some("fr/reminder/first@direct") => "direct",
        Some(_) => PLAIN,
    };
    let first: Vec<_> = desk.written().await.iter().map(arm_of).collect();
    for arm in [CONTROL, PLAIN, "direct"] {
        assert!(first.iter().filter(|one| **one == arm).count() >= 5, "{arm}: {first:?}");
    }
    // Other shares are asked for: whoever has drawn keeps their lot.
    desk.office.clock.advance(Duration::days(8));
    let again = CampaignPlan { control_percent: 0, variants: vec![variant(PLAIN)], ..plan() };
    desk.plan("again", &again).await;
    desk.becomes("again", CampaignState::Running).await.unwrap();
    desk.work().await;
    for (written, arm) in desk.written().await.iter().zip(&first) {
        let expected = usize::from(*arm != CONTROL) * 2;
        assert_eq!(written.len(), expected, "{arm}");
        assert!(written.iter().all(|message| message.new.template.ends_with("@direct") == (*arm == "direct")));
    }
}

#[tokio::test]
async fn what_each_wording_brought_in_is_told_beside_those_left_untouched() {
    let desk = Desk::open(30).await;
    desk.plan("first", &CampaignPlan { control_percent: 40, ..plan() }).await;
    desk.becomes("first", CampaignState::Running).await.unwrap();
    desk.work().await;
    let written = desk.written().await;
    let (mut reached, mut untouched) = (Vec::new(), Vec::new());
    for (case, of_case) in desk.cases.iter().zip(&written) {
        if of_case.is_empty() { untouched.push(*case) } else { reached.push(*case) }
    }
    desk.office.clock.advance(Duration::minutes(5));
    desk.office.hears(reached[0], "Oui je dois bien cette somme, je paie vendredi").await;
    desk.office.hears(reached[1], "STOP").await;
    let amount = desk.office.case(untouched[0]).await.debt.amount;
    desk.office.is_paid(untouched[0], amount).await;
    let mut tx = desk.office.service.store.snapshot().await.unwrap();
    let id = tx.campaign(&creditor(), "first").await.unwrap().unwrap().id;
    let results = campaign_results(&mut tx, id).await.unwrap();
    let of = |arm: &str| results.iter().find(|result| result.arm == arm).unwrap();
    let (plain, control) = (of(PLAIN), of(CONTROL));
    assert_eq!((plain.replied.count, plain.replied.total as usize), (2, reached.len()));
    assert_eq!((plain.promised.count, plain.opted_out.count, plain.paid.count), (1, 1, 0));
    assert_eq!((control.paid.count, control.paid.total as usize), (1, untouched.len()));
    assert_eq!(control.replied.total, 0, "they were not asked anything");
}

#[tokio::test]
async fn a_campaign_that_cannot_be_is_refused_and_nothing_is_kept() {
    let desk = Desk::open(1).await;
    let refused = |name: &'static str, plan: CampaignPlan| {
        let service = desk.office.service.clone();
        async move { service.plan_campaign(&creditor(), name, &plan, "ana").await.unwrap_err().to_string() }
    };
    let direct = |name: &str| vec![Variant { name: name.into(), weight: 1 }];
    assert!(refused("no va", plan()).await.contains("cannot be a name"));
    let unknown = CampaignPlan { variants: direct("louder"), ..plan() };
    let unknown = refused("first", unknown).await;
    assert!(unknown.contains("no text in use is called `louder`: write `reminder/first@louder.txt`"), "{unknown}");
    let bounds = Selection { overdue_from: Some(5_000), ..Selection::default() };
    assert!(refused("first", CampaignPlan { selection: bounds, ..plan() }).await.contains("nothing was planned"));
    desk.plan("first", &plan()).await;
    assert!(refused("first", plan()).await.contains("has a campaign called `first`"));
    let unknown = desk.becomes("second", CampaignState::Running).await.unwrap_err().to_string();
    assert!(unknown.contains("has no campaign called `second`"), "{unknown}");
}

#[tokio::test]
async fn a_sender_hands_over_no_more_demands_in_a_minute_than_it_may() {
    let start: DateTime<Utc> = START.parse().unwrap();
    let mut creditors = crate::support::office::creditors();
    creditors[0].demands_per_minute = 2;
    let office = Office::open_for_creditors(start, creditors).await;
    let mut cases = Vec::new();
    for n in 0..5 {
        let line = format!("C-{n},atelier-lumen,Personne {n},061200000{n},100.00,2026-11-01,contract");
        cases.push(office.import("case_ref,creditor,debtor_name,phone,amount,due_on,origin", &line).await);
    }
    for case in &cases {
        office.acts(*case, AgentAct::Remind).await;
    }
    let sent = || async {
        let mut sent = 0;
        for case in &cases {
            let mut tx = office.service.store.snapshot().await.unwrap();
            let thread = tx.thread_of_case(*case).await.unwrap().unwrap();
            for entry in tx.history(thread, 9).await.unwrap() {
                sent += usize::from(entry.state.as_deref() == Some("sent"));
            }
        }
        sent
    };
    office.work().await;
    assert_eq!(sent().await, 2);
    office.hears(cases[3], "Je voudrais payer en plusieurs fois").await;
    office.work().await;
    assert_eq!(sent().await, 3, "an answer does not wait for the demands");
    for expected in [5, 5] {
        office.clock.advance(Duration::seconds(61));
        office.work().await;
        assert_eq!(sent().await, expected, "the reminder of whoever wrote meanwhile is not needed any more");
    }
}

#[tokio::test]
async fn of_two_cases_of_one_person_the_second_is_not_written_while_the_first_has_not_left() {
    let desk = Desk::open(1).await;
    let line = "C-900,atelier-lumen,Personne 0,0612000000,55.00,2026-11-01,contract";
    let second = desk.office.import("case_ref,creditor,debtor_name,phone,amount,due_on,origin", line).await;
    desk.plan("first", &plan()).await;
    desk.becomes("first", CampaignState::Running).await.unwrap();
    while desk.worker.tick().await.unwrap().worked > 0 {}
    let mut tx = desk.office.service.store.snapshot().await.unwrap();
    let id = tx.campaign(&creditor(), "first").await.unwrap().unwrap().id;
    let counts = tx.count_members(id).await.unwrap();
    let told: Vec<_> = counts.iter().map(|count| (count.state.as_str(), count.rule.as_deref())).collect();
    assert_eq!(told, [("waiting", Some("demand_queued")), ("written", None)]);
    drop(tx);
    for _ in 0..4 {
        desk.work().await;
        desk.office.clock.advance(Duration::days(1));
    }
    let mut tx = desk.office.service.store.snapshot().await.unwrap();
    let thread = tx.thread_of_case(second).await.unwrap().unwrap();
    let sent = tx.history(thread, 9).await.unwrap();
    assert_eq!(sent.len(), 2, "days later, the other one");
}

#[tokio::test]
async fn the_worker_of_one_channel_leaves_the_others_alone() {
    use relance::domain::dunning::Channel;
    let desk = Desk::open(1).await;
    desk.office.acts(desk.cases[0], AgentAct::Remind).await;
    let emails = desk.office.outbox.clone().for_channel(Channel::Email);
    assert_eq!(emails.tick().await.unwrap().worked, 0);
    assert_eq!(desk.count(OutboundState::Ready).await, 1);
    assert_eq!(desk.office.outbox.clone().for_channel(Channel::Sms).tick().await.unwrap().worked, 1);
    assert_eq!(desk.count(OutboundState::Sent).await, 1);
}

#[tokio::test]
async fn a_plan_that_was_interrupted_is_begun_again_and_cannot_be_started() {
    let desk = Desk::open(3).await;
    desk.plan("first", &plan()).await;
    let mut tx = desk.office.service.store.begin().await.unwrap();
    let planned = tx.campaign(&creditor(), "first").await.unwrap().unwrap();
    tx.move_campaign(&planned, CampaignState::Planning, "ana", planned.planned_at).await.unwrap();
    tx.commit().await.unwrap();
    assert!(desk.becomes("first", CampaignState::Running).await.is_err());
    desk.plan("first", &plan()).await;
    assert_eq!(desk.state("first").await, CampaignState::Planned);
    desk.becomes("first", CampaignState::Running).await.unwrap();
    desk.work().await;
    assert_eq!(desk.count(OutboundState::Sent).await, 3);
}
