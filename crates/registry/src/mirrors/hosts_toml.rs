//! Containerd's `hosts.toml`: a folder a registry, hosts in the order of the file.
//!
//! ```text
//! server = "https://registry-1.docker.io"
//! [host."https://mirror.example"]
//!   capabilities = ["pull", "resolve"]
//! ```
//!
//! Source of truth: `core/remotes/docker/config/hosts.go` of containerd. Without such a file the
//! folder may hold certificates in Docker's way: `*.crt`, and `*.cert` beside `*.key`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use net::{Scheme, Secret, Trust, Url, Verification};
use serde::Deserialize;
use toml::Spanned;

use super::{Image, Place, Set, of_toml, text_of, unfit};
use crate::{RegistryError, names};

#[derive(Debug, Deserialize)]
struct HostsFile {
    server: Option<String>,
    #[serde(default)]
    host: BTreeMap<String, Spanned<Host>>,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Host {
    capabilities: Option<Vec<String>>,
    ca: Option<Texts>,
    client: Option<Client>,
    #[serde(default)]
    skip_verify: bool,
    #[serde(default)]
    header: BTreeMap<String, Texts>,
    #[serde(default)]
    override_path: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
enum Texts {
    One(String),
    Many(Vec<String>),
}

/// One file with both, several of them, or pairs; the first counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a file, a list of files or a list of pairs"
)]
enum Client {
    One(String),
    Many(Vec<String>),
    Pairs(Vec<Vec<String>>),
}

/// Returns what the folder of a registry says.
pub(super) fn of(root: &Path, image: Image<'_>) -> Result<Set, RegistryError> {
    // a name that is no host must not become a path
    let bad = |bad| RegistryError::of_host(image.domain, &bad);
    let origin = names::api(image.domain, Scheme::Https).map_err(bad)?;
    let Some(folder) = folders(root, image.domain)
        .into_iter()
        .find(|path| path.is_dir())
    else {
        return Ok(Set::default());
    };
    let path = folder.join("hosts.toml");
    if !path.is_file() {
        let trust = of_certificates(&folder);
        let place = place(origin.clone(), image, (&origin, trust));
        return Ok(Set {
            origin: Some(place),
            ..Set::default()
        });
    }
    parse(&text_of(&path)?, &folder, image, &origin).map_err(|why| unfit(&path, why))
}

fn folders(root: &Path, domain: &str) -> Vec<PathBuf> {
    let with_port = domain
        .rsplit_once(':')
        .filter(|(_, port)| !port.contains(']'))
        .map(|(host, port)| format!("{host}_{port}_"));
    let names = with_port
        .into_iter()
        .chain([domain.to_owned(), "_default".to_owned()]);
    names.map(|name| root.join(name)).collect()
}

fn parse(text: &str, folder: &Path, image: Image<'_>, origin: &Url) -> Result<Set, String> {
    let malformed = |error| of_toml(&error, text);
    let file: HostsFile = toml::from_str(text).map_err(malformed)?;
    // read on its own: flattened, its errors have no place
    let of_server: Host = toml::from_str(text).map_err(malformed)?;
    let mut hosts: Vec<(String, Spanned<Host>)> = file.host.into_iter().collect();
    hosts.sort_by_key(|(_, host)| host.span().start);
    let (mut mirrors, mut of_digests) = (Vec::new(), Vec::new());
    for (address, host) in hosts {
        let host = host.into_inner();
        let can = |what: &str| {
            let listed = host.capabilities.as_deref().unwrap_or_default();
            // an empty list is none
            listed.is_empty() || listed.iter().any(|one| one == what)
        };
        if can("pull") {
            let base = base(&address, host.override_path)?;
            let place = place(base, image, (origin, trust(&host, folder)?));
            // what a tag means is for hosts to say that may
            if can("resolve") || image.digest.is_some() {
                mirrors.push(place);
            } else {
                of_digests.push(place);
            }
        }
    }
    let base = match &file.server {
        Some(address) => base(address, of_server.override_path)?,
        None => origin.clone(),
    };
    let server = place(base, image, (origin, trust(&of_server, folder)?));
    Ok(Set {
        mirrors,
        of_digests,
        origin: Some(server),
    })
}

/// Returns a host as a place; one that is not where the registry is by its name is told which it stands for.
fn place(base: Url, image: Image<'_>, (origin, trust): (&Url, Trust)) -> Place {
    let is_other = base.authority() != origin.authority();
    Place {
        namespace: is_other.then(|| image.domain.to_owned()),
        base,
        repository: image.repository.to_owned(),
        trust,
        may_be_plain: false,
    }
}

