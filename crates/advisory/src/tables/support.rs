//! How far a distribution supports its packages with fixes, as rows of cells:
//! `[name or pattern, level, last supported version, day]`.
//!
//! Source of truth: the package `debian-security-support`. Its patterns are regular expressions,
//! but all of them are a beginning with `.*` or `*` behind it.

/// Whether a package gets fixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Support {
    /// As all others.
    Full,
    /// Only in some uses, or only for some flaws.
    Limited,
    /// Not any more.
    None,
}

/// How far the packages of one release are supported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Supports(pub(crate) Vec<Vec<String>>);

impl Supports {
    /// Returns the support of a package; its own row counts before a pattern.
    pub fn of(&self, package: &str) -> Support {
        find(&self.0, package)
    }
}

fn find(rows: &[Vec<String>], package: &str) -> Support {
    let cells = rows.iter().filter_map(|row| match row.as_slice() {
        [name, level, ..] => Some((name.as_str(), level.as_str())),
        _ => None,
    });
    let own = cells.clone().find(|(name, _)| *name == package);
    let row = own.or_else(|| cells.clone().find(|(name, _)| fits(name, package)));
    match row {
        Some((_, "limited")) => Support::Limited,
        Some((_, "non-supported")) => Support::None,
        _ => Support::Full,
    }
}

fn fits(pattern: &str, package: &str) -> bool {
    pattern
        .strip_suffix('*')
        .map(|start| start.strip_suffix('.').unwrap_or(start))
        .is_some_and(|start| package.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_own_row_counts_before_a_pattern() {
        let rows: Vec<Vec<String>> = [
            ["rust.*", "limited"],
            ["rust-sequoia-sqv", "supported"],
            ["golang*", "limited"],
            ["wpewebkit", "non-supported"],
        ]
        .iter()
        .map(|cells| cells.iter().map(|&cell| cell.to_owned()).collect())
        .collect();
        for (package, want) in [
            ("rustc", Support::Limited),
            ("rust-sequoia-sqv", Support::Full),
            ("golang-1.19", Support::Limited),
            ("wpewebkit", Support::None),
            ("wpewebkit2", Support::Full),
            ("", Support::Full),
        ] {
            assert_eq!(find(&rows, package), want, "{package}");
        }
    }
}
