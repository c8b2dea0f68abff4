//! What carriers post: acknowledged only once its effect is durable.

use super::door::Door;
use super::errors::Fault;
use crate::gateway::{Acknowledgement, Gateway, Refusal, Webhook, WebhookEvent};
use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes, Data, Path, PayloadConfig, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};

/// Longest body of a webhook; the gateways hold the same bound.
const LONGEST_BODY: usize = 64 * 1024;

pub(super) fn routes(config: &mut ServiceConfig) {
    let at = |path: &str| web::resource(path).app_data(PayloadConfig::new(LONGEST_BODY));
    config
        .service(at("/webhooks/{gateway}").route(web::post().to(inbound)).route(web::get().to(inbound)))
        .service(at("/webhooks/{gateway}/status").route(web::post().to(status)).route(web::get().to(status)));
}

async fn inbound(
    door: Data<Door>,
    name: Path<String>,
    request: HttpRequest,
    body: Bytes,
) -> Result<HttpResponse, Fault> {
    pass(&door, &name, &request, &body, |gateway, webhook| gateway.receive(webhook)).await
}

async fn status(
    door: Data<Door>,
    name: Path<String>,
    request: HttpRequest,
    body: Bytes,
) -> Result<HttpResponse, Fault> {
    pass(&door, &name, &request, &body, |gateway, webhook| gateway.receive_status(webhook)).await
}

/// What a gateway makes of a webhook on one of its routes.
type Reads = fn(&dyn Gateway, &Webhook) -> Result<Vec<WebhookEvent>, Refusal>;

async fn pass(
    door: &Door,
    name: &str,
    request: &HttpRequest,
    body: &[u8],
    reads: Reads,
) -> Result<HttpResponse, Fault> {
    let gateway = find(door, name)?;
    let headers = headers(request);
    let events = reads(gateway, &webhook(request, &headers, body)).map_err(refused)?;
    take(door, gateway, events).await
}

async fn take(door: &Door, gateway: &dyn Gateway, events: Vec<WebhookEvent>) -> Result<HttpResponse, Fault> {
    for event in events {
        match event {
            WebhookEvent::Inbound(inbound) => {
                let received = door.web.service.receive(gateway.name(), gateway.repeat_window(), &inbound).await?;
                tracing::info!(gateway = gateway.name(), gateway_id = %inbound.gateway_id, ?received, "received");
            }
            WebhookEvent::Receipt(receipt) => {
                let ours = door.web.service.note_receipt(gateway.name(), &receipt).await?;
                tracing::info!(gateway = gateway.name(), gateway_id = %receipt.gateway_id, ours, "receipt");
            }
            WebhookEvent::Ignored { kind } => tracing::info!(gateway = gateway.name(), kind, "ignored"),
        }
    }
    door.committed().await;
    Ok(acknowledge(gateway.acknowledgement()))
}

fn find<'a>(door: &'a Door, name: &str) -> Result<&'a dyn Gateway, Fault> {
    door.web.gateways.iter().find(|gateway| gateway.name() == name).map(AsRef::as_ref).ok_or(Fault::Unknown)
}

/// The webhook as it came: a signature is made over the very bytes of the request line and of the body.
fn webhook<'a>(request: &'a HttpRequest, headers: &'a [(String, String)], body: &'a [u8]) -> Webhook<'a> {
    let path_and_query = request.uri().path_and_query().map_or("/", |target| target.as_str());
    Webhook { method: request.method().as_str(), path_and_query, headers, body }
}

fn headers(request: &HttpRequest) -> Vec<(String, String)> {
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    request.headers().iter().map(|(name, value)| (name.as_str().to_lowercase(), text(value.as_bytes()))).collect()
}

fn refused(refusal: Refusal) -> Fault {
    tracing::warn!(%refusal, "a webhook was turned away");
    match refusal {
        Refusal::BadSignature => Fault::NotGenuine,
        Refusal::Malformed { what } => Fault::Unreadable(what),
        Refusal::TooLarge => Fault::TooLarge,
    }
}

fn acknowledge(answer: Acknowledgement) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    HttpResponse::build(status).content_type(answer.content_type).body(answer.body)
}
