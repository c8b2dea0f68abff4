//! `[reading]`: whom to ask what a reply means, when our own reading is not sure enough to act.

use super::ConfigError;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use url::{Host, Url};

/// Limits of the time that an answer may take: the carrier waits fifteen seconds for ours.
const LIMITS: std::ops::RangeInclusive<u64> = 50..=10_000;
/// The files of a model.
const FILES: [&str; 3] = ["config.json", "tokenizer.json", "model.safetensors"];

/// How replies are read.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReadingSettings {
    /// Labelled replies of the operator's own, and the model learnt with them; the program's own model when empty.
    pub folder: PathBuf,
    /// Another reader.
    pub second_opinion: SecondOpinionSettings,
}

/// `[reading.second_opinion]`: what is left out takes the default.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(missing_docs, reason = "each key is explained in the example settings, under the same name")]
pub struct SecondOpinionSettings {
    pub kind: String,
    pub url: Option<Url>,
    pub model: String,
    pub api_key: SecretString,
    pub folder: PathBuf,
    pub timeout_ms: u64,
}

impl Default for SecondOpinionSettings {
    fn default() -> Self {
        let nothing = SecretString::from("");
        Self {
            kind: String::new(),
            url: None,
            model: String::new(),
            api_key: nothing,
            folder: PathBuf::new(),
            timeout_ms: 3_000,
        }
    }
}

/// Whom to ask, and how long to wait.
#[derive(Debug, Clone)]
pub struct SecondOpinion {
    /// Whom.
    pub reader: OtherReader,
    /// How long.
    pub limit: Duration,
}

/// Another reader.
#[derive(Debug, Clone)]
pub enum OtherReader {
    /// A model behind an endpoint that speaks as OpenAI's does.
    Endpoint {
        /// The address before `/chat/completions`.
        url: Url,
        /// The name of the model there.
        model: String,
        /// What opens it.
        api_key: Option<SecretString>,
    },
    /// A model of this machine.
    Transformer {
        /// Where its files are.
        folder: PathBuf,
    },
}

impl ReadingSettings {
    /// The folder of the operator's own replies, when there is one.
    #[must_use]
    pub fn own_folder(&self) -> Option<&Path> {
        Some(self.folder.as_path()).filter(|folder| !folder.as_os_str().is_empty())
    }

    /// Where the model learnt with them is.
    #[must_use]
    pub fn own_model(&self) -> Option<PathBuf> {
        self.own_folder().map(|folder| folder.join("model.bin"))
    }

    /// Whom to ask; `None` when nobody is to be asked.
    ///
    /// # Errors
    /// When a value cannot work, with its key and what to write instead.
    pub fn second_opinion(&self) -> Result<Option<SecondOpinion>, ConfigError> {
        let settings = &self.second_opinion;
        let reader = match settings.kind.as_str() {
            "" => return Ok(None),
            "endpoint" => settings.endpoint()?,
            "transformer" => settings.transformer()?,
            other => {
                return Err(invalid("kind", format!("`{other}` is unknown: write endpoint, transformer or nothing")));
            }
        };
        if !LIMITS.contains(&settings.timeout_ms) {
            let problem = format!("write {} to {}: the carrier waits for our answer", LIMITS.start(), LIMITS.end());
            return Err(invalid("timeout_ms", problem));
        }
        Ok(Some(SecondOpinion { reader, limit: Duration::from_millis(settings.timeout_ms) }))
    }
}

