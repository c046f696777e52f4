//! The package URL of a package.
//!
//! Source of truth: the purl specification's types `apk` and `deb`, with the namespace and the
//! `distro` that Trivy gives them (trivy.md §2.4).

use std::fmt::Write as _;

use model::{Os, Package, PackageFormat};

use crate::version_parts::VersionParts;

/// Returns the package URL, or an empty text for a package without a name.
#[must_use]
pub fn purl(package: &Package, os: Option<&Os>) -> String {
    if package.name.is_empty() {
        return String::new();
    }
    let family = os.map_or("", |os| os.family.name());
    let parts = VersionParts::new(&package.version, package.format);
    let (namespace, name, distro) = match package.format {
        PackageFormat::Apk => (
            family.to_lowercase(),
            package.name.to_lowercase(),
            os.map(|os| os.version.clone()).unwrap_or_default(),
        ),
        PackageFormat::Dpkg | PackageFormat::Rpm | PackageFormat::Rpmqa => (
            namespace(family).to_owned(),
            package.name.clone(),
            os.map(|os| format!("{family}-{}", os.version))
                .unwrap_or_default(),
        ),
        PackageFormat::Language(_) => (String::new(), package.name.clone(), String::new()),
    };
    let epoch = match parts.epoch {
        0 => String::new(),
        epoch => epoch.to_string(),
    };
    let mut purl = format!("pkg:{}/", package.format.purl_type());
    if !namespace.is_empty() {
        purl.push_str(&encoded(&namespace));
        purl.push('/');
    }
    purl.push_str(&encoded(&name));
    if !package.version.is_empty() {
        purl.push('@');
        purl.push_str(&encoded(&parts.without_epoch()));
    }
    // Sorted by key, as the specification asks.
    let qualifiers = [
        ("arch", &package.arch),
        ("distro", &distro),
        ("epoch", &epoch),
        ("modularitylabel", &package.module),
    ];
    let mut mark = '?';
    for (key, value) in qualifiers
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
    {
        purl.push(mark);
        purl.push_str(key);
        purl.push('=');
        purl.push_str(&encoded(value));
        mark = '&';
    }
    purl
}

/// Returns the publisher of a family, which several of SUSE's share.
fn namespace(family: &str) -> &str {
    match family {
        "sles" | "slem" => "suse",
        "opensuse-leap" | "opensuse-tumbleweed" => "opensuse",
        family => family,
    }
}

/// Percent-encodes all but letters, digits and `-_.~`, which is what the peers' library leaves.
fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use model::OsFamily;

    use super::*;
    use crate::outputs::tests::{os, package};

    #[test]
    fn writes_each_type_as_trivy_does() {
        let debian = os(OsFamily::Debian, "10.1");
        let alpine = os(OsFamily::Alpine, "3.10.4");
        for (format, os, name, version, want) in [
            (
                PackageFormat::Dpkg,
                Some(&debian),
                "libidn2-0",
                "2.0.5-1+deb10u1",
                "pkg:deb/debian/libidn2-0@2.0.5-1%2Bdeb10u1?arch=amd64&distro=debian-10.1",
            ),
            (
                PackageFormat::Dpkg,
                Some(&debian),
                "libstdc++6",
                "1:8.3-6",
                "pkg:deb/debian/libstdc%2B%2B6@8.3-6?arch=amd64&distro=debian-10.1&epoch=1",
            ),
            (
                PackageFormat::Apk,
                Some(&alpine),
                "Musl",
                "1.1.22-r3",
                "pkg:apk/alpine/musl@1.1.22-r3?arch=amd64&distro=3.10.4",
            ),
            (
                PackageFormat::Dpkg,
                None,
                "a/b c",
                "1",
                "pkg:deb/a%2Fb%20c@1?arch=amd64",
            ),
            (PackageFormat::Dpkg, None, "", "1", ""),
        ] {
            let package = package(format, name, version);
            assert_eq!(purl(&package, os), want);
        }
    }
}
