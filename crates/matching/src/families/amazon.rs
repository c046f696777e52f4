//! Amazon Linux: fixes of binary packages, by release 1, 2, 2022 or 2023.
//!
//! Source of truth: `trivy.md` §4.3. Before 2 a release is a date, such as `2018.03`. Versions are
//! compared as rpm does; Trivy compares them as dpkg does (docs/compatibility.md).

use model::{Os, OsFamily};
use version::Scheme;

use super::{Family, RPM};

pub(super) static FAMILY: Family = AMAZON;

const AMAZON: Family = Family {
    os: &[OsFamily::Amazon],
    publisher: "amazon",
    shards: "amazon-",
    release,
    ..RPM
};

/// The same as Trivy does it.
pub(super) static TRIVYS: Family = Family {
    scheme: Scheme::Dpkg,
    ..AMAZON
};

fn release(os: &Os) -> Option<String> {
    let first = os.version.split([' ', '.']).next()?;
    let known = ["2", "2022", "2023"].contains(&first);
    let number = if known { first } else { "1" };
    (!first.is_empty()).then(|| number.to_owned())
}
