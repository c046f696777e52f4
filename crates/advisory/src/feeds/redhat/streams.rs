//! Streams of Red Hat's products by their CPE names, and which of them repositories and builds are of.

use std::collections::BTreeMap;

use model::Advisory;
use serde::Deserialize;

use super::{Numbers, Rows};

/// What is known of streams so far, each by the number that it was met with.
#[derive(Debug, Default)]
pub(crate) struct Streams {
    numbers: BTreeMap<String, u32>,
    /// `repository NAME` or `nvr NAME` to CPE names.
    of: BTreeMap<String, Vec<String>>,
}

/// A table of names: plain, or as Red Hat wraps it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Table {
    Wrapped { data: BTreeMap<String, Cpes> },
    Plain(BTreeMap<String, Vec<String>>),
}

#[derive(Deserialize)]
struct Cpes {
    cpes: Vec<String>,
}

impl Streams {
    /// Reads a table of repositories or builds.
    ///
    /// # Errors
    /// Why it is none.
    pub(super) fn read(&mut self, kind: &str, bytes: &[u8]) -> Result<(), String> {
        let table: Table = crate::json::read(bytes)?;
        let rows: Vec<(String, Vec<String>)> = match table {
            Table::Wrapped { data } => data.into_iter().map(|(name, it)| (name, it.cpes)).collect(),
            Table::Plain(rows) => rows.into_iter().collect(),
        };
        let rows = rows
            .into_iter()
            .map(|(name, cpes)| (format!("{kind} {name}"), cpes));
        self.of.extend(rows);
        Ok(())
    }

    /// Returns the number by which a stream is known until all are.
    pub(super) fn number(&mut self, cpe: &str) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(cpe.to_owned()).or_insert(next)
    }

    /// Whether any repository is known.
    pub(crate) fn has_repositories(&self) -> bool {
        !self.of.is_empty()
    }

    /// Returns the number of each stream among all of them, which does not depend on the order of files.
    pub(crate) fn sorted(&self) -> BTreeMap<u32, u32> {
        self.numbers.values().copied().zip(0..).collect()
    }

    /// Returns which streams repositories and builds are of: their own, and the wider ones. What is told of
    /// `enterprise_linux:9` holds of `enterprise_linux:9::appstream` too.
    pub(crate) fn rows(&self) -> Rows {
        let mut streams: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        for (cpe, number) in self.numbers.keys().zip(0..) {
            streams.entry(product(cpe)).or_default().push(number);
        }
        let rows = self.of.iter().map(|(name, cpes)| {
            let products = cpes.iter().flat_map(|cpe| wider(product(cpe)));
            let numbers = products.filter_map(|product| streams.get(product));
            let numbers: Numbers = numbers.flatten().copied().collect();
            let cells = numbers.iter().map(ToString::to_string).collect();
            (name.clone(), vec![cells])
        });
        rows.collect()
    }
}

/// Returns a product and all that it is a part of: what stands before each colon.
fn wider(product: &str) -> impl Iterator<Item = &str> {
    let starts = product.match_indices(':').map(|(at, _)| at);
    let starts = starts.filter_map(|at| product.get(..at));
    starts.chain([product])
}

/// Returns an advisory with the numbers that its streams have among all, which [`Streams::sorted`] gives.
pub(crate) fn renumbered(sorted: &BTreeMap<u32, u32>, mut advisory: Advisory) -> Advisory {
    let new = |number: &u32| sorted.get(number).copied();
    advisory.streams = advisory.streams.iter().filter_map(new).collect();
    advisory.streams.sort_unstable();
    advisory
}

/// Cuts off whether it is an application or a system: of one release both are.
fn product(cpe: &str) -> &str {
    let cpe = cpe.strip_prefix("cpe:/").unwrap_or(cpe);
    cpe.split_once(':').map_or(cpe, |(_, product)| product)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_is_of_its_streams_and_of_wider_ones() {
        let mut streams = Streams::default();
        let table = br#"{"data": {"rhel-9-for-x86_64-appstream-rpms": {"cpes": ["cpe:/a:redhat:enterprise_linux:9::appstream"]}}}"#;
        streams.read("repository", table).unwrap();
        let cpes = [
            "cpe:/o:redhat:enterprise_linux:9::baseos",
            "cpe:/a:redhat:enterprise_linux:9::appstream",
            "cpe:/o:redhat:enterprise_linux:9",
            "cpe:/o:redhat:enterprise_linux:90",
            "cpe:/a:redhat:rhel_eus:9.2::appstream",
        ];
        let met: Vec<u32> = cpes.iter().map(|cpe| streams.number(cpe)).collect();
        assert_eq!(met, [0, 1, 2, 3, 4]);
        // sorted: appstream of 9, of EUS 9.2, 9, baseos of 9, 90
        let rows = streams.rows();
        assert_eq!(
            rows["repository rhel-9-for-x86_64-appstream-rpms"],
            [["0", "2"]]
        );
        assert_eq!(streams.sorted()[&2], 2);
    }
}
