//! Records in OSV's form, of any publisher: what osv.dev gives away, and what its publishers do.
//!
//! Source of truth: OSV schema 1.7, feeds.md §1, §2.6, §3. The id says who wrote a record, and the
//! ecosystem which packages it is about. Records that only repeat others are left out: notices of
//! Ubuntu, Debian and Red Hat, whose own feeds say more.

mod distributions;
mod languages;

use std::collections::BTreeSet;

use model::{Advisory, Affected, Severity, Status, Upper};

use super::{Feed, Harvest, ubuntu};
use crate::cvss;
use crate::harvest::few_enough;
use crate::osv::{self, Concerned, Named, Record};
pub(crate) use languages::{folded, whole_of};

pub(super) static FEED: Feed = Feed {
    name: "osv",
    source: "https://osv-vulnerabilities.storage.googleapis.com/npm/all.zip, and all other ecosystems; or a \
             clone of a publisher's repository of such records",
    endings: &["json", "yaml", "yml"],
    whole: &[],
    read,
};

/// Who writes records.
struct Publisher {
    /// What the ids begin with.
    ids: &'static [&'static str],
    /// Trivy's id of it.
    id: &'static str,
    name: &'static str,
    licence: &'static str,
    /// What the names of its shards begin with; `None` for its only one, of all ecosystems.
    shard: Shelf,
}

/// Which shard a publisher's records go to.
enum Shelf {
    /// This one.
    One(&'static str),
    /// One for each ecosystem, whose name stands behind.
    Each(&'static str),
}

/// Those that write of packages of languages; all others are `osv`.
static PUBLISHERS: &[Publisher] = &[
    Publisher {
        ids: &["BIT-"],
        id: "bitnami",
        name: "Bitnami",
        licence: "Bitnami vulndb, Apache-2.0, modified",
        shard: Shelf::One("bitnami"),
    },
    Publisher {
        ids: &["CVE-"],
        id: "k8s",
        name: "Kubernetes",
        licence: "Kubernetes official CVE feed, CC BY 4.0, modified",
        shard: Shelf::One("kubernetes"),
    },
    Publisher {
        ids: &["GHSA-"],
        id: "ghsa",
        name: "GitHub",
        licence: "GitHub Advisory Database, CC BY 4.0, modified",
        shard: Shelf::Each("ghsa-"),
    },
    Publisher {
        ids: &["GO-"],
        id: "govulndb",
        name: "Go",
        licence: "Go vulnerability database, The Go Authors, CC BY 4.0, modified",
        shard: Shelf::One("go"),
    },
    Publisher {
        ids: &["PYSEC-"],
        id: "osv",
        name: "PyPA",
        licence: "PyPA advisory database, CC BY 4.0, modified",
        shard: Shelf::One("pypi"),
    },
    Publisher {
        ids: &["RUSTSEC-"],
        id: "osv",
        name: "RustSec",
        licence: "RustSec advisory-db, CC0; parts GitHub Advisory Database, CC BY 4.0; modified",
        shard: Shelf::One("rust"),
    },
    Publisher {
        ids: &[""],
        id: "osv",
        name: "OSV",
        licence: "of the records' publishers",
        shard: Shelf::Each("osv-"),
    },
];

/// Notices whose facts stand in records of CVEs.
const NOTICES: [&str; 7] = ["DLA-", "DSA-", "DTSA-", "LSN-", "RHBA-", "RHEA-", "USN-"];

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let record = Record::read(bytes)?;
    let is_notice = NOTICES.iter().any(|notice| record.id.starts_with(notice));
    let by = publisher(&record.id).map_or("", |publisher| publisher.name);
    if is_notice || harvest.withdraw([by, &record.id, &record.withdrawn]) {
        return Ok(());
    }
    if record.id.starts_with("UBUNTU-CVE-") {
        ubuntu::take(&record, harvest);
        return Ok(());
    }
    if let Err(why) = is_bounded(&record) {
        harvest.problem(format!("osv {}: {why}", record.id));
        return Ok(());
    }
    rate(&record, harvest);
    harvest.has_copy(&record.id, record.changed());
    for (package, concerned) in record.packages() {
        let taken = match distributions::of(&package.ecosystem) {
            Some(distribution) => distribution.take(&record, package, &concerned, harvest),
            None => take(&record, package, &concerned, harvest),
        };
        if let Err(why) = taken {
            harvest.problem(format!("osv {} {}: {why}", record.id, package.name));
        }
    }
    Ok(())
}

/// Refuses a record whose parts would multiply: of distributions each flaw stands by itself, of languages
/// each package has all names. What nobody reads of it does not count.
fn is_bounded(record: &Record) -> Result<(), String> {
    let named = names_of_flaw(record).len();
    few_enough((record.vectors().count(), "vectors"), named)?;
    let ecosystems = || record.affected.iter().map(|it| &*it.package.ecosystem);
    let of_distributions =
        ecosystems().filter(|it| distributions::of(it).is_some_and(|of| of.has(it)));
    let of_distributions = of_distributions.count();
    let of_languages = ecosystems()
        .filter(|it| languages::of(it).is_some())
        .count();
    few_enough(
        (of_distributions, "packages"),
        distributions::flaws(record).len(),
    )?;
    let names = [&record.aliases, &record.upstream].map(Vec::len);
    let names = names.iter().sum::<usize>().saturating_add(1);
    few_enough((of_languages.max(1), "packages"), names)
}

fn publisher(id: &str) -> Option<&'static Publisher> {
    let wrote = |publisher: &&Publisher| publisher.ids.iter().any(|prefix| id.starts_with(prefix));
    PUBLISHERS.iter().find(wrote)
}

