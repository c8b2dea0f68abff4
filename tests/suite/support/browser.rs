//! A real browser, driven by the WebDriver protocol, in a profile that is thrown away.

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

const DRIVER: &str = "chromedriver";
const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];
/// No window is narrower; a telephone is, and is emulated.
const NARROWEST_WINDOW: u32 = 500;
/// The key of an element in the protocol.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// How long the page may take to become what is awaited.
const PATIENCE_MILLIS: u32 = 20_000;

/// One window.
pub struct Browser {
    driver: Child,
    session: String,
    client: reqwest::Client,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Opens a window of `width` by `height`, in French.
    pub async fn open(width: u32, height: u32) -> Self {
        let driver = Command::new(DRIVER).arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
        let mut driver = driver.expect("chromedriver: install chromium and chromium-driver");
        let mut lines = BufReader::new(driver.stdout.take().unwrap()).lines();
        let started =
            lines.find_map(|line| line.unwrap().split_once("successfully on port ").map(|(_, port)| port.to_owned()));
        let port = started.expect("the driver says its port").trim_end_matches('.').to_owned();
        let profile = tempfile::tempdir().unwrap();
        let own = [format!("--user-data-dir={}", profile.path().display()), format!("--window-size={width},{height}")];
        let flags: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).chain(own).collect();
        let mut options = json!({ "args": flags, "prefs": { "intl.accept_languages": "fr,en" } });
        if width < NARROWEST_WINDOW {
            let metrics = json!({ "width": width, "height": height, "pixelRatio": 1.0, "touch": true });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
        let wanted = json!({ "capabilities": { "alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "timeouts": { "script": PATIENCE_MILLIS },
        } } });
        let mut browser = Self {
            driver,
            session: format!("http://127.0.0.1:{port}/session"),
            client: reqwest::Client::new(),
            _profile: profile,
        };
        let opened = browser.tell("", wanted).await;
        browser.session = format!("{}/{}", browser.session, opened["sessionId"].as_str().unwrap());
        browser
    }

    pub async fn go(&self, url: &str) {
        self.tell("/url", json!({ "url": url })).await;
    }

    pub async fn click(&self, css: &str) {
        let element = self.element(css).await;
        self.tell(&format!("/element/{element}/click"), json!({})).await;
    }

    pub async fn write(&self, css: &str, text: &str) {
        let element = self.element(css).await;
        self.tell(&format!("/element/{element}/value"), json!({ "text": text })).await;
    }

    /// Waits until the text of the page's part holds `text`.
    pub async fn sees(&self, css: &str, text: &str) {
        let script = "const [css, text, done] = arguments;
            const look = () => {
              const parts = [...document.querySelectorAll(css)].map((part) => part.innerText.replaceAll('\\u00a0', ' '));
              if (parts.some((part) => part.includes(text))) done(true); else setTimeout(look, 50);
            };
            look();";
        let look = json!({ "script": script, "args": [css, text] });
        let mut seen = self.tell("/execute/async", look.clone()).await;
        // A page that gives way to another one takes the script with it.
        if seen != true && seen["error"] != "script timeout" {
            seen = self.tell("/execute/async", look).await;
        }
        if seen != true {
            self.picture("not_seen").await;
            panic!("« {text} » never shows in {css}");
        }
    }

    /// What a script returns.
    pub async fn run(&self, script: &str) -> Value {
        self.tell("/execute/sync", json!({ "script": script, "args": [] })).await
    }

    /// Keeps a picture of the window, where `RELANCE_TEST_PICTURES` says.
    pub async fn picture(&self, name: &str) {
        use base64::Engine as _;
        let Ok(folder) = std::env::var("RELANCE_TEST_PICTURES") else { return };
        let answer = self.client.get(format!("{}/screenshot", self.session)).send().await.unwrap();
        let answer: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
        let png = base64::engine::general_purpose::STANDARD.decode(answer["value"].as_str().unwrap()).unwrap();
        std::fs::write(std::path::Path::new(&folder).join(format!("{name}.png")), png).unwrap();
    }

    async fn element(&self, css: &str) -> String {
        let found = self.tell("/element", json!({ "using": "css selector", "value": css })).await;
        found[ELEMENT].as_str().unwrap_or_else(|| panic!("no {css}: {found}")).to_owned()
    }

    async fn tell(&self, command: &str, body: Value) -> Value {
        let request = self.client.post(format!("{}{command}", self.session));
        let request = request.header("content-type", "application/json").body(body.to_string());
        let answer = request.send().await.unwrap().text().await.unwrap();
        serde_json::from_str::<Value>(&answer).unwrap()["value"].take()
    }

    /// Closes the window.
    pub async fn close(self) {
        let _ = self.client.delete(&self.session).send().await;
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
