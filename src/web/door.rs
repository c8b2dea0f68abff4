//! Every route behind one door, and what the routes share.

use super::errors::Fault;
use super::language::Preferred;
use super::lockout::Lockout;
use super::pages::{Pages, Tongue};
use super::{Demo, api, assets, console, debtor, demo, health, webhooks};
use crate::config::{ApiSettings, ConsoleSettings};
use crate::gateway::Gateway;
use crate::service::Service;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, ServiceConfig};
use minijinja::context;
use minijinja::value::Value;
use std::sync::Arc;
use tokio::sync::Notify;

/// What the door needs.
pub struct Web {
    /// The verbs.
    pub service: Service,
    /// The carriers that may post here. The console believes whoever speaks to it: leave it out.
    pub gateways: Vec<Arc<dyn Gateway>>,
    /// The accounts of the agents' console.
    pub console: ConsoleSettings,
    /// What opens the API for programs.
    pub api: ApiSettings,
    /// Signs and encrypts the session cookies.
    pub session_key: [u8; 64],
    /// Whether the session cookies travel by HTTPS only: true behind a proxy with TLS.
    pub secure_cookies: bool,
    /// Woken after each commit that may have queued messages.
    pub outbox: Arc<Notify>,
    /// The demonstration, when it is one.
    pub demo: Option<Demo>,
}

/// What every route holds.
pub(super) struct Door {
    pub web: Web,
    pub pages: Pages,
    pub lockout: Lockout,
}

impl Door {
    /// The language of whoever looks, at this instant.
    pub fn tongue(&self, preferred: Preferred) -> Tongue<'_> {
        self.pages.tongue(preferred.0, Arc::clone(&self.web.service.rules().words), self.web.service.clock.now())
    }

    /// A page of the console, which also tells agents when what was edited is not in use.
    pub fn desk(&self, status: StatusCode, tongue: &Tongue, name: &str, with: Value) -> Result<HttpResponse, Fault> {
        let trouble = self.web.service.trouble().map(|trouble| trouble.to_string());
        let waiting = self.web.service.rules().words.waiting().len();
        self.pages.page(status, tongue, name, context! { trouble, waiting, ..with })
    }

    /// Something was committed: what it queued may leave, and whoever watches the demonstration sees it.
    pub async fn committed(&self) {
        self.web.outbox.notify_one();
        if let Some(demo) = &self.web.demo {
            demo.settle().await;
        }
    }
}

/// The routes, for an actix `App`; one application or many share the same door.
pub fn configure(web: Web) -> impl Fn(&mut ServiceConfig) + Clone {
    let door = Data::new(Door { pages: Pages::compiled(), lockout: Lockout::default(), web });
    move |config| {
        config.app_data(door.clone());
        config.configure(health::routes).configure(assets::routes).configure(debtor::routes);
        // The demonstration has no carrier to hear.
        let outside: fn(&mut ServiceConfig) = if door.web.demo.is_some() { demo::routes } else { webhooks::routes };
        if door.web.demo.is_none() {
            config.configure(api::routes);
        }
        config.configure(outside).configure(|config| console::routes(config, &door.web));
    }
}
