//! Ubuntu's statements in `OpenVEX`: a file a CVE, what it does to each source package of each release.
//!
//! Source of truth: feeds.md §2.5, `OpenVEX` 0.2.0. A product is `pkg:deb/ubuntu/NAME@VERSION?distro=CODENAME`.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use model::{Advisory, Affected, Status};
use serde::Deserialize;
use version::Scheme;

use super::{Feed, ubuntu};
use crate::harvest::{Harvest, short_enough};
use crate::osv::or_default;
use crate::purl::Purl;

pub(super) static FEED: Feed = Feed {
    name: "ubuntu-vex",
    source: "https://security-metadata.canonical.com/vex/vex-all.tar.xz",
    endings: &["json"],
    whole: &[],
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
    let document: Document = crate::json::read(bytes)?;
    if document.statements.is_empty() {
        return Err("it is no OpenVEX: it has no statements".to_owned());
    }
    let mut told: BTreeMap<(String, &str, String), Words> = BTreeMap::new();
    for statement in &document.statements {
        let cve = &statement.vulnerability.name;
        for product in &statement.products {
            match take(&statement.status, &product.id) {
                Ok(Some((product, word))) => {
                    let key = (cve.clone(), product.release, product.package);
                    told.entry(key).or_default().add(product.is_pro, word);
                }
                Ok(None) => {}
                Err(why) => harvest.problem(format!("ubuntu-vex {cve}: {why}")),
            }
        }
    }
    for ((cve, release, package), words) in told {
        let for_subscribers = words.for_subscribers().filter(|_| is_long(release));
        let shelves = [
            (format!("{release}-ESM"), for_subscribers),
            (release.to_owned(), words.together()),
        ];
        for (release, word) in shelves {
            let Some((affected, status)) = word else {
                continue;
            };
            let about = ubuntu::about(&release, harvest);
            let shelf = harvest.release(about, ubuntu::gives_way);
            if let Err(why) = shelf.add(&package, Advisory::new(&cve, affected, status)) {
                harvest.problem(format!("ubuntu-vex {cve}: {why}"));
            }
        }
    }
    Ok(())
}

/// Whether a release is supported for long, and then longer for subscribers: that of each second April.
fn is_long(release: &str) -> bool {
    let year = release.strip_suffix(".04").map(str::parse::<u32>);
    year.is_some_and(|year| year.is_ok_and(|year| year.is_multiple_of(2)))
}

/// What is said of a package.
type Word = (Affected, Status);

/// A source package of a release.
struct Source {
    release: &'static str,
    package: String,
    /// Whether it is the one that subscribers get.
    is_pro: bool,
}

/// What is said of one package of one release: to everybody, and to subscribers.
#[derive(Default)]
struct Words {
    free: Option<Word>,
    pro: Option<Word>,
}

impl Words {
    fn add(&mut self, is_pro: bool, word: Word) {
        let known = if is_pro {
            &mut self.pro
        } else {
            &mut self.free
        };
        if known.as_ref().is_none_or(|known| is_stronger(&word, known)) {
            *known = Some(word);
        }
    }

    /// What holds for who has a subscription: the word to everybody, but of two fixes the later one.
    fn for_subscribers(&self) -> Option<Word> {
        let is_better = |fix: &&Word| match (&fix.0, &self.free) {
            (Affected::Below(_), None | Some((Affected::Every, _))) => true,
            (Affected::Below(_), Some(free @ (Affected::Below(_), _))) => is_stronger(fix, free),
            _ => false,
        };
        let pro = self.pro.as_ref();
        let word = pro.filter(is_better).or(self.free.as_ref()).or(pro);
        word.cloned()
    }

    /// What holds for who has no subscription: the word to everybody, but a fix for subscribers is told
    /// where there is none else.
    fn together(self) -> Option<Word> {
        let is_open = self
            .free
            .as_ref()
            .is_none_or(|(it, _)| *it == Affected::Every);
        match self.pro {
            Some((Affected::Below(fixed), _)) if is_open => {
                Some((Affected::Below(fixed), Status::Affected))
            }
            pro => self.free.or(pro),
        }
    }
}

/// Whether of two words on one package this one stands: a fix, of two the later; else that it has the flaw.
fn is_stronger(word: &Word, known: &Word) -> bool {
    let rank = |(affected, status): &Word| match (affected, status) {
        (Affected::Below(_), _) => 3,
        (_, Status::Affected) => 2,
        (Affected::Every, _) => 1,
        _ => 0,
    };
    match (&word.0, &known.0) {
        (Affected::Below(new), Affected::Below(known)) => {
            version::compare(Scheme::Dpkg, new, known).is_ok_and(Ordering::is_gt)
        }
        _ => rank(word) > rank(known),
    }
}

/// Returns which package a statement is about, and what it says; none of what no image has.
fn take(status: &str, product: &str) -> Result<Option<(Source, Word)>, String> {
    let purl = Purl::read(product).ok_or_else(|| format!("`{product}` is no package"))?;
    // a flaw is told of its source package; what is built of it stands beside it
    if purl.qualifier("arch") != Some("source") {
        return Ok(None);
    }
    let Some((release, is_pro)) = release(purl.qualifier("distro").unwrap_or_default()) else {
        return Ok(None);
    };
    short_enough([purl.version.as_str()].into_iter())?;
    let word = match (status, purl.version.as_str()) {
        ("fixed", "") => return Err("it is fixed in no version".to_owned()),
        ("fixed", version) => (Affected::Below(version.to_owned()), Status::Fixed),
        ("affected", _) => (Affected::Every, Status::Affected),
        ("under_investigation", _) => (Affected::Every, Status::UnderInvestigation),
        ("not_affected", _) => (Affected::Never, Status::NotAffected),
        (other, _) => return Err(format!("`{other}` is no status")),
    };
    let source = Source {
        release,
        package: purl.name,
        is_pro,
    };
    Ok(Some((source, word)))
}

/// Returns the release of `jammy`, `esm-infra/focal` or `trusty/esm`, and whether it is the one that
/// subscribers get. Other editions, such as `realtime/jammy` and `fips-updates/jammy`, are no images'
/// releases.
fn release(distro: &str) -> Option<(&'static str, bool)> {
    let number = |name: &str| {
        let mut releases = RELEASES.iter();
        releases.find(|(known, _)| *known == name).map(|it| it.1)
    };
    let Some((a, b)) = distro.split_once('/') else {
        return Some((number(distro)?, false));
    };
    let (edition, release) = match number(a) {
        Some(release) => (b, release),
        None => (a, number(b)?),
    };
    edition.starts_with("esm").then_some((release, true))
}
