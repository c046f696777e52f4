//! Kubelet's keyring: which entries of pull secrets fit an image, and in which order.
//!
//! Source of truth: `pkg/credentialprovider/keyring.go` of Kubernetes 1.37. Its surprises are kept: a
//! path is a plain prefix (`/team` fits `/team-evil/x`), a glob stays within one label of the host,
//! and an entry of `https://index.docker.io/v1/` counts for Docker Hub only if nothing else fits.

use std::collections::BTreeMap;

use crate::Credential;

/// The key under which Docker keeps the credentials of its Hub.
const HUB: &str = "index.docker.io";

/// Entries by their keys.
#[derive(Debug, Default)]
pub(crate) struct Keyring(BTreeMap<String, Vec<Credential>>);

impl Keyring {
    /// Adds an entry; one that is no address is passed over.
    pub(crate) fn add(&mut self, address: &str, credential: Credential) {
        if let Some(key) = key(address) {
            self.0.entry(key).or_default().push(credential);
        }
    }

    /// Returns how many keys there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns what fits an image, such as `docker.io/library/nginx`.
    pub(crate) fn find(&self, image: &str) -> Vec<Credential> {
        // longer keys before their beginnings, letters before globs
        let keys = self.0.iter().rev();
        let fitting = keys.filter(|(key, _)| fits(key, image));
        let found: Vec<Credential> = fitting.flat_map(|(_, of)| of.clone()).collect();
        if found.is_empty() && is_of_hub(image) {
            return self.0.get(HUB).cloned().unwrap_or_default();
        }
        found
    }
}

/// Returns an address without its scheme, and without the version of the API.
fn key(address: &str) -> Option<String> {
    let rest = ["https://", "http://"]
        .iter()
        .find_map(|scheme| address.strip_prefix(scheme))
        .unwrap_or(address);
    let rest = rest.split(['?', '#']).next().unwrap_or_default();
    let end = rest.find('/').unwrap_or(rest.len());
    let (host, path) = rest.split_at_checked(end)?;
    // user information is no part of a host
    let host = host.rsplit('@').next().unwrap_or_default();
    let is_odd = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | '"');
    if host.contains(is_odd) || host.starts_with('[') && !host.contains(']') {
        return None;
    }
    let path = if path.starts_with("/v1/") || path.starts_with("/v2/") {
        path.get(3..).unwrap_or_default()
    } else {
        path
    };
    let path = if path == "/" { "" } else { path };
    Some(format!("{host}{path}"))
}

/// Whether a pattern fits an image, or the start of one; both without a scheme.
pub(crate) fn fits(pattern: &str, image: &str) -> bool {
    let (pattern_host, pattern_path) = split_path(pattern);
    let (image_host, image_path) = split_path(image);
    let (pattern_host, pattern_port) = split_port(pattern_host);
    let (image_host, image_port) = split_port(image_host);
    let patterns: Vec<&str> = pattern_host.split('.').collect();
    let labels: Vec<&str> = image_host.split('.').collect();
    pattern_port == image_port
        && patterns.len() == labels.len()
        && image_path.starts_with(pattern_path)
        && patterns
            .iter()
            .zip(&labels)
            .all(|(pattern, label)| glob(pattern, label))
}

fn split_path(address: &str) -> (&str, &str) {
    let address = address.split(['?', '#']).next().unwrap_or_default();
    let end = address.find('/').unwrap_or(address.len());
    address.split_at_checked(end).unwrap_or((address, ""))
}

fn split_port(host: &str) -> (&str, &str) {
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') || name.ends_with(']') => (name, port),
        _ => (host, ""),
    }
}

fn is_of_hub(image: &str) -> bool {
    let Some((first, _)) = image.split_once('/') else {
        return !image.is_empty();
    };
    let is_named = matches!(first, "docker.io" | HUB);
    is_named || (!first.is_empty() && !first.contains(['.', ':']))
}

/// Go's `filepath.Match`, for one label. A malformed pattern fits nothing.
fn glob(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    // where to go on when what follows the last star does not fit: one character later
    let mut star: Option<(usize, usize)> = None;
    loop {
        if pattern.get(p) == Some(&'*') {
            star = Some((p + 1, t));
            p += 1;
            continue;
        }
        let Some(&c) = text.get(t) else {
            let rest = pattern.get(p..).unwrap_or_default();
            return rest.iter().all(|c| *c == '*');
        };
        match one(pattern.get(p..).unwrap_or_default(), c) {
            Some((true, used)) => (p, t) = (p + used, t + 1),
            Some((false, _)) => {
                let Some((from, at)) = star else {
                    return false;
                };
                star = Some((from, at + 1));
                (p, t) = (from, at + 1);
            }
            None => return false,
        }
    }
}

/// Whether the first thing of a pattern fits a character, and how long that thing is; `None` if it is
/// malformed.
fn one(pattern: &[char], c: char) -> Option<(bool, usize)> {
    match pattern {
        [] => Some((false, 0)),
        ['?', ..] => Some((true, 1)),
        ['\\', escaped, ..] => Some((*escaped == c, 2)),
        ['\\'] => None,
        ['[', rest @ ..] => class(rest, c).map(|(fits, used)| (fits, used + 1)),
        [plain, ..] => Some((*plain == c, 1)),
    }
}

