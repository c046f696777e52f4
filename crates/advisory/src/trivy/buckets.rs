//! What Trivy calls its buckets, and the shards that hold what is in them.
//!
//! Source of truth: `trivy.md` §4.3, §5. Names are case-sensitive. A bucket of a distribution is
//! `<product> <release>`, one of a language `<ecosystem>::<source>`.

/// What a bucket holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Bucket {
    /// Advisories of packages, which go into the shard of this name.
    Advisories {
        shard: String,
        /// For people, until the bucket of sources tells better.
        publisher: String,
        knows_unfixed: bool,
    },
    /// Where advisories come from.
    Sources,
    /// What is known of flaws by their ids.
    Flaws,
    /// Red Hat's repositories and builds, and the numbers of the streams that they are of.
    Streams,
    /// Nothing that is known here.
    Unknown,
}

/// A product with a bucket for each release: what stands before the release in the name of the
/// bucket, and in the name of the shard; whether it tells what is not fixed.
struct Product {
    bucket: &'static str,
    shard: &'static str,
    publisher: &'static str,
    knows_unfixed: bool,
}

const fn product(
    bucket: &'static str,
    shard: &'static str,
    publisher: &'static str,
    knows_unfixed: bool,
) -> Product {
    Product {
        bucket,
        shard,
        publisher,
        knows_unfixed,
    }
}

/// Longer names stand before those that they begin with.
static RELEASED: &[Product] = &[
    product("Azure Linux ", "azurelinux-", "Azure Linux", true),
    product("CBL-Mariner ", "cbl-mariner-", "CBL-Mariner", true),
    product("Oracle Linux ", "oracle-oval-", "Oracle Linux", false),
    product("Photon OS ", "photon-", "Photon OS", false),
    product(
        "SUSE Linux Enterprise Micro ",
        "suse-cvrf-slem-",
        "SUSE",
        false,
    ),
    product("SUSE Linux Enterprise ", "suse-cvrf-sles-", "SUSE", false),
    product("alma ", "alma-", "AlmaLinux", false),
    product("alpine ", "alpine-", "Alpine", false),
    product("amazon linux ", "amazon-", "Amazon Linux", false),
    product("debian ", "debian-", "Debian", true),
    product("openSUSE Leap ", "suse-cvrf-leap-", "SUSE", false),
    product("rocky ", "rocky-", "Rocky Linux", false),
    product("root.io ", "rootio-", "Root.io", true),
    product("seal ", "seal-", "Seal", true),
    product("rapidfort ", "rapidfort-", "RapidFort", true),
    product("ubuntu ", "ubuntu-", "Ubuntu", true),
];

/// Products of one stream.
static ROLLING: &[Product] = &[
    product("Red Hat", "redhat-all", "Red Hat", true),
    product("archlinux", "arch-linux-rolling", "Arch Linux", true),
    product(
        "bottlerocket",
        "bottlerocket-rolling",
        "Bottlerocket",
        false,
    ),
    product("chainguard", "chainguard-rolling", "Chainguard", false),
    product("echo", "echo-rolling", "Echo", true),
    product("minimos", "minimos-rolling", "MinimOS", false),
    product("openSUSE Tumbleweed", "suse-cvrf-tumbleweed", "SUSE", false),
    product("wolfi", "wolfi-rolling", "Wolfi", false),
];

/// Reads the name of a bucket.
pub(super) fn named(name: &str) -> Bucket {
    match name {
        "data-source" => return Bucket::Sources,
        "vulnerability" => return Bucket::Flaws,
        "Red Hat CPE" => return Bucket::Streams,
        _ => {}
    }
    if let Some((ecosystem, source)) = name.split_once("::") {
        let is_whole = !ecosystem.is_empty() && !source.is_empty();
        return if is_whole {
            advisories(name.to_owned(), source, true)
        } else {
            Bucket::Unknown
        };
    }
    if let Some(product) = ROLLING.iter().find(|product| product.bucket == name) {
        let shard = product.shard.to_owned();
        return advisories(shard, product.publisher, product.knows_unfixed);
    }
    let released = RELEASED.iter().find_map(|product| {
        let release = name.strip_prefix(product.bucket)?;
        (!release.is_empty()).then(|| (product, release.replace(' ', "-")))
    });
    match released {
        Some((product, release)) => {
            let shard = format!("{}{release}", product.shard);
            advisories(shard, product.publisher, product.knows_unfixed)
        }
        None => Bucket::Unknown,
    }
}

fn advisories(shard: String, publisher: &str, knows_unfixed: bool) -> Bucket {
    let publisher = publisher.to_owned();
    Bucket::Advisories {
        shard,
        publisher,
        knows_unfixed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_have_shards() {
        for (bucket, want) in [
            ("alpine 3.10", Some("alpine-3.10")),
            ("alpine edge", Some("alpine-edge")),
            ("ubuntu 22.04-ESM", Some("ubuntu-22.04-ESM")),
            ("Red Hat", Some("redhat-all")),
            (
                "SUSE Linux Enterprise Micro 5.3",
                Some("suse-cvrf-slem-5.3"),
            ),
            ("SUSE Linux Enterprise 15.3", Some("suse-cvrf-sles-15.3")),
            ("openSUSE Tumbleweed", Some("suse-cvrf-tumbleweed")),
            ("root.io debian 12", Some("rootio-debian-12")),
            (
                "npm::GitHub Security Advisory Npm",
                Some("npm::GitHub Security Advisory Npm"),
            ),
            ("alpine ", None),
            ("Alpine 3.10", None),
            ("::", None),
            ("", None),
            ("Red Hat 8", None),
        ] {
            let shard = match named(bucket) {
                Bucket::Advisories { shard, .. } => Some(shard),
                Bucket::Unknown | Bucket::Sources | Bucket::Flaws | Bucket::Streams => None,
            };
            assert_eq!(shard.as_deref(), want, "{bucket}");
        }
    }

    #[test]
    fn no_name_hides_behind_one_that_it_begins_with() {
        for (at, product) in RELEASED.iter().enumerate() {
            let hides = |other: &Product| product.bucket.starts_with(other.bucket);
            assert!(!RELEASED[..at].iter().any(hides), "{}", product.bucket);
        }
    }
}
