//! User and password in one text: the field `auth` of Docker's form.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use net::Secret;

/// Returns user and password of `base64(user:password)`, padded or not, as kubelet reads it.
pub(crate) fn decode(field: &str) -> Result<(String, Secret), &'static str> {
    let text: String = field
        .chars()
        .filter(|c| !matches!(c, '\r' | '\n'))
        .collect();
    let text = text.trim();
    let bytes = if text.ends_with('=') {
        STANDARD.decode(text)
    } else {
        STANDARD_NO_PAD.decode(text)
    };
    let bytes = bytes.or(Err("its `auth` is no base64"))?;
    let pair = String::from_utf8(bytes).or(Err("its `auth` is no text"))?;
    // some writers fill it up with zeros
    let pair = pair.trim_end_matches('\0');
    let (user, password) = pair
        .split_once(':')
        .ok_or("its `auth` is not base64 of user:password")?;
    Ok((user.to_owned(), Secret::new(password.to_owned())))
}

/// Returns the field for a user and a password.
pub(crate) fn encode(user: &str, password: &Secret) -> String {
    STANDARD.encode(format!("{user}:{}", password.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_clients_write() {
        for (field, want) in [
            ("dTpw", Ok(("u", "p"))),
            ("dTpwOnA=", Ok(("u", "p:p"))),
            ("dTpwOnA", Ok(("u", "p:p"))),
            (" dTpw\n", Ok(("u", "p"))),
            ("dTpwAAA=", Ok(("u", "p"))),
            ("dTo=", Ok(("u", ""))),
            ("dXA=", Err("its `auth` is not base64 of user:password")),
            ("hunter2!", Err("its `auth` is no base64")),
            ("//79", Err("its `auth` is no text")),
            ("", Err("its `auth` is not base64 of user:password")),
        ] {
            let got = decode(field);
            let got = got
                .as_ref()
                .map(|(user, password)| (&**user, password.expose()));
            assert_eq!(got, want.as_ref().copied(), "{field:?}");
        }
        let secret = Secret::new("p:p".to_owned());
        assert_eq!(decode(&encode("u", &secret)), Ok(("u".to_owned(), secret)));
    }
}
