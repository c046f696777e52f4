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
//! Hub here as everywhere: `unqualified-search-registries` and aliases are not asked. What is not known is
//! refused: a word that is misspelled may be one that blocks.

use net::{Scheme, Trust, Url, Verification};
use serde::Deserialize;
use serde::de::IgnoredAny;
use toml::Spanned;

use super::{Image, Place, Set, at, of_toml};
use crate::names;

/// Such a file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RegistriesConf {
    registry: Vec<Spanned<Registry>>,
    // what says nothing of where an image with a full name is
    #[serde(rename = "unqualified-search-registries")]
    _search: IgnoredAny,
    #[serde(rename = "short-name-mode")]
    _short_names: IgnoredAny,
    #[serde(rename = "aliases")]
    _aliases: IgnoredAny,
    #[serde(rename = "credential-helpers")]
    _helpers: IgnoredAny,
    #[serde(rename = "additional-layer-store-auth-helper")]
    _store_helper: IgnoredAny,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
struct Registry {
    prefix: String,
    location: String,
    insecure: bool,
    blocked: bool,
    mirror_by_digest_only: bool,
    mirror: Vec<Mirror>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
struct Mirror {
    location: String,
    insecure: bool,
    #[serde(rename = "pull-from-mirror")]
    from: Option<PullFrom>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PullFrom {
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
        let conf: Self = toml::from_str(text).map_err(|error| of_toml(&error, text))?;
        for registry in &conf.registry {
            if let Some(why) = registry.get_ref().misfit() {
                return Err(at(registry.span().start, text, why));
            }
        }
        Ok(conf)
    }

