//! The server that takes our e-mails, spoken to by SMTP. Beside `transport.rs`, the only file that talks over the network;
//! it never logs either: an e-mail holds an address and a text.
//!
//! The talk is led command by command, so that what broke before the text was handed over is told from what broke after:
//! the first may be said again, the second never blindly.

use super::{FailureVerdict, SendOutcome, TransportError};
use crate::domain::{CreditorKey, OutboundId};
use chrono::{DateTime, Utc};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, MultiPartKind, SinglePart};
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{AsyncSmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail as MailFrom, Noop, Rcpt};
use lettre::transport::smtp::{self, extension::ClientId};
use lettre::{Address, Message};
use secrecy::{ExposeSecret as _, SecretString};
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
use tokio::time::timeout;

/// Until the server is ready for the text. With the next one, less than the lease of the outbox.
const GREETING: Duration = Duration::from_secs(15);
/// Until it says that it has the text.
const HANDING_OVER: Duration = Duration::from_secs(30);
/// A server that says "later" is asked again after this long at least: grey lists want minutes.
const LATER_SECONDS: u32 = 60;
/// What most servers let pass, once it is written in base64.
const LARGEST_INVOICE: u64 = 5 * 1024 * 1024;
/// A name of a file that is longer is none of an invoice.
const LONGEST_NAME: usize = 100;

/// How the talk is kept from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailTls {
    /// TLS from the first byte.
    Implicit,
    /// TLS after a greeting; without it, nothing is sent.
    Starttls,
    /// In the clear.
    None,
}

/// Where e-mails are handed over.
#[derive(Debug, Clone)]
pub struct MailerSettings {
    /// The name of the server.
    pub host: String,
    /// Where it listens.
    pub port: u16,
    /// How the talk is kept from others.
    pub tls: MailTls,
    /// The account and its password, where the server wants one.
    pub account: Option<(String, SecretString)>,
    /// The folder of the invoices, in which each creditor has its own under its key.
    pub invoices: Option<PathBuf>,
}

/// An e-mail that may leave.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// Our id, of which that of the e-mail is made: a server or a reader who gets it twice can tell.
    pub id: OutboundId,
    /// The name of who writes.
    pub name: String,
    /// Their address.
    pub from: String,
    /// Where answers go, when it is elsewhere.
    pub reply_to: Option<String>,
    /// The person's address.
    pub to: String,
    /// What a list of messages shows of it.
    pub subject: String,
    /// The words.
    pub text: String,
    /// The file that goes with it, as `Mailer::invoice` gave it.
    pub attachment: Option<String>,
    /// The day and hour that it says.
    pub at: DateTime<Utc>,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Mail({}, {} characters)", self.id, self.text.chars().count())
    }
}

/// Why the server cannot take e-mails of ours now.
#[derive(Debug, thiserror::Error)]
pub enum MailObstacle {
    /// Nobody answers, or the talk broke.
    #[error("the server of mail does not answer")]
    Unreachable(#[source] smtp::Error),
    /// It takes too long.
    #[error("the server of mail does not answer in time")]
    Late,
    /// It has no TLS, or not one to trust.
    #[error("the server of mail offers no TLS that can be trusted")]
    Tls,
    /// It does not let us in.
    #[error("the server of mail refuses the account ({0})")]
    Account(String),
    /// It answers something else than welcome.
    #[error("the server of mail answers {0}")]
    Refused(String),
}

/// Hands e-mails over to one server.
#[derive(Debug, Clone)]
pub struct Mailer {
    settings: MailerSettings,
}

impl Mailer {
    /// A mailer for that server.
    #[must_use]
    pub const fn new(settings: MailerSettings) -> Self {
        Self { settings }
    }

    /// The file of a case in the folder of its creditor, as `KEY/NAME.pdf`, when there is one that can be sent: that of its
    /// invoice or, where it has none, of its reference. A case never gets the file of another number, which may be somebody
    /// else's.
    #[must_use]
    pub fn invoice(&self, creditor: &CreditorKey, invoice: Option<&str>, reference: &str) -> Option<String> {
        let folder = self.settings.invoices.as_deref()?;
        let file = format!("{}/{}", creditor.0, file_name(invoice.unwrap_or(reference))?);
        let found = std::fs::metadata(folder.join(&file)).ok()?;
        (found.is_file() && (1..=LARGEST_INVOICE).contains(&found.len())).then_some(file)
    }

