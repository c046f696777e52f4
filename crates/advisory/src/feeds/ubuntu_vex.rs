//! Ubuntu's statements in `OpenVEX`: a file a CVE, what it does to each source package of each release.
//!
//! Source of truth: feeds.md §2.5, `OpenVEX` 0.2.0. A product is `pkg:deb/ubuntu/NAME@VERSION?distro=CODENAME`.

use model::{Advisory, Affected, Status};
use serde::Deserialize;
use version::Scheme;

use super::Feed;
use crate::harvest::{Harvest, later};
use crate::osv::or_default;
use crate::purl::Purl;

pub(super) static FEED: Feed = Feed {
    name: "ubuntu-vex",
    source: "https://security-metadata.canonical.com/vex/vex-all.tar.xz",
    endings: &["json"],
    read,
};

/// Releases of Ubuntu by code name, since 2014.
const RELEASES: [(&str, &str); 24] = [
    ("artful", "17.10"),
    ("bionic", "18.04"),
    ("cosmic", "18.10"),
    ("disco", "19.04"),
    ("eoan", "19.10"),
    ("focal", "20.04"),
    ("groovy", "20.10"),
    ("hirsute", "21.04"),
    ("impish", "21.10"),
    ("jammy", "22.04"),
    ("kinetic", "22.10"),
    ("lunar", "23.04"),
    ("mantic", "23.10"),
    ("noble", "24.04"),
    ("oracular", "24.10"),
    ("plucky", "25.04"),
    ("questing", "25.10"),
    ("resolute", "26.04"),
    ("trusty", "14.04"),
    ("utopic", "14.10"),
    ("vivid", "15.04"),
    ("wily", "15.10"),
    ("xenial", "16.04"),
    ("zesty", "17.04"),
];

#[derive(Deserialize)]
struct Document {
    #[serde(default, deserialize_with = "or_default")]
    statements: Vec<Statement>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Statement {
    #[serde(deserialize_with = "or_default")]
    vulnerability: Vulnerability,
    #[serde(deserialize_with = "or_default")]
    products: Vec<Product>,
    #[serde(deserialize_with = "or_default")]
    status: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Vulnerability {
    #[serde(deserialize_with = "or_default")]
    name: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Product {
    #[serde(rename = "@id", deserialize_with = "or_default")]
    id: String,
}

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let document: Document = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    if document.statements.is_empty() {
        return Err("it is no OpenVEX: it has no statements".to_owned());
    }
    for statement in &document.statements {
        let cve = &statement.vulnerability.name;
        for product in &statement.products {
            if let Err(why) = take(cve, &statement.status, &product.id, harvest) {
                harvest.problem(format!("ubuntu-vex {cve}: {why}"));
            }
        }
    }
    Ok(())
}

fn take(cve: &str, status: &str, product: &str, harvest: &mut Harvest) -> Result<(), String> {
    let purl = Purl::read(product).ok_or_else(|| format!("`{product}` is no package"))?;
    // a flaw is told of its source package; what is built of it stands beside it
    if purl.qualifier("arch") != Some("source") {
        return Ok(());
    }
    let distro = purl.qualifier("distro").unwrap_or_default();
    let (codename, is_pro) = match distro.rsplit_once('/') {
        Some((edition, codename)) => (codename, edition.starts_with("esm")),
        None => (distro, false),
    };
    let release = RELEASES.iter().find(|(name, _)| *name == codename);
    let Some((_, release)) = release else {
        return Ok(());
    };
    let (affected, status) = match (status, purl.version.as_str()) {
        ("fixed", "") => return Err("it is fixed in no version".to_owned()),
        ("fixed", version) if is_pro => (Affected::Below(version.to_owned()), Status::Affected),
        ("fixed", version) => (Affected::Below(version.to_owned()), Status::Fixed),
        ("affected", _) => (Affected::Every, Status::Affected),
        ("under_investigation", _) => (Affected::Every, Status::UnderInvestigation),
        ("not_affected", _) => (Affected::Never, Status::NotAffected),
        (other, _) => return Err(format!("`{other}` is no status")),
    };
    let advisory = Advisory::new(cve, affected, status);
    let about = harvest.about(
        &format!("ubuntu-{release}"),
        "Ubuntu",
        "CC-BY-SA 4.0, Canonical",
    );
    let shelf = harvest.release(about, |known, new| later(Scheme::Dpkg, known, new));
    shelf.add(&purl.name, advisory)
}
