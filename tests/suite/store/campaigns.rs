//! Campaigns, whom they take, and what became of them.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::campaign::{CampaignPlan, Selection};
use relance::domain::*;
use relance::store::*;

fn campaign(n: u32, name: &str) -> Campaign {
    Campaign {
        id: CampaignId(uuid(n)),
        creditor: creditor(),
        name: name.into(),
        plan: CampaignPlan {
            selection: Selection { overdue_from: Some(7), ..Selection::default() },
            per_minute: 30,
            control_percent: 10,
            variants: Vec::new(),
            experiment: "november".into(),
        },
        state: CampaignState::Planned,
        planned_by: "ana".into(),
        planned_at: at(n.into()),
        changed_by: "ana".into(),
        changed_at: at(n.into()),
    }
}

fn decision(n: u32, case: &Case) -> DecisionRow {
    DecisionRow {
        id: DecisionId(uuid(n)),
        case: case.id,
        inbound: None,
        stimulus: "campaign".into(),
        rules: vec!["campaign.reminds".into()],
        state_before: case.state.clone(),
        state_after: case.state.clone(),
    }
}

pub async fn a_campaign_gives_each_its_turn_and_counts_what_became_of_them(db: Database) {
    let (thread, one) = known(&db.store, 1).await;
    let (_, two) = known(&db.store, 2).await;
    let (_, three) = known(&db.store, 3).await;
    let planned = campaign(1, "first");
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.insert_campaign(&planned).await.unwrap());
    assert!(!tx.insert_campaign(&campaign(2, "first")).await.unwrap(), "a creditor uses a name once");
    assert_eq!(tx.keep_arm("november", &number(1), "plain", at(1)).await.unwrap(), "plain");
    assert_eq!(tx.keep_arm("november", &number(1), "direct", at(2)).await.unwrap(), "plain", "drawn once, for good");
    assert_eq!(tx.keep_arm("december", &number(1), "direct", at(2)).await.unwrap(), "direct");
    assert_eq!(tx.arms("november").await.unwrap(), [(number(1), "plain".to_owned())].into());
    for (case, arm, untouched) in [(&one, "plain", false), (&two, "plain", false), (&three, "control", true)] {
        tx.insert_member(planned.id, case.id, arm, untouched, at(1)).await.unwrap();
    }
    assert_eq!(tx.campaign(&creditor(), "first").await.unwrap().as_ref(), Some(&planned));
    assert!(tx.running_campaigns().await.unwrap().is_empty() && !tx.lock_running_campaign(planned.id).await.unwrap());
    assert!(tx.move_campaign(&planned, CampaignState::Running, "bob", at(2)).await.unwrap());
    assert!(!tx.move_campaign(&planned, CampaignState::Stopped, "bob", at(3)).await.unwrap(), "it has moved since");
    assert!(tx.lock_running_campaign(planned.id).await.unwrap());
    let turns = tx.members_whose_turn_it_is(planned.id, at(2), 9).await.unwrap();
    assert_eq!(turns.iter().map(|member| member.case).collect::<Vec<_>>(), [one.id, two.id]);

    tx.append_decision(&decision(5, &one), &[], at(3)).await.unwrap();
    let message = NewOutbound { case: Some(one.id), decision: Some(DecisionId(uuid(5))), ..outbound(5, &thread) };
    tx.enqueue(&message).await.unwrap();
    tx.settle_member(planned.id, one.id, Turn::Decided(DecisionId(uuid(5))), at(3)).await.unwrap();
    tx.append_decision(&decision(6, &two), &[], at(3)).await.unwrap();
    tx.settle_member(planned.id, two.id, Turn::Later { until: at(60), rule: "closed_now" }, at(3)).await.unwrap();
    assert!(!tx.waits_for_its_turn(planned.id, one.id).await.unwrap());
    assert!(tx.waits_for_its_turn(planned.id, two.id).await.unwrap());
    assert!(tx.members_whose_turn_it_is(planned.id, at(4), 9).await.unwrap().is_empty());
    assert_eq!(tx.members_whose_turn_it_is(planned.id, at(60), 9).await.unwrap().len(), 1);
    assert_eq!(tx.written_since(planned.id, at(2)).await.unwrap(), 1);
    assert!(!tx.campaign_is_through(planned.id).await.unwrap(), "one waits");
    assert_eq!(tx.written_since(planned.id, at(3)).await.unwrap(), 0);
    tx.settle_member(planned.id, two.id, Turn::Decided(DecisionId(uuid(6))), at(60)).await.unwrap();
    let counts = tx.count_members(planned.id).await.unwrap();
    let told: Vec<_> =
        counts.iter().map(|c| (c.arm.as_str(), c.state.as_str(), c.rule.as_deref(), c.members)).collect();
    assert_eq!(
        told,
        [("control", "control", None, 1), ("plain", "left_out", Some("kept_silent"), 1), ("plain", "written", None, 1),]
    );
    tx.commit().await.unwrap();

    // Paused, what is queued of it is halted, and of nobody else.
    let running = db.store.snapshot().await.unwrap().campaign(&creditor(), "first").await.unwrap().unwrap();
    let [leaving] = claimed(&db.store, 61, 9).await.try_into().expect("one");
    let halted = || async {
        let mut tx = db.store.snapshot().await.unwrap();
        tx.contacts(&number(1), &creditor(), Some(one.id), Some(&leaving), at(61)).await.unwrap().halted
    };
    assert!(!halted().await);
    let mut tx = db.store.begin().await.unwrap();
    assert!(tx.move_campaign(&running, CampaignState::Paused, "bob", at(61)).await.unwrap());
    tx.hold(leaving.id, at(61), "halted").await.unwrap();
    tx.commit().await.unwrap();
    assert!(halted().await);
    let mut tx = db.store.begin().await.unwrap();
    assert!(!tx.campaign_is_through(planned.id).await.unwrap(), "a text of it is queued");
    assert_eq!(tx.recall_campaign(planned.id, at(62)).await.unwrap(), 1);
    assert!(tx.campaign_is_through(planned.id).await.unwrap());
    tx.commit().await.unwrap();
    let called_back = look(&db.store, 5).await;
    assert_eq!((called_back.state, called_back.rule.as_deref()), (OutboundState::Recalled, Some("campaign_stopped")));
    assert_eq!(db.store.snapshot().await.unwrap().campaigns().await.unwrap().len(), 1);
}

