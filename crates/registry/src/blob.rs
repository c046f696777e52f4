//! The bytes of one blob as they come; where the connection breaks, from there on again, and where a
//! host fails, from there on at the next.

use std::io::{self, Read};
use std::thread;
use std::time::Duration;

use model::Digest;
use net::{Body, Method, Pace, Patience};

use crate::RegistryError;
use crate::hosts::Hosts;
use crate::session::Asked;

/// Times that a blob may break off without coming on.
const MOST_BREAKS: u32 = 5;
/// Bytes since the last break that count as coming on.
const PROGRESS_BYTES: u64 = 1 << 20;
/// The first wait after a break; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(200);

/// A reader of one blob. Nothing is asked for before the first byte is read.
///
/// It gives exactly as many bytes as the manifest promises, or fails. That they are those of the
/// digest is for the reader to prove.
#[derive(Debug)]
pub struct Blob<'a> {
    hosts: &'a Hosts,
    /// Which of them is asked.
    at: usize,
    /// What those before it said.
    failed: Vec<RegistryError>,
    what: String,
    size: u64,
    done: u64,
    body: Option<Body>,
    breaks: u32,
    /// Where it broke last.
    broken_at: u64,
    pace: Pace,
    /// Where it stalled last.
    stalled_at: Option<u64>,
}

impl<'a> Blob<'a> {
    pub(crate) fn new(hosts: &'a Hosts, digest: Digest, size: u64) -> Self {
        Self {
            hosts,
            at: 0,
            failed: Vec::new(),
            what: format!("blobs/{digest}"),
            size,
            done: 0,
            body: None,
            breaks: 0,
            broken_at: 0,
            pace: Pace::default(),
            stalled_at: None,
        }
    }

    fn place(&self) -> String {
        let session = self.hosts.session(self.at);
        session.map_or_else(|_| self.what.clone(), |session| session.place(&self.what))
    }

    /// Asks for the bytes from here on: this host, then those behind it.
    fn open(&mut self) -> Result<Body, RegistryError> {
        loop {
            match self.open_here() {
                Ok(body) => return Ok(body),
                Err(error) => self.pass_over(error)?,
            }
        }
    }

    /// Goes on with the next host. What this one gave stays: the whole is proved by its digest.
    fn pass_over(&mut self, error: RegistryError) -> Result<(), RegistryError> {
        if self.hosts.is_late() {
            return Err(error);
        }
        self.failed.push(error);
        if self.hosts.is_last(self.at) {
            return Err(RegistryError::of_each(std::mem::take(&mut self.failed)));
        }
        self.at += 1;
        self.breaks = 0;
        self.stalled_at = None;
        Ok(())
    }

    fn open_here(&self) -> Result<Body, RegistryError> {
        let session = self.hosts.session(self.at)?;
        let range = [("range", format!("bytes={}-", self.done))];
        let answer = session.send(&Asked {
            method: Method::Get,
            what: &self.what,
            headers: if self.done == 0 { &[] } else { &range },
            patience: Patience::Full,
        })?;
        let (status, offered) = (answer.status(), answer.content_length());
        let left = self.size.saturating_sub(self.done);
        let (want, skipped) = match status {
            200 => (self.size, self.done),
            206 if answer.begins_at(self.done) => (left, 0),
            _ => return Err(session.refusal(answer, &self.what)),
        };
        if let Some(got) = offered.filter(|got| *got != want) {
            return Err(RegistryError::SizeMismatch {
                place: self.place(),
                want,
                got,
            });
        }
        let mut body = answer.into_body();
        // who does not know ranges sends everything again
        let failed = |source| RegistryError::Io {
            place: self.place(),
            source,
        };
        io::copy(&mut body.by_ref().take(skipped), &mut io::sink()).map_err(failed)?;
        Ok(body)
    }

    /// Notes a break, and waits before the next try.
    fn break_off(&mut self, why: &str) -> Result<(), RegistryError> {
        self.count_break();
        if self.breaks > MOST_BREAKS {
            return self.give_up(why);
        }
        thread::sleep(FIRST_WAIT.saturating_mul(1 << (self.breaks - 1)));
        Ok(())
    }

    /// Notes that too little came. Another connection may be faster, and one is tried; whoever stalls again
    /// would keep somebody waiting each time.
    fn stalled(&mut self, why: &str) -> Result<(), RegistryError> {
        let since = self.stalled_at.replace(self.done);
        if since.is_none_or(|since| self.done.saturating_sub(since) >= PROGRESS_BYTES) {
            return self.break_off(why);
        }
        self.count_break();
        self.give_up(why)
    }

    fn count_break(&mut self) {
        self.body = None;
        self.pace = Pace::default();
        if self.done.saturating_sub(self.broken_at) >= PROGRESS_BYTES {
            self.breaks = 0;
        }
        self.broken_at = self.done;
        self.breaks += 1;
    }

    fn give_up(&mut self, why: &str) -> Result<(), RegistryError> {
        self.pass_over(RegistryError::Broken {
            place: self.place(),
            breaks: self.breaks,
            done: self.done,
            size: self.size,
            why: why.to_owned(),
        })
    }

    /// Proves that nothing follows the last byte.
    fn end(&mut self) -> io::Result<usize> {
        let Some(mut body) = self.body.take() else {
            return Ok(0);
        };
        // a connection that breaks here has given everything
        if matches!(body.read(&mut [0]), Ok(1..)) {
            return Err(RegistryError::SizeMismatch {
                place: self.place(),
                want: self.size,
                got: self.size.saturating_add(1),
            }
            .into());
        }
        Ok(0)
    }
}

impl Read for Blob<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let left = usize::try_from(self.size.saturating_sub(self.done)).unwrap_or(usize::MAX);
        if left == 0 {
            return self.end();
        }
        let len = buffer.len().min(left);
        let buffer = buffer.get_mut(..len).unwrap_or_default();
        if buffer.is_empty() {
            return Ok(0);
        }
        loop {
            if let Some(why) = self.pace.stall().map(str::to_owned) {
                self.stalled(&why)?;
            }
            let mut body = match self.body.take() {
                Some(body) => body,
                None => self.open()?,
            };
            let result = self.pace.read(&mut body, buffer);
            self.body = Some(body);
            let why = match result {
                Ok(0) => io::Error::new(io::ErrorKind::UnexpectedEof, "it ended early"),
                Ok(count) => {
                    self.done += u64::try_from(count).unwrap_or(u64::MAX);
                    return Ok(count);
                }
                Err(error) if error.kind() == io::ErrorKind::TimedOut => return Err(error),
                // silence is told as a stall
                Err(_) if self.pace.stall().is_some() => continue,
                Err(error) => error,
            };
            self.break_off(&why.to_string())?;
        }
    }
}
