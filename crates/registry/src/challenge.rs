//! What a registry asks for: `WWW-Authenticate`.
//!
//! ```text
//! Bearer realm="https://auth.example/token",service="registry.example",scope="repository:a:pull"
//! ```
//!
//! Source of truth: RFC 9110 §11.6.1 (several challenges in one header, several headers), and the
//! token specification of distribution.

use std::collections::BTreeMap;

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Challenge {
    /// User and password.
    Basic,
    /// A token of this realm.
    Bearer {
        /// Who gives tokens.
        realm: String,
        /// For which service.
        service: String,
    },
}

/// Challenges of one answer that are looked at.
const MOST: usize = 16;

/// Returns the first challenge that can be met; `None` if there is none.
pub(crate) fn read<'a>(headers: impl Iterator<Item = &'a str>) -> Option<Challenge> {
    headers.flat_map(split).take(MOST).find_map(known)
}

/// Returns the token server of a challenge, if it names one.
pub fn realm_of(header: &str) -> Option<String> {
    match read([header].into_iter())? {
        Challenge::Basic => None,
        Challenge::Bearer { realm, .. } => Some(realm),
    }
}

fn known((scheme, mut parameters): (String, BTreeMap<String, String>)) -> Option<Challenge> {
    match &*scheme {
        "basic" => Some(Challenge::Basic),
        "bearer" => Some(Challenge::Bearer {
            realm: parameters.remove("realm")?,
            service: parameters.remove("service").unwrap_or_default(),
        }),
        _ => None,
    }
}

/// Returns scheme and parameters of each challenge, names in lower case.
fn split(header: &str) -> Vec<(String, BTreeMap<String, String>)> {
    let mut found: Vec<(String, BTreeMap<String, String>)> = Vec::new();
    let mut rest = header;
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        let end = rest.find([' ', '\t', ',', '=']).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let value = after.trim_start_matches([' ', '\t']).strip_prefix('=');
        match (value, found.last_mut()) {
            _ if word.is_empty() && value.is_none() => return found,
            (Some(value), Some((_, parameters))) => {
                let (text, behind) = value_of(value.trim_start_matches([' ', '\t']));
                parameters.entry(word.to_ascii_lowercase()).or_insert(text);
                rest = behind;
            }
            // a parameter of nothing
            (Some(value), None) => rest = value_of(value).1,
            (None, _) => {
                found.push((word.to_ascii_lowercase(), BTreeMap::new()));
                rest = after;
            }
        }
    }
}

/// Returns a value, quoted or not, and what stands behind it.
fn value_of(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([',', ' ', '\t']).unwrap_or(text.len());
        let (value, rest) = text.split_at_checked(end).unwrap_or((text, ""));
        return (value.to_owned(), rest);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, quoted.get(at + 1..).unwrap_or_default()),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => value.push(c),
        }
    }
    // a quote without an end goes to the end
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bearer(realm: &str, service: &str) -> Challenge {
        Challenge::Bearer {
            realm: realm.to_owned(),
            service: service.to_owned(),
        }
    }

    #[test]
    fn takes_the_first_that_can_be_met() {
        let hub = "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",\
                   scope=\"repository:library/a:pull,push\"";
        for (headers, want) in [
            (
                vec![hub],
                Some(bearer("https://auth.docker.io/token", "registry.docker.io")),
            ),
            (vec!["Basic realm=\"a, b\""], Some(Challenge::Basic)),
            (vec!["basic"], Some(Challenge::Basic)),
            (
                vec!["Negotiate, Bearer realm=https://a/t , service = x"],
                Some(bearer("https://a/t", "x")),
            ),
            (
                vec!["Digest realm=\"x\", qop=\"auth\"", hub],
                read([hub].into_iter()),
            ),
            (
                vec!["Negotiate abc==, Basic realm=\"x\", Bearer realm=\"y\""],
                Some(Challenge::Basic),
            ),
            (
                vec!["Bearer realm=\"a\\\"b\",service=\"\""],
                Some(bearer("a\"b", "")),
            ),
            (
                vec!["Bearer realm=\"unclosed"],
                Some(bearer("unclosed", "")),
            ),
            (vec!["Bearer realm=one,realm=two"], Some(bearer("one", ""))),
            (vec!["Bearer service=\"x\""], None),
            (vec!["realm=\"x\""], None),
            (vec!["=", ",,,", "", "= = ="], None),
            (vec![], None),
        ] {
            assert_eq!(read(headers.iter().copied()), want, "{headers:?}");
        }
    }
}
