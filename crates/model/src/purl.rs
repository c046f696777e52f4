//! Package URLs, as far as statements and ignore files name packages by them.
//!
//! Source of truth: the PURL specification; trivy.md §1.5 for what "fits" means.

use percent_encoding::percent_decode_str;

/// A package URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Purl {
    /// `deb`, `npm` …, in small letters.
    pub kind: String,
    /// Such as the distribution; empty if none is named.
    pub namespace: String,
    /// The name.
    pub name: String,
    /// Empty if none is named.
    pub version: String,
    /// Names and values.
    pub qualifiers: Vec<(String, String)>,
    /// Empty if none is named.
    pub subpath: String,
}

impl Purl {
    /// Reads one; none if the text is none.
    pub fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("pkg:")?.trim_start_matches('/');
        let (rest, subpath) = rest.split_once('#').unwrap_or((rest, ""));
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (path, version) = match path.rsplit_once('@') {
            Some((path, version)) if !version.contains('/') => (path, version),
            _ => (path, ""),
        };
        let (kind, names) = path.split_once('/')?;
        let names = names.trim_matches('/');
        let (namespace, name) = names.rsplit_once('/').unwrap_or(("", names));
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let qualifiers = pairs.map(|(key, value)| Some((key.to_lowercase(), decoded(value)?)));
        Some(Self {
            kind: kind.to_lowercase(),
            namespace: decoded(namespace)?,
            name: decoded(name).filter(|name| !name.is_empty())?,
            version: decoded(version)?,
            qualifiers: qualifiers.collect::<Option<_>>()?,
            subpath: subpath.trim_matches('/').to_owned(),
        })
    }

    /// Returns the value of a qualifier.
    pub fn qualifier(&self, name: &str) -> Option<&str> {
        let mut qualifiers = self.qualifiers.iter();
        let (_, value) = qualifiers.find(|(key, _)| key == name)?;
        Some(value)
    }

    /// Whether a package with that URL is meant: what is not given here fits everything.
    pub fn fits(&self, package: &Self) -> bool {
        let same = |ours: &str, theirs: &str| ours.is_empty() || ours == theirs;
        self.kind == package.kind
            && self.namespace == package.namespace
            && self.name == package.name
            && same(&self.version, &package.version)
            && same(&self.subpath, &package.subpath)
            && self
                .qualifiers
                .iter()
                .all(|(key, value)| package.qualifier(key) == Some(value))
    }
}

fn decoded(text: &str) -> Option<String> {
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_given_fits_everything() {
        let package = "pkg:deb/debian/libidn2-0@2.0.5-1%2Bdeb10u1?arch=amd64&distro=debian-10.1";
        for (pattern, want) in [
            ("pkg:deb/debian/libidn2-0", true),
            ("pkg:deb/debian/libidn2-0@2.0.5-1%2Bdeb10u1", true),
            ("pkg:deb/debian/libidn2-0@2.0.5-1+deb10u1?arch=amd64", true),
            ("pkg:deb/debian/libidn2-0?arch=arm64", false),
            ("pkg:deb/debian/libidn2-0?epoch=1", false),
            ("pkg:deb/debian/libidn2-0@2.0.5", false),
            ("pkg:deb/ubuntu/libidn2-0", false),
            ("pkg:deb/libidn2-0", false),
            ("pkg:rpm/debian/libidn2-0", false),
            ("pkg:deb/debian/libidn2-0#lib", false),
        ] {
            let (pattern, package) = (Purl::read(pattern).unwrap(), Purl::read(package).unwrap());
            assert_eq!(pattern.fits(&package), want, "{pattern:?}");
        }
        for none in [
            "",
            "pkg:",
            "pkg:deb",
            "pkg:deb/",
            "deb/debian/x",
            "pkg:deb/%ff",
        ] {
            assert_eq!(Purl::read(none), None, "{none}");
        }
        let scoped = Purl::read("pkg:npm/%40babel/core@7.0.0").unwrap();
        assert_eq!((&*scoped.namespace, &*scoped.name), ("@babel", "core"));
    }
}
