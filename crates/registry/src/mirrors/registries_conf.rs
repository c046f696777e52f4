//! Podman's `registries.conf`, version 2: prefixes of names, where they lead, and their mirrors.
//!
//! ```text
//! [[registry]]
//! prefix = "docker.io"
//! [[registry.mirror]]
//! location = "mirror.example/hub"
//! ```
//!
//! Source of truth: containers-registries.conf(5). The longest prefix wins. Short names mean Docker
//! Hub here as everywhere: `unqualified-search-registries` and aliases are not asked.

use net::{Scheme, Trust, Url, Verification};
use serde::Deserialize;

use super::{Image, Place, Reference, Set, of_toml};
use crate::names;

/// Such a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct RegistriesConf {
    registry: Vec<Registry>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Registry {
    prefix: String,
    location: String,
    insecure: bool,
    blocked: bool,
    mirror: Vec<Mirror>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Mirror {
    location: String,
    insecure: bool,
    #[serde(rename = "pull-from-mirror")]
    from: PullFrom,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PullFrom {
    #[default]
    All,
    DigestOnly,
    TagOnly,
}

impl RegistriesConf {
    /// Reads such a file.
    ///
    /// # Errors
    /// Why it makes no sense.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| of_toml(&error, text))
    }

    /// Returns what is set for an image.
    pub(super) fn of(&self, image: Image<'_>) -> Result<Set, String> {
        let name = format!("{}/{}", image.domain, image.repository);
        let fitting = self.registry.iter().filter_map(|registry| {
            let prefix = registry.prefix();
            Some((prefix.len(), rest_of(&name, prefix)?, registry))
        });
        let Some((_, rest, registry)) = fitting.max_by_key(|(len, _, _)| *len) else {
            return Ok(Set::default());
        };
        if registry.blocked {
            return Err(format!(
                "`{}` is blocked by registries.conf",
                registry.prefix()
            ));
        }
        let fits = |mirror: &&Mirror| match mirror.from {
            PullFrom::All => true,
            PullFrom::DigestOnly => image.reference == Reference::Digest,
            PullFrom::TagOnly => image.reference == Reference::Tag,
        };
        let mirrors = registry.mirror.iter().filter(fits);
        let mirrors = mirrors.map(|mirror| place(&mirror.location, rest, mirror.insecure));
        let origin = if registry.location.is_empty() {
            place(&name, "", registry.insecure)?
        } else {
            place(&registry.location, rest, registry.insecure)?
        };
        Ok(Set {
            mirrors: mirrors.collect::<Result<_, _>>()?,
            // who pulls by a tag asks one place for all of it
            of_digests: Vec::new(),
            origin: Some(origin),
        })
    }
}

impl Registry {
    fn prefix(&self) -> &str {
        if self.prefix.is_empty() {
            &self.location
        } else {
            &self.prefix
        }
    }
}

/// Returns what stands behind a prefix in a name; `None` if it is no prefix of whole parts.
fn rest_of<'n>(name: &'n str, prefix: &str) -> Option<&'n str> {
    if let Some(domain) = prefix.strip_prefix("*.") {
        let (host, rest) = name.split_once('/')?;
        let host = host.split(':').next()?;
        let below = host.strip_suffix(domain)?;
        return below.ends_with('.').then_some(rest);
    }
    if prefix.is_empty() {
        return None;
    }
    let rest = name.strip_prefix(prefix.trim_end_matches('/'))?;
    rest.strip_prefix('/')
        .or_else(|| rest.is_empty().then_some(""))
}

fn place(location: &str, rest: &str, insecure: bool) -> Result<Place, String> {
    if location.contains('@') {
        return Err("a location holds no credentials".to_owned());
    }
    let whole = format!("{}/{rest}", location.trim_end_matches('/'));
    let whole = whole.trim_end_matches('/');
    let (host, repository) = whole
        .split_once('/')
        .ok_or_else(|| format!("location `{location}` leads to no repository"))?;
    let base: Url = names::api(host, Scheme::Https).map_err(|bad| bad.to_string())?;
    Ok(Place {
        base,
        repository: repository.to_owned(),
        namespace: None,
        trust: Trust {
            verification: if insecure {
                Verification::None
            } else {
                Verification::Full
            },
            ..Trust::default()
        },
        may_be_plain: insecure,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONF: &str = r#"
unqualified-search-registries = ["quay.io"]
[[registry]]
prefix = "docker.io"
location = "docker.io"
[[registry.mirror]]
location = "mirror.example:5000/hub"
insecure = true
[[registry.mirror]]
location = "digests.example"
pull-from-mirror = "digest-only"
[[registry]]
prefix = "docker.io/library/alpine"
location = "quay.io/own/alpine"
[[registry]]
location = "blocked.io"
blocked = true
[[registry]]
prefix = "*.corp.example"
location = "proxy.example/corp"
"#;

    fn shown(domain: &str, repository: &str, reference: Reference) -> Result<Vec<String>, String> {
        let conf = RegistriesConf::parse(CONF)?;
        let set = conf.of(Image {
            domain,
            repository,
            reference,
        })?;
        let line = |place: &Place| {
            let plain = if place.may_be_plain { " plain" } else { "" };
            format!("{}{}{plain}", place.base, place.repository)
        };
        Ok(set.mirrors.iter().chain(&set.origin).map(line).collect())
    }

    #[test]
    fn the_longest_prefix_of_whole_parts_wins() {
        let mirror = "https://mirror.example:5000/v2/hub/library/nginx plain";
        let hub = "https://registry-1.docker.io/v2/library/nginx";
        let digests = "https://digests.example/v2/library/nginx";
        for (domain, repository, reference, want) in [
            (
                "docker.io",
                "library/nginx",
                Reference::Tag,
                vec![mirror, hub],
            ),
            (
                "docker.io",
                "library/nginx",
                Reference::Digest,
                vec![mirror, digests, hub],
            ),
            (
                "docker.io",
                "library/alpine",
                Reference::Tag,
                vec!["https://quay.io/v2/own/alpine"],
            ),
            (
                "a.corp.example",
                "x/y",
                Reference::Tag,
                vec!["https://proxy.example/v2/corp/x/y"],
            ),
            ("quay.io", "x", Reference::Tag, vec![]),
        ] {
            let got = shown(domain, repository, reference).unwrap();
            assert_eq!(got, want, "{domain}/{repository}");
        }
        let more = shown("docker.io", "library/alpine-evil", Reference::Tag).unwrap();
        assert_eq!(
            more.last().unwrap(),
            "https://registry-1.docker.io/v2/library/alpine-evil"
        );
        let blocked = shown("blocked.io", "x", Reference::Tag).unwrap_err();
        assert_eq!(blocked, "`blocked.io` is blocked by registries.conf");
    }

    #[test]
    fn what_makes_no_sense_is_told_by_its_line() {
        let error = RegistriesConf::parse("\n[[registry]]\nprefix = 7").unwrap_err();
        assert_eq!(error, "line 3, column 10: expected a string");
        for location in ["ci:hunter2@a.io", "ci:hunter2@a.io/x", "hunter2@"] {
            let error = place(location, "x", false).unwrap_err();
            assert_eq!(error, "a location holds no credentials", "{location}");
        }
    }
}
