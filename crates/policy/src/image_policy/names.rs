//! Patterns of image names, held against names that are spelled out.
//!
//! `nginx`, `docker.io/nginx` and `docker.io/library/nginx` are one repository, and a pattern that ends in
//! `registry.example/**` is not of `registry.example.attacker.test`: `*` stays within a part, `**` does not.
//! `REGISTRY.example` and `registry.example:443` are one registry, so that no other spelling slips past a rule.

use globset::{GlobBuilder, GlobMatcher};
use model::ImageName;

use super::spelling;

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
    /// Whether it lists registries, as `{docker.io,quay.io}/nginx` does: such a list is not spelled out.
    is_list: bool,
}

impl NamePattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// It is none, or one that no name can fit: what to write.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        spelling::check(text)?;
        let (repository, tag) = split_tag(text);
        let globbed = |text: &str, is_path| {
            glob(text, is_path).ok_or_else(|| format!("`{text}` is no pattern"))
        };
        Ok(Self {
            repository: globbed(&spelled_out(repository), true)?,
            tag: tag.map(|tag| globbed(tag, false)).transpose()?,
            is_list: repository
                .split('/')
                .next()
                .is_some_and(|it| it.contains('{')),
        })
    }

    /// Whether a name that fits may be let in by that: a tag beside a digest is whatever its writer wants.
    pub(super) fn vouches_for(&self, name: &ImageName) -> bool {
        (self.tag.is_none() || name.digest().is_none()) && self.fits(name)
    }

    /// Whether a repository of Docker Hub, `/library/nginx`, fits as people spell it: of a list any spelling
    /// may be meant, as it is no name that could be spelled out.
    fn fits_hub(&self, repository: Option<&str>) -> bool {
        let Some(repository) = repository else {
            return false;
        };
        let short = repository.strip_prefix("/library");
        let (hubs, short) = if self.is_list {
            (&HUB_ALIASES[..], short)
        } else {
            (&HUB_ALIASES[..1], None)
        };
        hubs.iter().any(|hub| {
            let spellings = [Some(repository), short].into_iter().flatten();
            let mut places = spellings.map(|it| format!("{hub}{it}"));
            places.any(|place| self.repository.is_match(place))
        })
    }

    /// Whether a name fits; a pattern with a tag fits only that tag.
    pub(super) fn fits(&self, name: &ImageName) -> bool {
        let registry = host(name.registry());
        let place = format!("{registry}/{}", name.repository());
        let is_hub = HUB_ALIASES.contains(&&*registry);
        let place = if is_hub { spelled_out(&place) } else { place };
        // a name with nothing but a digest has no tag
        let implied = name.digest().is_none().then_some("latest");
        let fits_tag = |glob: &GlobMatcher| {
            let tag = name.tag().or(implied);
            tag.is_some_and(|tag| glob.is_match(tag))
        };
        let is_of_it =
            self.repository.is_match(&place) || (is_hub && self.fits_hub(place.strip_prefix(HUB)));
        is_of_it && self.tag.as_ref().is_none_or(fits_tag)
    }
}

/// Splits the tag off, if there is one.
pub(super) fn split_tag(text: &str) -> (&str, Option<&str>) {
    match text.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag)),
        _ => (text, None),
    }
}

/// Spells Docker Hub out as names do: `nginx` is one of its official images, and so is what fits `nginx*`.
fn spelled_out(pattern: &str) -> String {
    let Some((first, rest)) = pattern.split_once('/') else {
        return match pattern {
            "**" => pattern.to_owned(),
            _ => format!("{HUB}/library/{pattern}"),
        };
    };
    if spelling::address(first).is_some() {
        // its brackets are none of a pattern
        return format!("{}/{rest}", globset::escape(&host(first)));
    }
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
                "{docker.io,quay.io}/nginx",
                &[
                    "nginx",
                    "docker.io/library/nginx",
                    "registry-1.docker.io/library/nginx:1",
                    "quay.io/nginx",
                ],
                &["me/nginx", "quay.io/library/nginx", "redis"],
            ),
            (
                "{index.docker.io,quay.io}/library/nginx",
                &["nginx", "quay.io/library/nginx"],
                &["redis"],
            ),
            ("*.io/**", &["nginx", "quay.io/a"], &["gcr.test/a"]),
            ("*.io/*", &["quay.io/a"], &["nginx", "me/nginx"]),
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
                "localhost:5000/**",
                &["localhost:5000/a/b"],
                &["localhost/a", "a"],
            ),
            ("[::1]:5000/**", &["[::1]:5000/a"], &["localhost:5000/a"]),
            ("nginx*", &["nginx-unprivileged", "nginx"], &["me/nginx"]),
            (
                "{docker.io,quay.io}/**",
                &["nginx", "me/nginx", "quay.io/a"],
                &["registry.example/a"],
            ),
            ("**:latest", &["nginx", "quay.io/a:latest"], &["nginx:1"]),
            (
                "**/nginx",
                &["nginx", "registry.example/a/nginx"],
                &["me/nginxx"],
            ),
            (
                "[Rr]egistry.example/**",
                &["registry.example/a"],
                &["quay.io/a"],
            ),
            (
                "registry.example/[a-c]*",
                &["registry.example/api"],
                &["registry.example/shop"],
            ),
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
