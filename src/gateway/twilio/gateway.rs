//! The account, and the trait it fulfils.

use super::{api, signature, webhooks};
use crate::gateway::form::Form;
use crate::gateway::{
    Acknowledgement, Answer, Gateway, LookupOutcome, Outgoing, Refusal, Request, SendOutcome, Sought, Webhook,
    WebhookEvent,
};
use secrecy::SecretString;
use std::fmt;
use std::time::Duration;
use url::Url;

/// What the operator knows of the Twilio account.
#[derive(Clone)]
pub struct TwilioSettings {
    /// `AC…`.
    pub account_sid: String,
    /// The primary token first: it is the one we send with. Any of them may have signed a webhook.
    pub auth_tokens: Vec<SecretString>,
    /// `https://api.twilio.com`, or a region's.
    pub api_base: Url,
    /// Where Twilio reaches us, exactly as it was given to Twilio, without the path of the webhook.
    pub public_url: Url,
    /// Within it, the same sender and text under another id is Twilio repeating itself; five seconds if in doubt.
    pub repeat_window: Duration,
}

impl TwilioSettings {
    pub(super) fn public_url(&self) -> &str {
        self.public_url.as_str().trim_end_matches('/')
    }
}

impl fmt::Debug for TwilioSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The public URL may carry a password.
        f.debug_struct("TwilioSettings")
            .field("tokens", &self.auth_tokens.len())
            .field("repeat_window", &self.repeat_window)
            .finish_non_exhaustive()
    }
}

/// One Twilio account.
#[derive(Debug, Clone)]
pub struct Twilio {
    settings: TwilioSettings,
}

impl Twilio {
    /// The gateway to that account.
    #[must_use]
    pub const fn new(settings: TwilioSettings) -> Self {
        Self { settings }
    }

    fn verified(&self, webhook: &Webhook) -> Result<Form, Refusal> {
        webhook.check_size()?;
        let form = Form::parse(webhooks::payload(webhook));
        let url = format!("{}{}", self.settings.public_url(), webhook.path_and_query);
        if signature::is_genuine(&self.settings.auth_tokens, &url, webhook, form.fields()) {
            Ok(form)
        } else {
            Err(Refusal::BadSignature)
        }
    }
}

impl Gateway for Twilio {
    fn name(&self) -> &'static str {
        "twilio"
    }

    fn receive(&self, webhook: &Webhook) -> Result<Vec<WebhookEvent>, Refusal> {
        let form = self.verified(webhook)?;
        webhooks::message(webhook, &form).map(|event| vec![event])
    }

    fn receive_status(&self, webhook: &Webhook) -> Result<Vec<WebhookEvent>, Refusal> {
        let form = self.verified(webhook)?;
        webhooks::receipt(webhook, &form).map(|event| vec![event])
    }

    /// An empty answer, as XML: Twilio would send a plain text to the person.
    fn acknowledgement(&self) -> Acknowledgement {
        Acknowledgement { status: 200, content_type: "text/xml", body: "<Response/>" }
    }

    fn compose(&self, outgoing: &Outgoing) -> Request {
        api::compose(&self.settings, outgoing)
    }

    fn conclude(&self, answer: &Answer) -> SendOutcome {
        api::conclude(answer)
    }

    fn compose_check(&self) -> Option<Request> {
        Some(api::compose_check(&self.settings))
    }

    fn compose_lookup(&self, outgoing: &Outgoing) -> Option<Request> {
        Some(api::compose_lookup(&self.settings, outgoing))
    }

    fn conclude_lookup(&self, outgoing: &Outgoing, sought: &Sought<'_>, answer: &Answer) -> LookupOutcome {
        api::conclude_lookup(outgoing, sought, answer)
    }

    fn repeat_window(&self) -> Duration {
        self.settings.repeat_window
    }
}
