//! Licence names as package databases write them, as SPDX identifiers.
//!
//! ```text
//! GPL2+ AND (BSD OR zlib)   →   GPL-2.0-or-later, BSD-3-Clause, Zlib
//! ```
//! Source of truth: the SPDX licence list; what a bare `BSD` or `GPL-2.0` means is Trivy's reading,
//! which reports must share. A name that no rule knows stays as it is.

/// Short names and what they mean.
const NAMES: &[(&str, &str)] = &[
    ("APACHE", "Apache-2.0"),
    ("APACHE2", "Apache-2.0"),
    ("APACHE2.0", "Apache-2.0"),
    ("ARTISTIC", "Artistic-2.0"),
    ("ARTISTIC2", "Artistic-2.0"),
    ("BSD", "BSD-3-Clause"),
    ("BSD2CLAUSE", "BSD-2-Clause"),
    ("BSD3CLAUSE", "BSD-3-Clause"),
    ("BSD4CLAUSE", "BSD-4-Clause"),
    ("BSD4CLAUSEUC", "BSD-4-Clause-UC"),
    ("CC0", "CC0-1.0"),
    ("EXPAT", "MIT"),
    ("GNU LESSER", "LGPL-2.1-only"),
    ("GPL", "GPL-2.0-or-later"),
    ("LGPL", "LGPL-2.0-or-later"),
    ("MPL1", "MPL-1.0"),
    ("MPL1.0", "MPL-1.0"),
    ("MPL1.1", "MPL-1.1"),
    ("MPL2", "MPL-2.0"),
    ("MPL2.0", "MPL-2.0"),
    ("RUBY", "Ruby"),
    ("ZLIB", "Zlib"),
];

/// Families of the GNU licences, with the versions that exist.
const GNU: &[(&str, &[&str])] = &[
    ("AGPL", &["1.0", "3.0"]),
    ("GFDL", &["1.1", "1.2", "1.3"]),
    ("GPL", &["1.0", "2.0", "3.0"]),
    ("LGPL", &["2.0", "2.1", "3.0"]),
];

/// Returns the licences of an expression, without its words and parentheses.
pub(crate) fn of_expression(expression: &str) -> Vec<String> {
    expression
        .split_whitespace()
        .map(|word| word.trim_matches(['(', ')', ',']))
        .filter(|word| !matches!(word.to_ascii_uppercase().as_str(), "" | "AND" | "OR"))
        .map(spdx)
        .collect()
}

/// Returns the SPDX identifier of a licence that people wrote, with its exception if it has one:
/// `GPL-2+ with Bison exception`.
pub(crate) fn of_name(name: &str) -> String {
    let name = name
        .trim_start_matches("The main library is licensed under ")
        .trim_end_matches(" license");
    let words: Vec<&str> = name.split_whitespace().collect();
    match words.as_slice() {
        [licence, with, exception @ ..]
            if with.eq_ignore_ascii_case("with") && !exception.is_empty() =>
        {
            format!("{} WITH {}", spdx(licence), exception.join("-"))
        }
        _ => spdx(name),
    }
}

/// Returns the SPDX identifier of a name.
fn spdx(name: &str) -> String {
    let bare: String = name.to_ascii_uppercase().replace(['-', '_'], "");
    let short = NAMES
        .iter()
        .find(|(known, _)| *known == bare)
        .map(|(_, id)| (*id).to_owned());
    short
        .or_else(|| gnu(&bare))
        .unwrap_or_else(|| name.to_owned())
}

/// `GPLV2+`, `LGPL2.1ORLATER`, `GPL3.0ONLY`; a version alone means only that one.
fn gnu(bare: &str) -> Option<String> {
    let (family, versions) = GNU
        .iter()
        .rev()
        .find(|(family, _)| bare.starts_with(family))?;
    let rest = bare.strip_prefix(family)?;
    let (rest, without) = match rest.strip_prefix("NIV") {
        Some(rest) => (rest, "-no-invariants"),
        None => (rest.strip_prefix('V').unwrap_or(rest), ""),
    };
    let end = rest
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(rest.len());
    let (number, suffix) = rest.split_at_checked(end)?;
    let version = versions
        .iter()
        .find(|version| **version == number || version.strip_suffix(".0") == Some(number))?;
    match suffix {
        "" | "ONLY" => Some(format!("{family}-{version}{without}-only")),
        "+" | "ORLATER" => Some(format!("{family}-{version}{without}-or-later")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_identifiers() {
        for (name, want) in [
            ("GPL2", "GPL-2.0-only"),
            ("GPL-2.0", "GPL-2.0-only"),
            ("GPL-2.0-only", "GPL-2.0-only"),
            ("GPL2+", "GPL-2.0-or-later"),
            ("GPLv3+", "GPL-3.0-or-later"),
            ("LGPL-2.1-or-later", "LGPL-2.1-or-later"),
            ("LGPL2.1+", "LGPL-2.1-or-later"),
            ("AGPL-3.0", "AGPL-3.0-only"),
            ("BSD", "BSD-3-Clause"),
            ("zlib", "Zlib"),
            ("Apache-2.0", "Apache-2.0"),
            ("MIT", "MIT"),
            ("custom:odd", "custom:odd"),
            ("GPL-9", "GPL-9"),
            ("LGPL", "LGPL-2.0-or-later"),
            ("GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later"),
            ("GFDL-1.2", "GFDL-1.2-only"),
            ("GPL-2.0-with-classpath", "GPL-2.0-with-classpath"),
        ] {
            assert_eq!(of_expression(name), [want], "{name}");
        }
        let all = of_expression("GPL2+ AND (BSD OR zlib)");
        assert_eq!(all, ["GPL-2.0-or-later", "BSD-3-Clause", "Zlib"]);
        assert!(of_expression(" ").is_empty());
    }
}