    /// Hands an e-mail over, once.
    ///
    /// # Errors
    /// When there is no answer; the error says whether the e-mail may have left.
    pub async fn send(&self, mail: &Mail) -> Result<SendOutcome, TransportError> {
        let invoice = match (&self.settings.invoices, &mail.attachment) {
            (Some(folder), Some(file)) => {
                // A file in no creditor's folder may be another creditor's.
                let unknown = TransportError::NotSent { why: "the invoice is in no folder of a creditor" };
                let (_, name) = file.split_once('/').ok_or(unknown)?;
                Some((name, read(folder.join(file)).await?))
            }
            (None, Some(_)) => return Err(TransportError::NotSent { why: "there is no folder of invoices" }),
            (_, None) => None,
        };
        let (Some(to), Ok(from)) = (address(&mail.to), mail.from.parse::<Address>()) else {
            return Ok(SendOutcome::Refused { code: "address".to_owned(), verdict: FailureVerdict::GiveUp });
        };
        let id = format!("<{}@{}>", mail.id, from.domain());
        let composed = compose(mail, &from, &to, &id, invoice)
            .map_err(|_| TransportError::NotSent { why: "the e-mail cannot be composed" })?;
        let mut talk = match timeout(GREETING, self.offer(from, to)).await {
            Ok(Ok(talk)) => talk,
            Ok(Err(obstacle)) => return obstacle.outcome(),
            Err(_) => return MailObstacle::Late.outcome(),
        };
        let answer = timeout(HANDING_OVER, talk.message(&composed)).await;
        // The e-mail is taken or not by now: what the server thinks of our leaving changes nothing.
        drop(timeout(Duration::from_secs(1), talk.quit()).await);
        match answer {
            Ok(Ok(_)) => Ok(SendOutcome::Accepted { gateway_id: id, segments: None }),
            Ok(Err(error)) if error.status().is_some() => MailObstacle::from(error).outcome(),
            Ok(Err(_)) => Err(TransportError::Ambiguous { what: "the connection was lost" }),
            Err(_) => Err(TransportError::Ambiguous { what: "no answer in time" }),
        }
    }

    /// Whether the server greets us, with TLS and the account of the settings.
    ///
    /// # Errors
    /// What stands in the way.
    pub async fn check(&self) -> Result<(), MailObstacle> {
        let check = async {
            let mut talk = self.open().await?;
            talk.command(Noop).await?;
            drop(talk.quit().await);
            Ok(())
        };
        timeout(GREETING, check).await.unwrap_or(Err(MailObstacle::Late))
    }

    /// A talk in which the server waits for the text.
    async fn offer(&self, from: Address, to: Address) -> Result<AsyncSmtpConnection, MailObstacle> {
        let mut talk = self.open().await?;
        talk.command(MailFrom::new(Some(from), Vec::new())).await?;
        talk.command(Rcpt::new(to, Vec::new())).await?;
        talk.command(Data).await?;
        Ok(talk)
    }

