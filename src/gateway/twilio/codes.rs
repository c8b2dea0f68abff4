//! Twilio's error codes, and what to do about each: at the API or later, in a receipt.

use crate::gateway::FailureVerdict::{self, *};

const MINUTE: u32 = 60;
const HOUR: u32 = 60 * MINUTE;

const VERDICTS: &[(u32, FailureVerdict)] = &[
    (14107, OurBug),
    (20003, StopSending { alert: "Twilio refuses our credentials" }),
    (20404, Configuration { alert: "Twilio does not know this account" }),
    (20429, Retry { after_seconds: 1 }),
    (21211, NumberInvalid),
    (21212, Configuration { alert: "Twilio refuses the sender" }),
    (21217, NumberInvalid),
    (21219, Configuration { alert: "the Twilio account is a trial one: the number is not verified" }),
    (21408, Configuration { alert: "the country is not enabled in the Twilio account" }),
    (21602, OurBug),
    (21604, OurBug),
    (21606, Configuration { alert: "the sender does not belong to the Twilio account or cannot send SMS" }),
    (21608, Configuration { alert: "the Twilio account is a trial one: the number is not verified" }),
    (21610, OptedOut),
    (21611, Retry { after_seconds: 5 * MINUTE }),
    (21612, ChangeSender),
    (21614, NumberInvalid),
    (21617, OurBug),
    (21703, Configuration { alert: "the Messaging Service has no sender" }),
    (21704, Configuration { alert: "the Messaging Service has no sender" }),
    (21705, Configuration { alert: "the Messaging Service has no sender" }),
    (30001, Retry { after_seconds: 15 * MINUTE }),
    (30002, StopSending { alert: "the Twilio account is suspended" }),
    (30003, RetryOnce { after_seconds: 4 * HOUR }),
    (30004, GiveUp),
    (30005, NumberInvalid),
    (30006, NumberInvalid),
    (30007, Configuration { alert: "the operators filter our messages as spam: review the wording and the links" }),
    (30008, RetryOnce { after_seconds: HOUR }),
    (30009, GiveUp),
    (30017, Retry { after_seconds: 15 * MINUTE }),
    (30018, Configuration { alert: "the sender is not registered with the operators" }),
    (30024, Configuration { alert: "the numeric sender is not provisioned by the operators" }),
    (30036, RetryOnce { after_seconds: 15 * MINUTE }),
    (30410, RetryOnce { after_seconds: 15 * MINUTE }),
];

/// What to do about a code of Twilio's. A code that is not in the table says that the message is lost, no more.
#[must_use]
pub fn verdict(code: &str) -> FailureVerdict {
    let code = code.trim().parse::<u32>().ok();
    VERDICTS.iter().find(|(known, _)| Some(*known) == code).map_or(GiveUp, |(_, verdict)| *verdict)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_stands_once() {
        assert!(VERDICTS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }

    #[test]
    fn what_must_stop_stops_and_what_may_pass_is_tried_again() {
        assert_eq!(verdict("21610"), OptedOut);
        assert_eq!(verdict(" 21211"), NumberInvalid);
        assert!(matches!(verdict("20003"), StopSending { .. }));
        assert!(matches!(verdict("30002"), StopSending { .. }));
        assert!(matches!(verdict("30003"), RetryOnce { after_seconds } if after_seconds >= HOUR));
        assert!(matches!(verdict("30001"), Retry { .. }));
        assert_eq!(verdict("21612"), ChangeSender);
        assert_eq!(verdict("14107"), OurBug);
        assert_eq!(verdict("99999"), GiveUp);
        assert_eq!(verdict(""), GiveUp);
    }
}
