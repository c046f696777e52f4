//! Fetches one document into a file beside the one that it is to replace: only if it changed, from
//! where it broke off, and never at a trickle.
//!
//! What was fetched so far stays in the part file with a note of what it is a part of, so that the next
//! run goes on from there. Whether the whole is what it should be is for the caller to prove.

mod note;
mod part;

use std::fmt;
use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use crate::{Agent, Answer, Method, NetError, Pace, Patience, Plain, Reach, Request, Url, retry};

pub use note::Note;
pub use part::Part;

/// Bytes since the last break that count as coming on.
const COMING_ON: u64 = 1_048_576;
/// What is read at once.
const BUFFER: usize = 65_536;

/// What to fetch, and how.
pub struct Download<'a> {
    /// Who asks.
    pub agent: &'a Agent,
    /// What.
    pub url: &'a Url,
    /// Bytes that it may have.
    pub limit: u64,
    /// Whether failures are tried again here, or the next mirror is.
    pub patience: Patience,
    /// Is told how many bytes there are, and of how many.
    pub told: &'a dyn Fn(u64, Option<u64>),
}

impl fmt::Debug for Download<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Download({})", self.url)
    }
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// It is as it was when the note was written.
    Unchanged,
    /// The part file holds all of it.
    Whole(Note),
}

