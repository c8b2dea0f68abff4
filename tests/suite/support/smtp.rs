//! A model of a server of mail, on a local port: it holds the talk of RFC 5321 to its order, keeps what it took, and can be
//! told to refuse or to hang up at any point.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use std::collections::VecDeque;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

pub const USER: &str = "lumen";
pub const PASSWORD: &str = "mot de passe";

/// What goes wrong with the next e-mail.
#[derive(Debug, Clone, Copy)]
pub enum Mishap {
    /// The recipient is refused with this code.
    Recipient(u16),
    /// The text is refused with this code, once it was read.
    Text(u16),
    /// The line goes dead before the text.
    DropBeforeText,
    /// The e-mail is taken, and the line goes dead before it can be said.
    DropAfterText,
}

/// An e-mail that was taken.
#[derive(Debug, Clone)]
pub struct Taken {
    pub from: String,
    pub to: String,
    /// As it came, its lines joined by line feeds.
    pub raw: String,
}

impl Taken {
    /// The first header of that name, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        let (head, _) = self.raw.split_once("\n\n").unwrap();
        let head = head.replace("\n ", " ").replace("\n\t", " ");
        let found = head.lines().find_map(|line| line.split_once(": ").filter(|(known, _)| *known == name));
        found.map(|(_, value)| value.to_owned())
    }

    /// The words of the first part, decoded.
    pub fn text(&self) -> String {
        let at = self.raw.find("Content-Type: text/plain").unwrap();
        let (head, body) = self.raw[at..].split_once("\n\n").unwrap();
        let body = body.split("\n--part-").next().unwrap();
        let bytes = if head.contains("quoted-printable") {
            quoted_printable(body)
        } else if head.contains("base64") {
            STANDARD.decode(body.replace('\n', "")).unwrap()
        } else {
            body.as_bytes().to_vec()
        };
        // French has no-break spaces, which no test writes.
        String::from_utf8(bytes).unwrap().replace("\r\n", "\n").replace('\u{a0}', " ")
    }

    /// The content of the attached file.
    pub fn file(&self) -> Option<Vec<u8>> {
        let at = self.raw.find("Content-Disposition: attachment")?;
        let (_, body) = self.raw[at..].split_once("\n\n").unwrap();
        Some(STANDARD.decode(body.split("\n--part-").next().unwrap().replace('\n', "")).unwrap())
    }
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        rest = match (first, after) {
            (b'=', [b'\n', ..]) => &after[1..],
            (b'=', [high, low, ..]) => {
                bytes.push(u8::from_str_radix(std::str::from_utf8(&[*high, *low]).unwrap(), 16).unwrap());
                &after[2..]
            }
            _ => {
                bytes.push(*first);
                after
            }
        };
    }
    bytes
}

#[derive(Default)]
struct Book {
    taken: Vec<Taken>,
    mishaps: VecDeque<Mishap>,
    talks: usize,
    account: bool,
}

/// The model, on a port of its own, until it is dropped.
pub struct Post {
    address: SocketAddr,
    stopped: Arc<AtomicBool>,
    book: Arc<Mutex<Book>>,
}

impl Post {
    /// Starts on a free port; anyone may hand over.
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let (stopped, book) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Book::default())));
        let (stop, shared) = (Arc::clone(&stopped), Arc::clone(&book));
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if stop.load(Ordering::SeqCst) {
                    break;
                }
                let book = Arc::clone(&shared);
                std::thread::spawn(move || Talk { stream: &stream, book: &book }.hold());
            }
        });
        Self { address, stopped, book }
    }

    /// Only the account of this file may hand over.
    pub fn wants_account(&self, wants: bool) {
        self.book().account = wants;
    }

    /// The next e-mails go wrong so, in order.
    pub fn next(&self, mishap: Mishap) {
        self.book().mishaps.push_back(mishap);
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// What was taken, oldest first.
    pub fn taken(&self) -> Vec<Taken> {
        self.book().taken.clone()
    }

    /// How many times somebody called.
    pub fn talks(&self) -> usize {
        self.book().talks
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap()
    }
}

impl Drop for Post {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which sees that it must stop.
        drop(TcpStream::connect(self.address));
    }
}

struct Talk<'a> {
    stream: &'a TcpStream,
    book: &'a Mutex<Book>,
}

impl Talk<'_> {
    fn hold(mut self) {
        self.book.lock().unwrap().talks += 1;
        // A client that left does not hear the rest, and that is its own business.
        let _ = self.converse();
    }

    fn say(&mut self, code: u16, text: &str) -> std::io::Result<()> {
        self.stream.write_all(format!("{code} {text}\r\n").as_bytes())
    }

    fn converse(&mut self) -> std::io::Result<()> {
        let mut lines = BufReader::new(self.stream).lines();
        let wants_account = self.book.lock().unwrap().account;
        let (mut greeted, mut known) = (false, !wants_account);
        let (mut from, mut to) = (None, None);
        let mut mishap = None;
        self.say(220, "model ESMTP")?;
        while let Some(line) = lines.next().transpose()? {
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            let between =
                || rest.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(name, _)| name.to_owned());
            match verb.to_ascii_uppercase().as_str() {
                "EHLO" => {
                    greeted = true;
                    self.stream.write_all(b"250-model\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME\r\n")?;
                }
                "NOOP" => self.say(250, "here")?,
                "QUIT" => return self.say(221, "bye"),
                "AUTH" if greeted => {
                    let expected = STANDARD.encode(format!("\0{USER}\0{PASSWORD}"));
                    known = rest.strip_prefix("PLAIN ") == Some(expected.as_str());
                    if known { self.say(235, "welcome")? } else { self.say(535, "unknown account")? }
                }
                "MAIL" if !known => self.say(530, "who are you?")?,
                "MAIL" if greeted && from.is_none() => {
                    mishap = self.book.lock().unwrap().mishaps.pop_front();
                    from = between();
                    self.say(250, "ok")?;
                }
                "RCPT" if from.is_some() => match mishap {
                    Some(Mishap::Recipient(code)) => self.say(code, "not this one")?,
                    _ => {
                        to = between();
                        self.say(250, "ok")?;
                    }
                },
                "DATA" if to.is_some() => {
                    if matches!(mishap, Some(Mishap::DropBeforeText)) {
                        return Ok(());
                    }
                    self.say(354, "end with a dot")?;
                    let mut raw = Vec::new();
                    loop {
                        // Whoever leaves in the middle of a text has handed nothing over.
                        let Some(line) = lines.next().transpose()? else { return Ok(()) };
                        if line == "." {
                            break;
                        }
                        raw.push(line.strip_prefix('.').unwrap_or(&line).to_owned());
                    }
                    if let Some(Mishap::Text(code)) = mishap {
                        self.say(code, "not this text")?;
                        (from, to) = (None, None);
                        continue;
                    }
                    let taken = Taken {
                        from: from.take().unwrap_or_default(),
                        to: to.take().unwrap_or_default(),
                        raw: raw.join("\n"),
                    };
                    self.book.lock().unwrap().taken.push(taken);
                    if matches!(mishap, Some(Mishap::DropAfterText)) {
                        return Ok(());
                    }
                    self.say(250, "taken")?;
                }
                _ => self.say(503, "not now")?,
            }
        }
        Ok(())
    }
}
