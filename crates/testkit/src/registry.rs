//! A registry on loopback that answers what a test says, faults included.
//!
//! HTTP/1.1, one request a connection, one thread a connection; not for anything but tests.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use model::Digest;

use crate::Pushed;

/// A request.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// `GET`, `HEAD`, `POST`.
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The form that was posted.
    pub body: String,
}

/// What is answered.
#[derive(Debug, Clone)]
pub enum Reply {
    /// An answer, whole.
    Whole(Answer),
    /// An answer that is cut off after so many bytes of its body.
    Cut(Answer, usize),
    /// An answer whose body comes byte by byte, with this wait between.
    Drip(Answer, Duration),
    /// A body of this length, made up as it goes.
    Endless(u64),
    /// Nothing, for so long.
    Silence(Duration),
}

/// Status, headers, body.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers, without the length.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// A registry that runs until it is dropped.
#[derive(Debug)]
pub struct Registry {
    address: SocketAddr,
    log: Arc<Mutex<Vec<Asked>>>,
    is_over: Arc<AtomicBool>,
}

type Handler = dyn Fn(&Asked) -> Reply + Send + Sync;

impl Registry {
    /// Starts one.
    ///
    /// # Errors
    /// No port is free; a test unwraps it.
    pub fn start(handler: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let registry = Self {
            address: listener.local_addr()?,
            log: Arc::default(),
            is_over: Arc::default(),
        };
        let (log, is_over) = (Arc::clone(&registry.log), Arc::clone(&registry.is_over));
        let handler: Arc<Handler> = Arc::new(handler);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if is_over.load(Ordering::Relaxed) {
                    return;
                }
                let (log, handler) = (Arc::clone(&log), Arc::clone(&handler));
                // who goes away early is no fault of the test
                thread::spawn(move || serve(&stream, &log, &*handler));
            }
        });
        Ok(registry)
    }

    /// Returns `127.0.0.1:port`.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// Returns what was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.log
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        let _wakes_it_up = TcpStream::connect(self.address);
    }
}

impl Answer {
    /// An answer without a body.
    pub fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    /// An answer with a body.
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// Answers as a registry that holds one image under every name and tag.
pub fn answer(pushed: &Pushed, asked: &Asked) -> Reply {
    let path = asked.path.split('?').next().unwrap_or_default();
    let last = path.rsplit('/').next().unwrap_or_default();
    if path == "/v2/" {
        return Reply::Whole(Answer::ok("{}"));
    }
    let digest = if path.contains("/manifests/") {
        last.parse().unwrap_or(pushed.top)
    } else {
        last.parse().unwrap_or(Digest::new([0; 32]))
    };
    let Some(bytes) = pushed.blobs.get(&digest) else {
        let body = r#"{"errors":[{"code":"BLOB_UNKNOWN","message":"blob unknown"}]}"#;
        return Reply::Whole(Answer {
            status: 404,
            ..Answer::ok(body)
        });
    };
    let range = asked.headers.get("range").map_or("", String::as_str);
    let start: Option<usize> = range
        .strip_prefix("bytes=")
        .and_then(|range| range.trim_end_matches('-').parse().ok());
    let answer = match start.and_then(|start| Some((start, bytes.get(start..)?))) {
        Some((start, rest)) => Answer {
            status: 206,
            ..Answer::ok(rest)
        }
        .with(
            "Content-Range",
            &format!(
                "bytes {start}-{}/{}",
                bytes.len().saturating_sub(1),
                bytes.len()
            ),
        ),
        None => Answer::ok(bytes.clone()),
    };
    Reply::Whole(answer.with("Docker-Content-Digest", &digest.to_string()))
}

fn serve(stream: &TcpStream, log: &Mutex<Vec<Asked>>, handler: &Handler) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let Some(asked) = read(stream)? else {
        return Ok(());
    };
    log.lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(asked.clone());
    let is_head = asked.method == "HEAD";
    let mut out = stream;
    match handler(&asked) {
        Reply::Whole(answer) => {
            let bytes = if is_head { 0 } else { usize::MAX };
            write(stream, &answer, bytes)
        }
        Reply::Cut(answer, bytes) => write(stream, &answer, bytes),
        Reply::Drip(answer, wait) => {
            write(stream, &answer, 0)?;
            for byte in &answer.body {
                out.write_all(&[*byte])?;
                thread::sleep(wait);
            }
            Ok(())
        }
        Reply::Endless(bytes) => {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {bytes}\r\n\r\n");
            out.write_all(head.as_bytes())?;
            io::copy(&mut io::repeat(b' ').take(bytes), &mut out).map(drop)
        }
        Reply::Silence(time) => {
            thread::sleep(time);
            Ok(())
        }
    }
}

/// Reads a request; `None` if it is none, such as the first bytes of TLS.
fn read(stream: &TcpStream) -> io::Result<Option<Asked>> {
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    (&mut reader).take(16_384).read_until(b'\n', &mut line)?;
    let line = String::from_utf8_lossy(&line).into_owned();
    let mut words = line.split_whitespace();
    let (Some(method), Some(path), Some("HTTP/1.1")) = (words.next(), words.next(), words.next())
    else {
        let mut out = stream;
        // as web servers answer TLS
        out.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n")?;
        return Ok(None);
    };
    let mut asked = Asked {
        method: method.to_owned(),
        path: path.to_owned(),
        ..Asked::default()
    };
    loop {
        let mut line = String::new();
        (&mut reader).take(65_536).read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            break;
        };
        asked.headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = asked.headers.get("content-length");
    let length: u64 = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    let body = archive::read_at_most(reader.take(length), 1_000_000)?;
    asked.body = String::from_utf8_lossy(&body).into_owned();
    Ok(Some(asked))
}

fn write(mut stream: &TcpStream, answer: &Answer, bytes: usize) -> io::Result<()> {
    let mut head = format!("HTTP/1.1 {} X\r\nConnection: close\r\n", answer.status);
    let length = ("Content-Length".to_owned(), answer.body.len().to_string());
    for (name, value) in answer.headers.iter().chain([&length]) {
        head.extend([name.as_str(), ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    let bytes = bytes.min(answer.body.len());
    stream.write_all(answer.body.get(..bytes).unwrap_or_default())
}
