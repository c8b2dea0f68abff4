//! The API for programs of the creditor: cases and payments in, as JSON. It is closed unless the settings hold a key.

use super::door::Door;
use super::errors::Fault;
use crate::service::{Batch, Entry, ImportReport, PaymentLine, PortfolioRow, Rejection, Service, read_json};
use actix_web::http::header::AUTHORIZATION;
use actix_web::web::{self, Bytes, Data, PayloadConfig, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;

/// Longest body: some ten thousand cases.
const LONGEST_BODY: usize = 8 * 1024 * 1024;

pub(super) fn routes(config: &mut ServiceConfig) {
    let resource = |path| web::resource(path).app_data(PayloadConfig::new(LONGEST_BODY));
    config.service(resource("/api/v1/cases").route(web::post().to(cases)));
    config.service(resource("/api/v1/payments").route(web::post().to(payments)));
}

/// Opens and corrects cases: a JSON array, or an object per line. The same body twice changes nothing; what is refused is
/// told with its number, counted from 1, and the rest goes in.
async fn cases(door: Data<Door>, request: HttpRequest, body: Bytes) -> Result<HttpResponse, Fault> {
    admit(&door, &request)?;
    let batch = read::<PortfolioRow>(&door.web.service, body).await?;
    let report = door.web.service.import_all("api", &batch.rows, batch.rejections).await?;
    Ok(outcome(&door, &report).await)
}

/// How payments are taken in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Manner {
    /// Whether nobody is thanked.
    #[serde(default)]
    quiet: bool,
}

/// Writes payments down, in the same way.
async fn payments(
    door: Data<Door>,
    request: HttpRequest,
    manner: Query<Manner>,
    body: Bytes,
) -> Result<HttpResponse, Fault> {
    admit(&door, &request)?;
    let batch = read::<PaymentLine>(&door.web.service, body).await?;
    let service = &door.web.service;
    let report = service.import_all_payments("api", &batch.rows, batch.rejections, manner.quiet).await?;
    Ok(outcome(&door, &report).await)
}

async fn read<T: Entry + 'static>(service: &Service, body: Bytes) -> Result<Batch<T>, Fault> {
    let creditors = service.creditors();
    let read = web::block(move || {
        let text = std::str::from_utf8(&body).map_err(|_| "the body is not UTF-8".to_owned())?;
        read_json(text, &creditors)
    });
    read.await.map_err(|error| Fault::Unreadable(error.to_string()))?.map_err(Fault::Unreadable)
}

async fn outcome(door: &Door, report: &ImportReport) -> HttpResponse {
    door.committed().await;
    let counts = report.counts;
    HttpResponse::Ok().json(json!({
        "import": report.id, "added": counts.added, "changed": counts.changed, "unchanged": counts.unchanged,
        "refused": report.rejections.iter().map(refusal).collect::<Vec<_>>(),
    }))
}

fn refusal(rejection: &Rejection) -> Value {
    let faults = rejection.faults.iter();
    let faults: Vec<_> = faults.map(|fault| json!({ "field": fault.column, "reason": fault.reason })).collect();
    json!({ "line": rejection.line, "faults": faults })
}

fn admit(door: &Door, request: &HttpRequest) -> Result<(), Fault> {
    let key = door.web.api.key.expose_secret();
    if key.is_empty() {
        return Err(Fault::Unknown);
    }
    let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let given = given.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if bool::from(given.as_bytes().ct_eq(key.as_bytes())) { Ok(()) } else { Err(Fault::NotTheKey) }
}