/// Why a document was not fetched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DownloadError {
    /// Nobody answered.
    #[error(transparent)]
    Net(#[from] NetError),
    /// The answer is none of those that help.
    #[error("{place}: the answer is {status}{}", asks_to_wait(.wait.as_ref()))]
    Status {
        /// What was asked.
        place: String,
        /// The status.
        status: u16,
        /// How long it asks to wait.
        wait: Option<Duration>,
    },
    /// It is longer than it may be.
    #[error("{place}: it has more than the {limit} bytes that are allowed")]
    TooLong {
        /// What was asked.
        place: String,
        /// What is allowed.
        limit: u64,
    },
    /// It breaks off again and again.
    #[error("{place}: broken off {breaks} times, last after {done} bytes: {why}")]
    Broken {
        /// What was asked.
        place: String,
        /// How often.
        breaks: u32,
        /// Bytes that came.
        done: u64,
        /// Why it broke off last.
        why: String,
    },
    /// Another run fetches it.
    #[error("{path}: another run fetches it just now", path = .path.display())]
    Busy {
        /// The part file.
        path: PathBuf,
    },
    /// The part file cannot be read or written.
    #[error("{path}: {source}", path = .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

fn asks_to_wait(wait: Option<&Duration>) -> String {
    wait.map_or(String::new(), |wait| {
        format!("; it asks to wait {} s", wait.as_secs())
    })
}

/// Why one try ended before the end.
enum Stop {
    /// Another try may go on.
    Break(String),
    /// No other try would help.
    End(DownloadError),
}

impl From<DownloadError> for Stop {
    fn from(error: DownloadError) -> Self {
        Self::End(error)
    }
}

impl Download<'_> {
    /// Fetches it into `part`, unless it is still what `held` is a note of.
    ///
    /// # Errors
    /// [`DownloadError`]. What came so far stays in `part`.
    pub fn fetch(&self, part: &mut Part, held: Option<&Note>) -> Result<Fetched, DownloadError> {
        let (part, file) = part.parts();
        let mut note = Note::read(&Note::path_of(part)).filter(|note| note.is_of(self.url));
        let (mut breaks, mut broken_at) = (0, 0);
        loop {
            let why = match self.attempt(part, file, &mut note, held) {
                Ok(fetched) => return Ok(fetched),
                Err(Stop::End(error)) => return Err(error),
                Err(Stop::Break(why)) => why,
            };
            let done = file.metadata().map_err(failed(part))?.len();
            let comes_on = done >= COMING_ON.saturating_add(broken_at);
            breaks = if comes_on { 1 } else { breaks + 1 };
            broken_at = done;
            let is_given_up = self.patience == Patience::Once && !comes_on;
            match retry::wait(breaks, None, retry::chance()).filter(|_| !is_given_up) {
                Some(wait) => thread::sleep(wait),
                None => {
                    return Err(DownloadError::Broken {
                        place: self.url.to_string(),
                        breaks,
                        done,
                        why,
                    });
                }
            }
        }
    }

    fn attempt(
        &self,
        part: &Path,
        file: &mut File,
        note: &mut Option<Note>,
        held: Option<&Note>,
    ) -> Result<Fetched, Stop> {
        let done = file.metadata().map_err(failed(part))?.len();
        let going_on = note.as_ref().filter(|_| done > 0);
        let range = going_on.and_then(|note| note.if_range());
        let headers = match range {
            Some(validator) => vec![
                ("range", format!("bytes={done}-")),
                ("if-range", validator.to_owned()),
            ],
            None => held.map_or(Vec::new(), Note::conditions),
        };
        let is_conditional = range.is_none() && !headers.is_empty();
        let answer = self.ask(&headers)?;
        let start = match answer.status() {
            304 if is_conditional => return Ok(Fetched::Unchanged),
            206 if range.is_some() && answer.begins_at(done) => done,
            200 => {
                let fresh = Note::of(self.url, &answer);
                fresh.write(&Note::path_of(part)).map_err(failed(part))?;
                *note = Some(fresh);
                0
            }
            // what is there is no part of it any more
            206 | 416 => {
                file.set_len(0).map_err(failed(part))?;
                return Err(Stop::Break("it changed on the way".to_owned()));
            }
            status => {
                return Err(Stop::End(DownloadError::Status {
                    place: answer.url().to_string(),
                    status,
                    wait: answer.retry_after(),
                }));
            }
        };
        file.set_len(start).map_err(failed(part))?;
        file.seek(SeekFrom::Start(start)).map_err(failed(part))?;
        self.read(answer, start, part, file)?;
        file.sync_all().map_err(failed(part))?;
        let note = note.clone().unwrap_or_default();
        Ok(Fetched::Whole(note))
    }

    fn ask(&self, headers: &[(&'static str, String)]) -> Result<Answer, Stop> {
        let answer = self.agent.send(&Request {
            method: Method::Get,
            url: self.url,
            reach: Reach::Loopback,
            headers,
            authorization: None,
            patience: self.patience,
            plain: Plain::Refused,
        });
        answer.map_err(|error| {
            if error.is_temporary() {
                Stop::Break(error.to_string())
            } else {
                Stop::End(error.into())
            }
        })
    }

    fn read(&self, answer: Answer, start: u64, part: &Path, file: &mut File) -> Result<(), Stop> {
        let too_long = || {
            Stop::End(DownloadError::TooLong {
                place: self.url.to_string(),
                limit: self.limit,
            })
        };
        let total = answer.content_length();
        let total = total.map(|bytes| bytes.saturating_add(start));
        if total.is_some_and(|bytes| bytes > self.limit) {
            return Err(too_long());
        }
        let mut body = answer.into_body();
        let mut buffer = vec![0; BUFFER];
        let mut done = start;
        let mut pace = Pace::default();
        loop {
            (self.told)(done, total);
            let count = match pace.read(&mut body, &mut buffer) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) => return Err(of_body(error)),
            };
            let bytes = buffer.get(..count).unwrap_or_default();
            done = done.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
            if done > self.limit {
                return Err(too_long());
            }
            file.write_all(bytes).map_err(failed(part))?;
            if let Some(why) = pace.stall() {
                return Err(Stop::Break(why.to_owned()));
            }
        }
        match total.filter(|total| done < *total) {
            Some(total) => Err(Stop::Break(format!(
                "it ended {} bytes early",
                total - done
            ))),
            None => Ok(()),
        }
    }
}

/// Tells the end of all time from a connection that broke.
fn of_body(error: io::Error) -> Stop {
    match error.downcast::<NetError>() {
        Ok(error @ NetError::Late { .. }) => Stop::End(error.into()),
        Ok(error) => Stop::Break(error.to_string()),
        Err(error) if error.kind() == io::ErrorKind::TimedOut => {
            Stop::End(DownloadError::Net(NetError::Late {
                place: "download".to_owned(),
                source: error,
            }))
        }
        Err(error) => Stop::Break(error.to_string()),
    }
}

fn failed(path: &Path) -> impl Fn(io::Error) -> DownloadError {
    let path = path.to_owned();
    move |source| DownloadError::File {
        path: path.clone(),
        source,
    }
}

#[cfg(test)]
mod tests;
