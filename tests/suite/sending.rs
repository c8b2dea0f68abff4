//! What is queued leaves once, or is known not to have: the outbox against a model of the carrier.

use crate::support::carrier::{Carrier, Failure, SENDER};
use crate::support::office::Office;
use chrono::{DateTime, Duration, Utc};
use relance::domain::{AgentAct, CaseId, OutboundId, SuppressionReason, TaskKind};
use relance::gateway::{DeliveryStatus, Receipt};
use relance::service::Received;
use relance::store::{Direction, Outbound, OutboundState};

const HEADING: &str = "case_ref,creditor,debtor_name,phone,amount,due_on,origin";
const LINE: &str = "D-1,atelier-lumen,Jeanne Martin,06 12 34 56 78,120.00,2026-01-31,contract";
const NUMBER: &str = "+33612345678";

/// A Tuesday at eleven in Paris.
fn morning() -> DateTime<Utc> {
    "2026-03-03T10:00:00Z".parse().unwrap()
}

struct Desk {
    carrier: Carrier,
    office: Office,
    case: CaseId,
}

impl Desk {
    async fn open(at: DateTime<Utc>) -> Self {
        let carrier = Carrier::start();
        let office = Office::open_at_carrier(at, &carrier).await;
        let case = office.import(HEADING, LINE).await;
        Self { carrier, office, case }
    }

    async fn wait(&self, seconds: i64) {
        self.office.clock.advance(Duration::seconds(seconds));
        self.carrier.set_time(relance::clock::Clock::now(&*self.office.clock));
        self.office.work().await;
    }

    async fn remind(&self) {
        self.office.acts(self.case, AgentAct::Remind).await;
        self.office.work().await;
    }

    async fn messages(&self) -> Vec<Outbound> {
        let mut tx = self.office.service.store.snapshot().await.unwrap();
        let thread = tx.thread_of_case(self.case).await.unwrap().unwrap();
        let mut messages = Vec::new();
        for entry in tx.history(thread, 100).await.unwrap() {
            if let Direction::Sent(id) = entry.id {
                messages.push(tx.outbound(id).await.unwrap().unwrap());
            }
        }
        messages
    }

    async fn states(&self) -> Vec<OutboundState> {
        self.messages().await.iter().map(|message| message.state).collect()
    }

    async fn tasks(&self) -> Vec<TaskKind> {
        let tasks = self.office.service.store.snapshot().await.unwrap().tasks_of_case(self.case).await.unwrap();
        tasks.iter().map(|task| task.new.task.kind).collect()
    }

    async fn receipt(&self, id: OutboundId, gateway_id: &str, status: DeliveryStatus) -> bool {
        let receipt =
            Receipt { gateway_id: gateway_id.to_owned(), our_id: Some(id), status, code: None, verdict: None };
        self.office.service.note_receipt("twilio", &receipt).await.unwrap()
    }
}

#[tokio::test]
async fn a_message_leaves_with_its_sender_its_words_and_where_to_report() {
    let desk = Desk::open(morning()).await;
    desk.remind().await;
    let sent = desk.carrier.sent();
    assert_eq!(sent.len(), 1);
    assert_eq!((sent[0].to.as_str(), sent[0].from.as_str()), (NUMBER, SENDER));
    assert!(sent[0].body.contains("120,00 €"));
    let id = desk.messages().await[0].id;
    let callback = format!("https://sms.example.fr/webhooks/twilio/status?m={id}");
    assert_eq!(sent[0].status_callback.as_deref(), Some(callback.as_str()));
    assert_eq!(desk.states().await, [OutboundState::Sent]);
    desk.wait(3_600).await;
    assert_eq!(desk.carrier.attempts(), 1);
}

#[tokio::test]
async fn an_answer_that_was_lost_is_looked_up_and_never_repeated() {
    let desk = Desk::open(morning()).await;
    desk.carrier.fail_next(Failure::DropAfterAccept);
    desk.remind().await;
    assert_eq!(desk.states().await, [OutboundState::Unknown], "it waits before it asks");
    desk.wait(16).await;
    assert_eq!(desk.states().await, [OutboundState::Sent]);
    assert_eq!((desk.carrier.attempts(), desk.carrier.sent().len()), (1, 1));
}

