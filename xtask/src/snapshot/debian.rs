//! Debian: the fixes that security advisories and changelogs name, a shard a release.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use advisory::feeds::DEBIAN_RELEASES as RELEASES;
use advisory::write::{self, About};
use jiff::civil::Date;
use model::{Advisory, Affected, Confidence, Status};
use version::Scheme;

use super::facts::{BadLine, Facts, Line};

/// Advisories by source package and flaw.
type Packages = BTreeMap<String, BTreeMap<String, Advisory>>;

pub(super) fn build(facts: &mut Facts) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut releases: BTreeMap<String, Packages> = BTreeMap::new();
    for record in facts.read("debian-dsa", bulletin)? {
        add(&mut releases, record, stronger);
    }
    // Only where no advisory speaks: an advisory is the publisher's own word, a changelog names a
    // CVE also when a fix was incomplete.
    for record in facts.read("debian-fixed", changelog)? {
        add(&mut releases, record, |_, _| false);
    }
    let mut shards = Vec::new();
    for (codename, release) in RELEASES {
        if let Some(packages) = releases.remove(codename) {
            shards.push(fixes(release, packages)?);
        }
    }
    shards.extend(current(facts)?);
    shards.push(sources(facts)?);
    shards.push(support(facts)?);
    Ok(shards)
}

struct Record {
    source: String,
    release: String,
    ids: Vec<String>,
    /// The advisory, but for its id.
    advisory: Advisory,
}

/// Reads a line of the list of DSAs and DLAs.
fn bulletin(line: &Line<'_>) -> Result<Record, BadLine> {
    let name = line.word("advisory")?.to_owned();
    let (affected, status) = match line.word("status")? {
        "fixed" => (
            Affected::Below(line.word("fixed")?.to_owned()),
            Status::Fixed,
        ),
        "not-affected" => (Affected::Never, Status::NotAffected),
        "end-of-life" => (Affected::Every, Status::EndOfLife),
        "unfixed" => (Affected::Every, Status::Affected),
        other => return Err(format!("`{other}` is no status that we know")),
    };
    let mut ids = line.list("cves")?;
    if ids.is_empty() {
        // An advisory without a CVE is known by its own name.
        ids.push(name.clone());
    }
    Ok(Record {
        source: line.word("source")?.to_owned(),
        release: line.word("release")?.to_owned(),
        ids,
        advisory: Advisory {
            date: line.date("date")?,
            vendor_ids: vec![name],
            ..Advisory::new("", affected, status)
        },
    })
}

/// Reads a line of what changelogs say.
fn changelog(line: &Line<'_>) -> Result<Record, BadLine> {
    let affected = Affected::Below(line.word("fixed")?.to_owned());
    Ok(Record {
        source: line.word("source")?.to_owned(),
        release: line.word("release")?.to_owned(),
        ids: line.list("cves")?,
        advisory: Advisory {
            date: line.date("date")?,
            confidence: match line.word("confidence")? {
                "high" => Confidence::High,
                "low" => Confidence::Low,
                other => return Err(format!("`{other}` is no confidence")),
            },
            ..Advisory::new("", affected, Status::Fixed)
        },
    })
}

/// Adds a record for each of its ids; `wins` says whether it replaces what is there.
fn add(
    releases: &mut BTreeMap<String, Packages>,
    record: Record,
    wins: fn(&Affected, &Affected) -> bool,
) {
    let packages = releases.entry(record.release).or_default();
    let flaws = packages.entry(record.source).or_default();
    for id in record.ids {
        let mut new = record.advisory.clone();
        new.id.clone_from(&id);
        let Some(known) = flaws.get_mut(&id) else {
            flaws.insert(id, new);
            continue;
        };
        let names: BTreeSet<String> = known
            .vendor_ids
            .drain(..)
            .chain(new.vendor_ids.drain(..))
            .collect();
        if wins(&new.affected, &known.affected) {
            *known = new;
        }
        known.vendor_ids = names.into_iter().collect();
    }
}

/// Whether the word of an advisory stands against that of another one on the same flaw: a fix
/// against no fix, and the highest of several fixes, since the first was not enough.
fn stronger(new: &Affected, known: &Affected) -> bool {
    match (new, known) {
        (Affected::Below(new), Affected::Below(known)) => {
            version::compare(Scheme::Dpkg, new, known).is_ok_and(Ordering::is_gt)
        }
        (Affected::Below(_), _) => true,
        _ => false,
    }
}

fn fixes(release: &str, packages: Packages) -> Result<Vec<u8>, Box<dyn Error>> {
    let rows: BTreeMap<String, Vec<Advisory>> = packages
        .into_iter()
        .map(|(source, flaws)| (source, flaws.into_values().collect()))
        .collect();
    let newest = rows.values().flatten().filter_map(|it| it.date).max();
    let about = about(format!("debian-{release}"), newest);
    Ok(write::advisories(&about, &rows)?)
}

/// The versions that a release carries, and whether its changelog was read: source package to
/// `[version, version of the security suite, y or nothing]`, as `advisory::Database::is_covered`
/// reads them.
fn current(facts: &mut Facts) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut releases: BTreeMap<String, BTreeMap<String, Vec<Vec<String>>>> = BTreeMap::new();
    let records = facts.read("debian-current", |line| {
        let cells = vec![
            line.text("main_version")?,
            line.text("security_version")?,
            line.text("changelog_read")?,
        ];
        Ok((line.text("release")?, line.text("source")?, cells))
    })?;
    for (release, source, cells) in records {
        let sources = releases.entry(release).or_default();
        sources.entry(source).or_default().push(cells);
    }
    let mut shards = Vec::new();
    for (codename, release) in RELEASES {
        if let Some(rows) = releases.remove(codename) {
            let about = about(format!("debian-{release}-current"), day("2026-11-23"));
            shards.push(write::texts(&about, &rows)?);
        }
    }
    Ok(shards)
}

