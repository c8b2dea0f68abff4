//! From a file and the environment to settings.

use super::place::{key_at, line_at};
use super::{ConfigError, DatabaseSettings, EXAMPLE, Sections, Settings};
use crate::parse_error::{in_words, nearest};
use secrecy::SecretString;
use std::path::Path;
use toml::{Table, Value};

/// The prefix of overrides: `RELANCE_SERVER__LISTEN` is `server.listen`.
const PREFIX: &str = "RELANCE_";

/// Reads `file` (no file: the defaults), lays the overrides found in `environment` over it, and checks the whole.
///
/// # Errors
/// The first thing that is wrong, with its key and what to do.
pub fn load(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Settings, ConfigError> {
    let settings = read(file, environment)?;
    settings.check()?;
    Ok(settings)
}

/// The same, unchecked: the folders that it names are to be watched, even where what is in them cannot be used.
///
/// # Errors
/// When it is no settings file.
pub fn read(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Settings, ConfigError> {
    let text = match file {
        Some(path) => {
            std::fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?
        }
        None => String::new(),
    };
    let known = table(EXAMPLE)?;
    let mut settings = table(&text)?;
    refuse_unknown("", &settings, &known)?;
    for (name, value) in environment {
        if let Some(path) = name.strip_prefix(PREFIX).filter(|path| path.contains("__")) {
            let keys: Vec<String> = path.split("__").map(str::to_ascii_lowercase).collect();
            lay_over(&mut settings, &known, &keys, &value)?;
        }
    }
    refuse_unknown("", &settings, &known)?;
    let syntax = |error| syntax(&text, &error);
    let sections = Sections::of(&settings);
    // Read from the text where nothing was laid over it, so that an error can name its line.
    let read: Result<Settings, _> = if settings == table(&text)? { toml::from_str(&text) } else { settings.try_into() };
    Ok(Settings { sections, ..read.map_err(syntax)? })
}

/// What a stop button needs: no plan, text or figure, however bad, may keep anyone from pressing it.
pub struct Essentials {
    /// The settings of the database.
    pub database: DatabaseSettings,
    /// The keys of the creditors.
    pub creditors: Vec<String>,
}

/// Reads of `file` and `environment` what a stop button needs, and looks at nothing else.
///
/// # Errors
/// When the file cannot be read, or is no TOML.
pub fn essentials(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Essentials, ConfigError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        |source| ConfigError::Unreadable { path, source }
    };
    let text = match file {
        Some(path) => std::fs::read_to_string(path).map_err(unreadable(path))?,
        None => String::new(),
    };
    let settings = table(&text)?;
    let url = environment.into_iter().find(|(name, _)| name == "RELANCE_DATABASE__URL").map(|(_, url)| url);
    let written = || settings.get("database")?.get("url")?.as_str().map(str::to_owned);
    let database = match url.or_else(written) {
        Some(url) => DatabaseSettings { url: SecretString::from(url) },
        None => DatabaseSettings::default(),
    };
    let creditors = settings.get("creditors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let key = |creditor: &Value| creditor.get("key")?.as_str().map(str::to_owned);
    Ok(Essentials { database, creditors: creditors.iter().filter_map(key).collect() })
}

fn table(text: &str) -> Result<Table, ConfigError> {
    text.parse().map_err(|error| syntax(text, &error))
}

/// What the parser says, in words, with its line and its key. What came from the environment has no line.
fn syntax(text: &str, error: &toml::de::Error) -> ConfigError {
    let at = error.span().map(|span| span.start);
    let in_environment =
        || error.to_string().split_once("in `").map(|(_, key)| key.trim_end().trim_end_matches('`').to_owned());
    let key = at.and_then(|at| key_at(text, at)).or_else(in_environment);
    let message = in_words(error.message());
    // A value that reads itself may have named its key already.
    let named = key.as_ref().and_then(|key| message.strip_prefix(&format!("setting `{key}`: ")).map(str::to_owned));
    ConfigError::Syntax { line: at.map(|at| line_at(text, at)), key, message: named.unwrap_or(message) }
}

/// Sets one key. Its type is the one it has in the example.
fn lay_over(settings: &mut Table, known: &Table, keys: &[String], text: &str) -> Result<(), ConfigError> {
    let (Some((last, sections)), mut place, mut example) = (keys.split_last(), settings, Some(known)) else {
        return Ok(());
    };
    for section in sections {
        place = place.entry(section.clone()).or_insert_with(|| Value::Table(Table::new())).as_table_mut().ok_or_else(
            || ConfigError::Invalid { key: keys.join("."), problem: "it is not in a section".to_owned() },
        )?;
        example = example.and_then(|table| table.get(section)?.as_table());
    }
    let value = match example.and_then(|table| table.get(last)) {
        Some(Value::Integer(_)) => text.trim().parse().map(Value::Integer).map_err(|_| "a whole number"),
        Some(Value::Float(_)) => text.trim().parse().map(Value::Float).map_err(|_| "a number"),
        Some(Value::Boolean(_)) => text.trim().parse().map(Value::Boolean).map_err(|_| "true or false"),
        _ => Ok(Value::String(text.to_owned())),
    };
    let wrong = |wanted| ConfigError::Invalid {
        key: keys.join("."),
        problem: format!(
            "the environment says « {text} »: write {wanted} in {PREFIX}{}",
            keys.join("__").to_uppercase()
        ),
    };
    place.insert(last.clone(), value.map_err(wrong)?);
    Ok(())
}

fn refuse_unknown(prefix: &str, given: &Table, known: &Table) -> Result<(), ConfigError> {
    for (key, value) in given {
        let whole = if prefix.is_empty() { key.clone() } else { format!("{prefix}.{key}") };
        match (known.get(key), value) {
            (None, _) => {
                return Err(ConfigError::UnknownKey {
                    nearest: nearest(key, known.keys().map(String::as_str)).map(str::to_owned),
                    key: whole,
                });
            }
            (Some(Value::Table(known)), Value::Table(given)) => refuse_unknown(&whole, given, known)?,
            (Some(Value::Array(known)), Value::Array(given)) => {
                let Some(Value::Table(known)) = known.first() else { continue };
                for (index, entry) in given.iter().enumerate() {
                    if let Value::Table(entry) = entry {
                        refuse_unknown(&format!("{whole}[{index}]"), entry, known)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use secrecy::ExposeSecret;

    fn from(text: &str, environment: &[(&str, &str)]) -> Result<Settings, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("relance.toml");
        std::fs::write(&path, text).unwrap();
        load(Some(&path), environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())))
    }

    fn refusal(text: &str, environment: &[(&str, &str)]) -> String {
        from(text, environment).expect_err("it must be refused").to_string()
    }

    #[test]
    fn the_example_loads_and_gives_its_creditor() {
        let creditors = from(EXAMPLE, &[]).unwrap().creditors().unwrap();
        assert_eq!(creditors[0].sender, "+33937000001", "the sender of the gateway serves those that have none");
        assert_eq!(
            creditors[0].policy,
            crate::domain::Policy::under(crate::config::Laws::carried().of(crate::domain::Jurisdiction::Fr)),
            "the example shows the defaults"
        );
    }

    #[test]
    fn nothing_at_all_is_a_valid_file() {
        assert_eq!(from("", &[]).unwrap().database.url.expose_secret(), "sqlite://relance.db");
    }

    #[test]
    fn the_environment_lays_over_the_file_with_the_right_type() {
        let settings = from(
            EXAMPLE,
            &[
                ("RELANCE_SERVER__LISTEN", "127.0.0.1:9999"),
                ("RELANCE_GATEWAY__TWILIO__AUTH_TOKEN", "123456"),
                ("RELANCE_OUTBOX__LEASE_SECONDS", "3"),
                ("RELANCE_LOG", "debug"),
            ],
        )
        .unwrap();
        assert_eq!(settings.server.listen.port(), 9999);
        assert_eq!(settings.outbox.lease_seconds, 3);
        assert_eq!(settings.gateway.twilio.unwrap().auth_token.expose_secret(), "123456");
    }

    #[test]
    fn what_is_wrong_is_named_with_what_to_do() {
        let creditor = &EXAMPLE[EXAMPLE.find("[[creditors]]").unwrap()..];
        for (text, environment, expected) in [
            ("[server]\nlisen = 1", &[][..], "unknown setting `server.lisen`: did you mean `listen`?"),
            ("[gatway.twilio]", &[], "unknown setting `gatway`: did you mean `gateway`?"),
            ("[zzz]", &[], "unknown setting `zzz`"),
            (
                "[gateway]\nsegment_price = \"cheap\"",
                &[],
                "setting `gateway.segment_price`: `cheap` is no price: write it as `0.065 EUR`",
            ),
            (
                &creditor.replace("Europe/Paris", "Paris"),
                &[],
                "setting `creditors[0].zone`: `Paris` is no time zone: write one such as Europe/Paris",
            ),
            (
                &creditor.replace("role = \"creditor\"", "role = \"king\""),
                &[],
                "setting `creditors[0].role`: `king` cannot be written here: write creditor, agency, debt_buyer or \
                 credit_servicer",
            ),
            (
                &creditor.replace("reminders_per_day = 1", "reminders_per_day = 2"),
                &[],
                "setting `creditors[0].policy.reminders_per_day`: write 1: the law of the place allows no more",
            ),
            (
                "",
                &[("RELANCE_OUTBOX__BATCH", "many")],
                "setting `outbox.batch`: the environment says « many »: write a whole number in RELANCE_OUTBOX__BATCH",
            ),
            (
                "",
                &[("RELANCE_SERVER__LISTEN", "zut")],
                "setting `server.listen`: this is no address with its port: write one such as \"127.0.0.1:8080\"",
            ),
            ("", &[("RELANCE_SERVER__LISTN", "x")][..], "unknown setting `server.listn`: did you mean `listen`?"),
            (
                &creditor.replace("freeze_days = 30", "freze_days = 30"),
                &[],
                "unknown setting `creditors[0].policy.freze_days`: did you mean `freeze_days`?",
            ),
            (
                &creditor.replace("freeze_days = 30", "freeze_days = 3"),
                &[],
                "setting `creditors[0].policy.freeze_days`: after a hardship the reminders rest 30 days at least",
            ),
            (
                &creditor.replace("sender = \"\"", "sender = \"RELANCE\""),
                &[],
                "setting `creditors[0].sender`: people cannot answer a name: write a number or a short code",
            ),
            (
                &format!("{creditor}{creditor}"),
                &[],
                "setting `creditors[1].key`: two creditors have the key `atelier-lumen`: each needs its own",
            ),
        ] {
            assert_eq!(refusal(text, environment), expected);
        }
        assert_eq!(
            refusal("[server]\nlisten = 12", &[]),
            "setting `server.listen`: this is the integer 12: write an address and a port, such as \"127.0.0.1:8080\""
        );
    }

    #[test]
    fn no_secret_is_ever_printed() {
        let text = EXAMPLE.replace("your-auth-token", "s3cret-token").replace("relance.db", "s3cret-db");
        assert!(!format!("{:?}", from(&text, &[]).unwrap()).contains("s3cret"));
    }
}
