//! What OSV calls distributions, and the shards of their releases.
//!
//! Source of truth: feeds.md §2.6, §3.1. Errata of AlmaLinux and Rocky Linux name their CVEs as related.

use std::collections::{BTreeMap, BTreeSet};

use model::{Advisory, Affected, Severity, Status};
use version::Scheme;

use crate::feeds::suse;
use crate::harvest::{Harvest, later};
use crate::modules::is_module;
use crate::osv::{self, Concerned, Named, Record};

/// A distribution whose packages records are about.
pub(super) struct Distribution {
    /// What the name of the ecosystem begins with; the release stands behind it.
    ecosystem: &'static str,
    /// What the name of the shard begins with.
    shard: &'static str,
    publisher: &'static str,
    licence: &'static str,
    /// Makes the release of the shard of that of the ecosystem; none for what is no image's.
    release: fn(&str) -> Option<String>,
    /// Whether its records speak of what has no fix.
    knows_unfixed: bool,
    scheme: Scheme,
    gives_way: fn(&Advisory, &Advisory) -> bool,
}

static DISTRIBUTIONS: &[Distribution] = &[
    Distribution {
        ecosystem: "AlmaLinux:",
        shard: "alma-",
        publisher: "AlmaLinux",
        licence: "AlmaLinux OSV database, MIT, modified",
        release: number,
        knows_unfixed: false,
        scheme: Scheme::Rpm,
        gives_way: |known, new| stands_above(Scheme::Rpm, known, new),
    },
    Distribution {
        ecosystem: "Alpine:v",
        shard: "alpine-",
        publisher: "Alpine",
        licence: "facts of Alpine's security database",
        release: number,
        knows_unfixed: false,
        scheme: Scheme::Apk,
        gives_way: |known, new| stands_above(Scheme::Apk, known, new),
    },
    Distribution {
        ecosystem: "Azure Linux:",
        shard: "azurelinux-",
        publisher: "Microsoft Azure Linux",
        licence: "facts of Azure Linux' advisories",
        release: with_minor,
        knows_unfixed: false,
        scheme: Scheme::Rpm,
        gives_way: |known, new| stands_above(Scheme::Rpm, known, new),
    },
    Distribution {
        ecosystem: "Chainguard",
        shard: "chainguard-rolling",
        publisher: "Chainguard",
        licence: "of Chainguard; of the user's own copy, not to be passed on",
        release: nothing,
        knows_unfixed: false,
        scheme: Scheme::Apk,
        gives_way: |known, new| stands_above(Scheme::Apk, known, new),
    },
    Distribution {
        ecosystem: "Debian:",
        shard: "debian-",
        publisher: "Debian",
        licence: "facts of Debian's security tracker",
        release: number,
        knows_unfixed: true,
        scheme: Scheme::Dpkg,
        gives_way: |known, new| stands_above(Scheme::Dpkg, known, new),
    },
    Distribution {
        ecosystem: "Photon OS:",
        shard: "photon-",
        publisher: "Photon OS",
        licence: "facts of Photon OS",
        release: with_minor,
        knows_unfixed: false,
        scheme: Scheme::Rpm,
        gives_way: |known, new| stands_above(Scheme::Rpm, known, new),
    },
    Distribution {
        ecosystem: "Rocky Linux:",
        shard: "rocky-",
        publisher: "Rocky Linux",
        licence: "facts of Rocky Linux' errata",
        release: number,
        knows_unfixed: false,
        scheme: Scheme::Rpm,
        gives_way: |known, new| stands_above(Scheme::Rpm, known, new),
    },
    Distribution {
        ecosystem: "SUSE:",
        shard: "",
        publisher: "SUSE",
        licence: "facts of SUSE's advisories",
        release: |product| suse::shard(&format!("SUSE {product}")),
        knows_unfixed: false,
        scheme: Scheme::Rpm,
        gives_way: |known, new| stands_above(Scheme::Rpm, known, new),
    },
    Distribution {
        ecosystem: "Wolfi",
        shard: "wolfi-rolling",
        publisher: "Wolfi",
        licence: "of Chainguard; of the user's own copy, not to be passed on",
        release: nothing,
        knows_unfixed: false,
        scheme: Scheme::Apk,
        gives_way: |known, new| stands_above(Scheme::Apk, known, new),
    },
    Distribution {
        ecosystem: "openSUSE:Leap ",
        shard: "suse-cvrf-leap-",
        publisher: "SUSE",
        licence: "facts of SUSE's advisories",
        release: number,
        knows_unfixed: false,
        scheme: Scheme::Rpm,
        gives_way: |known, new| stands_above(Scheme::Rpm, known, new),
    },
    Distribution {
        ecosystem: "openSUSE:Tumbleweed",
        shard: "suse-cvrf-tumbleweed",
        publisher: "SUSE",
        licence: "facts of SUSE's advisories",
        release: nothing,
        knows_unfixed: false,
        scheme: Scheme::Rpm,
        gives_way: |known, new| stands_above(Scheme::Rpm, known, new),
    },
];

/// Returns the distribution of an ecosystem.
pub(super) fn of(ecosystem: &str) -> Option<&'static Distribution> {
    let mut distributions = DISTRIBUTIONS.iter();
    distributions.find(|it| ecosystem.starts_with(it.ecosystem))
}

