//! Reminders by e-mail: what is handed over to a model of a server of mail, and what becomes of it when it does not take it.

use crate::support::carrier::Carrier;
use crate::support::office::{self, Office};
use crate::support::smtp::{Mishap, PASSWORD, Post, USER};
use chrono::{DateTime, Duration, Utc};
use relance::clock::Clock as _;
use relance::domain::dunning::Channel;
use relance::domain::{CaseId, IdentityLevel, Letter, Message, Stage, TaskKind};
use relance::gateway::{MailTls, Mailer, MailerSettings};
use relance::service::OutboxWorker;
use relance::store::{Direction, Outbound, OutboundState};

const HEADING: &str = "case_ref,creditor,debtor_name,phone,amount,due_on,origin,email,invoice";
const LINE: &str = "D-1,atelier-lumen,Jeanne Martin,06 12 34 56 78,120.00,2026-11-02,contract,jeanne@example.fr,F-1";
const NO_ADDRESS: &str = "D-1,atelier-lumen,Jeanne Martin,06 12 34 56 78,120.00,2026-11-02,contract,,F-1";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

struct Desk {
    post: Post,
    carrier: Carrier,
    office: Office,
    case: CaseId,
}

impl Desk {
    /// On the due day; the e-mail of the plan `example` is due in the morning after.
    async fn open(line: &str, settings: impl FnOnce(MailerSettings) -> MailerSettings) -> Self {
        let (post, carrier) = (Post::start(), Carrier::start());
        let mailer = Mailer::new(settings(office::mailer_settings(&post)));
        let office = Office::open_at_post(at("2026-11-02T10:00:00Z"), "example", &carrier, mailer).await;
        let case = office.import(HEADING, line).await;
        Self { post, carrier, office, case }
    }

    async fn plain() -> Self {
        Self::open(LINE, |settings| settings).await
    }

    async fn pass(&self, time: Duration) {
        self.office.clock.advance(time);
        self.carrier.set_time(self.office.clock.now());
        self.office.work().await;
    }

    /// Until the morning after the due day.
    async fn morning(&self) {
        self.pass(Duration::hours(23)).await;
    }

