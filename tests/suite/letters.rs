//! Letters: what a person prints, and what follows when they say that it has left.

use crate::support::door::{OpenDoor, Visitor};
use crate::support::office::{self, Office};
use chrono::{DateTime, Duration, Utc};
use relance::domain::{CaseId, Creditor, Letter, Message, Role, Stage, TaskId, TaskKind};
use relance::service::Line;
use relance::store::Direction;

const HEADING: &str =
    "case_ref,creditor,debtor_name,phone,amount,due_on,origin,postcode,invoice,principal,interest,address_1,city";
const LINE: &str = "D-1,atelier-lumen,Jeanne Martin,06 12 34 56 78,120.00,2026-11-02,contract,69003,F-1,115.00,5.00,14 rue des Canuts,Lyon";

/// The plan of a French agency: a letter first, and nothing before it.
fn agency() -> Vec<Creditor> {
    let mut creditors = office::creditors_with_plan("fr-agency");
    creditors[0].role = Role::Agency;
    creditors[0].means = office::means();
    creditors[0].collector_name = Some("Cabinet Vernier".to_owned());
    creditors[0].collector_address = Some("3 rue du Port, 44000 Nantes".to_owned());
    creditors[0].postal_address = Some("12 rue des Lilas, 75011 Paris".to_owned());
    creditors
}

struct Desk {
    office: Office,
    case: CaseId,
}

impl Desk {
    /// The day after the due date: the letter of the first step is to be sent.
    async fn open() -> Self {
        let start: DateTime<Utc> = "2026-11-03T09:00:00Z".parse().unwrap();
        let office = Office::open_for_creditors(start, agency()).await;
        let case = office.import(HEADING, LINE).await;
        office.work().await;
        Self { office, case }
    }

    async fn letter(&self) -> TaskId {
        let tasks = self.office.service.open_tasks().await.unwrap();
        tasks.iter().find(|task| task.kind == TaskKind::SendLetter).unwrap().id
    }

    async fn texts(&self) -> Vec<Message> {
        let mut tx = self.office.service.store.snapshot().await.unwrap();
        let thread = tx.thread_of_case(self.case).await.unwrap().unwrap();
        let mut texts = Vec::new();
        for entry in tx.history(thread, 100).await.unwrap() {
            if let Direction::Sent(id) = entry.id {
                texts.push(tx.outbound(id).await.unwrap().unwrap().new.message);
            }
        }
        texts
    }

    async fn days(&self, days: i64) {
        for _ in 0..days * 4 {
            self.office.clock.advance(Duration::hours(6));
            self.office.work().await;
        }
    }
}

