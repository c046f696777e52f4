//! What the user reads when something fails: what, where, why, and what to do next.
//!
//! ```text
//! error: database is 9 days old, limit is 5 days (--db-max-age)
//!   next      seaworthy db update
//! ```

use std::io::Write as _;

use advisory::DatabaseError;
use archive::TarError;
use net::NetError;
use pipeline::{ImageError, RegistryError, ScanError};

use crate::exit::Exit;

/// Images that an error lists; more are counted.
const LISTED: usize = 20;

/// A failure, ready to be shown.
#[derive(Debug)]
pub(crate) struct Failure {
    exit: Exit,
    message: String,
    lines: Vec<(&'static str, String)>,
}

impl Failure {
    /// Makes a failure of one line.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self {
            exit,
            message: message.into(),
            lines: Vec::new(),
        }
    }

    /// The command line or the configuration is wrong.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(Exit::Usage, message)
    }

    /// Adds a line: `tried`, `found`, `next`.
    #[must_use]
    pub(crate) fn with(mut self, label: &'static str, text: impl Into<String>) -> Self {
        self.lines.push((label, text.into()));
        self
    }

    /// Lets the program end in another way.
    pub(crate) fn ending(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// Returns how the program ends.
    pub(crate) const fn exit(&self) -> Exit {
        self.exit
    }

    /// Returns what happened; empty if it was shown already.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }

    /// Returns what to do next, if that is known.
    pub(crate) fn next(&self) -> Option<&str> {
        let mut lines = self.lines.iter();
        let next = lines.find(|(label, _)| *label == "next");
        next.map(|(_, text)| text.as_str())
    }

    /// Writes it to standard error and returns the exit code.
    pub(crate) fn show(self) -> Exit {
        // a message that is empty was shown already
        if !self.message.is_empty() {
            let mut text = format!("error: {}\n", report::safe(&self.message));
            for (label, line) in &self.lines {
                text.extend([&*format!("  {label:<9} "), &report::safe(line), "\n"]);
            }
            let _nobody_reads = anstream::stderr().write_all(text.as_bytes());
        }
        self.exit
    }
}

impl Failure {
    /// The scan of `target` ended without a report.
    #[expect(clippy::wildcard_enum_match_arm, reason = "most errors need no advice")]
    pub(crate) fn of_scan(target: &str, error: ScanError) -> Self {
        let message = match &error {
            // those that no file is to blame for have no place of their own
            ScanError::Image(ImageError::NoImage | ImageError::OnlyAttestations)
            | ScanError::Memory { .. }
            | ScanError::Refused(_) => format!("{target}: {error}"),
            error => error.to_string(),
        };
        let failure = Self::new(Exit::Unfinished, message);
        match error {
            ScanError::Memory { .. } => failure.with("next", "allow more: --memory 2g"),
            ScanError::Spool { .. } => failure.with(
                "next",
                "save the image into a file and scan that: seaworthy image --input FILE",
            ),
            ScanError::Refused(_) => failure.with(
                "next",
                "leave out --compat trivy: what is known is then told, with a gap",
            ),
            ScanError::Registry(error) => of_registry(failure, &error),
            ScanError::Image(image) => of_image(failure, &image),
            ScanError::Pulled { .. } => failure.with("next", NOT_AS_PUSHED),
            ScanError::Open { source, .. } => of_io(failure, &source),
            ScanError::NotALayout(path) => failure.with(
                "next",
                format!(
                    "for an unpacked root file system: seaworthy rootfs {}",
                    path.display()
                ),
            ),
            ScanError::NotAnArchive { .. } => failure.with(
                "next",
                "give a file that `docker save`, skopeo or buildx wrote",
            ),
            _ => failure,
        }
    }
}

/// What to do about a registry that does not give what its manifest promises.
const NOT_AS_PUSHED: &str =
    "the registry, or a proxy before it, gives other bytes than were pushed: push the image again";

