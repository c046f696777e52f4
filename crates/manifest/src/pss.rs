//! The Pod Security Standards, as the admission controller of Kubernetes judges them.
//!
//! Source of truth: `k8s.io/pod-security-admission` of Kubernetes 1.37, run; the data is
//! `conformance/pod-security-standards`. The texts are its own: users search for them.

mod capabilities;
mod checks;
mod host;
mod identity;
mod object;
mod profiles;
mod standard;
mod subject;
mod volumes;

use std::fmt;
use std::str::FromStr;

pub use object::{faults, judge_object};
pub use standard::{Demand, Standard, of_namespaces};
pub use subject::{HostPorts, Subject};

/// The newest minor version that has rules of its own; later ones have the same.
pub const LATEST: u32 = 37;

/// How strict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Everything is allowed.
    Privileged,
    /// Known ways to escalate are not.
    Baseline,
    /// What hardening asks for is demanded.
    Restricted,
}

/// The version of Kubernetes whose rules count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// 1.N.
    Minor(u32),
    /// The newest.
    Latest,
}

/// What a pod violates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The check, `hostNamespaces`.
    pub check: &'static str,
    /// What is forbidden, in general.
    pub reason: String,
    /// What forbidden things the pod has.
    pub detail: String,
}

/// Text that is no level or no version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown(String);

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = &self.0;
        write!(
            f,
            "`{text}` is not privileged, baseline or restricted, nor latest or v1.N"
        )
    }
}

impl std::error::Error for Unknown {}

impl fmt::Display for Violation {
    /// Writes the words of the admission controller.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)?;
        if self.detail.is_empty() {
            return Ok(());
        }
        write!(f, " ({})", self.detail)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Privileged => "privileged",
            Self::Baseline => "baseline",
            Self::Restricted => "restricted",
        })
    }
}

impl FromStr for Level {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        [Self::Privileged, Self::Baseline, Self::Restricted]
            .into_iter()
            .find(|level| level.to_string() == text)
            .ok_or_else(|| Unknown(text.to_owned()))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minor(minor) => write!(f, "v1.{minor}"),
            Self::Latest => f.write_str("latest"),
        }
    }
}

impl FromStr for Version {
    type Err = Unknown;

    fn from_str(text: &str) -> Result<Self, Unknown> {
        if text == "latest" {
            return Ok(Self::Latest);
        }
        let minor = text
            .strip_prefix("v1.")
            .and_then(|minor| minor.parse().ok());
        minor
            .map(Self::Minor)
            // no sign, no leading zero
            .filter(|version| version.to_string() == text)
            .ok_or_else(|| Unknown(text.to_owned()))
    }
}

/// Returns what a pod violates, in the order in which the admission controller tells it.
pub fn judge(subject: &Subject<'_>, standard: Standard) -> Vec<Violation> {
    let minor = match standard.version {
        Version::Minor(minor) => minor,
        Version::Latest => LATEST,
    };
    checks::active(standard.level, minor)
        .filter_map(|(check, ask)| {
            let found = ask(subject)?;
            Some(Violation {
                check,
                reason: found.reason,
                detail: found.detail,
            })
        })
        .collect()
}

/// Returns the sentence of a refusal: `violates PodSecurity "baseline:latest": …`.
pub fn message(standard: Standard, violations: &[Violation]) -> String {
    let list: Vec<String> = violations.iter().map(Violation::to_string).collect();
    let list = list.join(", ");
    format!("violates PodSecurity \"{standard}\": {list}")
}

#[cfg(test)]
mod tests;
