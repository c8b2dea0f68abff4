//! What a campaign brought in, by the wording that people drew, beside those who were left untouched.

use super::Rate;
use crate::domain::CampaignId;
use crate::store::{StoreError, Tx};
use serde::Serialize;
use std::collections::BTreeMap;

/// What the people of one arm did: those who were written to, but for `paid`, which counts all who drew it. A rule leaves
/// out some of every arm, of those left untouched too, so that only the whole arms are alike.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ArmResult {
    /// The wording that they drew, or `control`.
    pub arm: String,
    /// Whose reminder is on the handset.
    pub arrived: Rate,
    /// Who wrote since.
    pub replied: Rate,
    /// Who admitted the debt in words.
    pub acknowledged: Rate,
    /// Who offered a date.
    pub promised: Rate,
    /// Who contested it.
    pub disputed: Rate,
    /// Who asked us to stop.
    pub opted_out: Rate,
    /// Who paid something.
    pub paid: Rate,
}

/// The results of a campaign, by arm.
///
/// # Errors
/// When the store fails.
pub async fn campaign_results(tx: &mut Tx, campaign: CampaignId) -> Result<Vec<ArmResult>, StoreError> {
    let mut results: BTreeMap<String, ArmResult> = BTreeMap::new();
    for person in tx.campaign_people(campaign).await? {
        let result = results.entry(person.arm.clone()).or_default();
        result.arm = person.arm;
        result.paid.add(person.paid);
        if !person.written {
            continue;
        }
        result.arrived.add(person.arrived);
        result.replied.add(person.replied);
        result.acknowledged.add(person.acknowledged);
        result.promised.add(person.promised);
        result.disputed.add(person.disputed);
        result.opted_out.add(person.opted_out);
    }
    Ok(results.into_values().collect())
}