/// Returns below what everything of a host is: its path, with the version of the API behind it unless
/// that is overridden.
fn base(address: &str, is_overridden: bool) -> Result<Url, String> {
    let address = if address.contains("://") {
        address.to_owned()
    } else {
        format!("https://{address}")
    };
    let url = Url::parse(&address).map_err(|bad| bad.to_string())?;
    let path = url.path().trim_end_matches('/');
    let version = if is_overridden || path.ends_with("/v2") {
        ""
    } else {
        "/v2"
    };
    Url::new(url.scheme(), &url.authority(), &format!("{path}{version}/"))
        .map_err(|bad| bad.to_string())
}

fn trust(host: &Host, folder: &Path) -> Result<Trust, String> {
    let at = |name: &String| folder.join(name);
    let texts = |texts: &Texts| match texts {
        Texts::One(one) => vec![one.clone()],
        Texts::Many(many) => many.clone(),
    };
    let own = match &host.client {
        None => None,
        Some(Client::One(both)) => Some((at(both), at(both))),
        Some(Client::Many(many)) => many.first().map(|both| (at(both), at(both))),
        Some(Client::Pairs(pairs)) => match pairs.first().map(Vec::as_slice) {
            Some([chain, key]) => Some((at(chain), at(key))),
            _ => return Err("`client` is neither a file nor a list of pairs".to_owned()),
        },
    };
    let headers = host.header.iter().flat_map(|(name, values)| {
        let values = texts(values).into_iter();
        values.map(|value| (name.to_lowercase(), Secret::new(value)))
    });
    Ok(Trust {
        certificates: host
            .ca
            .iter()
            .flat_map(texts)
            .map(|name| at(&name))
            .collect(),
        own,
        verification: if host.skip_verify {
            Verification::None
        } else {
            Verification::Full
        },
        headers: headers.collect(),
    })
}

/// Docker's way: certificates to believe, and our own with its key.
fn of_certificates(folder: &Path) -> Trust {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    let ends = |path: &&PathBuf, end: &str| path.extension().is_some_and(|of| of == end);
    let chain = paths.iter().find(|path| ends(path, "cert"));
    Trust {
        own: chain.map(|chain| (chain.clone(), chain.with_extension("key"))),
        certificates: paths
            .iter()
            .filter(|path| ends(path, "crt"))
            .cloned()
            .collect(),
        ..Trust::default()
    }
}

/// Reads such a file for Docker Hub, and counts its mirrors.
pub(super) fn count(text: &str) -> Result<usize, String> {
    let image = Image {
        domain: "docker.io",
        repository: "library/nginx",
        tag: Some("latest"),
        digest: None,
    };
    let origin = names::api(image.domain, Scheme::Https).map_err(|bad| bad.to_string())?;
    parse(text, Path::new("."), image, &origin).map(|set| set.mirrors.len())
}

#[cfg(test)]
mod tests {
    use model::{BadImageName, ImageName};

    use super::*;

    const BY_TAG: &str = "nginx";
    const BY_DIGEST: &str =
        "nginx@sha256:26c99afeb5e8880cb27bd2b6699b33a98a94109db5db07f6adf1f9d69e47e335";

    fn shown(text: &str, name: &str) -> Result<Vec<String>, String> {
        let name = name.parse().map_err(|bad: BadImageName| bad.to_string())?;
        let image = Image::of(&name);
        let origin = names::api(image.domain, Scheme::Https).map_err(|bad| bad.to_string())?;
        let set = parse(text, Path::new("/c"), image, &origin)?;
        Ok(set.mirrors.iter().chain(&set.origin).map(line).collect())
    }

    fn line(place: &Place) -> String {
        let space = place.namespace.as_deref().unwrap_or("-");
        format!("{} {space} {:?}", place.base, place.trust.verification)
    }

