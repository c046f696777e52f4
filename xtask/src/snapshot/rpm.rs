//! Distributions of RPM packages: AlmaLinux's errata, Azure Linux' and CBL-Mariner's OVAL.

use std::collections::BTreeMap;
use std::error::Error;

use advisory::write::{self, About};
use jiff::civil::Date;
use model::{Advisory, Affected, Status};

use super::facts::{BadLine, Facts, Line};
use super::severity::word;

/// Advisories by release and package.
type Releases = BTreeMap<String, BTreeMap<String, Vec<Advisory>>>;

pub(super) fn build(facts: &mut Facts) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut shards = alma(facts)?;
    shards.extend(azure(facts)?);
    Ok(shards)
}

fn alma(facts: &mut Facts) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut releases = Releases::new();
    for erratum in facts.read("almalinux", erratum)? {
        let packages = releases.entry(erratum.release).or_default();
        for package in erratum.packages {
            let advisories = packages.entry(package).or_default();
            advisories.extend(erratum.advisories.iter().cloned());
        }
    }
    shards(releases, |release, newest| About {
        name: format!("alma-{release}"),
        publisher: "AlmaLinux".to_owned(),
        newest,
        licence: "AlmaLinux OSV database, MIT, modified".to_owned(),
        knows_unfixed: false,
    })
}

struct Erratum {
    release: String,
    packages: Vec<String>,
    advisories: Vec<Advisory>,
}

/// Reads an erratum; one without a CVE mends no flaw and has no advisories.
fn erratum(line: &Line<'_>) -> Result<Erratum, BadLine> {
    let affected = Affected::Below(line.word("fixed")?.to_owned());
    let of_all = Advisory {
        severity: word(line.cell("severity")?),
        date: line.date("published")?,
        vendor_ids: vec![line.word("id")?.to_owned()],
        ..Advisory::new("", affected, Status::Fixed)
    };
    let advisories = line
        .list("cves")?
        .into_iter()
        .map(|id| Advisory {
            id,
            ..of_all.clone()
        })
        .collect();
    Ok(Erratum {
        release: line.word("release")?.to_owned(),
        packages: line.list("packages")?,
        advisories,
    })
}

fn azure(facts: &mut Facts) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let mut releases = Releases::new();
    for (release, package, advisory) in facts.read("azurelinux", criterion)? {
        let packages = releases.entry(release).or_default();
        packages.entry(package).or_default().push(advisory);
    }
    shards(releases, |release, newest| About {
        // The releases before 3 had another name.
        name: match release {
            "1.0" | "2.0" => format!("cbl-mariner-{release}"),
            _ => format!("azurelinux-{release}"),
        },
        publisher: "Microsoft Azure Linux".to_owned(),
        newest,
        licence: "Microsoft Azure Linux vulnerability data, MIT, modified".to_owned(),
        knows_unfixed: true,
    })
}

fn criterion(line: &Line<'_>) -> Result<(String, String, Advisory), BadLine> {
    let (affected, status) = match line.word("op")? {
        "less than" => (Affected::Below(line.word("evr")?.to_owned()), Status::Fixed),
        "less than or equal" => (Affected::Every, Status::Affected),
        other => return Err(format!("`{other}` is no comparison that we know")),
    };
    let advisory = Advisory {
        severity: word(line.cell("severity")?),
        date: line.date("date")?,
        ..Advisory::new(line.word("cve")?, affected, status)
    };
    let release = line.word("release")?.to_owned();
    Ok((release, line.word("package")?.to_owned(), advisory))
}

fn shards(
    releases: Releases,
    about: impl Fn(&str, Option<Date>) -> About,
) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    releases
        .into_iter()
        .map(|(release, mut packages)| {
            packages.retain(|_, advisories| !advisories.is_empty());
            let newest = packages.values().flatten().filter_map(|it| it.date).max();
            Ok(write::advisories(&about(&release, newest), &packages)?)
        })
        .collect()
}
