//! Places of what is said of packages, by the packages' URLs: documents and reports have many thousands of each,
//! and nobody compares all with all.

use std::collections::BTreeMap;

use model::Purl;

/// Places in a list, by what each is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct ByPackage(BTreeMap<Key, Vec<usize>>);

/// Kind, namespace, name and version of a package; without the version where none is given.
type Key = [String; 4];

impl ByPackage {
    /// Notes that something in a place is about what fits a package URL; places are added in their order.
    pub(crate) fn add(&mut self, purl: &Purl, at: usize) {
        let places = self.0.entry(key(purl, &purl.version)).or_default();
        if places.last() != Some(&at) {
            places.push(at);
        }
    }

    /// Returns the places of what may be about a package: whether its URL fits is still to be asked.
    pub(crate) fn of(&self, package: &Purl) -> impl Iterator<Item = &usize> {
        let exact = Some(package.version.as_str()).filter(|version| !version.is_empty());
        let versions = [Some(""), exact].into_iter().flatten();
        let lists = versions.filter_map(|version| self.0.get(&key(package, version)));
        lists.flatten()
    }
}

fn key(purl: &Purl, version: &str) -> Key {
    [&purl.kind, &purl.namespace, &purl.name, version].map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_about_a_package_is_found() {
        let mut all = ByPackage::default();
        let purls = [
            "pkg:deb/debian/bash",
            "pkg:deb/debian/bash@5?arch=arm64",
            "pkg:deb/debian/bash@4",
            "pkg:deb/ubuntu/bash",
        ];
        for (at, purl) in purls.into_iter().enumerate() {
            all.add(&Purl::read(purl).unwrap(), at);
        }
        for (package, want) in [
            ("pkg:deb/debian/bash@5?arch=amd64", &[0, 1][..]),
            ("pkg:deb/debian/bash", &[0]),
            ("pkg:deb/ubuntu/bash@4", &[3]),
            ("pkg:rpm/ubuntu/bash@4", &[]),
        ] {
            let package = Purl::read(package).unwrap();
            let got: Vec<usize> = all.of(&package).copied().collect();
            assert_eq!(got, want, "{package:?}");
        }
    }
}
