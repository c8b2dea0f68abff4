//! The style and the scripts that pages load: ours, and nothing from elsewhere.

use actix_web::HttpResponse;
use actix_web::http::header::{CACHE_CONTROL, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::{self, ServiceConfig};

const STYLE: &str = include_str!("pages/style.css");
const DEMO_STYLE: &str = include_str!("pages/demo.css");
const DEMO_SCRIPT: &str = include_str!("pages/demo.js");

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/assets/style.css", web::get().to(async || asset("text/css; charset=utf-8", STYLE)));
    config.route("/assets/demo.css", web::get().to(async || asset("text/css; charset=utf-8", DEMO_STYLE)));
    config.route("/assets/demo.js", web::get().to(async || asset("text/javascript; charset=utf-8", DEMO_SCRIPT)));
}

/// Asked for again at every page: a new version of the binary shows at once.
fn asset(kind: &'static str, text: &'static str) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((CACHE_CONTROL, "no-cache"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .body(text)
}
