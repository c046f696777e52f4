//! Alpine: the fixes that its package recipes name, a shard a release.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::error::Error;

use advisory::write::{self, About};
use jiff::civil::Date;
use model::{Advisory, Affected, Status};
use version::Scheme;

use super::facts::{BadLine, Facts, Line, id_and_aliases};

/// How new the recipes of a release are: stable branches up to 3.17 at an unknown day of or after
/// this one, later ones as they were when the release came out, `edge` at [`EDGE`].
const OLD_BRANCHES: &str = "2022-03-01";
const EDGE: &str = "2026-08-22";

type Package = BTreeMap<String, Advisory>;

pub(super) fn build(facts: &mut Facts) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut releases: BTreeMap<String, BTreeMap<String, Package>> = BTreeMap::new();
    for record in facts.read("alpine", record)? {
        for release in &record.releases {
            let packages = releases.entry(release.clone()).or_default();
            let package = packages.entry(record.package.clone()).or_default();
            add(package, record.advisory.clone());
        }
    }
    let born = births(facts)?;
    releases
        .into_iter()
        .map(|(release, packages)| {
            let about = about(&release, born.get(&release).copied());
            let rows = packages
                .into_iter()
                .map(|(name, package)| (name, package.into_values().collect()))
                .collect();
            Ok(write::advisories(&about, &rows)?)
        })
        .collect()
}

struct Record {
    package: String,
    releases: Vec<String>,
    advisory: Advisory,
}

fn record(line: &Line<'_>) -> Result<Record, BadLine> {
    let (id, aliases) = id_and_aliases(&line.list("ids")?)?;
    let (affected, status) = match line.word("fixed")? {
        "0" => (Affected::Never, Status::NotAffected),
        version => (Affected::Below(version.to_owned()), Status::Fixed),
    };
    Ok(Record {
        package: line.word("package")?.to_owned(),
        releases: line
            .word("releases")?
            .split(',')
            .map(str::to_owned)
            .collect(),
        advisory: Advisory {
            aliases,
            ..Advisory::new(id, affected, status)
        },
    })
}

/// Adds an advisory; of two on one id the later fix wins, since the earlier was not enough.
fn add(package: &mut Package, advisory: Advisory) {
    let known = package
        .entry(advisory.id.clone())
        .or_insert_with(|| advisory.clone());
    let mut aliases = known.aliases.clone();
    aliases.extend(advisory.aliases.iter().cloned());
    aliases.sort();
    aliases.dedup();
    if is_later(&advisory.affected, &known.affected) {
        *known = advisory;
    }
    known.aliases = aliases;
}

/// Whether `a` reports more than `b`: a fix more than "never affected", a later fix more than an
/// earlier one.
fn is_later(a: &Affected, b: &Affected) -> bool {
    match (a, b) {
        (Affected::Below(a), Affected::Below(b)) => {
            version::compare(Scheme::Apk, a, b).is_ok_and(Ordering::is_gt)
        }
        (Affected::Below(_), _) => true,
        _ => false,
    }
}

/// Returns the day on which each release came out.
fn births(facts: &mut Facts) -> Result<BTreeMap<String, Date>, Box<dyn Error>> {
    let days = facts.read("eol", |line| {
        let is_alpine = line.cell("product")? == "alpine-linux";
        let born = line.date("released")?.filter(|_| is_alpine);
        Ok(born.map(|born| (line.cell("cycle").unwrap_or_default().to_owned(), born)))
    })?;
    Ok(days.into_iter().flatten().collect())
}

fn about(release: &str, born: Option<Date>) -> About {
    let newest = match release {
        "edge" => EDGE.parse().ok(),
        _ => born.max(OLD_BRANCHES.parse().ok()),
    };
    About {
        name: format!("alpine-{release}"),
        publisher: "Alpine".to_owned(),
        newest,
        licence: "facts of Alpine's package recipes".to_owned(),
        knows_unfixed: false,
    }
}

#[cfg(test)]
mod tests {
    use advisory::Database;

    use super::super::facts::tests::tables;
    use super::*;

    #[test]
    fn releases_have_their_own_rows_and_the_later_fix_wins() {
        let (_folder, mut facts) = tables(&[
            (
                "alpine",
                "repo|package|fixed|ids|releases\n\
                 main|p|1.9-r0|CVE-2024-0001|3.17,3.18\n\
                 main|p|1.10-r0|CVE-2024-0001 GHSA-1|3.18,edge\n\
                 community|q|0|ZDI-1 CVE-2024-0002|3.18\n",
            ),
            (
                "eol",
                "product|cycle|released\nalpine-linux|3.18|2023-05-09\nalpine-linux|3.10|2019-06-19\n",
            ),
        ]);
        let database = write::database(&build(&mut facts).unwrap()).unwrap();
        let database = Database::from_bytes(database).unwrap();
        let told = |shard: &str, package: &str| -> Vec<String> {
            let advisories = database.advisories(shard, package).unwrap();
            let tell = |it: &Advisory| format!("{} {:?} {:?}", it.id, it.aliases, it.affected);
            advisories.iter().map(tell).collect()
        };
        assert_eq!(
            told("alpine-3.17", "p"),
            ["CVE-2024-0001 [] Below(\"1.9-r0\")"]
        );
        let later = ["CVE-2024-0001 [\"GHSA-1\"] Below(\"1.10-r0\")"];
        assert_eq!(told("alpine-3.18", "p"), later);
        assert_eq!(told("alpine-edge", "p"), later);
        assert_eq!(
            told("alpine-3.18", "q"),
            ["CVE-2024-0002 [\"ZDI-1\"] Never"]
        );
        let newest = |shard: &str| database.shard(shard).unwrap().newest.unwrap().to_string();
        assert_eq!(newest("alpine-3.18"), "2023-05-09");
        assert_eq!(newest("alpine-3.17"), OLD_BRANCHES);
        assert_eq!(newest("alpine-edge"), EDGE);
    }
}
