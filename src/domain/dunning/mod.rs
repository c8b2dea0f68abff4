//! Dunning plans: which reminder comes when, by which channel, and what holds it back.
//!
//! A plan is data (`plan`), judged once when it is read (`check`); `next` tells of a case what its plan has for it now.

mod check;
mod next;
mod plan;
#[cfg(test)]
pub(super) mod tests;

pub use check::{Fault, PlanFault};
pub use next::{Coming, Next, Pause, Progress, coming, next_step};
pub use plan::{After, Channel, DunningPlan, Plans, Step, Tone};
