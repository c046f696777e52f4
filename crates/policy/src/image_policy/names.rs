//! Patterns of image names, held against names that are spelled out.
//!
//! `nginx`, `docker.io/nginx` and `docker.io/library/nginx` are one repository, and a pattern that ends in
//! `registry.example/**` is not of `registry.example.attacker.test`: `*` stays within a part, `**` does not.
//! `REGISTRY.example` and `registry.example:443` are one registry, so that no other spelling slips past a rule.

use globset::{GlobBuilder, GlobMatcher};
use model::ImageName;

/// What names spell Docker Hub as.
const HUB: &str = "index.docker.io";
/// What else people and clients call it.
const HUB_ALIASES: [&str; 4] = [
    "docker.io",
    "registry-1.docker.io",
    "registry.hub.docker.com",
    HUB,
];

/// A pattern of registries and repositories, perhaps with a tag.
#[derive(Debug, Clone)]
pub(super) struct NamePattern {
    repository: GlobMatcher,
    tag: Option<GlobMatcher>,
}

impl NamePattern {
    /// Reads a pattern; none if it is none.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (repository, tag) = match text.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
            _ => (text, None),
        };
        // `registry.example` alone would be an image of Docker Hub, and no digest is a pattern
        let is_registry = !repository.contains('/') && repository.contains('.');
        let is_crossing = |part: &str| part.contains("**") && part != "**";
        if is_registry || text.contains('@') || repository.split('/').any(is_crossing) {
            return None;
        }
        Some(Self {
            repository: glob(&spelled_out(repository), true)?,
            tag: match tag {
                Some(tag) => Some(glob(tag, false)?),
                None => None,
            },
        })
    }

    /// Whether a name that fits may be let in by that: a tag beside a digest is whatever its writer wants.
    pub(super) fn vouches_for(&self, name: &ImageName) -> bool {
        (self.tag.is_none() || name.digest().is_none()) && self.fits(name)
    }

    /// Whether a name fits; a pattern with a tag fits only that tag.
    pub(super) fn fits(&self, name: &ImageName) -> bool {
        let registry = host(name.registry());
        let place = format!("{registry}/{}", name.repository());
        let repository = if HUB_ALIASES.contains(&&*registry) {
            spelled_out(&place)
        } else {
            place
        };
        // a name with nothing but a digest has no tag
        let implied = name.digest().is_none().then_some("latest");
        let fits_tag = |glob: &GlobMatcher| {
            let tag = name.tag().or(implied);
            tag.is_some_and(|tag| glob.is_match(tag))
        };
        self.repository.is_match(repository) && self.tag.as_ref().is_none_or(fits_tag)
    }
}

/// Spells Docker Hub out as names do: `nginx` is one of its official images.
fn spelled_out(pattern: &str) -> String {
    let Some((first, rest)) = pattern.split_once('/') else {
        return if pattern.contains('*') {
            pattern.to_owned()
        } else {
            format!("{HUB}/library/{pattern}")
        };
    };
    let registry = host(first);
    if HUB_ALIASES.contains(&&*registry) {
        let is_official = !rest.contains('/') && !rest.contains("**");
        let library = if is_official { "library/" } else { "" };
        return format!("{HUB}/{library}{rest}");
    }
    let is_registry = first.contains(['.', ':', '*', '?', '[', '{'])
        || first == "localhost"
        || *registry != *first;
    if is_registry {
        format!("{registry}/{rest}")
    } else {
        format!("{HUB}/{pattern}")
    }
}

/// Spells a registry as all of its spellings: hosts have no case, and 443 is the port of HTTPS.
fn host(registry: &str) -> String {
    let lower = registry.to_ascii_lowercase();
    match lower.rsplit_once(':') {
        Some((host, port)) if port.trim_start_matches('0') == "443" => host.to_owned(),
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{host}:{}", port.trim_start_matches('0'))
        }
        Some(_) | None => lower,
    }
}