    #[test]
    fn hosts_come_in_the_order_of_the_file() {
        let text = "
server = 'https://registry-1.docker.io'
[host.'https://z.example']
[host.'http://a.example:5000/hub']
  skip_verify = true
  [host.'http://a.example:5000/hub'.header]
    x-token = ['hunter2']
[host.'https://only-digests.example/own/v2']
  capabilities = ['pull']
  ca = 'x.crt'
[host.'registry-1.docker.io/x']
  override_path = true
[host.'https://push.example']
  capabilities = ['push']
";
        let first = [
            "https://z.example/v2/ docker.io Full",
            "http://a.example:5000/hub/v2/ docker.io None",
        ];
        let last = [
            "https://registry-1.docker.io/x/ - Full",
            "https://registry-1.docker.io/v2/ - Full",
        ];
        let tags = [first, last].concat();
        assert_eq!(shown(text, BY_TAG).unwrap(), tags);
        let more = ["https://only-digests.example/own/v2/ docker.io Full"];
        let digests = [&first[..], &more, &last].concat();
        assert_eq!(shown(text, BY_DIGEST).unwrap(), digests);
        let empty = ["https://registry-1.docker.io/v2/ - Full"];
        assert_eq!(shown("", BY_TAG).unwrap(), empty);
    }

    /// As containerd does, for a `server` as for a mirror.
    #[test]
    fn who_stands_for_another_is_told_for_whom() {
        for (text, name, want) in [
            (
                "server = 'http://127.0.0.1:36010'",
                "reg.example/x",
                "http://127.0.0.1:36010/v2/ reg.example Full",
            ),
            (
                "server = 'https://reg.example'",
                "reg.example/x",
                "https://reg.example/v2/ - Full",
            ),
            (
                "server = 'http://reg.example'",
                "reg.example/x",
                "http://reg.example/v2/ - Full",
            ),
            (
                "server = 'https://reg.example:5000'",
                "reg.example/x",
                "https://reg.example:5000/v2/ reg.example Full",
            ),
            (
                "server = 'https://mirror.example'",
                BY_TAG,
                "https://mirror.example/v2/ docker.io Full",
            ),
            (
                "server = 'https://docker.io'",
                BY_TAG,
                "https://docker.io/v2/ docker.io Full",
            ),
            ("", "reg.example/x", "https://reg.example/v2/ - Full"),
        ] {
            let name: ImageName = name.parse().unwrap();
            let image = Image::of(&name);
            let origin = names::api(image.domain, Scheme::Https).unwrap();
            let set = parse(text, Path::new("/c"), image, &origin).unwrap();
            assert_eq!(line(&set.origin.unwrap()), want, "{text}");
        }
    }

    #[test]
    fn an_empty_list_of_capabilities_is_none() {
        let text = "[host.'https://m.example']\n  capabilities = []\n";
        for name in [BY_TAG, BY_DIGEST] {
            let hosts = shown(text, name).unwrap();
            assert_eq!(
                hosts.first().unwrap(),
                "https://m.example/v2/ docker.io Full"
            );
        }
    }

    #[test]
    fn what_makes_no_sense_is_told_by_its_line() {
        for (text, want) in [
            ("\nserver = ", "line 2, column 10: "),
            ("header = 'hunter2'", "line 1, column 10: expected a map"),
            ("header = hunter2", "line 1, column 10: "),
            (
                "[host.'https://a']\n  header = 'hunter2'",
                "line 2, column 12: expected a map",
            ),
            (
                "header = {x = {hunter2 = 1}}",
                "line 1, column 15: expected a text or a list of texts",
            ),
            (
                "skip_verify = 'hunter2'",
                "line 1, column 15: expected a boolean",
            ),
            (
                "[host.'ftp://a']",
                "`ftp://a/` is no address that can be asked",
            ),
            (
                "[host.'https://u:hunter2@a']",
                "`https://a/` is no address that can be asked",
            ),
            (
                "[host.'https://a']\nclient = [['x']]",
                "`client` is neither",
            ),
        ] {
            let error = shown(text, BY_TAG).unwrap_err();
            assert!(
                error.starts_with(want) && !error.contains("hunter2"),
                "{error}"
            );
        }
    }

    #[test]
    fn a_registry_has_a_folder_of_its_own_or_the_default() {
        let names = |domain| {
            let folders = folders(Path::new("/c"), domain).into_iter();
            folders
                .map(|path| path.display().to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            names("a.io:5000"),
            ["/c/a.io_5000_", "/c/a.io:5000", "/c/_default"]
        );
        assert_eq!(names("a.io"), ["/c/a.io", "/c/_default"]);
        let image = Image {
            domain: "../../etc",
            repository: "x",
            tag: Some("1"),
            digest: None,
        };
        assert!(of(Path::new("/"), image).is_err());
    }
}
