//! Oracle Linux: errata in OVAL.
//!
//! Source of truth: feeds.md §2.6. Builds that are patched while they run and certified ones have versions
//! of their own, and stand beside the others, as does each of a module: nobody names its stream.

use model::{Advisory, Affected, Status};
use version::Scheme;

use super::Feed;
use crate::harvest::{Harvest, day, few_enough, later};
use crate::modules::is_module;
use crate::osv;
use crate::oval::{Definition, Leaf, Oval};

pub(super) static FEED: Feed = Feed {
    name: "oracle",
    source: "https://linux.oracle.com/security/oval/com.oracle.elsa-all.xml.bz2",
    endings: &["xml"],
    whole: &["xml"],
    read,
};

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let oval = Oval::read(bytes)?;
    for definition in &oval.definitions {
        take(&oval, definition, harvest);
    }
    Ok(())
}

fn take(oval: &Oval, definition: &Definition, harvest: &mut Harvest) {
    let ids = |source: &'static str| {
        let of = move |it: &&(String, String)| it.0.eq_ignore_ascii_case(source);
        definition.references.iter().filter(of).map(|(_, id)| id)
    };
    let erratum = ids("elsa").next().cloned().unwrap_or_default();
    // an erratum without a CVE is known by its own id
    let mut cves: Vec<&String> = ids("CVE").collect();
    if cves.is_empty() {
        cves.push(&erratum);
    }
    let leaves = oval.leaves(definition).and_then(|leaves| {
        few_enough((leaves.len(), "packages"), cves.len())?;
        Ok(leaves)
    });
    let leaves = leaves.unwrap_or_else(|why| {
        harvest.problem(format!("oracle {erratum}: {why}"));
        Vec::new()
    });
    for leaf in leaves {
        if leaf.compared.operation != "less than" {
            continue;
        }
        for cve in &cves {
            if let Err(why) = add(definition, &leaf, cve, &erratum, harvest) {
                harvest.problem(format!("oracle {erratum} {}: {why}", leaf.compared.package));
            }
        }
    }
}

fn add(
    definition: &Definition,
    leaf: &Leaf<'_>,
    cve: &str,
    erratum: &str,
    harvest: &mut Harvest,
) -> Result<(), String> {
    let release = said(leaf, "Oracle Linux ", " is installed");
    let release = release.filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    let release = release.ok_or("it is of no release")?;
    let arches: Vec<String> = said(leaf, "Oracle Linux arch is ", "")
        .map(str::to_owned)
        .into_iter()
        .collect();
    let evr = leaf.compared.evr.trim_start_matches("0:").to_owned();
    let module = if is_module(&evr) { &evr } else { "" };
    let apart = format!("{} {}{module}", arches.concat(), flavour(&evr));
    let advisory = Advisory {
        severity: osv::severity(&definition.severity),
        date: day(&definition.issued),
        vendor_ids: vec![erratum.to_owned()],
        arches,
        ..Advisory::new(cve, Affected::Below(evr), Status::Fixed)
    };
    let mut about = harvest.about(
        &format!("oracle-oval-{release}"),
        "Oracle Linux",
        "facts of Oracle's errata",
    );
    about.knows_unfixed = false;
    let shelf = harvest.release(about, |known, new| later(Scheme::Rpm, known, new));
    shelf.add_apart(&leaf.compared.package, &apart, advisory)
}

/// Returns what stands in a comment between these texts.
fn said<'a>(leaf: &Leaf<'a>, before: &str, behind: &str) -> Option<&'a str> {
    let mut said = leaf.beside.iter();
    said.find_map(|comment| comment.strip_prefix(before)?.strip_suffix(behind))
}

fn flavour(evr: &str) -> &'static str {
    match evr.rsplit('-').next().unwrap_or_default() {
        release if release.contains(".ksplice") => "ksplice",
        release if release.ends_with("_fips") => "fips",
        _ => "",
    }
}
