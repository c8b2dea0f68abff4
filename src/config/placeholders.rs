//! What of the settings is still as `config example` prints it, and cannot be meant so.

use super::{CreditorSettings, EXAMPLE, Settings, TwilioSettings};
use secrecy::ExposeSecret as _;

impl Settings {
    /// The keys whose value is that of the example, though each operator has their own.
    #[must_use]
    pub fn placeholders(&self) -> Vec<String> {
        let Ok(example) = toml::from_str::<Self>(EXAMPLE) else { return Vec::new() };
        let mut same = Vec::new();
        if self.server.public_url == example.server.public_url {
            same.push("server.public_url".to_owned());
        }
        if let (Some(ours), Some(theirs)) = (&self.gateway.twilio, &example.gateway.twilio) {
            same.extend(of_carrier(ours, theirs).map(|name| format!("gateway.twilio.{name}")));
        }
        for (index, ours) in self.creditors.iter().enumerate() {
            let theirs = example.creditors.iter().flat_map(|theirs| of_creditor(ours, theirs));
            same.extend(theirs.map(|name| format!("creditors[{index}].{name}")));
        }
        same
    }
}

fn of_carrier(ours: &TwilioSettings, theirs: &TwilioSettings) -> impl Iterator<Item = &'static str> {
    let token = ours.auth_token.expose_secret() == theirs.auth_token.expose_secret();
    named([
        ("account_sid", ours.account_sid == theirs.account_sid),
        ("auth_token", token),
        ("from", ours.from == theirs.from),
    ])
}

fn of_creditor(ours: &CreditorSettings, theirs: &CreditorSettings) -> impl Iterator<Item = &'static str> {
    let same = |ours: &Option<String>, theirs: &Option<String>| ours.is_some() && ours == theirs;
    named([
        ("name", ours.name == theirs.name),
        ("callback_phone", same(&ours.callback_phone, &theirs.callback_phone)),
        ("documents_to", same(&ours.documents_to, &theirs.documents_to)),
    ])
}

fn named(keys: [(&'static str, bool); 3]) -> impl Iterator<Item = &'static str> {
    keys.into_iter().filter(|(_, same)| *same).map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_filled_in_is_named_and_what_they_did_is_not() {
        let read = |text: &str| toml::from_str::<Settings>(text).unwrap().placeholders();
        let all = read(EXAMPLE);
        for key in ["server.public_url", "gateway.twilio.auth_token", "creditors[0].callback_phone"] {
            assert!(all.iter().any(|one| one == key), "{key}: {all:?}");
        }
        let filled = EXAMPLE.replace("your-auth-token", "0123").replace("sms.example.fr", "sms.atelier.fr");
        let left = read(&filled);
        assert!(!left.iter().any(|one| one.ends_with("auth_token") || one.ends_with("public_url")), "{left:?}");
        assert_eq!(read(""), Vec::<String>::new());
    }
}
