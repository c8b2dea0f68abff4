//! `[console]`: who signs in to the agents' console.

use super::ConfigError;
use crate::domain::is_same_person;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

/// The accounts of the console.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ConsoleSettings {
    /// The name of an account that is written here alone.
    pub user: String,
    /// Its password, as an argon2id hash; empty: there is no such account.
    pub password_hash: SecretString,
    /// The accounts.
    pub users: Vec<ConsoleUser>,
}

/// One account.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConsoleUser {
    /// The name of a person: it is written down with all that they do.
    pub name: String,
    /// An argon2id hash; empty: the account is closed.
    #[serde(default)]
    pub password_hash: SecretString,
    /// What it may do beside the work on cases; all of it, when left out.
    #[serde(default = "every_right")]
    pub may: Vec<Right>,
}

/// What not every account has to be let do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// Approve texts of others, and take approvals back.
    Approve,
    /// Start campaigns, and let paused ones go on.
    StartCampaigns,
    /// Press and lift stop buttons, pause and stop campaigns.
    Stop,
}

fn every_right() -> Vec<Right> {
    vec![Right::Approve, Right::StartCampaigns, Right::Stop]
}

impl Default for ConsoleSettings {
    fn default() -> Self {
        Self { user: "agent".to_owned(), password_hash: SecretString::from(""), users: Vec::new() }
    }
}

impl ConsoleSettings {
    /// The accounts that are open; the console is closed when there is none.
    #[must_use]
    pub fn accounts(&self) -> Vec<ConsoleUser> {
        let alone =
            ConsoleUser { name: self.user.clone(), password_hash: self.password_hash.clone(), may: every_right() };
        let all = std::iter::once(&alone).chain(&self.users);
        all.filter(|account| !account.password_hash.expose_secret().is_empty()).cloned().collect()
    }

    /// Whether an account has the name of that person.
    #[must_use]
    pub fn knows(&self, person: &str) -> bool {
        self.accounts().iter().any(|account| is_same_person(&account.name, person))
    }

    pub(super) fn check(&self) -> Result<(), ConfigError> {
        for (index, user) in self.users.iter().enumerate() {
            let invalid =
                |problem: String| Err(ConfigError::Invalid { key: format!("console.users[{index}].name"), problem });
            if user.name.trim().is_empty() {
                return invalid("it is empty: write the name of a person".to_owned());
            }
            let before = self.users[..index].iter().map(|user| &user.name);
            let alone = Some(&self.user).filter(|_| !self.password_hash.expose_secret().is_empty());
            if before.chain(alone).any(|name| is_same_person(name, &user.name)) {
                return invalid(format!("two accounts are called « {} »: each person needs their own", user.name));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> ConsoleSettings {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn an_account_may_all_but_what_it_is_not_given() {
        let settings = read(
            "users = [{ name = \"Léa\", password_hash = \"x\" }, { name = \"paul\", password_hash = \"y\", may = [\"stop\"] }]",
        );
        let rights: Vec<Vec<Right>> = settings.accounts().into_iter().map(|account| account.may).collect();
        assert_eq!(rights, [every_right(), vec![Right::Stop]]);
        assert!(settings.knows("lea") && !settings.knows("anne"));
    }

    #[test]
    fn one_account_or_many_and_each_name_once() {
        let names = |text: &str| -> Vec<String> { read(text).accounts().into_iter().map(|user| user.name).collect() };
        assert!(names("").is_empty() && names("user = \"lea\"").is_empty());
        assert_eq!(names("user = \"lea\"\npassword_hash = \"x\""), ["lea"]);
        let two = "users = [{ name = \"lea\", password_hash = \"x\" }, { name = \"paul\", password_hash = \"\" }]";
        assert_eq!(names(two), ["lea"], "an account without a password is closed");
        assert_eq!(names(&format!("password_hash = \"x\"\n{two}")), ["agent", "lea"]);
        let refusal = |text: &str| read(text).check().expect_err(text).to_string();
        assert!(refusal(&two.replace("paul", "Lea ")).contains("console.users[1].name`: two accounts are called"));
        assert!(refusal(&two.replace("lea", " ")).contains("console.users[0].name`: it is empty"));
        assert!(refusal(&format!("user = \"PAUL\"\npassword_hash = \"x\"\n{two}")).contains("« paul »"));
    }
}
