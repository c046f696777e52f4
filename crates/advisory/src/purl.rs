//! Names of packages as package URLs.
//!
//! Source of truth: the PURL specification: `pkg:type/namespace/name@version?qualifiers#subpath`, parts
//! percent-encoded.

use percent_encoding::percent_decode_str;

/// A package URL.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Purl {
    pub(crate) kind: String,
    pub(crate) name: String,
    /// Empty if it names none.
    pub(crate) version: String,
    qualifiers: Vec<(String, String)>,
}

impl Purl {
    /// Reads one; none if the text is none.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("pkg:")?;
        let rest = rest.split('#').next()?;
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (path, version) = match path.rsplit_once('@') {
            Some((path, version)) if !version.contains('/') => (path, version),
            _ => (path, ""),
        };
        let (kind, names) = path.split_once('/')?;
        let name = names.trim_end_matches('/').rsplit('/').next()?;
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        let qualifiers = pairs.map(|(key, value)| Some((key.to_owned(), decoded(value)?)));
        Some(Self {
            kind: kind.to_owned(),
            name: decoded(name).filter(|name| !name.is_empty())?,
            version: decoded(version)?,
            qualifiers: qualifiers.collect::<Option<_>>()?,
        })
    }

    /// Returns the value of a qualifier.
    pub(crate) fn qualifier(&self, name: &str) -> Option<&str> {
        let mut qualifiers = self.qualifiers.iter();
        qualifiers
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }
}

fn decoded(text: &str) -> Option<String> {
    Some(percent_decode_str(text).decode_utf8().ok()?.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_told_apart_and_decoded() {
        for (text, want) in [
            (
                "pkg:rpm/redhat/npm@6.14.11-1.12.22.12.1.module%2Bel8.3.0?arch=x86_64&epoch=1&rpmmod=nodejs:12:8030",
                Some((
                    "rpm",
                    "npm",
                    "6.14.11-1.12.22.12.1.module+el8.3.0",
                    Some("nodejs:12:8030"),
                )),
            ),
            (
                "pkg:rpm/redhat/libstdc%2B%2B",
                Some(("rpm", "libstdc++", "", None)),
            ),
            (
                "pkg:npm/%40babel/core@7.0.0#lib",
                Some(("npm", "core", "7.0.0", None)),
            ),
            ("pkg:oci/x", Some(("oci", "x", "", None))),
            ("pkg:rpm", None),
            ("rpm/redhat/npm", None),
            ("", None),
        ] {
            let purl = Purl::read(text);
            let got = purl
                .as_ref()
                .map(|it| (&*it.kind, &*it.name, &*it.version, it.qualifier("rpmmod")));
            assert_eq!(got, want, "{text}");
        }
    }
}
