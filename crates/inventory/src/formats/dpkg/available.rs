//! What dpkg knows of packages that may be installed, with the checksums of their archives.
//!
//! ```text
//! Package: libssl3
//! Version: 3.0.11-1~deb12u2
//! SHA256: 55dbf0…
//! ```
//! Source of truth: `deb-control(5)`, dpkg's `lib/dpkg/parse.c`.

use std::collections::BTreeMap;

use super::Line;
use crate::formats::Location;

/// Where it is.
pub(crate) const LOCATIONS: &[Location] = &[Location::File("var/lib/dpkg/available")];

/// Returns the checksums, by name and version.
pub(crate) fn checksums(bytes: &[u8]) -> BTreeMap<(String, String), String> {
    let mut found = BTreeMap::new();
    let (mut name, mut version, mut sum) = (String::new(), String::new(), String::new());
    for line in bytes.split(|&byte| byte == b'\n').chain([&b""[..]]) {
        let (slot, value) = match Line::of(line) {
            Line::Blank => {
                let key = (std::mem::take(&mut name), std::mem::take(&mut version));
                let sum = std::mem::take(&mut sum);
                if !key.0.is_empty() && !sum.is_empty() {
                    found.insert(key, sum);
                }
                continue;
            }
            Line::Field(field, value) => match field.as_str() {
                "package" => (&mut name, value),
                "version" => (&mut version, value),
                "sha256" => (&mut sum, value),
                _ => continue,
            },
            Line::More(_) | Line::Odd => continue,
        };
        String::from_utf8_lossy(value).trim().clone_into(slot);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksums_of_archives_stand_beside_names_and_versions() {
        let text = "Package: a\nVersion: 1\nDescription: x\n SHA256: no\nSHA256: ab\n\nPackage: b\n\nSHA256: cd\n";
        let found: Vec<_> = checksums(text.as_bytes()).into_iter().collect();
        assert_eq!(found, [(("a".to_owned(), "1".to_owned()), "ab".to_owned())]);
    }
}