/// Binary packages whose source has another name: binary to `[source, code names]`.
fn sources(facts: &mut Facts) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut rows: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    let records = facts.read("debian-binsrc", |line| {
        let cells = vec![line.text("source")?, line.text("releases")?];
        Ok((line.text("binary")?, cells))
    })?;
    for (binary, cells) in records {
        rows.entry(binary).or_default().push(cells);
    }
    let about = about("debian-sources".to_owned(), day("2026-11-23"));
    Ok(write::texts(&about, &rows)?)
}

/// Packages with limited or no security support: shard of the release to
/// `[source package, level, last supported version, day]`, as `advisory::Database::support` reads
/// them.
fn support(facts: &mut Facts) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut rows: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    let records = facts.read("debian-support", |line| {
        let cells = vec![
            line.text("source_or_regex")?,
            line.text("level")?,
            line.text("last_supported_version")?,
            line.text("ended")?,
        ];
        Ok((format!("debian-{}", line.word("debian")?), cells))
    })?;
    for (release, cells) in records {
        rows.entry(release).or_default().push(cells);
    }
    let about = about("debian-support".to_owned(), day("2026-01-04"));
    Ok(write::texts(&about, &rows)?)
}

fn about(name: String, newest: Option<Date>) -> About {
    About {
        name,
        publisher: "Debian".to_owned(),
        newest,
        licence: "facts of Debian's changelogs, security tracker and archive".to_owned(),
        // Changelogs and advisories tell what was fixed, never what is open.
        knows_unfixed: false,
    }
}

fn day(text: &str) -> Option<Date> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use advisory::Database;

    use super::super::facts::tests::tables;
    use super::*;

    const DSA: &str = "advisory|date|release|source|status|fixed|cves\n";
    const FIXED: &str = "source|release|fixed|date|confidence|cves\n";

    #[test]
    fn an_advisory_wins_over_the_changelog() {
        check(
            "DSA-1-1|2024-01-01|bookworm|p|fixed|1.0-1+deb12u2|CVE-2024-0001\n",
            "p|bookworm|1.0-1+deb12u1|2023-12-01|high|CVE-2024-0001 CVE-2024-0002\n",
            &[
                "CVE-2024-0001 Below(\"1.0-1+deb12u2\") Fixed High DSA-1-1",
                "CVE-2024-0002 Below(\"1.0-1+deb12u1\") Fixed High ",
            ],
        );
    }

    #[test]
    fn of_several_advisories_the_highest_version_wins() {
        check(
            "DSA-1-1|2024-01-01|bookworm|p|fixed|1.0-1+deb12u9|CVE-2024-0001\n\
             DSA-1-2|2024-01-02|bookworm|p|fixed|1.0-1+deb12u10|CVE-2024-0001\n\
             DSA-2-1|2024-01-03|bookworm|p|not-affected||CVE-2024-0001\n",
            "",
            &["CVE-2024-0001 Below(\"1.0-1+deb12u10\") Fixed High DSA-1-1 DSA-1-2 DSA-2-1"],
        );
    }

    #[test]
    fn other_states_and_doubts_are_kept() {
        check(
            "DSA-1-1|2024-01-01|bookworm|p|not-affected||CVE-2024-0001\n\
             DSA-2-1|2024-01-01|bookworm|p|end-of-life||\n\
             DSA-3-1|2024-01-01|bookworm|p|unfixed||CVE-2024-0003\n\
             DSA-4-1|2024-01-01|bookworm|p|strange||CVE-2024-0004\n",
            "p|bookworm|1.0-2|2023-12-01|low|CVE-2024-0005\n",
            &[
                "CVE-2024-0001 Never NotAffected High DSA-1-1",
                "CVE-2024-0003 Every Affected High DSA-3-1",
                "CVE-2024-0005 Below(\"1.0-2\") Fixed Low ",
                "DSA-2-1 Every EndOfLife High DSA-2-1",
            ],
        );
    }

    fn check(dsa: &str, fixed: &str, want: &[&str]) {
        let (_folder, mut facts) = tables(&[
            ("debian-dsa", &format!("{DSA}{dsa}")),
            ("debian-fixed", &format!("{FIXED}{fixed}")),
            (
                "debian-current",
                "source|release|main_version|security_version|changelog_read\n",
            ),
            ("debian-binsrc", "binary|source|releases\n"),
            (
                "debian-support",
                "debian|source_or_regex|level|last_supported_version|ended\n",
            ),
        ]);
        let database = write::database(&build(&mut facts).unwrap()).unwrap();
        let database = Database::from_bytes(database).unwrap();
        let found: Vec<String> = database
            .advisories("debian-12", "p")
            .unwrap()
            .iter()
            .map(|it| {
                let names = it.vendor_ids.join(" ");
                format!(
                    "{} {:?} {:?} {:?} {names}",
                    it.id, it.affected, it.status, it.confidence
                )
            })
            .collect();
        assert_eq!(found, want);
        assert!(!database.shard("debian-12").unwrap().knows_unfixed);
    }
}
