//! What every gateway must hold, whatever its carrier: one harness, each gateway brings its tables.

use super::{Answer, DeliveryStatus, Gateway, Outgoing, Refusal, SendOutcome, Webhook, WebhookEvent};

/// A webhook that owns its bytes.
#[derive(Clone)]
pub(super) struct Post {
    pub(super) method: &'static str,
    pub(super) path_and_query: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
}

impl Post {
    pub(super) fn webhook(&self) -> Webhook<'_> {
        Webhook { method: self.method, path_and_query: &self.path_and_query, headers: &self.headers, body: &self.body }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Route {
    Inbound,
    Status,
}

/// A webhook, and what must be read in it.
pub(super) struct Received {
    pub(super) label: &'static str,
    pub(super) route: Route,
    pub(super) post: Post,
    pub(super) expect: Result<Vec<WebhookEvent>, Refusal>,
}

/// An answer to a send, and what must be concluded.
pub(super) struct Sent {
    pub(super) label: &'static str,
    pub(super) answer: Answer,
    pub(super) expect: SendOutcome,
}

/// The gateway under test, and how its carrier speaks.
pub(super) struct Subject<'a> {
    pub(super) gateway: &'a dyn Gateway,
    pub(super) shown: String,
    pub(super) outgoing: Outgoing,
    /// What no `Debug` may show, besides the number and the text of `outgoing`.
    pub(super) secrets: &'a [&'a str],
    pub(super) signs: bool,
    pub(super) says: &'a dyn Fn(&str) -> Post,
    pub(super) reports: &'a dyn Fn(&str) -> Post,
    pub(super) statuses: &'a [(&'static str, DeliveryStatus)],
}

pub(super) fn gateway_contract(subject: &Subject, received: &[Received], sent: &[Sent]) {
    for case in received {
        let first = subject.read(case.route, &case.post);
        assert_eq!(first, case.expect, "{}", case.label);
        assert_eq!(subject.read(case.route, &case.post), first, "{}: read again", case.label);
        subject.shows_nothing(&format!("{:?} {first:?}", case.post.webhook()));
        if subject.signs && first.is_ok() {
            subject.notices_a_changed_byte(case);
        }
    }
    for case in sent {
        let outcome = subject.gateway.conclude(&case.answer);
        assert_eq!(outcome, case.expect, "{}", case.label);
        subject.shows_nothing(&format!("{:?} {outcome:?}", case.answer));
    }
    subject.keeps_texts_whole();
    subject.knows_every_status();
    subject.turns_away_what_is_too_large();
    let request = subject.gateway.compose(&subject.outgoing);
    let lookup = subject.gateway.compose_lookup(&subject.outgoing);
    subject.shows_nothing(&format!("{} {:?} {request:?} {lookup:?}", subject.shown, subject.outgoing));
}

impl Subject<'_> {
    fn read(&self, route: Route, post: &Post) -> Result<Vec<WebhookEvent>, Refusal> {
        match route {
            Route::Inbound => self.gateway.receive(&post.webhook()),
            Route::Status => self.gateway.receive_status(&post.webhook()),
        }
    }

    fn notices_a_changed_byte(&self, case: &Received) {
        let refused = |post: &Post, what: &str| {
            assert_eq!(self.read(case.route, post), Err(Refusal::BadSignature), "{}: {what}", case.label);
        };
        for at in 0..case.post.body.len() {
            let mut changed = case.post.clone();
            changed.body[at] ^= 1;
            refused(&changed, &format!("byte {at} changed"));
        }
        let mut longer = case.post.clone();
        longer.path_and_query.push('0');
        refused(&longer, "path changed");
        let mut unsigned = case.post.clone();
        unsigned.headers.clear();
        refused(&unsigned, "headers removed");
    }

    fn keeps_texts_whole(&self) {
        let long = "é€👍a".repeat(400);
        for (said, text) in [("", ""), ("a\0b\0", "ab"), (long.as_str(), &long), (" + & = % \r\n", " + & = % \r\n")] {
            let events = self.read(Route::Inbound, &(self.says)(said));
            let Ok([WebhookEvent::Inbound(inbound)]) = events.as_deref() else { panic!("not a text: {events:?}") };
            assert_eq!(inbound.text, text);
            assert!(!inbound.raw.is_empty(), "the original bytes are kept");
        }
    }

    fn knows_every_status(&self) {
        for (word, status) in self.statuses {
            let events = self.read(Route::Status, &(self.reports)(word));
            let Ok([WebhookEvent::Receipt(receipt)]) = events.as_deref() else { panic!("{word}: {events:?}") };
            assert_eq!(receipt.status, *status, "{word}");
        }
    }

    fn turns_away_what_is_too_large(&self) {
        assert_eq!(self.read(Route::Inbound, &(self.says)(&"a".repeat(200_000))), Err(Refusal::TooLarge));
    }

    fn shows_nothing(&self, shown: &str) {
        let private = [self.outgoing.to.as_str(), &self.outgoing.to.as_str()[1..], &self.outgoing.text];
        for secret in self.secrets.iter().copied().chain(private) {
            assert!(!shown.contains(secret), "{secret} in {shown}");
        }
    }
}