impl SecondOpinionSettings {
    fn endpoint(&self) -> Result<OtherReader, ConfigError> {
        let example = "write the address before /chat/completions, such as https://api.example.com/v1";
        let Some(url) = &self.url else { return Err(invalid("url", format!("it is missing: {example}"))) };
        match url.scheme() {
            "https" => {}
            "http" if is_this_machine(url) => {}
            "http" => return Err(invalid("url", "replies would travel in the clear: write an https address".into())),
            _ => return Err(invalid("url", example.into())),
        }
        if url.query().is_some() || url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err(invalid("url", "write the address alone; the key goes into api_key".into()));
        }
        if self.model.trim().is_empty() {
            return Err(invalid("model", "it is empty: write the name of the model at the endpoint".into()));
        }
        let api_key = Some(self.api_key.clone()).filter(|key| !key.expose_secret().is_empty());
        let sendable = |key: &SecretString| key.expose_secret().chars().all(|c| c.is_ascii_graphic());
        if !api_key.as_ref().is_none_or(sendable) {
            return Err(invalid("api_key", "it holds a blank or an accent: copy it again".into()));
        }
        Ok(OtherReader::Endpoint { url: url.clone(), model: self.model.trim().to_owned(), api_key })
    }

    fn transformer(&self) -> Result<OtherReader, ConfigError> {
        if !cfg!(feature = "transformer") {
            let problem =
                "this program was built without the feature `transformer`: cargo build --features transformer";
            return Err(invalid("kind", problem.into()));
        }
        if self.folder.as_os_str().is_empty() {
            return Err(invalid("folder", format!("it is empty: write the folder that holds {}", FILES.join(", "))));
        }
        if let Some(missing) = FILES.into_iter().find(|file| !self.folder.join(file).is_file()) {
            return Err(invalid("folder", format!("there is no {missing} in {}", self.folder.display())));
        }
        Ok(OtherReader::Transformer { folder: self.folder.clone() })
    }
}

fn invalid(key: &str, problem: String) -> ConfigError {
    ConfigError::Invalid { key: format!("reading.second_opinion.{key}"), problem }
}

fn is_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(keys: &str) -> Result<Option<SecondOpinion>, String> {
        let settings: ReadingSettings = toml::from_str(&format!("[second_opinion]\n{keys}")).expect("settings");
        settings.second_opinion().map_err(|error| error.to_string())
    }

    #[test]
    fn nobody_is_asked_unless_it_is_written() {
        assert!(read("").is_ok_and(|opinion| opinion.is_none()));
        assert!(read("url = \"http://elsewhere.example\"\nmodel = \"small\"").is_ok_and(|opinion| opinion.is_none()));
    }

    #[test]
    fn an_endpoint_is_asked_over_tls_or_on_this_machine() {
        for url in
            ["https://api.example.com/v1", "http://127.0.0.1:11434/v1", "http://localhost:8000/v1", "http://[::1]/v1"]
        {
            let opinion = read(&format!("kind = \"endpoint\"\nurl = \"{url}\"\nmodel = \"small\"")).expect(url);
            let Some(SecondOpinion { reader: OtherReader::Endpoint { api_key: None, .. }, limit }) = opinion else {
                panic!("{url}")
            };
            assert_eq!(limit, Duration::from_secs(3));
        }
    }

    #[test]
    fn what_cannot_work_is_named_with_what_to_write() {
        let endpoint = |rest: &str| format!("kind = \"endpoint\"\nmodel = \"small\"\n{rest}");
        for (keys, wanted) in [
            ("kind = \"oracle\"".to_owned(), "kind`: `oracle` is unknown"),
            (endpoint(""), "url`: it is missing"),
            (endpoint("url = \"http://api.example.com/v1\""), "url`: replies would travel in the clear"),
            (endpoint("url = \"http://127.0.0.1.example.com/v1\""), "url`: replies would travel in the clear"),
            (endpoint("url = \"ftp://api.example.com\""), "url`: write the address before /chat/completions"),
            (endpoint("url = \"https://key@api.example.com/v1\""), "url`: write the address alone"),
            ("kind = \"endpoint\"\nurl = \"https://a.example\"".to_owned(), "model`: it is empty"),
            (endpoint("url = \"https://a.example\"\napi_key = \"a b\""), "api_key`: it holds a blank"),
            (endpoint("url = \"https://a.example\"\ntimeout_ms = 12000"), "timeout_ms`: write 50 to 10000"),
        ] {
            let said = read(&keys).expect_err(&keys);
            assert!(said.contains(wanted), "{said}, for {wanted}");
        }
    }

    #[test]
    fn a_transformer_needs_the_feature_and_its_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let keys = |folder: &str| format!("kind = \"transformer\"\nfolder = '{folder}'");
        let said = |keys: &str| read(keys).expect_err(keys);
        if !cfg!(feature = "transformer") {
            assert!(said(&keys("")).contains("built without the feature `transformer`"));
            return;
        }
        assert!(said(&keys("")).contains("folder`: it is empty"));
        let path = folder.path().display().to_string();
        for file in FILES {
            assert!(said(&keys(&path)).contains(&format!("there is no {file} in {path}")));
            std::fs::write(folder.path().join(file), "").expect("a file");
        }
        assert!(read(&keys(&path)).is_ok());
    }
}
