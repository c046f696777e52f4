//! Which advisories speak of an image's distribution, and what those do not tell.

use std::cmp::Ordering;
use std::sync::Arc;

use advisory::{Database, ShardStatus};
use model::{DataSource, GapKind, Manner, Os, OsFamily, Package, PackageFormat};
use version::Scheme;

use crate::Input;
use crate::eol;
use crate::families::{self, ESM, Family};
use crate::gaps::Gaps;
use crate::unread;

/// A release that the database has advisories on.
#[derive(Debug)]
pub(crate) struct Release {
    pub(crate) family: &'static Family,
    /// The name of its shard: `debian-12`.
    pub(crate) shard: String,
    /// Where its advisories come from, if the database tells more than its publisher.
    pub(crate) source: Option<Arc<DataSource>>,
    /// Whose word on severities counts first.
    pub(crate) publisher: &'static str,
}

/// Returns the release of an image; whatever stands in the way becomes a gap.
pub(crate) fn of(input: &Input<'_>, database: &Database, gaps: &mut Gaps) -> Option<Release> {
    let is_os = |package: &Package| !matches!(package.format, PackageFormat::Language(_));
    if !input.packages.iter().any(is_os) {
        // Nothing to match: whoever read the image says why it has no packages.
        return None;
    }
    let Some(os) = input.os else {
        uncovered(
            gaps,
            "",
            "no file that was read tells which distribution these packages belong to",
        );
        return None;
    };
    let Some(family) = families::of(os, input.manner) else {
        uncovered(gaps, &os.told_by, &no_family(os));
        return None;
    };
    let Some(number) = (family.release)(os) else {
        let why = format!("`{}` names no release of {}", os.version, family.publisher);
        uncovered(gaps, &os.told_by, &why);
        return None;
    };
    let number = without_esm((family, input.manner), number, database);
    let shard = format!("{}{number}", family.shards);
    let Some(status) = database.shard(&shard) else {
        uncovered(
            gaps,
            &os.told_by,
            &no_shard((family, os), &number, database),
        );
        return None;
    };
    tell_doubts((os, &number), &status, gaps);
    let source = database.source(&shard).unwrap_or_else(|error| {
        unread(&error, gaps);
        None
    });
    // Trivy knows whose word it is by the source only, but for Red Hat's, and for Debian's and Echo's own
    let is_nobodys = input.manner.is_trivy()
        && source.is_none()
        && database.knows_sources()
        && !["debian", "echo", "redhat"].contains(&family.publisher);
    Some(Release {
        family,
        shard,
        source: source.map(Arc::new),
        publisher: if is_nobodys { "" } else { family.publisher },
    })
}

/// Takes the release itself where there are no advisories on its extended maintenance; Trivy does where its
/// table of ends does not know that.
fn without_esm((family, manner): (&Family, Manner), number: String, database: &Database) -> String {
    let Some(base) = number.strip_suffix(ESM) else {
        return number;
    };
    let is_known = if manner.is_trivy() {
        eol::trivys::has(&OsFamily::Ubuntu, &number)
    } else {
        database.has_shard(&format!("{}{number}", family.shards))
    };
    if is_known { number } else { base.to_owned() }
}

/// Says what the advisories on a release may not tell of the packages of an image.
fn tell_doubts((os, number): (&Os, &str), status: &ShardStatus, gaps: &mut Gaps) {
    let is_of_repository = os.repository == number;
    if os.is_rolling || (is_rolling(number) && !is_of_repository) {
        let why = format!(
            "{} has no releases: its advisories speak of the packages that it carries at their \
             day, and this image may hold older or newer ones",
            os.pretty_name
        );
        gaps.add(
            GapKind::Uncovered,
            &*os.told_by,
            why,
            "problems of packages that were replaced",
        );
    }
    if !["", &*os.minor()].contains(&&*os.repository) && !os.repository.ends_with(ESM) {
        let why = format!(
            "its packages come from the repositories of {}, so the advisories on that count, though it is {}",
            os.repository, os.version
        );
        gaps.add(
            GapKind::Uncovered,
            &*os.told_by,
            why,
            "known problems of packages of the other release",
        );
    }
    if !status.knows_unfixed {
        gaps.add(
            GapKind::Uncovered,
            &*status.name,
            silent(status),
            "known problems that have no fix",
        );
    }
}

fn silent(status: &ShardStatus) -> String {
    let until = status.newest.map(|day| format!(" until {day}"));
    let until = until.unwrap_or_default();
    let name = &status.name;
    format!("the advisories on {name} tell what was fixed{until}, not what is still open")
}

fn uncovered(gaps: &mut Gaps, place: &str, why: &str) {
    gaps.add(
        GapKind::Uncovered,
        place,
        why,
        "all known problems of its packages",
    );
}

/// Says that there are no advisories on a distribution. A derivative is not matched as its parent:
/// its packages have the parent's names, but versions and fixes of their own.
fn no_family(os: &Os) -> String {
    let name = &os.family;
    match os.like.first() {
        Some(parent) => format!(
            "there are no advisories on {name}; it is built on {parent}, but has fixes of its own, \
             so {parent}'s advisories are not used"
        ),
        None => format!("there are no advisories on {name}"),
    }
}

/// Says that there are no advisories on a release, and whether it is too old or too new for them.
fn no_shard((family, os): (&Family, &Os), number: &str, database: &Database) -> String {
    let name = &os.family;
    let known = known(family, database);
    let (Some(oldest), Some(newest)) = (known.first(), known.last()) else {
        return format!("there are no advisories on {name}");
    };
    let is = |other: &str, want| compare(number, other) == want;
    if is(newest, Ordering::Greater) {
        format!("{name} {number} is newer than {newest}, the newest release with advisories")
    } else if is(oldest, Ordering::Less) {
        format!("{name} {number} is older than {oldest}, the oldest release with advisories")
    } else {
        format!("there are no advisories on {name} {number}")
    }
}

/// Returns the numbers of the releases that have a shard, oldest first.
fn known(family: &Family, database: &Database) -> Vec<String> {
    let mut numbers: Vec<String> = database
        .shards()
        .iter()
        .filter_map(|shard| shard.name.strip_prefix(family.shards))
        .filter(|number| !number.contains('-') && !is_rolling(number))
        .map(str::to_owned)
        .collect();
    numbers.sort_by(|a, b| compare(a, b));
    numbers
}

/// Whether advisories are on what a distribution carries today; those on all its releases are not.
fn is_rolling(number: &str) -> bool {
    number != families::ALL && !number.starts_with(|first: char| first.is_ascii_digit())
}

/// Compares numbers of releases, `3.9` below `3.18`, as dpkg compares versions.
fn compare(a: &str, b: &str) -> Ordering {
    version::compare(Scheme::Dpkg, a, b).unwrap_or_else(|_bad| a.cmp(b))
}
