//! Where a message is on its way; receipts come late, twice and out of order.

use serde::{Deserialize, Serialize};

/// Where a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryStatus {
    /// Taken, sender not chosen yet.
    Accepted,
    /// To leave later.
    Scheduled,
    /// Waiting at the carrier.
    Queued,
    /// Leaving.
    Sending,
    /// At the operator.
    Sent,
    /// On the handset.
    Delivered,
    /// The operator could not deliver it.
    Undelivered,
    /// It never left.
    Failed,
    /// Withdrawn before it left.
    Canceled,
}

/// What a new status does to the one we know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// Old news.
    Keep,
    /// The message moved.
    Replace,
    /// The carrier changed its mind after a final status: worth a trace.
    ReplaceAfterFinal,
}

impl DeliveryStatus {
    /// All of them, in order.
    pub const ALL: [Self; 9] = [
        Self::Accepted,
        Self::Scheduled,
        Self::Queued,
        Self::Sending,
        Self::Sent,
        Self::Delivered,
        Self::Undelivered,
        Self::Failed,
        Self::Canceled,
    ];

    /// The label under which it is stored.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Scheduled => "scheduled",
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Undelivered => "undelivered",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// Reads a label.
    #[must_use]
    pub fn from_label(label: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.label() == label)
    }

    /// How far along the way; the final ones share the highest.
    #[must_use]
    pub const fn rank(self) -> u8 {
        match self {
            Self::Accepted => 0,
            Self::Scheduled => 1,
            Self::Queued => 2,
            Self::Sending => 3,
            Self::Sent => 4,
            Self::Delivered | Self::Undelivered | Self::Failed | Self::Canceled => 9,
        }
    }

    /// Nothing more is expected.
    #[must_use]
    pub const fn is_final(self) -> bool {
        self.rank() == 9
    }

    /// What `new` does to `current`: the furthest wins, the first final one stays, but a delivery is believed even
    /// after it was given up.
    #[must_use]
    pub const fn merge(current: Self, new: Self) -> Merge {
        match (current, new) {
            (Self::Undelivered, Self::Delivered) => Merge::ReplaceAfterFinal,
            _ if new.rank() > current.rank() => Merge::Replace,
            _ => Merge::Keep,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::DeliveryStatus::{self, *};
    use super::Merge::{self, *};

    #[test]
    fn the_furthest_status_wins_and_the_first_final_one_stays() {
        for (current, new, expected) in [
            (Queued, Sent, Replace),
            (Sent, Queued, Keep),
            (Sent, Sent, Keep),
            (Accepted, Failed, Replace),
            (Scheduled, Canceled, Replace),
            (Delivered, Sent, Keep),
            (Delivered, Undelivered, Keep),
            (Failed, Delivered, Keep),
            (Undelivered, Failed, Keep),
            (Undelivered, Delivered, ReplaceAfterFinal),
        ] {
            assert_eq!(DeliveryStatus::merge(current, new), expected, "{current:?} then {new:?}");
        }
    }

    #[test]
    fn receipts_in_any_order_end_at_the_same_place() {
        let way = [Queued, Sending, Sent, Delivered];
        let arrive = |order: &mut dyn Iterator<Item = &DeliveryStatus>| {
            order.fold(Accepted, |now, new| if DeliveryStatus::merge(now, *new) == Merge::Keep { now } else { *new })
        };
        assert_eq!(arrive(&mut way.iter()), Delivered);
        assert_eq!(arrive(&mut way.iter().rev()), Delivered);
    }

    #[test]
    fn only_the_last_four_are_final() {
        let last: Vec<_> = DeliveryStatus::ALL.into_iter().filter(|status| status.is_final()).collect();
        assert_eq!(last, [Delivered, Undelivered, Failed, Canceled]);
    }
}
