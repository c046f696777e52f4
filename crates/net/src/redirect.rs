//! Where an answer may send us on to.

use crate::error::BadRedirect;
use crate::{Scheme, Url};

/// Redirects that one request follows.
const MOST: usize = 5;

/// Returns where the `hops`th redirect of a request leads.
pub(crate) fn next(from: &Url, location: Option<&str>, hops: usize) -> Result<Url, BadRedirect> {
    if hops >= MOST {
        return Err(BadRedirect::TooMany(MOST));
    }
    let location = location.ok_or(BadRedirect::Nowhere)?;
    let to = from.join(location).map_err(BadRedirect::NoAddress)?;
    match (from.scheme(), to.scheme()) {
        (Scheme::Https, Scheme::Http) => Err(BadRedirect::ToPlainText(to.to_string())),
        (Scheme::Http, _) | (Scheme::Https, Scheme::Https) => Ok(to),
    }
}

/// Whether a status is a redirect that asks for the same method again.
pub(crate) const fn is_redirect(status: u16) -> bool {
    matches!(status, 301 | 302 | 303 | 307 | 308)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_five_and_never_to_plain_text() {
        let secure = Url::parse("https://a.io/v2/x").unwrap();
        let plain = Url::parse("http://a.io/v2/x").unwrap();
        let to = |from: &Url, location, hops| {
            next(from, location, hops)
                .map(|url| url.to_string())
                .map_err(|bad| bad.to_string())
        };
        assert_eq!(to(&secure, Some("/y"), 0), Ok("https://a.io/y".to_owned()));
        assert_eq!(to(&plain, Some("/y"), 4), Ok("http://a.io/y".to_owned()));
        assert_eq!(
            to(&plain, Some("https://b.io/"), 0),
            Ok("https://b.io/".to_owned())
        );
        for (from, location, hops, why) in [
            (&secure, Some("/y"), 5, "more than 5 redirects"),
            (&secure, None, 0, "a redirect without an address"),
            (
                &secure,
                Some("http://a.io/y?s=1"),
                0,
                "a redirect from https to http://a.io/y",
            ),
            (
                &secure,
                Some("gopher://a.io/"),
                0,
                "a redirect: `gopher://a.io/` is no address that can be asked: its scheme is neither \
                 http nor https",
            ),
        ] {
            assert_eq!(to(from, location, hops), Err(why.to_owned()));
        }
    }
}