    async fn days(&self, days: i64) {
        for _ in 0..days * 4 {
            self.pass(Duration::hours(6)).await;
        }
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
}

#[tokio::test]
async fn a_step_by_email_reaches_the_address_of_the_contract_with_its_invoice() {
    let invoices = tempfile::tempdir().unwrap();
    let own = invoices.path().join("atelier-lumen");
    std::fs::create_dir(&own).unwrap();
    std::fs::write(own.join("F-1.pdf"), b"%PDF-1.7\n\xe2\xe3\xcf\xd3").unwrap();
    let folder = invoices.path().to_owned();
    let desk = Desk::open(LINE, |settings| MailerSettings { invoices: Some(folder), ..settings }).await;
    desk.post.wants_account(true);
    desk.morning().await;
    let (taken, messages) = (desk.post.taken(), desk.messages().await);
    let ([mail], [message]) = (taken.as_slice(), messages.as_slice()) else { panic!("one, and once: {taken:?}") };
    assert_eq!((mail.from.as_str(), mail.to.as_str()), ("factures@atelier-lumen.example", "jeanne@example.fr"));
    let header = |name: &str| mail.header(name).unwrap_or_default();
    assert_eq!(header("From"), "\"Atelier Lumen\" <factures@atelier-lumen.example>");
    assert_eq!(header("Reply-To"), "lea@atelier-lumen.example");
    assert_eq!(header("Subject"), "Votre facture F-1");
    assert_eq!(header("Message-ID"), format!("<{}@atelier-lumen.example>", message.id));
    assert_eq!(header("Date"), "Tue, 03 Nov 2026 09:00:00 +0000");
    assert_eq!(header("List-Unsubscribe"), "<mailto:lea@atelier-lumen.example?subject=STOP>");
    let text = mail.text();
    for said in [
        "Bonjour Jeanne Martin,",
        "120,00 €",
        "https://sms.example.fr/p/",
        "est jointe",
        "01 84 80 00 00",
        "STOP",
        "FR76 3000 6000",
    ] {
        assert!(text.contains(said), "{said} in {text}");
    }
    assert_eq!(mail.file().as_deref(), Some(&b"%PDF-1.7\n\xe2\xe3\xcf\xd3"[..]));
    assert_eq!((message.state, message.gateway.as_deref()), (OutboundState::Sent, Some("smtp")));
    assert_eq!(message.new.message.channel(), Channel::Email);
    assert_eq!(desk.carrier.attempts(), 0);
    assert_eq!(desk.tasks().await, []);
}

#[tokio::test]
async fn the_invoice_of_another_creditor_or_another_case_never_goes_with_it() {
    let invoices = tempfile::tempdir().unwrap();
    for folder in ["", "atelier-lumen", "vernier"] {
        std::fs::create_dir_all(invoices.path().join(folder)).unwrap();
    }
    for file in ["F-1.pdf", "vernier/F-1.pdf", "atelier-lumen/D-1.pdf"] {
        std::fs::write(invoices.path().join(file), b"%PDF-1.7").unwrap();
    }
    let folder = invoices.path().to_owned();
    let desk = Desk::open(LINE, |settings| MailerSettings { invoices: Some(folder), ..settings }).await;
    desk.morning().await;
    let taken = desk.post.taken();
    assert_eq!(taken.iter().map(|mail| mail.file()).collect::<Vec<_>>(), [None]);
}

#[tokio::test]
async fn without_an_address_a_person_writes() {
    let desk = Desk::open(NO_ADDRESS, |settings| settings).await;
    desk.morning().await;
    assert_eq!((desk.tasks().await, desk.post.talks()), (vec![TaskKind::SendEmail], 0));
}

#[tokio::test]
async fn a_server_that_says_later_is_asked_later_and_one_that_refuses_is_told_to_a_person() {
    let desk = Desk::plain().await;
    for mishap in [Mishap::Recipient(450), Mishap::Text(451), Mishap::DropBeforeText, Mishap::Recipient(550)] {
        desk.post.next(mishap);
    }
    desk.morning().await;
    for _ in 0..3 {
        assert_eq!((desk.states().await, desk.tasks().await), (vec![OutboundState::Ready], vec![]));
        desk.pass(Duration::minutes(2)).await;
    }
    let message = desk.messages().await.remove(0);
    assert_eq!((message.state, message.code.as_deref()), (OutboundState::Failed, Some("550")));
    assert_eq!(desk.tasks().await, [TaskKind::SendEmail]);
    desk.days(2).await;
    assert_eq!((desk.post.talks(), desk.post.taken().len()), (4, 0), "a refusal is final");
}

#[tokio::test]
async fn a_talk_that_breaks_before_the_text_is_held_again_and_the_email_leaves_once() {
    let desk = Desk::plain().await;
    desk.post.next(Mishap::DropBeforeText);
    desk.morning().await;
    desk.pass(Duration::minutes(2)).await;
    desk.days(2).await;
    assert_eq!((desk.states().await, desk.post.taken().len()), (vec![OutboundState::Sent], 1));
}

#[tokio::test]
async fn what_may_have_left_is_told_and_never_sent_again() {
    let desk = Desk::plain().await;
    desk.post.next(Mishap::DropAfterText);
    desk.morning().await;
    assert_eq!(
        (desk.states().await, desk.tasks().await),
        (vec![OutboundState::Unknown], vec![TaskKind::AmbiguousSend])
    );
    desk.days(3).await;
    assert_eq!((desk.post.talks(), desk.post.taken().len()), (1, 1));
    assert_eq!(desk.tasks().await, [TaskKind::AmbiguousSend], "told once");
}

#[tokio::test]
async fn a_crash_between_the_sending_and_its_settling_is_told_too() {
    let desk = Desk::plain().await;
    desk.office.clock.advance(Duration::hours(23));
    desk.office.timers.tick().await.unwrap();
    let (store, now) = (&desk.office.service.store, desk.office.clock.now());
    let mut tx = store.begin().await.unwrap();
    assert_eq!(
        tx.claim_outbound(now, now + Duration::minutes(1), 9, None).await.unwrap().len(),
        1,
        "and its worker dies"
    );
    tx.commit().await.unwrap();
    desk.days(1).await;
    assert_eq!(
        (desk.states().await, desk.tasks().await),
        (vec![OutboundState::Unknown], vec![TaskKind::AmbiguousSend])
    );
    assert_eq!(desk.post.talks(), 0);
}

#[tokio::test]
async fn an_account_that_is_refused_holds_the_email_until_it_is_mended() {
    let desk = Desk::open(LINE, |s| MailerSettings { account: Some((USER.into(), "wrong".into())), ..s }).await;
    desk.post.wants_account(true);
    desk.morning().await;
    assert_eq!((desk.states().await, desk.tasks().await), (vec![OutboundState::Ready], vec![TaskKind::CarrierAlert]));
    desk.post.wants_account(false);
    assert!(PASSWORD != "wrong" && desk.post.taken().is_empty());
    let mended = desk.office.service.clone().mailing(Some(office::mailer(&desk.post, None)));
    let transport = std::sync::Arc::new(relance::gateway::Transport::new().unwrap());
    let console = std::sync::Arc::new(relance::gateway::Console);
    desk.office.clock.advance(Duration::minutes(6));
    OutboxWorker::new(mended, console, transport, relance::config::OutboxSettings::default()).tick().await.unwrap();
    assert_eq!((desk.states().await, desk.post.taken().len()), (vec![OutboundState::Sent], 1));
}

#[tokio::test]
async fn nothing_leaves_in_the_clear_where_tls_is_wanted() {
    for tls in [MailTls::Starttls, MailTls::Implicit] {
        let desk = Desk::open(LINE, |settings| MailerSettings { tls, ..settings }).await;
        // The model greets in the clear, which a client that begins with TLS takes for noise.
        desk.morning().await;
        assert_eq!((desk.states().await, desk.post.taken().len()), (vec![OutboundState::Ready], 0), "{tls:?}");
        assert!(Mailer::new(MailerSettings { tls, ..office::mailer_settings(&desk.post) }).check().await.is_err());
    }
    let desk = Desk::plain().await;
    office::mailer(&desk.post, None).check().await.unwrap();
}

#[tokio::test]
async fn stop_by_telephone_stops_the_emails_and_a_number_that_cannot_receive_does_not() {
    let desk = Desk::plain().await;
    desk.office.hears(desk.case, "STOP").await;
    desk.days(3).await;
    assert_eq!(desk.post.talks(), 0);

    let desk = Desk::plain().await;
    let mut tx = desk.office.service.store.begin().await.unwrap();
    let mut case = tx.case(desk.case).await.unwrap().unwrap();
    case.phone.identity = IdentityLevel::L0;
    case.phone.suppressed = Some(relance::domain::Suppression {
        reason: relance::domain::SuppressionReason::Invalid,
        since: desk.office.clock.now(),
    });
    tx.save_case(&case, desk.office.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    desk.morning().await;
    assert_eq!((desk.states().await, desk.post.taken().len()), (vec![OutboundState::Sent], 1));
}

#[tokio::test]
async fn the_plan_of_the_example_is_lived_through_by_all_its_ways() {
    let desk = Desk::plain().await;
    let office = &desk.office;
    let done_by = async |task: TaskKind| {
        let open = office.service.open_tasks().await.unwrap();
        let task = open.into_iter().find(|known| known.kind == task).unwrap();
        let step = task.step.unwrap();
        (task.id, task.opened_at.date_naive().to_string(), step.number, step.stage)
    };
    desk.days(4).await;
    assert_eq!(desk.post.taken().len(), 1, "day 1: an e-mail");
    desk.days(7).await;
    let (call, on, number, stage) = done_by(TaskKind::MakeCall).await;
    assert_eq!((on.as_str(), number, stage), ("2026-11-09", 2, Stage::First), "day 7: a call");
    let script = desk.office.service.by_hand(call).await.unwrap().unwrap();
    assert!(script.words.text.contains("Puis-je parler à Jeanne Martin\u{a0}?") && script.words.subject.is_none());
    assert!(desk.office.service.resolve_task(call, "lea", Some("rappelle vendredi"), None).await.unwrap());
    desk.days(7).await;
    let (letter, on, number, stage) = done_by(TaskKind::SendLetter).await;
    assert_eq!((on.as_str(), number, stage), ("2026-11-16", 3, Stage::Second), "day 14: a letter");
    let sent = Letter { reference: "LR-1".into(), sent_on: desk.office.clock.now().date_naive() };
    assert!(desk.office.service.letter_sent(letter, "lea", sent.clone()).await.unwrap());
    assert!(!desk.office.service.letter_sent(letter, "lea", sent).await.unwrap(), "once");
    desk.days(9).await;
    let texts = desk.carrier.sent();
    assert_eq!(texts.len(), 1, "day 21: a text message");
    assert!(texts[0].created.date_naive().to_string() == "2026-11-23" && texts[0].body.contains("attend toujours"));
    assert!(desk.office.service.open_tasks().await.unwrap().is_empty());
    desk.days(30).await;
    assert_eq!((desk.post.taken().len(), desk.carrier.sent().len()), (1, 1), "and the plan is at its end");
}

#[tokio::test]
async fn an_email_counts_among_the_reminders_of_a_person() {
    let desk = Desk::plain().await;
    desk.morning().await;
    assert_eq!(desk.post.taken().len(), 1);
    desk.office.acts(desk.case, relance::domain::AgentAct::Remind).await;
    desk.office.work().await;
    let message = desk.messages().await.pop().unwrap();
    assert!(matches!(message.new.message, Message::Reminder { stage: Stage::First, .. }));
    assert_eq!((message.state, message.rule.as_deref()), (OutboundState::Ready, Some("too_soon_after_the_last")));
    desk.days(4).await;
    assert_eq!(desk.carrier.sent().len(), 1, "three days later");
}
