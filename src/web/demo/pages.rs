//! The page, and a case as the page draws it.

use crate::domain::CaseId;
use crate::web::door::Door;
use crate::web::errors::Fault;
use crate::web::language::Preferred;
use crate::web::pages::private;
use crate::web::story::Story;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use minijinja::context;
use minijinja::value::Value;
use uuid::Uuid;

/// What the script says by itself.
const SCRIPT_SAYS: [&str; 13] = [
    "happened",
    "reading",
    "confidence",
    "also",
    "effect",
    "unmoved",
    "rules",
    "answer",
    "silence",
    "weight",
    "none",
    "first",
    "not_sure",
];

pub(super) async fn page(door: Data<Door>, preferred: Preferred) -> Result<HttpResponse, Fault> {
    let tongue = door.tongue(preferred);
    let mut cases = door.web.service.cases().await?;
    cases.sort_by(|a, b| a.reference.cmp(&b.reference));
    let cases = cases.into_iter().map(|case| {
        let balance = tongue.amount(case.debt.balance());
        context! { id => case.id.to_string(), debtor => case.debtor.name, reference => case.reference, balance }
    });
    let cases: Vec<Value> = cases.collect();
    let said = SCRIPT_SAYS.map(|key| (key.to_owned(), tongue.say("demo", key).into()));
    let mut said: serde_json::Map<String, serde_json::Value> = said.into_iter().collect();
    said.insert("until".to_owned(), tongue.say("sending", "until").into());
    let words = serde_json::Value::from(said).to_string();
    door.pages.page(StatusCode::OK, &tongue, "demo.html", context! { cases, words })
}

pub(super) async fn case(door: Data<Door>, case: Path<Uuid>, preferred: Preferred) -> Result<HttpResponse, Fault> {
    let view = door.web.service.case_view(CaseId(*case)).await?.ok_or(Fault::Unknown)?;
    Ok(private(HttpResponse::Ok()).json(Story::of(&view, &door.tongue(preferred))))
}
