//! Tokens: how they are asked for, and what comes back.
//!
//! Source of truth: the token and `OAuth2` specifications of distribution; containerd's and
//! go-containerregistry's order of trying.

use std::time::Duration;

use net::{BadUrl, Secret, Url};
use serde::Deserialize;

use crate::credential::{Proof, basic_header};

/// Bytes of a token server's answer.
pub(crate) const MAX_ANSWER_BYTES: u64 = 64 << 10;
/// How long a token lasts whose answer does not say.
const DEFAULT_SECONDS: u64 = 60;
/// What is taken off a token's life, for the way and for clocks.
const MARGIN_SECONDS: u64 = 10;
/// The longest that a token is believed to last.
const LONGEST_SECONDS: u64 = 86_400;

/// One way to ask for a token.
#[derive(Debug)]
pub(crate) struct Ask {
    pub(crate) url: Url,
    /// A form; `None` for a plain question.
    pub(crate) form: Option<Secret>,
    pub(crate) authorization: Option<Secret>,
}

/// A token, and how long it may be used.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) token: Secret,
    /// How long it may be used from now.
    pub(crate) life: Duration,
}

/// What is asked for: a service and the right to pull from one repository.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub(crate) realm: &'a Url,
    pub(crate) service: &'a str,
    pub(crate) scope: &'a str,
}

/// Returns the ways to ask, the best first: with a password the question that every token server
/// knows, with an identity token the form, which alone takes it.
pub(crate) fn asks(wanted: Wanted<'_>, proof: &Proof) -> Result<Vec<Ask>, BadUrl> {
    let plain = |authorization, account: &str| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("service", wanted.service),
            ("scope", wanted.scope),
            ("account", account),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        Ok(Ask {
            url: with_query(wanted.realm, &query.finish())?,
            form: None,
            authorization,
        })
    };
    let form = |pairs: &[(&str, &str)]| {
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(pairs);
        form.extend_pairs([
            ("service", wanted.service),
            ("scope", wanted.scope),
            ("client_id", "seaworthy"),
        ]);
        Ask {
            url: wanted.realm.clone(),
            form: Some(Secret::new(form.finish())),
            authorization: None,
        }
    };
    match proof {
        Proof::Anonymous | Proof::Registry(_) => Ok(vec![plain(None, "")?]),
        Proof::Basic { user, password } => Ok(vec![
            plain(Some(basic_header(user, password)), user)?,
            form(&[
                ("grant_type", "password"),
                ("username", user),
                ("password", password.expose()),
            ]),
        ]),
        Proof::Identity(token) => Ok(vec![form(&[
            ("grant_type", "refresh_token"),
            ("refresh_token", token.expose()),
        ])]),
    }
}

/// Whether a token server that answers so may know another way to be asked.
pub(crate) const fn may_know_another_way(status: u16) -> bool {
    matches!(status, 400 | 404 | 405)
}

fn with_query(url: &Url, query: &str) -> Result<Url, BadUrl> {
    let path = url.path();
    let mark = if path.contains('?') { '&' } else { '?' };
    Url::new(
        url.scheme(),
        &url.authority(),
        &format!("{path}{mark}{query}"),
    )
}

#[derive(Deserialize)]
struct Body {
    token: Option<String>,
    access_token: Option<String>,
    expires_in: Option<u64>,
}

/// Reads the answer of a token server.
///
/// # Errors
/// It holds no token that can be sent.
pub(crate) fn read(bytes: &[u8]) -> Result<Token, &'static str> {
    let body: Body = serde_json::from_slice(bytes).or(Err("its answer is no JSON of that form"))?;
    // `null` is none, as to Go's decoder
    let given = [body.access_token, body.token];
    let mut given = given.into_iter().flatten();
    let token = given.find(|token| !token.is_empty());
    let token = token.ok_or("its answer holds no token")?;
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("its token holds characters that no header may hold");
    }
    let seconds = body
        .expires_in
        .unwrap_or(DEFAULT_SECONDS)
        .min(LONGEST_SECONDS);
    Ok(Token {
        token: Secret::new(token),
        life: Duration::from_secs(seconds.saturating_sub(MARGIN_SECONDS)),
    })
}

/// Returns how long the token of an answer may be used: for who feeds it answers of strangers.
///
/// # Errors
/// Why it holds none.
pub fn life_of(answer: &[u8]) -> Result<Duration, &'static str> {
    read(answer).map(|token| token.life)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_as_other_clients_do() {
        let realm = Url::parse("https://auth.io/token?x=1").unwrap();
        let wanted = Wanted {
            realm: &realm,
            service: "r.io",
            scope: "repository:a/b:pull",
        };
        let show = |proof: &Proof| {
            let line = |ask: Ask| {
                let form = ask.form.as_ref().map_or("", Secret::expose);
                let authorization = ask.authorization.as_ref().map_or("", Secret::expose);
                format!("{}|{form}|{authorization}", ask.url.path())
            };
            asks(wanted, proof)
                .unwrap()
                .into_iter()
                .map(line)
                .collect::<Vec<_>>()
        };
        let question = "/token?x=1&service=r.io&scope=repository%3Aa%2Fb%3Apull";
        assert_eq!(show(&Proof::Anonymous), [format!("{question}||")]);
        let basic = Proof::Basic {
            user: "u&".to_owned(),
            password: Secret::new("p".to_owned()),
        };
        let form = "service=r.io&scope=repository%3Aa%2Fb%3Apull&client_id=seaworthy";
        assert_eq!(
            show(&basic),
            [
                format!("{question}&account=u%26||Basic dSY6cA=="),
                format!("/token?x=1|grant_type=password&username=u%26&password=p&{form}|"),
            ]
        );
        let identity = Proof::Identity(Secret::new("t".to_owned()));
        assert_eq!(
            show(&identity),
            [format!(
                "/token?x=1|grant_type=refresh_token&refresh_token=t&{form}|"
            )]
        );
    }

    #[test]
    fn reads_either_name_and_believes_no_endless_life() {
        for (json, want) in [
            (r#"{"token":"a"}"#, Ok(("a", 50))),
            (
                r#"{"access_token":"b","token":"a","expires_in":300}"#,
                Ok(("b", 290)),
            ),
            (r#"{"access_token":null,"token":"a"}"#, Ok(("a", 50))),
            (r#"{"access_token":"","token":"a"}"#, Ok(("a", 50))),
            (r#"{"token":"a","expires_in":5}"#, Ok(("a", 0))),
            (
                r#"{"token":"a","expires_in":99999999999}"#,
                Ok(("a", 86_390)),
            ),
            (r#"{"expires_in":300}"#, Err("its answer holds no token")),
            (r#"{"token":7}"#, Err("its answer is no JSON of that form")),
            (
                r#"{"token":"a\r\nX: y"}"#,
                Err("its token holds characters that no header may hold"),
            ),
            ("<html>", Err("its answer is no JSON of that form")),
        ] {
            let got = read(json.as_bytes());
            let got = got
                .as_ref()
                .map(|token| (token.token.expose(), token.life.as_secs()));
            assert_eq!(got, want.as_ref().copied(), "{json}");
        }
    }
}
