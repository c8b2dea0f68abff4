//! A service with the files that its operator edits: settings, texts, plans, figures of a country, import profiles.

use chrono::{DateTime, Utc};
use relance::app;
use relance::clock::TestClock;
use relance::config::{self, EXAMPLE};
use relance::domain::{CreditorKey, Language, Message};
use relance::gateway::{Console, Transport};
use relance::service::{OutboxWorker, Reloader, Service, Sources, TextName};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A text of the operator's own, by Anne.
pub fn text(words: &str) -> String {
    format!("---\nlanguage = \"fr\"\nversion = 2\nauthor = \"Anne\"\n---\n{words}\n")
}

/// The menu, in French.
pub fn menu() -> TextName {
    TextName { language: Language::FR, name: "menu".into() }
}

/// The parts, and the folder of the files.
pub struct Operator {
    pub service: Service,
    pub reloader: Reloader,
    pub clock: Arc<TestClock>,
    folder: PathBuf,
    database: String,
}

impl Operator {
    /// A service on the database of that URL, whose operator edits the files of `folder`, which has none yet.
    pub async fn starts(folder: &Path, database: &str, at: DateTime<Utc>) -> Self {
        for own in ["wording/fr", "dunning", "jurisdictions", "profiles"] {
            std::fs::create_dir_all(folder.join(own)).unwrap();
        }
        let of = |section: &str, own: &str| format!("[{section}]\nfolder = {:?}\n", folder.join(own));
        let mut settings = EXAMPLE.to_owned();
        for (section, own) in [("wording", "wording"), ("dunning", "dunning"), ("jurisdictions", "jurisdictions")] {
            let (before, after) = settings.split_once(&format!("[{section}]\n")).unwrap();
            let after = after.replacen("folder = \"\"", "", 1);
            settings = format!("{before}{}{after}", of(section, own));
        }
        let profiles = format!("profiles = {:?}", folder.join("profiles"));
        std::fs::write(folder.join("relance.toml"), settings.replace("profiles = \"\"", &profiles)).unwrap();
        Self::starts_again(folder, database, at).await
    }

    /// The same, with the files as they are.
    pub async fn starts_again(folder: &Path, database: &str, at: DateTime<Utc>) -> Self {
        let clock = Arc::new(TestClock::at(at));
        let environment = vec![("RELANCE_DATABASE__URL".to_owned(), database.to_owned())];
        let file = folder.join("relance.toml");
        let settings = config::load(Some(&file), environment.clone()).unwrap();
        let sources = Sources::new(Some(file), environment, settings.clone());
        let service = app::service(&settings, clock.clone()).await.unwrap().watching(sources).await.unwrap();
        let reloader = Reloader::new(service.clone());
        Self { service, reloader, clock, folder: folder.to_owned(), database: database.to_owned() }
    }

    /// Another process beside it, on the same files and the same database.
    pub async fn another(&self) -> Self {
        let now = relance::clock::Clock::now(&*self.clock);
        Self::starts_again(&self.folder, &self.database, now).await
    }

    /// The process ends, and another one starts.
    pub async fn restarts(self) -> Self {
        self.service.store.close().await;
        self.another().await
    }

    /// What a file holds.
    pub fn reads(&self, file: &str) -> String {
        std::fs::read_to_string(self.folder.join(file)).unwrap()
    }

    /// Writes a file anew, and its folder where there is none.
    pub fn writes(&self, file: &str, contents: &str) {
        let file = self.folder.join(file);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, contents).unwrap();
    }

    pub fn removes(&self, file: &str) {
        std::fs::remove_file(self.folder.join(file)).unwrap();
    }

    /// Changes the settings file.
    pub fn changes(&self, from: &str, to: &str) {
        let settings = self.reads("relance.toml");
        assert!(settings.contains(from), "{from}");
        self.writes("relance.toml", &settings.replacen(from, to, 1));
    }

    /// One turn of the worker; true when it swapped the rules.
    pub async fn looks(&self) -> bool {
        self.reloader.tick().await.unwrap().worked > 0
    }

    /// Two turns: a change is seen, and still stands.
    pub async fn looks_twice(&self) -> bool {
        assert!(!self.looks().await, "a change that was just seen may still be going on");
        self.looks().await
    }

    /// The days for which the creditor's offers stand.
    pub fn offer_days(&self) -> u64 {
        self.service.creditor(&creditor()).unwrap().policy.offer_days
    }

    /// The menu as it would be said now.
    pub fn menu(&self) -> String {
        let words = self.service.rules().words.clone();
        words
            .in_use()
            .into_iter()
            .find(|text| menu().to_string() == format!("{}/{}", text.language, text.name))
            .unwrap()
            .words
    }

    /// The messages that wait are judged, and leave where they may.
    pub async fn sends(&self) {
        let transport = Arc::new(Transport::new().unwrap());
        let outbox =
            OutboxWorker::new(self.service.clone(), Arc::new(Console), transport, config::OutboxSettings::default());
        while outbox.tick().await.unwrap().worked > 0 {}
    }
}

/// The creditor of the example settings.
pub fn creditor() -> CreditorKey {
    CreditorKey("atelier-lumen".into())
}

/// Whether a message is the menu.
pub fn is_menu(message: &Message) -> bool {
    *message == Message::Menu
}
