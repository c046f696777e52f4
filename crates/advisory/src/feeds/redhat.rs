//! Red Hat's statements in CSAF VEX: a file a CVE, what it does to each package of each stream.
//!
//! Source of truth: feeds.md §2.6, CSAF 2.0. Which streams a repository is of, `repository-to-cpe.json`
//! says, and of a build `nvr-to-cpe.json`; both belong beside the statements.

mod document;
mod streams;

use std::collections::{BTreeMap, BTreeSet};

use model::{Advisory, Affected, Severity, Status};

use super::Feed;
use crate::harvest::Harvest;
use crate::osv;
use crate::purl::Purl;
use crate::write::About;
use document::{Document, Vulnerability};
pub(crate) use streams::{Streams, renumbered};

pub(super) static FEED: Feed = Feed {
    name: "redhat",
    source: "https://security.access.redhat.com/data/csaf/v2/vex/, whose archive_latest.txt names the archive, and \
             https://security.access.redhat.com/data/metrics/repository-to-cpe.json",
    endings: &["json"],
    whole: &["-to-cpe.json"],
    read,
};

const LICENCE: &str = "Red Hat security data, CC BY 4.0, modified";

fn read(name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let file = name.rsplit('/').next().unwrap_or_default();
    let kind = match file.split_once("-to-cpe") {
        Some(("repository", _)) => "repository",
        Some(("nvr", _)) => "nvr",
        _ => return statements(bytes, harvest),
    };
    harvest.streams.read(kind, bytes)
}

fn statements(bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let document: Document = crate::json::read(bytes)?;
    let cpes = document.cpes();
    let (packages, relations) = (document.packages(), document.relations());
    for vulnerability in &document.vulnerabilities {
        let cve = &vulnerability.cve;
        if cve.is_empty() {
            harvest.problem("redhat: a vulnerability has no `cve`".to_owned());
            continue;
        }
        let told = told(vulnerability, document.severity());
        let mut unknown = 0_usize;
        for (product, said) in &told {
            let Some((stream, reference)) = relations.get(product) else {
                unknown = unknown.saturating_add(1);
                continue;
            };
            let (Some(cpe), Some(purl)) = (cpes.get(stream), packages.get(reference)) else {
                continue;
            };
            if let Err(why) = add(cve, said, cpe, purl, harvest) {
                harvest.problem(format!("redhat {cve} {product}: {why}"));
            }
        }
        if unknown > 0 {
            harvest.problem(format!(
                "redhat {cve}: {unknown} of its products are in no product tree"
            ));
        }
    }
    Ok(())
}

/// What is said of one product.
#[derive(Debug, Clone)]
struct Said {
    status: Status,
    erratum: Option<String>,
    severity: Option<Severity>,
}

/// Returns what is said of each product that has the flaw, or had it.
fn told(vulnerability: &Vulnerability, of_all: Option<Severity>) -> BTreeMap<&str, Said> {
    let status = &vulnerability.product_status;
    let each = [
        (&status.fixed, Status::Fixed),
        (&status.known_affected, Status::Affected),
        (&status.under_investigation, Status::UnderInvestigation),
    ];
    let mut told = BTreeMap::new();
    for (products, status) in each {
        for product in products {
            let said = Said {
                status,
                erratum: None,
                severity: of_all,
            };
            told.entry(product.as_str()).or_insert(said);
        }
    }
    for remediation in &vulnerability.remediations {
        let status = match (remediation.category.as_str(), remediation.details.as_str()) {
            ("vendor_fix", _) => Some(Status::Fixed),
            ("no_fix_planned", "Out of support scope") => Some(Status::EndOfLife),
            ("no_fix_planned", _) => Some(Status::WillNotFix),
            ("none_available", "Deferred" | "Fix deferred") => Some(Status::FixDeferred),
            ("none_available", _) => Some(Status::Affected),
            _ => None,
        };
        let Some(status) = status else { continue };
        let erratum = remediation
            .url
            .rsplit('/')
            .next()
            .filter(|_| status == Status::Fixed);
        let erratum = erratum.filter(|id| {
            id.starts_with("RHSA-") || id.starts_with("RHBA-") || id.starts_with("RHEA-")
        });
        for product in &remediation.product_ids {
            let said = told.entry(product.as_str()).or_insert_with(|| Said {
                status,
                erratum: None,
                severity: of_all,
            });
            said.status = status;
            said.erratum = erratum.map(str::to_owned);
        }
    }
    for threat in vulnerability
        .threats
        .iter()
        .filter(|it| it.category == "impact")
    {
        for product in &threat.product_ids {
            if let Some(said) = told.get_mut(product.as_str()) {
                said.severity = osv::severity(&threat.details);
            }
        }
    }
    told
}

fn add(
    cve: &str,
    said: &Said,
    cpe: &str,
    purl: &Purl,
    harvest: &mut Harvest,
) -> Result<(), String> {
    let arch = purl.qualifier("arch");
    if purl.kind != "rpm" || arch == Some("src") {
        return Ok(());
    }
    let epoch = purl.qualifier("epoch").filter(|epoch| *epoch != "0");
    let version = match epoch {
        Some(epoch) if !purl.version.is_empty() => format!("{epoch}:{}", purl.version),
        _ => purl.version.clone(),
    };
    let affected = match (said.status, version.as_str()) {
        (Status::Fixed, "") => return Err("it is fixed in no version".to_owned()),
        (Status::Fixed, version) => Affected::Below(version.to_owned()),
        _ => Affected::Every,
    };
    let mut module = purl.qualifier("rpmmod").unwrap_or_default().split(':');
    let name = match (module.next(), module.next()) {
        (Some(name), Some(stream)) => format!("{name}:{stream}::{}", purl.name),
        _ => purl.name.clone(),
    };
    let erratum = said.erratum.clone().unwrap_or_default();
    let apart = format!("{version} {} {erratum}", said.status.name());
    let advisory = Advisory {
        severity: said.severity,
        vendor_ids: said.erratum.clone().into_iter().collect(),
        arches: arch
            .filter(|arch| *arch != "noarch")
            .map(str::to_owned)
            .into_iter()
            .collect(),
        streams: vec![harvest.streams.number(cpe)],
        ..Advisory::new(cve, affected, said.status)
    };
    let about = harvest.about("redhat-all", "Red Hat", LICENCE);
    // what is told apart by version and erratum says the same
    harvest
        .release(about, |_, _| false)
        .add_apart(&name, &apart, advisory)
}

/// Returns what the shard of streams says about itself.
pub(crate) fn about(harvest: &Harvest) -> About {
    harvest.about("redhat-streams", "Red Hat", LICENCE)
}

/// The rows of the shard of streams: `repository NAME` or `nvr NAME` to numbers.
pub(crate) type Rows = BTreeMap<String, Vec<Vec<String>>>;

/// The numbers of streams that a repository or a build is of.
type Numbers = BTreeSet<u32>;
