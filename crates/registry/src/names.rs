//! How the name of an image is spelled for registries and for people.

use model::ImageName;
use net::{BadUrl, Scheme, Url};

/// How Trivy and containers spell Docker Hub.
const HUB: &str = "index.docker.io";
/// How people and policies spell it.
const HUB_DOMAIN: &str = "docker.io";
/// Who answers for it.
const HUB_HOST: &str = "registry-1.docker.io";

/// Returns the registry as people name it: `docker.io`, `quay.io`, `localhost:5000`.
pub(crate) fn domain(name: &ImageName) -> &str {
    match name.registry() {
        HUB => HUB_DOMAIN,
        other => other,
    }
}

/// Returns the repository as Docker shows it: `nginx`, `quay.io/team/app`.
pub(crate) fn familiar(name: &ImageName) -> String {
    if name.registry() != HUB {
        return format!("{}/{}", name.registry(), name.repository());
    }
    let repository = name.repository();
    let official = repository.strip_prefix("library/");
    official.unwrap_or(repository).to_owned()
}

/// Returns what is asked for in the repository: the digest decides, else the tag.
pub(crate) fn reference(name: &ImageName) -> String {
    match (name.digest(), name.tag()) {
        (Some(digest), _) => digest.to_string(),
        (None, Some(tag)) => tag.to_owned(),
        (None, None) => "latest".to_owned(),
    }
}

/// Returns the name as Docker shows it, with what is asked for: `nginx:1.27`, `nginx@sha256:…`.
pub(crate) fn full(name: &ImageName) -> String {
    let mark = if name.digest().is_some() { '@' } else { ':' };
    format!("{}{mark}{}", familiar(name), reference(name))
}

/// Returns where the API of a registry is, for one of its names.
///
/// # Errors
/// It is no host, or no port.
pub(crate) fn api(domain: &str, scheme: Scheme) -> Result<Url, BadUrl> {
    let host = match domain {
        HUB_DOMAIN | HUB => HUB_HOST,
        other => other,
    };
    Url::new(scheme, host, "/v2/")
}

/// Returns the registry that an address belongs to, as people name it and credentials are kept for it.
pub(crate) fn domain_of(base: &Url) -> String {
    match base.authority() {
        authority if authority == HUB_HOST || authority == HUB => HUB_DOMAIN.to_owned(),
        authority => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RegistryError;

    #[test]
    fn credentials_in_a_name_are_told_of_and_not_shown() {
        for (name, host) in [
            ("ci:hunter2@127.0.0.1:5000/x", "ci:hunter2@127.0.0.1:5000"),
            ("https://ci:hunter2@a.io/x", "https://ci:hunter2@a.io"),
            ("ci:p@hunter2@a.io/x", "ci:p@hunter2@a.io"),
            ("ci:hunter2/p@a.io/x", "ci:hunter2/p@a.io"),
            ("hunter2@a.io/x", "hunter2@a.io"),
        ] {
            let error = name.parse::<ImageName>().unwrap_err().to_string();
            let want = "`…` is not an image name: after `@` stands a digest such as sha256:…, and a name holds no credentials";
            assert_eq!(error, want);
            let bad = api(host, Scheme::Https).unwrap_err();
            assert!(!bad.to_string().contains("hunter2"), "{bad}");
            let error = RegistryError::of_host(host, &bad).to_string();
            assert_eq!(error, "`…`: a name holds no credentials");
        }
    }

    #[test]
    fn spells_a_name_for_each_reader() {
        let hex = "a".repeat(64);
        let pinned = format!("quay.io/team/app:1@sha256:{hex}");
        for (name, repository_, familiar_, reference_, api_) in [
            (
                "nginx",
                "docker.io/library/nginx",
                "nginx",
                "latest",
                "https://registry-1.docker.io/v2/",
            ),
            (
                "index.docker.io/grafana/grafana:9",
                "docker.io/grafana/grafana",
                "grafana/grafana",
                "9",
                "https://registry-1.docker.io/v2/",
            ),
            (
                "localhost:5000/a/b:c",
                "localhost:5000/a/b",
                "localhost:5000/a/b",
                "c",
                "https://localhost:5000/v2/",
            ),
            (
                &pinned,
                "quay.io/team/app",
                "quay.io/team/app",
                &format!("sha256:{hex}"),
                "https://quay.io/v2/",
            ),
        ] {
            let parsed: ImageName = name.parse().unwrap();
            let repository = format!("{}/{}", domain(&parsed), parsed.repository());
            assert_eq!(repository, repository_, "{name}");
            assert_eq!(familiar(&parsed), familiar_, "{name}");
            assert_eq!(reference(&parsed), reference_, "{name}");
            let mark = if name.contains('@') { '@' } else { ':' };
            let full_ = format!("{familiar_}{mark}{reference_}");
            assert_eq!(full(&parsed), full_, "{name}");
            let api = api(domain(&parsed), Scheme::Https).unwrap();
            assert_eq!(api.to_string(), api_, "{name}");
        }
        for bad in ["a..b", "a:99999", "-a.io", "[::1", "x.io:80:80"] {
            assert!(api(bad, Scheme::Https).is_err(), "{bad}");
        }
    }
}
