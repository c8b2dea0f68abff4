//! What an agent was told elsewhere, written down in the console.

use super::{HEADING, JEANNE, monday, office};
use crate::support::door::{OpenDoor, Page, Visitor};
use crate::support::office::Office;
use relance::domain::{AgentAct, CaseId, CaseState, IdentityLevel, PhoneOrigin};

/// The value of the first hidden field of that name.
fn hidden(page: &Page, name: &str) -> String {
    let (_, rest) = page.text.split_once(&format!(r#"name="{name}" value=""#)).expect("a hidden field");
    rest.split('"').next().unwrap().to_owned()
}

pub(super) struct Desk {
    visitor: Visitor,
    page: String,
    _door: OpenDoor,
}

impl Desk {
    pub(super) async fn of(office: &Office, case: CaseId) -> Self {
        let door = OpenDoor::of(office);
        let visitor = Visitor::signed_in(&door).await;
        Self { visitor, page: format!("/console/cases/{case}"), _door: door }
    }

    /// Writes an outcome down.
    async fn writes(&self, kind: &str, fields: &[(&str, &str)]) -> Page {
        self.sends(&format!("outcomes/{kind}"), fields).await
    }

    /// Sends a form of the page as it stands now.
    pub(super) async fn sends(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        let page = self.visitor.get(&self.page).await.text;
        // The first ones may be those of tasks, which name a reply.
        let (_, seen) = page.rsplit_once(r#"name="seen" value=""#).expect("a form that says what was seen");
        let seen = seen.split('"').next().unwrap();
        let fields: Vec<_> = [("seen", seen)].into_iter().chain(fields.iter().copied()).collect();
        self.visitor.fill(&self.page, &format!("{}/{path}", self.page), &fields).await
    }

    pub(super) async fn shows(&self) -> String {
        self.reads(&self.page).await
    }

    pub(super) async fn reads(&self, path: &str) -> String {
        self.visitor.get(path).await.text
    }
}

#[tokio::test]
async fn a_promise_made_on_the_telephone_stands_and_is_confirmed_by_text() {
    let (office, case) = office().await;
    let desk = Desk::of(&office, case).await;
    let fields = [("way", "call"), ("amount", "50,00"), ("on", "2026-11-27"), ("aloud", "on")];
    assert_eq!(desk.writes("promise", &fields).await.status, 303);
    let CaseState::Promised { promise } = office.case(case).await.state else { panic!("no promise") };
    assert_eq!((promise.amount.minor, promise.on.to_string().as_str()), (5_000, "2026-11-27"));
    office.work().await;
    let shown = desk.shows().await;
    for said in ["un agent note ce que la personne lui a dit", "au téléphone (lea)", "Promesse en cours"] {
        assert!(shown.contains(said), "{said}");
    }
    assert!(shown.contains("50,00") && shown.contains("vendredi 27 novembre"), "{shown}");
}

#[tokio::test]
async fn a_plan_shows_its_payments_and_which_of_them_came_in_and_a_double_click_records_one_payment() {
    let (office, case) = office().await;
    let desk = Desk::of(&office, case).await;
    let plan = [("way", "letter"), ("instalments", "3"), ("each", ""), ("on", ""), ("period", "monthly")];
    assert_eq!(desk.writes("plan", &plan).await.status, 303);
    assert_eq!(office.case(case).await.state.name(), "plan_running");
    let page = desk.visitor.get(&desk.page).await;
    let (seen, key) = (hidden(&page, "seen"), hidden(&page, "key"));
    let payment = [("seen", seen.as_str()), ("key", &key), ("amount", "40"), ("on", "2026-11-20"), ("means", "cheque")];
    for _ in 0..2 {
        let paid = desk.visitor.fill(&desk.page, &format!("{}/outcomes/payment", desk.page), &payment).await;
        assert_eq!(paid.status, 303);
    }
    assert_eq!(office.case(case).await.debt.paid.minor, 4_000);
    let shown = desk.shows().await;
    assert!(shown.contains(r#"<span class="badge settled">réglé</span>"#) && shown.contains("à venir"), "{shown}");
    assert!(shown.contains("Déjà réglé"));
    let rest = [("key", "another"), ("amount", "100"), ("on", "2026-11-23"), ("means", "cash"), ("aloud", "on")];
    let doubted = desk.writes("payment", &rest).await;
    assert!(doubted.status == 409 && doubted.text.contains("plus que ce qui reste dû"), "{}", doubted.text);
    let rest: Vec<_> = rest.into_iter().chain([("more", "on")]).collect();
    assert_eq!(desk.writes("payment", &rest).await.status, 303);
    assert_eq!(office.case(case).await.state.name(), "settled");
    assert!(desk.shows().await.contains("Trop-perçu"));
    let open = office.service.open_tasks().await.unwrap();
    assert_eq!(open.iter().map(|task| task.kind.label()).collect::<Vec<_>>(), ["overpaid"]);
    let link = super::debtor::link(&office.service, case).await;
    assert!(desk.reads(&link).await.contains("Vous avez payé"));
    assert!(office.service.resolve_task(open[0].id, "lea", Some("rendu le 24"), open[0].inbound).await.unwrap());
    assert!(!desk.reads(&link).await.contains("Vous avez payé"), "it was given back");
    assert!(!desk.shows().await.contains("Trop-perçu"));
}

#[tokio::test]
async fn a_payment_that_was_written_down_by_mistake_is_taken_back_and_the_case_is_as_it_was() {
    let (office, case) = office().await;
    let desk = Desk::of(&office, case).await;
    let promise = [("way", "call"), ("amount", "50,00"), ("on", "2026-11-27")];
    assert_eq!(desk.writes("promise", &promise).await.status, 303);
    let before = office.case(case).await;
    let slip = [("key", "slip"), ("amount", "1000"), ("on", "2026-11-23"), ("means", "cash"), ("more", "on")];
    assert_eq!(desk.writes("payment", &slip).await.status, 303);
    assert_eq!(office.case(case).await.state.name(), "settled");
    assert!(desk.shows().await.contains("Noté par erreur"));
    assert_eq!(desk.sends("payments/2/take-back", &[]).await.status, 409, "there is no such payment");
    assert_eq!(desk.sends("payments/1/take-back", &[]).await.status, 303);
    let after = office.case(case).await;
    assert_eq!((&after.state, after.debt.paid.minor), (&before.state, 0));
    assert!(office.service.open_tasks().await.unwrap().is_empty(), "nothing is to be given back");
    let shown = desk.shows().await;
    assert!(shown.contains("Paiement saisi par erreur") && !shown.contains("Noté par erreur"), "{shown}");

    for (key, amount) in [("again", "50"), ("since", "20")] {
        let payment = [("key", key), ("amount", amount), ("on", "2026-11-23"), ("means", "cash")];
        assert_eq!(desk.writes("payment", &payment).await.status, 303);
    }
    assert_eq!(desk.sends("payments/2/take-back", &[]).await.status, 303);
    assert_eq!(office.case(case).await.debt.paid.minor, 2_000, "what came since stays");
}

#[tokio::test]
async fn another_number_is_known_only_as_well_as_it_was_checked_and_the_old_one_falls_silent() {
    let (office, case) = office().await;
    let desk = Desk::of(&office, case).await;
    office.hears(case, "???").await;
    let taken = office
        .import(HEADING, &JEANNE.replace("1001", "1002").replace("Jeanne", "Paul").replace("56 01", "56 02"))
        .await;
    let anothers = desk.writes("number", &[("phone", "06 12 34 56 02")]).await;
    assert!(anothers.status == 409 && anothers.text.contains("une autre personne"), "{}", anothers.text);
    assert_eq!(desk.writes("number", &[("phone", "06 12 34 56 01")]).await.status, 409, "it has that one");
    assert_eq!(desk.writes("number", &[("phone", "01 12 34 56 02")]).await.status, 422, "no mobile");
    assert_eq!(office.case(taken).await.phone.number.as_str(), "+33612345602");
    let link = super::debtor::link(&office.service, case).await;
    assert_eq!(desk.visitor.get(&link).await.status, 200);
    let told = [("phone", "06 12 34 56 09"), ("old_is_anothers", "on")];
    assert_eq!(desk.writes("number", &told).await.status, 303);
    assert_eq!(desk.visitor.get(&link).await.status, 410, "a stranger has it");
    let moved = office.case(case).await;
    assert_eq!((moved.phone.number.as_str(), moved.phone.origin), ("+33612345609", PhoneOrigin::Unknown));
    assert_eq!((moved.phone.identity, moved.phone.suppressed), (IdentityLevel::L0, None));
    assert!(desk.shows().await.contains("numéro non vérifié (lea)"));
    let checked = [("phone", "06 12 34 56 08"), ("checked", "rappelée sur ce numéro")];
    assert_eq!(desk.writes("number", &checked).await.status, 303);
    let moved = office.case(case).await;
    assert_eq!((moved.phone.origin, moved.phone.identity), (PhoneOrigin::Contract, IdentityLevel::L1));
    office.acts(case, AgentAct::Remind).await;
    office.work().await;
    assert!(desk.shows().await.contains("rappelée sur ce numéro"));
    let back = desk.writes("number", &[("phone", "06 12 34 56 01")]).await;
    assert_eq!(back.status, 409, "the old number was said to be another's: {}", back.text);
}

#[tokio::test]
async fn whoever_is_not_known_is_confirmed_or_refuted_by_an_agent() {
    let office = Office::open(monday()).await;
    let case = office.import(HEADING, &JEANNE.replace("contract", "traced")).await;
    office.acts(case, AgentAct::Remind).await;
    office.hears(case, "Oui c'est moi").await;
    let desk = Desk::of(&office, case).await;
    let shown = desk.shows().await;
    assert!(shown.contains("Identité incertaine") && shown.contains("bien la personne"), "{shown}");
    let word = desk.writes("identity", &[("proof", "word")]).await;
    assert!(word.status == 409 && word.text.contains("un simple oui ne suffit pas"), "{}", word.text);
    assert_eq!(desk.writes("identity", &[("proof", "postcode"), ("aloud", "on")]).await.status, 303);
    assert_eq!(office.case(case).await.phone.identity, IdentityLevel::L2);
    assert!(office.service.open_tasks().await.unwrap().is_empty());
    assert!(desk.shows().await.contains("elle a donné son code postal (lea)"));
    assert_eq!(desk.writes("stranger", &[("aloud", "on")]).await.status, 303);
    assert!(office.case(case).await.phone.suppressed.is_some());
}

#[tokio::test]
async fn what_is_not_clear_or_not_allowed_is_said_in_words_and_changes_nothing() {
    let (office, case) = office().await;
    let desk = Desk::of(&office, case).await;
    for (kind, fields, status, said) in [
        ("promise", &[("way", "call"), ("amount", "beaucoup"), ("on", "2026-11-27")][..], 422, "Écrivez un montant"),
        ("promise", &[("way", "call"), ("amount", "50"), ("on", "")], 422, "Choisissez un jour"),
        ("promise", &[("way", "pigeon"), ("amount", "50"), ("on", "2026-11-27")], 422, "Choisissez dans la liste"),
        ("promise", &[("way", "call"), ("amount", "50"), ("on", "2026-11-20")], 409, "ce jour est passé"),
        ("promise", &[("way", "call"), ("amount", "500"), ("on", "2026-11-27")], 409, "dépasse ce qui reste dû"),
        ("plan", &[("way", "call"), ("period", "monthly")], 422, "en combien de paiements"),
        ("plan", &[("way", "call"), ("period", "monthly"), ("instalments", "30")], 409, "hors des limites"),
        ("payment", &[("key", "k"), ("amount", "50"), ("on", "2026-11-24"), ("means", "cash")], 409, "à venir"),
        ("payment", &[("key", "k"), ("amount", "50"), ("on", "2026-11-20"), ("means", "gold")], 422, "liste"),
        ("dispute", &[("way", "call"), ("reason", " ")], 422, "Écrivez pourquoi"),
        ("dance", &[("way", "call")], 404, ""),
    ] {
        let refused = desk.writes(kind, fields).await;
        assert!(
            refused.status == status && refused.text.contains(said),
            "{kind} {fields:?}: {} {}",
            refused.status,
            refused.text
        );
    }
    let after = office.case(case).await;
    assert_eq!((after.state, after.debt.paid.minor), (CaseState::Open, 0));
}

#[tokio::test]
async fn an_act_on_a_page_that_is_older_than_the_case_is_not_done() {
    let (office, case) = office().await;
    let desk = Desk::of(&office, case).await;
    let seen = hidden(&desk.visitor.get(&desk.page).await, "seen");
    office.hears(case, "Je paie vendredi").await;
    let promise = [("seen", seen.as_str()), ("way", "call"), ("amount", "50"), ("on", "2026-11-30")];
    let late = desk.visitor.fill(&desk.page, &format!("{}/outcomes/promise", desk.page), &promise).await;
    assert!(late.status == 409 && late.text.contains("Relisez-le"), "{}", late.text);
    let close = [("seen", seen.as_str()), ("reason", "abandoned")];
    assert_eq!(desk.visitor.fill(&desk.page, &format!("{}/close", desk.page), &close).await.status, 409);
    let answer = [("seen", seen.as_str()), ("text", "Bonjour, je vous appelle demain à 10 h.")];
    let late = desk.visitor.fill(&desk.page, &format!("{}/answer", desk.page), &answer).await;
    assert!(late.status == 409 && late.text.contains("je vous appelle demain à 10 h."), "{}", late.text);
    assert_eq!(office.case(case).await.state.name(), "promise_proposed");
    assert_eq!(desk.writes("promise", &promise[1..]).await.status, 303, "as it now stands");
}

#[tokio::test]
async fn the_links_of_a_number_that_is_anothers_open_nothing_though_it_was_silent_before_or_is_for_another_reason() {
    for stop_first in [true, false] {
        let (office, case) = office().await;
        let door = OpenDoor::of(&office);
        let link = super::debtor::link(&office.service, case).await;
        let refutes = AgentAct::RefuteIdentity { aloud: false };
        if stop_first {
            office.hears(case, "STOP").await;
            assert_eq!(Visitor::at(&door).get(&link).await.status, 200, "whoever says STOP may still pay");
            office.acts(case, refutes).await;
        } else {
            office.acts(case, refutes).await;
            office.hears(case, "STOP").await;
        }
        assert_eq!(Visitor::at(&door).get(&link).await.status, 410, "stop first: {stop_first}");
    }
}
