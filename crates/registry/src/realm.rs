//! Whether a token server that a registry names may have what we know.
//!
//! A registry that could send credentials wherever it likes could send those of others to itself
//! (CVE-2020-15157 and its kin). So they go to the registry's own host, to one above or below it in
//! the same domain, to those that are known to belong together, and to those that the user names.

use std::collections::BTreeSet;

use net::{Scheme, Url};

/// Registries and their token servers of other names, as both document it.
const KNOWN: [(&str, &str); 2] = [
    ("registry-1.docker.io", "auth.docker.io"),
    ("registry.suse.com", "scc.suse.com"),
];

/// What may be asked of a token server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trust {
    /// It may have the credentials.
    Full,
    /// It may be asked for a token that anybody gets.
    AnonymousOnly,
    /// It may not be asked at all; why.
    None(&'static str),
}

/// Judges the token server `realm` that `registry` names; `named` are those that the user trusts.
pub(crate) fn judge(realm: &Url, registry: &Url, named: &BTreeSet<String>) -> Trust {
    if realm.scheme() == Scheme::Http && registry.scheme() == Scheme::Https {
        return Trust::None("it is asked in plain text, and the registry is not");
    }
    let is_own = realm.host() == registry.host() && realm.port() == registry.port();
    let is_known = KNOWN.contains(&(registry.host(), realm.host()));
    let is_named = named.contains(&realm.authority());
    // behind another port, or without TLS, may be another service
    let has_usual_ports = realm.port() == 443 && registry.port() == 443;
    let is_family = has_usual_ports && is_above_or_below(realm.host(), registry.host());
    if is_own || is_named || is_family || (is_known && has_usual_ports) {
        Trust::Full
    } else {
        Trust::AnonymousOnly
    }
}

/// Whether one name lies below the other, such as `registry.gitlab.com` below `gitlab.com`. Who owns
/// the upper one owns both. A domain of one label belongs to nobody.
fn is_above_or_below(one: &str, other: &str) -> bool {
    let is_below = |low: &str, high: &str| {
        let rest = low.strip_suffix(high);
        high.contains('.') && rest.is_some_and(|rest| rest.ends_with('.'))
    };
    is_below(one, other) || is_below(other, one)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_to_the_registrys_own_token_server() {
        use Trust::{AnonymousOnly, Full};
        let plain = Trust::None("it is asked in plain text, and the registry is not");
        for (registry, realm, want) in [
            ("https://a.io", "https://a.io/token", Full),
            ("https://a.io:5000", "https://a.io:5000/token", Full),
            ("https://a.io:5000", "https://a.io/token", AnonymousOnly),
            ("https://a.io", "https://a.io:444/token", AnonymousOnly),
            ("https://a.io", "http://a.io/token", plain),
            ("http://127.0.0.1:5000", "http://127.0.0.1:5000/t", Full),
            (
                "http://127.0.0.1:5000",
                "http://127.0.0.1:5001/t",
                AnonymousOnly,
            ),
            ("http://127.0.0.1:5000", "https://127.0.0.1:5000/t", Full),
            (
                "https://registry-1.docker.io",
                "https://auth.docker.io/token",
                Full,
            ),
            (
                "https://evil.io",
                "https://auth.docker.io/token",
                AnonymousOnly,
            ),
            (
                "https://registry-1.docker.io",
                "https://auth.evil.io/token",
                AnonymousOnly,
            ),
            (
                "https://registry.gitlab.com",
                "https://gitlab.com/jwt/auth",
                Full,
            ),
            ("https://gitlab.com", "https://auth.gitlab.com/", Full),
            (
                "https://gitlab.com",
                "https://evilgitlab.com/",
                AnonymousOnly,
            ),
            (
                "https://a.example.com",
                "https://b.example.com/",
                AnonymousOnly,
            ),
            ("https://a.com", "https://com/", AnonymousOnly),
            ("https://a.io", "https://named.io/", Full),
        ] {
            let url = |text| Url::parse(text).unwrap();
            let named = BTreeSet::from(["named.io".to_owned()]);
            assert_eq!(
                judge(&url(realm), &url(registry), &named),
                want,
                "{registry} names {realm}"
            );
        }
    }
}
