//! The word of a second person on a text, and what its withdrawal means for what waits to leave.

use super::values::*;
use crate::support::databases::Database;
use relance::domain::{Approval, Language};
use relance::store::NewOutbound;

fn approval(hash: &str, minute: i64) -> Approval {
    Approval {
        name: "menu".into(),
        language: Language::FR,
        hash: hash.into(),
        source: format!("source {hash}"),
        author: "Anne".into(),
        approved_by: "Paul".into(),
        reason: Some("relu".into()),
        at: at(minute),
    }
}

async fn said(db: &Database, withdrawn: bool, approval: &Approval) {
    let mut tx = db.store.begin().await.unwrap();
    if withdrawn { tx.withdraw(approval).await } else { tx.approve(approval).await }.unwrap();
    tx.commit().await.unwrap();
}

async fn standing(db: &Database) -> (i64, Vec<Approval>) {
    let mut tx = db.store.snapshot().await.unwrap();
    (tx.count_approvals().await.unwrap(), tx.standing_approvals().await.unwrap())
}

pub async fn the_last_word_on_a_version_counts_and_every_word_is_kept(db: Database) {
    assert_eq!(standing(&db).await, (0, vec![]));
    let (one, two) = (approval("h1", 1), approval("h2", 2));
    said(&db, false, &one).await;
    said(&db, false, &two).await;
    assert_eq!(standing(&db).await, (2, vec![one.clone(), two.clone()]));
    let of_another_text = Approval { name: "handed_over".into(), ..one.clone() };
    said(&db, true, &of_another_text).await;
    said(&db, true, &Approval { approved_by: "Zoé".into(), reason: None, at: at(3), ..two.clone() }).await;
    assert_eq!(standing(&db).await, (4, vec![one.clone()]));
    let again = Approval { approved_by: "Zoé".into(), at: at(4), ..two };
    said(&db, false, &again).await;
    assert_eq!(standing(&db).await, (5, vec![one, again]));
}

pub async fn a_message_knows_when_its_text_or_its_frame_was_withdrawn(db: Database) {
    let (thread, case) = known(&db.store, 1).await;
    let framed = |n, version: &str, frame: &str| NewOutbound {
        version_hash: version.into(),
        frame_hash: frame.into(),
        ..outbound(n, &thread)
    };
    queued(&db.store, &[framed(1, "h1", "f1"), framed(2, "h2", "f2"), framed(3, "", "")]).await;
    for (hash, withdrawn) in [("h1", false), ("f2", false), ("h1", true)] {
        said(&db, withdrawn, &approval(hash, 1)).await;
    }
    let withdrawn = async |n| {
        let message = look(&db.store, n).await;
        let mut tx = db.store.snapshot().await.unwrap();
        let known = tx.contacts(&number(1), &creditor(), Some(case.id), Some(&message), at(2)).await.unwrap();
        known.text_withdrawn
    };
    assert!(withdrawn(1).await && !withdrawn(2).await && !withdrawn(3).await);
    said(&db, true, &approval("f2", 2)).await;
    assert!(withdrawn(2).await, "the frame counts as the text does");
    said(&db, false, &approval("h1", 3)).await;
    assert!(!withdrawn(1).await);
}