/// The image could not be pulled.
#[expect(clippy::wildcard_enum_match_arm, reason = "most errors need no advice")]
pub(crate) fn of_registry(mut failure: Failure, error: &RegistryError) -> Failure {
    for (label, line) in error.lines() {
        failure = failure.with(label, line);
    }
    match error {
        RegistryError::Denied { scope, .. } if scope.is_empty() => {
            failure.with("next", "check user and password")
        }
        RegistryError::Denied { registry, .. } => failure.with(
            "next",
            format!("seaworthy registry login {registry}, or check what was tried"),
        ),
        RegistryError::NoSuchImage { .. } => failure.with(
            "next",
            "check the name; a private image is not shown to who may not pull it",
        ),
        RegistryError::Throttled { .. } => {
            failure.with("next", "log in to the registry for a larger quota, or wait")
        }
        RegistryError::Net(error) => of_net(failure, error),
        RegistryError::DigestMismatch { .. } | RegistryError::SizeMismatch { .. } => {
            failure.with("next", NOT_AS_PUSHED)
        }
        RegistryError::NoToken { .. } => failure.with(
            "next",
            "check the credentials; a token server of another host is allowed by --token-server",
        ),
        _ => failure,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "most errors need no advice")]
fn of_net(failure: Failure, error: &NetError) -> Failure {
    match error {
        NetError::Late { .. } => failure.with("next", "allow more time: --timeout 30m"),
        NetError::Tls { .. } | NetError::Unproved { .. } => failure.with(
            "next",
            "give the registry's own certificate with --cacert, or --insecure HOST if it needs none",
        ),
        NetError::Unreachable { .. } => failure.with(
            "next",
            "check the name of the registry, the network and HTTPS_PROXY",
        ),
        _ => failure,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "most errors need no advice")]
fn of_image(mut failure: Failure, error: &ImageError) -> Failure {
    let list = error.list();
    for line in list.iter().take(LISTED) {
        failure = failure.with("found", line.clone());
    }
    if let Some(more @ 1..) = list.len().checked_sub(LISTED) {
        failure = failure.with("found", format!("{more} more that are not listed"));
    }
    match error {
        ImageError::Several { .. } | ImageError::NoSuchImage { .. } => failure.with(
            "next",
            "name one of them: image --input FILE '#1' (or its tag or digest)",
        ),
        ImageError::NoSuchPlatform { .. } => failure.with(
            "next",
            "choose with --platform os/architecture, or --platform all",
        ),
        ImageError::DigestMismatch { .. } | ImageError::SizeMismatch { .. } => failure.with(
            "next",
            "the archive was changed or damaged after it was made: get it again from its source",
        ),
        ImageError::Missing { .. } => {
            failure.with("next", "the archive is incomplete: save the image again")
        }
        ImageError::NoImage => failure.with(
            "next",
            "give an archive that `docker save`, skopeo or buildx wrote",
        ),
        ImageError::OnlyAttestations => {
            failure.with("next", "save the image itself too, for its platform")
        }
        ImageError::Artifact { .. } => failure.with("next", "only container images can be scanned"),
        ImageError::Tar {
            source: TarError::Io(source),
            ..
        }
        | ImageError::Io { source, .. } => of_io(failure, source),
        ImageError::Tar { .. } => failure.with(
            "next",
            "the layer is damaged: save the image again, or push it again to its registry",
        ),
        _ => failure,
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "most errors need no advice")]
fn of_io(failure: Failure, error: &std::io::Error) -> Failure {
    // layers come while they are read: what failed is the registry then
    let inner = error.get_ref();
    if let Some(error) = inner.and_then(|it| it.downcast_ref::<RegistryError>()) {
        return of_registry(failure, error);
    }
    match error.kind() {
        std::io::ErrorKind::NotFound => failure.with("next", "check the path"),
        std::io::ErrorKind::NotADirectory => failure.with(
            "next",
            "to scan an archive use: seaworthy image --input FILE",
        ),
        std::io::ErrorKind::PermissionDenied => {
            failure.with("next", "run as a user who may read it")
        }
        std::io::ErrorKind::TimedOut => failure.with("next", "allow more time: --timeout 30m"),
        std::io::ErrorKind::StorageFull => failure.with(
            "next",
            "free some space, or choose another folder with --cache-dir",
        ),
        std::io::ErrorKind::FileTooLarge => failure.with(
            "next",
            "if you trust the image, look at its layers with other tools",
        ),
        std::io::ErrorKind::InvalidInput
        | std::io::ErrorKind::InvalidData
        | std::io::ErrorKind::UnexpectedEof => failure.with(
            "next",
            "the image is damaged: save it again, or push it again to its registry",
        ),
        _ => failure,
    }
}

impl From<DatabaseError> for Failure {
    fn from(error: DatabaseError) -> Self {
        let failure = Self::new(Exit::Unfinished, error.to_string());
        match error.next() {
            Some(next) => failure.with("next", next),
            None => failure,
        }
    }
}
