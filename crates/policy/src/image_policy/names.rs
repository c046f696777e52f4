//! Patterns of image names, held against names that are spelled out.
//!
//! `nginx`, `docker.io/nginx` and `docker.io/library/nginx` are one repository, and a pattern that ends in
//! `registry.example/**` is not of `registry.example.attacker.test`: `*` stays within a part, `**` does not.

use globset::{GlobBuilder, GlobMatcher};
use model::ImageName;

/// What people call Docker Hub, and what names spell it as.
const HUB: (&str, &str) = ("docker.io/", "index.docker.io/");

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
            Some((repository, tag)) if !tag.contains('/') && repository.contains('/') => {
                (repository, Some(tag))
            }
            _ => (text, None),
        };
        Some(Self {
            repository: glob(&spelled_out(repository), true)?,
            tag: match tag {
                Some(tag) => Some(glob(tag, false)?),
                None => None,
            },
        })
    }

    /// Whether a name fits; a pattern with a tag fits only that tag.
    pub(super) fn fits(&self, name: &ImageName) -> bool {
        let repository = format!("{}/{}", name.registry(), name.repository());
        let fits_tag = |tag: &GlobMatcher| tag.is_match(name.tag().unwrap_or("latest"));
        self.repository.is_match(repository) && self.tag.as_ref().is_none_or(fits_tag)
    }
}

/// Spells Docker Hub out as names do: `nginx` is one of its official images.
fn spelled_out(pattern: &str) -> String {
    let (short, long) = HUB;
    if let Some(rest) = pattern
        .strip_prefix(short)
        .or_else(|| pattern.strip_prefix(long))
    {
        let is_official = !rest.contains('/') && !rest.contains("**");
        let library = if is_official { "library/" } else { "" };
        return format!("{long}{library}{rest}");
    }
    match pattern.split_once('/') {
        None if !pattern.contains('*') => format!("{long}library/{pattern}"),
        Some((first, _))
            if !first.contains(['.', ':', '*', '?', '[', '{']) && first != "localhost" =>
        {
            format!("{long}{pattern}")
        }
        _ => pattern.to_owned(),
    }
}

/// Reads a pattern in which `*` stays within a part between slashes, if there are any.
pub(super) fn glob(text: &str, is_path: bool) -> Option<GlobMatcher> {
    let glob = GlobBuilder::new(text).literal_separator(is_path).build();
    Some(glob.ok()?.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::*;

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
                "docker.io/library/*",
                &["nginx", "debian:12"],
                &["bitnami/nginx"],
            ),
            ("docker.io/**", &["nginx", "bitnami/nginx"], &["quay.io/a"]),
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
            (
                "registry.example/a:1.*",
                &["registry.example/a:1.2"],
                &["registry.example/a:2", "registry.example/a"],
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
