//! Runtimes that no package brought, and when their releases end.
//!
//! The table is `data/runtimes.tsv`. What a package owns is mended with the distribution, whatever the
//! project says.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use model::EolNotice;

use crate::facts::ImageFacts;
use crate::survey::Noted;
use crate::tables::rows;
use crate::topic::Topic;

/// Tells when a release of a product ends: of its cycles the first that is known.
pub type Ends<'e> = dyn Fn(&str, &[String]) -> Option<EolNotice> + 'e;

/// Characters between the words that stand before a version and the version.
const GAP: usize = 8;
/// Characters of a version.
const LONGEST: usize = 20;

/// A row of the table.
#[derive(Debug)]
struct Row {
    product: &'static str,
    name: &'static str,
    is_in_path: bool,
    before: &'static str,
    besides: &'static str,
}

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| {
    let row = |columns: Vec<&'static str>| match columns[..] {
        [product, name, place, before, besides] => Some(Row {
            product,
            name,
            is_in_path: place == "path",
            before,
            besides: if besides == "-" { "" } else { besides },
        }),
        _ => None,
    };
    rows(include_str!("../data/runtimes.tsv"))
        .filter_map(row)
        .collect()
});

/// A runtime of which somebody knows when its release ends.
#[derive(Debug)]
pub(crate) struct Runtime {
    pub(crate) name: &'static str,
    pub(crate) version: String,
    pub(crate) end: EolNotice,
    /// The file that tells the version.
    pub(crate) path: String,
}

/// Returns the runtimes of an image, each release once.
pub(crate) fn find(facts: &ImageFacts<'_>, ends: &Ends<'_>) -> Vec<Runtime> {
    let mut found: BTreeMap<(&str, String), Runtime> = BTreeMap::new();
    for noted in facts.noted(Topic::Runtime) {
        if facts.owner(noted).is_some() {
            continue;
        }
        let Some((row, version)) = read(facts, noted) else {
            continue;
        };
        if let Some(end) = ends(row.product, &cycles(&version)) {
            let runtime = Runtime {
                name: row.name,
                version: version.clone(),
                end,
                path: noted.path.to_string(),
            };
            found.entry((row.product, version)).or_insert(runtime);
        }
    }
    found.into_values().collect()
}

/// Returns which runtime a file belongs to, and its version.
fn read(facts: &ImageFacts<'_>, noted: &Noted<'_>) -> Option<(&'static Row, String)> {
    let path = noted.path.as_str();
    let text = String::from_utf8_lossy(facts.file(path).unwrap_or_default());
    ROWS.iter()
        .filter(|row| row.name.split(' ').next() == Some(noted.what))
        .find_map(|row| {
            let told = if row.is_in_path { path } else { &text };
            let version = version(told, row.before)?;
            text.contains(row.besides).then_some((row, version))
        })
}

/// Returns the digits and dots behind a word, and what may stand between: ` = "`.
fn version(text: &str, before: &str) -> Option<String> {
    let mut places = text.match_indices(before);
    places.find_map(|(at, _)| {
        let rest = text.get(at + before.len()..)?;
        let rest = rest.trim_start_matches([' ', '\t', '=', '"']);
        let between = text.len() - at - before.len() - rest.len();
        let digits = rest.chars().take(LONGEST);
        let digits: String = digits
            .take_while(|c| c.is_ascii_digit() || *c == '.')
            .collect();
        let digits = digits.trim_matches('.');
        (between <= GAP && !digits.is_empty()).then(|| digits.to_owned())
    })
}

/// Returns the releases that a version may belong to: `3.8`, then `3`; of Java `1.8` is `8`.
fn cycles(version: &str) -> Vec<String> {
    let version = version.strip_prefix("1.8.0").map_or(version, |_| "8");
    let parts: Vec<&str> = version.split('.').take(2).collect();
    let first = parts.first().copied().unwrap_or_default().to_owned();
    let mut cycles = vec![parts.join("."), first];
    cycles.dedup();
    cycles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_stand_behind_words() {
        for (text, before, want) in [
            ("usr/local/lib/python3.8/os.py", "lib/python", Some("3.8")),
            (
                "#define NODE_MAJOR_VERSION 20\n",
                "NODE_MAJOR_VERSION",
                Some("20"),
            ),
            (
                "#define PHP_VERSION \"8.1.2\"",
                "PHP_VERSION",
                Some("8.1.2"),
            ),
            (
                "X=y\nJAVA_VERSION=\"17.0.9\"",
                "JAVA_VERSION=",
                Some("17.0.9"),
            ),
            ("go1.21.5\ntime 2023", "go", Some("1.21.5")),
            (
                "#define PHP_VERSION_ID 1\n#define PHP_VERSION \"8\"",
                "PHP_VERSION",
                Some("8"),
            ),
            ("nothing", "go", None),
            ("go", "go", None),
        ] {
            assert_eq!(version(text, before).as_deref(), want, "{text}");
        }
        for (version, want) in [
            ("3.8.10", &["3.8", "3"][..]),
            ("20", &["20"]),
            ("1.8.0", &["8"]),
        ] {
            assert_eq!(cycles(version), want, "{version}");
        }
    }

    #[test]
    fn every_row_has_files_of_its_name() {
        for row in &*ROWS {
            let name = row.name.split(' ').next().unwrap();
            let paths = include_str!("../data/paths.tsv");
            let fits = |columns: Vec<&str>| columns[0] == "runtime" && columns[2] == name;
            assert!(rows(paths).any(fits), "{name}");
        }
    }
}
