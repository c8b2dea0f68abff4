//! Whether the process lives, and whether it can work.

use super::door::Door;
use crate::telemetry::chain;
use actix_web::HttpResponse;
use actix_web::web::{self, Data, ServiceConfig};

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/healthz", web::get().to(HttpResponse::Ok)).route("/readyz", web::get().to(ready));
}

async fn ready(door: Data<Door>) -> HttpResponse {
    match door.web.service.store.ping().await {
        Ok(()) => HttpResponse::Ok().finish(),
        Err(error) => {
            tracing::error!(cause = %chain(&error), "not ready");
            HttpResponse::ServiceUnavailable().finish()
        }
    }
}
