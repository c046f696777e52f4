//! SUSE Linux Enterprise and openSUSE: flaws by product, in OVAL.
//!
//! Source of truth: feeds.md §2.6, `trivy.md` §4.3. Modules and editions of a service pack count as that
//! pack: an image does not tell which of them it has.

use model::{Advisory, Affected, Status};
use version::Scheme;

use super::Feed;
use crate::harvest::{Harvest, day, later};
use crate::osv;
use crate::oval::{Definition, Leaf, Oval};

pub(super) static FEED: Feed = Feed {
    name: "suse",
    source: "https://ftp.suse.com/pub/projects/security/oval/suse.linux.enterprise.server.15.xml.bz2, and all other products",
    endings: &["xml"],
    whole: &["xml"],
    read,
};

fn read(_name: &str, bytes: &[u8], harvest: &mut Harvest) -> Result<(), String> {
    let oval = Oval::read(bytes)?;
    for definition in &oval.definitions {
        let cve = definition
            .title
            .split_whitespace()
            .next()
            .unwrap_or_default();
        if !cve.starts_with("CVE-") {
            let start: String = definition.title.chars().take(40).collect();
            harvest.problem(format!("suse: `{start}` is no flaw"));
            continue;
        }
        let leaves = oval.leaves(definition).unwrap_or_else(|why| {
            harvest.problem(format!("suse {cve}: {why}"));
            Vec::new()
        });
        for leaf in leaves {
            if let Err(why) = take(definition, &leaf, cve, harvest) {
                harvest.problem(format!("suse {cve} {}: {why}", leaf.compared.package));
            }
        }
    }
    Ok(())
}

fn take(
    definition: &Definition,
    leaf: &Leaf<'_>,
    cve: &str,
    harvest: &mut Harvest,
) -> Result<(), String> {
    match leaf.compared.operation.as_str() {
        "less than" => {}
        // the package has the flaw and no fix, of which this family tells nothing
        "greater than" => return Ok(()),
        other => return Err(format!("`{other}` is no comparison that is known")),
    }
    let evr = leaf.compared.evr.trim_start_matches("0:");
    let platforms = leaf
        .beside
        .iter()
        .filter_map(|it| it.strip_suffix(" is installed"));
    let mut shards: Vec<String> = platforms.filter_map(shard).collect();
    shards.sort();
    shards.dedup();
    for shard in shards {
        let mut about = harvest.about(&shard, "SUSE", "facts of SUSE's advisories");
        about.knows_unfixed = false;
        let advisory = Advisory {
            severity: osv::severity(&definition.severity),
            date: day(&definition.issued),
            ..Advisory::new(cve, Affected::Below(evr.to_owned()), Status::Fixed)
        };
        let shelf = harvest.release(about, |known, new| later(Scheme::Rpm, known, new));
        shelf.add(&leaf.compared.package, advisory)?;
    }
    Ok(())
}

/// Returns the shard of a product: `SUSE Linux Enterprise Server 15 SP1-LTSS` is of 15.1. Products that are
/// no systems of images have none.
pub(super) fn shard(platform: &str) -> Option<String> {
    if platform == "openSUSE Tumbleweed" {
        return Some("suse-cvrf-tumbleweed".to_owned());
    }
    if let Some(release) = platform.strip_prefix("openSUSE Leap ") {
        return is_release(release).then(|| format!("suse-cvrf-leap-{release}"));
    }
    // since 6.0 it is no longer called one of Enterprise
    if let Some(release) = platform.strip_prefix("SUSE Linux Micro ") {
        return is_release(release).then(|| format!("suse-cvrf-slem-{release}"));
    }
    let product = platform.strip_prefix("SUSE Linux Enterprise ")?;
    if let Some(release) = product.strip_prefix("Micro ") {
        return is_release(release).then(|| format!("suse-cvrf-slem-{release}"));
    }
    if product.starts_with("Storage") || product.contains("Live Patching") {
        return None;
    }
    let words: Vec<&str> = product.split([' ', '-']).collect();
    let at = words.iter().position(|word| is_release(word))?;
    let major = words.get(at)?;
    let pack = words
        .get(at.saturating_add(1))
        .and_then(|word| word.strip_prefix("SP"));
    Some(match pack.filter(|pack| is_release(pack)) {
        Some(pack) => format!("suse-cvrf-sles-{major}.{pack}"),
        None => format!("suse-cvrf-sles-{major}"),
    })
}

fn is_release(text: &str) -> bool {
    let is_of = |byte: u8| byte.is_ascii_digit() || byte == b'.';
    text.starts_with(|c: char| c.is_ascii_digit()) && text.len() <= 8 && text.bytes().all(is_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_releases() {
        for (platform, want) in [
            ("SUSE Linux Enterprise Server 15", Some("suse-cvrf-sles-15")),
            ("SUSE Linux Micro 6.1", Some("suse-cvrf-slem-6.1")),
            (
                "SUSE Linux Enterprise Server 15 SP1-LTSS",
                Some("suse-cvrf-sles-15.1"),
            ),
            (
                "SUSE Linux Enterprise Server 15-LTSS",
                Some("suse-cvrf-sles-15"),
            ),
            (
                "SUSE Linux Enterprise Module for Basesystem 15 SP3",
                Some("suse-cvrf-sles-15.3"),
            ),
            (
                "SUSE Linux Enterprise Micro 5.3",
                Some("suse-cvrf-slem-5.3"),
            ),
            (
                "SUSE Linux Enterprise Module for Live Patching 15 SP1",
                None,
            ),
            ("SUSE Linux Enterprise Storage 7", None),
            ("SUSE Manager Proxy 4.1", None),
            ("openSUSE Leap 15.5", Some("suse-cvrf-leap-15.5")),
            ("openSUSE Leap 15.5 NonFree", None),
            ("openSUSE Tumbleweed", Some("suse-cvrf-tumbleweed")),
        ] {
            assert_eq!(shard(platform).as_deref(), want, "{platform}");
        }
    }
}
