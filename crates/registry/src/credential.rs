//! What proves who we are, and where it comes from. The proof itself is never shown.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use net::Secret;

/// A proof and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    pub(crate) proof: Proof,
    /// Where it was found, for people: `user "ci" from /home/ci/.docker/config.json`.
    pub(crate) origin: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Proof {
    /// None.
    Anonymous,
    /// User and password.
    Basic { user: String, password: Secret },
    /// A token that buys others.
    Identity(Secret),
    /// A token for the registry itself.
    Registry(Secret),
}

impl Credential {
    /// No proof at all.
    pub fn anonymous() -> Self {
        Self {
            proof: Proof::Anonymous,
            origin: "no credentials".to_owned(),
        }
    }

    /// A user's password, found at `place`.
    pub fn basic(user: &str, password: Secret, place: &str) -> Self {
        Self {
            origin: format!("user \"{user}\" from {place}"),
            proof: Proof::Basic {
                user: user.to_owned(),
                password,
            },
        }
    }

    /// A token that buys others, found at `place`.
    pub fn identity(token: Secret, place: &str) -> Self {
        Self {
            proof: Proof::Identity(token),
            origin: format!("an identity token from {place}"),
        }
    }

    /// A token for the registry itself, found at `place`.
    pub fn registry(token: Secret, place: &str) -> Self {
        Self {
            proof: Proof::Registry(token),
            origin: format!("a registry token from {place}"),
        }
    }

    /// Returns where it comes from, for people.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whether there is nothing to prove with.
    pub fn is_anonymous(&self) -> bool {
        self.proof == Proof::Anonymous
    }
}

/// Returns the header of HTTP's basic authentication.
pub(crate) fn basic_header(user: &str, password: &Secret) -> Secret {
    let pair = format!("{user}:{}", password.expose());
    Secret::new(format!("Basic {}", STANDARD.encode(pair)))
}

/// Returns the header that shows a token.
pub(crate) fn bearer_header(token: &Secret) -> Secret {
    Secret::new(format!("Bearer {}", token.expose()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_proof_is_ever_printed() {
        let secret = || Secret::new("hunter2".to_owned());
        let header = basic_header("ci", &secret());
        assert_eq!(header.expose(), "Basic Y2k6aHVudGVyMg==");
        for credential in [
            Credential::basic("ci", secret(), "--username"),
            Credential::identity(secret(), "x"),
            Credential::registry(secret(), "x"),
        ] {
            let shown = format!("{credential:?} {} {header:?}", credential.origin());
            assert!(
                !shown.contains("hunter2") && !shown.contains("Y2k6"),
                "{shown}"
            );
        }
    }
}
