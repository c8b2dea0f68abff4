//! Tells the page that something changed. It then asks for the case: the stream itself says nothing about anyone.

use crate::web::door::Door;
use crate::web::errors::Fault;
use crate::web::pages::private;
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_ENCODING, ContentEncoding};
use actix_web::web::{Bytes, Data};
use futures_util::stream;
use std::convert::Infallible;

pub(super) async fn stream(door: Data<Door>) -> Result<HttpResponse, Fault> {
    let demo = door.web.demo.as_ref().ok_or(Fault::Unknown)?;
    let mut watched = demo.changed.subscribe();
    // The first event draws the page.
    watched.mark_changed();
    let versions = stream::unfold(watched, async |mut watched| {
        watched.changed().await.ok()?;
        let version = *watched.borrow_and_update();
        Some((Ok::<_, Infallible>(Bytes::from(format!("data: {version}\n\n"))), watched))
    });
    Ok(private(HttpResponse::Ok())
        .content_type("text/event-stream")
        // A compressor would hold events back until it has enough of them.
        .insert_header((CONTENT_ENCODING, ContentEncoding::Identity))
        .streaming(Box::pin(versions)))
}
