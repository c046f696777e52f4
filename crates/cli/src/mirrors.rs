//! Fetches a file from the first of several mirrors that gives one which may be used.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use archive::Hashing;
use clap::{Arg, ArgMatches};
use model::Digest;
use net::{
    Agent, BadRedirect, Deadline, Download, DownloadError, Fetched, NetError, Note, Part, Patience,
    Trust, Url,
};

use crate::error::Failure;
use crate::exit::Exit;
use crate::progress::Progress;
use crate::registries;
use crate::scan::{flag, list};
use crate::settings::Environment;

/// Bytes of a file that is fetched: the largest, an archive of all that Red Hat says, has 250 MB.
const MAX_BYTES: u64 = 1 << 30;

/// How files are fetched.
#[derive(Debug)]
pub(crate) struct Mirrors {
    net: Arc<net::Settings>,
    shows_progress: bool,
}

/// Where a file is kept.
#[derive(Debug)]
pub(crate) struct Kept<'a> {
    /// The file.
    pub(crate) target: &'a Path,
    /// The folder of what is known of it, and of what came of it so far.
    pub(crate) notes: &'a Path,
    /// Its name there, and for people.
    pub(crate) name: &'a str,
}

/// What came of it.
#[derive(Debug)]
pub(crate) enum Got<T> {
    /// No mirror has another one than the one that is kept.
    Unchanged,
    /// Another one is kept now.
    New(T),
}

/// Options about mirrors.
pub(crate) fn args() -> Vec<Arg> {
    vec![
        list(
            "insecure",
            "HOST",
            "Hosts that need not prove who they are, and may answer in plain text: host[:port]",
        ),
        registries::cacert_arg(),
    ]
}

impl Mirrors {
    /// Reads the options.
    ///
    /// # Errors
    /// A variable of a proxy makes no sense.
    pub(crate) fn new(
        matches: &ArgMatches,
        environment: &Environment,
        deadline: Deadline,
    ) -> Result<Self, Failure> {
        Ok(Self {
            net: registries::network(matches, environment, deadline)?,
            shows_progress: !flag(matches, "quiet") && !flag(matches, "no-progress"),
        })
    }

    /// Fetches a file from the first mirror that has one which `put` takes: it is given the path of a
    /// file that is whole, and moves it to its place.
    ///
    /// # Errors
    /// None has one; what each of them said.
    pub(crate) fn fetch<T>(
        &self,
        urls: &[Url],
        kept: &Kept<'_>,
        put: impl Fn(&Path, &Url) -> Result<T, Failure>,
    ) -> Result<Got<T>, Failure> {
        for url in urls {
            self.agent(url)?;
        }
        let mut failures = Vec::new();
        for (at, url) in urls.iter().enumerate() {
            let is_last = at + 1 == urls.len();
            let patience = if is_last {
                Patience::Full
            } else {
                Patience::Once
            };
            match self.fetch_from(url, patience, kept, &put) {
                Ok(got) => return Ok(got),
                Err(failure) => failures.push(failure),
            }
            if self.net.deadline.check().is_err() {
                break;
            }
        }
        Err(of_all(failures))
    }