fn number(release: &str) -> Option<String> {
    let is_number = release.starts_with(|c: char| c.is_ascii_digit())
        && release
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.');
    (is_number && release.len() <= 8).then(|| release.to_owned())
}

/// `3` is the release that its images call `3.0`.
fn with_minor(release: &str) -> Option<String> {
    let release = number(release)?;
    let has_minor = release.contains('.');
    Some(if has_minor {
        release
    } else {
        format!("{release}.0")
    })
}

fn nothing(release: &str) -> Option<String> {
    release.is_empty().then(String::new)
}

impl Distribution {
    /// Whether an ecosystem is a release of it that images are of.
    pub(super) fn has(&self, ecosystem: &str) -> bool {
        self.release_of(ecosystem).is_some()
    }

    fn release_of(&self, ecosystem: &str) -> Option<String> {
        (self.release)(ecosystem.strip_prefix(self.ecosystem)?)
    }

    /// Takes what a record says of a package.
    pub(super) fn take(
        &self,
        record: &Record,
        package: &Named,
        concerned: &[&Concerned],
        harvest: &mut Harvest,
    ) -> Result<(), String> {
        let release = self.release_of(&package.ecosystem);
        let release = release.ok_or_else(|| format!("`{}` is no release", package.ecosystem))?;
        let mut about = harvest.about(
            &format!("{}{release}", self.shard),
            self.publisher,
            self.licence,
        );
        about.knows_unfixed = self.knows_unfixed;
        let shelf = harvest.release(about, self.gives_way);
        // each build of a module stands beside the others: nobody names its stream, and none stands above one
        // of another stream
        let mut builds: BTreeMap<&str, Vec<&Concerned>> = BTreeMap::new();
        for it in concerned {
            let module = it.fixes().find(|fixed| is_module(fixed));
            builds
                .entry(module.unwrap_or_default())
                .or_default()
                .push(it);
        }
        for (apart, concerned) in builds {
            let affected = osv::versions(&concerned, self.scheme)?;
            let affected = osv::in_short(affected, self.scheme);
            let mut status = super::status(&affected);
            if status == Status::Affected && concerned.iter().any(|it| is_unsupported(it)) {
                status = Status::EndOfLife;
            }
            let word = concerned.iter().find_map(|it| severity(record, it));
            for (id, vendor_ids) in flaws(record) {
                let advisory = Advisory {
                    severity: word,
                    date: record.date(),
                    vendor_ids,
                    ..Advisory::new(id, affected.clone(), status)
                };
                shelf.add_apart(&package.name, apart, advisory)?;
            }
        }
        Ok(())
    }
}

/// Whether the known word gives way: a fix stands above none, a later one above an earlier one; of others
/// the one that says more.
fn stands_above(scheme: Scheme, known: &Advisory, new: &Advisory) -> bool {
    match (&known.affected, &new.affected) {
        (Affected::Below(_), _) | (_, Affected::Below(_)) => later(scheme, known, new),
        (known, new) => new > known,
    }
}

/// Returns the ids of the flaws of a record with those of its vendor: a view of a CVE is that CVE, an
/// erratum is all that it mends. What is related is another flaw, but where AlmaLinux and Rocky Linux have
/// their CVEs there. One that has no CVE is known by GitHub's id; an erratum without any is no word on security.
pub(super) fn flaws(record: &Record) -> Vec<(&str, Vec<String>)> {
    let of_cve = record
        .id
        .split_once("-CVE-")
        .map(|(distribution, _)| distribution);
    if let Some(distribution) = of_cve {
        let cve = record.id.get(distribution.len().saturating_add(1)..);
        return vec![(cve.unwrap_or_default(), Vec::new())];
    }
    let own = std::slice::from_ref(&record.id);
    let lists: [(&str, &[&[String]]); 4] = [
        ("CVE-", &[own]),
        ("CVE-", &[&record.upstream, &record.aliases]),
        ("CVE-", &[&record.related]),
        ("GHSA-", &[own, &record.upstream, &record.aliases]),
    ];
    let flaws = lists.iter().map(|(kind, lists)| -> BTreeSet<&str> {
        let ids = lists.iter().copied().flatten().map(String::as_str);
        ids.filter(|id| id.starts_with(kind)).collect()
    });
    let flaws = flaws.into_iter().find(|flaws| !flaws.is_empty());
    let vendors = |flaw: &str| Some(record.id.clone()).filter(|id| id != flaw);
    let flaws = flaws.unwrap_or_default().into_iter();
    flaws
        .map(|flaw| (flaw, vendors(flaw).into_iter().collect()))
        .collect()
}

/// The word at the start of an erratum's summary, else the tracker's urgency.
fn severity(record: &Record, concerned: &Concerned) -> Option<Severity> {
    let word = record.summary.split(':').next().unwrap_or_default();
    osv::severity(word).or_else(|| osv::severity(&concerned.ecosystem_specific.urgency))
}

/// Whether the tracker says that the release does not support the package any more.
fn is_unsupported(concerned: &Concerned) -> bool {
    let urgency = concerned.ecosystem_specific.urgency.trim_end_matches('*');
    urgency == "end-of-life"
}

#[cfg(test)]
mod tests {

    use crate::feeds::debian::RELEASES;

    #[test]
    fn every_release_of_debian_is_one_here() {
        for (_, number) in RELEASES.iter().filter(|(_, number)| *number != "sid") {
            assert!(super::number(number).is_some(), "{number}");
        }
    }
}
