//! Values to store: plausible, and told apart by a number.

use chrono::{DateTime, Duration, NaiveDate, Utc};
use relance::domain::dunning::Progress;
use relance::domain::*;
use relance::store::*;
use uuid::Uuid;

/// `minutes` after the morning on which the tests begin.
pub fn at(minutes: i64) -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse::<DateTime<Utc>>().unwrap() + Duration::minutes(minutes)
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn uuid(n: u32) -> Uuid {
    Uuid::from_u128(n.into())
}

pub fn number(n: u32) -> PhoneNumber {
    PhoneNumber::from_store(format!("+336{n:08}")).unwrap()
}

pub fn creditor() -> CreditorKey {
    CreditorKey("acme".into())
}

pub fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::Eur)
}

pub fn thread(n: u32) -> Thread {
    Thread {
        id: ThreadId(uuid(n)),
        creditor: creditor(),
        phone: Phone {
            number: number(n),
            origin: PhoneOrigin::Contract,
            identity: IdentityLevel::L1,
            suppressed: None,
        },
        conversation: Conversation::default(),
        focus: None,
    }
}

pub fn case(n: u32, thread: &Thread) -> Case {
    Case {
        id: CaseId(uuid(n)),
        reference: format!("F-{n}"),
        creditor: thread.creditor.clone(),
        jurisdiction: Jurisdiction::Fr,
        debtor: Debtor {
            name: "Zoé Lefèvre".into(),
            language: Language::FR,
            zone: chrono_tz::Europe::Paris,
            segment: Segment::Consumer,
            email: None,
            postcode: None,
        },
        debt: Debt { invoice: None, amount: euros(45_000), paid: euros(0), issued_on: None, due_on: day("2026-01-15") },
        letter: None,
        state: CaseState::Open,
        dunning: Progress::default(),
        phone: thread.phone.clone(),
        conversation: thread.conversation.clone(),
    }
}

/// A thread and a case of that number, committed.
pub async fn known(store: &Store, n: u32) -> (Thread, Case) {
    let thread = thread(n);
    let case = case(n, &thread);
    let mut tx = store.begin().await.unwrap();
    assert_eq!(tx.open_thread(&thread, at(0)).await.unwrap(), thread.id);
    assert!(tx.insert_case(&case, thread.id, at(0)).await.unwrap());
    tx.commit().await.unwrap();
    (thread, case)
}

pub fn inbound(n: u32, body: &str) -> NewInbound {
    NewInbound {
        id: InboundId(uuid(n)),
        gateway: "twilio".into(),
        gateway_id: format!("SM{n}"),
        from: Address::E164("+33612345678".into()),
        to: Address::ShortCode("36111".into()),
        body: body.into(),
        raw: vec![0, 255, 10, b'B'],
        received_at: at(i64::from(n)),
    }
}

/// A reminder on that thread, written and due in minute `n`.
pub fn outbound(n: u32, thread: &Thread) -> NewOutbound {
    NewOutbound {
        id: OutboundId(uuid(n)),
        thread: thread.id,
        case: None,
        decision: None,
        to: thread.phone.number.clone(),
        email: None,
        sender: "36111".into(),
        body: format!("texte {n}"),
        message: Message::Reminder { stage: Stage::First, amount: euros(45_000), due_on: day("2026-01-15"), by: None },
        language: Language::FR,
        template: "reminder.1".into(),
        version_hash: "v1".into(),
        frame_hash: "f1".into(),
        segments: 1,
        due_at: at(n.into()),
        created_at: at(n.into()),
    }
}

pub fn answer(n: u32, thread: &Thread) -> NewOutbound {
    NewOutbound { message: Message::Menu, ..outbound(n, thread) }
}

/// Queues messages, committed.
pub async fn queued(store: &Store, messages: &[NewOutbound]) {
    let mut tx = store.begin().await.unwrap();
    for message in messages {
        tx.enqueue(message).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Claims what is due in minute `now`, under a lease of two minutes, committed.
pub async fn claimed(store: &Store, now: i64, limit: u32) -> Vec<Outbound> {
    let mut tx = store.begin().await.unwrap();
    let claimed = tx.claim_outbound(at(now), at(now + 2), limit, None).await.unwrap();
    tx.commit().await.unwrap();
    claimed
}

pub fn ids(messages: &[Outbound]) -> Vec<u128> {
    messages.iter().map(|message| message.id.0.as_u128()).collect()
}

pub async fn look(store: &Store, message: u32) -> Outbound {
    store.snapshot().await.unwrap().outbound(OutboundId(uuid(message))).await.unwrap().unwrap()
}