/// Reads a pattern in which `*` stays within a part between slashes, if there are any.
pub(super) fn glob(text: &str, is_path: bool) -> Option<GlobMatcher> {
    let glob = GlobBuilder::new(text).literal_separator(is_path).build();
    Some(glob.ok()?.compile_matcher())
}

/// Whether a text fits any of these.
pub(super) fn fits(globs: &[GlobMatcher], text: &str) -> bool {
    globs.iter().any(|glob| glob.is_match(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_never_fit_is_no_pattern() {
        for text in [
            "evil.example",
            "*.evil.example",
            "registry.example:5000",
            "registry.example/dev**",
            "nginx@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        ] {
            assert!(NamePattern::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_tag_beside_a_digest_vouches_for_nothing() {
        let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        for (pattern, name, want) in [
            ("a:1", "a:1".to_owned(), true),
            ("a:1", format!("a:1@{digest}"), false),
            ("a", format!("a:1@{digest}"), true),
        ] {
            let read = NamePattern::read(pattern).unwrap();
            let name = name.parse().unwrap();
            assert!(read.fits(&name));
            assert_eq!(read.vouches_for(&name), want, "{pattern} {name}");
        }
    }

    #[test]
    fn patterns_fit_names_that_are_spelled_out() {
        for (pattern, fits, fits_not) in [
            (
                "registry.example/**",
                &[
                    "registry.example/a",
                    "registry.example/a/b:1@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                ][..],
                &[
                    "registry.example.attacker.test/a",
                    "registry.example:5000/a",
                    "a",
                ][..],
            ),
            (
                "registry.example/*",
                &["registry.example/a"],
                &["registry.example/a/b"],
            ),
            (
                "nginx",
                &[
                    "nginx",
                    "docker.io/library/nginx:1.27",
                    "index.docker.io/library/nginx",
                ],
                &["me/nginx", "quay.io/nginx"],
            ),
            ("docker.io/nginx", &["nginx"], &["me/nginx"]),
            (
                "registry.example/scratch/**",
                &[
                    "REGISTRY.example/scratch/a",
                    "registry.example:443/scratch/a",
                    "registry.example:0443/scratch/a",
                ],
                &["registry.example:8443/scratch/a"],
            ),
            (
                "Registry.Example:443/*",
                &["registry.example/a", "registry.EXAMPLE:443/a"],
                &["registry.example:80/a"],
            ),
            (
                "docker.io/library/*",
                &["nginx", "debian:12"],
                &["bitnami/nginx"],
            ),
            (
                "docker.io/**",
                &[
                    "nginx",
                    "bitnami/nginx",
                    "Docker.io/library/nginx",
                    "docker.io:443/bitnami/nginx",
                    "registry-1.docker.io/bitnami/nginx",
                    "registry-1.docker.io:0443/bitnami/nginx",
                    "registry.hub.docker.com/library/nginx",
                ],
                &["quay.io/a"],
            ),
            (
                "bitnami/*",
                &["bitnami/nginx"],
                &["nginx", "quay.io/bitnami/nginx"],
            ),
            ("localhost/*", &["localhost/a"], &["a"]),
            (
                "*/shop/**",
                &["registry.example/shop/api"],
                &["registry.example/other/shop"],
            ),
            ("**", &["nginx", "registry.example:5000/a/b"], &[]),
            ("REGISTRY/*", &["REGISTRY/a"], &["registry/a"]),
            (
                "registry.example/a:1.*",
                &["registry.example/a:1.2"],
                &[
                    "registry.example/a:2",
                    "registry.example/a",
                    "registry.example/a@sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                ],
            ),
            (
                "nginx:1.*",
                &["nginx:1.2", "docker.io/nginx:1.27"],
                &["nginx", "nginx:2"],
            ),
            (
                "registry.example:5000/*",
                &["registry.example:5000/a"],
                &["registry.example/a"],
            ),
        ] {
            let read = NamePattern::read(pattern).unwrap();
            for (names, want) in [(fits, true), (fits_not, false)] {
                for name in names {
                    assert_eq!(read.fits(&name.parse().unwrap()), want, "{pattern} {name}");
                }
            }
        }
    }
}