#[tokio::test]
async fn the_letter_of_an_agency_is_printed_with_what_the_law_asks_and_its_sending_lets_texts_leave() {
    let desk = Desk::open().await;
    let door = OpenDoor::of(&desk.office);
    let visitor = Visitor::signed_in(&door).await;
    let (task, case) = (desk.letter().await, format!("/console/cases/{}", desk.case));
    let sheet = format!("/console/tasks/{task}/sheet");
    let tasks = visitor.get("/console").await.text;
    assert!(tasks.contains("Envoyer la lettre : premier rappel (étape 1)"), "{tasks}");
    assert!(visitor.get(&case).await.text.contains(&sheet));
    let printed = visitor.get(&sheet).await.text.replace("&#x27;", "'").replace("&#x2f;", "/");
    for asked in [
        "Cabinet Vernier<br>3 rue du Port<br>44000 Nantes",
        "Jeanne Martin<br>14 rue des Canuts<br>69003 Lyon",
        "Nantes, le 3 novembre 2026",
        "Madame, Monsieur,",
        "Objet : Votre facture F-1 : premier rappel",
        "exerce une activité de recouvrement amiable et vous écrit pour Atelier Lumen, 12 rue des Lilas, 75011 Paris.",
        "115,00 €",
        "5,00 €",
        "reste à payer : 120,00 €",
        "par virement : IBAN FR76 3000 6000 0112 3456 7890 189, BIC AGRIFRPP, titulaire Atelier Lumen",
        "par chèque (ordre : Atelier Lumen), à notre adresse",
        "agréer, Madame, Monsieur, nos salutations distinguées",
        "https://sms.example.fr/p/",
        "article L111-8",
        "restent à la charge du créancier",
    ] {
        assert!(printed.contains(asked), "{asked} in {printed}");
    }
    assert!(!printed.contains("accessoires") && !printed.contains("incomplète"), "{printed}");
    desk.days(12).await;
    assert_eq!(desk.texts().await, [], "nothing before the letter");
    let visitor = Visitor::signed_in(&door).await;

    let sent = format!("/console/tasks/{task}/letter-sent");
    for (reference, on) in [("", "2026-11-12"), ("L-77", "2027-01-01"), ("a reference that is too long", "2026-11-12")]
    {
        let refused = visitor.fill(&sheet, &sent, &[("reference", reference), ("sent_on", on)]).await;
        assert_eq!(refused.status, 422, "{reference} {on}");
    }
    assert_eq!(
        visitor.post(&sent, &[("csrf", "x"), ("reference", "L-77"), ("sent_on", "2026-11-12")]).await.status,
        403
    );
    let done = visitor.fill(&sheet, &sent, &[("reference", "L-77"), ("sent_on", "2026-11-12")]).await;
    assert_eq!((done.status, done.header("location")), (303, case.as_str()));
    let letter = Letter { reference: "L-77".into(), sent_on: "2026-11-12".parse().unwrap() };
    assert_eq!(desk.office.case(desk.case).await.letter, Some(letter));
    assert!(desk.office.service.open_tasks().await.unwrap().is_empty());
    assert_eq!(visitor.get(&sheet).await.status, 404, "it is done");
    assert!(visitor.get(&case).await.text.contains("lettre envoyée : L-77, jeudi 12 novembre (lea)"));
    desk.days(3).await;
    let texts = desk.texts().await;
    assert!(matches!(texts.as_slice(), [Message::Reminder { stage: Stage::First, .. }]), "{texts:?}");
    let view = desk.office.service.case_view(desk.case).await.unwrap().unwrap();
    let recalls = |line: &Line| matches!(line, Line::Sent { text, .. } if text.contains("L-77 du 12/11"));
    assert!(view.lines.iter().any(recalls), "and it recalls the letter");
}

#[tokio::test]
async fn a_letter_that_would_not_find_its_way_says_so_before_it_is_printed() {
    let start: DateTime<Utc> = "2026-11-03T09:00:00Z".parse().unwrap();
    let mut creditors = office::creditors_with_plan("fr-agency");
    creditors[0].role = Role::Agency;
    let office = Office::open_for_creditors(start, creditors).await;
    let case = office.import(HEADING, &LINE.replace(",Lyon", ",")).await;
    office.work().await;
    let desk = Desk { office, case };
    let door = OpenDoor::of(&desk.office);
    let visitor = Visitor::signed_in(&door).await;
    let sheet = visitor.get(&format!("/console/tasks/{}/sheet", desk.letter().await)).await.text;
    let page = visitor.get(&format!("/console/cases/{}", desk.case)).await.text;
    for text in [&sheet, &page] {
        assert!(text.contains("14 rue des Canuts<br>69003") && text.contains("est incomplète"), "{text}");
    }
    assert!(!sheet.contains("virement") && !sheet.contains("chèque"), "nothing is set: {sheet}");
}

#[tokio::test]
async fn the_first_letter_stays_the_one_that_is_recalled() {
    let desk = Desk::open().await;
    let letter = |reference: &str| Letter { reference: reference.into(), sent_on: "2026-11-03".parse().unwrap() };
    let task = desk.letter().await;
    assert!(desk.office.service.letter_sent(task, "lea", letter("L-1")).await.unwrap());
    let again = relance::domain::AgentAct::LetterSent(letter("L-2"));
    desk.office.acts(desk.case, again).await;
    assert_eq!(desk.office.case(desk.case).await.letter, Some(letter("L-1")));
    let other = desk.office.service.by_hand(TaskId(uuid::Uuid::nil())).await.unwrap();
    assert!(other.is_none(), "a task that is not there asks for nothing");
}