    /// Returns what is set for an image.
    pub(super) fn of(&self, image: Image<'_>) -> Result<Set, String> {
        let name = image.repository_in_full();
        let fitting = self.registry.iter().filter_map(|registry| {
            let registry = registry.get_ref();
            let prefix = registry.prefix();
            let rest = if is_of_one(prefix) {
                is_called(prefix, image).then_some("")?
            } else {
                rest_of(&name, prefix)?
            };
            Some((prefix.len(), rest, registry))
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
        let is_by_digest = image.digest.is_some();
        let of_all = if registry.mirror_by_digest_only {
            PullFrom::DigestOnly
        } else {
            PullFrom::All
        };
        let fits = |mirror: &&Mirror| match mirror.from.unwrap_or(of_all) {
            PullFrom::All => true,
            PullFrom::DigestOnly => is_by_digest,
            PullFrom::TagOnly => !is_by_digest,
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

    /// Returns what of it makes no sense, or cannot be done here.
    fn misfit(&self) -> Option<&'static str> {
        let has_own = self.mirror.iter().any(|it| it.from.is_some());
        if self.mirror_by_digest_only && has_own {
            return Some(
                "mirror-by-digest-only and pull-from-mirror say the same, each in its way",
            );
        }
        (is_of_one(self.prefix()) && !self.blocked)
            .then_some("a prefix with a tag or a digest can only be blocked here")
    }
}

/// Whether a prefix is that of one tag or digest, and not of a registry or a part of it.
fn is_of_one(prefix: &str) -> bool {
    let last = prefix.split_once('/').map(|(_, path)| path);
    last.is_some_and(|path| path.contains([':', '@']))
}

/// Whether an image has this name, with its tag or with its digest.
fn is_called(name: &str, image: Image<'_>) -> bool {
    let repository = image.repository_in_full();
    let Some(mark) = name.strip_prefix(&repository) else {
        return false;
    };
    let tag = image.tag.map(|tag| format!(":{tag}"));
    let digest = image.digest.map(|digest| format!("@{digest}"));
    let both = format!(
        "{}{}",
        tag.as_deref().unwrap_or_default(),
        digest.as_deref().unwrap_or_default()
    );
    mark == both
        || tag.is_some_and(|tag| mark == tag)
        || digest.is_some_and(|digest| mark == digest)
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
    use model::BadImageName;

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
[[registry]]
location = "strict.example"
mirror-by-digest-only = true
[[registry.mirror]]
location = "near.example"
[[registry]]
prefix = "a.example:5000/app:1"
blocked = true
[[registry]]
prefix = "a.example:5000/app@sha256:26c99afeb5e8880cb27bd2b6699b33a98a94109db5db07f6adf1f9d69e47e335"
blocked = true
[[registry]]
prefix = "docker.io/library/redis:latest"
blocked = true
"#;
    const DIGEST: &str = "sha256:26c99afeb5e8880cb27bd2b6699b33a98a94109db5db07f6adf1f9d69e47e335";

    fn shown(name: &str) -> Result<Vec<String>, String> {
        let name = name.parse().map_err(|bad: BadImageName| bad.to_string())?;
        let set = RegistriesConf::parse(CONF)?.of(Image::of(&name))?;
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
        let by_digest = format!("nginx@{DIGEST}");
        let near = "https://near.example/v2/x";
        let strict = "https://strict.example/v2/x";
        for (name, want) in [
            ("nginx", vec![mirror, hub]),
            (&*by_digest, vec![mirror, digests, hub]),
            ("alpine", vec!["https://quay.io/v2/own/alpine"]),
            (
                "a.corp.example/x/y",
                vec!["https://proxy.example/v2/corp/x/y"],
            ),
            ("quay.io/x", vec![]),
            ("strict.example/x:1", vec![strict]),
            (&*format!("strict.example/x:1@{DIGEST}"), vec![near, strict]),
        ] {
            assert_eq!(shown(name).unwrap(), want, "{name}");
        }
        let more = shown("alpine-evil").unwrap();
        assert_eq!(
            more.last().unwrap(),
            "https://registry-1.docker.io/v2/library/alpine-evil"
        );
    }

    #[test]
    fn what_is_blocked_is_not_pulled() {
        let other = DIGEST.replace("26c9", "26c8");
        for (name, by) in [
            ("blocked.io/x", Some("blocked.io")),
            ("a.example:5000/app:1", Some("a.example:5000/app:1")),
            (
                &*format!("a.example:5000/app:1@{other}"),
                Some("a.example:5000/app:1"),
            ),
            (
                &*format!("a.example:5000/app:2@{DIGEST}"),
                Some(&*format!("a.example:5000/app@{DIGEST}")),
            ),
            ("redis", Some("docker.io/library/redis:latest")),
            ("redis:7", None),
            ("a.example:5000/app:10", None),
            ("a.example:5000/app", None),
            (&*format!("a.example:5000/app@{other}"), None),
            ("a.example:5000/app/more:1", None),
        ] {
            let want = by.map(|by| format!("`{by}` is blocked by registries.conf"));
            assert_eq!(shown(name).err(), want, "{name}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_told_by_its_line() {
        let error = RegistriesConf::parse("\n[[registry]]\nprefix = 7").unwrap_err();
        assert_eq!(error, "line 3, column 10: expected a string");
        for (text, want) in [
            (
                "[[registry]]\nlocation = 'a.io'\nbloked = true",
                "line 3, column 1: expected one of `prefix`, `location`,",
            ),
            (
                "[registries.block]\nregistries = ['a.io']",
                "line 1, column 2: expected one of `registry`,",
            ),
            (
                "[[registry]]\nlocation = 'a.io'\n[[registry.mirror]]\nlocation = 'b.io'\npull-from-mirror = 'sometimes'",
                "line 5, column 20: expected one of `all`,",
            ),
            (
                "\n[[registry]]\nprefix = 'a.io/app:1'\nlocation = 'b.io/app:2'",
                "line 2, column 1: a prefix with a tag or a digest can only be blocked here",
            ),
            (
                "[[registry]]\nlocation = 'a.io'\nmirror-by-digest-only = true\n[[registry.mirror]]\nlocation = 'b.io'\npull-from-mirror = 'all'",
                "line 1, column 1: mirror-by-digest-only and pull-from-mirror say the same",
            ),
        ] {
            let error = RegistriesConf::parse(text).unwrap_err();
            assert!(error.starts_with(want), "{error}");
        }
        let known =
            "short-name-mode = 'enforcing'\ncredential-helpers = ['x']\n[aliases]\na = 'b.io/a'\n";
        RegistriesConf::parse(known).unwrap();
        for location in ["ci:hunter2@a.io", "ci:hunter2@a.io/x", "hunter2@"] {
            let error = place(location, "x", false).unwrap_err();
            assert_eq!(error, "a location holds no credentials", "{location}");
        }
    }
}
