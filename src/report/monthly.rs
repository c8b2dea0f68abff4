//! Rates by creditor and month. People count in the month in which we first reached them, messages in the month in which
//! they left; months are those of the creditor's zone.

use super::Rate;
use crate::domain::{Creditor, CreditorKey};
use crate::store::{ReachedRow, SentRow};
use chrono::{DateTime, Datelike, Days, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use std::collections::BTreeMap;

/// A reply within so many days counts as a response.
const RESPONSE_DAYS: u64 = 7;

/// One creditor, one month.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Who wrote.
    pub creditor: String,
    /// `2026-11`.
    pub month: String,
    /// Someone was reached less than a week ago: more may still answer.
    pub provisional: bool,
    /// People first reached: the cohort.
    pub reached: u32,
    /// Who wrote within seven days, of those reached.
    pub response: Rate,
    /// Whose reply fits the debtor, of those reached.
    pub right_party: Rate,
    /// Who admitted the debt in words and have not contested it since, of the right parties.
    pub acknowledgment: Rate,
    /// Who only acted as if it were theirs, of the right parties.
    pub implied_acknowledgment: Rate,
    /// Who offered a date, of the right parties.
    pub promise: Rate,
    /// Who contested it, of those reached.
    pub dispute: Rate,
    /// Who asked us to stop, of those reached.
    pub opt_out: Rate,
    /// People who wrote before anything was sent to them unasked: the rates above are not theirs.
    pub wrote_first: u32,
    /// Messages that did not arrive, of those that the carrier was given.
    pub failure: Rate,
}

/// Counts the rows by creditor and month.
#[must_use]
pub fn monthly(
    reached: &[ReachedRow],
    wrote_first: &[(CreditorKey, DateTime<Utc>)],
    sent: &[SentRow],
    creditors: &[Creditor],
    now: DateTime<Utc>,
) -> Vec<Line> {
    let zone = |key: &CreditorKey| creditors.iter().find(|c| c.key == *key).map_or(Tz::UTC, |c| c.zone);
    let month = |key: &CreditorKey, at: DateTime<Utc>| {
        let local = at.with_timezone(&zone(key));
        format!("{:04}-{:02}", local.year(), local.month())
    };
    let mut lines: BTreeMap<(String, String), Line> = BTreeMap::new();
    for row in reached {
        let line = lines.entry((row.creditor.0.clone(), month(&row.creditor, row.reached_at))).or_default();
        let answer_by = row.reached_at + Days::new(RESPONSE_DAYS);
        line.provisional |= now < answer_by;
        line.reached += 1;
        line.response.add(row.replied_at.is_some_and(|at| at <= answer_by));
        line.right_party.add(row.right_party);
        line.dispute.add(row.disputed);
        line.opt_out.add(row.opted_out);
        if row.right_party {
            line.acknowledgment.add(row.acknowledged);
            line.implied_acknowledgment.add(row.acknowledged_by_acts && !row.acknowledged);
            line.promise.add(row.promised);
        }
    }
    for (creditor, at) in wrote_first {
        lines.entry((creditor.0.clone(), month(creditor, *at))).or_default().wrote_first += 1;
    }
    for row in sent {
        let line = lines.entry((row.creditor.0.clone(), month(&row.creditor, row.sent_at))).or_default();
        line.failure.add(row.failed);
    }
    let named = |((creditor, month), line)| Line { creditor, month, ..line };
    lines.into_iter().map(named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ThreadId;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn reached(when: &str, change: impl FnOnce(&mut ReachedRow)) -> ReachedRow {
        let mut row = ReachedRow {
            thread: ThreadId(uuid::Uuid::nil()),
            creditor: CreditorKey("atelier".into()),
            reached_at: at(when),
            replied_at: None,
            right_party: false,
            acknowledged: false,
            acknowledged_by_acts: false,
            promised: false,
            disputed: false,
            opted_out: false,
        };
        change(&mut row);
        row
    }

    #[test]
    fn people_count_in_their_month_and_each_rate_over_its_own_people() {
        let rows = [
            reached("2026-10-05T08:00:00Z", |r| {
                r.replied_at = Some(at("2026-10-06T08:00:00Z"));
                r.right_party = true;
                r.acknowledged = true;
                r.acknowledged_by_acts = true;
            }),
            reached("2026-10-05T08:00:00Z", |r| r.replied_at = Some(at("2026-10-20T08:00:00Z"))),
            reached("2026-10-31T23:30:00Z", |r| r.opted_out = true),
        ];
        let sent = [(false, "2026-10-05T08:00:00Z"), (true, "2026-10-05T08:00:00Z")].map(|(failed, when)| SentRow {
            creditor: CreditorKey("atelier".into()),
            sent_at: at(when),
            failed,
        });
        let first = [(CreditorKey("atelier".into()), at("2026-10-09T08:00:00Z"))];
        let lines = monthly(&rows, &first, &sent, &[], at("2026-11-05T00:00:00Z"));
        assert_eq!(lines.len(), 1, "UTC where the creditor is not known");
        let line = &lines[0];
        assert_eq!((line.creditor.as_str(), line.month.as_str(), line.reached), ("atelier", "2026-10", 3));
        assert_eq!(line.wrote_first, 1);
        assert!(line.provisional, "the last one was reached less than a week ago");
        assert_eq!(line.response, Rate { count: 1, total: 3 }, "an answer after two weeks is no response");
        assert_eq!(line.acknowledgment, Rate { count: 1, total: 1 });
        assert_eq!(line.implied_acknowledgment, Rate { count: 0, total: 1 }, "said in words, it is counted there");
        assert_eq!(line.opt_out, Rate { count: 1, total: 3 });
        assert_eq!(line.failure, Rate { count: 1, total: 2 });
    }
}
