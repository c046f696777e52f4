//! From what Red Hat built a layer: files that its builds leave beside the packages.
//!
//! Source of truth: `trivy.md` §3 (of which layer) and §4.2 (which files). A file that is not
//! understood is a gap: without it packages are held against the usual repositories of their release.

mod dockerfile;

use std::collections::BTreeMap;

use model::{Build, Content, Gap, GapKind, Package};
use serde::Deserialize;

use crate::formats::Location;
use crate::watch::File;

/// Where such files are.
pub(crate) const LOCATIONS: &[Location] = &[
    Location::Folder("root/buildinfo", |name| name.starts_with(b"Dockerfile")),
    Location::Folder("root/buildinfo/content_manifests", is_manifest),
    Location::Folder("usr/share/buildinfo", is_manifest),
];

fn is_manifest(name: &[u8]) -> bool {
    name.ends_with(b".json")
}

/// Bytes of a file that are looked at: real ones have a few thousand.
const MOST_BYTES: usize = 256 << 10;

/// Repositories of one layer: each is looked up.
const MOST_SETS: usize = 1000;

/// A list of repositories, as far as it matters here.
#[derive(Deserialize)]
struct Manifest {
    #[serde(default)]
    content_sets: Vec<String>,
}

/// What the layers were built from, by their index.
#[derive(Debug, Default)]
pub(crate) struct Builds(BTreeMap<usize, Build>);

/// Reads the files that each layer brought; what is wrong with them becomes a gap.
pub(crate) fn read(
    files: &BTreeMap<usize, Vec<File>>,
    contents: &BTreeMap<Content, &[u8]>,
) -> (Builds, Vec<Gap>) {
    let mut builds = Builds::default();
    let mut gaps = Vec::new();
    for (layer, files) in files {
        let mut build = Build::default();
        for file in files {
            let Some(bytes) = contents.get(&file.content) else {
                // whoever fetches files says why this one is missing
                continue;
            };
            if let Err(why) = take(&mut build, file.path.as_str(), bytes) {
                let hides = "which advisories of Red Hat's apply";
                gaps.push(Gap::new(GapKind::Unparsed, file.path.as_str(), why, hides));
            }
        }
        if build != Build::default() {
            builds.0.insert(*layer, build);
        }
    }
    (builds, gaps)
}

fn take(build: &mut Build, path: &str, bytes: &[u8]) -> Result<(), &'static str> {
    if bytes.len() > MOST_BYTES {
        return Err("it is too large to be what it is called");
    }
    if is_manifest(path.as_bytes()) {
        let manifest: Manifest =
            serde_json::from_slice(bytes).map_err(|_bad| "it is no list of repositories")?;
        if manifest.content_sets.len() > MOST_SETS {
            return Err("it names too many repositories");
        }
        if !manifest.content_sets.is_empty() {
            build.content_sets = manifest.content_sets;
        }
        return Ok(());
    }
    let labels = dockerfile::labels(&String::from_utf8_lossy(bytes));
    let last = |names: &[&str]| {
        let mut named = labels.iter().filter(|(name, _)| names.contains(&&**name));
        named.next_back().map(|(_, value)| value.clone())
    };
    let component = last(&["com.redhat.component", "bzcomponent"]).unwrap_or_default();
    let arch = last(&["architecture"]).unwrap_or_default();
    if component.is_empty() || arch.is_empty() {
        return Err("its labels name no component or no architecture");
    }
    let version = version(path).ok_or("its name has no version")?;
    build.nvr = format!("{component}-{version}");
    build.arch = arch;
    Ok(())
}

/// Returns version and release in the name of a file: `7.7-140` of `Dockerfile-ubi7-7.7-140`.
fn version(path: &str) -> Option<&str> {
    let (before, _) = path.rsplit_once('-')?;
    let (before, _) = before.rsplit_once('-')?;
    path.get(before.len()..)?.strip_prefix('-')
}

impl Builds {
    /// Tells each package from what its layer was built.
    pub(crate) fn tell(&self, packages: &mut [Package]) {
        for package in packages {
            package.build = self.of(package.layer).cloned();
        }
    }