#[tokio::test]
async fn a_send_that_the_carrier_never_had_is_tried_once_more() {
    let desk = Desk::open(morning()).await;
    desk.carrier.fail_next(Failure::DropBefore);
    desk.remind().await;
    desk.wait(16).await;
    assert_eq!(desk.states().await, [OutboundState::Sent]);
    assert_eq!((desk.carrier.attempts(), desk.carrier.sent().len()), (2, 1));
}

#[tokio::test]
async fn words_said_a_minute_before_are_not_taken_for_those_that_were_lost() {
    let desk = Desk::open(morning()).await;
    for (text, lost) in [("Dites-moi.", None), ("Bien sûr.", None), ("Dites-moi.", Some(Failure::DropBefore))] {
        desk.wait(20).await;
        lost.into_iter().for_each(|failure| desk.carrier.fail_next(failure));
        desk.office.acts(desk.case, AgentAct::Answer(text.into())).await;
        desk.office.work().await;
    }
    desk.wait(16).await;
    assert_eq!(desk.states().await, [OutboundState::Sent; 3]);
    assert_eq!((desk.carrier.attempts(), desk.carrier.sent().len()), (4, 3), "all are at the carrier");
}

#[tokio::test]
async fn a_send_lost_twice_is_left_to_a_human() {
    let desk = Desk::open(morning()).await;
    desk.carrier.fail_next(Failure::DropBefore);
    desk.carrier.fail_next(Failure::DropBefore);
    desk.remind().await;
    desk.wait(16).await;
    desk.wait(16).await;
    desk.wait(3_600).await;
    assert_eq!(desk.states().await, [OutboundState::Unknown]);
    assert_eq!(desk.tasks().await, [TaskKind::AmbiguousSend]);
    assert_eq!(desk.carrier.attempts(), 2, "it is not tried a third time");
}

#[tokio::test]
async fn a_lookup_that_does_not_tell_is_made_again() {
    let desk = Desk::open(morning()).await;
    desk.carrier.fail_next(Failure::DropAfterAccept);
    desk.carrier.fail_next_lookup(Failure::Status(503));
    desk.remind().await;
    desk.wait(16).await;
    assert_eq!(desk.states().await, [OutboundState::Unknown]);
    assert_eq!(desk.tasks().await, [TaskKind::AmbiguousSend]);
    desk.wait(180).await;
    assert_eq!(desk.states().await, [OutboundState::Sent]);
    assert_eq!(desk.carrier.sent().len(), 1);
}

#[tokio::test]
async fn a_receipt_settles_a_send_whose_answer_was_lost() {
    let desk = Desk::open(morning()).await;
    desk.carrier.fail_next(Failure::DropAfterAccept);
    desk.remind().await;
    let (ours, theirs) = (desk.messages().await[0].id, desk.carrier.sent()[0].sid.clone());
    assert!(desk.receipt(ours, &theirs, DeliveryStatus::Delivered).await);
    assert_eq!(desk.states().await, [OutboundState::Delivered]);
    assert!(desk.receipt(ours, &theirs, DeliveryStatus::Sent).await, "old news");
    assert_eq!(desk.states().await, [OutboundState::Delivered]);
    desk.wait(3_600).await;
    assert_eq!(desk.carrier.attempts(), 1);
}

#[tokio::test]
async fn throttling_and_congestion_are_waited_for() {
    let desk = Desk::open(morning()).await;
    desk.carrier.fail_next(Failure::Code(20429));
    desk.carrier.fail_next(Failure::Code(30001));
    desk.remind().await;
    assert_eq!(desk.states().await, [OutboundState::Ready]);
    desk.wait(60).await;
    desk.wait(3_600).await;
    assert_eq!(desk.states().await, [OutboundState::Sent]);
    assert_eq!(desk.carrier.sent().len(), 1);
}

