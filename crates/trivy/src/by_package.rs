//! Places of what is said of packages, by the packages' URLs: documents and reports have many thousands of each,
//! and nobody compares all with all.

use std::collections::BTreeMap;

use model::Purl;

/// Kind, namespace, name and version of a package; without the version where none is given.
pub(crate) type Key<'a> = [&'a str; 4];

/// Returns by what is found what is said of a package of a version.
pub(crate) fn key<'a>(purl: &'a Purl, version: &'a str) -> Key<'a> {
    [&purl.kind, &purl.namespace, &purl.name, version]
}

/// Returns the keys of what may be about a package: whether its URL fits is still to be asked.
pub(crate) fn keys(package: &Purl) -> impl Iterator<Item = Key<'_>> {
    let exact = Some(package.version.as_str()).filter(|version| !version.is_empty());
    let versions = [Some(""), exact].into_iter().flatten();
    versions.map(|version| key(package, version))
}

/// Places in a list, by what each is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct ByPackage(BTreeMap<[String; 4], Vec<usize>>);

impl ByPackage {
    /// Notes that something in a place is about what fits a package URL; places are added in their order.
    pub(crate) fn add(&mut self, purl: &Purl, at: usize) {
        let key = key(purl, &purl.version).map(str::to_owned);
        let places = self.0.entry(key).or_default();
        if places.last() != Some(&at) {
            places.push(at);
        }
    }

    /// Returns the places of what may be about a package.
    pub(crate) fn of(&self, package: &Purl) -> impl Iterator<Item = &usize> {
        let keys = keys(package).map(|key| key.map(str::to_owned));
        keys.filter_map(|key| self.0.get(&key)).flatten()
    }
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
