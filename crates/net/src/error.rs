//! What keeps a request from being answered. No variant holds a header, a body or a query.

use std::io;
use std::path::PathBuf;

use crate::url::BadUrl;

/// A request was not answered.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NetError {
    /// The time of the whole command is over.
    #[error("{place}: {source}")]
    Late {
        /// What was asked.
        place: String,
        /// How long it was.
        source: io::Error,
    },
    /// No address of that name, or nobody listens there.
    #[error("{place}: {why}")]
    Unreachable {
        /// What was asked.
        place: String,
        /// Why.
        why: String,
    },
    /// The connection broke, or nothing came for too long.
    #[error("{place}: {why}")]
    Broken {
        /// What was asked.
        place: String,
        /// Why.
        why: String,
    },
    /// The other side could not prove who it is.
    #[error("{place}: {why}")]
    Unproved {
        /// What was asked.
        place: String,
        /// Why not.
        why: String,
    },
    /// The other side speaks no TLS.
    #[error("{place}: {why}")]
    Tls {
        /// What was asked.
        place: String,
        /// Why.
        why: String,
    },
    /// What answers speaks no HTTP.
    #[error("{place}: {why}")]
    NoHttp {
        /// What was asked.
        place: String,
        /// Why.
        why: String,
    },
    /// The address is nearer than who named it may lead.
    #[error("{place}: not asked, since {why}")]
    OutOfReach {
        /// What was to be asked.
        place: String,
        /// Which address, and why it is out of reach.
        why: String,
    },
    /// The answer leads where nobody may go.
    #[error("{place}: {why}")]
    Redirect {
        /// What was asked.
        place: String,
        /// What is wrong.
        why: BadRedirect,
    },
    /// The proxy did not let the request through.
    #[error("{place}: the proxy refused: {why}")]
    Proxy {
        /// What was asked.
        place: String,
        /// Why.
        why: String,
    },
    /// A variable holds no address of a proxy.
    #[error("environment {variable}: it is no address of a proxy")]
    BadProxy {
        /// The variable.
        variable: &'static str,
    },
    /// Certificates cannot be read.
    #[error("certificates {path}: {why}", path = .path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

/// A redirect that is not followed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BadRedirect {
    /// There is no end.
    #[error("more than {0} redirects")]
    TooMany(usize),
    /// It says nothing.
    #[error("a redirect without an address")]
    Nowhere,
    /// It names none that can be asked.
    #[error("a redirect: {0}")]
    NoAddress(BadUrl),
    /// It leads out of TLS.
    #[error("a redirect from https to {0}")]
    ToPlainText(String),
    /// It leads to where nothing is encrypted.
    #[error("it is led on to {0}, which is not encrypted")]
    NotEncrypted(String),
    /// Nobody may be sent on from here: the request carries credentials.
    #[error("a redirect, which a request for a token does not follow")]
    Unwanted,
}

impl NetError {
    /// Whether the other side gave no answer at all: it may give one later. Another error is an answer, and
    /// one that is wrong.
    pub const fn is_unanswered(&self) -> bool {
        matches!(
            self,
            Self::Late { .. } | Self::Unreachable { .. } | Self::Broken { .. } | Self::Proxy { .. }
        )
    }

    /// Whether the same request may be answered in a moment.
    pub const fn is_temporary(&self) -> bool {
        matches!(self, Self::Broken { .. })
    }

    /// Whether what answers may understand plain HTTP where TLS was tried; what has a certificate that
    /// is not believed does not.
    pub const fn is_of_connecting(&self) -> bool {
        matches!(
            self,
            Self::Tls { .. } | Self::Unreachable { .. } | Self::Broken { .. }
        )
    }
}

impl From<NetError> for io::Error {
    fn from(error: NetError) -> Self {
        let kind = match &error {
            NetError::Late { .. } => io::ErrorKind::TimedOut,
            NetError::Broken { .. } => io::ErrorKind::ConnectionReset,
            NetError::Unreachable { .. }
            | NetError::Tls { .. }
            | NetError::Unproved { .. }
            | NetError::NoHttp { .. }
            | NetError::OutOfReach { .. }
            | NetError::Redirect { .. }
            | NetError::Proxy { .. }
            | NetError::BadProxy { .. }
            | NetError::Certificates { .. } => io::ErrorKind::Other,
        };
        Self::new(kind, error)
    }
}