#[tokio::test]
async fn a_stop_that_the_carrier_holds_is_ours_too() {
    let desk = Desk::open(morning()).await;
    desk.carrier.stop(NUMBER);
    desk.remind().await;
    assert_eq!(desk.states().await, [OutboundState::Failed]);
    let suppressed = desk.office.case(desk.case).await.phone.suppressed;
    assert_eq!(suppressed.map(|s| s.reason), Some(SuppressionReason::OptOut));
    desk.remind().await;
    assert_eq!(desk.carrier.attempts(), 1, "nothing is asked of the carrier again");
}

#[tokio::test]
async fn a_number_that_cannot_receive_is_given_to_a_human_to_repair() {
    let desk = Desk::open(morning()).await;
    desk.carrier.fail_next(Failure::Code(21614));
    desk.remind().await;
    let suppressed = desk.office.case(desk.case).await.phone.suppressed;
    assert_eq!(suppressed.map(|s| s.reason), Some(SuppressionReason::Invalid));
    assert_eq!(desk.tasks().await, [TaskKind::DataRepair]);
}

#[tokio::test]
async fn a_reminder_waits_for_its_hours_and_a_dispute_calls_it_back() {
    let sunday_night: DateTime<Utc> = "2026-03-01T21:30:00Z".parse().unwrap();
    let desk = Desk::open(sunday_night).await;
    desk.remind().await;
    let held = &desk.messages().await[0];
    assert_eq!((held.state, held.rule.as_deref()), (OutboundState::Ready, Some("closed_now")));
    assert_eq!(held.new.due_at, "2026-03-02T08:00:00Z".parse::<DateTime<Utc>>().unwrap(), "Monday at nine in Paris");
    desk.office.hears(desk.case, "je n'ai jamais reçu cette commande").await;
    desk.wait(12 * 3_600).await;
    let states = desk.states().await;
    assert_eq!(states, [OutboundState::Recalled, OutboundState::Sent], "the answer left, the reminder did not");
}

#[tokio::test]
async fn messages_to_one_person_leave_in_order() {
    let desk = Desk::open(morning()).await;
    desk.carrier.fail_next(Failure::Code(20429));
    desk.office.hears(desk.case, "c'est pour quelle facture ?").await;
    desk.office.hears(desk.case, "je voudrais parler à un conseiller").await;
    desk.wait(120).await;
    desk.wait(120).await;
    let left: Vec<_> = desk.carrier.sent().into_iter().map(|sent| sent.body).collect();
    let written: Vec<_> = desk.messages().await.into_iter().map(|message| message.new.body).collect();
    assert!(left.len() == 2 && left == written, "what was asked first is answered first: {left:?}");
}

#[tokio::test]
async fn a_reminder_that_has_not_left_is_called_back_when_they_write() {
    let desk = Desk::open(morning()).await;
    desk.carrier.fail_next(Failure::Code(20429));
    desk.remind().await;
    desk.office.hears(desk.case, "c'est pour quelle facture ?").await;
    desk.wait(120).await;
    desk.wait(120).await;
    let sent = desk.carrier.sent();
    assert_eq!(sent.len(), 1, "they had not answered when it was written");
    assert!(!sent[0].body.contains("STOP pour"), "{}", sent[0].body);
}

#[tokio::test]
async fn the_number_of_a_card_is_kept_nowhere() {
    let desk = Desk::open(morning()).await;
    desk.remind().await;
    let received = desk.office.hears(desk.case, "prenez ma carte 4970 1000 0000 0154 merci").await;
    let Received::Applied(id) = received else { panic!("{received:?}") };
    let mut tx = desk.office.service.store.snapshot().await.unwrap();
    let kept = tx.inbound(id).await.unwrap().unwrap();
    assert_eq!(kept.message.body, "prenez ma carte •••• •••• •••• 0154 merci");
    assert!(!String::from_utf8_lossy(&kept.message.raw).contains("4970"), "the form that carried it is not kept");
    assert!(!format!("{:?}", kept.reading).contains("4970"));
}