    /// Fetches a short text.
    ///
    /// # Errors
    /// Nobody gives it, or it has more than `limit` bytes.
    pub(crate) fn text(&self, url: &Url, limit: u64) -> Result<String, Failure> {
        let folder = tempfile::tempdir().map_err(|error| of_file(url, &error))?;
        let path = folder.path().join("text");
        let part = Part::open(&path, self.net.deadline);
        let mut part = part.map_err(|error| failure(&error))?;
        let agent = self.agent(url)?;
        let download = Download {
            agent: &agent,
            url,
            limit,
            patience: Patience::Full,
            told: &|_, _| {},
        };
        download
            .fetch(&mut part, None)
            .map_err(|error| failure(&error))?;
        let bytes = net::read_regular(&path, limit).map_err(|error| of_file(url, &error))?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    fn agent(&self, url: &Url) -> Result<Agent, Failure> {
        let agent = Agent::new(Arc::clone(&self.net), url.clone(), Trust::default());
        if agent.may_read(url) {
            return Ok(agent);
        }
        let host = url.authority();
        let failure = Failure::usage(format!("{url}: it is not encrypted"));
        Err(failure.with("next", format!("use https, or allow it: --insecure {host}")))
    }

    fn fetch_from<T>(
        &self,
        url: &Url,
        patience: Patience,
        kept: &Kept<'_>,
        put: &impl Fn(&Path, &Url) -> Result<T, Failure>,
    ) -> Result<Got<T>, Failure> {
        let agent = self.agent(url)?;
        fs::create_dir_all(kept.notes).map_err(|error| of_file(url, &error))?;
        let progress = Progress::start(self.shows_progress, kept.name);
        let part = Part::open(&kept.part(), self.net.deadline);
        let mut part = part.map_err(|error| failure(&error))?;
        let told = |done, total| progress.bytes(kept.name, done, total);
        let download = Download {
            agent: &agent,
            url,
            limit: MAX_BYTES,
            patience,
            told: &told,
        };
        let held = kept.note(url);
        let fetched = download.fetch(&mut part, held.as_ref());
        drop(progress);
        let note = match fetched {
            Ok(Fetched::Unchanged) => {
                part.forget();
                return Ok(Got::Unchanged);
            }
            Ok(Fetched::Whole(note)) => note,
            Err(error) => {
                if part.is_empty() || matches!(error, DownloadError::TooLong { .. }) {
                    part.forget();
                }
                return Err(failure(&error));
            }
        };
        // it is this run's until all is in its place: whoever waits for it asks what changed since
        let put = put(part.path(), url);
        if let (Ok(_), Ok(content)) = (&put, digest(kept.target)) {
            // without a note it is fetched again, and no more
            let _unwritten = note.with_content(content).write(&kept.note_path());
        }
        part.forget();
        Ok(Got::New(put?))
    }
}

impl Kept<'_> {
    fn part(&self) -> PathBuf {
        self.notes.join(format!("{}.part", self.name))
    }

    fn note_path(&self) -> PathBuf {
        Note::path_of(&self.notes.join(self.name))
    }

    /// Returns what a server said of the file that is kept, if it is still that one.
    fn note(&self, url: &Url) -> Option<Note> {
        let note = Note::read(&self.note_path())?;
        let content = digest(self.target).ok()?;
        note.is_of_content(url, content).then_some(note)
    }
}

/// Returns the digest of a file.
///
/// # Errors
/// It cannot be read.
pub(crate) fn digest(path: &Path) -> io::Result<Digest> {
    let mut hashing = Hashing::new(File::open(path)?);
    io::copy(&mut hashing, &mut io::sink())?;
    Ok(hashing.finish().0)
}

fn of_file(url: &Url, error: &io::Error) -> Failure {
    let failure = Failure::new(Exit::Unfinished, format!("{url}: {error}"));
    failure.with(
        "next",
        "check who may write to the cache folder, and the space left",
    )
}

/// Says what all mirrors said: of one, all that is known of it.
fn of_all(mut failures: Vec<Failure>) -> Failure {
    if failures.len() == 1
        && let Some(only) = failures.pop()
    {
        return only;
    }
    let none = Failure::new(Exit::Unfinished, "no mirror gave what may be used");
    let failure = failures.iter().fold(none, |failure, of_one| {
        failure.with("tried", of_one.message())
    });
    failure.with(
        "next",
        "check the addresses and the network; offline: seaworthy db import FILE",
    )
}

#[expect(clippy::wildcard_enum_match_arm, reason = "both may grow")]
fn failure(error: &DownloadError) -> Failure {
    let next = match &error {
        DownloadError::Net(NetError::Late { .. }) => {
            "run it again, it goes on where it was; or allow more time: --timeout 2h"
        }
        DownloadError::Net(NetError::Tls { .. } | NetError::Unproved { .. }) => {
            "give the server's own certificate with --cacert, or --insecure HOST if it needs none"
        }
        DownloadError::Status { .. } => "check the address; or name another mirror with --url",
        DownloadError::Net(NetError::Redirect {
            why: BadRedirect::NotEncrypted(_) | BadRedirect::ToPlainText(_),
            ..
        }) => "use an address that stays with https",
        DownloadError::TooLong { .. } => "check that the address is that of what is wanted",
        DownloadError::Broken { .. } => {
            "run it again, it goes on where it broke off; or name another mirror with --url"
        }
        DownloadError::Busy { .. } => "wait until it has ended",
        DownloadError::File { .. } => "check who may write to the cache folder, and the space left",
        _ => "check the address, the network and HTTPS_PROXY; offline: seaworthy db import FILE",
    };
    Failure::new(Exit::Unfinished, error.to_string()).with("next", next)
}
