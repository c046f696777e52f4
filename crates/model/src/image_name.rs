//! The name of an image: registry, repository, tag and digest.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Digest;

/// A reference to an image, as Docker and the OCI distribution specification read it.
///
/// `nginx` means `index.docker.io/library/nginx:latest`. A first part with a `.`, a `:` or an
/// upper-case letter, or equal to `localhost`, is a registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ImageName {
    registry: String,
    repository: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

/// A text is no image name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{name}` is not an image name: {why}")]
pub struct BadImageName {
    name: String,
    why: &'static str,
}

/// What is wrong with a name in which an `@` is followed by no digest. Which of both is meant nobody knows.
const NO_CREDENTIALS: &str =
    "after `@` stands a digest such as sha256:…, and a name holds no credentials";

/// The registry that a name without one means, spelled as Trivy and containers spell it.
const DOCKER_HUB: &str = "index.docker.io";

impl BadImageName {
    /// Returns what is wrong with it.
    pub const fn why(&self) -> &'static str {
        self.why
    }
}

impl ImageName {
    /// Returns a text that may be an image name as it can be shown: `…` if it holds credentials.
    pub fn shown(text: &str) -> &str {
        if has_credentials(text) { "…" } else { text }
    }

    /// Returns the registry, `index.docker.io` for Docker Hub.
    pub fn registry(&self) -> &str {
        &self.registry
    }

    /// Returns the repository, with `library/` for Docker's official images.
    pub fn repository(&self) -> &str {
        &self.repository
    }

    /// Returns the tag that was given.
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// Returns the digest that was given.
    pub const fn digest(&self) -> Option<Digest> {
        self.digest
    }

    /// Returns the name of what it leads to now: whatever its tag means later, the digest decides.
    #[must_use]
    pub fn pinned(&self, digest: Digest) -> Self {
        Self {
            digest: Some(digest),
            ..self.clone()
        }
    }

    /// Whether both names mean the same image: `alpine` and `docker.io/library/alpine:latest` do, and so do
    /// `a.io/x` and `A.io:443/x`.
    pub fn means_same(&self, other: &Self) -> bool {
        let tag = |name: &Self| match (&name.tag, name.digest) {
            (Some(tag), _) => Some(tag.clone()),
            (None, None) => Some("latest".to_owned()),
            (None, Some(_)) => None,
        };
        one_spelling(&self.registry) == one_spelling(&other.registry)
            && self.repository == other.repository
            && self.digest == other.digest
            && tag(self) == tag(other)
    }
}

impl FromStr for ImageName {
    type Err = BadImageName;

    fn from_str(text: &str) -> Result<Self, BadImageName> {
        let bad = |why| BadImageName {
            name: text.chars().take(300).collect(),
            why,
        };
        if text.is_empty() {
            return Err(bad("it is empty"));
        }
        if has_credentials(text) {
            return Err(BadImageName {
                name: "…".to_owned(),
                why: NO_CREDENTIALS,
            });
        }
        if text.contains("://") {
            return Err(bad("nothing like `https://` stands before a name"));
        }
        let (rest, digest) = match text.split_once('@') {
            Some((rest, digest)) => {
                let why = "its digest is malformed; it is sha256: and 64 hexadecimal digits";
                (rest, Some(digest.parse().map_err(|_bad| bad(why))?))
            }
            None => (text, None),
        };
        let (rest, tag) = match rest.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, Some(tag)),
            _ => (rest, None),
        };
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(bad(
                "its tag is malformed; it takes up to 128 letters, digits, _ . -",
            ));
        }
        let (registry, repository) = split_registry(rest);
        if !is_registry(&registry) {
            return Err(bad(
                "its registry is malformed; it is a host, perhaps with a port, such as a.io:5000 or [::1]:5000",
            ));
        }
        if !repository.split('/').all(is_path_part) {
            return Err(bad(
                "its repository is malformed; it takes lower-case letters, digits, - _ . /",
            ));
        }
        Ok(Self {
            registry,
            repository,
            tag: tag.map(ToOwned::to_owned),
            digest,
        })
    }
}

/// Whether something like `user:password@host/name` stands there, which no error may show: an `@`
/// that no digest follows.
fn has_credentials(text: &str) -> bool {
    let is_digest = |tail: &str| {
        let (algorithm, _) = tail.split_once(':').unwrap_or((tail, ""));
        matches!(algorithm, "sha256" | "sha384" | "sha512") && !tail.contains(['@', '/'])
    };
    text.split_once('@')
        .is_some_and(|(_, tail)| !is_digest(tail))
}

/// Spells a registry as all of its spellings: hosts have no case, 443 is the port of HTTPS, and a port may begin
/// with zeros.
fn one_spelling(registry: &str) -> String {
    let lower = registry.to_ascii_lowercase();
    let (host, port) = match lower.rsplit_once(':') {
        // an address of IPv6 without a port ends with its bracket
        Some((host, port)) if !port.ends_with(']') => (host, port.trim_start_matches('0')),
        Some(_) | None => (&*lower, "443"),
    };
    match (host, port) {
        ("docker.io" | "registry-1.docker.io", "443") => DOCKER_HUB.to_owned(),
        (host, "443") => host.to_owned(),
        (host, port) => format!("{host}:{port}"),
    }
}

fn split_registry(name: &str) -> (String, String) {
    let hub = |repository: &str| {
        let library = if repository.contains('/') {
            ""
        } else {
            "library/"
        };
        (DOCKER_HUB.to_owned(), format!("{library}{repository}"))
    };
    match name.split_once('/') {
        Some(("docker.io" | DOCKER_HUB | "registry-1.docker.io", repository)) => hub(repository),
        Some((registry, repository))
            if registry.contains(['.', ':'])
                || registry == "localhost"
                || registry.contains(|c: char| c.is_ascii_uppercase()) =>
        {
            (registry.to_owned(), repository.to_owned())
        }
        _ => hub(name),
    }
}

