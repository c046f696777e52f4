//! Azure Linux and CBL-Mariner, as it was called before: flaws of source packages, in OVAL.
//!
//! Source of truth: feeds.md §2.6. Which release a file is of, the versions say: `.azl3`, `.cm2`.

use model::{Advisory, Affected, Range, Status, Upper};
use version::Scheme;

use super::Feed;
use crate::harvest::{Harvest, day, later};
use crate::osv;
use crate::oval::{Definition, Oval};

pub(super) static FEED: Feed = Feed {
    name: "azure",
    source: "https://github.com/microsoft/AzureLinuxVulnerabilityData, azurelinux-3.0-oval.xml and all others",
    endings: &["xml"],
    whole: &["xml"],
    read,
};

/// What versions hold, and the shards.
const RELEASES: [(&str, &str); 3] = [
    (".azl3", "azurelinux-3.0"),
    (".cm1", "cbl-mariner-1.0"),
    (".cm2", "cbl-mariner-2.0"),
];
const LICENCE: &str = "Microsoft Azure Linux vulnerability data, MIT, modified";

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let oval = Oval::read(bytes)?;
    for definition in &oval.definitions {
        if let Err(why) = take(&oval, definition, harvest) {
            harvest.problem(format!("azure {}: {why}", definition.title));
        }
    }
    Ok(())
}

fn take(oval: &Oval, definition: &Definition, harvest: &mut Harvest) -> Result<(), String> {
    // the vendor says that the package does not have the flaw at all
    if definition.patchable == "Not Applicable" {
        return Ok(());
    }
    let cve = definition
        .references
        .iter()
        .find(|(source, _)| source == "CVE");
    let (_, cve) = cve.ok_or("it names no CVE")?;
    let leaves = oval.leaves(definition)?;
    let of = |operation: &str| {
        leaves
            .iter()
            .map(|leaf| &leaf.compared)
            .find(|it| it.operation == operation)
    };
    let (compared, is_fixed) = match (of("less than"), of("less than or equal")) {
        (Some(compared), _) => (compared, true),
        (None, Some(compared)) => (compared, false),
        (None, None) => return Err("it compares no version".to_owned()),
    };
    let mut releases = RELEASES.iter();
    let release = releases.find(|(mark, _)| compared.evr.contains(mark));
    let (_, shard) =
        release.ok_or_else(|| format!("`{}` is a version of no release", compared.evr))?;
    let evr = compared.evr.trim_start_matches("0:").to_owned();
    let above = of("greater than").map(|it| next(&it.evr));
    let from = || of("greater than or equal").map(|it| it.evr.clone());
    let lowest = above.or_else(from);
    let lowest = lowest.map(|it| it.trim_start_matches("0:").to_owned());
    let affected = match lowest.filter(|lowest| !lowest.starts_with("0.0.0")) {
        _ if !is_fixed => Affected::Every,
        None => Affected::Below(evr),
        Some(introduced) => Affected::Ranges(vec![Range {
            introduced,
            upper: Upper::Fixed(evr),
        }]),
    };
    let status = if is_fixed {
        Status::Fixed
    } else {
        Status::Affected
    };
    let advisory = Advisory {
        severity: osv::severity(&definition.severity),
        date: day(&definition.issued),
        ..Advisory::new(cve, affected, status)
    };
    let about = harvest.about(shard, "Microsoft Azure Linux", LICENCE);
    let shelf = harvest.release(about, |known, new| later(Scheme::Rpm, known, new));
    shelf.add(&compared.package, advisory)
}

/// Returns the version right above one: in rpm's order `^` stands above the end, and below all that may
/// follow there. One without a release holds all of its releases.
fn next(evr: &str) -> String {
    let above = if evr.contains('-') { "^" } else { "" };
    format!("{evr}{above}")
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use super::*;

    #[test]
    fn above_a_version_is_not_the_version() {
        let lowest = next("0.5-1.azl3");
        for (version, want) in [
            ("0.5-0.azl3", Ordering::Less),
            ("0.5-1.azl3", Ordering::Less),
            ("0.5-1.azl3.1", Ordering::Greater),
            ("0.5-2.azl3", Ordering::Greater),
            ("0.6-1.azl3", Ordering::Greater),
        ] {
            let order = version::compare(Scheme::Rpm, version, &lowest);
            assert_eq!(order, Ok(want), "{version}");
        }
    }
}
