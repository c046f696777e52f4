//! Proves that what registries and token servers answer is read or refused: no token lasts longer than
//! a day, and no address that is shown holds a user or a query.

use std::time::Duration;

use net::Url;
use registry::{life_of, realm_of};

/// Reads `input` as a token server's answer, as a challenge, and as the address in it.
///
/// # Panics
/// If one of these does not hold.
pub fn check(input: &[u8]) {
    if let Ok(life) = life_of(input) {
        assert!(life <= Duration::from_hours(24), "{life:?}");
    }
    let text = String::from_utf8_lossy(input);
    let realm = realm_of(&text);
    assert_eq!(realm, realm_of(&text));
    let base = Url::parse("https://registry.example/v2/a?b");
    for text in realm.iter().map(String::as_str).chain([&*text]) {
        let joined = base.as_ref().ok().map(|base| base.join(text));
        for url in [Some(Url::parse(text)), joined].into_iter().flatten() {
            let shown = match &url {
                Ok(url) => url.to_string(),
                Err(bad) => bad.to_string(),
            };
            let address = shown.split('`').nth(1).unwrap_or(&shown);
            let host = address
                .split("://")
                .nth(1)
                .and_then(|rest| rest.split('/').next());
            assert!(!host.is_some_and(|host| host.contains('@')), "{shown:?}");
            if let Ok(url) = url {
                assert!(!address.contains('?'), "{shown:?}");
                let again = Url::parse(&format!("{}{}", url.origin(), url.path()));
                assert_eq!(again.as_ref(), Ok(&url));
            }
        }
    }
}

/// Returns one of each.
pub fn seeds() -> Vec<Vec<u8>> {
    let seeds = [
        r#"{"token":"a.b.c","access_token":"d","expires_in":300,"issued_at":"2026-01-01T00:00:00Z"}"#,
        r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a:pull,push""#,
        r#"Negotiate, Basic realm="x\"y", Bearer realm=http://[::1]:5000/t?u=1"#,
        "https://me:secret@a.io/x?y#z",
    ];
    seeds.map(|seed| seed.as_bytes().to_vec()).to_vec()
}
