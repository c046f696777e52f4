//! Whether one advisory concerns one version.

use std::cmp::Ordering;

use model::{Advisory, Affected, Status};
use version::Scheme;

/// What an advisory says about one version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Judgement {
    /// It is affected, and this version holds the fix; empty if none does.
    Affected {
        /// The version that holds the fix.
        fixed: String,
        /// What the publisher does about it.
        status: Status,
    },
    /// It holds the fix already.
    Fixed,
    /// The package never had the flaw. Silences what others say.
    Never,
    /// It cannot be told: the reason.
    Unclear(String),
}

/// Judges one version of a package.
pub(crate) fn judge(advisory: &Advisory, version: &str, scheme: Scheme) -> Judgement {
    match &advisory.affected {
        Affected::Never => Judgement::Never,
        Affected::Every => Judgement::Affected {
            fixed: String::new(),
            status: unfixed(advisory.status),
        },
        Affected::Below(fixed) => match version::compare(scheme, version, fixed) {
            Ok(Ordering::Less) => below(advisory, fixed),
            Ok(Ordering::Equal | Ordering::Greater) => Judgement::Fixed,
            Err(bad) => Judgement::Unclear(bad.to_string()),
        },
        Affected::Ranges(_) | Affected::Requirements { .. } | Affected::Versions(_) => {
            let why = "its advisory speaks of ranges, which packages of a distribution do not have";
            Judgement::Unclear(why.to_owned())
        }
    }
}

/// A version below the one that is safe. A fix that is not for everybody, such as one for subscribers,
/// is none.
fn below(advisory: &Advisory, fixed: &str) -> Judgement {
    let is_for_all = matches!(advisory.status, Status::Fixed | Status::Unknown);
    Judgement::Affected {
        fixed: if is_for_all {
            fixed.to_owned()
        } else {
            String::new()
        },
        status: if is_for_all {
            Status::Fixed
        } else {
            advisory.status
        },
    }
}

/// Returns the status of a flaw without a fix: `fixed` would be a contradiction, and silence means
/// affected.
fn unfixed(status: Status) -> Status {
    if matches!(status, Status::Unknown | Status::Fixed) {
        Status::Affected
    } else {
        status
    }
}