/// Reads a class behind its bracket: `a-z]`, `^a]`.
fn class(mut rest: &[char], c: char) -> Option<(bool, usize)> {
    let all = rest.len();
    let is_negated = rest.first() == Some(&'^');
    rest = rest.get(usize::from(is_negated)..)?;
    let (mut fits, mut is_empty) = (false, true);
    loop {
        if let (Some(']'), false) = (rest.first(), is_empty) {
            return Some((fits != is_negated, all - rest.len() + 1));
        }
        let low = bound(&mut rest)?;
        let mut high = low;
        if rest.first() == Some(&'-') {
            rest = rest.get(1..)?;
            high = bound(&mut rest)?;
        }
        fits |= (low..=high).contains(&c);
        is_empty = false;
    }
}

fn bound(rest: &mut &[char]) -> Option<char> {
    let (c, used) = match rest {
        ['\\', escaped, ..] => (*escaped, 2),
        [] | ['-' | ']' | '\\', ..] => return None,
        [c, ..] => (*c, 1),
    };
    *rest = rest.get(used..)?;
    Some(c)
}

#[cfg(test)]
mod tests {
    use net::Secret;

    use super::*;

    fn keyring(addresses: &[&str]) -> Keyring {
        let mut keyring = Keyring::default();
        for address in addresses {
            let secret = Secret::new("p".to_owned());
            keyring.add(address, Credential::basic(address, secret, "x"));
        }
        keyring
    }

    fn users(addresses: &[&str], image: &str) -> Vec<String> {
        let found = keyring(addresses).find(image).into_iter();
        found
            .map(|credential| credential.origin().split('"').nth(1).unwrap().to_owned())
            .collect()
    }

    #[test]
    fn fits_as_kubelet_has_it() {
        for (key, image, want) in [
            ("a.io", "a.io/x/y", true),
            ("https://a.io", "a.io/x", true),
            ("http://a.io/v1/", "a.io/x", true),
            ("https://a.io/v2/team", "a.io/team/x", true),
            // `/v1` without its slash is a path
            ("https://a.io/v1", "a.io/x", false),
            ("a.io/team", "a.io/team-evil/x", true),
            ("a.io/team/", "a.io/team-evil/x", false),
            ("a.io/team", "a.io/other/x", false),
            ("a.io/*", "a.io/x", false),
            ("*.example.io", "a.example.io/x", true),
            ("*.example.io", "a.b.example.io/x", false),
            ("*.example.io", "example.io/x", false),
            ("app*.example.io", "app-1.example.io/x", true),
            // what follows is the query of an address
            ("a?p.example.io", "app.example.io/x", false),
            ("a[a-p]p.example.io", "app.example.io/x", true),
            ("a[^p]p.example.io", "app.example.io/x", false),
            ("a[p.example.io", "app.example.io/x", false),
            ("*", "localhost/x", true),
            ("a.io:5000", "a.io:5000/x", true),
            ("a.io:5000", "a.io/x", false),
            ("a.io", "a.io:5000/x", false),
            ("a.io:*", "a.io:5000/x", false),
            ("A.io", "a.io/x", false),
            ("", "a.io/x", false),
        ] {
            assert_eq!(
                !users(&[key], image).is_empty(),
                want,
                "{key:?} for {image}"
            );
        }
    }

    #[test]
    fn longer_keys_come_first_and_globs_last() {
        let keys = [
            "*.io",
            "a.io",
            "a.io/team",
            "a.io/team/x",
            "b.io",
            "http://a.io/team",
        ];
        assert_eq!(
            users(&keys, "a.io/team/x"),
            [
                "a.io/team/x",
                "a.io/team",
                "http://a.io/team",
                "a.io",
                "*.io"
            ]
        );
    }

    #[test]
    fn the_key_of_docker_is_a_last_resort_for_its_hub() {
        let classic = "https://index.docker.io/v1/";
        assert_eq!(users(&[classic], "docker.io/library/nginx"), [classic]);
        assert_eq!(
            users(&["docker.io", classic], "docker.io/library/nginx"),
            ["docker.io"]
        );
        assert!(users(&[classic], "quay.io/x").is_empty());
        assert!(users(&["https://index.docker.io/v1/x"], "docker.io/library/nginx").is_empty());
    }

    #[test]
    fn globs_are_those_of_go() {
        for (pattern, text, want) in [
            ("", "", true),
            ("*", "", true),
            ("a*b*c", "axxbyyc", true),
            ("a*b*c", "axxbyy", false),
            ("*a", "aaa", true),
            ("\\*", "*", true),
            ("\\", "\\", false),
            ("[]", "a", false),
            ("[a-]", "a", false),
            ("[-]", "-", false),
            ("[\\-]", "-", true),
            ("[a-c]x", "bx", true),
            ("ab", "abc", false),
        ] {
            assert_eq!(glob(pattern, text), want, "{pattern} for {text}");
        }
    }
}
