//! What keeps an image from being pulled, with the place and what to do. No variant holds a proof.

use std::io;
use std::path::PathBuf;

use model::Digest;
use net::{BadUrl, NetError};

/// An image cannot be pulled.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The name leads nowhere.
    #[error("`{name}`: {why}")]
    BadName {
        /// The name.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// Nobody answers.
    #[error(transparent)]
    Net(#[from] NetError),
    /// No credential was good enough.
    #[error("{registry} refused the {} ({status})", if scope.is_empty() { "login" } else { "pull" })]
    Denied {
        /// Who refused.
        registry: String,
        /// How.
        status: u16,
        /// Each credential that was tried, by its origin.
        tried: Vec<String>,
        /// The right that is needed; empty where somebody logs in.
        scope: String,
    },
    /// There is no such image, or nobody may know of it.
    #[error("{registry} knows no image {reference}")]
    NoSuchImage {
        /// Who was asked.
        registry: String,
        /// What for.
        reference: String,
        /// Each credential that was tried, by its origin.
        tried: Vec<String>,
    },
    /// Too many requests.
    #[error("{registry} takes no more requests for now (429){when}")]
    Throttled {
        /// Who said so.
        registry: String,
        /// How long it asks to wait, as the end of the sentence.
        when: String,
        /// Each credential that was tried, by its origin.
        tried: Vec<String>,
    },
    /// An answer of another status.
    #[error("{place}: the answer is {status}{message}")]
    Status {
        /// What was asked.
        place: String,
        /// The status.
        status: u16,
        /// What the registry says, shortened; as the end of the sentence.
        message: String,
    },
    /// A blob's length is not what the manifest says.
    #[error("{place}: {got} bytes are offered, but the manifest says {want}")]
    SizeMismatch {
        /// What was asked.
        place: String,
        /// What was promised.
        want: u64,
        /// What is offered; a lower bound where the registry does not say.
        got: u64,
    },
    /// Bytes are not those of their digest.
    #[error("{place}: digest is {got}, but {claim} says {want}")]
    DigestMismatch {
        /// What was asked.
        place: String,
        /// Who promised.
        claim: &'static str,
        /// What was promised.
        want: Digest,
        /// What the bytes have.
        got: Digest,
    },
    /// A document is too large, or reading it failed.
    #[error("{place}: {source}")]
    Io {
        /// What was read.
        place: String,
        /// Why.
        source: io::Error,
    },
    /// The connection broke again and again.
    #[error("{place}: broken off {breaks} times, last after {done} of {size} bytes: {why}")]
    Broken {
        /// What was read.
        place: String,
        /// How often.
        breaks: u32,
        /// How far.
        done: u64,
        /// Of how much.
        size: u64,
        /// Why, the last time.
        why: String,
    },
    /// The answer is of no kind that can be read.
    #[error("{place}: {why}")]
    Unfit {
        /// What was asked.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// No token to pull with.
    #[error("{registry}: no token from {realm}: {why}")]
    NoToken {
        /// Who asks for one.
        registry: String,
        /// Who gives none.
        realm: String,
        /// Why.
        why: String,
        /// Each credential that was tried, by its origin.
        tried: Vec<String>,
    },
    /// A file of credentials or settings cannot be used.
    #[error("{path}: {why}", path = .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// No host has it.
    #[error("{first}; then {behind}")]
    Nowhere {
        /// What the first one said.
        first: Box<Self>,
        /// What those behind it said.
        behind: String,
    },
    /// A program that keeps credentials failed.
    #[error("credential helper {name}: {why}")]
    Helper {
        /// Its name.
        name: String,
        /// Why.
        why: String,
    },
}

impl RegistryError {
    /// Whether the registry gives no answer for now. A refusal, an image that it does not have, and bytes that
    /// are not what they should be are answers.
    pub fn is_unanswered(&self) -> bool {
        match self {
            Self::Net(error) => error.is_unanswered(),
            Self::Throttled { .. } | Self::Broken { .. } => true,
            Self::Status { status, .. } => *status >= 500,
            Self::Nowhere { first, .. } => first.is_unanswered(),
            Self::BadName { .. }
            | Self::Denied { .. }
            | Self::NoSuchImage { .. }
            | Self::SizeMismatch { .. }
            | Self::DigestMismatch { .. }
            | Self::Io { .. }
            | Self::Unfit { .. }
            | Self::NoToken { .. }
            | Self::File { .. }
            | Self::Helper { .. } => false,
        }
    }

    /// Says it in one line, with each credential that was tried, by its origin.
    pub fn in_full(&self) -> String {
        let (Self::Denied { tried, .. }
        | Self::NoSuchImage { tried, .. }
        | Self::Throttled { tried, .. }
        | Self::NoToken { tried, .. }) = self
        else {
            return self.to_string();
        };
        let tried = match &tried[..] {
            [] => "no credentials".to_owned(),
            tried => tried.join(", "),
        };
        format!("{self}, tried {tried}")
    }

    /// Says what is wrong with a host; one with `user:password@` is not shown.
    pub(crate) fn of_host(host: &str, bad: &BadUrl) -> Self {
        if host.contains('@') {
            return Self::BadName {
                name: "…".to_owned(),
                why: "a name holds no credentials".to_owned(),
            };
        }
        Self::BadName {
            name: host.to_owned(),
            why: bad.to_string(),
        }
    }

    /// Makes one of what each host said, in their order.
    pub(crate) fn of_each(errors: Vec<Self>) -> Self {
        let mut errors = errors.into_iter();
        let first = errors.next().unwrap_or_else(|| Self::Unfit {
            place: "registry".to_owned(),
            why: "there is nobody to ask".to_owned(),
        });
        let behind: Vec<String> = errors.map(|error| error.to_string()).collect();
        if behind.is_empty() {
            return first;
        }
        Self::Nowhere {
            first: Box::new(first),
            behind: behind.join("; then "),
        }
    }

    /// Whether another credential may be answered otherwise.
    pub(crate) const fn is_of_credential(&self) -> bool {
        matches!(
            self,
            Self::Denied { .. } | Self::NoSuchImage { .. } | Self::NoToken { .. }
        )
    }

    /// Notes which credentials were tried.
    #[must_use]
    pub(crate) fn having_tried(mut self, origins: &[String]) -> Self {
        if let Self::Denied { tried, .. }
        | Self::NoSuchImage { tried, .. }
        | Self::NoToken { tried, .. }
        | Self::Throttled { tried, .. } = &mut self
        {
            *tried = origins.to_vec();
        }
        self
    }

    /// Notes what was tried before.
    #[must_use]
    pub(crate) fn having_tried_before(mut self, before: Vec<String>) -> Self {
        if let Self::Denied { tried, .. }
        | Self::NoSuchImage { tried, .. }
        | Self::NoToken { tried, .. }
        | Self::Throttled { tried, .. } = &mut self
        {
            tried.splice(0..0, before);
        }
        self
    }

    /// Returns the lines below the error: what was tried, what is needed.
    pub fn lines(&self) -> Vec<(&'static str, String)> {
        let tried = |origins: &[String]| {
            let line = |origin: &String| ("tried", origin.clone());
            origins.iter().map(line).collect::<Vec<_>>()
        };
        match self {
            Self::Denied {
                tried: of, scope, ..
            } => {
                let mut lines = tried(of);
                // to log in, none is asked for
                if !scope.is_empty() {
                    lines.push(("needed", format!("scope {scope}")));
                }
                lines
            }
            Self::NoSuchImage { tried: of, .. }
            | Self::NoToken { tried: of, .. }
            | Self::Throttled { tried: of, .. } => tried(of),
            Self::Nowhere { first, .. } => first.lines(),
            Self::BadName { .. }
            | Self::Net(_)
            | Self::Status { .. }
            | Self::SizeMismatch { .. }
            | Self::DigestMismatch { .. }
            | Self::Io { .. }
            | Self::Broken { .. }
            | Self::Unfit { .. }
            | Self::File { .. }
            | Self::Helper { .. } => Vec::new(),
        }
    }
}

impl From<RegistryError> for io::Error {
    #[expect(clippy::wildcard_enum_match_arm, reason = "most are of no kind")]
    fn from(error: RegistryError) -> Self {
        let kind = match &error {
            RegistryError::Net(NetError::Late { .. }) => io::ErrorKind::TimedOut,
            RegistryError::Io { source, .. } => source.kind(),
            _ => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_scope_that_there_is_was_needed() {
        for (scope, want) in [
            ("", vec![("tried", "x".to_owned())]),
            (
                "repository:a:pull",
                vec![
                    ("tried", "x".to_owned()),
                    ("needed", "scope repository:a:pull".to_owned()),
                ],
            ),
        ] {
            let error = RegistryError::Denied {
                registry: "a.io".to_owned(),
                status: 401,
                tried: vec!["x".to_owned()],
                scope: scope.to_owned(),
            };
            assert_eq!(error.lines(), want, "{scope}");
        }
    }
}
