//! The product as a process of its own: started, talked to, killed.

use std::io::{BufRead, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

/// A `relance serve` on a port of its own.
pub struct Serve {
    child: Child,
    /// Where it listens.
    pub url: String,
}

/// A settings file for a server that speaks to the model of the carrier.
pub fn settings(folder: &Path, database: &str, carrier: &super::carrier::Carrier, extra: &str) -> PathBuf {
    let (account, token, from) = (super::carrier::ACCOUNT, super::carrier::TOKEN, super::carrier::SENDER);
    let text = format!(
        r#"
[server]
listen = "127.0.0.1:0"
public_url = "http://sms.example.fr"
[database]
url = "{database}"
[gateway.twilio]
account_sid = "{account}"
auth_token = "{token}"
api_base = "{}"
from = "{from}"
repeat_window_seconds = 0
[outbox]
lease_seconds = 1
lookup_after_seconds = 1
{extra}
[[creditors]]
key = "atelier-lumen"
name = "Atelier Lumen"
role = "creditor"
jurisdiction = "fr"
zone = "Europe/Paris"
languages = ["fr", "en"]
callback_phone = "01 84 80 00 00"
[creditors.policy]
answers_open = "00:00"
answers_close = "23:59"
"#,
        carrier.api_base()
    );
    let path = folder.join("relance.toml");
    std::fs::write(&path, text).unwrap();
    path
}

/// The binary, with this settings file.
pub fn relance(settings: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_relance"));
    command.arg("--config").arg(settings).env("RELANCE_LOG", "error");
    command
}

impl Serve {
    /// Starts it, and waits until it says where it listens.
    pub fn start(settings: &Path) -> Self {
        Self::spawn(relance(settings).arg("serve"))
    }

    /// Starts it with all it has to say; the thread ends with the log when it is killed.
    pub fn start_logging(settings: &Path, filter: &str) -> (Self, JoinHandle<String>) {
        let mut command = relance(settings);
        let mut serve = Self::spawn(command.arg("serve").env("RELANCE_LOG", filter).stderr(Stdio::piped()));
        let mut log = serve.child.stderr.take().unwrap();
        let reader = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            log.read_to_end(&mut bytes).unwrap();
            String::from_utf8_lossy(&bytes).into_owned()
        });
        (serve, reader)
    }

    fn spawn(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let url = line.trim().rsplit(' ').next().unwrap_or_default().to_owned();
        assert!(url.starts_with("http://"), "serve did not start: {line}");
        Self { child, url }
    }

    /// `kill -9`: it gets no chance to put anything in order. Says how much memory it held, in KiB.
    pub fn kill(mut self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let resident = resident.trim().trim_end_matches("kB").trim().parse().unwrap();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        resident
    }
}

/// Turns of waiting, of 50 ms each.
const PATIENCE: usize = 2_400;

/// Waits until the real workers of a real process have sent or settled all there is: there is no tick to turn. What only a
/// person can settle is not waited for longer than the rest.
pub async fn drained(store: &relance::store::Store) {
    let mut turns = tokio::time::interval(std::time::Duration::from_millis(50));
    let mut counts = None;
    for _ in 0..PATIENCE {
        turns.tick().await;
        let now = store.snapshot().await.unwrap().counts().await.unwrap();
        if now.pending_outbound + now.unknown_outbound == 0 {
            return;
        }
        counts = Some(now);
    }
    assert_eq!(counts.unwrap().pending_outbound, 0, "messages still wait");
}
