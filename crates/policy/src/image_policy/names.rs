//! Patterns of image names, held against names that are spelled out.
//!
//! `nginx`, `docker.io/nginx` and `docker.io/library/nginx` are one repository, and a pattern that ends in
//! `registry.example/**` is not of `registry.example.attacker.test`: `*` stays within a part, `**` does not.
//! `REGISTRY.example` and `registry.example:443` are one registry, so that no other spelling slips past a rule.

use model::ImageName;

use super::glob::{Glob, glob};
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
    repository: Glob,
    tag: Option<Glob>,
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
    pub(super) fn vouches_for(&self, name: &Spelled) -> bool {
        (self.tag.is_none() || name.name.digest().is_none()) && self.fits(name)
    }

    /// Whether a name fits; a pattern with a tag fits only that tag.
    pub(super) fn fits(&self, name: &Spelled) -> bool {
        // a list is no name that could be spelled out: any spelling may be meant
        let spellings = if self.is_list { usize::MAX } else { 1 };
        let mut of_hub = name.of_hub.iter().take(spellings);
        let is_of_it = self.repository.is_match(&name.place)
            || of_hub.any(|place| self.repository.is_match(place));
        let fits_tag = |glob: &Glob| name.tag().is_some_and(|tag| glob.is_match(tag));
        is_of_it && self.tag.as_ref().is_none_or(fits_tag)
    }
}

/// A name, spelled as patterns are: once, as thousands of them may be asked about it.
#[derive(Debug)]
pub(super) struct Spelled {
    pub(super) name: ImageName,
    /// Registry and repository.
    place: String,
    /// What people and clients write for that, of Docker Hub: `docker.io` with the whole repository first.
    of_hub: Vec<String>,
}

impl Spelled {
    pub(super) fn new(name: ImageName) -> Self {
        let registry = host(name.registry());
        let place = format!("{registry}/{}", name.repository());
        if !HUB_ALIASES.contains(&&*registry) {
            return Self {
                name,
                place,
                of_hub: Vec::new(),
            };
        }
        let place = spelled_out(&place);
        let repository = place.strip_prefix(HUB).unwrap_or_default();
        let short = repository.strip_prefix("/library");
        let spellings = |hub: &str| {
            let spellings = [Some(repository), short].into_iter().flatten();
            let places = spellings.map(|it| format!("{hub}{it}"));
            places.collect::<Vec<_>>()
        };
        let of_hub = HUB_ALIASES.iter().flat_map(|hub| spellings(hub)).collect();
        Self {
            name,
            place,
            of_hub,
        }
    }

    /// Returns the tag that it means; a name with nothing but a digest has none.
    fn tag(&self) -> Option<&str> {
        let implied = self.name.digest().is_none().then_some("latest");
        self.name.tag().or(implied)
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
            let spelled = Spelled::new(name.parse().unwrap());
            assert!(read.fits(&spelled));
            assert_eq!(read.vouches_for(&spelled), want, "{pattern} {name}");
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
                    let spelled = Spelled::new(name.parse().unwrap());
                    assert_eq!(read.fits(&spelled), want, "{pattern} {name}");
                }
            }
        }
    }
}
