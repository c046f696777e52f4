//! Whether anyone still publishes fixes for a distribution's release.
//!
//! Source of truth: endoflife.date, and DESIGN.md §4 on which of its days decides.

use advisory::Database;
use jiff::civil::Date;
use model::{Eol, EolNotice, Manner, Os, OsFamily};

pub(crate) mod trivys;

use crate::gaps::Gaps;
use crate::unread;

pub(crate) use trivys::SOURCE as TRIVY;

/// A distribution at endoflife.date.
struct Product {
    os: OsFamily,
    name: &'static str,
    /// The release by its name there.
    cycle: fn(&Os) -> String,
}

static PRODUCTS: &[Product] = &[
    product(OsFamily::Alma, "almalinux", major),
    product(OsFamily::Alpine, "alpine-linux", Os::minor),
    product(OsFamily::Amazon, "amazon-linux", first_word),
    product(OsFamily::CentOs, "centos", major),
    product(OsFamily::CentOsStream, "centos-stream", major),
    product(OsFamily::Debian, "debian", major),
    product(OsFamily::Fedora, "fedora", major),
    product(OsFamily::OpenSuseLeap, "opensuse", Os::minor),
    product(OsFamily::Oracle, "oracle-linux", major),
    product(OsFamily::Photon, "vmware-photon", Os::minor),
    product(OsFamily::RedHat, "rhel", major),
    product(OsFamily::Rocky, "rocky-linux", major),
    product(OsFamily::Slem, "suse-linux-micro", Os::minor),
    product(OsFamily::Sles, "sles", Os::minor),
    product(OsFamily::Ubuntu, "ubuntu", Os::minor),
];

const fn product(os: OsFamily, name: &'static str, cycle: fn(&Os) -> String) -> Product {
    Product { os, name, cycle }
}

/// Returns when the release ends, if the database knows.
pub(crate) fn notice(
    os: &Os,
    (database, manner): (&Database, Manner),
    today: Date,
    gaps: &mut Gaps,
) -> Option<EolNotice> {
    if manner.is_trivy() {
        return trivys::notice(os, today);
    }
    if os.is_rolling {
        return None;
    }
    let product = PRODUCTS.iter().find(|product| product.os == os.family)?;
    match database.eol(product.name, &(product.cycle)(os)) {
        Ok(eol) => judge(&eol?, today, database),
        Err(error) => {
            unread(&error, gaps);
            None
        }
    }
}

pub(crate) fn judge(eol: &Eol, today: Date, database: &Database) -> Option<EolNotice> {
    let date = eol.extended.max(eol.regular)?;
    let is_past = |day: &Date| today > *day;
    Some(EolNotice {
        date,
        is_past: is_past(&date),
        regular_end: eol.regular.filter(|day| *day < date && is_past(day)),
        source: database
            .shard("eol")
            .map(|shard| shard.publisher)
            .unwrap_or_default(),
    })
}

fn major(os: &Os) -> String {
    os.major().to_owned()
}

/// Returns `2` of `2 (Karoo)` and `2023` of `2023.3.20240108`.
fn first_word(os: &Os) -> String {
    let word = os.version.split([' ', '.']).next();
    word.unwrap_or_default().to_owned()
}
