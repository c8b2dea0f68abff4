//! THE FIGURES: what the messages brought in, by creditor and month, or by campaign, counted from what was kept.
//!
//! A figure is a numerator and a denominator before it is a rate. The room reads the store and never writes to it.

mod campaign;
mod monthly;
mod rate;

pub use campaign::{ArmResult, campaign_results};
pub use monthly::{Line, monthly};
pub use rate::Rate;

use crate::domain::Creditor;
use crate::store::{Store, StoreError};
use chrono::{DateTime, Utc};

/// The lines of the people first reached, and the messages sent, in `from..to`.
///
/// # Errors
/// When the store fails.
pub async fn report(
    store: &Store,
    creditors: &[Creditor],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Vec<Line>, StoreError> {
    let mut tx = store.snapshot().await?;
    let reached = tx.reached(from, to).await?;
    let wrote_first = tx.wrote_first(from, to).await?;
    let sent = tx.sent_messages(from, to).await?;
    Ok(monthly(&reached, &wrote_first, &sent, creditors, now))
}