/// Takes the vectors of a record under the names of its flaw.
fn rate(record: &Record, harvest: &mut Harvest) {
    let Some(publisher) = publisher(&record.id) else {
        return;
    };
    for scored in record.vectors() {
        if !scored.kind.starts_with("CVSS_") {
            continue;
        }
        if let Some(rating) = cvss::rating(publisher.id, &scored.score) {
            for id in names_of_flaw(record) {
                harvest.rate(id, rating.clone());
            }
        }
    }
}

/// Returns the names under which a record's vectors are looked up: its own, its aliases, and the CVE that it
/// is a view of. One that is a view of several mends them all, and its vector is of none of them alone.
fn names_of_flaw(record: &Record) -> BTreeSet<&str> {
    let is_cve = |id: &&str| id.starts_with("CVE-");
    let mut views = record.upstream.iter().map(String::as_str).filter(is_cve);
    let view = views.next().filter(|first| views.all(|id| id == *first));
    let aliases = record.aliases.iter().map(String::as_str).filter(is_cve);
    aliases.chain(view).chain([record.id.as_str()]).collect()
}

/// Takes what a record says of a package of a language.
fn take(
    record: &Record,
    package: &Named,
    concerned: &[&Concerned],
    harvest: &mut Harvest,
) -> Result<(), String> {
    let Some(language) = languages::of(&package.ecosystem) else {
        if languages::has_packages(&package.ecosystem) {
            let why = format!("nothing reads packages of `{}`", package.ecosystem);
            return Err(why);
        }
        return Ok(());
    };
    let publisher = publisher(&record.id).ok_or("nobody writes such ids")?;
    let is_github = publisher.id == "ghsa";
    let is_note = concerned
        .iter()
        .any(|it| !it.database_specific.informational.is_empty());
    // GitHub's intervals of what Go itself publishes lag behind Go's own
    let is_go = package.name == "stdlib" || package.name.starts_with("golang.org/x/");
    if is_note || (is_github && package.ecosystem == "Go" && is_go) {
        return Ok(());
    }
    let affected = osv::versions(concerned, language.scheme)?;
    let status = status(&affected);
    let advisory = Advisory {
        aliases: record.other_ids(),
        severity: word(record, concerned),
        date: record.date(),
        ..Advisory::new(&record.id, affected, status)
    };
    let shard = match publisher.shard {
        Shelf::One(name) => name.to_owned(),
        Shelf::Each(prefix) => format!("{prefix}{}", language.shelf),
    };
    if is_github {
        harvest.replaced.insert(language.excerpt());
    }
    let about = harvest.about(&shard, publisher.name, publisher.licence);
    let name = (language.key)(&package.name);
    let shelf = harvest.release(about, gives_way);
    shelf.add_as_of(&name, record.changed(), advisory)
}

/// The publisher's word, else that of its vector.
fn word(record: &Record, concerned: &[&Concerned]) -> Option<Severity> {
    if record.id.starts_with("MAL-") {
        // a package that was made to do harm
        return Some(Severity::Critical);
    }
    let specific = concerned
        .iter()
        .flat_map(|it| [&it.ecosystem_specific, &it.database_specific]);
    let mut words = specific
        .chain([&record.database_specific])
        .map(|it| &it.severity);
    let word = words.find_map(|word| osv::severity(word));
    let vectors = concerned.iter().flat_map(|it| &it.severity);
    let vectors = vectors.chain(&record.severity);
    word.or_else(|| {
        let mut ratings = vectors.filter_map(|it| cvss::rating("", &it.score));
        ratings.next().map(|rating| rating.severity)
    })
}

pub(super) fn status(affected: &Affected) -> Status {
    let is_fixed = match affected {
        Affected::Ranges(ranges) => ranges
            .iter()
            .any(|range| matches!(range.upper, Upper::Fixed(_))),
        Affected::Below(_) => true,
        Affected::Every
        | Affected::Never
        | Affected::Requirements { .. }
        | Affected::Versions(_) => false,
    };
    if is_fixed {
        Status::Fixed
    } else {
        Status::Affected
    }
}

/// Of two copies of a record that were changed at one time, the one that was published later stands.
fn gives_way(known: &Advisory, new: &Advisory) -> bool {
    (new.date, &new.affected) > (known.date, &known.affected)
}