pub async fn what_people_of_a_campaign_did_is_told_once_each(db: Database) {
    let (thread, one) = known(&db.store, 1).await;
    let (_, two) = known(&db.store, 2).await;
    let planned = campaign(1, "first");
    let mut tx = db.store.begin().await.unwrap();
    tx.insert_campaign(&planned).await.unwrap();
    tx.insert_member(planned.id, one.id, "plain", false, at(1)).await.unwrap();
    tx.insert_member(planned.id, two.id, "control", true, at(1)).await.unwrap();
    tx.append_decision(&decision(5, &one), &[], at(3)).await.unwrap();
    tx.enqueue(&NewOutbound { decision: Some(DecisionId(uuid(5))), ..outbound(5, &thread) }).await.unwrap();
    tx.settle_member(planned.id, one.id, Turn::Decided(DecisionId(uuid(5))), at(3)).await.unwrap();
    let paid = Event::PaymentReceived { amount: euros(100), means: "card".into(), by: None };
    tx.append_decision(&decision(6, &two), &[paid], at(9)).await.unwrap();
    let reply = inbound(7, "oui");
    tx.insert_inbound(&reply).await.unwrap();
    tx.note_reading(reply.id, thread.id, one.id, &Reading::bare(Intent::Affirmation)).await.unwrap();
    // A date and a stop were read; an agent says that it was an admission.
    let promise = Promise { amount: euros(100), on: day("2026-03-05") };
    let misread = [Event::PromiseProposed { promise }, Event::Suppressed { reason: SuppressionReason::OptOut }];
    let admitted = Event::Acknowledged { how: Acknowledges::Explicit, words: "oui".into() };
    for (n, events) in [(8, &misread[..]), (9, &[admitted])] {
        let row = DecisionRow { inbound: Some(reply.id), ..decision(n, &one) };
        tx.append_decision(&row, events, at(i64::from(n))).await.unwrap();
    }
    let (reading, asked, by) = (Reading::bare(Intent::Acknowledgment), None, "lea".to_owned());
    let corrected = CorrectedReply { id: reply.id, decision: DecisionId(uuid(9)), reading, asked, by, at: at(9) };
    tx.save_correction(&corrected).await.unwrap();
    tx.commit().await.unwrap();
    let people = db.store.snapshot().await.unwrap().campaign_people(planned.id).await.unwrap();
    let [control, plain] = people.try_into().expect("two people");
    assert!(control.arm == "control" && control.paid && !control.written && !control.replied);
    assert!(plain.written && plain.replied && !plain.paid && !plain.arrived, "{plain:?}");
    assert!(plain.acknowledged && !plain.promised, "what was misread was not said: {plain:?}");
    assert!(plain.opted_out, "a stop stands");
}