    /// Returns the build of a layer: its own, or of the nearest below, on which it stands. The lowest
    /// one may be told of by the next.
    fn of(&self, layer: usize) -> Option<&Build> {
        let below = self.0.range(..=layer).next_back();
        let above = (layer == 0).then(|| self.0.get(&1)).flatten();
        below.map(|(_, build)| build).or(above)
    }
}

#[cfg(test)]
mod tests {
    use model::ImagePath;

    use super::*;

    /// Reads files of layers, given as layer, path and text, and shows the builds and the gaps.
    fn told(files: &[(usize, &str, &str)]) -> Vec<String> {
        let content = |entry| Content { layer: 0, entry };
        let mut by_layer: BTreeMap<usize, Vec<File>> = BTreeMap::new();
        let mut contents = BTreeMap::new();
        for (number, (layer, path, text)) in (0..).zip(files) {
            by_layer.entry(*layer).or_default().push(File {
                path: ImagePath::new(path.as_bytes()),
                content: content(number),
            });
            contents.insert(content(number), text.as_bytes());
        }
        let (builds, gaps) = read(&by_layer, &contents);
        let builds = builds.0.iter().map(|(layer, build)| {
            let sets = build.content_sets.join(" ");
            format!("{layer}: [{sets}] {} {}", build.nvr, build.arch)
        });
        let gaps = gaps.iter().map(|gap| format!("{}: {}", gap.place, gap.why));
        builds.chain(gaps).collect()
    }

    #[test]
    fn manifests_name_repositories_and_dockerfiles_the_build() {
        const LABELS: &str = "LABEL com.redhat.component=ubi7-container architecture=x86_64";
        const UBI: &str = "root/buildinfo/Dockerfile-ubi7-7.7-140";
        const SETS: &str = "root/buildinfo/content_manifests/a.json";
        let many = format!("{{\"content_sets\":[{}\"\"]}}", "\"\",".repeat(MOST_SETS));
        for (files, want) in [
            (
                vec![(0, UBI, LABELS)],
                vec!["0: [] ubi7-container-7.7-140 x86_64"],
            ),
            (
                vec![
                    (1, UBI, LABELS),
                    (1, SETS, r#"{"content_sets":["a","b"],"x":1}"#),
                ],
                vec!["1: [a b] ubi7-container-7.7-140 x86_64"],
            ),
            (vec![(1, SETS, r#"{"image_contents":[]}"#)], vec![]),
            (
                vec![(1, SETS, "[")],
                vec!["root/buildinfo/content_manifests/a.json: it is no list of repositories"],
            ),
            (
                vec![(1, SETS, &many)],
                vec!["root/buildinfo/content_manifests/a.json: it names too many repositories"],
            ),
            (
                vec![(1, UBI, "LABEL architecture=x86_64")],
                vec![
                    "root/buildinfo/Dockerfile-ubi7-7.7-140: its labels name no component or no architecture",
                ],
            ),
            (
                vec![(1, "root/buildinfo/Dockerfile-7", LABELS)],
                vec!["root/buildinfo/Dockerfile-7: its name has no version"],
            ),
        ] {
            assert_eq!(told(&files), want);
        }
    }

    #[test]
    fn a_layer_stands_on_the_nearest_build_below() {
        let build = |arch: &str| Build {
            arch: arch.to_owned(),
            ..Build::default()
        };
        for (builds, want) in [
            (vec![(1, "one")], ["one", "one", "one", "one"]),
            (vec![(0, "zero")], ["zero", "zero", "zero", "zero"]),
            (vec![(2, "two")], ["", "", "two", "two"]),
            (
                vec![(1, "one"), (3, "three")],
                ["one", "one", "one", "three"],
            ),
        ] {
            let builds = builds.into_iter();
            let builds = Builds(builds.map(|(layer, arch)| (layer, build(arch))).collect());
            let got = [0, 1, 2, 3].map(|layer| builds.of(layer).map_or("", |it| &*it.arch));
            assert_eq!(got, want);
        }
    }
}
