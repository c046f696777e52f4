//! Red Hat and CentOS: fixes of binary packages in one list for all releases, each for some streams of
//! products and some architectures, and what has no fix.
//!
//! Source of truth: `trivy.md` §4.3. Which streams an image is of, its build says ([`crate::streams`]).
//! Where one entry on a flaw names a fix and another none, the fix counts.

use model::{Os, OsFamily};

use super::{ALL, Family, Modules, RPM, Unfixed, major, modular_name};

pub(super) static FAMILY: Family = Family {
    modules: Modules::Named,
    ..TRIVYS
};

/// The same as Trivy does it, which takes a build without a label of its stream for a plain one.
pub(super) const TRIVYS: Family = Family {
    os: &[OsFamily::RedHat, OsFamily::CentOs],
    publisher: "redhat",
    shards: "redhat-",
    release,
    key: modular_name,
    unfixed: Unfixed::UnlessFixed,
    has_zero_epochs: true,
    // of no stream is of none that an image can have
    concerns: |_, advisory| !advisory.streams.is_empty(),
    ..RPM
};

fn release(os: &Os) -> Option<String> {
    major(os).map(|_| ALL.to_owned())
}