/// A host and perhaps a port, as `domainAndPort` of the module `github.com/distribution/reference`.
fn is_registry(text: &str) -> bool {
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let is_label = |label: &str| {
        let is_word = |c: char| c.is_ascii_alphanumeric();
        label.starts_with(is_word)
            && label.ends_with(is_word)
            && label.chars().all(|c| is_word(c) || c == '-')
    };
    if let Some((address, rest)) = text.strip_prefix('[').and_then(|it| it.split_once(']')) {
        let is_address = address
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b':');
        return is_address && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_port));
    }
    match text.split_once(':') {
        Some((host, port)) => host.split('.').all(is_label) && is_port(port),
        None => text.split('.').all(is_label),
    }
}

/// Distribution specification: `[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}`.
fn is_tag(tag: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    tag.len() <= 128
        && tag.starts_with(is_word)
        && tag.chars().all(|c| is_word(c) || c == '.' || c == '-')
}

/// Distribution specification: `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*`.
fn is_path_part(part: &str) -> bool {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let is_separator =
        |text: &str| matches!(text, "" | "." | "_" | "__") || text.chars().all(|c| c == '-');
    part.starts_with(is_word) && part.ends_with(is_word) && part.split(is_word).all(is_separator)
}

impl fmt::Display for ImageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.registry, self.repository)?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spells_names_out() {
        for (name, want) in [
            ("alpine", "index.docker.io/library/alpine"),
            ("alpine:3.10", "index.docker.io/library/alpine:3.10"),
            (
                "docker.io/grafana/grafana",
                "index.docker.io/grafana/grafana",
            ),
            ("localhost:5000/a", "localhost:5000/a"),
            ("localhost/a:b", "localhost/a:b"),
            ("HOST/a", "HOST/a"),
            ("[::1]:5000/a", "[::1]:5000/a"),
            ("quay.io/a/b/c:1", "quay.io/a/b/c:1"),
            ("a.io/a__b/c--d.e", "a.io/a__b/c--d.e"),
        ] {
            assert_eq!(
                name.parse::<ImageName>().unwrap().to_string(),
                want,
                "{name}"
            );
        }
        for bad in [
            "",
            "a b",
            "UPPER",
            "a:",
            "a:b c",
            "a@sha256:0",
            "/a",
            "a//b",
            "x.y/",
            "a..b",
            "a._b",
            "a___b",
            "${REGISTRY}/a",
            "a.io:/a",
            "a.io:x/a",
            "-a.io/a",
            "a..io/a",
            "me:word@a.io/a",
        ] {
            assert!(bad.parse::<ImageName>().is_err(), "{bad}");
        }
    }

    #[test]
    fn says_what_is_wrong_with_a_name() {
        for (bad, want) in [
            (
                "https://a.io/b",
                "nothing like `https://` stands before a name",
            ),
            (
                "docker://a.io/b",
                "nothing like `https://` stands before a name",
            ),
            ("::1/a", "such as a.io:5000 or [::1]:5000"),
            ("a:", "up to 128 letters"),
            ("a@sha512:0", "it is sha256: and 64 hexadecimal digits"),
            ("a@md5:0", "after `@` stands a digest such as sha256:…"),
            ("a/B", "it takes lower-case letters"),
        ] {
            let error = bad.parse::<ImageName>().unwrap_err();
            assert!(error.why().contains(want), "{bad}: {error}");
        }
    }

    #[test]
    fn credentials_in_a_name_are_not_shown() {
        for (name, is_shown) in [
            ("ci:hunter2@127.0.0.1:5000/x", false),
            ("ci:hunter2@a.io/x:1", false),
            ("https://ci:hunter2@a.io/x", false),
            ("ci:hunter2/y@a.io/x", false),
            ("ci:p@hunter2@a.io/x", false),
            ("ci:p@sha256:hunter2@a.io/x", false),
            ("hunter2@a.io/x", false),
            ("hunter2@sha256:0", true),
        ] {
            let error = name.parse::<ImageName>().unwrap_err();
            assert_eq!(error.to_string().contains("hunter2"), is_shown, "{error}");
            assert_eq!(
                ImageName::shown(name).contains("hunter2"),
                is_shown,
                "{name}"
            );
            let is_told = error.why() == NO_CREDENTIALS;
            assert_eq!(is_told, !is_shown, "{error}");
        }
    }

    #[test]
    fn knows_when_two_names_mean_the_same() {
        let same = |a: &str, b: &str| {
            a.parse::<ImageName>()
                .unwrap()
                .means_same(&b.parse().unwrap())
        };
        assert!(same("alpine", "docker.io/library/alpine:latest"));
        assert!(!same("alpine:3.10", "alpine"));
        for (one, other, is_same) in [
            ("a.io/x:1", "a.io:443/x:1", true),
            ("a.io/x:1", "A.IO/x:1", true),
            ("a.io/x:1", "A.io:0443/x:1", true),
            ("a.io:5000/x", "A.io:05000/x:latest", true),
            ("[::1]/x", "[::1]:443/x", true),
            ("docker.io/team/x", "docker.io:443/team/x", true),
            ("docker.io/team/x", "Registry-1.Docker.io/team/x", true),
            ("a.io/x:1", "a.io:8443/x:1", false),
            ("a.io/x:1", "a.io:80/x:1", false),
            ("a.io/x:t", "a.io/x:T", false),
            ("[::1]/x", "[::443]/x", false),
            ("[::1]/x", "[::]:1/x", false),
        ] {
            assert_eq!(same(one, other), is_same, "{one} {other}");
        }
    }
}
