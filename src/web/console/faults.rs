//! What cannot be shown is told on a page of the console, with a way back: nobody is left before a bare line of text.

use super::acts::{Problem, refuse};
use crate::web::door::Door;
use crate::web::language::Preferred;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest as _};

/// Puts every refusal that is no page yet into the words of the console.
pub(super) async fn in_words(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    let status = response.status();
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("text/html") || !(status.is_client_error() || status.is_server_error()) {
        return Ok(response);
    }
    let Some(door) = response.request().app_data::<Data<Door>>().cloned() else { return Ok(response) };
    let preferred = Preferred::extract(response.request()).await?;
    let key = match status {
        StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED => "nothing_there",
        StatusCode::FORBIDDEN => "stale",
        StatusCode::PAYLOAD_TOO_LARGE => "too_large",
        _ if status.is_server_error() => "unavailable",
        _ => "unreadable",
    };
    let page = refuse(&door, preferred, "/console", Problem::new(status, key))?;
    Ok(response.into_response(page))
}
