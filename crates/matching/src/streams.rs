//! Which streams of Red Hat's products a package is of.
//!
//! Source of truth: `trivy.md` §4.3. The build of an image names the repositories that it took packages
//! from, or itself by name, version and release; each is of some streams. An image that names none is
//! taken for one of the usual repositories of its release; for Trivy only one that says nothing of its build.

use std::collections::{BTreeMap, BTreeSet};

use advisory::Database;
use model::{Build, GapKind, Manner, Os, OsFamily, PackageFormat};

use crate::Input;
use crate::gaps::Gaps;
use crate::unread;

/// The shard that knows the streams of repositories and builds.
const SHARD: &str = "redhat-streams";

/// Looks up the streams of each build once.
#[derive(Debug)]
pub(crate) struct Streams<'a> {
    database: &'a Database,
    /// Repositories of images that name none.
    usual: Vec<String>,
    manner: Manner,
    known: BTreeMap<Option<&'a Build>, BTreeSet<u32>>,
}

impl<'a> Streams<'a> {
    pub(crate) fn new(database: &'a Database, os: Option<&Os>, manner: Manner) -> Self {
        Self {
            database,
            usual: usual(os.map_or("", Os::major)),
            manner,
            known: BTreeMap::new(),
        }
    }

    /// Returns the streams of a build, none if nobody knows it: then there is a gap.
    pub(crate) fn of(&mut self, build: Option<&'a Build>, gaps: &mut Gaps) -> &BTreeSet<u32> {
        let (database, usual, manner) = (self.database, &self.usual, self.manner);
        self.known.entry(build).or_insert_with(|| {
            let keys = keys(build, usual, manner);
            let streams = numbers(database, &keys, gaps);
            if streams.is_empty() {
                let names = keys.join(", ");
                let why = format!("no stream of Red Hat's is known for {names}");
                let hides = "all known problems of its packages";
                gaps.add(GapKind::Uncovered, "redhat", why, hides);
            }
            streams
        })
    }
}

/// Returns why Trivy would end the scan: it knows no stream of some package of Red Hat's. For other
/// releases than these it has no usual repositories.
pub(crate) fn refusal(input: &Input<'_>, database: &Database) -> Option<String> {
    let families = [OsFamily::CentOs, OsFamily::RedHat];
    let os = input.os.filter(|os| families.contains(&os.family))?;
    if !database.has_shard(SHARD) {
        // it says nothing on Red Hat, which is another matter
        return None;
    }
    let mut streams = Streams::new(database, Some(os), Manner::Trivy);
    if !["6", "7", "8", "9"].contains(&os.major()) {
        streams.usual.clear();
    }
    let mut gaps = Gaps::new(input.limits);
    let mut packages = input.packages.iter();
    let unknown = packages.find(|package| {
        let is_rpm = package.format.purl_type() == PackageFormat::Rpm.purl_type();
        is_rpm && streams.of(package.build.as_ref(), &mut gaps).is_empty()
    })?;
    let (package, os) = (unknown.label(), &os.pretty_name);
    Some(format!(
        "no repository is known from which {package} of {os} comes"
    ))
}

fn numbers(database: &Database, keys: &[String], gaps: &mut Gaps) -> BTreeSet<u32> {
    let mut numbers = BTreeSet::new();
    for key in keys {
        match database.texts(SHARD, key) {
            Ok(rows) => numbers.extend(
                rows.iter()
                    .flatten()
                    .filter_map(|cell| cell.parse::<u32>().ok()),
            ),
            Err(error) => unread(&error, gaps),
        }
    }
    numbers
}

/// Returns the keys under which the streams of a build stand.
fn keys(build: Option<&Build>, usual: &[String], manner: Manner) -> Vec<String> {
    let sets = match build {
        Some(build) if manner.is_trivy() || !build.content_sets.is_empty() => &build.content_sets,
        _ => usual,
    };
    let mut keys: Vec<String> = sets
        .iter()
        .map(|set| format!("repository {}", bare(set)))
        .collect();
    if let Some(build) = build.filter(|build| !build.nvr.is_empty()) {
        keys.push(format!("nvr {}-{}", build.nvr, build.arch));
    }
    keys
}

/// Returns a set without the number that builds may add behind two low lines; `__9_DOT_2` is a part of the
/// names of repositories for one minor release.
fn bare(set: &str) -> &str {
    match set.rsplit_once("__") {
        Some((bare, number))
            if !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit()) =>
        {
            bare
        }
        _ => set,
    }
}

fn usual(major: &str) -> Vec<String> {
    match major {
        "6" | "7" => ["rpms", "extras-rpms"]
            .map(|end| format!("rhel-{major}-server-{end}"))
            .to_vec(),
        _ => ["baseos", "appstream"]
            .map(|part| format!("rhel-{major}-for-x86_64-{part}-rpms"))
            .to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_name_repositories_and_themselves() {
        let build = |sets: &[&str], nvr: &str| Build {
            content_sets: sets.iter().map(|&set| set.to_owned()).collect(),
            nvr: nvr.to_owned(),
            arch: "x86_64".to_owned(),
        };
        let usual = usual("7");
        let nvr = || build(&[], "ubi7-container-7.7-140");
        let eus = "rhel-9-for-x86_64-baseos-eus-rpms__9_DOT_2";
        for (build, manner, want) in [
            (
                None,
                Manner::Trivy,
                &[
                    "repository rhel-7-server-rpms",
                    "repository rhel-7-server-extras-rpms",
                ][..],
            ),
            (
                Some(build(&["rhel-8-for-x86_64-baseos-rpms__8"], "")),
                Manner::Own,
                &["repository rhel-8-for-x86_64-baseos-rpms"],
            ),
            (
                Some(build(&[eus], "")),
                Manner::Own,
                &["repository rhel-9-for-x86_64-baseos-eus-rpms__9_DOT_2"],
            ),
            (
                Some(nvr()),
                Manner::Trivy,
                &["nvr ubi7-container-7.7-140-x86_64"],
            ),
            (
                Some(nvr()),
                Manner::Own,
                &[
                    "repository rhel-7-server-rpms",
                    "repository rhel-7-server-extras-rpms",
                    "nvr ubi7-container-7.7-140-x86_64",
                ],
            ),
        ] {
            assert_eq!(keys(build.as_ref(), &usual, manner), want);
        }
        assert_eq!(
            super::usual("9"),
            [
                "rhel-9-for-x86_64-baseos-rpms",
                "rhel-9-for-x86_64-appstream-rpms"
            ]
        );
    }
}
