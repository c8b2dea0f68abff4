//! The demonstration: the debtor's telephone on the left, what the system thinks on the right.
//!
//! It posts what a carrier would, turns the workers by hand, and moves the clock on. It believes whoever speaks to it:
//! it is mounted only when it is asked for, over invented people, with a carrier that sends nothing.

mod events;
mod pages;
mod talk;

use crate::clock::ShiftedClock;
use crate::service::{OutboxWorker, TimerWorker};
use crate::telemetry::chain;
use actix_web::web::{self, JsonConfig, ServiceConfig};
use std::sync::Arc;
use tokio::sync::watch;

/// Turns of a worker after one act, at most: no act leads to as many messages.
const MOST_TURNS: usize = 50;

/// What turns the demonstration.
pub struct Demo {
    /// The clock that the service goes by.
    pub clock: Arc<ShiftedClock>,
    /// Sends what is queued.
    pub outbox: OutboxWorker,
    /// Rings what is due.
    pub timers: TimerWorker,
    /// Counts the changes, for the pages that watch.
    pub changed: watch::Sender<u64>,
}

impl Demo {
    /// Turns the workers until nothing is left to do, and tells the pages that watch.
    pub(super) async fn settle(&self) {
        for _ in 0..MOST_TURNS {
            let turned = async { Ok(self.timers.tick().await?.worked + self.outbox.tick().await?.worked) };
            match turned.await {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) => {
                    let error: crate::service::ServiceError = error;
                    tracing::error!(cause = %chain(&error), "the demonstration's workers failed");
                    break;
                }
            }
        }
        self.changed.send_modify(|version| *version += 1);
    }
}

pub(super) fn routes(config: &mut ServiceConfig) {
    // A page from elsewhere cannot post JSON here without asking first, and nobody answers it.
    config.app_data(JsonConfig::default().limit(8 * 1024));
    config
        .route("/demo", web::get().to(pages::page))
        .route("/demo/events", web::get().to(events::stream))
        .route("/demo/cases/{case}.json", web::get().to(pages::case))
        .route("/demo/cases/{case}/say", web::post().to(talk::say))
        .route("/demo/cases/{case}/remind", web::post().to(talk::remind))
        .route("/demo/advance", web::post().to(talk::advance));
}