    async fn open(&self) -> Result<AsyncSmtpConnection, MailObstacle> {
        let MailerSettings { host, port, tls, account, .. } = &self.settings;
        let parameters = || TlsParameters::new_rustls(host.clone()).map_err(|_| MailObstacle::Tls);
        let implicit = if *tls == MailTls::Implicit { Some(parameters()?) } else { None };
        let hello = ClientId::default();
        let mut talk =
            AsyncSmtpConnection::connect_tokio1((host.as_str(), *port), Some(GREETING), &hello, implicit, None).await?;
        if *tls == MailTls::Starttls {
            if !talk.can_starttls() {
                return Err(MailObstacle::Tls);
            }
            talk.starttls(parameters()?, &hello).await?;
        }
        if let Some((user, password)) = account {
            let account = Credentials::new(user.clone(), password.expose_secret().to_owned());
            talk.auth(&[Mechanism::Plain, Mechanism::Login], &account).await.map_err(|error| match error.status() {
                Some(code) if error.is_permanent() => MailObstacle::Account(code.to_string()),
                None if error.is_client() => MailObstacle::Account("no way to sign in that we know".to_owned()),
                _ => error.into(),
            })?;
        }
        Ok(talk)
    }
}

impl From<smtp::Error> for MailObstacle {
    fn from(error: smtp::Error) -> Self {
        match error.status() {
            Some(code) if matches!(code.to_string().as_str(), "530" | "534" | "535" | "538") => {
                Self::Account(code.to_string())
            }
            Some(code) => Self::Refused(code.to_string()),
            None if error.is_tls() => Self::Tls,
            None => Self::Unreachable(error),
        }
    }
}

impl MailObstacle {
    /// What it means for an e-mail whose text was not taken.
    fn outcome(self) -> Result<SendOutcome, TransportError> {
        let refused = |code, verdict| Ok(SendOutcome::Refused { code, verdict });
        match self {
            Self::Unreachable(_) => Err(TransportError::NotSent { why: "the server of mail does not answer" }),
            Self::Late => Err(TransportError::NotSent { why: "the server of mail does not answer in time" }),
            Self::Tls => Err(TransportError::NotSent { why: "the server of mail offers no TLS" }),
            Self::Account(code) => {
                let alert = "the server of mail refuses the account";
                refused(code, FailureVerdict::StopSending { alert })
            }
            Self::Refused(code) if code.starts_with('4') => {
                refused(code, FailureVerdict::Retry { after_seconds: LATER_SECONDS })
            }
            Self::Refused(code) => refused(code, FailureVerdict::GiveUp),
        }
    }
}

/// An address that any server takes: without letters that only some can write.
fn address(text: &str) -> Option<Address> {
    text.trim().parse::<Address>().ok().filter(|_| text.is_ascii())
}

/// The file of a number that comes from data: a plain name, which leads nowhere else.
fn file_name(number: &str) -> Option<String> {
    let number = number.trim();
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
    let is_name = !number.is_empty() && !number.starts_with('.') && !number.contains("..") && number.chars().all(plain);
    (is_name && number.len() <= LONGEST_NAME).then(|| format!("{number}.pdf"))
}

async fn read(file: PathBuf) -> Result<Vec<u8>, TransportError> {
    let unreadable = TransportError::NotSent { why: "the invoice cannot be read" };
    let content = tokio::task::spawn_blocking(move || bounded(&file)).await;
    content.ok().flatten().ok_or(unreadable)
}

/// The file, unless it has grown since it was found.
fn bounded(file: &Path) -> Option<Vec<u8>> {
    let content = std::fs::read(file).ok()?;
    u64::try_from(content.len()).is_ok_and(|size| size <= LARGEST_INVOICE).then_some(content)
}

fn compose(
    mail: &Mail,
    from: &Address,
    to: &Address,
    id: &str,
    invoice: Option<(&str, Vec<u8>)>,
) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let answers_to = mail.reply_to.as_deref().unwrap_or(&mail.from).parse::<Address>()?;
    let header = |name: &'static str, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
    let built = Message::builder()
        .from(Mailbox::new(Some(mail.name.clone()), from.clone()))
        .to(Mailbox::new(None, to.clone()))
        .reply_to(Mailbox::new(None, answers_to.clone()))
        .subject(&mail.subject)
        .date(SystemTime::from(mail.at))
        .message_id(Some(id.to_owned()))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("List-Unsubscribe", format!("<mailto:{answers_to}?subject=STOP>")));
    let text = SinglePart::plain(mail.text.clone());
    let composed = match invoice {
        None => built.singlepart(text)?,
        Some((name, content)) => {
            let file = Attachment::new(name.to_owned()).body(content, ContentType::parse("application/pdf")?);
            let whole = MultiPart::builder().kind(MultiPartKind::Mixed).boundary(format!("part-{}", mail.id)).build();
            built.multipart(whole.singlepart(text).singlepart(file))?
        }
    };
    Ok(composed.formatted())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailer(invoices: Option<PathBuf>) -> Mailer {
        Mailer::new(MailerSettings { host: "h".into(), port: 25, tls: MailTls::None, account: None, invoices })
    }

    #[test]
    fn an_invoice_is_a_plain_file_of_its_creditor_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, size: usize| std::fs::write(folder.path().join(name), vec![b'%'; size]).unwrap();
        for own in ["lumen/in", "vernier"] {
            std::fs::create_dir_all(folder.path().join(own)).unwrap();
        }
        for name in
            ["F-3.pdf", "lumen/F-1.pdf", "lumen/D-1.pdf", "lumen/in/F-2.pdf", "vernier/F-1.pdf", "vernier/D-2.pdf"]
        {
            write(name, 9);
        }
        write("lumen/empty.pdf", 0);
        write("lumen/large.pdf", usize::try_from(LARGEST_INVOICE).unwrap() + 1);
        let here = mailer(Some(folder.path().to_owned()));
        for (creditor, invoice, reference, expected) in [
            ("lumen", Some("F-1"), "D-1", Some("lumen/F-1.pdf")),
            ("vernier", Some("F-1"), "D-1", Some("vernier/F-1.pdf")),
            ("lumen", None, "D-1", Some("lumen/D-1.pdf")),
            ("lumen", Some("F-9"), "D-1", None),
            ("lumen", None, "D-2", None),
            ("lumen", Some("F-3"), "F-3", None),
            ("nobody", Some("F-1"), "D-1", None),
            ("lumen", Some("empty"), "D-1", None),
            ("lumen", None, "large", None),
            ("lumen", Some("in/F-2"), "in\\F-2", None),
            ("lumen", Some("../F-3"), "D-1", None),
            ("lumen", None, "x/../../F-3", None),
            ("lumen", None, ".", None),
        ] {
            let found = here.invoice(&CreditorKey(creditor.to_owned()), invoice, reference);
            assert_eq!(found.as_deref(), expected, "{creditor} {invoice:?} {reference}");
        }
        assert_eq!(mailer(None).invoice(&CreditorKey("lumen".to_owned()), Some("F-1"), "D-1"), None);
    }
}
