//! THE DOOR: webhooks, the debtor's page, the agents' console, the demonstration, health.
//!
//! It turns HTTP into the service's verbs and what they answer into pages. It may use `service`, `domain`, and the
//! public values of the other rooms. It must not decide anything about a case, word a message, write a query, or let a
//! page carry a script that is not ours.
//!
//! Words of the pages are data: `pages/fr.toml`, `pages/en.toml`. A route is a file.

mod api;
mod assets;
mod console;
mod debtor;
mod demo;
mod door;
mod errors;
mod health;
mod language;
mod lockout;
mod pages;
mod story;
mod webhooks;

pub use demo::Demo;
pub use door::{Web, configure};
pub use pages::RuleWords;
pub use story::{Account, Cause, Fact, Written};
